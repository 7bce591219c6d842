//! Functions of x in LaTeX: fractions, roots, cases; a constant known by its digits alone as those digits.

use super::{Level, bracketed, number};
use crate::activation::{Condition, Evaluator, Function, Node, Primitive, Relation};
use crate::number::{Ball, decimal};

/// How constants without an exact form are written.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    /// Significant digits.
    pub digits: u32,
    /// Bits of their enclosures.
    pub bits: u32,
}

/// A function in LaTeX.
pub(super) fn function(f: &Function, digits: Digits) -> String {
    digits.form(f).0
}

impl Digits {
    fn function(self, f: &Function) -> String {
        self.form(f).0
    }

    fn at_least(self, f: &Function, least: Level) -> String {
        bracketed(self.form(f), least)
    }

    fn constant(self, f: &Function) -> Option<String> {
        let ball = Evaluator::new(f, self.bits).value(&Ball::zero(self.bits));
        (1..=self.digits).rev().find_map(|digits| decimal(&ball, digits)).map(|text| number(&text))
    }

    fn form(self, f: &Function) -> (String, Level) {
        match f.node() {
            Node::X => ("x".to_owned(), Level::Atom),
            Node::Pi => ("\\pi".to_owned(), Level::Atom),
            Node::Constant(constant) => match self.constant(f) {
                Some(digits) if digits.contains(['-', ' ']) => (digits, Level::Sum),
                Some(digits) => (digits, Level::Atom),
                None => (super::text(&constant.text), Level::Atom),
            },
            Node::Rational(value) if *value < 0 => {
                (format!("-{}", self.at_least(&Function::rational(rug::Rational::from(-value)), Level::Product)), Level::Sum)
            }
            Node::Rational(value) if value.is_integer() => (value.to_string(), Level::Atom),
            Node::Rational(value) => (format!("\\frac{{{}}}{{{}}}", value.numer(), value.denom()), Level::Product),
            Node::Add(a, b) => (super::added(&self.function(a), &self.function(b)), Level::Sum),
            Node::Subtract(a, b) => (format!("{} - {}", self.function(a), self.at_least(b, Level::Product)), Level::Sum),
            Node::Negate(a) => (format!("-{}", self.at_least(a, Level::Product)), Level::Sum),
            Node::Multiply(a, b) => {
                (super::multiplied(&self.at_least(a, Level::Product), &self.at_least(b, Level::Product)), Level::Product)
            }
            Node::Divide(a, b) => (format!("\\frac{{{}}}{{{}}}", self.function(a), self.function(b)), Level::Product),
            Node::Power(a, b) => (format!("{}^{{{}}}", self.at_least(a, Level::Atom), self.function(b)), Level::Power),
            Node::Max(a, b) => (format!("\\max\\left({}, {}\\right)", self.function(a), self.function(b)), Level::Atom),
            Node::Min(a, b) => (format!("\\min\\left({}, {}\\right)", self.function(a), self.function(b)), Level::Atom),
            Node::Apply(primitive, a) => {
                (self.applied(*primitive, a), if *primitive == Primitive::Exp { Level::Power } else { Level::Atom })
            }
            Node::Cofactor(cofactor, t) => self.form(&cofactor.quotient(t)),
            Node::Piecewise(arms, otherwise) => (self.piecewise(arms, otherwise), Level::Atom),
        }
    }

    fn applied(self, primitive: Primitive, argument: &Function) -> String {
        let inside = self.function(argument);
        match primitive {
            Primitive::Exp => format!("e^{{{inside}}}"),
            Primitive::Sqrt => format!("\\sqrt{{{inside}}}"),
            Primitive::Abs => format!("\\left|{inside}\\right|"),
            Primitive::NormalCdf => format!("\\Phi\\left({inside}\\right)"),
            Primitive::Atan | Primitive::Asin | Primitive::Acos => {
                format!("\\arc{}\\left({inside}\\right)", &primitive.row().name[1..])
            }
            _ => {
                let name = primitive.row().name;
                let known = matches!(name, "log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh");
                let command = if known { format!("\\{name}") } else { format!("\\operatorname{{{name}}}") };
                format!("{command}\\left({inside}\\right)")
            }
        }
    }

    fn piecewise(self, arms: &[(Condition, Function)], otherwise: &Function) -> String {
        let relation = |condition: &Condition| match condition.relation {
            Relation::Less => "<",
            Relation::LessEqual => "\\le",
            Relation::Greater => ">",
            Relation::GreaterEqual => "\\ge",
            Relation::Equal => "=",
        };
        let mut rows: Vec<String> = arms
            .iter()
            .map(|(condition, value)| {
                format!("{} & {} {} 0", self.function(value), self.function(&condition.difference), relation(condition))
            })
            .collect();
        rows.push(format!("{} & \\text{{otherwise}}", self.function(otherwise)));
        format!("\\begin{{cases}} {} \\end{{cases}}", rows.join(" \\\\ "))
    }
}
