//! Equations g(u) = c with a rational c solved for u, by the inverse functions of what people type: tanh u = 1/2 where u = log(3)/2.
//!
//! Logarithms of rational numbers stand in one form, k log r with r > 1 no power of another rational, so that equal places are seen to
//! be equal.

use rug::Rational;

use crate::activation::tree::{Function, Node, Primitive};

/// A function with the zeros of f, simpler than f; or none at all.
pub(super) enum Solved {
    /// f has no zero.
    Nowhere,
    /// The zeros are those of this function.
    As(Function),
}

/// f = ±(k g(u) − c) solved for u; none where it is not of that form.
pub(super) fn solved(f: &Function) -> Option<Solved> {
    let (mut g, mut c) = match f.node() {
        Node::Subtract(g, c) | Node::Subtract(c, g) if c.as_rational().is_some() => (g.clone(), c.as_rational()?.clone()),
        Node::Add(g, c) | Node::Add(c, g) if c.as_rational().is_some() => (g.clone(), Rational::from(-c.as_rational()?)),
        _ => return None,
    };
    loop {
        (g, c) = match g.node() {
            Node::Negate(a) => (a.clone(), -c),
            Node::Multiply(k, a) | Node::Multiply(a, k) if nonzero(k).is_some() => (a.clone(), c / nonzero(k)?),
            Node::Divide(a, k) if nonzero(k).is_some() => (a.clone(), c * nonzero(k)?),
            _ => break,
        };
    }
    let Node::Apply(primitive, u) = g.node() else { return None };
    let one = Rational::from(1);
    let value = match primitive {
        Primitive::Tanh if c.cmp_abs(&one).is_ge() => return Some(Solved::Nowhere),
        Primitive::Tanh => logarithm(&(Rational::from(1 + &c) / Rational::from(1 - &c))) / Function::rational(2),
        Primitive::Sigmoid if c.cmp0().is_le() || c.cmp_abs(&one).is_ge() => return Some(Solved::Nowhere),
        Primitive::Sigmoid => logarithm(&(c.clone() / Rational::from(1 - &c))),
        Primitive::Exp if c <= 0 => return Some(Solved::Nowhere),
        Primitive::Exp => logarithm(&c),
        Primitive::Log => Function::rational(c).apply(Primitive::Exp),
        _ => return None,
    };
    Some(Solved::As(u.clone() - value))
}

fn nonzero(k: &Function) -> Option<&Rational> {
    k.as_rational().filter(|k| **k != 0)
}

/// log r for r > 0.
fn logarithm(r: &Rational) -> Function {
    if *r == 1 {
        return Function::rational(0);
    }
    if *r < 1 {
        return -logarithm(&Rational::from(r.recip_ref()));
    }
    let (numerator, denominator) = (r.numer(), r.denom());
    let root = |k: u32| {
        let (a, b) = (numerator.clone().root(k), denominator.clone().root(k));
        let power = |base: &rug::Integer| rug::Integer::from(rug::ops::Pow::pow(base, k));
        (power(&a) == *numerator && power(&b) == *denominator).then(|| (k, Rational::from((a, b))))
    };
    let most = numerator.significant_bits().max(denominator.significant_bits()).min(MOST_POWER);
    let (k, base) = (2..=most).rev().find_map(root).unwrap_or((1, r.clone()));
    let log = Function::rational(base).apply(Primitive::Log);
    if k == 1 { log } else { Function::rational(k) * log }
}

/// Powers that are looked for.
const MOST_POWER: u32 = 256;
