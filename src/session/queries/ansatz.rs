//! The constructor of the neural feature ansatz, `ansatz`.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, defaulted, joint_ansatz, optional, population};
use crate::activation::Function;
use crate::learning::moment_problem::{on_the_half_line, on_the_line};
use crate::model::{Ansatz, Labels, Model, Population, Readout, Slopes, Spread};
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory::{self, Doubt};

pub(super) const TABLE: &[Query] = &[Query {
    name: "ansatz",
    parameters: &[
        optional("f", "the activation, an expression in x without jumps"),
        optional("n_over_d", "samples over input dimension, positive"),
        optional("n_over_k", "samples over neurons; 0 is infinite width"),
        optional(
            "labels",
            "\"gaussian\", \"signs\" (+-1) or \"constant\" (1), a teacher, an expression in x = beta.x or in x1 … x9, or the moments [mu1, mu2, mu3, mu4]",
        ),
        defaulted("covariance", "[[1, 1]]", "of the inputs, tr Sigma/d = 1: a population law, or the moments [m1, …, m6]"),
        defaulted("readout", "\"signs\"", "\"signs\", \"gaussian\" or the moments [E a^2, E a^4, E a^6, E a^8]"),
        defaulted("init", "\"independent\"", "\"independent\", or \"antisymmetric\": neurons in pairs of opposite readout"),
        defaulted("initial_output", "\"none\"", "\"none\": the residual is y; \"network\": y - f_0"),
        optional("b1_squared", "in place of f: (E f'')^2, with E f' = 0"),
        optional("rest", "with b1_squared: E f'^2 - b1_squared"),
        optional("d_over_n", "in place of n_over_d"),
        optional("k_over_n", "in place of n_over_k"),
        optional(
            "joint",
            "the limit of infinitely many samples: [[lambda, mu, weight], …], eigenvalues of commuting Sigma and M = E r x x^T",
        ),
        optional("d_over_k", "with joint: input dimension over neurons; 0 is infinite width"),
        optional("k_over_d", "in place of d_over_k"),
    ],
    about: "the neural feature ansatz as training begins: the correlation of V^T V and V^T K V, V = W - W_0, of one hidden layer W (k x d)",
    result: "a model",
    example: "ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = \"signs\")",
    repeat: Repeat::Exact,
    run: ansatz,
}];

fn ansatz(call: &Call) -> Result<Value, Failure> {
    let model = if call.given("joint").is_some() { joint_ansatz::model(call)? } else { proportional(call)? };
    Ok(Value::Model(Arc::new(model)))
}

/// The first of these arguments that is given.
pub(super) fn first_given<'a>(call: &Call, names: &[&'a str]) -> Option<&'a str> {
    names.iter().copied().find(|name| call.given(name).is_some())
}

/// A ratio, or the inverse of the one given in its place; 0 where that is allowed.
///
/// # Errors
/// Neither, both, or what is not positive.
pub(super) fn ratio(call: &Call, name: &str, inverse: &str, zero: bool) -> Result<Rational, Failure> {
    if let (Some(_), Some(_)) = (call.given(name), call.given(inverse)) {
        return Err(call.refuse(inverse, format!("ansatz takes {name} or {inverse}, not both")));
    }
    if let Some(value) = call.positive(inverse, "")? {
        return Ok(value.recip());
    }
    match call.rational(name)? {
        Some(value) if value > 0 || (zero && value.is_zero()) => Ok(value),
        Some(value) => {
            let must = if zero { "cannot be negative" } else { "must be positive" };
            Err(call.refuse(name, format!("{name} {must}, and is {value}")).with_help(call.about(name)))
        }
        None => {
            let failure = Failure::wrong("missing_argument", call.span, format!("ansatz needs {name} or {inverse}"));
            Err(failure.with_help(format!("{}; for example {}", call.about(name), call.query.example)))
        }
    }
}

