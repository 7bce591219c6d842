//! From a kernel of normalised activations to stacks of sample covariances, and to what each layer adds along the all-ones
//! direction (docs/mathematics.md, 'Spikes of kernels').
//!
//! b²_l = (E σ_l′)², a²_l = (E σ_l″)²/2 of the normalised activation σ_l, and θ_l = a²_l (m₂(μ_{l−1}) − 1) with
//! m₂(μ_l) − 1 = γ_l + b⁴_l (m₂(μ_{l−1}) − 1). A layer with b²_l = 0 forgets what is below: a new stack begins with it.

use std::cmp::Ordering;
use std::sync::Arc;

use rug::Rational;

use super::doubt::Doubt;
use super::error::TheoryError;
use super::given::Given;
use super::work::Work;
use super::zero::{is_zero, sign};
use crate::activation::Function;
use crate::gaussian::{Exact, Linearity, Moment, Moments, Quantity};
use crate::model::{ConjugateKernel, KernelInput, LayerData};
use crate::number::{Ball, Real};
use crate::spectrum::{Coefficient, LayeredLaw, Share, Stack, StackLayer};

/// A number, exact where it is rational.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub ball: Ball,
    pub exact: Option<Rational>,
}

/// A layer of the kernel.
#[derive(Clone, Debug)]
pub(super) struct LayerNumbers {
    /// b², none where it is 0.
    pub share: Option<Number>,
    /// a₂²; none where it is not known.
    pub curvature: Option<Number>,
}

/// A stack within the kernel.
pub(super) struct Segment {
    /// The lowest layer in it.
    pub first: usize,
    /// The level of that layer.
    pub base: usize,
    pub law: LayeredLaw,
}

impl Number {
    pub fn rational(value: Rational, bits: u32) -> Self {
        Self { ball: Ball::rational(&value, bits), exact: Some(value) }
    }

    pub fn of(quantity: &Quantity) -> Self {
        Self { ball: quantity.ball.clone(), exact: quantity.exact.as_ref().and_then(Exact::as_rational) }
    }

    /// A number that is known.
    pub fn known(real: &Real, bits: u32) -> Self {
        match real {
            Real::Rational(value) => Self::rational(value.clone(), bits),
            real => Self { ball: real.ball(bits).unwrap_or_else(|| Ball::unknown(bits)), exact: None },
        }
    }

    pub fn constant(work: &Work, f: &Function) -> Self {
        Self { ball: work.enclosure(f), exact: f.as_rational().cloned() }
    }

    fn combined(
        &self,
        other: &Self,
        balls: impl Fn(&Ball, &Ball) -> Ball,
        exact: impl Fn(&Rational, &Rational) -> Rational,
    ) -> Self {
        let both = self.exact.as_ref().zip(other.exact.as_ref()).map(|(a, b)| exact(a, b));
        match both {
            Some(value) => Self::rational(value, self.ball.bits()),
            None => Self { ball: balls(&self.ball, &other.ball), exact: None },
        }
    }

    pub fn times(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a * b, |a, b| Rational::from(a * b))
    }

    pub fn over(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a / b, |a, b| Rational::from(a / b))
    }

    pub fn plus(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a + b, |a, b| Rational::from(a + b))
    }

    pub fn minus(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a - b, |a, b| Rational::from(a - b))
    }

    pub fn sign(&self) -> Option<Ordering> {
        self.exact.as_ref().map_or_else(|| self.ball.sign(), |exact| Some(exact.cmp0()))
    }

    pub fn is_zero(&self) -> bool {
        self.ball.is_exact_zero()
    }

    pub fn real(&self) -> Real {
        self.exact.clone().map_or_else(|| Real::from(self.ball.clone()), Real::Rational)
    }
}

/// b² and a₂² of every layer.
///
/// # Errors
/// An activation that is constant, or without finite variance, or whose zeros are not decided.
pub(super) fn layers(work: &Work, model: &ConjugateKernel) -> Result<Vec<LayerNumbers>, TheoryError> {
    let deep = model.depth() > 1;
    let mut found: Vec<LayerNumbers> = Vec::with_capacity(model.depth());
    for (index, data) in model.layers.iter().enumerate() {
        if let Some(same) = model.layers[..index].iter().position(|below| below == data) {
            found.push(found[same].clone());
            continue;
        }
        let (share, curvature) = match data {
            LayerData::Activation(f) => {
                let (share, curvature) = of_activation(work, f, deep)?;
                (share, Some(curvature))
            }
            LayerData::Given { b2, a2_squared } => {
                let share = sign(work, b2)?.is_gt().then(|| Number::constant(work, b2));
                (share, a2_squared.as_ref().map(|a2_squared| Number::constant(work, a2_squared)))
            }
        };
        // the squared inner products of data are no multiple of the all-ones matrix
        let unknown = matches!(model.input, KernelInput::Data(_)) && curvature.as_ref().is_some_and(|number| !number.is_zero());
        found.push(LayerNumbers { share, curvature: curvature.filter(|_| !unknown) });
    }
    Ok(found)
}

