//! The profile law in double precision: densities, distribution function, support.
//!
//! With S(z) = E log(z − λ), F(x) = 1 − Im S(x + i0)/π, and the equations of the law are the stationarity of
//!
//!   S = log(−1/m₀) + E log D₀/γ₀ + Σ_l (log A_l + E log(D_l/A_l)/γ_l) − Σ_l e_l.
//!
//! A point lies off the support when the solution is real there and no D(b) changes sign over the biases. Every value is taken by
//! two rules over the biases; their difference, and what another Newton step moves, are its error.

use num_complex::Complex64;

use super::chain::{Image, Point};
use super::nodes::{Profile, View};
use super::path::{Ray, Reached, repeated, transferred};
use super::rule::Rule;

/// Im m against |m| above which a real point lies in the support (double roots are lost to half the digits).
const IN_SUPPORT: f64 = 1e-9;
/// Points of the scan for the support.
const SCAN: usize = 240;
/// Mass above a point that ends the scan, when there is no upper edge and when there is one (a gap has more above it).
const LITTLE: f64 = 1e-6;
const ABOVE: f64 = 1e-9;
/// Halvings that place an edge, and the relative error that is left.
const HALVINGS: usize = 50;
const PLACED: f64 = 1e-11;
/// Relative error of double arithmetic in the values of F.
const ROUNDING: f64 = 1e-12;
/// That of a transform, and what a Newton step at the solution moves, against what it may be off (tuned).
const UNIT: f64 = 4e-15;
const MOVES: f64 = 8.0;
/// Where a D(b) vanishes at biases beyond all nodes, their share of the law against the distance from 0: their weight, 2⁻⁷², and
/// room for how they crowd.
const BEYOND: f64 = 1e-20;
/// Nodes nearer to a zero of D than this, in steps, lose digits to it.
const CLOSE: f64 = 0.05;

/// A value in double precision with its estimated error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// What it may be off.
    pub error: f64,
}

/// An end of the support.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProfileEdge {
    /// Where; 0 exactly when no gap was found above it, infinite when the law is not bounded.
    pub position: Estimate,
    /// The power of the distance with which the density begins, when it is ±1/2.
    pub exponent: Option<f64>,
}

/// The profile law in double precision.
#[derive(Debug)]
pub struct Profile64 {
    rule: Rule,
    shifted: Rule,
    ray: Ray,
    view: View,
    ratio: f64,
    atom: f64,
    unbounded: bool,
}

/// Real and imaginary part of a transform, each with its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    /// Re m.
    pub re: Estimate,
    /// Im m.
    pub im: Estimate,
}

impl Profile64 {
    /// Prepares the law.
    #[must_use]
    pub fn new(profile: &Profile) -> Self {
        let [rule, shifted] = Rule::pair(profile);
        Self {
            rule,
            shifted,
            ray: Ray::default(),
            view: profile.view,
            ratio: profile.top_ratio().to_f64(),
            atom: profile.atom.to_f64(),
            unbounded: profile.unbounded,
        }
    }

    /// The mass at 0.
    #[must_use]
    pub fn atom(&self) -> f64 {
        self.atom
    }

    fn scale(&self) -> f64 {
        if self.view == View::Kernel { 1.0 } else { self.ratio }
    }

    fn follow(&self, z: Complex64) -> Option<Reached> {
        self.ray.follow(&self.rule, z * self.scale())
    }

    /// The solution over z in the closed upper half plane, from which Newton's method starts at other precisions.
    pub(crate) fn point(&self, z: Complex64) -> Option<Point<Complex64>> {
        Some(self.follow(z)?.point)
    }

    /// m(z) for z in the upper half plane or on the positive axis, there as its limit from above.
    #[must_use]
    pub fn transform(&self, z: Complex64) -> Option<Complex64> {
        let reached = self.follow(z)?;
        Some(self.seen(top(&self.rule, &reached).m, z))
    }

    /// From the transform of the kernel to that of the view.
    fn seen(&self, m: Complex64, z: Complex64) -> Complex64 {
        let scale = self.scale();
        match self.view {
            View::Kernel => m,
            View::Features => m * scale * scale + (scale - 1.0) / z,
        }
    }

    /// m(z) with its error; none where the solution is not followed.
    #[must_use]
    pub fn estimate(&self, z: Complex64) -> Option<Transform> {
        self.estimate_at(z, &self.follow(z)?)
    }

