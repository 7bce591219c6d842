//! The picture of a table of `sweep`: its numbers against the name that varies, a curve for each value of a second one.

use std::sync::Arc;

use crate::plot::{Cells, Figure};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Line, Measured, Part};
use crate::session::value::{Hidden, Record, Swept, Value};

use super::plot::double;

/// Curves of different colours.
const COLOURS: usize = 7;

/// A number of a point with its standard error, which is 0 for what is not simulated.
type Number = [f64; 2];

/// The rows of a table, with what its sweep was; none when it is no such table.
pub(super) fn rows(value: &Value) -> Option<(Vec<&Record>, Arc<Swept>)> {
    let Value::List(items) = value else { return None };
    let (_, swept) = point(items.first()?)?;
    Some((items.iter().map(|item| point(item).map(|(record, _)| record)).collect::<Option<_>>()?, swept.clone()))
}

/// A point of a sweep, and which.
fn point(item: &Value) -> Option<(&Record, &Arc<Swept>)> {
    match item {
        Value::Record(record) => match &record.hidden {
            Hidden::Point(swept) => Some((&**record, swept)),
            _ => None,
        },
        _ => None,
    }
}

/// The picture.
///
/// # Errors
/// A name that varies over no numbers, more curves than there are colours, no numbers at all.
pub(super) fn part(call: &Call, rows: &[&Record], swept: &Swept) -> Result<Part, Failure> {
    let names = swept.names;
    let over = rows[0].fields[0].0.to_string();
    let x: Vec<f64> = rows.iter().map(|row| double(call, &row.fields[0].1)).collect();
    if x.iter().any(|x| !x.is_finite()) {
        let failure = call.refuse("value", format!("{over} does not vary over numbers, and has no axis"));
        return Err(failure.with_help("save(…, \"name.csv\") writes the table"));
    }
    let mut curves: Vec<(String, Vec<[f64; 3]>)> = Vec::new();
    for (row, x) in rows.iter().zip(x) {
        let second = row.fields[1..names].iter().map(|(name, value)| format!("{name} = {}", text(call, value)));
        let second: Vec<String> = second.collect();
        for (name, [mean, error]) in row.fields[names..]
            .iter()
            .filter(|(_, value)| names == 2 || !matches!(value, Value::Flag(_)))
            .flat_map(|(name, value)| numbers(call, name, value))
        {
            let own = match name.strip_prefix("value") {
                Some("") => String::new(),
                Some(place) if place.starts_with('[') => format!("{}{place}", swept.label),
                _ => name,
            };
            let name = second.iter().cloned().chain([own]).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
            match curves.iter_mut().find(|(known, _)| *known == name) {
                Some((_, points)) => points.push([x, mean, error]),
                None => curves.push((name, vec![[x, mean, error]])),
            }
        }
    }
    curves.retain(|(_, points)| points.iter().any(|[_, mean, _]| mean.is_finite()));
    let gaps = gaps(call, rows, names, &mut curves);
    if curves.is_empty() {
        let failure = call.refuse("value", "the table has no numbers to draw");
        return Err(failure.with_help("sweep over one number of the answer, for example gaussian(…).theta2"));
    }
    if names == 2 && curves.len() > COLOURS {
        return plane(call, rows, swept).map(|figure| asked(swept, figure));
    }
    refuse_unlike(call, rows, names, &curves)?;
    if curves.len() > COLOURS {
        let message = format!("the table makes {} curves, and a picture holds {COLOURS}", curves.len());
        let mend = "sweep over one number of the answer, for example gaussian(…).theta2, or over fewer values of the second name";
        return Err(call.refuse("value", message).with_help(mend));
    }
    if names == 1 {
        break_where_lists_change(call, rows, &mut curves);
    }
    let mut part = asked(swept, figure([&over, &swept.label], curves));
    if gaps > 0 {
        part.notes.push(format!("{gaps} of {} points have no value", rows.len()));
    }
    Ok(part)
}

/// A figure under which it is said what was asked at every point.
fn asked(swept: &Swept, mut figure: Figure) -> Part {
    let said = std::mem::take(&mut figure.subtitle);
    let fields = if swept.asked == figure.y_label { Vec::new() } else { vec![swept.asked.clone()] };
    Part { figure, fields, notes: vec![said], ..Part::default() }
}

