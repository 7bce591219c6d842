//! The answers of a kernel of normalised activations: stacks of sample covariances, signals that pass through their levels, and
//! what E σ″ adds to each (Wang, Wu and Fan 2024, arXiv 2402.10127; docs/mathematics.md, 'Spikes of kernels').

use std::cell::OnceCell;

use rug::Rational;

use super::answers::{Answers, Kind, LayerLaw, LayerUnder, Obstruction, Origin, Spike, SpikeLayer, SpikePart};
use super::conjugate_data::{LayerNumbers, Number, Segment, layers, segments, strengths};
use super::doubt::Doubt;
use super::energies::CurveData;
use super::error::TheoryError;
use super::given::Given;
use super::uninformative::{AT_AN_EDGE, Candidate, Found};
use super::work::Work;
use super::zero::count_as_zero;
use super::{conjugate_prediction, kernel};
use crate::compare::Prediction;
use crate::model::{ConjugateKernel, KernelInput, Simulation};
use crate::number::{Ball, Real};
use crate::spectrum::{CurveLaw, Law, LayeredLaw, Sampled, Stack};
use crate::spikes::{stack_spikes, stack_survival};

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
    pub(super) layers: Vec<LayerNumbers>,
    pub(super) segments: Vec<Segment>,
    /// θ of every layer, once it is asked for.
    strengths: OnceCell<Vec<Option<Number>>>,
    /// The law of the input, where it is given.
    given: Option<Given>,
    /// One layer over isotropic input lies on the curve of features.
    curve: Option<(CurveData, CurveLaw)>,
}

