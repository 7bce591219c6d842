//! Two laws beside each other.

use super::{Query, Repeat, estimated, required};
use crate::model::{Energies, Features};
use crate::number::{Ball, Magnitude};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law::{self, Energy, energy};
use crate::session::network::{self, Network};
use crate::session::value::{Real, Value};
use crate::session::warning::Warning;
use crate::spectrum::{Distance, Distribution, Law64, LawError, Profile64, Shape, distances, ratios_agree};

/// Bits that hold a double with its error.
const BITS: u32 = 64;

pub(super) const TABLE: &[Query] = &[Query {
    name: "compare",
    parameters: &[required("m1", "a model"), required("m2", "another model")],
    about: "whether two limiting laws are equal, and how far apart they are; outliers do not count",
    result: "a record: equal (decided; undefined where that is open for biased neurons), kolmogorov (sup of the difference of the distribution functions), wasserstein (its integral); the distances are estimates unless they are 0",
    example: "compare(features(tanh(x), phi = 1/2, psi = 3/4), features(theta1 = 2/5, theta2 = 1/3, phi = 1/2, psi = 3/4))",
    repeat: Repeat::Numeric,
    run,
}];

/// A law on its curve, or one of biased neurons.
enum Law {
    Curve(Box<Energy>),
    Profile(Network),
}

/// Its table in double precision.
enum Table {
    Curve(Law64),
    Profile(Profile64),
}

impl Law {
    fn of(call: &Call, name: &str) -> Result<Self, Failure> {
        if let Some(kernel) = call.kernel(name) {
            return network::of_kernel(call, &kernel).map(Self::Profile);
        }
        let model = call.model(name)?;
        Ok(match network::of_features(call, &model)? {
            Some(network) => Self::Profile(network),
            None => Self::Curve(Box::new(energy(call, &model)?)),
        })
    }

    fn table(&self, call: &Call) -> Result<Table, Failure> {
        match self {
            Self::Curve(energy) => {
                Law64::new(&energy.parameters).map(Table::Curve).map_err(|error| law::failure(&error, call.span))
            }
            Self::Profile(network) => network.double(call, network.layers.len()).map(Table::Profile),
        }
    }

    /// E λ of the bulk, when its enclosure is proved.
    fn mean(&self, call: &Call) -> Result<Option<Ball>, Failure> {
        Ok(match self {
            Self::Curve(energy) => Some(energy.parameters.theta1.clone()),
            Self::Profile(network) => match network.layers.last().filter(|top| !top.rounded) {
                Some(top) => Some(top.averages(call)?[0].ball.clone()),
                None => None,
            },
        })
    }
}

impl Table {
    fn distribution(&self) -> Option<Distribution<'_>> {
        match self {
            Self::Curve(law) => Some(law.distribution()),
            Self::Profile(law) => law.distribution(),
        }
    }
}

fn run(call: &Call) -> Result<Value, Failure> {
    let [first, second] = [Law::of(call, "m1")?, Law::of(call, "m2")?];
    let equal = match (&first, &second) {
        (Law::Curve(a), Law::Curve(b)) => Some(equal(call, [&*call.model("m1")?, &*call.model("m2")?], [a, b])?),
        _ if same_model(call) => Some(true),
        _ => match (first.mean(call)?, second.mean(call)?) {
            (Some(a), Some(b)) if !a.overlaps(&b) => Some(false),
            _ => None,
        },
    };
    if equal == Some(true) {
        let fields = vec![("equal", Value::Flag(true)), ("kolmogorov", Value::number(0)), ("wasserstein", Value::number(0))];
        return Ok(Value::record("compare", fields));
    }
    if equal.is_none() {
        let reason =
            "equal: the laws have the same mean as far as can be told, and beyond that it is not decided for biased neurons";
        call.evaluation.warn(Warning::Undefined(reason.to_owned()));
    }
    let tables = [first.table(call)?, second.table(call)?];
    let no_path = || law::failure(&LawError::NoPath, call.span);
    let [a, b] = [tables[0].distribution().ok_or_else(no_path)?, tables[1].distribution().ok_or_else(no_path)?];
    let found = distances(&a, &b);
    let fields = vec![
        ("equal", equal.map_or(Value::Undefined, Value::Flag)),
        ("kolmogorov", estimate(found.kolmogorov)),
        ("wasserstein", estimate(found.wasserstein)),
    ];
    Ok(estimated::record("compare", fields))
}

/// The same constructor with the same arguments.
fn same_model(call: &Call) -> bool {
    match (call.given("m1"), call.given("m2")) {
        (Some(Value::Model(a)), Some(Value::Model(b))) => a == b,
        (Some(Value::Kernel(a)), Some(Value::Kernel(b))) => a == b,
        _ => false,
    }
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
