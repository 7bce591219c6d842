//! The derivative of a function, almost everywhere: jumps and kinks are not part of it (they are listed by `kinks`).

use super::{Function, Node, Primitive};

/// f′ almost everywhere; shared subtrees are differentiated once.
#[must_use]
pub fn derivative(f: &Function) -> Function {
    Differentiator::default().of(f)
}

#[derive(Default)]
struct Differentiator {
    /// By address; the trees are kept so that no address is used twice.
    known: std::collections::HashMap<usize, (Function, Function)>,
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
                let lowered = a.power(&(b.clone() - Function::rational(1)));
                times(&self.of(a), &times(b, &lowered))
            }
            Node::Power(a, b) => {
                let exponent = times(b, &a.apply(Primitive::Log));
                times(&self.of(&exponent), f)
            }
            Node::Apply(primitive, a) => times(&self.of(a), &(primitive.row().derivative)(a)),
            Node::Cofactor(cofactor, t) => times(&self.of(t), &cofactor.derivative().at(t.clone())),
            Node::Max(a, b) => self.choice(a, b, super::Relation::Greater),
            Node::Min(a, b) => self.choice(a, b, super::Relation::Less),
            Node::Piecewise(arms, otherwise) => {
                let arms = arms.iter().map(|(condition, value)| (condition.clone(), self.of(value))).collect();
                let otherwise = self.of(otherwise);
                Function::piecewise(arms, otherwise)
            }
            Node::X => Function::rational(1),
            Node::Rational(_) | Node::Pi | Node::Constant(_) => Function::rational(0),
        }
    }

    fn choice(&mut self, a: &Function, b: &Function, relation: super::Relation) -> Function {
        let difference = a.clone() - b.clone();
        Function::piecewise(vec![(super::Condition { difference, relation }, self.of(a))], self.of(b))
    }
}

/// a·b, with a product by the rational 0 removed: a derivative that vanishes drops its term.
///
/// A choice with an arm 0 keeps it: the other factor need not be defined where f is constant.
fn times(a: &Function, b: &Function) -> Function {
    if let Node::Piecewise(arms, otherwise) = a.node()
        && (otherwise.is_zero() || arms.iter().any(|(_, value)| value.is_zero()))
    {
        let arms = arms.iter().map(|(condition, value)| (condition.clone(), times(value, b))).collect();
        return Function::piecewise(arms, times(otherwise, b));
    }
    if a.is_zero() || b.is_zero() { Function::rational(0) } else { a.clone() * b.clone() }
}
