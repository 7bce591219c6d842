//! A smooth branch on one side of a point c: a power of the distance times a factor that varies slowly.
//!
//! At x = c ± e^(−u) an analytic g of order m is e^(−mu) times its cofactor, powers and roots multiply the exponent,
//! log(e^(−pu) r) = −pu + log r, and acos w = 2 asin √((1 − w)/2) at the end of its domain: no two nearly equal numbers are
//! subtracted as u grows.

use std::collections::HashMap;

use rug::Rational;

use super::factors::exponential;
use super::point::{keeps, multiplicity, vanishes};
use super::root::Root;
use crate::activation::evaluate::Tape;
use crate::activation::forms::canonical;
use crate::activation::tree::{Cofactor, Function, Node, Primitive};

/// Constants up to this size, and down to its inverse, are multiplied in doubles.
const FARTHEST: f64 = 1e250;

/// Why a branch has no form next to a point.
#[derive(Clone, Debug, PartialEq)]
pub enum Obstacle {
    /// A part oscillates without bound.
    Oscillates(Function),
    /// Nothing is known of a part.
    Unknown(Function),
}

/// f(c ± e^(−u)) = e^(−power·u) · factor, as functions of u.
#[derive(Clone, Debug)]
pub struct Local {
    /// The exponent of the distance.
    pub power: Rational,
    /// What it multiplies; bounded and away from 0 except for logarithms and parts of which no more is known.
    pub factor: Function,
    /// The highest order of a zero that was divided out: so many times log2 of the distance are lost by plain evaluation.
    pub order: u32,
}

impl Local {
    /// The whole as a function of u.
    #[must_use]
    pub fn value(&self) -> Function {
        decayed(&self.power, self.factor.clone())
    }

    /// The limit as u → ∞ as a constant, where every decay is simply 0 there; its enclosure is not finite where there is none.
    #[must_use]
    pub fn limit(&self) -> Option<Function> {
        let decays = |f: &Function| match f.node() {
            Node::Apply(Primitive::Exp, u) => match u.node() {
                Node::Multiply(rate, u) if matches!(u.node(), Node::X) => rate.as_rational().is_some_and(|rate| *rate < 0),
                Node::Subtract(ln, rest) if ln.is_constant() => match rest.node() {
                    Node::Multiply(rate, u) if matches!(u.node(), Node::X) => rate.as_rational().is_some_and(|rate| *rate > 0),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        };
        let settled = |f: &Function| (f.is_constant().then(|| f.clone())).or_else(|| decays(f).then(|| Function::rational(0)));
        let limit = self.value().rebuilt(&settled, &|f| f);
        limit.is_constant().then_some(limit)
    }
}

/// e^(−power·u) · factor; a constant that doubles hardly hold stands in the exponent.
fn decayed(power: &Rational, factor: Function) -> Function {
    if *power == 0 {
        return factor;
    }
    let is_far = |value: &Rational| !value.is_zero() && !(FARTHEST.recip()..FARTHEST).contains(&value.to_f64().abs());
    let together = factor.as_rational().filter(|value| is_far(value)).and_then(|_| exponential(&factor, power));
    together.unwrap_or_else(|| decay(power) * factor)
}

fn decay(power: &Rational) -> Function {
    (Function::rational(-power.clone()) * Function::x()).apply(Primitive::Exp)
}

/// Steps of finding the form of a branch next to a point: some decisions of signs for each operation (measured).
#[must_use]
pub fn local_cost(branch: &Function) -> u64 {
    7 * Tape::new(branch).sign_cost()
}

/// The form of `branch` on the side `sign` (±1) of `place`.
///
/// # Errors
/// The part that stands in the way.
pub fn local(branch: &Function, place: &Root, sign: i32) -> Result<Local, Obstacle> {
    let mut side = OneSided { place, sign, order: u32::from(place.as_rational().is_none_or(|c| *c != 0)), known: HashMap::new() };
    let form = side.of(branch)?;
    let (power, factor) = side.factored(&form).unwrap_or_else(|_| (Rational::new(), side.value(&form)));
    Ok(Local { power, factor, order: side.order })
}

/// A subtree on one side of the point.
#[derive(Clone)]
enum Form {
    /// Analytic at the point, as a function of x.
    Analytic(Function),
    /// e^(−power·u) · factor, as functions of u.
    Scaled(Rational, Function),
}

struct OneSided<'a> {
    place: &'a Root,
    sign: i32,
    order: u32,
    /// By address; the trees are kept so that no address is used twice.
    known: HashMap<usize, (Function, Result<Form, Obstacle>)>,
}

fn plain(factor: Function) -> Result<Form, Obstacle> {
    Ok(Form::Scaled(Rational::new(), factor))
}

impl OneSided<'_> {
    fn of(&mut self, f: &Function) -> Result<Form, Obstacle> {
        if let Some((_, known)) = self.known.get(&f.address()) {
            return known.clone();
        }
        let form = self.rule(f);
        self.known.insert(f.address(), (f.clone(), form.clone()));
        form
    }

