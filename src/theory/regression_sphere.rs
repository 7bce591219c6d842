//! Regression on the sphere of finite dimension d as a chain: the eigenvalues ξ_k² of the kernel f(⟨w, x⟩), |x|² = d, |w| = 1, each B_k times,
//! and the energies of the labels in each degree (docs/mathematics.md, 'Regression on random features').
//!
//! With ξ_k and B_k of [`gegenbauer`](super::gegenbauer), g_k² = B_k (E g Q_k)². Degrees above K have Σ B_k ξ_k² = E f² − Σ_{k≤K} B_k ξ_k² =: s together (Parseval), none of them ξ_k² above s/B_{K+1}: they are
//! one eigenvalue between 0 and that, of weight s.

use rug::{Integer, Rational};

use super::conjugate_data::Number;
use super::error::TheoryError;
use super::gegenbauer::{expansion, harmonics};
use super::regression_data::{RidgeData, binding, noise};
use super::work::Work;
use crate::learning::ridge::{Atom, Binding, Chain, Layer, penalty64};
use crate::model::{Eigenfunction, Regression};
use crate::number::{Ball, Magnitude};

/// Degrees that are kept at first, and at most.
const DEGREES: usize = 12;
const MOST_DEGREES: usize = 400;
/// Bits beyond those wanted in the attempts to find a value, which the tail need not reach.
const SPARE: u32 = 30;
/// A ball of all numbers from 0 to this.
fn up_to(most: Magnitude, bits: u32) -> Ball {
    let half = most.shifted(-1);
    Ball::new(rug::Float::with_val(bits, half.to_float()), half)
}

/// The chain of a model on the sphere of radius √d.
///
/// # Errors
/// Functions whose integrals are not had; a constant activation; labels that are 0.
pub(super) fn sphere(work: &Work, model: &Regression, d: usize) -> Result<RidgeData, TheoryError> {
    let f = &model.activations[0];
    if f.is_constant() {
        return Err(TheoryError::Refused {
            message: format!("the activation {f} is constant, so that there is nothing to regress on"),
            help: "take an activation that varies".to_owned(),
        });
    }
    let mut degrees = DEGREES;
    loop {
        let data = with_degrees(work, model, d, degrees)?;
        let balls = data.chain.map(|number| number.ball.to_f64());
        let ridge = work.enclosure(&model.ridge).to_f64() / if model.is_kernel() { balls.samples } else { 1.0 };
        let kappa = penalty64(&balls, ridge);
        let tail = data.chain.atoms.last().filter(|atom| atom.value.exact.is_none());
        let wanted = Magnitude::from_f64(kappa).shifted(i64::from(SPARE) - i64::from(work.bits));
        let is_fine = tail.is_none_or(|tail| tail.value.ball.magnitude() <= wanted);
        let Some(tail) = tail.filter(|_| !is_fine && degrees < MOST_DEGREES) else { return Ok(data) };
        // where B_k is as large as the tail needs it, if no energy goes to the degrees between
        let energy = Magnitude::from_f64(tail.weight.ball.to_f64());
        let counts = harmonics(d, MOST_DEGREES);
        let is_enough = |k: &usize| energy.over(Magnitude::of(Ball::rational(&Rational::from(&counts[*k]), 64).mid())) <= wanted;
        let enough = (degrees + 1..MOST_DEGREES).find(is_enough).unwrap_or(MOST_DEGREES);
        degrees = enough.min(2 * degrees).min(MOST_DEGREES);
    }
}

