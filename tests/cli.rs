//! The program itself: exit statuses, JSON lines, diagnostics, standard input, closed pipes, files.

use std::io::Write;
use std::process::{Command, Output, Stdio};

#[path = "common/program.rs"]
mod program;

use program::{err, folder, out, run};

/// With these arguments, reading a text.
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

/// A picture or a table that is given a name is written too, and nothing is printed for it.
#[test]
fn what_is_named_and_has_a_file_is_written() {
    let place = folder("named");
    let place = place.to_str().expect("a path");
    let output = run(&["--out", place, "-e", "p = plot([x^2, x].a, file = \"a.svg\")"]);
    assert_eq!(output.status.code(), Some(1));
    let script = "p = plot(density(features(x, phi = 1, psi = 1), 1..2 count 5), file = \"a.svg\"); s = save([1, 2], \"b.csv\")";
    let output = run(&["--out", place, "-e", script]);
    assert_eq!((output.status.code(), out(&output)), (Some(0), String::new()), "{}", err(&output));
    for file in ["a.svg", "a.json", "b.csv"] {
        assert!(std::path::Path::new(place).join(file).is_file(), "{file}");
    }
    refused(&run(&["-e", "p = plot(features(tanh(x), phi = 1, psi = 1), file = \"/nope/a.svg\")"]), "no folder /nope");
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

/// The program under a shell, which has redirections.
#[cfg(unix)]
fn in_shell(script: &str) -> Output {
    let script = script.replace("resolvent", env!("CARGO_BIN_EXE_resolvent"));
    Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).output().expect("a shell")
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    for call in ["--help", "--version", "-e 1+1", "--json -e 1+1", "-e help", "--json -e 1/0"] {
        let output = in_shell(&format!("resolvent {call} > /dev/full"));
        assert_eq!(output.status.code(), Some(1), "{call}");
        assert!(err(&output).contains("No space left on device"), "{call}: {}", err(&output));
        let output = in_shell(&format!("resolvent {call} >&-"));
        assert_eq!(output.status.code(), Some(1), "{call}");
        assert_eq!(err(&output), "error: standard output is closed; send it to /dev/null when it is not wanted\n");
    }
    assert_eq!(in_shell("resolvent -e 1+1 > /dev/null").status.code(), Some(0));
    let output = in_shell("resolvent -e 1+1 > /dev/full");
    assert_eq!(err(&output), "error: standard output cannot be written: No space left on device (os error 28)\n");
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
    // 2 threads, 3 matrices of 6000² entries each, 24 bytes an entry
    assert!(err(&output).contains("5184 MB of memory"), "{}", err(&output));
}

/// The message and its mend.
#[track_caller]
fn refused(output: &Output, message: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", err(output));
    let text = err(output);
    for line in message.lines() {
        assert!(text.contains(line), "`{text}` does not say `{line}`");
    }
}

