//! Parity of a function, read off its tree: a proof, never a measurement.

use std::collections::HashMap;

use super::{Function, Node, Primitive};

/// How f(−x) relates to f(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// f(−x) = f(x)
    Even,
    /// f(−x) = −f(x)
    Odd,
    /// Neither is proved.
    Neither,
}

use Parity::{Even, Neither, Odd};

impl Parity {
    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Even => "even",
            Odd => "odd",
            Neither => "none",
        }
    }

    fn product(self, other: Self) -> Self {
        match (self, other) {
            (Neither, _) | (_, Neither) => Neither,
            _ if self == other => Even,
            _ => Odd,
        }
    }
}

/// The parity that the tree of `f` shows, up to finitely many points (jumps). The zero function counts as even.
#[must_use]
pub fn parity(f: &Function) -> Parity {
    Mirror::default().parity(f)
}

/// What is known of the parts of a function.
#[derive(Default)]
struct Mirror {
    parities: HashMap<Function, Parity>,
    normals: HashMap<Function, Function>,
}

impl Mirror {
    fn parity(&mut self, f: &Function) -> Parity {
        if let Some(known) = self.parities.get(f) {
            return *known;
        }
        let parity = if f.is_constant() { Even } else { self.rule(f) };
        self.parities.insert(f.clone(), parity);
        parity
    }

    fn rule(&mut self, f: &Function) -> Parity {
        match f.node() {
            Node::X => Odd,
            Node::Negate(a) => self.parity(a),
            Node::Add(a, b) | Node::Subtract(a, b) => {
                let (a, b) = (self.parity(a), self.parity(b));
                if a == b { a } else { Neither }
            }
            Node::Max(a, b) | Node::Min(a, b) => self.extreme(f, a, b),
            Node::Multiply(a, b) | Node::Divide(a, b) => self.parity(a).product(self.parity(b)),
            Node::Power(a, b) => match (self.parity(a), b.integer()) {
                (Odd, Some(n)) => {
                    if n % 2 == 0 {
                        Even
                    } else {
                        Odd
                    }
                }
                (Even, _) if self.parity(b) == Even => Even,
                _ => Neither,
            },
            Node::Apply(primitive, a) => composed(*primitive, self.parity(a)),
            Node::Piecewise(..) => self.reflected(f),
            _ => Even,
        }
    }

    /// max and min of two even functions are even; max(a, −a) and the like are found by reflection.
    fn extreme(&mut self, f: &Function, a: &Function, b: &Function) -> Parity {
        if self.parity(a) == Even && self.parity(b) == Even { Even } else { self.reflected(f) }
    }

    /// Compares the normal trees of f(−x) and ±f(x).
    fn reflected(&mut self, f: &Function) -> Parity {
        let mirror = self.normal(&f.substitute(&-Function::x()));
        if mirror == self.normal(f) {
            Even
        } else if mirror == self.normal(&-f.clone()) {
            Odd
        } else {
            Neither
        }
    }

    /// Pushes signs outwards through odd primitives, products and sums, and orders the arms of max and min, so that mirror
    /// images compare equal as trees.
    fn normal(&mut self, f: &Function) -> Function {
        if let Some(known) = self.normals.get(f) {
            return known.clone();
        }
        let inner = f.map_children(&mut |child| self.normal(child));
        let normal = self.normal_root(inner);
        self.normals.insert(f.clone(), normal.clone());
        normal
    }

    fn normal_root(&mut self, f: Function) -> Function {
        match f.node() {
            Node::Apply(primitive, a) => match (a.node(), primitive.row().parity) {
                (Node::Negate(inner), Odd) => -inner.apply(*primitive),
                (Node::Negate(inner), Even) => inner.apply(*primitive),
                _ => f,
            },
            Node::Multiply(a, b) => signed(a, b, |a, b| a * b),
            Node::Divide(a, b) => signed(a, b, |a, b| a / b),
            Node::Power(a, b) => match (a.node(), b.integer()) {
                (Node::Negate(inner), Some(n)) => {
                    if n % 2 == 0 {
                        inner.power(b)
                    } else {
                        -inner.power(b)
                    }
                }
                _ => f,
            },
            Node::Negate(a) => self.negated(a).unwrap_or(f),
            Node::Subtract(a, b) => a.clone() + self.opposite(b),
            Node::Max(a, b) => ordered(a.clone(), b.clone(), false),
            Node::Min(a, b) => clipped(a, b).unwrap_or_else(|| ordered(a.clone(), b.clone(), true)),
            Node::Piecewise(arms, otherwise) => normal_piecewise(arms.clone(), otherwise.clone()),
            _ => f,
        }
    }

