//! The path from z = i∞ down to a point, along which the solution of the profile law is followed.
//!
//! Tangent and Newton steps stay small against the numbers they change, with Im m > 0 and Im e > 0 on the way
//! (e = E λ/(λ − z)), so that the branch is that of the Stieltjes transform.

use num_complex::Complex64;

use super::chain::{Chain, Image, Point};

/// Newton steps allowed at one place of the path, and the largest first correction against the number itself (tuned).
const CORRECTIONS: usize = 10;
const SMALL: f64 = 0.15;
/// Where a path starts: Im z in units of the law's size.
const HEIGHT: f64 = 16.0;
/// Each step of the path multiplies Im z by this when it succeeds (tuned).
const SHRINK: f64 = 0.3;
/// Below this share of |z| the path goes to the real axis at once.
const NEAR_AXIS: f64 = 1e-11;
/// Most steps of a path.
const MAX_STEPS: usize = 400;

/// The point of the curve over z in the closed upper half plane.
pub(crate) fn follow(chain: &Chain<Complex64>, z: Complex64) -> Option<Point<Complex64>> {
    let size = chain.size() + z.norm();
    let mut height = (HEIGHT * size).max(z.im);
    let mut point = None;
    for _ in 0..60 {
        let start = Complex64::new(z.re, height);
        point = settle(chain, chain.far_point(&start), &start, f64::INFINITY);
        if point.is_some() {
            break;
        }
        height *= 4.0;
    }
    let mut point = point?;
    let mut shrink = SHRINK;
    for _ in 0..MAX_STEPS {
        if height <= z.im {
            return Some(point);
        }
        let wanted = height * shrink;
        let next = if wanted < NEAR_AXIS * z.norm() || wanted < z.im { z.im } else { wanted };
        let here = Complex64::new(z.re, height);
        let there = Complex64::new(z.re, next);
        let tangent = chain.step(&point, &here, Some(&(there - here)));
        match settle(chain, moved(&point, &tangent), &there, SMALL) {
            Some(found) => {
                (point, height) = (found, next);
                shrink = (shrink * shrink).max(SHRINK);
            }
            None if shrink > 0.999 => return None,
            None => shrink = shrink.sqrt(),
        }
    }
    None
}

fn moved(point: &Point<Complex64>, change: &Point<Complex64>) -> Point<Complex64> {
    Point { base: point.base + change.base, scales: point.scales.iter().zip(&change.scales).map(|(a, b)| a + b).collect() }
}

/// Newton's method, when its corrections begin below `small` and it settles with the right signs.
fn settle(chain: &Chain<Complex64>, start: Point<Complex64>, z: &Complex64, small: f64) -> Option<Point<Complex64>> {
    let mut point = start;
    let mut last = f64::INFINITY;
    for _ in 0..CORRECTIONS {
        let change = chain.step(&point, z, None);
        let relative = |change: &Complex64, value: &Complex64| change.norm() / value.norm();
        let size = point
            .scales
            .iter()
            .zip(&change.scales)
            .map(|(value, change)| relative(change, value))
            .fold(relative(&change.base, &point.base), f64::max);
        if !size.is_finite() || (last.is_infinite() && size > small) {
            return None;
        }
        point = moved(&point, &change);
        if size < 1e-13 || (size >= last && size < 1e-7) {
            return has_signs(chain, &point, z).then_some(point);
        }
        last = size;
    }
    None
}

fn has_signs(chain: &Chain<Complex64>, point: &Point<Complex64>, z: &Complex64) -> bool {
    let Image { e, m } = chain.image(point);
    let slack = if z.im > 0.0 { 0.0 } else { 1e-7 };
    m.im > -slack * m.norm() && e.im > -slack * e.norm()
}

impl Chain<Complex64> {
    /// The mean eigenvalue of the top layer, as a unit.
    pub(crate) fn size(&self) -> f64 {
        let top = self.layers.last().unwrap_or(&self.base);
        top.nodes.iter().map(|node| (node.weight * (node.slope + node.rest)).re).sum::<f64>().max(f64::MIN_POSITIVE)
    }
}
