//! Queries: from the tree of a statement to a value whose digits are certain, and from there to text and JSON.
//!
//! [`Session::run`] is the whole way: a definition is kept with the names it saw; a query is evaluated (`evaluate`) at
//! growing bits (`number::refine`) until every number in its value has the digits asked ([`shown`]). The table in
//! [`queries`] is the only place that knows which query calls which room. Points of a sweep and draws of a check are independent pieces, which
//! may be found elsewhere ([`Share`]); a program that embeds the language keeps values outside of a session ([`Kept`]). Nothing here prints, reads or writes, except
//! [`Console`] and the prompt, which are called by the program, and the reader of the user's data behind `load`.

mod arguments;
mod arithmetic;
mod attempts;
mod call;
pub mod checkpoint;

mod console;
mod definition;
mod effects;
mod evaluate;
mod extremum;
mod failure;
pub mod figures;
pub mod help;
mod help_fields;
mod inspect;
pub mod json;
mod kept;
mod latex;
mod names;
mod part;
mod points;
mod printed;
pub mod queries;
mod range;
mod reading;
mod repl;
mod rows;
mod run;
mod screen;
mod search;
mod settings;
mod several;
mod share;
pub mod shown;
mod sources;
pub mod text;
pub mod value;
pub mod warning;

pub use crate::language::render::Text;
pub use crate::theory::Doubt as Warning;
pub use console::{Console, Show};
pub use effects::{run as run_to_files, run_here as run_to_files_here};
pub use failure::Failure;
pub use inspect::Unrun;
pub use kept::Kept;
pub use repl::prompt;
pub use run::{Answer, Defined, Outcome, STACK_BYTES, Session};
pub use settings::{MAX_DIGITS, MAX_THREADS, Settings};
pub use share::{Handed, Share};
