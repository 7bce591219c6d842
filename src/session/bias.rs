//! Features with a bias whose law still lies on the curve: a bias per entry, averaged coefficients, and affine activations.
//!
//! With s_t² = τ² + σ_b²: a bias per entry has theta1 = Var f(s_t Z) and theta2 = τ² (E f′(s_t Z))². Averaged over a row bias
//! theta1 = E v(b), theta2 = E ȧ(b)²; that is the law itself only where v and ȧ do not depend on b, so for affine f.

use rug::Rational;

use super::call::Call;
use super::failure::Failure;
use super::gaussian_data;
use super::law::{self, Energy, Source};
use super::value::Value;
use super::warning::Warning;
use crate::activation::Function;
use crate::gaussian::closed::Exact;
use crate::gaussian::{Biased, GaussianError, Linearity, Moment, Quantity};
use crate::model::{Bias, Energies, Features};
use crate::number::Ball;
use crate::spectrum::{Parameters, Shape};

/// The energies of features with a bias.
///
/// # Errors
/// A bias per row or per column, unless f is affine: that law is not algebraic. An activation without the data.
pub fn energy(call: &Call, model: &Features, f: &Function) -> Result<Energy, Failure> {
    let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
    let job = call.evaluation.context.job;
    let (tau2, s2) = (model.tau().square(), model.sigma_b.clone().square());
    let biased = Biased::new(f, &tau2, &s2, job).map_err(wrong)?;
    let linearity = biased.linearity(job).map_err(wrong)?;
    let affine = matches!(linearity, Linearity::Affine | Linearity::Constant);
    match model.bias {
        Bias::Entry => entry(call, model, &biased, linearity),
        Bias::Row | Bias::Column if !affine => Err(not_algebraic(call)),
        Bias::Row | Bias::Column => averaged(call, model, &biased, linearity),
        Bias::Averaged => {
            if !affine {
                call.evaluation.warn(Warning::AveragedBias);
            }
            averaged(call, model, &biased, linearity)
        }
    }
}

fn not_algebraic(call: &Call) -> Failure {
    let message = format!("{} does not answer here: the law with a bias per row or per column is not algebraic", call.query.name);
    Failure::wrong("wrong_argument", call.place("m"), message)
        .with_help("spectrum, edges, atom, moments, density, cdf, quantile, stieltjes, isospectrality, compare and check answer; bias = \"averaged\" gives an equation for comparison")
}

fn entry(call: &Call, model: &Features, biased: &Biased, linearity: Linearity) -> Result<Energy, Failure> {
    let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
    let (bits, job) = (call.bits(), call.evaluation.context.job);
    let moments = biased.data().moments(bits, job).map_err(wrong)?;
    let Moment::Finite(theta1) = moments.variance else {
        return Err(Failure::wrong("divergent", call.place("m"), "the variance of the activation is infinite"));
    };
    let share: Rational = 1 - biased.correlation();
    let theta2 = moments.theta2.times_rational(&share);
    let mean_square = moments.mean.square();
    let mut energy = assemble(call, model, [theta1, theta2, mean_square], linearity)?;
    // given W and X an entry has the mean F(g) = E_b f(g + b), and H_k(F) = (τ/s_t)ᵏ H_k(f) at the scale s_t
    let shrink = Ball::rational(&share, bits).sqrt();
    let powers = [0, 1, 2, 3].map(|k| shrink.power(k));
    let mut expansion = law::hermite(call, biased.data())?;
    expansion.iter_mut().zip(&powers).for_each(|(moment, power)| *moment = &*moment * power);
    energy.source = Some(Source::Known(expansion));
    Ok(energy)
}

fn averaged(call: &Call, model: &Features, biased: &Biased, linearity: Linearity) -> Result<Energy, Failure> {
    let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
    let (bits, job) = (call.bits(), call.evaluation.context.job);
    let theta1 = biased.variance(bits, job).map_err(wrong)?;
    let theta2 = biased.slope_square(bits, job).map_err(wrong)?;
    let mean_square = biased.mean_square(bits, job).map_err(wrong)?;
    // E ȧ² > 0 for every f that is not constant
    let linearity = match linearity {
        Linearity::NoLinearPart => Linearity::Mixed,
        Linearity::Affine => return assemble_as(call, model, [theta1.clone(), theta1, mean_square], Shape::Linear),
        other => other,
    };
    assemble(call, model, [theta1, theta2, mean_square], linearity)
}

fn assemble(call: &Call, model: &Features, data: [Quantity; 3], linearity: Linearity) -> Result<Energy, Failure> {
    let shape = match linearity {
        Linearity::Constant => Shape::Null,
        Linearity::NoLinearPart => Shape::Isotropic,
        Linearity::Affine | Linearity::Mixed if data[1].ball.contains_zero() => {
            call.count_as_zero("whether theta2 is zero")?;
            Shape::Isotropic
        }
        Linearity::Affine | Linearity::Mixed => Shape::General,
    };
    assemble_as(call, model, data, shape)
}

fn assemble_as(call: &Call, model: &Features, data: [Quantity; 3], shape: Shape) -> Result<Energy, Failure> {
    let [theta1, theta2, mean_square] = data;
    let rational = |quantity: &Quantity| quantity.exact.as_ref().and_then(Exact::as_rational);
    let parameters = Parameters {
        phi: model.phi.clone(),
        psi: model.psi.clone(),
        theta1: theta1.ball.clone(),
        theta2: if shape == Shape::Isotropic { Ball::zero(call.bits()) } else { theta2.ball.clone() },
        shape,
        exact: rational(&theta1).zip(rational(&theta2)),
    };
    let has_mean = !mean_square.ball.is_exact_zero();
    if let (true, Energies::Activation(f)) = (has_mean, &model.energies) {
        call.evaluation.warn(Warning::MeanSplitOff(f.to_string()));
    }
    Ok(Energy {
        theta1: gaussian_data::number(&theta1),
        theta2: gaussian_data::number(&theta2),
        mean_outlier: if has_mean { gaussian_data::number(&mean_square) } else { Value::number(0) },
        mean_square: has_mean.then(|| mean_square.ball.clone()),
        source: None,
        parameters,
    })
}
