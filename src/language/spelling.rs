//! The two spellings of the language: π for pi, √ for sqrt, ² and ³ for powers, · for the product. Both are read alike.

use super::pieces::{PieceKind, pieces};
use super::token::GREEK;

/// What stands in ASCII for characters that texts and figures have.
const PLAIN: [(char, &str); 67] = [
    ('…', "..."),
    ('±', "+/-"),
    ('−', "-"),
    ('·', "*"),
    ('×', "x"),
    ('√', "sqrt"),
    ('ᵀ', "^T"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
    ('≈', "~"),
    ('∝', "~"),
    ('∞', "inf"),
    ('∫', "int"),
    ('∈', "in"),
    ('∘', "o"),
    ('∎', ""),
    ('Σ', "sum"),
    ('Π', "prod"),
    ('∑', "sum"),
    ('ℝ', "R"),
    ('╌', "-"),
    ('→', "->"),
    ('ζ', "zeta"),
    ('₊', "+"),
    ('₋', "-"),
    ('←', "<-"),
    ('↑', "^"),
    ('↓', "v"),
    ('▲', "^"),
    ('▼', "v"),
    ('•', "*"),
    ('–', "-"),
    ('—', "-"),
    ('‖', "||"),
    ('⟨', "<"),
    ('⟩', ">"),
    ('“', "\""),
    ('”', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('′', "'"),
    ('″', "''"),
    ('─', "-"),
    ('│', "|"),
    ('┊', ":"),
    ('┌', "+"),
    ('┐', "+"),
    ('└', "+"),
    ('┘', "+"),
    ('├', "+"),
    ('┤', "+"),
    ('┬', "+"),
    ('┴', "+"),
    ('┼', "+"),
    ('░', "."),
    ('▒', ":"),
    ('▓', "%"),
    ('█', "#"),
    ('α', "alpha"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('κ', "kappa"),
    ('μ', "mu"),
    ('τ', "tau"),
    ('χ', "chi"),
    ('é', "e"),
];

/// Letters of the language and the names by which they are typed at the prompt.
pub const NAMED: [(char, &str); 11] = {
    let mut named = [('√', "sqrt"); 11];
    let mut place = 0;
    while place < GREEK.len() {
        named[place] = GREEK[place];
        place += 1;
    }
    named
};

/// An expression of the language in the letters of mathematics; it is read back as the same.
#[must_use]
pub fn mathematical(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let (mut end, mut raised) = (0, false);
    let found = pieces(text);
    let mut each = found.iter().enumerate();
    while let Some((place, piece)) = each.next() {
        written += &text[end..piece.span.start];
        end = piece.span.end;
        let own = &text[piece.span.start..piece.span.end];
        let next = found.get(place + 1);
        let after = next.map(|next| &text[next.span.start..next.span.end]);
        let was_raised = std::mem::take(&mut raised);
        match piece.kind {
            // two exponents may not follow each other
            PieceKind::Sign('^') if !was_raised && matches!(after, Some("2" | "3")) => {
                written.push(if after == Some("2") { '²' } else { '³' });
                each.next();
                (end, raised) = (next.map_or(end, |next| next.span.end), true);
            }
            PieceKind::Sign('*') => written.push('·'),
            PieceKind::Word if own == "sqrt" && after == Some("(") => written.push('√'),
            PieceKind::Word => written += &greek(own),
            _ => written += own,
        }
    }
    written + &text[end..]
}

/// `theta1` as `θ1`.
fn greek(name: &str) -> String {
    let spelt = GREEK.iter().find_map(|(letter, spelling)| {
        let tail = name.strip_prefix(spelling)?;
        // as the lexer reads it back
        let is_tail = tail.is_empty() || *spelling != "pi" && tail.starts_with(|c: char| c == '_' || c.is_ascii_digit());
        is_tail.then(|| format!("{letter}{tail}"))
    });
    spelt.unwrap_or_else(|| name.to_owned())
}

/// A text in ASCII, for terminals and locales that have nothing else. What has no such spelling stays as it is.
#[must_use]
pub fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len());
    let mut raised = false;
    for c in text.chars() {
        let was_raised = std::mem::replace(&mut raised, false);
        if let Some(exponent) = raised_character(c) {
            if !was_raised {
                written.push('^');
            }
            written.push(exponent);
            raised = true;
            continue;
        }
        match PLAIN.iter().chain(&GREEK).find(|(letter, _)| *letter == c) {
            Some((_, plain)) => written += plain,
            None => written.push(dots(c).or_else(|| lowered_digit(c)).unwrap_or(c)),
        }
    }
    written
}

/// The character that is raised in an exponent.
fn raised_character(c: char) -> Option<char> {
    const RAISED: [char; 11] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '⁻'];
    let place = RAISED.iter().position(|raised| *raised == c)?;
    Some(char::from_digit(place as u32, 10).unwrap_or('-'))
}

/// The digit of an index.
fn lowered_digit(c: char) -> Option<char> {
    let digit = (c as u32).checked_sub('₀' as u32).filter(|digit| *digit < 10)?;
    char::from_digit(digit, 10)
}

/// A cell of braille dots by how many it has.
fn dots(c: char) -> Option<char> {
    let pattern = (c as u32).checked_sub(0x2800).filter(|pattern| *pattern < 256)?;
    Some(match pattern.count_ones() {
        0 => ' ',
        1 | 2 => '.',
        3 | 4 => ':',
        _ => '#',
    })
}

#[cfg(test)]
mod tests {
    use super::{mathematical, plain};
    use crate::language::parse_expression;

    #[test]
    fn mathematics_is_read_back_as_the_same() {
        for (typed, shown) in [
            ("1/2 - 1/(2*pi)", "1/2 - 1/(2·π)"),
            ("1/6 + sqrt(3)/(4*pi)", "1/6 + √(3)/(4·π)"),
            ("x^2 + x^3 - x^4", "x² + x³ - x^4"),
            ("x^2^3 + x^(2)", "x²^3 + x^(2)"),
            ("sqrt(2)^2 + sqrt(x + 1)^3", "√(2)² + √(x + 1)³"),
            ("theta1^2 + theta2/psi + sigma_w + pine", "θ1² + θ2/ψ + σ_w + pine"),
            ("2^2.5 + x^20 + sqrt", "2^2.5 + x^20 + sqrt"),
            ("x^2*2", "x²·2"),
            ("x^2'", "x²'"),
        ] {
            assert_eq!(mathematical(typed), shown);
            assert_eq!(parse_expression(typed).ok(), parse_expression(shown).ok(), "{typed}");
        }
    }

    #[test]
    fn every_character_of_the_program_has_a_plain_spelling() {
        assert_eq!(plain("M = YYᵀ/m, |x| ≤ θ1² ± 1…"), "M = YY^T/m, |x| <= theta1^2 +/- 1...");
        assert_eq!(plain("10⁻¹⁷ and 10⁹, W₀"), "10^-17 and 10^9, W0");
        assert_eq!(plain("⡇⣿⠀"), ":# ");
        assert_eq!(plain("naïve.svg"), "naïve.svg");
    }
}
