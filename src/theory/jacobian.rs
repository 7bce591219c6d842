//! The answers of an input-output Jacobian: the variances of its layers, the laws of their squared slopes, and the law that these make
//! (docs/mathematics.md, 'Jacobians').

use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::answers::{Answers, Kind, Question};
use super::cache::JacobianLaws;
use super::error::TheoryError;
use super::estimated::EstimatedAnswers;
use super::jacobian_slopes::{Rule, Slopes, at_zero, is_homogeneous, is_zero};
use super::prediction::{self, THEORY_ERROR};
use super::work::Work;
use crate::activation::{Function, evaluate};
use crate::compare::{Claim, Draw, FiniteSize, LawPrediction, Prediction, Scaling, Spectrum, Theory, significant};
use crate::gaussian::Quantity;
use crate::model::{Jacobian, Signal, Simulation, Weights};
use crate::number::Ball;
use crate::propagation::VarianceMap;
use crate::spectrum::{JacobianLaw, JacobianSlopes, Law, Mixing, SlopeLaw, transform_over};

/// What it answers.
pub const KIND: Kind = Kind { name: "jacobian", answers: &[Question::Law, Question::Check] };

/// Moments that are compared: those of higher order scatter more than they tell.
const MOMENTS: usize = 2;
/// The points at which transforms are compared, in units of the upper end.
const POINTS: [Complex64; 3] = [Complex64::new(0.5, 0.2), Complex64::new(0.1, 0.05), Complex64::new(1.2, 0.1)];
/// A share of the place of a point mass within which eigenvalues belong to it.
const AT_A_MASS: f64 = 1e-9;
const AT_A_POINT: &str = "its places lie at a point mass, where rounding decides: at_the_top counts it";

/// A Jacobian at one precision.
pub struct JacobianAnswers<'a> {
    work: Work<'a>,
    model: Jacobian,
    law: JacobianLaw,
    /// The mean squares of the layers, where they are not imposed and count.
    q: Vec<f64>,
}

/// The answers: certified where slopes are constant on intervals, and otherwise with estimated errors.
///
/// # Errors
/// A signal that comes to no fixed point, a function that jumps, slopes without bound.
pub fn answers<'a>(model: &Jacobian, work: Work<'a>) -> Result<Box<dyn Answers + 'a>, TheoryError> {
    let layers = layers(model, &work)?;
    let (fine, coarse) = work.data.jacobian((model.clone(), [work.bits, work.digits]), || laws(model, &work, &layers))?;
    let q = match model.signal {
        Signal::Imposed(_) => Vec::new(),
        _ => layers.iter().map(|layer| layer.q.as_ref().map_or(f64::NAN, |q| q.ball.to_f64())).collect(),
    };
    let of = |law: &JacobianLaw| -> Box<dyn Answers + 'a> {
        Box::new(JacobianAnswers { work, model: model.clone(), law: law.clone(), q: q.clone() })
    };
    let answers = of(&fine);
    let Some(coarse) = coarse else { return Ok(answers) };
    let other = of(&coarse);
    Ok(Box::new(EstimatedAnswers::new((answers, fine), Some((other, coarse)))))
}

/// The law, and where slopes vary another one over fewer nodes.
fn laws(model: &Jacobian, work: &Work, layers: &[Layer]) -> Result<JacobianLaws, TheoryError> {
    let of = |rule: Rule| -> Result<_, TheoryError> {
        let slopes = slopes(model, work, layers, rule)?;
        refuse_one_layer(&slopes)?;
        let varies = slopes.laws.iter().any(|law| law.atoms.iter().any(|atom| !atom.is_point));
        Ok((JacobianLaw::new(slopes, work.bits), varies))
    };
    let (fine, varies) = of(Rule::Fine)?;
    let coarse = if varies { Some(of(Rule::Coarse)?.0) } else { None };
    Ok((fine, coarse))
}

/// A layer: its variance, none where its slopes do not depend on that.
struct Layer {
    q: Option<Quantity>,
    slopes: Option<Arc<Slopes>>,
}

/// The variances of the layers.
fn variances(model: &Jacobian, work: &Work) -> Result<Vec<Quantity>, TheoryError> {
    let (depth, bits) = (model.depth(), work.bits + 32);
    let map = || VarianceMap::of(&work.data.nonlinearity(&model.f), &model.sigma_w2, &model.sigma_b2, work.job);
    match &model.signal {
        Signal::Imposed(q) => {
            let of = |layer: usize| Quantity::constant(&q[layer.min(q.len() - 1)], bits);
            Ok((0..depth).map(of).collect())
        }
        Signal::Input(q0) => Ok(map()?.layers(q0, depth, bits, work.job)?),
        Signal::FixedPoint => {
            let q = map()?.attractor(None, bits, work.job)?.q;
            Ok(vec![q; depth])
        }
    }
}

