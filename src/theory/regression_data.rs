//! From a regression on Gaussian inputs to its chain of penalties: per layer τ², a = (E f′)² and s, of the labels their energy and its
//! linear part.
//!
//! τ_1 = 1, τ_{l+1}² = Var f_l(τ_l Z), a_l = (E Z f_l(τ_l Z))²/τ_l², s_l = Var f_l(τ_l Z) − τ_l² a_l.

use std::cmp::Ordering;

use rug::Rational;

use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::error::TheoryError;
use super::work::Work;
use super::zero::is_zero;
use crate::activation::Function;
use crate::gaussian::{Linearity, Moment, Quantity};
use crate::learning::ridge::{Atom, Binding, Chain, Layer};
use crate::model::{InputAtom, Regression};
use crate::propagation::scale;

/// Bits of Gaussian data beyond those of the answers, some of which each layer takes.
const GUARD: u32 = 64;

/// A regression as a chain.
pub(super) struct RidgeData {
    /// From the level `base` on.
    pub chain: Chain<Number>,
    /// The level at which the chain begins: that of the last layer which keeps nothing linear, 0 where there is none.
    pub base: usize,
    /// What stops the penalties as the ridge goes to 0; none where the rank is n.
    pub binding: Option<Binding>,
    /// The rank of the features, in the unit of n.
    pub rank: Rational,
    /// The variance of the label noise.
    pub noise: Number,
    /// τ_1, …, τ_L, where inputs are Gaussian, with those of biases, which there are not.
    pub deviations: Vec<[f64; 2]>,
    /// The level that makes it.
    pub level: usize,
}

/// A layer of Gaussian pre-activations.
struct Data {
    /// a, none where it is 0.
    slope: Option<Number>,
    /// s, none where it is 0.
    rest: Option<Number>,
}

/// The labels.
pub(super) struct Teacher {
    /// E y² with the noise.
    pub energy: Number,
    /// What of it is linear in the inputs.
    pub linear: Number,
    /// The rest.
    pub outside: Number,
}

pub(super) fn noise(work: &Work, model: &Regression) -> Number {
    Number::of(&Quantity::constant(&model.noise.powi(2), work.bits))
}

fn data(work: &Work, f: &Function, variance: &Quantity) -> Result<(Data, Quantity, bool), TheoryError> {
    let bits = work.bits + GUARD;
    let found = work.gaussian(f, &scale(variance))?;
    let moments = found.moments(bits, work.job)?;
    let Moment::Finite(energy) = moments.variance.clone()? else {
        return Err(TheoryError::Divergent(format!("the variance of {f} is infinite")));
    };
    let linearity = found.linearity(work.job)?;
    if linearity == Linearity::Constant {
        return Err(TheoryError::Refused {
            message: format!("the activation {f} is constant, so that its layer passes nothing on"),
            help: "leave the layer out, or take an activation that varies".to_owned(),
        });
    }
    let has_mean = !is_zero(work, &moments.mean, "the mean of f")?;
    let (whole, below) = (Number::of(&energy), Number::of(variance));
    let linear = match linearity {
        Linearity::NoLinearPart => None,
        Linearity::Affine => return Ok((Data { slope: Some(whole.over(&below)), rest: None }, energy, has_mean)),
        _ if is_zero(work, &moments.theta2, "E f'")? => None,
        _ => Some(Number::of(&moments.theta2)),
    };
    let rest = linear.as_ref().map_or_else(|| whole.clone(), |linear| whole.minus(linear));
    Ok((Data { slope: linear.map(|linear| linear.over(&below)), rest: Some(rest) }, energy, has_mean))
}

pub(super) fn teacher(work: &Work, model: &Regression, noise: &Number) -> Result<(Teacher, bool), TheoryError> {
    let f = &model.teacher;
    let found = work.gaussian(f, &Function::one())?;
    let moments = found.moments(work.bits, work.job)?;
    let Moment::Finite(variance) = moments.variance.clone()? else {
        return Err(TheoryError::Divergent(format!("the variance of {f} is infinite")));
    };
    let energy = Number::of(&variance).plus(noise);
    if energy.is_zero() {
        return Err(TheoryError::Refused {
            message: format!("the teacher {f} is constant, so that there is nothing to learn"),
            help: "take a teacher that varies, or noise > 0".to_owned(),
        });
    }
    let nothing = || (Number::rational(Rational::new(), work.bits), energy.clone());
    let (linear, outside) = match found.linearity(work.job)? {
        Linearity::Affine => (Number::of(&variance), noise.clone()),
        Linearity::Constant | Linearity::NoLinearPart => nothing(),
        Linearity::Mixed if is_zero(work, &moments.theta2, "E Z teacher(Z)")? => nothing(),
        Linearity::Mixed => (Number::of(&moments.theta2), energy.minus(&Number::of(&moments.theta2))),
    };
    if linear.is_zero() && !Number::of(&variance).is_zero() {
        work.doubt(Doubt::TeacherUnseen(f.to_string()));
    }
    Ok((Teacher { energy, linear, outside }, !is_zero(work, &moments.mean, "the mean of the teacher")?))
}

