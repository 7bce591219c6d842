//! A quantile inside a bulk: bracketed Newton steps, and a proof by the signs of F − p at both ends of a small interval.

use rug::Float;

use crate::number::{Ball, Magnitude};
use crate::spectrum::LawError;

/// Bisections and Newton steps.
const SEARCH_STEPS: usize = 400;
/// Attempts at the proof, each with a radius 16 times larger.
const WIDENINGS: usize = 6;

/// Where it is searched.
pub(in crate::spectrum) struct Within<'a> {
    /// The lower end of the bulk.
    pub low: &'a Float,
    /// Its upper end.
    pub high: &'a Float,
    /// Where the search begins.
    pub start: f64,
    /// The bits wanted.
    pub bits: u32,
}

impl Within<'_> {
    /// The x with F(x) = p, at the precision of p; `distribution` gives F and the density.
    ///
    /// # Errors
    /// [`LawError::MoreBits`], and what `distribution` fails with.
    pub fn quantile(&self, p: &Ball, distribution: &dyn Fn(&Ball) -> Result<[Ball; 2], LawError>) -> Result<Ball, LawError> {
        let bits = p.bits();
        let exact = |x: &Float| Ball::new(x.clone(), Magnitude::ZERO);
        let [mut low, mut high] = [self.low, self.high].map(Clone::clone);
        let mut x = Float::with_val(bits, self.start);
        let mut radius = Magnitude::INFINITY;
        for _ in 0..SEARCH_STEPS {
            if x <= low || x >= high {
                x = Float::with_val(bits, &low + &high) >> 1u32;
            }
            let [value, density] = distribution(&exact(&x))?;
            let gap = &value - p;
            if gap.mid().is_sign_positive() {
                high.clone_from(&x);
            } else {
                low.clone_from(&x);
            }
            let step = &gap / &density;
            if !step.is_finite() {
                return Err(LawError::MoreBits);
            }
            x = Float::with_val(bits, &x - step.mid());
            radius = step.magnitude();
            if radius <= Magnitude::of(&x).shifted(-i64::from(self.bits)) {
                break;
            }
        }
        radius = radius.shifted(2).plus(Magnitude::of(&x).shifted(-i64::from(self.bits)));
        for _ in 0..WIDENINGS {
            let around = Ball::new(x.clone(), radius);
            let [below, above] = [around.low(), around.high()].map(|x| distribution(&exact(&x)));
            if (&below?[0] - p).is_negative() && (&above?[0] - p).is_positive() {
                return Ok(around);
            }
            radius = radius.shifted(4);
        }
        Err(LawError::MoreBits)
    }
}
