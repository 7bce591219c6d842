//! What the draws of one step change of the mean of its errors and outliers at order 1/n, beside what the theory neglects of the bulk
//! ([`one_step_neglected`](super::one_step_neglected)); all of it is large where the labels are heavy (docs/mathematics.md, 'One step at finite size').
//!
//! * |β|² and ρ scatter. With n_g samples behind β, b = β·β_* has the mean a_1 and |β|² − b² the mean B, with the variances
//!   (E r² z_*² − a_1²)/n_g, phi_g² Var r²/n_g + 2 phi_g (E r²)²/n_g and the covariance phi_g (E r³ z_* − a_1 E r²)/n_g; |a|², which the strength
//!   has as it has |β|², has the relative variance 2/N. Second differences over one deviation each way are the change of the mean.
//!   E |β|² itself is off by (E y² (z_*² − 1) − a_1²)/n_g. The residual y − f_0 adds a Gaussian f_0 of variance E σ² and −c₁ W_0ᵀa to β.
//! * F_0 learns the part of degree k ≥ 2 of the labels, noise to the theory, with the strength k! c_k² N/C(d + k − 1, k); and 1/d of the energy
//!   of degree 2, which lies along |x|² − d, with 4 c_2² N/d. After the step neurons have k c_k (t z q)^(k−1) w·x too: z^(k−1) x_v in d directions
//!   v, with the strength k² c_k² t^(2k−2) (E g^(2k−2))² N/d, k times that along z, and a share of at most k ρ^(2k−2) of the labels' part of degree k.
//! * A row of F of larger |x|² has a smaller residual: labels that are larger there count less, by
//!   (1 − ridge m₁) ℓ (E y² (z_*² − 1) − 2 a_1²)/(d E y²), ℓ = d ln E σ²/d ln |x|²; 2 a_1² is what linear labels have, as all of F_0 does.
//! * The coefficients of what the step adds are fitted to samples ([`FiniteStep::sampled`]).

use super::finite_size;
use super::one_step::OneStepAnswers;
use crate::learning::{FiniteStep, moment};
use crate::model::Residual;

/// E y² h_k is known up to this k.
const ORDER: usize = 40;
/// The degrees of the labels that are looked at.
const DEGREES: usize = 12;

/// The moments of draws at a finite size.
pub(super) struct Draws {
    /// On either side of their means, |β|² and ρ, for each direction in which they scatter.
    scattered: Vec<[[f64; 2]; 2]>,
    /// The same with the bias of |β|².
    biased: [f64; 2],
    /// E y² h_k.
    squares: Vec<f64>,
    /// The change of the residuals by rows.
    rows: f64,
    /// The energies of parts of the labels, and the strengths at which F_0 has them.
    parts: Vec<[f64; 2]>,
}

/// What the residual r is made of.
struct Residuals {
    /// a_1.
    linear: f64,
    /// E r², E r² z_*², E r³ z_* and E r⁴.
    moments: [f64; 4],
    /// c₁² where −c₁ W_0ᵀa is in β, else 0.
    own: f64,
}

impl Draws {
    pub fn new(answers: &OneStepAnswers, step: &FiniteStep, series: f64) -> Self {
        let model = &answers.model;
        let noise = answers.work.enclosure(&model.noise).to_f64().powi(2);
        let ([cubic, fourth], mut squares) = finite_size::of_labels(&model.teacher, ORDER);
        let clean = squares[0];
        squares[0] += noise;
        let (linear, along) = (answers.teacher[1].to_f64(), squares[0] + 2.0_f64.sqrt() * squares[2]);
        let full = model.residual == Residual::Full;
        // y and a Gaussian: the noise, and f_0
        let other = noise + if full { answers.spread().powi(2) } else { 0.0 };
        let residuals = Residuals {
            linear,
            moments: [
                clean + other,
                along - noise + other,
                cubic + 3.0 * other * linear,
                fourth + 6.0 * clean * other + 3.0 * other * other,
            ],
            own: if full { step.linear.powi(2) } else { 0.0 },
        };
        let d = step.samples * model.phi.to_f64();
        let [_, sensitivity] = finite_size::of_norms(&model.activation, 1.0);
        let excess = along - squares[0] - 2.0 * linear * linear;
        let beta_square = step.beta * step.beta;
        let own = if full { series * beta_square } else { 0.0 };
        let behind = d / model.phi_gradient.to_f64();
        let bias = ((residuals.moments[1] - residuals.moments[0] - linear * linear) / behind).abs() + own;
        Self {
            scattered: scattered(&residuals, step, [d, behind]),
            biased: [beta_square + bias, linear / (beta_square + bias).sqrt()],
            rows: (1.0 - step.left()) * (sensitivity * excess / (d * squares[0])).abs(),
            parts: parts(answers, step, d),
            squares,
        }
    }

