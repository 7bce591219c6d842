//! Results to figures: densities of laws on grids that follow their edges, histograms beside them, samples and coefficients.

use super::call::Call;
use super::failure::Failure;
use super::law::{self, energy};
use super::network::{self, Network};
use super::shown::{Shown, bias_name, show};
use super::value::{Figures, Samples, Value};
use crate::compare::Report;
use crate::model::{Energies, Features, Kernel};
use crate::number::Ball;
use crate::plot::{Atom, Curve, Figure, Histogram, Mark, MarkKind, Style};
use crate::spectrum::{Law64, ProfileEdge, edges, masses};

/// Points of a curve over one bulk.
const POINTS: usize = 600;
/// The share of the mass of a law of biased neurons that its picture shows; the tail above may reach far.
const TOP_SHARE: f64 = 0.9995;
/// Its edge is shown when it is not farther than this multiple of that place (tuned).
const NOT_FAR: f64 = 2.0;
/// A density of the logarithm below this share of its highest value is cut off towards 0 (tuned).
const HARDLY: f64 = 2e-3;
/// Digits of the numbers of a figure.
const DIGITS: u32 = 15;

/// The law of a model: its density, edges and atom.
///
/// # Errors
/// Whatever the law fails with.
pub fn model(call: &Call, model: &Features) -> Result<Figure, Failure> {
    if let Some(network) = network::of_features(call, model)? {
        return profile(call, &network, described(model));
    }
    let energy = energy(call, model)?;
    let wrong = |error| law::failure(&error, call.span);
    let table = Law64::new(&energy.parameters).map_err(wrong)?;
    let bulks = edges(&energy.parameters, call.bits()).map_err(wrong)?;
    let mut figure = Figure::new("limiting law of the eigenvalues", "eigenvalue", "density");
    figure.subtitle = described(model);
    let mut points = Vec::new();
    for ([low, high], ends) in table.edges().into_iter().zip(&bulks) {
        let hard = ends[0].position.is_exact_zero();
        if !points.is_empty() {
            points.push((low, f64::NAN));
        }
        if !hard {
            points.push((low, 0.0));
        }
        points.extend(grid(low, high, hard).into_iter().map(|x| (x, table.density(x))));
        points.push((high, 0.0));
        let names = [low, high].into_iter().zip(ends).map(|(x, edge)| Mark {
            x,
            label: format!("{} ({})", four_digits(x), edge.exponent),
            kind: MarkKind::Edge,
        });
        figure.marks.extend(names);
    }
    if !points.is_empty() {
        figure.curves.push(Curve { label: "theory".to_owned(), points, style: Style::Line });
    }
    figure.marks.extend(triangles(&energy.positions(call, model)?));
    if table.atom() > 0.0 {
        figure.atoms.push(Atom { x: 0.0, mass: table.atom(), label: String::new() });
    }
    Ok(figure)
}

/// One mark for each place of outliers, with how many there are.
fn triangles(positions: &[Ball]) -> Vec<Mark> {
    let mut places: Vec<(f64, usize)> = Vec::new();
    for x in positions.iter().map(Ball::to_f64) {
        match places.iter_mut().find(|(place, _)| (x - *place).abs() <= 1e-9 * x) {
            Some((_, count)) => *count += 1,
            None => places.push((x, 1)),
        }
    }
    let label = |x: f64, count: usize| if count == 1 { String::new() } else { format!("{} ({count} times)", four_digits(x)) };
    places.into_iter().map(|(x, count)| Mark { x, label: label(x, count), kind: MarkKind::Outlier }).collect()
}

/// A double to four significant digits, short.
fn four_digits(x: f64) -> String {
    format!("{x:.3e}").parse::<f64>().unwrap_or(x).to_string()
}

