//! The answers of a kernel of normalised activations: stacks of sample covariances, signals that pass through their levels, and
//! what E σ″ adds to each (Wang, Wu and Fan 2024, arXiv 2402.10127; docs/mathematics.md, 'Spikes of kernels').

use rug::Rational;

use super::answers::{Answers, Kind, LayerLaw, LayerUnder, Obstruction, Origin, Spike, SpikeLayer};
use super::conjugate_data::{LayerNumbers, Number, Segment, layers, segments};
use super::doubt::Doubt;
use super::energies::CurveData;
use super::error::TheoryError;
use super::given::{point_below, seen_from_below};
use super::norm_vector::norm_vector;
use super::work::Work;
use super::zero::count_as_zero;
use super::{conjugate_prediction, kernel};
use crate::compare::Prediction;
use crate::model::{Columns, ConjugateKernel, KernelInput, Simulation};
use crate::number::{Ball, Real};
use crate::spectrum::{CurveLaw, Law, LayeredLaw, Sampled, Stack};
use crate::spikes::{Followed, FollowedOutlier, Start, stack_spikes};

/// What no bits tell from an edge.
const AT_AN_EDGE: &str = "the distance of an outlier from the bulk";

/// Why numbers alone have no uninformative spikes.
const NO_CURVATURE: &str =
    "uninformative spikes: b2 alone does not determine them; give a2_squared, (E f'')^2/2 of the normalised f, too";

/// Why data have none.
const NO_DATA: &str = "uninformative spikes: squared inner products of data are no multiple of the all-ones matrix";

/// Why some vectors of column norms are left out.
const NO_NORMS: &str = "uninformative spikes along column norms: they are worked out for one layer, and for two given by activations with columns = \"unit_inputs\" and E f' of both not 0";

/// A kernel at one precision.
pub struct ConjugateAnswers<'a> {
    pub(super) model: ConjugateKernel,
    pub(super) work: Work<'a>,
    layers: Vec<LayerNumbers>,
    segments: Vec<Segment>,
    /// One layer over isotropic input lies on the curve of features.
    curve: Option<(CurveData, CurveLaw)>,
}

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
    alignment_ones: Option<Real>,
}

impl From<FollowedOutlier> for Found {
    fn from(outlier: FollowedOutlier) -> Self {
        let [position, alignment] = [outlier.position, outlier.alignment].map(Real::from);
        Self { position, alignment, alignment_ones: None }
    }
}

impl<'a> ConjugateAnswers<'a> {
    /// Does the Gaussian work, layer by layer.
    ///
    /// # Errors
    /// An activation without the data, or one that is constant.
    pub fn new(model: ConjugateKernel, work: Work<'a>) -> Result<Self, TheoryError> {
        let layers = layers(&work, &model)?;
        let segments = segments(&model, &layers, work.bits);
        let curve = match (&model.input, &layers[..]) {
            (KernelInput::Isotropic(gamma), [only]) => {
                let psi = gamma.clone().recip();
                let ratios = [Rational::from(&model.gamma[0] * &psi), psi];
                let share = only.share.as_ref().map(|share| (&share.ball, share.exact.as_ref()));
                let data = CurveData::normalised(ratios, share, work.bits);
                let law = CurveLaw::new(data.parameters.clone(), work.bits);
                Some((data, law))
            }
            _ => None,
        };
        Ok(Self { model, work, layers, segments, curve })
    }

    /// b² of a layer, counted from 0; none where it is 0.
    pub(super) fn share(&self, layer: usize) -> Option<&Number> {
        self.layers[layer].share.as_ref()
    }

    /// The lowest stack, with its law.
    ///
    /// # Errors
    /// As the law.
    pub(super) fn lowest(&self) -> Result<(&Stack, &Sampled), TheoryError> {
        let law = &self.segments[0].law;
        Ok((law.stack(), law.sampled()?))
    }

    pub(super) fn depth(&self) -> usize {
        self.layers.len()
    }

    fn is_isotropic(&self) -> bool {
        matches!(self.model.input, KernelInput::Isotropic(_))
    }

    fn top(&self) -> &Segment {
        &self.segments[self.segments.len() - 1]
    }

