//! The embedded font: DejaVu Sans reduced to Latin, Greek, super- and subscripts, arrows and mathematical operators.

use plotters::style::{FontStyle, IntoFont, register_font};
use std::sync::Once;

/// Name under which the font is registered, and first family of an SVG.
pub(super) const FAMILY: &str = "DejaVu Sans";
/// Families a viewer may use instead, all at most as wide.
pub(super) const FAMILIES: &str = "DejaVu Sans, Verdana, Arial, sans-serif";
/// Size that plotters wants for a font of one pixel per em (its SVG backend divides by this).
pub(super) const PLOTTERS_PER_EM: f64 = 1.24;

/// The font file.
pub(super) static BYTES: &[u8] = include_bytes!("../../assets/DejaVuSans-subset.ttf");
static REGISTERED: Once = Once::new();

/// Makes the font known to plotters, which panics when it draws text in a font it does not know.
pub(super) fn register() {
    REGISTERED.call_once(|| {
        let registered = register_font(FAMILY, FontStyle::Normal, BYTES);
        assert!(registered.is_ok(), "the embedded font is a valid font file");
    });
}

/// Width of a line of text in a font of the given size, in the same unit.
pub(super) fn width(text: &str, size: f64) -> f64 {
    const PRECISION: f64 = 1000.0;
    register();
    let font = (FAMILY, PRECISION * PLOTTERS_PER_EM).into_font();
    let (width, _) = font.box_size(text).expect("the embedded font is registered");
    f64::from(width) * size / PRECISION
}

/// The text in at most `room`: made smaller down to `least`, then cut with an ellipsis. Returns the text and its size.
pub(super) fn fit(text: &str, room: f64, size: f64, least: f64) -> (String, f64) {
    let full = width(text, size);
    if full <= room {
        return (text.to_string(), size);
    }
    let smaller = (size * room / full).max(least);
    if width(text, smaller) <= room * 1.001 {
        return (text.to_string(), smaller);
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if width(&kept, least) + width("…", least) > room {
            kept.pop();
            break;
        }
    }
    (kept.trim_end().to_string() + "…", least)
}

/// The text broken into lines of at most `room`, and at most `most` lines, which may be none: after commas and semicolons, and at
/// other spaces only where what stands between two of these is longer than a line.
pub(super) fn wrap(text: &str, room: f64, size: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if most == 0 {
        return lines;
    }
    for word in phrases(text)
        .flat_map(|phrase| if width(phrase, size) <= room { vec![phrase] } else { phrase.split_whitespace().collect() })
    {
        let full = lines.len() == most;
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(word, size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) if full => {
                line.push_str(" …");
                break;
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines.iter().map(|line| fit(line, room, size, size).0).collect()
}

/// The text cut after commas and semicolons that a space follows.
fn phrases(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive([',', ';']).map(str::trim).filter(|phrase| !phrase.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_symbols_of_the_field_have_glyphs() {
        let missing = width("\u{10FFFF}", 100.0);
        for symbol in "ρλσμζηψφθγ√∫∞≈≤→″⁻⁰¹²³₀₁₊₋×−–‖⟨⟩ℝ∑ᵀ".chars() {
            let own = width(&symbol.to_string(), 100.0);
            assert!(own > 0.0 && (own - missing).abs() > 1e-9, "no glyph for {symbol}");
        }
    }

    #[test]
    fn fitted_text_fits() {
        for room in [20.0, 100.0, 300.0] {
            let (text, size) = fit("eigenvalue density of the conjugate kernel", room, 16.0, 9.0);
            assert!(width(&text, size) <= room * 1.01, "{text} at {size} in {room}");
        }
        let lines = wrap("n = 4000, seed = 7, trials = 20, activation = tanh", 120.0, 11.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| width(line, 11.0) <= 121.0), "{lines:?}");
    }
}
