//! Means of functions with branch points: E softplus(sZ), E log(1 + sZ²), and linear combinations with closed forms.
//!
//! softplus(x) = x/2 + g(x) with g(x) = log(2 cosh(x/2)), and by the Fourier transform of g″
//!   E g(sZ) = −½ f.p.∫ G(τ) dτ, G(τ) = e^{−s²τ²/2}/(τ sinh πτ), the finite part at the double pole 0.
//! The midpoint rule, with V(z) = E/(1 + E), E = e^{2πiz/h}, and the poles i, 2i, … below a line at half-integer height b, gives
//!   f.p.∫ G = h Σ_j G((j + ½)h) − π/h + 4 Σ_{n<b} (−1)^n e^{s²n²/2}/(n (1 + e^{2πn/h})) + R,
//! |R| ≤ 2 e^{s²b²/2} q/(b (1 − q)), q = e^{−2πb/h}, since |sinh π(x + ib)| = cosh πx there.
//! E log(1 + sZ²) = log s − γ − log 2 + √(2π) a Σ (a²/2)^i/(i! (2i + 1)) − Σ a^{2i+2}/((i + 1)(2i + 1)!!) with a² = 1/s, by
//! integrating (d/da) E log(a² + Z²) = √(2π) e^{a²/2} erfc(a/√2) from E log Z² = −γ − log 2.

use std::f64::consts::{LN_2, PI};

use rug::float::{Constant, Round};
use rug::{Float, Rational};

use super::closed::ClosedForm;
use super::polynomials::{affine, polynomial};
use super::weight::{exp_bound, short};
use crate::activation::{Function, Node, Parity, Primitive, parity};
use crate::number::{Ball, Magnitude};

/// Nodes or poles of the sum for softplus.
const MOST_NODES: f64 = 20_000.0;
/// Largest 1/s in log(1 + sx²): the series lose 0.72/s bits.
const LARGEST_SQUARE: u32 = 500;
/// Bits beyond those asked.
const GUARD: u32 = 32;

/// E f(Z) to about `bits` bits, when f is a combination of functions whose means are known.
#[must_use]
pub fn mean(f: &Function, bits: u32) -> Option<Ball> {
    if parity(f) == Parity::Odd {
        return Some(Ball::zero(bits));
    }
    match f.node() {
        Node::Add(a, b) => Some(mean(a, bits)? + mean(b, bits)?),
        Node::Subtract(a, b) => Some(mean(a, bits)? - mean(b, bits)?),
        Node::Negate(a) => Some(-mean(a, bits)?),
        Node::Multiply(a, b) | Node::Multiply(b, a) if a.as_rational().is_some() => {
            Some(mean(b, bits)?.times_rational(a.as_rational()?))
        }
        Node::Divide(a, b) if b.as_rational().is_some_and(|b| *b != 0) => {
            Some(mean(a, bits)?.times_rational(&Rational::from(b.as_rational()?.recip_ref())))
        }
        Node::Apply(Primitive::Softplus, u) => {
            let (slope, _) = affine(u).filter(|(_, intercept)| *intercept == 0)?;
            softplus(&slope.abs(), bits)
        }
        Node::Apply(Primitive::Log, p) => match polynomial(p)?.coefficients.as_slice() {
            [c, b, a] if *b == 0 && *c > 0 && *a > 0 => {
                let log = Ball::rational(c, bits + GUARD).ln();
                Some(log_quadratic(&Rational::from(a / c), bits)? + log)
            }
            _ => None,
        },
        _ => Some(ClosedForm::of(f)?.expectation().ok()?.enclose(bits)),
    }
}

/// E log(1 + sZ²), s > 0.
fn log_quadratic(s: &Rational, bits: u32) -> Option<Ball> {
    let square = Rational::from(s.recip_ref());
    let (top, bottom) = (square.numer().to_u32()?, square.denom().to_u32()?);
    if square > LARGEST_SQUARE {
        return None;
    }
    let working = bits + GUARD + LARGEST_SQUARE.min(square.to_f64().ceil() as u32);
    // t_i = (a²/2)^i/i! and t_i = a^{2i+2}/(2i + 1)!!
    let first = series(Float::with_val(working, 1), |i| (top, bottom, 2 * i), |i| 2 * i + 1);
    let start = Ball::rational(&square, working);
    let second = series(start.mid().clone(), |i| (top, bottom, 2 * i + 1), |i| i + 1);
    let root = (Ball::pi(working).shifted(1) * start.clone()).sqrt();
    let euler = Ball::rounded(Float::with_val_round(working, Constant::Euler, Round::Nearest), Magnitude::ZERO);
    let constants = Ball::rational(s, working).ln() - euler - Ball::integer(2, working).ln();
    // the start of the second series was rounded
    let rounded = start.radius().over(start.least_magnitude());
    let second = second.widened(second.magnitude().times(rounded));
    Some(constants + root * first - second)
}

/// Σ_{i ≥ 0} t_i/d(i) for t_0 = `start` > 0 and t_i = t_{i−1} p/(q r), (p, q, r) = `ratio(i)`. All terms are positive: with four
/// roundings a term and one a sum, n terms are right to 6n units.
fn series(start: Float, ratio: impl Fn(u32) -> (u32, u32, u32), divisor: impl Fn(u32) -> u32) -> Ball {
    let bits = start.prec();
    let (mut sum, mut term) = (Float::new(bits), start);
    let mut i = 0;
    loop {
        sum += Float::with_val(bits, &term / divisor(i));
        i += 1;
        let (p, q, r) = ratio(i);
        term *= p;
        term /= q;
        term /= r;
        let shrinks = u64::from(q) * u64::from(r) >= 2 * u64::from(p);
        let small = term.get_exp().unwrap_or(i32::MIN) < sum.get_exp().unwrap_or(0) - bits as i32;
        if shrinks && small {
            break;
        }
    }
    // what is left out is less than twice its first term
    let left_out = Magnitude::of(&term).shifted(1);
    let rounding = Magnitude::of(&sum).times(Magnitude::from_f64(6.0 * f64::from(i) + 6.0)).shifted(-i64::from(bits));
    Ball::new(sum, rounding.plus(left_out))
}

