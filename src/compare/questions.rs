//! The claims that a law makes about a spectrum: which numbers are compared, and with which reservations.

use super::claim::{Claim, Shown, Theory};
use super::extrapolation::Scaling;
use super::law::{Judged, LawPrediction};
use super::points::{Points, significant};
use super::source::{Number, Part, Source};
use num_complex::Complex64;

/// Eigenvalues expected between an edge and the extreme one, at most: Poisson counts exceed it with probability e^−5 below one.
pub const RARE: f64 = 5.0;

/// Below this smallest dimension at the smaller of two sizes no power of n is trusted: without a third size the bias may fall as
/// slowly as n^(−1/4), so that a disagreement needs a distance that hardly depends on the size (tuned on right models of every
/// kind).
pub const FEW: usize = 32;

/// Outliers with a smaller margin are not told from an edge at the sizes that are simulated.
pub const NEAR: f64 = 0.05;

/// A factor between the witness's rank threshold and edges and quantiles that are compared, for the spread of eigenvalues.
pub(super) const SPREAD: f64 = 10.0;

/// Where more eigenvalues of a draw than this are expected below the threshold, zeros are not counted.
const LOST: f64 = 0.1;

const RARE_MOMENT: &str = "biases rarer than the rows drawn decide this moment";
const TOO_SMALL: &str = "the lowest predicted eigenvalues are not told from zero in double precision beside the largest";
const TOO_NEAR: &str = "its strength is within 5 % of the threshold: at these sizes it is not told from the edge";
const NO_REFERENCE: &str = "in a gap an outlier is found by its eigenvector, and no vector is known that it is aligned with";
const NEXT_TO_ONE: &str = "an outlier in the gap beside it has no vector by which it is found";

/// Below which an eigenvalue of a matrix with so many of them, and this largest dimension, is not told from zero in double
/// precision: n · 2^-52 of the largest eigenvalue.
pub(super) fn resolution(law: &LawPrediction, eigenvalues: usize, largest: usize) -> f64 {
    let ends = law.edges.iter().flatten().map(|edge| edge.abs());
    let edge = ends.fold(0.0, f64::max);
    let bulk = if edge > 0.0 && edge.is_finite() { edge } else { law.size().unwrap_or(0.0) };
    let top = law.mean_outlier.map_or(0.0, |mean| mean * eigenvalues as f64).max(bulk);
    largest as f64 * f64::EPSILON * top
}

/// The claims of the law with this index at one size, in the order of the rows. A claim that only one of two sizes makes has no
/// row.
pub(super) fn claims(index: usize, law: &LawPrediction, points: &Points, eigenvalues: usize, largest: usize) -> Vec<Claim> {
    let asked = Asked { index, law, eigenvalues, resolution: resolution(law, eigenvalues, largest) };
    let mut list = Vec::new();
    if law.judged != Judged::Outliers {
        list.extend(asked.bulk(&points.transform));
        if law.edges.len() == points.components {
            list.extend(asked.edges());
        }
        list.extend(law.mean_outlier.map(|value| asked.claim("mean_outlier", Number::MeanOutlier, value, asked.of_bulk())));
    }
    if law.judged != Judged::Law {
        list.extend(asked.outliers());
    }
    if law.judged != Judged::Outliers {
        list.extend(asked.distances(points));
    }
    list
}

/// A law and its index among those of a draw, the number of its eigenvalues, and the least that is told from zero.
#[derive(Clone, Copy)]
struct Asked<'a> {
    index: usize,
    law: &'a LawPrediction,
    eigenvalues: usize,
    resolution: f64,
}

