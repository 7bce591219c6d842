//! What is proved of the conditional variance v(b) = Var f(τZ + b) as |b| → ∞, for every τ > 0 at once.
//!
//! √v is a seminorm of f, v ≤ E f(τZ + b)², and v ≤ τ² E f′(τZ + b)² (Poincaré) for locally absolutely continuous f. What f does
//! on a bounded set, or on the other side of the line, counts for nothing as b runs off, since a Gaussian carries less and less
//! there. So on each side separately, by the calculus of growth:
//!
//! * v is bounded where f or f′ is, and tends to 0 where one of them does;
//! * v ≥ ȧ² = τ² (E f′(τZ + b))² is unbounded where |f′| → ∞.
//!
//! A function is smooth far out when its growth is known in a strip about the line: then it has no jump there.

use crate::activation::{Function, Node, Primitive, derivative};
use crate::gaussian::growth::{Growth, Rate, Side, branch, growth};

/// Half width of the strip in which a function that is smooth far out is analytic (any positive number would do).
const STRIP: f64 = 1.0 / 64.0;
/// Exponents of growth below this, other than exact zeros, are not told from zero.
const LEAST_EXPONENT: f64 = 1e-9;
/// ln of the size below which a constant is zero (constants of user input are not that small).
const LN_ZERO: f64 = -500.0;
/// Nodes of the derivative beyond which nothing is tried.
const MOST_NODES: usize = 20_000;

/// What is proved of v(b); `None` is not decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VarianceTails {
    /// Whether v is bounded over all b.
    pub bounded: Option<bool>,
    /// Whether v tends to 0 on some side; nothing is claimed when not.
    pub vanishes: bool,
}

/// How a bound behaves as x → ∞, or v on a side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trend {
    Falls,
    Stays,
    Grows,
}

/// The tails of v for the activation f, of which E f(sZ)² is finite for some s > τ.
#[must_use]
pub fn variance_tails(f: &Function) -> VarianceTails {
    let tails = [Side::Left, Side::Right].map(|side| tail(&branch(f, side), side));
    let bounded = match tails {
        _ if tails.contains(&Some(Trend::Grows)) => Some(false),
        _ if tails.contains(&None) => None,
        _ => Some(true),
    };
    VarianceTails { bounded, vanishes: tails.contains(&Some(Trend::Falls)) }
}

/// What is proved of v on a side: a bound that holds, or that it is unbounded.
fn tail(f: &Function, side: Side) -> Option<Trend> {
    let own = ceiling(f, side);
    if own == Some(Trend::Falls) {
        return own;
    }
    let slope = Some(derivative(f)).filter(|slope| slope.size() <= MOST_NODES).map(|slope| saturating(&slope));
    let smooth = slope.as_ref().filter(|_| growth(f, side, STRIP).is_ok());
    let proved = smooth.and_then(|slope| ceiling(slope, side)).filter(|trend| *trend != Trend::Grows);
    if let Some(least) = proved.or(own.filter(|trend| *trend == Trend::Stays)) {
        return Some(least);
    }
    let lower = smooth.and_then(|slope| growth(slope, side, 0.0).ok()).and_then(|growth| growth.lower);
    lower.and_then(|lower| trend(&lower)).filter(|trend| *trend == Trend::Grows)
}

/// The worst trend of the upper bounds of the terms of g, when all are known.
fn ceiling(g: &Function, side: Side) -> Option<Trend> {
    let mut terms = Vec::new();
    split(g, &mut terms);
    let of_term = |term: &Function| {
        let Growth { upper, .. } = growth(term, side, 0.0).ok()?;
        trend(&upper)
    };
    terms.iter().map(of_term).try_fold(Trend::Falls, |worst, next| Some(worst.max(next?)))
}

/// Which way a + p ln x + αx + βx² goes; none when an exponent is too small to be told from zero.
fn trend(rate: &Rate) -> Option<Trend> {
    let bound = rate.envelope();
    for exponent in [bound.beta, bound.alpha, bound.p] {
        match exponent {
            0.0 => {}
            positive if positive >= LEAST_EXPONENT => return Some(Trend::Grows),
            negative if negative <= -LEAST_EXPONENT => return Some(Trend::Falls),
            _ => return None,
        }
    }
    match bound.a {
        size if size < LN_ZERO => Some(Trend::Falls),
        size if size.is_finite() => Some(Trend::Stays),
        _ => None,
    }
}

