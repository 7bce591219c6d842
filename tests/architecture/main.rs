//! The shape of the program, checked on its text: which room may import which, who may print and touch files, and how long
//! files and functions may be.
//!
//! Rooms are the folders of `src`. The theory rooms stand in a row and see only what is before them; the witness
//! (`monte_carlo`) sees no theory, so that an error in a formula cannot be on both sides of a comparison. Each rule is a
//! function from a source to its violations, and each is shown a source that breaks it.

mod rules;
mod text;

use std::fs;
use std::path::Path;

use rules::{
    DOORS, FILE_LINES, FUNCTION_LINES, LONGER, OUTSIDE, OUTSIDE_WORDS, doors, header, imports, kinds, lengths, long, outside,
    unfinished,
};
use text::{Source, code_of, places};

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = ["src", "tests", "benches", "examples"].map(|name| root.join(name)).to_vec();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn check(rule: fn(&Source) -> Vec<String>) {
    let sources = sources();
    assert!(sources.iter().any(|source| source.path == "src/lib.rs"), "no sources found");
    let violations: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn rooms_import_only_what_is_before_them() {
    check(imports);
}

#[test]
fn models_are_told_apart_in_few_places() {
    check(kinds);
    let plot = "src/session/queries/plot.rs";
    for text in ["match m { Model::Features(_) => 1, _ => 2 }", "if let crate::model::Model::Kernel(k) = m {}"] {
        assert_eq!(broken(kinds, plot, text), 1, "{text}");
    }
    assert_eq!(broken(kinds, plot, "Value::Model(m) => Model::name(m)"), 0);
    assert_eq!(broken(kinds, "src/session/queries/kernel.rs", "Model::Kernel(kernel); Model::Features(f)"), 1);
}

#[test]
fn a_room_is_entered_by_a_door() {
    check(doors);
}

#[test]
fn only_main_and_the_writers_talk_to_the_outside() {
    check(outside);
}

#[test]
fn every_file_says_what_it_is() {
    check(header);
}

#[test]
fn nothing_is_unfinished() {
    check(unfinished);
}

#[test]
fn files_and_functions_are_short() {
    check(lengths);
}

#[test]
fn exceptions_are_still_needed() {
    let sources = sources();
    for (path, reason) in OUTSIDE {
        let source = sources.iter().find(|source| source.path == *path);
        let uses = |source: &Source| OUTSIDE_WORDS.iter().any(|word| places(&source.code, word).next().is_some());
        assert!(source.is_some_and(uses), "{path} no longer talks to the outside ({reason})");
    }
    let long: Vec<_> = sources.iter().flat_map(long).collect();
    for (name, reason) in LONGER {
        assert!(long.iter().any(|(place, _, _)| place.ends_with(name)), "{name} is short again ({reason})");
    }
}

fn broken(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&Source::new(path, text)).len()
}

#[test]
fn a_forbidden_import_is_found_in_every_spelling() {
    let witness = "src/monte_carlo/features.rs";
    for text in [
        "use crate::spectrum::Law64;",
        "use crate::{model::Features, spectrum::{Law64}};",
        "use super::super::gaussian;",
        "fn f() { crate::number::Ball::zero(1); }",
        "use crate::activation::derivative;",
        "pub(crate) use crate::activation::{Program, parity};",
    ] {
        assert_eq!(broken(imports, witness, text), 1, "{text}");
    }
    for text in ["use crate::activation::Program;", "use super::streams;", "// crate::spectrum", "use crate::model::{self as m};"]
    {
        assert_eq!(broken(imports, witness, text), 0, "{text}");
    }
    assert_eq!(broken(imports, "src/plot/mod.rs", "use super::number::Ball;"), 1);
    assert_eq!(broken(imports, "src/plot/mod.rs", "mod tests { use super::super::number::Ball; }"), 1);
    assert_eq!(broken(imports, "src/compare/mod.rs", "use crate::{monte_carlo as m, number};"), 1);
    assert_eq!(broken(imports, "src/main.rs", "use resolvent::spectrum::edges;"), 1);
    assert_eq!(broken(imports, "src/attic/mod.rs", ""), 1);
}

