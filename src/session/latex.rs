//! Values in LaTeX: functions with fractions and roots, numbers in their exact form where they have one.

use super::shown::Shown;
use crate::activation::{Condition, Function, Node, Primitive, Relation, lower};

/// How tightly a form holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Sum,
    Product,
    Power,
    Atom,
}

/// A shown value in LaTeX.
#[must_use]
pub fn latex(shown: &Shown) -> String {
    match shown {
        Shown::Number { text, exact, .. } => match exact.as_ref().and_then(|exact| lower::read(exact).ok()) {
            Some(f) => function(&f),
            None => number(text),
        },
        Shown::Complex(parts) => parts.each_ref().map(latex).join(" + ") + " i",
        Shown::Measured { mean, se } => format!("{} \\pm {}", number(mean), number(se)),
        Shown::Infinite => "\\infty".to_owned(),
        Shown::Undefined => "\\text{undefined}".to_owned(),
        Shown::Function(text) => lower::read(text).map_or_else(|_| format!("\\text{{{text}}}"), |f| function(&f)),
        Shown::Text(text) => format!("\\text{{{text}}}"),
        Shown::Formula { latex, .. } => latex.clone(),
        Shown::Flag(flag) => format!("\\text{{{flag}}}"),
        Shown::List(items) => format!("\\left[{}\\right]", items.iter().map(latex).collect::<Vec<_>>().join(", ")),
        Shown::Record(fields) => {
            if let Some((_, Shown::Text(equation))) = fields.iter().find(|(name, _)| *name == "latex") {
                return format!("{equation} = 0");
            }
            let rows: Vec<String> =
                fields.iter().map(|(name, value)| format!("\\text{{{}}} &= {}", name.replace('_', " "), latex(value))).collect();
            format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.join(" \\\\\n"))
        }
        Shown::File { path, .. } => path.as_ref().map_or_else(String::new, |path| format!("\\text{{{}}}", path.display())),
    }
}

/// A literal, its exponent as a power of ten.
fn number(text: &str) -> String {
    match text.split_once('e') {
        Some((head, exponent)) => format!("{head} \\cdot 10^{{{exponent}}}"),
        None => text.to_owned(),
    }
}

/// A function in LaTeX.
#[must_use]
pub fn function(f: &Function) -> String {
    form(f).0
}

fn at_least(f: &Function, least: Level) -> String {
    let (text, level) = form(f);
    if level >= least { text } else { format!("\\left({text}\\right)") }
}

fn form(f: &Function) -> (String, Level) {
    match f.node() {
        Node::X => ("x".to_owned(), Level::Atom),
        Node::Pi => ("\\pi".to_owned(), Level::Atom),
        Node::Constant(constant) => (format!("\\text{{{}}}", constant.text), Level::Atom),
        Node::Rational(value) if *value < 0 => {
            (format!("-{}", at_least(&Function::rational(rug::Rational::from(-value)), Level::Product)), Level::Sum)
        }
        Node::Rational(value) if value.is_integer() => (value.to_string(), Level::Atom),
        Node::Rational(value) => (format!("\\frac{{{}}}{{{}}}", value.numer(), value.denom()), Level::Product),
        Node::Add(a, b) => (format!("{} + {}", function(a), function(b)), Level::Sum),
        Node::Subtract(a, b) => (format!("{} - {}", function(a), at_least(b, Level::Product)), Level::Sum),
        Node::Negate(a) => (format!("-{}", at_least(a, Level::Product)), Level::Sum),
        Node::Multiply(a, b) => (format!("{} {}", at_least(a, Level::Product), at_least(b, Level::Product)), Level::Product),
        Node::Divide(a, b) => (format!("\\frac{{{}}}{{{}}}", function(a), function(b)), Level::Product),
        Node::Power(a, b) => (format!("{}^{{{}}}", at_least(a, Level::Atom), function(b)), Level::Power),
        Node::Max(a, b) => (format!("\\max\\left({}, {}\\right)", function(a), function(b)), Level::Atom),
        Node::Min(a, b) => (format!("\\min\\left({}, {}\\right)", function(a), function(b)), Level::Atom),
        Node::Apply(primitive, a) => {
            (applied(*primitive, a), if *primitive == Primitive::Exp { Level::Power } else { Level::Atom })
        }
        Node::Cofactor(cofactor, t) => form(&cofactor.quotient(t)),
        Node::Piecewise(arms, otherwise) => (piecewise(arms, otherwise), Level::Atom),
    }
}

fn applied(primitive: Primitive, argument: &Function) -> String {
    let inside = function(argument);
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

fn piecewise(arms: &[(Condition, Function)], otherwise: &Function) -> String {
    let relation = |condition: &Condition| match condition.relation {
        Relation::Less => "<",
        Relation::LessEqual => "\\le",
        Relation::Greater => ">",
        Relation::GreaterEqual => "\\ge",
        Relation::Equal => "=",
    };
    let mut rows: Vec<String> = arms
        .iter()
        .map(|(condition, value)| format!("{} & {} {} 0", function(value), function(&condition.difference), relation(condition)))
        .collect();
    rows.push(format!("{} & \\text{{otherwise}}", function(otherwise)));
    format!("\\begin{{cases}} {} \\end{{cases}}", rows.join(" \\\\ "))
}