    fn opposite(&mut self, f: &Function) -> Function {
        self.normal(&-f.clone())
    }

    /// The normal tree of −a, where the sign goes inwards.
    fn negated(&mut self, a: &Function) -> Option<Function> {
        Some(match a.node() {
            Node::Max(p, q) => {
                let (p, q) = (self.opposite(p), self.opposite(q));
                clipped(&p, &q).unwrap_or_else(|| ordered(p, q, true))
            }
            Node::Min(p, q) => ordered(self.opposite(p), self.opposite(q), false),
            Node::Piecewise(arms, otherwise) => {
                let arms = arms.iter().map(|(c, v)| (c.clone(), self.opposite(v))).collect();
                normal_piecewise(arms, self.opposite(otherwise))
            }
            Node::Add(p, q) => self.opposite(p) + self.opposite(q),
            Node::Subtract(p, q) => self.opposite(p) + q.clone(),
            _ => return None,
        })
    }
}

fn composed(primitive: Primitive, argument: Parity) -> Parity {
    match (argument, primitive.row().parity) {
        (Even, _) | (Odd, Even) => Even,
        (Odd, Odd) => Odd,
        _ => Neither,
    }
}

fn signed(a: &Function, b: &Function, combine: impl Fn(Function, Function) -> Function) -> Function {
    match (a.node(), b.node()) {
        (Node::Negate(p), Node::Negate(q)) => combine(p.clone(), q.clone()),
        (Node::Negate(p), _) => -combine(p.clone(), b.clone()),
        (_, Node::Negate(q)) => -combine(a.clone(), q.clone()),
        _ => combine(a.clone(), b.clone()),
    }
}

/// min(high, max(low, u)) = max(low, min(high, u)) for low ≤ high.
fn clipped(a: &Function, b: &Function) -> Option<Function> {
    let (high, rest) = if a.as_rational().is_some() { (a, b) } else { (b, a) };
    let Node::Max(p, q) = rest.node() else { return None };
    let (low, u) = if p.as_rational().is_some() { (p, q) } else { (q, p) };
    (low.as_rational()? <= high.as_rational()?).then(|| ordered(low.clone(), ordered(high.clone(), u.clone(), true), false))
}

fn ordered(a: Function, b: Function, smaller: bool) -> Function {
    let (first, second) = if a.fingerprint() <= b.fingerprint() { (a, b) } else { (b, a) };
    if smaller { first.min(&second) } else { first.max(&second) }
}

/// A two-way choice is written with "greater than" and a difference without a leading sign where possible.
fn normal_piecewise(arms: Vec<(super::Condition, Function)>, otherwise: Function) -> Function {
    use super::Relation::{Greater, GreaterEqual, Less, LessEqual};
    if let [(condition, value)] = arms.as_slice() {
        let (mut difference, mut relation) = (condition.difference.clone(), condition.relation);
        if let Node::Negate(inner) = difference.node() {
            difference = inner.clone();
            relation = match relation {
                Less => Greater,
                LessEqual => GreaterEqual,
                Greater => Less,
                GreaterEqual => LessEqual,
                equal => equal,
            };
        }
        // strict and weak inequalities differ on finitely many points only
        return match relation {
            Less | LessEqual => {
                Function::piecewise(vec![(super::Condition { difference, relation: Greater }, otherwise)], value.clone())
            }
            GreaterEqual => {
                Function::piecewise(vec![(super::Condition { difference, relation: Greater }, value.clone())], otherwise)
            }
            _ => Function::piecewise(vec![(super::Condition { difference, relation }, value.clone())], otherwise),
        };
    }
    Function::piecewise(arms, otherwise)
}
