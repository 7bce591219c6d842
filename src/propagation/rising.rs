//! Where sigma_b2 grows with q on the edge of chaos of an odd function, next to q = 0, so that it takes each value once there, however flat the
//! curve is: sigma_b2 is as small as q³.
//!
//! With x = √q Z, M = q E f′² − E f² and D = E f′², sigma_b2(q) = M/D. By parts M′(q) = E (x f′ − f) f″ and q D′(q) = E x f′ f″. On |x| ≤ X let
//! f′ and f‴ keep their signs, a ≤ |f′| ≤ b and l ≤ |f‴| ≤ h. Since f″(0) = 0, |f″| is between l|x| and h|x| there, and x f′ − f, which has the
//! derivative x f″, between l|x|³/3 and h|x|³/3, of one sign with it: what |x| ≤ X contributes to M′ lies between l²q² (but for E Z⁴ 1{|Z| > 10})
//! and h²q², and to |q D′| it is at most b h q. What lies beyond X is at most T₁ and T₂, as in `origin`, and T₁/q² and T₂/q grow with
//! q ≤ X²/100. So M′D > M D′ for all these q, if
//!
//! (l² − T₁/q²) a² > q (h²/3 + T₁/q²)(b h + T₂/q) at q = X²/100.

use super::error::PropagationError;
use super::origin::{Branches, REACHES, second_moment};
use crate::activation::{Function, Parity, Range, canonical, derivative, parity};
use crate::gaussian::GaussianError;
use crate::number::{Interval, Job};

/// Parts of [0, X] on which derivatives are bounded.
const PARTS: i32 = 64;
/// More than what Z² and Z⁴ have beyond |Z| = 10, and than roundings.
const SLACK: f64 = 0.99;

/// The largest √q known up to which sigma_b2 grows; none where that is not shown.
///
/// # Errors
/// When the job is stopped.
pub(super) fn rising(f: &Function, job: &Job<'_>) -> Result<Option<f64>, PropagationError> {
    if parity(f) != Parity::Odd {
        return Ok(None);
    }
    match until(f, job) {
        Err(error @ PropagationError::Gaussian(GaussianError::Stopped(_))) => Err(error),
        Err(_) => Ok(None),
        found => found,
    }
}

fn until(f: &Function, job: &Job<'_>) -> Result<Option<f64>, PropagationError> {
    let branches = Branches::of(f, job)?;
    let right = &branches.sides[0];
    // without a kink at 0
    if parity(right) != Parity::Odd {
        return Ok(None);
    }
    let slope = canonical(&derivative(right));
    let third = canonical(&derivative(&derivative(&slope)));
    let x = Function::x();
    let (first, second) = (derivative(f), derivative(&derivative(f)));
    let tails = [(x.clone() * first.clone() - f.clone()) * second.clone(), x * first * second].map(|tail| canonical(&tail));
    let [slope, third] = [&slope, &third].map(Range::of);
    for reach in REACHES.into_iter().filter(|reach| *reach < branches.reach) {
        let end = |part: i32| reach * f64::from(part) / f64::from(PARTS);
        // the least and the largest size
        let sizes = |range: &Range| {
            let parts = (0..PARTS).map(|part| range.over(Interval::new(end(part), end(part + 1))));
            let whole = parts.reduce(Interval::hull).unwrap_or(Interval::ENTIRE);
            [whole.least_magnitude(), whole.magnitude()]
        };
        let ([a, b], [l, h]) = (sizes(&slope), sizes(&third));
        if !(a > 0.0 && l > 0.0 && (b * h).is_finite()) {
            continue;
        }
        let q = reach * reach / 100.0;
        let tail =
            |k: usize| Ok::<_, PropagationError>(10f64.sqrt() * (-45.0f64).exp() * second_moment(&tails[k], reach, job)?.sqrt());
        let [one, two] = [tail(0)? / (q * q), tail(1)? / q];
        if SLACK * (SLACK * l * l - one) * a * a > q * (h * h / 3.0 + one) * (b * h + two) {
            return Ok(Some(reach / 10.0));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;
    use crate::gaussian::{Data, Moment};
    use crate::number::Ball;

    /// q − E f²/E f′² grows up to there, by integrals at single q.
    #[test]
    fn biases_grow_along_the_edge() {
        const BITS: u32 = 200;
        let job = Job::unwatched();
        for text in
            ["tanh(x)", "sin(x)", "erf(x)", "x/sqrt(1 + x^2)", "x*exp(-x^2)", "sinh(x)", "3*atan(x/2)", "tanh(x) + sin(3*x)"]
        {
            let f = read(text).expect("a function");
            let until = rising(&f, &job).expect("known").expect(text);
            let bias = |s: f64| {
                let sigma = rug::Rational::from_f64(s).expect("a number");
                let data = Data::new(&f, &sigma, &job).expect("data");
                let [second, energy] = [data.second_moment(BITS, &job), data.derivative_energy(BITS, &job)].map(|moment| {
                    let Moment::Finite(found) = moment.expect("known") else { panic!("infinite") };
                    found.ball
                });
                &Ball::double(s, BITS).square() - &(&second / &energy)
            };
            let places: Vec<Ball> = (0..6).map(|k| bias(until * 2f64.powi(-k))).collect();
            for pair in places.windows(2) {
                assert!((&pair[0] - &pair[1]).is_positive(), "{text}: {places:?}");
            }
        }
        // even, with a kink at 0, linear, flat at 0
        for text in ["x^2", "x*abs(x) + x", "3*x", "x^3", "max(x, 0)", "tanh(x) + 1"] {
            let f = read(text).expect("a function");
            assert!(rising(&f, &job).expect("known").is_none(), "{text}");
        }
    }
}
