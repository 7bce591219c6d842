//! Text to statements: the doors of the room.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, map, opt};
use nom::sequence::{preceded, terminated};

use super::diagnostic::Diagnostic;
use super::expression::value;
use super::input::{Expected, Input, Mismatch, Parsed, name, or_operator, symbol, word};
use super::lexer::{self, Lexed};
use super::mends::diagnose;
use super::operand::list;
use super::syntax::{Expr, Span, Statement, StatementKind};
use super::token::{Symbol, Token, TokenKind};

/// Every statement of `source`, in order; a broken one gives its byte range in the source and what is wrong with it
/// (byte range within the statement), and the following ones are still read.
pub fn parse_statements(source: &str) -> Vec<Result<Statement, (Span, Diagnostic)>> {
    let (statements, _) = lexer::statements(source);
    statements.into_iter().map(|lexed| parse_statement(source, lexed)).collect()
}

/// The one expression that `text` is.
pub fn parse_expression(text: &str) -> Result<Expr, Diagnostic> {
    let (statements, _) = lexer::statements(text);
    let mut statements = statements.into_iter();
    let Some(only) = statements.next() else {
        return Err(Diagnostic::at("syntax", Span::new(text.len(), text.len()), "expected an expression, found nothing"));
    };
    if let Some(second) = statements.next() {
        return Err(Diagnostic::at("syntax", second.span, "expected one expression, found a second statement"));
    }
    run(whole_expression, text, &only.tokens?)
}

/// Whether a prompt should stop asking for more lines: no bracket of the last statement waits to be closed.
/// Strings end on their line, so an open one is an error and not a wait.
pub fn is_complete(source: &str) -> bool {
    !lexer::statements(source).1
}

fn parse_statement(source: &str, lexed: Lexed) -> Result<Statement, (Span, Diagnostic)> {
    let Lexed { span, tokens } = lexed;
    let shift = |place: Span| Span::new(place.start - span.start, place.end - span.start);
    let mut tokens = tokens.map_err(|d| (span, Diagnostic { span: d.span.map(shift), ..d }))?;
    for token in &mut tokens {
        token.span = shift(token.span);
    }
    let kind = run(statement, &source[span.start..span.end], &tokens).map_err(|diagnostic| (span, diagnostic))?;
    Ok(Statement { kind, span })
}

fn run<'a, T>(parser: impl FnOnce(Input<'a>) -> Parsed<'a, T>, text: &'a str, tokens: &'a [Token]) -> Result<T, Diagnostic> {
    let input = Input { text, tokens, position: 0, nesting: 0 };
    match parser(input) {
        Ok((_, value)) => Ok(value),
        Err(nom::Err::Error(failure) | nom::Err::Failure(failure)) => Err(diagnose(failure, input)),
        Err(nom::Err::Incomplete(_)) => Err(diagnose(Mismatch::at(tokens.len(), Expected::Expression), input)),
    }
}

fn statement(input: Input) -> Parsed<StatementKind> {
    let (rest, kind) = alt((help, setting, definition, map(value, |node| StatementKind::Query(node.expr)))).parse(input)?;
    let continuable = !matches!(kind, StatementKind::Help(_));
    let (rest, ()) = if continuable { or_operator(end_of_statement)(rest)? } else { end_of_statement(rest)? };
    Ok((rest, kind))
}

fn whole_expression(input: Input) -> Parsed<Expr> {
    map(terminated(value, or_operator(end_of_statement)), |node| node.expr).parse(input)
}

fn help(input: Input) -> Parsed<StatementKind> {
    let (input, ()) = word("help")(input)?;
    let topic = match input.kind() {
        None => return Ok((input, StatementKind::Help(None))),
        Some(TokenKind::Name(topic)) => topic.clone(),
        Some(_) => return input.fail(Expected::Name),
    };
    let (mut topic, mut input) = (topic, input.next());
    loop {
        (topic, input) = match input.kind() {
            Some(TokenKind::Symbol(Symbol::Dot)) => {
                let (rest, (part, _)) = cut(name(Expected::Name)).parse(input.next())?;
                (format!("{topic}.{part}"), rest)
            }
            Some(TokenKind::Symbol(Symbol::OpenBracket)) => {
                let index = input.next();
                let Some(TokenKind::Number(_)) = index.kind() else { return index.fail(Expected::Expression) };
                let (rest, ()) = cut(symbol(Symbol::CloseBracket)).parse(index.next())?;
                (format!("{topic}[{}]", &input.text[index.span().start..index.span().end]), rest)
            }
            _ => return Ok((input, StatementKind::Help(Some(topic)))),
        };
    }
}

