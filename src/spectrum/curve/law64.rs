//! The law in double precision, for curves on a screen and for sweeps.
//!
//! Same curve, same sign test as the proved path: a root is accepted only when Newton's method has settled and Im q < 0,
//! Im w > 0 with a margin above rounding. Otherwise the proved solver answers. Edges come from proved balls. Values carry the
//! relative error of double arithmetic, about 10⁻¹³ in the middle of a bulk and more towards an edge, where they depend on x − edge.

use num_complex::Complex64;
use rug::Rational;

use super::curve64::Curve64;
use super::edges::Edge;
use super::exact::{atom, hard_edge, shares};
use super::parameters::Parameters;
use super::shape::Shape;
use super::sheet::Place;
use super::values::stieltjes;
use crate::number::{Ball, Polynomial, approximate_roots64};
use crate::spectrum::bulk64::{Bulk64, CELLS};
use crate::spectrum::{Argument, LawError};

/// Newton steps from the table, and from a neighbouring point (tuned).
const NEWTON_STEPS: usize = 12;
/// A step this small against |Im q| leaves an error below rounding, because the error is squared.
const SETTLED: f64 = 1e-8;
/// Bits of the proved values behind the doubles.
const BITS: u32 = 64;

/// The law with every constant in double precision and a table for each bulk.
#[derive(Clone, Debug)]
pub struct Law64 {
    parameters: Parameters,
    theta1: f64,
    curve: Curve64,
    /// Coefficients of A and B, z = A/B.
    fraction: [Vec<f64>; 2],
    bulks: Vec<Bulk64>,
    atom: f64,
}

impl Law64 {
    /// Builds the tables; `bulks` are the edges of the law.
    ///
    /// # Errors
    /// [`LawError::MoreBits`] when the balls of the parameters are too wide.
    pub fn new(parameters: &Parameters, bulks: &[[Edge; 2]]) -> Result<Self, LawError> {
        let normal = parameters.normal(BITS, 0.0)?;
        let (a, b) = normal.curve.fraction(parameters.shape);
        let doubles = |p: &Polynomial<Ball>| p.coefficients.iter().map(Ball::to_f64).collect();
        let mut law = Self {
            parameters: parameters.clone(),
            theta1: normal.theta1.to_f64(),
            curve: Curve64::new(&normal),
            fraction: [doubles(&a), doubles(&b)],
            bulks: Vec::new(),
            atom: atom(parameters).to_f64(),
        };
        let mut below = atom(parameters);
        for (ends, mass) in bulks.iter().zip(shares(parameters, bulks.len())) {
            let [low, high] = [ends[0].position.to_f64() / law.theta1, ends[1].position.to_f64() / law.theta1];
            let empty = Bulk64::new([low, high], below.to_f64(), mass.to_f64());
            let end_q = [&ends[0].q, &ends[1].q]
                .map(|q| q.as_ref().map_or(Complex64::ZERO, |q| Complex64::new(1.0 / (q.to_f64() * law.theta1), 0.0)));
            let bulk = law.filled(empty, end_q)?;
            law.bulks.push(bulk);
            below += mass;
        }
        Ok(law)
    }

    fn filled(&self, mut bulk: Bulk64, end_q: [Complex64; 2]) -> Result<Bulk64, LawError> {
        let mut inverse_q = vec![end_q[1]];
        let mut distribution = vec![bulk.below + bulk.mass];
        let mut guess = None;
        for k in (1..CELLS).rev() {
            let x = bulk.position(std::f64::consts::PI * k as f64 / CELLS as f64);
            let q = match guess.and_then(|guess| self.settle(x, guess)).or_else(|| self.searched(x)) {
                Some(q) => q,
                None => self.proved(x)?.unwrap_or_else(|| inverse_q[inverse_q.len() - 1].inv()),
            };
            inverse_q.push(q.inv());
            distribution.push(self.curve.distribution(q));
            let [.., before, last] = inverse_q[..] else { continue };
            guess = Some((last * 2.0 - before).inv());
        }
        inverse_q.push(end_q[0]);
        distribution.push(bulk.below);
        inverse_q.reverse();
        distribution.reverse();
        (bulk.values, bulk.distribution) = (inverse_q, distribution);
        Ok(bulk)
    }

    /// q at a normalised x inside the support from the proved solver; none outside.
    fn proved(&self, x: f64) -> Result<Option<Complex64>, LawError> {
        let Some(x) = Rational::from_f64(x * self.theta1) else { return Ok(None) };
        let normal = self.parameters.normal(BITS, 0.0)?;
        let ball = normal.scaled_down(&Argument::Exact(x.clone(), Rational::new()).ball(normal.bits));
        match normal.place(&ball.re, normal.exact_scaled(Some(&x)).as_ref())? {
            Place::Inside(q) => Ok(Some(q.to_c64())),
            _ => Ok(None),
        }
    }

    /// Newton's method from `start`, accepted only when it settles on the physical sheet.
    fn settle(&self, x: f64, start: Complex64) -> Option<Complex64> {
        let mut q = start;
        for _ in 0..NEWTON_STEPS {
            let (z, slope) = self.curve.z_and_slope(q);
            let step = (z - x) / slope;
            q -= step;
            if step.norm_sqr() <= SETTLED * SETTLED * q.im * q.im {
                return self.curve.is_physical(q).then_some(q);
            }
        }
        None
    }

