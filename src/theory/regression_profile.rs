//! Regression on layers that keep the means of their activations, with biases: each neuron has a Gaussian bias b, and with it a slope and a
//! rest of its own (docs/mathematics.md, 'Regression on random features').
//!
//! τ_1² = 1, s_1² = σ_b²; h(b) = E f(τZ + b), v(b) = Var f(τZ + b); τ_{l+1}² = E_b v_l, s_{l+1}² = E_b h_l² + σ_b²: the means of a layer are
//! biases of the next one. a(b) = (E f′(τZ + b))², r(b) = v(b) − τ² a(b). Averages over b are trapezoidal rules of two steps, everything
//! is a double, and results are estimates.

use rug::Rational;

use super::answers::{Answers, Kind};
use super::error::TheoryError;
use super::regression::{BestRidge, KIND, RidgeErrors, RidgeParts, at_the_threshold};
use super::regression_curves::{Penalties, RidgeCurves};
use super::regression_data::{Teacher, binding, noise, rank, teacher};
use super::regression_prediction;
use super::work::Work;
use crate::activation::Function;
use crate::compare::Prediction;
use crate::gaussian::{Biased, Conditional, Linearity};
use crate::learning::ridge::{Atom, Binding, Errors, Mixed, MixedChain, Neurons};
use crate::model::{InputAtom, Regression, Simulation};
use crate::number::Real;

/// The coarser step of the rule in b, in units of its deviation, and the bits of what is averaged.
const STEP: f64 = 0.125;
const BITS: u32 = 72;
/// What doubles leave uncertain, relatively.
const ROUNDING: f64 = 1e-11;

/// A regression whose layers keep their means.
pub struct KeptAnswers<'a> {
    model: Regression,
    work: Work<'a>,
    /// With the coarser rule in b, and with the finer one.
    chains: [MixedChain; 2],
    noise: f64,
    energy: f64,
    deviations: Vec<[f64; 2]>,
    /// The rank of the features, and what binds as the ridge goes to 0.
    rank: Rational,
    binding: Option<Binding>,
}

fn rational(value: f64) -> Function {
    Function::rational(Rational::from_f64(value).unwrap_or_default())
}

/// Neurons of each bias by two rules, with E v and E h², and whether f has a part that is not linear.
struct LayerData {
    neurons: [Vec<Neurons>; 2],
    variance: f64,
    mean_square: f64,
    has_rest: bool,
}

fn layer(work: &Work, f: &Function, [tau2, s2]: [f64; 2]) -> Result<LayerData, TheoryError> {
    let biased = Biased::new(f, &rational(tau2), &rational(s2), work.job)?;
    let linearity = biased.linearity(work.job)?;
    if linearity == Linearity::Constant {
        return Err(TheoryError::Refused {
            message: format!("the activation {f} is constant, so that its layer passes nothing on"),
            help: "leave the layer out, or take an activation that varies".to_owned(),
        });
    }
    if linearity == Linearity::NoLinearPart && s2 == 0.0 {
        return Err(TheoryError::Refused {
            message: format!("{f} keeps nothing of its layer that is linear, and no mean or bias below moves it"),
            help: "leave centred out: then this is answered; or take sigma_b > 0".to_owned(),
        });
    }
    let narrow = if s2 <= tau2 { 1.0 } else { (0.5 * (tau2 / s2).log2()).floor().exp2() };
    let nodes = biased.nodes(STEP * narrow, BITS, work.job)?;
    let [variance, mean_square] = [biased.variance(BITS, work.job)?, biased.mean_square(BITS, work.job)?];
    let of = |list: &[Conditional]| {
        let total: f64 = list.iter().map(|node| node.weight.to_f64()).sum();
        let neurons = |node: &Conditional| {
            let [variance, slope] = [&node.variance, &node.slope_square].map(rug::Float::to_f64);
            let rest = if linearity == Linearity::Affine { 0.0 } else { (variance - slope).max(0.0) };
            Neurons { share: node.weight.to_f64() / total, slope: slope / tau2, rest }
        };
        list.iter().map(neurons).collect()
    };
    Ok(LayerData {
        neurons: [of(&nodes.coarse), of(&nodes.fine)],
        variance: variance.ball.to_f64(),
        mean_square: mean_square.ball.to_f64(),
        has_rest: linearity != Linearity::Affine,
    })
}

