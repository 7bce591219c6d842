//! The profile law in double precision: densities, distribution function, support.
//!
//! With S(z) = E log(z − λ), F(x) = 1 − Im S(x + i0)/π, and the equations of the law are the stationarity of
//!
//!   S = log(−1/m₀) + E log D₀/γ₀ + Σ_l (log A_l + E log(D_l/A_l)/γ_l) − Σ_l e_l.
//!
//! A point lies off the support when the solution is real there and no D(b) changes sign over the biases.

use num_complex::Complex64;

use super::chain::{Chain, Point};
use super::nodes::{Profile, Step, View};
use super::path::follow;

/// Im m against |m| above which a real point lies in the support (double roots are lost to half the digits).
const IN_SUPPORT: f64 = 1e-9;
/// Points of the scan for the support.
const SCAN: usize = 240;
/// Mass above a point that ends the scan, when there is no upper edge and when there is one (a gap has more above it).
const LITTLE: f64 = 1e-6;
const ABOVE: f64 = 1e-9;
/// Halvings that place an edge.
const HALVINGS: usize = 50;
/// Relative error of double arithmetic in the values given here.
const ROUNDING: f64 = 1e-12;

impl Chain<Complex64> {
    /// F(x) for x > 0 from the point over it.
    fn distribution(&self, point: &Point<Complex64>) -> f64 {
        let mut sum = upper_angle(-point.base.inv());
        let lists = self.all_denominators(point);
        let one = Complex64::from(1.0);
        let scales = std::iter::once(&one).chain(&point.scales);
        let layers = std::iter::once(&self.base).chain(&self.layers);
        for ((layer, list), scale) in layers.zip(&lists).zip(scales) {
            let angles = layer.nodes.iter().zip(list).map(|(node, d)| node.weight.re * upper_angle(d / scale)).sum::<f64>();
            sum += lower_angle(*scale) + angles / layer.gamma.re;
        }
        let energies: f64 = (0..=self.layers.len()).map(|depth| self.cut(depth).image(&point.cut(depth)).e.im).sum();
        1.0 - (sum - energies) / std::f64::consts::PI
    }

    fn cut(&self, depth: usize) -> Self {
        Self { base: self.base.clone(), layers: self.layers[..depth].to_vec() }
    }
}

impl Point<Complex64> {
    fn cut(&self, depth: usize) -> Self {
        Self { base: self.base, scales: self.scales[..depth].to_vec() }
    }
}

/// The argument of a number of the closed upper half plane, whatever rounding did to its sign.
fn upper_angle(value: Complex64) -> f64 {
    Complex64::new(value.re, value.im.max(0.0)).arg()
}

/// The argument of a number of the closed lower half plane.
fn lower_angle(value: Complex64) -> f64 {
    -upper_angle(value.conj())
}

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
#[derive(Clone, Debug)]
pub struct Profile64 {
    coarse: Chain<Complex64>,
    fine: Chain<Complex64>,
    view: View,
    ratio: f64,
    atom: f64,
    unbounded: bool,
}

