//! Regression on the sphere of finite dimension d as a chain: the eigenvalues ξ_k² of the kernel f(⟨w, x⟩), |x|² = d, |w| = 1, each B_k times,
//! and the energies of the labels in each degree (docs/mathematics.md, 'Regression on random features').
//!
//! With v = ⟨w, x⟩/√d of density ∝ (1 − v²)^{(d−3)/2}, Q_k the Gegenbauer polynomial with Q_k(1) = 1 and B_k the number of harmonics,
//! ξ_k = E f Q_k and g_k² = B_k (E g Q_k)². Integrals are those of [`gaussian`](crate::gaussian) of f times the quotient of the two
//! densities. Degrees above K have Σ B_k ξ_k² = E f² − Σ_{k≤K} B_k ξ_k² =: s together (Parseval), none of them ξ_k² above s/B_{K+1}: they are
//! one eigenvalue between 0 and that, of weight s.

use rug::{Integer, Rational};

use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::error::TheoryError;
use super::regression_data::{RidgeData, binding, noise};
use super::work::Work;
use crate::activation::{Condition, Function, Primitive, Relation, short};
use crate::gaussian::polynomials::polynomial;
use crate::learning::ridge::{Atom, Binding, Chain, Layer, penalty64};
use crate::model::Regression;
use crate::number::{Ball, Magnitude, Polynomial};

/// Degrees that are kept at first, and at most.
const DEGREES: usize = 12;
const MOST_DEGREES: usize = 400;
/// Bits that sums of powers lose for each degree, and beside that and half of those of B_k: the sum of B_k ξ_k² needs each ξ_k so well.
const LOST: u32 = 2;
const GUARD: u32 = 32;
/// Bits beyond those wanted in the attempts to find a value, which the tail need not reach.
const SPARE: u32 = 30;
/// How near the end of the interval a place is at the end.
const AT_THE_END: f64 = 1e-3;

/// A function on the sphere.
struct Expansion {
    /// (E f Q_k)², k = 0, 1, …; all that there are for a polynomial.
    squares: Vec<Number>,
    /// E f².
    second: Number,
    is_polynomial: bool,
}

/// B_0, …, B_most.
fn harmonics(d: usize, most: usize) -> Vec<Integer> {
    let choose = |n: usize, k: usize| Integer::from(n).binomial(k as u32);
    let count = |k: usize| {
        let all = choose(k + d - 1, k);
        if k >= 2 { all - choose(k + d - 3, k - 2) } else { all }
    };
    (0..=most).map(count).collect()
}

/// Q_0, …, Q_most: Q_{k+1} = ((2k + d − 2) v Q_k − k Q_{k−1})/(k + d − 2).
fn gegenbauer(d: usize, most: usize) -> Vec<Polynomial<Rational>> {
    let mut list = vec![Polynomial::new(vec![Rational::from(1)]), Polynomial::new(vec![Rational::new(), Rational::from(1)])];
    for k in 1..most {
        let whole = Rational::from(k + d - 2);
        let [rises, falls] = [Rational::from(2 * k + d - 2) / &whole, Rational::from(k) / &whole];
        let mut next = vec![Rational::new()];
        next.extend(list[k].coefficients.iter().map(|a| Rational::from(a * &rises)));
        for (a, b) in next.iter_mut().zip(&list[k - 1].coefficients) {
            *a -= Rational::from(b * &falls);
        }
        list.push(Polynomial::new(next));
    }
    list.truncate(most + 1);
    list
}

/// E v^m.
fn moment(d: usize, m: usize) -> Rational {
    if m % 2 == 1 {
        return Rational::new();
    }
    (0..m / 2).fold(Rational::from(1), |product, i| product * Rational::from((2 * i + 1, d + 2 * i)))
}

fn power(base: usize, exponent: usize) -> Integer {
    (0..exponent).fold(Integer::from(1), |product, _| product * base as u64)
}

/// A polynomial, exactly: E f Q_k is a rational number, times √d where k is odd.
fn exact(f: &Polynomial<Rational>, d: usize, bits: u32) -> Expansion {
    let terms = || f.coefficients.iter().enumerate();
    let square = |(k, q): (usize, &Polynomial<Rational>)| {
        let odd = k % 2;
        let mut sum = Rational::new();
        for (j, c) in terms().filter(|(j, _)| j % 2 == odd) {
            let overlap = q.coefficients.iter().enumerate().fold(Rational::new(), |sum, (i, a)| sum + a * moment(d, i + j));
            sum += Rational::from(c * &overlap) * power(d, (j - odd) / 2);
        }
        Number::rational(Rational::from(sum.square_ref()) * power(d, odd), bits)
    };
    let mut second = Rational::new();
    for (i, a) in terms() {
        for (j, b) in terms().filter(|(j, _)| (i + j).is_multiple_of(2)) {
            second += Rational::from(a * b) * moment(d, i + j) * power(d, (i + j) / 2);
        }
    }
    let squares = gegenbauer(d, f.degree().max(1)).iter().enumerate().map(square).collect();
    Expansion { squares, second: Number::rational(second, bits), is_polynomial: true }
}