/// E softplus(sZ), s > 0.
fn softplus(s: &Rational, bits: u32) -> Option<Ball> {
    let size = s.to_f64();
    let target = f64::from(bits) * LN_2 + 4.0;
    let best = (2.0 * target).sqrt() / size;
    if !best.is_finite() {
        return None;
    }
    let height = best.min(MOST_NODES / 10.0).floor() + 0.5;
    let step = short(2.0 * PI * height / (target + 2.0 + 0.5 * (size * height).powi(2)));
    // s²τ²/2 + πτ = target
    let reach = 2.0 * target / (PI + (PI * PI + 2.0 * size * size * target).sqrt());
    let count = (reach / step).ceil() + 1.0;
    if count > MOST_NODES {
        return None;
    }
    let rule =
        Midpoint { square: Rational::from(s.square_ref()), step, bits: bits + GUARD + (1.0 / step).log2().max(0.0) as u32 };
    let residues = rule.residues(height as u32);
    let sum = rule.nodes(count as u32) - Ball::pi(rule.bits) / Ball::double(step, rule.bits) + residues.shifted(2);
    let square = size * size * (1.0 + 1e-14);
    let decay = 2.0 * PI * height / step * (1.0 - 1e-14);
    let line = exp_bound(0.5 * square * height * height - decay).times(Magnitude::from_f64(2.1 / height));
    Some(-sum.widened(line).shifted(-1))
}

/// The midpoint rule for G.
struct Midpoint {
    /// s².
    square: Rational,
    /// h, exactly.
    step: f64,
    bits: u32,
}

impl Midpoint {
    /// e^{value}.
    fn exp(&self, value: &Rational) -> Ball {
        Ball::rational(value, self.bits + 16).exp()
    }

    /// h Σ_j G((j + ½)h) over all j: v_j = e^{−s²τ²/2 − πτ} and e^{−2πτ} by recurrences, G = 2v/(τ (1 − e^{−2πτ})).
    fn nodes(&self, count: u32) -> Ball {
        let step = Rational::from_f64(self.step).unwrap_or_default();
        let pace = &Ball::pi(self.bits + 16) * &Ball::rational(&step, self.bits + 16);
        let quarter = Rational::from(step.square_ref()) * &self.square / -8i32;
        let half = (-pace.shifted(-1)).exp();
        let full = half.square();
        let mut value = &self.exp(&quarter) * &half;
        // v_{j+1}/v_j = e^{−s²h²(j + 1) − πh}
        let decay = self.exp(&(quarter * 8i32));
        let mut ratio = &decay * &full;
        let (mut wave, period) = (full.clone(), full.square());
        let mut sum = Ball::zero(self.bits);
        let one = Ball::integer(1, self.bits);
        for j in 0..count {
            let deserved = (i64::from(self.bits) + value.magnitude().log2_ceil() + 16).clamp(64, i64::from(self.bits)) as u32;
            let cut = |ball: &Ball| ball.with_bits(deserved.min(ball.bits()));
            (value, ratio, wave) = (cut(&value), cut(&ratio), cut(&wave));
            let quotient = &value / &(&cut(&one) - &wave);
            // h·2·G = 2·h·2v/((j + ½)h (1 − e^{−2πτ})), both signs of τ
            sum = &sum + &quotient.times_rational(&Rational::from((8, 2 * j + 1)));
            value = &value * &ratio;
            ratio = &ratio * &decay.with_bits(deserved);
            wave = &wave * &period.with_bits(deserved);
        }
        // v_j ≤ v_count e^{−πh (j − count)} beyond, and 8/((2j + 1)(1 − e^{−2πτ})) ≤ 8/(2 count (1 − e^{−2πτ}))
        let left = value.magnitude().times(Magnitude::from_f64(8.0));
        let gap = (&one - &full).least_magnitude();
        sum.widened(left.over(gap).over((&one - &wave).least_magnitude()))
    }

    /// Σ (−1)^n e^{s²n²/2}/(n (1 + e^{2πn/h})) for n = 1 … count.
    fn residues(&self, count: u32) -> Ball {
        let period = &Ball::pi(self.bits + 16).shifted(1) / &Ball::double(self.step, self.bits + 16);
        let wave = (-period).exp();
        let half = self.exp(&Rational::from(&self.square / 2u32));
        let growth = half.square();
        let (mut value, mut ratio, mut power) = (&half * &wave, &(&half * &growth) * &wave, wave.clone());
        let mut sum = Ball::zero(self.bits);
        let one = Ball::integer(1, self.bits);
        for n in 1..=count {
            let deserved = (i64::from(self.bits) + value.magnitude().log2_ceil() + 16).clamp(64, i64::from(self.bits)) as u32;
            let cut = |ball: &Ball| ball.with_bits(deserved.min(ball.bits()));
            (value, ratio, power) = (cut(&value), cut(&ratio), cut(&power));
            let term = (&value / &(&cut(&one) + &power)).times_rational(&Rational::from((1, n)));
            sum = if n % 2 == 0 { &sum + &term } else { &sum - &term };
            value = &value * &ratio;
            ratio = &ratio * &growth.with_bits(deserved);
            power = &power * &wave.with_bits(deserved);
        }
        sum
    }
}