impl Profile64 {
    /// Prepares the law.
    #[must_use]
    pub fn new(profile: &Profile) -> Self {
        let chain = |step| profile.chain(step, true, |value| value.to_f64().into(), |ratio| ratio.to_f64().into());
        Self {
            coarse: chain(Step::Coarse),
            fine: chain(Step::Fine),
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

    /// m(z) for z in the upper half plane or on the positive axis, there as its limit from above.
    #[must_use]
    pub fn transform(&self, z: Complex64) -> Option<Complex64> {
        let scale = self.scale();
        let m = self.fine.image(&follow(&self.fine, z * scale)?).m;
        Some(match self.view {
            View::Kernel => m,
            View::Features => m * scale * scale + (scale - 1.0) / z,
        })
    }

    /// The density at x > 0, 0 where it is below what double precision sees.
    #[must_use]
    pub fn density(&self, x: f64) -> f64 {
        let found = self.transform(Complex64::new(x, 0.0));
        found.filter(|m| m.im > IN_SUPPORT * m.norm()).map_or(0.0, |m| m.im / std::f64::consts::PI)
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
        let value = |chain: &Chain<Complex64>| {
            let inner = x * self.scale();
            let below = chain.distribution(&follow(chain, Complex64::new(inner, 0.0))?);
            Some(match self.view {
                View::Kernel => below,
                View::Features => 1.0 - self.ratio * (1.0 - below),
            })
        };
        let (coarse, fine) = (value(&self.coarse)?, value(&self.fine)?);
        Some(Estimate { value: fine.clamp(self.atom, 1.0), error: (coarse - fine).abs() + ROUNDING })
    }

    /// The least x with F(x) ≥ p, 0 ≤ p < 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<Estimate> {
        if p <= self.atom {
            return Some(Estimate { value: 0.0, error: 0.0 });
        }
        let (mut low, mut high) = (0.0, self.fine.size() / self.scale());
        while self.cdf(high)?.value < p && high < f64::MAX / 4.0 {
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.cdf(middle)?.value < p { low = middle } else { high = middle }
        }
        let error = self.cdf(high)?.error;
        let density = self.density(high);
        Some(Estimate { value: high, error: error / density.max(1e-6) + high * ROUNDING })
    }

    /// Whether x > 0 lies off the support.
    fn is_outside(&self, chain: &Chain<Complex64>, x: f64) -> bool {
        let Some(point) = follow(chain, Complex64::new(x * self.scale(), 0.0)) else { return false };
        let m = chain.image(&point).m;
        let same_sign = |list: &Vec<Complex64>| list.iter().all(|d| (d.re > 0.0) == (list[0].re > 0.0));
        m.im <= IN_SUPPORT * m.norm() && chain.all_denominators(&point).iter().all(same_sign)
    }

    /// The components of the support above 0, found by a scan and placed by halving.
    #[must_use]
    pub fn edges(&self) -> Vec<[ProfileEdge; 2]> {
        let Some(top) = self.top() else { return Vec::new() };
        let place = |k: usize| top * (k as f64 / SCAN as f64).powi(3);
        let outside: Vec<bool> = (1..=SCAN).map(|k| self.is_outside(&self.fine, place(k))).collect();
        let mut ends = Vec::new();
        if !outside[0] {
            let least = place(1) * 1e-6;
            ends.push(if self.is_outside(&self.fine, least) { self.edge(least, place(1)) } else { self.zero(least) });
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
        let mut top = 2.0 * self.fine.size() / self.scale();
        for _ in 0..60 {
            let least = if self.unbounded { LITTLE } else { ABOVE };
            if self.cdf(top)?.value > 1.0 - least && (self.unbounded || self.is_outside(&self.fine, top)) {
                return Some(top);
            }
            top *= 2.0;
        }
        None
    }

    /// The edge between a point off the support and one in it.
    fn edge(&self, outside: f64, inside: f64) -> ProfileEdge {
        let place = |chain: &Chain<Complex64>| {
            let (mut out, mut within) = (outside, inside);
            for _ in 0..HALVINGS {
                let middle = f64::midpoint(out, within);
                if self.is_outside(chain, middle) { out = middle } else { within = middle }
            }
            within
        };
        let (coarse, fine) = (place(&self.coarse), place(&self.fine));
        let error = (coarse - fine).abs() + 1e-11 * fine;
        let inward = (inside - fine).signum() * 1e-5 * fine;
        ProfileEdge { position: Estimate { value: fine, error }, exponent: self.exponent(fine, inward) }
    }

    fn zero(&self, least: f64) -> ProfileEdge {
        ProfileEdge { position: Estimate { value: 0.0, error: 0.0 }, exponent: self.exponent(0.0, least) }
    }

    /// ±1/2 when the density near the edge follows that power over two octaves.
    fn exponent(&self, edge: f64, step: f64) -> Option<f64> {
        let [near, far] = [1.0, 4.0].map(|factor| self.density(edge + factor * step));
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
