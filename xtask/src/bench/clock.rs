//! Time and the processor: what a benchmark reads of the machine, and where it lets itself run.

use anyhow::{Context as _, Result};
use rustix::thread::CpuSet;
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// A moment; everything is measured from one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(Instant);

impl Moment {
    #[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    pub(super) fn now() -> Self {
        Self(Instant::now())
    }

    pub(super) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Processor time that the calling thread has used.
pub(super) fn thread_cpu() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// Processor time that this process has used.
pub(super) fn process_cpu() -> Duration {
    read(ClockId::ProcessCPUTime)
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Processor time that another process has used, to the kernel's tick (10 ms as a rule).
pub(super) fn cpu_of(process: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name stands in parentheses and may hold blanks; 14 and 15 of the whole line are user and system.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| {
        let field = fields.get(index).context("a process's stat is too short")?;
        Ok::<u64, anyhow::Error>(field.parse()?)
    };
    let total = ticks(11)? + ticks(12)?;
    Ok(Duration::from_secs_f64(total as f64 / rustix::param::clock_ticks_per_second() as f64))
}

/// Which cores a thread, and every process that it starts, may use.
#[derive(Debug, Clone)]
pub(super) struct Cores {
    all: CpuSet,
    first: usize,
    second: usize,
}

impl Cores {
    /// The first two of those that this process may use.
    pub(super) fn find() -> Result<Self> {
        let all = rustix::thread::sched_getaffinity(None)?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
        let both = usable.next().zip(usable.next());
        let (first, second) = both.context(
            "the benchmark needs two cores, one for the service and one for whoever calls it, and may use one",
        )?;
        Ok(Self { all, first, second })
    }

    /// Runs `work` with the calling thread on the first core: the measured service's.
    pub(super) fn on_first<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.on(self.first, work)
    }

    /// Runs `work` with the calling thread on the second core: the callers'.
    pub(super) fn on_second<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.on(self.second, work)
    }

    fn on<T>(&self, core: usize, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let mut one = CpuSet::new();
        one.set(core);
        rustix::thread::sched_setaffinity(None, &one)
            .context("the kernel does not let this be tied to a core")?;
        let result = work();
        rustix::thread::sched_setaffinity(None, &self.all)?;
        result
    }
}
