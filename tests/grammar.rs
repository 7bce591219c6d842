//! The grammar as text and the parser agree: accepted and rejected files, sentences drawn from the EBNF, random trees,
//! random and mutated text, and texts made to exhaust the stack.

mod common;

use std::fmt::Write as _;

use common::ebnf::Grammar;
use common::trees::{each, tree};
use proptest::prelude::*;
use resolvent::language::render::{Text, render};
use resolvent::language::syntax::{Statement, StatementKind};
use resolvent::language::{is_complete, parse_expression, parse_statements};
use resolvent::number::Job;
use resolvent::session::{Session, Settings};

const ACCEPTED: &str = include_str!("../grammar/accepted.txt");
const REJECTED: &str = include_str!("../grammar/rejected.txt");
const EBNF: &str = include_str!("../grammar/resolvent.ebnf");

fn parse_all(source: &str) -> Vec<Statement> {
    parse_statements(source)
        .into_iter()
        .map(|parsed| {
            parsed.unwrap_or_else(|(span, d)| panic!("{}", render(&d, Text::whole(&source[span.start..span.end], source), false)))
        })
        .collect()
}

fn assert_print_and_parse(source: &str) {
    for statement in parse_all(source) {
        let printed = statement.to_string();
        assert_eq!(parse_all(&printed), [statement], "{source:?} is printed as {printed:?}");
        assert_eq!(parse_all(&printed)[0].to_string(), printed);
    }
}

#[test]
fn accepted_lines_survive_print_and_parse() {
    for line in ACCEPTED.lines().filter(|line| !line.starts_with('#')) {
        assert!(!parse_all(line).is_empty(), "{line:?} holds no statement");
        assert_print_and_parse(line);
    }
}

/// Each span is the text of its expression. Spellings that stand for two tokens have no text of their own.
#[test]
fn spans_hold_the_text_of_their_expressions() {
    for line in ACCEPTED.lines().filter(|line| !line.starts_with('#') && !line.contains(['²', '³', '√'])) {
        for statement in parse_all(line) {
            let text = &line[statement.span.start..statement.span.end];
            let body = match &statement.kind {
                StatementKind::Define { body, name, name_span, .. } => {
                    assert_eq!(parse_expression(&text[name_span.start..name_span.end]).unwrap().to_string(), *name);
                    body
                }
                StatementKind::Set { value, key, key_span } => {
                    assert_eq!(&text[key_span.start..key_span.end], key);
                    value
                }
                StatementKind::Query(query) => query,
                StatementKind::Help(_) => continue,
            };
            each(body, &mut |expr| {
                let piece = &text[expr.span.start..expr.span.end];
                let again = parse_expression(piece).unwrap_or_else(|d| panic!("{}", render(&d, Text::whole(piece, text), false)));
                assert_eq!(again, *expr, "{piece:?} of {text:?}");
            });
        }
    }
}

/// `> input` lines and the diagnostic they get, of the grammar or of the session, blocks separated by blank lines. `UPDATE=1` writes the diagnostics anew.
#[test]
fn rejected_texts_get_their_diagnostic() {
    let mut expected = String::new();
    let mut actual = String::new();
    for block in REJECTED.split("\n\n").map(str::trim_end).filter(|block| !block.is_empty()) {
        let comments: String = block.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        let input: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("> ")).collect();
        let quoted: String = input.iter().map(|line| format!("> {line}\n")).collect();
        let shown = if input.is_empty() { String::new() } else { first_error(&input.join("\n")) };
        writeln!(actual, "{comments}{quoted}{shown}").unwrap();
        write!(expected, "{block}\n\n").unwrap();
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/grammar/rejected.txt"), &actual).unwrap();
        return;
    }
    assert!(actual.matches("> ").count() >= 30);
    for (actual, expected) in actual.split("\n\n").zip(expected.split("\n\n")) {
        assert_eq!(actual, expected, "\n{actual}\n\nUPDATE=1 cargo test rewrites the file");
    }
}

