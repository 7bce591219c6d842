//! Regression on layers that keep the means of their activations, with biases: each neuron has a Gaussian bias b, and with it a slope and a
//! rest of its own (docs/mathematics.md, 'Regression on random features').
//!
//! τ_1² = 1, s_1² = σ_b²; h(b) = E f(τZ + b), v(b) = Var f(τZ + b); τ_{l+1}² = E_b v_l, s_{l+1}² = E_b h_l² + σ_b²: the means of a layer are
//! biases of the next one. a(b) = (E f′(τZ + b))², r(b) = v(b) − τ² a(b). Averages over b are trapezoidal rules of two steps, everything
//! is a double, and results are estimates.

use rug::Rational;

use super::answers::{Answers, Kind};
use super::error::TheoryError;
use super::regression::{BestRidge, KIND, RidgeErrors, RidgeParts};
use super::regression_data::{Teacher, noise, teacher};
use super::regression_prediction;
use super::work::Work;
use crate::activation::Function;
use crate::compare::Prediction;
use crate::gaussian::{Biased, Conditional, Linearity};
use crate::learning::ridge::{Atom, Errors, Mixed, MixedChain, Neurons};
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
}

fn rational(value: f64) -> Function {
    Function::rational(Rational::from_f64(value).unwrap_or_default())
}

/// Neurons of each bias by two rules, with E v and E h².
fn layer(work: &Work, f: &Function, [tau2, s2]: [f64; 2]) -> Result<([Vec<Neurons>; 2], [f64; 2]), TheoryError> {
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
    Ok(([of(&nodes.coarse), of(&nodes.fine)], [variance.ball.to_f64(), mean_square.ball.to_f64()]))
}

impl<'a> KeptAnswers<'a> {
    /// Of a model over inputs of these eigenvalues, with biases of this deviation.
    ///
    /// # Errors
    /// As its data; no ridge.
    pub fn new(model: Regression, atoms: &[InputAtom], bias: &Function, work: Work<'a>) -> Result<Self, TheoryError> {
        if model.ridge.is_zero() {
            return Err(TheoryError::Refused {
                message: "with the means of layers kept the ridge must be positive".to_owned(),
                help: "a small one shows the limit: ridge = 1e-6".to_owned(),
            });
        }
        let noise = noise(&work, &model);
        // the mean of the labels is the intercept that the means of the last layer are
        let (Teacher { energy, linear, outside }, _) = teacher(&work, &model, &noise)?;
        let own = work.enclosure(bias).to_f64().powi(2);
        let (mut tau2, mut s2, mut below) = (1.0f64, own, 1.0);
        let (mut layers, mut deviations) = ([Vec::new(), Vec::new()], Vec::new());
        for (f, width) in model.activations.iter().zip(model.widths.iter().flatten()) {
            deviations.push([tau2.sqrt(), s2.sqrt()]);
            let (neurons, [variance, mean_square]) = layer(&work, f, [tau2, s2])?;
            let width = width.to_f64();
            for (list, neurons) in layers.iter_mut().zip(neurons) {
                list.push(Mixed { width, below, neurons });
            }
            (tau2, s2, below) = (variance, mean_square + own, width);
            work.job.check()?;
        }
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
        Ok(Self { model, work, chains, noise: noise.ball.to_f64(), energy: energy.ball.to_f64(), deviations })
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

    /// All errors, estimated.
    ///
    /// # Errors
    /// A root that is not found.
    pub fn errors(&self) -> Result<RidgeErrors, TheoryError> {
        let ridge = self.work.enclosure(&self.model.ridge).to_f64();
        let missing = || TheoryError::Unsettled("the penalties of this ridge were not found".to_owned());
        let found = self.chains.each_ref().map(|chain| chain.errors(ridge).map(|errors| self.numbers(&errors)));
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

    fn best_ridge(&self) -> Result<BestRidge, TheoryError> {
        Err(TheoryError::Refused {
            message: "the best ridge is not found for layers that keep their means".to_owned(),
            help: "sweep(r = 1/1000..10 count 40 log, errors(m(r)).test) shows it; or leave centred out".to_owned(),
        })
    }

    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        regression_prediction::prediction(&self.model, self.errors()?, &self.deviations, dimensions)
    }
}
