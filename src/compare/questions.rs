//! The claims that a law makes about a spectrum: which numbers are compared, and with which reservations.

use super::claim::{Claim, Shown, Theory};
use super::law::LawPrediction;
use super::points::{Points, significant};
use super::source::{Number, Part, Source};
use super::two_sizes::Scaling;
use num_complex::Complex64;

/// Eigenvalues expected between an edge and the extreme one, at most: Poisson counts exceed it with probability e^−5 below one.
pub const RARE: f64 = 5.0;

/// Where the unevenness of the smaller size exceeds this, terms beyond 1/n still count and the bias of the bulk is allowed to
/// fall like n^(−1/2) only (tuned on polynomials of degree two and three, which need it).
pub const UNEVEN: f64 = 0.1;

/// Where it exceeds this, the bias of the bulk is no power of n yet, and the check says nothing about it (tuned likewise).
pub const TOO_UNEVEN: f64 = 0.3;

/// Below this smallest dimension at the smaller size no power of n is trusted: the bias may fall as slowly as n^(−1/4), so that
/// a disagreement needs a distance that hardly depends on the size (tuned on right models of every kind).
pub const FEW: usize = 32;

/// Outliers with a smaller margin are not told from an edge at the sizes that are simulated.
pub const NEAR: f64 = 0.05;

/// Eigenvalues below this share of the largest are not told from zero: the witness's rank threshold, n · 2^-52 with n up to
/// several thousand, and a factor 10 for the spread of the lowest eigenvalues.
const RESOLUTION: f64 = 1e-11;

const RARE_MOMENT: &str = "biases rarer than the rows drawn decide this moment: raise n";
const TOO_SMALL: &str = "the lowest predicted eigenvalues are too near zero to be told from it in double precision";
const TOO_NEAR: &str = "its strength is within 5 % of the threshold: at these sizes it is not told from the edge";
const NO_REFERENCE: &str = "in a gap an outlier is found by its eigenvector, and no vector is known that it is aligned with";
const NEXT_TO_ONE: &str = "an outlier in the gap beside it has no vector by which it is found";
const UNEVEN_NORMS: &str =
    "at the smaller size the random norms of the rows of W and of the columns of X are too uneven for f: raise n";

/// The claims of the law with this index at one size, in the order of the rows. A claim that only one of two sizes makes has no
/// row.
pub(super) fn claims(index: usize, law: &LawPrediction, points: &Points, eigenvalues: usize) -> Vec<Claim> {
    let asked = Asked { index, law };
    let mut list = asked.bulk(&points.transform);
    if law.edges.len() == points.components {
        list.extend(asked.edges());
    }
    list.extend(law.mean_outlier.map(|value| asked.claim("mean_outlier", Number::MeanOutlier, value, asked.of_bulk())));
    list.extend(asked.outliers());
    list.extend(asked.distances(points, eigenvalues));
    list
}

/// A law and its index among those of a draw.
#[derive(Clone, Copy)]
struct Asked<'a> {
    index: usize,
    law: &'a LawPrediction,
}

impl Asked<'_> {
    fn claim(self, name: &str, number: Number, value: f64, scaling: Scaling) -> Claim {
        let few = self.law.smallest < FEW && scaling != Scaling::EXACT;
        let limit = if scaling == Scaling::SLOW_BULK && !self.law.slow { Scaling::BULK } else { scaling };
        let scaling = if few { Scaling { bias: scaling.bias.min(Scaling::FEW_BIAS), ..scaling } } else { scaling };
        let name = format!("{}{name}", self.law.prefix);
        let source = Source::Spectrum(self.index, number);
        Claim { limit, error: self.law.error, ..Claim::new(name, Theory::Value(value), source, scaling) }
    }

    /// The exponents of the bulk.
    fn of_bulk(self) -> Scaling {
        match self.law {
            law if law.sampled => Scaling::SAMPLED,
            law if law.slow || law.unevenness > UNEVEN => Scaling::SLOW_BULK,
            _ => Scaling::BULK,
        }
    }

    /// A claim on the bulk.
    fn on_bulk(self, name: &str, number: Number, value: f64) -> Claim {
        let blurred = (self.law.unevenness > TOO_UNEVEN).then_some(UNEVEN_NORMS);
        Claim { decides: true, blurred, ..self.claim(name, number, value, self.of_bulk()) }
    }

    fn bulk(self, points: &[Complex64]) -> Vec<Claim> {
        let law = self.law;
        let moment = |(order, value): (usize, &f64)| {
            let hidden = (order >= law.rare_moment).then_some(RARE_MOMENT);
            Claim { hidden, ..self.on_bulk(&format!("moments[{}]", order - 1), Number::Moment(order), *value) }
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
            let lowest = law.edges.first().map_or(0.0, |edge| edge[0]);
            let highest = law.edges.last().map_or(0.0, |edge| edge[1]);
            let hidden = (lowest > 0.0 && lowest < RESOLUTION * highest).then_some(TOO_SMALL);
            let claim = self.claim("atom", Number::Atom, law.atom, Scaling::EXACT);
            list.push(Claim { hidden, ..claim.with_scale(1.0) });
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
                list.push(Claim { hidden: lost.then_some(NEXT_TO_ONE), ..claim });
            }
        }
        for (component, side) in [(0, 0), (law.edges.len().saturating_sub(1), 1)] {
            let (Some(depth), Some(edge)) = (law.edge_depth[side], law.edges.get(component)) else { continue };
            let number = Number::SampledEdge { component, side };
            let limit = Scaling { bias: f64::NAN, spread: f64::NAN };
            list.push(Claim {
                roughness: depth,
                limit,
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
            let claim = |end: &str, number: Number, value: f64| Claim {
                hidden,
                ..self.claim(&format!("{}.{end}", outlier.name), number, value, Scaling::OUTLIER)
            };
            if equal[0] == index {
                let note = if equal.len() > 1 { format!("; the mean of {} equal outliers", equal.len()) } else { String::new() };
                list.push(Claim { note, ..claim("position", Number::Position(equal), outlier.position) });
            }
            list.extend(outlier.alignment.map(|value| claim("alignment", Number::Alignment(index), value)));
        }
        list
    }

    /// The rows of several parts: the distribution function at its points, and the two parts of the equation's residual at the
    /// first of the points of the transform.
    fn distances(self, points: &Points, eigenvalues: usize) -> Vec<Claim> {
        let law = self.law;
        let at = |x: &f64| {
            let claim = self.on_bulk("kolmogorov", Number::Cdf(*x), (law.cdf)(*x)).with_scale(1.0);
            let note = format!(", at x = {}", significant(*x, 6));
            Claim { shown: Shown::Distance, roughness: 0.5 / eigenvalues as f64, note, ..claim }
        };
        let mut list: Vec<Claim> = points.cdf.iter().map(at).collect();
        if let (Some(z), Some(equation)) = (points.transform.first(), &law.equation) {
            // |m ∂P/∂m| at the predicted m: a relative error ε of m makes a residual of ε times that
            const STEP: f64 = 1e-6;
            let m = (law.stieltjes)(*z);
            let scale = (equation(*z, m * (1.0 + STEP)) - equation(*z, m * (1.0 - STEP))).norm() / (2.0 * STEP);
            list.extend([(Part::Re, "its real part is "), (Part::Im, "its imaginary part is ")].map(|(part, subject)| {
                let claim = self.on_bulk("quartic_residual", Number::Residual(*z, part), 0.0).with_scale(scale);
                let size = Source::Spectrum(self.index, Number::ResidualSize(*z));
                Claim { shown: Shown::Size(size), subject, ..claim }
            }));
        }
        list
    }
}
