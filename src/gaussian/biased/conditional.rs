//! Gaussian data given a bias (docs/mathematics.md, 'Bias'): for b = s x, x and Z standard normal,
//!
//! h(b) = E f(τZ + b),   ȧ(b) = τ E f′(τZ + b) = E Z f(τZ + b),   v(b) = Var f(τZ + b).
//!
//! With F(x) = f(√(τ² + s²) x) = Σ a_k h_k(x) (h_k = He_k/√k!) and ρ² = s²/(τ² + s²), the averages over b are series:
//! E h² = Σ ρ^{2k} a_k² = E F(U) F(V) and E ȧ² = (1 − ρ²) Σ k ρ^{2k−2} a_k² = (1 − ρ²) E F′(U) F′(V) with corr(U, V) = ρ²: duals,
//! and exact where duals are; the derivative of an F that jumps is that of distributions. The
//! functions themselves come from f smoothed by a Gaussian (`smoothing`), or one by one where f is singular. Averages over
//! nodes are estimates without a proved error: the trapezoidal rule in x is judged by two steps.

use std::sync::{Mutex, PoisonError};

use rug::{Float, Rational};

use super::smoothing::{Places, Smoothed, cut, growth_of, smoothed};
use crate::activation::{Function, Parity, Primitive, derivative, evaluate};
use crate::gaussian::closed::Exact;
use crate::gaussian::data::Data;
use crate::gaussian::dual::{dual, normalised, slopes};
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::Envelope;
use crate::gaussian::quantity::{Linearity, Moment, Quantity};
use crate::number::{Ball, Job, Magnitude};

/// Most terms of the series of E ȧ².
const MAX_TERMS: f64 = 3000.0;
/// Most nodes of the trapezoidal rule on the line.
const MAX_NODES: f64 = 40_000.0;
/// Powers of v whose averages must not suffer from the cut: those of the moments that are listed.
const MOMENTS: f64 = 6.0;
/// Guard bits of the values at the nodes (tuned).
const GUARD: u32 = 48;
/// What all of them together may cost, against one computation of Gaussian data.
const TABLE: u64 = 16;
/// Places far out, in units of the larger of τ and s and multiples of the first, at which growth and decay of v and ȧ² are judged.
const FAR: [u32; 5] = [4, 8, 12, 16, 24];
/// Bits of a scale that only sets a size.
const FEW_BITS: u32 = 64;
/// Growth from one such place to the next that counts as unbounded (tuned; the square of a logarithm grows faster).
const GROWTH: f64 = 1.03;

/// A function of a Gaussian pre-activation with a Gaussian bias.
pub struct Biased {
    f: Function,
    total: Function,
    data: Data,
    tau2: Function,
    s2: Function,
    /// E h(b)² with the bits it has.
    mean_square: Mutex<Option<(u32, Quantity)>>,
}

/// A value of the bias: its weight, and v, ȧ² there.
#[derive(Clone, Debug)]
pub struct Conditional {
    /// Share of the Gaussian weight.
    pub weight: Float,
    /// v(b) = Var f(τZ + b).
    pub variance: Float,
    /// ȧ(b)² = (E Z f(τZ + b))².
    pub slope_square: Float,
}

/// The nodes of the trapezoidal rule with some step, and those of half that step.
#[derive(Clone, Debug)]
pub struct Nodes {
    /// The step itself.
    pub coarse: Vec<Conditional>,
    /// Half of it.
    pub fine: Vec<Conditional>,
}

/// v and ȧ² for large |b|.
#[derive(Clone, Debug, Default)]
pub struct Far {
    /// (v, ȧ²) at places far out on both sides, while bounded.
    pub values: Vec<[f64; 2]>,
    /// Whether they seem to grow without bound.
    pub unbounded: bool,
}

/// √variance as a function without x.
fn root(variance: &Function) -> Function {
    variance.apply(Primitive::Sqrt)
}

/// A constant as a rational number where it is seen to be one.
fn reduced(constant: Function) -> Function {
    match Exact::of_constant(&constant).and_then(|value| value.as_rational()) {
        Some(value) => Function::rational(value),
        None => constant,
    }
}