impl<'a> KeptAnswers<'a> {
    /// Of a model over inputs of these eigenvalues, with biases of this deviation.
    ///
    /// # Errors
    /// As its data.
    pub fn new(model: Regression, atoms: &[InputAtom], bias: &Function, work: Work<'a>) -> Result<Self, TheoryError> {
        let noise = noise(&work, &model);
        // the mean of the labels is the intercept that the means of the last layer are
        let (Teacher { energy, linear, outside }, _) = teacher(&work, &model, &noise)?;
        let own = work.enclosure(bias).to_f64().powi(2);
        let (mut tau2, mut s2, mut below) = (1.0f64, own, 1.0);
        let (mut layers, mut deviations, mut rest) = ([Vec::new(), Vec::new()], Vec::new(), Vec::new());
        for (f, width) in model.activations.iter().zip(model.widths.iter().flatten()) {
            deviations.push([tau2.sqrt(), s2.sqrt()]);
            let LayerData { neurons, variance, mean_square, has_rest } = layer(&work, f, [tau2, s2])?;
            rest.push(has_rest);
            let width = width.to_f64();
            for (list, neurons) in layers.iter_mut().zip(neurons) {
                list.push(Mixed { width, below, neurons });
            }
            (tau2, s2, below) = (variance, mean_square + own, width);
            work.job.check()?;
        }
        let inputs = atoms.iter().filter(|atom| atom.value > 0).fold(Rational::new(), |sum, atom| sum + &atom.weight);
        let widths: Vec<Rational> = model.widths.iter().flatten().cloned().collect();
        let (rank, level) = rank(&rest, &widths, inputs);
        let binding = binding(&model.samples, &rank, level);
        let linear = linear.ball.to_f64();
        let atom = |atom: &InputAtom| Atom {
            value: atom.value.to_f64(),
            weight: Rational::from(&atom.value * &atom.weight).to_f64(),
            energy: linear * atom.share.to_f64(),
        };
        let atoms: Vec<Atom<f64>> = atoms.iter().filter(|atom| atom.value > 0).map(atom).collect();
        let outside = outside.ball.to_f64();
        let samples = model.samples.to_f64();
        let chains = layers.map(|layers| MixedChain { atoms: atoms.clone(), outside, layers, samples });
        let [noise, energy] = [noise, energy].map(|number| number.ball.to_f64());
        Ok(Self { model, work, chains, noise, energy, deviations, rank, binding })
    }

    fn ridge(&self) -> f64 {
        self.work.enclosure(&self.model.ridge).to_f64()
    }

    fn numbers(&self, errors: &Errors<f64>) -> Vec<f64> {
        let (levels, top) = (errors.averaged.len(), errors.averaged.len() - 1);
        let (test, left) = (errors.same_data[top], errors.left);
        let (bias, data) = (errors.averaged[0], errors.same_data[0]);
        let weights = errors.averaged[top] - bias;
        let mut list = vec![test, left * left * test, left * errors.loss, errors.freedom, bias - self.noise];
        list.extend([weights, data - bias, test - data - weights, self.noise * (errors.inflation - 1.0)]);
        list.extend(&errors.kappa);
        list.extend((0..levels).flat_map(|level| [errors.averaged[level], errors.same_data[level]]));
        list
    }

    /// Errors in the limit of no ridge: penalties are 0 from the level on that makes the rank, if that binds.
    fn without_ridge(&self, chain: &MixedChain, binding: Binding) -> Option<Errors<f64>> {
        let samples = self.model.samples.to_f64();
        let (level, rank) = match binding {
            Binding::Samples => {
                let found = chain.errors(0.0)?;
                return Some(Errors { freedom: samples, left: 0.0, ..found });
            }
            Binding::Level(level) => (level, self.rank.to_f64()),
        };
        let levels = self.model.depth() + 1;
        let left = 1.0 - rank / samples;
        let nothing = |loss: f64| Errors {
            kappa: vec![0.0; levels],
            freedom: rank,
            left,
            loss,
            averaged: vec![loss; levels],
            same_data: vec![loss / left; levels],
            inflation: 1.0 / left,
        };
        // at κ_0 = 0 all is learned that is linear
        let below = if level == 0 { nothing(chain.outside) } else { chain.errors(0.0)? };
        let mut found = nothing(below.loss);
        found.kappa[..level].copy_from_slice(&below.kappa[..level]);
        found.averaged[..level].copy_from_slice(&below.averaged[..level]);
        found.same_data[..level].copy_from_slice(&below.same_data[..level]);
        Some(found)
    }

