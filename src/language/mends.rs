//! From the furthest failure to a message: what is wrong, and how to mend the mistakes people make.

use super::diagnostic::Diagnostic;
use super::excerpt::{abridged, syntax, syntax_at, text};
use super::habits::JOINED;
use super::input::{Expected, Input, Mismatch};
use super::side_by_side::side_by_side;
use super::syntax::Span;
use super::token::{CONDITIONAL, RELATIONS, RESERVED, Symbol, Token, TokenKind};

/// The diagnostic of a failed parse of `input`.
pub(super) fn diagnose(failure: Mismatch, input: Input) -> Diagnostic {
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
        if expects(Expected::Word("then")) || expects(Expected::Word("else")) {
            diagnostic.with_help(CONDITIONAL)
        } else {
            diagnostic
        }
    })
}

/// An expression has ended and something stands there that cannot continue it.
fn after_expression(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    match place.kind()? {
        TokenKind::Symbol(Symbol::Assign) => misplaced_assign(place, expected),
        TokenKind::Symbol(Symbol::Prime) => syntax(
            place,
            "`'` differentiates a function and stands after a name, a call or a bracket",
            "put what is to be differentiated in brackets, as in `(x^2)'`",
        ),
        TokenKind::Symbol(symbol) if symbol.relation().is_some() => syntax(place, "comparisons do not chain", JOINED),
        TokenKind::Symbol(Symbol::Dots) => {
            syntax(place, "a range has two ends", "write `low..high`, `low..high step h` or `low..high count n`")
        }
        TokenKind::Symbol(Symbol::Colon) if place.next().at(Symbol::Assign) => {
            let span = place.span().to(place.next().span());
            syntax_at(span, "`:=` has no meaning here", "a definition is `name = …` or `name(x) = …`")
        }
        TokenKind::Symbol(Symbol::Colon) if expected.contains(&Expected::Word("then")) => {
            syntax(place, "`:` has no meaning here", CONDITIONAL)
        }
        TokenKind::Symbol(Symbol::Colon) => {
            let help = "a range is `low..high`; `:` stands between condition and value in `piecewise(x < 0: 0, x)`";
            syntax(place, "`:` has no meaning here", help)
        }
        TokenKind::Symbol(Symbol::Comma) if between_digits(place) => {
            syntax(place, "`,` has no meaning in a number", "write `1000`, or `1.5` with a decimal point")
        }
        TokenKind::Symbol(Symbol::Comma) if expected.contains(&Expected::EndOfStatement) => {
            syntax(place, "`,` has no meaning outside brackets", "separate statements with `;` and write a list as `[a, b]`")
        }
        TokenKind::Symbol(Symbol::Comma | Symbol::CloseParenthesis) => broken_piecewise(place, expected),
        TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket | Symbol::Root)
        | TokenKind::Number(_)
        | TokenKind::Text(_) => side_by_side(place, expected),
        TokenKind::Name(name) if RESERVED.contains(&name.as_str()) => reserved(place, name),
        TokenKind::Name(_) => side_by_side(place, expected),
        _ => None,
    }
}

/// Whether nothing but digits stand on both sides, in no list: `1,000`.
fn between_digits(place: Input) -> bool {
    let touches = |kind: Option<&TokenKind>| matches!(kind, Some(TokenKind::Number(_)));
    let adjacent = place.next().token().is_some_and(|next| next.span.start == place.span().end);
    touches(place.before()) && touches(place.next().kind()) && adjacent && !place.in_brackets()
}

