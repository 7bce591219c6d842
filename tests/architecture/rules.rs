//! The rules: each gives the violations of one source.

use crate::text::{Source, code_lines, functions, is_word, line_of, places};

/// The rooms and what each may import: whole rooms, or single items of them.
const ROOMS: &[(&str, &[&str])] = &[
    ("number", &[]),
    ("language", &["number"]),
    ("activation", &["number", "language"]),
    ("model", &["activation"]),
    ("gaussian", &["number", "language", "activation"]),
    ("propagation", &["number", "activation", "gaussian"]),
    ("spectrum", &["number"]),
    ("spikes", &["number", "model", "spectrum"]),
    ("learning", &["number", "model", "spectrum", "spikes"]),
    ("theory", &["number", "activation", "model", "gaussian", "propagation", "spectrum", "spikes", "learning", "compare"]),
    ("monte_carlo", &["model", "activation::Program", "activation::SeveralProgram"]),
    ("compare", &["monte_carlo"]),
    ("plot", &[]),
    (
        "session",
        &[
            "number",
            "language",
            "activation",
            "model",
            "gaussian",
            "propagation",
            "spectrum",
            "spikes",
            "learning",
            "theory",
            "monte_carlo",
            "compare",
            "plot",
        ],
    ),
    ("main", &["session"]),
    ("lib", &[]),
];

/// What of a room may be imported by some files of another only, and by which.
const NARROW: &[(&str, &str, &[&str])] = &[(
    "session",
    "gaussian",
    &["src/session/queries/gaussian.rs", "src/session/queries/quantities.rs", "src/session/queries/propagation.rs"],
)];

/// The places that tell the kinds of model apart: printing, theory, ensemble, sources.
const KIND_PLACES: &[&str] =
    &["src/model/kinds.rs", "src/theory/answers.rs", "src/monte_carlo/of_model.rs", "src/session/sources/statements.rs"];

/// The constructors, each of which makes models of its own kind.
const CONSTRUCTORS: &[(&str, &str)] = &[
    ("src/session/queries/features.rs", "Model::Features("),
    ("src/session/queries/attention.rs", "Model::Features("),
    ("src/session/queries/jacobian.rs", "Model::Jacobian("),
    ("src/session/queries/kernel.rs", "Model::Kernel("),
    ("src/session/queries/conjugate.rs", "Model::Conjugate("),
    ("src/session/queries/covariance.rs", "Model::Covariance("),
    ("src/session/queries/trained.rs", "Model::Trained("),
    ("src/session/queries/one_step.rs", "Model::OneStep("),
    ("src/session/queries/regression.rs", "Model::Regression("),
    ("src/session/queries/spiked_features.rs", "Model::SpikedFeatures("),
    ("src/session/queries/ansatz.rs", "Model::Ansatz("),
    ("src/session/queries/joint_ansatz.rs", "Model::JointAnsatz("),
    ("src/session/queries/label_covariance.rs", "Model::LabelCovariance("),
];

/// The files that talk to the outside, and why.
pub const OUTSIDE: &[(&str, &str)] = &[
    ("src/main.rs", "reads scripts and sets the exit status"),
    ("src/session/console.rs", "prints answers, diagnostics and the progress bar"),
    ("src/session/repl/mod.rs", "the prompt and its history file"),
    ("src/session/reading/mod.rs", "reads the user's data for load"),
    ("src/session/effects.rs", "makes the folder of --out, and writes tables"),
    ("src/session/checkpoint.rs", "keeps the points of a sweep"),
    ("src/plot/file.rs", "writes a picture and its data"),
];

/// Words that talk to the outside.
pub const OUTSIDE_WORDS: &[&str] = &[
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "process::exit",
    "fs::",
    "File::",
    "OpenOptions",
    "stdin",
    "stdout",
    "stderr",
];

/// Rooms whose `mod.rs` files, those of their folders too, are doors: docs, `mod` and `use`, and nothing that is defined.
pub const DOORS: &[&str] = &[
    "activation",
    "compare",
    "gaussian",
    "language",
    "model",
    "monte_carlo",
    "number",
    "propagation",
    "spectrum",
    "spikes",
    "theory",
];

/// Words with which a definition begins.
const DEFINING: &[&str] = &["struct", "enum", "union", "trait", "fn", "impl", "type", "const", "static", "macro_rules"];

/// Marks of unfinished work; `allow(…)` of these lints hides dead code.
const UNFINISHED: &[&str] = &["#[ignore", "todo!", "unimplemented!", "dbg!"];
const HIDING: &[&str] = &["dead_code", "unused"];

pub const FILE_LINES: usize = 400;
pub const FUNCTION_LINES: usize = 70;

/// Functions and files that may be longer, and why.
pub const LONGER: &[(&str, &str)] = &[];

/// All paths of a `use` tree, `a::{b, c::d}` giving `a::b` and `a::c::d`, and the text after it.
fn tree<'a>(text: &'a str, before: &str, paths: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        while !rest.trim_start().starts_with('}') && !rest.trim_start().is_empty() {
            rest = tree(rest, before, paths).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        return rest.trim_start().strip_prefix('}').unwrap_or("");
    }
    let end = text.find(|c: char| !is_word(c) && c != '*').unwrap_or(text.len());
    let path = if before.is_empty() { text[..end].to_owned() } else { format!("{before}::{}", &text[..end]) };
    match text[end..].strip_prefix("::") {
        Some(rest) => tree(rest, &path, paths),
        None if end == 0 => &text[text.chars().next().map_or(0, char::len_utf8)..],
        None => {
            paths.push(path);
            text[end..].split_once(" as ").filter(|(gap, _)| gap.is_empty()).map_or(&text[end..], |(_, rest)| {
                let name = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                &rest[name..]
            })
        }
    }
}

