//! What the documentation shows is what the program prints: every script of `examples/` against `tests/snapshots/`, and
//! every ```` ```console ```` block of README.md and docs/cookbook.md. `UPDATE=1 cargo test --test examples` rewrites both.
//!
//! Simulated numbers may differ on another kind of processor; of their lines only the quantity, the theory and the verdict
//! are compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_resolvent");
/// Programs that a console block may pipe into; a block is skipped where one is missing.
const OTHERS: [&str; 2] = ["jq", "python3"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// A folder to run in, with nothing in it but the data of the examples.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&folder));
    let data = folder.join("examples/data");
    fs::create_dir_all(&data).expect("a temporary folder");
    for entry in fs::read_dir(root().join("examples/data")).expect("data") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, data.join(path.file_name().expect("a name"))).expect("a copy");
    }
    folder
}

/// A line without what only one kind of processor is sure to give.
fn comparable(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(place) = words.iter().position(|word| is_measured(word)) else {
        // a verdict and its reason, on a line of their own where the row of a check has no room for them
        let reason = words.windows(2).position(|pair| pair == ["off", "by"] || pair == ["the", "limit"]);
        return reason.map_or_else(|| line.trim_end().to_owned(), |place| words[..place].join(" "));
    };
    // before the sign stands the mean
    let measured = if words[place] == "±" { place.saturating_sub(1) } else { place };
    let verdict = words.iter().find(|word| ["agree", "disagree", "inconclusive"].contains(word));
    format!("{} {}", words[..measured].join(" "), verdict.unwrap_or(&""))
}

/// `0.1593(4)`, or the sign between a mean and its error.
fn is_measured(word: &str) -> bool {
    let digits = |text: &str| text.ends_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| "-.0123456789".contains(c));
    word == "±"
        || word.strip_suffix(')').and_then(|word| word.split_once('(')).is_some_and(|(mean, se)| digits(mean) && digits(se))
}

fn assert_same(printed: &str, stored: &str, place: &str) {
    let masked = |text: &str| text.lines().map(comparable).collect::<Vec<_>>().join("\n");
    assert_eq!(masked(printed), masked(stored), "{place}: UPDATE=1 cargo test --test examples rewrites it");
}

#[test]
fn a_masked_line_keeps_theory_and_verdict() {
    let row = "  edges[0][1]   2.505983064   2.349(42)    0.719   0  agree   off by 1.57e-1, within the limit 8.94e-1";
    assert_eq!(comparable(row), "edges[0][1] 2.505983064 agree");
    let exact =
        "moments[0]   1   1.0000000000000009 ± 1.3e-16  3.03e-10   0  agree    off by 9.44e-16, within the limit 3.03e-10";
    assert_eq!(comparable(exact), "moments[0] 1 agree");
    assert_eq!(comparable("  stieltjes(0.195 + 0.117*i).re"), "  stieltjes(0.195 + 0.117*i).re");
    assert_eq!(comparable("      agree  off by 1.57e-1, within the limit 8.94e-1"), "agree");
}

#[test]
fn every_example_prints_its_snapshot() {
    let mut scripts: Vec<PathBuf> =
        fs::read_dir(root().join("examples")).expect("examples").map(|entry| entry.expect("an entry").path()).collect();
    scripts.retain(|path| path.extension().is_some_and(|ending| ending == "rsv"));
    scripts.sort();
    assert!(!scripts.is_empty());
    for script in scripts {
        let name = script.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let output = Command::new(PROGRAM)
            .args(["--no-progress", "--out", "out"])
            .arg(&script)
            .current_dir(folder(&format!("example-{name}")))
            .env_remove("COLUMNS")
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let mut printed = String::from_utf8(output.stdout).expect("text");
        printed += &format!("exit status {}\n", output.status.code().expect("a status"));
        let snapshot = root().join("tests/snapshots").join(format!("{name}.txt"));
        if updating() {
            fs::write(&snapshot, &printed).expect("a snapshot");
        }
        let stored = fs::read_to_string(&snapshot).unwrap_or_default();
        assert_same(&printed, &stored, &format!("examples/{name}.rsv"));
    }
}

#[test]
fn the_tour_runs_what_it_shows() {
    let tour = fs::read_to_string(root().join("examples/tour.rsv")).expect("the tour");
    let shown = tour.lines().filter_map(|line| line.strip_prefix("\"> ")?.strip_suffix('"'));
    let statements: Vec<String> = shown.flat_map(|text| text.split("; ")).map(|text| text.replace("\\\"", "\"")).collect();
    assert!(!statements.is_empty());
    for statement in statements {
        assert!(tour.lines().any(|line| line == statement), "{statement}");
    }
}

#[test]
fn the_session_in_the_readme_is_real() {
    check_document("README.md");
}

#[test]
fn the_sessions_in_the_cookbook_are_real() {
    check_document("docs/cookbook.md");
}

/// Runs every console block of a document in one folder and compares the outputs, or rewrites them.
fn check_document(name: &str) {
    let path = root().join(name);
    let document = fs::read_to_string(&path).expect("the document");
    let folder = folder(&name.replace(['/', '.'], "-"));
    let mut rewritten = String::new();
    for (number, part) in document.split("```").enumerate() {
        if number > 0 {
            rewritten += "```";
        }
        match part.strip_prefix("console\n") {
            Some(block) if number % 2 == 1 => rewritten += &format!("console\n{}", run_block(block, &folder)),
            _ => rewritten += part,
        }
    }
    if updating() {
        fs::write(&path, &rewritten).expect("the document");
    } else {
        assert_same(&rewritten, &document, name);
    }
}

/// The block with the true output under each command.
fn run_block(block: &str, folder: &Path) -> String {
    let mut text = String::new();
    for session in block.split("$ ").skip(1) {
        let (command, stored) = command_and_output(session);
        let missing = OTHERS.iter().any(|other| command.contains(&format!("| {other}")) && !installed(other));
        text += &format!("$ {command}\n{}", if missing { stored } else { run(&command, folder) });
    }
    text
}

/// A command ends where its quotes are closed.
fn command_and_output(session: &str) -> (String, String) {
    let mut command = String::new();
    let mut lines = session.lines();
    for line in lines.by_ref() {
        command += line;
        if command.matches('\'').count().is_multiple_of(2) {
            break;
        }
        command.push('\n');
    }
    let output = lines.map(|line| format!("{line}\n")).collect();
    (command, output)
}

fn installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn run(command: &str, folder: &Path) -> String {
    let programs = Path::new(PROGRAM).parent().expect("a folder").display().to_string();
    let search = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .env("PATH", search)
        .env_remove("COLUMNS")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    String::from_utf8(output.stdout).expect("text")
}
