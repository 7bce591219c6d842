//! The choices in a function's tree, and what its analytic parts demand.
//!
//! A choice (|u|, sign, step, max, min, a condition of a piecewise function) is decided by the sign of its switch function. An
//! analytic part demands that a denominator does not vanish, or that the argument of a root or a logarithm is positive.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::factors::vanishes_with;
use crate::activation::tree::{Condition, Function, Node, Primitive, one_minus_square};

/// The first choice whose own switch function holds no other choice; arms are looked at only when they are taken.
pub(super) fn next_choice(f: &Function, clear: &mut HashSet<usize>) -> Option<Function> {
    if f.is_constant() || clear.contains(&f.address()) {
        return None;
    }
    let below = match f.node() {
        Node::Piecewise(arms, _) => arms.first().and_then(|(condition, _)| next_choice(&condition.difference, clear)),
        node => node.children().into_iter().find_map(|child| next_choice(child, clear)),
    };
    let own = || switch(f).map(|_| f.clone());
    let found = below.or_else(own);
    if found.is_none() {
        clear.insert(f.address());
    }
    found
}

/// The function whose sign decides a choice.
pub(super) fn switch(choice: &Function) -> Option<Function> {
    match choice.node() {
        Node::Apply(Primitive::Abs | Primitive::Sign | Primitive::Step, u) => Some(u.clone()),
        Node::Max(a, b) | Node::Min(a, b) => Some(a.clone() - b.clone()),
        Node::Piecewise(arms, _) => arms.first().map(|(condition, _)| condition.difference.clone()),
        _ => None,
    }
}

/// Whether something is chosen anywhere in the tree.
#[must_use]
pub fn has_choices(f: &Function) -> bool {
    next_choice(f, &mut HashSet::new()).is_some()
}

/// Every function whose zeros may be breakpoints of f: the switch functions of all its choices and demands, those of arms too.
#[must_use]
pub fn switches(f: &Function) -> Vec<Function> {
    let demanded = demands(f).into_iter().map(|demand| demand.switch).filter(|switch| !switch.is_constant());
    chosen_by(f, &|_| true).into_iter().chain(demanded).collect()
}

/// Those at whose zeros f may jump: of sign and step, and of piecewise functions whose arms are not proved to meet there. Beside a
/// factor that vanishes where they jump, sign and step do not.
#[must_use]
pub fn jumping_switches(f: &Function) -> Vec<Function> {
    let f = f.rebuilt(&|f| f.is_constant().then(|| f.clone()), &|f| stilled(&f).unwrap_or(f));
    chosen_by(&f, &|node| match node {
        Node::Piecewise(arms, otherwise) => match arms.as_slice() {
            [(condition, then)] => !vanishes_with(&(then.clone() - otherwise.clone()), &condition.difference),
            _ => true,
        },
        node => matches!(node, Node::Apply(Primitive::Sign | Primitive::Step, _)),
    })
}

/// A product in which |u| takes the place of sign(u) and step(u) beside a factor that vanishes with u, everything being finite.
fn stilled(product: &Function) -> Option<Function> {
    let Node::Multiply(..) = product.node() else { return None };
    let mut factors = Vec::new();
    collect_factors(product, &mut factors);
    let jumping = |factor: &Function| match factor.node() {
        Node::Apply(Primitive::Sign | Primitive::Step, u) if !u.is_constant() => Some(u.clone()),
        _ => None,
    };
    let still = |place: usize, factor: &Function| {
        let u = jumping(factor)?;
        let others = || factors.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| other);
        others().any(|other| vanishes_with(other, &u)).then(|| u.apply(Primitive::Abs))
    };
    let stilled: Vec<Option<Function>> = factors.iter().enumerate().map(|(place, factor)| still(place, factor)).collect();
    if stilled.iter().all(Option::is_none) || !demands(product).is_empty() {
        return None;
    }
    stilled.into_iter().zip(factors).map(|(still, factor)| still.unwrap_or(factor)).reduce(|a, b| a * b)
}

