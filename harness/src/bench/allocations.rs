//! Counts allocations per token: the kernel counts calls of the allocator's functions in the tested binary as it is.
//! That takes root, `perf`, and a binary with symbols.

use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::read_file;
use rustix::process::{Pid, Signal, kill_process};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Allocator functions that Rust code calls, in the binary itself.
const OURS: [&str; 3] = ["mi_malloc_aligned", "mi_zalloc_aligned", "mi_realloc_aligned"];
/// Allocator functions that SQLite and the cryptography call, in the C library.
const OF_C: [&str; 4] = ["malloc", "calloc", "realloc", "posix_memalign"];
/// Time that perf gets to attach to the process.
const ATTACHING: Duration = Duration::from_millis(500);

/// Kernel probes in a program and its C library. They are removed when this is dropped.
#[derive(Debug)]
pub(super) struct Probes {
    group: String,
}

impl Probes {
    /// Installs the probes in `program`, which runs as `process`.
    pub(super) fn install(program: &Path, process: u32) -> Result<Self> {
        let group = format!("ruhui{}", std::process::id());
        let probes = Self { group };
        let library = c_library(process)?;
        for (file, functions) in [(program, &OURS[..]), (&library, &OF_C[..])] {
            for function in functions {
                let event = format!("{}:{function}={function}", probes.group);
                perf(Command::new("perf").args(["probe", "-q", "-x"]).arg(file).args(["--add", &event]))
                    .with_context(|| without_function(function, file))?;
            }
        }
        Ok(probes)
    }

    /// Starts to count in this process.
    pub(super) fn count(&self, process: u32, file: PathBuf) -> Result<Count> {
        let mut command = Command::new("perf");
        command.args(["stat", "-x,", "-p", &process.to_string(), "-e", &format!("{}:*", self.group), "-o"]);
        command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null());
        let perf = command.spawn().context("perf could not be started")?;
        std::thread::sleep(ATTACHING);
        Ok(Count { perf, file })
    }
}

/// The advice for a failed probe. `perf` gives no reason where a program has no symbols.
fn without_function(function: &str, file: &Path) -> String {
    format!(
        "perf cannot probe `{function}` in {}; if no reason follows, the program has no symbols, as the packages' \
         binary; that of `cargo build --profile dist --package ruhui-cli` has them",
        file.display()
    )
}

impl Drop for Probes {
    fn drop(&mut self) {
        let all = format!("{}:*", self.group);
        let _ = perf(Command::new("perf").args(["probe", "-q", "--del", &all]));
    }
}

/// A running count.
#[derive(Debug)]
pub(super) struct Count {
    perf: Child,
    file: PathBuf,
}

impl Count {
    /// Ends the count and returns the number of allocations.
    pub(super) fn end(mut self) -> Result<u64> {
        let pid = i32::try_from(self.perf.id()).ok().and_then(Pid::from_raw).context("no process")?;
        kill_process(pid, Signal::INT)?;
        self.perf.wait()?;
        total(&read_file(&self.file)?)
    }
}

/// Sums the counts that `perf stat -x,` wrote: a line for each event, with the number first.
fn total(text: &str) -> Result<u64> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let numbers = lines.map(|line| {
        let number = line.split(',').next().unwrap_or_default();
        number.parse::<u64>().with_context(|| format!("perf did not count: {line}"))
    });
    let total = numbers.sum::<Result<u64>>()?;
    ensure!(total > 0, "nothing was counted");
    Ok(total)
}

fn c_library(process: u32) -> Result<PathBuf> {
    let maps = read_file(format!("/proc/{process}/maps"))?;
    let path = maps.lines().filter_map(|line| line.split_whitespace().nth(5));
    let library = path.into_iter().find(|path| path.contains("/libc.so") || path.contains("/libc-"));
    Ok(library.context("the program uses no C library")?.into())
}

fn perf(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().context("perf could not be started")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_added_up() {
        assert_eq!(total("# started on\n\n12,,g:malloc,1,100.00,,\n30,,g:calloc,1,100.00,,\n").unwrap(), 42);
        assert!(total("<not counted>,,g:malloc,0,0.00,,\n").is_err());
        assert!(total("").is_err());
    }
}
