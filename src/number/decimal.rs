//! Decimal output: the digits of a ball that are certain, and no others.
//!
//! A printed number lies within one unit of its last digit of every number in the ball: half a unit for rounding the
//! midpoint, at most half a unit for the radius. A value known exactly that ends early is printed short (`0.75`).

use rug::float::Round;
use rug::{Integer, Rational};

use super::{Ball, Magnitude};

/// Largest exponent printed in plain notation, and the number of zeros after the point likewise.
const PLAIN_EXPONENT: i32 = 21;
const PLAIN_ZEROS: i32 = 7;

/// Bits that hold `digits` decimal digits.
#[must_use]
pub fn bits_for_digits(digits: u32) -> u32 {
    (f64::from(digits) * std::f64::consts::LOG2_10).ceil() as u32 + 8
}

/// `digits` certain significant digits of `ball`, or `None` when its radius leaves fewer.
///
/// Exactly zero prints `0`; a ball around zero that is not exactly zero has no significant digit.
#[must_use]
pub fn decimal(ball: &Ball, digits: u32) -> Option<String> {
    if ball.is_exact_zero() {
        return Some("0".to_owned());
    }
    if !ball.is_finite() || ball.mid().is_zero() {
        return None;
    }
    let (negative, text, exponent) = ball.mid().to_sign_string_exp_round(10, Some(digits as usize), Round::Nearest);
    let exponent = exponent?;
    // one unit of the last digit is 10^(exponent − digits)
    let half_unit = power_of_ten_down(i64::from(exponent) - i64::from(digits)).shifted(-1);
    if ball.radius() > half_unit {
        return None;
    }
    let exact =
        ball.radius().is_zero() && ball.mid().to_rational().is_some_and(|value| is_decimal(&value, &text, exponent, negative));
    Some(if exact { exact_layout(negative, &text, exponent) } else { layout(negative, &text, exponent, digits as i32) })
}

/// `digits` significant digits of the rational, or all of them when it ends earlier.
#[must_use]
pub fn decimal_rational(value: &Rational, digits: u32) -> String {
    if value.is_zero() {
        return "0".to_owned();
    }
    let mid = rug::Float::with_val(bits_for_digits(digits) + 64, value);
    let (negative, text, exponent) = mid.to_sign_string_exp_round(10, Some(digits as usize), Round::Nearest);
    let exponent = exponent.unwrap_or(0);
    if may_end(value.denom()) && is_decimal(value, &text, exponent, negative) {
        exact_layout(negative, &text, exponent)
    } else {
        layout(negative, &text, exponent, digits as i32)
    }
}

/// A number that ends: short, and with zeros before the point where they are digits too.
fn exact_layout(negative: bool, text: &str, exponent: i32) -> String {
    layout(negative, text.trim_end_matches('0'), exponent, PLAIN_EXPONENT)
}

/// `0e-E` with |x| < 10^-E for every x of a ball around zero.
#[must_use]
pub fn not_separated(ball: &Ball) -> String {
    let bound = ball.magnitude().log2() * std::f64::consts::LOG10_2;
    format!("0e-{}", (-bound).floor().max(0.0) as i64)
}

/// Whether a decimal fraction may have this denominator.
fn may_end(denominator: &Integer) -> bool {
    let Some(mut rest) = denominator.to_u64() else { return true };
    rest >>= rest.trailing_zeros();
    while rest.is_multiple_of(5) {
        rest /= 5;
    }
    rest == 1
}

/// Whether 0.text · 10^exponent is `value`.
fn is_decimal(value: &Rational, text: &str, exponent: i32, negative: bool) -> bool {
    let Ok(integer) = text.parse::<Integer>() else { return false };
    let shift = exponent - text.len() as i32;
    if shift.unsigned_abs() > 40_000 {
        return false;
    }
    let power = Rational::from(Integer::from(Integer::u_pow_u(10, shift.unsigned_abs())));
    let decimal = if shift >= 0 { Rational::from(integer) * power } else { Rational::from(integer) / power };
    (if negative { -decimal } else { decimal }) == *value
}

/// A lower bound of 10^exponent.
fn power_of_ten_down(exponent: i64) -> Magnitude {
    let log2 = exponent as f64 * std::f64::consts::LOG2_10;
    let whole = log2.floor();
    let slack = 1.0 - 1e-12 * (1.0 + log2.abs());
    Magnitude::from_f64((log2 - whole).exp2() * slack).shifted(whole as i64)
}

/// 0.text · 10^exponent in plain notation up to 10^`most`, else in scientific notation.
fn layout(negative: bool, text: &str, exponent: i32, most: i32) -> String {
    let sign = if negative { "-" } else { "" };
    let digits = text.len() as i32;
    if exponent > most.max(digits) || exponent <= -PLAIN_ZEROS {
        let (head, tail) = text.split_at(1);
        let point = if tail.is_empty() { "" } else { "." };
        return format!("{sign}{head}{point}{tail}e{}", exponent - 1);
    }
    if exponent <= 0 {
        return format!("{sign}0.{}{text}", "0".repeat((-exponent) as usize));
    }
    if exponent >= digits {
        return format!("{sign}{text}{}", "0".repeat((exponent - digits) as usize));
    }
    let (whole, fraction) = text.split_at(exponent as usize);
    format!("{sign}{whole}.{fraction}")
}