/// The integral of (1 − x²/d)^{(d−3)/2}/√(2π): √(d/2) Γ((d − 1)/2)/Γ(d/2), whose last factor is ρ_2 = √π, ρ_3 = 2/√π, ρ_{d+2} = ρ_d (d − 1)/d.
fn mass(d: usize, bits: u32) -> Ball {
    let root = Ball::pi(bits).sqrt();
    let first = 2 + d % 2;
    let start = if first == 2 { root } else { &Ball::integer(2, bits) / &root };
    let factor = (first..d).step_by(2).fold(Rational::from(1), |product, k| product * Rational::from((k - 1, k)));
    &start.times_rational(&factor) * &Ball::rational(&Rational::from((d, 2)), bits).sqrt()
}

/// f times the density of ⟨w, x⟩ over that of a standard normal, up to a constant.
fn weighed(f: &Function, d: usize) -> Function {
    let square = Function::x().powi(2);
    let rational = |value: (usize, usize)| Function::rational(Rational::from(value));
    let inside = Function::rational(1) - square.clone() / rational((d, 1));
    let density = if d % 2 == 1 {
        inside.powi((d as i32 - 3) / 2)
    } else {
        inside.power(&Function::rational(Rational::from((d as i64 - 3, 2))))
    };
    let body = f.clone() * density * (square.clone() / rational((2, 1))).apply(Primitive::Exp);
    let condition = Condition { difference: square - rational((d, 1)), relation: Relation::Less };
    Function::piecewise(vec![(condition, body)], Function::rational(0))
}

/// E g(Z) He_j(Z), j = 0 … most, of the weighed f.
fn coefficients(work: &Work, f: &Function, d: usize, most: usize, bits: u32) -> Result<Vec<Ball>, TheoryError> {
    let data = work.data.data(&weighed(f, d), &Function::rational(1), work.job)?;
    // at the ends of the interval the density is 0
    let inside = data.doubt().filter(|place| (place.abs() - (d as f64).sqrt()).abs() > AT_THE_END);
    if let Some(place) = inside {
        work.doubt(Doubt::CountedAsZero(short(place)));
    }
    let found = data.hermite(most, bits, work.job)?;
    Ok(found.into_iter().map(|quantity| quantity.ball).collect())
}

/// Any other function, to K = most.
fn enclosed(work: &Work, f: &Function, d: usize, most: usize) -> Result<Expansion, TheoryError> {
    let largest = harmonics(d, most)[most].significant_bits();
    let bits = work.bits + LOST * most as u32 + largest / 2 + GUARD;
    let whole = mass(d, bits);
    let second = &coefficients(work, &f.powi(2), d, 0, bits)?[0] / &whole;
    let hermite = coefficients(work, f, d, most, bits)?;
    // E g Z^m = Σ m!/(2^i i! (m − 2i)!) E g He_{m−2i}, over √d^m
    let root = Ball::integer(d as i64, bits).sqrt();
    let scaled = |m: usize| {
        let mut factor = Rational::from(1);
        let mut sum = Ball::zero(bits);
        for i in 0..=m / 2 {
            sum = &sum + &hermite[m - 2 * i].times_rational(&factor);
            factor *= Rational::from(((m - 2 * i) * (m.saturating_sub(2 * i + 1)), 2 * (i + 1)));
        }
        &sum / &root.power(m as u32)
    };
    let moments: Vec<Ball> = (0..=most).map(scaled).collect();
    let square = |q: &Polynomial<Rational>| {
        let terms = q.coefficients.iter().zip(&moments).filter(|(a, _)| !a.is_zero());
        let sum = terms.fold(Ball::zero(bits), |sum, (a, moment)| &sum + &moment.times_rational(a));
        Number { ball: (&sum / &whole).square(), exact: sum.is_exact_zero().then(Rational::new) }
    };
    let squares = gegenbauer(d, most).iter().map(square).collect();
    Ok(Expansion { squares, second: Number { ball: second, exact: None }, is_polynomial: false })
}

fn expansion(work: &Work, f: &Function, d: usize, most: usize) -> Result<Expansion, TheoryError> {
    match polynomial(f) {
        Some(list) => Ok(exact(&list.trimmed(), d, work.bits)),
        None => enclosed(work, f, d, most),
    }
}

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
        if is_fine || 2 * degrees > MOST_DEGREES {
            return Ok(data);
        }
        degrees *= 2;
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
    let width = model.widths[0].as_ref();
    let one = || Number::rational(Rational::from(1), work.bits);
    let layer =
        |width: &Rational| Layer { width: Number::rational(width.clone(), work.bits), below: one(), slope: one(), rest: None };
    let layers = width.map(layer).into_iter().collect();
    let chain = Chain { atoms, energy, outside, layers, samples: Number::rational(model.samples.clone(), work.bits) };
    let inputs = student.is_polynomial.then(|| Rational::from(rank));
    let (rank, level) = match (inputs, width) {
        (Some(inputs), Some(width)) if *width < inputs => (Some(width.clone()), 1),
        (Some(inputs), _) => (Some(inputs), 0),
        (None, width) => (width.cloned(), 1),
    };
    let found = rank.as_ref().map_or(Some(Binding::Samples), |rank| binding(&model.samples, rank, level));
    let rank = rank.unwrap_or_else(|| model.samples.clone());
    Ok(RidgeData { chain, base: 0, binding: found, rank, level, noise, deviations: Vec::new() })
}
