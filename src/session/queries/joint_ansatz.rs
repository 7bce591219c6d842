//! `ansatz(joint = …)`: the limit of infinitely many samples.

use rug::Rational;

use super::ansatz::{first_given, ratio, readout};
use crate::model::{JointAnsatz, Model};
use crate::session::call::Call;
use crate::session::failure::Failure;

/// The model of an ansatz with `joint`.
///
/// # Errors
/// Wrong arguments, or those of finitely many samples.
pub(super) fn model(call: &Call) -> Result<Model, Failure> {
    const OTHERS: [&str; 11] = [
        "f",
        "n_over_d",
        "n_over_k",
        "d_over_n",
        "k_over_n",
        "labels",
        "covariance",
        "init",
        "initial_output",
        "b1_squared",
        "rest",
    ];
    if let Some(name) = first_given(call, &OTHERS) {
        let failure = call.refuse(name, format!("{name} does not go with joint, the limit of infinitely many samples"));
        return Err(failure.with_help("it takes joint, d_over_k and readout; it is the limit of every f with E f' = 0 and E f'' != 0, drawn by a check with x^2/2"));
    }
    let rows = call.rows("joint", 3..=3)?.unwrap_or_default();
    let joint: Vec<[Rational; 3]> = rows.into_iter().filter_map(|row| <[Rational; 3]>::try_from(row).ok()).collect();
    for [lambda, mu, weight] in &joint {
        if *lambda < 0 {
            return Err(call.refuse("joint", format!("an eigenvalue of a covariance cannot be negative: {lambda}")));
        }
        if lambda.is_zero() && !mu.is_zero() {
            let message =
                format!("where an eigenvalue of Sigma is 0 there are no samples, and the one of M must be 0 too, and is {mu}");
            return Err(call.refuse("joint", message));
        }
        if *weight <= 0 {
            return Err(call.refuse("joint", format!("a weight must be positive, and is {weight}")));
        }
    }
    let total = joint.iter().fold(Rational::new(), |sum, [.., weight]| sum + weight);
    if total != 1 {
        return Err(call.refuse("joint", format!("the weights of joint add up to {total}, and must to 1")));
    }
    if joint.iter().all(|[_, mu, _]| mu.is_zero()) {
        return Err(call.refuse("joint", "M is 0, so that there is no gradient"));
    }
    let d_over_k = ratio(call, "d_over_k", "k_over_d", true)?;
    Ok(Model::JointAnsatz(Box::new(JointAnsatz { joint, d_over_k, readout: readout(call)? })))
}
