//! The constructor `attention`: the attention matrix at initialisation, which is model A with an exponential.

use std::sync::Arc;

use super::{Parameter, Query, Repeat, required};
use crate::activation::{Function, Primitive};
use crate::model::{Bias, Energies, Entries, Features, Model};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;

pub(super) const TABLE: &[Query] = &[Query {
    name: "attention",
    parameters: &[
        required("beta", "the inverse temperature: A = softmax(beta Q K^T/sqrt(d_k)), row by row"),
        Parameter { aliases: &["d_over_T"], ..required("d_over_t", "d_k/T: key dimension over number of tokens") },
    ],
    about: "the attention matrix at initialisation: T A A^T without its top eigenvalue, A = softmax(beta Q K^T/sqrt(d_k)), Q and K T x d_k of independent standard entries; that is features(exp(beta*x - beta^2/2), phi = psi = d_k/T), whose mean makes the top eigenvalue",
    result: "a model",
    example: "attention(beta = 1/2, d_over_t = 1/2)",
    repeat: Repeat::Exact,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let beta = call.real("beta")?.unwrap_or_else(Function::one);
    if !call.sign(&beta)?.is_gt() {
        let failure = call.refuse("beta", format!("beta is an inverse temperature and must be positive, and is {beta}"));
        return Err(failure.with_help("at beta = 0 all entries of A are 1/T"));
    }
    let ratio = call.positive("d_over_t", " = d_k/T")?.unwrap_or_default();
    let f = (beta.clone() * Function::x() - beta.powi(2) / Function::rational(2)).apply(Primitive::Exp);
    let one = || Function::one();
    let model = Features {
        energies: Energies::Activation(f),
        phi: ratio.clone(),
        psi: ratio,
        sigma_w: one(),
        sigma_x: one(),
        entries_w: Entries::gaussian(),
        entries_x: Entries::gaussian(),
        sigma_b: Function::rational(0),
        bias: Bias::Row,
    };
    theory::admit(&call.work(), &model).map_err(call.theory("beta"))?;
    Ok(Value::Model(Arc::new(Model::Features(Box::new(model)))))
}
