//! Arithmetic of values: functions of x and numbers through `activation::lower`, complex constants part by part.

use super::evaluate::{Evaluation, Scope};
use super::failure::Failure;
use super::several;
use super::value::Value;
use crate::activation::{Function, lower};
use crate::language::syntax::{BinaryOp, Expr, Kind};
use crate::number::Real;

/// Largest exponent of a complex power.
const MAX_COMPLEX_POWER: i32 = 1000;

/// A complex constant as two functions without x.
#[derive(Clone)]
struct Complex {
    re: Function,
    im: Function,
}

/// −a.
///
/// # Errors
/// Why a has no opposite.
pub fn negate(evaluation: &Evaluation, value: &Value, expr: &Expr, scope: Scope) -> Result<Value, Failure> {
    if let Value::Complex(..) = value {
        let a = parts(evaluation, value, expr, scope)?;
        return Ok(Complex { re: -a.re, im: -a.im }.value());
    }
    if let Value::Several(g) = value {
        return several::negate(g, expr);
    }
    let f = lower::bounded(-evaluation.as_function(value, expr, scope)?, expr.span)?;
    Ok(as_certain_as(evaluation, &[value], f))
}

/// a `operator` b; each operand comes with the expression it stands for.
///
/// # Errors
/// Why there is no result.
pub fn binary(
    evaluation: &Evaluation,
    operator: BinaryOp,
    a: (&Value, &Expr),
    b: (&Value, &Expr),
    scope: Scope,
) -> Result<Value, Failure> {
    if matches!(a.0, Value::Complex(..)) || matches!(b.0, Value::Complex(..)) {
        let (left, right) = (parts(evaluation, a.0, a.1, scope)?, parts(evaluation, b.0, b.1, scope)?);
        let result = complex(operator, left, right, b.1)?;
        let at = a.1.span.to(b.1.span);
        return Ok(Complex { re: lower::bounded(result.re, at)?, im: lower::bounded(result.im, at)? }.value());
    }
    if matches!(a.0, Value::Several(_)) || matches!(b.0, Value::Several(_)) {
        return several::binary(evaluation, operator, a, b, scope);
    }
    let (left, right) = (evaluation.as_function(a.0, a.1, scope)?, evaluation.as_function(b.0, b.1, scope)?);
    let f = lower::bounded(lower::arithmetic(operator, left, right, b.1.span)?, a.1.span.to(b.1.span))?;
    Ok(as_certain_as(evaluation, &[a.0, b.0], f))
}

/// A number made of estimates is an estimate, whose error follows from theirs.
fn as_certain_as(evaluation: &Evaluation, parts: &[&Value], f: Function) -> Value {
    if !f.is_constant() || !parts.iter().any(|part| matches!(part, Value::Real(Real::Estimated(_)) | Value::Printed(_))) {
        return Value::Function(f);
    }
    evaluation.mark_inexact();
    Value::Real(Real::Estimated(evaluation.enclosure(&f)))
}

impl Complex {
    fn value(self) -> Value {
        if self.im.is_zero() {
            return Value::Function(self.re);
        }
        Value::Complex(Box::new([self.re, self.im].map(Value::Function)))
    }

    fn times(&self, other: &Self) -> Self {
        let product =
            |a: &Function, b: &Function| if a.is_zero() || b.is_zero() { Function::rational(0) } else { a.clone() * b.clone() };
        Self {
            re: product(&self.re, &other.re) - product(&self.im, &other.im),
            im: product(&self.re, &other.im) + product(&self.im, &other.re),
        }
    }

    fn over(&self, divisor: &Self) -> Self {
        let conjugate = Self { re: divisor.re.clone(), im: -divisor.im.clone() };
        let norm = divisor.times(&conjugate).re;
        let numerator = self.times(&conjugate);
        Self { re: numerator.re / norm.clone(), im: numerator.im / norm }
    }
}

/// Real and imaginary part; part k of a complex result that a room enclosed is named by `expr[k]`.
fn parts(evaluation: &Evaluation, value: &Value, expr: &Expr, scope: Scope) -> Result<Complex, Failure> {
    let Value::Complex(parts) = value else {
        let re = evaluation.as_function(value, expr, scope)?;
        if !re.is_constant() {
            let failure = Failure::wrong("wrong_kind", expr.span, format!("`{expr}` depends on x, and activations are real"));
            return Err(failure.with_help("i may stand only in constants, for example stieltjes(m, 1/2 + 3/10*i)"));
        }
        return Ok(Complex { re, im: Function::rational(0) });
    };
    let part = |value: &Value, index: u32| {
        let index = Expr { kind: Kind::Number(index.into()), span: expr.span };
        let named = Expr { kind: Kind::Index(Box::new(expr.clone()), Box::new(index)), span: expr.span };
        evaluation.as_function(value, &named, scope)
    };
    Ok(Complex { re: part(&parts[0], 0)?, im: part(&parts[1], 1)? })
}

fn complex(operator: BinaryOp, a: Complex, b: Complex, divisor: &Expr) -> Result<Complex, Failure> {
    match operator {
        BinaryOp::Add => Ok(Complex { re: a.re + b.re, im: a.im + b.im }),
        BinaryOp::Subtract => Ok(Complex { re: a.re - b.re, im: a.im - b.im }),
        BinaryOp::Multiply => Ok(a.times(&b)),
        BinaryOp::Divide if b.re.is_zero() && b.im.is_zero() => {
            Err(Failure::wrong("undefined", divisor.span, "the divisor is 0"))
        }
        BinaryOp::Divide if b.im.is_zero() => Ok(Complex { re: a.re / b.re.clone(), im: a.im / b.re }),
        BinaryOp::Divide => Ok(a.over(&b)),
        BinaryOp::Power => power(&a, &b, divisor),
    }
}

fn power(base: &Complex, exponent: &Complex, at: &Expr) -> Result<Complex, Failure> {
    let whole = exponent.re.integer().filter(|n| exponent.im.is_zero() && n.abs() <= MAX_COMPLEX_POWER);
    let Some(n) = whole else {
        let message = format!("a complex number can be raised to whole powers up to {MAX_COMPLEX_POWER}, not to `{at}`");
        return Err(Failure::wrong("wrong_argument", at.span, message));
    };
    let one = Complex { re: Function::one(), im: Function::rational(0) };
    let mut result = one.clone();
    for _ in 0..n.unsigned_abs() {
        result = result.times(base);
        if result.re.size().max(result.im.size()) > lower::MAX_SIZE {
            return Err(Failure::wrong(
                "bound",
                at.span,
                format!("the power has more operations than the bound {}", lower::MAX_SIZE),
            ));
        }
    }
    if n < 0 && result.re.is_zero() && result.im.is_zero() {
        return Err(Failure::wrong("undefined", at.span, "a negative power of 0 is a division by 0"));
    }
    Ok(if n < 0 { one.over(&result) } else { result })
}