/// Where a list has more or fewer numbers than at the point before, its places mean other things, as those of edges do where bulks
/// merge: no line goes across.
fn break_where_lists_change(call: &Call, rows: &[&Record], curves: &mut [(String, Vec<[f64; 3]>)]) {
    let names = |row: &Record| -> Vec<String> {
        let own = row.fields[1..].iter().flat_map(|(name, value)| numbers(call, name, value));
        own.map(|(name, _)| name).collect()
    };
    for pair in rows.windows(2) {
        let [before, after] = [names(pair[0]), names(pair[1])];
        // a point without a value is a gap already
        if before == after || before.is_empty() || after.is_empty() {
            continue;
        }
        let place = f64::midpoint(double(call, &pair[0].fields[0].1), double(call, &pair[1].fields[0].1));
        for (_, points) in curves.iter_mut() {
            if points.iter().any(|[x, ..]| *x < place) && points.iter().any(|[x, ..]| *x > place) {
                points.push([place, f64::NAN, 0.0]);
                points.sort_by(|a, b| a[0].total_cmp(&b[0]));
            }
        }
    }
}

/// How many points have no value. Over one name they are gaps of the curves, which are not drawn across them.
fn gaps(call: &Call, rows: &[&Record], names: usize, curves: &mut [(String, Vec<[f64; 3]>)]) -> usize {
    let is_gap = |row: &&&Record| {
        let mut own = row.fields[names..].iter().flat_map(|(name, value)| numbers(call, name, value));
        !own.any(|(_, [mean, _])| mean.is_finite())
    };
    let empty: Vec<f64> = rows.iter().filter(is_gap).map(|row| double(call, &row.fields[0].1)).collect();
    for (_, points) in curves.iter_mut().filter(|_| names == 1) {
        let missing = empty.iter().filter(|x| points.iter().all(|[known, ..]| known.total_cmp(x).is_ne()));
        let missing: Vec<[f64; 3]> = missing.map(|x| [*x, f64::NAN, 0.0]).collect();
        points.extend(missing);
        points.sort_by(|a, b| a[0].total_cmp(&b[0]));
    }
    empty.len()
}

/// Curves over the plane of a table, in its frame: those over its second name are turned, so that each stands over the name it varies;
/// the first label names the colours. What the curves are of is said under the title too.
///
/// # Errors
/// A part over another name.
pub(super) fn over_cells(call: &Call, mut parts: Vec<Part>, labels: &[String]) -> Result<Vec<Part>, Failure> {
    let [first, others @ ..] = &mut parts[..] else { return Ok(parts) };
    if first.figure.cells.is_none() {
        return Ok(parts);
    }
    let (x, y) = (&first.figure.x_label, &first.figure.y_label);
    let (mut curves, mut said) = (Vec::new(), Vec::new());
    for (place, Part { figure, fields, notes, .. }) in others.iter_mut().enumerate() {
        if figure.x_label == *y {
            figure.curves.iter_mut().flat_map(|curve| &mut curve.points).for_each(|point| *point = (point.1, point.0));
        } else if figure.x_label != *x || figure.cells.is_some() {
            let failure = call.refuse("value", format!("over cells of {x} and {y} stand curves over {x} or {y}"));
            let example = format!("plot([sweep({x} = …, {y} = …, …), sweep({y} = …, find({x} = …, …))])");
            return Err(failure.with_help(format!("for example {example}")));
        }
        if let Some(label) = labels.get(place + 1) {
            // branches of one curve have one name
            for (number, curve) in figure.curves.iter_mut().enumerate() {
                curve.label = if number == 0 { label.clone() } else { String::new() };
            }
        }
        curves.append(&mut figure.curves);
        let own: Vec<String> = fields.drain(..).chain(notes.drain(..)).filter(|text| !text.is_empty()).collect();
        if !own.is_empty() {
            let name = labels.get(place + 1).map(|label| format!("{label}: ")).unwrap_or_default();
            said.push(format!("{name}{}", own.join(", ")));
        }
    }
    first.notes.append(&mut said);
    first.figure.curves.append(&mut curves);
    if let (Some(cells), Some(label)) = (&mut first.figure.cells, labels.first()) {
        cells.label.clone_from(label);
    }
    parts.truncate(1);
    Ok(parts)
}

/// Refuses fields of one record whose sizes have no common axis.
fn refuse_unlike(call: &Call, rows: &[&Record], names: usize, curves: &[(String, Vec<[f64; 3]>)]) -> Result<(), Failure> {
    const SPAN: f64 = 1e3;
    let size =
        |points: &[[f64; 3]]| points.iter().map(|[_, mean, _]| mean.abs()).filter(|mean| mean.is_finite()).fold(0.0, f64::max);
    let sizes: Vec<f64> = curves.iter().map(|(_, points)| size(points)).filter(|size| *size > 0.0).collect();
    let (least, most) = (sizes.iter().copied().fold(f64::INFINITY, f64::min), sizes.iter().copied().fold(0.0, f64::max));
    let fields: Vec<&str> = rows[0].fields[names..].iter().map(|(name, _)| &**name).collect();
    if fields.len() < 2 || most <= SPAN * least {
        return Ok(());
    }
    let failure = call.refuse("value", format!("the numbers of the table have no common axis: {}", fields.join(", ")));
    Err(failure.with_help(format!("sweep over one of them: sweep(…, (…).{})", fields[0])))
}

