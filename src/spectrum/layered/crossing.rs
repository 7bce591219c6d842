//! The one sign change of a function on an interval, found by signs that are proved.
//!
//! A point of the interval is known by its distance from one end, at which the function is negative. The search is by ratios of
//! distances, so that a zero very near that end, or very far from it, takes no longer.

use std::cmp::Ordering;

use rug::Float;

use crate::number::{Ball, Magnitude};
use crate::spectrum::LawError;

/// Halvings of the interval before Newton's method (tuned: ratios of distances below 1.01).
const HALVINGS: usize = 12;
/// Newton steps at most, each doubling the digits.
const STEPS: usize = 40;
/// Newton steps from a guess.
const POLISHING: usize = 20;
/// Attempts at the proof, each with a radius 16 times larger (tuned).
const WIDENINGS: usize = 8;
/// The part of an end's size at which the search begins: no round number, so that the points tried are not those at which rational
/// laws have their zeros and poles.
const UNEVEN: f64 = 0.974_321;
/// Binary orders of the distance from an end that are searched.
const FARTHEST: i32 = 1 << 22;

/// The zero between two points of a function that is negative beyond the lower one and positive before the upper one; +∞ where
/// that is none.
///
/// # Errors
/// [`LawError::MoreBits`] when a sign on the way is not decided.
pub fn crossing_between(function: Function, low: &Ball, high: Option<&Ball>, bits: u32) -> Result<Ball, LawError> {
    let far = high.map(|high| Float::with_val(bits, high.mid() - low.mid()));
    crossing_within(function, &End { at: low.clone(), upwards: true }, far, bits)
}

/// The zero near `guess` of a function that is negative between `low` and its one zero beyond, and positive after it; none where Newton's
/// method from there does not end in a proof.
pub fn crossing_near(function: Function, low: &Ball, guess: f64, bits: u32) -> Option<Ball> {
    let mut point = Float::with_val(bits, guess);
    for _ in 0..POLISHING {
        let [value, slope] = function(&exact(point.clone()));
        let step = &value / &slope;
        if !step.is_finite() {
            return None;
        }
        point -= step.mid();
        // the next step is the square of this one
        if Magnitude::of(step.mid()) <= Magnitude::of(&point).shifted(-i64::from(bits / 2 + 8)) {
            return proved(function, &End { at: low.clone(), upwards: true }, &point, bits).ok();
        }
    }
    None
}

/// An end of an interval, and the side of it on which the interval lies.
#[derive(Clone, Debug)]
pub(in crate::spectrum) struct End {
    pub at: Ball,
    pub upwards: bool,
}

impl End {
    /// The point at this distance.
    pub fn point(&self, distance: &Float, bits: u32) -> Float {
        let at = self.at.mid();
        if self.upwards { Float::with_val(bits, at + distance) } else { Float::with_val(bits, at - distance) }
    }

    /// The distance of a point.
    pub fn distance(&self, point: &Float, bits: u32) -> Float {
        let signed = Float::with_val(bits, point - self.at.mid());
        if self.upwards { signed } else { -signed }
    }

    /// Whether the end is known well enough for a point at this distance to lie inside.
    fn resolves(&self, distance: &Float) -> bool {
        Magnitude::of(distance).minus_down(self.at.radius().shifted(1)) > Magnitude::ZERO
    }
}

/// A function as the search sees it: value and slope at an exact point.
pub type Function<'f> = &'f dyn Fn(&Ball) -> [Ball; 2];

/// Where the function, negative near `end`, turns positive; before the distance `far`, at which it is positive, when that is given.
///
/// # Errors
/// [`LawError::MoreBits`] when a sign on the way is not decided.
pub(in crate::spectrum) fn crossing(function: Function, end: &End, far: Option<Float>, bits: u32) -> Result<Ball, LawError> {
    let value = |distance: &Float| {
        if !end.resolves(distance) {
            return Err(LawError::MoreBits);
        }
        Ok(function(&exact(end.point(distance, bits)))[0].sign())
    };
    let [mut near, mut far] = match bracket(&value, end, far, bits)? {
        Bracket::Between(ends) => ends,
        Bracket::Near(distance) => return proved(function, end, &end.point(&distance, bits), bits),
    };
    for _ in 0..HALVINGS {
        let middle = between(&near, &far, bits);
        match value(&middle)? {
            Some(Ordering::Less) => near = middle,
            Some(Ordering::Greater) => far = middle,
            _ => return proved(function, end, &end.point(&middle, bits), bits),
        }
    }
    let root = polished(function, end, [&near, &far], bits);
    proved(function, end, &root, bits)
}

