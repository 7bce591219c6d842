//! Theory over the histogram of simulated eigenvalues, or of data.

use super::law::{four_digits, over_logarithm};
use super::layers;
use super::part::{Part, Views};
use crate::compare::Report;
use crate::plot::{Figure, Histogram, MarkKind};

/// The law of a check over the eigenvalues of its simulation; an outlier of order n and the zeros of the atom are left out.
#[must_use]
pub fn simulation(law: &Part, report: &Report) -> Views {
    let sizes: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    let mut plain = law.clone();
    plain.figure.title = "theory and simulation".to_owned();
    if plain.after.is_some() {
        plain.figure.title = format!("{}, theory and simulation", law.figure.title);
    }
    plain.notes.push(format!("{}, {} trials, seed {}", sizes.join(", "), report.trials, report.seed));
    layers::measured(&mut plain, report);
    let [_, top] = plain.span();
    plain.notes.extend(at_masses(&law.figure, &report.eigenvalues, "eigenvalues"));
    let beyond: Vec<f64> =
        report.eigenvalues.iter().copied().filter(|value| *value > top && !is_at_mass(&law.figure, *value)).collect();
    if let Some(largest) = beyond.iter().copied().reduce(f64::max) {
        plain.notes.push(format!("{} of {} eigenvalues beyond, up to {largest:.4}", beyond.len(), report.eigenvalues.len()));
    }
    let simulated = report.eigenvalues.clone().into();
    Views { logarithmic: Some(over_logarithm(&plain)), plain, simulated, of_step: None, of_start: None }.binned(None)
}

/// A point mass holds the eigenvalues within this relative distance: rounding errors of a simulation are far smaller, and the distances of
/// other eigenvalues far larger.
const AT_MASS: f64 = 1e-8;

fn is_at(mass: f64, value: f64) -> bool {
    (value - mass).abs() <= AT_MASS * mass
}

/// Whether a value is that of a point mass, other than one at 0, that is drawn as an arrow.
fn is_at_mass(figure: &Figure, value: f64) -> bool {
    figure.atoms.iter().any(|atom| atom.x > 0.0 && is_at(atom.x, value))
}

/// How many of these each point mass holds, which are in no histogram; those at 0 are not counted.
fn at_masses(figure: &Figure, values: &[f64], name: &str) -> Vec<String> {
    let masses = figure.atoms.iter().filter(|atom| atom.x > 0.0);
    let held = masses.map(|atom| (atom.x, values.iter().filter(|value| is_at(atom.x, **value)).count()));
    let held = held.filter(|(_, count)| *count > 0);
    held.map(|(x, count)| format!("{count} of {} {name} at {}", values.len(), four_digits(x))).collect()
}

impl Views {
    /// The same with so many bins over each bulk of what was simulated.
    #[must_use]
    pub fn binned(mut self, bins: Option<usize>) -> Views {
        if self.simulated.is_empty() {
            return self;
        }
        for part in std::iter::once(&mut self.plain).chain(&mut self.logarithmic) {
            for (_, panel) in &mut part.above {
                *panel = std::mem::take(panel).binned(bins);
            }
            part.figure.histograms.clear();
            let bars = Bars { values: &self.simulated, bins, label: "simulation", curve: Some(0) };
            part.add(&bars);
            *part = std::mem::take(part).ranged();
        }
        self
    }
}

/// Numbers to be drawn as a histogram.
struct Bars<'a> {
    values: &'a [f64],
    /// Bins over each bulk; by their number when not given.
    bins: Option<usize>,
    label: &'a str,
    curve: Option<usize>,
}

/// Data over what is drawn, as shares of all of them; how many have no place there is said.
#[must_use]
pub fn over_data(mut part: Part, data: &[f64], bins: Option<usize>) -> Part {
    let drawn = part.add(&Bars { values: data, bins, label: "data", curve: None });
    let held = data.iter().filter(|value| is_at_mass(&part.figure, **value)).count();
    part.notes.extend(at_masses(&part.figure, data, "data"));
    if drawn + held < data.len() {
        part.notes.push(format!("{} of {} data at 0 or far above", data.len() - held - drawn, data.len()));
    }
    part.ranged()
}

impl Part {
    /// Adds a histogram over what is drawn, and says how many values it holds.
    fn add(&mut self, bars: &Bars) -> usize {
        let Part { figure, .. } = &*self;
        let [bottom, top] = self.span();
        let least = 1e-12 * top.max(-bottom);
        let seen = bars.values.iter().copied().filter(|value| value.abs() > least && *value >= bottom && *value <= top);
        let seen: Vec<f64> = seen.filter(|value| (*value > 0.0 || !figure.log_x) && !is_at_mass(figure, *value)).collect();
        if !seen.is_empty() {
            let scale = if figure.log_x { &LOGARITHMIC } else { &LINEAR };
            let histogram = histogram(&seen, &self.gaps(), bars, scale);
            self.figure.histograms.push(histogram);
        }
        seen.len()
    }

