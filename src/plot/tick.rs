//! Ticks at round numbers, and numbers as the text a reader expects on an axis: 0.25, −3, 1.5×10⁵, 10⁻³.
//!
//! Tick values are kept as mantissa·10^exponent with integers, so their text is exact and never shows 0.30000000000000004.

/// A labelled position on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Position, in data units.
    pub at: f64,
    /// Text.
    pub label: String,
}

/// At most about `most` ticks at multiples of 1, 2 or 5 times a power of ten inside [low, high], a finite range; of a power that is
/// not below one where only whole numbers are wanted.
pub(super) fn linear(low: f64, high: f64, most: usize, whole: bool) -> Vec<Tick> {
    let most = most.max(1);
    let raw = (high - low) / most as f64;
    let mut exponent = raw.log10().floor() as i32;
    let lead = raw / 10f64.powi(exponent);
    let mut factor = [1_i64, 2, 5, 10].into_iter().find(|&m| m as f64 >= lead * (1.0 - 1e-9)).unwrap_or(10);
    if factor == 10 {
        factor = 1;
        exponent += 1;
    }
    if whole && exponent < 0 {
        (factor, exponent) = (1, 0);
    }
    let step = factor as f64 * 10f64.powi(exponent);
    let slack = 1e-9 * most as f64;
    let first = (low / step - slack).ceil() as i64;
    let last = (high / step + slack).floor() as i64;
    let count = (last - first).clamp(-1, 2 * most as i64) + 1;
    let mantissas: Vec<i64> = (0..count).map(|k| (first + k) * factor).collect();
    let labels = common_labels(&mantissas, exponent);
    mantissas.iter().zip(labels).map(|(&m, label)| Tick { at: m as f64 * 10f64.powi(exponent), label }).collect()
}

/// Powers of ten inside [low, high], every k-th of them so that at most `most` carry a label;
/// a range with fewer than two of them gets 1, 2 and 5 times powers of ten, or linear ticks when these are few too.
pub(super) fn logarithmic(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let (first, last) = decades(low, high);
    if last - first < 1 {
        let round = (first - 1..=last.max(first))
            .flat_map(|d| [1, 2, 5].map(|m| Tick { at: m as f64 * 10f64.powi(d), label: common_labels(&[m], d).concat() }))
            .filter(|tick| (low..=high).contains(&tick.at));
        let round: Vec<Tick> = round.collect();
        if round.len() >= 3 {
            return round;
        }
        let mut ticks = linear(low, high, most, false);
        ticks.retain(|tick| tick.at > 0.0);
        return ticks;
    }
    let stride = ((last - first + 1) as usize).div_ceil(most.max(1)).max(1) as i32;
    (first..=last)
        .filter(|d| d.rem_euclid(stride) == 0)
        .map(|d| Tick { at: 10f64.powi(d), label: format!("10{}", superscript(d)) })
        .collect()
}

/// Unlabelled positions 2…9 times each power of ten; none when there are more than eight decades or less than one.
pub(super) fn logarithmic_minor(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = decades(low, high);
    if !(1..=8).contains(&(last - first)) {
        return Vec::new();
    }
    (first - 1..=last)
        .flat_map(|d| (2..10).map(move |m| f64::from(m) * 10f64.powi(d)))
        .filter(|&x| x >= low && x <= high)
        .collect()
}

fn decades(low: f64, high: f64) -> (i32, i32) {
    ((low.log10() - 1e-9).ceil() as i32, (high.log10() + 1e-9).floor() as i32)
}

/// A number to four significant digits, trailing zeros dropped.
pub(super) fn short(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let text = format!("{value:.3e}");
    let (lead, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut mantissa: i64 = lead.replace('.', "").parse().unwrap_or(0);
    let mut exponent = exponent.parse::<i32>().unwrap_or(0) - 3;
    while mantissa != 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    common_labels(&[mantissa], exponent).concat()
}

/// Texts of mantissa·10^exponent, with the same number of decimals, and in powers of ten outside 10⁻³ … 10⁵.
fn common_labels(mantissas: &[i64], exponent: i32) -> Vec<String> {
    let digits = mantissas.iter().map(|m| m.unsigned_abs()).max().unwrap_or(0);
    let leading = exponent + digits.checked_ilog10().unwrap_or(0) as i32;
    let plain = digits == 0 || (-3..5).contains(&leading);
    mantissas
        .iter()
        .map(|&m| match (m, plain) {
            (0, _) => "0".to_string(),
            (_, true) => fixed(m, exponent),
            (_, false) => format!("{}×10{}", fixed(m, exponent - leading), superscript(leading)),
        })
        .collect()
}

/// mantissa·10^exponent in decimal notation, for a small exponent.
fn fixed(mantissa: i64, exponent: i32) -> String {
    let sign = if mantissa < 0 { "−" } else { "" };
    let digits = mantissa.unsigned_abs().to_string();
    if exponent >= 0 {
        return format!("{sign}{digits}{}", "0".repeat(exponent as usize));
    }
    let decimals = exponent.unsigned_abs() as usize;
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, part) = padded.split_at(padded.len() - decimals);
    format!("{sign}{whole}.{part}")
}

fn superscript(value: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let mut text = String::new();
    if value < 0 {
        text.push('⁻');
    }
    text.extend(value.to_string().bytes().filter(u8::is_ascii_digit).map(|b| DIGITS[usize::from(b - b'0')]));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|t| t.label.as_str()).collect()
    }

    #[test]
    fn linear_ticks_are_round_and_exact() {
        assert_eq!(labels(&linear(0.0, 1.0, 5, false)), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&linear(-0.25, 2.25, 6, true)), ["0", "1", "2"]);
        assert_eq!(labels(&linear(-0.5, 40.5, 5, true)), ["0", "10", "20", "30", "40"]);
        assert_eq!(labels(&linear(-6.0, 6.0, 6, false)), ["−6", "−4", "−2", "0", "2", "4", "6"]);
        assert_eq!(labels(&linear(0.0, 250_000.0, 5, false)), ["0", "0.5×10⁵", "1.0×10⁵", "1.5×10⁵", "2.0×10⁵", "2.5×10⁵"]);
        assert_eq!(labels(&linear(1e-300, 3e-300, 2, false)), ["1×10⁻³⁰⁰", "2×10⁻³⁰⁰", "3×10⁻³⁰⁰"]);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        assert_eq!(labels(&logarithmic(1e-3, 10.0, 6)), ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]);
        assert_eq!(labels(&logarithmic(1e-300, 1e300, 7)).len(), 7);
        assert_eq!(labels(&logarithmic(2.0, 5.0, 4)), ["2", "3", "4", "5"]);
        assert_eq!(labels(&logarithmic(0.17, 7.0, 6)), ["0.2", "0.5", "1", "2", "5"]);
        assert_eq!(labels(&logarithmic(2e-7, 9e-7, 6)), ["2×10⁻⁷", "4×10⁻⁷", "6×10⁻⁷", "8×10⁻⁷"]);
        assert_eq!(logarithmic_minor(1.0, 100.0).len(), 16);
    }

    #[test]
    fn short_numbers_keep_four_digits() {
        for (value, text) in [
            (5.828_427, "5.828"),
            (0.25, "0.25"),
            (-0.171_57, "−0.1716"),
            (1e-300, "1×10⁻³⁰⁰"),
            (0.0, "0"),
            (99_999.9, "1×10⁵"),
            (12_346.0, "12350"),
        ] {
            assert_eq!(short(value), text);
        }
    }
}