fn setting(input: Input) -> Parsed<StatementKind> {
    let (input, ()) = word("set")(input)?;
    let (rest, (key, key_span)) = cut(name(Expected::Name)).parse(input)?;
    let (rest, node) = cut(preceded(symbol(Symbol::Assign), value)).parse(rest)?;
    Ok((rest, StatementKind::Set { key, key_span, value: node.expr }))
}

fn definition(input: Input) -> Parsed<StatementKind> {
    if !begins_definition(input) {
        return input.fail(Expected::Expression);
    }
    let (rest, (name, name_span)) = cut(name(Expected::Name)).parse(input)?;
    let (rest, parameters) = map(opt(parameters), Option::unwrap_or_default).parse(rest)?;
    let (rest, node) = cut(preceded(symbol(Symbol::Assign), value)).parse(rest)?;
    Ok((rest, StatementKind::Define { name, name_span, parameters, body: node.expr }))
}

/// Whether `word =` or `word ( … ) =` stands here.
fn begins_definition(input: Input) -> bool {
    if !matches!(input.kind(), Some(TokenKind::Name(_))) {
        return false;
    }
    let mut after = input.next();
    if after.at(Symbol::OpenParenthesis) {
        let mut depth = 0;
        while let Some(kind) = after.kind() {
            depth += usize::from(kind.is(Symbol::OpenParenthesis));
            depth -= usize::from(kind.is(Symbol::CloseParenthesis));
            after = after.next();
            if depth == 0 {
                break;
            }
        }
    }
    after.at(Symbol::Assign)
}

fn parameters(input: Input) -> Parsed<Vec<String>> {
    let parameter = |input| map(name(Expected::Parameter), |(name, _)| name).parse(input);
    preceded(symbol(Symbol::OpenParenthesis), cut(list(Symbol::CloseParenthesis, parameter))).parse(input)
}

fn end_of_statement(input: Input) -> Parsed<()> {
    if input.token().is_none() { Ok((input, ())) } else { input.fail(Expected::EndOfStatement) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_statement_does_not_lose_the_others() {
        let source = "a = 1\nb = 2x; c = 3 # end\nd = (1, \"open\ne = 5";
        let parsed = parse_statements(source);
        let names: Vec<&str> = parsed.iter().map(|one| one.as_ref().map_or("", |s| &source[s.span.start..s.span.end])).collect();
        assert_eq!(names, ["a = 1", "", "c = 3", "", "e = 5"]);
        let (span, diagnostic) = parsed[1].clone().unwrap_err();
        assert_eq!(&source[span.start..span.end], "b = 2x");
        assert_eq!(diagnostic.span, Some(Span::new(5, 6)));
    }

    #[test]
    fn an_open_bracket_costs_its_line_only() {
        let parsed = parse_statements("a = f(1\nb = 2\nc = 3");
        assert_eq!(parsed.iter().filter(|one| one.is_ok()).count(), 2);
        assert_eq!(parsed[0].clone().unwrap_err().0, Span::new(0, 7));
    }

    #[test]
    fn newlines_end_statements_outside_brackets_only() {
        assert_eq!(parse_statements("f(1,\n  # comment )\n  2)\nx\n\n").len(), 2);
    }

    #[test]
    fn a_prompt_waits_for_brackets_only() {
        for waiting in ["f(", "a = [1,\n2", "x; g(1 # )", "f(\"(\" "] {
            assert!(!is_complete(waiting), "{waiting}");
        }
        for complete in ["", "f(1)", "1 +", "\"open", "f(1;", "f(]", "f(@"] {
            assert!(is_complete(complete), "{complete}");
        }
    }

    #[test]
    fn an_expression_is_one_expression() {
        assert_eq!(parse_expression("  x + 1 ").map(|expr| expr.span), Ok(Span::new(2, 7)));
        for wrong in ["", "# nothing", "x; y", "a = 3"] {
            assert!(parse_expression(wrong).is_err(), "{wrong}");
        }
    }
}
