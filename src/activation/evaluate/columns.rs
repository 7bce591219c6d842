//! Columns of doubles and the loops over them, one for each operation of a register program.
//!
//! Everything here is inlined into the functions that [`program`](super::program) compiles for a processor; with `FUSED` the
//! branch-free [`kernels`](super::kernels) are used, without it the one-at-a-time functions of the catalogue.

use super::kernels;
use crate::activation::tree::{Primitive, Relation};

/// Largest n for which xⁿ is a chain of products (error below 4 units in the last place).
const CHAIN: u32 = 8;

/// Where an operand is found.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Operand {
    Column(usize),
    Number(f64),
}

/// An operation with its operands.
#[derive(Clone, Copy)]
pub(super) enum Action {
    Variable,
    Fill(f64),
    Binary(Binary, Operand, Operand),
    Negate(usize),
    Integer(usize, i32),
    Apply(Primitive, usize),
    Choose { difference: usize, relation: Relation, holds: Operand, otherwise: Operand },
}

/// The operations of two operands.
#[derive(Clone, Copy)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Max,
    Min,
}

impl Action {
    /// The columns it reads.
    pub(super) fn columns(&mut self) -> Vec<&mut usize> {
        let (column, operands) = match self {
            Self::Variable | Self::Fill(_) => (None, Vec::new()),
            Self::Binary(_, a, b) => (None, vec![a, b]),
            Self::Negate(a) | Self::Integer(a, _) | Self::Apply(_, a) => (Some(a), Vec::new()),
            Self::Choose { difference, holds, otherwise, .. } => (Some(difference), vec![holds, otherwise]),
        };
        let operands =
            operands.into_iter().filter_map(|operand| if let Operand::Column(index) = operand { Some(index) } else { None });
        column.into_iter().chain(operands).collect()
    }
}

macro_rules! map {
    ($from:expr, $to:expr, $x:ident => $value:expr) => {
        for (to, from) in $to.iter_mut().zip($from.iter()) {
            let $x = *from;
            *to = $value;
        }
    };
}

macro_rules! map_two {
    ($columns:expr, $first:expr, $second:expr, $to:expr, $a:ident, $b:ident => $value:expr) => {
        match ($first, $second) {
            (Operand::Column(first), Operand::Column(second)) => {
                for ((to, first), second) in $to.iter_mut().zip($columns[first].iter()).zip($columns[second].iter()) {
                    let ($a, $b) = (*first, *second);
                    *to = $value;
                }
            }
            (Operand::Column(first), Operand::Number($b)) => map!($columns[first], $to, $a => $value),
            (Operand::Number($a), Operand::Column(second)) => map!($columns[second], $to, $b => $value),
            (Operand::Number($a), Operand::Number($b)) => $to.fill($value),
        }
    };
}

/// Carries out `action` into the column `to`, which is none of those it reads.
#[inline(always)]
pub(super) fn perform<const FUSED: bool>(action: &Action, variable: &[f64], columns: &[Vec<f64>], to: &mut [f64]) {
    match *action {
        Action::Variable => to.copy_from_slice(variable),
        Action::Fill(value) => to.fill(value),
        Action::Negate(a) => map!(columns[a], to, x => -x),
        Action::Integer(a, n) => integer_power(&columns[a], n, to),
        Action::Apply(primitive, a) => apply::<FUSED>(primitive, &columns[a], to),
        Action::Binary(binary, first, second) => match binary {
            Binary::Add => map_two!(columns, first, second, to, a, b => a + b),
            Binary::Subtract => map_two!(columns, first, second, to, a, b => a - b),
            Binary::Multiply => map_two!(columns, first, second, to, a, b => a * b),
            Binary::Divide => map_two!(columns, first, second, to, a, b => a / b),
            Binary::Max => map_two!(columns, first, second, to, a, b => kernels::larger(a, b)),
            Binary::Min => map_two!(columns, first, second, to, a, b => kernels::smaller(a, b)),
            Binary::Power => map_two!(columns, first, second, to, a, b => power(a, b)),
        },
        Action::Choose { difference, relation, holds, otherwise } => {
            choose(relation, &columns[difference], [holds, otherwise], columns, to);
        }
    }
}

#[inline(always)]
fn apply<const FUSED: bool>(primitive: Primitive, from: &[f64], to: &mut [f64]) {
    match primitive {
        Primitive::Abs => map!(from, to, x => x.abs()),
        Primitive::Sqrt => map!(from, to, x => x.sqrt()),
        Primitive::Exp if FUSED => map!(from, to, x => kernels::exp(x)),
        Primitive::Tanh if FUSED => map!(from, to, x => kernels::tanh(x)),
        Primitive::Sigmoid if FUSED => map!(from, to, x => kernels::sigmoid(x)),
        Primitive::Softplus if FUSED => map!(from, to, x => kernels::softplus(x)),
        Primitive::Erf if FUSED => map!(from, to, x => kernels::erf(x)),
        Primitive::Erfc if FUSED => map!(from, to, x => kernels::erfc(x)),
        Primitive::NormalCdf if FUSED => map!(from, to, x => kernels::normal_cdf(x)),
        _ => {
            let double = primitive.row().double;
            map!(from, to, x => double(x));
        }
    }
}

/// a^b for a ≥ 0, NaN for a < 0: integer exponents that are written as such do not come here.
fn power(a: f64, b: f64) -> f64 {
    if a < 0.0 { f64::NAN } else { a.powf(b) }
}

#[inline(always)]
fn integer_power(from: &[f64], n: i32, to: &mut [f64]) {
    match n {
        -1 => map!(from, to, x => 1.0 / x),
        -2 => map!(from, to, x => 1.0 / x / x),
        _ if n < 0 || n.unsigned_abs() > CHAIN => map!(from, to, x => x.powf(f64::from(n))),
        _ => {
            to.fill(1.0);
            for bit in (0..4).rev() {
                map_in_place(from, to, n >> bit & 1 == 1);
            }
        }
    }
}

/// One step of binary powering: squares, then multiplies by the base when the bit is set.
#[inline(always)]
fn map_in_place(base: &[f64], to: &mut [f64], bit: bool) {
    for (to, x) in to.iter_mut().zip(base) {
        let square = *to * *to;
        *to = if bit { square * x } else { square };
    }
}

/// The first operand where the difference stands in the relation to zero, the second where it does not; NaN where the
/// difference is not a number.
#[inline(always)]
fn choose(relation: Relation, difference: &[f64], [holds, otherwise]: [Operand; 2], columns: &[Vec<f64>], to: &mut [f64]) {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let (less, equal, greater) = (relation.holds(Less), relation.holds(Equal), relation.holds(Greater));
    match otherwise {
        Operand::Column(column) => to.copy_from_slice(&columns[column][..to.len()]),
        Operand::Number(value) => to.fill(value),
    }
    let chosen = |d: f64, value: f64, otherwise: f64| {
        let kept = if d.is_nan() { f64::NAN } else { otherwise };
        if (less & (d < 0.0)) | (equal & (d == 0.0)) | (greater & (d > 0.0)) { value } else { kept }
    };
    match holds {
        Operand::Column(column) => {
            for ((to, d), value) in to.iter_mut().zip(difference).zip(&columns[column]) {
                *to = chosen(*d, *value, *to);
            }
        }
        Operand::Number(value) => {
            for (to, d) in to.iter_mut().zip(difference) {
                *to = chosen(*d, value, *to);
            }
        }
    }
}
