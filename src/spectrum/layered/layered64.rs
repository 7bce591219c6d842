//! The law of a stack in double precision: Newton's method on the map, from a table for each bulk, accepted by the same signs as
//! the proved path.

use num_complex::Complex64;

use super::cusp::Cusp64;
use super::sampled::{Sampled, StackEdge};
use super::sheet::{followed, settled};
use super::stack::{Chain, Stack};
use crate::number::{Ball, Tangent};
use crate::spectrum::bulk64::{Bulk64, CELLS};
use crate::spectrum::{Distribution, LawError, Table};

/// The law with a table for each bulk.
#[derive(Clone, Debug)]
pub struct Layered64 {
    chain: Chain<Complex64>,
    jets: Chain<Tangent<Complex64>>,
    /// 1 − 1/γ_l; none where a level is its population itself.
    excesses: Vec<Option<f64>>,
    bulks: Vec<Bulk64>,
    /// Where bulks touch.
    cusps: Vec<Cusp64>,
    atom: f64,
    hard: bool,
}

impl Layered64 {
    /// Builds the tables.
    ///
    /// # Errors
    /// [`LawError::NoPath`] where the law is out of reach of doubles.
    pub fn new(stack: &Stack, law: &Sampled) -> Result<Self, LawError> {
        let chain = stack.chain(law.bits()).map(|value: &Ball| Complex64::new(value.to_f64(), 0.0));
        let top = stack.layers.len();
        let excess = |level: usize| {
            let gamma = stack.gamma_at(level);
            (!gamma.is_zero()).then(|| 1.0 - gamma.to_f64().recip())
        };
        let bulks = law.bulks(top);
        let mut made = Self {
            jets: chain.map(Tangent::constant),
            chain,
            excesses: (0..=top).map(excess).collect(),
            bulks: Vec::new(),
            cusps: law.cusps().iter().map(Cusp64::from).collect(),
            atom: law.atom(top).to_f64(),
            hard: bulks.first().is_some_and(|[low, _]| low.position.is_exact_zero()),
        };
        let mut below = law.atom(top).clone();
        for (ends, mass) in bulks.iter().zip(law.masses(top)) {
            let bulk = made.filled(ends, [below.to_f64(), mass.to_f64()])?;
            made.bulks.push(bulk);
            below += mass;
        }
        Ok(made)
    }

    /// Down from the upper edge.
    fn filled(&self, ends: &[StackEdge; 2], [below, mass]: [f64; 2]) -> Result<Bulk64, LawError> {
        let mut bulk = Bulk64::new(ends.each_ref().map(|edge| edge.position.to_f64()), below, mass);
        let [low, high] = ends.each_ref().map(|edge| Complex64::new(edge.lambda.to_f64(), 0.0));
        let (mut values, mut distribution) = (vec![high], vec![below + mass]);
        for k in (1..CELLS).rev() {
            let x = Complex64::new(bulk.position(std::f64::consts::PI * k as f64 / CELLS as f64), 0.0);
            let guess = match values[..] {
                [.., before, last] => last * 2.0 - before,
                _ => high,
            };
            let found = settled(&self.jets, x, guess).map(|(lambda, _)| lambda).or_else(|| self.reached(x.re));
            let lambda = found.ok_or(LawError::NoPath)?;
            values.push(lambda);
            distribution.push(self.distribution_at(lambda));
        }
        values.push(low);
        distribution.push(below);
        values.reverse();
        distribution.reverse();
        (bulk.values, bulk.distribution) = (values, distribution);
        Ok(bulk)
    }

    /// 1 − Im U/π.
    fn distribution_at(&self, lambda: Complex64) -> f64 {
        let zero = self.chain.zero.map_or(0.0, |weight| weight.re * lambda.arg());
        let population: f64 = self.chain.population.iter().map(|[value, weight]| weight.re * (lambda - value).arg()).sum();
        let levels = self.chain.levels(&lambda, self.excesses.len());
        let terms = levels.iter().zip(&self.excesses).filter_map(|(level, excess)| Some((level, (*excess)?)));
        let layers: f64 = terms.map(|(level, excess)| level.q.im + excess * level.factor.arg()).sum();
        1.0 - (zero + population + layers) / std::f64::consts::PI
    }

    fn transform_at(&self, lambda: Complex64) -> Complex64 {
        self.chain.levels(&lambda, self.excesses.len()).last().map_or(Complex64::ZERO, |level| -level.r)
    }

    /// λ₀ at x inside a bulk, by a path from infinity, or beside a touching point.
    fn reached(&self, x: f64) -> Option<Complex64> {
        let count = self.excesses.len();
        let top = |lambda: Complex64| self.jets.top(&lambda, count).map(|level| [level.z.value, level.z.slope]);
        let beside = self.cusps.iter().find_map(|cusp| cusp.point(x, top));
        beside.or_else(|| followed(&self.jets, Complex64::new(x, 0.0)))
    }

    /// λ₀ at x inside a bulk.
    fn point(&self, x: f64) -> Option<Complex64> {
        let bulk = self.bulks.iter().find(|bulk| x > bulk.low && x < bulk.high)?;
        let z = Complex64::new(x, 0.0);
        settled(&self.jets, z, bulk.start(x)).map(|(lambda, _)| lambda).or_else(|| self.reached(x))
    }

    /// The bulks [low, high], from the lowest.
    pub(crate) fn edges(&self) -> Vec<[f64; 2]> {
        self.bulks.iter().map(|bulk| [bulk.low, bulk.high]).collect()
    }

    /// F(x).
    pub(crate) fn value(&self, x: f64) -> f64 {
        if let Some(lambda) = self.point(x) {
            return self.distribution_at(lambda);
        }
        let below = self.bulks.iter().take_while(|bulk| bulk.high <= x).last();
        below.map_or(if x < 0.0 { 0.0 } else { self.atom }, |bulk| bulk.below + bulk.mass)
    }
}

impl Table for Layered64 {
    fn atom(&self) -> f64 {
        self.atom
    }

    fn density(&self, x: f64) -> f64 {
        if x == 0.0 && self.hard {
            return f64::INFINITY;
        }
        self.point(x).map_or(0.0, |lambda| self.transform_at(lambda).im / std::f64::consts::PI)
    }

    fn cdf(&self, x: f64) -> Option<f64> {
        Some(self.value(x))
    }

    fn quantile(&self, p: f64) -> Option<f64> {
        let Some(bulk) = self.bulks.iter().find(|bulk| p <= bulk.below + bulk.mass).or(self.bulks.last()) else {
            return Some(0.0);
        };
        if p <= self.atom && self.atom > 0.0 {
            return Some(0.0);
        }
        let density = |lambda: Complex64| self.transform_at(lambda).im / std::f64::consts::PI;
        Some(bulk.quantile(p, |x| self.point(x).map(|lambda| [self.distribution_at(lambda), density(lambda)])))
    }

    fn stieltjes(&self, z: Complex64) -> Option<Complex64> {
        if z.im < 0.0 {
            return self.stieltjes(z.conj()).map(|m| m.conj());
        }
        followed(&self.jets, z).map(|lambda| self.transform_at(lambda))
    }

    fn distribution(self: std::sync::Arc<Self>) -> Option<Distribution> {
        Some(Distribution::of_layers(self))
    }
}
