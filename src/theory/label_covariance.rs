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
use super::label_values::{LabelValue, label_values};
use super::work::Work;
use super::zero::count_as_zero;
use crate::model::LabelCovariance;
use crate::number::{Ball, ComplexBall, Jet, Polynomial, Real, Ring, enclose_roots};
use crate::spectrum::{LabelAtom, LabelGap, LabelLaw, LabelledLaw, Law, LawError};

/// What it answers.
pub const KIND: Kind = Kind { name: "label_covariance", answers: &[Question::Law, Question::Spikes] };

/// A covariance weighted by labels, at one precision.
pub struct LabelCovarianceAnswers<'a> {
    work: Work<'a>,
    ratio: Rational,
    law: LabelledLaw,
    /// y and κ(y), where neither is 0.
    pull: Vec<[Ball; 2]>,
}

impl<'a> LabelCovarianceAnswers<'a> {
    /// Finds the values of the labels.
    ///
    /// # Errors
    /// A teacher of infinitely many values, or one that is 0.
    pub fn new(model: &LabelCovariance, work: Work<'a>) -> Result<Self, TheoryError> {
        let values = label_values(&work, &model.teacher)?;
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
            atoms: atoms.into_iter().map(atom).collect(),
            zero: zero.into_iter().next().map(|zero| (zero.weight.ball, zero.weight.exact)),
            ratio: model.d_over_n.clone(),
        };
        Ok(Self { work, ratio: model.d_over_n.clone(), law: LabelledLaw::new(labels, work.bits), pull })
    }

    /// F and its derivative.
    fn condition(&self, tau: &Ball) -> Jet<Ball> {
        let point = Jet::variable(tau);
        self.pull.iter().fold(Jet::constant(&Ball::rational(&self.ratio, tau.bits())), |sum, [value, square]| {
            let below = point.minus(&Jet::constant(value));
            sum.minus(&Jet::constant(&(value * square)).over(&below))
        })
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
        let zeros = self.zeros()?;
        let gaps = self.law.gaps()?;
        let mut found = Vec::new();
        for gap in gaps {
            for tau in &zeros {
                if self.is_inside(gap, tau)? {
                    found.extend(self.outlier(gap, tau));
                }
            }
        }
        found.sort_by(|a, b| b.position.to_f64().total_cmp(&a.position.to_f64()));
        if found.is_empty() && !self.pull.is_empty() {
            let mean = self.pull.iter().fold(Ball::zero(self.work.bits), |sum, [value, square]| &sum + &(value * square));
            let end = if mean.is_negative() { gaps.first().and_then(|gap| gap.high.as_ref()) } else { None };
            found.extend(end.or_else(|| gaps.last()?.low.as_ref()).map(|end| self.absorbed(end)));
        }
        Ok(found)
    }
}
