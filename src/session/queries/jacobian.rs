//! The constructor of an input-output Jacobian, `jacobian`.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::Function;
use crate::model::{Jacobian, Model, Signal, Weights};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;

/// Most layers.
const MOST_LAYERS: usize = 1000;

pub(super) const TABLE: &[Query] = &[Query {
    name: "jacobian",
    parameters: &[
        required("f", "the activation, an expression in x, taken as typed"),
        required("sigma_w2", "the variance of the weights, times their number of inputs; positive"),
        defaulted("sigma_b2", "0", "the variance of the biases"),
        optional("depth", "the number of layers L; not needed with widths"),
        optional("q0", "the mean square of the input; otherwise every layer stands at the fixed point q* of the variance map"),
        optional("widths", "[N_0, N_1, …, N_L] on any common scale; otherwise all the same"),
        defaulted(
            "weights",
            "\"gaussian\"",
            "\"gaussian\", or \"orthogonal\": sqrt(sigma_w2) times Haar matrices, all widths the same",
        ),
        optional(
            "q",
            "the mean squares of the pre-activations themselves, a number for all layers or a list of one for each, in place of q0",
        ),
    ],
    about: "J^T J of the input-output Jacobian J = D_L W_L ... D_1 W_1 of a wide network at initialisation, D_l = diag f'(h_l)",
    result: "a model; its law is that of the N_0 squared singular values of J",
    example: "jacobian(tanh(x), sigma_w2 = 3/2, sigma_b2 = 1/10, depth = 4, q0 = 1)",
    repeat: Repeat::Exact,
    run: jacobian,
}];

fn missing(call: &Call, message: &str, help: &str) -> Failure {
    Failure::wrong("missing_argument", call.span, message).with_help(help)
}

fn jacobian(call: &Call) -> Result<Value, Failure> {
    let Some(f) = call.activation("f")? else {
        return Err(missing(call, "jacobian needs f", call.query.example));
    };
    let Some(sigma_w2) = call.real("sigma_w2")? else {
        return Err(missing(
            call,
            "jacobian needs sigma_w2, the variance of the weights",
            "for example sigma_w2 = 2, sigma_b2 = 0",
        ));
    };
    if !call.sign(&sigma_w2)?.is_gt() {
        let failure = call.refuse("sigma_w2", format!("sigma_w2 is a variance and must be positive, and is {sigma_w2}"));
        return Err(failure.with_help(call.about("sigma_w2")));
    }
    let sigma_b2 = variance(call, "sigma_b2")?.unwrap_or_else(|| Function::rational(0));
    let weights = match call.text("weights")? {
        None => Weights::Gaussian,
        Some(text) => Weights::ALL.into_iter().find(|weights| weights.name() == text).ok_or_else(|| {
            let failure = call.refuse("weights", format!("weights must be one of two words, and is \"{text}\""));
            failure.with_help("\"gaussian\" or \"orthogonal\"")
        })?,
    };
    let widths = widths(call)?;
    if weights == Weights::Orthogonal && widths.iter().any(|width| *width != widths[0]) {
        let failure = call.refuse("widths", "orthogonal weights are square: all widths must be the same");
        return Err(failure.with_help("leave widths out and give depth, or take weights = \"gaussian\""));
    }
    let signal = signal(call, &sigma_b2, widths.len() - 1)?;
    let model = Model::Jacobian(Box::new(Jacobian { f, sigma_w2, sigma_b2, widths, signal, weights }));
    theory::of(&model, &call.work()).map_err(call.theory("f"))?;
    Ok(Value::Model(Arc::new(model)))
}

/// A variance, 0 or more.
fn variance(call: &Call, name: &str) -> Result<Option<Function>, Failure> {
    let Some(value) = call.real(name)? else { return Ok(None) };
    match call.sign(&value)? {
        order if order.is_lt() => {
            let failure = call.refuse(name, format!("{name} is a variance and cannot be negative, and is {value}"));
            Err(failure.with_help(call.about(name)))
        }
        order if order.is_eq() => Ok(Some(Function::rational(0))),
        _ => Ok(Some(value)),
    }
}

/// N_0, …, N_L.
fn widths(call: &Call) -> Result<Vec<Rational>, Failure> {
    let depth = call.whole("depth", 1, MOST_LAYERS)?;
    let Some(widths) = call.rationals("widths")? else {
        let depth = depth.ok_or_else(|| {
            missing(call, "jacobian needs depth, the number of layers", "for example depth = 4; or widths = [1, 2, 1]")
        })?;
        return Ok(vec![Rational::from(1); depth + 1]);
    };
    let example = "the input first: widths = [4, 6, 3] for two layers of 6 and 3 neurons for 4 inputs";
    if widths.len() < 2 || widths.len() > MOST_LAYERS + 1 {
        let message = format!("widths are those of the input and of 1 to {MOST_LAYERS} layers, and {} are given", widths.len());
        return Err(call.refuse("widths", message).with_help(example));
    }
    if let Some(depth) = depth
        && depth + 1 != widths.len()
    {
        let message = format!(
            "depth = {depth} needs {} widths, those of the input and of each layer, and {} are given",
            depth + 1,
            widths.len()
        );
        return Err(call.refuse("widths", message).with_help(example));
    }
    if let Some(width) = widths.iter().find(|width| **width <= 0) {
        return Err(call.refuse("widths", format!("widths must be positive, and one is {width}")).with_help(example));
    }
    Ok(widths)
}

/// What fixes the mean squares of the layers.
fn signal(call: &Call, sigma_b2: &Function, depth: usize) -> Result<Signal, Failure> {
    let q0 = variance(call, "q0")?;
    let Some(q) = call.real_or_reals("q")? else {
        return match q0 {
            Some(q0) if q0.is_zero() && sigma_b2.is_zero() => {
                let failure = call.refuse("q0", "an input of mean square 0 stays 0 without biases");
                Err(failure.with_help("give q0 > 0, or sigma_b2 > 0"))
            }
            Some(q0) => Ok(Signal::Input(q0)),
            None => Ok(Signal::FixedPoint),
        };
    };
    if q0.is_some() {
        return Err(
            call.refuse("q0", "jacobian takes q0, the mean square of the input, or q, those of the pre-activations, not both")
        );
    }
    if q.len() != 1 && q.len() != depth {
        let message = format!("q is one number, or a list of one for each of the {depth} layers, and {} are given", q.len());
        return Err(call.refuse("q", message));
    }
    for value in &q {
        if !call.sign(value)?.is_gt() {
            return Err(call
                .refuse("q", format!("q is a mean square and must be positive, and is {value}"))
                .with_help(call.about("q")));
        }
    }
    Ok(Signal::Imposed(q))
}
