//! A function as a list of operations, each subtree once: what every evaluator runs over.
//!
//! Equal subtrees become one operation, so a definition used many times is evaluated once, and evaluation needs no recursion.

use std::cmp::Ordering;
use std::collections::HashMap;

use rug::Rational;

use crate::activation::tree::{Cofactor, Constant, Function, Node, Primitive, Relation};

/// An operation; operands are indices of earlier operations.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// The variable.
    X,
    /// An exact rational.
    Rational(Rational),
    /// π.
    Pi,
    /// A constant computed elsewhere.
    Constant(Constant),
    /// Sum.
    Add(usize, usize),
    /// Difference.
    Subtract(usize, usize),
    /// Product.
    Multiply(usize, usize),
    /// Quotient.
    Divide(usize, usize),
    /// Opposite.
    Negate(usize),
    /// Integer power.
    Integer(usize, i32),
    /// Any other power.
    Power(usize, usize),
    /// The larger.
    Max(usize, usize),
    /// The smaller.
    Min(usize, usize),
    /// A primitive.
    Apply(Primitive, usize),
    /// The cofactor of a zero.
    Cofactor(Cofactor, usize),
    /// The first arm (difference, relation, value) that holds, or the last operand.
    Select(Vec<(usize, Relation, usize)>, usize),
}

/// The operations of a function, operands first; the last is its value.
#[derive(Clone, Debug)]
pub struct Tape {
    /// Operands come before their users.
    pub operations: Vec<Operation>,
    /// For each operation, whether it is free of x.
    pub constant: Vec<bool>,
}

impl Tape {
    /// The tape of `function`.
    #[must_use]
    pub fn new(function: &Function) -> Self {
        let mut builder = Builder { tape: Self { operations: Vec::new(), constant: Vec::new() }, seen: HashMap::new() };
        builder.visit(function);
        builder.tape
    }

    /// Steps of one evaluation on complex rectangles (measured).
    #[must_use]
    pub fn rectangle_cost(&self) -> u64 {
        let cost = |operation: &Operation| match operation {
            Operation::Integer(_, n) => 4 + 8 * products(*n),
            Operation::Apply(Primitive::Erf | Primitive::Erfc | Primitive::NormalCdf, _) => 60,
            Operation::Apply(Primitive::Tanh, _) => 14,
            Operation::Apply(..) | Operation::Power(..) | Operation::Divide(..) => 7,
            Operation::Cofactor(cofactor, _) => 20 + cofactor.tapes().iter().map(Self::rectangle_cost).sum::<u64>(),
            Operation::X => 0,
            _ => 3,
        };
        self.varying().map(cost).sum()
    }

    /// The operations that are not free of x.
    fn varying(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().zip(&self.constant).filter_map(|(operation, constant)| (!constant).then_some(operation))
    }

    /// Steps of one evaluation in balls: a product costs a few, a primitive some 30 and a third of a step a bit (measured).
    #[must_use]
    pub fn ball_cost(&self, bits: u32) -> u64 {
        let cost = |operation: &Operation| match operation {
            Operation::X | Operation::Rational(_) | Operation::Pi | Operation::Constant(_) => 0,
            Operation::Apply(Primitive::Erf | Primitive::Erfc | Primitive::NormalCdf, _) => 150 + 4 * u64::from(bits),
            Operation::Apply(..) | Operation::Power(..) => 30 + u64::from(bits) / 3,
            Operation::Integer(_, n) => (6 + u64::from(bits) / 64) * products(*n).max(1),
            Operation::Cofactor(cofactor, _) => cofactor.tapes().iter().map(|tape| tape.ball_cost(bits + 16)).sum(),
            _ => 6 + u64::from(bits) / 64,
        };
        self.varying().map(cost).sum()
    }

    /// Steps of deciding a sign in balls, with more and more bits (measured).
    #[must_use]
    pub fn sign_cost(&self) -> u64 {
        let cost = |operation: &Operation| match operation {
            Operation::Apply(Primitive::Erf | Primitive::Erfc | Primitive::NormalCdf, _) => 3000,
            Operation::Cofactor(cofactor, _) => cofactor.tapes().iter().map(Self::sign_cost).sum(),
            _ => 150,
        };
        self.operations.iter().map(cost).sum()
    }

