//! A population as the lowest levels of a stack: atoms, or the law of an earlier model, which is a level of its own.
//!
//! Eigenvalues and eigenvectors are then given of that level, and not of what it samples: a point is carried back through its map,
//! and its own alignment divides the cumulative one.

use rug::Rational;

use super::answers::of;
use super::error::TheoryError;
use super::power_law::power_law;
use super::work::Work;
use crate::model::{EarlierLaw, Model, Population};
use crate::number::{Ball, Real};
use crate::spectrum::{Coefficient, Law, LayeredLaw, Sampled, Shape, Share, Stack, StackLayer};
use crate::spikes::StackSpike;

/// A population as a stack, whose top matrix has its law.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub stack: Stack,
    /// Whether what follows is proved.
    pub certified: bool,
}

impl Given {
    /// Of a population that is sampled with this ratio, or asked for its mean alone.
    ///
    /// # Errors
    /// As the answers of an earlier model, and a power law that no bounded number of atoms stands for.
    pub fn new(work: &Work, population: &Population, gamma: Option<&Rational>) -> Result<Self, TheoryError> {
        let of_atoms = |population, certified| {
            Ok(Self { stack: Stack { population, gamma: Rational::new(), layers: Vec::new() }, certified })
        };
        match population {
            Population::Atoms(atoms) => of_atoms(atoms.atoms.clone(), atoms.is_certified()),
            Population::Power(law) => of_atoms(power_law(law, gamma)?, false),
            Population::Law(EarlierLaw { model, unit_mean, .. }) => {
                let answers = of(model, work)?;
                let stack = answers.stack()?.ok_or_else(|| not_a_stack(model))?;
                let scale = unit_mean.then(|| inverse_mean(&stack, work.bits)).flatten();
                let stack = match scale {
                    Some(scale) => stack.scaled(&scale),
                    None => stack,
                };
                Ok(Self { stack, certified: answers.is_certified() })
            }
        }
    }

    /// Whether the law is that of a level, and not that of atoms.
    pub fn is_level(&self) -> bool {
        !self.stack.gamma.is_zero() || !self.stack.layers.is_empty()
    }

    /// Its level in the stacks above it.
    pub fn level(&self) -> usize {
        self.stack.layers.len()
    }

    /// E λ² of the law.
    ///
    /// # Errors
    /// As the moments.
    pub fn second_moment(&self, bits: u32) -> Result<Real, TheoryError> {
        Ok(LayeredLaw::new(self.stack.clone(), bits).moments(2)?.swap_remove(1))
    }

    /// The point in the lowest population of an eigenvalue off the law.
    ///
    /// # Errors
    /// An eigenvalue in the support, or [`LawError::MoreBits`](crate::spectrum::LawError::MoreBits).
    pub fn point_below(&self, law: &Sampled, eigenvalue: &Rational) -> Result<Real, TheoryError> {
        if !self.is_level() {
            return Ok(Real::Rational(eigenvalue.clone()));
        }
        let found = law.point(self.level(), &Ball::rational(eigenvalue, law.bits()))?;
        found.map(Real::from).ok_or_else(|| TheoryError::Refused {
            message: format!("{eigenvalue} lies within the population, and a spike must lie off it"),
            help: "leave it out, or move it".to_owned(),
        })
    }

    /// The eigenvalue of the law over a point of the lowest population.
    pub fn value(&self, law: &Sampled, point: &Ball) -> Ball {
        if self.is_level() { law.value(self.level(), point) } else { point.clone() }
    }

    /// What a spike makes from the level of the law on, seen from there, where it is the eigenvalue itself with its own eigenvector.
    pub fn seen_from(&self, made: Vec<StackSpike>, eigenvalue: &Rational, bits: u32) -> Vec<StackSpike> {
        let mut made: Vec<StackSpike> = made.into_iter().skip(self.level()).collect();
        let Some(own) = made.first().map(|spike| spike.alignment.clone()) else { return made };
        let one = matches!(&own, Real::Rational(own) if *own == 1);
        for spike in made.iter_mut().filter(|_| !one) {
            spike.alignment = match (&spike.alignment, &own) {
                (Real::Rational(alignment), Real::Rational(own)) if !own.is_zero() => {
                    Real::Rational(Rational::from(alignment / own))
                }
                (alignment, own) => match (alignment.ball(bits), own.ball(bits)) {
                    (Some(alignment), Some(own)) => Real::from(&alignment / &own),
                    _ => Real::Unknown,
                },
            };
        }
        if let Some(lowest) = made.first_mut() {
            (lowest.position, lowest.alignment) = (Real::Rational(eigenvalue.clone()), Real::from(1));
        }
        made
    }
}

/// 1/mean; none for mean 1.
fn inverse_mean(stack: &Stack, bits: u32) -> Option<Coefficient> {
    match stack.mean() {
        Real::Rational(mean) if mean == 1 || mean.is_zero() => None,
        Real::Rational(mean) => Some(Coefficient::rational(mean.recip(), bits)),
        mean => mean.ball(bits).map(|mean| Coefficient { ball: mean.inverse(), exact: None }),
    }
}

fn not_a_stack(model: &Model) -> TheoryError {
    TheoryError::Refused {
        message: format!("the law of {} is no population here", model.typed()),
        help: "take its eigenvalues, or a law without a bias".to_owned(),
    }
}

/// The law of an algebraic curve as that of a stack: with φ, ψ, θ₁, θ₂ of n₁ × n₁ matrices f(WX)f(WX)ᵀ/m, the rows of W are samples and
/// the columns of X weights, n/d₀ = 1/ψ and n/d₁ = φ/ψ.
pub(super) fn curve_stack(law: &dyn Law, bits: u32) -> Option<Stack> {
    let parameters = law.curve()?.parameters();
    let exact = parameters.exact.as_ref();
    let coefficient = |ball: Ball, exact: Option<Rational>| Coefficient { ball, exact };
    let theta1 = coefficient(parameters.theta1.clone(), exact.map(|(theta1, _)| theta1.clone()));
    let theta2 = coefficient(parameters.theta2.clone(), exact.map(|(_, theta2)| theta2.clone()));
    let none = Coefficient::rational(Rational::new(), bits);
    let (input, slope, offset) = match parameters.shape {
        Shape::Null => return None,
        // a sample of θ₁ I
        Shape::Isotropic => (Rational::new(), theta1, none),
        Shape::Linear => (parameters.psi.clone().recip(), theta1, none),
        Shape::General => {
            let rest = exact.map(|(theta1, theta2)| Rational::from(theta1 - theta2));
            let rest = coefficient(&theta1.ball - &theta2.ball, rest);
            (parameters.psi.clone().recip(), theta2, rest)
        }
    };
    let share = Share { slope, offset: Some(offset) };
    let layer = StackLayer { share, gamma: parameters.gamma() };
    Some(Stack { population: vec![[Rational::from(1), Rational::from(1)]], gamma: input, layers: vec![layer] })
}