fn layers(model: &Jacobian, work: &Work) -> Result<Vec<Layer>, TheoryError> {
    let fixed = model.signal == Signal::FixedPoint && is_homogeneous(&model.f, work.job)?;
    if fixed {
        let slopes = Arc::new(Slopes::new(work, &model.f, &Quantity::constant(&Function::one(), work.bits))?);
        return Ok((0..model.depth()).map(|_| Layer { q: None, slopes: Some(slopes.clone()) }).collect());
    }
    let mut list: Vec<Layer> = Vec::new();
    for q in variances(model, work)? {
        let known = list.iter().find(|layer| layer.q.as_ref().is_some_and(|known| same(known, &q)));
        let slopes = match known {
            Some(layer) => layer.slopes.clone(),
            None if is_zero(&q) => None,
            None => Some(Arc::new(Slopes::new(work, &model.f, &q)?)),
        };
        list.push(Layer { q: Some(q), slopes });
    }
    Ok(list)
}

fn same(a: &Quantity, b: &Quantity) -> bool {
    match (&a.exact, &b.exact) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.ball.mid() == b.ball.mid() && a.ball.radius() == b.ball.radius(),
        _ => false,
    }
}

/// The laws of slopes, those of layers that are alike once.
fn slopes(model: &Jacobian, work: &Work, layers: &[Layer], rule: Rule) -> Result<JacobianSlopes, TheoryError> {
    let mut laws: Vec<SlopeLaw> = Vec::new();
    let mut keys: Vec<(usize, Rational)> = Vec::new();
    let mut order = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let ratio = model.ratio(index + 1);
        let alike = |other: &Layer| match (&layer.slopes, &other.slopes) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let first = layers.iter().position(alike).unwrap_or(index);
        let key = (first, ratio.clone());
        let place = match keys.iter().position(|known| *known == key) {
            Some(place) => place,
            None => {
                work.job.check()?;
                laws.push(match &layer.slopes {
                    Some(slopes) => slopes.law(work, &ratio, rule)?,
                    None => at_zero(work, &model.f, &ratio)?,
                });
                keys.push(key);
                keys.len() - 1
            }
        };
        order.push(place);
    }
    let variance = (evaluate(&model.sigma_w2, &Ball::zero(work.bits + 64)), model.sigma_w2.as_rational().cloned());
    Ok(JacobianSlopes { laws, layers: order, variance, mixing: mixing(model.weights) })
}

/// One orthogonal layer leaves the law of its squared slopes as it is, which nodes do not stand for.
fn refuse_one_layer(slopes: &JacobianSlopes) -> Result<(), TheoryError> {
    let mut varying = slopes.layers.iter().map(|law| &slopes.laws[*law]).filter(|law| !law.is_constant());
    let lone = varying.next().filter(|_| varying.next().is_none());
    let has_nodes = lone.is_some_and(|law| law.atoms.iter().any(|atom| !atom.is_point));
    if slopes.mixing == Mixing::Gaussian || !has_nodes {
        return Ok(());
    }
    Err(TheoryError::Refused {
        message: "one orthogonal layer has the law of sigma_w2*f'(sqrt(q) Z)^2 itself, and it is not covered where f' varies"
            .to_owned(),
        help: "take depth = 2 or more, or weights = \"gaussian\"".to_owned(),
    })
}

fn mixing(weights: Weights) -> Mixing {
    match weights {
        Weights::Gaussian => Mixing::Gaussian,
        Weights::Orthogonal => Mixing::Haar,
    }
}

