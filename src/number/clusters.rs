//! Roots of a polynomial that are nearer to each other than to 0, told apart at the scale of their distances.
//!
//! While the Ehrlich–Aberth iteration sees m such roots as one of multiplicity m, it comes nearer by a factor 2/(m + 1) a sweep and no
//! more. But p^(m−1) has a simple root c among them, by which p(c + t) = Σ a_k t^k, and its first m + 1 terms have the roots c + t
//! up to terms of higher order in their distances: those of a polynomial that doubles solve once t is scaled.

use num_complex::Complex64;
use rug::{Complex, Float};

use super::roots::{approximate_roots64, newton_step, quotient};

/// Roots are near each other when their distance is smaller than their size by so many binary orders (tuned).
const NEAR_ORDERS: u32 = 10;

/// Sets the roots of every cluster to what the expansion about its centre says.
pub(super) fn split_clusters(coefficients: &[Complex], roots: &mut [Complex], bits: u32) {
    let mut seen = vec![false; roots.len()];
    for first in 0..roots.len() {
        if seen[first] {
            continue;
        }
        let mut cluster = vec![first];
        let mut next = 0;
        while next < cluster.len() {
            let here = cluster[next];
            cluster.extend(
                (0..roots.len())
                    .filter(|k| !seen[*k] && !cluster.contains(k) && are_near(&roots[here], &roots[*k]))
                    .collect::<Vec<_>>(),
            );
            next += 1;
        }
        cluster.iter().for_each(|k| seen[*k] = true);
        if cluster.len() > 1 {
            split(coefficients, roots, &cluster, bits);
        }
    }
}

fn distance(a: &Complex, b: &Complex) -> Float {
    Float::with_val(64, Complex::with_val(a.prec(), a - b).abs_ref())
}

fn are_near(a: &Complex, b: &Complex) -> bool {
    distance(a, b) <= Float::with_val(64, a.abs_ref()) >> NEAR_ORDERS
}

fn split(coefficients: &[Complex], roots: &mut [Complex], cluster: &[usize], bits: u32) {
    let m = cluster.len();
    let mut centre = cluster.iter().fold(Complex::new(bits), |sum, k| sum + &roots[*k]) / m as u32;
    let spread = cluster.iter().map(|k| distance(&centre, &roots[*k])).fold(Float::new(64), |most, size| most.max(&size));
    let slope = (1..m).fold(coefficients.to_vec(), |list, _| derivative(&list, bits));
    for _ in 0..bits.ilog2() {
        let step = newton_step(&slope, &centre, bits);
        if step.real().is_finite() && step.imag().is_finite() {
            centre -= step;
        }
    }
    let Some(offsets) = offsets(&expansion(coefficients, &centre, m, bits)) else { return };
    // a centre that went away, or roots that are no cluster
    if offsets.iter().any(|offset| Float::with_val(64, offset.abs_ref()) > Float::with_val(64, &spread * 4u32)) {
        return;
    }
    for (k, offset) in cluster.iter().zip(offsets) {
        roots[*k] = Complex::with_val(bits, &centre + &offset);
    }
}

fn derivative(list: &[Complex], bits: u32) -> Vec<Complex> {
    list.iter().enumerate().skip(1).map(|(k, a)| Complex::with_val(bits, a * k as u32)).collect()
}

/// a_0 … a_m of p(c + t) = Σ a_k t^k, by repeated synthetic division.
fn expansion(coefficients: &[Complex], centre: &Complex, m: usize, bits: u32) -> Vec<Complex> {
    let mut rest: Vec<Complex> = coefficients.iter().map(|a| Complex::with_val(bits, a)).collect();
    let mut found = Vec::with_capacity(m + 1);
    while found.len() <= m {
        for k in (0..rest.len() - 1).rev() {
            let carried = Complex::with_val(bits, &rest[k + 1] * centre);
            rest[k] += carried;
        }
        found.push(rest.remove(0));
    }
    found
}

/// The roots of Σ a_k t^k; none where a constant term of 0 says that they are one.
fn offsets(expansion: &[Complex]) -> Option<Vec<Complex>> {
    let m = expansion.len() - 1;
    let size = |a: &Complex| Float::with_val(64, a.abs_ref());
    let lead = size(&expansion[m]);
    // the least power of 2 above |a_k/a_m|^(1/(m − k)) for all k
    let order = |k: usize| {
        let ratio = size(&expansion[k]) / &lead;
        ratio.get_exp().map(|exponent| f64::from(exponent) / (m - k) as f64)
    };
    order(0)?;
    let scale = (0..m).filter_map(order).fold(f64::NEG_INFINITY, f64::max).ceil();
    if !scale.is_finite() || scale.abs() > 1e8 {
        return None;
    }
    let scaled = |k: usize| {
        let value = quotient(&expansion[k], &expansion[m], 64) >> ((m - k) as i32 * scale as i32);
        Complex64::new(value.real().to_f64(), value.imag().to_f64())
    };
    let list: Vec<Complex64> = (0..=m).map(scaled).collect();
    if list[0] == Complex64::ZERO {
        return None;
    }
    let roots = approximate_roots64(&list);
    let held = roots.iter().all(|root| root.is_finite() && *root != Complex64::ZERO);
    held.then(|| roots.iter().map(|root| Complex::with_val(64, (root.re, root.im)) << scale as i32).collect())
}