fn first_error(source: &str) -> String {
    let mut session = Session::new(Settings::default());
    for parsed in parse_statements(source) {
        let (span, diagnostic) = match parsed {
            Err(wrong) => wrong,
            Ok(statement) => match session.run(&statement, &Job::unwatched()) {
                Ok(_) => continue,
                Err(failure) => (statement.span, failure.diagnostic()),
            },
        };
        return render(&diagnostic.shifted(span.start), Text::whole(source, "input"), false);
    }
    panic!("{source:?} is accepted");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sentences_of_the_grammar_are_accepted(seed in any::<u64>(), fuel in 1usize..300) {
        let grammar = thread_grammar();
        let mut state = seed | 1;
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let sentence = grammar.sentence("statement", fuel, &mut random);
        let parsed = parse_statements(&sentence);
        if matches!(&parsed[..], [Err((_, diagnostic))] if diagnostic.kind == "bound") {
            return Ok(());
        }
        prop_assert_eq!(parse_all(&sentence).len(), 1, "{}", sentence);
        assert_print_and_parse(&sentence);
    }
}

#[test]
fn an_escape_at_the_end_of_a_statement_stays_in_its_place() {
    for source in ["a\" \\ ", "\"\\\t", "\"\\", "\"a\\q\"", "\"\\\u{a0}"] {
        assert_sound(source);
    }
}

fn thread_grammar() -> &'static Grammar {
    static GRAMMAR: std::sync::OnceLock<Grammar> = std::sync::OnceLock::new();
    GRAMMAR.get_or_init(|| Grammar::read(EBNF))
}

fn assert_sound(source: &str) {
    let mut last = 0;
    for parsed in parse_statements(source) {
        let span = match &parsed {
            Ok(statement) => {
                let printed = statement.to_string();
                assert_eq!(parse_all(&printed), std::slice::from_ref(statement), "{source:?} is printed as {printed:?}");
                statement.span
            }
            Err((span, diagnostic)) => {
                let text = &source[span.start..span.end];
                let place = diagnostic.span.expect("a syntax error has a place");
                assert!(place.start <= place.end && place.end <= text.len(), "{source:?}: {diagnostic:?}");
                assert!(text.is_char_boundary(place.start) && text.is_char_boundary(place.end), "{source:?}: {diagnostic:?}");
                assert!(render(diagnostic, Text::whole(text, "input"), false).starts_with("Error: "));
                *span
            }
        };
        assert!(last <= span.start && span.start < span.end && source.is_char_boundary(span.end), "{source:?}");
        last = span.end;
    }
    is_complete(source);
    let _ = parse_expression(source);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_trees_survive_print_and_parse(tree in tree()) {
        let printed = tree.to_string();
        let parsed = parse_expression(&printed).unwrap_or_else(|d| panic!("{}", render(&d, Text::whole(&printed, "printed"), false)));
        prop_assert_eq!(parsed, tree, "{}", printed);
    }

    #[test]
    fn random_text_is_never_fatal(bytes in prop::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        assert_sound(&String::from_utf8_lossy(&bytes));
        assert_sound(&text);
    }

    #[test]
    fn token_soup_is_never_fatal(soup in "([a-e1-3.,:;()\\[\\]'\"^*/+=<> \n#²√φ−]|if |then |else |piecewise|set |help |\\.\\.| step | count | log){0,40}") {
        assert_sound(&soup);
    }

    #[test]
    fn mutated_statements_are_never_fatal(line in prop::sample::select(ACCEPTED.lines().collect::<Vec<_>>()), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3), 1..4)) {
        const SIGNS: &str = "()[]',:;.=<>+-*/^\"\\²√φ\n #x1e";
        let mut text: Vec<char> = line.chars().collect();
        for (place, sign, edit) in edits {
            let place = place.index(text.len() + 1);
            let sign = SIGNS.chars().nth(sign.index(SIGNS.chars().count())).unwrap();
            if edit > 0 && place < text.len() {
                text.remove(place);
            }
            if edit < 2 {
                text.insert(place.min(text.len()), sign);
            }
        }
        assert_sound(&text.into_iter().collect::<String>());
    }
}

