//! What the calculus keeps of a function on one side of the line: bounds of ln|g| and of Re g, and their sums and products.

use super::rates::{Quadratic, Rate, Real, away_from_zero, settles, within};
use crate::activation::Function;

/// Bounds of ln|g| on one side.
#[derive(Clone, Debug)]
pub struct Growth {
    /// Upper bound.
    pub upper: Rate,
    /// Lower bound, where one is known.
    pub lower: Option<Rate>,
    /// The sign and size of Re g when it is bounded below by a multiple of x: what an exponential of g needs.
    pub(super) real: Option<Real>,
}

/// Which side of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Re z → −∞
    Left,
    /// Re z → +∞
    Right,
}

/// Why there is no bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Unbounded {
    /// The part of the function at fault.
    pub part: Function,
    /// What it does, for a sentence.
    pub what: &'static str,
}

/// Bounds, or the part that has none.
pub(super) type Outcome = Result<Growth, Unbounded>;

impl Growth {
    /// The bounds of a function that is nowhere negative.
    pub(super) fn not_negative(self) -> Self {
        let clamp = |q: Quadratic| {
            let rises = q.c2 > 0 || (q.c2 == 0 && q.c1 > 0.0) || (q.c2 == 0 && q.c1 == 0.0 && q.c0 >= 0.0);
            if rises { q } else { Quadratic::constant(0.0) }
        };
        Self { real: self.real.map(|real| Real { low: clamp(real.low), ..real }), ..self }
    }

    /// The same bounds, claimed only from `from` on.
    pub(super) fn starting(self, from: f64) -> Self {
        Self {
            upper: self.upper.starting(from),
            lower: self.lower.map(|lower| lower.starting(from)),
            real: self.real.map(|real| Real { from: real.from.max(from), ..real }),
        }
    }
}

/// |g| ≤ size.
pub(super) fn bounded(size: f64) -> Growth {
    Growth { upper: Rate::constant(size.max(1e-300).ln()), lower: None, real: Some(Real::within(size)) }
}

/// The sign that Re g keeps far out, and from where on.
pub(super) fn far_sign(g: &Growth) -> Option<(f64, f64)> {
    let real = g.real.as_ref()?;
    let right = settles(&real.low, 1.0, real.from).map(|from| (1.0, from));
    right.or_else(|| settles(&real.high, -1.0, real.from).map(|from| (-1.0, from)))
}

/// The growth of −g.
pub(super) fn negated(g: &Growth) -> Growth {
    Growth { real: g.real.as_ref().map(Real::negated), ..g.clone() }
}

/// The growth of a sum.
pub(super) fn sum(a: &Growth, b: &Growth) -> Growth {
    let upper = a.upper.join(&b.upper).plus(std::f64::consts::LN_2);
    let one_sided = |big: &Growth, small: &Growth| {
        let lower = big.lower.as_ref()?;
        let from = lower.dominates(&small.upper, std::f64::consts::LN_2)?;
        Some(lower.plus(-std::f64::consts::LN_2).starting(from))
    };
    let lower = one_sided(a, b).or_else(|| one_sided(b, a));
    let real = a.real.as_ref().zip(b.real.as_ref()).map(|(a, b)| a.plus(b));
    let lower = lower.or_else(|| real.as_ref().and_then(away_from_zero));
    Growth { upper, lower, real }
}

/// The growth of the product of a and b.
pub(super) fn product(a: &Function, b: &Function, ga: &Growth, gb: &Growth) -> Growth {
    let lower = ga.lower.as_ref().zip(gb.lower.as_ref()).map(|(a, b)| a.times(b));
    let factor = |f: &Function, of_f: &Growth, other: &Growth| {
        let real = other.real.as_ref()?;
        let [low, high] = match f.as_rational() {
            Some(value) => [value.to_f64(); 2],
            None if f.is_constant() => of_f.real.as_ref().map(|real| [real.low.c0, real.high.c0])?,
            None => return None,
        };
        if low < 0.0 && high > 0.0 {
            return None;
        }
        let real = if high <= 0.0 && low < 0.0 { real.negated() } else { real.clone() };
        let sizes = [low.abs().min(high.abs()), low.abs().max(high.abs())];
        Some(Real { low: real.low.times(sizes, f64::min), high: real.high.times(sizes, f64::max), from: real.from })
    };
    let upper = ga.upper.times(&gb.upper);
    let real = factor(a, ga, gb).or_else(|| factor(b, gb, ga)).or_else(|| within(&upper));
    Growth { upper, lower, real }
}