/// The middle of the enclosure of a constant.
fn middle(constant: &Function, bits: u32) -> Float {
    Float::with_val(bits, enclosed(constant, bits).mid())
}

fn enclosed(constant: &Function, bits: u32) -> Ball {
    evaluate(constant, &Ball::zero(bits))
}

impl Biased {
    /// f(τZ + b) with variances τ² > 0 of the Gaussian part and s² ≥ 0 of the bias, constants.
    ///
    /// # Errors
    /// A function without a mean, a variance that is infinite or not decided.
    pub fn new(f: &Function, tau2: &Function, s2: &Function, job: &Job<'_>) -> Result<Self, GaussianError> {
        let [tau2, s2] = [tau2, s2].map(|variance| reduced(variance.clone()));
        let total = f.substitute(&(root(&reduced(tau2.clone() + s2.clone())) * Function::x()));
        let data = Data::new(&total, &Rational::from(1), job)?;
        data.finite_second("variance", f, 64, job)?;
        Ok(Self { f: f.clone(), total, data, tau2, s2, mean_square: Mutex::default() })
    }

    /// f.
    #[must_use]
    pub fn function(&self) -> &Function {
        &self.f
    }

    /// F(x) = f(√(τ² + s²) x).
    #[must_use]
    pub fn total(&self) -> &Function {
        &self.total
    }

    /// τ² and s².
    #[must_use]
    pub fn variances(&self) -> [&Function; 2] {
        [&self.tau2, &self.s2]
    }

    /// The data of F, the function at the scale of pre-activation and bias together.
    #[must_use]
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// ρ² = s²/(τ² + s²), the correlation of two neurons' inputs that share the bias.
    #[must_use]
    pub fn correlation(&self) -> Function {
        reduced(self.s2.clone() / (self.tau2.clone() + self.s2.clone()))
    }

    /// 1 − ρ² = τ²/(τ² + s²).
    #[must_use]
    pub fn share(&self) -> Function {
        reduced(self.tau2.clone() / (self.tau2.clone() + self.s2.clone()))
    }

    /// Whether f is constant, affine or neither; E Z F = 0 says nothing about ȧ once there is a bias.
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub fn linearity(&self, job: &Job<'_>) -> Result<Linearity, GaussianError> {
        self.data.linearity(job)
    }

    /// E h(b)².
    ///
    /// # Errors
    /// As [`dual`].
    pub fn mean_square(&self, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
        let mut known = self.mean_square.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = known.as_ref().filter(|(finer, _)| *finer == bits) {
            return Ok(value.clone());
        }
        let value = self.dual_with(&self.data, bits, job)?;
        *known = Some((bits, value.clone()));
        Ok(value)
    }

    /// E v(b) = E F² − E h².
    ///
    /// # Errors
    /// As [`dual`].
    pub fn variance(&self, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
        let second = self.data.finite_second("variance", &self.f, bits, job)?;
        Ok(second.minus(&self.mean_square(bits, job)?))
    }

    /// E ȧ(b)², which vanishes only when f is constant or when s = 0 and E Z f(τZ) = 0.
    ///
    /// # Errors
    /// As [`dual`].
    pub fn slope_square(&self, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
        let rest = self.share();
        if self.s2.is_zero() {
            return Ok(self.data.hermite(1, bits, job)?.swap_remove(1).square());
        }
        if let Moment::Finite(_) = self.data.derivative_energy(64, job)?
            && let Ok(slope) = Data::new(&derivative(&self.total), &Rational::from(1), job)
        {
            return Ok(self.dual_with(&slope, bits, job)?.times(&rest));
        }
        if let Some(ball) = slopes(&self.data, &self.correlation(), bits, job)? {
            return Ok(Quantity { ball, exact: None }.times(&rest));
        }
        self.slope_series(bits, job).map(|ball| Quantity { ball, exact: None }.times(&rest))
    }

    fn dual_with(&self, data: &Data, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
        let rho = self.correlation();
        if rho.is_zero() {
            return Ok(data.hermite(0, bits, job)?.swap_remove(0).square());
        }
        let exact = rho.as_rational().map(|value| Exact::from(value.clone()));
        dual(data, data, &enclosed(&rho, bits), exact.as_ref(), bits, job)
    }

