//! Gauss–Legendre rules on [−1, 1] to any precision, every node and weight with a proved error.
//!
//! P_n by its recurrence in fixed point; the rounding error after n steps is at most 3 (n+1)(n+2) units of the last place
//! (twice the bound of Johansson and Mezzarobba, SIAM J. Sci. Comput. 40 (2018) C726, for operations rounded down instead of
//! to nearest). A node is proved by |P_n(x)| ≤ ε min |P_n′| over [x − ε, x + ε], with |P_n″| ≤ n⁴ on [−1, 1].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rug::{Assign, Float, Integer};

use crate::number::{Ball, Magnitude};

/// The non-negative half of a symmetric rule with an even number of nodes.
pub struct Legendre {
    /// Positive nodes, increasing.
    pub nodes: Vec<Float>,
    /// Their weights.
    pub weights: Vec<Float>,
    /// Bound of the error of every node and every weight.
    pub error: Magnitude,
}

type Cache = HashMap<(usize, u32), Arc<Legendre>>;

static CACHE: Mutex<Option<Cache>> = Mutex::new(None);

/// The rule of `n` nodes (even, at least 2) at `bits` bits; rules are kept for the life of the process.
#[must_use]
pub fn legendre(n: usize, bits: u32) -> Arc<Legendre> {
    debug_assert!(n.is_multiple_of(2) && n > 0, "half of the nodes are kept");
    let key = (n, bits);
    if let Some(rule) = CACHE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().get(&key) {
        return Arc::clone(rule);
    }
    let rule = Arc::new(compute(n, bits));
    CACHE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(key, Arc::clone(&rule));
    rule
}

fn compute(n: usize, bits: u32) -> Legendre {
    let guard = 4 * (usize::BITS - n.leading_zeros()) + 24;
    let precision = bits + guard;
    let mut rule = Legendre { nodes: Vec::new(), weights: Vec::new(), error: Magnitude::ZERO };
    for k in (0..n / 2).rev() {
        let start = double_node(n, k);
        let (node, weight) = proved_node(n, start, precision);
        rule.error = rule.error.max(node.radius()).max(weight.radius());
        rule.nodes.push(node.mid().clone());
        rule.weights.push(weight.mid().clone());
    }
    rule
}

/// The k-th largest node in double precision.
fn double_node(n: usize, k: usize) -> f64 {
    let mut x = (std::f64::consts::PI * (k as f64 + 0.75) / (n as f64 + 0.5)).cos();
    for _ in 0..4 {
        let (mut before, mut now) = (1.0, x);
        for j in 1..n {
            let j = j as f64;
            (before, now) = (now, ((2.0 * j + 1.0) * x * now - j * before) / (j + 1.0));
        }
        let slope = n as f64 * (before - x * now) / (1.0 - x * x);
        x -= now / slope;
    }
    x
}

/// (P_{n−1}(x), P_n(x)) in fixed point with `shift` fractional bits.
fn recurrence(n: usize, x: &Integer, shift: u32) -> (Integer, Integer) {
    let (mut before, mut now) = (Integer::from(1) << shift, x.clone());
    let mut product = Integer::new();
    for j in 1..n as u32 {
        product.assign(x * &now);
        product >>= shift;
        product *= 2 * j + 1;
        before *= j;
        product -= &before;
        product /= j + 1;
        std::mem::swap(&mut before, &mut now);
        std::mem::swap(&mut now, &mut product);
    }
    (before, now)
}

/// P_n(x) and P_n′(x) as balls at the exact fixed-point number x.
fn value_and_slope(n: usize, x: &Integer, shift: u32) -> (Ball, Ball) {
    let (before, now) = recurrence(n, x, shift);
    let error = Magnitude::from_f64(3.0 * (n as f64 + 1.0) * (n as f64 + 2.0)).shifted(-i64::from(shift));
    let ball = |value: &Integer| Ball::new(Float::with_val(shift + 64, value) >> shift, error);
    let (before, now, x) = (ball(&before), ball(&now), Ball::new(Float::with_val(shift + 64, x) >> shift, Magnitude::ZERO));
    let room = Ball::integer(1, shift + 64) - x.square();
    let slope = &(&Ball::integer(n as i64, shift + 64) * &(before - &x * &now)) / &room;
    (now, slope)
}

fn proved_node(n: usize, start: f64, precision: u32) -> (Ball, Ball) {
    let mut x = fixed(&Float::with_val(precision, start), precision);
    let mut reached = 40;
    while reached < precision {
        reached *= 2;
        let (value, slope) = value_and_slope(n, &x, precision);
        let step = Float::with_val(precision, value.mid() / slope.mid());
        x -= fixed(&step, precision);
    }
    let (value, slope) = value_and_slope(n, &x, precision);
    let bend = Magnitude::from_f64((n as f64).powi(4));
    let error = value.magnitude().over(slope.least_magnitude()).shifted(1);
    let node = Ball::new(Float::with_val(precision + 64, &x) >> precision, error);
    if error.times(bend) > slope.least_magnitude().shifted(-1) {
        return (Ball::unknown(precision), Ball::unknown(precision));
    }
    let slope = slope.widened(error.times(bend));
    let room = Ball::integer(1, precision) - node.square();
    let weight = &Ball::integer(2, precision) / &(&room * &slope.square());
    (node, weight)
}

fn fixed(x: &Float, shift: u32) -> Integer {
    Float::with_val(x.prec() + 8, x << shift).to_integer().unwrap_or_default()
}
