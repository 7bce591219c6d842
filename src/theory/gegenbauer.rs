//! Functions on the sphere |x|² = d by degree: u = ⟨w, x⟩ with |w| = 1, v = u/√d of density ∝ (1 − v²)^{(d−3)/2} on [−1, 1], Q_k the Gegenbauer
//! polynomial with Q_k(1) = 1, ξ_k = E f(u) Q_k(v), and B_k harmonics of degree k, so that E f² = Σ B_k ξ_k².
//!
//! A polynomial, or one polynomial on each side of 0 (relu), has sums of E v^m and E |v|^m: rational numbers, and those times
//! E |v| = Γ(d/2)/(√π Γ((d + 1)/2)); one with other breakpoints has integrals over parts of the interval
//! ([`gegenbauer_pieces`](super::gegenbauer_pieces)). Integrals of any other f are those of [`gaussian`](crate::gaussian) of f times the quotient of the two
//! densities.

use rug::{Integer, Rational};

use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::error::TheoryError;
use super::gegenbauer_pieces::Pieces;
use super::work::Work;
use crate::activation::{Condition, Function, Primitive, Relation, parity, short};
use crate::gaussian::closed::ClosedForm;
use crate::gaussian::polynomials::polynomial;
use crate::number::{Ball, Polynomial};

/// Bits that sums of powers lose for each degree, and beside that and half of those of B_k: the sum of B_k ξ_k² needs each ξ_k so well.
const LOST: u32 = 2;
const GUARD: u32 = 32;
/// How near the end of the interval a place is at the end.
const AT_THE_END: f64 = 1e-3;

/// A function on the sphere.
pub(super) struct Expansion {
    /// (E f Q_k)², k = 0, 1, …; all that there are for a polynomial.
    pub squares: Vec<Number>,
    /// E f².
    pub second: Number,
    /// Whether it is a polynomial.
    pub is_polynomial: bool,
}

/// B_0, …, B_most.
pub(super) fn harmonics(d: usize, most: usize) -> Vec<Integer> {
    let choose = |n: usize, k: usize| Integer::from(n).binomial(k as u32);
    let count = |k: usize| {
        let all = choose(k + d - 1, k);
        if k >= 2 { all - choose(k + d - 3, k - 2) } else { all }
    };
    (0..=most).map(count).collect()
}

