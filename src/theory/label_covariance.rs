//! The answers of a covariance weighted by labels: its law, and the outliers that the teacher's direction makes
//! (docs/mathematics.md, 'Covariances weighted by labels').
//!
//! With κ(y) = E (z² − 1) 1(y), ψ = d/n and τ = 1/(ψ m), an eigenvalue z(τ) off the support has the teacher's direction in its vector
//! where F(τ) = ψ − Σ y κ(y)/(τ − y) vanishes, with the squared cosine z′(τ)/(τ F′(τ)). Beside an end τ_e of the support there is one
//! exactly when E[y (z² − 1)/(1 − ψ m y)] = τ_e (ψ − F(τ_e)) exceeds 1/m = ψ τ_e: strength and threshold.

use std::cmp::Ordering;

use rug::Rational;

use super::answers::{Answers, Kind, Origin, Question, Spike};
use super::error::TheoryError;
use super::estimated::EstimatedAnswers;
use super::label_nodes::{LabelNodes, NODES, label_nodes};
use super::label_values::{LabelValue, label_values};
use super::prediction::{self, Beside, THEORY_ERROR};
use super::work::Work;
use super::zero::count_as_zero;
use crate::compare::{Claim, LawPrediction, Prediction, Scaling, Theory};
use crate::model::{LabelCovariance, Simulation};
use crate::number::{Ball, ComplexBall, Jet, Polynomial, Real, Ring, enclose_roots};
use crate::spectrum::{LabelAtom, LabelGap, LabelLaw, LabelledLaw, Law, LawError};

/// Points on either side of the middle of a gap, in the logarithm of the distance from its end.
const GRID: i32 = 200;
/// Largest size of that logarithm: distances from 10⁻¹³ to 10¹³ times the place of the end.
const REACH: f64 = 30.0;
/// Of the probability of 0 by nodes.
const ROUNDING: f64 = 1e-13;
/// Margins nearer than this are equal: those of an odd teacher.
const EQUAL: f64 = 1e-6;
/// Bisections of a zero.
const BISECTIONS: usize = 60;

/// What it answers.
pub const KIND: Kind = Kind { name: "label_covariance", answers: &[Question::Law, Question::Spikes, Question::Check] };

/// A covariance weighted by labels, at one precision.
pub struct LabelCovarianceAnswers<'a> {
    work: Work<'a>,
    ratio: Rational,
    law: LabelledLaw,
    /// y and κ(y), where neither is 0.
    pull: Vec<[Ball; 2]>,
    /// Whether the values are nodes, whose F has more zeros between them than outliers.
    by_nodes: bool,
}

