//! A request's controls, passed down by reference: may it go on, how far has it come, when must it stop.
//!
//! It prints nothing. Whoever started the work sets the flag (Ctrl-C) and shows the progress.

use std::sync::atomic::{AtomicBool, Ordering};
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
}

/// Cancel flag, deadline and progress of one request.
pub struct Job<'a> {
    cancel: &'a AtomicBool,
    deadline: Option<(Instant, Duration)>,
    progress: &'a (dyn Fn(usize, usize) + Sync),
}

static NEVER: AtomicBool = AtomicBool::new(false);

impl Job<'static> {
    /// A job that nobody watches and nothing stops.
    #[must_use]
    pub fn unwatched() -> Self {
        Self { cancel: &NEVER, deadline: None, progress: &|_, _| () }
    }
}

impl<'a> Job<'a> {
    /// A job that stops when `cancel` is set or `effort` has passed, and reports (done, of) to `progress`.
    pub fn new(cancel: &'a AtomicBool, effort: Option<Duration>, progress: &'a (dyn Fn(usize, usize) + Sync)) -> Self {
        Self { cancel, deadline: effort.map(|effort| (Instant::now() + effort, effort)), progress }
    }

    /// The cancel flag itself, for threads.
    #[must_use]
    pub fn cancel(&self) -> &'a AtomicBool {
        self.cancel
    }

    /// An error when the work must stop. To be called at least every 50 ms.
    ///
    /// # Errors
    /// [`Stopped`] says why.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Stopped::Interrupted);
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
