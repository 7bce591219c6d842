//! The witness: finite random networks drawn at random, and the eigenvalues they have.
//!
//! This room knows nothing of the theory. It draws the matrices of a model, applies the activation as a black box
//! (`&(dyn Fn(&mut [f64]) + Sync)`, in place), and returns sorted eigenvalues; it shares no formula, constant or
//! normalisation helper with the rooms that predict, so that a factor wrong on one side shows in the comparison.
//! It prints nothing: progress goes through a callback, and a flag stops it.
//!
//! * [`streams`]: the random bits, keyed by seed, experiment, trial and matrix
//! * [`ensembles`]: the laws of the entries
//! * [`sizes`]: integers from ratios
//! * [`features`]: the feature matrix M = YYᵀ/m and its eigenvalues
//! * [`kernel`]: the layered kernels K_l = X_lᵀX_l of one network and their eigenvalues
//! * [`replicates`]: independent trials on several threads
//! * [`spectra`]: what one measures on a list of eigenvalues

pub mod cycles;
pub mod ensembles;
pub mod features;
pub mod kernel;
pub mod replicates;
pub mod sizes;
pub mod spectra;
pub mod streams;

/// The activation in double precision: replaces every argument in the slice by its value.
pub type Activation<'a> = &'a (dyn Fn(&mut [f64]) + Sync);

/// Most entries of simulated matrices in one run.
pub const ENTRIES_BOUND: u64 = 1_000_000_000;

/// Why a simulation gave no eigenvalues.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SimulationError {
    /// A ratio of the model is not a positive finite number.
    #[error("{name} = {value} is not a ratio of sizes: it must be positive and finite")]
    Ratio {
        /// The name of the ratio.
        name: &'static str,
        /// The value given.
        value: f64,
    },
    /// A standard deviation is negative, infinite or (where a zero makes no sense) zero.
    #[error("{name} = {value} is not a standard deviation that can be simulated: it must be {wanted}")]
    Deviation {
        /// The name of the parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The values that are allowed.
        wanted: &'static str,
    },
    /// A dimension is too small for a limit theorem to be tested on it.
    #[error("n = {n} makes {dimension} = {size}, fewer than {least}: take n at least {mend}")]
    TooSmall {
        /// The largest dimension.
        n: usize,
        /// The name of the small dimension.
        dimension: &'static str,
        /// Its size.
        size: usize,
        /// The least size allowed.
        least: usize,
        /// The n that gives it.
        mend: u64,
    },
    /// The same at n/2, which a check simulates beside n.
    #[error("a check also simulates n/2 = {half}, which makes {dimension} = {size}, fewer than {least}: take n at least {mend}")]
    TooSmallAtHalf {
        /// Half the n asked for.
        half: usize,
        /// The name of the small dimension.
        dimension: &'static str,
        /// Its size.
        size: usize,
        /// The least size allowed.
        least: usize,
        /// The n whose half gives it.
        mend: u64,
    },
    /// No replicate was asked for.
    #[error("trials = 0 simulates nothing: take at least 1")]
    NoTrials,
    /// The run would draw too many matrix entries.
    #[error("this run needs {entries} matrix entries, more than the bound {bound} of simulated entries: lower n or trials")]
    TooLarge {
        /// The entries needed.
        entries: u128,
        /// The bound.
        bound: u64,
    },
    /// The activation is not finite at a drawn argument.
    #[error("the activation is {value} at x = {argument}, a value drawn in the simulation: it must be finite at every real x")]
    NotFinite {
        /// The argument.
        argument: f64,
        /// The value there.
        value: f64,
    },
    /// The values of the activation are finite but their Gram matrix overflows.
    #[error("the products of the activation's values exceed the double-precision range: scale the activation down")]
    Overflow,
    /// The symmetric eigenvalue iteration failed.
    #[error("the eigenvalue iteration did not converge on a {size} x {size} matrix: take another seed")]
    NoConvergence {
        /// The dimension of the matrix.
        size: usize,
    },
    /// The run was stopped from outside.
    #[error("the simulation was interrupted")]
    Cancelled,
}

impl SimulationError {
    /// The error of a size n/2 in terms of n.
    #[must_use]
    pub fn at_half(self) -> Self {
        match self {
            Self::TooSmall { n, dimension, size, least, mend } => {
                Self::TooSmallAtHalf { half: n, dimension, size, least, mend: 2 * mend }
            }
            other => other,
        }
    }
}
