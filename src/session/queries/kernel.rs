//! The constructors of layered kernels, both called `kernel`: activations normalised, or as typed with `normalize = false`.

use std::sync::Arc;

use rug::Rational;

use super::conjugate::conjugate;
use super::{Query, Repeat, defaulted, optional};
use crate::activation::Function;
use crate::model::{Kernel, Model};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;

/// Most layers.
const MAX_LAYERS: usize = 20;

/// What only the kernel of normalised activations has.
const NORMALISED_ONLY: [&str; 12] = [
    "signal",
    "separation",
    "variance",
    "overlap",
    "columns",
    "kurtosis_x",
    "skewness_x",
    "b2",
    "a2_squared",
    "population",
    "data",
    "top",
];

pub(super) const TABLE: &[Query] = &[Query {
    name: "kernel",
    parameters: &[
        optional("f", "the activation, an expression in x, which is normalised; a list gives each layer its own"),
        optional("gamma", "[n/d0, n/d1, …, n/dL], n the number of samples, d0 the input dimension, d1 … dL the widths"),
        optional("signal", "the strengths t >= -1 of spikes of the input, population eigenvalues 1 + t of its rows"),
        optional("separation", "in place of signal: |M|^2 of mixtures x = ±M + N(0, I), t = gamma[0]*|M|^2"),
        optional("variance", "in place of signal: tau of spiked covariances I + tau*u*u^T, t = gamma[0]*tau"),
        defaulted("overlap", "0", "the inner product of the one signal's vector with the all-ones direction"),
        defaulted(
            "columns",
            "\"unit\"",
            "\"unit\": columns of input and layers have norm 1, \"unit_inputs\": those of the input, \"raw\": none",
        ),
        defaulted("kurtosis_x", "3", "the kurtosis of the entries of the input, for raw columns"),
        defaulted("skewness_x", "0", "their skewness"),
        optional("b2", "in place of f: (E f')^2 of the normalised activation of each layer, in [0, 1]"),
        optional("a2_squared", "beside b2: (E f'')^2/2 of each layer, which makes uninformative spikes"),
        optional(
            "population",
            "the law of X_0^T X_0, mean 1: [[value, weight], …], eigenvalues, mp(ratio), powerlaw(a, lo, hi) or an earlier law spectrum(m); gamma is [n/d1, …] then and signal lists eigenvalues off it",
        ),
        optional("data", "in place of population: your input X_0, a matrix with a sample a column, scaled to mean square norm 1"),
        defaulted("top", "0", "how many of the largest eigenvalues of X_0^T X_0 are followed as signals"),
        defaulted("normalize", "true", "false takes f as typed: its mean feeds the next layer as a bias"),
        defaulted("sigma_b", "0", "the standard deviation of the bias of every layer, with normalize = false"),
        optional("sigma_b2", "its square, in its place"),
        optional("n", "the number of samples, on any scale, in place of gamma"),
        optional("d", "[d0, d1, …, dL] on the same scale"),
    ],
    about: "the conjugate kernel of L layers: K_l = X_l^T X_l (n x n), X_l = f(W_l X_(l-1))/sqrt(d_l), f with mean 0 and variance 1, or as typed and with a bias",
    result: "a model",
    example: "kernel(tanh(x), gamma = [2/3, 1/2, 2/5], signal = [6])",
    repeat: Repeat::Exact,
    run: kernel,
}];

fn kernel(call: &Call) -> Result<Value, Failure> {
    if !matches!(call.given("normalize"), Some(Value::Flag(false))) {
        return conjugate(call);
    }
    if let Some(name) = NORMALISED_ONLY.into_iter().find(|name| call.given(name).is_some()) {
        let failure = call.refuse(name, format!("{name} belongs to the kernel of normalised activations"));
        return Err(failure.with_help("leave normalize = false out, or this argument"));
    }
    let gamma = ratios(call, "n/d0, n/d1")?;
    let layers = depth(call, gamma.len().saturating_sub(1), "n/d0, n/d1")?;
    let sigma_b = call.deviation_or_variance("sigma_b", "sigma_b2")?;
    let kernel = Kernel { activations: activations(call, layers)?, gamma, sigma_b };
    Ok(Value::Model(Arc::new(Model::Kernel(kernel))))
}

/// A number of layers that is allowed.
///
/// # Errors
/// None, or too many.
pub(super) fn depth(call: &Call, layers: usize, listed: &str) -> Result<usize, Failure> {
    if layers == 0 {
        let (name, listed) =
            if call.given("d").is_some() { ("d", listed.replace("n/", "")) } else { ("gamma", listed.to_owned()) };
        let count = if listed.contains(',') { "two numbers" } else { "one number" };
        let message = format!("{name} must list at least {count}: {listed} and one for each further layer");
        return Err(call.refuse(name, message));
    }
    if layers > MAX_LAYERS {
        return Err(call.refuse("gamma", format!("the kernel has {layers} layers, and the bound is {MAX_LAYERS}")));
    }
    Ok(layers)
}

/// One activation a layer.
///
/// # Errors
/// No activation, or another number of them.
pub(super) fn activations(call: &Call, layers: usize) -> Result<Vec<Function>, Failure> {
    if call.given("f").is_none() {
        let failure = Failure::wrong("missing_argument", call.span, "kernel needs the activation f, or b2");
        return Err(failure.with_help("for example kernel(tanh(x), gamma = [1, 1/2])"));
    }
    let list = match call.given("f") {
        Some(Value::List(_)) => call.functions("f")?.unwrap_or_default(),
        _ => vec![call.activation("f")?.unwrap_or_else(Function::x); layers],
    };
    if list.len() != layers {
        let message = format!("f lists {} activations, and gamma makes {layers} layers", list.len());
        let help = "gamma lists n/d0 before n/d1, n/d2, …: L layers take L + 1 numbers";
        return Err(call.refuse("f", message).with_help(help));
    }
    Ok(list)
}

/// gamma, or n and d.
///
/// # Errors
/// Neither, both, or no positive numbers.
pub(super) fn ratios(call: &Call, listed: &str) -> Result<Vec<Rational>, Failure> {
    let list = |name: &str| -> Result<Option<Vec<Rational>>, Failure> {
        let Some(values) = call.rationals(name)? else { return Ok(None) };
        match values.iter().find(|value| **value <= 0) {
            Some(value) => {
                Err(call.refuse(name, format!("{name} must be a list of positive rational numbers, and holds {value}")))
            }
            None => Ok(Some(values)),
        }
    };
    match (list("gamma")?, call.rational("n")?, list("d")?) {
        (Some(gamma), None, None) => Ok(gamma),
        (None, Some(n), Some(sizes)) if n > 0 => Ok(sizes.into_iter().map(|size| &n / size).collect()),
        (None, Some(n), Some(_)) => Err(call.refuse("n", format!("n is a size and must be positive, and is {n}"))),
        (Some(_), _, _) => Err(call.refuse("gamma", "kernel takes the ratios gamma or the sizes n and d, not both")),
        (None, _, _) => {
            let failure =
                Failure::wrong("missing_argument", call.span, format!("kernel needs gamma = [{listed}, …], or n and d"));
            Err(failure.with_help("for example kernel(relu(x), gamma = [1, 1/2])"))
        }
    }
}
