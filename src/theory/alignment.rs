//! What the neural feature ansatz answers at the start of training, and the regime that decides what is known.

use crate::number::Real;
use crate::spectrum::estimated;

/// Which of b₀ = E f′ and b₁ = E f″ is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlignmentRegime {
    /// b₀ ≠ 0.
    RankOne,
    /// b₀ = 0 ≠ b₁.
    Quadratic,
    /// b₀ = b₁ = 0.
    Higher,
}

impl AlignmentRegime {
    /// Its letter.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RankOne => "A",
            Self::Quadratic => "B",
            Self::Higher => "C",
        }
    }
}

/// The early-time correlation; what belongs to other regimes is unknown.
#[derive(Clone, Debug)]
pub struct Alignment {
    /// Which zeros decide.
    pub regime: AlignmentRegime,
    /// ρ.
    pub limit: Real,
    /// 1 − ρ, without cancellation.
    pub gap: Real,
    /// The limit of n (1 − ρ).
    pub deficit: Real,
    /// t₁, t₂, t₃ of regimes B and C.
    pub traces: Option<[Real; 3]>,
    /// The correlation of WᵀW and WᵀK W at initialisation.
    pub initial: Real,
    /// The limit of √d times it.
    pub initial_scale: Real,
    /// Squared cosine of Xᵀr with the teacher's direction.
    pub overlap: Real,
}

impl Alignment {
    /// Nothing is known but the regime.
    pub(super) fn of(regime: AlignmentRegime) -> Self {
        let unknown = || Real::Unknown;
        Self {
            regime,
            limit: unknown(),
            gap: unknown(),
            deficit: unknown(),
            traces: None,
            initial: unknown(),
            initial_scale: unknown(),
            overlap: unknown(),
        }
    }

    /// The same with estimated errors, from another approximation of the covariance.
    pub(super) fn estimated(self, other: Self) -> Self {
        let join = |one: Real, two: Real| if matches!(one, Real::Unknown) { one } else { estimated(one, Some(two)) };
        let traces = self.traces.zip(other.traces).map(|(one, two)| {
            let mut two = two.into_iter();
            one.map(|one| join(one, two.next().unwrap_or(Real::Unknown)))
        });
        Self {
            regime: self.regime,
            limit: join(self.limit, other.limit),
            gap: join(self.gap, other.gap),
            deficit: join(self.deficit, other.deficit),
            traces,
            initial: self.initial,
            initial_scale: self.initial_scale,
            overlap: join(self.overlap, other.overlap),
        }
    }
}
