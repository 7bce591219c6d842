//! Values of f and f′ on many nodes at once, operation by operation, so that neighbours share work.
//!
//! On the equispaced nodes x_j = ± jh the exponential of an affine argument is a geometric sequence: e^{sx_j + t} costs one
//! multiplication a node, and tanh, sigmoid, softplus, sinh and cosh of affine arguments follow from it. Everything is done in
//! balls, so the growing error of a sequence is part of every radius. The precision may fall from one block of nodes to the next.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rug::Rational;

use crate::activation::{Constant, Function, Node, Operation, Primitive, Tape, evaluate};
use crate::number::Ball;

/// The nodes of a block: at ± jh for consecutive j, or anywhere.
pub struct Block<'a> {
    /// The nodes.
    pub nodes: &'a [Ball],
    /// (j of the first node, step with its sign), when they are equispaced.
    pub equispaced: Option<(u64, f64)>,
    /// Precision.
    pub bits: u32,
}

/// f and f′ prepared for evaluation on blocks of nodes.
pub struct Columns {
    tape: Tape,
    roots: [usize; 2],
    constants: Vec<Option<Ball>>,
    affine: Vec<Option<(Rational, Rational)>>,
    sequences: Vec<Option<Sequence>>,
}

/// e^{a·j + b} at j = `at`, and its ratio.
struct Sequence {
    at: u64,
    step: f64,
    value: Ball,
    ratio: Ball,
}

impl Columns {
    /// Prepares f (and f′, where it is wanted) for precisions up to `bits`; they choose nothing that depends on x.
    #[must_use]
    pub fn new(f: &Function, slope: Option<&Function>, bits: u32) -> Self {
        // one tape for both, held together by a sum that is not evaluated
        let mut pair: Function = Node::Add(f.clone(), slope.unwrap_or(f).clone()).into();
        let mut tape = Tape::new(&pair);
        if tape.operations.iter().any(is_choice) {
            pair = decided(&pair, &mut HashMap::new());
            tape = Tape::new(&pair);
        }
        let last = tape.operations.len() - 1;
        let roots = match tape.operations[last] {
            Operation::Add(first, second) => [first, second],
            _ => [last; 2],
        };
        let affine = affine_forms(&tape);
        let mut constants: Vec<Option<Ball>> = Vec::with_capacity(tape.operations.len());
        for (operation, free) in tape.operations.iter().zip(&tape.constant) {
            let value = free.then(|| {
                let at = |i: usize| Cow::Owned(constants[i].clone().unwrap_or_else(|| Ball::unknown(bits)));
                plain(operation, &at, bits)
            });
            constants.push(value);
        }
        let sequences = tape.operations.iter().map(|_| None).collect();
        Self { tape, roots, constants, affine, sequences }
    }

    /// The values of f and of f′ on the block.
    pub fn values(&mut self, block: &Block<'_>) -> [Vec<Ball>; 2] {
        let mut columns: Vec<Vec<Ball>> = Vec::with_capacity(self.tape.operations.len());
        for index in 0..self.tape.operations.len() {
            let column = self.column(index, &columns, block);
            columns.push(column);
        }
        self.roots.map(|root| match &self.constants[root] {
            Some(constant) => vec![constant.with_bits(block.bits); block.nodes.len()],
            None => columns[root].clone(),
        })
    }

    fn column(&mut self, index: usize, columns: &[Vec<Ball>], block: &Block<'_>) -> Vec<Ball> {
        let operation = &self.tape.operations[index];
        if self.tape.constant[index] {
            return Vec::new();
        }
        if matches!(operation, Operation::X) {
            return block.nodes.iter().map(|x| x.with_bits(block.bits)).collect();
        }
        if let (Some((first, step)), Operation::Apply(primitive, u)) = (block.equispaced, operation)
            && let (Some(rate), Some(line)) = (rate(*primitive), &self.affine[*u])
        {
            let (primitive, u) = (*primitive, *u);
            let powers = geometric(&mut self.sequences[index], line, rate, (first, step), block);
            return powers.iter().enumerate().map(|(i, power)| from_power(primitive, power, &columns[u][i])).collect();
        }
        let constants = operands(operation, &self.constants, block.bits);
        (0..block.nodes.len())
            .map(|i| {
                let at = |k: usize| match &constants {
                    [Some((known, ball)), _] | [_, Some((known, ball))] if *known == k => Cow::Borrowed(ball),
                    _ => Cow::Borrowed(&columns[k][i]),
                };
                plain(operation, &at, block.bits)
            })
            .collect()
    }
}

fn is_choice(operation: &Operation) -> bool {
    matches!(operation, Operation::Max(..) | Operation::Min(..) | Operation::Select(..))
}

/// f with every choice among constants, such as max(√2, 1), as a constant by itself.
fn decided(f: &Function, known: &mut HashMap<usize, Function>) -> Function {
    if let Some(known) = known.get(&f.address()) {
        return known.clone();
    }
    let result = match f.node() {
        Node::Max(..) | Node::Min(..) | Node::Piecewise(..) if f.is_constant() => {
            let choice = f.clone();
            let enclose = Arc::new(move |bits: u32| evaluate(&choice, &Ball::zero(bits)));
            Node::Constant(Constant { text: f.to_string(), enclose, is_ball: false }).into()
        }
        _ => f.map_children(&mut |child| decided(child, known)),
    };
    known.insert(f.address(), result.clone());
    result
}

/// The constant operands of an operation, rounded to the block's precision.
fn operands(operation: &Operation, constants: &[Option<Ball>], bits: u32) -> [Option<(usize, Ball)>; 2] {
    let mut found = Tape::operands(operation).into_iter().filter_map(|i| Some((i, constants[i].as_ref()?.with_bits(bits))));
    [found.next(), found.next()]
}

