//! Outliers along a direction that the layers of a stack add to their populations (docs/mathematics.md, 'Spikes of kernels').
//!
//! Σ_l = b²_l K_{l−1} + (1 − b²_l) I + θ_l e eᵀ with a unit vector e. With F_l = eᵀ(K_l − z_l)⁻¹e,
//!
//! 1/F_l = (1 + γ_l q_l) (b²_l/F_{l−1} + θ_l),
//!
//! and the outliers of K_l along e are at the zeros of g_l = b²_l/F_{l−1} + θ_l outside the support. What is searched is
//! N_l = g_l F_0, which has no poles but those of F_0: N_0 = 1, N_1 = b²_1 + θ_1 F_0 and N_l = b²_l (1 + γ_{l−1} q_{l−1}) N_{l−1} + θ_l F_0.
//! F_0 grows from pole to pole, θ_l ≥ 0, and so N_l passes from minus to plus at most once between two ends of a gap or poles
//! in it, and an outlier is where it does. Where F_0 > 0 throughout it passes from plus to minus: there g_l, which falls, has a zero only
//! beyond a pole of F_{l−1} at z_{l−1} = 0, where a layer with γ > 1 has its atom. The squared cosine with e is −(dz_l/dλ)/(d(1/F_l)/dλ).

use std::cmp::Ordering;

use rug::Rational;

use super::stack::is_regular;
use crate::number::{Ball, Jet, Ring};
use crate::spectrum::{Chain, LawError, Level, Link, Sampled, Stack, crossing_between};

/// Bits at which a zero is looked for.
const FEW_BITS: u32 = 256;

/// What the lowest matrix knows of a unit vector: its part along one vector, the rest being free of the matrix.
#[derive(Clone, Debug)]
pub enum Start<T> {
    /// Nothing: F_0 = −r_0.
    Free,
    /// A squared cosine `share` with the eigenvector of the population eigenvalue `value`, off the population.
    Spiked {
        /// The eigenvalue.
        value: T,
        /// The squared cosine, positive.
        share: T,
    },
    /// A squared cosine `share` with Xᵀu, u fixed, where the lowest matrix is XᵀX with isotropic X: F_0 = −1/(λ − 1) there.
    Carried {
        /// The squared cosine.
        share: T,
    },
}

/// The direction: what the lowest matrix knows of it, and θ ≥ 0 for each layer.
#[derive(Clone, Debug)]
pub struct Followed<T> {
    /// The level of the stack that is the lowest matrix here.
    pub base: usize,
    /// At the lowest matrix.
    pub start: Start<T>,
    /// θ_1, θ_2, … of the layers above it.
    pub strengths: Vec<T>,
}

/// An outlier.
#[derive(Clone, Debug)]
pub struct FollowedOutlier {
    /// Its point in the lowest population.
    pub lambda: Ball,
    /// z_l there.
    pub position: Ball,
    /// The squared cosine with the direction.
    pub alignment: Ball,
    /// The squared cosine with the eigenvector of [`Start::Spiked`]; none for other starts.
    pub alignment_spiked: Option<Ball>,
}

/// What there is over one point at one level.
struct Point<S> {
    /// F_0.
    start: S,
    /// N_l.
    product: S,
    lowest: Level<S>,
    top: Level<S>,
}

impl<T: Ring> Start<T> {
    fn map<S>(&self, map: impl Fn(&T) -> S) -> Start<S> {
        match self {
            Self::Free => Start::Free,
            Self::Spiked { value, share } => Start::Spiked { value: map(value), share: map(share) },
            Self::Carried { share } => Start::Carried { share: map(share) },
        }
    }

    /// F_0; λ/z_0 = 1/(1 + γ_0 q_0), so that z_0 may vanish.
    fn transform(&self, lowest: &Level<T>) -> T {
        let one = lowest.q.integer(1);
        let mixed = |share: &T, known: T| one.minus(share).times(&lowest.r).plus(&share.times(&known));
        let negative = match self {
            Self::Free => lowest.r.clone(),
            Self::Spiked { value, share } => mixed(share, lowest.factor.times(&lowest.lambda.minus(value)).inverse()),
            Self::Carried { share } => mixed(share, lowest.lambda.minus(&one).inverse()),
        };
        one.integer(0).minus(&negative)
    }
}