/// A law of several bulks with one curve, and so one colour, for each, named by its mass.
///
/// # Errors
/// Whatever the law fails with.
pub fn coloured_by_mass(call: &Call, model: &Features, mut figure: Figure) -> Result<Figure, Failure> {
    if network::of_features(call, model)?.is_some() || figure.curves.len() != 1 {
        return Ok(figure);
    }
    let parameters = energy(call, model)?.parameters;
    let masses = masses(&parameters, call.bits()).map_err(|error| law::failure(&error, call.span))?;
    let pieces: Vec<Vec<(f64, f64)>> = figure.curves[0].points.split(|(_, y)| y.is_nan()).map(<[(f64, f64)]>::to_vec).collect();
    if pieces.len() == masses.len() && masses.len() > 1 {
        let named = pieces.into_iter().zip(&masses).map(|(points, mass)| Curve {
            label: format!("mass {mass}"),
            points,
            style: Style::Line,
        });
        figure.curves = named.collect();
    }
    Ok(figure)
}

/// Turns densities of x into those of ln x, x ρ(x), whose area over a logarithmic axis is the mass; what lies at 0 is said in
/// words.
pub fn over_logarithm(figure: &mut Figure) {
    figure.log_x = true;
    figure.y_label = "density of the logarithm".to_owned();
    figure.curves.iter_mut().flat_map(|curve| &mut curve.points).for_each(|(x, y)| *y *= *x);
    for mark in figure.marks.iter_mut().filter(|mark| mark.x == 0.0) {
        mark.label = match mark.label.strip_prefix("0 (").and_then(|rest| rest.strip_suffix(')')) {
            Some(exponent) => format!("hard edge at 0: density like x^({exponent})"),
            None => "support down to 0".to_owned(),
        };
    }
    for atom in std::mem::take(&mut figure.atoms) {
        figure.subtitle += &format!("; mass {} at 0", four_digits(atom.mass));
    }
    if figure.marks.iter().any(|mark| mark.x == 0.0) {
        figure.x_range = without_tail(&figure.curves);
    }
}

/// The range of x without the decades towards 0 in which hardly anything lies.
fn without_tail(curves: &[Curve]) -> Option<(f64, f64)> {
    let points = || curves.iter().flat_map(|curve| &curve.points).filter(|(_, y)| y.is_finite());
    let highest = points().map(|(_, y)| *y).fold(0.0, f64::max);
    let seen = points().filter(|(_, y)| *y >= HARDLY * highest).map(|(x, _)| *x);
    let low = seen.fold(f64::INFINITY, f64::min);
    let high = points().map(|(x, _)| *x).fold(0.0, f64::max);
    (low < high).then(|| (low, high * (high / low).powf(0.03)))
}

/// The law of the top layer of a kernel.
///
/// # Errors
/// Whatever the law fails with.
pub fn kernel(call: &Call, kernel: &Kernel) -> Result<Figure, Failure> {
    let [f, gamma] = [
        kernel.activations.iter().map(ToString::to_string).collect::<Vec<_>>(),
        kernel.gamma.iter().map(ToString::to_string).collect(),
    ];
    let f = if f.iter().all(|one| *one == f[0]) { f[0].clone() } else { format!("[{}]", f.join(", ")) };
    let subtitle = format!("f = {f}, gamma = [{}], sigma_b = {}", gamma.join(", "), kernel.sigma_b);
    profile(call, &network::of_kernel(call, kernel)?, subtitle)
}

