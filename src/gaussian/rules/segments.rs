//! E v(σZ)² Zᵐ, m = 0, 2, 4, at all σ of an octave where v is analytic between breakpoints: the counterpart of `octave`.
//!
//! With V(x) = 2^−m v(Sx) and σ = S/r, √2 ≤ r ≤ R, these are ∫ V(x)² (rx)ᵐ r φ(rx) dx, taken between the breakpoints on Gauss–Legendre panels
//! that serve every r: on z = x + iy, with |x| ≥ a and |y| ≤ b,
//!
//! |r φ(rz)| ≤ R/√(2π) e^{−(a² − b²)} where a ≥ b, else R/√(2π) e^{R²(b² − a²)/2},
//!
//! and |rz| ≤ R|z|. Beyond the last panels, at |x| ≥ X, at most R K times the tail of V² φ is left, K = sup_t t⁴ e^{−t²/16}, as there. The
//! breakpoints and branches of v are found once for all octaves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rug::Float;

use super::nearer;
use super::nodes::{LN_POWERS, spread};
use super::octave::{LEVEL, SPREAD, is_within};
use super::pieced::{self, GUARD, Pieced, Scale};
use super::size::size;
use super::tensor::{Grid, Pair};
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::Envelope;
use crate::gaussian::weight::{LN_SQRT_TWO_PI, exp_bound, ln_sum, nearest};
use crate::number::{Ball, Interval, Job, Magnitude, Stopped};

/// Bits of nodes for doubles.
const DOUBLES: u32 = 64;
/// −ln of the errors of pairs in doubles, and bits for them.
const ROUGHLY: f64 = 32.0;
const FEW_BITS: u32 = 48;
/// The largest change of a logarithm within a range of r.
const MOST_CHANGE: f64 = 1.0 / 16.0;

/// v about one S.
pub(super) struct Segments {
    of: Arc<Pieced>,
    /// S as the power of 2.
    pub(super) scale: i32,
    /// The power of 2 that v was divided by.
    pub(super) size: i32,
    /// Bounds of V² to the left and to the right.
    tails: [Envelope; 2],
    /// Nodes for so many bits.
    levels: Mutex<BTreeMap<u32, Level>>,
    /// Those for doubles.
    rough: OnceLock<Option<Rough>>,
}

/// Nodes that are found once.
type Level = Arc<OnceLock<Option<Nodes>>>;

/// x, and the weight of dx times V(x)².
struct Nodes {
    list: Vec<(Float, Ball)>,
    /// The error of every moment.
    off: Magnitude,
}

/// x² and the weighted square with how far it is off, in doubles.
struct Rough {
    list: Vec<[f64; 3]>,
    off: f64,
}

impl Segments {
    /// None where growth is not bounded.
    ///
    /// # Errors
    /// When the job is stopped.
    pub(super) fn new(of: &Arc<Pieced>, scale: i32, job: &Job<'_>) -> Result<Option<Self>, Stopped> {
        let size = size(&of.v, scale);
        let Some(sides) = nearer::real(&of.whole, scale, job)? else { return Ok(None) };
        let tails = sides.map(|side| Envelope { a: side.a - f64::from(size) * std::f64::consts::LN_2, ..side }.squared());
        let (of, levels, rough) = (Arc::clone(of), Mutex::default(), OnceLock::new());
        Ok(Some(Self { of, scale, size, tails, levels, rough }))
    }