/// A comma or a closing bracket where `piecewise`, an index or a bracket has none.
fn broken_piecewise(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let form = "write it as in `piecewise(x < 0: 0, x)`";
    let closed = place.at(Symbol::CloseParenthesis);
    if expected.contains(&Expected::Symbol(Symbol::Colon)) {
        let message =
            if closed { "piecewise needs a condition and a value first" } else { "expected `:` and a value before `,`" };
        return syntax(place, message, form);
    }
    let only = |symbol| *expected == [Expected::Symbol(symbol), Expected::Operator];
    if !closed && only(Symbol::CloseBracket) {
        return syntax(
            place,
            "an index is one number",
            "arguments stand in round brackets, `f(a, b)`; `s[0]` is the first of a list",
        );
    }
    if !closed && only(Symbol::CloseParenthesis) {
        let help = if place.is_in_brackets_after("if") { CONDITIONAL } else { "write a list as `[a, b]`" };
        return syntax(place, "`,` has no meaning in these brackets", help);
    }
    if closed && only(Symbol::Comma) {
        return syntax(place, "piecewise needs a last value, for where no condition holds", form);
    }
    None
}

fn misplaced_assign(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let help = if expected.contains(&Expected::Word("then")) {
        "to compare, write `==`"
    } else if place.in_brackets() {
        "to compare, write `==`; a named argument is `name = value`"
    } else {
        "a definition is `name = …` or `name(x) = …`; a comparison is written `==`"
    };
    syntax(place, "`=` cannot follow an expression", help)
}

/// An expression is wanted and something else stands there.
fn instead_of_expression(place: Input) -> Option<Diagnostic> {
    let before = place.before();
    let after = |symbol| before.is_some_and(|kind| kind.is(symbol));
    match place.kind() {
        Some(TokenKind::Symbol(Symbol::Star)) if after(Symbol::Star) => {
            let span = place.previous_span().to(place.span());
            syntax_at(span, "`**` is not an operator", "write a power as `x^2`")
        }
        Some(TokenKind::Symbol(Symbol::Slash | Symbol::Star)) if after(Symbol::Slash) => {
            let span = place.previous_span().to(place.span());
            syntax_at(
                span,
                format!("`{}` is not an operator", text(place, span)),
                "a comment begins with `#`; a quotient is `a/b`",
            )
        }
        Some(TokenKind::Symbol(Symbol::Slash)) if place.next().at(Symbol::Star) => {
            syntax(place, "expected an expression, found `/`", "a comment begins with `#`")
        }
        Some(TokenKind::Symbol(Symbol::Greater)) if after(Symbol::Minus) => {
            let span = place.previous_span().to(place.span());
            syntax_at(span, "`->` has no meaning here", "a function is one expression in x: `f(x) = x^2`")
        }
        Some(TokenKind::Symbol(Symbol::Assign)) if before.is_some_and(is_arithmetic) => {
            let span = place.previous_span().to(place.span());
            let operator = text(place, place.previous_span());
            let message = format!("`{}` is not an operator", text(place, span));
            syntax_at(span, message, format!("write the name twice: `a = a {operator} …`"))
        }
        Some(kind) if is_sign_of_relation(kind) && before.is_some_and(is_sign_of_relation) => {
            let span = place.previous_span().to(place.span());
            syntax_at(span, format!("`{}` is not a relation", text(place, span)), RELATIONS)
        }
        Some(TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket | Symbol::Comma)) => nothing_there(place, before?),
        Some(TokenKind::Symbol(Symbol::Prime)) => {
            syntax(place, "expected an expression, found `'`", "strings are written with `\"`; a derivative is `f'`")
        }
        Some(TokenKind::Name(word)) if word == "if" => {
            syntax(place, "`if` inside an expression needs brackets", "write `(if c then p else q)`")
        }
        Some(TokenKind::Name(word)) if RESERVED.contains(&word.as_str()) => reserved(place, word),
        None if after(Symbol::Assign) => empty_definition(place),
        None if place.position > 0 => {
            let message =
                format!("the statement ends after `{}`, where an expression is expected", text(place, place.previous_span()));
            syntax(place, message, "add the expression, or remove what asks for it")
        }
        _ => None,
    }
}