/// A small stack, so that what passes here has room to spare on any thread.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
}

fn nested(open: &str, inside: &str, close: &str, times: usize) -> String {
    format!("{}{inside}{}", open.repeat(times), close.repeat(times))
}

const NESTS: [(&str, &str); 11] = [
    ("(", ")"),
    ("[", "]"),
    ("f(", ")"),
    ("x[", "]"),
    ("f(a = ", ")"),
    ("(f, ", ")"),
    ("if ", " then 1 else 2"),
    ("if 1 then ", " else 2"),
    ("if 1 then 2 else ", ""),
    ("piecewise(x < 1: 2, ", ")"),
    ("√", ""),
];

#[test]
fn nesting_is_bounded_by_200() {
    on_a_small_stack(|| {
        for (open, close) in NESTS.iter().filter(|(open, _)| *open != "(f, ") {
            let deepest = nested(open, "1", close, 200);
            let tree = parse_expression(&deepest).unwrap_or_else(|d| panic!("{open}: {d}"));
            assert_eq!(tree.clone(), parse_expression(&tree.to_string()).unwrap());
            for times in [201, 40_000] {
                let refused = parse_expression(&nested(open, "1", close, times)).unwrap_err();
                assert_eq!(refused.kind, "bound", "{open}");
                assert!(refused.message.contains("200"), "{}", refused.message);
            }
        }
    });
}

#[test]
fn chains_are_bounded_by_1200() {
    on_a_small_stack(|| {
        for (open, close) in
            [("-", ""), ("x^", ""), ("", " + 1"), ("", "*x"), ("", "'"), ("", ".a"), ("", "[0]"), ("", "'(1)"), ("-x*", "")]
        {
            let tree = parse_expression(&nested(open, "x", close, 300)).unwrap_or_else(|d| panic!("{open} {close}: {d}"));
            assert_eq!(tree.clone(), parse_expression(&tree.to_string()).unwrap());
            let refused = parse_expression(&nested(open, "x", close, 100_000)).unwrap_err();
            assert_eq!(refused.kind, "bound", "{open} {close}");
            assert!(refused.message.contains("1200"), "{}", refused.message);
        }
        assert!(parse_expression(&nested("+", "x", "", 100_000)).is_ok());
    });
}

#[test]
fn unfinished_nests_end_in_an_error() {
    on_a_small_stack(|| {
        for (open, _) in
            NESTS.into_iter().chain([("-", ""), ("x^", ""), ("1 + ", ""), ("if if ", ""), ("(]", ""), ("\"", ""), ("x'[", "")])
        {
            assert!(parse_expression(&open.repeat(50_001)).is_err(), "{open}");
            parse_statements(&format!("{open}\n").repeat(20_000));
        }
    });
}

#[test]
fn long_flat_texts_are_read_and_too_long_ones_refused() {
    let list = |length: usize| format!("[{}]", vec!["1e-9"; length].join(","));
    assert!(parse_expression(&list(100_000)).is_ok());
    let refused = parse_expression(&list(200_001)).unwrap_err();
    assert_eq!(refused.kind, "bound");
    assert!(refused.message.contains("1000000"), "{}", refused.message);
    let heavy = format!("[{}]", vec!["1e9999"; 100_000].join(","));
    assert_eq!(parse_expression(&heavy).unwrap_err().kind, "bound");
    assert_eq!(parse_expression("1e10001").unwrap_err().kind, "bound");
    let long = format!("0.{}", "123456789".repeat(100_000));
    assert_eq!(parse_expression(&long).unwrap().to_string(), long);
}
