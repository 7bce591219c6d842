//! The law of labels of infinitely many values in double precision: τ over every point, found from its neighbours.
//!
//! z(τ) = τ (ψ − P(y ≠ 0) + E u), u = τ/(τ − y) over y ≠ 0, and z′ = ψ − P(y ≠ 0) + 2 E u − E u². For Im z ≥ 0 there is one τ with
//! Im τ > 0, so that any that is found there is the right one. Where Im τ is below rounding, z′ > 0 says so. With more dimensions than
//! samples τ ≈ z/(ψ − P(y ≠ 0)) near 0 and Im τ is of the order of |τ|² there: the density −Im(1/τ)/(πψ) is had without cancellation
//! as −Im E u/(πψx).

use std::f64::consts::PI;

use num_complex::Complex64;

use super::spread::{Averages, Spread};

/// Newton steps of a correction.
const CORRECTIONS: usize = 40;
/// Steps of a path.
const PATH_STEPS: usize = 2000;
/// A path begins at most at this power of 4.
const START_ORDERS: i32 = 60;
/// A Newton step this small against Im τ leaves an error below rounding.
const SETTLED: f64 = 1e-9;
/// A step that is rounding alone, against |τ|.
const ROUNDING: f64 = 8.0 * f64::EPSILON;
/// Im τ is at least this share of |τ|.
const FLOOR: f64 = 1e-13;
/// What is no larger may be at the floor.
const ABOVE_FLOOR: f64 = 1.5e-13;
/// From this share of |z| a path lands on z.
const LANDING: f64 = 1e-9;
/// Points between two ends, besides those that crowd at each.
const POINTS: usize = 32;
/// Powers of 1/4 at which they crowd.
const CROWDED: i32 = 12;
/// Below this share of the places of the law, x is 0.
const NOTHING: f64 = 1e-100;
/// Below this share of (ψ − P(y ≠ 0)) τ, x comes from a cancellation.
const CANCELLED: f64 = 0.1;
/// Below this share of |τ|, Im τ makes labels beside it too coarse,
const HEIGHT: f64 = 1e-5;
/// and what is continued from there is right when orders differ by no more than this share.
const CONTINUED: f64 = 1e-6;
/// From this share on what is continued at the floor is rounding, and 0 stands for it.
const NO_DIGIT: f64 = 0.1;
/// Densities on the two sides of 0 that differ by this share are the same.
const SAME: f64 = 1e-9;
/// Steps of a quantile.
const STEPS: usize = 100;

/// A point of the support with its τ, z′ there, and F.
#[derive(Clone, Copy, Debug)]
struct Known {
    x: f64,
    tau: Complex64,
    slope: Complex64,
    cdf: f64,
}

/// The law between the ends of its bulks.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    spread: std::sync::Arc<Spread>,
    ratio: f64,
    /// ψ − P(y ≠ 0), exactly 0 where it is.
    excess: f64,
    scale: f64,
    /// Ascending.
    known: Vec<Known>,
}

impl Walk {
    /// Follows the law over pieces between which 0 and the ends of the bulks are.
    pub fn new(spread: std::sync::Arc<Spread>, ratio: f64, excess: f64, pieces: &[[f64; 2]]) -> Self {
        let scale = pieces.iter().flatten().fold(f64::MIN_POSITIVE, |most, end| most.max(end.abs()));
        let mut walk = Self { spread, ratio, excess, scale, known: Vec::new() };
        let mut known = Vec::new();
        for piece in pieces {
            let mut last: Option<(f64, Complex64, Complex64)> = None;
            for x in crowded(*piece) {
                let warm = last.and_then(|(near, tau, slope)| walk.near(x, near, tau, slope));
                last = warm.or_else(|| walk.path(Complex64::new(x, 0.0))).map(|(tau, slope)| (x, tau, slope));
                known.extend(last.map(|(x, tau, slope)| Known { x, tau, slope, cdf: walk.cdf_over(tau) }));
            }
        }
        known.sort_by(|a, b| a.x.total_cmp(&b.x));
        walk.known = known;
        walk
    }

    /// z, z′ and E u at τ.
    fn map(&self, tau: Complex64) -> [Complex64; 3] {
        let Averages { first, second } = self.spread.averages(tau);
        [tau * (self.excess + first), self.excess + 2.0 * first - second, first]
    }

