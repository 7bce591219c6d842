//! The claims that a law makes about a spectrum: which numbers are compared, and with which reservations.

use super::claim::{Claim, Reservation, Shown, Theory};
use super::extrapolation::Scaling;
use super::law::{Judged, LawPrediction, SharedReservation};
use super::points::{Points, significant};
use super::source::{Number, Part, Source};
use super::unpredicted::{self, Looked};
use crate::monte_carlo::{Draw, spectra};
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
const LENGTHENED: &str = "the signals are so strong for this n that they lengthen the columns, and unit ones shrink the rest";
/// By how much more the second term of such a series counts than in one of ratio share alone: the place of an outlier has a series of its
/// own (tuned on right models of 100 samples).
const TERMS: f64 = 2.0;
const SQUARED: &str = "the signals are so strong for this n that their squares add to the vector of ones";
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
        list.extend(asked.outliers(&points.together));
    }
    list.extend(asked.unpredicted());
    if law.judged != Judged::Outliers {
        list.extend(asked.distances(points));
    }
    list.into_iter().map(|claim| reserved(law, claim)).collect()
}

/// The claim with the reservations of its law before its own.
fn reserved(law: &LawPrediction, claim: Claim) -> Claim {
    let unclear = law.unclear.clone().filter(|_| claim.source.is_of_a_place());
    let of_law: Vec<SharedReservation> = law.reserved.clone().into_iter().chain(unclear).collect();
    if of_law.is_empty() {
        return claim;
    }
    let own = claim.reserved;
    let all: Reservation = Box::new(move |draws| {
        let first = of_law.iter().find_map(|reservation| reservation(draws));
        first.or_else(|| own.as_ref().and_then(|own| own(draws)))
    });
    Claim { reserved: Some(all), ..claim }
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
            Claim { hidden: rare.or(claim.hidden).or_else(|| self.shrunk(order as f64)), scale, ..claim }
        };
        let mut list: Vec<Claim> = (1..).zip(&law.moments).map(moment).collect();
        for z in points {
            let name = format!("stieltjes({} {} {}*i)", z.re, if z.im < 0.0 { '-' } else { '+' }, z.im.abs());
            let value = (law.stieltjes)(*z);
            list.extend([(Part::Re, "re"), (Part::Im, "im")].map(|(part, end)| {
                let claim = self.on_bulk(&format!("{name}.{end}"), Number::Stieltjes(*z, part), part.of(value));
                let hidden = claim.hidden.clone().or_else(|| self.shrunk(z.norm() / z.im.abs()));
                Claim { hidden, ..claim.with_scale(value.norm()) }
            }));
        }
        // a neuron that its own bias silences is a zero row at every finite size
        if !law.sampled {
            let claim = self.claim("atom", Number::Atom, law.atom, Scaling::EXACT);
            let ([least, most], count) = (law.zeros(self.eigenvalues), self.eigenvalues as f64);
            let (roughness, note) = match law.finite.zeros {
                Some(_) => {
                    let off = [least, most].map(|zeros| (zeros as f64 / count - law.atom).abs());
                    (off[0].max(off[1]), by_rank([least, most], self.eigenvalues))
                }
                None => (0.0, String::new()),
            };
            list.push(Claim { hidden: self.uncounted(), roughness, note, ..claim.with_scale(1.0) });
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
                let blurred = || self.blurred_beside(component + side).or_else(|| self.shrunk(1.0));
                let hidden = lost.or_else(|| law.undecided.clone()).or_else(unseen).or_else(lowest).or_else(blurred);
                list.push(Claim { hidden, ..claim });
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

    /// Why the counting function at x is not seen.
    fn blurred_at(self, x: f64) -> Option<String> {
        let (share, reason) = self.law.finite.blurred.as_ref()?;
        ((self.law.cdf)(x) <= share + 1e-9).then(|| reason.clone())
    }

    /// x over half the width of the component that it is in: by how much more than x itself its place in there changes.
    fn sharpness(self, x: f64) -> f64 {
        let around = self.law.edges.iter().find(|[low, high]| (*low..=*high).contains(&x));
        around.map_or(1.0, |[low, high]| 2.0 * x / (high - low))
    }

    /// Why what lies over this many components is not seen, where the components beside it are blurred.
    fn blurred_beside(self, region: usize) -> Option<String> {
        let components = region.checked_sub(1).into_iter().chain((region < self.law.edges.len()).then_some(region));
        components.into_iter().find_map(|component| self.law.blurred(component))
    }

    /// Why a number that is off by `times` the share by which signals lengthen the columns, and by powers of that, is not judged.
    fn shrunk(self, times: f64) -> Option<String> {
        too_strong(times * self.law.finite.lengthened, LENGTHENED)
    }

    /// Eigenvalues clear of the support that nothing predicts.
    fn unpredicted(self) -> Option<Claim> {
        let law = self.law;
        let unlisted = law.finite.unlisted.clone();
        if law.sampled || law.edges.is_empty() {
            return None;
        }
        let Looked { gaps, unseen } = unpredicted::look(law, self.eigenvalues);
        if gaps.is_empty() && unlisted.is_none() && unseen.is_none() {
            return None;
        }
        let name = if law.prefix.is_empty() || law.prefix.ends_with('.') { "unpredicted" } else { ".unpredicted" };
        let (index, order_n) = (self.index, law.order_n_outliers());
        let looked = gaps.clone();
        let claim = self.claim(name, Number::Unpredicted(gaps), 0.0, Scaling::EXACT).with_scale(1.0);
        let claim = Claim { hidden: law.undecided.clone().or(unlisted), ..claim };
        let Some(unseen) = unseen else { return Some(claim) };
        // what is found elsewhere counts all the same
        Some(claim.reserved(Box::new(move |draws| {
            let found = |draw: &Draw| {
                let spectrum = draw.spectra.get(index);
                spectrum.is_some_and(|spectrum| unpredicted::count(spectra::bulk(&spectrum.eigenvalues, order_n), &looked) > 0)
            };
            (!draws.iter().any(found)).then(|| unseen.clone())
        })))
    }

    /// Whether an outlier stands in a gap, and nothing tells its eigenvalue from those of the components.
    fn is_lost(self, index: usize) -> bool {
        let outlier = &self.law.outliers[index];
        outlier.references.is_empty() && self.law.region(outlier.position) < self.law.edges.len()
    }

    /// The position of each outlier, for those that are not told apart the mean; and its alignment.
    fn outliers(self, together: &[Vec<String>]) -> Vec<Claim> {
        let all = &self.law.outliers;
        let mut list = Vec::new();
        for (index, outlier) in all.iter().enumerate() {
            if let Some(group) = together.iter().find(|group| group[0] == outlier.name) {
                list.extend(self.position(index, group));
            }
            let claim = |end: &str, number: Number, value: f64| self.on_outlier(&[index], end, number, value);
            list.extend(outlier.alignment.map(|value| claim("alignment", Number::Alignment(index), value)));
            list.extend(outlier.left.as_ref().map(|(value, name)| claim("left", Number::Left(index, name.clone()), *value)));
        }
        list
    }

    /// The mean position of a group; none where one of them has no outlier at this size.
    fn position(self, index: usize, group: &[String]) -> Option<Claim> {
        let all = &self.law.outliers;
        let place = |name: &String| all.iter().position(|outlier| outlier.name == *name);
        let members = group.iter().map(place).collect::<Option<Vec<usize>>>()?;
        let mean = members.iter().map(|member| all[*member].position).sum::<f64>() / members.len() as f64;
        let note = match members.len() {
            1 => String::new(),
            count if members.iter().all(|member| all[*member].equals(&all[index])) => {
                format!("; the mean of {count} equal outliers")
            }
            count => format!("; the mean of {count} outliers that are so close that they push each other apart"),
        };
        Some(Claim { note, ..self.on_outlier(&members, "position", Number::Position(members.clone()), mean) })
    }

    /// A claim on these outliers, by the name of the first.
    fn on_outlier(self, members: &[usize], end: &str, number: Number, value: f64) -> Claim {
        let law = self.law;
        let hidden = |index: &usize| {
            let outlier = &law.outliers[*index];
            let near = (outlier.margin < NEAR).then_some(TOO_NEAR);
            let known = near.or_else(|| self.is_lost(*index).then_some(NO_REFERENCE)).map(str::to_owned);
            known.or_else(|| self.blurred_beside(law.region(outlier.position)))
        };
        let first = &law.outliers[members[0]];
        let scaling = if first.smooth && !law.slow { Scaling::SMOOTH_OUTLIER } else { Scaling::OUTLIER };
        let squared = if first.smooth { 0.0 } else { law.finite.squared };
        let share = law.finite.lengthened.max(squared);
        let strong = || law.undecided.clone().or_else(|| self.shrunk(1.0)).or_else(|| too_strong(squared, SQUARED));
        Claim {
            hidden: members.iter().find_map(hidden).or_else(strong),
            // its bias falls so slowly that a third size would add more noise than it takes off
            sizes: 2,
            series: (share > 0.0).then_some(TERMS * share),
            ..self.claim(&format!("{}.{end}", first.name), number, value, scaling)
        }
    }

    /// The rows of several parts: the distribution function at its points, and the two parts of the equation's residual, to first
    /// order, at the first of the points of the transform.
    fn distances(self, points: &Points) -> Vec<Claim> {
        let law = self.law;
        let at = |x: &f64| {
            let claim = self.on_bulk("kolmogorov", Number::Cdf(*x), (law.cdf)(*x)).with_scale(1.0);
            let note = format!(", at x = {}", significant(*x, 6));
            let roughness = claim.roughness + 0.5 / self.eigenvalues as f64;
            let hidden =
                claim.hidden.clone().or_else(|| self.blurred_at(*x)).or_else(|| self.shrunk(self.sharpness(*x).max(1.0)));
            Claim { shown: Shown::Distance, roughness, note, hidden, ..claim }
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
                        let hidden = claim.hidden.clone().or_else(|| self.shrunk(z.norm() / z.im.abs()));
                        Claim { shown: Shown::Size(size), subject, hidden, ..claim }
                    }),
            );
        }
        list
    }
}

/// Why what is off by a share that falls like 1/n, and by powers of it, is not judged: at half of the size it is twice as large.
fn too_strong(share: f64, reason: &str) -> Option<String> {
    (2.0 * share > 1.0).then(|| format!("{reason}: take n {} times as large or more", rounded_up(2.0 * share)))
}

/// What the row of the atom says where the rank is known.
fn by_rank([least, most]: [usize; 2], count: usize) -> String {
    let zeros = if least == most { format!("{least}") } else { format!("{least} or {most}") };
    format!("; by their rank these matrices have {zeros} zeros of {count}")
}

/// The next number of two digits.
#[must_use]
pub fn rounded_up(n: f64) -> String {
    let power = n.log10().floor() as i32 - 1;
    let unit = 10f64.powi(power.abs());
    match power < 0 {
        true => format!("{}", (n * unit).ceil() / unit),
        false => format!("{}", (n / unit).ceil() * unit),
    }
}
