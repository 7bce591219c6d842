//! The panels of the neural feature ansatz: the correlation against samples, width and spread of the covariance.

use std::sync::Arc;

use super::part::StartMeasured;
use super::step::{Measured, panel, with_measured};
use crate::plot::{Figure, Mark, MarkKind};
use crate::theory::{AlignmentCurves, StartPoint, Varied};

/// Ratios that differ by less are those of the same model, up to whole sizes.
const SAME: f64 = 0.05;

/// A model that is drawn.
#[derive(Clone, Debug)]
pub struct Started {
    /// Its curves.
    pub curves: AlignmentCurves,
    /// What it is called where it does not stand alone.
    pub name: String,
    /// What checks measured of such models.
    pub measured: Vec<Arc<StartMeasured>>,
}

impl Started {
    fn points(&self, varied: Varied) -> Option<&[(f64, f64)]> {
        self.curves.curves.iter().find(|(other, _)| *other == varied).map(|(_, points)| &points[..])
    }

    /// Whether samples are infinitely many.
    fn is_joint(&self) -> bool {
        self.curves.here.n_over_d.is_infinite()
    }
}

/// A panel for each thing that is varied, with a curve for each model of one quantity and the points of those checks whose other
/// parameters are the model's.
#[must_use]
pub fn alignment(models: &[Started]) -> Vec<Figure> {
    let mut found = Vec::new();
    for (is_deficit, is_joint) in [(false, false), (false, true), (true, false)] {
        let alike: Vec<&Started> =
            models.iter().filter(|model| model.curves.is_deficit == is_deficit && model.is_joint() == is_joint).collect();
        for varied in [Varied::Samples, Varied::Width, Varied::Spread] {
            let drawn: Vec<&Started> = alike.iter().copied().filter(|model| model.points(varied).is_some()).collect();
            if !drawn.is_empty() {
                found.push(varied_panel(varied, &drawn, models.len() > 1));
            }
        }
    }
    found
}

/// One panel; models are named where there are several in the picture.
fn varied_panel(varied: Varied, models: &[&Started], named: bool) -> Figure {
    let (is_deficit, is_joint) = (models[0].curves.is_deficit, models[0].is_joint());
    let quantity = if is_deficit { "n (1 - correlation), n to infinity" } else { "centred correlation" };
    let this = if models.len() > 1 { "each at its" } else { "at this" };
    let title = match varied {
        Varied::Samples => format!("{quantity}, against samples {this} n/k"),
        Varied::Width if is_joint => format!("{quantity}, against width"),
        Varied::Width => format!("{quantity}, against width {this} n/d"),
        Varied::Spread => format!("{quantity}, against the spread of the covariance"),
    };
    let (x, log) = match varied {
        Varied::Samples => ("n/d", true),
        Varied::Width => ("k/d", true),
        Varied::Spread if is_joint => ("s, eigenvalues mean + s (lambda - mean)", false),
        Varied::Spread => ("s, covariance I + s (Sigma - I)", false),
    };
    let name = |model: &Started| if named { model.name.clone() } else { "theory".to_owned() };
    let lines = models.iter().map(|model| (name(model), false, model.points(varied).unwrap_or_default().to_vec())).collect();
    let label = if is_deficit { "n (1 - correlation)" } else { "correlation" };
    let mut figure = panel(&title, [x, label], log, lines);
    for (index, model) in models.iter().enumerate().filter(|_| varied != Varied::Spread) {
        let Some(x) = place(varied, &model.curves.here, &model.curves.here) else { continue };
        let label = if named { name(model) } else { "model".to_owned() };
        let curve = named.then_some(index);
        figure.marks.push(Mark { x, label, kind: MarkKind::Edge, curve });
    }
    for model in models {
        let points = simulated(varied, &model.curves.here, &model.measured).into_iter();
        let points = points.map(|measured| match named {
            true => Measured { label: format!("{}, {}", model.name, measured.label), ..measured },
            false => measured,
        });
        figure = with_measured(figure, &points.collect::<Vec<_>>());
    }
    figure
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
    for StartMeasured { n, at, value: [mean, error], .. } in
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
