//! The transform of the law over slopes that were measured, in double precision.

use num_complex::Complex64;

use super::doubles::{Layer64, Map64};
use super::slopes::Mixing;

/// E 1/(λ − z) of the law whose layers have these squared slopes, equally often each, and these widths over the input width, Im z > 0; none
/// where it cannot be followed.
#[must_use]
pub fn transform_over(layers: &[(&[f64], f64)], variance: f64, mixing: Mixing, z: Complex64) -> Option<Complex64> {
    let is_haar = mixing == Mixing::Haar;
    let inner: f64 = layers.iter().rev().skip(1).map(|(_, ratio)| ratio).product();
    let group = |(slopes, ratio): &(&[f64], f64)| {
        let share = (slopes.len() as f64).recip();
        let mut atoms: Vec<[f64; 2]> = Vec::new();
        for slope in slopes.iter().filter(|slope| **slope > 0.0) {
            match atoms.last_mut() {
                Some(last) if last[0] == *slope => last[1] += slope * share,
                _ => atoms.push([*slope, slope * share]),
            }
        }
        let alive = slopes.iter().filter(|slope| **slope > 0.0).count() as f64 * share;
        Layer64 { atoms, alive, inverse: ratio.recip(), count: 1.0 }
    };
    let map = Map64 {
        layers: layers.iter().map(group).collect(),
        order: (0..layers.len()).collect(),
        scale: variance.powi(layers.len() as i32) / inner,
        is_haar,
    };
    if map.layers.is_empty() || map.layers.iter().any(|layer| layer.atoms.is_empty()) {
        return None;
    }
    map.path(z).map(|state| -(1.0 + state.tau) / z)
}
