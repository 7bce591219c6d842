//! The panels of a signal on its way: variance and correlation against the layer.

use super::step::{Measured, panel, with_measured};
use crate::plot::Figure;

/// Numbers against the layer: of the theory, and measured, with standard errors.
#[derive(Clone, Debug, Default)]
pub struct ByLayer {
    /// (layer, value).
    pub theory: Vec<(f64, f64)>,
    /// (layer, mean, error).
    pub measured: Vec<[f64; 3]>,
    /// The value at infinite depth, where there is one.
    pub limit: Option<f64>,
}

/// A panel for q, and one for c where correlations are followed.
#[must_use]
pub fn propagation(variances: ByLayer, correlations: Option<ByLayer>, simulated: &str) -> Vec<Figure> {
    let one = |by_layer: ByLayer, title: &str, symbol: &str, limit: &str| {
        let ByLayer { theory, measured, limit: value } = by_layer;
        let ends = theory.first().zip(theory.last()).map(|((first, _), (last, _))| [*first, *last]);
        // over one layer the level of the limit is as wide as a layer
        let ends = ends.map(|[first, last]| if first < last { [first, last] } else { [first - 0.5, last + 0.5] });
        let level = value.zip(ends).map(|(value, [first, last])| (limit.to_owned(), true, vec![(first, value), (last, value)]));
        let lines = [("theory".to_owned(), false, theory)].into_iter().chain(level).collect();
        let figure = Figure { x_whole: true, ..panel(title, ["layer l", symbol], false, lines) };
        with_measured(figure, &[Measured { label: simulated.to_owned(), points: measured }])
    };
    let first = one(variances, "variance of the pre-activations", "q_l", "q*");
    let second = correlations.map(|by_layer| one(by_layer, "correlation of two inputs", "c_l", "c*"));
    [Some(first), second].into_iter().flatten().collect()
}
