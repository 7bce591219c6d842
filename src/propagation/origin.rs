//! What the variance map does towards q = 0 where there are no biases.
//!
//! With the branches r of f to the right of 0 and l to the left, h(x) = r(x)² + l(−x)² on [0, X] and q ≤ X²/100:
//! V(q)/q = sigma_w2 E h(√q|Z|)/(2q), what lies beyond X weighing less than T = √(q₂/q) e^{−(X²/2)(1/q − 1/q₂)} E f(√q₂ Z)²/q, which grows
//! with q, q₂ = X²/10. If h(0) = h′(0) = 0, Taylor's formula with Lagrange's remainder gives
//!
//! V(q)/q − 1 = (sigma_w2 h″(0)/4 − 1) + sigma_w2 h‴(0) E|Z|³/12 √q + sigma_w2 h⁗(ξ)/16 q,
//!
//! whose sign is that of the first term that is not 0, where it outweighs the others at the largest q. Where all three vanish, h is x² times a
//! constant, V(q) − q has the sign that sigma_w2 (f(x)² + f(−x)²)/2 − x² has where it is not 0. Elsewhere h/x² itself is bounded on [0, X].

use std::cmp::Ordering;

use rug::Rational;

use super::error::PropagationError;
use super::far::over_x;
use super::variance::VarianceMap;
use crate::activation::{BreakpointKind, Function, Parity, Range, canonical, derivative, evaluate, parity, pieces};
use crate::gaussian::growth::settled;
use crate::gaussian::{Data, GaussianError, Moment, Quantity};
use crate::number::{Ball, Interval, Job, Ring};

/// Distances from 0 that are tried.
pub(super) const REACHES: [f64; 10] = [1.0, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8];
/// How far kinks next to 0 are looked for; a number at which nobody puts one.
const AROUND: f64 = 2.173;
/// Bits of bounds.
const BITS: u32 = 80;

/// What is known next to q = 0.
pub(super) struct Origin {
    /// There is no fixed point with 0 < √q ≤ this.
    pub(super) clear: f64,
    /// q = 0, where it is a fixed point.
    pub(super) zero: Option<Zero>,
}

/// The fixed point q = 0.
#[derive(Clone)]
pub(super) struct Zero {
    /// V′(0+) = lim sigma_w2 E f′(√q Z)²; none where it is infinite.
    pub(super) slope: Option<Quantity>,
    /// Whether it attracts from above.
    pub(super) stable: bool,
}

/// The two branches next to 0 as functions of the distance.
pub(super) struct Branches {
    pub(super) sides: [Function; 2],
    /// How far they go.
    pub(super) reach: f64,
}

/// Next to 0, for sigma_b2 = 0.
///
/// # Errors
/// Where neither sign of V(q) − q is shown.
pub(super) fn origin(map: &VarianceMap, bits: u32, job: &Job<'_>) -> Result<Origin, PropagationError> {
    let branches = Branches::of(&map.f, job)?;
    let [right, left] = &branches.sides;
    let h = branches.square();
    let start = right.substitute(&Function::rational(0)).powi(2) + left.substitute(&Function::rational(0)).powi(2);
    let start = if canonical(&start).is_zero() { Ball::zero(BITS) } else { evaluate(&start, &Ball::zero(BITS)) };
    let w = VarianceMap::enclose(&map.sigma_w2, BITS).to_f64();
    if !start.is_exact_zero() {
        return away(&branches, &h, w);
    }
    let slopes = [right, left].map(|branch| derivative(branch).substitute(&Function::rational(0)).powi(2));
    let slope = canonical(&(map.sigma_w2.clone() * (slopes[0].clone() + slopes[1].clone()) / Function::rational(2)));
    let slope = Quantity::constant(&slope, bits);
    let slope = slope.ball.is_finite().then_some(slope);
    let critical = slope.as_ref().and_then(|slope| slope.exact.as_ref()?.as_rational()).is_some_and(|value| value == 1);
    let around = match &slope {
        Some(slope) => Expansion::new(&h, &slope.ball, critical, w),
        None => None,
    };
    if around.as_ref().is_some_and(|around| around.is_flat)
        && let Some(stable) = contact(map, job)?
    {
        return Ok(Origin { clear: f64::INFINITY, zero: Some(Zero { slope, stable }) });
    }
    let ratio = Range::of(&canonical(&over_square(&h)));
    for reach in REACHES.into_iter().filter(|reach| *reach < branches.reach) {
        let tail = w * tail(map, reach, job)?;
        let clear = reach / 10.0;
        // of Z² only |Z| ≤ 10 is seen
        let ratio = ratio.over(Interval::new(0.0, reach));
        let (low, high) = (0.5 * w * ratio.low * (1.0 - 1e-12), 0.5 * w * ratio.high * (1.0 + 1e-12) + tail);
        let above =
            if low > 1.0 || high < 1.0 { Some(low > 1.0) } else { around.as_ref().and_then(|around| around.sign(reach, tail)) };
        if let Some(above) = above {
            return Ok(Origin { clear, zero: Some(Zero { slope, stable: !above }) });
        }
    }
    let what = format!("whether V(q) lies above or below q next to q = 0 is not shown for {:#}", map.f);
    Err(PropagationError::Undecided(what))
}

