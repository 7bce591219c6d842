//! The picture of a law: its density on a grid that follows the edges, its edges, outliers and atom.

use rug::Rational;

use crate::number::Real;
use crate::plot::{Atom, Curve, Figure, Mark, MarkKind, Style};
use crate::spectrum::{End, Law, LawError, Table};

use super::part::Part;

/// Points of a curve over one bulk.
const POINTS: usize = 600;
/// The share of the mass of a law without a near edge that its picture shows; the tail above may reach far.
const TOP_SHARE: f64 = 0.9995;
/// An edge is shown when it is not farther than this multiple of that place (tuned).
const NOT_FAR: f64 = 2.0;
/// The share of a frame with linear axes that must lie under the curve; below it they show a spike and a flat line (tuned).
const FILLED: f64 = 0.15;
/// Ends of a bulk in a larger ratio are followed over its logarithm too (tuned).
const WIDE: f64 = 30.0;
/// Exponent of an ordinary edge.
const ROOT: (i32, i32) = (1, 2);

/// The density of a law with its edges and atom, and marks where outliers are; `fields` say whose law it is.
///
/// # Errors
/// Whatever the law fails with.
pub fn law(law: &dyn Law, outliers: &[Real], fields: Vec<String>) -> Result<Part, LawError> {
    let (table, ends) = (law.table()?, law.ends()?);
    let mut figure = Figure::new("limiting law of the eigenvalues", "eigenvalue", "density");
    let most = reach(law, &*table, &ends);
    let mut points = Vec::new();
    for pair in ends.iter().filter(|[low, _]| low.position.to_f64() < most) {
        let [low, high] = pair.each_ref().map(|end| end.position.to_f64());
        if !points.is_empty() {
            points.push((low, f64::NAN));
        }
        points.extend(at_end(&pair[0]).map(|y| (low, y)));
        // f64::min takes the number where there is no edge
        let curve = with_peaks(grid(low, high.min(most)), |x| table.density(x)).into_iter();
        // so near 0 double precision may not follow the law
        points.extend(curve.skip_while(|(_, y)| low == 0.0 && *y == 0.0));
        points.extend(at_end(&pair[1]).filter(|_| high <= most).map(|y| (high, y)));
        figure.marks.extend(pair.iter().filter(|end| end.position.to_f64() <= most).map(edge_mark));
    }
    if !points.is_empty() {
        figure.curves.push(Curve { label: "theory".to_owned(), points, style: Style::Line });
    }
    figure.marks.extend(triangles(outliers));
    if table.atom() > 0.0 {
        figure.atoms.push(Atom { x: 0.0, mass: table.atom(), label: String::new(), curve: None });
    }
    for [place, mass] in law.point_masses()?.unwrap_or_default().iter().map(|pair| pair.each_ref().map(Real::to_f64)) {
        if place > 0.0 {
            figure.atoms.push(Atom { x: place, mass, label: String::new(), curve: None });
        }
    }
    let mut masses = Vec::new();
    let edge = ends.last().map_or(most, |[_, high]| high.position.to_f64());
    let open = edge.is_nan() || edge > most;
    if open {
        let beyond = table.cdf(most).map_or(1.0 - TOP_SHARE, |below| 1.0 - below);
        masses.push(format!("mass {beyond:.1e} above {}", four_digits(most)));
    }
    Ok(Part { figure, fields, masses, top: most, open, is_density: true, ..Part::default() }.ranged())
}

/// Up to where the law is drawn: its upper edge, or where nearly all of its mass lies when that edge is far beyond or not proved.
fn reach(law: &dyn Law, table: &dyn Table, ends: &[[End; 2]]) -> f64 {
    let edge = ends.last().map_or(f64::INFINITY, |[_, high]| high.position.to_f64());
    if law.curve().is_some() {
        return edge;
    }
    let nearly = table.quantile(TOP_SHARE).map_or(f64::INFINITY, |x| 1.1 * x);
    if law.bounded() == Some(true) && edge <= NOT_FAR * nearly { edge } else { nearly }
}

/// The density at the end itself, where its exponent is known.
fn at_end(end: &End) -> Option<f64> {
    end.exponent.as_ref().map(|exponent| if *exponent < 0 { f64::INFINITY } else { 0.0 })
}

/// An edge; what is not an ordinary one, where the density begins like the root of the distance, is said in words.
fn edge_mark(end: &End) -> Mark {
    let x = end.position.to_f64();
    let label = match &end.exponent {
        None if x == 0.0 => "support down to 0".to_owned(),
        Some(exponent) if x == 0.0 => {
            let kind = if *exponent < 0 { "hard edge" } else { "edge" };
            format!("{kind} at 0: density like x^({exponent})")
        }
        Some(exponent) if *exponent != Rational::from(ROOT) => format!("{}: density like distance^({exponent})", four_digits(x)),
        _ => String::new(),
    };
    Mark { x, label, kind: MarkKind::Edge, curve: Some(0) }
}

/// Entries of the legend for bulks; of more of them the last says how many there are.
const MOST_NAMED: usize = 6;

