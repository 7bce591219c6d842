//! DATA → LAW: a limiting spectral law is a value, with one face for whatever is behind it.
//!
//! [`Law`] answers atom, edges, masses, moments, transform, density, distribution function and quantiles as numbers that say
//! whether they are exact, proved or estimated ([`Real`](crate::number::Real)), and gives a table in doubles. Behind it:
//!
//! * [`CurveLaw`]: the rational curve of a feature matrix, and everything on it ([`Parameters`] in, proved balls out);
//! * [`LayeredLaw`]: a population law sampled layer by layer, one rational map of one variable (a [`Stack`] in, proved balls out);
//! * [`LabelledLaw`]: a covariance weighted by labels of either sign, one rational map (a [`LabelLaw`] in, proved balls out;
//!   of labels of infinitely many values, a [`Spread`], estimates out);
//! * [`JacobianLaw`]: the input-output Jacobian of a wide network, one equation in its layers' laws of squared slopes (a
//!   [`JacobianSlopes`] in, proved balls out);
//! * [`ProfileLaw`]: the fixed point over the bias of layered neurons (nodes over the bias in, estimates out).
//!
//! The room knows numbers alone: no activation, no model. Functions return an enclosure for all data in the given balls, or
//! [`LawError::MoreBits`] when the precision does not decide a sign on which the answer depends; the caller owns the only loop
//! that raises precision.

mod argument;
mod bulk64;
mod curve;
mod distance;
mod error;
mod jacobian;
mod labelled;
mod law;
mod layered;
mod profile;

pub use argument::Argument;
pub use curve::{
    Branch, Constants, Curve, CurveLaw, Edge, Equation, Expression, Law64, Parameters, Polynomial, Shape, Signs, Variable, atom,
    branches, cdf, density, edges, equation, hard_edge, moments, quantile, shares, stieltjes, symbolic_moments,
};
pub use distance::{Distance, Distances, Distribution, distances, ratios_agree};
pub use error::{DataError, LawError};
pub use jacobian::{JacobianLaw, JacobianSlopes, JacobianTable, Mixing, SlopeAtom, SlopeLaw, transform_over};
pub use labelled::{LabelAtom, LabelGap, LabelLaw, LabelPanel, LabelTable, LabelledLaw, Spread, Touch};
pub use law::{End, Law, Table};
pub use layered::{
    Chain, Coefficient, EstimatedLaw, Layered64, LayeredLaw, Level, Link, Passed, Sampled, Share, Shelf, Stack, StackEdge,
    StackLayer, Written, crossing_between, crossing_near, estimated,
};
pub use profile::{BiasNode, Estimate, Profile, Profile64, ProfileEdge, ProfileLaw, ProfileLayer, Scales, Transform, View};