/// The answers for labels of finitely many values, or by nodes with estimated errors.
///
/// # Errors
/// A teacher that is 0, jumps infinitely often, or is not bounded.
pub fn answers<'a>(model: &LabelCovariance, work: Work<'a>) -> Result<Box<dyn Answers + 'a>, TheoryError> {
    if let Some(values) = label_values(&work, &model.teacher)? {
        return Ok(Box::new(LabelCovarianceAnswers::of_values(model, work, values)?));
    }
    let [fine, coarse] = NODES.map(|nodes| {
        let answers =
            LabelCovarianceAnswers::of_nodes(model, work, label_nodes(&work, &model.teacher, model.d_over_n.to_f64(), nodes)?);
        let law = answers.law.clone();
        Ok::<_, TheoryError>((Box::new(answers) as Box<dyn Answers + 'a>, law))
    });
    Ok(Box::new(EstimatedAnswers::new(fine?, Some(coarse?))))
}

impl<'a> LabelCovarianceAnswers<'a> {
    fn of_values(model: &LabelCovariance, work: Work<'a>, values: Vec<LabelValue>) -> Result<Self, TheoryError> {
        let (zero, atoms): (Vec<LabelValue>, Vec<LabelValue>) = values.into_iter().partition(|value| value.value.is_zero());
        if atoms.is_empty() {
            return Err(TheoryError::Refused {
                message: "all labels are 0, and so is their covariance".to_owned(),
                help: "take a teacher that does not vanish".to_owned(),
            });
        }
        let pull = atoms.iter().filter_map(|atom| Some([atom.value.ball.clone(), atom.square.as_ref()?.ball.clone()]));
        let pull = pull.collect();
        let atom = |value: LabelValue| {
            let exact = value.value.exact.zip(value.weight.exact).map(|(value, weight)| [value, weight]);
            LabelAtom { value: value.value.ball, weight: value.weight.ball, exact }
        };
        let labels = LabelLaw {
            joined: vec![false; atoms.len() - 1],
            atoms: atoms.into_iter().map(atom).collect(),
            zero: zero.into_iter().next().map(|zero| (zero.weight.ball, zero.weight.exact)),
            reached: [None, None],
            ratio: model.d_over_n.clone(),
            spread: None,
        };
        Ok(Self::of_law(model, work, labels, pull, false))
    }

    fn of_nodes(model: &LabelCovariance, work: Work<'a>, nodes: LabelNodes) -> Self {
        // as many samples that count as dimensions, but for rounding
        let balanced = Rational::from(1 - &model.d_over_n);
        let exact = ((nodes.zero - balanced.to_f64()).abs() < ROUNDING).then_some(balanced);
        let zero = (nodes.zero > 0.0).then(|| (Ball::double(nodes.zero, work.bits), exact));
        let reached = nodes.reached.map(|end| end.map(|value| Ball::double(value, work.bits)));
        let (ratio, spread) = (model.d_over_n.clone(), Some(nodes.spread));
        let labels = LabelLaw { atoms: nodes.atoms, joined: nodes.joined, zero, reached, ratio, spread };
        let pull = nodes.pull.iter().map(|pair| pair.map(|value| Ball::double(value, work.bits))).collect();
        Self::of_law(model, work, labels, pull, true)
    }

    fn of_law(model: &LabelCovariance, work: Work<'a>, labels: LabelLaw, pull: Vec<[Ball; 2]>, by_nodes: bool) -> Self {
        Self { work, ratio: model.d_over_n.clone(), law: LabelledLaw::new(labels, work.bits), pull, by_nodes }
    }

    /// F and its derivative.
    fn condition(&self, tau: &Ball) -> Jet<Ball> {
        let point = Jet::variable(tau);
        self.pull.iter().fold(Jet::constant(&Ball::rational(&self.ratio, tau.bits())), |sum, [value, square]| {
            let below = point.minus(&Jet::constant(value));
            sum.minus(&Jet::constant(&(value * square)).over(&below))
        })
    }

    /// The zeros of F in a gap, by the signs of F in doubles over a grid.
    fn zeros_in(&self, gap: &LabelGap) -> Vec<Ball> {
        let [low, high] = [&gap.low, &gap.high].map(|end| end.as_ref().map(Ball::to_f64));
        let place = |t: f64| match (low, high) {
            (Some(low), Some(high)) => low + (high - low) / (1.0 + (-t).exp()),
            (Some(low), None) => low + low.abs() * t.exp(),
            (None, Some(high)) => high - high.abs() * t.exp(),
            (None, None) => f64::NAN,
        };
        let pull: Vec<[f64; 2]> = self.pull.iter().map(|pair| pair.each_ref().map(Ball::to_f64)).collect();
        let ratio = self.ratio.to_f64();
        let value = |t: f64| {
            let tau = place(t);
            ratio - pull.iter().map(|[y, square]| y * square / (tau - y)).sum::<f64>()
        };
        let grid: Vec<f64> = (-GRID..=GRID).map(|index| REACH * f64::from(index) / f64::from(GRID)).collect();
        let crossing = |pair: &[f64]| {
            let [mut near, mut far] = [pair[0], pair[1]];
            let sign = value(near).signum();
            if sign.is_nan() || sign == value(far).signum() {
                return None;
            }
            for _ in 0..BISECTIONS {
                let middle = f64::midpoint(near, far);
                if value(middle).signum() == sign { near = middle } else { far = middle }
            }
            Some(Ball::double(place(near), self.work.bits))
        };
        grid.windows(2).filter_map(crossing).collect()
    }

    /// The real zeros of F.
    fn zeros(&self) -> Result<Vec<Ball>, TheoryError> {
        let bits = self.work.bits;
        let linear = |value: &Ball| Polynomial::new(vec![-value, Ball::integer(1, bits)]);
        let product = |skipped: Option<usize>, factor: Ball| {
            let values = self.pull.iter().enumerate().filter(|(index, _)| Some(*index) != skipped);
            values.fold(Polynomial::new(vec![factor]), |product, (_, [value, _])| product.times(&linear(value)))
        };
        let whole = product(None, Ball::rational(&self.ratio, bits));
        let polynomial = self
            .pull
            .iter()
            .enumerate()
            .fold(whole, |sum, (index, [value, square])| sum.minus(&product(Some(index), value * square)));
        if self.pull.is_empty() {
            return Ok(Vec::new());
        }
        let roots = enclose_roots(&polynomial.map(|value| ComplexBall::real(value.clone())), bits).ok_or(LawError::MoreBits)?;
        Ok(roots.into_iter().filter(|root| root.im.is_exact_zero()).map(|root| root.re).collect())
    }

    /// Whether a point lies in a gap; what no bits tell from an end counts as absorbed.
    fn is_inside(&self, gap: &LabelGap, tau: &Ball) -> Result<bool, TheoryError> {
        for (end, side) in [(&gap.low, Ordering::Greater), (&gap.high, Ordering::Less)] {
            let Some(end) = end else { continue };
            match tau.compare(end) {
                Some(order) if order == side => {}
                Some(_) => return Ok(false),
                None => {
                    count_as_zero(&self.work, "the distance of an outlier from the bulk")?;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// A candidate beside an end of the support that does not leave it.
    fn absorbed(&self, end: &Ball) -> Spike {
        let threshold = end.times_rational(&self.ratio);
        let strength = end * &(&Ball::rational(&self.ratio, end.bits()) - &self.condition(end).value);
        Spike::absorbed(Origin::Signal, strength.into(), vec![threshold.into()])
    }

    fn outlier(&self, gap: &LabelGap, tau: &Ball) -> Option<Spike> {
        let end = gap.low.as_ref().or(gap.high.as_ref())?;
        let [position, slope] = self.law.point(tau);
        let alignment = &slope / &(tau * &self.condition(tau).slope);
        Some(Spike { survives: true, position: position.into(), alignment: alignment.into(), ..self.absorbed(end) })
    }
}

impl Answers for LabelCovarianceAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(&self.law)
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        let alive = self.spikes()?.into_iter().filter(|spike| spike.survives);
        Ok(Some(alive.map(|spike| spike.position).collect()))
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        let zeros = if self.by_nodes { Vec::new() } else { self.zeros()? };
        let gaps = self.law.gaps()?;
        let mut found = Vec::new();
        for gap in gaps {
            let own = if self.by_nodes { self.zeros_in(gap) } else { Vec::new() };
            for tau in zeros.iter().chain(&own) {
                if self.is_inside(gap, tau)? {
                    found.extend(self.outlier(gap, tau));
                }
            }
        }
        found.sort_by(|a, b| b.position.to_f64().total_cmp(&a.position.to_f64()));
        if found.is_empty() && !self.pull.is_empty() {
            let ends = [gaps.last().and_then(|gap| gap.low.as_ref()), gaps.first().and_then(|gap| gap.high.as_ref())];
            // the end that is nearer to an outlier, and of an odd teacher the upper one
            let nearer = |best: Option<(f64, Ball)>, end: &Ball| {
                let missing = self.condition(end).value.to_f64();
                match best {
                    Some((least, _)) if missing < least - EQUAL * self.ratio.to_f64() => Some((missing, end.clone())),
                    None => Some((missing, end.clone())),
                    best => best,
                }
            };
            let nearest = ends.into_iter().flatten().filter(|end| !end.is_exact_zero()).fold(None, nearer);
            found.extend(nearest.map(|(_, end)| self.absorbed(&end)));
        }
        Ok(found)
    }

    /// The law with the outliers above and below it. How many samples have which label fluctuates, and with it every average and the
    /// masses of bulks, so that what lies between two bulks is not found by rank.
    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
        let law = prediction::law_prediction(&self.law, smallest)?;
        let beside = Beside::of(&self.spikes()?, |index, spike| Beside::smooth(index, spike, vec!["teacher".to_owned()]));
        let mut law = LawPrediction { sampled: true, ..beside.law(law) };
        let ends = law.edges.first().zip(law.edges.last()).map(|(first, last)| [first[0], last[1]]);
        let [low, high] = ends.unwrap_or([f64::NAN; 2]);
        law.outliers.retain(|outlier| outlier.position < low || outlier.position > high);
        let last = law.edges.len().saturating_sub(1);
        // an end beyond which zeros lie is found by their number
        let zeros = self.law.atom()?.to_f64() > 0.0;
        let [behind_low, behind_high] = [zeros && low > 0.0, zeros && high < 0.0];
        for (component, soft) in law.edge_soft.iter_mut().enumerate() {
            soft[0] &= component == 0 && !behind_low;
            soft[1] &= component == last && !behind_high;
        }
        let atom = Claim::scalar("atom", Theory::Value(law.atom), Scaling::SAMPLED).with_scale(1.0).with_error(THEORY_ERROR);
        Ok(Prediction { claims: vec![atom.on(smallest)], laws: vec![law] })
    }
}
