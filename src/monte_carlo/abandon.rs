//! Work that can be left at once: a product or a decomposition of large matrices, once begun, runs to its end. So a draw runs on a
//! thread of its own, and when the run is stopped that thread is left to itself; it ends with the stage that it is in.

use super::{Draw, Ensemble, Run, SimulationError, Sizes, Trial};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// How often the flag is looked at while the work goes on.
const LOOK: Duration = Duration::from_millis(20);

/// The result of the work, which looks at the run that it is handed between its stages; an error as soon as `run` is stopped.
///
/// # Errors
/// Those of the work, [`SimulationError::NoThread`] and [`SimulationError::Cancelled`].
pub(super) fn abandonable<T: Send + 'static>(
    run: &Run<'_>,
    work: impl FnOnce(&Run<'_>) -> Result<T, SimulationError> + Send + 'static,
) -> Result<T, SimulationError> {
    let stop = Arc::new(AtomicBool::new(false));
    let (done, result) = mpsc::channel();
    let flag = Arc::clone(&stop);
    let worker = std::thread::Builder::new().spawn(move || {
        let run = Run { threads: 1, cancel: &flag, progress: &|_, _| () };
        // when it was left nobody waits for it
        drop(done.send(work(&run)));
    });
    let worker = worker.map_err(|_| SimulationError::NoThread)?;
    loop {
        match result.recv_timeout(LOOK) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) => run.check().inspect_err(|_| stop.store(true, Ordering::Relaxed))?,
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => return Err(SimulationError::Cancelled),
            },
        }
    }
}

/// An ensemble whose draws can be left.
pub(super) struct Abandonable<E>(Arc<E>);

impl<E> Abandonable<E> {
    pub(super) fn new(ensemble: E) -> Self {
        Self(Arc::new(ensemble))
    }
}

impl<E: Ensemble + Send + 'static> Ensemble for Abandonable<E> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        self.0.sizes(n)
    }

    fn draw(&self, sizes: &Sizes, Trial { seed, experiment, number }: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let (ensemble, sizes, experiment) = (Arc::clone(&self.0), sizes.clone(), experiment.to_owned());
        abandonable(run, move |run| ensemble.draw(&sizes, Trial { seed, experiment: &experiment, number }, run))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_stage_is_left_when_the_run_is_stopped() {
        let cancel = AtomicBool::new(false);
        let run = Run { threads: 1, cancel: &cancel, progress: &|_, _| () };
        assert_eq!(abandonable(&run, |_| Ok(7)), Ok(7));
        let started = Instant::now();
        let (told, heard) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| cancel.store(true, Ordering::Relaxed));
            let left = abandonable(&run, move |run| {
                std::thread::sleep(Duration::from_secs(2));
                drop(told.send(run.check()));
                Ok(())
            });
            assert_eq!(left, Err(SimulationError::Cancelled));
        });
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        assert_eq!(heard.recv(), Ok(Err(SimulationError::Cancelled)), "the work that was left is told at its next stage");
    }

    #[test]
    #[should_panic(expected = "inside")]
    fn a_panic_goes_through() {
        let cancel = AtomicBool::new(false);
        let run = Run { threads: 1, cancel: &cancel, progress: &|_, _| () };
        drop(abandonable(&run, |_| -> Result<(), SimulationError> { panic!("inside") }));
    }
}