fn with_degrees(work: &Work, model: &Regression, d: usize, degrees: usize) -> Result<RidgeData, TheoryError> {
    let zero = || Number::rational(Rational::new(), work.bits);
    let student = expansion(work, &model.activations[0], d, degrees)?;
    let teacher = expansion(work, &model.teacher, d, degrees)?;
    let noise = noise(work, model);
    let energy = teacher.second.plus(&noise);
    if energy.is_zero() {
        return Err(TheoryError::Refused {
            message: format!("the teacher {} is 0, so that there is nothing to learn", model.teacher),
            help: "take another teacher, or noise > 0".to_owned(),
        });
    }
    let most = student.squares.len().max(teacher.squares.len());
    let counts = harmonics(d, most);
    let count = |k: usize| Number::rational(Rational::from(&counts[k]), work.bits);
    let (mut atoms, mut outside, mut rest, mut unseen) =
        (Vec::new(), noise.clone(), student.second.clone(), teacher.second.clone());
    let mut rank = Integer::new();
    for (k, value) in student.squares.iter().enumerate() {
        let energy = teacher.squares.get(k).map_or_else(zero, |square| square.times(&count(k)));
        unseen = unseen.minus(&energy);
        let value = value.clone();
        if value.is_zero() {
            outside = outside.plus(&energy);
            continue;
        }
        let weight = value.times(&count(k));
        rest = rest.minus(&weight);
        rank += &counts[k];
        atoms.push(Atom { value, weight, energy });
    }
    if teacher.is_polynomial && teacher.squares.len() <= student.squares.len() {
        unseen = zero();
    }
    if student.is_polynomial {
        outside = outside.plus(&unseen);
    } else {
        let largest = rest.over(&count(student.squares.len())).ball.magnitude();
        atoms.push(Atom { value: Number { ball: up_to(largest, work.bits), exact: None }, weight: rest, energy: unseen });
    }
    let chain = Chain { atoms, energy, outside, layers: Vec::new(), samples: Number::rational(model.samples.clone(), work.bits) };
    let inputs = student.is_polynomial.then(|| Rational::from(rank));
    Ok(counted(work, model, chain, inputs, noise))
}

/// A chain without its layer completed, of eigenvalues of which so many are positive.
fn counted(work: &Work, model: &Regression, chain: Chain<Number>, inputs: Option<Rational>, noise: Number) -> RidgeData {
    let width = model.widths[0].as_ref();
    let one = || Number::rational(Rational::from(1), work.bits);
    let layer =
        |width: &Rational| Layer { width: Number::rational(width.clone(), work.bits), below: one(), slope: one(), rest: None };
    let chain = Chain { layers: width.map(layer).into_iter().collect(), ..chain };
    let (rank, level) = match (inputs, width) {
        (Some(inputs), Some(width)) if *width < inputs => (Some(width.clone()), 1),
        (Some(inputs), _) => (Some(inputs), 0),
        (None, width) => (width.cloned(), 1),
    };
    let found = rank.as_ref().map_or(Some(Binding::Samples), |rank| binding(&model.samples, rank, level));
    let rank = rank.unwrap_or_else(|| model.samples.clone());
    RidgeData { chain, base: 0, binding: found, rank, level, noise, deviations: Vec::new() }
}

/// The chain of a kernel that is given.
pub(super) fn of_kernel(work: &Work, model: &Regression, list: &[Eigenfunction]) -> RidgeData {
    let noise = noise(work, model);
    let rational = |value: &Rational| Number::rational(value.clone(), work.bits);
    let sum = |of: &dyn Fn(&Eigenfunction) -> bool| {
        list.iter().filter(|one| of(one)).fold(Rational::new(), |sum, one| sum + &one.energy)
    };
    let energy = noise.plus(&rational(&sum(&|_| true)));
    let outside = noise.plus(&rational(&sum(&|one| one.value.is_zero())));
    let atom = |Eigenfunction { value, energy }: &Eigenfunction| Atom {
        value: rational(value),
        weight: rational(value),
        energy: rational(energy),
    };
    let atoms: Vec<Atom<Number>> = list.iter().filter(|one| one.value > 0).map(atom).collect();
    let rank = Rational::from(atoms.len());
    let chain = Chain { atoms, energy, outside, layers: Vec::new(), samples: rational(&model.samples) };
    counted(work, model, chain, Some(rank), noise)
}