    /// The stack that a layer belongs to, and the layer's level in it.
    fn segment(&self, layer: usize) -> (&Segment, usize) {
        let segment = self.segments.iter().rfind(|segment| segment.first <= layer).unwrap_or(&self.segments[0]);
        (segment, layer - segment.first)
    }

    /// The law of the top layer as that of a stack, which shares its work with this one.
    pub(super) fn layered(&self) -> LayeredLaw {
        self.top().law.clone()
    }

    /// The law of a layer; none for a given input.
    pub(super) fn law_of(&self, layer: usize) -> Option<LayeredLaw> {
        let (segment, level) = self.segment(layer);
        if layer == 0 && !self.is_isotropic() {
            return None;
        }
        let mut stack = segment.law.stack().clone();
        stack.layers.truncate(level);
        Some(LayeredLaw::new(stack, self.work.bits))
    }

    /// Edges of a layer in the units of a candidate's point.
    pub(super) fn edges_around(&self, layer: usize, point: &Real) -> Result<Vec<f64>, TheoryError> {
        let (segment, level) = self.segment(layer);
        let law = segment.law.sampled()?;
        let found = point.ball(law.bits()).map(|point| law.thresholds(level, &point)).unwrap_or_default();
        Ok(self.thresholds(segment, found).iter().map(Real::to_f64).collect())
    }

    /// The strength of a candidate of a layer, in the units of [`Self::edges_around`].
    pub(super) fn strength_at(&self, layer: usize, point: &Real) -> f64 {
        self.strength(self.segment(layer).0, point).to_f64()
    }

    /// Whether a₂ of every layer is known.
    pub(super) fn knows_curvature(&self) -> bool {
        self.layers.iter().all(|layer| layer.curvature.is_some())
    }

    /// θ of the layers above the lowest level of a stack up to a level; none where they are not known.
    fn strengths(&self, segment: &Segment, level: usize) -> Option<Vec<Ball>> {
        let layers = &self.layers[segment.first..segment.first + level];
        layers.iter().map(|layer| layer.strength.as_ref().map(|strength| strength.ball.clone())).collect()
    }

    /// Edges in the units of signals, t for isotropic input and above a layer that forgets.
    fn thresholds(&self, segment: &Segment, balls: Vec<Ball>) -> Vec<Real> {
        balls.into_iter().map(|ball| self.strength(segment, &Real::from(ball))).collect()
    }

    /// The point in the lowest population of an eigenvalue of a given input.
    fn below(&self, eigenvalue: &Rational) -> Result<Real, TheoryError> {
        match self.model.input.population() {
            Some(population) => point_below(population, self.segments[0].law.sampled()?, eigenvalue),
            None => Ok(Real::Rational(eigenvalue.clone())),
        }
    }

    /// The eigenvalue of a given input over a point in the lowest population.
    fn given(&self, lambda: &Real) -> Real {
        let population = self.model.input.population().filter(|population| !population.sampled.is_zero());
        let (Some(_), Ok(law), Some(point)) = (population, self.segments[0].law.sampled(), lambda.ball(self.work.bits)) else {
            return lambda.clone();
        };
        Real::from(law.value(0, &point))
    }

    fn counts_from_one(&self, segment: &Segment) -> bool {
        segment.first > 0 || self.is_isotropic()
    }

    /// The strength of a population eigenvalue, in the units of signals.
    fn strength(&self, segment: &Segment, lambda: &Real) -> Real {
        match lambda {
            lambda if !self.counts_from_one(segment) => self.given(lambda),
            Real::Rational(value) => Real::Rational(Rational::from(value - 1)),
            other => other.ball(self.work.bits).map_or(Real::Unknown, |ball| Real::from(&ball - &Ball::integer(1, ball.bits()))),
        }
    }

