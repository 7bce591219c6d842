//! Training and the neural feature ansatz: the exact identities of gradients, tangents and correlations on random small networks,
//! known limits, and published tables of training runs within their errors.

mod correlations;
mod early_time;
mod identities;
mod linear;
mod runs;
mod small;
mod tables;
