//! The program `resolvent`: arguments to session to exit status, nothing else.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use resolvent::session::{Console, MAX_DIGITS, MAX_THREADS, Session, Settings, Show, prompt};

/// Random-matrix theory of neural networks from a typed activation function.
#[derive(Parser)]
#[command(
    name = "resolvent",
    version,
    about,
    after_help = "Without files and -e: a prompt, or the lines of standard input. `help` lists the queries."
)]
struct Arguments {
    /// Script files to run
    files: Vec<PathBuf>,
    /// Statements to run; may be repeated
    #[arg(short = 'e', value_name = "STATEMENTS", allow_hyphen_values = true)]
    statements: Vec<String>,
    /// One JSON object per value, one a line
    #[arg(long)]
    json: bool,
    /// Significant digits wanted
    #[arg(long, value_name = "D", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_DIGITS)))]
    digits: u32,
    /// Seed of all simulation
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Simulation threads [default: all cores]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u64).range(1..=MAX_THREADS as u64))]
    threads: Option<u64>,
    /// Folder of plots and tables given by a bare file name
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// No progress bars
    #[arg(long)]
    no_progress: bool,
}

/// A text to run, in the order of the command line.
enum Source {
    File(PathBuf),
    Statements(String),
}

static CANCEL: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    let read = Arguments::command()
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches).map(|arguments| (arguments, matches)));
    let (arguments, matches) = match read {
        Ok(read) => read,
        // help and version are answers; anything else is a wrong call, status 1
        Err(error) => {
            drop(error.print());
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    match run(arguments, &matches) {
        Ok(status) => ExitCode::from(status),
        // whoever read the output has gone; that is no failure of ours
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(1)
        }
    }
}

fn run(arguments: Arguments, matches: &ArgMatches) -> io::Result<u8> {
    // a second Ctrl-C ends the program at once
    let handler = || {
        if CANCEL.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        // a stage of a simulation is not interrupted; when nobody reads standard error there is nobody to tell
        drop(io::stderr().write_all(b"stopping after this step; Ctrl-C again ends the program at once\n"));
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)?;
    let threads = arguments.threads.map_or(Settings::default().threads, |threads| threads as usize);
    let sources = in_order(&arguments, matches);
    let interactive = sources.is_empty() && !arguments.json && io::stdin().is_terminal();
    let show = Show { json: arguments.json, progress: !arguments.no_progress, definitions: interactive };
    let session = Session::new(Settings { digits: arguments.digits, seed: arguments.seed, threads, out: arguments.out });
    let mut console = Console::new(session, show, &CANCEL);
    if interactive {
        return prompt(&mut console);
    }
    if sources.is_empty() {
        return console.run_lines(io::stdin().lock());
    }
    let mut status = 0;
    for source in sources {
        let (text, origin) = match source {
            Source::Statements(text) => (text, "-e".to_owned()),
            Source::File(path) => (read(&path)?, path.display().to_string()),
        };
        status = status.max(console.run(&text, &origin, true)?);
        if status == 1 || status == 2 {
            break;
        }
    }
    Ok(status)
}

/// Files and `-e` in the order they were given.
fn in_order(arguments: &Arguments, matches: &ArgMatches) -> Vec<Source> {
    let places = |name: &str| matches.indices_of(name).into_iter().flatten().collect::<Vec<_>>();
    let files = places("files").into_iter().zip(arguments.files.iter().cloned().map(Source::File));
    let statements = places("statements").into_iter().zip(arguments.statements.iter().cloned().map(Source::Statements));
    let mut sources: Vec<(usize, Source)> = files.chain(statements).collect();
    sources.sort_by_key(|(place, _)| *place);
    sources.into_iter().map(|(_, source)| source).collect()
}

fn read(path: &std::path::Path) -> io::Result<String> {
    std::fs::read_to_string(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}