    /// The relative variance of |β|².
    pub fn scatter(&self) -> f64 {
        let half = |[low, high]: &[[f64; 2]; 2]| ((high[0] - low[0]) / (high[0] + low[0])).powi(2);
        self.scattered.iter().map(half).sum()
    }

    /// By how much the means of some numbers over draws are off where |β|² and ρ scatter; infinite where they scatter too far.
    pub fn of_beta(&self, step: &FiniteStep, of: impl Fn(&FiniteStep) -> Vec<f64>) -> Vec<f64> {
        let here = of(step);
        let at = |[beta_square, rho]: [f64; 2]| {
            step.with_beta(beta_square, rho).map_or_else(|| vec![f64::INFINITY; here.len()], |step| of(&step))
        };
        let biased = at(self.biased);
        let mut sums: Vec<f64> = here.iter().zip(biased).map(|(here, biased)| (biased - here).abs()).collect();
        for [low, high] in &self.scattered {
            let (low, high) = (at(*low), at(*high));
            for (index, sum) in sums.iter_mut().enumerate() {
                *sum += 0.5 * (low[index] + high[index] - 2.0 * here[index]).abs();
            }
        }
        sums
    }

    /// By how much the means of penalised loss, its first term and test error are off, |β|² and ρ apart; the same of what the step
    /// improves of the first and the last.
    pub fn of_errors(&self, step: &FiniteStep) -> ([f64; 3], [f64; 2]) {
        let found = step.improved();
        let of_loss = step.sampled(&self.squares) * step.ridge / found.errors[0];
        let learned = self.parts.iter().fold([0.0; 3], |sum: [f64; 3], [energy, strength]| {
            let part = step.of_component(*energy, *strength);
            std::array::from_fn(|k| sum[k] + part[k])
        });
        // squares of residuals move twice as far
        let factor = |k: usize| if k == 0 { 1.0 } else { 2.0 };
        let error = |k: usize| learned[k] + factor(k) * (of_loss + self.rows) * found.errors[k];
        let improvement = |k: usize| {
            learned[k].min(found.improvements[k / 2].abs())
                + factor(k) * (of_loss * found.errors[k] + self.rows * found.improvements[k / 2].abs())
        };
        ([0, 1, 2].map(error), [0, 2].map(improvement))
    }
}

/// |β|² and ρ a deviation from their means either way, in the directions in which they scatter independently.
fn scattered(residuals: &Residuals, step: &FiniteStep, [d, behind]: [f64; 2]) -> Vec<[[f64; 2]; 2]> {
    let Residuals { linear, moments: [square, along, cubic, fourth], own } = residuals;
    let (beta_square, phi) = (step.beta * step.beta, d / behind);
    let of_linear = ((along - linear * linear) / behind + own / d).max(0.0);
    let across = phi * (cubic - linear * square) / behind;
    // −c₁ W_0ᵀa: |Wᵀa|² has the variance 2/N + 2/d, and crosses the noise of β
    let of_own = own * own * (2.0 / step.neurons + 2.0 / d) + 4.0 * own * square / behind;
    let of_rest = phi * phi * (fourth - square * square) / behind + 2.0 * phi * square * square / behind + of_own;
    let root = of_linear.sqrt();
    let slope = if root > 0.0 { across / root } else { 0.0 };
    let rest = (of_rest - slope * slope).max(0.0).sqrt();
    let pair = |along: f64, beyond: f64, length: f64| {
        let b = linear + along;
        let whole = (b * b + (beta_square - linear * linear + beyond).max(0.0)) * length;
        [whole, b / whole.sqrt() * length.sqrt()]
    };
    let of_readout = (2.0 / step.neurons).sqrt().min(1.0);
    vec![
        [pair(-root, -slope, 1.0), pair(root, slope, 1.0)],
        [pair(0.0, -rest, 1.0), pair(0.0, rest, 1.0)],
        [pair(0.0, 0.0, 1.0 - of_readout), pair(0.0, 0.0, 1.0 + of_readout)],
    ]
}

/// The energies of the parts of degree two and more of the labels, and how strongly F_0 has them.
fn parts(answers: &OneStepAnswers, step: &FiniteStep, d: f64) -> Vec<[f64; 2]> {
    let degree = |k: usize| {
        let (Some(Some(c)), Some(label)) = (answers.activation.get(k), answers.teacher.get(k)) else { return Vec::new() };
        let factorial: f64 = (1..=k).map(|factor| factor as f64).product();
        let (theta, energy) = (factorial * c.to_f64().powi(2), factorial * label.to_f64().powi(2));
        let monomials: f64 = (0..k).map(|j| (d + j as f64) / (j as f64 + 1.0)).product();
        let mut list = vec![[energy, theta * step.neurons / monomials]];
        if k == 2 {
            list.push([energy / d, 2.0 * theta * step.neurons / d]);
        }
        let (order, degree) = (2 * (k - 1), k as f64);
        let modulated = degree.powi(3) * (c.to_f64() * moment(order)).powi(2) * step.strength().powi(order as i32);
        list.push([energy * (degree * step.rho.powi(order as i32)).min(1.0), modulated * step.neurons / d]);
        list
    };
    (2..=DEGREES).flat_map(degree).collect()
}