/// Which multiple of the argument is exponentiated for a primitive on equispaced nodes.
fn rate(primitive: Primitive) -> Option<i32> {
    match primitive {
        Primitive::Exp | Primitive::Sinh | Primitive::Cosh => Some(1),
        Primitive::Sigmoid | Primitive::Softplus => Some(-1),
        Primitive::Tanh => Some(-2),
        _ => None,
    }
}

/// The primitive at u from q = e^{rate·u}.
fn from_power(primitive: Primitive, q: &Ball, u: &Ball) -> Ball {
    let one = Ball::integer(1, q.bits());
    match primitive {
        Primitive::Tanh => &(&one - q) / &(&one + q),
        Primitive::Sigmoid => (&one + q).inverse(),
        Primitive::Softplus if u.mid().is_sign_negative() => q.inverse().ln_1p(),
        Primitive::Softplus => u + &q.ln_1p(),
        Primitive::Sinh => (q - &q.inverse()).shifted(-1),
        Primitive::Cosh => (q + &q.inverse()).shifted(-1),
        _ => q.clone(),
    }
}

/// e^{rate (s x + t)} on the block's nodes x = j·step, continued from the block before when its precision suffices.
fn geometric(
    sequence: &mut Option<Sequence>,
    (slope, intercept): &(Rational, Rational),
    rate: i32,
    (first, step): (u64, f64),
    block: &Block<'_>,
) -> Vec<Ball> {
    let bits = block.bits;
    // a product of n factors loses about log2 n bits
    let working = bits + 2 + usize::BITS - block.nodes.len().leading_zeros();
    let fits = |known: &Sequence| known.at == first && known.step == step && known.value.bits() >= working;
    if !sequence.as_ref().is_some_and(fits) {
        let exact = |value: Rational| Ball::rational(&value, working + 32).exp().with_bits(working + 16);
        let per_node = Rational::from_f64(step).unwrap_or_default() * slope * rate;
        let start = Rational::from(&per_node * first) + Rational::from(intercept * rate);
        *sequence = Some(Sequence { at: first, step, value: exact(start), ratio: exact(per_node) });
    }
    let Some(known) = sequence else { return Vec::new() };
    let ratio = known.ratio.with_bits(working.min(known.ratio.bits()));
    let mut value = known.value.with_bits(working.min(known.value.bits()));
    let mut powers = Vec::with_capacity(block.nodes.len());
    for _ in block.nodes {
        powers.push(value.with_bits(bits));
        value = &value * &ratio;
    }
    known.at = first + block.nodes.len() as u64;
    known.value = value;
    powers
}

/// One operation on balls.
fn plain<'a>(operation: &Operation, at: &dyn Fn(usize) -> Cow<'a, Ball>, bits: u32) -> Ball {
    match operation {
        Operation::Rational(value) => Ball::rational(value, bits),
        Operation::Pi => Ball::pi(bits),
        Operation::Constant(constant) => (constant.enclose)(bits),
        Operation::Add(a, b) => &*at(*a) + &*at(*b),
        Operation::Subtract(a, b) => &*at(*a) - &*at(*b),
        Operation::Multiply(a, b) if a == b => at(*a).square(),
        Operation::Multiply(a, b) => &*at(*a) * &*at(*b),
        Operation::Divide(a, b) => &*at(*a) / &*at(*b),
        Operation::Negate(a) => -&*at(*a),
        Operation::Integer(a, n) => {
            let power = at(*a).power(n.unsigned_abs());
            if *n < 0 { power.inverse() } else { power }
        }
        Operation::Power(a, b) => {
            let (base, exponent) = (at(*a), at(*b));
            if base.is_exact_zero() && exponent.is_positive() { base.into_owned() } else { (&base.ln() * &*exponent).exp() }
        }
        Operation::Apply(primitive, a) => {
            let argument = at(*a);
            if argument.is_finite() { (primitive.row().ball)(&argument) } else { Ball::unknown(bits) }
        }
        Operation::Cofactor(cofactor, t) => cofactor.ball(&at(*t)),
        Operation::X | Operation::Max(..) | Operation::Min(..) | Operation::Select(..) => Ball::unknown(bits),
    }
}

/// (s, t) for every operation that is s x + t with rational s ≠ 0 and t.
fn affine_forms(tape: &Tape) -> Vec<Option<(Rational, Rational)>> {
    let mut forms: Vec<Option<(Rational, Rational)>> = Vec::with_capacity(tape.operations.len());
    for operation in &tape.operations {
        let at = |i: &usize| forms[*i].clone();
        let scaled = |(s, t): (Rational, Rational), by: Rational| (s * &by, t * by);
        let form = match operation {
            Operation::X => Some((Rational::from(1), Rational::new())),
            Operation::Rational(value) => Some((Rational::new(), value.clone())),
            Operation::Add(a, b) => at(a).zip(at(b)).map(|((s, t), (u, v))| (s + u, t + v)),
            Operation::Subtract(a, b) => at(a).zip(at(b)).map(|((s, t), (u, v))| (s - u, t - v)),
            Operation::Negate(a) => at(a).map(|(s, t)| (-s, -t)),
            Operation::Multiply(a, b) => match (at(a), at(b)) {
                (Some(line), Some((s, by))) | (Some((s, by)), Some(line)) if s == 0 => Some(scaled(line, by)),
                _ => None,
            },
            Operation::Divide(a, b) => {
                let constant = at(b).filter(|(s, by)| *s == 0 && *by != 0);
                at(a).zip(constant).map(|(line, (_, by))| scaled(line, by.recip()))
            }
            _ => None,
        };
        forms.push(form);
    }
    forms.into_iter().map(|form| form.filter(|(s, _)| *s != 0)).collect()
}
