//! The prompt on a terminal of its own: typed key by key, completed, interrupted, recalled; colours, letters and folding.
//!
//! The terminal is made by `script` of util-linux; where that is not installed nothing is tested.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const TAB: &str = "\t";
const UP: &str = "\x1b[A";
const CTRL_C: &str = "\x03";
const ENTER: &str = "\r";

/// The program at a terminal.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: Arc<Mutex<String>>,
    /// How much of the screen was looked at.
    read: usize,
}

impl Terminal {
    /// None where there is no `script`.
    fn open(home: &Path, environment: &str) -> Option<Self> {
        let program = format!("stty cols 100 rows 40; HOME={} {environment} {}", home.display(), env!("CARGO_BIN_EXE_resolvent"));
        let mut command = Command::new("script");
        command.args(["-qefc", &program, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        for name in ["NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "XDG_STATE_HOME"] {
            command.env_remove(name);
        }
        let mut child = command.spawn().ok()?;
        let (keys, mut out) = (child.stdin.take()?, child.stdout.take()?);
        let screen = Arc::new(Mutex::new(String::new()));
        let written = screen.clone();
        std::thread::spawn(move || {
            let (mut bytes, mut pending) = ([0; 4096], Vec::new());
            while let Ok(count @ 1..) = out.read(&mut bytes) {
                pending.extend_from_slice(&bytes[..count]);
                // a letter may come in two pieces
                let whole = match std::str::from_utf8(&pending) {
                    Ok(text) => text.len(),
                    Err(error) => error.valid_up_to(),
                };
                let text: Vec<u8> = pending.drain(..whole).collect();
                written.lock().unwrap().push_str(&String::from_utf8_lossy(&text));
            }
        });
        let mut terminal = Self { child, keys, screen, read: 0 };
        terminal.sees("> ");
        Some(terminal)
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("the terminal reads");
        self.keys.flush().expect("the terminal reads");
    }

    /// Waits until this is written after what was seen before; gives what stands before it, and how long it took.
    #[track_caller]
    fn sees(&mut self, wanted: &str) -> (String, Duration) {
        let started = Instant::now();
        loop {
            let screen = self.screen.lock().unwrap().clone();
            if let Some(place) = screen[self.read..].find(wanted) {
                let before = screen[self.read..self.read + place].to_owned();
                self.read += place + wanted.len();
                return (before, started.elapsed());
            }
            assert!(started.elapsed() < PATIENCE, "{wanted:?} is not in {:?}", &screen[self.read..]);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Types a line and gives what is written up to the next prompt.
    #[track_caller]
    fn answers(&mut self, line: &str) -> String {
        self.types(&format!("{line}{ENTER}"));
        self.sees("\r\n");
        let answer = self.sees("> ").0;
        plain(&answer).trim_end_matches('\r').to_owned()
    }

    fn quit(mut self) -> String {
        self.types("quit\r");
        let started = Instant::now();
        while self.child.try_wait().expect("a process").is_none() {
            assert!(started.elapsed() < PATIENCE, "the prompt does not end: {:?}", self.screen.lock().unwrap());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.screen.lock().unwrap().clone()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn home(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prompt").join(name);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

const UNICODE: &str = "TERM=xterm LANG=C.UTF-8";

/// The text without colours, movements of the cursor, and modes of the terminal.
fn plain(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.clone().next() == Some('[') {
            rest.next();
            while rest.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
        } else {
            written.push(c);
        }
    }
    written
}

#[test]
fn a_line_is_completed_interrupted_and_recalled() {
    let home = home("keys");
    let Some(mut terminal) = Terminal::open(&home, UNICODE) else { return };
    // names with their bracket, then an argument, then a field
    terminal.types(&format!("edges{TAB}"));
    terminal.sees("edges");
    terminal.types(&format!("features(x, ph{TAB}1, psi{TAB}1))"));
    terminal.types(ENTER);
    terminal.sees("6.75");
    terminal.sees("> ");
    terminal.answers("s = gaussian(x^2)");
    terminal.types(&format!("s.thet{TAB}2{ENTER}"));
    terminal.sees("theta2");
    terminal.sees("\r\n0\r\n");
    // an interrupt stops what is computed, and what was defined is there
    terminal.types("check(features(gelu(x), phi = 1/8, psi = 1/8), n = 3000)");
    terminal.types(ENTER);
    terminal.sees("\r\n");
    std::thread::sleep(Duration::from_millis(1500));
    terminal.types(CTRL_C);
    let (_, took) = terminal.sees("interrupted");
    assert!(took < Duration::from_millis(500), "{took:?}");
    terminal.sees("> ");
    assert!(terminal.answers("s.theta1").contains('2'));
    // an interrupt clears the line, which is not lost
    terminal.types(&format!("1000 + 33{CTRL_C}"));
    terminal.sees("> ");
    terminal.types(&format!("{UP}0{ENTER}"));
    terminal.sees("\r\n1330\r\n");
    terminal.quit();
    let written = std::fs::read_to_string(home.join(".resolvent_history")).expect("a history");
    assert!(written.contains("1000 + 33\n") && written.contains("edges(features(x, phi = 1, psi = 1))\n"), "{written}");
    // the next session recalls it
    let mut again = Terminal::open(&home, UNICODE).expect("a terminal");
    again.types(&format!("{UP}{UP}{ENTER}"));
    again.sees("\r\n1330\r\n");
    again.quit();
}

/// What was entered is in the file even when the program is killed.
#[test]
fn a_kill_loses_no_line() {
    let home = home("killed");
    let Some(mut terminal) = Terminal::open(&home, UNICODE) else { return };
    terminal.answers("1000 + 7");
    terminal.child.kill().expect("a process");
    terminal.child.wait().expect("a process");
    let written = std::fs::read_to_string(home.join(".resolvent_history")).expect("a history");
    assert!(written.ends_with("1000 + 7\n"), "{written}");
}

#[test]
fn hints_say_what_a_query_takes() {
    let Some(mut terminal) = Terminal::open(&home("hints"), UNICODE) else { return };
    terminal.types("moments(");
    terminal.sees("\u{1b}[2mm, count = 6)");
    terminal.types("m, count = ");
    terminal.sees("\u{1b}[2mhow many, from the first");
    terminal.types(CTRL_C);
    terminal.quit();
}

#[test]
fn lines_have_colours_unless_they_are_not_wanted() {
    for (environment, colored) in [(UNICODE, true), ("TERM=xterm LANG=C.UTF-8 NO_COLOR=1", false), ("TERM=dumb", false)] {
        let Some(mut terminal) = Terminal::open(&home("colors"), environment) else { return };
        let answer = terminal.answers("edges(features(x, phi = 1, psi = 1)) # note");
        assert!(answer.contains("6.75"), "{answer:?}");
        let screen = terminal.quit();
        assert_eq!(screen.contains("\u{1b}[36m"), colored, "{environment}: {screen:?}");
        assert!(plain(&screen).contains("# note"), "{screen:?}");
    }
}

#[test]
fn mathematics_is_in_letters_where_the_terminal_has_them() {
    for (environment, exact) in
        [(UNICODE, "1/2 - 1/(2·π)"), ("TERM=xterm LANG=C", "1/2 - 1/(2*pi)"), ("TERM=dumb", "1/2 - 1/(2*pi)")]
    {
        let Some(mut terminal) = Terminal::open(&home("letters"), environment) else { return };
        let answer = terminal.answers("gaussian(relu(x)).theta1");
        assert!(answer.contains(exact), "{environment}: {answer:?}");
        let picture = terminal.answers("plot(features(x, phi = 1, psi = 1))");
        let ascii = terminal.answers("help moments");
        assert_eq!(picture.is_ascii(), exact.is_ascii(), "{picture:?}");
        assert_eq!(ascii.is_ascii(), exact.is_ascii(), "{ascii:?}");
        terminal.quit();
    }
    // what the program writes it reads
    let Some(mut terminal) = Terminal::open(&home("letters"), UNICODE) else { return };
    assert!(terminal.answers("1/2 - 1/(2·π)").starts_with("0.340845056908105"));
    terminal.types(&format!("\\p{TAB}{TAB}"));
    terminal.sees("π pi");
    terminal.types(CTRL_C);
    terminal.quit();
}

#[test]
fn long_answers_are_folded() {
    let Some(mut terminal) = Terminal::open(&home("folded"), UNICODE) else { return };
    let folded = terminal.answers("sweep(a = 1..200 count 200, a^2)");
    assert!(folded.lines().count() == 40 && folded.contains("lines more: all(last) shows them)"), "{folded}");
    assert!(folded.contains("\r\n200  40000\r\n") && !folded.contains("\r\n100  10000\r\n"), "{folded}");
    let whole = terminal.answers("all(last)");
    assert!(whole.lines().count() == 201 && whole.contains("\r\n100  10000\r\n"), "{whole}");
    terminal.quit();
}

/// The prompt stands at once, and a key is echoed at once, behind a history of ten thousand lines. The bounds leave room for a busy
/// machine and an unoptimised build.
#[test]
fn a_long_history_does_not_slow_it() {
    let home = home("long");
    let history: String = (0..10_000).map(|line| format!("spectrum(features(tanh(x), phi = 1/2, psi = {line}/4))\n")).collect();
    std::fs::write(home.join(".resolvent_history"), format!("#V2\n{history}")).expect("a file");
    let Some(mut terminal) = Terminal::open(&home, UNICODE) else { return };
    terminal.types("wwww");
    terminal.sees("wwww");
    let (mut slowest, mut typed) = (Duration::ZERO, "wwww".to_owned());
    for key in ["q", "z", "y", "v", "j"] {
        std::thread::sleep(Duration::from_millis(50));
        let started = Instant::now();
        typed += key;
        terminal.types(key);
        terminal.sees(&typed);
        slowest = slowest.max(started.elapsed());
    }
    assert!(slowest < Duration::from_millis(200), "{slowest:?}");
    terminal.types(&format!("{CTRL_C}{UP}{UP}"));
    terminal.sees("9999");
    terminal.types(CTRL_C);
    terminal.quit();
}
