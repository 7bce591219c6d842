//! What is left of a function far out on one side: switches near their limits, choices taken, equal terms gone.
//!
//! On the right tanh u = 1 − 2σ(−2u), erf u = 1 − erfc u, σ(u) = 1 − σ(−u), Φ(u) = 1 − Φ(−u) and softplus u = u + softplus(−u), where u
//! grows; on the left likewise. With products of sums multiplied out, what two close functions differ by is a sum of terms of
//! different size, and the largest one decides the sign.

use super::bounds::far_sign;
use super::calculus::Calculus;
use crate::activation::{Function, Node, Primitive, simplified};

/// Terms that a product may be multiplied out to.
const MOST_TERMS: usize = 16;

impl Calculus {
    /// f in the form above, and from where on; `None` where that says nothing new.
    pub(super) fn far_form(&self, f: &Function) -> Option<(Function, f64)> {
        let mut from = 1.0;
        let terms = self.far_terms(f, &mut from);
        let form = simplified(&terms.into_iter().reduce(|sum, term| sum + term).unwrap_or_else(|| Function::rational(0)));
        (form != *f).then_some((form, from))
    }

    fn far_terms(&self, f: &Function, from: &mut f64) -> Vec<Function> {
        use Primitive as P;
        let negated = |terms: Vec<Function>| terms.into_iter().map(|term| -term).collect::<Vec<_>>();
        match f.node() {
            Node::Add(a, b) => [self.far_terms(a, from), self.far_terms(b, from)].concat(),
            Node::Subtract(a, b) => [self.far_terms(a, from), negated(self.far_terms(b, from))].concat(),
            Node::Negate(a) => negated(self.far_terms(a, from)),
            Node::Multiply(a, b) => {
                let (a, b) = (self.far_terms(a, from), self.far_terms(b, from));
                if a.len() * b.len() > MOST_TERMS {
                    return vec![f.clone()];
                }
                a.iter().flat_map(|a| b.iter().map(move |b| a.clone() * b.clone())).collect()
            }
            Node::Divide(a, b) if b.is_constant() => self.far_terms(a, from).into_iter().map(|term| term / b.clone()).collect(),
            Node::Apply(P::Tanh | P::Erf | P::Sigmoid | P::NormalCdf | P::Softplus, u) => self
                .sign(u)
                .and_then(|(sign, start)| {
                    *from = start.max(*from);
                    settled(f, u, sign)
                })
                .unwrap_or_else(|| vec![f.clone()]),
            Node::Apply(P::Abs | P::Sign | P::Step, _) | Node::Max(..) | Node::Min(..) | Node::Piecewise(..) => {
                match self.taken(f) {
                    Some((taken, start)) => {
                        *from = start.max(*from);
                        self.far_terms(&taken, from)
                    }
                    None => vec![f.clone()],
                }
            }
            _ => vec![f.clone()],
        }
    }

    /// What a choice is far out, and from where on.
    pub(super) fn taken(&self, choice: &Function) -> Option<(Function, f64)> {
        let larger = |a: &Function, b: &Function| {
            let (sign, from) = self.sign(&(a.clone() - b.clone()))?;
            Some((if sign > 0.0 { a.clone() } else { b.clone() }, from))
        };
        match choice.node() {
            Node::Apply(Primitive::Abs, u) => {
                let (sign, from) = self.sign(u)?;
                Some((if sign > 0.0 { u.clone() } else { -u.clone() }, from))
            }
            Node::Apply(Primitive::Sign, u) => self.sign(u).map(|(sign, from)| (Function::rational(sign as i32), from)),
            Node::Apply(Primitive::Step, u) => self.sign(u).map(|(sign, from)| (Function::rational(i32::from(sign > 0.0)), from)),
            Node::Max(a, b) => larger(a, b),
            Node::Min(a, b) => larger(&-a.clone(), &-b.clone()).map(|(taken, from)| (-taken, from)),
            Node::Piecewise(arms, otherwise) => {
                let mut start = 1.0;
                for (condition, value) in arms {
                    let (sign, from) = self.sign(&condition.difference)?;
                    start = from.max(start);
                    if condition.relation.holds(sign.total_cmp(&0.0)) {
                        return Some((value.clone(), start));
                    }
                }
                Some((otherwise.clone(), start))
            }
            _ => None,
        }
    }

