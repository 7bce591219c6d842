//! Two laws beside each other.

use super::{Query, Repeat, estimated, required};
use crate::model::{Energies, Features};
use crate::number::{Ball, Magnitude};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law::{self, Energy, energy};
use crate::session::value::{Real, Value};
use crate::spectrum::{Distance, Law64, Shape, distances, ratios_agree};

/// Bits that hold a double with its error.
const BITS: u32 = 64;

pub(super) const TABLE: &[Query] = &[Query {
    name: "compare",
    parameters: &[required("m1", "a model"), required("m2", "another model")],
    about: "whether two limiting laws are equal, and how far apart they are; outliers do not count",
    result: "a record: equal (decided), kolmogorov (sup of the difference of the distribution functions), wasserstein (its integral); the distances are estimates unless they are 0",
    example: "compare(features(tanh(x), phi = 1/2, psi = 3/4), features(theta1 = 2/5, theta2 = 1/3, phi = 1/2, psi = 3/4))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let (a, b) = (call.model("m1")?, call.model("m2")?);
    let (first, second) = (energy(call, &a)?, energy(call, &b)?);
    if equal(call, [&a, &b], [&first, &second])? {
        let fields = vec![("equal", Value::Flag(true)), ("kolmogorov", Value::number(0)), ("wasserstein", Value::number(0))];
        return Ok(Value::record("compare", fields));
    }
    let table = |energy: &Energy| Law64::new(&energy.parameters).map_err(|error| law::failure(&error, call.span));
    let found = distances(&table(&first)?, &table(&second)?);
    let fields = vec![
        ("equal", Value::Flag(false)),
        ("kolmogorov", estimate(found.kolmogorov)),
        ("wasserstein", estimate(found.wasserstein)),
    ];
    Ok(estimated::record("compare", fields))
}

fn estimate(distance: Distance) -> Value {
    Value::Estimate(Ball::double(distance.value, BITS).widened(Magnitude::from_f64(distance.error)))
}

/// Decided by shapes, ratios and exact energies, or by separated ones; energies that cannot be told apart count as equal,
/// with a warning.
fn equal(call: &Call, models: [&Features; 2], [a, b]: [&Energy; 2]) -> Result<bool, Failure> {
    if !ratios_agree(&a.parameters, &b.parameters) {
        return Ok(false);
    }
    if a.parameters.shape == Shape::Null || same_source(models) {
        return Ok(true);
    }
    let first = [(&a.theta1, &a.parameters.theta1), (&b.theta1, &b.parameters.theta1)];
    let second = [(&a.theta2, &a.parameters.theta2), (&b.theta2, &b.parameters.theta2)];
    Ok(agree(call, first)? && (a.parameters.shape != Shape::General || agree(call, second)?))
}

/// The same activation under the same pre-activations.
fn same_source([a, b]: [&Features; 2]) -> bool {
    let same = (&a.sigma_b, a.bias, a.tau()) == (&b.sigma_b, b.bias, b.tau());
    matches!((&a.energies, &b.energies), (Energies::Activation(f), Energies::Activation(g)) if f == g) && same
}

fn agree(call: &Call, [(shown, ball), (other_shown, other)]: [(&Value, &Ball); 2]) -> Result<bool, Failure> {
    if !ball.overlaps(other) {
        return Ok(false);
    }
    let proved = match (shown, other_shown) {
        (Value::Function(a), Value::Function(b)) => match (a.as_rational(), b.as_rational()) {
            (Some(a), Some(b)) => return Ok(a == b),
            _ => a == b,
        },
        (Value::Real(Real { exact: Some(a), .. }), Value::Real(Real { exact: Some(b), .. })) => a == b,
        _ => false,
    };
    if !proved {
        call.count_as_zero("whether two energies are equal")?;
    }
    Ok(true)
}
