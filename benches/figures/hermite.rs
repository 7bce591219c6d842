//! Hermite coefficients E f(Z) He_k(Z), k = 0 … 32, with everything included: the examination of f, the certificate of the
//! quadrature, the sums.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use resolvent::activation::{Function, lower};
use resolvent::gaussian::{Data, Quantity};
use resolvent::number::{Job, bits_for_digits};
use rug::Rational;

use crate::limits::{product_seconds, step_seconds};
use crate::table::{Limit, Line, Table, least};

const ORDER: usize = 32;
const DIGITS: [u32; 3] = [50, 200, 1000];
/// A run that takes longer is given up, and said to be.
const EFFORT: Duration = Duration::from_secs(60);
/// Bits beyond the digits, so that the digits are certain.
const GUARD_BITS: u32 = 32;

/// How f is integrated, which sets the least number of nodes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// f or f′ is meromorphic: a trapezoidal rule corrected at the poles needs about D/π nodes on each side, D = digits · ln 10.
    Poles,
    /// Without a simple count.
    Other,
}

const ACTIVATIONS: [(&str, Kind); 25] = [
    ("tanh(x)", Kind::Poles),
    ("sigmoid(x)", Kind::Poles),
    ("softplus(x)", Kind::Poles),
    ("atan(x)", Kind::Poles),
    ("log(1+x^2)", Kind::Poles),
    ("gelu(tanh(x))", Kind::Other),
    ("abs(tanh(x))", Kind::Other),
    ("max(x,tanh(2*x))", Kind::Other),
    ("relu(x)", Kind::Other),
    ("relu(x-1/3)", Kind::Other),
    ("relu(x)^2", Kind::Other),
    ("abs(x)", Kind::Other),
    ("sign(x)", Kind::Other),
    ("clip(x,-1,1)", Kind::Other),
    ("clip(x/6+1/2,0,1)", Kind::Other),
    ("elu(x)", Kind::Other),
    ("selu(x)", Kind::Other),
    ("exp(x/2)", Kind::Other),
    ("exp(-x^2)", Kind::Other),
    ("sin(x)", Kind::Other),
    ("cos(x)", Kind::Other),
    ("sin(3*x)*exp(-x^2/4)", Kind::Other),
    ("gelu(x)", Kind::Other),
    ("erf(x)", Kind::Other),
    ("x*erf(x)", Kind::Other),
];

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("Hermite coefficients 0 … 32, certified, the certificate included");
    for (text, kind) in ACTIVATIONS {
        for digits in DIGITS {
            let what = format!("hermite {text} {digits}");
            match least(|| coefficients(text, digits)) {
                Ok((seconds, coefficients)) => {
                    let note = format!("{:.0} digits certain", certain_digits(&coefficients));
                    table.line(&Line { what, value: seconds, unit: "s", limit: limit(kind, digits), note });
                }
                Err(error) => table.failure(&what, &error),
            }
        }
    }
}

fn coefficients(text: &str, digits: u32) -> Result<Vec<Quantity>, String> {
    let f: Function = lower::read(text).map_err(|_| format!("`{text}` is not an activation"))?;
    let never = AtomicBool::new(false);
    let job = Job::new(&never, Some(EFFORT), &|_, _| ());
    let bits = bits_for_digits(digits) + GUARD_BITS;
    let data = Data::new(&f, &Rational::from(1), &job).map_err(|error| error.to_string())?;
    data.hermite(ORDER, bits, &job).map_err(|error| error.to_string())
}

/// Certain digits of the worst a_k = H_k/√k!.
fn certain_digits(coefficients: &[Quantity]) -> f64 {
    let mut log2_factorial = 0.0;
    let digits = coefficients.iter().enumerate().map(|(k, quantity)| {
        log2_factorial += (k.max(1) as f64).log2();
        (0.5 * log2_factorial - quantity.ball.radius().log2()) * std::f64::consts::LOG10_2
    });
    digits.fold(f64::INFINITY, f64::min)
}

/// At each node three products for the recurrences and the value, and for each coefficient that symmetry leaves a product by a
/// word and an addition.
fn limit(kind: Kind, digits: u32) -> Limit {
    if kind == Kind::Other {
        return Limit::Unknown;
    }
    let nodes = f64::from(digits) * std::f64::consts::LN_10 / std::f64::consts::PI;
    let bits = bits_for_digits(digits);
    let node = 3.0 * product_seconds(bits) + (ORDER / 2) as f64 * step_seconds(bits);
    Limit::Is(nodes * node, "nodes x arithmetic")
}
