//! The law in double precision: the path from infinity at every point.

use std::sync::Arc;

use num_complex::Complex64;

use super::doubles::Doubles;
use super::law::LabelledLaw;
use super::walk::Walk;
use crate::number::Tangent;
use crate::spectrum::layered::followed;
use crate::spectrum::{Distribution, LawError, Table};

/// Relative distance from an end below which the path may be lost; F differs from its value there by less than 10⁻¹² (the power 3/2).
const NEAR: f64 = 1e-9;
/// Bisections of a quantile.
const BISECTIONS: usize = 60;

/// The law in doubles, and of labels of infinitely many values the way along it.
#[derive(Clone, Debug)]
pub struct LabelTable {
    doubles: Doubles,
    walk: Option<Walk>,
}

impl LabelTable {
    pub(super) fn new(law: &LabelledLaw) -> Result<Self, LawError> {
        let doubles = law.doubles()?;
        let pieces = |[low, high]: [f64; 2]| match low < 0.0 && high > 0.0 && doubles.excess >= 0.0 {
            true => vec![[low, 0.0], [0.0, high]],
            false => vec![[low, high]],
        };
        let walk = law.spread().map(|spread| {
            let pieces: Vec<[f64; 2]> = doubles.bulks.iter().flat_map(|(ends, ..)| pieces(*ends)).collect();
            Walk::new(spread, doubles.ratio, doubles.excess, &pieces)
        });
        Ok(Self { doubles, walk })
    }

    /// τ over z.
    pub(super) fn tau(&self, z: Complex64) -> Option<Complex64> {
        if let Some(walk) = &self.walk {
            return walk.tau(z);
        }
        followed(&self.doubles.chain.map(Tangent::constant), z / self.doubles.ratio)
    }

    /// F(x) so near an end of a bulk that doubles do not tell it from the end; NaN elsewhere.
    fn beside_an_end(&self, x: f64) -> f64 {
        let near = |end: f64| (x - end).abs() <= NEAR * end.abs().max(x.abs());
        let ends = self
            .doubles
            .bulks
            .iter()
            .flat_map(|([low, high], below, mass)| [(*low, *below), (*high, below + mass + self.inside(*low, *high))]);
        ends.into_iter().find(|(end, _)| near(*end)).map_or(f64::NAN, |(_, value)| value)
    }

    /// The atom where it lies in a bulk or at its end.
    fn inside(&self, low: f64, high: f64) -> f64 {
        if low <= 0.0 && high >= 0.0 { self.doubles.atom } else { 0.0 }
    }

    fn within(&self, x: f64) -> bool {
        self.doubles.bulks.iter().any(|([low, high], ..)| x > *low && x < *high)
    }

    /// The bulks [low, high], from the lowest.
    pub(crate) fn edges(&self) -> Vec<[f64; 2]> {
        self.doubles.bulks.iter().map(|(ends, ..)| *ends).collect()
    }

    /// F(x); NaN where the law cannot be followed.
    pub(crate) fn value(&self, x: f64) -> f64 {
        let Doubles { chain, ratio, present, bulks, atom, .. } = &self.doubles;
        if self.within(x) {
            if let Some(walk) = &self.walk {
                if x == 0.0 && self.doubles.excess >= 0.0 {
                    return self.doubles.below_zero + atom;
                }
                return walk.cdf(x).unwrap_or_else(|| self.beside_an_end(x));
            }
            let Some(tau) = self.tau(Complex64::new(x, 0.0)) else { return self.beside_an_end(x) };
            let term = |[value, weight]: &[Complex64; 2]| weight.re * ((tau - value).arg() + (value / (tau - value)).im);
            let sum = (1.0 - present / ratio) * tau.arg() + chain.population.iter().map(term).sum::<f64>() / ratio;
            return 1.0 - sum / std::f64::consts::PI;
        }
        let below: f64 = bulks.iter().take_while(|([_, high], ..)| *high <= x).map(|(.., mass)| mass).sum();
        below + if x < 0.0 { 0.0 } else { *atom }
    }
}

impl Table for LabelTable {
    fn atom(&self) -> f64 {
        self.doubles.atom
    }

    fn density(&self, x: f64) -> f64 {
        if x == 0.0 && self.doubles.hard {
            return f64::INFINITY;
        }
        if let Some(limit) = self.walk.as_ref().filter(|_| x == 0.0).and_then(Walk::at_zero) {
            return limit;
        }
        if !self.within(x) {
            return 0.0;
        }
        if let Some(walk) = &self.walk {
            return walk.density(x).unwrap_or(f64::NAN);
        }
        let density = |tau: Complex64| -tau.inv().im / (std::f64::consts::PI * self.doubles.ratio);
        self.tau(Complex64::new(x, 0.0)).map_or(f64::NAN, density)
    }

    fn cdf(&self, x: f64) -> Option<f64> {
        Some(self.value(x)).filter(|value| !value.is_nan())
    }

    fn quantile(&self, p: f64) -> Option<f64> {
        for ([low, high], below, mass) in &self.doubles.bulks {
            if p < *below {
                return Some(0.0);
            }
            if p > below + mass + self.inside(*low, *high) {
                continue;
            }
            let around = self.inside(*low, *high) > 0.0;
            let (low, high) = match p {
                p if around && p < self.doubles.below_zero => (*low, 0.0),
                p if around && p > self.doubles.below_zero + self.doubles.atom => (0.0, *high),
                _ if around => return Some(0.0),
                _ => (*low, *high),
            };
            if let Some(walk) = &self.walk {
                return Some(walk.quantile(p, [low, high]));
            }
            let centre = 0.5 * (low + high);
            let (mut low, mut high) = (low, high);
            for _ in 0..BISECTIONS {
                let middle = 0.5 * (low + high);
                let value = self.value(middle);
                // the law is not followed so near an end that the mass beyond is small
                let below = if value.is_nan() { middle < centre } else { value < p };
                if below { low = middle } else { high = middle }
            }
            return Some(0.5 * (low + high));
        }
        Some(0.0)
    }

    fn stieltjes(&self, z: Complex64) -> Option<Complex64> {
        if z.im < 0.0 {
            return self.stieltjes(z.conj()).map(|m| m.conj());
        }
        self.tau(z).map(|tau| -(tau * self.doubles.ratio).inv())
    }

    fn distribution(self: Arc<Self>) -> Option<Distribution> {
        Some(Distribution::of_labels(self))
    }
}
