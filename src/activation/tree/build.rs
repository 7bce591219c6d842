//! Constructors of functions, each of which simplifies a little.
//!
//! Quotients and differences keep their shape, so that evaluation follows what the user typed. Every constructor folds rational
//! arithmetic and drops neutral elements, and nothing more: deeper identities belong to the places that prove zeros.

use std::collections::HashMap;

use rug::ops::Pow;
use rug::{Integer, Rational};

use super::function::{Condition, Function, Node};
use super::primitive::Primitive;

/// Largest numerator or denominator, in bits, that constant folding may produce.
const FOLD_BITS: u32 = 20_000;

impl Function {
    /// The same tree with `change` applied to each function directly below the root, rebuilt by the constructors.
    #[must_use]
    pub fn map_children(&self, change: &mut dyn FnMut(&Self) -> Self) -> Self {
        match self.node() {
            Node::X | Node::Rational(_) | Node::Pi | Node::Constant(_) => self.clone(),
            Node::Negate(a) => -change(a),
            Node::Apply(primitive, a) => change(a).apply(*primitive),
            Node::Cofactor(cofactor, t) => Node::Cofactor(cofactor.clone(), change(t)).into(),
            Node::Add(a, b) => change(a) + change(b),
            Node::Subtract(a, b) => change(a) - change(b),
            Node::Multiply(a, b) => change(a) * change(b),
            Node::Divide(a, b) => change(a) / change(b),
            Node::Power(a, b) => change(a).power(&change(b)),
            Node::Max(a, b) => change(a).max(&change(b)),
            Node::Min(a, b) => change(a).min(&change(b)),
            Node::Piecewise(arms, otherwise) => {
                let arms = arms
                    .iter()
                    .map(|(condition, value)| {
                        let difference = change(&condition.difference);
                        (Condition { difference, relation: condition.relation }, change(value))
                    })
                    .collect();
                Self::piecewise(arms, change(otherwise))
            }
        }
    }

    /// The composition: `inner` in the place of x. What is shared stays shared.
    #[must_use]
    pub fn substitute(&self, inner: &Self) -> Self {
        if matches!(inner.node(), Node::X) {
            return self.clone();
        }
        let settled = |f: &Self| match f.node() {
            Node::X => Some(inner.clone()),
            _ => f.is_constant().then(|| f.clone()),
        };
        self.rebuilt(&settled, &|f| f)
    }

    /// The tree rebuilt from the leaves up, what is shared once: `settled` gives what takes the place of a part that is not
    /// looked into, `change` what becomes of a node over its new parts.
    #[must_use]
    pub fn rebuilt(&self, settled: &dyn Fn(&Self) -> Option<Self>, change: &dyn Fn(Self) -> Self) -> Self {
        self.rebuilt_once(settled, change, &mut HashMap::new())
    }

    fn rebuilt_once(
        &self,
        settled: &dyn Fn(&Self) -> Option<Self>,
        change: &dyn Fn(Self) -> Self,
        known: &mut HashMap<usize, Self>,
    ) -> Self {
        if let Some(settled) = settled(self) {
            return settled;
        }
        if let Some(known) = known.get(&self.address()) {
            return known.clone();
        }
        let result = change(self.map_children(&mut |child| child.rebuilt_once(settled, change, known)));
        known.insert(self.address(), result.clone());
        result
    }

    /// `primitive(self)`; log eʷ is w.
    #[must_use]
    pub fn apply(&self, primitive: Primitive) -> Self {
        if let (Primitive::Log, Node::Apply(Primitive::Exp, exponent)) = (primitive, self.node()) {
            return exponent.clone();
        }
        match self.as_rational().and_then(|value| primitive.at_rational(value)) {
            Some(value) => Self::rational(value),
            None => Node::Apply(primitive, self.clone()).into(),
        }
    }

