//! Sizes in double precision, by their logarithms: the Gaussian weight, Hermite polynomials off the line, sums, and bounds for balls.
//!
//! φ is the density of N(0, 1), h_k = He_k/√k! the normalised Hermite polynomial.

use crate::number::Magnitude;

/// ln √(2π) = −ln φ(0).
pub(super) const LN_SQRT_TWO_PI: f64 = 0.918_938_533_204_672_7;

/// The least |x| for `low` ≤ x ≤ `high`.
pub(super) fn nearest(low: f64, high: f64) -> f64 {
    low.max(-high).max(0.0)
}

/// ln of a bound of |φ| on the rectangle [x0, x1] × [y0, y1].
pub(super) fn ln_density([x0, x1, y0, y1]: [f64; 4]) -> f64 {
    let (x, y) = (nearest(x0, x1), y1.max(-y0));
    0.5 * (y * y - x * x) - LN_SQRT_TWO_PI + 1e-12
}

/// ln|h_k(iy)|, y ≥ 0: an upper bound of ln|h_k(z)| on |z| = y.
///
/// The maximum over all degrees up to k is returned, so one number serves every coefficient.
pub(super) fn ln_hermite(k: usize, y: f64) -> f64 {
    let (mut before, mut now, mut scale, mut best) = (0.0, 1.0, 0.0, 1.0f64);
    for j in 0..k {
        let j = j as f64;
        (before, now) = (now, (y * now + j.sqrt() * before) / (j + 1.0).sqrt());
        best = best.max(now);
        if best > 1e200 {
            (before, now, best, scale) = (before * 1e-200, now * 1e-200, best * 1e-200, scale + 200.0 * std::f64::consts::LN_10);
        }
    }
    best.ln() + scale + 1e-12 * (1.0 + k as f64)
}

/// ln √L_k(−b²) with the Laguerre polynomial L_k: the norm of h_k on the line Im z = b, maximum over degrees up to k.
pub(super) fn ln_laguerre_norm(k: usize, b: f64) -> f64 {
    let t = -b * b;
    let (mut before, mut now, mut scale, mut best) = (1.0, 1.0, 0.0, 0.0f64);
    for j in 0..k {
        let j = j as f64;
        let next = if j == 0.0 { 1.0 - t } else { ((2.0 * j + 1.0 - t) * now - j * before) / (j + 1.0) };
        (before, now) = (now, next);
        if now > 1e200 {
            (before, now, scale) = (before * 1e-200, now * 1e-200, scale + 200.0 * std::f64::consts::LN_10);
        }
        best = best.max(now.ln() + scale);
    }
    0.5 * best + 1e-12 * (1.0 + k as f64)
}

/// ln Σ e^part.
pub(super) fn ln_sum(parts: &[f64]) -> f64 {
    let top = parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !top.is_finite() {
        return top;
    }
    top + parts.iter().map(|part| (part - top).exp()).sum::<f64>().ln()
}

/// The same for three sums at once.
pub(super) fn ln_sums(terms: &[[f64; 3]]) -> [f64; 3] {
    std::array::from_fn(|i| ln_sum(&terms.iter().map(|term| term[i]).collect::<Vec<_>>()))
}

/// e^value as an upper bound, for any size of `value`.
pub(super) fn exp_bound(value: f64) -> Magnitude {
    if value == f64::NEG_INFINITY {
        return Magnitude::ZERO;
    }
    let log2 = value * std::f64::consts::LOG2_E + 1e-12 * value.abs();
    Magnitude::from_f64((log2 - log2.floor()).exp2() * (1.0 + 1e-14)).shifted(log2.floor() as i64)
}

/// The largest number ≤ value with a 12-bit mantissa, so that its multiples are exact; 0 where there is no step.
pub(super) fn short(value: f64) -> f64 {
    if !(value.is_normal() && value > 0.0) {
        return 0.0;
    }
    let scale = 2f64.powi(value.log2().floor() as i32 - 11);
    (value / scale).floor() * scale
}
