//! From the tree of a function to its pieces in the closed class, or `None` when it is not seen to lie there.
//!
//! Covered: polynomials, exp, sinh, cosh of quadratics, sin and cos of affine functions, erf, erfc and Φ of affine functions,
//! abs, sign, step, max, min and piecewise with switches that `switch` decides, sums, products, integer powers, quotients by
//! single exponentials, and constants whose roots, exponentials, sines and so on stay in the ring.

use std::cmp::Ordering;
use std::collections::HashMap;

use rug::Rational;

use super::exact::Exact;
use super::partition::{Partition, Pieces};
use super::sum::{MOST_TERMS, Sum};
use super::switch;
use crate::activation::{Condition, Function, Node, Primitive, Relation};
use crate::gaussian::polynomials::power;

/// Largest power that is multiplied out.
const LARGEST_POWER: u32 = 512;

/// The pieces of `f`.
pub(super) fn pieces(f: &Function) -> Option<Pieces> {
    Normaliser::default().of(f)
}

#[derive(Default)]
struct Normaliser {
    known: HashMap<usize, Option<Pieces>>,
    /// Products of terms so far.
    products: usize,
}

fn constant(value: Exact) -> Pieces {
    Partition::uniform(Sum::constant(value))
}

impl Normaliser {
    fn of(&mut self, f: &Function) -> Option<Pieces> {
        if let Some(known) = self.known.get(&f.address()) {
            return known.clone();
        }
        let pieces = self.rule(f);
        self.known.insert(f.address(), pieces.clone());
        pieces
    }

    fn rule(&mut self, f: &Function) -> Option<Pieces> {
        match f.node() {
            Node::X => Some(Partition::uniform(Sum::x())),
            Node::Rational(value) => Some(constant(value.clone().into())),
            Node::Pi => Some(constant(Exact::pi())),
            Node::Constant(_) | Node::Cofactor(..) => None,
            Node::Add(a, b) => self.of(a)?.plus(&self.of(b)?),
            Node::Subtract(a, b) => self.of(a)?.minus(&self.of(b)?),
            Node::Multiply(a, b) => {
                let (a, b) = (self.of(a)?, self.of(b)?);
                self.product(&a, &b)
            }
            Node::Divide(a, b) => {
                let (a, b) = (self.of(a)?, self.of(b)?.map(Sum::inverse)?);
                self.product(&a, &b)
            }
            Node::Negate(a) => negated(&self.of(a)?),
            Node::Power(a, b) => self.power(a, b),
            Node::Max(a, b) => self.choice(a, b, Relation::Greater),
            Node::Min(a, b) => self.choice(a, b, Relation::Less),
            Node::Apply(primitive, a) => apply(*primitive, &self.of(a)?),
            Node::Piecewise(arms, otherwise) => self.piecewise(arms, otherwise),
        }
    }

    /// The product, while the form does not grow beyond bounds.
    fn product(&mut self, a: &Pieces, b: &Pieces) -> Option<Pieces> {
        let longest = |pieces: &Pieces| pieces.values.iter().map(Sum::length).max().unwrap_or(0);
        let intervals = a.values.len().max(b.values.len());
        self.products = self.products.saturating_add(intervals * longest(a) * longest(b));
        if self.products > MOST_TERMS { None } else { a.times(b) }
    }

    fn choice(&mut self, a: &Function, b: &Function, relation: Relation) -> Option<Pieces> {
        let (a, b) = (self.of(a)?, self.of(b)?);
        select(&switch::signs(&a.minus(&b)?)?, relation, &a, &b)
    }

    fn piecewise(&mut self, arms: &[(Condition, Function)], otherwise: &Function) -> Option<Pieces> {
        let mut result = self.of(otherwise)?;
        for (condition, value) in arms.iter().rev() {
            let signs = switch::signs(&self.of(&condition.difference)?)?;
            result = select(&signs, condition.relation, &self.of(value)?, &result)?;
        }
        Some(result)
    }

