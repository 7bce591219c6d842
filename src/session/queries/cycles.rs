//! The cumulants on which the resolvent method rests, seen in a simulation.

use super::check::{failure, simulated_bias, with_entries};
use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::Program;
use crate::model::Energies;
use crate::monte_carlo::cycles::cycle_averages;
use crate::monte_carlo::features::Features as Simulated;
use crate::monte_carlo::replicates::Run;
use crate::monte_carlo::sizes::Sizes;
use crate::monte_carlo::{ENTRIES_BOUND, SimulationError};
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
    let (model, [entries_w, entries_x]) = with_entries(call, &*call.model("m")?)?;
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
    let sizes = Sizes::from_ratios(model.phi.to_f64(), model.psi.to_f64(), n).map_err(wrong)?;
    let entries = sizes.entries().saturating_mul(trials as u128);
    if entries > u128::from(ENTRIES_BOUND) {
        return Err(wrong(SimulationError::TooLarge { entries, bound: ENTRIES_BOUND }));
    }
    let simulated = Simulated {
        sigma_w: model.sigma_w.to_f64(),
        sigma_x: model.sigma_x.to_f64(),
        bias: simulated_bias(&model),
        entries_w,
        entries_x,
    };
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let threads = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let program = Program::new(f);
    let found =
        cycle_averages(&simulated, &sizes, &|values: &mut [f64]| program.apply(values), (seed, trials), &HALVES, &threads)
            .map_err(wrong)?;
    let theta2 = law.parameters.theta2.to_f64();
    let row = |(k, (mean, se)): (&usize, (f64, f64))| {
        let theory = theta2.powi(*k as i32) * (sizes.n0 as f64).powi(1 - *k as i32);
        let fields = vec![
            ("length", Value::number(2 * *k as u32)),
            ("theory", Value::Double(theory, 10)),
            ("measured", Value::Measured { mean, se }),
        ];
        Value::record("cycle", fields)
    };
    Ok(Value::list(HALVES.iter().zip(found).map(row).collect()))
}
