//! Syntax to function.
