//! Data to law.