/// V(q)/q − 1 next to 0 by powers of √q.
struct Expansion {
    /// The first two terms, and the third with its function h⁗.
    first: Interval,
    second: Interval,
    fourth: Range,
    /// sigma_w2.
    w: f64,
    /// Whether the first, and both, are exactly 0.
    vanish: [bool; 2],
    /// Whether h is a multiple of x².
    is_flat: bool,
}

impl Expansion {
    fn new(h: &Function, slope: &Ball, critical: bool, w: f64) -> Option<Self> {
        /// E|Z|³ = 2√(2/π).
        const THIRD: f64 = 1.595_769_121_605_730_7;
        let third = canonical(&derivative(&derivative(&derivative(h))));
        let even = parity(h) == Parity::Even;
        let at_zero = if even { Function::rational(0) } else { canonical(&third.substitute(&Function::rational(0))) };
        let value = evaluate(&at_zero, &Ball::zero(BITS));
        if !value.is_finite() {
            return None;
        }
        let fourth = canonical(&derivative(&third));
        let rest = slope - &Ball::integer(1, slope.bits());
        let second = Interval::of_ball(&value).times(&Interval::point(w * THIRD / 12.0));
        let vanish = [critical, critical && at_zero.is_zero()];
        let (first, is_flat) = (Interval::of_ball(&rest), vanish[1] && fourth.is_zero());
        Some(Self { first, second, fourth: Range::of(&fourth), w, vanish, is_flat })
    }

    /// Whether V lies above q for q ≤ X²/100, X = `reach`; none where it is not shown.
    fn sign(&self, reach: f64, tail: f64) -> Option<bool> {
        /// More than what Z² and Z⁴ have beyond |Z| = 10, and more than roundings of the terms.
        const BEYOND: f64 = 1e-17;
        const ROUNDING: f64 = 1e-12;
        let s = reach / 10.0;
        let third = self.fourth.over(Interval::new(0.0, reach));
        let scales = [1.0, s, s * s * self.w / 16.0];
        let sizes = [self.second, third].map(Interval::magnitude);
        let slack = BEYOND * (1.0 + self.w) + ROUNDING * (scales[1] * sizes[0] + scales[2] * sizes[1]);
        // the leading term at the largest q: what it is divided by grows with q, and so does all that is set against it
        let kept = self.vanish.iter().filter(|vanishes| **vanishes).count();
        let sum = |end: fn(Interval) -> f64, worse: fn(f64, f64) -> f64| {
            let terms = [self.first, self.second, third].map(end);
            (kept..3).map(|k| if k == kept { scales[k] * terms[k] } else { worse(scales[k] * terms[k], 0.0) }).sum::<f64>()
        };
        let low = sum(|term| term.low, f64::min) - slack;
        let high = sum(|term| term.high, f64::max) + slack + tail;
        if low > 0.0 { Some(true) } else { (high < 0.0).then_some(false) }
    }
}

