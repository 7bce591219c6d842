//! Balls and decimal output.