fn proportional(call: &Call) -> Result<Model, Failure> {
    if let Some(name) = first_given(call, &["d_over_k", "k_over_d"]) {
        let failure = call.refuse(name, format!("{name} goes with joint, the limit of infinitely many samples"));
        return Err(failure.with_help("n_over_d and n_over_k are the ratios of finitely many"));
    }
    let slopes = slopes(call)?;
    let (n_over_d, n_over_k) = (ratio(call, "n_over_d", "d_over_n", false)?, ratio(call, "n_over_k", "k_over_n", true)?);
    let (labels, covariance, readout) = (labels(call)?, covariance(call)?, readout(call)?);
    let antisymmetric = word(call, "init", ["independent", "antisymmetric"])?;
    let initial_output = word(call, "initial_output", ["none", "network"])?;
    let model = Ansatz { slopes, n_over_d, n_over_k, labels, covariance, readout, antisymmetric, initial_output };
    // what is wrong with constant labels is the activation
    let constant = Ansatz { labels: Labels::Constant, ..model.clone() };
    for (model, blamed) in [(constant, "f"), (model.clone(), "labels")] {
        theory::of(&Model::Ansatz(Box::new(model)), &call.work()).map_err(call.theory(blamed))?;
    }
    let model = Model::Ansatz(Box::new(model));
    Ok(model)
}

/// Whether the second of two words is given; the first stands for nothing.
fn word(call: &Call, name: &str, words: [&str; 2]) -> Result<bool, Failure> {
    match call.text(name)? {
        None => Ok(false),
        Some(text) => words.iter().position(|word| *word == text).map(|index| index == 1).ok_or_else(|| {
            let failure = call.refuse(name, format!("{name} must be one of two words, and is \"{text}\""));
            failure.with_help(format!("\"{}\" or \"{}\"", words[0], words[1]))
        }),
    }
}

fn slopes(call: &Call) -> Result<Slopes, Failure> {
    let number = |name: &str| match call.real(name)? {
        Some(value) if call.sign(&value)?.is_lt() => {
            Err(call.refuse(name, format!("{name} is a square and cannot be negative, and is {value}")))
        }
        value => Ok::<_, Failure>(value),
    };
    let given = first_given(call, &["b1_squared", "rest"]);
    match (call.activation("f")?, given) {
        (Some(f), None) => Ok(Slopes::Activation(f)),
        (Some(_), Some(name)) => {
            Err(call.refuse(name, "ansatz takes the activation f or its numbers b1_squared and rest, not both"))
        }
        (None, None) => {
            let failure = Failure::wrong("missing_argument", call.span, "ansatz needs the activation f, or b1_squared and rest");
            Err(failure.with_help(format!("for example {}", call.query.example)))
        }
        (None, Some(_)) => {
            let zero = || Function::rational(0);
            let [b1_squared, rest] = [number("b1_squared")?, number("rest")?].map(|value| value.unwrap_or_else(zero));
            if b1_squared.is_zero() && rest.is_zero() {
                return Err(call.refuse("rest", "b1_squared and rest are both 0, which are the numbers of a constant f"));
            }
            Ok(Slopes::Given { b1_squared, rest })
        }
    }
}

/// A list of so many rational numbers.
fn list<const N: usize>(call: &Call, name: &str, what: &str) -> Result<[Rational; N], Failure> {
    let found = call.rationals(name)?.unwrap_or_default();
    let count = found.len();
    <[Rational; N]>::try_from(found)
        .map_err(|_| call.refuse(name, format!("{name} as a list has the {N} moments {what}, and this one has {count}")))
}

fn labels(call: &Call) -> Result<Labels, Failure> {
    match call.given("labels") {
        None => {
            let failure = Failure::wrong("missing_argument", call.span, "ansatz needs labels");
            Err(failure
                .with_help("\"gaussian\", \"signs\", \"constant\", a teacher such as x^2 - 1, or moments [mu1, mu2, mu3, mu4]"))
        }
        Some(Value::Text(text)) => match text.as_str() {
            "gaussian" => Ok(Labels::Gaussian),
            "signs" => Ok(Labels::Signs),
            "constant" => Ok(Labels::Constant),
            _ => {
                let failure = call.refuse("labels", format!("labels \"{text}\" are not known"));
                Err(failure
                    .with_help("\"gaussian\", \"signs\", \"constant\", a teacher such as x^2 - 1, or [mu1, mu2, mu3, mu4]"))
            }
        },
        Some(Value::List(_)) => {
            let moments = list(call, "labels", "[mu1, mu2, mu3, mu4]")?;
            if moments.iter().all(Rational::is_zero) {
                let failure = call.refuse("labels", "all labels are 0, so that there is no gradient");
                return Err(failure.with_help("give moments with mu2 > 0, a law such as \"signs\", or a teacher such as x^2 - 1"));
            }
            if !on_the_line(&moments) {
                let failure = call.refuse("labels", "no law has these moments");
                return Err(failure.with_help("they satisfy mu2 >= mu1^2, and when centred mu4 >= mu2^2 + mu3^2/mu2"));
            }
            Ok(Labels::Moments(moments))
        }
        Some(Value::Several(teacher)) => Ok(match teacher.alone() {
            Some((_, f)) => Labels::Teacher(f),
            None => Labels::Several((**teacher).clone()),
        }),
        Some(_) => Ok(call.activation("labels")?.map_or(Labels::Constant, Labels::Teacher)),
    }
}

