//! The panels of the neural feature ansatz: the correlation against samples, width and spread of the covariance.

use std::sync::Arc;

use super::part::StartMeasured;
use super::step::{Measured, panel, with_measured, with_places};
use crate::plot::Figure;
use crate::theory::{AlignmentCurves, StartPoint, Varied};

/// Ratios that differ by less are those of the same model, up to whole sizes.
const SAME: f64 = 0.05;

/// A panel for each curve, with the points of those checks whose other parameters are the model's.
#[must_use]
pub fn alignment(curves: &AlignmentCurves, measured: &[Arc<StartMeasured>]) -> Vec<Figure> {
    let figure = |(varied, points): &(Varied, Vec<(f64, f64)>)| {
        let quantity = if curves.is_deficit { "n (1 - correlation), n to infinity" } else { "centred correlation" };
        let title = match varied {
            Varied::Samples => format!("{quantity}, against samples at this n/k"),
            Varied::Width if curves.here.n_over_d.is_infinite() => format!("{quantity}, against width"),
            Varied::Width => format!("{quantity}, against width at this n/d"),
            Varied::Spread => format!("{quantity}, against the spread of the covariance"),
        };
        let (x, log) = match varied {
            Varied::Samples => ("n/d", true),
            Varied::Width => ("k/d", true),
            Varied::Spread => ("s, covariance I + s (Sigma - I)", false),
        };
        let x = if *varied == Varied::Spread && curves.here.n_over_d.is_infinite() {
            "s, eigenvalues mean + s (lambda - mean)"
        } else {
            x
        };
        let line = ("theory".to_owned(), false, points.clone());
        let label = if curves.is_deficit { "n (1 - correlation)" } else { "correlation" };
        let here = place(*varied, &curves.here, &curves.here).filter(|_| *varied != Varied::Spread);
        let places: Vec<(f64, &str)> = here.map(|x| (x, "model")).into_iter().collect();
        let figure = with_places(panel(&title, [x, label], log, vec![line]), &places);
        with_measured(figure, &simulated(*varied, &curves.here, measured))
    };
    curves.curves.iter().map(figure).collect()
}

/// Where a point stands on the axis of what is varied.
fn place(varied: Varied, point: &StartPoint, model: &StartPoint) -> Option<f64> {
    let x = match varied {
        Varied::Samples => point.n_over_d,
        Varied::Width => point.k_over_d,
        Varied::Spread => (point.variance / model.variance).sqrt(),
    };
    Some(x).filter(|x| x.is_finite())
}

/// The points of a panel, those of one n together.
fn simulated(varied: Varied, model: &StartPoint, measured: &[Arc<StartMeasured>]) -> Vec<Measured> {
    let mut all: Vec<Measured> = Vec::new();
    for StartMeasured { n, at, value: [mean, error] } in
        measured.iter().map(|one| &**one).filter(|one| fits(varied, &one.at, model))
    {
        let Some(x) = place(varied, at, model) else { continue };
        let label = format!("simulation, n = {n}");
        match all.iter_mut().find(|other| other.label == label) {
            Some(other) => other.points.push([x, *mean, *error]),
            None => all.push(Measured { label, points: vec![[x, *mean, *error]] }),
        }
    }
    all
}

/// Whether what is not varied is the same.
fn fits(varied: Varied, point: &StartPoint, model: &StartPoint) -> bool {
    let same = |a: f64, b: f64| a == b || (a - b).abs() <= SAME * b.abs();
    // n/k on the axis of n/d, where the width is that of the samples
    let over_width = |at: &StartPoint| at.n_over_d / at.k_over_d;
    let [samples, width] = [same(point.n_over_d, model.n_over_d), same(point.k_over_d, model.k_over_d)];
    let spread = same(point.variance, model.variance);
    match varied {
        Varied::Samples => same(over_width(point), over_width(model)) && spread,
        Varied::Width => samples && spread,
        Varied::Spread => samples && width && point.variance <= (1.0 + SAME) * model.variance,
    }
}
