//! The answers of ridge regression on random features: all errors, the table of variances and the best ridge
//! (docs/mathematics.md, 'Regression on random features').

use rug::Rational;

use super::answers::{Answers, Kind, Question};
use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::error::TheoryError;
use super::regression_curves::{Penalties, RidgeCurves};
use super::regression_data::{RidgeData, gaussian};
use super::regression_prediction;
use super::work::Work;
use super::zero::count_as_zero;
use crate::compare::Prediction;
use crate::learning::ridge::{Best, Binding, Errors, best, penalty, rational_root, ridgeless};
use crate::model::{Inputs, Regression, Simulation};
use crate::number::{Real, Ring};
use crate::spectrum::LawError;

/// What it answers.
pub const KIND: Kind = Kind { name: "regression", answers: &[Question::Errors, Question::BestRidge, Question::Check] };

/// A regression at one precision.
pub struct RegressionAnswers<'a> {
    pub(super) model: Regression,
    pub(super) work: Work<'a>,
    pub(super) data: RidgeData,
}

/// The errors of a regression.
#[derive(Clone, Debug)]
pub struct RidgeErrors {
    /// Test, training and penalised training error.
    pub errors: [Real; 3],
    /// κ_0, …, κ_L.
    pub kappa: Vec<Real>,
    /// Degrees of freedom.
    pub freedom: Option<Real>,
    /// What only the proportional regime has.
    pub parts: Option<RidgeParts>,
}

/// Bias and variances.
#[derive(Clone, Debug)]
pub struct RidgeParts {
    /// The bias, without the noise.
    pub bias: Real,
    /// The shares of weights, data and their interaction, and what of all of them label noise makes.
    pub variance: [Real; 4],
    /// B_l and T_l.
    pub levels: Vec<[Real; 2]>,
}

/// The best ridge.
#[derive(Clone, Debug)]
pub struct BestRidge {
    /// Where the test error is least.
    pub ridge: Real,
    /// The test error there.
    pub test: Real,
    /// Whether that is 0 or ∞.
    pub at_boundary: bool,
}

impl<'a> RegressionAnswers<'a> {
    /// Does the Gaussian work.
    ///
    /// # Errors
    /// As its data.
    pub fn new(model: Regression, work: Work<'a>) -> Result<Self, TheoryError> {
        let data = match &model.inputs {
            Inputs::Gaussian(atoms) => gaussian(&work, &model, atoms)?,
            Inputs::Sphere { d } => super::regression_sphere::sphere(&work, &model, *d)?,
            Inputs::Kernel(list) => super::regression_sphere::of_kernel(&work, &model, list),
        };
        Ok(Self { model, work, data })
    }

    fn number(&self, value: u32) -> Number {
        Number::rational(Rational::from(value), self.work.bits)
    }

    /// The ridge as one of the chain.
    fn ridge(&self) -> Number {
        let ridge = Number::constant(&self.work, &self.model.ridge);
        if self.model.is_kernel() { ridge.over(&self.data.chain.samples) } else { ridge }
    }

    /// κ_0 at the ridge, or at the ridge 0 from what stops it there; exact where it is rational.
    fn kappa(&self, ridge: &Number, binding: Option<Binding>) -> Result<Number, TheoryError> {
        let (data, bits) = (&self.data, self.work.bits);
        let balls = data.chain.map(|number| number.ball.clone());
        let ball = match binding {
            Some(binding) => ridgeless(&balls, binding, bits)?,
            None => penalty(&balls, &ridge.ball, bits)?,
        };
        let found = Number { ball: ball.clone(), exact: ball.is_exact_zero().then(Rational::new) };
        let is_exact = |candidate: &Number| {
            let rungs = data.chain.rungs(candidate, &candidate.integer(1));
            let residue = match binding {
                None => rungs.ridge().minus(ridge),
                Some(Binding::Samples) => rungs.left,
                Some(Binding::Level(0)) => return false,
                Some(Binding::Level(level)) if data.chain.layers[level - 1].rest.is_none() => {
                    data.chain.layers[level - 1].width.minus(&rungs.freedom[level - 1])
                }
                Some(Binding::Level(level)) => rungs.penalties[level].clone(),
            };
            residue.exact.is_some_and(|residue| residue.is_zero())
        };
        let candidate = rational_root(&ball).map(|root| Number::rational(root, bits));
        Ok(candidate.filter(is_exact).unwrap_or(found))
    }

    /// All errors at the ridge of the model; none at the interpolation threshold without a ridge.
    pub(super) fn at_ridge(&self) -> Result<Option<Errors<Number>>, TheoryError> {
        let ridge = self.ridge();
        if !ridge.is_zero() {
            let kappa = self.kappa(&ridge, None)?;
            return Ok(Some(Errors::at(&self.data.chain, &kappa, None)));
        }
        let Some(binding) = self.data.binding else { return Ok(None) };
        self.without_ridge(binding).map(Some)
    }

    /// All errors as the ridge goes to 0.
    fn without_ridge(&self, binding: Binding) -> Result<Errors<Number>, TheoryError> {
        let data = &self.data;
        let kappa = self.kappa(&self.number(0), Some(binding))?;
        let rank = Number::rational(data.rank.clone(), self.work.bits);
        Ok(match binding {
            Binding::Level(level) => Errors::at(&data.chain, &kappa, Some((level, rank))),
            Binding::Samples => {
                let errors = Errors::at(&data.chain, &kappa, None);
                Errors { freedom: data.chain.samples.clone(), left: self.number(0), ..errors }
            }
        })
    }

