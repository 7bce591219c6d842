//! The constructor of regression after a step of critical size, `spiked_features`.

use std::sync::Arc;

use rug::Rational;

use super::{Parameter, Query, Repeat, defaulted, missing, required};
use crate::activation::Function;
use crate::model::{Model, SpikedFeatures};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;

/// Most values of u.
const MOST: usize = 12;

pub(super) const TABLE: &[Query] = &[Query {
    name: "spiked_features",
    parameters: &[
        required("f", "the activation, an expression in x, as typed"),
        required("teacher", "the labels are teacher(beta.x) + noise, |beta| = 1, as typed"),
        Parameter { aliases: &["d_over_n"], ..required("phi", "d/n, input dimension over samples") },
        Parameter { aliases: &["d_over_N"], ..required("psi", "d/N, input dimension over neurons") },
        required("ridge", "the penalty of |y - F a|^2/n + ridge*|a|^2, positive"),
        defaulted("noise", "0", "the standard deviation of the label noise"),
        required("overlap", "<v, beta>, from -1 to 1"),
        required(
            "strengths",
            "[[u, share], …], the sizes u of the steps u*v of the rows of W and the shares of rows that make them",
        ),
    ],
    about: "ridge regression after a step of critical size: F = f(X W^T), W = W_0 + u v^T, unit rows of W_0",
    result: "a model; its errors are estimated",
    example: "spiked_features(relu(x), x, phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10, overlap = 4/5, strengths = [[1, 1/2], [-1, 1/2]])",
    repeat: Repeat::Exact,
    run: spiked_features,
}];

fn spiked_features(call: &Call) -> Result<Value, Failure> {
    let activation = call.activation("f")?.ok_or_else(|| missing(call, "f"))?;
    let teacher = call.activation("teacher")?.ok_or_else(|| missing(call, "teacher"))?;
    let phi = call.positive("phi", " = d/n")?.ok_or_else(|| missing(call, "phi"))?;
    let psi = call.positive("psi", " = d/N")?.ok_or_else(|| missing(call, "psi"))?;
    let ridge = call.real("ridge")?.ok_or_else(|| missing(call, "ridge"))?;
    if !call.sign(&ridge)?.is_gt() {
        let failure = call.refuse("ridge", format!("ridge must be positive, and is {ridge}"));
        return Err(failure.with_help("a small one shows the limit: ridge = 1e-6"));
    }
    let noise = call.deviation("noise")?;
    let overlap = call.real("overlap")?.ok_or_else(|| missing(call, "overlap"))?;
    let one = || Function::one();
    for beyond in [one() - overlap.clone(), one() + overlap.clone()] {
        if !beyond.is_zero() && call.sign(&beyond)?.is_lt() {
            let failure = call.refuse("overlap", format!("overlap is a cosine and must lie from -1 to 1, and is {overlap}"));
            return Err(failure.with_help(call.about("overlap")));
        }
    }
    let strengths = strengths(call)?;
    let model = SpikedFeatures { activation, teacher, phi, psi, ridge, noise, overlap, strengths };
    let model = Model::SpikedFeatures(Box::new(model));
    theory::of(&model, &call.work()).map_err(call.theory("f"))?;
    Ok(Value::Model(Arc::new(model)))
}

fn strengths(call: &Call) -> Result<Vec<[Rational; 2]>, Failure> {
    let rows = call.rows("strengths", 2..=2)?.ok_or_else(|| missing(call, "strengths"))?;
    let pairs: Option<Vec<[Rational; 2]>> = rows.into_iter().map(|row| row.try_into().ok()).collect();
    let Some(pairs) = pairs.filter(|pairs| !pairs.is_empty()) else {
        let failure = call.refuse("strengths", "strengths are pairs [u, share]");
        return Err(failure.with_help("for example [[1, 1/2], [-1, 1/2]]"));
    };
    if let Some([u, share]) = pairs.iter().find(|[_, share]| *share <= 0) {
        return Err(call.refuse("strengths", format!("the share of u = {u} must be positive, and is {share}")));
    }
    let total = pairs.iter().fold(Rational::new(), |sum, [_, share]| sum + share);
    if total != 1 {
        let failure = call.refuse("strengths", format!("the shares of strengths add up to {total}, and must to 1"));
        return Err(failure.with_help(call.about("strengths")));
    }
    if pairs.len() > MOST {
        return Err(call.refuse("strengths", format!("{} strengths are more than the bound {MOST}", pairs.len())));
    }
    Ok(pairs)
}
