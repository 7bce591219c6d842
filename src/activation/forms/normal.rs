//! A normal form up to which functions are compared: constant + Σ coefficient · atom, with rational numbers and ordered atoms.
//!
//! Signs go outwards: an atom and its negative have one atom between them, by the parity of primitives, by
//! σ(−u) = 1 − σ(u), softplus(−u) = softplus(u) − u and the like, by −max(a, b) = min(−a, −b). Factors are ordered and equal ones
//! gathered. Maxima and minima are brought to the one form of [`super::lattice`], choices to intervals of what they compare
//! ([`super::intervals`]). Equal forms prove equal functions, up to finitely many points; unequal ones prove nothing.

use std::cmp::Ordering;
use std::collections::HashMap;

use rug::Rational;
use rug::ops::Pow;

use super::{Function, Node, Parity, Primitive, intervals, lattice};

/// Largest exponent to which a coefficient is raised.
const MOST_POWER: i32 = 64;

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

/// Brings f, or its mirror image f(−x), to normal form.
pub(super) struct Normaliser {
    mirrored: bool,
    known: HashMap<usize, Sum>,
}

impl Normaliser {
    pub(super) fn new(mirrored: bool) -> Self {
        Self { mirrored, known: HashMap::new() }
    }

    pub(super) fn sum(&mut self, f: &Function) -> Sum {
        if let Some(known) = self.known.get(&f.address()) {
            return known.clone();
        }
        let sum = self.form(f);
        // the parts of a long sum are not kept: together they are as long as its square
        if !matches!(f.node(), Node::Add(..) | Node::Subtract(..) | Node::Negate(_)) {
            self.known.insert(f.address(), sum.clone());
        }
        sum
    }

    fn form(&mut self, f: &Function) -> Sum {
        match f.node() {
            Node::X if self.mirrored => Sum::atom(f.clone()).negated(),
            Node::Rational(value) => Sum::constant(value.clone()),
            Node::X | Node::Pi | Node::Constant(_) => Sum::atom(f.clone()),
            Node::Negate(a) => self.sum(a).negated(),
            Node::Add(a, b) => self.sum(a).plus(self.sum(b)),
            Node::Subtract(a, b) => self.sum(a).plus(self.sum(b).negated()),
            Node::Multiply(..) | Node::Divide(..) | Node::Power(..) => self.product(f),
            Node::Max(..) | Node::Min(..) | Node::Apply(Primitive::Abs, _) => lattice::form(self, f),
            Node::Apply(primitive, u) => applied(*primitive, &self.sum(u)),
            Node::Piecewise(..) => intervals::form(self, f),
            Node::Cofactor(..) => self.opaque(f),
        }
    }

    /// The node over the normal forms of what is below it.
    pub(super) fn opaque(&mut self, f: &Function) -> Sum {
        Sum::atom(f.map_children(&mut |child| self.sum(child).function()))
    }

    fn product(&mut self, f: &Function) -> Sum {
        let mut coefficient = Rational::from(1);
        let mut factors = Vec::new();
        if self.factors(f, 1, &mut coefficient, &mut factors).is_none() {
            return self.opaque(f);
        }
        factors.retain(|(_, exponent)| *exponent != 0);
        match factors.as_slice() {
            [] => Sum::constant(coefficient),
            // a sum times a number
            [(base, 1)] if matches!(base.node(), Node::Add(..) | Node::Subtract(..)) => {
                Self::new(false).sum(base).scaled(&coefficient)
            }
            _ => {
                let powers = factors.iter().map(|(base, exponent)| base.powi(*exponent));
                Sum::atom(powers.fold(Function::rational(1), |product, power| product * power)).scaled(&coefficient)
            }
        }
    }

