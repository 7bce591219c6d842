//! Decimal literals as exact rationals, and back: `6.54e-7` is 654/10^9, never a rounded double.

use rug::ops::Pow;
use rug::{Integer, Rational};

/// Largest power of ten a literal may carry: the bound on digits.
pub(super) const MAX_EXPONENT: u32 = 10_000;

/// The magnitude of the exponent of a literal; nothing when it exceeds [`MAX_EXPONENT`].
pub(super) fn exponent_magnitude(text: &str) -> Option<u32> {
    let digits = text.split_once(['e', 'E']).map_or("0", |(_, exponent)| exponent.trim_start_matches(['+', '-', '−']));
    digits.parse().ok().filter(|magnitude| *magnitude <= MAX_EXPONENT)
}

/// The value of `digits [. digits] [e [sign] digits]`; nothing when `text` is not of that form or its exponent is too great.
pub(super) fn parse(text: &str) -> Option<Rational> {
    let magnitude = i64::from(exponent_magnitude(text)?);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Integer = Integer::parse(format!("0{whole}{fraction}")).ok()?.into();
    let exponent = if exponent.starts_with(['-', '−']) { -magnitude } else { magnitude };
    let shift = exponent - i64::try_from(fraction.len()).ok()?;
    let power = Integer::from(10).pow(u32::try_from(shift.abs()).ok()?);
    Some(if shift < 0 { Rational::from((digits, power)) } else { Rational::from(digits * power) })
}

/// The shortest of `0.25`, `1.5e-9`, `3e40` that reads back exactly;
/// nothing when `value` is negative or its decimal expansion does not end.
pub(super) fn format(value: &Rational) -> Option<String> {
    if *value < 0 {
        return None;
    }
    let mut denominator = value.denom().clone();
    let twos = denominator.remove_factor_mut(&Integer::from(2));
    let fives = denominator.remove_factor_mut(&Integer::from(5));
    if denominator != 1 {
        return None;
    }
    let places = twos.max(fives);
    let scaled = Integer::from(10).pow(places) * value.numer();
    let all = Integer::from(scaled.div_exact_ref(value.denom())).to_string();
    let significant = if all == "0" { "0" } else { all.trim_end_matches('0') };
    let exponent = (all.len() - significant.len()) as i64 - i64::from(places);
    Some(layout(significant, exponent))
}

/// The decimal text of `digits · 10^exponent`.
fn layout(digits: &str, exponent: i64) -> String {
    const LEADING_ZEROS: i64 = 4;
    const TRAILING_ZEROS: i64 = 20;
    let length = digits.len() as i64;
    let point = length + exponent;
    if (0..=TRAILING_ZEROS).contains(&exponent) {
        return format!("{digits}{}", "0".repeat(exponent as usize));
    }
    if exponent < 0 && point > 0 {
        let (whole, fraction) = digits.split_at(point as usize);
        return format!("{whole}.{fraction}");
    }
    if exponent < 0 && point >= -LEADING_ZEROS {
        return format!("0.{}{digits}", "0".repeat(-point as usize));
    }
    let (first, rest) = digits.split_at(1);
    if rest.is_empty() || (point - 1).unsigned_abs() > u64::from(MAX_EXPONENT) {
        return long_layout(digits, exponent, point);
    }
    format!("{first}.{rest}e{}", point - 1)
}

/// The same when the exponent may pass the bound: whole digits first, then every zero written out.
fn long_layout(digits: &str, exponent: i64, point: i64) -> String {
    if exponent.unsigned_abs() <= u64::from(MAX_EXPONENT) {
        return format!("{digits}e{exponent}");
    }
    if exponent > 0 {
        return format!("{digits}{}", "0".repeat(exponent as usize));
    }
    format!("0.{}{digits}", "0".repeat(-point as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Rational {
        parse(text).unwrap()
    }

    #[test]
    fn literals_are_exact() {
        assert_eq!(value("0.3"), Rational::from((3, 10)));
        assert_eq!(value(".5"), Rational::from((1, 2)));
        assert_eq!(value("6.54e-7") * Integer::from(10).pow(9), 654);
        assert_eq!(value("12e2"), 1200);
        assert_eq!(value("0"), 0);
    }

    #[test]
    fn format_reads_back_and_is_short() {
        for (text, shown) in
            [("0.250", "0.25"), ("1500", "1500"), ("15e-10", "1.5e-9"), ("3e40", "3e40"), ("00.0", "0"), ("1e-7", "1e-7")]
        {
            assert_eq!(format(&value(text)).unwrap(), shown);
        }
        for text in ["123e10000", "1e-10000", "0.123e-10000", "99.99", "100000000000000000000000000000001"] {
            assert_eq!(value(&format(&value(text)).unwrap()), value(text), "{text}");
        }
        let tiny = format!("0.{}123", "0".repeat(20_000));
        assert_eq!(value(&format(&value(&tiny)).unwrap()), value(&tiny));
    }

    #[test]
    fn what_is_no_ended_decimal_is_refused() {
        assert!(format(&Rational::from((1, 3))).is_none());
        assert!(format(&Rational::from(-1)).is_none());
        assert!(parse("1e10001").is_none());
        assert!(parse("1e99999999999999999999").is_none());
    }
}
