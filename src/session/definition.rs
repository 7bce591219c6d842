//! Definitions: a name keeps its syntax together with the earlier names it saw, so that redefining a name never changes
//! what was built on it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::value::Value;
use crate::language::syntax::{Argument, Expr, Kind, Sampling};
use crate::theory::Doubt;

/// Definitions by name.
pub type Names = HashMap<String, Arc<Definition>>;

/// Most definitions that may stand on one another while none of them is exact; with the height of their expressions.
pub const MAX_HEIGHT: usize = 2000;
/// Longest expression, in nodes, that is written out in full when a number taken from a definition is named.
const MAX_EXPANSION: usize = 400;

/// A name's meaning.
#[derive(Debug)]
pub struct Definition {
    /// The name.
    pub name: String,
    /// Names between the brackets.
    pub parameters: Vec<String>,
    /// The right-hand side.
    pub body: Expr,
    /// The definitions that the body refers to.
    pub names: Names,
    /// The body with its names written out, when it is short.
    pub expanded: Option<Expr>,
    /// Levels of evaluation below this one.
    pub height: usize,
    known: Mutex<Option<Known>>,
}

/// A value found before.
#[derive(Clone, Debug)]
struct Known {
    value: Value,
    doubts: Vec<Doubt>,
    /// The bits it was found at; none when it does not depend on them.
    bits: Option<u32>,
}

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let brackets = if self.parameters.is_empty() { String::new() } else { format!("({})", self.parameters.join(", ")) };
        writeln!(f, "{}{brackets} = {}", self.name, self.body)
    }
}

impl Definition {
    /// A definition over the session's names, not yet evaluated.
    #[must_use]
    pub fn new(name: String, parameters: Vec<String>, body: Expr, session: &Names) -> Self {
        let mut names = Names::new();
        visit(&body, &mut |used| {
            if let Some(definition) = session.get(used).filter(|_| !parameters.iter().any(|parameter| parameter == used)) {
                names.insert(used.to_owned(), definition.clone());
            }
        });
        let below = names.values().map(|definition| definition.height).max().unwrap_or(0);
        let expanded = expand(&body, &names, &parameters);
        let height = below + height(&body);
        Self { name, parameters, body, names, expanded, height, known: Mutex::new(None) }
    }

    /// Whether it stands for a value (`f = …`, or `g(x) = …` as a function of x), not for a rule with arguments.
    #[must_use]
    pub fn is_value(&self) -> bool {
        self.parameters.is_empty() || self.parameters == ["x"]
    }

    /// The value with its doubts, when it is known to at least `bits` bits, and whether it is known for good.
    #[must_use]
    pub fn known(&self, bits: u32) -> Option<(Value, Vec<Doubt>, bool)> {
        let known = self.known.lock().ok()?;
        let known = known.as_ref().filter(|known| known.bits.is_none_or(|found| found >= bits))?;
        Some((known.value.clone(), known.doubts.clone(), known.bits.is_none()))
    }

    /// Keeps a value; `bits` is none when it does not depend on them.
    pub fn keep(&self, value: Value, doubts: Vec<Doubt>, bits: Option<u32>) {
        if let Ok(mut known) = self.known.lock() {
            *known = Some(Known { value, doubts, bits });
        }
    }

    /// The definition without what it was built from, once its value is known for good.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        let permanent = self.known.lock().is_ok_and(|known| known.as_ref().is_some_and(|known| known.bits.is_none()));
        if permanent {
            self.names.clear();
            self.height = 1;
        }
        self
    }
}

/// Calls `found` with every name that occurs.
pub fn visit(expr: &Expr, found: &mut dyn FnMut(&str)) {
    walk(expr, &mut |expr| {
        if let Kind::Name(name) = &expr.kind {
            found(name);
        }
    });
}

/// Calls `each` with an expression and all within it.
pub fn walk<'a>(expr: &'a Expr, each: &mut dyn FnMut(&'a Expr)) {
    each(expr);
    for child in children(expr) {
        walk(child, each);
    }
}

/// The longest path from the root.
#[must_use]
pub fn height(expr: &Expr) -> usize {
    1 + children(expr).into_iter().map(height).max().unwrap_or(0)
}

fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        Kind::Number(_) | Kind::Text(_) | Kind::Name(_) => Vec::new(),
        Kind::Negate(a) | Kind::Field(a, _) | Kind::Derivative(a) => vec![a],
        Kind::Binary(_, a, b) | Kind::Compare(_, a, b) | Kind::Index(a, b) => vec![a, b],
        Kind::Call { function, arguments } => {
            std::iter::once(&**function).chain(arguments.iter().map(|argument| &argument.value)).collect()
        }
        Kind::List(items) => items.iter().collect(),
        Kind::Range { low, high, sampling } => match sampling {
            Sampling::Interval => vec![low, high],
            Sampling::Step(step) => vec![low, high, step],
            Sampling::Count { count, .. } => vec![low, high, count],
        },
        Kind::If { condition, then, otherwise } => vec![condition, then, otherwise],
        Kind::Piecewise { arms, otherwise } => arms.iter().flat_map(|(c, v)| [c, v]).chain([&**otherwise]).collect(),
    }
}

/// The expression with defined names replaced by their own expansions; none when that grows long, or when a name in it
/// stands for a rule with arguments.
#[must_use]
pub fn expand(expr: &Expr, names: &Names, parameters: &[String]) -> Option<Expr> {
    let mut budget = MAX_EXPANSION;
    expanded(expr, names, parameters, &mut budget)
}

fn expanded(expr: &Expr, names: &Names, parameters: &[String], budget: &mut usize) -> Option<Expr> {
    *budget = budget.checked_sub(1)?;
    let mut child = |inner: &Expr| expanded(inner, names, parameters, budget).map(Box::new);
    let kind = match &expr.kind {
        Kind::Name(name) if parameters.contains(name) && name != "x" => return None,
        Kind::Name(name) => match names.get(name) {
            Some(definition) if definition.is_value() => {
                let body = definition.expanded.clone()?;
                *budget = budget.checked_sub(size(&body))?;
                return Some(body);
            }
            Some(_) => return None,
            None => expr.kind.clone(),
        },
        Kind::Number(_) | Kind::Text(_) => expr.kind.clone(),
        Kind::Negate(a) => Kind::Negate(child(a)?),
        Kind::Field(a, field) => Kind::Field(child(a)?, field.clone()),
        Kind::Derivative(a) => Kind::Derivative(child(a)?),
        Kind::Binary(operator, a, b) => Kind::Binary(*operator, child(a)?, child(b)?),
        Kind::Index(a, b) => Kind::Index(child(a)?, child(b)?),
        Kind::Compare(relation, a, b) => Kind::Compare(*relation, child(a)?, child(b)?),
        Kind::List(items) => Kind::List(items.iter().map(|item| child(item).map(|item| *item)).collect::<Option<_>>()?),
        Kind::If { condition, then, otherwise } => {
            Kind::If { condition: child(condition)?, then: child(then)?, otherwise: child(otherwise)? }
        }
        Kind::Call { function, arguments } => {
            let function = child(function)?;
            let mut written = Vec::with_capacity(arguments.len());
            for argument in arguments {
                written.push(Argument { name: argument.name.clone(), value: *child(&argument.value)? });
            }
            Kind::Call { function, arguments: written }
        }
        Kind::Range { .. } | Kind::Piecewise { .. } => return None,
    };
    Some(Expr { kind, span: expr.span })
}

fn size(expr: &Expr) -> usize {
    1 + children(expr).into_iter().map(size).sum::<usize>()
}
