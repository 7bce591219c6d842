//! A request's controls, passed down by reference: may it go on, how far has it come, when must it stop.
//!
//! It prints nothing. Whoever started the work sets the flag (Ctrl-C) and shows the progress. Effort is counted in steps, not
//! measured in seconds, so that the same request comes to the same end on every machine: a step is one operation on an interval
//! of doubles, some 20 to 50 ns; work on balls is charged by its bits.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Why work stopped before its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// The user interrupted it.
    #[error("interrupted")]
    Interrupted,
    /// The stated bound of effort was reached.
    #[error("the bound of effort was reached ({0} seconds of computing)")]
    OutOfTime(u64),
    /// The stated bound of counted effort was reached.
    #[error("the bound of effort was reached ({} million steps)", .0 / 1_000_000)]
    OutOfSteps(u64),
}

/// Cancel flag, deadline, effort and progress of one request.
pub struct Job<'a> {
    cancel: &'a AtomicBool,
    deadline: Option<(Instant, Duration)>,
    steps: u64,
    spent: AtomicU64,
    progress: &'a (dyn Fn(usize, usize) + Sync),
}

static NEVER: AtomicBool = AtomicBool::new(false);

impl Job<'static> {
    /// A job that nobody watches and nothing stops.
    #[must_use]
    pub fn unwatched() -> Self {
        Self::new(&NEVER, None, &|_, _| ())
    }
}

impl<'a> Job<'a> {
    /// A job that stops when `cancel` is set or `effort` has passed, and reports (done, of) to `progress`.
    pub fn new(cancel: &'a AtomicBool, effort: Option<Duration>, progress: &'a (dyn Fn(usize, usize) + Sync)) -> Self {
        let deadline = effort.map(|effort| (Instant::now() + effort, effort));
        Self { cancel, deadline, steps: u64::MAX, spent: AtomicU64::new(0), progress }
    }

    /// The same job, each computation of which may take so many steps.
    #[must_use]
    pub fn within(&self, steps: u64) -> Job<'a> {
        Self { steps, spent: AtomicU64::new(0), ..*self }
    }

    /// One computation of the job, counted by itself, with `times` the steps.
    #[must_use]
    pub fn part(&self, times: u64) -> Job<'a> {
        self.within(self.steps.saturating_mul(times))
    }

    /// The steps it may take in all.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The steps taken so far.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// The cancel flag itself, for threads.
    #[must_use]
    pub fn cancel(&self) -> &'a AtomicBool {
        self.cancel
    }

    /// Counts `steps`, and says when the work must stop.
    ///
    /// # Errors
    /// [`Stopped`] says why.
    pub fn spend(&self, steps: u64) -> Result<(), Stopped> {
        self.count(steps);
        self.check()
    }

    /// Counts `steps` where the caller looks soon whether the work must stop.
    pub fn count(&self, steps: u64) {
        self.spent.fetch_add(steps, Ordering::Relaxed);
    }

    /// An error when the work must stop. To be called at least every 50 ms.
    ///
    /// # Errors
    /// [`Stopped`] says why.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Stopped::Interrupted);
        }
        if self.spent() > self.steps {
            return Err(Stopped::OutOfSteps(self.steps));
        }
        match self.deadline {
            Some((deadline, effort)) if Instant::now() > deadline => Err(Stopped::OutOfTime(effort.as_secs())),
            _ => Ok(()),
        }
    }

    /// Says that `done` of `of` steps are behind.
    pub fn report(&self, done: usize, of: usize) {
        (self.progress)(done, of);
    }
}
