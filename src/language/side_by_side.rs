//! Two operands with nothing between them: mostly a product without its sign, sometimes another thing forgotten.

use super::diagnostic::Diagnostic;
use super::excerpt::{operand_before, operand_from, operand_start, syntax, syntax_at};
use super::habits;
use super::input::{Expected, Input};
use super::token::{CONDITIONAL, Symbol, TokenKind};

/// What `place`, right after an operand, should have been.
pub(super) fn side_by_side(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let left = operand_before(place);
    let right = operand_from(place);
    let before = place.before()?;
    let here = place.kind()?;
    let cannot_follow = || format!("`{right}` cannot follow `{left}`");
    if let Some(diagnostic) = elsewhere(place, &right) {
        return Some(diagnostic);
    }
    if let Some(Expected::Word(word)) = expected.iter().find(|one| matches!(one, Expected::Word(_))) {
        return syntax(place, format!("expected `{word}` before `{right}`"), CONDITIONAL);
    }
    if defines_without_brackets(place) {
        let help = format!("a function is defined as `{left}({right}) = …`");
        return syntax(place, cannot_follow(), help);
    }
    if matches!(here, TokenKind::Name(_)) && place.next().at(Symbol::Assign) {
        let separator =
            if place.in_brackets() { "separate arguments with `,`" } else { "separate statements with `;` or a newline" };
        return syntax(place, cannot_follow(), separator);
    }
    if matches!(here, TokenKind::Name(_)) && in_range(place) {
        return syntax(place, cannot_follow(), "a range is sampled by `step h`, `count n` or `count n log`");
    }
    if matches!((before, here), (TokenKind::Text(_), _) | (_, TokenKind::Text(_))) {
        return syntax(place, cannot_follow(), text_help(place, expected, &left, &right));
    }
    if matches!((before, here), (TokenKind::Number(_), TokenKind::Number(_))) && place.previous_span().end == place.span().start {
        let span = place.previous_span().to(place.span());
        let help = "a number has one decimal point; a range is written `low..high`";
        return syntax_at(span, format!("`{left}{right}` is not a number"), help);
    }
    if matches!((before, here), (TokenKind::Number(_), TokenKind::Name(j)) if j == "j") {
        return syntax(place, cannot_follow(), format!("the imaginary unit is `i`: write `{left}*i`"));
    }
    if matches!((before, here), (TokenKind::Number(_), TokenKind::Name(group)) if group.starts_with('_')) {
        return syntax(place, cannot_follow(), "digits are not grouped: write `10000`");
    }
    let help = product_help(place, expected, &left, &right);
    syntax(place, format!("no implicit multiplication: `{right}` follows `{left}`"), help)
}

/// A word that another language puts here.
fn elsewhere(place: Input, right: &str) -> Option<Diagnostic> {
    let word = |kind: Option<&TokenKind>| kind.and_then(TokenKind::name).map(str::to_owned);
    let first = word(place.before()).filter(|_| matches!(place.kind(), Some(TokenKind::Name(_) | TokenKind::Text(_))));
    if let Some(first) = first {
        if habits::declares(&first) && place.position == 1 {
            let message = format!("`{first}` is no word of the language");
            return syntax_at(place.previous_span(), message, format!("a definition has no word before it: `{right} = …`"));
        }
        if let Some(mend) = habits::mend(&first) {
            return syntax_at(place.previous_span(), format!("`{first}` is no word of the language"), mend);
        }
    }
    let second = word(place.kind()).filter(|word| matches!(word.as_str(), "and" | "or" | "for"))?;
    syntax(place, format!("`{second}` is no word of the language"), habits::mend(&second)?)
}

/// `f x =`
fn defines_without_brackets(place: Input) -> bool {
    let is_name = |position: usize| place.tokens.get(position).is_some_and(|token| token.kind.name().is_some());
    place.position == 1 && is_name(0) && is_name(1) && place.next().at(Symbol::Assign)
}

fn text_help(place: Input, expected: &[Expected], left: &str, right: &str) -> String {
    if matches!(place.kind(), Some(TokenKind::Text(_))) && after_plain_name(place) {
        format!("write `{left}({right})`")
    } else if expected.contains(&Expected::Symbol(Symbol::Comma)) {
        format!("write `{left}, {right}`")
    } else {
        "strings stand alone, in lists or as arguments".to_string()
    }
}

fn product_help(place: Input, expected: &[Expected], left: &str, right: &str) -> String {
    let after_number = matches!(place.before(), Some(TokenKind::Number(_)));
    let signed = place.next().at(Symbol::Minus) || place.next().at(Symbol::Plus);
    match place.kind() {
        Some(TokenKind::Name(name)) if after_number && name.eq_ignore_ascii_case("e") && signed => {
            format!("a power of ten joins its number, as in `6.54e-7`; the constant is `{left}*e`")
        }
        Some(TokenKind::Name(_) | TokenKind::Number(_)) if after_plain_name(place) => {
            format!("write `{left}*{right}` for a product, `{left}({right})` for a call")
        }
        Some(TokenKind::Number(_)) if after_number && expected.contains(&Expected::Symbol(Symbol::Comma)) => {
            format!("write `{left}, {right}` or `{left}*{right}`")
        }
        _ => format!("write `{left}*{right}`"),
    }
}

fn after_plain_name(place: Input) -> bool {
    place.before().is_some_and(|kind| kind.name().is_some()) && operand_start(place) + 1 == place.position
}

/// Whether `..` stands before `place` within the same argument.
fn in_range(place: Input) -> bool {
    let mut depth = 0;
    for token in place.tokens[..place.position].iter().rev() {
        depth -= token.kind.turn();
        if depth < 0 || depth == 0 && token.kind.is(Symbol::Comma) {
            return false;
        }
        if depth == 0 && token.kind.is(Symbol::Dots) {
            return true;
        }
    }
    false
}
