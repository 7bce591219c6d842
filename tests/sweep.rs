//! Sweeps: what a table holds, its file, and that a run that was killed goes on to the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use resolvent::session::{Session, Settings, json};
use serde_json::{Value, json as object};

fn asked(source: &str) -> Value {
    let answer = Session::new(Settings::default()).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {failure:?}"));
    json::answer(source, &answer)
}

fn refusal(source: &str) -> (String, String) {
    let failure = Session::new(Settings::default()).last(source).expect_err(source).diagnostic();
    (failure.message, failure.help.unwrap_or_default())
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn program(folder: &Path, statement: &str, threads: usize) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_resolvent"));
    command.current_dir(folder).args(["--json", "--threads", &threads.to_string(), "-e", statement]);
    command
}

fn run(folder: &Path, statement: &str, threads: usize) -> Output {
    program(folder, statement, threads).output().expect("the program runs")
}

#[test]
fn a_point_is_what_the_query_gives_there() {
    let table = asked("sweep(a = 0..1 count 3, gaussian(tanh(x) - a*x))")["value"].clone();
    for (row, a) in table.as_array().expect("a table").iter().zip(["0", "1/2", "1"]) {
        let alone = asked(&format!("gaussian(tanh(x) - {a}*x)"))["value"].clone();
        for (field, value) in alone.as_object().expect("a record").iter().filter(|(field, _)| *field != "exact") {
            assert_eq!(row[field], *value, "{a} {field}");
        }
        assert_eq!(row["a"].to_string(), if a == "1/2" { "0.5" } else { a });
    }
}

#[test]
fn two_names_make_a_grid_with_the_first_slowest() {
    let table = asked("sweep(a = [1, 2], f = [x, x^2], f(3)*a)")["value"].clone();
    let expected = object!([
        {"a": 1, "f": "x", "value": 3}, {"a": 1, "f": "x^2", "value": 9},
        {"a": 2, "f": "x", "value": 6}, {"a": 2, "f": "x^2", "value": 18},
    ]);
    assert_eq!(table, expected);
}

#[test]
fn a_point_that_fails_says_why_and_the_others_stand() {
    let answer = asked("sweep(s = -1..1 count 3, gaussian(relu(x), sigma = s).theta2)");
    let rows = answer["value"].as_array().expect("a table");
    assert!(rows[0]["value"].is_null() && rows[0]["error"].as_str().is_some_and(|why| why.contains("must be positive")));
    assert_eq!(rows[2]["value"].to_string(), "0.25");
    assert!(rows[2].get("error").is_none());
    assert_eq!(answer["warnings"], object!(["points_failed"]));
    let (message, _) = refusal("sweep(s = [-1, -2], gaussian(relu(x), sigma = s).theta2)");
    assert!(message.contains("sigma is a standard deviation"), "{message}");
}

#[test]
fn wrong_sweeps_are_refused_with_their_mend() {
    for (statement, message, help) in [
        ("sweep(gaussian(relu(x)))", "needs a name", "sweep(a = 0..1 count 3"),
        ("sweep(a = 0..1, gaussian(a*relu(x)))", "range with points", "count 11"),
        ("sweep(a = 0..1 count 3, gaussian(relu(x)))", "does not depend on a", "must stand in it"),
        ("sweep(x = 0..1 count 3, gaussian(x))", "`x` is the variable", "another name"),
        ("sweep(a = [1], b = [1], c = [1], a + b + c)", "one name or two", "of their own"),
        ("sweep(a = 0..1 count 1001, b = 0..1 count 1001, a + b)", "more than the bound", ""),
        ("sweep(a = [1, 2], plot(features(a*x, phi = 1, psi = 1)))", "no pictures", "plot(sweep(…))"),
        ("plot(sweep(f = [x, x^2], f(2)))", "no axis", "save"),
    ] {
        let (found, mend) = refusal(statement);
        assert!(found.contains(message), "{statement}: {found}");
        assert!(mend.contains(help), "{statement}: {mend}");
    }
}

