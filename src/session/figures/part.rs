//! One of the things in a picture, with what is said of it apart, so that several can stand in one frame under one caption.

use std::sync::Arc;

use super::law::need_logarithm;
use crate::plot::Figure;
use crate::theory::StartPoint;

/// A density of the logarithm below this share of its highest value is left out towards 0 (tuned).
const HARDLY: f64 = 1e-2;
/// Relative distances within which a density is only as high as a grid is fine.
const BESIDE_SPIKES: f64 = 0.1;
/// Between these the eigenvalues and the densities of a law are doubles with room on both sides.
const DOUBLES: [f64; 2] = [1e-280, 1e280];
/// Share of the width of a frame that is left free beside the data.
const BESIDE: f64 = 0.03;

/// A figure without a subtitle, and what its subtitle says.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// What is drawn.
    pub figure: Figure,
    /// The parameters of what is drawn.
    pub fields: Vec<String>,
    /// What else is said of all of it, such as the sizes of a simulation.
    pub notes: Vec<String>,
    /// What is said of this law alone: a mass that has no place on the axis.
    pub masses: Vec<String>,
    /// Up to where a law is drawn.
    pub top: f64,
    /// Whether it goes on above.
    pub open: bool,
    /// Whether its heights are densities, over which a histogram may stand.
    pub is_density: bool,
    /// The layers under a top layer, by number, which have panels over its own when it is drawn alone.
    pub above: Vec<(usize, Views)>,
    /// A panel under its own when it is drawn alone.
    pub after: Option<Figure>,
}

/// A thing over linear axes, and over a logarithmic one where it is a law.
#[derive(Clone, Debug, Default)]
pub struct Views {
    /// Densities over the eigenvalue, or what else is drawn.
    pub plain: Part,
    /// Densities of the logarithm of the eigenvalue.
    pub logarithmic: Option<Part>,
    /// The eigenvalues of a simulation, its zeros included; for one gradient step the singular values.
    pub simulated: Arc<[f64]>,
    /// What a check of one gradient step measured.
    pub of_step: Option<Arc<StepMeasured>>,
    /// What a check of the start of training measured.
    pub of_start: Option<Arc<StartMeasured>>,
}

/// What a check of the start of training measured.
#[derive(Clone, Debug)]
pub struct StartMeasured {
    /// n.
    pub n: usize,
    /// Of which model: its ratios and the spread of its covariance,
    pub at: StartPoint,
    /// and what else it is made of.
    pub of: Vec<String>,
    /// The correlation, in regime A n (1 − ρ), with its standard error.
    pub value: [f64; 2],
}

/// What a check of one gradient step measured.
#[derive(Clone, Debug, Default)]
pub struct StepMeasured {
    /// n.
    pub samples: usize,
    /// The step; none for the limits with free powers.
    pub eta: Option<f64>,
    /// The ridge.
    pub ridge: f64,
    /// Each quantity with its mean and standard error.
    pub rows: Vec<(String, [f64; 2])>,
}

impl StepMeasured {
    /// The mean and standard error of a quantity.
    #[must_use]
    pub fn of(&self, quantity: &str) -> Option<[f64; 2]> {
        self.rows.iter().find(|(name, _)| name == quantity).map(|(_, found)| *found)
    }
}

impl Views {
    /// What is no simulation.
    #[must_use]
    pub fn new(plain: Part, logarithmic: Option<Part>) -> Views {
        Views { plain, logarithmic, ..Views::default() }
    }

    /// The part on the axes that can show it.
    fn chosen(self) -> Part {
        match self.logarithmic {
            Some(logarithmic) if need_logarithm(&[&self.plain]) => logarithmic,
            _ => self.plain,
        }
    }
}

impl Part {
    /// A figure that says something of itself.
    #[must_use]
    pub fn new(mut figure: Figure) -> Part {
        let said = std::mem::take(&mut figure.subtitle);
        Part { figure, notes: vec![said], ..Part::default() }
    }

    /// The figure with everything that is said of it, and with its panels, each with what is said of its law.
    #[must_use]
    pub fn captioned(self) -> Figure {
        let of_law = |masses: &[String], figure: Figure| Figure { subtitle: masses.join("; "), ..figure };
        let above = self.above.into_iter().map(|(_, views)| {
            let part = views.chosen();
            of_law(&part.masses, part.figure)
        });
        let mut panels = above.chain([of_law(&self.masses, self.figure)]).chain(self.after);
        let first = panels.next().unwrap_or_default();
        let said = std::iter::once(self.fields.join(", ")).chain(self.notes).chain([first.subtitle.clone()]);
        let subtitle = said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
        let below = first.below.iter().cloned().chain(panels).collect();
        Figure { subtitle, below, ..first }
    }

    /// Why a law cannot be drawn, when all of it lies beyond what doubles can follow.
    #[must_use]
    pub fn beyond_doubles(&self) -> Option<String> {
        let [least, most] = DOUBLES;
        let place = match self.top {
            top if top < least => format!("below {least:e}"),
            top if top > most => format!("above {most:e}"),
            _ => return None,
        };
        Some(format!("the eigenvalues lie {place}, and pictures are drawn in double precision"))
    }

    /// All points of its curves.
    pub(super) fn points(&self) -> impl Iterator<Item = (f64, f64)> + Clone {
        self.figure.curves.iter().flat_map(|curve| &curve.points).copied()
    }

    /// The area under the curves, by the trapezoidal rule; without what lies at an infinite height.
    pub(super) fn area(&self) -> f64 {
        let steps = self.figure.curves.iter().flat_map(|curve| curve.points.windows(2));
        steps.map(|step| (step[1].0 - step[0].0) * f64::midpoint(step[0].1, step[1].1)).filter(|area| area.is_finite()).sum()
    }

    /// With the range of x of everything named or drawn: with room beside it, but not where a law goes on, and over a logarithm
    /// without the decades towards 0 in which hardly anything lies.
    pub(super) fn ranged(mut self) -> Part {
        let Figure { log_x: log, marks, atoms, histograms, .. } = &self.figure;
        let drawn = self.points().filter(|(_, y)| y.is_finite());
        let down_to_zero = *log && marks.iter().any(|mark| mark.x == 0.0);
        // next to a place at which a density is infinite its height says nothing
        let spikes = || self.points().filter(|(x, y)| y.is_infinite() && *x > 0.0).map(|(x, _)| x);
        let ordinary = drawn.clone().filter(|(x, _)| spikes().all(|spike| (x - spike).abs() > BESIDE_SPIKES * spike));
        let highest = ordinary.map(|(_, y)| y).fold(0.0, f64::max);
        let least = if down_to_zero { HARDLY * highest } else { 0.0 };
        let bars = histograms.iter().flat_map(|histogram| &histogram.edges).copied();
        let named = marks.iter().map(|mark| mark.x).chain(atoms.iter().map(|atom| atom.x)).chain(bars);
        let seen = drawn.filter(|(_, y)| *y >= least).map(|(x, _)| x);
        let shown = seen.chain(named).filter(|x| x.is_finite() && (!log || *x > 0.0));
        let (low, high) = shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let [below, above] = [!down_to_zero, !self.open].map(|free| if free { BESIDE } else { 0.0 });
        self.figure.x_range = (low < high).then(|| match log {
            true => (low / (high / low).powf(below), high * (high / low).powf(above)),
            false => (low - below * (high - low), high + above * (high - low)),
        });
        self
    }
}
