//! Why a simulation gave no eigenvalues.

/// Why a simulation gave no eigenvalues.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SimulationError {
    /// A population or an input that is not drawn, and what is.
    #[error("{0}")]
    NotDrawn(&'static str),
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
        dimension: String,
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
        dimension: String,
        /// Its size.
        size: usize,
        /// The least size allowed.
        least: usize,
        /// The n whose half gives it.
        mend: u64,
    },
    /// The user's data have fewer samples than are wanted.
    #[error("the data have {samples} samples, and n = {n} of them are wanted: take n at most {samples}")]
    TooFewSamples {
        /// The samples wanted.
        n: usize,
        /// Those that there are.
        samples: usize,
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
    /// The matrices do not fit into the memory that can be had.
    #[error(
        "the matrices of this run need about {megabytes} MB of memory, which cannot be had: lower n or the number of threads"
    )]
    NoMemory {
        /// What is needed.
        megabytes: u64,
    },
    /// The activation is not finite at a drawn argument.
    #[error("the activation is {value} at x = {argument}, a value drawn in the simulation: it must be finite at every real x")]
    NotFinite {
        /// The argument.
        argument: f64,
        /// The value there.
        value: f64,
    },
    /// The derivative of the activation is not finite at a drawn argument.
    #[error("the derivative of the activation is not finite at x = {argument}, a value drawn in the simulation")]
    SlopeNotFinite {
        /// The argument.
        argument: f64,
    },
    /// The teacher is not finite on a sample.
    #[error("the teacher is {value} at {arguments:?}, a sample drawn in the simulation: it must be finite everywhere")]
    Label {
        /// The coordinates that it reads.
        arguments: Vec<f64>,
        /// The value there.
        value: f64,
    },
    /// A setting of an experiment that makes no sense.
    #[error("{message}")]
    Setting {
        /// The name of the setting.
        name: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The loss or its gradient left the doubles.
    #[error(
        "training diverged: the loss or its gradient is not finite after step {step} with eta = {eta}; take a smaller eta, for example {}, or a smaller init_scale where the outputs are large from the start",
        smaller(*eta)
    )]
    Diverged {
        /// The steps made.
        step: usize,
        /// Their length.
        eta: f64,
    },
    /// The values of the activation are finite but their Gram matrix overflows.
    #[error("the products of the activation's values exceed the double-precision range: scale the activation down")]
    Overflow,
    /// The ridge is lost beside the Gram matrix of the features.
    #[error("the ridge {ridge} is too small beside the features for double precision: take a larger one")]
    Ridge {
        /// The ridge.
        ridge: f64,
    },
    /// The symmetric eigenvalue iteration failed.
    #[error("the eigenvalue iteration did not converge on a {size} x {size} matrix: take another seed")]
    NoConvergence {
        /// The dimension of the matrix.
        size: usize,
    },
    /// The model does not say which activation to draw with.
    #[error("check needs an activation to simulate with: the model was given by numbers")]
    NoActivation,
    /// The model has no feature matrix.
    #[error("only random features have a feature matrix Y")]
    NoFeatures,
    /// The model draws with its own activations only.
    #[error("check of a kernel simulates with its own activations: leave activation out")]
    OwnActivations,
    /// The activation cannot be brought to variance 1.
    #[error("the activation has the variance {variance} under N(0, 1) in double precision, and cannot be normalised")]
    NotNormalised {
        /// What was found.
        variance: f64,
    },
    /// The model has no activation.
    #[error("a covariance has no activation to simulate with: leave activation out")]
    NoFunction,
    /// The sizes are those of another ensemble.
    #[error("the sizes have no dimension {0}: they belong to another model")]
    OtherSizes(String),
    /// The system gives no further thread.
    #[error("no thread could be started")]
    NoThread,
    /// The run was stopped from outside.
    #[error("the simulation was interrupted")]
    Cancelled,
}

/// A tenth, to one digit.
fn smaller(eta: f64) -> f64 {
    let digits = format!("{:.0e}", eta / 10.0);
    digits.parse().unwrap_or(eta / 10.0)
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
