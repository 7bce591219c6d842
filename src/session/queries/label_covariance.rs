//! The constructor of a covariance weighted by labels, `label_covariance`.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, optional, required};
use crate::model::{LabelCovariance, Model};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;

pub(super) const TABLE: &[Query] = &[Query {
    name: "label_covariance",
    parameters: &[
        required("teacher", "the labels are teacher(beta.x): of finitely many values, certified, or bounded, estimated"),
        optional("d_over_n", "input dimension over samples, positive"),
        optional("n_over_d", "in place of d_over_n"),
    ],
    about: "the covariance weighted by labels, M = sum_i y_i x_i x_i^T/n (d x d): what an early step of a network with E f' = 0 sees",
    result: "a model",
    example: "label_covariance(sign(abs(x) - 2/3), d_over_n = 1/4)",
    repeat: Repeat::Exact,
    run: label_covariance,
}];

fn label_covariance(call: &Call) -> Result<Value, Failure> {
    let Some(teacher) = call.activation("teacher")? else {
        return Err(Failure::wrong("missing_argument", call.span, "label_covariance needs a teacher"));
    };
    let ratios = (call.positive("d_over_n", "")?, call.positive("n_over_d", "")?);
    let d_over_n = match ratios {
        (Some(ratio), None) => ratio,
        (None, Some(inverse)) => Rational::from(inverse.recip_ref()),
        (Some(_), Some(_)) => return Err(call.refuse("n_over_d", "label_covariance takes d_over_n or n_over_d, not both")),
        (None, None) => {
            let failure = Failure::wrong("missing_argument", call.span, "label_covariance needs d_over_n or n_over_d");
            return Err(failure.with_help(format!("{}; for example {}", call.about("d_over_n"), call.query.example)));
        }
    };
    let model = Model::LabelCovariance(LabelCovariance { teacher, d_over_n });
    theory::of(&model, &call.work()).map_err(call.theory("teacher"))?;
    Ok(Value::Model(Arc::new(model)))
}
