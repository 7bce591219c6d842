//! From features to a curve: the energies of f, and which of the four shapes they have.
//!
//! Without a bias theta1 = Var f(τZ), theta2 = (E Z f(τZ))². With s_t² = τ² + σ_b² a bias per entry has theta1 = Var f(s_t Z)
//! and theta2 = τ² (E f′(s_t Z))². Averaged over a row bias theta1 = E v(b), theta2 = E ȧ(b)²; that is the law itself only where
//! v and ȧ do not depend on b, so for affine f (Piccolo and Schröder, arXiv 2105.05115; docs/mathematics.md, 'Bias').

use std::sync::Arc;

use rug::Rational;

use super::doubt::Doubt;
use super::error::TheoryError;
use super::work::Work;
use super::zero::{is_zero, real, sign};
use crate::activation::Function;
use crate::gaussian::{Biased, Data, Exact, Linearity, Moment, Quantity};
use crate::model::{Bias, Energies, Features};
use crate::number::{Ball, Real};
use crate::spectrum::{Parameters, Shape};
use crate::spikes::Expansion;

/// Bits at which a moment is known to be finite.
const FEW_BITS: u32 = 64;

/// The energies of features whose law lies on the curve.
pub struct CurveData {
    /// theta1.
    pub theta1: Real,
    /// theta2.
    pub theta2: Real,
    /// (E f)², the coefficient of n1 in the outlier that the mean makes; none when the mean is zero.
    pub mean_square: Option<Real>,
    /// The parameters of the law.
    pub parameters: Parameters,
    /// theta2 with its exact form.
    pub(super) linear: Quantity,
    expansion: Coefficients,
    activation: Option<Activation>,
}

/// What the energies come from: f, τ², σ_b², and how the bias is shared when there is one.
type Activation = (Function, [Function; 2], Option<Bias>);

/// Where H_k = E f(τZ) He_k(Z), k = 0 … 3, come from.
enum Coefficients {
    /// They are not known.
    Unknown,
    /// f is affine: a mean and a linear part, and nothing else.
    Affine,
    /// The data of f, asked when needed.
    Data(Arc<Data>),
    /// The data of f at a larger scale; H_k is smaller by this factor to the power k.
    Shrunk(Box<Biased>, Ball),
}

/// An error unless the variance of the activation is finite; nothing else is computed.
///
/// # Errors
/// [`TheoryError::Divergent`], or an activation without Gaussian data.
pub fn admit(work: &Work, model: &Features) -> Result<(), TheoryError> {
    let Energies::Activation(f) = &model.energies else { return Ok(()) };
    if model.has_bias() {
        biased(work, model, f)?;
        return Ok(());
    }
    match work.gaussian(f, &model.tau())?.second_moment(FEW_BITS, work.job)? {
        Moment::Finite(_) => Ok(()),
        Moment::Infinite => Err(infinite_variance(f)),
    }
}

/// τ² and σ_b² of features with a bias.
pub fn variances(model: &Features) -> [Function; 2] {
    [model.tau().powi(2), model.sigma_b.powi(2)]
}

fn biased(work: &Work, model: &Features, f: &Function) -> Result<Biased, TheoryError> {
    let [tau2, s2] = variances(model);
    Ok(Biased::new(f, &tau2, &s2, work.job)?)
}

impl CurveData {
    /// The energies of features; none when their law is not algebraic: a bias per row or per column, unless f is affine.
    ///
    /// # Errors
    /// An activation without finite energies, or energies whose order is not decided.
    pub fn new(work: &Work, model: &Features) -> Result<Option<Self>, TheoryError> {
        let f = match &model.energies {
            Energies::Given { theta1, theta2 } => return given(work, model, theta1, theta2).map(Some),
            Energies::Activation(f) if !model.has_bias() => return of_activation(work, model, f).map(Some),
            Energies::Activation(f) => f,
        };
        let biased = biased(work, model, f)?;
        let linearity = biased.linearity(work.job)?;
        let affine = matches!(linearity, Linearity::Affine | Linearity::Constant);
        match model.bias {
            Bias::Entry => entry(work, model, biased, linearity).map(Some),
            Bias::Row | Bias::Column if !affine => Ok(None),
            Bias::Row | Bias::Column => averaged(work, model, &biased, linearity).map(Some),
            Bias::Averaged => {
                if !affine {
                    work.doubt(Doubt::AveragedBias);
                }
                averaged(work, model, &biased, linearity).map(Some)
            }
        }
    }