impl Asked<'_> {
    fn claim(self, name: &str, number: Number, value: f64, scaling: Scaling) -> Claim {
        let few = self.law.smallest < FEW && scaling != Scaling::EXACT;
        let name = format!("{}{name}", self.law.prefix);
        let source = Source::Spectrum(self.index, number);
        Claim { few, error: self.law.error, ..Claim::new(name, Theory::Value(value), source, scaling) }
    }

    /// The exponents of the bulk.
    fn of_bulk(self) -> Scaling {
        match self.law {
            law if law.sampled => Scaling::SAMPLED,
            law if law.slow => Scaling::SLOW_BULK,
            _ => Scaling::BULK,
        }
    }

    /// A claim on the bulk.
    fn on_bulk(self, name: &str, number: Number, value: f64) -> Claim {
        let (hidden, scaling) = (self.law.undecided.clone(), self.of_bulk());
        let series = self.law.series.filter(|_| scaling.bias == Scaling::BULK.bias);
        let roughness = self.law.absorbed / self.eigenvalues as f64 * self.variation(&number);
        Claim { decides: true, hidden, series, roughness, ..self.claim(name, number, value, scaling) }
    }

    /// The total variation of the function that the number sums over the eigenvalues, at most: by interlacing a perturbation of rank
    /// one changes the sum by no more.
    fn variation(self, number: &Number) -> f64 {
        let of_transform = |z: &Complex64| 2.0 / if z.re > 0.0 { z.im.abs() } else { z.norm() };
        match number {
            Number::Moment(order) => self.law.edges.last().map_or(0.0, |edge| edge[1].powi(*order as i32)),
            Number::Stieltjes(z, _) => of_transform(z),
            Number::Residual { z, slope, .. } => slope.norm() * of_transform(z),
            Number::Cdf(_) => 1.0,
            _ => 0.0,
        }
    }

    /// Why zeros are not counted at this size.
    fn uncounted(self) -> Option<String> {
        let law = self.law;
        let count = self.eigenvalues;
        if let Some(reason) = law.undecided.as_ref().or(law.uncounted.as_ref()) {
            return Some(reason.clone());
        }
        let lower = if law.is_indefinite() { (law.cdf)(-self.resolution) } else { 0.0 };
        let below = count as f64 * ((law.cdf)(self.resolution) - lower - law.atom);
        (below > LOST).then(|| TOO_SMALL.to_owned())
    }

    fn bulk(self, points: &[Complex64]) -> Vec<Claim> {
        let law = self.law;
        let moment = |(order, value): (usize, &f64)| {
            let claim = self.on_bulk(&format!("moments[{}]", order - 1), Number::Moment(order), *value);
            let rare = (order >= law.rare_moment).then(|| RARE_MOMENT.to_owned());
            // odd moments of both signs may vanish
            let scale = law.size().filter(|_| law.is_indefinite()).map(|size| size.powi(order as i32)).or(claim.scale);
            Claim { hidden: rare.or(claim.hidden), scale, ..claim }
        };
        let mut list: Vec<Claim> = (1..).zip(&law.moments).map(moment).collect();
        for z in points {
            let name = format!("stieltjes({} {} {}*i)", z.re, if z.im < 0.0 { '-' } else { '+' }, z.im.abs());
            let value = (law.stieltjes)(*z);
            list.extend([(Part::Re, "re"), (Part::Im, "im")].map(|(part, end)| {
                let claim = self.on_bulk(&format!("{name}.{end}"), Number::Stieltjes(*z, part), part.of(value));
                claim.with_scale(value.norm())
            }));
        }
        // a neuron that its own bias silences is a zero row at every finite size
        if !law.sampled {
            let claim = self.claim("atom", Number::Atom, law.atom, Scaling::EXACT);
            list.push(Claim { hidden: self.uncounted(), ..claim.with_scale(1.0) });
        }
        list
    }

    /// Soft edges whose eigenvalue is known by rank; then the lowest and the highest edge, where the prediction says how far
    /// inside the extreme eigenvalue may lie.
    fn edges(self) -> Vec<Claim> {
        let law = self.law;
        let name = |component: usize, side: usize| format!("edges[{component}][{side}]");
        let mut list = Vec::new();
        for (component, side) in (0..law.edges.len()).flat_map(|component| [(component, 0), (component, 1)]) {
            let soft = law.edge_soft.get(component).is_some_and(|soft| soft[side]);
            let outer = component + side == 0 || component + side == law.edges.len();
            let value = law.edges[component][side];
            if soft && value.is_finite() && (outer || law.eigenvalues_from(component + side, 1).is_some()) {
                let lost = !outer && law.outliers_in(component + side).iter().any(|index| self.is_lost(*index));
                let claim = self.claim(&name(component, side), Number::Edge { component, side }, value, Scaling::EDGE);
                let lost = lost.then(|| NEXT_TO_ONE.to_owned());
                // the lowest edge is found by counting the zeros
                let lowest = || (component + side == 0).then(|| self.uncounted()).flatten();
                let unseen = || (value.abs() < SPREAD * self.resolution).then(|| TOO_SMALL.to_owned());
                list.push(Claim { hidden: lost.or_else(|| law.undecided.clone()).or_else(unseen).or_else(lowest), ..claim });
            }
        }
        for (component, side) in [(0, 0), (law.edges.len().saturating_sub(1), 1)] {
            let (Some(depth), Some(edge)) = (law.edge_depth[side], law.edges.get(component)) else { continue };
            let number = Number::SampledEdge { component, side };
            let limit = Scaling { bias: f64::NAN, spread: f64::NAN };
            list.push(Claim {
                // and the first term of the series, which is not taken off
                roughness: depth + law.series.unwrap_or(0.0) * edge[side],
                limit,
                hidden: law.undecided.clone(),
                ..self.claim(&name(component, side), number, edge[side], Scaling::EXACT)
            });
        }
        list
    }

    /// Whether an outlier stands in a gap, and nothing tells its eigenvalue from those of the components.
    fn is_lost(self, index: usize) -> bool {
        let outlier = &self.law.outliers[index];
        outlier.references.is_empty() && self.law.region(outlier.position) < self.law.edges.len()
    }

    /// The position of each outlier, for equal ones that of the first; and its alignment.
    fn outliers(self) -> Vec<Claim> {
        let all = &self.law.outliers;
        let mut list = Vec::new();
        for (index, outlier) in all.iter().enumerate() {
            let equal: Vec<usize> = (0..all.len()).filter(|other| all[*other].equals(outlier)).collect();
            let lost = self.is_lost(index).then_some(NO_REFERENCE);
            let hidden = (outlier.margin < NEAR).then_some(TOO_NEAR).or(lost);
            let scaling = if outlier.smooth && !self.law.slow { Scaling::SMOOTH_OUTLIER } else { Scaling::OUTLIER };
            let claim = |end: &str, number: Number, value: f64| Claim {
                hidden: hidden.map(str::to_owned),
                // its bias falls so slowly that a third size would add more noise than it takes off
                sizes: 2,
                ..self.claim(&format!("{}.{end}", outlier.name), number, value, scaling)
            };
            if equal[0] == index {
                let note = if equal.len() > 1 { format!("; the mean of {} equal outliers", equal.len()) } else { String::new() };
                list.push(Claim { note, ..claim("position", Number::Position(equal), outlier.position) });
            }
            list.extend(outlier.alignment.map(|value| claim("alignment", Number::Alignment(index), value)));
            list.extend(outlier.left.as_ref().map(|(value, name)| claim("left", Number::Left(index, name.clone()), *value)));
        }
        list
    }

    /// The rows of several parts: the distribution function at its points, and the two parts of the equation's residual, to first
    /// order, at the first of the points of the transform.
    fn distances(self, points: &Points) -> Vec<Claim> {
        let law = self.law;
        let at = |x: &f64| {
            let claim = self.on_bulk("kolmogorov", Number::Cdf(*x), (law.cdf)(*x)).with_scale(1.0);
            let note = format!(", at x = {}", significant(*x, 6));
            let roughness = claim.roughness + 0.5 / self.eigenvalues as f64;
            Claim { shown: Shown::Distance, roughness, note, ..claim }
        };
        let mut list: Vec<Claim> = points.cdf.iter().map(at).collect();
        if let (Some(z), Some(equation)) = (points.transform.first(), &law.equation) {
            const STEP: f64 = 1e-6;
            let m = (law.stieltjes)(*z);
            let value = equation(*z, m);
            let slope = (equation(*z, m * (1.0 + STEP)) - equation(*z, m * (1.0 - STEP))) / (2.0 * STEP * m);
            // a relative error ε of m makes a residual of ε times that
            let scale = (m * slope).norm();
            list.extend(
                [(Part::Re, "the first order of its real part is "), (Part::Im, "the first order of its imaginary part is ")]
                    .map(|(part, subject)| {
                        let claim = self
                            .on_bulk("quartic_residual", Number::Residual { z: *z, m, value, slope, part }, 0.0)
                            .with_scale(scale);
                        let size = Source::Spectrum(self.index, Number::ResidualSize(*z));
                        Claim { shown: Shown::Size(size), subject, ..claim }
                    }),
            );
        }
        list
    }
}

/// The next number of two digits.
#[must_use]
pub fn rounded_up(n: f64) -> String {
    let unit = 10f64.powf(n.log10().floor() - 1.0);
    format!("{}", (n / unit).ceil() * unit)
}
