//! What an answer rests on: the statements behind each query of each model, with status, hypotheses and papers, as
//! docs/mathematics.md has them.

use super::papers::Paper::{
    self, BaErdogdu, BaikSilverstein, Beaglehole, BenigniPeche, Cui, Defilippis, Hayou, MeiMontanari, Moniri,
    PenningtonSchoenholz, PenningtonWorah, PiccoloSchroeder, Poole, Schoenholz, Schroeder, SilversteinBai, SilversteinChoi,
    WangWuFan,
};
use crate::activation::has_choices;
use crate::model::{Bias, ConjugateKernel, Energies, Features, KernelInput, Model};

/// How far a statement is established, from the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Neither proved nor borne out by simulations.
    Conjectured,
    /// Derived, and compared with simulations.
    Verified,
    /// Proved, in the papers or here.
    Proved,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Conjectured => "conjectured",
            Self::Verified => "verified",
            Self::Proved => "proved",
        }
    }
}

/// A statement.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub says: &'static str,
    /// How far it is established.
    pub status: Status,
    /// What it supposes.
    pub supposes: &'static [&'static str],
    /// Where it comes from; none where it is derived here.
    pub papers: &'static [Paper],
}

use Status::{Conjectured, Proved, Verified};

const LIGHT_TAILS: &str = "W and X independent, with independent centred entries that have light tails";
const GROWTH: &str = "f smooth, with limits on its growth";
const PROPORTIONAL: &str = "all dimensions grow in proportion";
const GAUSSIAN_WEIGHTS: &str = "weights independent and Gaussian, layer by layer";
const NORMALISED: &str = "activations of mean 0 and variance 1 under N(0, 1), Lipschitz";
const ORTHOGONAL: &str = "columns of the input of norm near 1, nearly orthogonal";
const FREENESS: &str = "asymptotic freeness and Gaussian equivalence, which are used and not proved";