/// A law of biased neurons up to where nearly all of its mass lies, or to its edge when that is not far beyond.
fn profile(call: &Call, network: &Network, subtitle: String) -> Result<Figure, Failure> {
    let depth = network.layers.len();
    let table = network.double(call, depth)?;
    let mut figure = Figure::new("limiting law of the eigenvalues", "eigenvalue", "density");
    figure.subtitle = subtitle;
    let edges = table.edges();
    let nearly = table.quantile(TOP_SHARE).map_or(f64::INFINITY, |x| 1.1 * x.value);
    let edge = edges.last().map_or(f64::INFINITY, |pair| pair[1].position.value);
    let bounded = network.is_bounded(depth) == Some(true);
    let most = if bounded && edge <= NOT_FAR * nearly { edge } else { nearly };
    let mut points = Vec::new();
    for pair in &edges {
        let [low, high] = pair.map(|end| end.position.value);
        if low >= most {
            continue;
        }
        if !points.is_empty() {
            points.push((low, f64::NAN));
        }
        let curve = grid(low, high.min(most), low == 0.0).into_iter().map(|x| (x, table.density(x)));
        // so near 0 double precision does not follow the law
        points.extend(curve.skip_while(|(_, y)| low == 0.0 && *y == 0.0));
        let shown = pair.iter().filter(|end| end.position.value < most || (bounded && end.position.value == most));
        figure.marks.extend(shown.map(end_mark));
    }
    figure.curves.push(Curve { label: "theory".to_owned(), points, style: Style::Line });
    if table.atom() > 0.0 {
        figure.atoms.push(Atom { x: 0.0, mass: table.atom(), label: String::new() });
    }
    Ok(figure)
}

fn end_mark(end: &ProfileEdge) -> Mark {
    let x = end.position.value;
    let label = match end.exponent {
        Some(exponent) => format!("{} ({}1/2)", four_digits(x), if exponent < 0.0 { "-" } else { "" }),
        None => String::new(),
    };
    Mark { x, label, kind: MarkKind::Edge }
}

/// Points that crowd at both edges, towards a hard edge at 0 like the sixth power of the step, so that a density that grows like
/// a power is followed.
fn grid(low: f64, high: f64, hard: bool) -> Vec<f64> {
    (1..POINTS)
        .map(|k| {
            let angle = std::f64::consts::PI * k as f64 / POINTS as f64;
            let share = (1.0 - angle.cos()) / 2.0;
            low + (high - low) * if hard { share.powi(3) } else { share }
        })
        .collect()
}

fn described(model: &Features) -> String {
    let source = match &model.energies {
        Energies::Activation(f) => format!("f = {f}"),
        Energies::Given { theta1, theta2 } => format!("theta1 = {theta1}, theta2 = {theta2}"),
    };
    let bias = match model.sigma_b.is_zero() {
        true => String::new(),
        false => format!(", sigma_b = {} ({})", model.sigma_b, bias_name(model.bias)),
    };
    format!("{source}, phi = n0/m = {}, psi = n0/n1 = {}{bias}", model.phi, model.psi)
}

/// Theory over the histogram of the simulated eigenvalues, over either axis; an outlier of order n and the zeros of the atom are
/// left out of it.
#[must_use]
pub fn check(law: &Figure, report: &Report) -> Figures {
    let sizes: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    let mut plain = law.clone();
    plain.title = "theory and simulation".to_owned();
    plain.subtitle += &format!("; {}, {} trials, seed {}", sizes.join(", "), report.trials, report.seed);
    let mut logarithmic = plain.clone();
    over_logarithm(&mut logarithmic);
    let drawn = law.curves.iter().flat_map(|curve| &curve.points).map(|(x, _)| *x);
    let top = law.marks.iter().map(|mark| mark.x).chain(drawn).filter(|x| x.is_finite()).fold(0.0, f64::max) * 1.25;
    let seen: Vec<f64> = report.eigenvalues.iter().copied().filter(|value| *value > top * 1e-12 && *value <= top).collect();
    if !seen.is_empty() {
        let ends: Vec<f64> = law.marks.iter().filter(|mark| mark.kind == MarkKind::Edge).map(|mark| mark.x).collect();
        let gaps: Vec<f64> = ends.windows(2).skip(1).step_by(2).map(|gap| f64::midpoint(gap[0], gap[1])).collect();
        for (figure, scale) in [(&mut plain, Scale::Linear), (&mut logarithmic, Scale::Logarithmic)] {
            figure.histograms.push(histogram(&seen, &gaps, report.eigenvalues.len(), scale));
        }
    }
    Figures { plain, logarithmic }
}

/// In which variable bins are equally wide and heights are densities.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    Linear,
    Logarithmic,
}

