//! Choices in one form: the values between increasing thresholds of what is compared.
//!
//! All conditions must compare one function, the axis, with numbers. Half the sum of the first and the last value is taken off and
//! the first value that is left has leading coefficient 1, so that a choice, its mirror image and its negative have one form.

use rug::Rational;

use super::normal::{Normaliser, Sum, is_injective};
use super::{Condition, Function, Node, Relation};

/// Thresholds of one choice, at most.
const MOST_CUTS: usize = 100;

/// A threshold of the axis; `above` it when the value itself belongs to the part below the cut.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    at: Rational,
    above: bool,
}

/// The form of a piecewise function.
pub(super) fn form(normaliser: &mut Normaliser, f: &Function) -> Sum {
    between(normaliser, f).unwrap_or_else(|| normaliser.opaque(f))
}

fn between(normaliser: &mut Normaliser, f: &Function) -> Option<Sum> {
    let Node::Piecewise(arms, _) = f.node() else { return None };
    let (axis, _) = compared(&normaliser.sum(&arms.first()?.0.difference))?;
    let line = Line { injective: is_injective(&axis), axis };
    let mut cuts = Vec::new();
    line.arms(normaliser, f)?;
    line.cuts(normaliser, f, &mut cuts);
    cuts.sort();
    cuts.dedup();
    if cuts.len() > MOST_CUTS {
        return None;
    }
    let mut values: Vec<Sum> = Vec::new();
    let mut kept: Vec<Cut> = Vec::new();
    for part in 0..=cuts.len() {
        let value = line.value(normaliser, f, &cuts, part);
        if values.last() != Some(&value) {
            kept.extend(part.checked_sub(1).map(|cut| cuts[cut].clone()));
            values.push(value);
        }
    }
    Some(line.sum(&kept, &values))
}

/// The axis and the factor in a difference factor · axis + constant.
fn compared(difference: &Sum) -> Option<(Function, Rational)> {
    if difference.is_constant() {
        return None;
    }
    let factor = difference.leading().clone();
    let axis = Sum { constant: Rational::new(), terms: difference.terms.clone() };
    Some((axis.scaled(&Rational::from(factor.recip_ref())).function(), factor))
}

/// The cut, whether the arm is taken below it, and the value; without a cut the arm is never taken.
type Arm<'a> = (Option<(Cut, bool)>, &'a Function);

struct Line {
    axis: Function,
    /// Whether a level of the axis is one point, which does not matter.
    injective: bool,
}

impl Line {
    /// Where the condition changes, and whether it holds below; `None` for one that holds on single points.
    fn cut(&self, normaliser: &mut Normaliser, condition: &Condition) -> Option<Option<(Cut, bool)>> {
        let difference = normaliser.sum(&condition.difference);
        let (axis, factor) = compared(&difference)?;
        if axis != self.axis {
            return None;
        }
        let (below, or_equal) = match condition.relation {
            Relation::Equal => return self.injective.then_some(None),
            Relation::Less => (factor > 0, false),
            Relation::LessEqual => (factor > 0, true),
            Relation::Greater => (factor < 0, false),
            Relation::GreaterEqual => (factor < 0, true),
        };
        let above = !self.injective && below == or_equal;
        Some(Some((Cut { at: -difference.constant / factor, above }, below)))
    }

    /// The arms of a choice along this line; none for another function.
    fn arms<'a>(&self, normaliser: &mut Normaliser, f: &'a Function) -> Option<Vec<Arm<'a>>> {
        let Node::Piecewise(arms, otherwise) = f.node() else { return None };
        let cuts = arms.iter().map(|(condition, value)| Some((self.cut(normaliser, condition)?, value)));
        let mut arms = cuts.collect::<Option<Vec<_>>>()?;
        arms.push((None, otherwise));
        Some(arms)
    }

    fn cuts(&self, normaliser: &mut Normaliser, f: &Function, cuts: &mut Vec<Cut>) {
        for (cut, value) in self.arms(normaliser, f).into_iter().flatten() {
            cuts.extend(cut.map(|(cut, _)| cut));
            self.cuts(normaliser, value, cuts);
        }
    }

    /// The value on the part below the cut of that number.
    fn value(&self, normaliser: &mut Normaliser, f: &Function, cuts: &[Cut], part: usize) -> Sum {
        let Some(arms) = self.arms(normaliser, f) else { return normaliser.sum(f) };
        let last = arms.len() - 1;
        let holds = |cut: &Option<(Cut, bool)>| {
            cut.as_ref().is_some_and(|(cut, below)| cuts.binary_search(cut).is_ok_and(|at| (part <= at) == *below))
        };
        let taken = arms.iter().position(|(cut, _)| holds(cut)).unwrap_or(last);
        self.value(normaliser, arms[taken].1, cuts, part)
    }

    fn sum(&self, cuts: &[Cut], values: &[Sum]) -> Sum {
        let (Some(first), Some(last)) = (values.first(), values.last()) else { return Sum::constant(0) };
        let middle = first.clone().plus(last.clone()).scaled(&Rational::from((1, 2)));
        let left: Vec<Sum> = values.iter().map(|value| value.clone().plus(middle.negated())).collect();
        let Some(factor) = left.iter().map(Sum::leading).find(|leading| **leading != 0).cloned() else { return middle };
        let inverse = Rational::from(factor.recip_ref());
        let mut values: Vec<Function> = left.iter().map(|value| value.scaled(&inverse).function()).collect();
        let otherwise = values.pop().unwrap_or_else(|| Function::rational(0));
        let relation = |cut: &Cut| if cut.above { Relation::LessEqual } else { Relation::Less };
        let condition =
            |cut: &Cut| Condition { difference: self.axis.clone() - Function::rational(cut.at.clone()), relation: relation(cut) };
        let arms = cuts.iter().map(condition).zip(values).collect();
        Sum::atom(Function::piecewise(arms, otherwise)).scaled(&factor).plus(middle)
    }
}