    /// τ over z by Newton's method, with z′; `real` allows Im τ to be as small as rounding.
    fn settled(&self, z: Complex64, start: Complex64, real: bool) -> Option<(Complex64, Complex64)> {
        let mut tau = start;
        let mut last = f64::INFINITY;
        for _ in 0..CORRECTIONS {
            let floor = FLOOR * tau.norm();
            if real && tau.im < floor {
                tau.im = floor;
            }
            if !(tau.im > 0.0 && tau.is_finite()) {
                return None;
            }
            let [value, slope, _] = self.map(tau);
            let step = (value - z) / slope;
            if !step.is_finite() {
                return None;
            }
            // the root lies below the floor
            if real && tau.im <= floor && step.im >= 0.0 && step.re.abs() <= ROUNDING * tau.norm() {
                return (slope.re > 0.0).then_some((tau, slope));
            }
            let size = step.norm();
            let rounding = ROUNDING * tau.norm();
            // towards an end z′ is small and the rounding of z moves τ
            let stalled = size >= 0.5 * last && size <= 1e-6 * tau.im;
            if size <= rounding.min(1e-4 * tau.im).max(SETTLED * tau.im) || stalled {
                let moved = tau - step;
                return (moved.im > 0.0).then_some((moved, slope));
            }
            last = size;
            let next = tau - step;
            tau = if real && next.im < 0.1 * tau.im { Complex64::new(next.re, 0.1 * tau.im) } else { next };
        }
        None
    }

    /// τ over x from that of a neighbour.
    fn near(&self, x: f64, near: f64, tau: Complex64, slope: Complex64) -> Option<(Complex64, Complex64)> {
        let z = Complex64::new(x, 0.0);
        let tangent = tau + (x - near) / slope;
        // Im τ is of the order of |τ|² near 0 where there are more dimensions than samples
        let scaled = Complex64::new(tau.re, tau.im * x / near) * (x / near);
        [tangent, scaled, tau].into_iter().find_map(|start| self.settled(z, start, true))
    }

    /// τ over z, Im z ≥ 0, by a path from infinity.
    fn path(&self, z: Complex64) -> Option<(Complex64, Complex64)> {
        let (mut tau, first, mut slope) = (0..START_ORDERS).find_map(|order| {
            let tau = Complex64::new(0.0, self.scale / self.ratio * 4f64.powi(order - 2));
            let [value, slope, _] = self.map(tau);
            (value.im > z.im && value.im > self.scale).then_some((tau, value, slope))
        })?;
        let (mut at, mut step) = (1.0f64, 0.5f64);
        let landing = LANDING * z.norm().max(LANDING * self.scale) / (first - z).norm();
        for _ in 0..PATH_STEPS {
            if at <= landing {
                return self.settled(z, tau, z.im == 0.0);
            }
            let next = at * (1.0 - step);
            let target = z + (first - z) * next;
            let guess = tau + (first - z) * (next - at) / slope;
            match [guess, tau].into_iter().find_map(|guess| self.settled(target, guess, false)) {
                Some((point, along)) => {
                    (tau, slope, at) = (point, along, next);
                    step = (1.5 * step).min(0.75);
                }
                None => step *= 0.5,
            }
            if step < 1e-12 {
                return None;
            }
        }
        None
    }

    /// τ over z, Im z ≥ 0 and not outside the support; none where it is not found.
    pub fn tau(&self, z: Complex64) -> Option<Complex64> {
        if z.im == 0.0 {
            let after = self.known.partition_point(|known| known.x < z.re);
            let beside = [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|index| self.known.get(index));
            let mut beside: Vec<&Known> = beside.filter(|known| z.re == 0.0 || known.x * z.re > 0.0).collect();
            beside.sort_by(|a, b| (a.x - z.re).abs().total_cmp(&(b.x - z.re).abs()));
            if let Some((tau, _)) = beside.into_iter().find_map(|known| self.near(z.re, known.x, known.tau, known.slope)) {
                return Some(tau);
            }
        }
        self.path(z).map(|(tau, _)| tau)
    }

    /// The density of the continuous part inside a bulk.
    pub fn density(&self, x: f64) -> Option<f64> {
        if let Some(limit) = (x.abs() <= NOTHING * self.scale).then(|| self.at_zero()).flatten() {
            return Some(limit);
        }
        let tau = self.tau(Complex64::new(x, 0.0))?;
        let scale = PI * self.ratio;
        if x.abs() > CANCELLED * self.excess.abs() * tau.norm() {
            return Some(-self.imaginary(tau, x) / (scale * x));
        }
        Some(tau.im / (tau.norm_sqr() * scale))
    }

