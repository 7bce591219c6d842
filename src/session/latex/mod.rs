//! Values in LaTeX: functions with fractions and roots, numbers in their exact form where they have one and with their digits
//! where they have none, equations with the numbers of their letters, records as aligned rows, lists of records as tables.

mod expression;
mod function;
mod name;

use self::expression::expression;
use self::function::Digits;
use super::shown::Shown;
use super::value::{Name, Value};
use crate::activation::lower;
use crate::language::syntax::{Kind, StatementKind};
use crate::language::{parse_expression, parse_statements};

/// How tightly a form holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Sum,
    Product,
    Power,
    Atom,
}

fn bracketed((text, level): (String, Level), least: Level) -> String {
    if level >= least { text } else { format!("\\left({text}\\right)") }
}

/// a + b, where b may begin with a minus.
fn added(a: &str, b: &str) -> String {
    match b.strip_prefix('-') {
        Some(positive) => format!("{a} - {positive}"),
        None => format!("{a} + {b}"),
    }
}

/// a b; two numbers side by side are one, so that a dot stands between them.
fn multiplied(a: &str, b: &str) -> String {
    let between = if b.starts_with(|c: char| c.is_ascii_digit()) { " \\cdot " } else { " " };
    format!("{a}{between}{b}")
}

/// A value in LaTeX; `shown` is the same value with its certain digits, at so many bits.
#[must_use]
pub fn latex(value: &Value, shown: &Shown, digits: u32, bits: u32) -> String {
    match value {
        // its constants have digits that its text has not
        Value::Function(f) if !f.is_constant() => function::function(f, Digits { digits, bits }),
        _ => Writer { digits: Digits { digits, bits } }.value(shown),
    }
}

struct Writer {
    digits: Digits,
}

impl Writer {
    fn value(&self, shown: &Shown) -> String {
        match shown {
            Shown::Number { text, exact, .. } => match exact.as_ref().and_then(|exact| lower::read(exact).ok()) {
                Some(f) => function::function(&f, self.digits),
                None => number(text),
            },
            Shown::Complex(parts) => parts.each_ref().map(|part| self.value(part)).join(" + ") + " i",
            Shown::Measured { mean, se } => format!("{} \\pm {}", number(mean), number(se)),
            Shown::Infinite => "\\infty".to_owned(),
            Shown::Undefined => "\\text{undefined}".to_owned(),
            Shown::Function(text) => self.function(text),
            Shown::Text(words) => typed(words),
            Shown::Formula { latex, .. } => latex.clone(),
            Shown::Flag(flag) => text(&flag.to_string()),
            Shown::List(items) => self.table(items).unwrap_or_else(|| {
                format!("\\left[{}\\right]", items.iter().map(|item| self.value(item)).collect::<Vec<_>>().join(", "))
            }),
            Shown::Record(fields) => self.record(fields),
            Shown::File { path, .. } => path.as_ref().map_or_else(String::new, |path| text(&path.display().to_string())),
        }
    }

    /// A function of x, or of x1 … x9.
    fn function(&self, written: &str) -> String {
        let known = lower::read(written).map(|f| function::function(&f, self.digits));
        known.or_else(|_| parse_expression(written).map(|expr| expression(&expr))).unwrap_or_else(|_| text(written))
    }

    fn record(&self, fields: &[(Name, Shown)]) -> String {
        if let Some(equation) = self.equation(fields).or_else(|| self.levels(fields)) {
            return equation;
        }
        aligned(fields.iter().map(|(name, value)| format!("{} &= {}", name::name(name), self.value(value))))
    }

    /// P = 0, with the numbers of its letters behind it.
    fn equation(&self, fields: &[(Name, Shown)]) -> Option<String> {
        let (_, Shown::Text(equation)) = fields.iter().find(|(name, _)| *name == "latex")? else { return None };
        let letters = fields.iter().filter(|(name, value)| {
            matches!(name.as_ref(), "theta1" | "theta2")
                && matches!(value, Shown::Number { .. })
                && name::symbol(name).is_some_and(|symbol| equation.contains(&symbol))
        });
        let numbers: Vec<String> = letters.map(|(name, value)| format!("{} = {}", name::name(name), self.value(value))).collect();
        let behind = if numbers.is_empty() { String::new() } else { format!(", \\qquad {}", numbers.join(", \\quad ")) };
        Some(format!("{equation} = 0{behind}"))
    }

