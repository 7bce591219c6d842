//! What `set` changes: digits, seed and threads.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::share::Share;
use crate::activation::Function;
use crate::language::suggest::nearest;
use crate::language::syntax::Span;

/// The names that `set` takes.
pub const KEYS: [&str; 3] = ["digits", "seed", "threads"];
/// Most digits that may be asked.
pub const MAX_DIGITS: u32 = 10_000;
/// Most simulation threads.
pub const MAX_THREADS: usize = 1024;

/// The settings of a session.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Significant digits wanted.
    pub digits: u32,
    /// Seed of all simulation.
    pub seed: u64,
    /// Simulation threads.
    pub threads: usize,
    /// Folder of bare file names.
    pub out: PathBuf,
    /// Which pieces of a sweep or of a check are worked on.
    pub share: Share,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { digits: 15, seed: 0, threads, out: PathBuf::from("."), share: Share::Whole }
    }
}

impl Settings {
    /// `set key = value`.
    ///
    /// # Errors
    /// An unknown key, or a value out of bounds.
    pub fn set(&mut self, key: &str, key_span: Span, value: &Function, value_span: Span) -> Result<(), Failure> {
        let whole = value.as_rational().filter(|value| value.is_integer()).and_then(|value| value.numer().to_u64());
        let within = |least: u64, most: u64, shown: &dyn Display| {
            let message = format!("{key} must be a whole number from {least} to {shown}, and is {value}");
            let refused = || Failure::wrong("wrong_argument", value_span, message);
            whole.filter(|whole| (least..=most).contains(whole)).ok_or_else(refused)
        };
        match key {
            "digits" => self.digits = within(1, u64::from(MAX_DIGITS), &MAX_DIGITS)? as u32,
            "seed" => self.seed = within(0, u64::MAX, &"2^64 - 1")?,
            "threads" => self.threads = within(1, MAX_THREADS as u64, &MAX_THREADS)? as usize,
            _ => return Err(unknown(key, key_span)),
        }
        Ok(())
    }

    /// Where a file of this name goes: a bare name to the folder of `--out`.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        let path = Path::new(name);
        let bare = path.parent().is_none_or(|parent| parent.as_os_str().is_empty());
        if bare && self.out != Path::new(".") { self.out.join(path) } else { path.to_owned() }
    }
}

/// A setting that there is not.
pub fn unknown(key: &str, at: Span) -> Failure {
    let near = nearest(key, KEYS).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
    let failure = Failure::wrong("unknown_setting", at, format!("there is no setting `{key}`"));
    failure.with_help(format!("{near}the settings are digits, seed and threads"))
}
