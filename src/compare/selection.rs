//! Which quantities a check compares, and at which points: fixed by the prediction at the larger size alone, before any
//! simulated value is seen.

use super::quantity::Quantity;
use super::{CDF_POINTS, Prediction};
use num_complex::Complex64;

/// The quantities that both predictions have, except the distribution function.
pub(super) fn quantities(large: &Prediction, small: &Prediction) -> Vec<Quantity> {
    let mut list: Vec<_> = (1..=large.moments.len().min(small.moments.len())).map(Quantity::Moment).collect();
    for z in stieltjes_points(large) {
        list.extend([Quantity::StieltjesRe(z), Quantity::StieltjesIm(z)]);
    }
    // a neuron that its own bias silences is a zero row at every finite size
    if !large.sampled {
        list.push(Quantity::Atom);
    }
    list.extend(soft_edges(large, small));
    list.extend(sampled_edges(large, small));
    if large.mean_outlier.is_some() && small.mean_outlier.is_some() {
        list.push(Quantity::MeanOutlier);
    }
    if large.spikes.len() == small.spikes.len() {
        list.extend((0..large.spikes.len()).map(Quantity::Spike));
    }
    list
}

/// z = s(1/2 + 3/10 i), s(2 + 2/10 i), s(−1 + 1/10 i), s the first moment to two digits: inside the bulk, near or above
/// its upper edge, and below it.
fn stieltjes_points(prediction: &Prediction) -> Vec<Complex64> {
    let scale = prediction.moments.first().copied().filter(|moment| *moment > 0.0 && moment.is_finite());
    let points = scale.map(|moment| {
        let scale = significant(moment, 2);
        [(0.5, 0.3), (2.0, 0.2), (-1.0, 0.1)]
            .map(|(re, im)| Complex64::new(significant(scale * re, 4), significant(scale * im, 4)))
    });
    points.into_iter().flatten().collect()
}

/// The point at which the simulated transform is put into the equation: the first of those of the transform itself.
pub(super) fn residual_point(prediction: &Prediction) -> Option<Complex64> {
    prediction.equation.as_ref().and_then(|_| stieltjes_points(prediction).into_iter().next())
}

/// The double nearest to the decimal with this many significant digits.
pub(super) fn significant(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// The soft edges of both predictions. Inner edges need masses, and no outliers of order one, which may take their
/// eigenvalue from either component.
fn soft_edges(large: &Prediction, small: &Prediction) -> Vec<Quantity> {
    if large.edges.len() != small.edges.len() || large.spikes.len() != small.spikes.len() {
        return Vec::new();
    }
    let ranked = |prediction: &Prediction| {
        prediction.spikes.is_empty() && prediction.masses.as_ref().is_some_and(|masses| masses.len() == prediction.edges.len())
    };
    let ranked = ranked(large) && ranked(small);
    let soft = |prediction: &Prediction, component: usize, side: usize| {
        prediction.edge_soft.get(component).is_some_and(|soft| soft[side]) && prediction.edges[component][side].is_finite()
    };
    let last = large.edges.len().saturating_sub(1);
    (0..large.edges.len())
        .flat_map(|component| [(component, 0), (component, 1)])
        .filter(|(component, side)| soft(large, *component, *side) && soft(small, *component, *side))
        .filter(|place| ranked || *place == (0, 0) || *place == (last, 1))
        .map(|(component, side)| Quantity::Edge { component, side })
        .collect()
}

/// The lowest and the highest edge, where both predictions say how far inside the extreme eigenvalue may lie.
fn sampled_edges(large: &Prediction, small: &Prediction) -> Vec<Quantity> {
    if large.edges.is_empty() || large.edges.len() != small.edges.len() {
        return Vec::new();
    }
    let known = |side: usize| large.edge_depth[side].is_some() && small.edge_depth[side].is_some();
    let places = [(0, 0), (large.edges.len() - 1, 1)];
    places
        .into_iter()
        .filter(|(_, side)| known(*side))
        .map(|(component, side)| Quantity::SampledEdge { component, side })
        .collect()
}

/// Points x at which the part of the law above zero has mass j/(k + 1), j = 1 … k, to a quarter of that step.
pub(super) fn cdf_points(prediction: &Prediction) -> Vec<f64> {
    let mass = 1.0 - prediction.atom;
    let Some(mut high) = prediction.moments.first().copied().filter(|moment| *moment > 0.0 && mass > 0.0) else {
        return Vec::new();
    };
    let step = mass / (CDF_POINTS + 1) as f64;
    let mut doublings = 0;
    while (prediction.cdf)(high) < 1.0 - step / 2.0 && doublings < 60 {
        high *= 2.0;
        doublings += 1;
    }
    let mut low = 0.0;
    let mut points = Vec::with_capacity(CDF_POINTS);
    for index in 1..=CDF_POINTS {
        low = quantile(prediction, prediction.atom + step * index as f64, [low, high], step / 4.0);
        points.push(low);
    }
    points
}

/// An x of the bracket with |cdf(x) − p| ≤ tolerance, or after 60 halvings the place of the jump over p.
fn quantile(prediction: &Prediction, p: f64, bracket: [f64; 2], tolerance: f64) -> f64 {
    let [mut low, mut high] = bracket;
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let distance = (prediction.cdf)(middle) - p;
        if distance.abs() <= tolerance {
            return middle;
        }
        if distance < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
