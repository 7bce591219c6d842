//! Maxima and minima in one form: factor · (the largest of the smallest of …) + shift.
//!
//! With −max(a, b) = min(−a, −b), |u| = max(u, −u), and sums with numbers and products by numbers taken inside, a nest of maxima
//! and minima is a maximum of minima of sums that hold none. Sums that differ by a number are compared, and what another one
//! makes superfluous is left out, so that max(c, min(d, u)) and min(d, max(c, u)) come out alike for c ≤ d. Where two sums are
//! left, max(a, b) = (a + b + |a − b|)/2. Otherwise the constants are centred at 0 and the coefficients at most 1, and of the form
//! and that of its negative the lower one in [`order`] is taken.

use std::cmp::Ordering;

use rug::Rational;

use super::sum::{Sum, order};
use crate::activation::evaluate::evaluate;
use crate::activation::tree::{Function, Primitive};
use crate::number::Ball;

/// Sums kept, at most.
const MOST_SUMS: usize = 100;
/// Precision at which constants are compared.
const BITS: u32 = 128;

/// A maximum of minima.
pub(super) type Clauses = Vec<Vec<Sum>>;

/// The larger of two.
pub(super) fn join(mut a: Clauses, b: Clauses) -> Option<Clauses> {
    a.extend(b);
    reduced(a)
}

/// The smaller of two, multiplied out; `None` when that takes too many sums.
pub(super) fn meet(a: &Clauses, b: &Clauses) -> Option<Clauses> {
    if a.len() * b.len() > MOST_SUMS {
        return None;
    }
    let both = |a: &Vec<Sum>, b: &Vec<Sum>| smallest(a.iter().chain(b).cloned().collect());
    reduced(a.iter().flat_map(|a| b.iter().map(move |b| both(a, b))).collect())
}

/// Without the clauses that are nowhere above another, in order.
fn reduced(clauses: Clauses) -> Option<Clauses> {
    let below = |a: &[Sum], b: &[Sum]| b.iter().all(|b| a.iter().any(|a| is_at_most(a, b)));
    let mut kept: Clauses = Vec::new();
    for clause in clauses {
        if !kept.iter().any(|known| below(&clause, known)) {
            kept.retain(|known| !below(known, &clause));
            kept.push(clause);
        }
    }
    kept.sort_by(|a, b| {
        let differing = a.iter().zip(b).map(|(a, b)| compare(a, b)).find(|order| order.is_ne());
        differing.unwrap_or_else(|| a.len().cmp(&b.len()))
    });
    (kept.iter().map(Vec::len).sum::<usize>() <= MOST_SUMS).then_some(kept)
}

/// Of sums that differ by a number the least, in order.
fn smallest(mut sums: Vec<Sum>) -> Vec<Sum> {
    sums.sort_by(compare);
    sums.dedup();
    let least: Vec<bool> = sums.iter().map(|b| !sums.iter().any(|a| a != b && is_at_most(a, b))).collect();
    sums.into_iter().zip(least).filter_map(|(sum, least)| least.then_some(sum)).collect()
}

/// Whether a ≤ b, where they differ by a number.
fn is_at_most(a: &Sum, b: &Sum) -> bool {
    if a.terms == b.terms {
        return a.constant <= b.constant;
    }
    let varying = |(atom, _): &&(Function, Rational)| !atom.is_constant();
    if !a.terms.iter().filter(varying).eq(b.terms.iter().filter(varying)) {
        return false;
    }
    let difference = b.clone().plus(a.negated()).function();
    evaluate(&difference, &Ball::zero(BITS)).sign() == Some(Ordering::Greater)
}

fn compare(a: &Sum, b: &Sum) -> Ordering {
    let terms = a.terms.iter().zip(&b.terms).map(|(a, b)| order(&a.0, &b.0).then_with(|| a.1.cmp(&b.1)));
    let differing = terms.into_iter().find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.terms.len().cmp(&b.terms.len())).then_with(|| a.constant.cmp(&b.constant))
}

/// The sum with one atom, or none where one sum is left.
pub(super) fn centred(clauses: &Clauses) -> Option<Sum> {
    match clauses.iter().map(Vec::as_slice).collect::<Vec<_>>().as_slice() {
        [[sum]] => return Some(sum.clone()),
        [[a], [b]] => return Some(of_two(a, b, 1)),
        [[a, b]] => return Some(of_two(a, b, -1)),
        _ => {}
    }
    let sums = || clauses.iter().flatten();
    let (least, largest) = (sums().map(|sum| &sum.constant).min()?, sums().map(|sum| &sum.constant).max()?);
    let middle = Rational::from(least + largest) / 2u32;
    let unit = sums().flat_map(|sum| &sum.terms).map(|(_, coefficient)| Rational::from(coefficient.abs_ref())).max()?;
    let inverse = Rational::from(unit.recip_ref());
    let normal = |sum: &Sum| sum.clone().shifted(&Rational::from(-&middle)).scaled(&inverse);
    let plain: Clauses = clauses.iter().map(|clause| clause.iter().map(normal).collect()).collect();
    let negative = opposite(&plain)?;
    let (plain, negative) = (function(&plain), function(&negative));
    let atom = if order(&negative, &plain).is_lt() { Sum::atom(negative).negated() } else { Sum::atom(plain) };
    Some(atom.scaled(&unit).shifted(&middle))
}

/// max(a, b) = (a + b + |a − b|)/2 for the sign 1, min(a, b) for the sign −1.
fn of_two(a: &Sum, b: &Sum, sign: i32) -> Sum {
    let difference = a.clone().plus(b.negated());
    let size = difference.monic().map_or_else(
        || Sum::constant(0),
        |(factor, monic)| Sum::atom(monic.apply(Primitive::Abs)).scaled(&(factor.abs() * sign)),
    );
    a.clone().plus(b.clone()).plus(size).scaled(&Rational::from((1, 2)))
}

/// The negative: a minimum of maxima, multiplied out.
fn opposite(clauses: &Clauses) -> Option<Clauses> {
    let mut negatives = clauses.iter().map(|clause| reduced(clause.iter().map(|sum| vec![sum.negated()]).collect()));
    let first = negatives.next()??;
    negatives.try_fold(first, |product, clause| meet(&product, &clause?))
}

fn function(clauses: &Clauses) -> Function {
    let minimum = |clause: &Vec<Sum>| clause.iter().map(Sum::function).reduce(|a, b| a.min(&b));
    clauses.iter().filter_map(minimum).reduce(|a, b| a.max(&b)).unwrap_or_else(|| Function::rational(0))
}
