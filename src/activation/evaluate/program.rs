//! Values of a function over slices of doubles: a register program, one loop over a column of 1024 values for each operation.
//!
//! The loops (in [`columns`](super::columns)) are compiled three times, for AVX-512, for AVX2 with fused multiply-add, and for
//! any processor; the first two use the branch-free [`kernels`](super::kernels), the last the one-at-a-time functions of the
//! catalogue. The choice is made once, when the program is compiled. Outside the domain of an operation the value is NaN, unless the arm it stands in is not taken.

use super::balls::Evaluator;
use super::black_box::BlackBox;
use super::columns::{Action, Binary, Operand, perform};
use super::tape::{Operation, Tape};
use crate::activation::tree::{Function, Primitive, Relation};

/// Values worked on at a time: a column of this many fits the first-level cache a few times over.
const COLUMN: usize = 1024;

/// A function compiled for double precision.
pub struct Program {
    instructions: Vec<Instruction>,
    columns: usize,
    result: Operand,
    processor: Processor,
    /// A function of another program in place of the instructions.
    other: Option<BlackBox>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Processor {
    Any,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

struct Instruction {
    action: Action,
    target: usize,
}

impl Program {
    /// Compiles `function`; everything free of x is computed once, to the nearest double.
    #[must_use]
    pub fn new(function: &Function) -> Self {
        Self::for_processor(function, detect())
    }

    fn for_processor(function: &Function, processor: Processor) -> Self {
        let (actions, result) = Translator::translate(function);
        let (instructions, columns, result) = allocate(actions, result);
        Self { instructions, columns, result, processor, other: None }
    }

    /// A function of another program.
    #[must_use]
    pub fn of_black_box(function: &BlackBox) -> Self {
        let (result, processor) = (Operand::Number(f64::NAN), Processor::Any);
        Self { instructions: Vec::new(), columns: 0, result, processor, other: Some(function.clone()) }
    }

    /// Replaces every x of `values` by f(x).
    pub fn apply(&self, values: &mut [f64]) {
        if let Some(function) = &self.other {
            return function.apply(values);
        }
        let width = COLUMN.min(values.len());
        let mut columns = vec![vec![0.0; width]; self.columns];
        for chunk in values.chunks_mut(COLUMN) {
            self.dispatch(chunk, &mut columns);
        }
    }

    #[allow(unsafe_code, reason = "calls of functions compiled for a processor feature")]
    fn dispatch(&self, chunk: &mut [f64], columns: &mut [Vec<f64>]) {
        match self.processor {
            Processor::Any => run::<false>(self, chunk, columns),
            // SAFETY: `detect` chose this processor because it has the features the function is compiled for.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2 => unsafe { run_avx2(self, chunk, columns) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx512 => unsafe { run_avx512(self, chunk, columns) },
        }
    }
}

fn detect() -> Processor {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") && is_x86_feature_detected!("fma") {
            return Processor::Avx512;
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return Processor::Avx2;
        }
    }
    Processor::Any
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2(program: &Program, chunk: &mut [f64], columns: &mut [Vec<f64>]) {
    run::<true>(program, chunk, columns);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,fma")]
fn run_avx512(program: &Program, chunk: &mut [f64], columns: &mut [Vec<f64>]) {
    run::<true>(program, chunk, columns);
}

/// The actions in the order of a tape, each with its own column, before columns are shared.
struct Translator {
    actions: Vec<Action>,
    operands: Vec<Operand>,
}

impl Translator {
    fn translate(function: &Function) -> (Vec<Action>, Operand) {
        let tape = Tape::new(function);
        let constants = constants(function, &tape);
        let mut translator = Self { actions: Vec::new(), operands: Vec::new() };
        for (index, operation) in tape.operations.iter().enumerate() {
            let operand = match constants[index] {
                Some(value) => Operand::Number(value),
                None => translator.operation(&tape, operation),
            };
            translator.operands.push(operand);
        }
        let result = translator.operands.last().copied().unwrap_or(Operand::Number(f64::NAN));
        (translator.actions, result)
    }

    fn operation(&mut self, tape: &Tape, operation: &Operation) -> Operand {
        let action = match operation {
            Operation::X => Action::Variable,
            Operation::Add(a, b) => self.binary(Binary::Add, *a, *b),
            Operation::Subtract(a, b) => self.binary(Binary::Subtract, *a, *b),
            Operation::Multiply(a, b) => self.binary(Binary::Multiply, *a, *b),
            Operation::Divide(a, b) => self.binary(Binary::Divide, *a, *b),
            Operation::Max(a, b) => self.binary(Binary::Max, *a, *b),
            Operation::Min(a, b) => self.binary(Binary::Min, *a, *b),
            Operation::Negate(a) => Action::Negate(self.column(*a)),
            Operation::Integer(a, n) => Action::Integer(self.column(*a), *n),
            Operation::Apply(primitive, a) => Action::Apply(*primitive, self.column(*a)),
            Operation::Power(a, b) => return self.power(tape, *a, *b),
            Operation::Select(arms, otherwise) => return self.select(arms, *otherwise),
            Operation::Rational(_) | Operation::Pi | Operation::Constant(_) | Operation::Cofactor(..) => Action::Fill(f64::NAN),
        };
        Operand::Column(self.push(action))
    }

    fn binary(&self, binary: Binary, a: usize, b: usize) -> Action {
        Action::Binary(binary, self.operands[a], self.operands[b])
    }

    /// a^b; (e^c)^b is e^(c b), so that the rounding of e^c is not raised to the power b.
    fn power(&mut self, tape: &Tape, a: usize, b: usize) -> Operand {
        let exponent = self.operands[b];
        if let Operation::Apply(Primitive::Exp, inner) = &tape.operations[a]
            && let (Operand::Number(factor), Operand::Column(column)) = (self.operands[*inner], exponent)
        {
            let scaled = Action::Binary(Binary::Multiply, Operand::Number(factor), exponent);
            let product = if factor == 1.0 { column } else { self.push(scaled) };
            return Operand::Column(self.push(Action::Apply(Primitive::Exp, product)));
        }
        Operand::Column(self.push(Action::Binary(Binary::Power, self.operands[a], exponent)))
    }

    fn select(&mut self, arms: &[(usize, Relation, usize)], otherwise: usize) -> Operand {
        let mut result = self.operands[otherwise];
        for (difference, relation, value) in arms.iter().rev() {
            let holds = self.operands[*value];
            result = match self.operands[*difference] {
                Operand::Column(difference) => {
                    Operand::Column(self.push(Action::Choose { difference, relation: *relation, holds, otherwise: result }))
                }
                Operand::Number(number) => match number.partial_cmp(&0.0).map(|sign| relation.holds(sign)) {
                    Some(true) => holds,
                    Some(false) => result,
                    None => Operand::Number(f64::NAN),
                },
            };
        }
        result
    }

    /// The column that holds an operand.
    fn column(&mut self, operand: usize) -> usize {
        match self.operands[operand] {
            Operand::Column(column) => column,
            Operand::Number(value) => self.push(Action::Fill(value)),
        }
    }

    /// The column of one more action.
    fn push(&mut self, action: Action) -> usize {
        self.actions.push(action);
        self.actions.len() - 1
    }
}

/// The values of the operations that are free of x, to the nearest double as far as 1600 bits decide it.
fn constants(function: &Function, tape: &Tape) -> Vec<Option<f64>> {
    let mut values = vec![None; tape.constant.len()];
    if !tape.constant.contains(&true) {
        return values;
    }
    for bits in [100, 400, 1600] {
        let evaluator = Evaluator::new(function, bits);
        let mut settled = true;
        for (value, ball) in values.iter_mut().zip(evaluator.constants()) {
            let Some(ball) = ball else { continue };
            settled &= ball.is_exact_zero() || ball.relative_bits() > 70.0;
            *value = Some(if ball.is_finite() { ball.to_f64() } else { f64::NAN });
        }
        if settled {
            break;
        }
    }
    values
}

/// Gives each action a column that holds nothing needed later, and never one it reads.
fn allocate(actions: Vec<Action>, result: Operand) -> (Vec<Instruction>, usize, Operand) {
    let mut last_use: Vec<usize> = (0..actions.len()).collect();
    for (index, mut action) in actions.iter().copied().enumerate() {
        for column in action.columns() {
            last_use[*column] = index;
        }
    }
    if let Operand::Column(column) = result {
        last_use[column] = usize::MAX;
    }
    let (mut name, mut free, mut columns, mut instructions) = (vec![0; actions.len()], Vec::new(), 0, Vec::new());
    for (index, mut action) in actions.into_iter().enumerate() {
        let target = free.pop().unwrap_or_else(|| {
            columns += 1;
            columns - 1
        });
        name[index] = target;
        let mut ended = vec![index];
        for column in action.columns() {
            ended.push(*column);
            *column = name[*column];
        }
        instructions.push(Instruction { action, target });
        ended.sort_unstable();
        ended.dedup();
        free.extend(ended.into_iter().filter(|column| last_use[*column] == index).map(|column| name[column]));
    }
    let result = if let Operand::Column(column) = result { Operand::Column(name[column]) } else { result };
    (instructions, columns, result)
}

#[inline(always)]
fn run<const FUSED: bool>(program: &Program, chunk: &mut [f64], columns: &mut [Vec<f64>]) {
    for instruction in &program.instructions {
        let mut column = std::mem::take(&mut columns[instruction.target]);
        perform::<FUSED>(&instruction.action, chunk, columns, &mut column[..chunk.len()]);
        columns[instruction.target] = column;
    }
    match program.result {
        Operand::Column(column) => chunk.copy_from_slice(&columns[column][..chunk.len()]),
        Operand::Number(value) => chunk.fill(value),
    }
}

#[cfg(test)]
mod tests {
    use rug::Float;

    use super::*;
    use crate::activation::CATALOGUE;
    use crate::number::Ball;

    fn processors() -> Vec<Processor> {
        match detect() {
            Processor::Any => vec![Processor::Any],
            #[cfg(target_arch = "x86_64")]
            best => {
                let all = [Processor::Any, Processor::Avx2, Processor::Avx512];
                all.into_iter().filter(|p| *p != Processor::Avx512 || best == Processor::Avx512).collect()
            }
        }
    }

    /// Arguments dense near zero, near the ends of the double range, and where the kernels change their form.
    fn awkward() -> Vec<f64> {
        let mut values =
            vec![0.0, 5e-324, 1e-310, f64::MIN_POSITIVE, 1e-200, 1e-20, 1e-8, 0.25, 0.75, 1.0, 28.0, 37.5, 38.4, 700.0, 709.7];
        values.extend([709.79, 745.0, 746.0, 1e4, 1e10, 1e22, 1e300, f64::MAX]);
        let mut state = 1u64;
        for index in 0..2000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let unit = (state >> 11) as f64 / 2f64.powi(53);
            values.push([unit, 8.0 * unit, 50.0 * unit, 760.0 * unit, (60.0 * unit - 50.0).exp2()][index % 5]);
        }
        values.extend(values.clone().iter().map(|x| -x));
        values
    }

    /// |value − truth| in units of the last place of the double next to the truth.
    fn ulps(value: f64, truth: &Float) -> f64 {
        let nearest = truth.to_f64();
        if value == nearest || (value.is_nan() && nearest.is_nan()) {
            return 0.0;
        }
        if !nearest.is_finite() || !value.is_finite() {
            return if nearest.abs().max(value.abs()) == f64::INFINITY && nearest.abs().min(value.abs()) >= f64::MAX {
                1.0
            } else {
                f64::INFINITY
            };
        }
        let unit = nearest.abs().next_up() - nearest.abs();
        (Float::with_val(200, value - truth) / unit).to_f64().abs()
    }

    #[test]
    fn every_primitive_is_within_four_units_of_the_true_value() {
        let arguments = awkward();
        for row in &CATALOGUE {
            let function = Function::x().apply(row.primitive);
            let truths: Vec<Ball> =
                arguments.iter().map(|x| crate::activation::evaluate(&function, &Ball::double(*x, 300))).collect();
            for processor in processors() {
                let mut values = arguments.clone();
                Program::for_processor(&function, processor).apply(&mut values);
                for ((x, value), truth) in arguments.iter().zip(&values).zip(&truths) {
                    if !truth.is_finite() {
                        assert!(value.is_nan() || value.is_infinite(), "{}({x:e}) = {value:e}", row.name);
                        continue;
                    }
                    let error = ulps(*value, truth.mid());
                    assert!(error <= 4.0, "{}({x:e}) = {value:e}: {error} ulp from {}", row.name, truth.mid().to_f64());
                }
            }
        }
    }

    #[test]
    fn special_values_pass_through() {
        let limits: [(Primitive, f64, f64); 9] = [
            (Primitive::Exp, 0.0, f64::INFINITY),
            (Primitive::Tanh, -1.0, 1.0),
            (Primitive::Sigmoid, 0.0, 1.0),
            (Primitive::Softplus, 0.0, f64::INFINITY),
            (Primitive::Erf, -1.0, 1.0),
            (Primitive::Erfc, 2.0, 0.0),
            (Primitive::NormalCdf, 0.0, 1.0),
            (Primitive::Step, 0.0, 1.0),
            (Primitive::Sign, -1.0, 1.0),
        ];
        for processor in processors() {
            for (primitive, left, right) in limits {
                let mut values = [f64::NEG_INFINITY, f64::INFINITY, f64::NAN, -0.0];
                Program::for_processor(&Function::x().apply(primitive), processor).apply(&mut values);
                assert_eq!((values[0], values[1]), (left, right), "{primitive:?}");
                assert!(values[2].is_nan(), "{primitive:?}");
                let odd = primitive.row().parity == crate::activation::Parity::Odd;
                assert!(!odd || (values[3] == 0.0 && values[3].is_sign_negative()), "{primitive:?}(-0)");
            }
        }
    }

    #[test]
    fn integer_powers_are_within_four_units() {
        for n in [-5, -3, -2, -1, 2, 3, 4, 5, 6, 7, 8, 9, 40] {
            let function = Function::x().powi(n);
            for processor in processors() {
                let arguments = [0.3, -0.7, 1.1, 3.7, -12.5, 1e-20, 1e20, 1e-160, 1e160];
                let mut values = arguments;
                Program::for_processor(&function, processor).apply(&mut values);
                for (x, value) in arguments.iter().zip(values) {
                    let truth = crate::activation::evaluate(&function, &Ball::double(*x, 200));
                    let error = ulps(value, truth.mid());
                    assert!(error <= 4.0, "{x:e}^{n}: {error}");
                }
            }
        }
    }
}
