//! The errors of ridge regression on F_0 with powers of z as free regressors, for the samples of one draw.
//!
//! Labels and powers of z scatter, with heavy tails, while (F_0 F_0ᵀ + ridge n)⁻¹ = Q is rigid. For vectors u and v that are functions
//! of z, of z_* = β_*·x and of the noise alone, with P the projection on the span of z and z_*,
//!
//! uᵀ Q v → m₂ ⟨P u, P v⟩ + m₁ ⟨(1 − P) u, (1 − P) v⟩,   ⟨u, v⟩ = (1/n) Σ u_i v_i,
//!
//! so that a draw needs no more than its Gram matrix of 1, z, z², z³, z_* and y. The coefficients b of the free powers Z minimise rᵀ Q r,
//! r = y − Z b; penalised loss and training error are ridge rᵀ Q r and −ridge² rᵀ Q′ r. The residuals of the fit are ridge n Q r, those
//! left out one by one are larger by 1/(ridge m₁): a share 1 − m₂/m₁ of P r is found, and the test error is
//!
//! E (y − Z b − (1 − m₂/m₁) P r)² − |P r|² (m₂′/m₁² + (m₂/m₁)²) − |(1 − P) r|² (m₁′/m₁² + 1),
//!
//! the expectation over fresh samples. At the expected Gram matrices this is −S′/m₁² of [`growing`](crate::learning::growing).

use super::one_step::OneStepAnswers;
use crate::learning::{Baseline, moment};
use crate::number::{Ball, Jet};
use faer::linalg::solvers::Solve;
use faer::{Col, Mat};

/// Powers of z that may be free, from 0; after them z_* and the labels.
pub(super) const POWERS: usize = 4;
const TEACHER: usize = POWERS;
/// The place of the labels.
pub(super) const LABELS: usize = POWERS + 1;
const SIZE: usize = POWERS + 2;

type Gram = [[f64; SIZE]; SIZE];

/// Gram matrices of 1, z, z², z³, z_* and y over the samples of the fit, and over fresh ones with labels without noise.
pub(super) struct Given {
    pub fit: Gram,
    fresh: Gram,
}

/// m₁, m₂ and their derivatives in the ridge, the ridge, and the variance of the noise.
#[derive(Clone)]
pub(super) struct Rigid {
    m1: [f64; 2],
    m2: [f64; 2],
    ridge: f64,
    noise: f64,
}

impl Rigid {
    pub fn new(answers: &OneStepAnswers) -> Self {
        let Baseline { m1, m2, .. } = &answers.base;
        let part = |jet: &Jet<Ball>| [jet.value.to_f64(), jet.slope.to_f64()];
        let ridge = answers.work.enclosure(&answers.model.ridge).to_f64();
        Self { m1: part(m1), m2: part(m2), ridge, noise: answers.work.enclosure(&answers.model.noise).to_f64().powi(2) }
    }
}

/// c_1, c_2, … of the teacher, and E y² without the noise.
#[derive(Clone)]
pub(super) struct Expected {
    coefficients: Vec<f64>,
    energy: f64,
    noise: f64,
}

impl Expected {
    pub fn new(answers: &OneStepAnswers) -> Self {
        let noise = answers.work.enclosure(&answers.model.noise).to_f64().powi(2);
        let coefficients = answers.teacher.iter().map(Ball::to_f64).collect();
        Self { coefficients, energy: answers.energy.to_f64() - noise, noise }
    }

    /// E zᵏ y at this cosine of z and z_*.
    pub fn labels(&self, k: usize, rho: f64) -> f64 {
        let falling = |j: usize| (k - j + 1..=k).map(|factor| factor as f64).product::<f64>();
        (1..=k).map(|j| self.coefficients[j] * rho.powi(j as i32) * falling(j) * moment(k - j)).sum()
    }

    /// The expected matrices.
    pub fn at(&self, rho: f64) -> Given {
        let entry = |j: usize, k: usize| match (j.min(k), j.max(k)) {
            (j, k) if k < POWERS => moment(j + k),
            (j, TEACHER) if j < POWERS => rho * moment(j + 1),
            (TEACHER, TEACHER) => 1.0,
            (TEACHER, _) => self.coefficients[1],
            (LABELS, _) => self.energy,
            (j, _) => self.labels(j, rho),
        };
        let fresh: Gram = std::array::from_fn(|j| std::array::from_fn(|k| entry(j, k)));
        let mut fit = fresh;
        fit[LABELS][LABELS] += self.noise;
        Given { fit, fresh }
    }
}

impl Given {
    /// Those of a draw, read through its scalars.
    pub fn on(scalar: impl Fn(&str) -> f64) -> Self {
        let read = |name: &str| -> Gram {
            std::array::from_fn(|j| std::array::from_fn(|k| scalar(&format!("{name}[{}][{}]", j.min(k), j.max(k)))))
        };
        Self { fit: read("fit"), fresh: read("fresh") }
    }