    /// Σ k ρ^{2k−2} a_k² for a function that jumps; k ρ^{2k−2} decreases from k = 1/(1 − ρ²) on.
    fn slope_series(&self, bits: u32, job: &Job<'_>) -> Result<Ball, GaussianError> {
        let rho = enclosed(&self.correlation(), bits);
        let order = self.terms(2.0 * f64::from(bits))?.max((1.0 / (1.0 - rho.to_f64())).ceil() as usize + 1);
        let (a, rest) = normalised(&self.data, order, bits, job)?;
        let (mut sum, mut power) = (Ball::zero(bits), Ball::integer(1, bits));
        for (k, a) in a.iter().enumerate().skip(1) {
            sum = sum + (&power * &a.square()).times_rational(&Rational::from(k as u64));
            power = &power * &rho;
        }
        Ok(sum.widened(power.times_rational(&Rational::from(order as u64 + 1)).magnitude().times(rest)))
    }

    /// The degree after which ρ^k is below 2^-bits.
    fn terms(&self, bits: f64) -> Result<usize, GaussianError> {
        let order = bits / (-0.5 * enclosed(&self.correlation(), FEW_BITS).to_f64().log2());
        if order <= MAX_TERMS {
            Ok(order.ceil() as usize)
        } else {
            Err(GaussianError::Effort { most: MAX_TERMS as usize, what: "terms of the Hermite series" })
        }
    }

    /// The trapezoidal rule in x = b/s with steps `step` and `step`/2, cut where the Gaussian weight of v⁶ is
    /// below 2^-bits.
    ///
    /// # Errors
    /// More nodes than the bound, an infinite fourth moment of f, or as [`Data::hermite`].
    pub fn nodes(&self, step: f64, bits: u32, job: &Job<'_>) -> Result<Nodes, GaussianError> {
        if self.s2.is_zero() {
            let single = vec![self.without_bias(bits, job)?];
            return Ok(Nodes { coarse: single.clone(), fine: single });
        }
        let half = step / 2.0;
        let growth = growth_of(&self.f);
        let s = middle(&root(&self.s2), FEW_BITS).to_f64();
        let weight = (2.0 * std::f64::consts::LN_2 * f64::from(bits)).sqrt();
        let cut = growth.and_then(|growth| cut(growth, s, 2.0 * MOMENTS, bits)).unwrap_or(weight);
        let count = (cut / step).ceil() * 2.0;
        if count * 2.0 > MAX_NODES {
            return Err(GaussianError::Effort { most: MAX_NODES as usize, what: "quadrature nodes" });
        }
        let working = bits + GUARD;
        let table = match growth {
            Some(growth) => {
                let spacing = middle(&root(&self.s2), working) * half;
                self.smoothed(spacing, count as i64, growth, working, job)?
            }
            None => None,
        };
        if table.is_none() {
            let square = Data::new(&(self.total.clone() * self.total.clone()), &Rational::from(1), job)?;
            square.finite_second("fourth moment", &self.f, 64, job)?;
        }
        let mut fine = Vec::new();
        let mut coarse = Vec::new();
        for j in 0..=count as u32 {
            job.check()?;
            let x = Float::with_val(working, half) * j;
            let density = Ball::new(x.clone(), Magnitude::ZERO).normal_pdf();
            let weight = Float::with_val(working, density.mid() * half);
            let pair = match &table {
                Some(table) => table.pair(j as usize),
                None => self.direct_pair(&x, working, job)?,
            };
            for [variance, slope_square] in pair.into_iter().take(if j == 0 { 1 } else { 2 }) {
                let node = Conditional { weight: weight.clone(), variance, slope_square };
                if j % 2 == 0 {
                    coarse.push(Conditional { weight: weight.clone() * 2u32, ..node.clone() });
                }
                fine.push(node);
            }
        }
        Ok(Nodes { coarse, fine })
    }

    fn without_bias(&self, bits: u32, job: &Job<'_>) -> Result<Conditional, GaussianError> {
        let one = Float::with_val(bits, 1);
        let mid = |quantity: Quantity| Float::with_val(bits, quantity.ball.mid());
        Ok(Conditional {
            weight: one,
            variance: mid(self.variance(bits, job)?),
            slope_square: mid(self.slope_square(bits, job)?),
        })
    }