    /// A signal at every layer, from the input.
    pub(super) fn signal(&self, signal: &Rational) -> Result<Vec<SpikeLayer>, TheoryError> {
        let segment = &self.segments[0];
        let law = segment.law.sampled()?;
        let lambda = self.below(&self.model.eigenvalue(signal))?;
        let mut made = stack_spikes(segment.law.stack(), law, &lambda);
        if !self.is_isotropic() {
            seen_from_below(&mut made, &self.model.eigenvalue(signal), law.bits());
        }
        let mut found = Vec::with_capacity(self.depth() + 1);
        for (layer, spike) in made.into_iter().enumerate() {
            if spike.survives.is_none() {
                count_as_zero(&self.work, AT_AN_EDGE)?;
            }
            let survives = spike.survives == Some(true);
            let shown = |value: Real| if survives { value } else { Real::Unknown };
            let entry = SpikeLayer {
                layer,
                survives,
                position: shown(spike.position),
                alignment: shown(spike.alignment),
                thresholds: self.thresholds(segment, spike.thresholds),
            };
            found.push(if self.model.overlap.is_zero() || layer == 0 {
                entry
            } else {
                let [signal, _] = self.correlated(layer)?;
                let found = signal.outlier;
                SpikeLayer {
                    survives: found.is_some(),
                    position: found.as_ref().map_or(Real::Unknown, |found| found.position.clone()),
                    alignment: found.map_or(Real::Unknown, |found| found.alignment),
                    ..entry
                }
            });
        }
        // a layer without a linear part forgets every signal, however strong
        let never = if *signal > 0 { vec![Real::Infinite] } else { Vec::new() };
        found.extend((found.len()..=self.depth()).map(|layer| SpikeLayer {
            layer,
            survives: false,
            position: Real::Unknown,
            alignment: Real::Unknown,
            thresholds: never.clone(),
        }));
        Ok(found)
    }

    /// The lowest stack's direction e at a level where the signal is correlated with it.
    fn mixed(&self, level: usize) -> Option<Followed<Ball>> {
        let bits = self.work.bits;
        let value = Ball::rational(&self.model.eigenvalue(&self.model.signal[0]), bits);
        let share = Ball::rational(&Rational::from(self.model.overlap.square_ref()), bits);
        Some(Followed { start: Start::Spiked { value, share }, strengths: self.strengths(&self.segments[0], level)? })
    }

    /// The signal and the uninformative candidate at a layer of the lowest stack, when they are correlated; named by continuity
    /// from overlap 0: they never cross.
    fn correlated(&self, layer: usize) -> Result<[Candidate; 2], TheoryError> {
        let segment = &self.segments[0];
        let (stack, law) = (segment.law.stack(), segment.law.sampled()?);
        let lambda = Real::Rational(self.model.eigenvalue(&self.model.signal[0]));
        let none = |origin: Origin| Candidate { origin, lambda: None, outlier: None };
        let mixed = self.mixed(layer);
        let Some(mixed) = mixed.filter(|mixed| mixed.strengths.iter().any(|strength| !strength.is_exact_zero())) else {
            let spike = stack_spikes(stack, law, &lambda).swap_remove(layer);
            let share = Ball::rational(&Rational::from(self.model.overlap.square_ref()), self.work.bits);
            let along = spike.alignment.ball(law.bits()).map_or(Real::Unknown, |ball| Real::from(&ball * &share));
            let found = Found { position: spike.position, alignment: spike.alignment, alignment_ones: Some(along) };
            let outlier = (spike.survives == Some(true)).then_some(found);
            return Ok([Candidate { origin: Origin::Signal, lambda: Some(lambda), outlier }, none(Origin::Ones)]);
        };
        let (zeros, all) = mixed.outliers(stack, law, layer)?;
        let point = lambda.ball(law.bits()).unwrap_or_else(|| Ball::unknown(law.bits()));
        let above = mixed.free_is_above(stack, law.bits(), layer, &point);
        if !all || above.is_none() {
            count_as_zero(&self.work, AT_AN_EDGE)?;
        }
        let signal = of_signal(&zeros, &point, above == Some(true), law.gaps(layer));
        let mut found = [none(Origin::Signal), none(Origin::Ones)];
        for (index, zero) in zeros.into_iter().enumerate() {
            let along = Real::from(zero.alignment.clone());
            let place = usize::from(Some(index) != signal);
            let alignment = if place == 0 { zero.alignment_spiked.clone() } else { None };
            let lambda = Some(Real::from(zero.lambda.clone()));
            let mut outlier = Found::from(zero);
            outlier.alignment = alignment.map_or(outlier.alignment, Real::from);
            outlier.alignment_ones = Some(along);
            found[place] = Candidate { lambda, outlier: Some(outlier), ..none(found[place].origin) };
        }
        Ok(found)
    }