static GAUSSIAN: Statement = Statement {
    says: "Gaussian integrals are closed forms, or enclosed by quadrature with a proved bound of its error",
    status: Proved,
    supposes: &[],
    papers: &[],
};
static BULK: Statement = Statement {
    says: "the law of M = YY^T/m, Y = f(WX/sqrt(n0)), depends on theta1 and theta2 alone, by one rational curve; its elimination is the quartic",
    status: Proved,
    supposes: &[LIGHT_TAILS, GROWTH, PROPORTIONAL],
    papers: &[PenningtonWorah, BenigniPeche, PiccoloSchroeder],
};
static BULK_OF_KINKS: Statement = Statement {
    says: "the same law holds for f with kinks or jumps, which the proofs leave out",
    status: Verified,
    supposes: &[LIGHT_TAILS, PROPORTIONAL],
    papers: &[PenningtonWorah, BenigniPeche, PiccoloSchroeder],
};
static RIDGE_CHAIN: Statement = Statement {
    says: "ridge regression on layers of random features is a chain of population problems with growing penalties, from which every error and variance follows; the ridge increases with the lowest penalty, so that there is one",
    status: Verified,
    supposes: &[
        PROPORTIONAL,
        GAUSSIAN_WEIGHTS,
        "Gaussian inputs",
        "the deterministic equivalent of ridge regression and Gaussian equivalence, which are used and not proved",
    ],
    papers: &[MeiMontanari, Schroeder, Defilippis],
};
static ON_THE_SPHERE: Statement = Statement {
    says: "the same chain holds at finite d on the sphere with the eigenvalues of the kernel there, up to errors of order 1/n",
    status: Verified,
    supposes: &[
        "inputs and weights uniform on spheres",
        "the deterministic equivalent of ridge regression, which is used and not proved",
    ],
    papers: &[MeiMontanari, Defilippis],
};
static CRITICAL_STEP: Statement = Statement {
    says: "after a step of critical size, weights W_0 + u v^T, the errors of ridge regression solve a fixed point with a function of v.x; the rest of the gradient is left out",
    status: Verified,
    supposes: &[
        PROPORTIONAL,
        "Gaussian inputs",
        "finitely many sizes u",
        "deterministic equivalents, which are used and not proved",
    ],
    papers: &[Cui, Moniri],
};
static MEAN: Statement = Statement {
    says: "a mean of f makes one eigenvalue of order n1 and leaves the rest of the law as it is",
    status: Verified,
    supposes: &[],
    papers: &[],
};
static ROOT: Statement = Statement {
    says: "two signs single out the root of the equation that is the Stieltjes transform; edges are critical values of the curve",
    status: Proved,
    supposes: &[],
    papers: &[SilversteinBai, SilversteinChoi],
};
static BULKS: Statement = Statement {
    says: "of two bulks the upper one has n0 eigenvalues (proved up to exchanging rows and columns)",
    status: Verified,
    supposes: &[],
    papers: &[],
};
static ORDER_ONE: Statement = Statement {
    says: "random norms and skewed entries make outliers of order one, roots of one determinant on the curve",
    status: Verified,
    supposes: &["f of mean 0 with E f'' or E f''' not 0", PROPORTIONAL],
    papers: &[],
};
static ROW_BIAS: Statement = Statement {
    says: "with one Gaussian bias a neuron the law is that of a profile of linear models over the bias",
    status: Verified,
    supposes: &[LIGHT_TAILS, PROPORTIONAL],
    papers: &[PiccoloSchroeder],
};
static ENTRY_BIAS: Statement = Statement {
    says: "with one Gaussian bias an entry the law is that without a bias at the wider pre-activation",
    status: Verified,
    supposes: &[LIGHT_TAILS, PROPORTIONAL],
    papers: &[],
};
static AVERAGED: Statement = Statement {
    says: "the quartic with coefficients averaged over a bias per neuron; simulations reject it where Var f(Z + b) depends on b",
    status: Conjectured,
    supposes: &[],
    papers: &[PiccoloSchroeder],
};
static ISOSPECTRAL: Statement = Statement {
    says: "without a bias theta2 = 0 keeps the law from layer to layer; with one E a^2 > 0 for every f that is not constant",
    status: Proved,
    supposes: &["Gaussian bias, one number a neuron"],
    papers: &[PiccoloSchroeder],
};
static CYCLES: Statement = Statement {
    says: "averages of Y along cycles of 2k entries are theta2^k n0^(1-k) to leading order",
    status: Verified,
    supposes: &["f of mean 0"],
    papers: &[PiccoloSchroeder],
};
static LAYERS: Statement = Statement {
    says: "the law of every layer of a conjugate kernel is that of a sample covariance over b^2 K + 1 - b^2 of the layer below",
    status: Proved,
    supposes: &[GAUSSIAN_WEIGHTS, NORMALISED, ORTHOGONAL, PROPORTIONAL],
    papers: &[WangWuFan],
};
static SIGNALS: Statement = Statement {
    says: "a signal of the input survives a layer beyond a threshold, at a position and with an alignment that the curve gives",
    status: Proved,
    supposes: &[GAUSSIAN_WEIGHTS, NORMALISED, ORTHOGONAL, "E f'' = 0, or the signal orthogonal to what E f'' adds", PROPORTIONAL],
    papers: &[WangWuFan],
};
static UNINFORMATIVE: Statement = Statement {
    says: "E f'' makes outliers of its own, along the all-ones vector and along the column norms",
    status: Verified,
    supposes: &["deterministic equivalents, which are heuristic"],
    papers: &[WangWuFan],
};
static AS_TYPED: Statement = Statement {
    says: "layers of activations as typed: the mean of a layer is the bias of the next, and its law a profile over that bias",
    status: Verified,
    supposes: &[GAUSSIAN_WEIGHTS, PROPORTIONAL],
    papers: &[],
};
static SAMPLE_LAW: Statement = Statement {
    says: "the law of a sample covariance and its support, from the law of the population",
    status: Proved,
    supposes: &["independent samples whose quadratic forms concentrate", PROPORTIONAL],
    papers: &[SilversteinBai, SilversteinChoi],
};
static SAMPLE_SPIKES: Statement = Statement {
    says: "which eigenvalues of the population make outliers, where, and with which squared cosine to their eigenvectors",
    status: Proved,
    supposes: &["population eigenvalues at a positive distance from the bulk"],
    papers: &[BaikSilverstein, WangWuFan],
};
static LEFT: Statement =
    Statement { says: "the factor of left eigenvectors", status: Verified, supposes: &[], papers: &[WangWuFan] };
