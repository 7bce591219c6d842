//! Random-matrix theory of neural networks from a typed activation function.
pub mod activation;
pub mod compare;
pub mod gaussian;
pub mod language;
pub mod model;
pub mod monte_carlo;
pub mod number;
pub mod plot;
pub mod session;
pub mod spectrum;
pub mod spikes;