/// Q_0, …, Q_most: Q_{k+1} = ((2k + d − 2) v Q_k − k Q_{k−1})/(k + d − 2).
pub(super) fn gegenbauer(d: usize, most: usize) -> Vec<Polynomial<Rational>> {
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

/// E v^m for even m, E |v|^m/E |v| for odd ones.
fn moments(d: usize, count: usize) -> Vec<Rational> {
    let mut list = vec![Rational::from(1); 2];
    for m in 2..count {
        list.push(Rational::from(&list[m - 2] * Rational::from((m - 1, d + m - 2))));
    }
    list
}

fn power(base: usize, exponent: usize) -> Integer {
    (0..exponent).fold(Integer::from(1), |product, _| product * base as u64)
}

/// A polynomial below 0 and one above: ξ_k is a rational number, times √d where k is odd, and another times E |v|, times √d where k is even.
fn of_halves([below, above]: &[Polynomial<Rational>; 2], d: usize, most: usize, bits: u32) -> Expansion {
    let coefficient = |half: &Polynomial<Rational>, j: usize| half.coefficients.get(j).cloned().unwrap_or_default();
    let length = below.coefficients.len().max(above.coefficients.len());
    // of even and of odd powers together with sign, for degrees of the same and of the other parity
    let halved = |j: usize, sign: i32| (coefficient(above, j) + coefficient(below, j) * sign) / 2u32;
    let parts = [1, -1].map(|sign| (0..length).map(|j| halved(j, sign)).collect::<Vec<_>>());
    let moments = moments(d, most + 2 * length + 1);
    let is_polynomial = parts[1].iter().all(Rational::is_zero);
    let root = Ball::integer(d as i64, bits).sqrt();
    let mean = mean_size(d, bits);
    let sum = |k: usize, q: &Polynomial<Rational>, same: bool| {
        let parity = if same { k % 2 } else { 1 - k % 2 };
        let list = &parts[usize::from(!same)];
        (parity..length).step_by(2).filter(|j| !list[*j].is_zero()).fold(Rational::new(), |sum, j| {
            let terms = q.coefficients.iter().enumerate().filter(|(_, a)| !a.is_zero());
            let overlap = terms.fold(Rational::new(), |sum, (i, a)| sum + Rational::from(a * &moments[i + j]));
            sum + Rational::from(&list[j] * &overlap) * power(d, j / 2)
        })
    };
    let square = |(k, q): (usize, &Polynomial<Rational>)| {
        let [plain, times_mean] = [sum(k, q, true), sum(k, q, false)];
        let of = |value: &Rational, parity: usize| Rational::from(value.square_ref()) * power(d, parity);
        match (plain.is_zero(), times_mean.is_zero()) {
            (_, true) => Number::rational(of(&plain, k % 2), bits),
            (true, false) => Number { ball: mean.square().times_rational(&of(&times_mean, 1 - k % 2)), exact: None },
            (false, false) => {
                let with_root = |value: &Rational, parity: usize| {
                    let ball = Ball::rational(value, bits);
                    if parity == 1 { &ball * &root } else { ball }
                };
                let value = &with_root(&plain, k % 2) + &(&mean * &with_root(&times_mean, 1 - k % 2));
                Number { ball: value.square(), exact: None }
            }
        }
    };
    let squares = gegenbauer(d, most).iter().enumerate().map(square).collect();
    let whole = |parity: usize| {
        let products = [below, above].map(|half| half.times(half));
        let mut sum = Rational::new();
        for (m, moment) in moments.iter().enumerate().take(2 * length).skip(parity).step_by(2) {
            let sign = if parity == 1 { -1 } else { 1 };
            let both = coefficient(&products[1], m) + coefficient(&products[0], m) * sign;
            sum += both / 2u32 * moment * power(d, m / 2);
        }
        sum
    };
    let [plain, times_mean] = [whole(0), whole(1)];
    let second = match times_mean.is_zero() {
        true => Number::rational(plain, bits),
        false => Number { ball: &Ball::rational(&plain, bits) + &(&mean * &root).times_rational(&times_mean), exact: None },
    };
    Expansion { squares, second, is_polynomial }
}

/// E |v| = Γ(d/2)/(√π Γ((d + 1)/2)).
fn mean_size(d: usize, bits: u32) -> Ball {
    let scale = &Ball::pi(bits).sqrt() * &Ball::rational(&Rational::from((d + 1, 2)), bits).sqrt();
    &mass(d + 1, bits) / &scale
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
    let inside = Function::one() - square.clone() / rational((d, 1));
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
    let data = work.data.gaussian.data(&weighed(f, d), &Function::one(), work.job)?;
    // at the ends of the interval the density is 0
    let inside = data.doubt().filter(|place| (place.abs() - (d as f64).sqrt()).abs() > AT_THE_END);
    if let Some(place) = inside {
        work.doubt(Doubt::CountedAsZero(short(place)));
    }
    let found = data.hermite(most, bits, work.job)?;
    Ok(found.into_iter().map(|quantity| quantity.ball).collect())
}

/// Bits from which sums of powers up to this degree keep those asked for.
fn bits_for(work: &Work, d: usize, most: usize) -> u32 {
    work.bits + LOST * most as u32 + harmonics(d, most)[most].significant_bits() / 2 + GUARD
}

/// Any function, to K = most.
fn enclosed(work: &Work, f: &Function, d: usize, most: usize) -> Result<Expansion, TheoryError> {
    let bits = bits_for(work, d, most);
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

/// A function to degree `most`, or all of it where it is a polynomial.
///
/// # Errors
/// Functions whose integrals are not had.
pub(super) fn expansion(work: &Work, f: &Function, d: usize, most: usize) -> Result<Expansion, TheoryError> {
    if let Some(list) = polynomial(f) {
        let list = list.trimmed();
        let degree = list.degree().max(1);
        return Ok(of_halves(&[list.clone(), list], d, degree, work.bits));
    }
    let form = ClosedForm::of(f);
    if let Some(halves) = form.as_ref().and_then(ClosedForm::halves) {
        return Ok(of_halves(&halves, d, most, work.bits + GUARD));
    }
    let pieces = form.as_ref().and_then(ClosedForm::polynomials);
    let pieces = pieces.and_then(|(breaks, list)| Pieces::new(breaks, &list, parity(f), d, bits_for(work, d, most)));
    match pieces {
        Some(pieces) => Ok(pieces.expansion(most)),
        None => enclosed(work, f, d, most),
    }
}