/// The paths from the root of the crate that a source mentions, in `use` lines and in running code.
fn mentioned(source: &Source) -> Vec<(usize, String)> {
    let code = &source.code;
    let depth = source.modules().len();
    let mut found = Vec::new();
    let prefixes = [("crate::".to_owned(), 0), ("resolvent::".to_owned(), 0), ("super::".repeat(depth), depth)];
    for (prefix, supers) in prefixes.iter().filter(|(prefix, _)| !prefix.is_empty()) {
        for at in places(code, prefix).filter(|at| *supers == 0 || !code[..*at].ends_with("::")) {
            let mut paths = Vec::new();
            tree(&code[at + prefix.len()..], "", &mut paths);
            // a module inside the file is one level deeper
            found.extend(paths.into_iter().map(|path| (at, path.trim_start_matches("super::").to_owned())));
        }
    }
    found
}

pub fn imports(source: &Source) -> Vec<String> {
    let Some(room) = source.modules().first().copied() else { return Vec::new() };
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: the room `{room}` has no rule: say what it may import", source.path)];
    };
    let within = |path: &str, of: &str| path == of || path.strip_prefix(of).is_some_and(|rest| rest.starts_with("::"));
    let foreign = |path: &str| !within(path, room) && ROOMS.iter().any(|(name, _)| within(path, name));
    let narrow = |path: &str| {
        let rule = NARROW.iter().find(|(of, what, _)| *of == room && within(path, what));
        rule.is_some_and(|(.., files)| !files.contains(&source.path.as_str()))
    };
    mentioned(source)
        .into_iter()
        .filter(|(_, path)| foreign(path) && (narrow(path) || !allowed.iter().any(|allowed| within(path, allowed))))
        .map(|(at, path)| format!("{}: `{room}` may not import `{path}`", line_of(source, at)))
        .collect()
}

/// Only three places match on the kind of model; a constructor makes its own kind.
pub fn kinds(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/") || KIND_PLACES.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let own = CONSTRUCTORS.iter().find(|(path, _)| *path == source.path).map(|(_, made)| *made);
    let code = &source.code;
    let told = places(code, "Model::").filter(|at| code[at + "Model::".len()..].starts_with(char::is_uppercase));
    told.filter(|at| !own.is_some_and(|own| code[*at..].starts_with(own)))
        .map(|at| format!("{}: tells models apart: ask `theory`, or `monte_carlo::ensemble`", line_of(source, at)))
        .collect()
}

pub fn doors(source: &Source) -> Vec<String> {
    let room = source.modules().first().copied().unwrap_or_default();
    if !source.path.ends_with("/mod.rs") || !DOORS.contains(&room) {
        return Vec::new();
    }
    let whole = |at: usize, word: &str| !source.code[at + word.len()..].starts_with(is_word);
    let found = DEFINING.iter().flat_map(|word| places(&source.code, word).map(move |at| (at, *word)));
    let found = found.filter(|(at, word)| whole(*at, word));
    found.map(|(at, word)| format!("{}: `{word}`; give it a file of its own", line_of(source, at))).collect()
}

pub fn outside(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/") || OUTSIDE.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    let found = OUTSIDE_WORDS.iter().flat_map(|word| places(&source.code, word).map(move |at| (at, word)));
    found.map(|(at, word)| format!("{}: `{word}`, which only main and the writers may use", line_of(source, at))).collect()
}

pub fn header(source: &Source) -> Vec<String> {
    if source.text.starts_with("//!") { Vec::new() } else { vec![format!("{}: does not begin with `//!`", source.path)] }
}

pub fn unfinished(source: &Source) -> Vec<String> {
    let code = &source.code;
    let words = UNFINISHED.iter().flat_map(|word| places(code, word).map(move |at| (at, *word)));
    let hides = |at: &usize| {
        let list = code[*at..].split(')').next().unwrap_or("");
        HIDING.iter().any(|lint| list.contains(lint))
    };
    let allowed = ["allow(", "expect("].into_iter().flat_map(|word| places(code, word).filter(hides).map(move |at| (at, word)));
    words.chain(allowed).map(|(at, word)| format!("{}: `{word}`", line_of(source, at))).collect()
}

pub fn lengths(source: &Source) -> Vec<String> {
    let excepted = |place: &str| LONGER.iter().any(|(name, _)| place.ends_with(name));
    let long = long(source).into_iter().filter(|(place, _, _)| !excepted(place));
    long.map(|(place, lines, bound)| format!("{place}: {lines} lines of code, more than {bound}")).collect()
}

/// Files, and functions after the place where they begin, that are too long.
pub fn long(source: &Source) -> Vec<(String, usize, usize)> {
    let lines = code_lines(&source.code);
    let file = (lines > FILE_LINES).then(|| (source.path.clone(), lines, FILE_LINES));
    let long = functions(&source.code).into_iter().filter(|(_, _, lines)| *lines > FUNCTION_LINES);
    let functions = long.map(|(at, name, lines)| (format!("{} {name}", line_of(source, at)), lines, FUNCTION_LINES));
    file.into_iter().chain(functions).collect()
}