    /// Im E u at τ over x, of the other sign than x. Where τ is so near to the line that the rounding of labels counts against Im τ, E u is continued from three heights,
    /// and two say whether it may be.
    fn imaginary(&self, tau: Complex64, x: f64) -> f64 {
        let height = HEIGHT * tau.norm();
        let at = |height: f64| self.spread.averages(Complex64::new(tau.re, height)).first.im;
        if tau.im >= height {
            return at(tau.im);
        }
        let [one, two, four] = [1.0, 2.0, 4.0].map(|steps| at(steps * height));
        // what is at the floor lies below it, and nothing is known there but what is continued
        let is_above = tau.im > ABOVE_FLOOR * tau.norm();
        let t = if is_above { tau.im / height } else { 0.0 };
        let by_two = one + (two - one) * (t - 1.0);
        let by_three = one * (t - 2.0) * (t - 4.0) / 3.0 - two * (t - 1.0) * (t - 4.0) / 2.0 + four * (t - 1.0) * (t - 2.0) / 6.0;
        match (by_three - by_two).abs() / by_three.abs() {
            _ if !is_above && by_three * x >= 0.0 => 0.0,
            doubt if doubt <= CONTINUED || (!is_above && doubt <= NO_DIGIT) => by_three,
            _ if is_above => at(tau.im),
            _ => 0.0,
        }
    }

    /// The limit at 0 of the density of no fewer dimensions than samples that count: that of the labels over ψ (ψ − P(y ≠ 0)); NaN where
    /// it is not known or not the same on both sides.
    pub fn at_zero(&self) -> Option<f64> {
        if self.excess < 0.0 {
            return None;
        }
        let [below, above] = self.spread.touch.each_ref().map(|touch| touch.density);
        if self.excess == 0.0 || below.is_infinite() || above.is_infinite() {
            return Some(f64::INFINITY);
        }
        let same = (below - above).abs() <= SAME * below.abs();
        Some(if same { 0.5 * (below + above) / (self.ratio * self.excess) } else { f64::NAN })
    }

    fn cdf_over(&self, tau: Complex64) -> f64 {
        let angles = self.excess * tau.arg() + self.spread.angle(tau) + self.spread.averages(tau).first.im;
        1.0 - angles / (PI * self.ratio)
    }

    /// F(x) inside a bulk, off 0 where there is an atom.
    pub fn cdf(&self, x: f64) -> Option<f64> {
        self.tau(Complex64::new(x, 0.0)).map(|tau| self.cdf_over(tau))
    }

    /// The place between `low` and `high` where F is p, by Newton's method between bounds.
    pub fn quantile(&self, p: f64, [mut low, mut high]: [f64; 2]) -> f64 {
        for known in self.known.iter().filter(|known| known.x > low && known.x < high).collect::<Vec<_>>() {
            if known.cdf < p { low = low.max(known.x) } else { high = high.min(known.x) }
        }
        let mut x = 0.5 * (low + high);
        for _ in 0..STEPS {
            let Some(tau) = self.tau(Complex64::new(x, 0.0)) else {
                x = 0.5 * (x + if x - low < high - x { high } else { low });
                continue;
            };
            let missing = p - self.cdf_over(tau);
            if missing > 0.0 {
                low = x;
            } else {
                high = x;
            }
            let step = missing * PI * self.ratio * tau.norm_sqr() / tau.im;
            let next = x + step;
            if step.abs() <= f64::EPSILON * x.abs() || high - low <= f64::EPSILON * x.abs() {
                break;
            }
            x = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        x
    }
}

/// Points inside, from the middle to the upper end and then from the middle to the lower one.
fn crowded([low, high]: [f64; 2]) -> Vec<f64> {
    let half = 0.5 * (high - low);
    let even = (0..POINTS).map(|index| 1.0 - (PI * (index as f64 + 0.5) / (2 * POINTS) as f64).cos());
    let mut shares: Vec<f64> = even.chain((1..=CROWDED).map(|order| 0.25f64.powi(order))).chain([1.0]).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    let up = shares.iter().map(|share| high - half * share);
    let down = shares.iter().map(|share| low + half * share);
    up.chain(down).filter(|x| *x > low && *x < high).collect()
}