    /// The candidates along the all-ones direction at a layer above the input.
    fn ones(&self, layer: usize) -> Result<Vec<Candidate>, TheoryError> {
        let (segment, level) = self.segment(layer);
        let reached = &self.layers[segment.first.saturating_sub(1)..layer];
        let strengths: Option<Vec<&Number>> = reached.iter().map(|layer| layer.strength.as_ref()).collect();
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
        self.searched(Origin::Ones, &Followed { start, strengths }, segment, level)
    }

    fn ones_from_the_input(&self, segment: &Segment, level: usize) -> Result<Vec<Candidate>, TheoryError> {
        if !self.model.overlap.is_zero() {
            let [_, ones] = self.correlated(level)?;
            return Ok(vec![ones]);
        }
        let Some(strengths) = self.strengths(segment, level) else { return Ok(Vec::new()) };
        let free = Followed { start: Start::Free, strengths };
        match (&self.model.input, &self.layers[..]) {
            (KernelInput::Isotropic(gamma), [first, ..]) if level == 1 => {
                self.of_one_layer(Origin::Ones, first, gamma, None, segment)
            }
            _ => self.searched(Origin::Ones, &free, segment, level),
        }
    }

    /// One layer over isotropic input: t (t + γ_0)/(t + ρ²γ_0) = θ/b², ρ² the part of the direction along Xᵀu.
    fn of_one_layer(
        &self,
        origin: Origin,
        layer: &LayerNumbers,
        gamma: &Rational,
        carried: Option<&Rational>,
        segment: &Segment,
    ) -> Result<Vec<Candidate>, TheoryError> {
        let (Some(share), Some(strength)) = (&layer.share, &layer.strength) else { return Ok(Vec::new()) };
        let ratio = strength.over(share);
        let bits = self.work.bits;
        let Some(carried) = carried else {
            let shift = Number::rational(Rational::from(1 - gamma), bits);
            return self.at_point(origin, layer, ratio.plus(&shift), segment).map(|candidate| vec![candidate]);
        };
        // t² + (γ_0 − θ/b²) t − ρ² γ_0 θ/b² = 0: one root of each sign
        let [gamma, carried] = [gamma, carried].map(|value| Ball::rational(value, bits));
        let half = (&ratio.ball - &gamma).shifted(-1);
        let root = (&half.square() + &(&carried * &(&gamma * &ratio.ball))).sqrt();
        let one = Ball::integer(1, bits);
        let followed = Followed { start: Start::Carried { share: carried }, strengths: vec![strength.ball.clone()] };
        let mut found = self.searched(origin, &followed, segment, 1)?;
        if found.iter().all(|candidate| candidate.outlier.is_none()) {
            found = vec![Candidate { origin, lambda: Some(Real::from(&one + &(&half + &root))), outlier: None }];
        }
        Ok(found)
    }

    /// A free direction of one layer with its zero at a known point of the population.
    fn at_point(
        &self,
        origin: Origin,
        layer: &LayerNumbers,
        lambda: Number,
        segment: &Segment,
    ) -> Result<Candidate, TheoryError> {
        let law = segment.law.sampled()?;
        let outside = law.is_outside(1, &lambda.ball);
        if outside.is_none() {
            count_as_zero(&self.work, AT_AN_EDGE)?;
        }
        let strength = layer.strength.as_ref().and_then(|strength| strength.exact.clone());
        let exact = lambda.exact.clone().zip(strength).zip(segment.law.stack().exact());
        let outlier = match (outside, exact) {
            (Some(true), Some(((point, strength), chain))) => {
                let free = Followed { start: Start::Free, strengths: vec![strength] };
                free.at_zero(&chain, 1, &point).map(|found| {
                    let [position, alignment] = found.map(Real::Rational);
                    Found { position, alignment, alignment_ones: None }
                })
            }
            (Some(true), None) => {
                let strengths = layer.strength.iter().map(|strength| strength.ball.clone()).collect();
                let free = Followed { start: Start::Free, strengths };
                free.at_ball_zero(segment.law.stack(), law, 1, &lambda.ball).map(Found::from)
            }
            _ => None,
        };
        Ok(Candidate { origin, lambda: Some(lambda.real()), outlier })
    }

