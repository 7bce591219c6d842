//! What a Jacobian law is made of: the laws of the squared slopes of its layers, as atoms.

use rug::Rational;

use crate::number::Ball;

/// A value of the squared slope with its probability.
#[derive(Clone, Debug)]
pub struct SlopeAtom {
    /// The value, positive.
    pub value: Ball,
    /// Its probability, positive.
    pub weight: Ball,
    /// Value and probability where both are rational.
    pub exact: Option<[Rational; 2]>,
    /// Whether the slope has this value with positive probability; otherwise it is a node that stands for values around it.
    pub is_point: bool,
}

/// The squared slopes of layers that are alike.
#[derive(Clone, Debug)]
pub struct SlopeLaw {
    /// Width over input width.
    pub ratio: Rational,
    /// The values other than 0, ascending.
    pub atoms: Vec<SlopeAtom>,
    /// The probability that the slope is not 0, with its exact value where that is rational.
    pub alive: (Ball, Option<Rational>),
    /// Whether slopes other than 0 come arbitrarily near 0.
    pub reaches_zero: bool,
    /// m, where squared slopes other than 0 are below t with a probability like t^(1/m); none where they are not near 0, or as it is not known.
    pub zero_order: Option<u32>,
    /// The supremum of the squared slopes where they come near it far out alone.
    pub supremum: Option<Ball>,
}

impl SlopeLaw {
    /// Whether the slopes are 0 or one other value.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        matches!(&self.atoms[..], [atom] if atom.is_point)
    }

    /// How ζ comes to 0: 1 + ψ/P(d > 0) falls like |ζ|^(1/m); m, or none where that is not known.
    pub(super) fn order_at_zero(&self) -> Option<u32> {
        if self.reaches_zero { self.zero_order } else { Some(1) }
    }

    /// Whether the slope is the same everywhere.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.is_switch() && self.alive.1.as_ref().is_some_and(|alive| *alive == 1)
    }
}

/// How weights mix the neurons of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixing {
    /// Independent Gaussian entries.
    Gaussian,
    /// Haar orthogonal matrices, all widths the same.
    Haar,
}

/// A Jacobian: the laws of its layers, which are alike in groups.
#[derive(Clone, Debug)]
pub struct JacobianSlopes {
    /// The different laws.
    pub laws: Vec<SlopeLaw>,
    /// For each layer, from the input, which law it has; never empty.
    pub layers: Vec<usize>,
    /// The variance of the weights, with its exact value where that is rational.
    pub variance: (Ball, Option<Rational>),
    /// The weights.
    pub mixing: Mixing,
}

impl JacobianSlopes {
    /// The law of a layer.
    pub(super) fn of(&self, layer: usize) -> &SlopeLaw {
        &self.laws[self.layers[layer]]
    }

    /// How many layers have each of the laws.
    pub(super) fn counts(&self) -> Vec<u32> {
        let count = |law: usize| self.layers.iter().filter(|layer| **layer == law).count() as u32;
        (0..self.laws.len()).map(count).collect()
    }

    /// Whether every layer switches its slope between 0 and one other value: then the law is a rational curve.
    pub(super) fn is_rational(&self) -> bool {
        self.laws.iter().all(SlopeLaw::is_switch)
    }

    /// σ^L over the product of r_l, l < L.
    pub(super) fn scale(&self, bits: u32) -> (Ball, Option<Rational>) {
        let depth = self.layers.len();
        let inner = (0..depth.saturating_sub(1)).map(|layer| self.of(layer).ratio.clone());
        let widths = inner.fold(Rational::from(1), |product, ratio| product * ratio).recip();
        let power = |value: &Rational| (0..depth).fold(widths.clone(), |product, _| product * value);
        match &self.variance.1 {
            Some(exact) => {
                let scale = power(exact);
                (Ball::rational(&scale, bits), Some(scale))
            }
            None => (self.variance.0.with_bits(bits).power(depth as u32).times_rational(&widths), None),
        }
    }

    /// The same Jacobian with orthogonal layers of constant slope, which only scale it, taken into the factor that is given back with it; none
    /// where nothing else is left.
    pub(super) fn without_constants(&self, bits: u32) -> (Option<Self>, Ball, Option<Rational>) {
        let (mut factor, mut exact) = (Ball::integer(1, bits), Some(Rational::from(1)));
        if self.mixing == Mixing::Gaussian {
            return (Some(self.clone()), factor, exact);
        }
        let mut kept = Vec::new();
        for layer in &self.layers {
            let law = &self.laws[*layer];
            if !law.is_constant() {
                kept.push(*layer);
                continue;
            }
            let atom = &law.atoms[0];
            factor = &(&factor * &atom.value.with_bits(bits)) * &self.variance.0.with_bits(bits);
            exact = exact.and_then(|exact| {
                let [value, _] = atom.exact.clone()?;
                Some(exact * value * self.variance.1.clone()?)
            });
        }
        if let Some(exact) = &exact {
            factor = Ball::rational(exact, bits);
        }
        let rest = (!kept.is_empty()).then(|| {
            let mut used: Vec<usize> = kept.clone();
            used.sort_unstable();
            used.dedup();
            let place = |law: &usize| used.iter().position(|known| known == law).unwrap_or(0);
            let layers = kept.iter().map(place).collect();
            let laws = used.iter().map(|law| self.laws[*law].clone()).collect();
            Self { laws, layers, variance: self.variance.clone(), mixing: self.mixing }
        });
        (rest, factor, exact)
    }
}
