//! The constructor of model A, `features`.

use std::fmt::Display;
use std::sync::Arc;

use rug::Rational;

use super::{Parameter, Query, Repeat, defaulted, optional};
use crate::activation::Function;
use crate::model::{Bias, Energies, Entries, Features, Model};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::spectrum::{Constants, Shape};
use crate::theory;

pub(super) const TABLE: &[Query] = &[Query {
    name: "features",
    parameters: &[
        optional("f", "the activation, an expression in x"),
        optional("phi", "n0/m: input dimension over number of samples"),
        optional("psi", "n0/n1: input dimension over number of features"),
        defaulted("sigma_w", "1", "the standard deviation of the weights"),
        defaulted("sigma_x", "1", "the standard deviation of the inputs"),
        defaulted("kurtosis_w", "3", "fourth moment of the weights over their squared variance; it moves outliers only"),
        defaulted("kurtosis_x", "3", "that of the inputs"),
        defaulted("skewness_w", "0", "third moment of the weights over the cube of their standard deviation"),
        defaulted("skewness_x", "0", "that of the inputs"),
        defaulted("sigma_b", "0", "the standard deviation of the Gaussian bias added to the pre-activations"),
        defaulted(
            "bias",
            "\"row\"",
            "\"row\": one number a neuron; \"entry\", \"column\"; \"averaged\": the equation without bias with averaged coefficients, for comparison",
        ),
        Parameter { aliases: &["eta"], ..optional("theta1", "Var f(sigma Z), given in place of f") },
        Parameter { aliases: &["zeta"], ..optional("theta2", "(E Z f(sigma Z))^2, given in place of f") },
        optional("sigma_w2", "the square of sigma_w, in its place"),
        optional("sigma_b2", "the square of sigma_b, in its place"),
        optional("n0", "the input dimension, on any scale, in place of phi and psi"),
        optional("n1", "the number of features, on the same scale"),
        optional("m", "the number of samples, on the same scale"),
    ],
    about: "the random-feature model: M = Y Y^T/m, Y = f(W X/sqrt(n0)), W n1 x n0 and X n0 x m",
    result: "a model; a symbolic one, for equation and moments, when none of f and sizes is given and some number is left out",
    example: "features(tanh(x), phi = 1/2, psi = 3/4)",
    repeat: Repeat::Exact,
    run: features,
}];

fn features(call: &Call) -> Result<Value, Failure> {
    if let Some(constants) = symbolic(call)? {
        return Ok(Value::Symbolic(Arc::new(constants)));
    }
    let energies = energies(call)?;
    let (phi, psi) = ratios(call)?;
    let [sigma_w, sigma_x] = [call.scale_or_variance("sigma_w", "sigma_w2")?, call.scale("sigma_x")?];
    let (entries_w, entries_x) =
        (kurtosis_and_skewness(call, "kurtosis_w", "skewness_w")?, kurtosis_and_skewness(call, "kurtosis_x", "skewness_x")?);
    let (sigma_b, bias) = bias(call)?;
    if !sigma_b.is_zero() && matches!(energies, Energies::Given { .. }) {
        return Err(call.refuse("sigma_b", "sigma_b needs the activation f: theta1 and theta2 do not say what a bias does"));
    }
    let model = Features { energies, phi, psi, sigma_w, sigma_x, entries_w, entries_x, sigma_b, bias };
    theory::admit(&call.work(), &model).map_err(call.theory("f"))?;
    Ok(Value::Model(Arc::new(Model::Features(Box::new(model)))))
}

/// A kurtosis and a skewness that some law has.
///
/// # Errors
/// A kurtosis below 1 + skewness².
pub(super) fn kurtosis_and_skewness(call: &Call, kurtosis: &str, skewness: &str) -> Result<Entries, Failure> {
    let Entries { skewness: symmetric, kurtosis: gaussian } = Entries::gaussian();
    let found = Entries {
        skewness: call.rational(skewness)?.unwrap_or(symmetric),
        kurtosis: call.rational(kurtosis)?.unwrap_or(gaussian),
    };
    let least = Rational::from(found.skewness.square_ref()) + 1u32;
    if found.kurtosis >= least {
        return Ok(found);
    }
    let place = if call.given(kurtosis).is_some() { kurtosis } else { skewness };
    let message = format!(
        "no law has {kurtosis} = {} with {skewness} = {}: the kurtosis is at least 1 + skewness^2 = {least}",
        found.kurtosis, found.skewness
    );
    Err(call.refuse(place, message).with_help(format!("take {kurtosis} = {least} (a law on two points) or more")))
}

/// The standard deviation of the bias, and how it is shared.
fn bias(call: &Call) -> Result<(Function, Bias), Failure> {
    let sigma = call.deviation_or_variance("sigma_b", "sigma_b2")?;
    let bias = match call.text("bias")? {
        None => Bias::Row,
        Some(text) => Bias::ALL.into_iter().find(|bias| bias.name() == text).ok_or_else(|| {
            let failure = call.refuse("bias", format!("bias must be one of four words, and is \"{text}\""));
            failure.with_help("\"row\" (one number a neuron), \"entry\", \"column\" or \"averaged\"")
        })?,
    };
    Ok((sigma, bias))
}