static FROM_DATA: Statement = Statement {
    says: "the input is data: its eigenvalues stand for the law of the population, and their distance to it is the estimated error",
    status: Verified,
    supposes: &["the eigenvalues of the matrix given"],
    papers: &[],
};
static ONE_CONSTANT_STEP: Statement = Statement {
    says: "one gradient step of constant size adds to the weights, to leading order, one direction that is correlated with the teacher",
    status: Verified,
    supposes: &["Gaussian inputs", "labels g(beta.x) + noise with E Z g(Z) not 0", "fresh samples after the step", PROPORTIONAL],
    papers: &[BaErdogdu, WangWuFan],
};
static REGIMES: Statement = Statement {
    says: "a step eta = n^alpha, (l-1)/(2l) < alpha < l/(2l+2), makes one spike for each power k <= l with c_k not 0",
    status: Proved,
    supposes: &[
        "Gaussian inputs",
        "f and teacher centred, with c_1 and the teacher's first coefficient not 0",
        "fresh samples for the ridge fit",
        PROPORTIONAL,
    ],
    papers: &[Moniri],
};
static STEP_ERRORS: Statement = Statement {
    says: "training and test error of ridge regression after the step, for every degree l and at constant step",
    status: Verified,
    supposes: &[
        "the step is its leading part c_1 a beta^T",
        "f and teacher centred, with c_1 and the teacher's first coefficient not 0",
        "fresh samples for the ridge fit",
        PROPORTIONAL,
    ],
    papers: &[Moniri],
};
static FINITE_STEP: Statement = Statement {
    says: "spikes and errors of a step at finite n, all powers at once: an estimate, whose error holds what it neglects",
    status: Verified,
    supposes: &["the bulk of F stays that without a step: c_1 eta |beta|/sqrt(N) well below 1"],
    papers: &[Moniri],
};
static FEATURE_ANSATZ: Statement = Statement {
    says: "the correlation of weights and gradients as training begins is a ratio of traces, sums over non-crossing partitions",
    status: Verified,
    supposes: &[FREENESS, "Gaussian inputs, small first step, the first layer alone is trained", PROPORTIONAL],
    papers: &[Beaglehole],
};
static LABELS: Statement = Statement {
    says: "the law of a covariance weighted by labels is compound free Poisson; the first coordinate makes its outliers",
    status: Verified,
    supposes: &["Gaussian inputs", PROPORTIONAL],
    papers: &[],
};
static PROPAGATION: Statement = Statement {
    says: "variance and correlation of pre-activations follow maps from layer to layer, whose fixed points and slopes give the depths",
    status: Verified,
    supposes: &["widths that grow one layer after the other, with independent Gaussian or Haar weights"],
    papers: &[Poole, Schoenholz],
};
static EDGE: Statement = Statement {
    says: "the edge of chaos is an explicit curve over the variance, and its kinks say how fast correlations merge on it",
    status: Verified,
    supposes: &["the wide limit of the layers"],
    papers: &[Schoenholz, Hayou],
};
static EXPONENTS: Statement = Statement {
    says: "information exponent and leap by Hermite coefficients; a coefficient that is not 0 bounds the generative exponent above",
    status: Proved,
    supposes: &[],
    papers: &[],
};
static ATTENTION: Statement = Statement {
    says: "row sums of the softmax concentrate, so that attention at initialisation is model A with an exponential",
    status: Verified,
    supposes: &["independent Gaussian queries and keys, beta of order one"],
    papers: &[],
};
static JACOBIANS: Statement = Statement {
    says: "slopes and weights of a wide network are asymptotically free: the law of J^T J is a free product, explicit in its transform",
    status: Verified,
    supposes: &["Gaussian or Haar weights", "widths in proportion, and large"],
    papers: &[PenningtonSchoenholz],
};
static IDENTITIES: Statement = Statement {
    says: "the average gradient outer product is W^T K W, K the second moment of the tangent features; its correlations are measured",
    status: Proved,
    supposes: &[],
    papers: &[Beaglehole],
};
static WITNESS: Statement = Statement {
    says: "a simulation: agreement within standard error and finite-size allowance; a wrong theory within them passes",
    status: Verified,
    supposes: &["finite-size errors fall like the powers of n that are assumed"],
    papers: &[],
};

/// What is asked.
#[derive(Debug, Default)]
pub struct Asked {
    /// The names of queries.
    pub queries: Vec<&'static str>,
    /// Whether a gradient step is asked for at finite n.
    pub finite_step: bool,
    /// Whether a constant one is.
    pub constant_step: bool,
    /// Whether a step has the critical size.
    pub critical_step: bool,
    /// Whether a mean was taken off an activation.
    pub mean_split_off: bool,
}

impl Asked {
    fn any(&self, names: &[&str]) -> bool {
        self.queries.iter().any(|asked| names.contains(asked))
    }

    /// Whether no query is asked of the model, so that all of its answers count.
    fn nothing(&self) -> bool {
        !self.any(&LAW) && !self.any(&["spikes", "errors", "alignment", "isospectrality", "check", "cycle_cumulants"])
    }

