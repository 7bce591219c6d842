//! Parity of a function: a proof, never a measurement. It is read off the parities of the parts, or else f(−x) is compared with
//! f(x) and −f(x) in a normal form ([`super::normal`]).

use std::collections::HashMap;

use rug::Rational;

use super::normal::Normaliser;
use crate::activation::tree::lower::MAX_SIZE;
use crate::activation::tree::{Function, Node, Parity};

use Parity::{Even, Neither, Odd};

/// The parity that is proved of `f`, up to finitely many points (jumps). The zero function counts as even.
#[must_use]
pub fn parity(f: &Function) -> Parity {
    match Shown::default().of(f) {
        // a larger tree, such as a derivative of high order, is not brought to normal form
        Neither if f.size() <= MAX_SIZE => compared(f),
        parity => parity,
    }
}

/// What the parities of the parts show, each part looked at once.
#[derive(Default)]
struct Shown(HashMap<Function, Parity>);

impl Shown {
    fn of(&mut self, f: &Function) -> Parity {
        if f.is_constant() {
            return Even;
        }
        if let Some(known) = self.0.get(f) {
            return *known;
        }
        let parity = self.rule(f);
        self.0.insert(f.clone(), parity);
        parity
    }

    fn rule(&mut self, f: &Function) -> Parity {
        match f.node() {
            Node::X => Odd,
            Node::Negate(a) => self.of(a),
            Node::Add(a, b) | Node::Subtract(a, b) => {
                let (a, b) = (self.of(a), self.of(b));
                if a == b { a } else { Neither }
            }
            Node::Max(a, b) | Node::Min(a, b) if (self.of(a), self.of(b)) == (Even, Even) => Even,
            Node::Multiply(a, b) | Node::Divide(a, b) => product(self.of(a), self.of(b)),
            Node::Power(a, b) => match (self.of(a), b.integer()) {
                (Odd, Some(n)) if n % 2 != 0 => Odd,
                (Odd, Some(_)) => Even,
                (Even, _) if self.of(b) == Even => Even,
                _ => Neither,
            },
            Node::Apply(primitive, a) => match (self.of(a), primitive.row().parity) {
                (Even, _) | (Odd, Even) => Even,
                (Odd, Odd) => Odd,
                _ => Neither,
            },
            _ => Neither,
        }
    }
}

fn product(a: Parity, b: Parity) -> Parity {
    match (a, b) {
        (Neither, _) | (_, Neither) => Neither,
        _ if a == b => Even,
        _ => Odd,
    }
}

/// The number that f is wherever it is defined, when its normal form is one.
#[must_use]
pub fn constant_value(f: &Function) -> Option<Rational> {
    let form = Some(f).filter(|f| f.size() <= MAX_SIZE).map(|f| Normaliser::new(false).sum(f))?;
    form.is_constant().then_some(form.constant)
}

/// Compares the normal forms of f(−x) and ±f(x).
fn compared(f: &Function) -> Parity {
    let form = Normaliser::new(false).sum(f);
    let mirror = Normaliser::new(true).sum(f);
    if mirror == form {
        Even
    } else if mirror == form.negated() {
        Odd
    } else {
        Neither
    }
}
