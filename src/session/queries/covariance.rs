//! The constructor of the spiked sample covariance, `covariance`.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, optional, population, required};
use crate::model::{Covariance, Model};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;

pub(super) const TABLE: &[Query] = &[Query {
    name: "covariance",
    parameters: &[
        required("population", population::ABOUT),
        required("gamma", "n/N: dimension over number of rows"),
        optional("spikes", "single eigenvalues of Sigma off the population"),
    ],
    about: "the sample covariance of a spiked population: K = G^T G/N (n x n), the rows of G (N x n) with covariance Sigma",
    result: "a model",
    example: "covariance([[1, 1/2], [4, 1/2]], gamma = 1/10, spikes = [10, 2, 1/5])",
    repeat: Repeat::Exact,
    run: covariance,
}];

fn covariance(call: &Call) -> Result<Value, Failure> {
    let Some(population) = population::read(call, "population")? else {
        return Err(call.refuse("population", "covariance needs a population"));
    };
    let gamma = call.positive("gamma", " = n/N")?.unwrap_or_else(|| Rational::from(1));
    let spikes = call.rationals("spikes")?.unwrap_or_default();
    for spike in &spikes {
        if *spike < 0 {
            return Err(
                call.refuse("spikes", format!("a spike is an eigenvalue of a covariance and cannot be negative: {spike}"))
            );
        }
        if population.has_atom(spike) {
            let failure = call.refuse("spikes", format!("the spike {spike} is an atom of the population, and not off it"));
            return Err(failure.with_help("leave it out, or move it"));
        }
    }
    Ok(Value::Model(Arc::new(Model::Covariance(Covariance { population, gamma, spikes }))))
}
