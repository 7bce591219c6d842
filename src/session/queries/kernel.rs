//! The constructor of the layered kernel with activations as typed, `kernel`.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::Function;
use crate::model::{Kernel, Model};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;

/// Most layers.
const MAX_LAYERS: usize = 20;

pub(super) const TABLE: &[Query] = &[Query {
    name: "kernel",
    parameters: &[
        required("f", "the activation, an expression in x; a list gives each layer its own"),
        optional("gamma", "[n/d0, n/d1, …, n/dL], n the number of samples, d0 the input dimension, d1 … dL the widths"),
        defaulted("normalize", "true", "false takes f as typed: its mean feeds the next layer as a bias"),
        defaulted("sigma_b", "0", "the standard deviation of the bias of every layer"),
        optional("n", "the number of samples, on any scale, in place of gamma"),
        optional("d", "[d0, d1, …, dL] on the same scale"),
    ],
    about: "the conjugate kernel of L layers: K_l = X_l^T X_l (n x n), X_l = f(W_l X_(l-1) + b_l 1^T)/sqrt(d_l)",
    result: "a model",
    example: "kernel(sqrt(2)*relu(x), gamma = [1, 2/3, 1], normalize = false, sigma_b = 1/2)",
    repeat: Repeat::Exact,
    run: kernel,
}];

fn kernel(call: &Call) -> Result<Value, Failure> {
    if !matches!(call.given("normalize"), Some(Value::Flag(false))) {
        let failure = call.refuse("normalize", "kernel answers on activations as typed: give normalize = false");
        return Err(failure.with_help("the law of layers with biases takes f as typed; normalize(f) may stand in its place"));
    }
    let gamma = ratios(call)?;
    let layers = gamma.len().saturating_sub(1);
    if layers == 0 {
        let (name, listed) = if call.given("d").is_some() { ("d", "d0, d1") } else { ("gamma", "n/d0, n/d1") };
        let message = format!("{name} must list at least two numbers: {listed} and one for each further layer");
        return Err(call.refuse(name, message));
    }
    if layers > MAX_LAYERS {
        return Err(call.refuse("gamma", format!("the kernel has {layers} layers, and the bound is {MAX_LAYERS}")));
    }
    let sigma_b = call.deviation("sigma_b")?;
    let kernel = Kernel { activations: activations(call, layers)?, gamma, sigma_b };
    Ok(Value::Model(Arc::new(Model::Kernel(kernel))))
}

fn activations(call: &Call, layers: usize) -> Result<Vec<Function>, Failure> {
    let list = match call.given("f") {
        Some(Value::List(_)) => call.functions("f")?.unwrap_or_default(),
        _ => vec![call.activation("f")?.unwrap_or_else(Function::x); layers],
    };
    if list.len() != layers {
        let message = format!("f lists {} activations, and gamma makes {layers} layers", list.len());
        return Err(call.refuse("f", message));
    }
    Ok(list)
}

/// gamma, or n and d.
fn ratios(call: &Call) -> Result<Vec<Rational>, Failure> {
    let list = |name: &str| -> Result<Option<Vec<Rational>>, Failure> {
        let Some(values) = call.functions(name)? else { return Ok(None) };
        let positive = |value: &Function| value.as_rational().filter(|value| **value > 0).cloned();
        let numbers: Option<Vec<Rational>> = values.iter().map(positive).collect();
        numbers.map(Some).ok_or_else(|| call.refuse(name, format!("{name} must be a list of positive rational numbers")))
    };
    match (list("gamma")?, call.rational("n")?, list("d")?) {
        (Some(gamma), None, None) => Ok(gamma),
        (None, Some(n), Some(sizes)) if n > 0 => Ok(sizes.into_iter().map(|size| &n / size).collect()),
        (None, Some(n), Some(_)) => Err(call.refuse("n", format!("n is a size and must be positive, and is {n}"))),
        (Some(_), _, _) => Err(call.refuse("gamma", "kernel takes the ratios gamma or the sizes n and d, not both")),
        (None, _, _) => {
            let failure = Failure::wrong("missing_argument", call.span, "kernel needs gamma = [n/d0, n/d1, …], or n and d");
            Err(failure.with_help("for example kernel(relu(x), gamma = [1, 1/2], normalize = false)"))
        }
    }
}
