//! The closed list of doubts that an answer may carry, and the place where they are left.

use std::cell::RefCell;

/// A doubt, with what caused it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// A number cannot be told from zero with four times the digits asked.
    NotSeparatedFromZero,
    /// A number on which a branch depends counts as zero without proof, near this place.
    CountedAsZero(String),
    /// Kinks beyond those listed are not ruled out, or one is seen.
    KinksBeyond {
        /// How far out they are listed.
        reach: String,
        /// The next one.
        next: Option<String>,
    },
    /// This activation, with its bias where it has one, has a mean, which makes one outlier of order n; the law is that of f minus
    /// its mean.
    MeanSplitOff(String),
    /// This activation of a normalised kernel has a mean, which is taken off in every layer.
    Centred {
        /// The activation.
        f: String,
        /// Whether there are several layers.
        deep: bool,
    },
    /// These functions of one gradient step have means, which are taken off.
    StepCentred(Vec<String>),
    /// A gradient step teaches nothing, and why.
    NothingLearned(String),
    /// No part of this teacher is linear in the inputs.
    TeacherUnseen(String),
    /// This layer keeps nothing that is linear in the inputs.
    EvenLayer {
        /// Which, from 1.
        layer: usize,
        /// Its activation.
        f: String,
    },
    /// Without a ridge there are as many samples as features of this rank.
    InterpolationThreshold(String),
    /// The exponent of a step size is where a new spike begins.
    CriticalAlpha(String),
    /// The strength of a step of finite size is so large that the bulk itself changes.
    LargeStep(String),
    /// A slope E f′ so small that the limit of regime A is reached by so many samples only.
    SmallSlope {
        /// From how many samples on it holds.
        samples: String,
    },
    /// Norms of hidden columns of this activation grow apart from layer to layer: D = E Z σ σ′ > 1.
    NormsGrowApart {
        /// The activation.
        f: String,
        /// D.
        growth: String,
    },
    /// The population of a kernel is divided by its mean.
    PopulationScaled {
        /// The mean.
        mean: String,
    },
    /// The user's data are scaled, and how far they are from what the theory takes them for.
    DataScaled {
        /// The factor.
        factor: String,
        /// The least and the largest norm of a column after that.
        norms: [String; 2],
        /// The largest cosine of two columns, in size.
        cosine: String,
    },
    /// The mean makes an outlier only in matrices with more rows than are drawn, and the others are those without it.
    SmallMean {
        /// From how many rows on it makes one.
        rows: String,
    },
    /// The law is the equation without bias with averaged coefficients.
    AveragedBias,
    /// The support is proved to have no upper edge.
    UnboundedSupport,
    /// It seems to have none.
    UnboundedSupportSeen,
    /// It seems to have one.
    BoundedSupportSeen,
    /// The slope of this activation seems to be bounded.
    BoundedSlopeSeen(String),
    /// The support is proved to reach down to 0.
    NoGapAtZero,
    /// It seems to.
    NoGapAtZeroSeen,
    /// The gradient of a simulation is far from its part of rank one: η times the operator norm of the rest.
    NotRankOne {
        /// That number.
        quality: String,
    },
    /// A simulation says nothing about some rows, or about all.
    CheckInconclusive,
    /// A doubt of some points of a sweep.
    AtPoints {
        /// Its name.
        name: String,
        /// At how many.
        points: usize,
    },
    /// A sign changes where there is no root: where and how.
    SignWithoutRoot(String),
    /// Points of a sweep or a search have no value.
    PointsFailed {
        /// How many.
        failed: usize,
        /// Of how many.
        of: usize,
    },
    /// These fields of an answer are undefined, for this reason.
    Undefined {
        /// The fields; none for the whole.
        fields: &'static [&'static str],
        /// Why, beginning with what is undefined.
        reason: String,
    },
}

impl Doubt {
    /// Whether it is about this field of a record with these fields; what names fields of another record is.
    #[must_use]
    pub fn concerns(&self, field: &str, fields: &[&str]) -> bool {
        let about: &[&str] = match self {
            Self::UnboundedSupport
            | Self::UnboundedSupportSeen
            | Self::BoundedSupportSeen
            | Self::BoundedSlopeSeen(_)
            | Self::NoGapAtZero
            | Self::NoGapAtZeroSeen => &["edges", "edge_exponents"],
            Self::CheckInconclusive => &["rows", "verdict"],
            Self::NotRankOne { .. } => &["rows", "verdict", "quality"],
            Self::KinksBeyond { .. } => &["kinks"],
            Self::SmallMean { .. } => &["outliers"],
            Self::SmallSlope { .. } => &["limit", "gap", "deficit"],
            Self::Undefined { fields: undefined, .. } => undefined,
            Self::CountedAsZero(_)
            | Self::NotSeparatedFromZero
            | Self::AtPoints { .. }
            | Self::SignWithoutRoot(_)
            | Self::PointsFailed { .. }
            | Self::MeanSplitOff(_)
            | Self::Centred { .. }
            | Self::PopulationScaled { .. }
            | Self::DataScaled { .. }
            | Self::NormsGrowApart { .. }
            | Self::StepCentred(_)
            | Self::NothingLearned(_)
            | Self::TeacherUnseen(_)
            | Self::EvenLayer { .. }
            | Self::InterpolationThreshold(_)
            | Self::CriticalAlpha(_)
            | Self::LargeStep(_)
            | Self::AveragedBias => &[],
        };
        about.contains(&field) || !about.iter().any(|name| fields.contains(name))
    }
}

/// Doubts in the order in which they were met, each once.
#[derive(Debug, Default)]
pub struct Doubts(RefCell<Vec<Doubt>>);

impl Doubts {
    /// Leaves a doubt.
    pub fn leave(&self, doubt: Doubt) {
        let mut doubts = self.0.borrow_mut();
        if !doubts.contains(&doubt) {
            doubts.push(doubt);
        }
    }

    /// Takes all of them away.
    #[must_use]
    pub fn take(&self) -> Vec<Doubt> {
        self.0.take()
    }

    /// Puts others in their place, and gives those that were there.
    #[must_use]
    pub fn replace(&self, doubts: Vec<Doubt>) -> Vec<Doubt> {
        self.0.replace(doubts)
    }
}
