//! E W(U) W(V), W(u) = 2^−m v(σu), for standard normal U and V of correlation 0 ≤ c < 1 where v is analytic between breakpoints: panels in both
//! variables.
//!
//! With s² = 1 − c² the density is e^{−(u² + w²)/2(1+c) − κ(u−w)²}/(2πs), κ = c/2s². Nodes u_i with the weights w_i of du give
//!
//! 1/(2πs) Σ_ij a_i a_j e^{−κ(u_i − u_j)²},   a_i = w_i W(u_i) e^{−u_i²/2(1+c)}.
//!
//! On u + iy the density is at most e^{−(u² + w²)/2(1+c) + y²/2s²}/(2πs): so if the rule of one variable takes what is bounded by
//! |W(u + iy)| e^{−u²/2(1+c) + y²/2s²} with an error of at most ε, both together are off by at most ε (N + Σ|a_i|)/(2πs), where
//! N = ∫ |W| e^{−w²/2(1+c)} dw ≤ √(2L √(2π) E W²) on |w| ≤ L, by Cauchy–Schwarz. What is left out there is at most 2√(T E W²), T = E W² 1{|U| > L}.
//! Where W is even or odd, u > 0 is the whole.

use rug::{Assign, Float};

use super::pieced::{GUARD, Node, Pieced, Scale};
use crate::activation::Parity;
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::Envelope;
use crate::gaussian::weight::{exp_bound, ln_sum, nearest};
use crate::number::{Ball, Job, Magnitude};

/// Most products of two values.
const MOST_PRODUCTS: u64 = 1_500_000;
/// Steps of one product in floats.
const STEPS: u64 = 30;

/// W at one σ.
pub(super) struct Pair<'a> {
    pub(super) of: &'a Pieced,
    pub(super) scale: Scale,
    /// Bounds of W².
    pub(super) tails: [Envelope; 2],
    /// A bound of E W².
    pub(super) second: f64,
}

/// The nodes for one correlation.
pub(super) struct Grid {
    /// By growing place.
    places: Vec<Float>,
    a: Vec<Ball>,
    /// 1 or −1 where W is even or odd, and the places are those above 0.
    mirrored: Option<f64>,
    c: Float,
    /// Pairs count up to this κ(u − w)².
    exponent: f64,
    /// What the rule is off by, the density's factor included.
    off: Magnitude,
}

/// s² = 1 − c² and κ at so many bits.
fn shape(c: &Float, bits: u32) -> [Float; 2] {
    let square = Float::with_val(bits, 1 - Float::with_val(2 * c.prec(), c.square_ref()));
    let kappa = Float::with_val(bits, c / Float::with_val(bits, &square * 2u32));
    [square, kappa]
}

impl Pair<'_> {
    /// The nodes with which the sum is off by some e^−target; none where there are none, or too many.
    ///
    /// # Errors
    /// When the job is stopped.
    pub(super) fn grid(&self, c: &Float, (target, bits): (f64, u32), job: &Job<'_>) -> Result<Option<Grid>, GaussianError> {
        let [Some(left), Some(right)] = self.tails.map(|side| side.cut(0, 2.0 * target + 4.0)) else { return Ok(None) };
        let cut = left.max(right);
        let (rough, bits) = (c.to_f64(), bits + GUARD);
        let (least, most) = ((1.0 - rough * rough) * (1.0 - 1e-12), 1.0 + rough);
        let ln_sup = |value: f64, [x0, x1, _, y1]: [f64; 4]| {
            let near = nearest(x0, x1);
            value - 0.5 * near * near / most * (1.0 - 1e-12) + 0.5 * y1 * y1 / least + 1e-9
        };
        let absolute = (2.0 * cut * (std::f64::consts::TAU.sqrt() * self.second)).sqrt() * (1.0 + 1e-9);
        let factor = 1.0 / (std::f64::consts::TAU * least.sqrt());
        let rule = target + (2.0 * absolute * factor).ln().max(0.0) + 2.0;
        let Some(found) = self.of.nodes(&self.scale, (cut, rule), bits, &ln_sup, job)? else { return Ok(None) };
        let decay = Float::with_val(bits, Float::with_val(bits, 1 + c) * 2u32);
        let weighed = |Node { x, weight, value }: Node| {
            let exponent = &Ball::new(x.clone(), Magnitude::ZERO).square().with_bits(bits)
                / &Ball::new(decay.clone(), Magnitude::power_of_two(2 - i64::from(bits)));
            let a = &(&weight * &value) * &(-&exponent).exp();
            (x, a.with_bits(bits))
        };
        let mut list: Vec<(Float, Ball)> = found.list.into_iter().map(weighed).collect();
        list.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (places, a): (Vec<Float>, Vec<Ball>) = list.into_iter().unzip();
        let mirrored = match self.of.whole.parity() {
            Parity::Even => Some(1.0),
            Parity::Odd => Some(-1.0),
            Parity::Neither => None,
        };
        let copies = if mirrored.is_some() { 2.0 } else { 1.0 };
        let sum = copies * a.iter().map(|a| a.magnitude().to_f64()).sum::<f64>();
        let exponent = target + 2.0 * (1.0 + sum * sum * factor).ln() + 2.0;
        let skipped = exp_bound(2.0 * sum.max(f64::MIN_POSITIVE).ln() - exponent + 1e-9);
        let rule = found.off.times(Magnitude::from_f64(copies * (absolute + sum) * (1.0 + 1e-9)));
        let tail = ln_sum(&self.tails.map(|side| side.ln_tail(0, cut)));
        let beyond = exp_bound(0.5 * (tail + self.second.ln()) + std::f64::consts::LN_2 + 1e-9);
        let off = rule.plus(skipped).times(Magnitude::from_f64(factor * (1.0 + 1e-9))).plus(beyond);
        let grid = Grid { places, a, mirrored, c: c.clone(), exponent, off };
        Ok((grid.products() <= MOST_PRODUCTS).then_some(grid))
    }
}

