//! What the neural feature ansatz needs of its activation and its labels: b₀ = E f′, b₁ = E f″ and b_*² = E f′² − b₀² − b₁², the
//! moments of the residuals, and E y z along the directions of the teacher.

use rug::Rational;

use super::averages::Averages;
use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::error::TheoryError;
use super::given::Given;
use super::work::Work;
use super::zero::is_zero;
use crate::activation::{Function, Several};
use crate::gaussian::{Linearity, Moment, Quantity};
use crate::model::{Ansatz, Labels, Population, Readout, Slopes};
use crate::number::{Ball, Real, Ring};
use crate::spectrum::{Law, LayeredLaw};

/// The derivative of the activation on Gaussian pre-activations.
pub(super) struct Derivative {
    /// b₀, none where it is 0.
    pub mean: Option<Number>,
    /// b₁², none where b₁ is 0.
    pub slope: Option<Number>,
    /// b_*².
    pub rest: Number,
    /// E f′².
    pub energy: Number,
    /// Var f; none where the activation is not known.
    pub variance: Option<Number>,
}

/// The residuals.
pub(super) struct Residuals {
    /// E r, …, E r⁴.
    pub moments: [Number; 4],
    /// E y z_i of the independent directions z_i of the teacher; empty where the labels are independent of x.
    pub linear: Vec<Number>,
}

impl Ring for Number {
    fn rational(&self, value: &Rational) -> Self {
        Self::rational(value.clone(), self.ball.bits())
    }
    fn plus(&self, other: &Self) -> Self {
        Self::plus(self, other)
    }
    fn minus(&self, other: &Self) -> Self {
        Self::minus(self, other)
    }
    fn times(&self, other: &Self) -> Self {
        Self::times(self, other)
    }
    fn inverse(&self) -> Self {
        match self.exact.as_ref().filter(|exact| !exact.is_zero()) {
            Some(exact) => Self::rational(exact.clone().recip(), self.ball.bits()),
            None => Self { ball: self.ball.inverse(), exact: None },
        }
    }
}

/// Of the activation.
///
/// # Errors
/// One that is constant, or whose derivative is not square-integrable.
pub(super) fn derivative(work: &Work, model: &Ansatz) -> Result<Derivative, TheoryError> {
    let f = match &model.slopes {
        Slopes::Activation(f) => f,
        Slopes::Given { b1_squared, rest } => {
            let [slope, rest] = [b1_squared, rest].map(|value| Number::constant(work, value));
            let energy = slope.plus(&rest);
            let slope = (!slope.is_zero()).then_some(slope);
            return Ok(Derivative { mean: None, slope, rest, energy, variance: None });
        }
    };
    let data = work.gaussian(f, &Function::one())?;
    let found = data.moments(work.bits, work.job)?;
    let Moment::Finite(energy) = found.derivative_energy.clone()? else {
        return Err(TheoryError::Refused {
            message: format!("the derivative of {f} is not square-integrable, so that there is no gradient"),
            help: "smooth its jumps and its roots, for example tanh(10*x) in place of sign(x), sqrt(abs(x) + 1/10) in place of sqrt(abs(x))".to_owned(),
        });
    };
    if data.linearity(work.job)? == Linearity::Constant {
        return Err(TheoryError::Refused {
            message: format!("the activation {f} is constant, so that there is no gradient"),
            help: "take an activation that varies".to_owned(),
        });
    }
    if model.has_initial_output() && !is_zero(work, &found.mean, "the mean of f")? {
        work.doubt(Doubt::StepCentred(vec![format!("f = {f}")]));
    }
    let some =
        |quantity: &Quantity, what: &str| Ok::<_, TheoryError>((!is_zero(work, quantity, what)?).then(|| quantity.clone()));
    let mean = some(&found.slope, "E f'")?;
    let slope = some(&found.curvature, "E f''")?.map(|quantity| quantity.square());
    // differences of exact forms vanish exactly
    let taken = [mean.as_ref().map(Quantity::square), slope.clone()];
    let rest = taken.iter().flatten().fold(energy.clone(), |rest, part| rest.minus(part));
    let Moment::Finite(variance) = found.variance.clone()? else {
        return Err(TheoryError::Divergent(format!("the variance of {f} is infinite")));
    };
    Ok(Derivative {
        mean: mean.as_ref().map(Number::of),
        slope: slope.as_ref().map(Number::of),
        rest: Number::of(&rest),
        energy: Number::of(&energy),
        variance: Some(Number::of(&variance)),
    })
}

