//! The cumulants on which the resolvent method rests, seen in a simulation.

use std::sync::Arc;

use super::check::{MOST, simulation};
use super::{Query, Repeat, defaulted, optional, required};
use crate::monte_carlo::{Ensemble, SimulationError, cycle_averages, feature_matrices};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;

/// Half lengths of the cycles.
const HALVES: [usize; 3] = [2, 3, 4];

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
    let (model, simulation) = (call.model("m")?, simulation(call)?);
    let n = call.whole("n", 2, MOST)?.unwrap_or(200);
    let trials = call.whole("trials", 2, MOST)?.unwrap_or(100);
    let seed = call.seed()?;
    let answers = call.answers("m")?;
    // the theory refuses the models that have no such cumulants
    answers.cumulants(n, &HALVES).map_err(call.theory("m"))?;
    let ensemble = feature_matrices(&model, &simulation).map_err(|error| match error {
        SimulationError::NoActivation => {
            call.refuse("m", "cycle_cumulants simulates: give the model an activation in place of theta1 and theta2")
        }
        error => error.into(),
    })?;
    let ensemble = Arc::new(ensemble);
    let sizes = ensemble.sizes(n)?;
    let theory = answers.cumulants(sizes.of("n0")?, &HALVES).map_err(call.theory("m"))?;
    let found = call.simulate(|run| cycle_averages(&ensemble, &sizes, (seed, trials), &HALVES, run))?;
    let row = |((k, theory), (mean, se)): ((&usize, f64), (f64, f64))| {
        let fields = vec![
            ("length", Value::number(2 * *k as u32)),
            ("theory", Value::Double(theory, 10)),
            ("measured", Value::Measured { mean, se }),
        ];
        Value::record("cycle", fields)
    };
    Ok(Value::list(HALVES.iter().zip(theory).zip(found).map(row).collect()))
}
