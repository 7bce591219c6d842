//! What `set` changes: digits, seed and threads.

use std::path::PathBuf;

use super::failure::Failure;
use crate::activation::Function;
use crate::language::suggest::nearest;
use crate::language::syntax::Span;

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
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { digits: 15, seed: 0, threads, out: PathBuf::from(".") }
    }
}

impl Settings {
    /// `set key = value`.
    ///
    /// # Errors
    /// An unknown key, or a value out of bounds.
    pub fn set(&mut self, key: &str, key_span: Span, value: &Function, value_span: Span) -> Result<(), Failure> {
        let whole = value.as_rational().filter(|value| value.is_integer()).map(|value| value.numer().clone());
        let refuse =
            |wanted: String| Failure::wrong("wrong_argument", value_span, format!("{key} must be {wanted}, and is {value}"));
        match key {
            "digits" => {
                let digits = whole.and_then(|value| value.to_u32()).filter(|digits| (1..=MAX_DIGITS).contains(digits));
                self.digits = digits.ok_or_else(|| refuse(format!("a whole number from 1 to {MAX_DIGITS}")))?;
            }
            "seed" => {
                self.seed = whole
                    .and_then(|value| value.to_u64())
                    .ok_or_else(|| refuse("a whole number from 0 to 2^64 - 1".to_owned()))?;
            }
            "threads" => {
                let threads = whole.and_then(|value| value.to_usize()).filter(|threads| (1..=MAX_THREADS).contains(threads));
                self.threads = threads.ok_or_else(|| refuse(format!("a whole number from 1 to {MAX_THREADS}")))?;
            }
            _ => {
                let near =
                    nearest(key, ["digits", "seed", "threads"]).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
                let failure = Failure::wrong("unknown_setting", key_span, format!("there is no setting `{key}`"));
                return Err(failure.with_help(format!("{near}the settings are digits, seed and threads")));
            }
        }
        Ok(())
    }
}