    /// The first N moments at σ.
    pub(super) fn moments<const N: usize>(
        &self,
        sigma: &Ball,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<[Ball; N]>, GaussianError> {
        let level = bits.max(DOUBLES).next_multiple_of(LEVEL);
        let r = sigma.inverse().shifted(self.scale).with_bits(level + GUARD);
        if !is_within(r.low().to_f64().next_down(), r.high().to_f64().next_up()) {
            return Ok(None);
        }
        let slot = self.level(level, job)?;
        let Some(Some(nodes)) = slot.get() else { return Ok(None) };
        job.spend(nodes.list.len() as u64 * (u64::from(level) / 2 + 20))?;
        Ok(Some(nodes.moments(&r, level + GUARD)))
    }

    /// The moments in doubles, each with how far it may be off, for all r within a relative `spread` of a double.
    pub(super) fn in_doubles(&self, r: f64, spread: f64, job: &Job<'_>) -> Result<Option<[[f64; 2]; 3]>, GaussianError> {
        if self.rough.get().is_none() {
            let slot = self.level(DOUBLES, job)?;
            let found = slot.get().and_then(Option::as_ref).map(Nodes::rough);
            let _ = self.rough.set(found);
        }
        let Some(Some(rough)) = self.rough.get() else { return Ok(None) };
        if !is_within((r * (1.0 - spread)).next_down(), (r * (1.0 + spread)).next_up()) {
            return Ok(None);
        }
        job.spend(rough.list.len() as u64)?;
        Ok(rough.moments(r, spread))
    }

    /// E V(X) V(Y) for normal X, Y of standard deviation 1/r and correlation c ≥ 0; none elsewhere, or where it takes too many nodes.
    pub(super) fn pair(&self, sigma: &Ball, c: &Float, bits: u32, job: &Job<'_>) -> Result<Option<Ball>, GaussianError> {
        let target = f64::from(bits) * std::f64::consts::LN_2;
        let middle = Ball::new(sigma.mid().clone(), Magnitude::ZERO);
        let Some(grid) = self.grid(&middle, c, (target, bits), job)? else { return Ok(None) };
        // whatever V is, the density changes by at most u² + w² + 2 times itself (`octave`)
        let spread = spread(sigma, &middle);
        let r = 2f64.powi(self.scale) / middle.to_f64();
        let Some([zeroth, second, _]) = self.in_doubles(r, spread.to_f64() + f64::EPSILON, job)? else { return Ok(None) };
        let most = second[0] + second[1] + 3.0 * (zeroth[0] + zeroth[1]);
        Ok(Some(grid.value(bits, job)?.widened(Magnitude::from_f64(most * (1.0 + 1e-9)).times(spread))))
    }

    /// The same in doubles, without a bound.
    pub(super) fn pair_roughly(&self, [sigma, c]: [f64; 2], job: &Job<'_>) -> Result<Option<f64>, GaussianError> {
        let (sigma, c) = (Ball::double(sigma, FEW_BITS), Float::with_val(f64::MANTISSA_DIGITS, c));
        let grid = self.grid(&sigma, &c, (ROUGHLY, FEW_BITS), job)?;
        Ok(grid.map(|grid| grid.roughly()))
    }

    /// At σ, a float.
    fn grid(&self, sigma: &Ball, c: &Float, precision: (f64, u32), job: &Job<'_>) -> Result<Option<Grid>, GaussianError> {
        if *c < 0 {
            return Ok(None);
        }
        let range = Interval::of_ball(sigma);
        let r = 2f64.powi(self.scale) / range.middle();
        let Some([[value, off], ..]) = self.in_doubles(r, 2.0 * f64::EPSILON, job)? else { return Ok(None) };
        // bounds of V in x = u/r
        let scaled = |side: Envelope| Envelope {
            a: side.a - side.p * r.ln() + 1e-9,
            alpha: side.alpha / r + 1e-9 * side.alpha.abs(),
            beta: side.beta / (r * r) + 1e-9 * side.beta.abs(),
            from: side.from * r * (1.0 + 1e-9),
            ..side
        };
        let scale = Scale { range, ball: sigma.clone(), size: self.size };
        let pair = Pair { of: &self.of, scale, tails: self.tails.map(scaled), second: value + off };
        pair.grid(c, precision, job)
    }

    /// The nodes of a level.
    fn level(&self, level: u32, job: &Job<'_>) -> Result<Level, GaussianError> {
        let slot = Arc::clone(self.levels.lock().unwrap_or_else(PoisonError::into_inner).entry(level).or_default());
        if slot.get().is_none() {
            let found = self.nodes(level, job)?;
            let _ = slot.set(found);
        }
        Ok(slot)
    }

    fn nodes(&self, level: u32, job: &Job<'_>) -> Result<Option<Nodes>, GaussianError> {
        let target = f64::from(level) * std::f64::consts::LN_2 + 4.0;
        let [Some(left), Some(right)] = self.tails.map(|side| side.cut(0, target + LN_POWERS + 2.0)) else { return Ok(None) };
        let (cut, bits) = (left.max(right), level + GUARD);
        let s = 2f64.powi(self.scale);
        let scale = Scale { range: Interval::point(s), ball: Ball::double(s, bits), size: self.size };
        let ln_sup = |value: f64, rectangle| 2.0 * value + ln_weight(rectangle);
        let Some(found) = self.of.nodes(&scale, (cut, target), bits, &ln_sup, job)? else { return Ok(None) };
        let copies = i32::from(self.of.is_folded());
        let square = |pieced::Node { x, weight, value }| {
            let term = (&weight * &value.square()).shifted(copies);
            (x, term.with_bits(bits))
        };
        let beyond = exp_bound(ln_sum(&self.tails.map(|side| side.ln_tail(0, cut))) + LN_POWERS + SPREAD.ln() + 1e-9);
        Ok(Some(Nodes {
            list: found.list.into_iter().map(square).collect(),
            off: found.off.shifted(i64::from(copies)).plus(beyond),
        }))
    }
}

/// ln of a bound of |r φ(rz)| max(1, |rz|⁴) on a rectangle, for all r.
fn ln_weight(rectangle: [f64; 4]) -> f64 {
    let [x0, x1, y0, y1] = rectangle;
    let (near, far, height) = (nearest(x0, x1), x0.abs().max(x1.abs()), y0.abs().max(y1.abs()));
    let gap = near * near - height * height;
    let exponent = if gap >= 0.0 { -gap } else { -0.5 * SPREAD * SPREAD * gap };
    SPREAD.ln() - LN_SQRT_TWO_PI + exponent + 4.0 * (SPREAD * far.hypot(height)).ln().max(0.0) + 1e-9
}

impl Nodes {
    /// Σ of the weights times r φ(rx) (rx)ᵐ.
    fn moments<const N: usize>(&self, r: &Ball, bits: u32) -> [Ball; N] {
        let mut sums = [(); N].map(|()| Ball::zero(bits));
        let square = r.square();
        for (x, weight) in &self.list {
            let place = &square * &Ball::new(x.clone(), Magnitude::ZERO).square().with_bits(bits);
            let mut term = weight * &(-&place.shifted(-1)).exp();
            for sum in &mut sums {
                *sum = &*sum + &term;
                term = &term * &place;
            }
        }
        let density = r / &Ball::pi(bits).shifted(1).sqrt();
        sums.map(|sum| (&sum * &density).widened(self.off))
    }