fn collect_factors(f: &Function, factors: &mut Vec<Function>) {
    match f.node() {
        Node::Multiply(a, b) => {
            collect_factors(a, factors);
            collect_factors(b, factors);
        }
        Node::Negate(a) => collect_factors(a, factors),
        _ => factors.push(f.clone()),
    }
}

/// The switch functions, none constant, of all the choices in the tree that are `wanted`.
fn chosen_by(f: &Function, wanted: &dyn Fn(&Node) -> bool) -> Vec<Function> {
    fn walk(f: &Function, wanted: &dyn Fn(&Node) -> bool, list: &mut Vec<Function>, seen: &mut HashSet<usize>) {
        if f.is_constant() || !seen.insert(f.address()) {
            return;
        }
        match f.node() {
            node if !wanted(node) => {}
            Node::Piecewise(arms, _) => list.extend(arms.iter().map(|(condition, _)| condition.difference.clone())),
            _ => list.extend(switch(f)),
        }
        f.node().children().into_iter().for_each(|child| walk(child, wanted, list, seen));
    }
    let mut list = Vec::new();
    walk(f, wanted, &mut list, &mut HashSet::new());
    list.retain(|switch| !switch.is_constant());
    list
}

/// What a choice is where its switch function has this sign.
pub(super) fn arm(choice: &Function, sign: Ordering) -> Function {
    match choice.node() {
        Node::Apply(Primitive::Abs, u) if sign.is_lt() => -u.clone(),
        Node::Apply(Primitive::Abs, u) => u.clone(),
        Node::Apply(Primitive::Sign, _) => Function::rational(sign as i32),
        Node::Apply(Primitive::Step, _) => Function::rational(i32::from(sign.is_gt())),
        Node::Max(a, b) | Node::Min(b, a) => if sign.is_lt() { b } else { a }.clone(),
        Node::Piecewise(arms, otherwise) => match arms.split_first() {
            Some(((Condition { relation, .. }, value), _)) if relation.holds(sign) => value.clone(),
            Some((_, rest)) => Function::piecewise(rest.to_vec(), otherwise.clone()),
            None => otherwise.clone(),
        },
        _ => choice.clone(),
    }
}

/// f with every copy of `target` replaced.
pub(super) fn replace(f: &Function, target: &Function, with: &Function) -> Function {
    let settled = |f: &Function| {
        let settled = if f == target { Some(with) } else { (f.is_constant() || f.size() < target.size()).then_some(f) };
        settled.cloned()
    };
    f.rebuilt(&settled, &|f| f)
}

/// A function that must not vanish (or must be positive) for a part of a branch to be analytic.
#[derive(Clone)]
pub(super) struct Demand {
    pub(super) switch: Function,
    pub(super) part: Function,
    pub(super) positive: bool,
}

/// What a smooth branch demands, inner parts first.
pub(super) fn demands(branch: &Function) -> Vec<Demand> {
    let (mut list, mut seen) = (Vec::new(), HashSet::new());
    collect(branch, &mut list, &mut seen);
    list
}

fn collect(f: &Function, list: &mut Vec<Demand>, seen: &mut HashSet<usize>) {
    if !seen.insert(f.address()) {
        return;
    }
    if let Node::Cofactor(cofactor, t) = f.node() {
        list.extend(demands(&cofactor.numerator_at(t)));
    }
    for child in f.node().children() {
        collect(child, list, seen);
    }
    list.extend(own_demand(f).filter(|demand| demand.positive || !demand.switch.is_constant()));
}

/// What the node at the root demands of its operands.
pub(super) fn own_demand(f: &Function) -> Option<Demand> {
    let (switch, positive) = match f.node() {
        Node::Divide(_, b) => (b.clone(), false),
        Node::Power(_, b) if b.integer().is_some_and(|n| n > 0) => return None,
        Node::Power(a, b) => (a.clone(), b.integer().is_none()),
        Node::Apply(Primitive::Log | Primitive::Sqrt, u) => (u.clone(), true),
        Node::Apply(Primitive::Asin | Primitive::Acos, u) => (one_minus_square(u), true),
        Node::Apply(Primitive::Tan, u) => (u.apply(Primitive::Cos), false),
        _ => return None,
    };
    Some(Demand { switch, part: f.clone(), positive })
}