impl JacobianAnswers<'_> {
    /// What is said of each draw over its own slopes: the transform at three points, and how many eigenvalues are not 0 and at the top.
    fn conditional(&self, edge: f64, widths: &[usize]) -> Vec<Claim> {
        let variance = self.work.enclosure(&self.model.sigma_w2).to_f64();
        let mixing = mixing(self.model.weights);
        let ratios: Vec<f64> = widths.iter().map(|width| *width as f64 / widths[0] as f64).collect();
        let mut claims = Vec::new();
        for (index, point) in POINTS.into_iter().enumerate() {
            let z = Complex64::new(significant(point.re * edge, 4), significant(point.im * edge, 4));
            let ratios = ratios.clone();
            let on_draw = move |draw: &Draw| {
                let slopes = draw.spectra.iter().skip(1).zip(ratios.iter().skip(1));
                let layers: Vec<(&[f64], f64)> = slopes.map(|(slopes, ratio)| (&slopes.eigenvalues[..], *ratio)).collect();
                transform_over(&layers, variance, mixing, z).unwrap_or(Complex64::new(f64::NAN, f64::NAN))
            };
            let size = self.law.table().ok().and_then(|table| table.stieltjes(z)).map_or(1.0, Complex64::norm);
            let own = on_draw.clone();
            for (end, theory) in [
                ("re", Theory::OnDraw(Box::new(move |draw: &Draw| on_draw(draw).re))),
                ("im", Theory::OnDraw(Box::new(move |draw: &Draw| own(draw).im))),
            ] {
                let name = format!("conditional[{index}].{end}");
                let claim = Claim::transform(&name, (0, z), end == "re", theory, Scaling::BULK);
                claims.push(claim.with_scale(size).with_error(THEORY_ERROR).with_note(format!(
                    ", at z = {} + {}*i, with the squared slopes of each network in the formula",
                    z.re, z.im
                )));
            }
        }
        claims
    }

    /// Counts that are exact on each draw: eigenvalues other than 0, and at the point mass above the bulk.
    fn counts(&self, widths: &[usize]) -> Result<Vec<Claim>, TheoryError> {
        let mut claims = Vec::new();
        let atom = self.law.atom()?.to_f64();
        if atom > 0.0 && self.law.is_rational() {
            let input = widths[0];
            let alive = move |draw: &Draw| {
                let count = |slopes: &Spectrum| slopes.eigenvalues.iter().filter(|slope| **slope > 0.0).count();
                draw.spectra.iter().skip(1).map(count).fold(input, usize::min) as f64
            };
            claims.push(Claim::count("rank", (0, 0.0), Theory::OnDraw(Box::new(alive))));
        }
        let masses = self.law.point_masses()?;
        let top = masses.last().filter(|[place, _]| place.to_f64() > 0.0 && self.model.weights == Weights::Orthogonal);
        if let Some([place, _]) = top
            && self.law.is_rational()
        {
            let input = widths[0];
            let isometric = move |draw: &Draw| {
                let missing = |slopes: &Spectrum| slopes.eigenvalues.iter().filter(|slope| **slope == 0.0).count();
                input.saturating_sub(draw.spectra.iter().skip(1).map(missing).sum()) as f64
            };
            let below = place.to_f64() * (1.0 - AT_A_MASS);
            claims.push(Claim::count("at_the_top", (0, below), Theory::OnDraw(Box::new(isometric))));
        }
        Ok(claims)
    }
}

impl Answers for JacobianAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Ok(&self.law)
    }

    /// The law, of which the mean squares of the layers move every number by 1/√N; the same over each draw's own slopes, which scatters less and
    /// decides; the mean squares; the highest eigenvalue with the allowance of a scale that scatters; ranks exactly.
    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
        let widths: Vec<usize> = dimensions.iter().map(|(_, size)| *size).collect();
        let law = prediction::law_prediction(&self.law, smallest)?;
        let moments = law.moments.iter().take(MOMENTS).copied().collect();
        let edge_soft = law.edge_soft.iter().map(|_| [false, false]).collect();
        let law = LawPrediction { sampled: true, moments, edge_soft, ..law };
        let ends = self.law.ends()?;
        let masses = self.law.point_masses()?;
        // a tail thinner than a root is not reached by matrices
        let soft = ends.last().filter(|pair| pair[1].exponent.is_some());
        let top = soft.map(|pair| pair[1].position.to_f64());
        let last = ends.last().map_or(0.0, |pair| pair[1].position.to_f64());
        let highest = masses.last().map_or(0.0, |[place, _]| place.to_f64()).max(last);
        let is_pointed = masses.iter().any(|[place, _]| place.to_f64() > 0.0);
        let finite = FiniteSize { blurred: is_pointed.then(|| (1.0, AT_A_POINT.to_owned())), ..law.finite };
        let law = LawPrediction { finite, ..law };
        let mut claims: Vec<Claim> = Vec::new();
        for (index, q) in self.q.iter().enumerate().filter(|(_, q)| q.is_finite() && **q > 0.0) {
            let name = format!("q[{}]", index + 1);
            claims.push(Claim::scalar(&name, Theory::Value(*q), Scaling::SAMPLED).with_error(THEORY_ERROR).on(smallest));
        }
        claims.extend(self.conditional(highest, &widths).into_iter().map(|claim| claim.on(smallest)));
        claims.extend(self.counts(&widths)?);
        if let Some(top) = top.filter(|top| *top >= highest && top.is_finite()) {
            let claim = Claim::scalar_of("highest", "top", Theory::Value(top), Scaling::OUTLIER);
            claims.push(claim.with_error(THEORY_ERROR).on(smallest).aside());
        }
        Ok(Prediction { claims, laws: vec![law] })
    }
}
