//! A population law as an argument: atoms with weights, eigenvalues with equal ones, or a law by name.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, required};
use crate::model::{Atoms, Covariance, EarlierLaw, Model, Population, PowerLaw};
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::{Hidden, Value};
use crate::theory;

/// Most atoms of a population.
pub(super) const MOST_ATOMS: usize = 2000;

/// Most models whose laws are populations one of the other.
const MOST_MODELS: usize = 20;

/// What an argument that [`read`] takes is, for help.
pub(super) const ABOUT: &str = "[[value, weight], …], a list of eigenvalues with equal weights, mp(ratio), powerlaw(a, lo, hi), an earlier law spectrum(m), or eigenvalues(M) of data";

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "mp",
        parameters: &[required("ratio", "dimension over number of rows, positive")],
        about: "the Marchenko-Pastur law as a population: the eigenvalues of a white sample covariance",
        result: "a population law",
        example: "spectrum(covariance(mp(1/2), gamma = 1/4))",
        repeat: Repeat::Exact,
        run: |call| {
            let ratio = call.positive("ratio", "")?.unwrap_or_else(|| Rational::from(1));
            let typed = format!("mp({ratio})");
            let population = Population::of_atoms(vec![[Rational::from(1), Rational::from(1)]]);
            let model = Arc::new(Covariance { population, gamma: ratio, spikes: Vec::new() }.into());
            Ok(Value::Population(Arc::new(Population::Law(EarlierLaw { model, unit_mean: false, typed }))))
        },
    },
    Query {
        name: "powerlaw",
        parameters: &[
            required("a", "the power: the density is proportional to x^(-a)"),
            required("lo", "the lower end, positive"),
            required("hi", "the upper end"),
        ],
        about: "a power law on an interval as a population; what follows is estimated",
        result: "a population law",
        example: "edges(covariance(powerlaw(2, 1/2, 8), gamma = 1/2))",
        repeat: Repeat::Exact,
        run: |call| {
            let low = call.positive("lo", "")?.unwrap_or_default();
            let [power, high] = [call.rational("a")?, call.rational("hi")?].map(Option::unwrap_or_default);
            if high <= low {
                return Err(call.refuse("hi", format!("hi must be above lo = {low}, and is {high}")));
            }
            if Rational::from(power.abs_ref()) > 20 || Rational::from(&high / &low) > 1_000_000_000 {
                let failure = call.refuse("a", "the bounds of a power law are |a| <= 20 and hi/lo <= 10^9");
                return Err(failure);
            }
            let law = PowerLaw { a: power, low, high, unit_mean: false, coarse: false };
            Ok(Value::Population(Arc::new(Population::Power(law))))
        },
    },
];

/// The population, atoms by value, equal ones together, weights adding up to 1.
///
/// # Errors
/// Anything else.
pub(super) fn read(call: &Call, name: &str) -> Result<Option<Population>, Failure> {
    match call.given(name) {
        None => Ok(None),
        Some(Value::Population(population)) => Ok(Some((**population).clone())),
        Some(Value::Model(model)) => law_of(call, name, model).map(Some),
        Some(Value::Record(record)) => match &record.hidden {
            Hidden::Law(model) => law_of(call, name, model).map(Some),
            _ => typed(call, name).map(Some),
        },
        Some(Value::Matrix(_)) => {
            let failure = call.refuse(name, format!("{name} is a law of eigenvalues, and this is a matrix"));
            Err(failure.with_help("eigenvalues(M) are those of a symmetric one; kernel(f, gamma = […], data = X) takes data"))
        }
        Some(value) => match value.items() {
            Some(items) if items.iter().any(|item| matches!(item, Value::Real(Real::Estimated(_)))) => {
                computed(call, name, &items).map(Some)
            }
            _ => typed(call, name).map(Some),
        },
    }
}

/// The law of an earlier model.
fn law_of(call: &Call, name: &str, model: &Arc<Model>) -> Result<Population, Failure> {
    let population = theory::law_as_population(&call.work(), model).map_err(call.theory(name))?;
    if population.depth() > MOST_MODELS {
        let message = format!("{name} stands on more than {MOST_MODELS} models, each over the law of the one before");
        return Err(call.refuse(name, message).with_help("write the layers of one kernel, or fewer steps"));
    }
    Ok(population)
}

