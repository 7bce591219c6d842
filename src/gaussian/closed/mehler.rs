//! The Ornstein–Uhlenbeck smoothing (T_ρ g)(x) = E g(ρx + τW), τ² = 1 − ρ², W ~ N(0, 1), inside the closed class.
//!
//! It turns a dual into a mean, E f(U) g(V) = E f(U) (T_ρ g)(U). On an interval (u, v) and for g(y) = exp(αy² + βy) the
//! weighted law of y is Gaussian with mean μ(x) = D(βτ² + ρx) and variance V = τ²D, D = 1/(1 − 2ατ²), times
//! √D exp(D(αρ²x² + βρx + β²τ²/2)), and moments follow G_{n+1} = μ G_n + nV G_{n−1} − V [ends] + V Σ a (factor φ for Φ).

use rug::Rational;

use super::complex::Complex;
use super::exact::Exact;
use super::partition::{Interval, Pieces};
use super::sum::{Shape, Sum};

/// T_ρ g for |ρ| < 1.
pub(super) fn smoothed(g: &Pieces, rho: &Exact) -> Option<Sum> {
    let kernel = Kernel { rho: rho.clone(), variance: &Exact::one() - &(rho * rho) };
    let mut total = Sum::default();
    for (interval, sum) in g.parts() {
        for (shape, polynomial) in sum.terms() {
            let moments = kernel.moments(shape, interval, polynomial.len())?;
            for (moment, coefficient) in moments.iter().zip(polynomial) {
                total = total.plus(&moment.turned(coefficient));
            }
        }
    }
    Some(total)
}

struct Kernel {
    rho: Exact,
    /// τ².
    variance: Exact,
}

impl Kernel {
    /// ∫ yⁿ g(y) N(y; ρx, τ²) dy over the interval, n < count, as functions of x.
    fn moments(&self, shape: &Shape, interval: Interval<'_>, count: usize) -> Option<Vec<Sum>> {
        let shrink = &Exact::one() - &(&shape.alpha * &self.variance).scaled(&Rational::from(2));
        if !shrink.is_positive() {
            return None;
        }
        let stretch = shrink.inverse()?;
        let spread = &self.variance * &stretch;
        let mean = [shape.beta.stretched(&spread), (&self.rho * &stretch).into()];
        let mut moments = vec![self.first(shape, interval, &stretch, &mean)?];
        let sources = shape.cdfs.iter().enumerate().map(|(index, cdf)| {
            let (narrow, factor) = shape.density_of(index);
            Some((&factor * &cdf.slope, self.moments(&narrow, interval, count)?))
        });
        let sources: Vec<(Exact, Vec<Sum>)> = if count > 1 { sources.collect::<Option<_>>()? } else { Vec::new() };
        for n in 0..count.saturating_sub(1) {
            let mut steps = Sum::default();
            for (end, side) in [(interval.0, 1), (interval.1, -1)] {
                if let Some(end) = end {
                    let height = &end.power(n as u32) * &Exact::from(side);
                    steps = steps.plus(&self.density(shape, end)?.stretched(&height));
                }
            }
            for (factor, inner) in &sources {
                steps = steps.plus(&inner[n].stretched(factor));
            }
            if n > 0 {
                steps = steps.plus(&moments[n - 1].stretched(&Exact::from(n as i64)));
            }
            moments.push(moments[n].multiplied(&mean).plus(&steps.stretched(&spread)));
        }
        Some(moments)
    }

    /// The integral with n = 0.
    fn first(&self, shape: &Shape, interval: Interval<'_>, stretch: &Exact, mean: &[Complex<Exact>; 2]) -> Option<Sum> {
        let spread = &self.variance * stretch;
        let alpha = &(&shape.alpha * stretch) * &(&self.rho * &self.rho);
        let beta = shape.beta.stretched(&(&self.rho * stretch));
        let constant = shape.beta.times(&shape.beta).stretched(&spread.halved()).exp();
        let size = Sum::exponential(alpha, beta, constant.stretched(&stretch.sqrt()?));
        let probability = match (shape.cdfs.as_slice(), interval) {
            ([], (left, right)) => {
                let below = |end: &Exact| {
                    let scale = spread.sqrt()?.inverse()?;
                    let offset = end - mean[0].real()?;
                    Sum::cdf(&(&-mean[1].real()? * &scale), &(&offset * &scale))
                };
                let upper = right.map_or_else(|| Some(Sum::constant(Exact::one())), below)?;
                let lower = left.map_or_else(|| Some(Sum::default()), below)?;
                upper.minus(&lower)
            }
            ([cdf], (None, None)) => {
                let scale = (&Exact::one() + &(&(&cdf.slope * &cdf.slope) * &spread)).sqrt()?.inverse()?;
                let slope = &cdf.slope * &scale;
                let offset = &(&slope * mean[0].real()?) + &(&cdf.offset * &scale);
                Sum::cdf(&(&slope * mean[1].real()?), &offset)?
            }
            _ => return None,
        };
        size.times(&probability)
    }

    /// g(y) N(y; ρx, τ²) at y = `end`, as a function of x.
    fn density(&self, shape: &Shape, end: &Exact) -> Option<Sum> {
        let precision = self.variance.inverse()?;
        let scale = precision.sqrt()?;
        let height = shape.at(end).stretched(&(&(end * &scale).normal_density() * &scale));
        let slope = &self.rho * &precision;
        Some(Sum::exponential(-&(&slope * &self.rho).halved(), (&slope * end).into(), height))
    }
}
