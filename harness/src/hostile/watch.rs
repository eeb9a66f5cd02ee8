//! Samples the service's memory and open files, as Linux reports them in `/proc`.

use crate::clock::Moment;
use anyhow::{Context as _, Result, anyhow};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Time between two samples.
const PAUSE: Duration = Duration::from_millis(100);

/// Memory and open files of a process at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    /// Resident memory, in bytes.
    pub(super) memory: u64,
    /// Greatest resident memory since the start of the process, in bytes.
    pub(super) most_memory: u64,
    pub(super) descriptors: usize,
}

impl Usage {
    /// Reads the current usage.
    pub(super) fn of(process: u32) -> Result<Self> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let descriptors = std::fs::read_dir(format!("/proc/{process}/fd"))?.count();
        Ok(Self { memory: field(&status, "VmRSS:")?, most_memory: field(&status, "VmHWM:")?, descriptors })
    }
}

/// Reads a size from the text of `/proc/PID/status`, which counts in kB of 1,024 bytes.
fn field(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let line = line.with_context(|| format!("the process has no {name} any more"))?;
    let number = line.trim().strip_suffix(" kB").with_context(|| format!("{name} is not in kB"))?;
    Ok(number.parse::<u64>()? * 1024)
}

/// A thread that samples a process.
pub(super) struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<(Duration, Usage)>>,
}

impl Watch {
    /// Starts to sample. Times of samples are counted from `start`.
    pub(super) fn start(process: u32, start: Moment) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut samples = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                // The measuring thread detects a process that has ended.
                if let Ok(sample) = Usage::of(process) {
                    samples.push((start.elapsed(), sample));
                }
                std::thread::sleep(PAUSE);
            }
            samples
        });
        Self { stop, thread }
    }

    pub(super) fn finish(self) -> Result<Samples> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(Samples(self.thread.join().map_err(|_| anyhow!("the watching thread panicked"))?))
    }
}

/// Samples with their times.
#[derive(Debug)]
pub(super) struct Samples(Vec<(Duration, Usage)>);

impl Samples {
    /// Returns the last sample within `time`.
    pub(super) fn last(&self, time: &Range<Duration>) -> Option<Usage> {
        self.within(time).last()
    }

    /// Returns the greatest value of `what` within `time`.
    pub(super) fn most<T: Ord>(&self, time: &Range<Duration>, what: impl Fn(Usage) -> T) -> Option<T> {
        self.within(time).map(what).max()
    }

    fn within(&self, time: &Range<Duration>) -> impl Iterator<Item = Usage> {
        self.0.iter().filter(|(at, _)| time.contains(at)).map(|(_, sample)| *sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_open_files() {
        let now = Usage::of(std::process::id()).unwrap();
        assert!(now.memory > 0 && now.most_memory >= now.memory / 2 && now.descriptors > 0, "{now:?}");
        assert!(field("VmRSS:\t12 kB\n", "VmHWM:").is_err());
        assert_eq!(field("VmRSS:\t12 kB\n", "VmRSS:").unwrap(), 12 << 10);
    }
}
