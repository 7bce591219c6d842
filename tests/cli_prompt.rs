//! The program at a prompt and in pieces: terminals, interrupts, files of which several statements are wrong, completions for shells.

use std::io::Write;
use std::process::{Command, Output, Stdio};

#[path = "common/program.rs"]
mod program;

use program::{err, folder, out, run};

/// The program on a terminal of its own, by `script` of util-linux; none where that is not installed.
#[cfg(target_os = "linux")]
fn at_a_prompt(input: &str, environment: &str) -> Option<String> {
    let home = folder("home");
    std::fs::create_dir_all(&home).expect("a folder");
    let program = format!("HOME={} {environment} {}", home.display(), env!("CARGO_BIN_EXE_resolvent"));
    let mut child = Command::new("script")
        .args(["-qec", &program, "/dev/null"])
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the terminal reads");
    Some(String::from_utf8_lossy(&child.wait_with_output().expect("the program ends").stdout).into_owned())
}

/// Whether they arrive at once, before the prompt, or while something is computed.
#[test]
#[cfg(target_os = "linux")]
fn lines_that_arrive_together_are_all_answered() {
    let slow = "check(features(tanh(x), phi = 1, psi = 1), n = 200).verdict";
    for first in ["1 + 1", slow] {
        let input = format!("{first}\r1000 + 1\r[1000,\r2 + 1000]\r1000 + 3\r?phi\rquit\r");
        let Some(screen) = at_a_prompt(&input, "TERM=xterm") else { return };
        for answer in ["\n1001\r", "\n[1000, 1002]\r", "\n1003\r", "an argument of features"] {
            assert!(screen.contains(answer), "{answer:?} is not in {screen:?}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_prompt_has_commands_that_a_name_of_the_user_replaces() {
    let screen = |lines: &[&str]| at_a_prompt(&format!("{}\rquit\r", lines.join("\r")), "TERM=dumb");
    let Some(listed) = screen(&["models", "examples", "1000 + 1", "timing", "2"]) else { return };
    for part in ["  features ", "  kernel ", "cdf(features(", "the last statement took ", "timing is on", "\ntook "] {
        assert!(listed.contains(part), "{part:?} is not in {listed:?}");
    }
    assert!(!listed.contains("  quantile  "), "{listed:?}");
    // a tour leaves the names of the user as they were
    let toured = screen(&["m = 1000 + 1", "tour", "m"]).expect("a terminal");
    for part in ["> spectrum(m)", "2.51008631651981]]", "> last.theta1", "1/2 - 1/(2*pi)"] {
        assert!(toured.contains(part), "{part:?} is not in {toured:?}");
    }
    // the prompt of an answer may stand before lines that were typed ahead
    let answers = |screen: &str| screen.matches("1001\r").count();
    assert!(!toured.contains("Error") && answers(&toured) == 2, "{toured:?}");
    let named = screen(&["models = 1000 + 1", "models"]).expect("a terminal");
    assert!(answers(&named) == 2 && !named.contains("  features "), "{named:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_dumb_terminal_gets_no_colour() {
    let coloured = |environment: &str| at_a_prompt("1x\rquit\r", environment).map(|screen| screen.contains("\u{1b}[31m"));
    if let Some(coloured_by_default) = coloured("TERM=xterm") {
        assert!(coloured_by_default);
        assert_eq!(coloured("TERM=dumb"), Some(false));
        assert_eq!(coloured("TERM=xterm NO_COLOR=1"), Some(false));
        assert_eq!(coloured("TERM=xterm NO_COLOR="), Some(true));
    }
}

/// Runs statements, sends an interrupt after this time, and gives the seconds until the program has ended, with its output.
#[cfg(unix)]
fn interrupted(statements: &str, after: f64) -> (f64, Output) {
    let child = Command::new(env!("CARGO_BIN_EXE_resolvent"))
        .args(["-e", statements])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_secs_f64(after));
    let started = std::time::Instant::now();
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success(), "{statements} has ended before");
    let output = child.wait_with_output().expect("the program ends");
    (started.elapsed().as_secs_f64(), output)
}

/// A decomposition of 5000 rows takes seconds, the law of biased neurons too; Ctrl-C waits for neither. The bound leaves room for a
/// busy machine.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_program_inside_a_stage() {
    let long = "check(features(gelu(x), phi = 1/8, psi = 1/8), n = 5000, trials = 2)";
    let (seconds, output) = interrupted(long, 2.0);
    assert!(seconds < 0.5, "{seconds} s: {}", err(&output));
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("interrupted") && out(&output).is_empty(), "{}", err(&output));
    let announced = err(&output).lines().next().is_some_and(|line| line.starts_with("this simulation takes about "));
    assert!(announced, "{}", err(&output));
    let law = "check(kernel([tanh(x), relu(x), tanh(x)], gamma = [1, 2/3, 1, 1], normalize = false, sigma_b = 1/2), n = 1500)";
    let (seconds, output) = interrupted(law, 0.5);
    assert!(seconds < 0.5 && output.status.code() == Some(2), "{seconds} s: {}", err(&output));
    assert!(!err(&run(&["-e", "check(features(x, phi = 1, psi = 1), n = 60)"])).contains("this simulation"));
}

