//! A request's controls, passed down by reference: may it go on, how far has it come, when must it stop.
//!
//! It prints nothing. Whoever started the work sets the flag (Ctrl-C) and shows the progress. Effort is counted in steps, not
//! measured in seconds, so that the same request comes to the same end on every machine: a step is one operation on an interval
//! of doubles, some 30 ns; work on balls is charged by its bits.

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
    total: AtomicU64,
    /// The total of the job that this is a part of.
    whole: Option<&'a AtomicU64>,
    progress: &'a (dyn Fn(usize, usize) + Sync),
    tell: &'a (dyn Fn(&str) + Sync),
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
        let (spent, total) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { cancel, deadline, steps: u64::MAX, spent, total, whole: None, progress, tell: &|_| () }
    }

    /// The same job with someone who is told of what comes.
    #[must_use]
    pub fn telling(self, tell: &'a (dyn Fn(&str) + Sync)) -> Self {
        Self { tell, ..self }
    }

    /// One computation of the job, counted by itself, with at most so many steps.
    #[must_use]
    pub fn within(&self, steps: u64) -> Job<'_> {
        let whole = Some(self.whole.unwrap_or(&self.total));
        Job { steps, spent: AtomicU64::new(0), total: AtomicU64::new(0), whole, ..*self }
    }

    /// The steps that one computation may take.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The steps taken so far, those of its computations included.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed) + self.total.load(Ordering::Relaxed)
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
        if let Some(whole) = self.whole {
            whole.fetch_add(steps, Ordering::Relaxed);
        }
    }

    /// An error when the work must stop. To be called at least every 50 ms.
    ///
    /// # Errors
    /// [`Stopped`] says why.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Stopped::Interrupted);
        }
        if self.spent.load(Ordering::Relaxed) > self.steps {
            return Err(Stopped::OutOfSteps(self.steps));
        }
        match self.deadline {
            Some((deadline, effort)) if Instant::now() > deadline => Err(Stopped::OutOfTime(effort.as_secs())),
            _ => Ok(()),
        }
    }

    /// Says what comes, in a sentence.
    pub fn tell(&self, sentence: &str) {
        (self.tell)(sentence);
    }

    /// Says that `done` of `of` steps are behind.
    pub fn report(&self, done: usize, of: usize) {
        (self.progress)(done, of);
    }
}
