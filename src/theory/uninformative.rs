//! The candidates that E σ″ adds to a kernel of normalised activations (docs/mathematics.md, 'Spikes of kernels'): along the
//! all-ones direction, along vectors of column norms, and beside a signal that is correlated with the ones.

use rug::Rational;

use super::answers::Origin;
use super::conjugate::ConjugateAnswers;
use super::conjugate_data::{LayerNumbers, Number, Segment};
use super::error::TheoryError;
use super::norm_vector::norm_vector;
use super::zero::count_as_zero;
use crate::model::{Columns, KernelInput};
use crate::number::{Ball, Real};
use crate::spikes::{Followed, FollowedOutlier, Start, stack_spikes};

/// What no bits tell from an edge.
pub(super) const AT_AN_EDGE: &str = "the distance of an outlier from the bulk";

/// A candidate along a direction that a layer adds.
pub(super) struct Candidate {
    pub origin: Origin,
    /// The point in the population of the lowest matrix of the top stack, where there is one.
    pub lambda: Option<Real>,
    /// Position and alignments, where it survives.
    pub outlier: Option<Found>,
}

/// An outlier.
pub(super) struct Found {
    pub position: Real,
    pub alignment: Real,
    pub alignment_ones: Option<Real>,
}

impl From<FollowedOutlier> for Found {
    fn from(outlier: FollowedOutlier) -> Self {
        let [position, alignment] = [outlier.position, outlier.alignment].map(Real::from);
        Self { position, alignment, alignment_ones: None }
    }
}

