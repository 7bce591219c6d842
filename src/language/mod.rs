//! Text to syntax: lexing, parsing, printing and diagnostics of the query language (`grammar/resolvent.ebnf`).
//!
//! `parse_statements` → tokens (`lexer`) → tree (`parse`, `expression`, `operand`) or `Diagnostic` (`mends`) → `render`.
//! Nothing here knows what a name means: unknown names, arities and misplaced comparisons are found by the rooms that
//! give meaning, which report them in the same `Diagnostic`.

mod decimal;
pub mod diagnostic;
mod excerpt;
mod expression;
pub mod habits;
mod input;
mod lexeme;
mod lexer;
mod mends;
mod operand;
mod parse;
pub mod pieces;
mod print;
pub mod render;
mod side_by_side;
pub mod spelling;
pub mod suggest;
pub mod syntax;
mod token;

pub use parse::{is_complete, parse_expression, parse_statements};