    fn estimate_at(&self, z: Complex64, reached: &Reached) -> Option<Transform> {
        let inner = z * self.scale();
        let images = self.rule.images(&reached.point, &reached.poles);
        let seen = z.im > 0.0 || self.rule.keeps_signs(&reached.point, &images).is_some();
        let beyond = if seen { 0.0 } else { BEYOND / z.norm() };
        let other = transferred(&self.shifted, reached, inner)?;
        let values = [(&self.rule, reached), (&self.shifted, &other)].map(|(rule, reached)| {
            let again = repeated(rule, reached, inner);
            let (first, second) = (top(rule, reached).m, top(rule, &again).m);
            (second, MOVES * (second - first))
        });
        let close = self.rule.distance(&reached.poles) < CLOSE;
        let (value, moves) = values[usize::from(close)];
        let gap = values[0].0 - values[1].0;
        let square = if self.view == View::Kernel { 1.0 } else { self.ratio * self.ratio };
        let rest = self.seen(0.0.into(), z);
        let part = |value: f64, gap: f64, moves: f64, rest: f64| Estimate {
            value: square * value + rest,
            error: square * (gap.abs() + moves.abs() + UNIT * value.abs()) + UNIT * rest.abs() + beyond,
        };
        Some(Transform { re: part(value.re, gap.re, moves.re, rest.re), im: part(value.im, gap.im, moves.im, rest.im) })
    }

    /// The density at x > 0 with its error; 0 where the point is seen to lie off the support.
    #[must_use]
    pub fn density(&self, x: f64) -> Option<Estimate> {
        let z = Complex64::new(x, 0.0);
        let reached = self.follow(z)?;
        let pi = std::f64::consts::PI;
        if lies_off(&self.rule, &reached) {
            let m = self.seen(top(&self.rule, &reached).m, z);
            return Some(Estimate { value: 0.0, error: UNIT * m.norm() / pi });
        }
        let im = self.estimate_at(z, &reached)?.im;
        Some(Estimate { value: im.value / pi, error: im.error / pi + UNIT * im.value.abs() })
    }

    /// F(x) = P(λ ≤ x).
    #[must_use]
    pub fn cdf(&self, x: f64) -> Option<Estimate> {
        if x < 0.0 {
            return Some(Estimate { value: 0.0, error: 0.0 });
        }
        if x == 0.0 {
            return Some(Estimate { value: self.atom, error: 0.0 });
        }
        let inner = Complex64::new(x * self.scale(), 0.0);
        let reached = self.follow(Complex64::new(x, 0.0))?;
        let other = transferred(&self.shifted, &reached, inner)?;
        let [first, second] = [(&self.rule, &reached), (&self.shifted, &other)].map(|(rule, reached)| {
            let below = rule.distribution(&reached.point, &reached.poles);
            match self.view {
                View::Kernel => below,
                View::Features => 1.0 - self.ratio * (1.0 - below),
            }
        });
        Some(Estimate { value: first.clamp(self.atom, 1.0), error: (first - second).abs() + ROUNDING })
    }