    /// All errors, estimated.
    ///
    /// # Errors
    /// A root that is not found.
    pub fn errors(&self) -> Result<RidgeErrors, TheoryError> {
        let ridge = self.ridge();
        let limit = match (ridge == 0.0, self.binding) {
            (true, None) => return Ok(at_the_threshold(&self.work, &self.model, &self.rank)),
            (is_zero, binding) => binding.filter(|_| is_zero),
        };
        let missing = || TheoryError::Unsettled("the penalties of this ridge were not found".to_owned());
        let found = self.chains.each_ref().map(|chain| {
            let errors = limit.map_or_else(|| chain.errors(ridge), |binding| self.without_ridge(chain, binding));
            errors.map(|errors| self.numbers(&errors))
        });
        let [Some(coarse), Some(fine)] = found else { return Err(missing()) };
        // parts are differences of numbers of this size
        let error = |index: usize| if (4..9).contains(&index) { self.energy.max(fine[0]) } else { fine[index].abs() };
        let numbers: Vec<Real> = fine
            .iter()
            .zip(&coarse)
            .enumerate()
            .map(|(index, (fine, coarse))| Real::estimated_double(*fine, (fine - coarse).abs() + ROUNDING * error(index)))
            .collect();
        let mut list = numbers.into_iter();
        let mut next = || list.next().unwrap_or(Real::Unknown);
        let levels = self.model.depth() + 1;
        let errors = [(); 3].map(|()| next());
        let (freedom, bias) = (next(), next());
        let variance = [(); 4].map(|()| next());
        let kappa = (0..levels).map(|_| next()).collect();
        let levels = (0..levels).map(|_| [next(), next()]).collect();
        Ok(RidgeErrors { errors, kappa, freedom: Some(freedom), parts: Some(RidgeParts { bias, variance, levels }) })
    }
}

impl Answers for KeptAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn ridge_errors(&self) -> Option<Result<RidgeErrors, TheoryError>> {
        Some(self.errors())
    }

    fn ridge_curves(&self) -> Option<RidgeCurves> {
        let [_, fine] = &self.chains;
        Some(RidgeCurves {
            chain: Penalties::Mixed(fine.clone()),
            energy: self.energy,
            ridge: self.ridge(),
            noise: self.noise,
            base: 0,
            is_kernel: false,
            sphere: None,
            is_counted: false,
        })
    }

    fn best_ridge(&self) -> Result<BestRidge, TheoryError> {
        let missing = || TheoryError::Unsettled("the best ridge was not found".to_owned());
        let found = self.chains.each_ref().map(|chain| {
            let lowest = match self.binding {
                Some(binding) => self.without_ridge(chain, binding)?,
                None => chain.errors(0.0)?,
            };
            chain.best(lowest.kappa[0], self.binding.map(|_| *lowest.test()), self.energy)
        });
        let [Some(coarse), Some(fine)] = found else { return Err(missing()) };
        let [is_other, is_end] = [coarse, fine].map(|best| best.ridge == 0.0 || best.ridge.is_infinite());
        // two rules of which one alone has its least error at an end, or at the other one, tell nothing
        if is_end != is_other || is_end && coarse.ridge != fine.ridge {
            return Err(missing());
        }
        let error = if is_end { 0.0 } else { (fine.ridge - coarse.ridge).abs() + fine.error };
        Ok(BestRidge {
            ridge: Real::estimated_double(fine.ridge, error),
            test: Real::estimated_double(fine.test, (fine.test - coarse.test).abs() + ROUNDING * fine.test),
            at_boundary: is_end,
        })
    }

    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        regression_prediction::prediction(&self.model, self.errors()?, &self.deviations, dimensions)
    }
}
