//! Functions that are unbounded at points which come again and again, such as log|sin x|: how large they are in the mean.
//!
//! |f| ≤ Σ_j |p_j| |q_j| with q_j of period T and |p_j| ≤ e^{envelope} beyond X. Where e^{envelope} |h_k| φ falls, that is from where
//! the tail of `growth::tail` is claimed, each period contributes at most its largest value times the integral of |q|:
//!
//! ∫_L^∞ |p q h_k| φ ≤ Σ_n T A sup_{[L + nT, L + (n+1)T]} e^{envelope} |h_k| φ ≤ A ∫_{L−T}^∞ e^{envelope} |h_k| φ,   A = (1/T) ∫_0^T |q|,
//!
//! and the same of the squares, A² being the mean of q² over a period. These means are enclosed by the panels that serve all
//! functions, on q(Ty/2) over −1 ≤ y ≤ 1; only an upper bound of few digits is needed.

use rug::Rational;

use super::analysis::Analysis;
use super::error::GaussianError;
use super::growth::{Envelope, Side, Tail, growth};
use super::rules::{Request, on_panels};
use super::weight::LN_SQRT_TWO_PI;
use crate::activation::{Function, KinkError, Node, Parity, Primitive, period};
use crate::number::{Ball, Interval, Job};

/// Terms of a bound, at most.
const MOST_TERMS: usize = 16;
/// Bits of a mean over a period.
const MEAN_BITS: u32 = 24;
/// Half widths that cover a period of length 2: one whose ends are no singular points serves.
const COVERS: [f64; 5] = [1.015_625, 1.046_875, 1.109_375, 1.171_875, 1.234_375];
/// So far from the ends a singular point must lie.
const APART: f64 = 0.01;

/// |p| |q|: p of known growth on both sides, q periodic or 1.
struct Product {
    grown: [Envelope; 2],
    periodic: Function,
}

/// Bounds of |f| and, for power 2, of f² in the mean, to the left and to the right; none where f is not seen to be of that form, or
/// the mean over a period is not finite.
///
/// # Errors
/// When the job is stopped.
pub(super) fn tails(f: &Function, power: u32, job: &Job<'_>) -> Result<Option<[Vec<Tail>; 2]>, GaussianError> {
    let Some(products) = products(f).filter(|products| products.len() <= MOST_TERMS) else { return Ok(None) };
    let mut tails = [Vec::new(), Vec::new()];
    // each term within its share, of f and of f²
    let shares = 2.0 * (products.len() as f64).ln() + 1e-9;
    for Product { grown, periodic } in products {
        let (ln_mean, window) = match period(&periodic) {
            None => (0.0, 0.0),
            Some(length) => {
                let Some(ln_mean) = ln_mean(&periodic, &length, power, job)? else { return Ok(None) };
                (ln_mean, Interval::of_ball(&enclosed(&length)).high)
            }
        };
        for (tails, grown) in tails.iter_mut().zip(grown) {
            tails.push(Tail { envelope: Envelope { a: grown.a + ln_mean + shares, ..grown }, window });
        }
    }
    Ok(Some(tails))
}

fn enclosed(constant: &Function) -> Ball {
    crate::activation::evaluate(constant, &Ball::zero(80))
}

/// Products whose sizes add up to a bound of |f|.
fn products(f: &Function) -> Option<Vec<Product>> {
    if let Some(whole) = product(f) {
        return Some(vec![whole]);
    }
    match f.node() {
        Node::Add(a, b) | Node::Subtract(a, b) | Node::Max(a, b) | Node::Min(a, b) => Some(joined(products(a)?, products(b)?)),
        Node::Negate(a) | Node::Apply(Primitive::Abs, a) => products(a),
        Node::Multiply(a, b) => times(products(a)?, products(b)?),
        Node::Divide(a, b) => times(products(a)?, reciprocals(b)?),
        Node::Apply(Primitive::Log, u) => {
            // log|ab| = log|a| + log|b|, log|a/b| = log|a| − log|b|
            let [a, b] = factors(u)?.map(|(factor, _)| factor.apply(Primitive::Abs).apply(Primitive::Log));
            Some(joined(products(&a)?, products(&b)?))
        }
        Node::Power(u, exponent) if exponent.is_constant() => {
            let power = |(factor, inverted): (Function, bool)| {
                let exponent = if inverted { -exponent.clone() } else { exponent.clone() };
                products(&factor.apply(Primitive::Abs).power(&exponent))
            };
            let [a, b] = factors(u)?;
            times(power(a)?, power(b)?)
        }
        _ => None,
    }
}

