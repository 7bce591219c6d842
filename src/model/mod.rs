//! Function to model.
