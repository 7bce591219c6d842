//! Laurent series Σ_{j ≥ v} a_j (z − z₀)^j with complex-ball coefficients, truncated after a fixed number of terms.
//!
//! Just enough arithmetic to expand an activation at a pole. The number of known terms after the valuation is kept, so a
//! series always encloses the coefficients it shows.

use super::ring::product;
use super::{Ball, ComplexBall};

/// A series: coefficients of (z − z₀)^valuation, (z − z₀)^(valuation+1), …
#[derive(Clone, Debug)]
pub struct Laurent {
    /// The exponent of the first coefficient.
    pub valuation: i32,
    /// The coefficients shown; what follows them is unknown.
    pub terms: Vec<ComplexBall>,
}

fn zero(bits: u32) -> ComplexBall {
    ComplexBall::real(Ball::zero(bits))
}

fn small(value: i64, bits: u32) -> ComplexBall {
    ComplexBall::real(Ball::integer(value, bits))
}

fn is_exact_zero(z: &ComplexBall) -> bool {
    z.re.is_exact_zero() && z.im.is_exact_zero()
}

impl Laurent {
    /// A constant, with `length` terms.
    #[must_use]
    pub fn constant(value: ComplexBall, length: usize) -> Self {
        let bits = value.bits();
        let mut terms = vec![value];
        terms.resize(length.max(1), zero(bits));
        Self { valuation: 0, terms }
    }

    /// z itself, expanded at z₀ = `at`.
    #[must_use]
    pub fn variable(at: &ComplexBall, length: usize) -> Self {
        let mut series = Self::constant(at.clone(), length);
        if let Some(linear) = series.terms.get_mut(1) {
            *linear = small(1, at.bits());
        }
        series
    }

    fn bits(&self) -> u32 {
        self.terms.first().map_or(64, ComplexBall::bits)
    }

    /// The coefficient of (z − z₀)^exponent, when it is known.
    #[must_use]
    pub fn coefficient(&self, exponent: i32) -> Option<ComplexBall> {
        if exponent < self.valuation {
            return Some(zero(self.bits()));
        }
        self.terms.get((exponent - self.valuation) as usize).cloned()
    }

    /// The first exponent that is not known.
    fn end(&self) -> i32 {
        self.valuation + self.terms.len() as i32
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let valuation = self.valuation.min(other.valuation);
        let end = self.end().min(other.end()).max(valuation);
        let term = |exponent| {
            let zero = || zero(self.bits());
            self.coefficient(exponent).unwrap_or_else(zero) + other.coefficient(exponent).unwrap_or_else(zero)
        };
        Self { valuation, terms: (valuation..end).map(term).collect() }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { valuation: self.valuation, terms: self.terms.iter().map(|term| -term).collect() }
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let length = self.terms.len().min(other.terms.len());
        Self { valuation: self.valuation + other.valuation, terms: product(&self.terms, &other.terms, length) }
    }

    /// 1/f; the leading coefficient must not meet zero (the terms then say nothing).
    #[must_use]
    pub fn inverse(&self) -> Self {
        let lead = self.terms.first().map_or_else(|| zero(64), ComplexBall::inverse);
        let mut terms = vec![lead.clone()];
        for k in 1..self.terms.len() {
            let sum = (1..=k).fold(zero(self.bits()), |sum, i| sum + &self.terms[i] * &terms[k - i]);
            terms.push(-&(sum * &lead));
        }
        Self { valuation: -self.valuation, terms }
    }

    /// fⁿ, by squaring.
    #[must_use]
    pub fn power(&self, exponent: i32) -> Self {
        let Some(top) = exponent.unsigned_abs().checked_ilog2() else {
            return Self::constant(small(1, self.bits()), self.terms.len());
        };
        let step = |power: Self, bit: u32| {
            let square = power.times(&power);
            if exponent.unsigned_abs() >> bit & 1 == 1 { square.times(self) } else { square }
        };
        let power = (0..top).rev().fold(self.clone(), step);
        if exponent < 0 { power.inverse() } else { power }
    }

    /// The derivative in z.
    #[must_use]
    pub fn derivative(&self) -> Self {
        let term = |(i, term): (usize, &ComplexBall)| term * &small(i64::from(self.valuation) + i as i64, self.bits());
        Self { valuation: self.valuation - 1, terms: self.terms.iter().enumerate().map(term).collect() }
    }

    /// The composition g(f) for an f without negative powers, from g and its derivatives at f(z₀): g = Σ gᵢ (w − f(z₀))^i.
    #[must_use]
    pub fn compose(&self, outer: &[ComplexBall]) -> Option<Self> {
        let valuation = usize::try_from(self.valuation).ok()?;
        let length = outer.len().min(self.terms.len() + valuation);
        let powers = || (valuation..).zip(&self.terms).filter(|(i, term)| *i > 0 && !is_exact_zero(term));
        // f − f(z₀) begins with its first power: Σ_{i ≥ n} gᵢ (f − f(z₀))^(i−n) is needed to length − n terms
        let step = |sum: Vec<ComplexBall>, n: usize| -> Vec<ComplexBall> {
            let term = |k: usize| {
                let first = if k == 0 { outer[n].clone() } else { zero(self.bits()) };
                powers().take_while(|(i, _)| *i <= k).fold(first, |total, (i, term)| total + term * &sum[k - i])
            };
            (0..length - n).map(term).collect()
        };
        Some(Self { valuation: 0, terms: (0..length).rev().fold(Vec::new(), step) })
    }

    /// f(z₀), for a series without negative powers.
    #[must_use]
    pub fn value(&self) -> Option<ComplexBall> {
        if self.valuation < 0 { None } else { self.coefficient(0) }
    }
}
