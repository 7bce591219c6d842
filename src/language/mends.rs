//! From the furthest failure to a message: what is wrong, and how to mend the mistakes people make.

use super::diagnostic::Diagnostic;
use super::input::{Expected, Failure, Input};
use super::syntax::Span;
use super::token::{RESERVED, Symbol, TokenKind};

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
        Diagnostic::at("syntax", place.span(), message)
    })
}

fn syntax(place: Input, message: String, help: String) -> Option<Diagnostic> {
    Some(Diagnostic::at("syntax", place.span(), message).with_help(help))
}

/// An expression has ended and something stands there that cannot continue it.
fn after_expression(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    match place.kind()? {
        TokenKind::Symbol(Symbol::Assign) => misplaced_assign(place),
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
        TokenKind::Symbol(Symbol::Colon) => syntax(
            place,
            "`:` has no meaning here".to_string(),
            "it separates condition and value in `piecewise(x < 0: 0, x)`".to_string(),
        ),
        TokenKind::Symbol(Symbol::Comma) if expected.contains(&Expected::EndOfStatement) => syntax(
            place,
            "`,` has no meaning outside brackets".to_string(),
            "separate statements with `;` and write a list as `[a, b]`".to_string(),
        ),
        TokenKind::Symbol(Symbol::CloseParenthesis) if expected.contains(&Expected::Symbol(Symbol::Colon)) => syntax(
            place,
            "piecewise needs a condition and a value first".to_string(),
            "write it as in `piecewise(x < 0: 0, x)`".to_string(),
        ),
        TokenKind::Symbol(Symbol::CloseParenthesis) if *expected == [Expected::Symbol(Symbol::Comma), Expected::Operator] => {
            syntax(
                place,
                "piecewise needs a last value, for where no condition holds".to_string(),
                "add it, as in `piecewise(x < 0: 0, x)`".to_string(),
            )
        }
        TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket | Symbol::Root)
        | TokenKind::Number(_)
        | TokenKind::Text(_) => juxtaposed(place, expected),
        TokenKind::Name(name) if !RESERVED.contains(&name.as_str()) => juxtaposed(place, expected),
        _ => None,
    }
}

fn misplaced_assign(place: Input) -> Option<Diagnostic> {
    let help = if place.open_brackets() == 0 {
        "a definition is `name = …` or `name(x) = …`; a comparison is written `==`"
    } else {
        "to compare, write `==`; a named argument is `name = value`"
    };
    syntax(place, "`=` cannot follow an expression".to_string(), help.to_string())
}

/// Two operands side by side.
fn juxtaposed(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let left = operand_before(place);
    let right = operand_from(place);
    let before = &place.tokens.get(place.position.checked_sub(1)?)?.kind;
    let is_text = |kind: &TokenKind| matches!(kind, TokenKind::Text(_));
    let here = place.kind()?;
    if begins_definition(place) {
        return syntax(
            place,
            format!("`{right}` cannot follow `{left}`"),
            "separate statements with `;` or a newline".to_string(),
        );
    }
    if matches!((before, here), (TokenKind::Number(_), TokenKind::Number(_))) && place.previous_span().end == place.span().start {
        let span = place.previous_span().to(place.span());
        let diagnostic = Diagnostic::at("syntax", span, format!("`{left}{right}` is not a number"));
        return Some(diagnostic.with_help("a number has one decimal point; a range is written `low..high`"));
    }
    let comma = expected.contains(&Expected::Symbol(Symbol::Comma));
    let plain_name = matches!(before, TokenKind::Name(_)) && operand_start(place) + 1 == place.position;
    let help = match (before, here) {
        (_, TokenKind::Text(_)) if plain_name => format!("write `{left}({right})`"),
        (a, b) if (is_text(a) || is_text(b)) && comma => format!("write `{left}, {right}`"),
        (a, b) if is_text(a) || is_text(b) => "strings stand alone or as arguments".to_string(),
        (_, TokenKind::Name(_) | TokenKind::Number(_)) if plain_name => {
            format!("write `{left}*{right}` for a product, `{left}({right})` for a call")
        }
        (TokenKind::Number(_), TokenKind::Number(_)) if comma => format!("write `{left}, {right}` or `{left}*{right}`"),
        _ => format!("write `{left}*{right}`"),
    };
    let message = match (before, here) {
        (a, b) if is_text(a) || is_text(b) => format!("`{right}` cannot follow `{left}`"),
        _ => format!("no implicit multiplication: `{right}` follows `{left}`"),
    };
    syntax(place, message, help)
}