/// The crossing of a function that is negative at one end of a gap and positive at the other.
pub(in crate::spectrum) fn crossing_within(
    function: Function,
    end: &End,
    far: Option<Float>,
    bits: u32,
) -> Result<Ball, LawError> {
    let Some(mut far) = far else { return crossing(function, end, None, bits) };
    // inside the gap, near its other end
    let width = far.clone();
    for order in 1..bits {
        far = Float::with_val(bits, &width - Float::with_val(bits, &width >> order));
        let value = &function(&Ball::new(end.point(&far, bits), Magnitude::ZERO))[0];
        if value.is_positive() {
            return crossing(function, end, Some(far), bits);
        }
    }
    Err(LawError::MoreBits)
}

fn exact(point: Float) -> Ball {
    Ball::new(point, Magnitude::ZERO)
}

/// The middle of two distances, on the scale of their ratio while that is large.
pub(super) fn between(near: &Float, far: &Float, bits: u32) -> Float {
    if Float::with_val(bits, near << 2u32) < *far {
        Float::with_val(bits, near * far).sqrt()
    } else {
        Float::with_val(bits, near + far) >> 1u32
    }
}

/// Where a zero is.
enum Bracket {
    /// Between two distances.
    Between([Float; 2]),
    /// At this one, or so near it that the sign there is not decided.
    Near(Float),
}

/// Two distances with the zero between them, by steps that double in binary orders.
fn bracket(
    value: &impl Fn(&Float) -> Result<Option<Ordering>, LawError>,
    end: &End,
    far: Option<Float>,
    bits: u32,
) -> Result<Bracket, LawError> {
    let scale = if end.at.mid().is_zero() { Float::with_val(bits, 1) } else { Float::with_val(bits, end.at.mid().abs_ref()) };
    let scale = scale * UNEVEN;
    let known = far.is_some();
    let mut here = far.unwrap_or(scale);
    let outwards = match (known, value(&here)?) {
        (true, _) | (false, Some(Ordering::Greater)) => false,
        (false, Some(Ordering::Less)) => true,
        (false, _) => return Ok(Bracket::Near(here)),
    };
    let mut order = 1i32;
    while order < FARTHEST {
        let next = if outwards { Float::with_val(bits, &here << order) } else { Float::with_val(bits, &here >> order) };
        match value(&next)? {
            Some(Ordering::Greater) if outwards => return Ok(Bracket::Between([here, next])),
            Some(Ordering::Less) if !outwards => return Ok(Bracket::Between([next, here])),
            Some(Ordering::Less | Ordering::Greater) => {}
            _ => return Ok(Bracket::Near(next)),
        }
        here = next;
        order *= 2;
    }
    Err(LawError::MoreBits)
}

/// Newton's method; a step out of the bracket becomes a bisection.
fn polished(function: Function, end: &End, [near, far]: [&Float; 2], bits: u32) -> Float {
    let (mut near, mut far) = (near.clone(), far.clone());
    let mut distance = between(&near, &far, bits);
    for _ in 0..STEPS {
        let [value, slope] = function(&exact(end.point(&distance, bits)));
        if value.mid().is_sign_negative() {
            near.clone_from(&distance);
        } else {
            far.clone_from(&distance);
        }
        let step = &value / &slope;
        if !step.is_finite() {
            break;
        }
        let moved = Float::with_val(bits, if end.upwards { step.mid().clone() } else { -step.mid().clone() });
        let next = Float::with_val(bits, &distance - &moved);
        let settled = Magnitude::of(&moved) <= Magnitude::of(&distance).shifted(8 - i64::from(bits));
        distance = if next >= near && next <= far { next } else { between(&near, &far, bits) };
        if settled {
            break;
        }
    }
    end.point(&distance, bits)
}

/// A ball around `root` at the two ends of which the signs differ.
fn proved(function: Function, end: &End, root: &Float, bits: u32) -> Result<Ball, LawError> {
    let [value, slope] = function(&exact(root.clone()));
    if value.is_exact_zero() {
        return Ok(exact(root.clone()));
    }
    let step = (&value / &slope).magnitude();
    let mut radius = step.shifted(1).plus(Magnitude::of(root).shifted(2 - i64::from(bits)));
    for _ in 0..WIDENINGS {
        if !radius.is_finite() {
            break;
        }
        let around = Ball::new(root.clone(), radius);
        let [low, high] = [around.low(), around.high()];
        let inside = [&low, &high].iter().all(|point| end.resolves(&end.distance(point, bits)));
        let signs = [&low, &high].map(|point| function(&exact(point.clone()))[0].sign());
        let rising = if end.upwards { [Ordering::Less, Ordering::Greater] } else { [Ordering::Greater, Ordering::Less] };
        if inside && signs == rising.map(Some) {
            return Ok(Ball::interval(&low, &high, bits));
        }
        radius = radius.shifted(4);
    }
    Err(LawError::MoreBits)
}