/// Eigenvalues found in double precision.
fn computed(call: &Call, name: &str, items: &[Value]) -> Result<Population, Failure> {
    let mut found = Vec::with_capacity(items.len());
    let mut error = 0.0f64;
    for item in items {
        let value = match item {
            Value::Real(Real::Estimated(ball)) => {
                error = error.max(ball.radius().to_f64());
                ball.to_f64()
            }
            Value::Real(real) => real.to_f64(),
            Value::Function(f) => f.as_rational().map_or(f64::NAN, Rational::to_f64),
            _ => f64::NAN,
        };
        if !value.is_finite() {
            return Err(call.refuse(name, format!("{name} mixes eigenvalues with what is no number")));
        }
        found.push(value);
    }
    if let Some(value) = found.iter().find(|value| **value < -2.0 * error) {
        return Err(call.refuse(name, format!("an eigenvalue of a covariance cannot be negative: {value:e}")));
    }
    bounded(call, name, of_doubles(&found, error, format!("{} eigenvalues", found.len())), found.len())
}

/// Equal weights on eigenvalues that may be off by an error; those within it of 0 are 0.
pub(super) fn of_doubles(values: &[f64], error: f64, typed: String) -> Population {
    let share = Rational::from((1, values.len().max(1)));
    let place = |value: f64, moved: f64| {
        let value = if value <= error { 0.0 } else { value + moved };
        [Rational::from_f64(value).unwrap_or_default(), share.clone()]
    };
    let [atoms, other] = [0.0, error].map(|moved| gathered(values.iter().map(|value| place(*value, moved)).collect()));
    Population::Atoms(Atoms { atoms, other: Some(other), typed: Some(typed) })
}

/// Atoms by value, equal ones together.
fn gathered(mut atoms: Vec<[Rational; 2]>) -> Vec<[Rational; 2]> {
    atoms.sort();
    let mut found: Vec<[Rational; 2]> = Vec::with_capacity(atoms.len());
    for [value, weight] in atoms {
        match found.last_mut() {
            Some([known, sum]) if *known == value => *sum += weight,
            _ => found.push([value, weight]),
        }
    }
    found
}

fn typed(call: &Call, name: &str) -> Result<Population, Failure> {
    let rows = call.rows(name, 1..=2)?.unwrap_or_default();
    let lengths = [1, 2].map(|length| rows.iter().filter(|row| row.len() == length).count());
    if lengths[0] > 0 && lengths[1] > 0 {
        return Err(call.refuse(name, format!("{name} mixes eigenvalues with pairs [value, weight]")));
    }
    if rows.is_empty() {
        return Err(call.refuse(name, format!("{name} has no eigenvalues")).with_help("for example [[1, 1/2], [4, 1/2]]"));
    }
    let share = Rational::from((1, rows.len().max(1)));
    let mut atoms: Vec<[Rational; 2]> = Vec::with_capacity(rows.len());
    for row in rows {
        let [value, weight] = match &row[..] {
            [value, weight] => [value.clone(), weight.clone()],
            _ => [row[0].clone(), share.clone()],
        };
        if value < 0 {
            return Err(call.refuse(name, format!("an eigenvalue of a covariance cannot be negative: {value}")));
        }
        if weight <= 0 {
            return Err(call.refuse(name, format!("the weight of {value} must be positive, and is {weight}")));
        }
        atoms.push([value, weight]);
    }
    let atoms = gathered(atoms);
    let total = atoms.iter().fold(Rational::new(), |sum, [_, weight]| sum + weight);
    if total != 1 {
        let failure = call.refuse(name, format!("the weights of {name} add up to {total}, and must to 1"));
        return Err(failure.with_help("a list of numbers in place of pairs has equal weights"));
    }
    let count = atoms.len();
    bounded(call, name, Population::of_atoms(atoms), count)
}

/// The population, when it has a bulk and no more atoms than the bound.
///
/// # Errors
/// No bulk, or too many atoms.
pub(super) fn bounded(call: &Call, name: &str, population: Population, count: usize) -> Result<Population, Failure> {
    if matches!(&population, Population::Atoms(law) if law.atoms.iter().all(|[value, _]| value.is_zero())) {
        return Err(call.refuse(name, format!("{name} is 0, so that there is no bulk")));
    }
    if count > MOST_ATOMS {
        let message = format!("{name} has {count} different values, more than the bound {MOST_ATOMS}");
        return Err(call.refuse(name, message).with_help("round them to fewer different values, or take fewer samples"));
    }
    Ok(population)
}