    /// Those of an activation with mean 0 and variance 1 whose linear part has this energy b², exact where it is rational; none for 0.
    pub(super) fn normalised([phi, psi]: [Rational; 2], share: Option<(&Ball, Option<&Rational>)>, bits: u32) -> Self {
        let one = Rational::from(1);
        let exact = share.map_or(Some(Rational::new()), |(_, exact)| exact.cloned());
        let shape = match (share, &exact) {
            (None, _) => Shape::Isotropic,
            (_, Some(share)) if *share == 1 => Shape::Linear,
            _ => Shape::General,
        };
        let ball = share.map_or_else(|| Ball::zero(bits), |(ball, _)| ball.clone());
        let theta2 = exact.clone().map_or_else(|| Real::from(ball.clone()), Real::Rational);
        let linear = Quantity { ball: ball.clone(), exact: exact.clone().map(Exact::from) };
        let parameters = Parameters {
            phi,
            psi,
            theta1: Ball::rational(&one, bits),
            theta2: ball,
            shape,
            exact: exact.map(|share| (one.clone(), share)),
        };
        let (expansion, activation) = (Coefficients::Unknown, None);
        Self { theta1: Real::Rational(one), theta2, mean_square: None, parameters, linear, expansion, activation }
    }

    /// Whether both come from the same activation under the same pre-activations.
    pub(super) fn has_source_of(&self, other: &Self) -> bool {
        self.activation.is_some() && self.activation == other.activation
    }

    /// H_0 … H_3, with zeros where they are zero; none when they are not known.
    ///
    /// # Errors
    /// A coefficient that is not decided.
    pub fn expansion(&self, work: &Work) -> Result<Option<Expansion>, TheoryError> {
        let (moments, shrink) = match &self.expansion {
            Coefficients::Unknown => return Ok(None),
            Coefficients::Affine => {
                let zero = || Ball::zero(work.bits);
                let mean =
                    self.mean_square.as_ref().and_then(|square| square.ball(work.bits)).map_or_else(zero, |ball| ball.sqrt());
                return Ok(Some(Expansion([mean, self.parameters.theta2.sqrt(), zero(), zero()])));
            }
            Coefficients::Data(data) => (data.hermite(3, work.bits, work.job)?, None),
            Coefficients::Shrunk(biased, factor) => (biased.data().hermite(3, work.bits, work.job)?, Some(factor)),
        };
        let mut found = [0, 1, 2, 3].map(|_| Ball::zero(work.bits));
        for (k, name) in ["the mean of f", "E Z f", "E f''", "E f'''"].into_iter().enumerate() {
            let absent = match k {
                0 => self.mean_square.is_none(),
                1 => self.parameters.theta2.is_exact_zero(),
                _ => is_zero(work, &moments[k], name)?,
            };
            if !absent {
                found[k] = moments[k].ball.clone();
            }
        }
        if let Some(factor) = shrink {
            (1u32..).zip(&mut found[1..]).for_each(|(k, moment)| *moment = &*moment * &factor.power(k));
        }
        Ok(Some(Expansion(found)))
    }
}

fn given(work: &Work, model: &Features, theta1: &Function, theta2: &Function) -> Result<CurveData, TheoryError> {
    let typed = |f: &Function| match f.as_rational() {
        Some(value) => Real::Rational(value.clone()),
        None => Real::Proved(work.enclosure(f), f.is_closed().then(|| f.to_string())),
    };
    let parameters = Parameters {
        phi: model.phi.clone(),
        psi: model.psi.clone(),
        theta1: work.enclosure(theta1),
        theta2: work.enclosure(theta2),
        shape: given_shape(work, theta1, theta2)?,
        exact: theta1.as_rational().cloned().zip(theta2.as_rational().cloned()),
    };
    let linear = Quantity { ball: parameters.theta2.clone(), exact: theta2.as_rational().cloned().map(Exact::from) };
    let (theta1, theta2) = (typed(theta1), typed(theta2));
    Ok(CurveData { theta1, theta2, mean_square: None, parameters, linear, expansion: Coefficients::Unknown, activation: None })
}

/// Decided on the expressions where they settle it, by separated balls otherwise.
fn given_shape(work: &Work, theta1: &Function, theta2: &Function) -> Result<Shape, TheoryError> {
    if sign(work, theta1)?.is_eq() {
        return Ok(Shape::Null);
    }
    if sign(work, theta2)?.is_eq() {
        return Ok(Shape::Isotropic);
    }
    if theta1 == theta2 || sign(work, &(theta1.clone() - theta2.clone()))?.is_eq() {
        return Ok(Shape::Linear);
    }
    Ok(Shape::General)
}