/// A law of several bulks of known masses with one curve, and so one colour, for each.
///
/// # Errors
/// Whatever the law fails with.
pub fn coloured_by_mass(law: &dyn Law, figure: &mut Figure) -> Result<(), LawError> {
    let masses = law.masses()?;
    let [curve] = &figure.curves[..] else { return Ok(()) };
    let pieces = curve.points.split(|(_, y)| y.is_nan()).filter(|piece| !piece.is_empty());
    let pieces: Vec<Vec<(f64, f64)>> = pieces.map(<[(f64, f64)]>::to_vec).collect();
    let count = masses.len();
    let label = |index: usize, mass: &Rational| match index {
        _ if count <= MOST_NAMED => format!("mass {mass}"),
        index if index + 1 < MOST_NAMED => format!("mass {mass}"),
        index if index + 1 == MOST_NAMED => format!("… {count} components"),
        _ => String::new(),
    };
    let named = |index: usize, points: Vec<(f64, f64)>| match &masses[index] {
        Real::Rational(mass) => Some(Curve { label: label(index, mass), points, style: Style::Line }),
        _ => None,
    };
    if masses.len() > 1
        && pieces.len() == masses.len()
        && let Some(curves) = pieces.into_iter().enumerate().map(|(index, points)| named(index, points)).collect()
    {
        figure.curves = curves;
        let edges = figure.marks.iter_mut().filter(|mark| mark.kind == MarkKind::Edge);
        edges.enumerate().for_each(|(number, mark)| mark.curve = Some(number / 2));
    }
    Ok(())
}

/// One mark for each place of outliers, with how many there are.
fn triangles(positions: &[Real]) -> Vec<Mark> {
    let mut places: Vec<(f64, usize)> = Vec::new();
    for x in positions.iter().map(Real::to_f64) {
        match places.iter_mut().find(|(place, _)| (x - *place).abs() <= 1e-9 * x) {
            Some((_, count)) => *count += 1,
            None => places.push((x, 1)),
        }
    }
    let label = |x: f64, count: usize| if count == 1 { String::new() } else { format!("{} ({count} times)", four_digits(x)) };
    places.into_iter().map(|(x, count)| Mark { x, label: label(x, count), kind: MarkKind::Outlier, curve: None }).collect()
}

/// A double to four significant digits, short.
pub(super) fn four_digits(x: f64) -> String {
    format!("{x:.3e}").parse::<f64>().unwrap_or(x).to_string()
}

/// Whether linear axes, common to all, cannot show these laws: one of them goes to infinity, or fills too little of the frame.
#[must_use]
pub fn need_logarithm(laws: &[&Part]) -> bool {
    let heights = |part: &Part| part.points().map(|(_, y)| y).filter(|y| !y.is_nan()).fold(0.0, f64::max);
    let highest = laws.iter().map(|part| heights(part)).fold(0.0, f64::max);
    let ranges = laws.iter().filter_map(|part| part.figure.x_range);
    let (low, high) = ranges.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), range| (low.min(range.0), high.max(range.1)));
    laws.iter().any(|part| part.area() < FILLED * highest * (high - low))
}

/// Densities of ln x, x ρ(x), whose area over a logarithmic axis is the mass; the mass at 0 is said in words.
#[must_use]
pub fn over_logarithm(part: &Part) -> Part {
    let mut part = part.clone();
    part.figure.log_x = true;
    part.figure.y_label = "density of ln λ".to_owned();
    for curve in &mut part.figure.curves {
        curve.points.retain(|(x, _)| *x > 0.0);
        curve.points.iter_mut().for_each(|(x, y)| *y *= *x);
    }
    let (there, at_zero) = std::mem::take(&mut part.figure.atoms).into_iter().partition(|atom| atom.x > 0.0);
    part.figure.atoms = there;
    let at_zero: Vec<Atom> = at_zero;
    part.masses.extend(at_zero.iter().map(|atom| format!("mass {} at 0", four_digits(atom.mass))));
    part.ranged()
}

/// A density at these points and at its peaks between them, found by golden sections, so that the height of a peak is its own.
fn with_peaks(grid: Vec<f64>, density: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    const SECTIONS: usize = 40;
    // an estimated law may waver
    const MOST: usize = 4;
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let points: Vec<(f64, f64)> = grid.into_iter().map(|x| (x, density(x))).collect();
    let mut all = points.clone();
    let mut peaks: Vec<&[(f64, f64)]> =
        points.windows(3).filter(|three| three[1].1 > three[0].1 && three[1].1 > three[2].1).collect();
    peaks.sort_by(|a, b| b[1].1.total_cmp(&a[1].1));
    for three in peaks.into_iter().take(MOST) {
        let (mut low, mut high) = (three[0].0, three[2].0);
        for _ in 0..SECTIONS {
            let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
            (low, high) = if density(left) < density(right) { (left, high) } else { (low, right) };
        }
        let peak = f64::midpoint(low, high);
        all.push((peak, density(peak)));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

/// Points that crowd at both edges: towards a hard edge at 0 like the sixth power of the step, so that a density that grows like
/// a power is followed, and over a bulk of several decades in its logarithm too.
fn grid(low: f64, high: f64) -> Vec<f64> {
    let wide = low > 0.0 && high > WIDE * low;
    let steps = if wide { POINTS / 2 } else { POINTS };
    let shares = || (1..steps).map(|k| (1.0 - (std::f64::consts::PI * k as f64 / steps as f64).cos()) / 2.0);
    let mut points: Vec<f64> =
        shares().map(|share| low + (high - low) * if low == 0.0 { share.powi(3) } else { share }).collect();
    if wide {
        points.extend(shares().map(|share| low * (high / low).powf(share)));
        points.sort_by(f64::total_cmp);
    }
    points
}