    /// The eigenvector of a population eigenvalue of the lowest matrix of a stack, and nothing else.
    fn of_population(&self, segment: &Segment, level: usize, lambda: Real) -> Result<Candidate, TheoryError> {
        let spike = stack_spikes(segment.law.stack(), segment.law.sampled()?, &lambda).swap_remove(level);
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
        let (KernelInput::Isotropic(gamma), [first, ..]) = (&self.model.input, &self.layers[..]) else { return Ok(Vec::new()) };
        let excess = Rational::from(&self.model.kurtosis_x - 1);
        let Some(strength) = first.strength.as_ref().filter(|strength| !strength.is_zero() && !excess.is_zero()) else {
            return Ok(Vec::new());
        };
        let carried = Rational::from(self.model.skewness_x.square_ref()) / &excess;
        let half = Number::rational(excess / 2u32, self.work.bits);
        let strength = strength.times(&half);
        if first.share.is_none() {
            // the population of the layer is I + θ v vᵀ
            let one = Number::rational(Rational::from(1), self.work.bits);
            let (segment, level) = self.segment(1);
            let candidate = self.of_population(segment, level, strength.plus(&one).real())?;
            return Ok(vec![Candidate { origin: Origin::ColumnNorms, ..candidate }]);
        }
        let layer = LayerNumbers { strength: Some(strength), ..first.clone() };
        let carried = (!carried.is_zero()).then_some(&carried);
        self.of_one_layer(Origin::ColumnNorms, &layer, gamma, carried, &self.segments[0])
    }