/// θ of every layer, 0 where a₂ is; none where a₂ is not known.
///
/// # Errors
/// As the second moment of a given input.
pub(super) fn strengths(
    model: &ConjugateKernel,
    layers: &[LayerNumbers],
    given: Option<&Given>,
    bits: u32,
) -> Result<Vec<Option<Number>>, TheoryError> {
    let one = Number::rational(Rational::from(1), bits);
    let mut excess = match (&model.input, given) {
        (KernelInput::Isotropic(gamma), _) => Number::rational(gamma.clone(), bits),
        (_, Some(given)) => Number::known(&given.second_moment(bits)?, bits).minus(&one),
        (_, None) => one,
    };
    let mut found = Vec::with_capacity(layers.len());
    for (layer, gamma) in layers.iter().zip(&model.gamma) {
        found.push(layer.curvature.as_ref().map(|curvature| curvature.times(&excess)));
        let gamma = Number::rational(gamma.clone(), bits);
        excess = match &layer.share {
            Some(share) => share.times(share).times(&excess).plus(&gamma),
            None => gamma,
        };
    }
    Ok(found)
}

/// Refuses a kernel with an activation that cannot be normalised.
///
/// # Errors
/// An activation that is constant, or without finite variance.
pub fn refuse_unnormalised(model: &ConjugateKernel, work: &Work) -> Result<(), TheoryError> {
    for (index, data) in model.layers.iter().enumerate() {
        match data {
            LayerData::Activation(f) if !model.layers[..index].contains(data) => drop(normalised(work, f, model.depth() > 1)?),
            _ => {}
        }
    }
    Ok(())
}

/// The moments of f and its variance, which is finite and not 0; a doubt is left where the mean is not 0.
fn normalised(work: &Work, f: &Function, deep: bool) -> Result<(Arc<Moments>, Quantity, Linearity), TheoryError> {
    let data = work.gaussian(f, &Function::one())?;
    let moments = data.moments(work.bits, work.job)?;
    let Moment::Finite(variance) = moments.variance.clone()? else {
        return Err(TheoryError::Divergent(format!("the variance of {} is infinite", short_text(f))));
    };
    let linearity = data.linearity(work.job)?;
    if linearity == Linearity::Constant {
        return Err(TheoryError::Refused {
            message: format!("the activation {} is constant, so that it cannot be normalised", short_text(f)),
            help: "leave the layer out, or take an activation that varies".to_owned(),
        });
    }
    if !is_zero(work, &moments.mean, "the mean of f")? {
        work.doubt(Doubt::Centred { f: short_text(f), deep });
    }
    Ok((moments, variance, linearity))
}

/// b² (none for 0) and a₂² of the normalised f.
fn of_activation(work: &Work, f: &Function, deep: bool) -> Result<(Option<Number>, Number), TheoryError> {
    let (moments, variance, linearity) = normalised(work, f, deep)?;
    let variance = Number::of(&variance);
    let none = || Number::rational(Rational::new(), work.bits);
    let share = match linearity {
        Linearity::NoLinearPart => None,
        Linearity::Affine => Some(Number::rational(Rational::from(1), work.bits)),
        _ if is_zero(work, &moments.theta2, "b = E f'")? => None,
        _ => Some(Number::of(&moments.theta2).over(&variance)),
    };
    let curvature = if linearity == Linearity::Affine || is_zero(work, &moments.curvature, "E f''")? {
        none()
    } else {
        let half = Number::rational(Rational::from((1, 2)), work.bits);
        Number::of(&moments.curvature.square()).times(&half).over(&variance)
    };
    Ok((share, curvature))
}

/// A text of moderate length.
fn short_text(f: &Function) -> String {
    let text = f.to_string();
    if text.chars().count() <= 60 { text } else { "f".to_owned() }
}

/// The stacks of the kernel, the lowest first.
pub(super) fn segments(work: &Work, model: &ConjugateKernel, layers: &[LayerNumbers], given: Option<&Given>) -> Vec<Segment> {
    let isotropic = |gamma: &Rational| {
        let one = vec![[Rational::from(1), Rational::from(1)]];
        Stack { population: one, gamma: gamma.clone(), layers: Vec::new() }
    };
    let input = match (&model.input, given) {
        (KernelInput::Isotropic(gamma), _) => isotropic(gamma),
        (_, Some(given)) => given.stack.clone(),
        (_, None) => isotropic(&Rational::from(1)),
    };
    let base = input.layers.len();
    let mut stacks = vec![(0, input)];
    for (index, (numbers, gamma)) in layers.iter().zip(&model.gamma).enumerate() {
        match (&numbers.share, stacks.last_mut()) {
            (Some(share), Some((_, stack))) => {
                let slope = Coefficient { ball: share.ball.clone(), exact: share.exact.clone() };
                let share = Share { slope, offset: None };
                stack.layers.push(StackLayer { share, gamma: gamma.clone() });
            }
            _ => stacks.push((index + 1, isotropic(gamma))),
        }
    }
    let segment = |(first, stack)| Segment { first, base: if first == 0 { base } else { 0 }, law: work.law(stack) };
    stacks.into_iter().map(segment).collect()
}