impl Scale {
    fn of(self, x: f64) -> f64 {
        if self == Self::Linear { x } else { x.ln() }
    }

    fn back(self, t: f64) -> f64 {
        if self == Self::Linear { t } else { t.exp() }
    }
}

/// Bins of equal width within each bulk, between the middles of the gaps; heights are shares of `total` per unit of the scale.
fn histogram(values: &[f64], gaps: &[f64], total: usize, scale: Scale) -> Histogram {
    let mut whole = Histogram { label: "simulation".to_owned(), edges: Vec::new(), heights: Vec::new() };
    let mut from = f64::NEG_INFINITY;
    for to in gaps.iter().copied().chain([f64::INFINITY]) {
        let here: Vec<f64> = values.iter().copied().filter(|value| (from..to).contains(value)).map(|x| scale.of(x)).collect();
        from = to;
        if !here.is_empty() {
            append_bins(&mut whole, &here, total, scale);
        }
    }
    whole
}

fn append_bins(whole: &mut Histogram, values: &[f64], total: usize, scale: Scale) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bins = ((values.len() as f64).sqrt() as usize).clamp(10, 80);
    let width = ((high - low) / bins as f64).max(f64::MIN_POSITIVE);
    let mut counts = vec![0usize; bins];
    for value in values {
        counts[(((value - low) / width) as usize).min(bins - 1)] += 1;
    }
    if !whole.edges.is_empty() {
        // the empty bin over the gap
        whole.heights.push(0.0);
    }
    whole.edges.extend((0..=bins).map(|k| scale.back(low + width * k as f64)));
    whole.heights.extend(counts.iter().map(|count| *count as f64 / (total as f64 * width)));
}

/// A sampled function.
#[must_use]
pub fn samples(call: &Call, samples: &Samples) -> Figure {
    let variable = if samples.name == "quantile" { "p" } else { "x" };
    let mut figure = Figure::new(samples.name, variable, samples.name);
    let points =
        samples.points.iter().zip(&samples.values).map(|(x, y)| (double(call, &Value::Function(x.clone())), double(call, y)));
    figure.curves.push(Curve { label: String::new(), points: points.collect(), style: Style::Line });
    figure
}

/// On a logarithmic axis coefficients of either sign are shown by their size.
pub fn sizes_of_coefficients(figure: &mut Figure) {
    let stems = figure.curves.iter_mut().filter(|curve| curve.style == Style::Stems);
    for (_, a) in stems.flat_map(|curve| &mut curve.points) {
        *a = a.abs();
        figure.y_label = "|a_k|".to_owned();
    }
}

/// A value as a double for a picture; what is no number breaks the curve.
pub(super) fn double(call: &Call, value: &Value) -> f64 {
    match show(value, DIGITS, call.bits()).0 {
        Shown::Number { text, .. } | Shown::Estimate { text, .. } => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, histogram};

    #[test]
    fn a_histogram_over_two_bulks_keeps_the_mass_and_leaves_the_gap_empty() {
        let values: Vec<f64> =
            (0..400).map(|k| if k % 4 == 0 { 5.0 + f64::from(k) / 100.0 } else { f64::from(k) / 4000.0 }).collect();
        let bins = histogram(&values, &[2.0], 500, Scale::Linear);
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
        let bins = histogram(&values, &[], 400, Scale::Logarithmic);
        let area: f64 = bins.edges.windows(2).zip(&bins.heights).map(|(ends, height)| (ends[1] / ends[0]).ln() * height).sum();
        assert!((area - 0.75).abs() < 1e-12);
        // evenly spaced logarithms over ten units: the density is 0.075 up to a value more or less in a bin
        assert!(bins.heights.iter().all(|height| (height - 0.075).abs() < 0.01), "{:?}", bins.heights);
        assert!(bins.edges.windows(3).all(|ends| (ends[1] / ends[0] - ends[2] / ends[1]).abs() < 1e-9));
    }
}
