//! Text to syntax.
