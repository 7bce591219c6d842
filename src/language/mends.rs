//! From the furthest failure to a message: what is wrong, and how to mend the mistakes people make.

use super::diagnostic::Diagnostic;
use super::excerpt::{abridged, operand_before, operand_from, operand_start, text};
use super::input::{Expected, Failure, Input};
use super::syntax::Span;
use super::token::{RESERVED, Symbol, Token, TokenKind};

/// The diagnostic of a failed parse of `input`.
pub(super) fn diagnose(failure: Failure, input: Input) -> Diagnostic {
    if let Some(diagnostic) = failure.refused {
        return *diagnostic;
    }
    let place = Input { position: failure.position, ..input };
    let expects = |expected| failure.expected.contains(&expected);
    let known = if expects(Expected::Operator) {
        after_expression(place, &failure.expected)
    } else if expects(Expected::Expression) {
        instead_of_expression(place)
    } else {
        instead_of_word(place, &failure.expected)
    };
    known.unwrap_or_else(|| {
        let message = format!("expected {}, found {}", list(&failure.expected), found(place));
        let diagnostic = Diagnostic::at("syntax", place.span(), message);
        if expects(Expected::Word("then")) || expects(Expected::Word("else")) { diagnostic.with_help(CONDITIONAL) } else { diagnostic }
    })
}

const CONDITIONAL: &str = "a condition is written `if c then p else q`";
pub(super) const RELATIONS: &str = "the relations are `<`, `<=`, `>`, `>=`, `==`";

fn syntax(place: Input, message: String, help: String) -> Option<Diagnostic> {
    Some(Diagnostic::at("syntax", place.span(), message).with_help(help))
}

/// An expression has ended and something stands there that cannot continue it.
fn after_expression(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    match place.kind()? {
        TokenKind::Symbol(Symbol::Assign) => misplaced_assign(place, expected),
        TokenKind::Symbol(Symbol::Prime) => syntax(
            place,
            "`'` differentiates a function and stands after a name, a call or a bracket".to_string(),
            "put what is to be differentiated in brackets, as in `(x^2)'`".to_string(),
        ),
        TokenKind::Symbol(symbol) if symbol.relation().is_some() => syntax(
            place,
            "comparisons do not chain".to_string(),
            "nest them, as in `if 0 < x then (if x < 1 then p else q) else q`".to_string(),
        ),
        TokenKind::Symbol(Symbol::Dots) => {
            syntax(place, "a range has two ends".to_string(), "write `low..high`, `low..high step h` or `low..high count n`".to_string())
        }
        TokenKind::Symbol(Symbol::Colon) => {
            syntax(place, "`:` has no meaning here".to_string(), "it separates condition and value in `piecewise(x < 0: 0, x)`".to_string())
        }
        TokenKind::Symbol(Symbol::Comma) if expected.contains(&Expected::EndOfStatement) => syntax(
            place,
            "`,` has no meaning outside brackets".to_string(),
            "separate statements with `;` and write a list as `[a, b]`".to_string(),
        ),
        TokenKind::Symbol(Symbol::CloseParenthesis) if expected.contains(&Expected::Symbol(Symbol::Colon)) => {
            syntax(place, "piecewise needs a condition and a value first".to_string(), "write it as in `piecewise(x < 0: 0, x)`".to_string())
        }
        TokenKind::Symbol(Symbol::Comma) if expected.contains(&Expected::Symbol(Symbol::Colon)) => {
            syntax(place, "expected `:` and a value before `,`".to_string(), "write it as in `piecewise(x < 0: 0, x)`".to_string())
        }
        TokenKind::Symbol(Symbol::CloseParenthesis) if *expected == [Expected::Symbol(Symbol::Comma), Expected::Operator] => syntax(
            place,
            "piecewise needs a last value, for where no condition holds".to_string(),
            "add it, as in `piecewise(x < 0: 0, x)`".to_string(),
        ),
        TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket | Symbol::Root) | TokenKind::Number(_) | TokenKind::Text(_) => {
            side_by_side(place, expected)
        }
        TokenKind::Name(name) if RESERVED.contains(&name.as_str()) => Some(reserved(place, name)),
        TokenKind::Name(_) => side_by_side(place, expected),
        _ => None,
    }
}

fn misplaced_assign(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let help = if expected.contains(&Expected::Word("then")) {
        "to compare, write `==`"
    } else if place.open_brackets() == 0 {
        "a definition is `name = …` or `name(x) = …`; a comparison is written `==`"
    } else {
        "to compare, write `==`; a named argument is `name = value`"
    };
    syntax(place, "`=` cannot follow an expression".to_string(), help.to_string())
}

