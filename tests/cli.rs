//! The program itself: exit statuses, JSON lines, diagnostics, standard input, closed pipes.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_resolvent")).args(arguments).stdin(Stdio::null()).output().expect("the program starts")
}

fn piped(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_resolvent"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the program reads");
    child.wait_with_output().expect("the program ends")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    folder
}

#[test]
fn a_value_is_one_json_line() {
    let output = run(&["--json", "--digits", "30", "-e", "f = tanh(x); f(3/2)"]);
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    assert_eq!(text.lines().count(), 1, "a definition prints nothing: {text}");
    let line: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(line["statement"], "f(3/2)");
    assert_eq!(line["type"], "number");
    assert_eq!(line["value"].to_string(), "0.905148253644866438242303696456");
    assert!(line["warnings"].as_array().is_some_and(Vec::is_empty));
}

#[test]
fn a_failure_is_json_too_and_counts_bytes_of_its_statement() {
    let output = run(&["--json", "-e", "1; taanh(x)"]);
    assert_eq!(output.status.code(), Some(1));
    let line: serde_json::Value = serde_json::from_str(out(&output).lines().last().expect("a line")).expect("JSON");
    assert_eq!(line["statement"], "taanh(x)");
    assert_eq!(line["error"]["kind"], "unknown_name");
    assert_eq!(line["error"]["span"], serde_json::json!([0, 5]));
    assert!(line["error"]["help"].as_str().is_some_and(|help| help.contains("tanh")));
    assert!(err(&output).contains("`taanh` is not known"));
}

#[test]
fn a_failing_statement_stops_the_rest() {
    let output = run(&["-e", "1", "-e", "1/0; 2", "-e", "3"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output), "1\n");
}

#[test]
fn piped_input_goes_on_and_keeps_the_worst_status() {
    let output = piped(&[], "1\n1/0\n[2,\n 3]\n");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output), "1\n[2, 3]\n");
    let output = piped(&["--json"], "1 + 1\n");
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).starts_with("{\"statement\":\"1 + 1\""));
}

#[test]
fn files_and_statements_share_one_session_in_order() {
    let folder = folder("scripts");
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = folder.join("a.rsv");
    std::fs::write(&script, "# a comment\ng = a*x\n").expect("a file");
    let output = run(&["-e", "a = 3", script.to_str().expect("a path"), "-e", "g(2)"]);
    assert_eq!(out(&output), "6\n", "{}", err(&output));
    let output = run(&["/nowhere/b.rsv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("/nowhere/b.rsv"));
}

#[test]
fn statuses_of_effort_and_disagreement() {
    let effort = run(&["-e", "check(features(tanh(x), phi = 1, psi = 1), n = 100000)"]);
    assert_eq!(effort.status.code(), Some(2), "{}", err(&effort));
    assert!(err(&effort).contains("bound"));
    let disagree = run(&[
        "-e",
        "m = features(theta1 = 1, theta2 = 1/2, phi = 1/2, psi = 3/4); check(m, n = 100, trials = 2, activation = tanh(x)); 7",
    ]);
    assert_eq!(disagree.status.code(), Some(3), "{}", err(&disagree));
    assert!(out(&disagree).ends_with("7\n"), "a disagreement is an answer: the statements after it run");
}

#[test]
fn the_same_seed_gives_the_same_bytes_for_any_number_of_threads() {
    let statement = "check(features(relu(x), phi = 1/2, psi = 3/4), n = 80, trials = 2)";
    let bytes = |threads: &str| run(&["--json", "--seed", "5", "--threads", threads, "-e", statement]).stdout;
    assert_eq!(bytes("1"), bytes("3"));
}

#[test]
fn a_plot_leaves_its_picture_and_data() {
    let folder = folder("plots");
    let name = folder.to_str().expect("a path");
    let output = run(&["--out", name, "-e", "plot(features(tanh(x), phi = 1/2, psi = 3/4), file = \"law.svg\")"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(folder.join("law.svg").exists() && folder.join("law.json").exists());
    let output = run(&["-e", "plot(features(tanh(x), phi = 1/2, psi = 3/4), file = \"/proc/nowhere/law.svg\")"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("/proc/nowhere"));
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_resolvent"))
        .args(["-e", &"help;".repeat(2000)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn wrong_options_are_status_one_and_help_is_not() {
    assert_eq!(run(&["--digits", "0", "-e", "1"]).status.code(), Some(1));
    assert_eq!(run(&["--digits", "10001", "-e", "1"]).status.code(), Some(1));
    assert_eq!(run(&["--nonsense"]).status.code(), Some(1));
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    assert!(out(&run(&["--version"])).starts_with("resolvent "));
}

#[test]
fn a_saved_table_has_the_digits_asked() {
    let folder = folder("tables");
    let name = folder.to_str().expect("a path");
    let statement = "m = features(theta1 = 1, theta2 = 0, phi = 1, psi = 4); save(density(m, [1, 3]), \"d.csv\")";
    let output = run(&["--out", name, "--digits", "20", "-e", statement]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let table = std::fs::read_to_string(folder.join("d.csv")).expect("a table");
    // Marchenko–Pastur of ratio 1/4: (2/(πx)) √((9/4 − x)(x − 1/4)), and nothing above 9/4
    assert_eq!(table, "x,density\n1,0.61640444406149980556\n3,0\n");
}

/// Matrices that do not fit into memory are an error that says what is needed, not the end of the program.
#[test]
#[cfg(target_os = "linux")]
fn memory_that_cannot_be_had_is_an_error() {
    let statement = "check(features(tanh(x), phi = 1, psi = 1), n = 6000, trials = 1)";
    let script = format!("ulimit -v 2000000; exec {} --threads 2 -e '{statement}'", env!("CARGO_BIN_EXE_resolvent"));
    let output = Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).output().expect("a shell");
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("3456 MB of memory"), "{}", err(&output));
}