/// Whether V(q) < q for all q > 0, or V(q) > q for all, from the sign of D = sigma_w2 (f(x)² + f(−x)²)/2 − x² where it is 0 next to 0: as long as
/// D is continuous and goes one way on every piece; none where that is not shown.
fn contact(map: &VarianceMap, job: &Job<'_>) -> Result<Option<bool>, PropagationError> {
    /// So that no breakpoint lies at the end.
    const BEYOND: f64 = 1.37;
    let Some(from) = settled(&map.f) else { return Ok(None) };
    let found = pieces(&map.f, BEYOND * from.max(AROUND), job).map_err(GaussianError::from)?;
    if found.breakpoints.iter().any(|point| point.kind != BreakpointKind::Kink) {
        return Ok(None);
    }
    let ranges: Vec<Interval> = found.breakpoints.iter().map(|point| point.location.range()).collect();
    let mut ends: Vec<Interval> = ranges.iter().map(|range| range.abs()).filter(|range| range.high > 0.0).collect();
    ends.sort_by(|a, b| a.low.total_cmp(&b.low));
    // the branch at a place that is no breakpoint
    let branch = |place: f64| &found.branches[ranges.iter().filter(|range| range.high <= place).count()];
    let mut sides = [true; 2];
    for (index, low) in ends.iter().enumerate() {
        let high = ends.get(index + 1).map_or(f64::INFINITY, |next| next.high);
        let middle = if high.is_finite() { 0.5 * (low.high + high) } else { 2.0 * low.high };
        let (right, left) = (branch(middle), branch(-middle).substitute(&-Function::x()));
        let half = map.sigma_w2.clone() / Function::rational(2);
        let difference = half * (right.powi(2) + left.powi(2)) - Function::x().powi(2);
        let slope = canonical(&derivative(&canonical(&difference)));
        let sign = sign_of(&slope, Interval { low: low.low, high });
        sides = [sides[0] && sign.is_some_and(Ordering::is_le), sides[1] && sign.is_some_and(Ordering::is_ge)];
    }
    Ok(match sides {
        [true, false] => Some(true),
        [false, true] => Some(false),
        _ => None,
    })
}

/// The sign of a function on an interval, from its values, or from its value at the lower end and the sign of its derivative.
fn sign_of(function: &Function, over: Interval) -> Option<Ordering> {
    let sign = |values: Interval| {
        if values.high <= 0.0 { Some(Ordering::Less) } else { (values.low >= 0.0).then_some(Ordering::Greater) }
    };
    let values = Range::of(function);
    let slope = || sign(Range::of(&canonical(&derivative(function))).over(over));
    sign(values.over(over)).or_else(|| sign(values.over(Interval::point(over.low))).filter(|start| slope() == Some(*start)))
}

/// h(x)/x².
fn over_square(h: &Function) -> Function {
    let once = over_x(h).unwrap_or_else(|| h.clone() / Function::x());
    over_x(&once).unwrap_or(once / Function::x())
}

/// f does not vanish at 0, so that V(0+) > 0: E f(√q Z)² ≥ inf h/2 · P(|Z| < 1) for q ≤ X².
fn away(branches: &Branches, h: &Function, w: f64) -> Result<Origin, PropagationError> {
    let range = Range::of(h);
    let least = |reach: f64| 0.5 * 0.68 * w * range.over(Interval::new(0.0, reach)).low;
    let found = REACHES.into_iter().filter(|reach| *reach < branches.reach).find(|reach| least(*reach) > 0.0);
    let reach = found.ok_or_else(|| {
        PropagationError::Unsettled("whether V(q) lies above q next to q = 0 is not shown: give sigma_b2 > 0".to_owned())
    })?;
    let clear = reach.min(least(reach).sqrt()) * (1.0 - 1e-9);
    Ok(Origin { clear, zero: None })
}