/// Two operands side by side: mostly a product without its sign, sometimes something else forgotten.
fn side_by_side(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let left = operand_before(place);
    let right = operand_from(place);
    let before = &place.tokens.get(place.position.checked_sub(1)?)?.kind;
    let here = place.kind()?;
    let cannot_follow = || format!("`{right}` cannot follow `{left}`");
    if let Some(Expected::Word(word)) = expected.iter().find(|one| matches!(one, Expected::Word(_))) {
        return syntax(place, format!("expected `{word}` before `{right}`"), CONDITIONAL.to_string());
    }
    if matches!(here, TokenKind::Name(_)) && place.next().at(Symbol::Assign) {
        let separator = if place.open_brackets() == 0 { "separate statements with `;` or a newline" } else { "separate arguments with `,`" };
        return syntax(place, cannot_follow(), separator.to_string());
    }
    if matches!(here, TokenKind::Name(_)) && in_range(place) {
        let help = "a range is sampled by `step h`, `count n` or `count n log`";
        return syntax(place, cannot_follow(), help.to_string());
    }
    if matches!((before, here), (TokenKind::Text(_), _) | (_, TokenKind::Text(_))) {
        return syntax(place, cannot_follow(), text_help(place, expected, &left, &right));
    }
    if matches!((before, here), (TokenKind::Number(_), TokenKind::Number(_))) && place.previous_span().end == place.span().start {
        let span = place.previous_span().to(place.span());
        let diagnostic = Diagnostic::at("syntax", span, format!("`{left}{right}` is not a number"));
        return Some(diagnostic.with_help("a number has one decimal point; a range is written `low..high`"));
    }
    let help = product_help(place, expected, &left, &right);
    syntax(place, format!("no implicit multiplication: `{right}` follows `{left}`"), help)
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
    let after_number = place.tokens.get(place.position.wrapping_sub(1)).is_some_and(|token| matches!(token.kind, TokenKind::Number(_)));
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
    place.position > 0 && place.tokens[place.position - 1].kind.name().is_some() && operand_start(place) + 1 == place.position
}

/// Whether `..` stands before `place` within the same argument.
fn in_range(place: Input) -> bool {
    let mut depth = 0;
    for token in place.tokens[..place.position].iter().rev() {
        match token.kind {
            TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket) => depth += 1,
            TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket) if depth > 0 => depth -= 1,
            TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket | Symbol::Comma) if depth == 0 => return false,
            TokenKind::Symbol(Symbol::Dots) if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// An expression is wanted and something else stands there.
fn instead_of_expression(place: Input) -> Option<Diagnostic> {
    let before = place.position.checked_sub(1).map(|before| &place.tokens[before].kind);
    let after = |symbol| before.is_some_and(|kind| kind.is(symbol));
    match place.kind() {
        Some(TokenKind::Symbol(Symbol::Star)) if after(Symbol::Star) => {
            let span = place.previous_span().to(place.span());
            let diagnostic = Diagnostic::at("syntax", span, "`**` is not an operator".to_string());
            Some(diagnostic.with_help("write a power as `x^2`"))
        }
        Some(TokenKind::Symbol(Symbol::Assign)) if after(Symbol::Assign) || before.is_some_and(is_relation) => {
            syntax(place, "`=` cannot follow a relation".to_string(), RELATIONS.to_string())
        }
        Some(TokenKind::Symbol(Symbol::Greater | Symbol::Less)) if after(Symbol::Assign) => {
            let span = place.previous_span().to(place.span());
            let diagnostic = Diagnostic::at("syntax", span, format!("`{}` is not a relation", text(place, span)));
            Some(diagnostic.with_help(RELATIONS))
        }
        Some(TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket)) if after(Symbol::Assign) => {
            syntax(place, "nothing follows `=`".to_string(), "add the value, or remove the name".to_string())
        }
        Some(TokenKind::Symbol(Symbol::Prime)) => syntax(
            place,
            "expected an expression, found `'`".to_string(),
            "strings are written with `\"`; a derivative is `f'`".to_string(),
        ),
        Some(TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket)) if after(Symbol::Comma) => {
            let diagnostic = Diagnostic::at("syntax", place.previous_span(), "nothing follows the comma".to_string());
            Some(diagnostic.with_help("remove the comma, or add what is missing after it"))
        }
        Some(TokenKind::Symbol(Symbol::Comma)) if after(Symbol::Comma) || after(Symbol::OpenParenthesis) || after(Symbol::OpenBracket) => {
            syntax(place, "nothing stands before the comma".to_string(), "remove the comma, or add what is missing before it".to_string())
        }
        Some(TokenKind::Name(word)) if word == "if" => {
            syntax(place, "`if` inside an expression needs brackets".to_string(), "write `(if c then p else q)`".to_string())
        }
        Some(TokenKind::Name(word)) if RESERVED.contains(&word.as_str()) => Some(reserved(place, word)),
        None if after(Symbol::Assign) => empty_definition(place),
        None if place.position > 0 => {
            let message = format!("the statement ends after `{}`, where an expression is expected", text(place, place.previous_span()));
            Some(Diagnostic::at("syntax", place.span(), message))
        }
        _ => None,
    }
}

