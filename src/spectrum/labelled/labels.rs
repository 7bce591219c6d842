//! The law of the labels, and the map that it makes: z(τ)/ψ is that of a sample covariance over a population of either sign, n/d = γ.

use std::cmp::Ordering;
use std::sync::Arc;

use rug::Rational;

use super::spread::{Spread, Touch};
use crate::number::{Ball, ComplexBall, Tangent};
use crate::spectrum::{Chain, LawError};

/// A value of the labels other than 0.
#[derive(Clone, Debug)]
pub struct LabelAtom {
    /// The value.
    pub value: Ball,
    /// Its probability.
    pub weight: Ball,
    /// Both, where they are rational.
    pub exact: Option<[Rational; 2]>,
}

/// Labels of finitely many values, or of intervals of values by nodes.
#[derive(Clone, Debug)]
pub struct LabelLaw {
    /// Their values other than 0, ascending; at least one.
    pub atoms: Vec<LabelAtom>,
    /// For each place between two of them whether values in between are taken too, so that the law has no gap there.
    pub joined: Vec<bool>,
    /// P(y = 0); none where 0 is no value.
    pub zero: Option<(Ball, Option<Rational>)>,
    /// The infimum and the supremum of the labels, where τ comes that near on the real line outside the support: the end of the support
    /// lies over it, and z′ does not vanish there.
    pub reached: [Option<Ball>; 2],
    /// d/n, positive.
    pub ratio: Rational,
    /// What the nodes stand for, where they do.
    pub spread: Option<Arc<Spread>>,
}

impl LabelLaw {
    /// The map τ → z/ψ, as one of a sample covariance.
    pub(super) fn chain(&self, bits: u32) -> Chain<Ball> {
        let pair = |atom: &LabelAtom| [atom.value.with_bits(bits), atom.weight.with_bits(bits)];
        Chain {
            zero: None,
            population: self.atoms.iter().map(pair).collect(),
            gamma: Ball::rational(&self.ratio.clone().recip(), bits),
            links: Vec::new(),
        }
    }

    /// The same at a complex point.
    pub(super) fn complex(&self, bits: u32) -> Chain<Tangent<ComplexBall>> {
        self.chain(bits).map(|value| Tangent::constant(&ComplexBall::real(value.clone())))
    }

    /// P(y ≠ 0).
    pub(super) fn present(&self, bits: u32) -> (Ball, Option<Rational>) {
        match &self.zero {
            None => (Ball::integer(1, bits), Some(Rational::from(1))),
            Some((ball, exact)) => (&Ball::integer(1, bits) - ball, exact.as_ref().map(|exact| Rational::from(1 - exact))),
        }
    }

    /// How many samples count against the dimension: P(y ≠ 0) against d/n.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub(super) fn rank(&self, bits: u32) -> Result<Ordering, LawError> {
        match self.present(bits) {
            (_, Some(exact)) => Ok(exact.cmp(&self.ratio)),
            (ball, None) => ball.compare(&Ball::rational(&self.ratio, bits)).ok_or(LawError::MoreBits),
        }
    }

    /// Whether an end of the support lies over the infimum or the supremum of the labels.
    pub(super) fn is_reached(&self, tau: &Ball) -> bool {
        self.reached.iter().flatten().any(|end| end.mid() == tau.mid())
    }

    /// How labels of infinitely many values come near 0 from below and from above.
    pub(super) fn touch(&self) -> [Option<&Touch>; 2] {
        let spread = self.spread.as_ref();
        [0, 1].map(|side| spread.map(|spread| &spread.touch[side]).filter(|touch| touch.touches))
    }

    /// The power of the distance from 0 with which the density begins on one side of it, where a bulk ends at 0. With density yᵅ⁻¹ of the
    /// labels, α = 1/k: where there are more dimensions than samples the law follows the labels; where as many, z = τ² E 1/(τ − y) is
    /// τ^(1 + α), or τ² for α > 1, and for α = 1 there is a logarithm.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub(super) fn power_at_zero(&self, side: usize, bits: u32) -> Result<Option<Rational>, LawError> {
        let hard = self.rank(bits)?.is_eq();
        Ok(match self.touch()[side] {
            None if hard => Some(Rational::from((-1, 2))),
            None => None,
            Some(Touch { order: None, .. }) => None,
            Some(Touch { order: Some(order), .. }) if hard => match order.cmp(&Rational::from(1)) {
                Ordering::Less => Some(Rational::from((-1, 2))),
                Ordering::Equal => None,
                Ordering::Greater => Some(-(order.clone() / Rational::from(order + 1))),
            },
            Some(Touch { order: Some(order), .. }) => Some(order.clone().recip() - 1),
        })
    }

    /// The sign of E[1(y ≠ 0)/y].
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub(super) fn lean(&self, bits: u32) -> Result<Ordering, LawError> {
        // infinite on the side on which labels come near 0 like |z − z₀|ᵏ, k ≥ 1
        let infinite = |touch: Option<&Touch>| touch.and_then(|touch| touch.order.as_ref()).is_some_and(|order| *order >= 1);
        match self.touch().map(infinite) {
            [true, false] => return Ok(Ordering::Less),
            [false, true] => return Ok(Ordering::Greater),
            _ => {}
        }
        let exact = self.atoms.iter().map(|atom| atom.exact.as_ref().map(|[value, weight]| Rational::from(weight / value)));
        if let Some(terms) = exact.collect::<Option<Vec<Rational>>>() {
            return Ok(terms.iter().sum::<Rational>().cmp0());
        }
        let sum = self.atoms.iter().fold(Ball::zero(bits), |sum, atom| &sum + &(&atom.weight / &atom.value));
        sum.sign().ok_or(LawError::MoreBits)
    }

    /// P(y ∈ the atoms with these indices)/ψ, exact where their weights are rational.
    pub(super) fn share(&self, indices: std::ops::Range<usize>, bits: u32) -> (Ball, Option<Rational>) {
        let atoms = &self.atoms[indices];
        let sum = atoms.iter().fold(Ball::zero(bits), |sum, atom| &sum + &atom.weight);
        let weights = atoms.iter().map(|atom| atom.exact.as_ref().map(|[_, weight]| weight.clone()));
        let exact = weights.collect::<Option<Vec<Rational>>>().map(|weights| weights.iter().sum::<Rational>() / &self.ratio);
        (sum.times_rational(&self.ratio.clone().recip()), exact)
    }

    /// E yᵖ, where they are rational.
    pub(super) fn exact_moment(&self, power: u32) -> Option<Rational> {
        use rug::ops::Pow;
        let term = |atom: &LabelAtom| {
            let [value, weight] = atom.exact.as_ref()?;
            Some(Rational::from(value.pow(power)) * weight)
        };
        Some(self.atoms.iter().map(term).collect::<Option<Vec<Rational>>>()?.iter().sum())
    }

    /// E yᵖ.
    pub(super) fn moment(&self, power: u32, bits: u32) -> Ball {
        self.atoms.iter().fold(Ball::zero(bits), |sum, atom| &sum + &(&atom.value.power(power) * &atom.weight))
    }
}