#[test]
fn a_file_without_a_place_is_refused_before_anything_is_computed() {
    // n = 10^6 is an error of its own, but a later one
    let check = "check(features(tanh(x), phi = 1, psi = 1), n = 1000000)";
    for call in [format!("save({check}, \"/nope/d.csv\")"), format!("plot({check}, file = \"/nope/a.svg\")")] {
        refused(&run(&["-e", &call]), "Error: there is no folder /nope\nHelp: make it first: mkdir -p /nope");
    }
    assert!(!std::path::Path::new("/nope").exists());
    let home = std::env::var("HOME").unwrap_or_else(|_| "/…".to_owned());
    let output = run(&["-e", "save([1], \"~/d.csv\")"]);
    refused(&output, "Error: `~` stands for no folder here; the shell alone reads it so");
    refused(&output, &format!("Help: write \"{home}/d.csv\""));
    assert!(!std::path::Path::new("~").exists());
    let output = run(&["-e", "name = \"/nope/d.csv\"; save([1], name)"]);
    refused(&output, "Error: there is no folder /nope");
    let output = run(&["-e", "save([1], \"/dev/null/d.csv\")"]);
    refused(&output, "Error: /dev/null is a file, and no folder for /dev/null/d.csv");
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_saved_leaves_nothing() {
    let folder = folder("unsaved");
    std::fs::create_dir_all(folder.join("d.csv")).expect("a folder");
    let place = folder.to_str().expect("a path");
    let files = || std::fs::read_dir(&folder).expect("a folder").count();
    let output = in_shell(&format!("cd {place}; resolvent -e 'save([1], \"d.csv\")'"));
    refused(&output, "Error: d.csv is a folder\nHelp: name a file in it, or another file");
    // no file may grow beyond 0 bytes, as on a full disk
    let output = in_shell(&format!("cd {place}; trap '' XFSZ; ulimit -f 0; resolvent -e 'save([1], \"e.csv\")'"));
    refused(&output, "Error: e.csv cannot be written: File too large (os error 27)");
    std::fs::write(folder.join("f.csv"), "kept").expect("a file");
    let output = in_shell(&format!("cd {place}; chmod a-w f.csv; resolvent -e 'save([1], \"f.csv\")'"));
    refused(&output, "Error: f.csv cannot be written: it is write-protected");
    assert_eq!(std::fs::read_to_string(folder.join("f.csv")).expect("a file"), "kept");
    assert_eq!(files(), 2);
}

/// The link stays, and what it leads to is new; so it is for a picture and its data.
#[test]
#[cfg(unix)]
fn a_symbolic_link_is_written_through() {
    let folder = folder("links");
    std::fs::create_dir_all(folder.join("store")).expect("a folder");
    let place = folder.to_str().expect("a path");
    for (link, target) in [("d.csv", "store/data.csv"), ("law.svg", "store/law.svg"), ("law.json", "store/law.json")] {
        std::os::unix::fs::symlink(target, folder.join(link)).expect("a link");
    }
    let calls = "save([1, 2], \"d.csv\"); plot(features(tanh(x), phi = 1, psi = 1), file = \"law.svg\")";
    let output = run(&["--out", place, "-e", calls]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(std::fs::read_to_string(folder.join("store/data.csv")).expect("a table"), "1\n2\n");
    for link in ["d.csv", "law.svg", "law.json"] {
        assert!(folder.join(link).is_symlink(), "{link}");
    }
    assert_eq!(std::fs::read_dir(folder.join("store")).expect("a folder").count(), 3);
}

#[test]
fn a_script_that_cannot_be_read_says_so_before_anything_runs() {
    let refuses = |path: &str, message: &str| {
        let output = run(&["-e", "1", path]);
        assert_eq!((output.status.code(), out(&output)), (Some(1), String::new()));
        assert_eq!(err(&output), format!("error: {message}\n"));
    };
    assert_eq!(out(&run(&["help"])), out(&run(&["-e", "help"])));
    refuses(
        "gaussian(x).mean",
        "gaussian(x).mean: there is no such file; a statement follows -e: resolvent -e 'gaussian(x).mean'",
    );
    refuses("/nowhere/b.rsv", "/nowhere/b.rsv: there is no such file");
    refuses(env!("CARGO_TARGET_TMPDIR"), concat!(env!("CARGO_TARGET_TMPDIR"), " is a folder; name the scripts in it"));
}

#[test]
fn a_dash_is_standard_input() {
    let output = piped(&["-e", "a = 2", "-", "-e", "a + 1"], "a = 2*a\na\n");
    assert_eq!((output.status.code(), out(&output)), (Some(0), "4\n5\n".to_owned()));
}

/// Lines are counted from the first of the input, those of comments and of statements over several lines too.
#[test]
fn piped_input_names_its_lines() {
    let output = piped(&[], "# two\n\n1 + 1\n[1,\n 2]\n3x\n1/\n");
    let text = err(&output);
    assert!(text.contains("standard input:6:2") && text.contains(" 6 |3x"), "{text}");
    assert!(text.contains("standard input:7:3"), "{text}");
    let long = format!("1\n{}2x\n", "1 + ".repeat(100));
    assert!(err(&piped(&[], &long)).contains("standard input:2:402"), "{}", err(&piped(&[], &long)));
}

/// A comment may hold anything.
#[test]
fn bytes_that_are_no_text_are_refused_at_their_line() {
    let folder = folder("latin");
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = folder.join("a.rsv");
    let latin = b"1 # caf\xe9\n2\nplot(x, title = \"caf\xe9\")\n";
    std::fs::write(&script, latin).expect("a file");
    let path = script.to_str().expect("a path");
    let output = run(&["--json", path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains(&format!("Error: what stands here is not UTF-8\n   ,-[ {path}:3:21 ]")), "{}", err(&output));
    assert!(err(&output).contains("Help: save the text as UTF-8"), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 3);
    let mut child = Command::new(env!("CARGO_BIN_EXE_resolvent"))
        .stdin(std::fs::File::open(&script).expect("a file"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdin.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), out(&output)), (Some(1), "1\n2\n".to_owned()));
    assert!(err(&output).contains("standard input:3:21"), "{}", err(&output));
}