    /// The indices an operation reads.
    #[must_use]
    pub fn operands(operation: &Operation) -> Vec<usize> {
        match operation {
            Operation::X | Operation::Rational(_) | Operation::Pi | Operation::Constant(_) => Vec::new(),
            Operation::Negate(a) | Operation::Integer(a, _) | Operation::Apply(_, a) | Operation::Cofactor(_, a) => vec![*a],
            Operation::Add(a, b)
            | Operation::Subtract(a, b)
            | Operation::Multiply(a, b)
            | Operation::Divide(a, b)
            | Operation::Power(a, b)
            | Operation::Max(a, b)
            | Operation::Min(a, b) => vec![*a, *b],
            Operation::Select(arms, otherwise) => arms.iter().flat_map(|(d, _, v)| [*d, *v]).chain([*otherwise]).collect(),
        }
    }
}

/// Products in the power by squaring.
fn products(exponent: i32) -> u64 {
    let size = exponent.unsigned_abs();
    u64::from(size.max(1).ilog2() + size.count_ones())
}

struct Builder {
    tape: Tape,
    seen: HashMap<Function, usize>,
}

impl Builder {
    fn visit(&mut self, function: &Function) -> usize {
        if let Some(index) = self.seen.get(function) {
            return *index;
        }
        let operation = self.operation(function);
        let constant =
            !matches!(operation, Operation::X) && Tape::operands(&operation).iter().all(|operand| self.tape.constant[*operand]);
        let index = self.tape.operations.len();
        self.tape.operations.push(operation);
        self.tape.constant.push(constant);
        self.seen.insert(function.clone(), index);
        index
    }

    fn operation(&mut self, function: &Function) -> Operation {
        match function.node() {
            Node::X => Operation::X,
            Node::Rational(value) => Operation::Rational(value.clone()),
            Node::Pi => Operation::Pi,
            Node::Constant(constant) => Operation::Constant(constant.clone()),
            Node::Add(a, b) => Operation::Add(self.visit(a), self.visit(b)),
            Node::Subtract(a, b) => Operation::Subtract(self.visit(a), self.visit(b)),
            Node::Multiply(a, b) => Operation::Multiply(self.visit(a), self.visit(b)),
            Node::Divide(a, b) => Operation::Divide(self.visit(a), self.visit(b)),
            Node::Negate(a) => Operation::Negate(self.visit(a)),
            Node::Power(a, b) => match b.integer() {
                Some(n) => Operation::Integer(self.visit(a), n),
                None => Operation::Power(self.visit(a), self.visit(b)),
            },
            Node::Max(a, b) => Operation::Max(self.visit(a), self.visit(b)),
            Node::Min(a, b) => Operation::Min(self.visit(a), self.visit(b)),
            Node::Apply(primitive, a) => Operation::Apply(*primitive, self.visit(a)),
            Node::Cofactor(cofactor, t) => Operation::Cofactor(cofactor.clone(), self.visit(t)),
            Node::Piecewise(arms, otherwise) => {
                let arms = arms.iter().map(|(c, v)| (self.visit(&c.difference), c.relation, self.visit(v))).collect();
                Operation::Select(arms, self.visit(otherwise))
            }
        }
    }
}

/// The arms of a choice that may hold, up to the first that does, by the signs of their differences where these are decided.
pub(super) fn possible(
    arms: &[(usize, Relation, usize)],
    otherwise: usize,
    sign: impl Fn(usize) -> Option<Ordering>,
) -> Vec<usize> {
    let mut values = Vec::new();
    for (difference, relation, value) in arms {
        let holds = sign(*difference).map(|sign| relation.holds(sign));
        if holds != Some(false) {
            values.push(*value);
        }
        if holds == Some(true) {
            return values;
        }
    }
    values.push(otherwise);
    values
}
