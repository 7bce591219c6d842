//! Where a function that is concave in another variable, and falls to −∞ at both ends of an interval, is positive: on one interval or
//! nowhere, and either is proved.

use std::cmp::Ordering;

use rug::Float;

use super::crossing::{End, between, crossing};
use crate::number::{Ball, Magnitude, Ring};
use crate::spectrum::LawError;

/// Bisections for the top.
const BISECTIONS: usize = 400;

/// The function, with its derivative, and the variable in which it is concave, with its own.
pub(in crate::spectrum) struct Concave<'f> {
    pub value: &'f dyn Fn(&Ball) -> [Ball; 2],
    pub place: &'f dyn Fn(&Ball) -> [Ball; 2],
    pub bits: u32,
}

impl Concave<'_> {
    /// The ends of the part of the interval where it is positive.
    ///
    /// # Errors
    /// [`LawError::MoreBits`] when the precision does not decide whether there is one.
    pub fn positive_part(&self, low: &Ball, high: &Ball) -> Result<Option<[Ball; 2]>, LawError> {
        let ends = [End { at: low.clone(), upwards: true }, End { at: high.clone(), upwards: false }];
        let Some(top) = self.positive(&ends)? else { return Ok(None) };
        let zero = |end: &End| crossing(self.value, end, Some(end.distance(&top, self.bits)), self.bits);
        Ok(Some([zero(&ends[0])?, zero(&ends[1])?]))
    }

    /// A point where it is positive; none when it is proved that there is none, by the tangents of a concave function.
    fn positive(&self, ends: &[End; 2]) -> Result<Option<Float>, LawError> {
        let bits = self.bits;
        let width = ends[0].distance(ends[1].at.mid(), bits);
        let at = |distance: &Float| Ball::new(ends[0].point(distance, bits), Magnitude::ZERO);
        let mut side = None;
        // where the sign of the derivative is open in the middle, as in a symmetric case, another point decides
        for eighths in [4u32, 3] {
            let inside = Float::with_val(bits, &width * eighths) >> 3u32;
            let [value, slope] = (self.value)(&at(&inside));
            if value.is_positive() {
                return Ok(Some(ends[0].point(&inside, bits)));
            }
            let above = |distance: &Float| self.is_negative_between(&ends[0], &inside, distance);
            if above(&Float::new(bits)) && above(&width) {
                return Ok(None);
            }
            let rest = Float::with_val(bits, &width - &inside);
            side = match (value.sign(), slope.sign()) {
                (Some(_), Some(Ordering::Greater)) => Some((&ends[1], rest)),
                (Some(_), Some(_)) => Some((&ends[0], inside)),
                _ => continue,
            };
            break;
        }
        // towards the end that is nearer to the top, by ratios of the distance from it
        let (end, mut far) = side.ok_or(LawError::MoreBits)?;
        let mut near = None::<Float>;
        for _ in 0..BISECTIONS {
            let distance = near.as_ref().map_or_else(|| Float::with_val(bits, &far >> 8u32), |near| between(near, &far, bits));
            let point = end.point(&distance, bits);
            let [value, slope] = (self.value)(&Ball::new(point.clone(), Magnitude::ZERO));
            match value.sign() {
                Some(Ordering::Greater) => return Ok(Some(point)),
                Some(_) => {}
                None => return Err(LawError::MoreBits),
            }
            let rising = slope.sign().ok_or(LawError::MoreBits)?.is_gt();
            if rising == end.upwards {
                near = Some(distance);
            } else {
                far = distance;
            }
            if near.as_ref().is_some_and(|near| self.is_negative_between(end, near, &far)) {
                return Ok(None);
            }
        }
        Err(LawError::MoreBits)
    }

    /// Whether the tangent at the nearer point keeps it negative up to the farther one.
    fn is_negative_between(&self, end: &End, near: &Float, far: &Float) -> bool {
        let at = |distance: &Float| Ball::new(end.point(distance, self.bits), Magnitude::ZERO);
        let point = at(near);
        let [value, slope] = (self.value)(&point);
        let [place, scale] = (self.place)(&point);
        let run = (self.place)(&at(far))[0].minus(&place);
        value.plus(&slope.over(&scale).times(&run)).is_negative()
    }
}
