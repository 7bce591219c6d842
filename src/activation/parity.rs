//! Parity of a function: a proof, never a measurement. It is read off the parities of the parts, or else f(−x) is compared with
//! f(x) and −f(x) in a normal form ([`super::normal`]).

use super::normal::Normaliser;
use super::{Function, Node};

/// Larger trees are not brought to normal form.
const MOST_NODES: usize = 20_000;

/// How f(−x) relates to f(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// f(−x) = f(x)
    Even,
    /// f(−x) = −f(x)
    Odd,
    /// Neither is proved.
    Neither,
}

use Parity::{Even, Neither, Odd};

impl Parity {
    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Even => "even",
            Odd => "odd",
            Neither => "none",
        }
    }

    fn product(self, other: Self) -> Self {
        match (self, other) {
            (Neither, _) | (_, Neither) => Neither,
            _ if self == other => Even,
            _ => Odd,
        }
    }
}

/// The parity that is proved of `f`, up to finitely many points (jumps). The zero function counts as even.
#[must_use]
pub fn parity(f: &Function) -> Parity {
    match shown(f) {
        Neither if f.size() <= MOST_NODES => compared(f),
        parity => parity,
    }
}

/// What the parities of the parts show.
fn shown(f: &Function) -> Parity {
    if f.is_constant() {
        return Even;
    }
    match f.node() {
        Node::X => Odd,
        Node::Negate(a) => shown(a),
        Node::Add(a, b) | Node::Subtract(a, b) => {
            let (a, b) = (shown(a), shown(b));
            if a == b { a } else { Neither }
        }
        Node::Max(a, b) | Node::Min(a, b) if (shown(a), shown(b)) == (Even, Even) => Even,
        Node::Multiply(a, b) | Node::Divide(a, b) => shown(a).product(shown(b)),
        Node::Power(a, b) => match (shown(a), b.integer()) {
            (Odd, Some(n)) if n % 2 != 0 => Odd,
            (Odd, Some(_)) => Even,
            (Even, _) if shown(b) == Even => Even,
            _ => Neither,
        },
        Node::Apply(primitive, a) => match (shown(a), primitive.row().parity) {
            (Even, _) | (Odd, Even) => Even,
            (Odd, Odd) => Odd,
            _ => Neither,
        },
        _ => Neither,
    }
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