impl<'a> ConjugateAnswers<'a> {
    /// Does the Gaussian work, layer by layer.
    ///
    /// # Errors
    /// An activation without the data, or one that is constant.
    pub fn new(model: ConjugateKernel, work: Work<'a>) -> Result<Self, TheoryError> {
        let given = model.input.population().map(|population| Given::new(&work, population, model.gamma.first())).transpose()?;
        let layers = layers(&work, &model)?;
        let segments = segments(&work, &model, &layers, given.as_ref());
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
        Ok(Self { model, work, layers, segments, strengths: OnceCell::new(), given, curve })
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

    pub(super) fn is_isotropic(&self) -> bool {
        matches!(self.model.input, KernelInput::Isotropic(_))
    }

    pub(super) fn top(&self) -> &Segment {
        &self.segments[self.segments.len() - 1]
    }

    /// The stack that a layer belongs to, and the layer's level in it.
    pub(super) fn segment(&self, layer: usize) -> (&Segment, usize) {
        let segment = self.segments.iter().rfind(|segment| segment.first <= layer).unwrap_or(&self.segments[0]);
        (segment, segment.base + layer - segment.first)
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
        Some(self.work.law(stack))
    }

    /// Edges of a layer in the units of a candidate's point.
    pub(super) fn edges_around(&self, layer: usize, point: &Real) -> Result<Vec<Real>, TheoryError> {
        let (segment, level) = self.segment(layer);
        let law = segment.law.sampled()?;
        let Some(point) = point.ball(law.bits()) else { return Ok(Vec::new()) };
        // t* = γ_0 (a²/b² − 1) of the first layer is not below −γ_0, where K_0 has its atom
        let least = match &self.model.input {
            KernelInput::Isotropic(gamma) if layer == 1 && segment.first == 0 && *gamma > 1 => Some(Rational::from(1 - gamma)),
            _ => None,
        };
        let least = least.map(|least| Ball::rational(&least, law.bits()));
        let possible = |end: &Ball| least.as_ref().is_none_or(|least| !(end - least).is_negative());
        if self.counts_from_one(segment) && (&point - &Ball::integer(1, law.bits())).is_negative() {
            return Ok(self.thresholds(segment, below_one(law, level, &point, &possible)));
        }
        Ok(self.thresholds(segment, law.thresholds(level, &point, &possible)))
    }

    /// Edges of a layer in the units of signals, which are eigenvalues of a population and so not negative.
    fn edges_around_signal(&self, layer: usize, lambda: &Real) -> Result<Vec<Real>, TheoryError> {
        let segment = &self.segments[0];
        let law = segment.law.sampled()?;
        let Some(point) = lambda.ball(law.bits()) else { return Ok(Vec::new()) };
        let given = self.given.as_ref().filter(|given| given.is_level());
        let possible = |end: &Ball| !given.map_or_else(|| end.clone(), |given| given.value(law, end)).is_negative();
        let level = segment.base + layer;
        if self.is_isotropic() && (&point - &Ball::integer(1, law.bits())).is_negative() {
            return Ok(self.thresholds(segment, below_one(law, level, &point, &possible)));
        }
        let found = law.thresholds(level, &point, &possible);
        if layer > 0 || given.is_some() || self.is_isotropic() {
            return Ok(self.thresholds(segment, found));
        }
        // of the input itself they are eigenvalues that were given
        let atoms = &segment.law.stack().population;
        let exact =
            |end: &Ball| atoms.iter().find(|[value, _]| end.contains(value)).map(|[value, _]| Real::Rational(value.clone()));
        Ok(found.into_iter().map(|end| exact(&end).unwrap_or_else(|| Real::from(end))).collect())
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
    ///
    /// # Errors
    /// As [`Self::all_strengths`].
    pub(super) fn strengths(&self, segment: &Segment, level: usize) -> Result<Option<Vec<Ball>>, TheoryError> {
        let strengths = &self.all_strengths()?[segment.first..segment.first + level - segment.base];
        Ok(strengths.iter().map(|strength| strength.as_ref().map(|strength| strength.ball.clone())).collect())
    }

    /// θ of every layer; none where it is not known.
    ///
    /// # Errors
    /// As the second moment of a given input.
    pub(super) fn all_strengths(&self) -> Result<&[Option<Number>], TheoryError> {
        if let Some(known) = self.strengths.get() {
            return Ok(known);
        }
        let found = strengths(&self.model, &self.layers, self.given.as_ref(), self.work.bits)?;
        Ok(self.strengths.get_or_init(|| found))
    }

    /// Edges in the units of signals, t for isotropic input and above a layer that forgets.
    pub(super) fn thresholds(&self, segment: &Segment, balls: Vec<Ball>) -> Vec<Real> {
        balls.into_iter().map(|ball| self.strength(segment, &Real::from(ball))).collect()
    }

    /// The point in the lowest population of an eigenvalue of a given input.
    pub(super) fn below(&self, eigenvalue: &Rational) -> Result<Real, TheoryError> {
        match &self.given {
            Some(given) if given.is_level() => given.point_below(self.segments[0].law.sampled()?, eigenvalue),
            _ => Ok(Real::Rational(eigenvalue.clone())),
        }
    }

    /// E λ² of a given input.
    ///
    /// # Errors
    /// As the moments.
    pub(super) fn second_moment_of_input(&self) -> Result<Option<Real>, TheoryError> {
        self.given.as_ref().map(|given| given.second_moment(self.work.bits)).transpose()
    }

    /// The eigenvalue of a given input over a point in the lowest population.
    fn eigenvalue_over(&self, lambda: &Real) -> Real {
        let given = self.given.as_ref().filter(|given| given.is_level());
        let (Some(given), Ok(law), Some(point)) = (given, self.segments[0].law.sampled(), lambda.ball(self.work.bits)) else {
            return lambda.clone();
        };
        Real::from(given.value(law, &point))
    }

    pub(super) fn counts_from_one(&self, segment: &Segment) -> bool {
        segment.first > 0 || self.is_isotropic()
    }

    /// The strength of a population eigenvalue, in the units of signals.
    pub(super) fn strength(&self, segment: &Segment, lambda: &Real) -> Real {
        match lambda {
            lambda if !self.counts_from_one(segment) => self.eigenvalue_over(lambda),
            Real::Rational(value) => Real::Rational(Rational::from(value - 1)),
            other => other.ball(self.work.bits).map_or(Real::Unknown, |ball| Real::from(&ball - &Ball::integer(1, ball.bits()))),
        }
    }

    /// A signal at every layer, from the input.
    pub(super) fn signal(&self, signal: &Rational) -> Result<Vec<SpikeLayer>, TheoryError> {
        self.signal_without(signal, false)
    }

    /// The same, without thresholds where they are `left_out`.
    fn signal_without(&self, signal: &Rational, left_out: bool) -> Result<Vec<SpikeLayer>, TheoryError> {
        let law = &self.segments[0].law;
        let lambda = self.below(&self.model.eigenvalue(signal))?;
        let mut made = stack_spikes(law, &lambda)?;
        if let Some(given) = &self.given {
            made = given.seen_from(made, &self.model.eigenvalue(signal), law.working_bits());
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
                thresholds: if left_out { Vec::new() } else { self.edges_around_signal(layer, &lambda)? },
            };
            found.push(if self.model.overlap.is_zero() || layer == 0 {
                entry
            } else {
                let (signal, _) = self.correlated(layer)?;
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
        found.extend((found.len()..=self.depth()).map(|layer| SpikeLayer::absorbed(layer, never.clone())));
        Ok(found)
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
        let level = segment.base + self.depth() - segment.first;
        let highest = || law.bulks(level).last().map(|pair| pair[1].lambda.clone());
        let thresholds = match &candidate.lambda {
            Some(point) => self.edges_around(self.depth(), point)?,
            None => self.thresholds(segment, highest().into_iter().collect()),
        };
        if candidate.lambda.is_none() {
            let reason = "strength: an absorbed uninformative spike of this kernel has none";
            self.work.doubt(Doubt::Undefined { fields: &["strength"], reason: reason.to_owned() });
        }
        let strength = candidate.lambda.map_or(Real::Unknown, |lambda| self.strength(segment, &lambda));
        let absorbed = Spike::absorbed(candidate.origin, strength, thresholds);
        Ok(match candidate.outlier {
            Some(Found { position, alignment, alignment_ones }) => {
                Spike { survives: true, position, alignment, alignment_ones, ..absorbed }
            }
            None => absorbed,
        })
    }

    /// Whether a signal that is not correlated with the ones survives at the top.
    fn signal_survives(&self, signal: &Rational) -> Result<bool, TheoryError> {
        let lambda = self.below(&self.model.eigenvalue(signal))?;
        let levels = stack_survival(&self.segments[0].law, &lambda)?;
        let forgotten = self.segments.len() > 1;
        match levels.last() {
            Some(None) if !forgotten => {
                count_as_zero(&self.work, AT_AN_EDGE)?;
                Ok(false)
            }
            top => Ok(top == Some(&Some(true)) && !forgotten),
        }
    }

    fn shown_signal(&self, signal: &Rational, part: SpikePart) -> Result<Spike, TheoryError> {
        if part == SpikePart::Survival && self.model.overlap.is_zero() {
            let survives = self.signal_survives(signal)?;
            return Ok(Spike { survives, ..Spike::absorbed(Origin::Signal, Real::Rational(signal.clone()), Vec::new()) });
        }
        let layers = self.signal_without(signal, part != SpikePart::Whole)?;
        let last = layers[layers.len() - 1].clone();
        let alignment_ones = if self.model.overlap.is_zero() || self.segments.len() > 1 {
            None
        } else {
            let (signal, _) = self.correlated(self.depth())?;
            Some(signal.outlier.and_then(|found| found.alignment_ones).unwrap_or(Real::Unknown))
        };
        let SpikeLayer { survives, position, alignment, thresholds, .. } = last;
        let absorbed = Spike::absorbed(Origin::Signal, Real::Rational(signal.clone()), thresholds);
        Ok(Spike { survives, position, alignment, alignment_ones, layers, ..absorbed })
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

    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        Ok(Some(self.top().law.stack().clone()))
    }

    fn is_certified(&self) -> bool {
        self.given.as_ref().is_none_or(|given| given.certified)
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
        let first = usize::from(self.given.as_ref().is_some_and(|given| !given.certified));
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
        let signals = self.model.signal.iter().map(|signal| self.shown_signal(signal, SpikePart::Whole));
        let others = self.uninformative_at_the_top()?.into_iter().map(|candidate| self.shown(candidate));
        signals.chain(others).collect()
    }

    fn spike(&self, place: usize, part: SpikePart) -> Result<Option<Spike>, TheoryError> {
        self.model.signal.get(place).map(|signal| self.shown_signal(signal, part)).transpose()
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

/// The thresholds of a strength t < 0: those that are possible, or the end that it would have to pass below t = −1 where none is.
fn below_one(law: &Sampled, level: usize, point: &Ball, possible: &dyn Fn(&Ball) -> bool) -> Vec<Ball> {
    let ends = law.thresholds(level, point, &|_| true);
    let (kept, mut beyond): (Vec<Ball>, Vec<Ball>) = ends.into_iter().partition(|end| possible(end));
    if kept.is_empty() { beyond.pop().into_iter().collect() } else { kept }
}