#[cfg(test)]
mod tests {
    use super::Draws;
    use crate::activation::{Function, lower::read};
    use crate::model::{Model, OneStep, Residual};
    use crate::number::{Job, first_bits};
    use crate::theory::{self, Cache, Doubts, Work};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{ChiSquared, Distribution, StandardNormal};

    const N: usize = 8000;

    /// β = Xᵀy/n_g has b = Σ z y/n_g along the teacher and, given y, (Σ y²/n_g²) χ² of the d − 1 directions across. Its mean, variances and
    /// covariance over drawn y = z + (z² − 1) + noise, of skew and heavy tails, are those that the deviations stand for.
    #[test]
    fn deviations_of_beta_are_those_of_drawn_ones() {
        let model = OneStep {
            activation: read("x").expect("a function"),
            teacher: read("x + x^2 - 1").expect("a function"),
            phi: (1, 20).into(),
            psi: (1, 20).into(),
            phi_gradient: (2, 1).into(),
            ridge: Function::one(),
            noise: Function::rational((1, 2)),
            residual: Residual::Labels,
            intercept: false,
        };
        let (job, data, doubts) = (Job::unwatched(), Cache::default(), Doubts::default());
        let work = Work { bits: first_bits(15), digits: 15, job: &job, data: &data, doubts: &doubts };
        let answers = theory::of(&Model::from(model), &work).expect("a theory");
        let answers = answers.one_step().expect("a step");
        let step = answers.finite(N, 0.1, None, None).expect("a step");
        let draws = Draws::new(answers, &step, 0.0);
        let (d, behind) = (N / 20, N / 40);

        let mut random = ChaCha8Rng::seed_from_u64(7);
        let across = ChiSquared::new((d - 1) as f64).expect("positive");
        let mut drawn = Vec::new();
        for _ in 0..20_000 {
            let [mut b, mut squares] = [0.0; 2];
            for _ in 0..behind {
                let [z, noise]: [f64; 2] = std::array::from_fn(|_| StandardNormal.sample(&mut random));
                let y = z + z * z - 1.0 + 0.5 * noise;
                b += z * y / behind as f64;
                squares += y * y / (behind * behind) as f64;
            }
            drawn.push([b, squares * across.sample(&mut random)]);
        }
        let count = drawn.len() as f64;
        let means: [f64; 2] = std::array::from_fn(|k| drawn.iter().map(|draw| draw[k]).sum::<f64>() / count);
        let products = |k: usize, l: usize| -> [f64; 2] {
            let product = |draw: &[f64; 2]| (draw[k] - means[k]) * (draw[l] - means[l]);
            let mean = drawn.iter().map(product).sum::<f64>() / count;
            let square = drawn.iter().map(|draw| (product(draw) - mean).powi(2)).sum::<f64>() / (count * count);
            [mean, square.sqrt()]
        };

        // b and |β|² − b² at either end of the deviations of the labels, of which there are two
        let parts = |[whole, rho]: [f64; 2]| [rho * whole.sqrt(), whole * (1.0 - rho * rho)];
        let halves = draws.scattered[..2].iter().map(|[low, high]| {
            let (low, high) = (parts(*low), parts(*high));
            [0, 1].map(|k| 0.5 * (high[k] - low[k]))
        });
        let halves: Vec<[f64; 2]> = halves.collect();
        for (k, l) in [(0, 0), (0, 1), (1, 1)] {
            let told: f64 = halves.iter().map(|half| half[k] * half[l]).sum();
            let [found, error] = products(k, l);
            // d in place of d − 1, and the next order in 1/n_g
            let allowed = 4.0 * error + told * (1.0 / d as f64 + 2.0 / behind as f64);
            assert!((told - found).abs() <= allowed, "{k} {l}: {told} {found} {error}");
        }
        let [whole, rho] = draws.biased;
        let mean = drawn.iter().map(|[b, rest]| b * b + rest).sum::<f64>() / count;
        let error = ((4.0 * products(0, 0)[0] + products(1, 1)[0]) / count).sqrt();
        assert!((whole - mean).abs() <= 4.0 * error, "{whole} {mean} {error}");
        assert!((rho * whole.sqrt() - 1.0).abs() < 1e-12);
    }
}