fn is_relation(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::Symbol(symbol) if symbol.relation().is_some())
}

fn empty_definition(place: Input) -> Option<Diagnostic> {
    let left = text(place, Span::new(place.tokens.first()?.span.start, place.previous_span().start)).trim_end();
    syntax(place, format!("nothing follows `{} =`", abridged(left)), "add the right-hand side".to_string())
}

/// A name, a parameter, a field or a fixed symbol is wanted and something else stands there.
fn instead_of_word(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let first = &place.tokens.first()?.kind;
    let named = |expected_name| expected.contains(&expected_name);
    if named(Expected::Parameter) {
        let message = format!("a parameter must be a name, found {}", found(place));
        return syntax(place, message, "define a function as `g(x) = …`".to_string());
    }
    if named(Expected::Symbol(Symbol::Assign)) && first.is_word("set") && place.position == 2 {
        let key = text(place, place.previous_span());
        let is_value = |token: &&Token| !matches!(token.kind, TokenKind::Symbol(_));
        let value = place.token().filter(is_value).map_or("…", |token| text(place, token.span));
        return syntax(place, format!("expected `=` after `set {key}`"), format!("write `set {key} = {value}`"));
    }
    if named(Expected::Name) && first.is_word("set") && place.position == 1 {
        let message = format!("`set` needs the name of a setting, found {}", found(place));
        return syntax(place, message, "write as in `set digits = 50`".to_string());
    }
    if named(Expected::Name) && first.is_word("help") {
        return syntax(place, format!("expected a name after `help`, found {}", found(place)), "write as in `help spectrum`".to_string());
    }
    if expected == [Expected::EndOfStatement] && first.is_word("help") {
        return syntax(place, format!("`help` takes one name, found {} after it", found(place)), "write as in `help spectrum`".to_string());
    }
    match place.kind() {
        Some(TokenKind::Name(word)) if RESERVED.contains(&word.as_str()) && named(Expected::Name) => Some(reserved(place, word)),
        Some(_) if named(Expected::Name) && place.next().at(Symbol::Assign) => {
            let message = format!("an argument's name cannot be {}", found(place));
            syntax(place, message, "a named argument is `name = value`; to compare, write `==`".to_string())
        }
        _ => None,
    }
}

fn reserved(place: Input, word: &str) -> Diagnostic {
    let message = format!("`{word}` is a word of the language and cannot stand here");
    let diagnostic = Diagnostic::at("syntax", place.span(), message);
    match word {
        "if" | "then" | "else" => diagnostic.with_help(CONDITIONAL),
        "set" => diagnostic.with_help("a setting is a statement of its own, `set digits = 50`"),
        "help" => diagnostic.with_help("help is a statement of its own, `help spectrum`"),
        _ => diagnostic.with_help("choose another name"),
    }
}

fn found(place: Input) -> String {
    match place.token() {
        None => "the end of the statement".to_string(),
        Some(token) => match &token.kind {
            TokenKind::Text(_) => format!("the string `{}`", abridged(text(place, token.span))),
            _ => format!("`{}`", abridged(text(place, token.span))),
        },
    }
}

/// `an operator, `,` or `)``.
fn list(expected: &[Expected]) -> String {
    let any_statement = expected.contains(&Expected::Expression);
    let mut words: Vec<String> = Vec::new();
    for &one in expected.iter().filter(|one| !(any_statement && matches!(one, Expected::Word(_)))) {
        let described = described(one);
        if !words.contains(&described) {
            words.push(described);
        }
    }
    match words.split_last() {
        None => "something else".to_string(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn described(expected: Expected) -> String {
    match expected {
        Expected::Expression => "an expression".to_string(),
        Expected::Operator => "an operator".to_string(),
        Expected::Name => "a name".to_string(),
        Expected::Parameter => "a parameter".to_string(),
        Expected::Symbol(symbol) => format!("`{}`", symbol.text()),
        Expected::Word(word) => format!("`{word}`"),
        Expected::EndOfStatement => "the end of the statement".to_string(),
    }
}
