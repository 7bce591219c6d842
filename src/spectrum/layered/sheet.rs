//! The physical point λ over a given z: found in double precision by continuation from infinity, then proved.
//!
//! For Im z_l > 0 exactly one λ_l with Im λ_l > 0 solves z_l(λ_l) = z_l (Silverstein and Bai 1995), and so down to the lowest level:
//! a point with Im λ₀ > 0 and Im z_l > 0 at every level below the top is the physical one. On the real axis inside the support the
//! same signs decide, by continuity.

use num_complex::Complex64;
use rug::Complex;

use super::stack::{Chain, Level};
use crate::number::{ComplexBall, Tangent, enclose_root};
use crate::spectrum::LawError;

/// Newton steps of a correction (tuned: 3 to 6 are used).
const CORRECTIONS: usize = 12;
/// Steps of a path.
const PATH_STEPS: usize = 4000;
/// A path begins at most at this power of 4.
const START_ORDERS: i32 = 240;
/// A Newton step this small against Im λ leaves an error below rounding.
const SETTLED: f64 = 1e-9;
/// A step that is rounding of λ alone, and how large it may be against Im λ.
const ROUNDING: f64 = 8.0 * f64::EPSILON;
const COARSE: f64 = 1e-4;

/// From this share of |z| a path lands on z.
const LANDING: f64 = 1e-9;

type Chain64 = Chain<Tangent<Complex64>>;

/// Whether λ is physical over the point that its top level has, which may be real.
fn is_physical(levels: &[Level<Tangent<Complex64>>], lambda: Complex64) -> bool {
    let (_, below) = levels.split_last().unwrap_or((&levels[0], &[]));
    lambda.im > 0.0 && below.iter().all(|level| level.z.value.im > 0.0)
}

/// The physical point near `start`, when Newton's method finds it at once.
pub(super) fn settled(chain: &Chain64, z: Complex64, start: Complex64) -> Option<(Complex64, Tangent<Complex64>)> {
    let count = chain.links.len() + 1;
    let mut lambda = start;
    for _ in 0..CORRECTIONS {
        let levels = chain.levels(&Tangent::variable(&lambda), count);
        let top = levels.last()?.z.clone();
        let step = (top.value - z) / top.slope;
        if !step.is_finite() {
            return None;
        }
        if !is_physical(&levels, lambda) {
            return None;
        }
        // towards an edge the imaginary part is small against λ, whose rounding is then all that is left
        let rounding = (ROUNDING * lambda.norm()).min(COARSE * lambda.im);
        let small = step.norm() <= rounding.max(SETTLED * lambda.im);
        lambda -= step;
        if small {
            return (lambda.im > 0.0).then_some((lambda, top));
        }
    }
    None
}

/// The physical point over z, Im z ≥ 0, by a path from infinity; none where the path is lost.
pub(in crate::spectrum) fn followed(chain: &Chain64, z: Complex64) -> Option<Complex64> {
    let count = chain.links.len() + 1;
    let scale = chain.population.iter().map(|[value, _]| value.value.norm()).fold(f64::MIN_POSITIVE, f64::max);
    let (mut lambda, first) = (0..START_ORDERS).find_map(|order| {
        let lambda = Complex64::new(0.0, scale * 4f64.powi(order));
        let levels = chain.levels(&Tangent::variable(&lambda), count);
        let top = &levels.last()?.z;
        (is_physical(&levels, lambda) && top.value.im > z.im).then_some((lambda, top.clone()))
    })?;
    let (start, mut slope) = (first.value, first.slope);
    let (mut at, mut step) = (1.0f64, 0.5f64);
    let landing = LANDING * z.norm() / (start - z).norm();
    for _ in 0..PATH_STEPS {
        // the last step lands on z itself
        let next = if at * (1.0 - step) < landing { 0.0 } else { at * (1.0 - step) };
        let target = z + (start - z) * next;
        let guess = lambda + (start - z) * (next - at) / slope;
        let found = [guess, lambda].into_iter().find_map(|guess| settled(chain, target, guess));
        match found {
            Some((point, top)) => {
                if next == 0.0 {
                    return Some(point);
                }
                (lambda, slope, at) = (point, top.slope, next);
                step = (1.5 * step).min(0.5);
            }
            None => step *= 0.5,
        }
        if step < 1e-12 {
            return None;
        }
    }
    None
}

/// The physical point over z, Im z ≥ 0 and z not outside the support, enclosed; `start` is near it.
///
/// # Errors
/// [`LawError::MoreBits`].
pub(in crate::spectrum) fn enclosed(
    chain: &Chain<Tangent<ComplexBall>>,
    z: &ComplexBall,
    start: Complex64,
) -> Result<ComplexBall, LawError> {
    enclosed_from(chain, z, Complex::with_val(z.bits(), (start.re, start.im)), 24)
}

/// The same from a start of so many bits that doubles may not hold.
///
/// # Errors
/// [`LawError::MoreBits`].
pub(super) fn enclosed_from(
    chain: &Chain<Tangent<ComplexBall>>,
    z: &ComplexBall,
    mut near: Complex,
    mut known: u32,
) -> Result<ComplexBall, LawError> {
    let bits = z.bits();
    let count = chain.links.len() + 1;
    let top = |lambda: &ComplexBall| chain.top(lambda, count).map(|level| level.z);
    while known < bits {
        let found = top(&ComplexBall::point(&near)).ok_or(LawError::MoreBits)?;
        let step = (&found.value - z) / found.slope;
        if !step.is_finite() {
            return Err(LawError::MoreBits);
        }
        near -= step.mid();
        known *= 2;
    }
    let function = |lambda: &ComplexBall| match top(lambda) {
        Some(level) => (&level.value - z, level.slope),
        None => (z.clone(), z.clone()),
    };
    let lambda = enclose_root(function, &near, false).ok_or(LawError::MoreBits)?;
    let levels = chain.levels(&Tangent::variable(&lambda), count);
    let below = levels.split_last().map_or(&[][..], |(_, below)| below);
    let proved = lambda.im.is_positive() && below.iter().all(|level| level.z.value.im.is_positive());
    if proved { Ok(lambda) } else { Err(LawError::MoreBits) }
}
