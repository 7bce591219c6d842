//! What the grammar tests need beside the grammar: sentences of the EBNF and random trees.

pub mod ebnf;
pub mod trees;
