//! The analytic branch of a piecewise function at a point: every choice (|u|, sign, max, an arm) replaced by what holds there.
//!
//! Between two neighbouring breakpoints the frozen function equals the function, and it continues analytically beyond them.

use super::{Evaluator, Function, Node, Primitive};
use crate::number::Ball;

/// f with its choices made at `point`, or `None` when one of them is not decided there.
#[must_use]
pub fn freeze(f: &Function, point: &Ball) -> Option<Function> {
    Freezer { point, known: std::collections::HashMap::new() }.of(f)
}

struct Freezer<'a> {
    point: &'a Ball,
    known: std::collections::HashMap<usize, Option<Function>>,
}

impl Freezer<'_> {
    fn of(&mut self, f: &Function) -> Option<Function> {
        if let Some(known) = self.known.get(&f.address()) {
            return known.clone();
        }
        let result = self.rule(f);
        self.known.insert(f.address(), result.clone());
        result
    }

    fn sign(&self, f: &Function) -> Option<std::cmp::Ordering> {
        Evaluator::new(f, self.point.bits()).value(self.point).sign()
    }

    fn rule(&mut self, f: &Function) -> Option<Function> {
        match f.node() {
            Node::Apply(Primitive::Abs, u) => {
                let positive = self.sign(u)?.is_ge();
                let u = self.of(u)?;
                Some(if positive { u } else { -u })
            }
            Node::Apply(Primitive::Sign, u) => Some(Function::rational(self.sign(u)? as i32)),
            Node::Apply(Primitive::Step, u) => Some(Function::rational(i32::from(self.sign(u)?.is_gt()))),
            Node::Max(a, b) => {
                let first = self.sign(&(a.clone() - b.clone()))?.is_ge();
                self.of(if first { a } else { b })
            }
            Node::Min(a, b) => {
                let first = self.sign(&(a.clone() - b.clone()))?.is_le();
                self.of(if first { a } else { b })
            }
            Node::Piecewise(arms, otherwise) => {
                for (condition, value) in arms {
                    if condition.relation.holds(self.sign(&condition.difference)?) {
                        return self.of(value);
                    }
                }
                self.of(otherwise)
            }
            _ => {
                let mut decided = true;
                let result = f.map_children(&mut |child| {
                    self.of(child).unwrap_or_else(|| {
                        decided = false;
                        child.clone()
                    })
                });
                decided.then_some(result)
            }
        }
    }
}
