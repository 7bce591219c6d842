//! The name of a point in messages: 0, 1/3, sqrt(2), pi/2 where it is shown to be that to many digits, else six digits.

use rug::Rational;

use super::factors::simplest;
use super::root::Root;
use crate::number::Ball;

/// Precision at which a point is compared with a name.
const BITS: u32 = 200;
/// Largest denominator of a name.
const DENOMINATOR: u32 = 24;

/// Smaller numbers are written with an exponent.
const SMALL: f64 = 1e-6;

/// A short text for the point, which the query language reads.
#[must_use]
pub fn place(root: &Root) -> String {
    if let Some(value) = root.as_rational().filter(|value| *value.denom() < 1_000_000) {
        return value.to_string();
    }
    let ball = root.refine(BITS);
    let small =
        |ball: &Ball| simplest(ball).filter(|value| *value.denom() <= DENOMINATOR && value.numer().significant_bits() < 12);
    if let Some(ratio) = small(&(&ball / &Ball::pi(BITS))).filter(|ratio| *ratio != 0) {
        return multiple(&ratio, "pi");
    }
    let sign = if ball.is_negative() { "-" } else { "" };
    match small(&ball.square()).filter(|square| *square > 0) {
        Some(square) => format!("{sign}sqrt({square})"),
        None => short(root.to_f64()),
    }
}

fn multiple(ratio: &Rational, unit: &str) -> String {
    let sign = if *ratio < 0 { "-" } else { "" };
    let top = if ratio.numer().clone().abs() == 1 { String::new() } else { format!("{}*", ratio.numer().clone().abs()) };
    let bottom = if *ratio.denom() == 1 { String::new() } else { format!("/{}", ratio.denom()) };
    format!("{sign}{top}{unit}{bottom}")
}

/// Six significant digits without trailing zeros.
#[must_use]
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.abs() < SMALL {
        let text = format!("{value:.5e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        return format!("{digits}e{exponent}");
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