    /// max(a, b).
    #[must_use]
    pub fn max(&self, other: &Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(a.max(b).clone()),
            _ if self == other => self.clone(),
            _ => Node::Max(self.clone(), other.clone()).into(),
        }
    }

    /// min(a, b).
    #[must_use]
    pub fn min(&self, other: &Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(a.min(b).clone()),
            _ if self == other => self.clone(),
            _ => Node::Min(self.clone(), other.clone()).into(),
        }
    }

    /// a^b, with integer powers of rationals folded. A whole exponent beyond `i32` is kept by its parity: |a|^b, or sign(a) |a|^b.
    #[must_use]
    pub fn power(&self, exponent: &Self) -> Self {
        if let Some(n) = exponent.as_rational() {
            if *n == 0 {
                return Self::rational(1);
            }
            if *n == 1 {
                return self.clone();
            }
            if let (Some(base), Some(k)) = (self.as_rational(), n.is_integer().then(|| n.numer().to_i32()).flatten()) {
                let bits = base.numer().significant_bits().max(base.denom().significant_bits());
                if !(base.is_zero() && k < 0) && u64::from(bits) * u64::from(k.unsigned_abs()) <= u64::from(FOLD_BITS) {
                    return Self::rational(Rational::from(base.pow(k)));
                }
            }
            if n.is_integer() && n.numer().to_i32().is_none() {
                return self.large_power(n.numer(), exponent);
            }
        }
        Node::Power(self.clone(), exponent.clone()).into()
    }

    /// a^n for a whole n of any size; `exponent` is n.
    fn large_power(&self, n: &Integer, exponent: &Self) -> Self {
        let size = self.apply(Primitive::Abs);
        let power = match size.as_rational() {
            Some(size) if *size == 1 || (size.is_zero() && *n > 0) => Self::rational(size.clone()),
            _ => Node::Power(size, exponent.clone()).into(),
        };
        if n.is_even() { power } else { self.apply(Primitive::Sign) * power }
    }

    /// a^n for an integer n.
    #[must_use]
    pub fn powi(&self, exponent: i32) -> Self {
        self.power(&Self::rational(exponent))
    }

    /// The piecewise function; arms with conditions on rational constants are decided.
    #[must_use]
    pub fn piecewise(arms: Vec<(Condition, Self)>, otherwise: Self) -> Self {
        let mut kept = Vec::new();
        for (condition, value) in arms {
            match condition.difference.as_rational().map(|d| condition.relation.holds(d.cmp0())) {
                Some(true) if kept.is_empty() => return value,
                Some(true) => return Node::Piecewise(kept, value).into(),
                Some(false) => {}
                None => kept.push((condition, value)),
            }
        }
        if kept.iter().all(|(_, value)| *value == otherwise) {
            return otherwise;
        }
        Node::Piecewise(kept, otherwise).into()
    }
}

fn is_small(value: &Rational) -> bool {
    value.numer().significant_bits().max(value.denom().significant_bits()) <= FOLD_BITS
}
impl std::ops::Add for Function {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(Rational::from(a + b)),
            _ if self.is_zero() => other,
            _ if other.is_zero() => self,
            _ => Node::Add(self, other).into(),
        }
    }
}

impl std::ops::Sub for Function {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(Rational::from(a - b)),
            _ if other.is_zero() => self,
            _ if self.is_zero() => -other,
            _ if self == other => Self::rational(0),
            _ => Node::Subtract(self, other).into(),
        }
    }
}

impl std::ops::Mul for Function {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if let (Some(a), Some(b)) = (self.as_rational(), other.as_rational()) {
            let product = Rational::from(a * b);
            return if is_small(&product) { Self::rational(product) } else { Node::Multiply(self, other).into() };
        }
        match (self.as_rational(), other.as_rational()) {
            (Some(a), _) if *a == 1 => other,
            (_, Some(b)) if *b == 1 => self,
            (Some(a), _) if *a == -1 => -other,
            (_, Some(b)) if *b == -1 => -self,
            _ => Node::Multiply(self, other).into(),
        }
    }
}

impl std::ops::Div for Function {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) if *b != 0 => Self::rational(Rational::from(a / b)),
            (_, Some(b)) if *b == 1 => self,
            _ if self.is_zero() && !other.is_constant() => self,
            _ => Node::Divide(self, other).into(),
        }
    }
}

impl std::ops::Neg for Function {
    type Output = Self;
    fn neg(self) -> Self {
        match self.node() {
            Node::Rational(value) => Self::rational(Rational::from(-value)),
            Node::Negate(inner) => inner.clone(),
            _ => Node::Negate(self).into(),
        }
    }
}