    /// Multiplies f^exponent into the factors; `None` where it cannot be taken apart.
    fn factors(
        &mut self,
        f: &Function,
        exponent: i32,
        coefficient: &mut Rational,
        factors: &mut Vec<(Function, i32)>,
    ) -> Option<()> {
        match f.node() {
            Node::Multiply(a, b) => {
                self.factors(a, exponent, coefficient, factors)?;
                self.factors(b, exponent, coefficient, factors)
            }
            Node::Divide(a, b) => {
                self.factors(a, exponent, coefficient, factors)?;
                self.factors(b, exponent.checked_neg()?, coefficient, factors)
            }
            Node::Power(a, n) if n.integer().is_some() => {
                self.factors(a, exponent.checked_mul(n.integer()?)?, coefficient, factors)
            }
            _ => {
                let sum = if matches!(f.node(), Node::Power(..)) { self.opaque(f) } else { self.sum(f) };
                let (factor, base) = match sum.monic() {
                    Some(parts) => parts,
                    None if exponent > 0 => (Rational::new(), Function::rational(1)),
                    None => return None,
                };
                if exponent.unsigned_abs() > MOST_POWER.unsigned_abs() && Rational::from(factor.abs_ref()) != 1 {
                    return None;
                }
                *coefficient *= factor.pow(exponent);
                gather(&base, exponent, factors)
            }
        }
    }
}

/// base^exponent, itself a product or power of atoms, among the factors.
fn gather(base: &Function, exponent: i32, factors: &mut Vec<(Function, i32)>) -> Option<()> {
    match base.node() {
        Node::Rational(value) if *value == 1 => Some(()),
        Node::Multiply(a, b) => {
            gather(a, exponent, factors)?;
            gather(b, exponent, factors)
        }
        Node::Power(a, n) if n.integer().is_some() => gather(a, exponent.checked_mul(n.integer()?)?, factors),
        _ => {
            match factors.binary_search_by(|(known, _)| order(known, base)) {
                Ok(at) => factors[at].1 = factors[at].1.checked_add(exponent)?,
                Err(at) => factors.insert(at, (base.clone(), exponent)),
            }
            Some(())
        }
    }
}

/// p(u), by what p(−u) is where u begins with a minus.
fn applied(primitive: Primitive, u: &Sum) -> Sum {
    use Primitive::{Acos, Erfc, NormalCdf, Sigmoid, Softplus, Step};
    let atom = |u: &Sum| Sum::atom(u.function().apply(primitive));
    if u.is_constant() || *u.leading() > 0 {
        return atom(u);
    }
    let mirror = u.negated();
    let value = || atom(&mirror);
    match (primitive, primitive.row().parity) {
        (_, Parity::Even) => value(),
        (_, Parity::Odd) => value().negated(),
        (Sigmoid | NormalCdf, _) => value().negated().shifted(&Rational::from(1)),
        (Step, _) if is_injective(&mirror.function()) => value().negated().shifted(&Rational::from(1)),
        (Erfc, _) => value().negated().shifted(&Rational::from(2)),
        (Softplus, _) => value().plus(mirror.negated()),
        (Acos, _) => Sum::atom(Node::Pi.into()).plus(value().negated()),
        _ => atom(u),
    }
}

/// Whether f takes no value twice, by its form: a level of it is one point.
pub(super) fn is_injective(f: &Function) -> bool {
    use Primitive::{Atan, Erf, Erfc, Exp, NormalCdf, Sigmoid, Sinh, Softplus, Tanh};
    match f.node() {
        Node::X => true,
        Node::Negate(a) => is_injective(a),
        Node::Add(a, b) | Node::Subtract(a, b) => (a.is_constant() && is_injective(b)) || (b.is_constant() && is_injective(a)),
        Node::Multiply(a, b) => a.as_rational().is_some_and(|a| *a != 0) && is_injective(b),
        Node::Apply(Atan | Erf | Erfc | Exp | NormalCdf | Sigmoid | Sinh | Softplus | Tanh, a) => is_injective(a),
        _ => false,
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
            let relations = |arms: &[(super::Condition, Function)]| -> Vec<usize> {
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