/// A comma or a closing bracket comes at once after `before`.
fn nothing_there(place: Input, before: &TokenKind) -> Option<Diagnostic> {
    match before {
        TokenKind::Symbol(Symbol::Assign) => syntax(place, "nothing follows `=`", "add the value, or remove the name"),
        TokenKind::Symbol(Symbol::Comma) if !place.at(Symbol::Comma) => {
            syntax_at(place.previous_span(), "nothing follows the comma", "remove the comma, or add what is missing after it")
        }
        TokenKind::Symbol(Symbol::Comma | Symbol::OpenParenthesis | Symbol::OpenBracket) if place.at(Symbol::Comma) => {
            syntax(place, "nothing stands before the comma", "remove the comma, or add what is missing before it")
        }
        _ => None,
    }
}

fn is_arithmetic(kind: &TokenKind) -> bool {
    use Symbol::{Caret, Minus, Plus, Slash, Star};
    matches!(kind, TokenKind::Symbol(Caret | Minus | Plus | Slash | Star))
}

fn is_sign_of_relation(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::Symbol(symbol) if *symbol == Symbol::Assign || symbol.relation().is_some())
}

fn empty_definition(place: Input) -> Option<Diagnostic> {
    let left = text(place, Span::new(place.tokens.first()?.span.start, place.previous_span().start)).trim_end();
    syntax(place, format!("nothing follows `{} =`", abridged(left)), "add the right-hand side")
}

/// A name, a parameter, a field or a fixed symbol is wanted and something else stands there.
fn instead_of_word(place: Input, expected: &[Expected]) -> Option<Diagnostic> {
    let first = &place.tokens.first()?.kind;
    let named = |expected_name| expected.contains(&expected_name);
    if named(Expected::Parameter) {
        let message = format!("a parameter must be a name, found {}", found(place));
        return syntax(place, message, "define a function as `g(x) = …`");
    }
    if named(Expected::Symbol(Symbol::Assign)) && first.is_word("set") && place.position == 2 {
        let key = text(place, place.previous_span());
        let is_value = |token: &&Token| !matches!(token.kind, TokenKind::Symbol(_));
        let value = place.token().filter(is_value).map_or("…", |token| text(place, token.span));
        return syntax(place, format!("expected `=` after `set {key}`"), format!("write `set {key} = {value}`"));
    }
    if named(Expected::Name) && first.is_word("set") && place.position == 1 {
        let message = format!("`set` needs the name of a setting, found {}", found(place));
        return syntax(place, message, "write as in `set digits = 50`");
    }
    if named(Expected::Name) && first.is_word("help") {
        return syntax(place, format!("expected a name after `help`, found {}", found(place)), "write as in `help spectrum`");
    }
    if expected == [Expected::EndOfStatement] && first.is_word("help") {
        return syntax(place, format!("`help` takes one name, found {} after it", found(place)), "write as in `help spectrum`");
    }
    match place.kind() {
        Some(TokenKind::Symbol(_)) if named(Expected::Name) && place.before().is_some_and(|kind| kind.is(Symbol::Dot)) => {
            let message = format!("expected a name, found {}", found(place));
            syntax(place, message, "after a dot stands a field, as in `s.edges`; operators and calls have no dot")
        }
        Some(TokenKind::Name(word)) if RESERVED.contains(&word.as_str()) && named(Expected::Name) => reserved(place, word),
        Some(_) if named(Expected::Name) && place.next().at(Symbol::Assign) => {
            let message = format!("an argument's name cannot be {}", found(place));
            syntax(place, message, "a named argument is `name = value`; to compare, write `==`")
        }
        _ => None,
    }
}

fn reserved(place: Input, word: &str) -> Option<Diagnostic> {
    let help = match word {
        "if" | "then" | "else" => CONDITIONAL,
        "set" => "a setting is a statement of its own, `set digits = 50`",
        "help" => "help is a statement of its own, `help spectrum`",
        _ => "choose another name",
    };
    syntax(place, format!("`{word}` is a word of the language and cannot stand here"), help)
}

fn found(place: Input) -> String {
    let Some(token) = place.token() else { return described(Expected::EndOfStatement) };
    let kind = if matches!(token.kind, TokenKind::Text(_)) { "the string " } else { "" };
    format!("{kind}`{}`", abridged(text(place, token.span)))
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
