//! The program `resolvent`: arguments to session to exit status, nothing else.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use resolvent::session::{Console, MAX_DIGITS, MAX_THREADS, Session, Settings, Share, Show, Text, checkpoint, prompt};

/// Random-matrix theory of neural networks from a typed activation function.
#[derive(Parser)]
#[command(
    name = "resolvent",
    version,
    about,
    after_help = "Without files and -e: a prompt, or the lines of standard input. `help` lists the queries.",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Arguments {
    /// Script files to run; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
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
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// No progress bars
    #[arg(long)]
    no_progress: bool,
    /// Of every sweep with a file only the points of one shard, into a file of its own; `resolvent merge` puts the files together
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<Share>,
    /// Writes what a shell needs to complete the options of this program
    #[arg(long, value_name = "SHELL", exclusive = true)]
    completions: Option<Shell>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Puts the points of all shards of a sweep into the file that one run would have written
    Merge {
        /// The files of the shards, name.1-of-16.jsonl and so on
        #[arg(required = true, value_hint = ValueHint::FilePath)]
        parts: Vec<PathBuf>,
    },
}

/// `3/16`: the third of sixteen shards.
fn shard(text: &str) -> Result<Share, String> {
    let wanted = || "a shard is given as 3/16, the third of sixteen".to_owned();
    let (number, of) = text.split_once('/').ok_or_else(wanted)?;
    let [number, of] = [number, of].map(|part| part.trim().parse::<usize>().map_err(|_| wanted()));
    match (number?, of?) {
        (number, of) if (1..=of).contains(&number) => Ok(Share::Shard { number, of }),
        (number, of) => Err(format!("shards are counted from 1 to {of}, and this is {number}")),
    }
}

/// What to run, in the order of the command line.
enum Source {
    Text { text: String, origin: String },
    Input,
}

static CANCEL: AtomicBool = AtomicBool::new(false);

/// Whether a prompt waits for the user's next line.
static AT_PROMPT: AtomicBool = AtomicBool::new(false);

/// How long a statement has to end by itself when it is interrupted and no prompt waits: the program ends then.
const GRACE: Duration = Duration::from_millis(60);

fn main() -> ExitCode {
    let read = Arguments::command()
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches).map(|arguments| (arguments, matches)));
    let status = match read {
        _ if CLOSED.load(Ordering::Relaxed) => {
            Err(io::Error::other("standard output is closed; send it to /dev/null when it is not wanted"))
        }
        Ok((arguments, matches)) => run(arguments, &matches),
        // help and version are answers; anything else is a wrong call, status 1
        Err(told) => told.print().and_then(|()| io::stdout().flush()).map(|()| u8::from(told.use_stderr())),
    };
    match status {
        Ok(status) => ExitCode::from(status),
        // whoever read the output has gone; that is no failure of ours
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // when nobody reads standard error there is nobody to tell
            drop(writeln!(io::stderr(), "error: {error}"));
            ExitCode::from(1)
        }
    }
}

/// Whether standard output was closed when the program began. Rust puts /dev/null in its place before `main`, and every write
/// succeeds from then on; so the question is asked before that.
static CLOSED: AtomicBool = AtomicBool::new(false);

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[used]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
static BEFORE_MAIN: extern "C" fn() = look_at_output;

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[allow(unsafe_code, reason = "the standard library has no call that tells a closed descriptor before main")]
extern "C" fn look_at_output() {
    use std::ffi::c_int;
    const STANDARD_OUTPUT: c_int = 1;
    const F_GETFD: c_int = 1;
    unsafe extern "C" {
        fn fcntl(descriptor: c_int, command: c_int, ...) -> c_int;
    }
    // SAFETY: reading the flags of a descriptor changes nothing, whether it is open or not
    CLOSED.store(unsafe { fcntl(STANDARD_OUTPUT, F_GETFD) } == -1, Ordering::Relaxed);
}

/// What a shell sources, to standard output.
fn write_completions(shell: Shell) -> io::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "resolvent", &mut script);
    io::stdout().write_all(&script).and_then(|()| io::stdout().flush()).map(|()| 0)
}

