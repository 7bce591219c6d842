//! Closed forms as constant functions, so that an exact value can stand in an activation without losing its exactness.

use rug::Rational;

use super::exact::Exact;
use super::monomial::{Atom, Monomial, Wave};
use super::normalise;
use crate::activation::{Function, Node, Primitive};

impl Exact {
    /// A constant function as a number of the ring, where it is seen to be one.
    #[must_use]
    pub fn of_constant(constant: &Function) -> Option<Self> {
        match normalise::pieces(constant)?.values.as_slice() {
            [value] => value.as_constant(),
            _ => None,
        }
    }

    /// The number as a constant function, or `None` when it needs erf at a complex argument.
    #[must_use]
    pub fn function(&self) -> Option<Function> {
        self.terms.iter().try_fold(Function::rational(0), |sum, (monomial, coefficient)| {
            Some(sum + Function::rational(coefficient.clone()) * monomial.function()?)
        })
    }
}

impl Monomial {
    fn function(&self) -> Option<Function> {
        let pi: Function = Node::Pi.into();
        let mut product = Function::rational(Rational::from(&self.root)).apply(Primitive::Sqrt) * pi.powi(self.half_pi / 2);
        match self.half_pi % 2 {
            0 => {}
            1 => product = product * pi.apply(Primitive::Sqrt),
            _ => product = product / pi.apply(Primitive::Sqrt),
        }
        if !self.exponent.is_zero() {
            product = product * self.exponent.function()?.apply(Primitive::Exp);
        }
        match &self.wave {
            Wave::None => {}
            Wave::Cos(angle) => product = product * angle.function()?.apply(Primitive::Cos),
            Wave::Sin(angle) => product = product * angle.function()?.apply(Primitive::Sin),
        }
        for (atom, power) in &self.atoms {
            let value = match atom {
                Atom::NormalCdf(c) => c.function()?.apply(Primitive::NormalCdf),
                Atom::Asin(c) => c.function()?.apply(Primitive::Asin),
                Atom::ErfRe(..) | Atom::ErfIm(..) => return None,
            };
            product = product * value.powi(*power as i32);
        }
        Some(product)
    }
}
