//! One node set for everything: Σ_j w_j f(x_j) He_k(x_j) for all k ≤ K, Σ w f² and Σ w f′², in one pass over the nodes.
//!
//! f is evaluated once a node, as a ball. The recurrence u_{k+1} = x u_k − k u_{k−1} runs in plain MPFR with exact x; with
//! every operation correct to 2^−p relative, |û_k − u_k| ≤ (4k + 5) 2^−p |u_0| |He_k(i|x|)|, since the recurrence with plus
//! signs majorises it. The error of a_k is at most the sum of these errors and of the radii of w f, each times |h_k(i|x|)|.

use std::collections::BTreeMap;

use rug::{Assign, Float};

use super::columns::{Block, Columns};
use super::request::Request;
use crate::gaussian::weight::{exp_bound, ln_hermite};
use crate::number::{Ball, Magnitude, Stopped};

/// A node of a rule for ∫ g φ dx: the exact point, and weight times φ(x).
pub(super) struct NodeWeight {
    /// The point.
    pub(super) x: Float,
    /// Quadrature weight times the Gaussian density there.
    pub(super) weight: Ball,
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
    pub fn widened(&self, [normalised, second, energy]: [Magnitude; 3]) -> Self {
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

/// Errors of terms, collected by |x|, and what they come to in every a_k.
pub(super) struct TermErrors {
    order: usize,
    /// By ⌈2|x|⌉.
    buckets: BTreeMap<u64, Magnitude>,
}

impl TermErrors {
    /// Nothing yet.
    pub(super) fn new(order: usize) -> Self {
        Self { order, buckets: BTreeMap::new() }
    }

    /// An error of w f at a node with |x| ≤ `reach`.
    pub(super) fn add(&mut self, reach: f64, error: Magnitude) {
        let bucket = self.buckets.entry((2.0 * reach).ceil() as u64).or_insert(Magnitude::ZERO);
        *bucket = bucket.plus(error);
    }

    /// Σ errors · max_k |h_k(i|x|)|: a bound for every a_k at once.
    pub(super) fn bound(&self) -> Magnitude {
        self.buckets.iter().fold(Magnitude::ZERO, |sum, (bucket, error)| {
            sum.plus(error.times(exp_bound(ln_hermite(self.order, 0.5 * *bucket as f64))))
        })
    }
}

/// Nodes evaluated together.
const CHUNK: usize = 16;

/// The sums over `nodes` at `bits` bits.
///
/// # Errors
/// When the job is stopped.
pub(super) fn sums(request: &Request<'_>, nodes: &[NodeWeight], bits: u32) -> Result<Sums, Stopped> {
    request.job.spend(nodes.len() as u64 * request.node_cost(bits))?;
    let mut columns = Columns::new(request.f.function(), request.slope_function().as_ref(), bits);
    let mut recurrence = Recurrence::new(request.order, bits);
    let (mut second, mut energy) = (Ball::zero(bits + 32), Ball::zero(bits + 32));
    for chunk in nodes.chunks(CHUNK) {
        request.job.check()?;
        let places: Vec<Ball> = chunk.iter().map(|node| Ball::new(node.x.clone(), Magnitude::ZERO)).collect();
        let [f, slope] = columns.values(&Block { nodes: &places, equispaced: None, bits });
        for (i, node) in chunk.iter().enumerate() {
            let weighted = &f[i] * &node.weight;
            second = second + &weighted * &f[i];
            if request.slope.is_some() {
                energy = energy + &(&slope[i] * &node.weight) * &slope[i];
            }
            recurrence.add(&node.x, &weighted);
        }
    }
    Ok(recurrence.finish(second, energy))
}

/// u_{k+1} = x u_k − k u_{k−1} from u_0 = w f, summed over the nodes.
struct Recurrence {
    totals: Vec<Float>,
    errors: TermErrors,
    before: Float,
    now: Float,
    next: Float,
}

impl Recurrence {
    fn new(order: usize, bits: u32) -> Self {
        let working = || Float::new(bits);
        Self {
            totals: vec![Float::new(bits + 32); order + 1],
            errors: TermErrors::new(order),
            before: working(),
            now: working(),
            next: working(),
        }
    }

    fn add(&mut self, x: &Float, seed: &Ball) {
        let order = self.totals.len() - 1;
        let unit = Magnitude::from_f64(4.0 * order as f64 + 8.0).shifted(-i64::from(self.now.prec()));
        let error = seed.radius().plus(seed.magnitude().times(unit));
        self.errors.add(Magnitude::of(x).to_f64(), error);
        if !seed.is_finite() {
            return;
        }
        self.before.assign(0);
        self.now.assign(seed.mid());
        for k in 0..=order {
            self.totals[k] += &self.now;
            if k == order {
                break;
            }
            self.next.assign(x * &self.now);
            self.before *= k as u32;
            self.next -= &self.before;
            std::mem::swap(&mut self.before, &mut self.now);
            std::mem::swap(&mut self.now, &mut self.next);
        }
    }

    fn finish(self, second: Ball, energy: Ball) -> Sums {
        let error = self.errors.bound();
        let hermite = self.totals.into_iter().map(|total| Ball::new(total, Magnitude::ZERO)).collect();
        Sums { hermite, second, energy }.widened([error, Magnitude::ZERO, Magnitude::ZERO])
    }
}