    fn rule(&mut self, f: &Function) -> Result<Form, Obstacle> {
        let mut analytic = true;
        for child in f.node().children() {
            analytic &= matches!(self.of(child)?, Form::Analytic(_));
        }
        if f.is_constant() || (analytic && keeps(f, self.place)) {
            return Ok(Form::Analytic(f.clone()));
        }
        match f.node() {
            Node::Negate(a) => {
                let (power, factor) = self.factored_or_whole(a)?;
                Ok(Form::Scaled(power, -factor))
            }
            Node::Multiply(a, b) => {
                let ((p, r), (q, s)) = (self.factored_or_whole(a)?, self.factored_or_whole(b)?);
                Ok(Form::Scaled(p + q, r * s))
            }
            Node::Divide(a, b) => {
                let ((p, r), (q, s)) = (self.factored_or_whole(a)?, self.factored_of(b)?);
                Ok(Form::Scaled(p - q, r / s))
            }
            Node::Add(a, b) => self.sum(a, b, 1),
            Node::Subtract(a, b) => self.sum(a, b, -1),
            Node::Power(a, b) => self.power(a, b),
            Node::Apply(primitive, u) => self.apply(*primitive, u),
            Node::Cofactor(cofactor, t) => self.of(&cofactor.quotient(t)),
            _ => Err(Obstacle::Unknown(f.clone())),
        }
    }

    /// e^(−u) with its sign.
    fn distance(&self) -> Function {
        let size = decay(&Rational::from(1));
        if self.sign > 0 { size } else { -size }
    }

    /// A function of x at c ± e^(−u), as a cofactor of order 0: near its value at c.
    fn at(&self, f: &Function) -> Function {
        if f.is_constant() { f.clone() } else { Cofactor::new(f, self.place.constant(), 0).at(self.distance()) }
    }

    fn value(&self, form: &Form) -> Function {
        match form {
            Form::Analytic(f) => self.at(f),
            Form::Scaled(power, factor) => decayed(power, factor.clone()),
        }
    }

    fn value_of(&mut self, f: &Function) -> Result<Function, Obstacle> {
        let form = self.of(f)?;
        Ok(self.value(&form))
    }

    /// With the zero of an analytic part divided out.
    fn factored(&mut self, form: &Form) -> Result<(Rational, Function), Obstacle> {
        let f = match form {
            Form::Scaled(power, factor) => return Ok((power.clone(), factor.clone())),
            Form::Analytic(f) => f,
        };
        if f.is_constant() || !vanishes(f, self.place) {
            return Ok((Rational::new(), self.at(f)));
        }
        let order = multiplicity(f, self.place).ok_or_else(|| Obstacle::Unknown(f.clone()))?;
        if order == 0 {
            return Ok((Rational::new(), self.at(f)));
        }
        let cofactor = Cofactor::new(f, self.place.constant(), order).at(self.distance());
        if !cofactor.is_constant() {
            self.order = self.order.max(order);
        }
        let flips = self.sign < 0 && order % 2 == 1;
        Ok((Rational::from(order), if flips { -cofactor } else { cofactor }))
    }

    fn factored_of(&mut self, f: &Function) -> Result<(Rational, Function), Obstacle> {
        let form = self.of(f)?;
        self.factored(&form)
    }

    /// Factored, or as it is where its zero cannot be counted.
    fn factored_or_whole(&mut self, f: &Function) -> Result<(Rational, Function), Obstacle> {
        let form = self.of(f)?;
        Ok(self.factored(&form).unwrap_or_else(|_| (Rational::new(), self.value(&form))))
    }

    fn sum(&mut self, a: &Function, b: &Function, sign: i32) -> Result<Form, Obstacle> {
        let ((p, r), (q, s)) = (self.factored_or_whole(a)?, self.factored_or_whole(b)?);
        let least = if p < q { &p } else { &q }.clone();
        let (a, b) = (decayed(&(p - &least), r), decayed(&(q - &least), s));
        Ok(Form::Scaled(least, if sign > 0 { a + b } else { a - b }))
    }