impl ConjugateAnswers<'_> {
    /// The lowest stack's direction e at a level where the signal is correlated with it.
    fn mixed(&self, level: usize) -> Result<Option<Followed<Ball>>, TheoryError> {
        let bits = self.work.bits;
        let value = self.below(&self.model.eigenvalue(&self.model.signal[0]))?;
        let value = value.ball(bits).unwrap_or_else(|| Ball::unknown(bits));
        let share = Ball::rational(&Rational::from(self.model.overlap.square_ref()), bits);
        let strengths = self.strengths(&self.segments[0], level)?;
        Ok(strengths.map(|strengths| Followed { base: self.segments[0].base, start: Start::Spiked { value, share }, strengths }))
    }

    /// The signal and the uninformative candidates at a layer of the lowest stack, when they are correlated; named by continuity
    /// from overlap 0: they never cross.
    pub(super) fn correlated(&self, layer: usize) -> Result<(Candidate, Vec<Candidate>), TheoryError> {
        let segment = &self.segments[0];
        let (stack, law) = (segment.law.stack(), segment.law.sampled()?);
        let lambda = self.below(&self.model.eigenvalue(&self.model.signal[0]))?;
        let none = |origin: Origin| Candidate { origin, lambda: None, outlier: None };
        let mixed = self.mixed(layer)?;
        let Some(mixed) = mixed.filter(|mixed| mixed.strengths.iter().any(|strength| !strength.is_exact_zero())) else {
            let spike = stack_spikes(&segment.law, &lambda)?.swap_remove(layer);
            let share = Ball::rational(&Rational::from(self.model.overlap.square_ref()), self.work.bits);
            let along = spike.alignment.ball(law.bits()).map_or(Real::Unknown, |ball| Real::from(&ball * &share));
            let found = Found { position: spike.position, alignment: spike.alignment, alignment_ones: Some(along) };
            let outlier = (spike.survives == Some(true)).then_some(found);
            return Ok((Candidate { origin: Origin::Signal, lambda: Some(lambda), outlier }, vec![none(Origin::Ones)]));
        };
        let (zeros, all) = mixed.outliers(stack, law, layer)?;
        let point = lambda.ball(law.bits()).unwrap_or_else(|| Ball::unknown(law.bits()));
        let above = mixed.free_is_above(stack, law, layer, &point);
        if !all || above.is_none() {
            count_as_zero(&self.work, AT_AN_EDGE)?;
        }
        let signal = of_signal(&zeros, &point, above == Some(true), law.gaps(layer));
        let (mut own, mut others) = (none(Origin::Signal), Vec::new());
        for (index, zero) in zeros.into_iter().enumerate() {
            let along = Some(Real::from(zero.alignment.clone()));
            let lambda = Some(Real::from(zero.lambda.clone()));
            let with_signal = zero.alignment_spiked.clone();
            let mut found = Found { alignment_ones: along, ..Found::from(zero) };
            if Some(index) == signal {
                found.alignment = with_signal.map_or(found.alignment, Real::from);
                own = Candidate { lambda, outlier: Some(found), ..own };
            } else {
                others.push(Candidate { lambda, outlier: Some(found), ..none(Origin::Ones) });
            }
        }
        if others.is_empty() {
            others.push(none(Origin::Ones));
        }
        Ok((own, others))
    }

    /// The candidates along the all-ones direction at a layer above the input.
    fn ones(&self, layer: usize) -> Result<Vec<Candidate>, TheoryError> {
        let (segment, level) = self.segment(layer);
        let reached = &self.all_strengths()?[segment.first.saturating_sub(1)..layer];
        let strengths: Option<Vec<&Number>> = reached.iter().map(Option::as_ref).collect();
        let Some(strengths) = strengths else {
            return Ok(Vec::new());
        };
        if strengths.iter().all(|strength| strength.is_zero()) {
            return Ok(Vec::new());
        }
        if segment.first == 0 {
            return self.ones_from_the_input(segment, level);
        }
        // the lowest matrix of this stack has the population I + θ e eᵀ
        let (own, above) = (strengths[0], &strengths[1..]);
        if above.iter().all(|strength| strength.is_zero()) {
            let one = Number::rational(Rational::from(1), self.work.bits);
            return Ok(vec![self.of_population(segment, level, own.plus(&one).real())?]);
        }
        let start = if own.is_zero() {
            Start::Free
        } else {
            let one = Ball::integer(1, self.work.bits);
            Start::Spiked { value: &one + &own.ball, share: one }
        };
        let strengths = above.iter().map(|strength| strength.ball.clone()).collect();
        self.searched(Origin::Ones, &Followed { base: segment.base, start, strengths }, segment, level)
    }

    fn ones_from_the_input(&self, segment: &Segment, level: usize) -> Result<Vec<Candidate>, TheoryError> {
        if !self.model.overlap.is_zero() {
            return self.correlated(level).map(|(_, ones)| ones);
        }
        let Some(strengths) = self.strengths(segment, level)? else { return Ok(Vec::new()) };
        let free = Followed { base: segment.base, start: Start::Free, strengths };
        match (&self.model.input, &self.all_strengths()?[0]) {
            (KernelInput::Isotropic(gamma), Some(first)) if level == 1 => {
                self.of_one_layer(Origin::Ones, first, gamma, None, segment)
            }
            _ => self.searched(Origin::Ones, &free, segment, level),
        }
    }

    /// The first layer over isotropic input: t (t + γ_0)/(t + ρ²γ_0) = θ/b², ρ² the part of the direction along Xᵀu.
    fn of_one_layer(
        &self,
        origin: Origin,
        strength: &Number,
        gamma: &Rational,
        carried: Option<&Rational>,
        segment: &Segment,
    ) -> Result<Vec<Candidate>, TheoryError> {
        let Some(share) = &self.layers[0].share else { return Ok(Vec::new()) };
        let ratio = strength.over(share);
        let bits = self.work.bits;
        let Some(carried) = carried else {
            let shift = Number::rational(Rational::from(1 - gamma), bits);
            return self.at_point(origin, strength, ratio.plus(&shift), segment).map(|candidate| vec![candidate]);
        };
        // t² + (γ_0 − θ/b²) t − ρ² γ_0 θ/b² = 0: one root of each sign
        let [gamma, carried] = [gamma, carried].map(|value| Ball::rational(value, bits));
        let half = (&ratio.ball - &gamma).shifted(-1);
        let root = (&half.square() + &(&carried * &(&gamma * &ratio.ball))).sqrt();
        let one = Ball::integer(1, bits);
        let followed =
            Followed { base: segment.base, start: Start::Carried { share: carried }, strengths: vec![strength.ball.clone()] };
        let mut found = self.searched(origin, &followed, segment, 1)?;
        if found.iter().all(|candidate| candidate.outlier.is_none()) {
            found = vec![Candidate { origin, lambda: Some(Real::from(&one + &(&half + &root))), outlier: None }];
        }
        Ok(found)
    }

    /// A free direction of one layer with its zero at a known point of the population.
    fn at_point(&self, origin: Origin, strength: &Number, lambda: Number, segment: &Segment) -> Result<Candidate, TheoryError> {
        let law = segment.law.sampled()?;
        let outside = law.is_outside(1, &lambda.ball);
        if outside.is_none() {
            count_as_zero(&self.work, AT_AN_EDGE)?;
        }
        let exact = lambda.exact.clone().zip(strength.exact.clone()).zip(segment.law.stack().exact());
        let outlier = match (outside, exact) {
            (Some(true), Some(((point, strength), chain))) => {
                let free = Followed { base: segment.base, start: Start::Free, strengths: vec![strength] };
                free.at_zero(&chain, 1, &point).map(|found| {
                    let [position, alignment] = found.map(Real::Rational);
                    Found { position, alignment, alignment_ones: None }
                })
            }
            (Some(true), None) => {
                let free = Followed { base: segment.base, start: Start::Free, strengths: vec![strength.ball.clone()] };
                free.at_ball_zero(segment.law.stack(), law, 1, &lambda.ball).map(Found::from)
            }
            _ => None,
        };
        Ok(Candidate { origin, lambda: Some(lambda.real()), outlier })
    }

    /// The eigenvector of a population eigenvalue of the lowest matrix of a stack, and nothing else.
    fn of_population(&self, segment: &Segment, level: usize, lambda: Real) -> Result<Candidate, TheoryError> {
        let spike = stack_spikes(&segment.law, &lambda)?.swap_remove(level);
        if spike.survives.is_none() {
            count_as_zero(&self.work, AT_AN_EDGE)?;
        }
        let found = Found { position: spike.position, alignment: spike.alignment, alignment_ones: None };
        Ok(Candidate { origin: Origin::Ones, lambda: Some(lambda), outlier: (spike.survives == Some(true)).then_some(found) })
    }

    /// The outliers along a direction; one absorbed candidate without a place when there is none.
    fn searched(
        &self,
        origin: Origin,
        followed: &Followed<Ball>,
        segment: &Segment,
        level: usize,
    ) -> Result<Vec<Candidate>, TheoryError> {
        let found = followed.outliers(segment.law.stack(), segment.law.sampled()?, level)?;
        self.candidates(origin, found)
    }

    /// The candidates of a search.
    fn candidates(&self, origin: Origin, (zeros, all): (Vec<FollowedOutlier>, bool)) -> Result<Vec<Candidate>, TheoryError> {
        if !all {
            count_as_zero(&self.work, AT_AN_EDGE)?;
        }
        if zeros.is_empty() {
            return Ok(vec![Candidate { origin, lambda: None, outlier: None }]);
        }
        let candidate = |zero: FollowedOutlier| {
            let lambda = Some(Real::from(zero.lambda.clone()));
            Candidate { origin, lambda, outlier: Some(zero.into()) }
        };
        Ok(zeros.into_iter().map(candidate).collect())
    }

    /// Whether the ones, absorbed at a layer, would make an outlier with strengths larger or smaller by the share `window`.
    ///
    /// # Errors
    /// As the law.
    pub(super) fn ones_may_stand_out(&self, layer: usize, window: f64) -> Result<bool, TheoryError> {
        let (segment, level) = self.segment(layer);
        let Some(strengths) = self.strengths(segment, level)?.filter(|_| segment.first == 0) else { return Ok(false) };
        for factor in [1.0 - window, 1.0 + window] {
            let scaled = |strength: &Ball| strength * &Ball::double(factor, strength.bits());
            let strengths = strengths.iter().map(scaled).collect();
            let followed = Followed { base: segment.base, start: Start::Free, strengths };
            if !followed.outliers(segment.law.stack(), segment.law.sampled()?, level)?.0.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The candidates along the vectors of column norms at a layer above the input; none where they are not worked out.
    fn norms(&self, layer: usize) -> Result<Option<Vec<Candidate>>, TheoryError> {
        match (self.model.columns, layer) {
            (Columns::Unit, _) | (Columns::UnitInputs, 1) => Ok(Some(Vec::new())),
            (Columns::Raw, 1) => self.norms_of_the_input().map(Some),
            (Columns::UnitInputs, 2) => self.norms_of_the_first_layer(),
            _ => {
                let absent = |layer: &LayerNumbers| layer.curvature.as_ref().is_some_and(Number::is_zero);
                Ok(self.layers[..layer].iter().all(absent).then(Vec::new))
            }
        }
    }

    fn norms_of_the_input(&self) -> Result<Vec<Candidate>, TheoryError> {
        let KernelInput::Isotropic(gamma) = &self.model.input else { return Ok(Vec::new()) };
        let excess = Rational::from(&self.model.kurtosis_x - 1);
        let Some(strength) = self.all_strengths()?[0].as_ref().filter(|strength| !strength.is_zero() && !excess.is_zero()) else {
            return Ok(Vec::new());
        };
        let carried = Rational::from(self.model.skewness_x.square_ref()) / &excess;
        let half = Number::rational(excess / 2u32, self.work.bits);
        let strength = strength.times(&half);
        if self.layers[0].share.is_none() {
            // the population of the layer is I + θ v vᵀ
            let one = Number::rational(Rational::from(1), self.work.bits);
            let (segment, level) = self.segment(1);
            let candidate = self.of_population(segment, level, strength.plus(&one).real())?;
            return Ok(vec![Candidate { origin: Origin::ColumnNorms, ..candidate }]);
        }
        let carried = (!carried.is_zero()).then_some(&carried);
        self.of_one_layer(Origin::ColumnNorms, &strength, gamma, carried, &self.segments[0])
    }

    fn norms_of_the_first_layer(&self) -> Result<Option<Vec<Candidate>>, TheoryError> {
        let Some(curvature) = &self.layers[1].curvature else { return Ok(None) };
        if curvature.is_zero() {
            return Ok(Some(Vec::new()));
        }
        let Segment { base, law, .. } = &self.segments[0];
        if law.stack().layers.len() < base + 2 {
            return Ok(None);
        }
        let Some(vector) = norm_vector(&self.work, &self.model, &self.layers)? else { return Ok(None) };
        self.candidates(Origin::ColumnNorms, vector.outliers(law.stack(), law.sampled()?, *base)?).map(Some)
    }

    /// The uninformative candidates of a layer above the input, from the highest position, absorbed ones last; and whether they are
    /// all.
    pub(super) fn uninformative(&self, layer: usize) -> Result<(Vec<Candidate>, bool), TheoryError> {
        let known = self.layers[..layer].iter().all(|layer| layer.curvature.is_some());
        let mut found = if known { self.ones(layer)? } else { Vec::new() };
        let norms = self.norms(layer)?;
        let all = known && norms.is_some();
        found.extend(norms.into_iter().flatten());
        let place = |candidate: &Candidate| candidate.outlier.as_ref().map_or(f64::NEG_INFINITY, |found| found.position.to_f64());
        found.sort_by(|a, b| place(b).total_cmp(&place(a)));
        Ok((found, all))
    }
}

/// Which of the zeros, from the lowest, is the signal's: the nearest one on the side away from the free direction's zero, in the gap
/// around the population eigenvalue or in the next one on that side.
fn of_signal<'g>(
    zeros: &[FollowedOutlier],
    point: &Ball,
    ones_are_above: bool,
    gaps: impl Iterator<Item = [Option<&'g Ball>; 2]>,
) -> Option<usize> {
    let (value, bound) = (point.to_f64(), |ball: Option<&Ball>, infinite: f64| ball.map_or(infinite, Ball::to_f64));
    let gaps: Vec<[f64; 2]> = gaps.map(|[low, high]| [bound(low, f64::NEG_INFINITY), bound(high, f64::INFINITY)]).collect();
    let around = gaps.iter().position(|[low, high]| *low < value && value < *high);
    let gap = around.or_else(|| {
        if ones_are_above {
            gaps.iter().rposition(|[_, high]| *high <= value)
        } else {
            gaps.iter().position(|[low, _]| *low >= value)
        }
    })?;
    let [low, high] = gaps[gap];
    let here = |zero: &FollowedOutlier| (low..=high).contains(&zero.lambda.to_f64());
    if ones_are_above {
        zeros.iter().rposition(|zero| here(zero) && zero.lambda.to_f64() < value)
    } else {
        zeros.iter().position(|zero| here(zero) && zero.lambda.to_f64() > value)
    }
}