impl<T: Ring> Followed<T> {
    /// The same direction over another ring.
    #[must_use]
    pub fn map<S>(&self, map: impl Fn(&T) -> S) -> Followed<S> {
        Followed { base: self.base, start: self.start.map(&map), strengths: self.strengths.iter().map(map).collect() }
    }

    fn at(&self, chain: &Chain<T>, level: usize, lambda: &T) -> Option<Point<T>> {
        let mut levels = chain.levels(lambda, level + 1);
        let start = self.start.transform(&levels[self.base]);
        let mut product = lambda.integer(1);
        let links = chain.links.get(self.base..level)?.iter();
        for (index, (link, strength)) in (self.base..).zip(links.zip(&self.strengths)) {
            if index > self.base {
                product = product.times(&levels[index].factor);
            }
            if let Some(share) = &link.share {
                product = product.times(&share.slope);
            }
            product = product.plus(&strength.times(&start));
        }
        let top = levels.pop()?;
        let lowest = if level == self.base { top.clone() } else { levels.swap_remove(self.base) };
        Some(Point { start, product, lowest, top })
    }
}

impl<T: Ring> Followed<Jet<T>> {
    /// Position, squared cosine with e and with the eigenvector of a spiked start, at a zero of N.
    fn outlier(&self, chain: &Chain<Jet<T>>, level: usize, lambda: &T) -> Option<(T, T, Option<T>)> {
        let Point { start, product, lowest, top } = self.at(chain, level, &Jet::variable(lambda))?;
        let zero = lambda.integer(0);
        let along = zero.minus(&top.z.slope.times(&start.value).over(&top.factor.value.times(&product.slope)));
        let spiked = match &self.start {
            Start::Spiked { value, share } => {
                // (vᵀF_0 e/eᵀF_0 e)² of the one eigenvector
                let known = lowest.factor.times(&lowest.lambda.minus(value)).inverse().value;
                let ratio = known.over(&start.value);
                Some(share.value.times(&ratio.times(&ratio)).times(&along))
            }
            Start::Free | Start::Carried { .. } => None,
        };
        Some((top.z.value, along, spiked))
    }
}

impl Followed<Ball> {
    /// The outliers at a level above the lowest, from the lowest one, and whether all are: one that is not told from an edge is not.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn outliers(&self, stack: &Stack, law: &Sampled, level: usize) -> Result<(Vec<FollowedOutlier>, bool), LawError> {
        let chain = stack.chain(law.bits()).map(Jet::constant);
        let jets = self.map(Jet::constant);
        let product = |lambda: &Ball| match jets.at(&chain, level, &Jet::variable(lambda)) {
            Some(point) => [point.product.value, point.product.slope],
            None => [Ball::unknown(law.bits()), Ball::unknown(law.bits())],
        };
        let pole = match &self.start {
            Start::Spiked { value, .. } => Some(value),
            Start::Free | Start::Carried { .. } => None,
        };
        let start = |lambda: &Ball| jets.at(&chain, level, &Jet::variable(lambda)).and_then(|point| point.start.value.sign());
        let (zeros, all) = rising(&product, &start, law, level, pole)?;
        let outlier = |lambda: Ball| {
            let (position, alignment, alignment_spiked) = jets.outlier(&chain, level, &lambda).ok_or(LawError::MoreBits)?;
            Ok(FollowedOutlier { lambda, position, alignment, alignment_spiked })
        };
        Ok((zeros.into_iter().map(outlier).collect::<Result<_, LawError>>()?, all))
    }

    /// The outlier at a zero of N that is known.
    #[must_use]
    pub fn at_ball_zero(&self, stack: &Stack, law: &Sampled, level: usize, lambda: &Ball) -> Option<FollowedOutlier> {
        let chain = stack.chain(law.bits()).map(Jet::constant);
        let (position, alignment, alignment_spiked) = self.map(Jet::constant).outlier(&chain, level, lambda)?;
        Some(FollowedOutlier { lambda: lambda.clone(), position, alignment, alignment_spiked })
    }

    /// Whether a free direction of these strengths would, at a level, have its zero above the point λ: in the same gap where λ lies
    /// outside the support, anywhere otherwise.
    #[must_use]
    pub fn free_is_above(&self, stack: &Stack, law: &Sampled, level: usize, lambda: &Ball) -> Option<bool> {
        let free = Self { start: Start::Free, ..self.clone() };
        let point = free.at(&stack.chain(law.bits()), level, lambda)?;
        let (start, product) = (point.start.sign()?, point.product.sign()?);
        // g = N/F_0 is positive below its zero, and a gap where F_0 > 0 has none
        let inside = law.is_outside(level, lambda)?;
        Some(start == product && (start.is_lt() || !inside))
    }
}