/// Of the residuals, y or y − f_0: f_0 is an independent Gaussian label of variance E a² Var f.
///
/// # Errors
/// A teacher without four moments, or one that is 0.
pub(super) fn residuals(work: &Work, model: &Ansatz, derivative: &Derivative) -> Result<Residuals, TheoryError> {
    let mut found = labels(work, &model.labels)?;
    if model.has_initial_output() {
        let Some(variance) = &derivative.variance else {
            return Err(TheoryError::Refused {
                message: "the output of the network at the start depends on Var f, which b1_squared and rest do not give"
                    .to_owned(),
                help: "give the activation f, or take initial_output = \"none\"".to_owned(),
            });
        };
        found.moments = with_noise(&found.moments, &variance.times(&readout(&model.readout, work.bits)[0]));
    }
    Ok(found)
}

/// The moments of y + s Z with s² = `variance`.
fn with_noise([first, second, third, fourth]: &[Number; 4], variance: &Number) -> [Number; 4] {
    let times = |number: &Number, factor: u32| number.times(&number.integer(i64::from(factor)));
    [
        first.clone(),
        second.plus(variance),
        third.plus(&times(&first.times(variance), 3)),
        fourth.plus(&times(&second.times(variance), 6)).plus(&times(&variance.times(variance), 3)),
    ]
}

fn labels(work: &Work, labels: &Labels) -> Result<Residuals, TheoryError> {
    let independent = |values: [i64; 4]| Residuals { moments: integers(values, work.bits), linear: Vec::new() };
    Ok(match labels {
        Labels::Gaussian => independent([0, 1, 0, 3]),
        Labels::Signs => independent([0, 1, 0, 1]),
        Labels::Constant => independent([1, 1, 1, 1]),
        Labels::Moments(values) => Residuals { moments: rationals(values, work.bits), linear: Vec::new() },
        Labels::Teacher(teacher) => of_teacher(work, &Several::of_direction(1, teacher.clone()), teacher.is_constant())?,
        Labels::Several(teacher) => of_teacher(work, teacher, false)?,
    })
}

fn of_teacher(work: &Work, teacher: &Several, constant: bool) -> Result<Residuals, TheoryError> {
    let mut averages = Averages::new(*work);
    let moments = averages.moments(teacher)?;
    if moments[1].is_zero() {
        return Err(TheoryError::Refused {
            message: "all labels are 0, so that there is no gradient".to_owned(),
            help: "take a teacher that does not vanish".to_owned(),
        });
    }
    let directions = if constant { Vec::new() } else { teacher.directions() };
    let linear = directions.into_iter().map(|direction| averages.along(teacher, direction)).collect::<Result<_, _>>()?;
    Ok(Residuals { moments, linear })
}

fn integers(values: [i64; 4], bits: u32) -> [Number; 4] {
    values.map(|value| Number::rational(Rational::from(value), bits))
}

fn rationals<const N: usize>(values: &[Rational; N], bits: u32) -> [Number; N] {
    values.each_ref().map(|value| Number::rational(value.clone(), bits))
}

/// E a², …, E a⁸.
pub(super) fn readout(readout: &Readout, bits: u32) -> [Number; 4] {
    match readout {
        Readout::Signs => integers([1, 1, 1, 1], bits),
        Readout::Gaussian => integers([1, 3, 15, 105], bits),
        Readout::Moments(moments) => rationals(moments, bits),
    }
}

/// tr Σ/d, …, tr Σ⁶/d.
pub(super) fn spread(work: &Work, population: &Population) -> Result<[Number; 6], TheoryError> {
    let bits = work.bits;
    let law = LayeredLaw::new(Given::new(work, population, None)?.stack, bits);
    let found = law.moments(6)?;
    let number = |real: &Real| match real {
        Real::Rational(value) => Number::rational(value.clone(), bits),
        real => Number { ball: real.ball(bits).unwrap_or_else(|| Ball::unknown(bits)), exact: None },
    };
    Ok(std::array::from_fn(|index| number(&found[index])))
}
