//! Choices in one form: the values between increasing thresholds of what is compared.
//!
//! All conditions must compare one function, the axis, with numbers. Half the sum of the first and the last value is taken off and
//! the first value that is left has leading coefficient 1, so that a choice, its mirror image and its negative have one form.

use rug::Rational;

use super::sum::Sum;
use crate::activation::tree::{Condition, Function, Node, Primitive, Relation};

/// Thresholds of one choice, at most.
pub(super) const MOST_CUTS: usize = 100;

/// A threshold of the axis; `above` it when the value itself belongs to the part below the cut.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    at: Rational,
    above: bool,
}

/// What the conditions of a choice compare with numbers.
pub(super) struct Axis {
    function: Function,
    /// Whether a level of the axis is one point, which does not matter.
    injective: bool,
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

impl Axis {
    /// The axis of a difference that is not constant.
    pub(super) fn of(difference: &Sum) -> Option<Self> {
        let (function, _) = compared(difference)?;
        Some(Self { injective: is_injective(&function), function })
    }

    /// Where a condition changes, and whether it holds below; `None` within for one that holds on single points, and without for
    /// one that compares something else.
    pub(super) fn cut(&self, difference: Sum, relation: Relation) -> Option<Option<(Cut, bool)>> {
        let (axis, factor) = compared(&difference)?;
        if axis != self.function {
            return None;
        }
        let (below, or_equal) = match relation {
            Relation::Equal => return self.injective.then_some(None),
            Relation::Less => (factor > 0, false),
            Relation::LessEqual => (factor > 0, true),
            Relation::Greater => (factor < 0, false),
            Relation::GreaterEqual => (factor < 0, true),
        };
        let above = !self.injective && below == or_equal;
        Some(Some((Cut { at: -difference.constant / factor, above }, below)))
    }

    /// The choice of the values between the cuts, of which there is one less.
    pub(super) fn sum(&self, cuts: &[Cut], values: &[Sum]) -> Sum {
        let (Some(first), Some(last)) = (values.first(), values.last()) else { return Sum::constant(0) };
        let middle = first.clone().plus(last.clone()).scaled(&Rational::from((1, 2)));
        let left: Vec<Sum> = values.iter().map(|value| value.clone().plus(middle.negated())).collect();
        let Some(factor) = left.iter().map(Sum::leading).find(|leading| **leading != 0).cloned() else { return middle };
        let inverse = Rational::from(factor.recip_ref());
        let mut values: Vec<Function> = left.iter().map(|value| value.scaled(&inverse).function()).collect();
        let otherwise = values.pop().unwrap_or_else(|| Function::rational(0));
        let condition = |cut: &Cut| Condition {
            difference: self.function.clone() - Function::rational(cut.at.clone()),
            relation: if cut.above { Relation::LessEqual } else { Relation::Less },
        };
        let arms = cuts.iter().map(condition).zip(values).collect();
        Sum::atom(Function::piecewise(arms, otherwise)).scaled(&factor).plus(middle)
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
