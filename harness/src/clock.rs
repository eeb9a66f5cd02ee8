//! Real time, processor time (CPU time) of threads and processes, and CPU affinity: which core a benchmark runs on.

use anyhow::{Context as _, Result};
use rustix::thread::CpuSet;
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// A moment in real time. Durations are measured from one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(Instant);

impl Moment {
    #[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Processor time that the calling thread has used.
pub(crate) fn thread_cpu() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// Processor time that this process has used.
pub(crate) fn process_cpu() -> Duration {
    read(ClockId::ProcessCPUTime)
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Processor time that another process has used, to the kernel's tick (10 ms as a rule).
pub(crate) fn cpu_of(process: u32) -> Result<Duration> {
    let Stat { own, .. } = Stat::read(process)?;
    Ok(own)
}

/// Processor time that a process and all of its children have used, including children that have ended.
pub(crate) fn cpu_of_family(parent: u32) -> Result<Duration> {
    let mut total = Duration::ZERO;
    for entry in std::fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process that ended since the folder was listed is counted by its parent.
        let Ok(stat) = Stat::read(process) else { continue };
        if process == parent || stat.parent == parent {
            total += stat.own + stat.ended;
        }
    }
    Ok(total)
}

/// Fields of `/proc/PID/stat`: the parent, and processor time.
struct Stat {
    parent: u32,
    own: Duration,
    /// Time of the children that have ended.
    ended: Duration,
}

impl Stat {
    fn read(process: u32) -> Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name stands in parentheses and may contain blanks. The state and the parent follow it; fields 11 and 12
        // are user and system time, 13 and 14 those of children.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let field = |index: usize| fields.get(index).context("a process's stat is too short");
        let time = |first: usize| -> Result<Duration> {
            let ticks = field(first)?.parse::<u64>()? + field(first + 1)?.parse::<u64>()?;
            Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
        };
        Ok(Self { parent: field(1)?.parse()?, own: time(11)?, ended: time(13)? })
    }
}

/// The cores that a thread, and every process that it starts, may use.
#[derive(Debug, Clone)]
pub(crate) struct Cores {
    all: CpuSet,
    first: usize,
    second: usize,
}

impl Cores {
    /// Finds the first two cores that this process may use.
    pub(crate) fn find() -> Result<Self> {
        let all = rustix::thread::sched_getaffinity(None)?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
        let both = usable.next().zip(usable.next());
        let (first, second) = both.context(
            "the benchmark needs two cores, one for the service and one for whoever calls it, and may use one",
        )?;
        Ok(Self { all, first, second })
    }

    /// Runs `work` with the calling thread on the first core, which is the measured service's.
    pub(crate) fn on_first<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.on(self.first, work)
    }

    /// Runs `work` with the calling thread on the second core, which is the load generator's.
    pub(crate) fn on_second<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
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