    /// v and ȧ² at b = ± j spacing up to j = `most`, where one quadrature serves all of them.
    fn smoothed(
        &self,
        spacing: Float,
        most: i64,
        growth: [Envelope; 2],
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<Table>, GaussianError> {
        let tau = middle(&root(&self.tau2), bits);
        let Some(cut) = cut(growth, tau.to_f64(), 2.0, bits) else { return Ok(None) };
        let even = matches!(self.data.parity(), Parity::Even | Parity::Odd);
        let places = Places { tau, spacing, most, growth, half: even, cut, bits };
        let found = smoothed(&self.f, &places, &job.within(job.steps().saturating_mul(TABLE)))?;
        Ok(found.map(|values| Table { values, middle: if even { 0 } else { most as usize }, even }))
    }

    /// v and ȧ² at b = ±s x by a quadrature of its own.
    fn direct_pair(&self, x: &Float, bits: u32, job: &Job<'_>) -> Result<[[Float; 2]; 2], GaussianError> {
        let b = Float::with_val(bits, x * middle(&root(&self.s2), bits)).to_rational().unwrap_or_default();
        let opposite = Rational::from(-&b);
        Ok([self.direct(&b, bits, job)?, self.direct(&opposite, bits, job)?])
    }

    fn direct(&self, b: &Rational, bits: u32, job: &Job<'_>) -> Result<[Float; 2], GaussianError> {
        let shifted = root(&self.tau2) * Function::x() + Function::rational(b.clone());
        let data = Data::new(&self.f.substitute(&shifted), &Rational::from(1), job)?;
        let hermite = data.hermite(1, bits, job)?;
        let second = data.finite_second("variance", &self.f, bits, job)?;
        let variance = second.minus(&hermite[0].square());
        let mid = |ball: &Ball| Float::with_val(bits, ball.mid());
        Ok([mid(&variance.ball), mid(&hermite[1].square().ball)])
    }

    /// v and ȧ² far out, which decide whether the law is bounded; judged at a few places, not proved.
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub fn far(&self, job: &Job<'_>) -> Result<Far, GaussianError> {
        if self.s2.is_zero() {
            return Ok(Far::default());
        }
        let [tau2, s2] = [&self.tau2, &self.s2].map(|variance| enclosed(variance, FEW_BITS).to_f64());
        let unit = Rational::from_f64(tau2.max(s2).sqrt()).unwrap_or_default();
        let (spacing, last) = (Float::with_val(FEW_BITS + GUARD, Rational::from(&unit * FAR[0])), FAR[FAR.len() - 1] / FAR[0]);
        let table = match growth_of(&self.f) {
            Some(growth) => self.smoothed(spacing, i64::from(last), growth, FEW_BITS + GUARD, job)?,
            None => None,
        };
        let mut far = Far::default();
        for (index, sign) in [1, -1].into_iter().enumerate() {
            let mut side = Vec::with_capacity(FAR.len());
            for place in FAR {
                let [variance, slope] = match &table {
                    Some(table) => table.pair((place / FAR[0]) as usize)[index].clone(),
                    None => self.direct(&Rational::from(&unit * (sign * i64::from(place))), FEW_BITS, job)?,
                };
                side.push([variance.to_f64(), slope.to_f64()]);
            }
            let size = |k: usize| side[k][0] + side[k][1];
            far.unbounded |= (2..FAR.len()).all(|k| size(k) > GROWTH * size(k - 1));
            far.values.append(&mut side);
        }
        Ok(far)
    }
}

/// Values at the places jδ of [`Places`].
struct Table {
    values: Vec<Smoothed>,
    /// The index of b = 0.
    middle: usize,
    /// Whether v and ȧ² are even in b.
    even: bool,
}

impl Table {
    /// v and ȧ² at jδ and −jδ.
    fn pair(&self, j: usize) -> [[Float; 2]; 2] {
        let at = |index: usize| {
            let Smoothed { mean, slope, square } = &self.values[index];
            [Float::with_val(square.prec(), square - mean.clone().square()), slope.clone().square()]
        };
        let plus = at(self.middle + j);
        let minus = if self.even { plus.clone() } else { at(self.middle - j) };
        [plus, minus]
    }
}