    fn norms_of_the_first_layer(&self) -> Result<Option<Vec<Candidate>>, TheoryError> {
        let Some(curvature) = &self.layers[1].curvature else { return Ok(None) };
        if curvature.is_zero() {
            return Ok(Some(Vec::new()));
        }
        if self.segments[0].law.stack().layers.len() < 2 {
            return Ok(None);
        }
        let Some(vector) = norm_vector(&self.work, &self.model, &self.layers)? else { return Ok(None) };
        let law = &self.segments[0].law;
        self.candidates(Origin::ColumnNorms, vector.outliers(law.stack(), law.sampled()?)?).map(Some)
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

    /// Those of the top layer, with a doubt where they are not all.
    fn uninformative_at_the_top(&self) -> Result<Vec<Candidate>, TheoryError> {
        let (found, all) = self.uninformative(self.depth())?;
        let reason = match self.knows_curvature() {
            _ if all => return Ok(found),
            false if matches!(self.model.input, KernelInput::Data(_)) => NO_DATA,
            false => NO_CURVATURE,
            true => NO_NORMS,
        };
        self.work.doubt(Doubt::Undefined { fields: &["outliers"], reason: reason.to_owned() });
        Ok(found)
    }

    /// The positions of the outliers of a layer.
    fn positions(&self, layer: usize) -> Result<Vec<Real>, TheoryError> {
        let mut positions = Vec::new();
        for signal in &self.model.signal {
            let here = self.signal(signal)?.swap_remove(layer);
            positions.extend(here.survives.then_some(here.position));
        }
        if layer > 0 {
            let (others, _) = self.uninformative(layer)?;
            positions.extend(others.into_iter().filter_map(|candidate| candidate.outlier).map(|found| found.position));
        }
        Ok(positions)
    }

    fn shown(&self, candidate: Candidate) -> Result<Spike, TheoryError> {
        let segment = self.top();
        let law = segment.law.sampled()?;
        let level = self.depth() - segment.first;
        let highest = || law.bulks(level).last().map(|pair| pair[1].lambda.clone());
        let thresholds = match candidate.lambda.as_ref().and_then(|lambda| lambda.ball(law.bits())) {
            Some(point) => law.thresholds(level, &point),
            None => highest().into_iter().collect(),
        };
        if candidate.lambda.is_none() {
            let reason = "strength: an absorbed uninformative spike of this kernel has none";
            self.work.doubt(Doubt::Undefined { fields: &["strength"], reason: reason.to_owned() });
        }
        let survives = candidate.outlier.is_some();
        let found =
            candidate.outlier.unwrap_or(Found { position: Real::Unknown, alignment: Real::Unknown, alignment_ones: None });
        Ok(Spike {
            origin: candidate.origin,
            strength: candidate.lambda.map_or(Real::Unknown, |lambda| self.strength(segment, &lambda)),
            survives,
            position: found.position,
            alignment: found.alignment,
            thresholds: self.thresholds(segment, thresholds),
            left_factor: None,
            alignment_ones: found.alignment_ones,
            layers: Vec::new(),
            weight: None,
        })
    }

    fn shown_signal(&self, signal: &Rational) -> Result<Spike, TheoryError> {
        let layers = self.signal(signal)?;
        let last = layers[layers.len() - 1].clone();
        let alignment_ones = if self.model.overlap.is_zero() || self.segments.len() > 1 {
            None
        } else {
            let [signal, _] = self.correlated(self.depth())?;
            Some(signal.outlier.and_then(|found| found.alignment_ones).unwrap_or(Real::Unknown))
        };
        Ok(Spike {
            origin: Origin::Signal,
            strength: Real::Rational(signal.clone()),
            survives: last.survives,
            position: last.position,
            alignment: last.alignment,
            thresholds: last.thresholds,
            left_factor: None,
            alignment_ones,
            layers,
            weight: None,
        })
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

impl Answers for ConjugateAnswers<'_> {
    fn kind(&self) -> Kind {
        kernel::KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(match &self.curve {
            Some((_, law)) => law,
            None => &self.top().law,
        })
    }

    fn curve_data(&self) -> Option<&CurveData> {
        self.curve.as_ref().map(|(data, _)| data)
    }

    fn layer_laws(&self) -> Result<Vec<LayerLaw>, TheoryError> {
        let layer = |layer: usize| {
            let (segment, level) = self.segment(layer);
            let law = segment.law.sampled()?;
            let edges = law.bulks(level).iter().map(|pair| pair.each_ref().map(|edge| Real::from(edge.position.clone())));
            Ok(LayerLaw { layer, edges: edges.collect(), atom: law.atom(level).clone() })
        };
        // a long list of eigenvalues says nothing here
        let first = usize::from(self.model.input.population().is_some_and(|population| !population.is_certified()));
        (first..=self.depth()).map(layer).collect()
    }

    fn layers_under(&self) -> Result<Vec<LayerUnder>, TheoryError> {
        let mut found = Vec::with_capacity(self.depth());
        for layer in 0..self.depth() {
            if let Some(law) = self.law_of(layer) {
                found.push(LayerUnder { layer, law, outliers: self.positions(layer)? });
            }
        }
        Ok(found)
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        self.uninformative_at_the_top()?;
        let mut positions = self.positions(self.depth())?;
        positions.sort_by(|a, b| b.to_f64().total_cmp(&a.to_f64()));
        Ok(Some(positions))
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        let signals = self.model.signal.iter().map(|signal| self.shown_signal(signal));
        let others = self.uninformative_at_the_top()?.into_iter().map(|candidate| self.shown(candidate));
        signals.chain(others).collect()
    }

    /// Without a mean and a bias v(b) = 1 and a(b) = b: the law persists without a linear part.
    fn obstructions(&self) -> Result<Vec<Obstruction>, TheoryError> {
        let layer = |layer: &LayerNumbers| Obstruction {
            mean_square_slope: layer.share.as_ref().map_or(Real::from(0), Number::real),
            variance_of_v: Real::from(0),
            is_absent: layer.share.is_none(),
        };
        Ok(self.layers.iter().map(layer).collect())
    }

    fn has_outliers(&self, simulation: &Simulation) -> Result<bool, TheoryError> {
        conjugate_prediction::has_outliers(self, simulation)
    }

    fn prediction(&self, simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        conjugate_prediction::prediction(self, simulation, dimensions)
    }
}