    fn law(&self) -> bool {
        self.nothing() || self.any(&LAW) || self.any(&["check", "plot"])
    }

    fn spikes(&self) -> bool {
        self.nothing() || self.any(&["spikes", "check", "plot"])
    }
}

/// The queries about the law.
const LAW: [&str; 12] = [
    "spectrum",
    "edges",
    "atom",
    "moments",
    "density",
    "cdf",
    "quantile",
    "stieltjes",
    "equation",
    "branches",
    "compare",
    "eigenvalues",
];

/// The statements behind queries that stand by themselves.
pub fn of_queries(asked: &Asked) -> Vec<&'static Statement> {
    let by_name: [(&[&str], &'static Statement); 10] = [
        (&["gaussian", "hermite", "dual", "center", "normalize"], &GAUSSIAN),
        (&["isospectrality"], &ISOSPECTRAL),
        (&["cycle_cumulants"], &CYCLES),
        (&["check"], &WITNESS),
        (&["train"], &IDENTITIES),
        (&["mp"], &SAMPLE_LAW),
        (&["attention"], &ATTENTION),
        (&["propagation"], &PROPAGATION),
        (&["edge_of_chaos"], &EDGE),
        (&["exponents"], &EXPONENTS),
    ];
    by_name.into_iter().filter(|(names, _)| asked.any(names)).map(|(_, statement)| statement).collect()
}

/// The statements behind what is asked of a model.
pub fn of_model(model: &Model, asked: &Asked) -> Vec<&'static Statement> {
    match model {
        Model::Features(features) => on_features(features, asked),
        Model::Conjugate(kernel) => on_layers(kernel, asked),
        Model::Kernel(_) => vec![&AS_TYPED],
        Model::Covariance(covariance) => {
            let spiked = asked.spikes() && !covariance.spikes.is_empty();
            [Some(&SAMPLE_LAW), spiked.then_some(&SAMPLE_SPIKES), spiked.then_some(&LEFT)].into_iter().flatten().collect()
        }
        Model::Trained(_) => vec![&ONE_CONSTANT_STEP, &LAYERS],
        Model::OneStep(_) => on_step(asked),
        Model::Ansatz(_) | Model::JointAnsatz(_) => vec![&FEATURE_ANSATZ],
        Model::LabelCovariance(_) => vec![&LABELS],
        Model::Jacobian(_) => vec![&JACOBIANS],
        Model::SpikedFeatures(_) => vec![&CRITICAL_STEP],
        Model::Regression(model) => vec![if model.is_counted() { &ON_THE_SPHERE } else { &RIDGE_CHAIN }],
    }
}

fn on_features(features: &Features, asked: &Asked) -> Vec<&'static Statement> {
    let mut found = Vec::new();
    if !features.sigma_b.is_zero() {
        found.push(match features.bias {
            Bias::Row | Bias::Column => &ROW_BIAS,
            Bias::Entry => &ENTRY_BIAS,
            Bias::Averaged => &AVERAGED,
        });
    } else {
        if asked.law() {
            found.extend([&BULK, &ROOT]);
            // what chooses between branches is not shown to be smooth
            if matches!(&features.energies, Energies::Activation(f) if has_choices(f)) {
                found.push(&BULK_OF_KINKS);
            }
        }
        if asked.any(&["spectrum", "check"]) {
            found.push(&BULKS);
        }
        if asked.spikes() || asked.any(&["spectrum"]) {
            found.push(&ORDER_ONE);
        }
    }
    if asked.mean_split_off {
        found.push(&MEAN);
    }
    found
}

fn on_layers(kernel: &ConjugateKernel, asked: &Asked) -> Vec<&'static Statement> {
    let mut found = vec![&LAYERS];
    if matches!(kernel.input, KernelInput::Data(_)) {
        found.push(&FROM_DATA);
    }
    if asked.spikes() || asked.any(&["spectrum"]) {
        if !kernel.signal.is_empty() {
            found.push(&SIGNALS);
        }
        found.push(&UNINFORMATIVE);
    }
    found
}

fn on_step(asked: &Asked) -> Vec<&'static Statement> {
    if asked.critical_step {
        return vec![&CRITICAL_STEP];
    }
    if asked.finite_step {
        return vec![&FINITE_STEP];
    }
    let mut found = Vec::new();
    if asked.constant_step {
        found.push(&ONE_CONSTANT_STEP);
    } else if asked.spikes() {
        found.push(&REGIMES);
    }
    if asked.nothing() || asked.any(&["errors", "check", "plot"]) {
        found.push(&STEP_ERRORS);
    }
    found
}
