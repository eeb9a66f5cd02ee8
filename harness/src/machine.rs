//! The machine that a program measures on: its description for reports, and its limit of open files.

use anyhow::Result;
use ruhui_harness::command::read_file;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Describes the machine in one line: its processors, and their load before the run.
pub(crate) fn describe() -> Result<String> {
    let info = read_file("/proc/cpuinfo")?;
    let line = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.split_once(": "));
    let flags = line("flags").map(|(_, flags)| flags).unwrap_or_default();
    // AVX-512 IFMA reduces the cost of a signature to a half or a quarter, so the share of everything else is two or
    // four times as large.
    let ifma = if flags.split(' ').any(|flag| flag == "avx512ifma") { "with" } else { "without" };
    let load = read_file("/proc/loadavg")?;
    Ok(format!(
        "{} × {} {ifma} AVX-512 IFMA, load average before the run {}",
        std::thread::available_parallelism()?,
        line("model name").map_or("a processor without a name", |(_, model)| model),
        load.split(' ').next().unwrap_or_default(),
    ))
}

/// Raises the limit of open files to the most that the system allows, for this process and its children, and returns
/// it. A program that overloads a service opens thousands of connections.
pub(crate) fn allow_files() -> Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(most)
}