impl Followed<Rational> {
    /// Position and squared cosine at an exact zero of N; none where a level divides by zero.
    #[must_use]
    pub fn at_zero(&self, chain: &Chain<Rational>, level: usize, lambda: &Rational) -> Option<[Rational; 2]> {
        let balls = chain.map(|value| Ball::rational(value, FEW_BITS));
        if !is_regular(&balls, &Ball::rational(lambda, FEW_BITS)) {
            return None;
        }
        let found = self.map(Jet::constant).outlier(&chain.map(Jet::constant), level, lambda);
        found.map(|(position, alignment, _)| [position, alignment])
    }
}

/// The zeros in the gaps of a level of a function that rises through zero at most once between two neighbours among the ends of a
/// gap and the pole, or falls where `start` is positive at both ends of a gap without one; and whether the sign at every end was decided.
fn rising(
    function: &dyn Fn(&Ball) -> [Ball; 2],
    start: &dyn Fn(&Ball) -> Option<Ordering>,
    law: &Sampled,
    level: usize,
    pole: Option<&Ball>,
) -> Result<(Vec<Ball>, bool), LawError> {
    let (mut zeros, mut decided) = (Vec::new(), true);
    for [low, high] in law.gaps(level) {
        // nothing rises below everything but beside a pole: K has no negative eigenvalue
        let inside = |pole: &&Ball| {
            let above = low.is_none_or(|low| pole.compare(low) == Some(Ordering::Greater));
            above && high.is_none_or(|high| pole.compare(high) == Some(Ordering::Less))
        };
        let pole = pole.filter(inside);
        let falls = pole.is_none() && [low, high].iter().all(|end| end.and_then(start) == Some(Ordering::Greater));
        let negative = |lambda: &Ball| function(lambda).map(|value| -&value);
        let function: &dyn Fn(&Ball) -> [Ball; 2] = if falls { &negative } else { function };
        let mut search = |low: Option<&Ball>, high: Option<&Ball>, from_pole: bool, to_pole: bool| -> Result<(), LawError> {
            let Some(low) = low else { return Ok(()) };
            let starts = if from_pole { Some(Ordering::Less) } else { function(low)[0].sign() };
            let ends = match high {
                Some(high) if !to_pole => function(high)[0].sign(),
                _ => Some(Ordering::Greater),
            };
            match (starts, ends) {
                (Some(Ordering::Less), Some(Ordering::Greater)) => {
                    zeros.push(crossing_between(function, low, high, law.bits())?);
                }
                (Some(Ordering::Greater), _) | (_, Some(Ordering::Less)) => {}
                _ => decided = false,
            }
            Ok(())
        };
        match pole {
            Some(pole) => {
                search(low, Some(pole), false, true)?;
                search(Some(pole), high, true, false)?;
            }
            None => search(low, high, false, false)?,
        }
    }
    Ok((zeros, decided))
}