    /// q at a normalised x inside the support from all roots of the equation.
    fn searched(&self, x: f64) -> Option<Complex64> {
        approximate_roots64(&self.equation_in_q(x.into())).into_iter().find_map(|root| self.settle(x, root))
    }

    fn bulk_at(&self, x: f64) -> Option<&Bulk64> {
        self.bulks.iter().find(|bulk| x > bulk.low && x < bulk.high)
    }

    fn q_at(&self, x: f64) -> Option<Complex64> {
        let bulk = self.bulk_at(x)?;
        self.settle(x, bulk.start(x).inv()).or_else(|| self.searched(x)).or_else(|| self.proved(x).ok().flatten())
    }

    /// The density of the continuous part at x; 0 outside the support, infinite at a hard edge.
    #[must_use]
    pub fn density(&self, x: f64) -> f64 {
        if x == 0.0 && hard_edge(&self.parameters).is_some() {
            return f64::INFINITY;
        }
        let scaled = x / self.theta1;
        self.q_at(scaled).map_or(0.0, |q| self.curve.transform(q, scaled.into()).im / (std::f64::consts::PI * self.theta1))
    }

    /// m(z) = E 1/(λ − z).
    ///
    /// # Errors
    /// As [`stieltjes`]: z on the cut, at an atom or at a hard edge.
    pub fn stieltjes(&self, z: Complex64) -> Result<Complex64, LawError> {
        if z.im < 0.0 {
            return Ok(self.stieltjes(z.conj())?.conj());
        }
        if z.im > 0.0
            && self.parameters.shape != Shape::Null
            && let Some(q) = self.upper(z / self.theta1)
        {
            return Ok(self.curve.transform(q, z / self.theta1) / self.theta1);
        }
        let exact = |value: f64| Rational::from_f64(value).ok_or(LawError::MoreBits);
        Ok(stieltjes(&self.parameters, &Argument::Exact(exact(z.re)?, exact(z.im)?), BITS)?.to_c64())
    }

    /// The coefficients of A − z B, without leading zeros.
    fn equation_in_q(&self, z: Complex64) -> Vec<Complex64> {
        let [a, b] = &self.fraction;
        let length = a.len().max(b.len());
        let at = |list: &[f64], k: usize| list.get(k).copied().unwrap_or(0.0);
        let mut equation: Vec<Complex64> = (0..length).map(|k| at(a, k) - z * at(b, k)).collect();
        while equation.last().is_some_and(|lead| *lead == Complex64::ZERO) {
            equation.pop();
        }
        equation
    }

    fn upper(&self, z: Complex64) -> Option<Complex64> {
        let mut accepted = None;
        for root in approximate_roots64(&self.equation_in_q(z)) {
            let (value, slope) = self.curve.z_and_slope(root);
            let q = root - (value - z) / slope;
            let (value, slope) = self.curve.z_and_slope(q);
            let step = (value - z) / slope;
            let settled = step.norm() <= 1e-10 * q.norm() && step.norm() < 1e-3 * q.im.abs();
            if settled && self.curve.is_physical(q) && accepted.replace(q).is_some() {
                return None;
            }
        }
        accepted
    }

    /// P(z, m) of the equation of the law, at any m (docs/mathematics.md, 'The curve'; over −ψ² when θ₂ = 0).
    #[must_use]
    pub fn equation(&self, z: Complex64, m: Complex64) -> Complex64 {
        let psi = self.curve.psi;
        let phi = psi * self.curve.gamma;
        let (a, b) = (self.theta1, self.theta1 * self.curve.theta2);
        if self.parameters.shape == Shape::Isotropic {
            return m * (m * z * phi * a + (phi - psi) * a + z * psi) + psi;
        }
        let (rest, skew) = (self.theta1 * self.curve.delta, phi - psi);
        let quartic = z * z * phi * phi * b * rest;
        let cubic = z * (z * psi + 2.0 * skew * rest) * phi * b;
        let square = z * (2.0 * phi * psi * b - psi * psi * b - phi * psi * psi * a) + b * rest * skew * skew;
        let linear = -(z * psi * psi + psi * skew * a - skew * b) * psi;
        (((quartic * m + cubic) * m + square) * m + linear) * m - psi.powi(3)
    }

    /// F(x) = P(λ ≤ x), the atom included.
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let scaled = x / self.theta1;
        if let Some(q) = self.q_at(scaled) {
            return self.curve.distribution(q);
        }
        let below = self.bulks.iter().take_while(|bulk| bulk.high <= scaled).last();
        below.map_or(self.atom, |bulk| bulk.below + bulk.mass)
    }

    /// The least x with F(x) ≥ p; none for p outside [0, 1].
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        let Some(bulk) = self.bulks.iter().find(|bulk| p <= bulk.below + bulk.mass).or(self.bulks.last()) else {
            return Some(0.0);
        };
        if p <= self.atom && self.atom > 0.0 {
            return Some(0.0);
        }
        let density = |q: Complex64, x: f64| self.curve.transform(q, x.into()).im / std::f64::consts::PI;
        let x = bulk.quantile(p, |x| self.q_at(x).map(|q| [self.curve.distribution(q), density(q, x)]));
        Some(x * self.theta1)
    }

    /// The bulks [low, high], from the lowest.
    #[must_use]
    pub fn edges(&self) -> Vec<[f64; 2]> {
        self.bulks.iter().map(|bulk| [bulk.low * self.theta1, bulk.high * self.theta1]).collect()
    }

    /// The mass at 0.
    #[must_use]
    pub fn atom(&self) -> f64 {
        self.atom
    }
}