fn of_activation(work: &Work, model: &Features, f: &Function) -> Result<CurveData, TheoryError> {
    let data = work.gaussian(f, &model.tau())?;
    let moments = data.moments(work.bits, work.job)?;
    let Moment::Finite(theta1) = moments.variance.clone()? else { return Err(infinite_variance(f)) };
    let mean_square = squared_mean(work, &moments.mean)?;
    let linearity = data.linearity(work.job)?;
    assemble(work, model, [theta1, moments.theta2.clone()], mean_square, linearity, Coefficients::Data(data))
}

fn entry(work: &Work, model: &Features, biased: Biased, linearity: Linearity) -> Result<CurveData, TheoryError> {
    let moments = biased.data().moments(work.bits, work.job)?;
    let Moment::Finite(theta1) = moments.variance.clone()? else { return Err(infinite_variance(biased.function())) };
    let share = biased.share();
    let theta2 = moments.theta2.times(&share);
    let mean_square = squared_mean(work, &moments.mean)?;
    // the noise of the bias is not linear in W X
    let linearity = if linearity == Linearity::Affine { Linearity::Mixed } else { linearity };
    // given W and X an entry has the mean F(g) = E_b f(g + b), and H_k(F) = (τ/s_t)ᵏ H_k(f) at the scale s_t
    let shrink = work.enclosure(&share).sqrt();
    assemble(work, model, [theta1, theta2], mean_square, linearity, Coefficients::Shrunk(Box::new(biased), shrink))
}

fn averaged(work: &Work, model: &Features, biased: &Biased, linearity: Linearity) -> Result<CurveData, TheoryError> {
    let theta1 = biased.variance(work.bits, work.job)?;
    let theta2 = if linearity == Linearity::Affine { theta1.clone() } else { biased.slope_square(work.bits, work.job)? };
    let mean_square = biased.mean_square(work.bits, work.job)?;
    let mean_square = (!is_zero(work, &mean_square, "the mean of f given the bias")?).then_some(mean_square);
    let affine = matches!(linearity, Linearity::Affine | Linearity::Constant);
    let expansion = if affine { Coefficients::Affine } else { Coefficients::Unknown };
    // E ȧ² > 0 for every f that is not constant
    let linearity = if linearity == Linearity::NoLinearPart { Linearity::Mixed } else { linearity };
    assemble(work, model, [theta1, theta2], mean_square, linearity, expansion)
}

/// (E f)², none when it is zero.
fn squared_mean(work: &Work, mean: &Quantity) -> Result<Option<Quantity>, TheoryError> {
    Ok((!is_zero(work, mean, "the mean of f")?).then(|| mean.square()))
}

fn assemble(
    work: &Work,
    model: &Features,
    [theta1, theta2]: [Quantity; 2],
    mean_square: Option<Quantity>,
    linearity: Linearity,
    expansion: Coefficients,
) -> Result<CurveData, TheoryError> {
    let shape = match linearity {
        Linearity::Constant => Shape::Null,
        Linearity::NoLinearPart => Shape::Isotropic,
        Linearity::Affine => Shape::Linear,
        Linearity::Mixed if is_zero(work, &theta2, "theta2")? => Shape::Isotropic,
        Linearity::Mixed => Shape::General,
    };
    let rational = |quantity: &Quantity| quantity.exact.as_ref().and_then(Exact::as_rational);
    let parameters = Parameters {
        phi: model.phi.clone(),
        psi: model.psi.clone(),
        theta1: theta1.ball.clone(),
        theta2: if shape == Shape::Isotropic { Ball::zero(work.bits) } else { theta2.ball.clone() },
        shape,
        exact: rational(&theta1).zip(rational(&theta2)),
    };
    if let (Some(_), Energies::Activation(f)) = (&mean_square, &model.energies) {
        let condition = match (model.has_bias(), model.bias) {
            (false, _) => "",
            (true, Bias::Entry) => " with its bias",
            (true, Bias::Row | Bias::Column | Bias::Averaged) => " given its bias",
        };
        work.doubt(Doubt::MeanSplitOff(format!("{f}{condition}")));
    }
    let mean_square = mean_square.as_ref().map(real);
    let activation = match &model.energies {
        Energies::Activation(f) => {
            let scales = [model.tau(), model.sigma_b.clone()];
            Some((f.clone(), scales, model.has_bias().then_some(model.bias)))
        }
        Energies::Given { .. } => None,
    };
    Ok(CurveData { theta1: real(&theta1), theta2: real(&theta2), mean_square, parameters, linear: theta2, expansion, activation })
}

fn infinite_variance(f: &Function) -> TheoryError {
    TheoryError::Divergent(format!("the variance of {f:#} is infinite"))
}
