//! Runs the steps of a check one after the other, and prints the name, the time and the result of each. The first
//! failure ends the run.

use anyhow::{Result, bail};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The message of a step that passed: a few words, or none.
pub type Outcome = Result<String>;

/// The function of a step.
pub type Action = fn() -> Outcome;

/// The steps so far.
#[derive(Debug, Default)]
pub struct Steps {
    passed: usize,
}

impl Steps {
    /// Runs `steps`, and prints the number that passed.
    pub fn all(steps: impl FnOnce(&mut Self) -> Result<()>) -> ExitCode {
        let mut counted = Self::default();
        let clock = Clock::start();
        let result = steps(&mut counted);
        println!("\nall of it took {}", shown(clock.elapsed()));
        if let Err(error) = &result {
            println!("{error:#}");
        }
        // The last line of a run stands alone, because programs read it.
        println!("{} passed, {} failed", counted.passed, usize::from(result.is_err()));
        if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Runs one step.
    pub fn run(&mut self, name: &str, step: impl FnOnce() -> Outcome) -> Result<()> {
        println!("\n==> {name}");
        let clock = Clock::start();
        match step() {
            Ok(said) => {
                self.passed += 1;
                let said = if said.is_empty() { said } else { format!(": {said}") };
                println!("<== {name} passed in {}{said}", shown(clock.elapsed()));
                Ok(())
            }
            Err(error) => {
                println!("<== {name} FAILED after {}: {error:#}", shown(clock.elapsed()));
                bail!("the step `{name}` failed, and those after it were not taken")
            }
        }
    }
}

/// A stopwatch, for reports and for deadlines.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    #[allow(
        clippy::disallowed_methods,
        reason = "measures other programs; nothing here is tested against time"
    )]
    /// Starts the stopwatch.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

fn shown(time: Duration) -> String {
    match time.as_secs() {
        0..=59 => format!("{:.1} s", time.as_secs_f32()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