/// One number over the plane of two names, as coloured cells.
fn plane(call: &Call, rows: &[&Record], swept: &Swept) -> Result<Figure, Failure> {
    let own = |row: &Record| row.fields[2..].iter().flat_map(|(name, value)| numbers(call, name, value)).collect::<Vec<_>>();
    let mut labels: Vec<String> = rows.iter().flat_map(|row| own(row)).map(|(name, _)| name).collect();
    labels.sort();
    labels.dedup();
    let [label] = &labels[..] else {
        let failure =
            call.refuse("value", format!("over two names a picture shows one number, and there are {}", labels.join(", ")));
        return Err(failure.with_help("sweep over one number of the answer, for example spikes(m)[0].alignment"));
    };
    let axis = |place: usize| {
        let mut values: Vec<f64> = rows.iter().map(|row| double(call, &row.fields[place].1)).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    };
    let (x, y) = (axis(0), axis(1));
    if y.iter().any(|y| !y.is_finite()) {
        return Err(call.refuse("value", format!("{} does not vary over numbers, and has no axis", rows[0].fields[1].0)));
    }
    let mut values = vec![vec![f64::NAN; x.len()]; y.len()];
    for row in rows {
        let place =
            |axis: &[f64], place: usize| axis.binary_search_by(|value| value.total_cmp(&double(call, &row.fields[place].1)));
        if let (Ok(column), Ok(line), Some((_, [mean, _]))) = (place(&x, 0), place(&y, 1), own(row).first()) {
            values[line][column] = *mean;
        }
    }
    let log = |middles: &[f64]| is_geometric(middles);
    let label = if label == "value" { swept.label.clone() } else { label.clone() };
    let mut figure = Figure::new("", &*rows[0].fields[0].0, &*rows[0].fields[1].0);
    (figure.log_x, figure.log_y) = (log(&x), log(&y));
    if values.iter().flatten().any(|value| !value.is_finite()) {
        "empty cells have no value".clone_into(&mut figure.subtitle);
    }
    figure.cells = Some(Cells { label, x, y, values });
    Ok(figure)
}

/// Whether positive numbers grow by one factor, to the digits that a range over the logarithm has.
fn is_geometric(values: &[f64]) -> bool {
    let factors: Vec<f64> = values.windows(2).map(|pair| pair[1] / pair[0]).collect();
    let first = factors.first().copied().unwrap_or(0.0);
    values.len() > 2 && values[0] > 0.0 && first > 1.0 && factors.iter().all(|factor| (factor / first - 1.0).abs() < 1e-6)
}

fn figure([over, asked]: [&str; 2], curves: Vec<(String, Vec<[f64; 3]>)>) -> Figure {
    let y = if curves.len() == 1 && !curves[0].0.is_empty() { curves[0].0.clone() } else { asked.to_owned() };
    let (simulated, exact): (Vec<_>, Vec<_>) =
        curves.into_iter().partition(|(_, points)| points.iter().any(|[.., error]| *error > 0.0));
    let places: Vec<f64> =
        exact.iter().chain(&simulated).next().map_or_else(Vec::new, |(_, points)| points.iter().map(|[x, ..]| *x).collect());
    let log_x = is_geometric(&places);
    let lines: Vec<Line> =
        exact.into_iter().map(|(name, points)| (name, false, points.iter().map(|[x, mean, _]| (*x, *mean)).collect())).collect();
    let measured: Vec<Measured> = simulated.into_iter().map(|(label, points)| Measured { label, points }).collect();
    figures::with_measured(figures::panel("", [over, &y], log_x, lines), &measured)
}

/// The numbers of a field: one, or those of a list under its name and their places.
fn numbers(call: &Call, name: &str, value: &Value) -> Vec<(String, Number)> {
    match value {
        Value::Measured { mean, se } => vec![(name.to_owned(), [*mean, *se])],
        Value::List(items) => {
            items.iter().enumerate().flat_map(|(place, item)| numbers(call, &format!("{name}[{place}]"), item)).collect()
        }
        Value::Flag(flag) => vec![(name.to_owned(), [f64::from(u8::from(*flag)), 0.0])],
        Value::Function(f) if !f.is_constant() => Vec::new(),
        Value::Function(_) | Value::Real(_) | Value::Double(..) | Value::Printed(_) => {
            vec![(name.to_owned(), [double(call, value), 0.0])]
        }
        _ => Vec::new(),
    }
}

/// A value of the second name in a legend.
fn text(call: &Call, value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Function(f) if f.to_string().len() <= 12 => f.to_string(),
        other => format!("{:.4}", double(call, other)),
    }
}
