//! Where V(q)/q falls, so that V(q) = q has one solution there at most, however close the slope at q = 0 is to 1.
//!
//! With h as in `origin`, 2q² d/dq [E h(√q|Z|)/q] = E h(√q|Z|) (Z² − 3), and by parts what |x| ≤ X contributes, x = √q|Z|, is at most
//! E (x h′ − 2h) 1{x ≤ X}, what lies beyond E h Z² 1{x > X}. Where h(0) = h′(0) = h‴(0) = 0, u = 2h − x h′ has four zeros at 0 and
//! u⁗ = −2h⁗ − x h⁽⁵⁾: with m = inf u⁗/24 > 0 on [0, X] the first is at most −3 m q². The second over q² grows with q ≤ X²/100, and is at
//! most 100 √10 e^{−45} E h(√q₂|Z|) there, q₂ = X²/10. So it is enough to compare them at q = X²/100. A bias adds sigma_b2/q, which falls.

use std::sync::OnceLock;

use super::error::PropagationError;
use super::origin::{Branches, REACHES, second_moment};
use crate::activation::{Function, Parity, Range, canonical, derivative, evaluate, parity};
use crate::gaussian::GaussianError;
use crate::number::{Ball, Interval, Job};

/// Parts of [0, X] on which u⁗ is bounded.
const PARTS: i32 = 64;
/// Bits of values at 0.
const BITS: u32 = 80;

/// What f does next to 0.
#[derive(Debug)]
pub(super) struct Falling {
    /// E f(√q Z)²/q at q = 0+, infinite or not a number where there is none.
    pub(super) slope: f64,
    /// V(q)/q falls for all √q up to this; none where that is not shown.
    until: OnceLock<Option<f64>>,
}

impl Falling {
    /// Of f, from its first derivatives.
    ///
    /// # Errors
    /// When the job is stopped.
    pub(super) fn new(f: &Function, job: &Job<'_>) -> Result<Self, PropagationError> {
        let branches = match Branches::of(f, job) {
            Err(error @ PropagationError::Gaussian(GaussianError::Stopped(_))) => return Err(error),
            Err(_) => return Ok(Self { slope: f64::NAN, until: OnceLock::new() }),
            Ok(branches) => branches,
        };
        let at_zero = |function: &Function| {
            let value = evaluate(&canonical(&function.substitute(&Function::rational(0))), &Ball::zero(BITS));
            if value.is_finite() { value.to_f64() } else { f64::NAN }
        };
        let starts = branches.sides.each_ref().map(at_zero);
        let slopes = branches.sides.each_ref().map(|side| at_zero(&derivative(side)).powi(2));
        let slope = if starts == [0.0; 2] { 0.5 * (slopes[0] + slopes[1]) } else { f64::NAN };
        Ok(Self { slope, until: OnceLock::new() })
    }

    /// The largest √q known up to which V(q)/q falls.
    ///
    /// # Errors
    /// When the job is stopped.
    pub(super) fn until(&self, f: &Function, job: &Job<'_>) -> Result<Option<f64>, PropagationError> {
        if let Some(known) = self.until.get() {
            return Ok(*known);
        }
        let found = until(f, job)?;
        Ok(*self.until.get_or_init(|| found))
    }
}

fn until(f: &Function, job: &Job<'_>) -> Result<Option<f64>, PropagationError> {
    let branches = Branches::of(f, job)?;
    let h = branches.square();
    let mut derivatives = vec![h];
    for k in 0..5 {
        derivatives.push(canonical(&derivative(&derivatives[k])));
    }
    let vanishes = |function: &Function| canonical(&function.substitute(&Function::rational(0))).is_zero();
    let odd_vanish = parity(&derivatives[0]) == Parity::Even || (vanishes(&derivatives[1]) && vanishes(&derivatives[3]));
    if !(odd_vanish && branches.sides.iter().all(vanishes)) {
        return Ok(None);
    }
    let (fourth, fifth) = (&derivatives[4], &derivatives[5]);
    let bent = Range::of(&canonical(&(-(Function::rational(2) * fourth.clone()) - Function::x() * fifth.clone())));
    for reach in REACHES.into_iter().filter(|reach| *reach < branches.reach) {
        let end = |part: i32| reach * f64::from(part) / f64::from(PARTS);
        let parts = (0..PARTS).map(|part| bent.over(Interval::new(end(part), end(part + 1))).low);
        let least = parts.fold(f64::INFINITY, f64::min) / 24.0;
        if least.is_nan() || least <= 0.0 {
            continue;
        }
        let q = reach * reach / 100.0;
        let beyond = 100.0 * 10f64.sqrt() * (-45.0f64).exp() * 2.0 * second_moment(f, reach, job)?;
        if beyond < 2.9 * least * q * q {
            return Ok(Some(reach / 10.0));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;
    use crate::gaussian::Data;

    /// E f(√q Z)²/q falls up to there, by integrals at single q; and it is not said to where it rises.
    #[test]
    fn quotients_fall() {
        let job = Job::unwatched();
        for text in ["tanh(x)", "sin(x)", "erf(x)", "x/sqrt(1 + x^2)", "x*exp(-x^2)", "abs(tanh(x))"] {
            let f = read(text).expect("a function");
            let until = Falling::new(&f, &job).expect("known").until(&f, &job).expect("known").expect(text);
            let quotient = |s: f64| {
                let sigma = rug::Rational::from_f64(s).expect("a number");
                let data = Data::new(&f, &sigma, &job).expect("data");
                let crate::gaussian::Moment::Finite(second) = data.second_moment(160, &job).expect("finite") else {
                    panic!("infinite")
                };
                &second.ball / &Ball::double(s, 160).square()
            };
            let places: Vec<Ball> = (0..6).map(|k| quotient(until * 2f64.powi(-k))).collect();
            for pair in places.windows(2) {
                assert!((&pair[1] - &pair[0]).is_positive(), "{text}: {places:?}");
            }
        }
        for text in ["sinh(x)", "x + x^3", "x", "max(x, 0) + x^2", "x*sigmoid(x)", "min(max(x, -1), 1)"] {
            let f = read(text).expect("a function");
            assert!(Falling::new(&f, &job).expect("known").until(&f, &job).expect("known").is_none(), "{text}");
        }
    }
}