fn run(arguments: Arguments, matches: &ArgMatches) -> io::Result<u8> {
    if let Some(shell) = arguments.completions {
        return write_completions(shell);
    }
    if let Some(Command::Merge { parts }) = arguments.command {
        let (merged, points) = checkpoint::merge(&parts).map_err(|failure| {
            let told = failure.diagnostic();
            io::Error::other(told.help.map_or(told.message.clone(), |help| format!("{}; {help}", told.message)))
        })?;
        writeln!(io::stdout(), "{points} points in {}", merged.display())?;
        return Ok(0);
    }
    // a second Ctrl-C ends the program at once
    let handler = || {
        if CANCEL.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        // when nobody reads standard error there is nobody to tell
        if AT_PROMPT.load(Ordering::Relaxed) {
            drop(io::stderr().write_all(b"stopping; Ctrl-C again ends the program at once\n"));
        } else {
            std::thread::sleep(GRACE);
            drop(io::stderr().write_all(b"error: interrupted\n"));
            std::process::exit(2);
        }
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)?;
    let threads = arguments.threads.map_or(Settings::default().threads, |threads| threads as usize);
    let sources = in_order(&arguments, matches)?;
    let interactive = sources.is_empty() && !arguments.json && io::stdin().is_terminal();
    AT_PROMPT.store(interactive, Ordering::Relaxed);
    let show = Show { json: arguments.json, progress: !arguments.no_progress, definitions: interactive };
    let share = arguments.shard.unwrap_or_default();
    let session = Session::new(Settings { digits: arguments.digits, seed: arguments.seed, threads, out: arguments.out, share });
    let mut console = Console::new(session, show, &CANCEL);
    if interactive {
        return prompt(&mut console);
    }
    if sources.is_empty() {
        return console.run_lines(io::stdin().lock());
    }
    let mut status = 0;
    for source in sources {
        let came = match source {
            Source::Text { text, origin } if console.stopped() => console.inspect(Text::whole(&text, &origin))?,
            Source::Text { text, origin } => console.run(Text::whole(&text, &origin), true)?,
            Source::Input if console.stopped() => 0,
            Source::Input => console.run_lines(io::stdin().lock())?,
        };
        status = status.max(came);
    }
    Ok(status)
}

/// Files and `-e` in the order they were given; all files are read before anything is run.
fn in_order(arguments: &Arguments, matches: &ArgMatches) -> io::Result<Vec<Source>> {
    let places = |name: &str| matches.indices_of(name).into_iter().flatten().collect::<Vec<_>>();
    let files = arguments.files.iter().map(|path| read(path)).collect::<io::Result<Vec<_>>>()?;
    let typed = arguments.statements.iter().map(|text| Source::Text { text: text.clone(), origin: "-e".to_owned() });
    let mut sources: Vec<(usize, Source)> =
        places("files").into_iter().zip(files).chain(places("statements").into_iter().zip(typed)).collect();
    sources.sort_by_key(|(place, _)| *place);
    Ok(sources.into_iter().map(|(_, source)| source).collect())
}

fn read(path: &Path) -> io::Result<Source> {
    if path == Path::new("-") {
        return Ok(Source::Input);
    }
    let origin = path.display().to_string();
    // the first thing that is typed
    if origin == "help" && !path.exists() {
        return Ok(Source::Text { text: origin, origin: "-e".to_owned() });
    }
    let missing = || {
        let is_script = path.extension().is_some_and(|ending| ending == "rsv");
        let mend = format!("; a statement follows -e: resolvent -e '{origin}'");
        format!("{origin}: there is no such file{}", if is_script { "" } else { &mend })
    };
    match std::fs::read(path) {
        // what is no UTF-8 is refused by the lexer, at its place
        Ok(bytes) => Ok(Source::Text { text: String::from_utf8_lossy(&bytes).into_owned(), origin }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(io::Error::other(missing())),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            Err(io::Error::other(format!("{origin} is a folder; name the scripts in it")))
        }
        Err(error) => Err(io::Error::other(format!("{origin}: {error}"))),
    }
}