/// The same for training, which is announced like a check; what would have been written after it is not there.
#[cfg(unix)]
#[test]
fn interrupted_training_leaves_nothing() {
    let folder = std::env::temp_dir().join(format!("resolvent-interrupted-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let place = |name: &str| folder.join(name).display().to_string();
    let long = format!(
        "t = train(relu(x), x, d = 100, n = 4000, widths = [300, 300], eta = 1/100, steps = 100000); save(t, \"{}\"); plot(t, file = \"{}\")",
        place("t.json"),
        place("t.svg")
    );
    let (seconds, output) = interrupted(&long, 4.0);
    assert!(seconds < 0.5 && output.status.code() == Some(2), "{seconds} s: {}", err(&output));
    assert!(err(&output).contains("interrupted") && out(&output).is_empty(), "{}", err(&output));
    assert!(err(&output).starts_with("this simulation takes about "), "{}", err(&output));
    assert_eq!(std::fs::read_dir(&folder).expect("the folder").count(), 0, "half of an answer is none");
    std::fs::remove_dir(&folder).expect("an empty folder");
}

/// Running stops at the first failure, and all that can be seen to be wrong is said.
#[test]
fn every_wrong_statement_of_a_file_is_reported() {
    let folder = folder("wrong");
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = folder.join("a.rsv");
    let text = "1 + 1\nb = 2x\nc = b + taanh(x)\n3\nm = features(tanh(x), phi = 1, psi = 1)\nedges(m, digts = 3)\nspectrum(m).edges\n\
                g(y) = y + z\nsweep(t = 0..1 count 3, b*t)\nset digts = 3\nhelp spectrm\nx1*x2 + He3(x)\nlast + 1\nsave(m)\nbroken(\n";
    std::fs::write(&script, text).expect("a file");
    let output = run(&[script.to_str().expect("a path"), "-e", "b + c + m + g(1)", "-e", "unknown1"]);
    assert_eq!((output.status.code(), out(&output)), (Some(1), "2\n".to_owned()), "{}", err(&output));
    let text = err(&output);
    let places: Vec<&str> = text.lines().filter_map(|line| line.split("a.rsv:").nth(1)?.split(' ').next()).collect();
    assert_eq!(places, ["2:6", "3:9", "6:10", "8:12", "10:5", "11:1", "14:1", "15:7"], "{text}");
    assert!(text.contains("`unknown1` is not known") && text.contains("did you mean tanh?"), "{text}");
    assert_eq!(text.matches("nothing after the first of these failures was run").count(), 1, "{text}");
    // in JSON too; a single failure is said as before
    let output = run(&["--json", "-e", "1/0; 2; 3x"]);
    let lines: Vec<serde_json::Value> = out(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((&lines[0]["error"]["kind"], &lines[1]["error"]["kind"]), (&"undefined".into(), &"syntax".into()), "{lines:?}");
    assert!(!err(&run(&["-e", "1/0; 2"])).contains("nothing after"));
}

/// A check that disagrees is an answer, and a failure after it stops all the same.
#[test]
fn a_failure_after_a_disagreement_stops() {
    let check = "m = features(theta1 = 1, theta2 = 1/2, phi = 1/2, psi = 3/4); check(m, n = 100, trials = 2, activation = tanh(x)).verdict";
    let output = run(&["-e", check, "-e", "1/0; 7", "-e", "8"]);
    assert_eq!((output.status.code(), out(&output)), (Some(3), "disagree\n".to_owned()), "{}", err(&output));
}

#[test]
fn shells_get_their_completions() {
    for (shell, part) in [("bash", "complete -F _resolvent"), ("zsh", "#compdef resolvent"), ("fish", "complete -c resolvent")] {
        let output = run(&["--completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(out(&output).contains(part) && out(&output).contains("no-progress"), "{shell}");
    }
    assert_eq!(run(&["--completions", "sh"]).status.code(), Some(1));
}
