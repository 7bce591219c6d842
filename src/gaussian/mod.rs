//! Model to Gaussian data.