/// The vector |x_i|² − 1 of the columns of the first layer, which layer 2 knows where hidden columns are not normalised.
///
/// V = vᵀ(K_1 − z_1)⁻¹v, and the outlier of K_2 is at 1 + (a²_2/2b²_2) V = 0. With T_I = −γ_1 r_1 and
/// T_K = (1/(1 + γ_1 q_1) − 1 − (1 − b²_1) T_I)/b²_1,
///
/// V = h² T_K + (m₄ − 1 − h²) T_I − (b h (T_K − T_I) + m₃ T_I)² (1 + γ_1 q_1).
#[derive(Clone, Debug)]
pub struct NormVector {
    /// b = E σ′ of the first layer.
    pub slope: Ball,
    /// h = E Z σ(Z)² of the first layer.
    pub lean: Ball,
    /// E σ³ and E σ⁴ of the first layer.
    pub moments: [Ball; 2],
    /// a²_2/(2 b²_2), positive.
    pub strength: Ball,
}

impl NormVector {
    /// V.
    fn form(&self, below: &Level<Jet<Ball>>, first: &Link<Jet<Ball>>) -> Jet<Ball> {
        let constant = |value: &Ball| Jet::constant(value);
        let one = below.q.integer(1);
        let passed = first.share.as_ref().map(|share| (share.slope.clone(), share.offset.clone()));
        let (whole, rest) = passed.unwrap_or_else(|| (one.clone(), one.integer(0)));
        let [slope, lean] = [constant(&self.slope), constant(&self.lean)];
        let [third, fourth] = self.moments.each_ref().map(constant);
        let identity = one.integer(0).minus(&first.gamma.times(&below.r));
        let kernel = below.factor.inverse().minus(&one).minus(&rest.times(&identity)).over(&whole);
        let square = lean.times(&lean);
        let crossed = slope.times(&lean).times(&kernel.minus(&identity)).plus(&third.times(&identity));
        let direct = square.times(&kernel).plus(&fourth.minus(&one).minus(&square).times(&identity));
        direct.minus(&crossed.times(&crossed).times(&below.factor))
    }

    /// The outliers of the second layer over the level `base` of a stack, from the lowest one, and whether all are: one that is not
    /// told from an edge is not.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn outliers(&self, stack: &Stack, law: &Sampled, base: usize) -> Result<(Vec<FollowedOutlier>, bool), LawError> {
        let chain = stack.chain(law.bits()).map(Jet::constant);
        let strength = Jet::constant(&self.strength);
        let levels = |lambda: &Ball| chain.levels(&Jet::variable(lambda), base + 3);
        let [Some(first), Some(second)] = [base, base + 1].map(|index: usize| chain.links.get(index)) else {
            return Ok((Vec::new(), true));
        };
        let determinant = |lambda: &Ball| {
            let form = self.form(&levels(lambda)[base + 1], first);
            form.integer(1).plus(&strength.times(&form))
        };
        let function = |lambda: &Ball| {
            let found = determinant(lambda);
            [found.value, found.slope]
        };
        let (zeros, all) = rising(&function, &|_| Some(Ordering::Less), law, base + 2, None)?;
        let one = Ball::integer(1, law.bits());
        let size = first.gamma.value.times(&self.moments[1].minus(&one));
        let outlier = |lambda: Ball| {
            let top = levels(&lambda).pop().ok_or(LawError::MoreBits)?;
            let whole = second.share.as_ref().map_or_else(|| one.clone(), |share| share.slope.value.clone());
            // −V = 1/strength at the zero
            let scale = self.strength.times(&whole).times(&top.factor.value).times(&size);
            let alignment = top.z.slope.over(&scale.times(&determinant(&lambda).slope));
            Ok(FollowedOutlier { lambda, position: top.z.value, alignment, alignment_spiked: None })
        };
        Ok((zeros.into_iter().map(outlier).collect::<Result<_, LawError>>()?, all))
    }
}