fn begins_definition(place: Input) -> bool {
    matches!(place.kind(), Some(TokenKind::Name(_)))
        && place.kind_after(1).is_some_and(|kind| kind.is(Symbol::Assign))
        && place.open_brackets() == 0
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
            syntax(place, "`=` cannot follow a relation".to_string(), "the relations are `<`, `<=`, `>`, `>=`, `==`".to_string())
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
        Some(TokenKind::Symbol(Symbol::Comma))
            if after(Symbol::Comma) || after(Symbol::OpenParenthesis) || after(Symbol::OpenBracket) =>
        {
            syntax(
                place,
                "nothing stands before the comma".to_string(),
                "remove the comma, or add what is missing before it".to_string(),
            )
        }
        Some(TokenKind::Name(word)) if word == "if" => {
            syntax(place, "`if` inside an expression needs brackets".to_string(), "write `(if c then p else q)`".to_string())
        }
        Some(TokenKind::Name(word)) if RESERVED.contains(&word.as_str()) => Some(reserved(place, word)),
        None if after(Symbol::Assign) => empty_definition(place),
        None if place.position > 0 => {
            let message =
                format!("the statement ends after `{}`, where an expression is expected", text(place, place.previous_span()));
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
        let value = place.token().map_or("…", |token| text(place, token.span));
        return syntax(place, format!("expected `=` after `set {key}`"), format!("write `set {key} = {value}`"));
    }
    if named(Expected::Name) && first.is_word("set") && place.position == 1 {
        let message = format!("`set` needs the name of a setting, found {}", found(place));
        return syntax(place, message, "write as in `set digits = 50`".to_string());
    }
    if named(Expected::Name) && first.is_word("help") {
        return syntax(
            place,
            format!("expected a name after `help`, found {}", found(place)),
            "write as in `help spectrum`".to_string(),
        );
    }
    if expected == [Expected::EndOfStatement] && first.is_word("help") {
        return syntax(
            place,
            format!("`help` takes one name, found {} after it", found(place)),
            "write as in `help spectrum`".to_string(),
        );
    }
    match place.kind() {
        Some(TokenKind::Name(word)) if RESERVED.contains(&word.as_str()) && named(Expected::Name) => Some(reserved(place, word)),
        _ => None,
    }
}

fn reserved(place: Input, word: &str) -> Diagnostic {
    let message = format!("`{word}` is a word of the language and cannot stand here");
    let diagnostic = Diagnostic::at("syntax", place.span(), message);
    match word {
        "then" | "else" => diagnostic.with_help("a condition is written `if c then p else q`"),
        "set" => diagnostic.with_help("a setting is a statement of its own, `set digits = 50`"),
        "help" => diagnostic.with_help("help is a statement of its own, `help spectrum`"),
        _ => diagnostic.with_help("choose another name"),
    }
}

/// Where the operand before `place` begins: over its bracket and the names, fields and quotes before that.
fn operand_start(place: Input) -> usize {
    let mut start = place.position;
    loop {
        let Some(before) = start.checked_sub(1) else { return start };
        start = match place.tokens[before].kind {
            TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket) => opening(place, before),
            _ => before,
        };
        let bracket_of_call =
            place.tokens[start].kind.is(Symbol::OpenParenthesis) || place.tokens[start].kind.is(Symbol::OpenBracket);
        let continues = start > 0
            && (place.tokens[start].kind.is(Symbol::Dot)
                || place.tokens[start].kind.is(Symbol::Prime)
                || place.tokens[start - 1].kind.is(Symbol::Dot)
                || bracket_of_call && follows_operand(&place.tokens[start - 1].kind));
        if !continues {
            return start;
        }
    }
}

fn follows_operand(kind: &TokenKind) -> bool {
    kind.name().is_some()
        || kind.is_word("piecewise")
        || matches!(kind, TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket | Symbol::Prime))
}

/// The bracket that the one at `closing` closes.
fn opening(place: Input, closing: usize) -> usize {
    let mut depth = 0;
    for position in (0..=closing).rev() {
        match place.tokens[position].kind {
            TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket) => depth += 1,
            TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return position;
        }
    }
    0
}

/// The bracket that closes the one at `opening`.
fn closing(place: Input, opening: usize) -> usize {
    let mut depth = 0;
    for (position, token) in place.tokens.iter().enumerate().skip(opening) {
        match token.kind {
            TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket) => depth += 1,
            TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return position;
        }
    }
    place.tokens.len() - 1
}

fn operand_before(place: Input) -> String {
    let start = place.tokens[operand_start(place)].span.start;
    abridged(text(place, Span::new(start, place.previous_span().end)))
}

fn operand_from(place: Input) -> String {
    let is_open = |position: usize| {
        place
            .tokens
            .get(position)
            .is_some_and(|token| token.kind.is(Symbol::OpenParenthesis) || token.kind.is(Symbol::OpenBracket))
    };
    let mut last = place.position;
    if place.at(Symbol::Root) && last + 1 < place.tokens.len() {
        last += 1;
    }
    if is_open(last) {
        last = closing(place, last);
    } else if place.kind().and_then(TokenKind::name).is_some() && is_open(last + 1) {
        last = closing(place, last + 1);
    }
    abridged(text(place, place.span().to(place.tokens[last].span)))
}

fn text<'a>(place: Input<'a>, span: Span) -> &'a str {
    &place.text[span.start..span.end]
}

/// One line, short enough for a message.
fn abridged(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && text.chars().count() <= LONGEST {
        return text.to_string();
    }
    line.chars().take(LONGEST - 10).chain(['…']).collect()
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
    let mut words: Vec<String> = Vec::new();
    for &one in expected {
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
