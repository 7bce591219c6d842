//! A smooth branch continued across a point where it is analytic after all.
//!
//! Where only quotients stand in the way (sin(x)/x, 1/tanh(x) − 1/x), the branch is (x − c)ⁿ times an analytic factor, by
//! counting zeros and taking cofactors; for n ≥ 0 it is analytic.

use std::collections::{HashMap, HashSet};

use super::choice::{demands, replace};
use super::point::{keeps, multiplicity, vanishes};
use super::root::Root;
use crate::activation::tree::{Cofactor, Function, Node, Primitive};

/// Branches with more nodes than this are not continued: every zero taken out makes them larger.
const MOST: usize = 300;
/// Nor are those with more cofactors.
const MOST_ZEROS: usize = 6;

/// `branch` with every quotient that is analytic at `place` written so that it can be evaluated there.
pub(super) fn continued(branch: &Function, place: &Root) -> Function {
    let mut nodes = HashSet::new();
    let cofactors = add_nodes(branch, &mut nodes);
    if nodes.len() > MOST || cofactors > MOST_ZEROS || demands(branch).iter().all(|demand| !vanishes(&demand.switch, place)) {
        return branch.clone();
    }
    Continuation { place, known: HashMap::new() }.rewrite(branch)
}

/// Adds the distinct nodes of a tree, those inside cofactors included, and counts the cofactors among the new ones.
fn add_nodes(f: &Function, nodes: &mut HashSet<usize>) -> usize {
    if !nodes.insert(f.address()) {
        return 0;
    }
    let inside = if let Node::Cofactor(cofactor, _) = f.node() { 1 + add_nodes(cofactor.numerator(), nodes) } else { 0 };
    f.node().children().into_iter().fold(inside, |cofactors, child| cofactors + add_nodes(child, nodes))
}

/// F(u) for a quotient F(u(x)), u(c) = 0, that is analytic at u = 0: so for every zero of u at once, as in sin(u)/u.
fn composed(f: &Function, place: &Root) -> Option<Function> {
    let Node::Divide(_, divisor) = f.node() else { return None };
    if !vanishes(divisor, place) {
        return None;
    }
    let origin = Root::exact(0);
    let mut inner = divisor;
    loop {
        if !matches!(inner.node(), Node::X) && !inner.is_constant() && vanishes(inner, place) {
            let outer = replace(f, inner, &Function::x());
            let free = replace(f, inner, &Function::rational(0)).is_constant();
            if free && outer != *f {
                let whole = continued(&outer, &origin);
                let analytic = demands(&whole).iter().all(|demand| !vanishes(&demand.switch, &origin));
                if analytic {
                    return Some(whole.substitute(inner));
                }
            }
        }
        inner = inner.node().children().into_iter().find(|child| !child.is_constant())?;
    }
}

/// (x − c)^power · factor with an analytic factor.
#[derive(Clone)]
struct Meromorphic {
    power: i32,
    factor: Function,
}

struct Continuation<'a> {
    place: &'a Root,
    /// By address; the trees are kept so that no address is used twice.
    known: HashMap<usize, (Function, Option<Meromorphic>)>,
}

impl Continuation<'_> {
    fn rewrite(&mut self, f: &Function) -> Function {
        match self.of(f) {
            Some(form) if form.power >= 0 => self.value(&form),
            _ => f.map_children(&mut |child| self.rewrite(child)),
        }
    }

    fn offset(&self) -> Function {
        Function::x() - self.place.constant()
    }

    fn value(&self, form: &Meromorphic) -> Function {
        if form.power == 0 { form.factor.clone() } else { self.offset().powi(form.power) * form.factor.clone() }
    }

    fn of(&mut self, f: &Function) -> Option<Meromorphic> {
        if let Some((_, known)) = self.known.get(&f.address()) {
            return known.clone();
        }
        let form = self.rule(f);
        self.known.insert(f.address(), (f.clone(), form.clone()));
        form
    }

    fn rule(&mut self, f: &Function) -> Option<Meromorphic> {
        let plain = |factor: Function| Some(Meromorphic { power: 0, factor });
        if f.is_constant() {
            return plain(f.clone());
        }
        match f.node() {
            Node::Negate(a) => self.of(a).map(|a| Meromorphic { factor: -a.factor, ..a }),
            Node::Multiply(a, b) => {
                let (a, b) = (self.of(a)?, self.of(b)?);
                self.settled(Meromorphic { power: a.power + b.power, factor: a.factor * b.factor })
            }
            Node::Add(a, b) => self.sum(a, b, 1),
            Node::Subtract(a, b) => self.sum(a, b, -1),
            Node::Divide(a, b) => {
                if let Some(composed) = composed(f, self.place) {
                    return plain(composed);
                }
                let (a, b) = (self.of(a)?, self.of(b)?);
                let b = self.exact(b)?;
                let a = self.against(a, b.power)?;
                self.settled(Meromorphic { power: a.power - b.power, factor: a.factor / b.factor })
            }
            Node::Power(a, n) if n.integer().is_some() => {
                let (a, n) = (self.of(a)?, n.integer()?);
                let a = if n < 0 { self.exact(a)? } else { a };
                Some(Meromorphic { power: a.power.checked_mul(n)?, factor: a.factor.powi(n) })
            }
            Node::Cofactor(cofactor, t) if !keeps(f, self.place) => self.of(&cofactor.quotient(t)),
            Node::Apply(Primitive::Tan, u) if vanishes(&u.apply(Primitive::Cos), self.place) => {
                self.of(&(u.apply(Primitive::Sin) / u.apply(Primitive::Cos)))
            }
            _ => {
                let whole = f.node().children().iter().all(|child| self.of(child).is_some_and(|form| form.power >= 0));
                let rebuilt = whole.then(|| {
                    f.map_children(&mut |child| self.of(child).map_or_else(|| child.clone(), |form| self.value(&form)))
                })?;
                if keeps(&rebuilt, self.place) { plain(rebuilt) } else { None }
            }
        }
    }

    fn sum(&mut self, a: &Function, b: &Function, sign: i32) -> Option<Meromorphic> {
        let (a, b) = (self.of(a)?, self.of(b)?);
        let power = a.power.min(b.power);
        let lift = |form: Meromorphic| self.value(&Meromorphic { power: form.power - power, ..form });
        let (a, b) = (lift(a), lift(b));
        self.settled(Meromorphic { power, factor: if sign > 0 { a + b } else { a - b } })
    }

    /// A numerator with as many of its zeros taken out as the power of the denominator asks for.
    fn against(&self, form: Meromorphic, power: i32) -> Option<Meromorphic> {
        if form.power >= power || !vanishes(&form.factor, self.place) {
            return Some(form);
        }
        let order = multiplicity(&form.factor, self.place)?.min((power - form.power).unsigned_abs());
        self.divided(&form, order)
    }

    /// A pole cancelled, as far as it goes, against the zero of its factor.
    fn settled(&self, form: Meromorphic) -> Option<Meromorphic> {
        self.against(form, 0)
    }

    /// With a factor that does not vanish.
    fn exact(&self, form: Meromorphic) -> Option<Meromorphic> {
        if !vanishes(&form.factor, self.place) {
            return Some(form);
        }
        let order = multiplicity(&form.factor, self.place)?;
        self.divided(&form, order)
    }

    fn divided(&self, form: &Meromorphic, order: u32) -> Option<Meromorphic> {
        if order == 0 {
            return Some(form.clone());
        }
        let factor = Cofactor::new(&form.factor, self.place.constant(), order).at(self.offset());
        Some(Meromorphic { power: form.power + i32::try_from(order).ok()?, factor })
    }
}