    /// Penalised loss, its first term and test error with these powers of z free.
    pub fn errors(&self, rigid: &Rigid, powers: &[usize]) -> [f64; 3] {
        let Rigid { m1, m2, ridge, noise } = rigid;
        let on_span = self.on_span();
        let carried = |j: usize, k: usize| (m2[0] - m1[0]) * on_span(j, k) + m1[0] * self.fit[j][k];
        let mut residual = [0.0; SIZE];
        residual[LABELS] = 1.0;
        if !powers.is_empty() {
            let matrix = Mat::from_fn(powers.len(), powers.len(), |j, k| carried(powers[j], powers[k]));
            let free = matrix.partial_piv_lu().solve(Col::from_fn(powers.len(), |j| carried(powers[j], LABELS)));
            powers.iter().zip(free.iter()).for_each(|(power, b)| residual[*power] -= b);
        }
        let sum = |of: &dyn Fn(usize, usize) -> f64, vector: &[f64; SIZE]| -> f64 {
            (0..SIZE).flat_map(|j| (0..SIZE).map(move |k| (j, k))).map(|(j, k)| vector[j] * vector[k] * of(j, k)).sum()
        };
        let linear = sum(&on_span, &residual);
        let rest = sum(&|j, k| self.fit[j][k], &residual) - linear;
        let found = self.projected(&residual);
        let mut missed = residual;
        [1, TEACHER].into_iter().zip(found).for_each(|(place, part)| missed[place] -= (1.0 - m2[0] / m1[0]) * part);
        let of_linear = -m2[1] / m1[0].powi(2) - (m2[0] / m1[0]).powi(2);
        let of_rest = -m1[1] / m1[0].powi(2) - 1.0;
        let test = sum(&|j, k| self.fresh[j][k], &missed) + noise + linear * of_linear + rest * of_rest;
        [ridge * (m2[0] * linear + m1[0] * rest), -ridge * ridge * (m2[1] * linear + m1[1] * rest), test]
    }

    /// ⟨P u, P v⟩ of the vectors with these places.
    fn on_span(&self) -> impl Fn(usize, usize) -> f64 {
        let along: [[f64; 2]; SIZE] =
            std::array::from_fn(|place| self.coordinates([self.fit[1][place], self.fit[TEACHER][place]]));
        let fit = self.fit;
        move |j, k| along[j][0] * fit[1][k] + along[j][1] * fit[TEACHER][k]
    }

    /// The coefficients of z and z_* in P r.
    fn projected(&self, residual: &[f64; SIZE]) -> [f64; 2] {
        let product = |row: usize| (0..SIZE).map(|place| self.fit[row][place] * residual[place]).sum();
        self.coordinates([product(1), product(TEACHER)])
    }

    /// From the products with z and z_* to the coefficients of both.
    fn coordinates(&self, [with_z, with_teacher]: [f64; 2]) -> [f64; 2] {
        let [a, b, c] = [self.fit[1][1], self.fit[1][TEACHER], self.fit[TEACHER][TEACHER]];
        let determinant = a * c - b * b;
        [(c * with_z - b * with_teacher) / determinant, (a * with_teacher - b * with_z) / determinant]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Function;
    use crate::activation::lower::read;
    use crate::model::{OneStep, Residual};
    use crate::number::Job;
    use crate::theory::one_step_prediction::free_powers;
    use crate::theory::{Cache, Doubts, Work};
    use rug::Rational;

    /// At the expected matrices these are the errors of each degree, which [`growing`](crate::learning::growing) finds from S and S′.
    #[test]
    fn expected_samples_give_the_limits() {
        let (job, data, doubts) = (Job::unwatched(), Cache::default(), Doubts::default());
        let work = Work { bits: 128, digits: 15, job: &job, data: &data, doubts: &doubts };
        let f = |text: &str| read(text).expect("a function");
        for (activation, teacher) in [("max(x, 0)", "max(x, 0)"), ("tanh(x)", "x + (x^3 - 3*x)/3"), ("x + x^2 + x^3", "x^2 - x")]
        {
            for (intercept, noise) in [(false, (3, 10)), (true, (0, 1))] {
                let model = OneStep {
                    activation: f(activation),
                    teacher: f(teacher),
                    phi: Rational::from((3, 5)),
                    psi: Rational::from((1, 2)),
                    phi_gradient: Rational::from((1, 3)),
                    ridge: f("1/10"),
                    noise: Function::rational(noise),
                    residual: Residual::Full,
                    intercept,
                };
                let answers = OneStepAnswers::new(model, work).expect("answers");
                let given = Expected::new(&answers).at(answers.rho.to_f64());
                for degree in 0..POWERS {
                    let found = given.errors(&Rigid::new(&answers), &free_powers(&answers, degree));
                    let known = answers.of_degree(degree).errors.map(|error| error.to_f64());
                    for (found, known) in found.into_iter().zip(known) {
                        assert!((found - known).abs() < 1e-11 * known, "{activation} {teacher} {degree}: {found} {known}");
                    }
                }
            }
        }
    }
}