    /// Between which values eigenvalues are drawn: a quarter beyond what is marked or drawn of the theory.
    fn span(&self) -> [f64; 2] {
        let drawn = self.points().map(|(x, _)| x);
        let Figure { marks, atoms, .. } = &self.figure;
        let places = marks.iter().map(|mark| mark.x).chain(atoms.iter().map(|atom| atom.x)).chain(drawn);
        let places = places.filter(|x| x.is_finite());
        [places.clone().fold(0.0, f64::min), places.fold(0.0, f64::max)].map(|end| 1.25 * end)
    }

    /// The middles of the gaps between the bulks of a law.
    fn gaps(&self) -> Vec<f64> {
        let edges = self.figure.marks.iter().filter(|mark| mark.kind == MarkKind::Edge);
        let ends: Vec<f64> = edges.map(|mark| mark.x).collect();
        ends.windows(2).skip(1).step_by(2).map(|gap| f64::midpoint(gap[0], gap[1])).collect()
    }
}

/// In which variable bins are equally wide and heights are densities.
struct Scale {
    of: fn(f64) -> f64,
    back: fn(f64) -> f64,
}

const LINEAR: Scale = Scale { of: |x| x, back: |t| t };
const LOGARITHMIC: Scale = Scale { of: f64::ln, back: f64::exp };

/// Bins of equal width within each bulk, between the middles of the gaps, for the values seen; heights are shares of all per unit
/// of the scale.
fn histogram(values: &[f64], gaps: &[f64], all: &Bars, scale: &Scale) -> Histogram {
    let mut whole = Histogram { label: all.label.to_owned(), edges: Vec::new(), heights: Vec::new(), curve: all.curve };
    let mut from = f64::NEG_INFINITY;
    for to in gaps.iter().copied().chain([f64::INFINITY]) {
        let here: Vec<f64> = values.iter().copied().filter(|value| (from..to).contains(value)).map(|x| (scale.of)(x)).collect();
        from = to;
        if !here.is_empty() {
            append_bins(&mut whole, &here, all, scale);
        }
    }
    whole
}

fn append_bins(whole: &mut Histogram, values: &[f64], all: &Bars, scale: &Scale) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bins = all.bins.unwrap_or(((values.len() as f64).sqrt() as usize).clamp(10, 80));
    let width = ((high - low) / bins as f64).max(f64::MIN_POSITIVE);
    let mut counts = vec![0usize; bins];
    for value in values {
        counts[(((value - low) / width) as usize).min(bins - 1)] += 1;
    }
    if !whole.edges.is_empty() {
        // the empty bin over the gap
        whole.heights.push(0.0);
    }
    whole.edges.extend((0..=bins).map(|k| (scale.back)(low + width * k as f64)));
    whole.heights.extend(counts.iter().map(|count| *count as f64 / (all.values.len() as f64 * width)));
}

#[cfg(test)]
mod tests {
    use super::{Bars, LINEAR, LOGARITHMIC, histogram};

    fn bars(values: &[f64]) -> Bars<'_> {
        Bars { values, bins: None, label: "data", curve: None }
    }

    #[test]
    fn a_histogram_over_two_bulks_keeps_the_mass_and_leaves_the_gap_empty() {
        let values: Vec<f64> =
            (0..400).map(|k| if k % 4 == 0 { 5.0 + f64::from(k) / 100.0 } else { f64::from(k) / 4000.0 }).collect();
        // a fifth of all is not seen
        let all = [&values[..], &[0.0; 100]].concat();
        let bins = histogram(&values, &[2.0], &bars(&all), &LINEAR);
        let area = |from: f64, to: f64| -> f64 {
            let inside = bins.edges.windows(2).zip(&bins.heights).filter(|(ends, _)| ends[0] >= from && ends[1] <= to);
            inside.map(|(ends, height)| (ends[1] - ends[0]) * height).sum()
        };
        assert!((area(0.0, 2.0) - 0.6).abs() < 1e-12);
        assert!((area(2.0, 10.0) - 0.2).abs() < 1e-12);
        assert!(bins.edges.windows(2).zip(&bins.heights).any(|(ends, height)| ends[0] < 1.0 && ends[1] == 5.0 && *height == 0.0));
    }

    /// The same values over a logarithmic axis: bins of equal ratio, and the same masses over ln x.
    #[test]
    fn a_histogram_of_the_logarithm_keeps_the_mass() {
        let values: Vec<f64> = (0..300).map(|k| (f64::from(k) / 30.0 - 8.0).exp()).collect();
        let all = [&values[..], &[0.0; 100]].concat();
        let bins = histogram(&values, &[], &bars(&all), &LOGARITHMIC);
        let area: f64 = bins.edges.windows(2).zip(&bins.heights).map(|(ends, height)| (ends[1] / ends[0]).ln() * height).sum();
        assert!((area - 0.75).abs() < 1e-12);
        // evenly spaced logarithms over ten units: the density is 0.075 up to a value more or less in a bin
        assert!(bins.heights.iter().all(|height| (height - 0.075).abs() < 0.01), "{:?}", bins.heights);
        assert!(bins.edges.windows(3).all(|ends| (ends[1] / ends[0] - ends[2] / ends[1]).abs() < 1e-9));
    }
}
