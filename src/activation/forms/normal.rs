//! A normal form up to which functions are compared: a [`Sum`].
//!
//! Signs go outwards: an atom and its negative have one atom between them, by the parity of primitives, by
//! σ(−u) = 1 − σ(u), softplus(−u) = softplus(u) − u and the like, by −max(a, b) = min(−a, −b). Factors are ordered and equal ones
//! gathered. Maxima and minima are brought to the one form of [`super::lattice`], choices to that of [`super::steps`]. Equal forms
//! prove equal functions, up to finitely many points; unequal ones prove nothing.

use std::collections::HashMap;

use rug::Rational;
use rug::ops::Pow;

use super::lattice::{Clauses, centred, join, meet};
use super::steps::{Axis, Cut, MOST_CUTS, is_injective};
use super::sum::{Sum, order};
use crate::activation::tree::{Function, Node, Parity, Primitive};

/// Largest exponent to which a coefficient is raised.
const MOST_POWER: i32 = 64;

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
            Node::Max(..) | Node::Min(..) | Node::Apply(Primitive::Abs, _) => self.nest(f),
            Node::Apply(primitive, u) => applied(*primitive, &self.sum(u)),
            Node::Piecewise(..) => self.choice(f),
            Node::Cofactor(..) => self.opaque(f),
        }
    }

    /// The node over the normal forms of what is below it.
    pub(super) fn opaque(&mut self, f: &Function) -> Sum {
        Sum::atom(f.map_children(&mut |child| self.sum(child).function()))
    }

    /// The form of a maximum, a minimum or an absolute value.
    fn nest(&mut self, f: &Function) -> Sum {
        let whole = Affine { scale: Rational::from(1), shift: Rational::new() };
        self.clauses(f, &whole).and_then(|clauses| centred(&clauses)).unwrap_or_else(|| self.opaque(f))
    }

    /// scale · f + shift as a maximum of minima.
    fn clauses(&mut self, f: &Function, by: &Affine) -> Option<Clauses> {
        let minus_one = Rational::from(-1);
        match f.node() {
            Node::Max(a, b) | Node::Min(a, b) => {
                let (a, b) = (self.clauses(a, by)?, self.clauses(b, by)?);
                let largest = matches!(f.node(), Node::Max(..)) == (by.scale > 0);
                return if largest { join(a, b) } else { meet(&a, &b) };
            }
            Node::Apply(Primitive::Abs, u) => {
                let (a, b) = (self.clauses(u, by)?, self.clauses(u, &by.times(&minus_one))?);
                return if by.scale > 0 { join(a, b) } else { meet(&a, &b) };
            }
            Node::Negate(a) => return self.clauses(a, &by.times(&minus_one)),
            Node::Add(a, b) => match (a.as_rational(), b.as_rational()) {
                (Some(value), _) => return self.clauses(b, &by.plus(value)),
                (_, Some(value)) => return self.clauses(a, &by.plus(value)),
                _ => {}
            },
            Node::Subtract(a, b) => match (a.as_rational(), b.as_rational()) {
                (Some(value), _) => return self.clauses(b, &by.plus(value).times(&minus_one)),
                (_, Some(value)) => return self.clauses(a, &by.plus(&Rational::from(-value))),
                _ => {}
            },
            Node::Multiply(a, b) => match (a.as_rational(), b.as_rational()) {
                (Some(value), _) if *value != 0 => return self.clauses(b, &by.times(value)),
                (_, Some(value)) if *value != 0 => return self.clauses(a, &by.times(value)),
                _ => {}
            },
            Node::Divide(a, b) => {
                if let Some(value) = b.as_rational().filter(|value| **value != 0) {
                    return self.clauses(a, &by.times(&Rational::from(value.recip_ref())));
                }
            }
            _ => {}
        }
        Some(vec![vec![self.sum(f).scaled(&by.scale).shifted(&by.shift)]])
    }

    /// The form of a piecewise function.
    fn choice(&mut self, f: &Function) -> Sum {
        self.between_cuts(f).unwrap_or_else(|| self.opaque(f))
    }

    fn between_cuts(&mut self, f: &Function) -> Option<Sum> {
        let Node::Piecewise(arms, _) = f.node() else { return None };
        let axis = Axis::of(&self.sum(&arms.first()?.0.difference))?;
        let mut cuts = Vec::new();
        self.arms(&axis, f)?;
        self.cuts(&axis, f, &mut cuts);
        cuts.sort();
        cuts.dedup();
        if cuts.len() > MOST_CUTS {
            return None;
        }
        let mut values: Vec<Sum> = Vec::new();
        let mut kept: Vec<Cut> = Vec::new();
        for part in 0..=cuts.len() {
            let value = self.value(&axis, f, &cuts, part);
            if values.last() != Some(&value) {
                kept.extend(part.checked_sub(1).map(|cut| cuts[cut].clone()));
                values.push(value);
            }
        }
        Some(axis.sum(&kept, &values))
    }

    /// The arms of a choice along the axis; none for another function.
    fn arms<'a>(&mut self, axis: &Axis, f: &'a Function) -> Option<Vec<Arm<'a>>> {
        let Node::Piecewise(arms, otherwise) = f.node() else { return None };
        let cuts = arms.iter().map(|(condition, value)| {
            let difference = self.sum(&condition.difference);
            Some((axis.cut(difference, condition.relation)?, value))
        });
        let mut arms = cuts.collect::<Option<Vec<_>>>()?;
        arms.push((None, otherwise));
        Some(arms)
    }

    fn cuts(&mut self, axis: &Axis, f: &Function, cuts: &mut Vec<Cut>) {
        for (cut, value) in self.arms(axis, f).into_iter().flatten() {
            cuts.extend(cut.map(|(cut, _)| cut));
            self.cuts(axis, value, cuts);
        }
    }

    /// The value on the part below the cut of that number.
    fn value(&mut self, axis: &Axis, f: &Function, cuts: &[Cut], part: usize) -> Sum {
        let Some(arms) = self.arms(axis, f) else { return self.sum(f) };
        let last = arms.len() - 1;
        let holds = |cut: &Option<(Cut, bool)>| {
            cut.as_ref().is_some_and(|(cut, below)| cuts.binary_search(cut).is_ok_and(|at| (part <= at) == *below))
        };
        let taken = arms.iter().position(|(cut, _)| holds(cut)).unwrap_or(last);
        self.value(axis, arms[taken].1, cuts, part)
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
                Sum::atom(powers.fold(Function::one(), |product, power| product * power)).scaled(&coefficient)
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
                    None if exponent > 0 => (Rational::new(), Function::one()),
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

/// What a nest of maxima and minima is multiplied by, and then shifted by.
struct Affine {
    scale: Rational,
    shift: Rational,
}

impl Affine {
    fn times(&self, factor: &Rational) -> Self {
        Self { scale: Rational::from(&self.scale * factor), shift: self.shift.clone() }
    }

    fn plus(&self, value: &Rational) -> Self {
        Self { scale: self.scale.clone(), shift: Rational::from(value * &self.scale) + &self.shift }
    }
}

/// The cut, whether the arm is taken below it, and the value; without a cut the arm is never taken.
type Arm<'a> = (Option<(Cut, bool)>, &'a Function);

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
    if primitive == Sigmoid {
        // σ(u) = 1/2 + tanh(u/2)/2
        let half = Rational::from((1, 2));
        return applied(Primitive::Tanh, &u.scaled(&half)).scaled(&half).shifted(&half);
    }
    let atom = |u: &Sum| Sum::atom(u.function().apply(primitive));
    if u.is_constant() || *u.leading() > 0 {
        return atom(u);
    }
    let mirror = u.negated();
    let value = || atom(&mirror);
    match (primitive, primitive.row().parity) {
        (_, Parity::Even) => value(),
        (_, Parity::Odd) => value().negated(),
        (NormalCdf, _) => value().negated().shifted(&Rational::from(1)),
        (Step, _) if is_injective(&mirror.function()) => value().negated().shifted(&Rational::from(1)),
        (Erfc, _) => value().negated().shifted(&Rational::from(2)),
        (Softplus, _) => value().plus(mirror.negated()),
        (Acos, _) => Sum::atom(Node::Pi.into()).plus(value().negated()),
        _ => atom(u),
    }
}