#[test]
fn a_check_that_disagrees_in_a_sweep_is_exit_status_3() {
    let folder = folder("sweep-status");
    let statement = "sweep(t = [1/4, 1/10], check(features(theta1 = 1/2 - 1/(2*pi), theta2 = t, phi = 1, psi = 1), \
                     activation = relu(x), n = 400).verdict)";
    let output = run(&folder, statement, 2);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn a_file_of_another_sweep_is_refused() {
    let folder = folder("sweep-other");
    let statement =
        |count: usize, rest: &str| format!("f = tanh(x); sweep(a = 0..1 count {count}, f(a), file = \"t.jsonl\"{rest})");
    assert!(run(&folder, &statement(3, ""), 1).status.success());
    let kept = fs::read(folder.join("t.jsonl")).expect("the file");
    for other in [statement(4, ""), statement(3, "").replace("tanh", "erf"), format!("set seed = 1; {}", statement(3, ""))] {
        let output = run(&folder, &other, 1);
        assert_eq!(output.status.code(), Some(1), "{other}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("another sweep"), "{output:?}");
        assert_eq!(fs::read(folder.join("t.jsonl")).expect("the file"), kept);
    }
    assert!(run(&folder, &statement(4, ", restart = true"), 1).status.success());
    assert_ne!(fs::read(folder.join("t.jsonl")).expect("the file"), kept);
}

/// A sweep of checks is killed at several moments, its last line torn besides, and goes on to the bytes of an undisturbed one, in
/// the file and on standard output, for one thread and two.
#[test]
fn a_killed_sweep_goes_on_to_the_same_bytes() {
    let kills = if std::env::var_os("RESOLVENT_LONG").is_some() { 20 } else { 4 };
    let statement =
        "sweep(p = 1/4..2 count 8, check(features(tanh(x), phi = p, psi = 1), n = 60, trials = 8), file = \"t.jsonl\")";
    let undisturbed = folder("sweep-whole");
    let whole = run(&undisturbed, statement, 1);
    assert!(whole.status.success(), "{whole:?}");
    let bytes = fs::read(undisturbed.join("t.jsonl")).expect("the file");
    for threads in [1, 2] {
        let folder = folder(&format!("sweep-killed-{threads}"));
        let file = folder.join("t.jsonl");
        for kill in 0..kills {
            let mut child = program(&folder, statement, threads).stdout(Stdio::null()).spawn().expect("the program starts");
            let before = fs::read(&file).map_or(0, |text| text.len());
            // until it has written something more, or a while longer
            for _ in 0..(3 + 7 * kill) {
                std::thread::sleep(Duration::from_millis(10));
                if fs::read(&file).map_or(0, |text| text.len()) > before {
                    break;
                }
            }
            child.kill().expect("it is killed");
            child.wait().expect("it has ended");
            // a kill within a write leaves a part of a line
            let text = fs::read(&file).unwrap_or_default();
            if text.len() > before.max(400) {
                fs::write(&file, &text[..text.len() - 7]).expect("the torn file");
            }
        }
        let output = run(&folder, statement, threads);
        assert_eq!(output.stdout, whole.stdout, "threads = {threads}");
        assert_eq!(fs::read(&file).expect("the file"), bytes, "threads = {threads}");
        let again = run(&folder, statement, threads);
        assert_eq!(again.stdout, whole.stdout);
    }
}

#[test]
fn two_runs_do_not_write_one_file() {
    let folder = folder("sweep-lock");
    let slow = "sweep(p = 1/4..2 count 40, check(features(tanh(x), phi = p, psi = 1), n = 100), file = \"t.jsonl\")";
    let mut first = program(&folder, slow, 1).stdout(Stdio::null()).spawn().expect("the program starts");
    while fs::metadata(folder.join("t.jsonl")).map_or(0, |file| file.len()) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = run(&folder, slow, 1);
    first.kill().expect("it is killed");
    first.wait().expect("it has ended");
    assert!(String::from_utf8_lossy(&second.stdout).contains("written by another run"), "{second:?}");
}

/// Numbers that an earlier run printed are numbers: exact ones exactly, others to their last digit.
#[test]
fn numbers_of_a_file_can_be_used() {
    let folder = folder("sweep-numbers");
    let statement =
        "s = sweep(a = [1, 2], gaussian(a*tanh(x)), file = \"t.jsonl\"); [s[1].theta2/s[0].theta2, s[1].kinks, s[0].a]";
    let first = run(&folder, statement, 1);
    let line: Value = serde_json::from_slice(&first.stdout).expect("a line");
    let ratio = line["value"][0].to_string().parse::<f64>();
    assert!(ratio.is_err() || (ratio.expect("a number") - 4.0).abs() < 1e-12, "{line}");
    let exact = "s = sweep(a = [1, 2], gaussian(a*relu(x)), file = \"u.jsonl\"); s[1].theta2/s[0].theta2";
    let line: Value = serde_json::from_slice(&run(&folder, exact, 1).stdout).expect("a line");
    assert_eq!(line["value"].to_string(), "4");
}

/// One range makes a curve, or a curve for each item and for each value of a second name; two long ones make cells.
#[test]
fn a_table_is_drawn() {
    let folder = folder("sweep-drawn");
    let data = |statement: &str| -> Value {
        let output = run(&folder, &format!("plot({statement}, file = \"a.svg\")"), 1);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&fs::read(folder.join("a.json")).expect("the data")).expect("JSON")
    };
    let one = data("sweep(a = 0..1 count 3, gaussian(tanh(x) - a*x).theta2)");
    assert_eq!(one["curves"][0]["x"], object!([0.0, 0.5, 1.0]));
    assert_eq!([&one["x"]["label"], &one["y"]["label"]], ["a", "theta2"]);
    let edges = data("sweep(p = 1/10..10 count 3 log, edges(features(tanh(x), phi = p, psi = 1))[0])");
    assert_eq!(edges["curves"].as_array().map(Vec::len), Some(2));
    assert_eq!(edges["x"]["log"], true);
    let several = data("sweep(a = 0..1 count 3, b = [1, 2], a*b)");
    assert_eq!([&several["curves"][0]["label"], &several["curves"][1]["label"]], ["b = 1", "b = 2"]);
    assert_eq!(several["curves"][1]["y"], object!([0.0, 1.0, 2.0]));
    let plane = data("sweep(a = 0..1 count 3, b = 0..9 count 10, a*b)");
    assert_eq!(plane["cells"]["values"][9], object!([0.0, 4.5, 9.0]));
    assert_eq!([&plane["x"]["label"], &plane["y"]["label"], &plane["cells"]["label"]], ["a", "b", "a*b"]);
    let threshold =
        data("[sweep(a = 0..1 count 3, b = 0..9 count 10, a*b), sweep(b = 1..8 count 3, find(a = 1/1000..1, a*b == 1/2))]");
    assert_eq!(threshold["curves"][0]["y"], object!([1.0, 4.5, 8.0]), "turned: {threshold}");
    assert_eq!(threshold["cells"]["values"][9], object!([0.0, 4.5, 9.0]));
    let simulated = data("sweep(p = [1, 2], check(features(tanh(x), phi = p, psi = 1), n = 60, trials = 8).rows[0].measured)");
    assert_eq!(simulated["curves"].as_array().map(Vec::len), Some(2), "points and their errors: {simulated}");
}
