//! The cumulants on which the resolvent method rests, seen in a simulation.

use super::check::{chosen_entries, failure, with_entries};
use super::{Query, Repeat, defaulted, optional, required};
use crate::model::{Energies, Simulation};
use crate::monte_carlo::{Ensemble, FeatureMatrices, Run, SimulationError, cycle_averages};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law::energy;
use crate::session::value::Value;

/// Half lengths of the cycles.
const HALVES: [usize; 3] = [2, 3, 4];
/// Largest dimension and number of replicates that may be asked; the bound on matrix entries is stricter.
const MOST: usize = 1_000_000;

pub(super) const TABLE: &[Query] = &[Query {
    name: "cycle_cumulants",
    parameters: &[
        required("m", "the model, features(f, …) with f of mean zero"),
        defaulted("n", "200", "the largest dimension"),
        defaulted("trials", "100", "replicates"),
        optional("seed", "the seed; otherwise that of the session"),
        optional("entries", "\"gaussian\", \"rademacher\" or \"exponential\": the law of all entries"),
    ],
    about: "simulated averages of Y along cycles, E[Y11 Y21 Y22 Y12] and longer, beside theta2^k n0^(1-k)",
    result: "a list of records: length (2k), theory, measured",
    example: "cycle_cumulants(features(tanh(x), phi = 1/2, psi = 3/4), n = 100, trials = 20)",
    repeat: Repeat::Once,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let entries = chosen_entries(call)?;
    let model = with_entries(&*call.model("m")?, entries);
    let Energies::Activation(f) = &model.energies else {
        return Err(call.refuse("m", "cycle_cumulants simulates: give the model an activation in place of theta1 and theta2"));
    };
    let law = energy(call, &model)?;
    if law.mean_coefficient().is_some() {
        let failure = call.refuse("m", format!("{f} has a mean, so that products along cycles are no cumulants"));
        return Err(failure.with_help(format!("center(f) takes the mean off: features(center({f}), …)")));
    }
    let wrong = |error: SimulationError| failure(&error, call);
    let n = call.whole("n", 2, MOST)?.unwrap_or(200);
    let trials = call.whole("trials", 2, MOST)?.unwrap_or(100);
    let seed = call.whole("seed", 0, usize::MAX)?.map_or(call.evaluation.context.seed, |seed| seed as u64);
    let ensemble = FeatureMatrices::new(&model, &Simulation { activation: None, entries }, false).map_err(wrong)?;
    let sizes = ensemble.sizes(n).map_err(wrong)?;
    let n0 = sizes.get("n0").unwrap_or(n);
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let threads = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let found = cycle_averages(&ensemble, &sizes, (seed, trials), &HALVES, &threads).map_err(wrong)?;
    let theta2 = law.parameters.theta2.to_f64();
    let row = |(k, (mean, se)): (&usize, (f64, f64))| {
        let theory = theta2.powi(*k as i32) * (n0 as f64).powi(1 - *k as i32);
        let fields = vec![
            ("length", Value::number(2 * *k as u32)),
            ("theory", Value::Double(theory, 10)),
            ("measured", Value::Measured { mean, se }),
        ];
        Value::record("cycle", fields)
    };
    Ok(Value::list(HALVES.iter().zip(found).map(row).collect()))
}
