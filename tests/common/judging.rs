//! Draws of one model beside the claims of another.

use resolvent::compare::{self, Plan, Report};
use resolvent::model::{Model, Simulation};
use resolvent::monte_carlo::{Run, SimulationError, ensemble};
use resolvent::number::Job;
use resolvent::theory::{self, Cache, Doubts, Work};

/// Draws of a model beside what another one predicts.
pub fn judged(drawn: &Model, claimed: &Model, n: usize, trials: usize) -> Report {
    let (data, doubts, job) = (Cache::default(), Doubts::default(), Job::unwatched());
    let work = Work { bits: 100, digits: 10, job: &job, data: &data, doubts: &doubts };
    let networks = ensemble(drawn, &Simulation::default(), false).expect("an ensemble");
    let plan = Plan { n, smaller: Vec::new(), trials, seed: 7 };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let run = Run { threads: 2, cancel: &stop, progress: &|_, _| () };
    let report = compare::check(&*networks, &plan, &run, |sizes| {
        let found = theory::predict(&work, claimed, &Simulation::default(), &sizes.dimensions);
        Ok::<_, SimulationError>(found.unwrap_or_else(|error| panic!("{error}")))
    });
    report.unwrap_or_else(|error| panic!("{error}"))
}
