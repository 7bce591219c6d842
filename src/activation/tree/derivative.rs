//! The derivative of a function, almost everywhere: jumps and kinks are not part of it (they are listed by `pieces`).

use std::collections::HashMap;

use rug::Rational;

use super::arc::root_of_one_minus_square;
use super::function::{Condition, Function, Node};
use super::primitive::Primitive;
use crate::language::syntax::Relation;

/// f′ almost everywhere; shared subtrees are differentiated once.
#[must_use]
pub fn derivative(f: &Function) -> Function {
    Differentiator::default().of(f)
}

#[derive(Default)]
struct Differentiator {
    /// By address; the trees are kept so that no address is used twice.
    known: HashMap<usize, (Function, Function)>,
}

impl Differentiator {
    fn of(&mut self, f: &Function) -> Function {
        if let Some((_, known)) = self.known.get(&f.address()) {
            return known.clone();
        }
        let result = if f.is_constant() { Function::rational(0) } else { self.rule(f) };
        self.known.insert(f.address(), (f.clone(), result.clone()));
        result
    }

    fn rule(&mut self, f: &Function) -> Function {
        match f.node() {
            Node::Add(a, b) => self.of(a) + self.of(b),
            Node::Subtract(a, b) => self.of(a) - self.of(b),
            Node::Negate(a) => -self.of(a),
            Node::Multiply(a, b) => times(&self.of(a), b) + times(&self.of(b), a),
            Node::Divide(a, b) if b.is_constant() => self.of(a) / b.clone(),
            Node::Divide(a, b) => (times(&self.of(a), b) - times(&self.of(b), a)) / b.powi(2),
            Node::Power(a, b) if b.is_constant() => {
                let lowered = a.power(&(b.clone() - Function::one()));
                times(&self.of(a), &times(b, &lowered))
            }
            Node::Power(a, b) => {
                let exponent = times(b, &a.apply(Primitive::Log));
                times(&self.of(&exponent), f)
            }
            Node::Apply(primitive, a) => times(&self.of(a), &slope(*primitive, a)),
            Node::Cofactor(cofactor, t) => times(&self.of(t), &cofactor.derivative().at(t.clone())),
            Node::Max(a, b) => self.choice(a, b, Relation::Greater),
            Node::Min(a, b) => self.choice(a, b, Relation::Less),
            Node::Piecewise(arms, otherwise) => {
                let arms = arms.iter().map(|(condition, value)| (condition.clone(), self.of(value))).collect();
                let otherwise = self.of(otherwise);
                Function::piecewise(arms, otherwise)
            }
            Node::X => Function::one(),
            Node::Rational(_) | Node::Pi | Node::Constant(_) => Function::rational(0),
        }
    }

    fn choice(&mut self, a: &Function, b: &Function, relation: Relation) -> Function {
        let difference = a.clone() - b.clone();
        Function::piecewise(vec![(Condition { difference, relation }, self.of(a))], self.of(b))
    }
}

/// a·b with one rational factor in front; with a product by the rational 0 removed: a derivative that vanishes drops its term.
///
/// A choice with an arm 0 keeps it: the other factor need not be defined where f is constant.
fn times(a: &Function, b: &Function) -> Function {
    if let Node::Piecewise(arms, otherwise) = a.node()
        && (otherwise.is_zero() || arms.iter().any(|(_, value)| value.is_zero()))
    {
        let arms = arms.iter().map(|(condition, value)| (condition.clone(), times(value, b))).collect();
        return Function::piecewise(arms, times(otherwise, b));
    }
    if a.is_zero() || b.is_zero() {
        return Function::rational(0);
    }
    match (rational_factor(a), rational_factor(b)) {
        (Some((p, u)), Some((q, v))) => Function::rational(p * q) * (u * v),
        (Some((p, u)), None) => Function::rational(p) * (u * b.clone()),
        (None, Some((q, v))) => Function::rational(q) * (a.clone() * v),
        (None, None) => a.clone() * b.clone(),
    }
}

/// The rational factor in front, and the rest.
fn rational_factor(f: &Function) -> Option<(Rational, Function)> {
    match f.node() {
        Node::Rational(value) => Some((value.clone(), Function::one())),
        Node::Multiply(value, rest) => value.as_rational().map(|value| (value.clone(), rest.clone())),
        _ => None,
    }
}

/// The derivative of a primitive at u.
fn slope(primitive: Primitive, u: &Function) -> Function {
    use Primitive::{
        Abs, Acos, Asin, Atan, Cos, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sign, Sin, Sinh, Softplus, Sqrt, Step, Tan,
        Tanh,
    };
    let one = || Function::one();
    match primitive {
        Exp => u.apply(Exp),
        Log => one() / u.clone(),
        Sqrt => one() / (Function::rational(2) * u.apply(Sqrt)),
        Abs => u.apply(Sign),
        Sign | Step => Function::rational(0),
        Sin => u.apply(Cos),
        Cos => -u.apply(Sin),
        Tan => one() + u.apply(Tan).powi(2),
        Atan => one() / (one() + u.powi(2)),
        Asin => one() / root_of_one_minus_square(u),
        Acos => -slope(Asin, u),
        Sinh => u.apply(Cosh),
        Cosh => u.apply(Sinh),
        Tanh => one() - u.apply(Tanh).powi(2),
        Erf => {
            let pi: Function = Node::Pi.into();
            Function::rational(2) / pi.apply(Sqrt) * (-u.powi(2)).apply(Exp)
        }
        Erfc => -slope(Erf, u),
        NormalCdf => {
            let two_pi = Function::rational(2) * Node::Pi.into();
            (-u.powi(2) / Function::rational(2)).apply(Exp) / two_pi.apply(Sqrt)
        }
        Sigmoid => u.apply(Sigmoid) * (one() - u.apply(Sigmoid)),
        Softplus => u.apply(Sigmoid),
    }
}
