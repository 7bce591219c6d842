//! Sums constant + Σ coefficient · atom with rational numbers and ordered atoms: what a normal form is made of.

use std::cmp::Ordering;

use rug::Rational;

use crate::activation::tree::{Condition, Function, Node};

/// constant + Σ coefficient · atom; the atoms increase and the coefficients are not 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sum {
    pub(super) constant: Rational,
    pub(super) terms: Vec<(Function, Rational)>,
}

impl Sum {
    pub(super) fn constant(value: impl Into<Rational>) -> Self {
        Self { constant: value.into(), terms: Vec::new() }
    }

    pub(super) fn atom(atom: Function) -> Self {
        match atom.as_rational() {
            Some(value) => Self::constant(value.clone()),
            None => Self { constant: Rational::new(), terms: vec![(atom, Rational::from(1))] },
        }
    }

    pub(super) fn scaled(&self, factor: &Rational) -> Self {
        if *factor == 0 {
            return Self::constant(0);
        }
        let terms = self.terms.iter().map(|(atom, coefficient)| (atom.clone(), Rational::from(coefficient * factor))).collect();
        Self { constant: Rational::from(&self.constant * factor), terms }
    }

    pub(super) fn negated(&self) -> Self {
        self.scaled(&Rational::from(-1))
    }

    pub(super) fn shifted(mut self, by: &Rational) -> Self {
        self.constant += by;
        self
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let mut terms = self.terms;
        for (atom, coefficient) in other.terms {
            match terms.binary_search_by(|(known, _)| order(known, &atom)) {
                Ok(at) => {
                    terms[at].1 += coefficient;
                    if terms[at].1 == 0 {
                        terms.remove(at);
                    }
                }
                Err(at) => terms.insert(at, (atom, coefficient)),
            }
        }
        Self { constant: self.constant + other.constant, terms }
    }

    /// The coefficient that tells a sum from its negative: that of the first atom, or the constant.
    pub(super) fn leading(&self) -> &Rational {
        self.terms.first().map_or(&self.constant, |(_, coefficient)| coefficient)
    }

    pub(super) fn is_constant(&self) -> bool {
        self.terms.is_empty()
    }

    /// As a tree that depends on nothing but the sum.
    pub(super) fn function(&self) -> Function {
        let terms = self.terms.iter().map(|(atom, coefficient)| Function::rational(coefficient.clone()) * atom.clone());
        terms.chain([Function::rational(self.constant.clone())]).fold(Function::rational(0), |sum, term| sum + term)
    }

    /// The sum as factor · (one with leading coefficient 1); `None` for 0.
    pub(super) fn monic(&self) -> Option<(Rational, Function)> {
        let leading = self.leading();
        (*leading != 0).then(|| (leading.clone(), self.scaled(&Rational::from(leading.recip_ref())).function()))
    }
}

/// A total order of trees; equal exactly where the trees are.
pub(super) fn order(a: &Function, b: &Function) -> Ordering {
    if a.address() == b.address() {
        return Ordering::Equal;
    }
    let shape = |f: &Function| (f.size(), f.depth(), rank(f.node()));
    let payload = match (a.node(), b.node()) {
        (Node::Rational(a), Node::Rational(b)) => a.cmp(b),
        (Node::Constant(a), Node::Constant(b)) => a.text.cmp(&b.text),
        (Node::Apply(a, _), Node::Apply(b, _)) => (*a as usize).cmp(&(*b as usize)),
        (Node::Cofactor(a, _), Node::Cofactor(b, _)) => format!("{a:?}").cmp(&format!("{b:?}")),
        (Node::Piecewise(a, _), Node::Piecewise(b, _)) => {
            let relations = |arms: &[(Condition, Function)]| -> Vec<usize> {
                arms.iter().map(|(condition, _)| condition.relation as usize).collect()
            };
            relations(a).cmp(&relations(b))
        }
        _ => Ordering::Equal,
    };
    let children = || {
        let (a, b) = (a.node().children(), b.node().children());
        a.iter().zip(&b).map(|(a, b)| order(a, b)).find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
    };
    shape(a).cmp(&shape(b)).then(payload).then_with(children)
}

fn rank(node: &Node) -> usize {
    match node {
        Node::X => 0,
        Node::Rational(_) => 1,
        Node::Pi => 2,
        Node::Constant(_) => 3,
        Node::Negate(_) => 4,
        Node::Add(..) => 5,
        Node::Subtract(..) => 6,
        Node::Multiply(..) => 7,
        Node::Divide(..) => 8,
        Node::Power(..) => 9,
        Node::Max(..) => 10,
        Node::Min(..) => 11,
        Node::Apply(..) => 12,
        Node::Cofactor(..) => 13,
        Node::Piecewise(..) => 14,
    }
}