/// E f(√q₂ Z)², q₂ = X²/10.
pub(super) fn second_moment(f: &Function, reach: f64, job: &Job<'_>) -> Result<f64, PropagationError> {
    let second = reach * reach / 10.0;
    let s = Rational::from_f64(second.sqrt()).unwrap_or_default();
    let data = Data::new(f, &s, job)?;
    let Moment::Finite(found) = data.second_moment(BITS, job)? else { return Ok(f64::INFINITY) };
    Ok(found.ball.high().to_f64() * 1.001)
}

/// T at q = X²/100, without sigma_w2.
fn tail(map: &VarianceMap, reach: f64, job: &Job<'_>) -> Result<f64, PropagationError> {
    let q = reach * reach / 100.0;
    Ok(10f64.sqrt() * (-45.0f64).exp() * second_moment(&map.f, reach, job)? / q)
}

impl Branches {
    pub(super) fn of(f: &Function, job: &Job<'_>) -> Result<Self, PropagationError> {
        let found = pieces(f, AROUND, job).map_err(GaussianError::from)?;
        let places: Vec<(f64, bool)> = found
            .breakpoints
            .iter()
            .map(|point| (point.location.to_f64(), point.location.as_rational().is_some_and(Rational::is_zero)))
            .collect();
        let before = places.iter().filter(|(place, zero)| *place < 0.0 && !zero).count();
        let at_zero = places.iter().any(|(_, zero)| *zero);
        let (left, right) = (&found.branches[before], &found.branches[before + usize::from(at_zero)]);
        let near = places.iter().filter(|(_, zero)| !zero).map(|(place, _)| place.abs()).fold(AROUND, f64::min);
        let sides = [canonical(right), canonical(&left.substitute(&-Function::x()))];
        Ok(Self { sides, reach: near * (1.0 - 1e-9) })
    }

    /// h.
    pub(super) fn square(&self) -> Function {
        let [right, left] = &self.sides;
        canonical(&(right.powi(2) + left.powi(2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;

    fn next_to_zero(text: &str, w: &Rational) -> Result<bool, PropagationError> {
        let job = Job::unwatched();
        let f = read(text).expect("a function");
        let map = VarianceMap::new(&f, &Function::rational(w.clone()), &Function::rational(0), &job).expect("a map");
        Ok(origin(&map, 80, &job)?.zero.expect("a fixed point").stable)
    }

    /// Slopes at 0 that are close to 1 on either side, of smooth functions and of one with a kink at 0, and 1 itself: there the sign of what
    /// follows x² decides.
    #[test]
    fn slopes_close_to_one_are_told_apart() {
        for (text, at_one) in [
            ("tanh(x)", true),
            ("sinh(x)", false),
            ("sin(x)", true),
            ("abs(x)*(1 + x^2)", false),
            ("piecewise(x < 0: tanh(x), x)", true),
            ("piecewise(x < 0: exp(x) - 1, x)", true),
            ("piecewise(x < 0: 1 - exp(-x), x)", false),
        ] {
            assert_eq!(next_to_zero(text, &Rational::from(1)).expect("known"), at_one, "{text}");
            for power in [2, 4, 6, 9] {
                for sign in [-1, 1] {
                    let w = Rational::from(1) + Rational::from((sign, 10i64.pow(power)));
                    assert_eq!(next_to_zero(text, &w).expect("known"), sign < 0, "{text} {w}");
                }
            }
        }
    }

    /// f(x)² + f(−x)² is a multiple of x² up to its first kink, and less, or more, from there on.
    #[test]
    fn lines_up_to_a_kink() {
        for (text, w, stable) in [
            ("min(max(x, -1), 1)", 1, true),
            ("min(max(x, 0), 6)", 2, true),
            ("max(x, 2*x - 3, -x/10)", 1, false),
            ("min(abs(x), 1 + abs(x)/2)", 1, true),
            ("max(abs(x), 2*abs(x) - 3)", 1, false),
        ] {
            let w = if text.ends_with("-x/10)") { Rational::from((200, 101)) } else { Rational::from(w) };
            assert_eq!(next_to_zero(text, &w).expect("known"), stable, "{text}");
        }
        // neither more nor less
        assert!(next_to_zero("min(max(x, -1), 1) + max(x - 2, 0)*3", &Rational::from(1)).is_err());
    }
}