    /// The curve of a law that is carried through levels: its steps, in order.
    fn levels(&self, fields: &[(Name, Shown)]) -> Option<String> {
        let find = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let (Shown::Record(curve), Shown::List(steps)) = (find("curve")?, find("steps")?) else { return None };
        let constants = find("constants").map(Shown::items).unwrap_or_default().iter().filter_map(|constant| {
            let Shown::Record(fields) = constant else { return None };
            let [(_, Shown::Text(letter)), (_, value)] = &fields[..] else { return None };
            Some(format!("{} &= {}", name::name(letter), self.value(value)))
        });
        let steps = steps.iter().filter_map(|step| match step {
            Shown::Text(step) => assignment(step),
            _ => None,
        });
        let ends = curve.iter().filter_map(|(name, value)| match value {
            Shown::Text(written) if matches!(name.as_ref(), "z" | "m") => {
                Some(format!("{} &= {}", name::name(name), expression(&parse_expression(written).ok()?)))
            }
            _ => None,
        });
        Some(aligned(constants.chain(steps).chain(ends)))
    }

    /// Records, one a row, with a column for every field that one of them has.
    fn table(&self, items: &[Shown]) -> Option<String> {
        let mut names: Vec<&Name> = Vec::new();
        for item in items {
            let Shown::Record(fields) = item else { return None };
            let new = fields.iter().map(|(name, _)| name).filter(|name| !names.contains(name)).collect::<Vec<_>>();
            names.extend(new);
        }
        if names.is_empty() {
            return None;
        }
        let mut rows = vec![names.iter().map(|field| name::name(field)).collect::<Vec<_>>().join(" & ") + " \\\\ \\hline"];
        for item in items {
            let Shown::Record(fields) = item else { return None };
            let cell = |wanted: &&Name| {
                fields.iter().find(|(known, _)| known == *wanted).map_or_else(String::new, |(_, value)| self.value(value))
            };
            rows.push(names.iter().map(cell).collect::<Vec<_>>().join(" & ") + " \\\\");
        }
        Some(format!("\\begin{{array}}{{{}}}\n{}\n\\end{{array}}", "l".repeat(names.len()), rows.join("\n")))
    }
}

/// A text; one that is a letter or an expression of the language as that.
fn typed(words: &str) -> String {
    let letter = name::symbol(words).filter(|_| words.len() > 1);
    let formula = || match parse_expression(words).ok()? {
        expr if matches!(expr.kind, Kind::Binary(..) | Kind::Call { .. }) => Some(expression(&expr)),
        _ => None,
    };
    letter.or_else(formula).unwrap_or_else(|| text(words))
}

/// `q_0 = …` as a row.
fn assignment(step: &str) -> Option<String> {
    match parse_statements(step).into_iter().next()?.ok()?.kind {
        StatementKind::Define { name: left, body, .. } => Some(format!("{} &= {}", name::name(&left), expression(&body))),
        _ => None,
    }
}

fn aligned(rows: impl Iterator<Item = String>) -> String {
    format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.collect::<Vec<_>>().join(" \\\\\n"))
}

/// A literal, its exponent as a power of ten; one that is only known to be below a power is written as that.
fn number(literal: &str) -> String {
    match literal.split_once('e') {
        Some(("0", exponent)) => format!("0 \\pm 10^{{{exponent}}}"),
        Some((head, exponent)) => format!("{head} \\cdot 10^{{{exponent}}}"),
        None => literal.to_owned(),
    }
}

/// Words within a formula.
fn text(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '\\' => escaped += "\\textbackslash{}",
            '^' => escaped += "\\^{}",
            '~' => escaped += "\\~{}",
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    format!("\\text{{{escaped}}}")
}
