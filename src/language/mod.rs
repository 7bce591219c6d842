//! Text to syntax: lexing, parsing, printing and diagnostics of the query language (`grammar/resolvent.ebnf`).

pub mod diagnostic;
pub mod syntax;
