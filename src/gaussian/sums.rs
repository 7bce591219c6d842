//! One node set for everything: Σ_j w_j f(x_j) He_k(x_j) for all k ≤ K, Σ w f² and Σ w f′², in one pass over the nodes.
//!
//! f is evaluated once a node, as a ball. The recurrence u_{k+1} = x u_k − k u_{k−1} runs in plain MPFR with exact x; with
//! every operation correct to 2^−p relative, |û_k − u_k| ≤ (4k + 5) 2^−p |u_0| |He_k(i|x|)|, since the recurrence with plus
//! signs majorises it. The same majorant, seeded with that error and the radius of w f, bounds the whole sum.

use rug::{Assign, Float};

use crate::activation::{Evaluator, Function};
use crate::number::{Ball, Job, Magnitude, Stopped};

/// A node of a rule for ∫ g φ dx: the exact point, and weight times φ(x).
pub struct NodeWeight {
    /// The point.
    pub x: Float,
    /// Quadrature weight times the Gaussian density there.
    pub weight: Ball,
}

/// What is integrated: f, and f′ when its energy is wanted.
pub struct Integrand<'a> {
    /// The function, analytic where the nodes are.
    pub f: &'a Function,
    /// Its derivative.
    pub slope: Option<&'a Function>,
}

/// The sums of a rule; errors of the rule itself are added by its maker.
pub struct Sums {
    /// Σ w f He_k for k = 0 … K.
    pub hermite: Vec<Ball>,
    /// Σ w f².
    pub second: Ball,
    /// Σ w f′² (zero when not asked).
    pub energy: Ball,
}

impl Sums {
    /// All zero, for degrees up to `order`, with accumulators of `bits` bits.
    #[must_use]
    pub fn zero(order: usize, bits: u32) -> Self {
        Self { hermite: vec![Ball::zero(bits); order + 1], second: Ball::zero(bits), energy: Ball::zero(bits) }
    }

    /// The sums of two disjoint node sets.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let hermite = self.hermite.iter().zip(&other.hermite).map(|(a, b)| a + b).collect();
        Self { hermite, second: &self.second + &other.second, energy: &self.energy + &other.energy }
    }

    /// Twice the sums: the integral over the line from that over x > 0.
    #[must_use]
    pub fn doubled(&self) -> Self {
        let hermite = self.hermite.iter().map(|sum| sum.shifted(1)).collect();
        Self { hermite, second: self.second.shifted(1), energy: self.energy.shifted(1) }
    }

    /// With the rule's error bounds: of the normalised coefficients a_k, of E f², of E f′².
    #[must_use]
    pub fn widened(&self, normalised: Magnitude, second: Magnitude, energy: Magnitude) -> Self {
        let mut norm = Magnitude::from_f64(1.0);
        let mut hermite = Vec::with_capacity(self.hermite.len());
        for (k, sum) in self.hermite.iter().enumerate() {
            if k > 0 {
                norm = norm.times(Magnitude::from_f64((k as f64).sqrt() * (1.0 + 1e-15)));
            }
            hermite.push(sum.widened(normalised.times(norm)));
        }
        Self { hermite, second: self.second.widened(second), energy: self.energy.widened(energy) }
    }
}

/// The sums over `nodes` at `bits` bits.
///
/// # Errors
/// When the job is stopped.
pub fn sums(integrand: &Integrand<'_>, nodes: &[NodeWeight], order: usize, bits: u32, job: &Job<'_>) -> Result<Sums, Stopped> {
    let f = Evaluator::new(integrand.f, bits);
    let slope = integrand.slope.map(|slope| Evaluator::new(slope, bits));
    let mut recurrence = Recurrence::new(order, bits);
    let (mut second, mut energy) = (Ball::zero(bits + 32), Ball::zero(bits + 32));
    for (index, node) in nodes.iter().enumerate() {
        if index % 16 == 0 {
            job.check()?;
        }
        let x = Ball::new(node.x.clone(), Magnitude::ZERO);
        let value = f.value(&x);
        let weighted = &value * &node.weight;
        second = second + &weighted * &value;
        if let Some(slope) = &slope {
            let value = slope.value(&x);
            energy = energy + &(&value * &node.weight) * &value;
        }
        recurrence.add(&node.x, &weighted);
    }
    Ok(Sums { hermite: recurrence.finish(), second, energy })
}

struct Recurrence {
    totals: Vec<Float>,
    errors: Vec<Magnitude>,
    bits: u32,
    before: Float,
    now: Float,
    next: Float,
    silent: bool,
}

impl Recurrence {
    fn new(order: usize, bits: u32) -> Self {
        let working = || Float::new(bits);
        Self {
            totals: vec![Float::new(bits + 32); order + 1],
            errors: vec![Magnitude::ZERO; order + 1],
            bits,
            before: working(),
            now: working(),
            next: working(),
            silent: false,
        }
    }

    fn add(&mut self, x: &Float, seed: &Ball) {
        if !seed.is_finite() {
            self.silent = true;
            return;
        }
        let order = self.totals.len() - 1;
        let unit = Magnitude::from_f64(4.0 * order as f64 + 8.0).shifted(-i64::from(self.bits));
        let (size, mut majorant_before) = (Magnitude::of(x), Magnitude::ZERO);
        let mut majorant = seed.radius().plus(seed.magnitude().times(unit));
        self.before.assign(0);
        self.now.assign(seed.mid());
        for k in 0..=order {
            self.totals[k] += &self.now;
            self.errors[k] = self.errors[k].plus(majorant);
            if k == order {
                break;
            }
            self.next.assign(x * &self.now);
            self.before *= k as u32;
            self.next -= &self.before;
            std::mem::swap(&mut self.before, &mut self.now);
            std::mem::swap(&mut self.now, &mut self.next);
            let grown = size.times(majorant).plus(majorant_before.times(Magnitude::from_f64(k as f64)));
            majorant_before = std::mem::replace(&mut majorant, grown);
        }
    }

    fn finish(self) -> Vec<Ball> {
        let bits = self.bits;
        let silent = self.silent;
        let ball = |(total, error): (Float, Magnitude)| if silent { Ball::unknown(bits) } else { Ball::new(total, error) };
        self.totals.into_iter().zip(self.errors).map(ball).collect()
    }
}