    /// f with all choices taken that are decided far out.
    pub(super) fn branch(&self, f: &Function) -> Function {
        let f = f.map_children(&mut |child| self.branch(child));
        self.taken(&f).map_or(f, |(taken, _)| taken)
    }

    /// The sign that the largest term of a sum gives it, and from where on.
    pub(super) fn dominant_sign(&self, f: &Function) -> Option<(f64, f64)> {
        let mut terms = Vec::new();
        split(f, 1.0, &mut terms);
        let growths: Vec<_> = terms.iter().map(|(_, term)| self.of(term).ok()).collect::<Option<_>>()?;
        let gap = (terms.len() as f64).ln() + 1e-6;
        (0..terms.len()).find_map(|i| {
            let lower = growths[i].lower.as_ref().filter(|lower| lower.a.is_finite())?;
            let mut from = lower.from;
            for (j, growth) in growths.iter().enumerate() {
                if j != i {
                    from = lower.dominates(&growth.upper, gap)?.max(from);
                }
            }
            let (sign, start) = self.sign_by_form(&terms[i].1)?;
            Some((terms[i].0 * sign, from.max(start)))
        })
    }

    /// The sign of a real function that is shown not to vanish, as far as its form shows it, and from where on.
    fn sign_by_form(&self, f: &Function) -> Option<(f64, f64)> {
        use Primitive as P;
        if let Some(sign) = self.of(f).ok().as_ref().and_then(far_sign) {
            return Some(sign);
        }
        match f.node() {
            Node::Multiply(a, b) | Node::Divide(a, b) => {
                let (a, b) = (self.sign_by_form(a)?, self.sign_by_form(b)?);
                Some((a.0 * b.0, a.1.max(b.1)))
            }
            Node::Negate(a) => self.sign_by_form(a).map(|(sign, from)| (-sign, from)),
            Node::Power(a, n) => match n.integer() {
                Some(n) if n % 2 != 0 => self.sign_by_form(a),
                _ => Some((1.0, 1.0)),
            },
            Node::Apply(P::Exp | P::Cosh | P::Sqrt | P::Abs | P::Sigmoid | P::Softplus | P::NormalCdf | P::Erfc, _) => {
                Some((1.0, 1.0))
            }
            Node::Apply(P::Tanh | P::Sinh | P::Erf | P::Atan | P::Asin, u) => self.sign_by_form(u),
            _ if f.is_constant() => {
                let growth = self.of(f).ok()?.real?;
                match (growth.low.c0 > 0.0, growth.high.c0 < 0.0) {
                    (true, _) => Some((1.0, 1.0)),
                    (_, true) => Some((-1.0, 1.0)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The terms of a sum with their signs.
fn split(f: &Function, sign: f64, terms: &mut Vec<(f64, Function)>) {
    match f.node() {
        Node::Add(a, b) => {
            split(a, sign, terms);
            split(b, sign, terms);
        }
        Node::Subtract(a, b) => {
            split(a, sign, terms);
            split(b, -sign, terms);
        }
        Node::Negate(a) => split(a, -sign, terms),
        _ => terms.push((sign, f.clone())),
    }
}

/// A switch of u as its limit and what it lacks, where u keeps that sign.
fn settled(f: &Function, u: &Function, sign: f64) -> Option<Vec<Function>> {
    use Primitive as P;
    let Node::Apply(primitive, _) = f.node() else { return None };
    let number = |value: i32| Function::rational(value);
    let twice = || number(2) * u.clone();
    Some(match (primitive, sign > 0.0) {
        (P::Tanh, true) => vec![number(1), number(-2) * (-twice()).apply(P::Sigmoid)],
        (P::Tanh, false) => vec![number(-1), number(2) * twice().apply(P::Sigmoid)],
        (P::Erf, true) => vec![number(1), -u.apply(P::Erfc)],
        (P::Erf, false) => vec![number(-1), (-u.clone()).apply(P::Erfc)],
        (P::Sigmoid | P::NormalCdf, true) => vec![number(1), -(-u.clone()).apply(*primitive)],
        (P::Softplus, true) => vec![u.clone(), (-u.clone()).apply(P::Softplus)],
        _ => return None,
    })
}
