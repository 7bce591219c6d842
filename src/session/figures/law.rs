//! The picture of a law: its density on a grid that follows the edges, its edges, outliers and atom.

use crate::number::Real;
use crate::plot::{Atom, Curve, Figure, Mark, MarkKind, Style};
use crate::spectrum::{End, Law, LawError, Table};

/// Points of a curve over one bulk.
const POINTS: usize = 600;
/// The share of the mass of a law without a near edge that its picture shows; the tail above may reach far.
const TOP_SHARE: f64 = 0.9995;
/// An edge is shown when it is not farther than this multiple of that place (tuned).
const NOT_FAR: f64 = 2.0;
/// A density of the logarithm below this share of its highest value is cut off towards 0 (tuned).
const HARDLY: f64 = 2e-3;

/// The density of a law with its edges and atom, and marks where outliers are; the subtitle says whose law it is.
///
/// # Errors
/// Whatever the law fails with.
pub fn law(law: &dyn Law, outliers: &[Real], subtitle: String) -> Result<Figure, LawError> {
    let (table, ends) = (law.table()?, law.ends()?);
    let mut figure = Figure::new("limiting law of the eigenvalues", "eigenvalue", "density");
    figure.subtitle = subtitle;
    let most = reach(law, &*table, &ends);
    let mut points = Vec::new();
    for pair in ends.iter().filter(|[low, _]| low.position.to_f64() < most) {
        let [low, high] = pair.each_ref().map(|end| end.position.to_f64());
        if !points.is_empty() {
            points.push((low, f64::NAN));
        }
        points.extend(begins_at_zero(&pair[0]).then_some((low, 0.0)));
        // f64::min takes the number where there is no edge
        let curve = grid(low, high.min(most), low == 0.0).into_iter().map(|x| (x, table.density(x)));
        // so near 0 double precision may not follow the law
        points.extend(curve.skip_while(|(_, y)| low == 0.0 && *y == 0.0));
        points.extend((high <= most && begins_at_zero(&pair[1])).then_some((high, 0.0)));
        figure.marks.extend(pair.iter().filter(|end| end.position.to_f64() <= most).map(edge_mark));
    }
    if !points.is_empty() {
        figure.curves.push(Curve { label: "theory".to_owned(), points, style: Style::Line });
    }
    figure.marks.extend(triangles(outliers));
    if table.atom() > 0.0 {
        figure.atoms.push(Atom { x: 0.0, mass: table.atom(), label: String::new() });
    }
    Ok(figure)
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

/// Whether the density is 0 at the end itself.
fn begins_at_zero(end: &End) -> bool {
    end.exponent.as_ref().is_some_and(|exponent| *exponent > 0)
}

fn edge_mark(end: &End) -> Mark {
    let x = end.position.to_f64();
    let label = end.exponent.as_ref().map(|exponent| format!("{} ({exponent})", four_digits(x))).unwrap_or_default();
    Mark { x, label, kind: MarkKind::Edge }
}

/// A law of several bulks of known masses with one curve, and so one colour, for each.
///
/// # Errors
/// Whatever the law fails with.
pub fn coloured_by_mass(law: &dyn Law, mut figure: Figure) -> Result<Figure, LawError> {
    let masses = law.masses()?;
    let [curve] = &figure.curves[..] else { return Ok(figure) };
    let pieces: Vec<Vec<(f64, f64)>> = curve.points.split(|(_, y)| y.is_nan()).map(<[(f64, f64)]>::to_vec).collect();
    let named = |(points, mass): (Vec<(f64, f64)>, &Real)| match mass {
        Real::Rational(mass) => Some(Curve { label: format!("mass {mass}"), points, style: Style::Line }),
        _ => None,
    };
    if masses.len() > 1
        && pieces.len() == masses.len()
        && let Some(curves) = pieces.into_iter().zip(&masses).map(named).collect()
    {
        figure.curves = curves;
    }
    Ok(figure)
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
    places.into_iter().map(|(x, count)| Mark { x, label: label(x, count), kind: MarkKind::Outlier }).collect()
}

/// A double to four significant digits, short.
pub(super) fn four_digits(x: f64) -> String {
    format!("{x:.3e}").parse::<f64>().unwrap_or(x).to_string()
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