/// The readout, signs when it is not given.
///
/// # Errors
/// Anything else.
pub(super) fn readout(call: &Call) -> Result<Readout, Failure> {
    match call.given("readout") {
        None => Ok(Readout::Signs),
        Some(Value::Text(text)) => match text.as_str() {
            "signs" => Ok(Readout::Signs),
            "gaussian" => Ok(Readout::Gaussian),
            _ => {
                let failure = call.refuse("readout", format!("the readout \"{text}\" is not known"));
                Err(failure.with_help("\"signs\", \"gaussian\" or the moments [E a^2, E a^4, E a^6, E a^8]"))
            }
        },
        Some(_) => {
            let moments = list(call, "readout", "[E a^2, E a^4, E a^6, E a^8]")?;
            if moments[0] <= 0 {
                let failure = call.refuse("readout", format!("E a^2 must be positive, and is {}", moments[0]));
                return Err(failure.with_help("with a = 0 there is no gradient"));
            }
            if !on_the_half_line(&moments) {
                let failure = call.refuse("readout", "no law of a has these moments");
                return Err(failure.with_help("they are E a^2, E a^4, E a^6, E a^8: 1, 3, 15, 105 for a standard normal a"));
            }
            Ok(Readout::Moments(moments))
        }
    }
}

fn covariance(call: &Call) -> Result<Spread, Failure> {
    let scalars = |value: &Value| value.items().is_some_and(|items| items.iter().all(Value::is_function));
    let first = call.given("covariance").and_then(Value::items).and_then(|items| items.first().cloned());
    let begins_with_one = matches!(&first, Some(Value::Function(f)) if f.as_rational().is_some_and(|value| *value == 1));
    let six =
        call.given("covariance").filter(|value| scalars(value)).and_then(Value::items).is_some_and(|items| items.len() == 6);
    if six && begins_with_one {
        return moments(call).map(Spread::Moments);
    }
    let one = || Rational::from(1);
    let Some(population) = population::read(call, "covariance")? else {
        return Ok(Spread::Population(Population::of_atoms(vec![[one(), one()]])));
    };
    let mean = theory::mean(&call.work(), &population).map_err(call.theory("covariance"))?;
    let mean = match (mean, &population) {
        (Real::Rational(mean), _) if mean == 1 => return Ok(Spread::Population(population)),
        (Real::Rational(mean), Population::Atoms(atoms)) if atoms.other.is_none() => mean,
        (mean, _) => {
            call.work().doubt(Doubt::PopulationScaled { mean: format!("{:.6}", mean.to_f64()) });
            return Ok(Spread::Population(population.normalised()));
        }
    };
    let failure = call.refuse("covariance", format!("tr Sigma/d must be 1, so that w.x has variance 1, and is {mean}"));
    Err(failure.with_help(format!("divide every eigenvalue by {mean}")))
}

/// Six moments; of the fifth and sixth it is not asked whether they suit the others.
fn moments(call: &Call) -> Result<[Rational; 6], Failure> {
    let moments: [Rational; 6] = list(call, "covariance", "[m1, …, m6]")?;
    if !on_the_half_line(&moments[..4]) {
        let failure = call.refuse("covariance", "no covariance has these moments tr Sigma^p/d");
        return Err(failure.with_help("they satisfy m2 >= m1^2, m1*m3 >= m2^2, and so on; m1 = 1"));
    }
    Ok(moments)
}
