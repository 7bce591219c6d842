//! Where places of a spectrum are not seen at a finite size, although its moments are: what f adds beyond its linear part.
//!
//! Directions that the linear part of f leaves free, a share of 1 − d/n where there are d < n inputs, have the population δ = Σ_(k ≥ 2)
//! a²_k in the limit. At finite size it is Σ a²_k P_k, P_k the matrix of (x_i·x_j)^k, whose relative variance is v_k = k! e^k/n^(k−1) with
//! e = m₂ − 1 of the inner products: n/N_k for isotropic inputs. Columns of uneven norms, of variance v, have uneven δ, of variance s² v,
//! s = d ln δ/d ln |x|². So a component that a sample would give the relative variance γ (and its companion 1, for γ > 1)
//! has Σ (a²_k/δ)² v_k + s² v more, and where this is more than γ at the smaller of two sizes no power of n describes the counting function
//! within it: while v > γ its error falls like √v, as n^(−1/2) for k = 2, and like v afterwards. Moments are polynomials in v.

use super::finite_size::rest;
use crate::activation::Function;
use crate::compare::rounded_up;

/// A layer whose f has a part that is not linear.
pub(super) struct Rest<'a> {
    /// f.
    pub f: &'a Function,
    /// The standard deviation of its argument.
    pub tau: f64,
    /// v_k, of k = 2, 3, 4.
    pub variances: [f64; 3],
    /// Rows of the sample over its columns, or the other way round, whichever is more.
    pub surplus: f64,
    /// The relative variance of the squared norms of the columns below, with which δ changes from column to column.
    pub norms: f64,
    /// The mass, with that at 0, of what has no linear part.
    pub mass: f64,
    /// The size at which it is looked at.
    pub n: usize,
}

/// k! e^k/n^(k−1).
pub(super) fn variances(excess: f64, n: usize) -> [f64; 3] {
    [(2.0, 2), (6.0, 3), (24.0, 4)].map(|(factorial, k)| factorial * excess.powi(k) / (n as f64).powi(k - 1))
}

impl Rest<'_> {
    /// The mass from 0 on in which places are not seen, and why; half of the size is simulated too, and half of that where it is the
    /// smaller of two.
    pub fn blurred(&self) -> Option<(f64, String)> {
        if self.mass <= 0.0 {
            return None;
        }
        let (shares, sensitivity) = rest(self.f, self.tau)?;
        let of_degrees = (1..).zip(shares.iter().zip(self.variances)).map(|(power, (share, v))| (power, share * share * v));
        let of_norms = (1, sensitivity * sensitivity * self.norms);
        let terms: Vec<(i32, f64)> =
            of_degrees.chain([of_norms]).map(|(power, variance)| (power, variance * self.surplus)).collect();
        let ratio = |factor: f64| terms.iter().map(|(power, term)| term * factor.powi(-power)).sum::<f64>();
        if ratio(0.5) <= 1.0 {
            return None;
        }
        let mut factor = 0.5;
        while ratio(factor) > 1.0 && factor < 1e9 {
            factor *= 1.01;
        }
        // the smaller size must pass too
        let enough = rounded_up(4.0 * self.n as f64 * factor);
        let reason = "inputs are so few that the part of f beyond its linear one is wider than its sample";
        Some((self.mass.min(1.0), format!("{reason}: take n at least {enough}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;

    /// x + c He_2/√2 has the one share 1, so that n = 2 γ_0²/γ_1 is the smaller size from which on places are seen.
    #[test]
    fn the_size_is_that_of_the_second_degree() {
        let f = read("x + He(2,x)/sqrt(2)").expect("a function of x");
        let at = |n: usize| {
            let rest = Rest { f: &f, tau: 1.0, variances: variances(6.0, n), surplus: 20.0, norms: 0.0, mass: 5.0 / 6.0, n };
            rest.blurred()
        };
        // 2 · 36 · 20 = 1440 at the half of the smaller size
        let (mass, reason) = at(600).expect("too few inputs");
        assert!((mass - 5.0 / 6.0).abs() < 1e-12 && reason.ends_with("take n at least 5800"), "{reason}");
        assert!(at(2870).is_some() && at(2890).is_none());
        // the smaller of two sizes never asks for less than the larger one
        let (_, reason) = at(2000).expect("too few inputs");
        assert!(reason.ends_with("take n at least 5800"), "{reason}");
        let linear = read("x").expect("a function of x");
        assert_eq!(
            Rest { f: &linear, tau: 1.0, variances: [1.0; 3], surplus: 1e9, norms: 0.0, mass: 0.5, n: 100 }.blurred(),
            None
        );
    }

    /// What is not linear in He_3 grows like the cube of the squared norm, so that norms of variance v count for 9 v; at the smaller size for
    /// twice that.
    #[test]
    fn norms_count_by_their_effect_on_the_rest() {
        let f = read("x + He(3,x)/5").expect("a function of x");
        let at = |norms: f64| Rest { f: &f, tau: 1.0, variances: [0.0; 3], surplus: 1.0, norms, mass: 0.5, n: 100 }.blurred();
        assert!(at(0.054).is_none() && at(0.058).is_some());
    }
}
