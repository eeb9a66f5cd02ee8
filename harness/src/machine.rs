//! The machine that a program measures on: its line in reports, and its limit of open files.

use anyhow::Result;
use ruhui_harness::command::read_file;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The machine in one line: its processors, and how busy they were before the run.
pub(crate) fn describe() -> Result<String> {
    let info = read_file("/proc/cpuinfo")?;
    let line = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.split_once(": "));
    let flags = line("flags").map(|(_, flags)| flags).unwrap_or_default();
    // It makes a signature cost a half or a quarter, and so everything else twice or four times the share.
    let ifma = if flags.split(' ').any(|flag| flag == "avx512ifma") { "with" } else { "without" };
    let load = read_file("/proc/loadavg")?;
    Ok(format!(
        "{} × {} {ifma} AVX-512 IFMA, load average before the run {}",
        std::thread::available_parallelism()?,
        line("model name").map_or("a processor without a name", |(_, model)| model),
        load.split(' ').next().unwrap_or_default(),
    ))
}

/// Lets this process, and those that it starts, open as many files as the system allows, and returns how many: a program
/// that overloads a service opens thousands of connections.
pub(crate) fn allow_files() -> Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(most)
}
