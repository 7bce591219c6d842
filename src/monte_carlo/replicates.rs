//! Independent replicates on several threads, in the order of their numbers.
//!
//! Each replicate runs on one thread from its own random stream, so the results are the same bytes for any number of
//! threads. Memory is that of `threads` replicates at once, four matrices each. An error stops the hand-out of further
//! replicates; numbers are handed out in order and every replicate that was started is finished, hence the error
//! returned (the one with the lowest number) does not depend on the number of threads either.

use super::SimulationError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// How often progress is reported while nothing is finished.
const TICK: Duration = Duration::from_millis(450);

/// How replicates are run.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The number of threads, at least 1.
    pub threads: usize,
    /// Set from outside, it stops the run.
    pub cancel: &'a AtomicBool,
    /// Called with (replicates finished, replicates in all) after each replicate and twice a second, from any thread.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl Run<'_> {
    /// An error if the run was stopped.
    ///
    /// # Errors
    /// [`SimulationError::Cancelled`].
    pub fn check(&self) -> Result<(), SimulationError> {
        if self.cancel.load(Ordering::Relaxed) { Err(SimulationError::Cancelled) } else { Ok(()) }
    }
}

/// The results of the replicates `0 .. count`, in this order.
///
/// # Errors
/// The first error of a replicate, or [`SimulationError::Cancelled`].
pub fn replicates<T: Send>(
    count: usize,
    run: &Run<'_>,
    replicate: impl Fn(u64) -> Result<T, SimulationError> + Sync,
) -> Result<Vec<T>, SimulationError> {
    let next = AtomicUsize::new(0);
    let finished = &AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let work = || {
        let mut results = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            let result = run.check().and_then(|()| replicate(number as u64));
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            results.push((number, result));
            (run.progress)(finished.fetch_add(1, Ordering::Relaxed) + 1, count);
        }
        results
    };
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let threads = run.threads.clamp(1, count.max(1));
        let (end, ended) = mpsc::channel::<()>();
        // a long replicate must not look like a standstill
        scope.spawn(move || {
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                (run.progress)(finished.load(Ordering::Relaxed), count);
            }
        });
        let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut results = work();
        for helper in helpers {
            match helper.join() {
                Ok(part) => results.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        drop(end);
        results
    });
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(threads: usize, cancel: &AtomicBool) -> Run<'_> {
        Run { threads, cancel, progress: &|_, _| () }
    }

    #[test]
    fn order_and_first_error_do_not_depend_on_threads() {
        let cancel = AtomicBool::new(false);
        for threads in [1, 2, 5] {
            let squares = replicates(20, &run(threads, &cancel), |number| Ok(number * number)).unwrap();
            assert_eq!(squares, (0..20).map(|number| number * number).collect::<Vec<_>>());
            let error = replicates(20, &run(threads, &cancel), |number| {
                if number % 7 == 3 { Err(SimulationError::NoConvergence { size: number as usize }) } else { Ok(()) }
            });
            assert_eq!(error, Err(SimulationError::NoConvergence { size: 3 }));
        }
    }

    #[test]
    fn a_set_flag_stops_the_run() {
        let cancel = AtomicBool::new(false);
        let stopped = replicates(1000, &run(2, &cancel), |number| {
            if number == 10 {
                cancel.store(true, Ordering::Relaxed);
            }
            assert!(number < 20, "still running after the flag was set");
            Ok(())
        });
        assert_eq!(stopped, Err(SimulationError::Cancelled));
    }

    #[test]
    fn progress_ends_at_the_count() {
        let cancel = AtomicBool::new(false);
        let last = AtomicUsize::new(0);
        let progress = |done: usize, all: usize| {
            assert!(done <= all);
            last.fetch_max(done, Ordering::Relaxed);
        };
        replicates(9, &Run { threads: 3, cancel: &cancel, progress: &progress }, Ok).unwrap();
        assert_eq!(last.into_inner(), 9);
    }
}
