//! Laws of layers whose neurons carry a bias: no algebraic equation, but a fixed point over the bias (Piccolo and Schröder,
//! arXiv 2105.05115; docs/mathematics.md, 'Bias' and 'Layers'). Values come with estimated errors.

mod chain;
mod expansion;
mod law;
mod line;
mod nodes;
mod path;
mod pole;
mod profile64;
mod rule;
mod tabulated;

pub use law::{ProfileLaw, Scales};
pub use nodes::{BiasNode, Profile, ProfileLayer, View};
pub use profile64::{Estimate, Profile64, ProfileEdge, Transform};
pub(super) use tabulated::Tabulated;