    fn rough(&self) -> Rough {
        let of = |(x, weight): &(Float, Ball)| {
            let [square, value] = [Float::with_val(64, x.square_ref()).to_f64(), weight.to_f64()];
            [square, value, weight.radius().to_f64() + 2.0 * f64::EPSILON * value.abs()]
        };
        Rough { list: self.list.iter().map(of).collect(), off: self.off.to_f64() }
    }
}

impl Rough {
    /// No term is negative, so that next to its own errors a sum has a rounding for each node and a few; squares of places have one, and so do
    /// exponents, which they and a change of r by `spread` multiply.
    fn moments(&self, r: f64, spread: f64) -> Option<[[f64; 2]; 3]> {
        let half = 0.5 * r * r;
        let (mut sums, mut errors, mut largest) = ([0.0; 4], [0.0; 3], 0.0f64);
        for [square, value, error] in &self.list {
            let weight = (-half * square).exp();
            let (term, off) = (value * weight, error * weight);
            let (second, fourth) = (term * square, term * square * square);
            sums = [sums[0] + term, sums[1] + second, sums[2] + fourth, sums[3] + fourth * square];
            errors = [errors[0] + off, errors[1] + off * square, errors[2] + off * square * square];
            largest = largest.max(*square);
        }
        let change = spread + 4.0 * f64::EPSILON;
        if change * (2.0 * half * largest + 6.0) > MOST_CHANGE {
            return None;
        }
        let density = r / std::f64::consts::TAU.sqrt();
        let relative = (self.list.len() as f64 + 40.0) * f64::EPSILON + 6.0 * change;
        Some(std::array::from_fn(|k| {
            let factor = density * r.powi(2 * k as i32);
            let of_weights = 2.0 * half * change * sums[k + 1] * factor;
            let off = errors[k] * factor + (sums[k] * factor * relative + of_weights) * (1.0 + MOST_CHANGE);
            [sums[k] * factor, (off + self.off) * (1.0 + 1e-6) + f64::MIN_POSITIVE]
        }))
    }
}
