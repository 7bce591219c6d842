//! The edge of chaos: `edge_of_chaos`.

use super::propagation::bias;
use super::{Query, Repeat, optional, required};
use crate::activation::Function;
use crate::propagation::{Edge, EdgePoint};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::part::Part;
use crate::session::value::Value;
use crate::theory::{Doubt, real};

pub(super) const TABLE: &[Query] = &[Query {
    name: "edge_of_chaos",
    parameters: &[
        required("f", "the activation"),
        optional("q", "the variance of the pre-activations, which runs along the edge"),
        optional("sigma_b2", "in place of q: the variance of the biases; all points of the edge with it are given"),
    ],
    about: "where chi_1 = 1 at a stable fixed point of the variance: sigma_w2 = 1/E f'(sqrt(q) Z)^2, sigma_b2 = q - E f(sqrt(q) Z)^2/E f'(sqrt(q) Z)^2; and how fast correlations merge there",
    result: "a record: sigma_w2, sigma_b2, q, slope (V'(q)), merging ({power, constant}: 1 - c_l ~ constant/l^power, 1 for smooth f, 2 for kinks); a list of them where sigma_b2 is met several times",
    example: "edge_of_chaos(tanh(x), q = 1)",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    answer(call, true)
}

/// The place of a point of the edge, without what needs further integrals.
///
/// # Errors
/// As the query.
pub(super) fn part(call: &Call, Part { place, field }: Part) -> Result<Option<Value>, Failure> {
    let placed = place.is_none() && call.given("q").is_some() && matches!(field, "sigma_w2" | "sigma_b2" | "q");
    placed.then(|| answer(call, false)).transpose()
}

/// The answer, or what gives the place on the edge alone.
fn answer(call: &Call, whole: bool) -> Result<Value, Failure> {
    let f = call.activation("f")?.unwrap_or_else(Function::x);
    let work = call.work();
    let edge = Edge::of(&work.data.nonlinearity(&f), work.job).map_err(call.theory("f"))?;
    match (call.real("q")?, call.given("sigma_b2").is_some()) {
        (Some(_), true) => Err(call.refuse("sigma_b2", "edge_of_chaos takes q or sigma_b2, not both: one gives the other")),
        (None, false) => {
            let failure = Failure::wrong("missing_argument", call.span, "edge_of_chaos needs q or sigma_b2");
            Err(failure.with_help("edge_of_chaos(tanh(x), q = 1), or edge_of_chaos(tanh(x), sigma_b2 = 1/20)"))
        }
        (Some(q), false) => {
            if !call.sign(&q)?.is_gt() {
                let failure =
                    call.refuse("q", format!("q is the variance of the pre-activations and must be positive, and is {q}"));
                return Err(
                    failure.with_help("towards q = 0 sigma_w2 tends to 1/f'(0)^2 where f(0) = 0: edge_of_chaos(f, sigma_b2 = 0)")
                );
            }
            Ok(point(call, &edge.at(&q, whole, work.bits, work.job).map_err(call.theory("q"))?))
        }
        (None, true) => {
            let sigma_b2 = bias(call)?;
            let found = edge.with_bias(&sigma_b2, work.bits, work.job).map_err(call.theory("sigma_b2"))?;
            Ok(match &found[..] {
                [only] => point(call, only),
                several => Value::list(several.iter().map(|found| point(call, found)).collect()),
            })
        }
    }
}

fn point(call: &Call, point: &EdgePoint) -> Value {
    let merging = match &point.merging {
        Some(merging) => {
            Value::record("merging", vec![("power", Value::number(merging.power)), ("constant", real(&merging.constant).into())])
        }
        None => {
            let why =
                if point.q.ball.is_exact_zero() { "q = 0" } else { "f is a straight line, and every correlation stays as it is" };
            call.work().doubt(Doubt::Undefined { fields: &["merging"], reason: format!("merging: {why}") });
            Value::UNDEFINED
        }
    };
    Value::record(
        "edge",
        vec![
            ("sigma_w2", real(&point.sigma_w2).into()),
            ("sigma_b2", real(&point.sigma_b2).into()),
            ("q", real(&point.q).into()),
            ("slope", real(&point.slope).into()),
            ("merging", merging),
        ],
    )
}