/// The rank of the features and the level that makes it, the lowest of several, for layers of these widths; `rest` says which of them have
/// a part that is not linear.
pub(super) fn rank(rest: &[bool], widths: &[Rational], inputs: Rational) -> (Rational, usize) {
    let mut least: Option<(Rational, usize)> = None;
    for (index, has_rest) in rest.iter().enumerate().rev() {
        if least.as_ref().is_none_or(|(width, _)| widths[index] <= *width) {
            least = Some((widths[index].clone(), index + 1));
        }
        if *has_rest {
            return least.unwrap_or((inputs, 0));
        }
    }
    match least {
        Some((width, level)) if width < inputs => (width, level),
        _ => (inputs, 0),
    }
}

/// What binds as the ridge goes to 0, where a level makes the rank.
pub(super) fn binding(samples: &Rational, rank: &Rational, level: usize) -> Option<Binding> {
    match samples.cmp(rank) {
        Ordering::Less => Some(Binding::Samples),
        Ordering::Equal => None,
        Ordering::Greater => Some(Binding::Level(level)),
    }
}

/// The chain of a model with Gaussian inputs of these eigenvalues.
///
/// # Errors
/// An activation without finite variance or constant; a teacher without finite variance, or constant without noise.
pub(super) fn gaussian(work: &Work, model: &Regression, atoms: &[InputAtom]) -> Result<RidgeData, TheoryError> {
    let rational = |value: &Rational| Number::rational(value.clone(), work.bits);
    let noise = noise(work, model);
    let (Teacher { energy, linear, mut outside }, is_moved) = teacher(work, model, &noise)?;
    let widths: Vec<Rational> = model.widths.iter().flatten().cloned().collect();
    let one = Rational::from(1);
    let mut variance = Quantity::constant(&Function::one(), work.bits + GUARD);
    let (mut layers, mut base, mut means): (Vec<Layer<Number>>, usize, Vec<String>) = (Vec::new(), 0, Vec::new());
    let mut bottom: Vec<Atom<Number>> = atoms
        .iter()
        .filter(|atom| atom.value > 0)
        .map(|atom| {
            let weight = rational(&Rational::from(&atom.value * &atom.weight));
            Atom { value: rational(&atom.value), weight, energy: linear.times(&rational(&atom.share)) }
        })
        .collect();
    let mut inputs = atoms.iter().filter(|atom| atom.value > 0).fold(Rational::new(), |sum, atom| sum + &atom.weight);
    let mut deviations = Vec::new();
    for (index, f) in model.activations.iter().enumerate() {
        deviations.push([variance.ball.to_f64().sqrt(), 0.0]);
        let (data, next, has_mean) = data(work, f, &variance)?;
        if has_mean && !means.contains(&format!("f = {f}")) {
            means.push(format!("f = {f}"));
        }
        let below = if index == 0 { &one } else { &widths[index - 1] };
        match data {
            Data { slope: Some(slope), rest } => {
                layers.push(Layer { width: rational(&widths[index]), below: rational(below), slope, rest });
            }
            Data { slope: None, rest } => {
                // nothing linear comes through: the layer is an isotropic input of its own, and the labels are noise to it
                let value = rest.unwrap_or_else(|| rational(&one));
                let weight = value.times(&rational(&widths[index]));
                bottom = vec![Atom { value, weight, energy: rational(&Rational::new()) }];
                (inputs, outside, base) = (widths[index].clone(), energy.clone(), index + 1);
                layers.clear();
            }
        }
        variance = next;
    }
    if base > 0 {
        work.doubt(Doubt::EvenLayer { layer: base, f: model.activations[base - 1].to_string() });
    }
    if is_moved {
        means.push(format!("the teacher {}", model.teacher));
    }
    if !means.is_empty() {
        work.doubt(Doubt::StepCentred(means));
    }
    let chain = Chain { atoms: bottom, energy, outside, layers, samples: rational(&model.samples) };
    let rest: Vec<bool> = chain.layers.iter().map(|layer| layer.rest.is_some()).collect();
    let (rank, level) = rank(&rest, &widths[base..], inputs);
    let binding = binding(&model.samples, &rank, level);
    Ok(RidgeData { chain, base, binding, rank, level, noise, deviations })
}