/// Without an activation, letters stand for whichever of phi, psi, theta1 and theta2 are not given; none when all are.
fn symbolic(call: &Call) -> Result<Option<Constants>, Failure> {
    let absent = |name: &str| call.given(name).is_none();
    let named = ["phi", "psi", "theta1", "theta2"];
    if !absent("f") || !["n0", "n1", "m"].iter().all(|name| absent(name)) || !named.iter().any(|name| absent(name)) {
        return Ok(None);
    }
    let [phi, psi, theta1, theta2] = named.map(|name| call.rational(name));
    let constants = Constants { phi: phi?, psi: psi?, theta1: theta1?, theta2: theta2?, shape: Shape::General };
    for (name, meaning) in [("phi", " = n0/m"), ("psi", " = n0/n1"), ("theta1", "")] {
        call.positive(name, meaning)?;
    }
    let shape = match (&constants.theta1, &constants.theta2) {
        (_, Some(theta2)) if *theta2 < 0 => return Err(negative_energy(call, "theta2", theta2)),
        (_, Some(theta2)) if theta2.is_zero() => Shape::Isotropic,
        (Some(theta1), Some(theta2)) if theta2 > theta1 => return Err(larger_energy(call, theta1, theta2)),
        (Some(theta1), Some(theta2)) if theta2 == theta1 => Shape::Linear,
        _ => Shape::General,
    };
    Ok(Some(Constants { shape, ..constants }))
}

fn energies(call: &Call) -> Result<Energies, Failure> {
    match (call.activation("f")?, call.real("theta1")?, call.real("theta2")?) {
        (Some(f), None, None) => Ok(Energies::Activation(f)),
        (None, Some(theta1), Some(theta2)) => given(call, theta1, theta2),
        (Some(_), _, _) => {
            let name = if call.given("theta1").is_some() { "theta1" } else { "theta2" };
            Err(call.refuse(name, "features takes the activation f or its energies theta1 and theta2, not both"))
        }
        (None, _, _) => Err(missing(call, "an activation f, or theta1 and theta2")),
    }
}

/// 0 ≤ theta2 ≤ theta1.
fn given(call: &Call, theta1: Function, theta2: Function) -> Result<Energies, Failure> {
    for (name, value) in [("theta1", &theta1), ("theta2", &theta2)] {
        if call.sign(value)?.is_lt() {
            return Err(negative_energy(call, name, value));
        }
    }
    if theta1 != theta2 && call.sign(&(theta1.clone() - theta2.clone()))?.is_lt() {
        return Err(larger_energy(call, &theta1, &theta2));
    }
    Ok(Energies::Given { theta1, theta2 })
}

fn negative_energy(call: &Call, name: &str, value: &impl Display) -> Failure {
    call.refuse(name, format!("{name} is an energy and cannot be negative, and is {value}"))
}

fn larger_energy(call: &Call, theta1: &impl Display, theta2: &impl Display) -> Failure {
    call.refuse("theta2", format!("theta2 = {theta2} is larger than theta1 = {theta1}"))
        .with_help("theta2, the energy of the linear part of f, is at most theta1, the variance of f")
}

fn ratios(call: &Call) -> Result<(Rational, Rational), Failure> {
    let sizes = ["n0", "n1", "m"].map(|name| call.given(name).is_some());
    if sizes.contains(&true) {
        return ratios_of_sizes(call);
    }
    let ratio =
        |name: &str, meaning: &str| call.positive(name, meaning)?.ok_or_else(|| missing(call, &format!("{name}{meaning}")));
    Ok((ratio("phi", " = n0/m")?, ratio("psi", " = n0/n1")?))
}

fn ratios_of_sizes(call: &Call) -> Result<(Rational, Rational), Failure> {
    for name in ["phi", "psi"] {
        if call.given(name).is_some() {
            return Err(call.refuse(name, "features takes the ratios phi and psi or the sizes n0, n1 and m, not both"));
        }
    }
    let size = |name: &str| {
        let wanted = || missing(call, &format!("{name} beside the other sizes: n0, n1 and m go together"));
        call.positive(name, " is a size and")?.ok_or_else(wanted)
    };
    let (n0, n1, m) = (size("n0")?, size("n1")?, size("m")?);
    Ok((Rational::from(&n0 / &m), n0 / n1))
}

fn missing(call: &Call, what: &str) -> Failure {
    let failure = Failure::wrong("missing_argument", call.span, format!("features needs {what}"));
    failure.with_help("for example features(tanh(x), phi = 1/2, psi = 3/4), with phi = n0/m and psi = n0/n1")
}