/// The same of 1/f.
fn reciprocals(f: &Function) -> Option<Vec<Product>> {
    if let Some(whole) = product(&(Function::one() / f.clone())) {
        return Some(vec![whole]);
    }
    match f.node() {
        Node::Negate(a) | Node::Apply(Primitive::Abs, a) => reciprocals(a),
        Node::Multiply(a, b) => times(reciprocals(a)?, reciprocals(b)?),
        Node::Divide(a, b) => times(reciprocals(a)?, products(b)?),
        Node::Power(u, exponent) if exponent.is_constant() => products(&u.power(&-exponent.clone())),
        _ => None,
    }
}

/// f as one product: of known growth, or periodic.
fn product(f: &Function) -> Option<Product> {
    let of = |side| growth(f, side, 0.0).ok().map(|growth| growth.upper.envelope());
    if let (Some(left), Some(right)) = (of(Side::Left), of(Side::Right)) {
        return Some(Product { grown: [left, right], periodic: Function::one() });
    }
    period(f).map(|_| Product { grown: [UNIT; 2], periodic: f.clone() })
}

const UNIT: Envelope = Envelope { a: 0.0, p: 0.0, alpha: 0.0, beta: 0.0, from: 1.0 };

/// Two factors of u, or of what it is the size of, and whether they divide.
fn factors(u: &Function) -> Option<[(Function, bool); 2]> {
    match u.node() {
        Node::Multiply(a, b) => Some([(a.clone(), false), (b.clone(), false)]),
        Node::Divide(a, b) => Some([(a.clone(), false), (b.clone(), true)]),
        Node::Negate(a) | Node::Apply(Primitive::Abs, a) => factors(a),
        _ => None,
    }
}

fn joined(mut a: Vec<Product>, b: Vec<Product>) -> Vec<Product> {
    a.extend(b);
    a
}

fn times(a: Vec<Product>, b: Vec<Product>) -> Option<Vec<Product>> {
    if a.len() * b.len() > MOST_TERMS {
        return None;
    }
    let mut list = Vec::new();
    for p in &a {
        for q in &b {
            let periodic = p.periodic.clone() * q.periodic.clone();
            // a product of functions of different periods need have none
            if !periodic.is_constant() && period(&periodic).is_none() {
                return None;
            }
            let grown = [0, 1].map(|side| p.grown[side].times(q.grown[side]));
            list.push(Product { grown, periodic });
        }
    }
    Some(list)
}

/// ln of an upper bound of ((1/T) ∫ |q|^power)^(1/power) over a period T; none where the integral is not shown to be finite.
fn ln_mean(q: &Function, length: &Function, power: u32, job: &Job<'_>) -> Result<Option<f64>, GaussianError> {
    let scaled = q.substitute(&(length.clone() / Function::rational(2) * Function::x()));
    let scaled = if power == 1 { scaled.apply(Primitive::Abs) } else { scaled };
    let Some(analysis) = on_a_period(&scaled, power, job)? else { return Ok(None) };
    let Some(cover) = COVERS.into_iter().find(|cover| analysis.is_apart(*cover, APART)) else { return Ok(None) };
    let request = Request {
        f: &analysis,
        slope: None,
        given: q,
        parity: Parity::Neither,
        order: 0,
        bits: MEAN_BITS,
        second: power == 2,
        job,
    };
    let sums = match on_panels(&request, [cover; 2]) {
        Err(GaussianError::Refused(_)) => return Ok(None),
        other => other?,
    };
    let integral = if power == 2 { sums.second } else { sums.hermite[0].clone() };
    // half the integral over a period of length 2, with φ ≥ φ(cover) taken off
    let ln = integral.magnitude().log2() * std::f64::consts::LN_2 - std::f64::consts::LN_2;
    let ln = ln + 0.5 * cover * cover + LN_SQRT_TWO_PI + 1e-6;
    Ok(ln.is_finite().then_some(ln / f64::from(power)))
}

/// The function on one period, where its power is integrable.
fn on_a_period(scaled: &Function, power: u32, job: &Job<'_>) -> Result<Option<Analysis>, GaussianError> {
    match Analysis::within(scaled, COVERS[COVERS.len() - 1], job) {
        Ok(analysis) => match analysis.exists_at_points(power, job) {
            Ok(true) => Ok(Some(analysis)),
            Ok(false) | Err(GaussianError::Refused(_)) => Ok(None),
            Err(other) => Err(other),
        },
        Err(KinkError::Stopped(why)) => Err(why.into()),
        Err(_) => Ok(None),
    }
}

/// Whether E |f|^power is finite by bounds in the mean.
pub(super) fn exists(tails: &[Vec<Tail>; 2], power: u32) -> bool {
    let limit = Rational::from((1, 2 * power)).to_f64();
    tails.iter().flatten().all(|tail| tail.envelope.beta < limit)
}
