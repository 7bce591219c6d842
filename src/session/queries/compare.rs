//! Two laws beside each other.

use super::{Query, Repeat, required};
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::spectrum::{Distance, distances};
use crate::theory::{Answers, Doubt, equal};

pub(super) const TABLE: &[Query] = &[Query {
    name: "compare",
    parameters: &[required("m1", "a model"), required("m2", "another model")],
    about: "whether two limiting laws are equal, and how far apart they are; outliers do not count",
    result: "a record: equal (decided; undefined where that is open, as for biased neurons), kolmogorov (sup of the difference of the distribution functions), wasserstein (its integral; the distances are estimates unless they are 0)",
    example: "compare(features(tanh(x), phi = 1/2, psi = 3/4), features(theta1 = 2/5, theta2 = 1/3, phi = 1/2, psi = 3/4))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let models = [call.model("m1")?, call.model("m2")?];
    let [a, b]: [Box<dyn Answers>; 2] = [call.answers("m1")?, call.answers("m2")?];
    let equal = equal(&call.work(), [&models[0], &models[1]], [&*a, &*b]).map_err(call.theory("m2"))?;
    if equal == Some(true) {
        let fields = vec![("equal", Value::Flag(true)), ("kolmogorov", Value::number(0)), ("wasserstein", Value::number(0))];
        return Ok(Value::record("compare", fields));
    }
    if equal.is_none() {
        let reason = "equal: none of the first moments tells the laws apart beyond its error, and no rule here shows that they are one law";
        call.work().doubt(Doubt::Undefined { fields: &["equal"], reason: reason.to_owned() });
    }
    let [first, second] = [a.law().map_err(call.theory("m1"))?, b.law().map_err(call.theory("m2"))?];
    let found = distances(first, second).map_err(call.theory("m2"))?;
    let estimate = |distance: Distance| Value::from(Real::estimated_double(distance.value, distance.error));
    let fields = vec![
        ("equal", equal.map_or(Value::UNDEFINED, Value::Flag)),
        ("kolmogorov", estimate(found.kolmogorov)),
        ("wasserstein", estimate(found.wasserstein)),
    ];
    Ok(Value::answer("compare", fields))
}