    /// All errors.
    ///
    /// # Errors
    /// As the root.
    pub fn errors(&self) -> Result<RidgeErrors, TheoryError> {
        let Some(found) = self.at_ridge()? else { return Ok(at_the_threshold(&self.work, &self.model, &self.data.rank)) };
        let test = found.test().clone();
        let train = found.left.times(&found.left).times(&test);
        let penalised = found.left.times(&found.loss);
        let mut kappa = vec![Real::Infinite; self.data.base];
        kappa.extend(found.kappa.iter().map(Number::real));
        let parts = (!self.model.is_counted()).then(|| self.parts(&found));
        let errors = [test, train, penalised].map(|number| number.real());
        Ok(RidgeErrors { errors, kappa, freedom: Some(found.freedom.real()), parts })
    }

    /// The table of variances.
    fn parts(&self, found: &Errors<Number>) -> RidgeParts {
        let data = &self.data;
        let energy = &data.chain.energy;
        let below = |own: &Number| if data.base > 0 { energy.clone() } else { own.clone() };
        let top = found.averaged.len() - 1;
        let (first, first_data) = (below(&found.averaged[0]), below(&found.same_data[0]));
        let (last, test) = (&found.averaged[top], &found.same_data[top]);
        let weights = last.minus(&first);
        let of_data = first_data.minus(&first);
        let interaction = test.minus(&first_data).minus(&weights);
        let noise = data.noise.times(&found.inflation.minus(&self.number(1)));
        let mut levels = vec![[energy.real(), energy.real()]; data.base];
        levels.extend(found.averaged.iter().zip(&found.same_data).map(|(a, b)| [a.real(), b.real()]));
        RidgeParts {
            bias: first.minus(&data.noise).real(),
            variance: [weights, of_data, interaction, noise].map(|number| number.real()),
            levels,
        }
    }

    /// The ridge of the least test error.
    ///
    /// # Errors
    /// As the root; stationary points that are not told apart.
    pub fn best_ridge(&self) -> Result<BestRidge, TheoryError> {
        let (data, bits) = (&self.data, self.work.bits);
        let balls = data.chain.map(|number| number.ball.clone());
        let lowest = match data.binding {
            Some(binding) => {
                let found = self.without_ridge(binding)?;
                Some((found.kappa[0].ball.clone(), found.test().clone()))
            }
            None => None,
        };
        let start = match &lowest {
            Some((kappa, _)) => kappa.clone(),
            None => ridgeless(&balls, Binding::Level(data.level), bits)?,
        };
        let found =
            best(&balls, &start, lowest.as_ref().map(|(_, test)| &test.ball), bits).or_else(|error| match (&lowest, error) {
                (Some(_), LawError::MoreBits) => {
                    count_as_zero(&self.work, "the difference of two least test errors")?;
                    Ok(Best::Lowest)
                }
                (_, error) => Err(TheoryError::from(error)),
            })?;
        Ok(match (found, lowest) {
            (Best::At(kappa), _) => {
                let rungs = balls.rungs(&kappa, &kappa.integer(1));
                let errors = Errors::at(&balls, &kappa, None);
                let ridge = if self.model.is_kernel() { &rungs.ridge() * &balls.samples } else { rungs.ridge() };
                BestRidge { ridge: ridge.into(), test: errors.test().clone().into(), at_boundary: false }
            }
            (Best::Lowest, Some((_, test))) => BestRidge { ridge: Real::from(0), test: test.real(), at_boundary: true },
            (Best::Infinite | Best::Lowest, _) => {
                BestRidge { ridge: Real::Infinite, test: data.chain.energy.real(), at_boundary: true }
            }
        })
    }
}

/// The answers without a ridge where as many samples as features, which is their rank, make all errors infinite.
pub(super) fn at_the_threshold(work: &Work, model: &Regression, rank: &Rational) -> RidgeErrors {
    work.doubt(Doubt::InterpolationThreshold(rank.to_string()));
    let infinite = || Real::Infinite;
    let levels = model.depth() + 1;
    RidgeErrors {
        errors: [infinite(), Real::from(0), Real::from(0)],
        kappa: vec![Real::Unknown; if model.is_kernel() { 1 } else { levels }],
        freedom: Some(Real::Rational(rank.clone())),
        parts: (!model.is_counted()).then(|| RidgeParts {
            bias: Real::Unknown,
            variance: [Real::Unknown, Real::Unknown, infinite(), infinite()],
            levels: vec![[Real::Unknown, Real::Unknown]; levels],
        }),
    }
}

impl Answers for RegressionAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn ridge_errors(&self) -> Option<Result<RidgeErrors, TheoryError>> {
        Some(self.errors())
    }

    fn ridge_curves(&self) -> Option<RidgeCurves> {
        let (model, data) = (&self.model, &self.data);
        Some(RidgeCurves {
            chain: Penalties::Alike(data.chain.map(|number| number.ball.to_f64())),
            energy: data.chain.energy.ball.to_f64(),
            ridge: self.work.enclosure(&model.ridge).to_f64(),
            noise: data.noise.ball.to_f64(),
            base: data.base,
            is_kernel: model.is_kernel(),
            sphere: model.sphere(),
            is_counted: model.is_counted(),
        })
    }

    fn best_ridge(&self) -> Result<BestRidge, TheoryError> {
        Self::best_ridge(self)
    }

    fn prediction(&self, _simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        regression_prediction::prediction(&self.model, self.errors()?, &self.data.deviations, dimensions)
    }
}