impl Grid {
    /// The pairs that count, j < i and, where one half is the whole, those with the mirror images.
    fn pairs(&self, i: usize, kappa: f64, places: &[f64], visit: &mut dyn FnMut(usize, bool)) {
        for j in (0..i).rev() {
            if kappa * (places[i] - places[j]).powi(2) > self.exponent {
                break;
            }
            visit(j, false);
        }
        if self.mirrored.is_some() {
            for j in 0..=i {
                if kappa * (places[i] + places[j]).powi(2) > self.exponent {
                    break;
                }
                visit(j, true);
            }
        }
    }

    fn doubles(&self) -> (f64, Vec<f64>) {
        let [_, kappa] = shape(&self.c, 64);
        (kappa.to_f64(), self.places.iter().map(Float::to_f64).collect())
    }

    /// How many pairs count.
    pub(super) fn products(&self) -> u64 {
        let (kappa, places) = self.doubles();
        let mut count = 0;
        for i in 0..places.len() {
            count += 1;
            self.pairs(i, kappa, &places, &mut |_, _| count += 1);
            if count > MOST_PRODUCTS {
                break;
            }
        }
        count
    }

    /// Σ_ij a_i b_j e^{−κ(u_i − u_j)²} in doubles, with a sign for mirror images.
    fn sum(&self, [a, b]: [&[f64]; 2], sign: f64) -> f64 {
        let (kappa, places) = self.doubles();
        let mut sum = 0.0;
        for i in 0..places.len() {
            let both = |j: usize| a[i] * b[j] + a[j] * b[i];
            let mut row = a[i] * b[i];
            self.pairs(i, kappa, &places, &mut |j, mirror| {
                let apart = if mirror { places[i] + places[j] } else { places[i] - places[j] };
                let term = if i == j { a[i] * b[i] } else { both(j) };
                row += (-kappa * apart * apart).exp() * if mirror { sign * term } else { term };
            });
            sum += row;
        }
        if self.mirrored.is_some() { 2.0 * sum } else { sum }
    }

    /// The integral in doubles, without a bound.
    pub(super) fn roughly(&self) -> f64 {
        let a: Vec<f64> = self.a.iter().map(Ball::to_f64).collect();
        let c = self.c.to_f64();
        self.sum([&a, &a], self.mirrored.unwrap_or_default()) / (std::f64::consts::TAU * (1.0 - c * c).sqrt())
    }

    /// The integral. Terms have a relative error of at most 8 E + 8 units, E their exponent, and sums one unit for each term.
    pub(super) fn value(&self, bits: u32, job: &Job<'_>) -> Result<Ball, GaussianError> {
        job.spend(STEPS * self.products())?;
        let bits = bits + GUARD;
        let ([square, kappa], (rough, places)) = (shape(&self.c, bits), self.doubles());
        let (mut sum, mut apart, mut term) = (Float::new(bits), Float::new(bits), Float::new(bits));
        for i in 0..places.len() {
            let mut row = Float::with_val(bits, self.a[i].mid() / 2u32);
            self.pairs(i, rough, &places, &mut |j, mirror| {
                if mirror {
                    apart.assign(&self.places[i] + &self.places[j]);
                } else {
                    apart.assign(&self.places[i] - &self.places[j]);
                }
                apart.square_mut();
                apart *= &kappa;
                apart *= -1;
                apart.exp_mut();
                term.assign(&apart * self.a[j].mid());
                if mirror && self.mirrored == Some(-1.0) {
                    term *= -1;
                }
                if i == j {
                    term /= 2u32;
                }
                row += &term;
            });
            row *= self.a[i].mid();
            sum += &row;
        }
        sum *= if self.mirrored.is_some() { 4u32 } else { 2u32 };
        let sizes: Vec<f64> = self.a.iter().map(|a| a.magnitude().to_f64()).collect();
        let radii: Vec<f64> = self.a.iter().map(|a| a.radius().to_f64()).collect();
        let relative = Magnitude::from_f64(2.0 * places.len() as f64 + 8.0 * self.exponent + 16.0).shifted(-i64::from(bits));
        let rounding = Magnitude::from_f64(self.sum([&sizes, &sizes], 1.0) * (1.0 + 1e-6)).times(relative);
        let of_values = Magnitude::from_f64(2.0 * self.sum([&sizes, &radii], 1.0) * (1.0 + 1e-6));
        let relative_unit = Magnitude::of(&square).shifted(1 - i64::from(bits));
        let density = &Ball::pi(bits).shifted(1) * &Ball::new(square, relative_unit).sqrt();
        Ok((&Ball::new(sum, rounding.plus(of_values)) / &density).widened(self.off))
    }
}
