//! A check of one gradient step: the singular values of F over the law of F_0, with the edge and the predicted spikes, or the errors of
//! each degree.

use std::sync::Arc;

use super::part::{Part, StepMeasured, Views};
use super::step::{Measured, panel, with_measured};
use crate::compare::{Report, Row};
use crate::plot::{Curve, Figure, Mark, MarkKind, Style};

/// The height of what is no density, as a share of the largest density.
const STEM: f64 = 0.06;

/// The law of F Fᵀ/n as one of the singular values of F over the simulated ones; under it, without a step, the errors by degree.
#[must_use]
pub fn step_simulation(law: &Part, report: &Report, step: Option<(f64, &str)>, ridge: f64) -> Views {
    let eta = step.map(|(eta, _)| eta);
    let samples = report.dimensions.iter().find(|(name, _)| name == "n").map_or(report.n, |(_, size)| *size);
    let mut plain = of_singular_values(law, samples as f64);
    let sizes: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    let step = step.map_or(String::new(), |(eta, update)| format!("eta = {eta}, update = {update}, "));
    plain.notes.push(format!("{step}{}, {} trials, seed {}", sizes.join(", "), report.trials, report.seed));
    let spike = |row: &&Row| row.quantity.starts_with("singular_values[");
    let mark = |row: &Row| Mark { x: row.theory, label: named("spike", row.theory), kind: MarkKind::Outlier, curve: None };
    plain.figure.marks.extend(report.rows.iter().filter(spike).map(mark));
    plain.after = errors_by_degree(report);
    let simulated = report.eigenvalues.iter().map(|value| (samples as f64 * value).max(0.0).sqrt());
    let edge = plain.top * (1.0 + (samples as f64).powf(-2.0 / 3.0));
    let (outside, simulated): (Vec<f64>, Vec<f64>) = simulated.partition(|value| *value > edge);
    plain.figure.curves.extend(one_by_one(&plain, &outside));
    let rows = report.rows.iter().map(|row| (row.quantity.clone(), [row.measured, row.se])).collect();
    let of_step = Some(Arc::new(StepMeasured { samples, eta, ridge, rows }));
    Views { plain: plain.ranged(), logarithmic: None, simulated: simulated.into(), of_step, of_start: None }.binned(None)
}

/// The singular values outside the bulk, of which each is one and no density: stems of one height.
fn one_by_one(law: &Part, outside: &[f64]) -> Option<Curve> {
    let highest = law.points().map(|(_, y)| y).filter(|y| y.is_finite()).fold(0.0, f64::max);
    let points: Vec<(f64, f64)> = outside.iter().flat_map(|x| [(*x, STEM * highest), (*x, f64::NAN)]).collect();
    let label = "simulation, one by one outside the bulk".to_owned();
    (!points.is_empty()).then_some(Curve { label, points, style: Style::Stems })
}

/// What makes an outlier, and where it is, to four digits.
fn named(what: &str, x: f64) -> String {
    let decimals = (3.0 - x.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{what} {x:.decimals$}")
}

/// s = √(n λ), with the density 2 s/n times that of λ.
fn of_singular_values(law: &Part, samples: f64) -> Part {
    let mut part = law.clone();
    let Figure { title, x_label, y_label, curves, marks, .. } = &mut part.figure;
    (*title, *x_label, *y_label) =
        ("singular values of F, theory and simulation".to_owned(), "singular value".to_owned(), "density".to_owned());
    let to = |x: f64| (samples * x).sqrt();
    for (x, y) in curves.iter_mut().flat_map(|curve| &mut curve.points) {
        (*x, *y) = (to(*x), *y * 2.0 * to(*x) / samples);
    }
    // at a hard edge the density of s stays finite
    for points in curves.iter_mut().map(|curve| &mut curve.points) {
        points.retain(|(x, y)| *x > 0.0 || y.is_nan());
    }
    for mark in marks {
        mark.x = to(mark.x);
        mark.label = if mark.kind == MarkKind::Outlier { named("norms", mark.x) } else { String::new() };
    }
    part.top = to(part.top);
    part
}

/// Half of the width of a degree's level.
const HALF: f64 = 0.3;

/// Errors against the degree, a level of theory and a point of simulation at each; none after a step of given size.
fn errors_by_degree(report: &Report) -> Option<Figure> {
    let found = |name: &str| -> Vec<&Row> {
        (0..).map_while(|degree| report.rows.iter().find(|row| row.quantity == format!("{name}[{degree}]"))).collect()
    };
    let kinds = [("test", "test"), ("train", "train, penalised")].map(|(name, label)| (found(name), label));
    if kinds.iter().any(|(rows, _)| rows.is_empty()) {
        return None;
    }
    let line = |(rows, label): &(Vec<&Row>, &str)| {
        let level = |(degree, row): (usize, &&Row)| {
            let level = |x: f64| (degree as f64 + x, row.theory);
            [level(-HALF), level(HALF), (degree as f64 + HALF, f64::NAN)]
        };
        (format!("{label}, theory"), false, rows.iter().enumerate().flat_map(level).collect())
    };
    let points = |(rows, label): &(Vec<&Row>, &str)| Measured {
        label: format!("{label}, simulation"),
        points: rows.iter().enumerate().map(|(degree, row)| [degree as f64, row.measured, row.se]).collect(),
    };
    let figure = panel("errors by degree", ["degree", "error"], false, kinds.iter().map(line).collect());
    let figure = Figure { x_whole: true, ..figure };
    Some(with_measured(figure, &kinds.each_ref().map(points)))
}
