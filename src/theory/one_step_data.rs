//! The Gaussian data of one gradient step: c_k = E σ He_k/k! of the centred activation and teacher, their energies, and which c_k are 0.

use rug::{Integer, Rational};

use super::conjugate_data::Number;
use super::error::TheoryError;
use super::one_step::MOST_DEGREE;
use super::work::Work;
use super::zero::is_zero;
use crate::activation::Function;
use crate::gaussian::{GaussianError, Linearity, Moment, Quantity};
use crate::model::OneStep;
use crate::number::Ball;
use crate::spectrum::{Parameters, Shape};

/// The activation.
pub(super) struct Student {
    /// c_k, none where it is 0; c_0 is taken off.
    pub coefficients: Vec<Option<Ball>>,
    /// c_1².
    pub linear: Number,
    /// E σ².
    pub energy: Number,
    /// The shape of its law.
    pub shape: Shape,
    /// Whether it has a mean that is taken off.
    pub centred: bool,
}

/// The teacher.
pub(super) struct Teacher {
    /// c_k; c_0 is taken off.
    pub coefficients: Vec<Ball>,
    /// c_1².
    pub linear: Number,
    /// E y², with the noise.
    pub energy: Number,
    /// Whether it has a mean that is taken off.
    pub centred: bool,
}

impl Student {
    /// The law of a Gram matrix of the features at these ratios, times a factor.
    pub fn parameters(&self, [phi, psi]: [&Rational; 2], scale: &Number) -> Parameters {
        let [one, two] = [self.energy.times(scale), self.linear.times(scale)];
        Parameters {
            phi: phi.clone(),
            psi: psi.clone(),
            exact: one.exact.clone().zip(two.exact.clone()),
            theta1: one.ball,
            theta2: two.ball,
            shape: self.shape,
        }
    }
}

/// k!.
pub(super) fn factorial(k: usize) -> Rational {
    Rational::from((1..=k).fold(Integer::from(1), |product, factor| product * factor as u64))
}

fn coefficients(work: &Work, f: &Function) -> Result<Vec<Option<Ball>>, TheoryError> {
    let data = work.gaussian(f, &Function::one())?;
    let found = data.hermite(MOST_DEGREE, work.bits, work.job).map_err(|error| exhausted(error, f, MOST_DEGREE))?;
    let mut list = vec![None];
    for (k, quantity) in found.iter().enumerate().skip(1) {
        let zero = is_zero(work, quantity, &format!("the Hermite coefficient c_{k}"))?;
        list.push((!zero).then(|| quantity.ball.times_rational(&factorial(k).recip())));
    }
    Ok(list)
}

/// Of the activation.
///
/// # Errors
/// One without finite variance, one that is constant, one whose derivative is not square-integrable.
pub(super) fn student(work: &Work, f: &Function) -> Result<Student, TheoryError> {
    let data = work.gaussian(f, &Function::one())?;
    let moments = data.moments(work.bits, work.job)?;
    let Moment::Finite(variance) = moments.variance.clone()? else { return Err(infinite(f)) };
    if !matches!(moments.derivative_energy.clone()?, Moment::Finite(_)) {
        return Err(TheoryError::Refused {
            message: format!("the derivative of {f} is not square-integrable, so that there is no gradient"),
            help: "smooth its jumps, for example tanh(10*x) in place of sign(x)".to_owned(),
        });
    }
    let linearity = data.linearity(work.job)?;
    if linearity == Linearity::Constant {
        return Err(TheoryError::Refused {
            message: format!("the activation {f} is constant"),
            help: "take an activation that varies".to_owned(),
        });
    }
    let centred = !is_zero(work, &moments.mean, "the mean of f")?;
    let coefficients = coefficients(work, f)?;
    let energy = Number::of(&variance);
    let (linear, shape) = match linearity {
        Linearity::Affine => (energy.clone(), Shape::Linear),
        Linearity::NoLinearPart => (Number::rational(Rational::new(), work.bits), Shape::Isotropic),
        _ if coefficients[1].is_none() => (Number::rational(Rational::new(), work.bits), Shape::Isotropic),
        _ => (Number::of(&moments.theta2), Shape::General),
    };
    Ok(Student { coefficients, linear, energy, shape, centred })
}

/// Of the teacher.
///
/// # Errors
/// One without finite variance, or one that is constant without noise.
pub(super) fn teacher(work: &Work, model: &OneStep) -> Result<Teacher, TheoryError> {
    let f = &model.teacher;
    let moments = work.gaussian(f, &Function::one())?.moments(work.bits, work.job)?;
    let Moment::Finite(variance) = moments.variance.clone()? else { return Err(infinite(f)) };
    let centred = !is_zero(work, &moments.mean, "the mean of the teacher")?;
    let noise = Number::of(&Quantity::constant(&model.noise.powi(2), work.bits));
    let energy = Number::of(&variance).plus(&noise);
    if energy.is_zero() {
        return Err(TheoryError::Refused {
            message: format!("the teacher {f} is constant, so that there is nothing to learn"),
            help: "take a teacher that varies, or noise > 0".to_owned(),
        });
    }
    let coefficients: Vec<Ball> =
        coefficients(work, f)?.into_iter().map(|c| c.unwrap_or_else(|| Ball::zero(work.bits))).collect();
    let linear = match coefficients[1].is_exact_zero() {
        true => Number::rational(Rational::new(), work.bits),
        false => Number::of(&moments.theta2),
    };
    Ok(Teacher { coefficients, linear, energy, centred })
}

/// The same error with what was looked for, where effort ran out on it.
pub(super) fn exhausted(error: GaussianError, f: &Function, most: usize) -> TheoryError {
    let GaussianError::Exhausted { millions, .. } = error else { return error.into() };
    TheoryError::Effort {
        message: format!(
            "which of the coefficients c_1, …, c_{most} of {f} are 0, and with them which powers a step makes visible, was not settled \
             within {millions} million steps of work: f varies so fast that they are nearly 0"
        ),
        help: Some("smooth or rescale the function: hermite(f) shows what its coefficients are"),
    }
}

fn infinite(f: &Function) -> TheoryError {
    TheoryError::Divergent(format!("the variance of {f} is infinite"))
}