/// The terms of a sum, through constant factors.
fn split(g: &Function, terms: &mut Vec<Function>) {
    match g.node() {
        Node::Add(a, b) | Node::Subtract(a, b) => {
            split(a, terms);
            split(b, terms);
        }
        Node::Negate(a) => split(a, terms),
        Node::Divide(a, b) if b.is_constant() => split(a, terms),
        Node::Multiply(a, b) if a.is_constant() => split(b, terms),
        Node::Multiply(a, b) if b.is_constant() => split(a, terms),
        _ => terms.push(g.clone()),
    }
}

/// 1 − sigmoid u as sigmoid(−u) and 1 − tanh² u as 1/cosh² u, whose decay the calculus sees.
fn saturating(g: &Function) -> Function {
    if let Node::Subtract(a, b) = g.node()
        && a.as_rational().is_some_and(|one| *one == 1)
    {
        match b.node() {
            Node::Apply(Primitive::Sigmoid, u) => return (-saturating(u)).apply(Primitive::Sigmoid),
            Node::Power(base, exponent) if exponent.as_rational().is_some_and(|two| *two == 2) => {
                if let Node::Apply(Primitive::Tanh, u) = base.node() {
                    return saturating(u).apply(Primitive::Cosh).powi(-2);
                }
            }
            _ => {}
        }
    }
    g.map_children(&mut saturating)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower;

    #[track_caller]
    fn tails(text: &str) -> (Option<bool>, bool) {
        let VarianceTails { bounded, vanishes } = variance_tails(&lower::read(text).expect("a function"));
        (bounded, vanishes)
    }

    /// v(b) is known in closed form for each of these, or is bounded by sup f² or sup f′².
    #[test]
    fn known_tails() {
        for text in [
            "tanh(x)",
            "erf(x)",
            "sign(x)",
            "sigmoid(2*x)",
            "atan(x)",
            "exp(-x^2)",
            "log(1 + x^2)",
            "hard_tanh(x)",
            "x/(1 + abs(x))",
        ] {
            assert_eq!(tails(text), (Some(true), true), "{text}");
        }
        for text in ["relu(x)", "elu(x)", "gelu(x)", "silu(x)", "softplus(x)", "mish(x)", "selu(x)", "max(x, tanh(x))"]
            .into_iter()
            .chain([
                "relu(sqrt(2)*x)",
                "silu(sqrt(2)*x)",
                "elu(sqrt(2)*x)",
                "gelu(sqrt(2)*x)",
                "gelu(x - 1)",
                "gelu(2^(1/3)*x + 1)",
            ])
            .chain(["relu(x) + x^2*exp(-(x - 3)^2)", "mish(sqrt(2)*x)"])
        {
            assert_eq!(tails(text), (Some(true), true), "{text}");
        }
        for text in [
            "abs(x)",
            "sin(x)",
            "x + sin(x)",
            "leaky_relu(x, 1/10)",
            "x*tanh(x)",
            "sqrt(1 + x^2)",
            "sin(x^2)",
            "x + 3*sign(x)",
            "abs(sqrt(2)*x)",
            "sign(sin(x))",
        ] {
            assert_eq!(tails(text), (Some(true), false), "{text}");
        }
        for text in [
            "x^2",
            "x^3 - 3*x",
            "relu(x)^2",
            "x*abs(x)",
            "x^2*sigmoid(x)",
            "x^2*tanh(x)",
            "exp(x/2)",
            "cosh(x/3)",
            "abs(x)^(3/2)",
        ] {
            assert_eq!(tails(text).0, Some(false), "{text}");
        }
    }

    /// v(b) grows like b² for x sin x and x sign(sin x), and like log² b for x log(1 + x²): nothing false is claimed.
    #[test]
    fn nothing_is_claimed_where_nothing_is_proved() {
        for text in ["x*sin(x)", "x*sign(sin(x))", "x*log(1 + x^2)", "x*cos(x^2)"] {
            assert_eq!(tails(text), (None, false), "{text}");
        }
    }
}