    fn power(&mut self, base: &Function, exponent: &Function) -> Result<Form, Obstacle> {
        let (p, r) = self.factored_of(base)?;
        if let Some(n) = exponent.as_rational() {
            return Ok(Form::Scaled(p * n, r.power(exponent)));
        }
        let exponent = self.value_of(exponent)?;
        plain((exponent * logarithm(&p, &r)).apply(Primitive::Exp))
    }

    fn apply(&mut self, primitive: Primitive, u: &Function) -> Result<Form, Obstacle> {
        use Primitive as P;
        match (primitive, self.of(u)?) {
            (P::Tan, Form::Analytic(_)) => return self.of(&(u.apply(P::Sin) / u.apply(P::Cos))),
            (P::Asin | P::Acos, Form::Analytic(_)) => return self.arc(primitive, u),
            _ => {}
        }
        if matches!(primitive, P::Sqrt | P::Log | P::Sign | P::Abs) {
            let (p, r) = self.factored_of(u)?;
            return match primitive {
                P::Log => plain(logarithm(&p, &r)),
                P::Sign => plain(r.apply(P::Sign)),
                P::Sqrt => Ok(Form::Scaled(p / 2u32, r.apply(P::Sqrt))),
                _ => Ok(Form::Scaled(p, r.apply(P::Abs))),
            };
        }
        let (p, r) = self.factored_or_whole(u)?;
        if matches!(primitive, P::Sin | P::Cos | P::Tan) && p < 0 {
            return Err(Obstacle::Oscillates(u.apply(primitive)));
        }
        let inner = self.value(&Form::Scaled(p.clone(), r.clone()));
        if p > 0 && matches!(primitive, P::Sin | P::Tan | P::Sinh | P::Tanh | P::Atan | P::Asin | P::Erf) {
            return Ok(Form::Scaled(p, r * Cofactor::new(&Function::x().apply(primitive), Function::rational(0), 1).at(inner)));
        }
        let at_zero = || Cofactor::new(&Function::x().apply(primitive), Function::rational(0), 0).at(inner.clone());
        plain(if p > 0 && primitive != P::Step { at_zero() } else { inner.apply(primitive) })
    }

    /// asin and acos where their argument is ± 1: acos w = 2 asin √((1 − w)/2) = π − acos(−w).
    fn arc(&mut self, primitive: Primitive, w: &Function) -> Result<Form, Obstacle> {
        let one = || Function::one();
        let upper = vanishes(&(one() - w.clone()), self.place);
        let gap = canonical(&if upper { one() - w.clone() } else { one() + w.clone() });
        let (p, r) = self.factored_of(&gap)?;
        // plain evaluation must tell the argument from ± 1
        self.order = self.order.max(p.to_f64().ceil() as u32);
        let root = (r / Function::rational(2)).apply(Primitive::Sqrt);
        let half = Rational::from(&p / 2u32);
        let inner = decay(&half) * root.clone();
        let cofactor = Cofactor::new(&Function::x().apply(Primitive::Asin), Function::rational(0), 1).at(inner);
        let small = Function::rational(2) * root * cofactor;
        let pi: Function = Node::Pi.into();
        match (primitive, upper) {
            (Primitive::Acos, true) => Ok(Form::Scaled(half, small)),
            (Primitive::Acos, false) => plain(pi - decay(&half) * small),
            (_, true) => plain(pi / Function::rational(2) - decay(&half) * small),
            (_, false) => plain(decay(&half) * small - pi / Function::rational(2)),
        }
    }
}

/// log(e^(−pu) r).
fn logarithm(power: &Rational, factor: &Function) -> Function {
    let log = factor.apply(Primitive::Log);
    if *power == 0 { log } else { Function::rational(-power.clone()) * Function::x() + log }
}

#[cfg(test)]
mod tests {
    use rug::ops::Pow;

    use super::*;

    /// C e^(−pu) tends to 0 for p > 0 whatever C is, within doubles and beyond, and to nothing for p < 0.
    #[test]
    fn decays_tend_to_zero_whatever_they_multiply() {
        let ten = Rational::from(10);
        for size in [Rational::from(-3), ten.clone().pow(400), ten.clone().pow(-400)] {
            let local = |power: i32| Local { power: power.into(), factor: Function::rational(size.clone()), order: 1 };
            assert!(local(2).limit().is_some_and(|limit| canonical(&limit).is_zero()), "{size}");
            assert!(local(-2).limit().is_none(), "{size}");
        }
    }
}