#[test]
fn an_earlier_room_may_not_import_a_later_one() {
    let row = ["number", "activation", "gaussian", "spectrum", "spikes", "learning", "theory", "session"];
    for (later, name) in row.iter().enumerate() {
        for room in &row[..later] {
            assert_eq!(broken(imports, &format!("src/{room}/mod.rs"), &format!("use crate::{name}::thing;")), 1, "{room}");
        }
    }
    assert_eq!(broken(imports, "src/theory/mod.rs", "use crate::monte_carlo::Draw;"), 1);
    assert_eq!(broken(imports, "src/theory/mod.rs", "use crate::spectrum::Law;"), 0);
    for room in ["activation", "gaussian", "model"] {
        assert_eq!(broken(imports, "src/spectrum/law.rs", &format!("use crate::{room}::thing;")), 1, "{room}");
    }
}

#[test]
fn gaussian_data_are_asked_in_the_gaussian_queries_only() {
    let text = "use crate::gaussian::Data;";
    assert_eq!(broken(imports, "src/session/call.rs", text), 1);
    assert_eq!(broken(imports, "src/session/queries/gaussian.rs", text), 0);
}

#[test]
fn a_definition_in_a_door_is_found() {
    let bare = "//! A struct.\nmod structure;\npub use structure::{fn_of, Implementation};\n";
    for room in DOORS {
        for path in [format!("src/{room}/mod.rs"), format!("src/{room}/folder/mod.rs")] {
            assert_eq!(broken(doors, &path, bare), 0, "{path}");
            for text in
                ["pub struct A;", "enum A {}", "pub(crate) trait A {}", "fn f() {}", "impl<T> A<T> {}", "const A: u8 = 1;"]
            {
                assert_eq!(broken(doors, &path, &format!("{bare}{text}")), 1, "{path}: {text}");
            }
        }
        assert_eq!(broken(doors, &format!("src/{room}/tree.rs"), "struct A;"), 0);
    }
}

#[test]
fn printing_and_files_are_found() {
    for text in ["println!(\"a\")", "std::process::exit(1)", "std::fs::read(p)", "File::create(p)", "io::stdout()"] {
        assert_eq!(broken(outside, "src/number/ball.rs", text), 1, "{text}");
        assert_eq!(broken(outside, "src/main.rs", text), 0, "{text}");
    }
    assert_eq!(broken(outside, "src/number/ball.rs", "/* println! */ let s = \"println!\"; sprintln!()"), 0);
}

#[test]
fn unfinished_work_is_found() {
    for text in [
        "#[ignore]",
        "#[ignore = \"slow\"]",
        "todo!()",
        "unimplemented!()",
        "dbg!(x)",
        "#[allow(dead_code)]",
        "#![allow(clippy::all, unused)]",
    ] {
        assert_eq!(broken(unfinished, "src/a.rs", text), 1, "{text}");
    }
    assert_eq!(broken(unfinished, "src/a.rs", "// todo!\nlet a = r#\"dbg!\"\"#;"), 0);
    assert_eq!(broken(header, "src/a.rs", "// a\n"), 1);
    assert_eq!(broken(header, "src/a.rs", "//! A.\n"), 0);
}

#[test]
fn long_files_and_functions_are_found() {
    let function = |lines: usize| format!("fn f(a: [u8; 3]) {{\n{}}}\n", "let c = '{';\n".repeat(lines - 2));
    assert_eq!(broken(lengths, "src/a.rs", &function(FUNCTION_LINES)), 0);
    assert_eq!(broken(lengths, "src/a.rs", &function(FUNCTION_LINES + 1)), 1);
    assert_eq!(broken(lengths, "src/a.rs", &"fn f();\n".repeat(FILE_LINES)), 0);
    assert_eq!(broken(lengths, "src/a.rs", &format!("{}\n\n// e\n", "fn f();\n".repeat(FILE_LINES + 1))), 1);
}

#[test]
fn comments_and_literals_are_told_from_code() {
    let text = "a /* b /* c */ d */ e \"f\\\"g\" h r#\"i\"j\"# k '\\'' l 'm' n<'o> b'p' // q\nr#type \"\\\\\" s";
    let code: String = code_of(text).chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
    assert_eq!(code, "aehkln<'o>r#types");
}
