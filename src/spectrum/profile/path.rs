//! Paths in the upper half plane along which the solution of the profile law is followed from z = i∞.
//!
//! Tangent and Newton steps stay small against the numbers they change, with Im m > 0 and Im e > 0 on the way
//! (e = E λ/(λ − z)), so that the branch is that of the Stieltjes transform. Points on a ray towards 0 are kept: from the nearest
//! of them any other place is a few steps away.

use std::sync::{Mutex, PoisonError};

use num_complex::Complex64;

use super::chain::{Chain, Point};
use super::rule::{Poles, Rule};

/// Newton steps allowed at one place of the path, and the largest first correction against the number itself (tuned).
const CORRECTIONS: usize = 12;
const SMALL: f64 = 0.05;
/// The largest correction when the poles are placed anew at a point that was reached.
const SMALL_AGAIN: f64 = 1e-2;
/// Where a path starts, in units of the law's size.
const FAR: f64 = 64.0;
/// Below this share of |z| the path goes to the real axis at once.
const NEAR_AXIS: f64 = 1e-11;
/// Most steps of a path, and the least share of the rest of the way that a step takes.
const MAX_STEPS: usize = 400;
const LEAST_SHARE: f64 = 1e-3;
/// The ray of kept points: Im z/Re z, and from one to the next.
const TILT: f64 = 0.5;
const RATIO: f64 = 0.75;
/// Most points on it: 0.75^2600 is below all doubles.
const MOST_KEPT: usize = 2600;

/// A point of the curve with the poles that its averages need.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub point: Point<Complex64>,
    pub poles: Poles,
}

/// The points kept for one rule, at top·RATIO^k·(1 + i·TILT).
#[derive(Debug, Default)]
pub(crate) struct Ray {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    top: f64,
    points: Vec<Reached>,
}

impl Ray {
    /// The point of the curve over z in the closed upper half plane.
    pub fn follow(&self, rule: &Rule, z: Complex64) -> Option<Reached> {
        let (start, from) = self.start(rule, z)?;
        lead(rule, start, from, z)
    }

    /// A point from which z is near, as seen from 0.
    fn start(&self, rule: &Rule, z: Complex64) -> Option<(Reached, Complex64)> {
        let size = z.norm();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.points.is_empty() {
            let (top, reached) = far(rule, FAR * rule.chain().size())?;
            *kept = Kept { top, points: vec![reached] };
        }
        if size >= kept.top {
            let (place, reached) = far(rule, 4.0 * size)?;
            return Some((reached, on_ray(place)));
        }
        let index = ((size / kept.top).ln() / RATIO.ln()).floor().max(0.0) as usize;
        if index > MOST_KEPT {
            return None;
        }
        while kept.points.len() <= index {
            let last = kept.points.len() - 1;
            let place = |k: usize| on_ray(kept.top * RATIO.powi(k as i32));
            let next = lead(rule, kept.points[last].clone(), place(last), place(last + 1))?;
            kept.points.push(next);
        }
        Some((kept.points[index].clone(), on_ray(kept.top * RATIO.powi(index as i32))))
    }
}

fn on_ray(x: f64) -> Complex64 {
    Complex64::new(x, TILT * x)
}

/// A point so far out that Newton's method finds it, at least at x on the ray.
fn far(rule: &Rule, x: f64) -> Option<(f64, Reached)> {
    let mut place = x;
    for _ in 0..60 {
        let z = on_ray(place);
        let start = rule.chain().far_point(&z);
        let poles = vec![Vec::new(); start.scales.len()];
        if let Some(point) = settle(rule, &poles, start, &z, f64::INFINITY) {
            return Some((place, Reached { point, poles }));
        }
        place *= 4.0;
    }
    None
}

/// From one place to another, straight.
fn lead(rule: &Rule, start: Reached, from: Complex64, to: Complex64) -> Option<Reached> {
    let (mut here, mut z, mut share) = (start, from, 1.0);
    for _ in 0..MAX_STEPS {
        if z == to {
            return Some(here);
        }
        let rest = to - z;
        let wanted = if share == 1.0 { to } else { z + share * rest };
        let near = to.im == 0.0 && wanted.im < NEAR_AXIS * wanted.norm();
        let next = if near { to } else { wanted };
        match advance(rule, &here, z, next) {
            Some(found) => {
                (here, z) = (found, next);
                share = f64::min(2.0 * share, 1.0);
            }
            None if share < LEAST_SHARE => return None,
            None => share *= 0.5,
        }
    }
    None
}

/// One step of the path, after which the poles are found anew.
fn advance(rule: &Rule, here: &Reached, from: Complex64, to: Complex64) -> Option<Reached> {
    let tangent = rule.step(&here.point, &here.poles, &from, Some(&(to - from)));
    let point = settle(rule, &here.poles, moved(&here.point, &tangent), &to, SMALL)?;
    place_again(rule, point, to)
}

/// A point whose poles may have moved.
fn place_again(rule: &Rule, point: Point<Complex64>, z: Complex64) -> Option<Reached> {
    let poles = rule.poles(&point);
    let point = settle(rule, &poles, point, &z, SMALL_AGAIN)?;
    Some(Reached { point, poles })
}

/// The point of another rule near that of the first.
pub(crate) fn transferred(rule: &Rule, reached: &Reached, z: Complex64) -> Option<Reached> {
    let point = settle(rule, &reached.poles, reached.point.clone(), &z, SMALL)?;
    Some(Reached { point, poles: reached.poles.clone() })
}

/// One more Newton step, which shows how well the point is known.
pub(crate) fn repeated(rule: &Rule, reached: &Reached, z: Complex64) -> Reached {
    let change = rule.step(&reached.point, &reached.poles, &z, None);
    Reached { point: moved(&reached.point, &change), poles: reached.poles.clone() }
}

fn moved(point: &Point<Complex64>, change: &Point<Complex64>) -> Point<Complex64> {
    Point { base: point.base + change.base, scales: point.scales.iter().zip(&change.scales).map(|(a, b)| a + b).collect() }
}

/// Newton's method, when its corrections begin below `small` and it settles with the right signs.
fn settle(rule: &Rule, poles: &Poles, start: Point<Complex64>, z: &Complex64, small: f64) -> Option<Point<Complex64>> {
    let mut point = start;
    let mut last = f64::INFINITY;
    for _ in 0..CORRECTIONS {
        let change = rule.step(&point, poles, z, None);
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
            return has_signs(rule, poles, &point, z).then_some(point);
        }
        last = size;
    }
    None
}

fn has_signs(rule: &Rule, poles: &Poles, point: &Point<Complex64>, z: &Complex64) -> bool {
    let slack = if z.im > 0.0 { 0.0 } else { 1e-7 };
    let images = rule.images(point, poles);
    images.last().is_some_and(|top| top.m.im > -slack * top.m.norm() && top.e.im > -slack * top.e.norm())
}

impl Chain<Complex64> {
    /// The mean eigenvalue of the top layer, as a unit.
    pub(crate) fn size(&self) -> f64 {
        let top = self.layers.last().unwrap_or(&self.base);
        top.nodes.iter().map(|node| (node.weight * (node.slope + node.rest)).re).sum::<f64>().max(f64::MIN_POSITIVE)
    }
}
