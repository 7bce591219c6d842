//! What of a dual is known without an integral over the plane.
//!
//! Even and odd parts do not mix: E f(U) g(V) = E f₊(U) g₊(V) + E f₋(U) g₋(V). Where a part is c or ax its share is c H_0 or aρ H_1
//! of the other function; where f is a polynomial of degree d, Mehler's series ends with the term d.

use rug::{Integer, Rational};

use crate::activation::{Function, Parity};
use crate::gaussian::closed::ClosedForm;
use crate::gaussian::data::Data;
use crate::gaussian::error::GaussianError;
use crate::gaussian::reflection::{Reflection, reflections};
use crate::number::{Ball, Job};

/// The even or the odd part of a function.
pub enum Part {
    /// Nothing.
    Zero,
    /// The constant c as an even part, ax as an odd one.
    Simple(Rational),
    /// Anything.
    Whole(Function),
}

/// A dual as a sum: what is known, and the two functions of the same parity (or of none) whose dual is to be added.
type Known = (Ball, Option<([Function; 2], Parity)>);

/// The parts of E f(U) g(V).
///
/// # Errors
/// As [`Data::hermite`].
pub fn known(f: &Data, g: &Data, rho: &Ball, bits: u32, job: &Job<'_>) -> Result<Known, GaussianError> {
    let degree = [(f, g), (g, f)].into_iter().filter_map(|(f, _)| f.closed_form()?.polynomial_degree()).min();
    if let Some(degree) = degree {
        return Ok((finite(f, g, rho, degree, bits, job)?, None));
    }
    let Some((p, q)) = parts(f).zip(parts(g)) else {
        let whole = [f.function().clone(), g.function().clone()];
        return Ok((Ball::zero(bits), Some((whole, Parity::Neither))));
    };
    let (mut ball, mut left) = (Ball::zero(bits), None);
    for (k, (part, other)) in p.into_iter().zip(q).enumerate() {
        let (c, whole) = match (part, other) {
            (Part::Zero, _) | (_, Part::Zero) => continue,
            (Part::Whole(f), Part::Whole(g)) => {
                left = Some(([f, g], if k == 0 { Parity::Even } else { Parity::Odd }));
                continue;
            }
            (Part::Simple(c), _) => (c, g),
            (_, Part::Simple(c)) => (c, f),
        };
        let value = whole.hermite(1, bits, job)?.swap_remove(k).ball.times_rational(&c);
        ball = ball + if k == 0 { value } else { &value * rho };
    }
    Ok((ball, left))
}

/// Σ_{k ≤ d} H_k(f) H_k(g) ρᵏ/k!.
fn finite(f: &Data, g: &Data, rho: &Ball, degree: usize, bits: u32, job: &Job<'_>) -> Result<Ball, GaussianError> {
    let (mut sum, mut power, mut factorial) = (Ball::zero(bits), Ball::integer(1, bits), Integer::from(1));
    for (k, (a, b)) in f.hermite(degree, bits, job)?.iter().zip(&g.hermite(degree, bits, job)?).enumerate() {
        factorial *= k.max(1) as u32;
        let weight = power.times_rational(&Rational::from((1, factorial.clone())));
        sum = sum + &weight * &(&a.ball * &b.ball);
        power = &power * rho;
    }
    Ok(sum)
}

/// The even and the odd part, where they are known.
fn parts(f: &Data) -> Option<[Part; 2]> {
    let function = f.function();
    match f.parity() {
        Parity::Even => Some([Part::Whole(function.clone()), Part::Zero]),
        Parity::Odd => Some([Part::Zero, Part::Whole(function.clone())]),
        Parity::Neither => Some(match reflections(function).into_iter().next().or_else(|| closed_reflection(function))? {
            Reflection::LinearOddPart(a) => {
                let even = function.clone() - Function::rational(a.clone()) * Function::x();
                [Part::Whole(even), Part::Simple(a)]
            }
            Reflection::ConstantEvenPart(c) => {
                let odd = function.clone() - Function::rational(c.clone());
                [Part::Simple(c), Part::Whole(odd)]
            }
        }),
    }
}

/// The same where f(x) ∓ f(−x) has a closed form, as of max(x, 0) and xΦ(x), whose odd parts are x/2.
fn closed_reflection(f: &Function) -> Option<Reflection> {
    let mirror = f.substitute(&-Function::x());
    let half = |sum: Function, degree: usize| {
        let closed = ClosedForm::of(&sum)?;
        closed.polynomial_degree().filter(|found| *found <= degree)?;
        Some(closed.coefficients(degree).ok()?.swap_remove(degree).as_rational()? / 2u32)
    };
    let odd = half(f.clone() - mirror.clone(), 1).map(Reflection::LinearOddPart);
    odd.or_else(|| half(f.clone() + mirror, 0).map(Reflection::ConstantEvenPart))
}