    fn power(&mut self, base: &Function, exponent: &Function) -> Option<Pieces> {
        let base = self.of(base)?;
        if let Some(n) = exponent.integer() {
            let base = if n < 0 { base.map(Sum::inverse)? } else { base };
            let n = Some(n.unsigned_abs()).filter(|n| *n <= LARGEST_POWER)?;
            return power(constant(Exact::one()), &base, n, |a, b| self.product(a, b));
        }
        if exponent.as_rational().is_some_and(|value| *value == 0.5) {
            return apply(Primitive::Sqrt, &base);
        }
        // e^u, and other constants with an exact logarithm
        let logarithm = base.map(|sum| sum.as_constant()?.logarithm().map(Sum::constant))?;
        logarithm.times(&self.of(exponent)?)?.map(Sum::exp)
    }
}

fn negated(pieces: &Pieces) -> Option<Pieces> {
    pieces.map(|sum| Some(sum.negated()))
}

fn select(signs: &Partition<Ordering>, relation: Relation, yes: &Pieces, no: &Pieces) -> Option<Pieces> {
    let chosen = signs.map(|sign| Some(relation.holds(*sign)))?;
    let taken = chosen.zip(yes, |holds, sum| Some(holds.then(|| sum.clone())))?;
    taken.zip(no, |yes, no| Some(yes.clone().unwrap_or_else(|| no.clone())))
}

fn apply(primitive: Primitive, argument: &Pieces) -> Option<Pieces> {
    match primitive {
        Primitive::Abs => select(&switch::signs(argument)?, Relation::Less, &negated(argument)?, argument),
        Primitive::Sign => switch::signs(argument)?.map(|sign| Some(Sum::constant(Exact::from(*sign as i64)))),
        Primitive::Step => switch::signs(argument)?.map(|sign| Some(Sum::constant(Exact::from(i64::from(sign.is_gt()))))),
        Primitive::Exp => argument.map(Sum::exp),
        Primitive::Sin => argument.map(|sum| waves(sum).map(|(_, sine)| sine)),
        Primitive::Cos => argument.map(|sum| waves(sum).map(|(cosine, _)| cosine)),
        Primitive::Sinh => argument.map(|sum| Some(half(&sum.exp()?.minus(&sum.negated().exp()?)))),
        Primitive::Cosh => argument.map(|sum| Some(half(&sum.exp()?.plus(&sum.negated().exp()?)))),
        Primitive::Erf => argument.map(error_function),
        Primitive::Erfc => argument.map(|sum| Some(Sum::constant(Exact::one()).minus(&error_function(sum)?))),
        Primitive::NormalCdf => argument.map(normal_cdf),
        Primitive::Sqrt => argument.map(|sum| Some(Sum::constant(sum.as_constant()?.sqrt()?))),
        Primitive::Log => argument.map(|sum| Some(Sum::constant(sum.as_constant()?.logarithm()?))),
        Primitive::Asin => argument.map(|sum| Some(Sum::constant(arcsine(sum)?))),
        Primitive::Acos => argument.map(|sum| Some(Sum::constant(&Exact::pi().halved() - &arcsine(sum)?))),
        _ => None,
    }
}

/// arcsin of a constant in [−1, 1].
fn arcsine(sum: &Sum) -> Option<Exact> {
    let sine = sum.as_constant()?;
    let room = &Exact::one() - &(&sine * &sine);
    room.sign()?.is_ge().then(|| sine.asin())
}

fn half(sum: &Sum) -> Sum {
    sum.stretched(&Rational::from((1, 2)).into())
}

/// Cosine and sine of an affine function, as pairs of conjugate exponentials.
fn waves(argument: &Sum) -> Option<(Sum, Sum)> {
    let (up, down) = (argument.wave()?, argument.negated().wave()?);
    let i = super::complex::Complex::i();
    Some((half(&up.plus(&down)), half(&down.minus(&up).turned(&i))))
}

fn normal_cdf(argument: &Sum) -> Option<Sum> {
    let affine = argument.polynomial().filter(|p| p.len() <= 2)?;
    let at = |power: usize| affine.get(power).cloned().unwrap_or_default();
    Sum::cdf(&at(1), &at(0))
}

/// erf u = 2Φ(u√2) − 1.
fn error_function(argument: &Sum) -> Option<Sum> {
    let cdf = normal_cdf(&argument.stretched(&Exact::root(2)))?;
    Some(cdf.plus(&cdf).minus(&Sum::constant(Exact::one())))
}