    /// The least x with F(x) ≥ p, 0 ≤ p < 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<Estimate> {
        if p <= self.atom {
            return Some(Estimate { value: 0.0, error: 0.0 });
        }
        let (mut low, mut high) = (0.0, self.rule.chain().size() / self.scale());
        while self.cdf(high)?.value < p && high < f64::MAX / 4.0 {
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.cdf(middle)?.value < p { low = middle } else { high = middle }
        }
        let error = self.cdf(high)?.error;
        let density = self.density(high)?.value;
        Some(Estimate { value: high, error: error / density.max(1e-6) + high * ROUNDING })
    }

    /// Whether x > 0 lies off the support.
    fn is_outside(&self, rule: &Rule, x: f64) -> bool {
        let inner = Complex64::new(x * self.scale(), 0.0);
        let main = std::ptr::eq(rule, &self.rule);
        let reached = self.follow(Complex64::new(x, 0.0));
        let found = reached.and_then(|found| if main { Some(found) } else { transferred(rule, &found, inner) });
        found.is_some_and(|found| lies_off(rule, &found))
    }

    /// The components of the support above 0, found by a scan and placed by halving.
    #[must_use]
    pub fn edges(&self) -> Vec<[ProfileEdge; 2]> {
        let Some(top) = self.top() else { return Vec::new() };
        let place = |k: usize| top * (k as f64 / SCAN as f64).powi(3);
        let outside: Vec<bool> = (1..=SCAN).map(|k| self.is_outside(&self.rule, place(k))).collect();
        let mut ends = Vec::new();
        if !outside[0] {
            let least = place(1) * 1e-6;
            ends.push(if self.is_outside(&self.rule, least) { self.edge(least, place(1)) } else { self.zero(least) });
        }
        for (k, pair) in outside.windows(2).enumerate() {
            match pair {
                [true, false] => ends.push(self.edge(place(k + 1), place(k + 2))),
                [false, true] => ends.push(self.edge(place(k + 2), place(k + 1))),
                _ => {}
            }
        }
        if ends.len() % 2 == 1 {
            let position = Estimate { value: f64::INFINITY, error: 0.0 };
            ends.push(ProfileEdge { position, exponent: None });
        }
        ends.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()
    }

    /// A point above the support, or one with little mass above it when there is no upper edge.
    fn top(&self) -> Option<f64> {
        let mut top = 2.0 * self.rule.chain().size() / self.scale();
        for _ in 0..60 {
            let least = if self.unbounded { LITTLE } else { ABOVE };
            if self.cdf(top)?.value > 1.0 - least && (self.unbounded || self.is_outside(&self.rule, top)) {
                return Some(top);
            }
            top *= 2.0;
        }
        None
    }

    /// The edge between a point off the support and one in it.
    fn edge(&self, outside: f64, inside: f64) -> ProfileEdge {
        let place = |rule: &Rule| {
            let (mut out, mut within) = (outside, inside);
            for _ in 0..HALVINGS {
                let middle = f64::midpoint(out, within);
                if self.is_outside(rule, middle) {
                    out = middle;
                } else {
                    within = middle;
                }
                if (within - out).abs() <= 0.01 * PLACED * within {
                    break;
                }
            }
            within
        };
        let fine = place(&self.rule);
        let step = PLACED * fine * (inside - outside).signum();
        let agree = self.is_outside(&self.shifted, fine - step) && !self.is_outside(&self.shifted, fine + step);
        let shifted = if agree { fine } else { place(&self.shifted) };
        let error = (shifted - fine).abs() + PLACED * fine;
        let inward = (inside - fine).signum() * 1e-5 * fine;
        ProfileEdge { position: Estimate { value: fine, error }, exponent: self.exponent(fine, inward) }
    }

    fn zero(&self, least: f64) -> ProfileEdge {
        ProfileEdge { position: Estimate { value: 0.0, error: 0.0 }, exponent: self.exponent(0.0, least) }
    }

    /// ±1/2 when the density near the edge follows that power over two octaves.
    fn exponent(&self, edge: f64, step: f64) -> Option<f64> {
        let [near, far] = [1.0, 4.0].map(|factor| self.density(edge + factor * step).map(|found| found.value));
        let (near, far) = (near?, far?);
        let power = (far / near).log(4.0);
        [0.5, -0.5].into_iter().find(|known| (power - known).abs() < 0.02)
    }

    /// The masses of the components, from the lowest.
    #[must_use]
    pub fn masses(&self, edges: &[[ProfileEdge; 2]]) -> Option<Vec<Estimate>> {
        let mut below = Estimate { value: self.atom, error: 0.0 };
        let mut masses = Vec::with_capacity(edges.len());
        for (k, pair) in edges.iter().enumerate() {
            let above = match edges.get(k + 1) {
                Some(next) => self.cdf(f64::midpoint(pair[1].position.value, next[0].position.value))?,
                None => Estimate { value: 1.0, error: 0.0 },
            };
            masses.push(Estimate { value: above.value - below.value, error: above.error + below.error });
            below = above;
        }
        Some(masses)
    }
}

/// e and m of the top layer.
fn top(rule: &Rule, reached: &Reached) -> Image<Complex64> {
    rule.images(&reached.point, &reached.poles).swap_remove(reached.point.scales.len())
}

/// Whether the solution over a real point is real and no D changes sign.
fn lies_off(rule: &Rule, reached: &Reached) -> bool {
    let images = rule.images(&reached.point, &reached.poles);
    let real = images.last().is_some_and(|top| top.m.im <= IN_SUPPORT * top.m.norm());
    real && rule.keeps_signs(&reached.point, &images) == Some(true)
}
