//! The size of a function about one scale, by which it is divided before it is integrated, so that errors are relative.

use crate::activation::{Function, Program};

/// log2 of the size of v(SZ), roughly; 0 where it is not seen.
pub(super) fn size(v: &Function, scale: i32) -> i32 {
    const PLACES: i32 = 24;
    const STEP: f64 = 0.25;
    let places = (-PLACES..=PLACES).map(|place| STEP * f64::from(place));
    let mut values: Vec<f64> = places.clone().map(|x| x * 2f64.powi(scale)).collect();
    Program::new(v).apply(&mut values);
    let weights = places.map(|x| (-0.5 * x * x).exp());
    let largest = weights.zip(&values).map(|(weight, value)| weight.sqrt() * value.abs()).fold(0.0, f64::max);
    if largest.is_normal() && values.iter().all(|value| value.is_finite()) { largest.log2().round() as i32 } else { 0 }
}
