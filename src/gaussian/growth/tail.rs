//! Truncation: where the Gaussian has killed f, proved from the growth of f (docs/mathematics.md,
//! 'Gaussian integrals'): ln|f(x)| ≤ A + p ln|x| + α|x| + βx².
//!
//! Beyond a cut L the integrand g = f·He_k·φ of unnormalised degree k decreases at the logarithmic rate
//! s = (1 − 2β) L − α − (p + k)/L > 0, so ∫_L^∞ |g| ≤ G(L)/s and h Σ_{jh>L} |g(jh)| ≤ (h + 1/s) G(L), with
//! G(L) = e^{A + αL + βL²} L^p |h_k(iL)| φ(L).

use crate::gaussian::weight::{LN_SQRT_TWO_PI, ln_hermite};

/// ln|f(x)| ≤ a + p ln x + alpha x + beta x² for all x ≥ `from` on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Envelope {
    /// Constant term.
    pub a: f64,
    /// Power.
    pub p: f64,
    /// Exponential rate.
    pub alpha: f64,
    /// Quadratic rate; below 1/2 for the integral to exist, below 1/4 for the second moment.
    pub beta: f64,
    /// Where the bound starts to hold, at least 1.
    pub from: f64,
}

/// An envelope that holds in the mean: over each interval of length `window` on a side the average of |f|, or the root of that of f²,
/// is at most the largest value of the envelope there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// The envelope.
    pub envelope: Envelope,
    /// The length; 0 where the envelope holds at every point.
    pub window: f64,
}

impl Tail {
    /// That of the square.
    #[must_use]
    pub fn squared(self) -> Self {
        Self { envelope: self.envelope.squared(), ..self }
    }

    /// The least cut whose tail is below e^−target for every degree up to `k`.
    #[must_use]
    pub fn cut(self, k: usize, target: f64) -> Option<f64> {
        Some(self.envelope.cut(k, target)? + self.window)
    }
}

impl Envelope {
    /// The envelope of a product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self {
            a: self.a + other.a,
            p: self.p + other.p,
            alpha: self.alpha + other.alpha,
            beta: self.beta + other.beta,
            from: self.from.max(other.from),
        }
    }

    /// The envelope of f².
    #[must_use]
    pub fn squared(self) -> Self {
        Self { a: 2.0 * self.a, p: 2.0 * self.p, alpha: 2.0 * self.alpha, beta: 2.0 * self.beta, from: self.from }
    }

    /// ln of a bound of ∫_L^∞ |f h_k| φ, and of the trapezoid's tail with a step ≤ 1; infinite when L is too small to tell.
    #[must_use]
    pub fn ln_tail(self, k: usize, cut: f64) -> f64 {
        let rate = (1.0 - 2.0 * self.beta) * cut - self.alpha - (self.p.max(0.0) + k as f64) / cut;
        if cut < self.from || rate <= 0.0 {
            return f64::INFINITY;
        }
        let size = self.a + self.p * cut.ln() + self.alpha * cut + (self.beta - 0.5) * cut * cut - LN_SQRT_TWO_PI;
        size + ln_hermite(k, cut) + (1.0 + 1.0 / rate).ln() + 1e-9
    }

    /// The least cut (on a grid of 1/4) whose tail is below e^−target for every degree up to `k`.
    #[must_use]
    pub fn cut(self, k: usize, target: f64) -> Option<f64> {
        let small = |cut: f64| self.ln_tail(k, cut).max(self.ln_tail(0, cut)) <= -target;
        let mut high = self.from.max(2.0).ceil();
        while !small(high) {
            high *= 1.5;
            if high > 1e6 {
                return None;
            }
        }
        let mut low = self.from;
        while high - low > 0.25 {
            let middle = 0.5 * (low + high);
            if small(middle) { high = middle } else { low = middle }
        }
        Some((high * 4.0).ceil() / 4.0)
    }
}
