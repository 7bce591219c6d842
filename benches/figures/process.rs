//! The program as a process, from start to exit, on the clock of the wall.

use std::process::{Command, Stdio};

use crate::table::{Limit, Line, Stopwatch, Table, least_by};

const PROGRAM: &str = env!("CARGO_BIN_EXE_resolvent");
const STATEMENT: &str = "spectrum(features(tanh(x), phi = 1/2, psi = 3/4))";

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("The program as a process, from start to exit");
    let nothing = seconds("true", &[]).map_or(Limit::Unknown, |seconds| Limit::Is(seconds, "the process `true`"));
    let calls: [(&str, &[&str], Limit); 4] = [
        ("process --version", &["--version"], nothing),
        ("process spectrum, 15 digits", &["-e", STATEMENT], Limit::Unknown),
        ("process spectrum, 100 digits", &["--digits", "100", "-e", STATEMENT], Limit::Unknown),
        ("process spectrum, 1000 digits", &["--digits", "1000", "-e", STATEMENT], Limit::Unknown),
    ];
    for (what, arguments, limit) in calls {
        match seconds(PROGRAM, arguments) {
            Ok(value) => table.line(&Line { what: what.to_owned(), value, unit: "s", limit, note: String::new() }),
            Err(error) => table.failure(what, &error),
        }
    }
}

fn seconds(program: &str, arguments: &[&str]) -> Result<f64, String> {
    let run = || {
        let status = Command::new(program).args(arguments).stdout(Stdio::null()).status().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("{program}: {status}")) }
    };
    least_by(Stopwatch::wall, run).map(|(seconds, ())| seconds)
}
