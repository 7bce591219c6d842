//! The query `plot`: the picture of a model, a check, a sampled function, coefficients, or several of these in one frame.

use std::sync::Arc;

use super::{Query, Repeat, optional, required, save};
use crate::model::Model;
use crate::number::Real;
use crate::plot::Figure;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Expanded};
use crate::session::value::{Hidden, Picture, Record, Samples, Value};

pub(super) const TABLE: &[Query] = &[Query {
    name: "plot",
    parameters: &[
        required("value", "a model, a check, hermite(…), density(m, range), or a list of these"),
        optional("file", "name.svg or name.png; without it the plot goes to the terminal"),
        optional("labels", "a list of texts, one for each item of a list; one text for a single thing"),
        optional(
            "log",
            "\"x\", \"y\" or \"xy\": logarithmic axes; over a logarithmic axis alone a law is drawn as the density of the logarithm",
        ),
        optional("title", "a text over the picture"),
    ],
    about: "the picture; beside a file name.svg also the data, name.json",
    result: "the files written, or a plot in the terminal",
    example: "plot(features(tanh(x), phi = 1/2, psi = 3/4))",
    repeat: Repeat::Numeric,
    run: plot,
}];

fn plot(call: &Call) -> Result<Value, Failure> {
    let value = call.value();
    let axes = call.text("log")?.unwrap_or("");
    if !matches!(axes, "" | "x" | "y" | "xy") {
        return Err(call.refuse("log", format!("log must be \"x\", \"y\" or \"xy\", and is \"{axes}\"")));
    }
    let items = match &value {
        Value::List(items) if !items.is_empty() => &items[..],
        single => std::slice::from_ref(single),
    };
    // over a logarithmic axis laws are drawn as densities of the logarithm, unless functions of x stand beside them
    let logarithmic = axes == "x" && items.iter().all(is_law);
    let labels = labels(call, items.len())?;
    let mut figure = match &value {
        Value::List(items) if !items.is_empty() => together(call, items, &labels, logarithmic)?,
        single => alone(call, single, labels.first(), logarithmic)?,
    };
    if let Some(title) = call.text("title")? {
        figure.title = title.to_owned();
    }
    (figure.log_x, figure.log_y) = (axes.contains('x'), axes.contains('y'));
    if figure.log_y {
        figures::sizes_of_coefficients(&mut figure);
    }
    let file = save::path(call, &["svg", "png"])?;
    Ok(Value::Picture(Arc::new(Picture { figure: Arc::new(figure), file })))
}

/// Whether the picture is that of a law of eigenvalues.
fn is_law(value: &Value) -> bool {
    match value {
        Value::Model(_) => true,
        Value::Record(record) => matches!(record.hidden, Hidden::Figures(_)),
        _ => false,
    }
}

/// One picture; its first curve takes the label, and without one the bulks of a model have a colour each.
fn alone(call: &Call, value: &Value, label: Option<&String>, logarithmic: bool) -> Result<Figure, Failure> {
    let mut found = figure(call, value, logarithmic)?;
    match (value, label, found.curves.first_mut()) {
        (_, Some(label), Some(curve)) => curve.label.clone_from(label),
        (Value::Model(model), ..) => {
            let answers = call.answers_of(model, "value")?;
            let coloured = answers.law().and_then(|law| Ok(figures::coloured_by_mass(law, found)?));
            return coloured.map_err(call.theory("value"));
        }
        _ => {}
    }
    Ok(found)
}

/// The picture of one thing; a law over the logarithm of the eigenvalue when that is wanted.
fn figure(call: &Call, value: &Value, logarithmic: bool) -> Result<Figure, Failure> {
    match value {
        Value::Model(model) => {
            let mut law = of_model(call, model)?;
            if logarithmic {
                figures::over_logarithm(&mut law);
            }
            Ok(law)
        }
        Value::Samples(samples) => Ok(of_samples(call, samples)),
        Value::Record(record) => match &record.hidden {
            Hidden::Figures(figures) if logarithmic => Ok(figures.logarithmic.clone()),
            Hidden::Figures(figures) => Ok(figures.plain.clone()),
            Hidden::Expanded(expanded) => Ok(of_coefficients(call, expanded, record)),
            Hidden::Nothing => Err(not_drawn(call, value)),
        },
        _ => Err(not_drawn(call, value)),
    }
}

/// The law of a model, the top layer's of a kernel.
pub(super) fn of_model(call: &Call, model: &Model) -> Result<Figure, Failure> {
    let argument = call.query.parameters[0].name;
    let answers = call.answers_of(model, argument)?;
    // that outliers are not known is no doubt about the law that is drawn
    let doubts = call.evaluation.doubts.take();
    let outliers: Vec<Real> = answers.outliers().map_err(call.theory(argument))?.unwrap_or_default();
    drop(call.evaluation.doubts.replace(doubts));
    let fields = model.fields().into_iter().filter(|field| !field.is_usual);
    let caption: Vec<String> = fields.map(|field| field.to_string()).collect();
    let law = answers.law().map_err(call.theory(argument))?;
    figures::law(law, &outliers, caption.join(", ")).map_err(call.theory(argument))
}

fn of_samples(call: &Call, samples: &Samples) -> Figure {
    let points = samples.points.iter().map(|point| call.enclosure(point).to_f64());
    figures::samples(samples.name, points.zip(samples.values.iter().map(|value| double(call, value))).collect())
}

fn of_coefficients(call: &Call, expanded: &Expanded, record: &Record) -> Figure {
    let Some(Value::List(values)) = record.field("a") else { return Figure::default() };
    let a: Vec<f64> = values.iter().map(|value| double(call, value)).collect();
    let energies = ["second_moment", "remainder"].map(|name| record.field(name).map_or(f64::NAN, |value| double(call, value)));
    figures::expansion(expanded, &a, energies)
}

/// A value as a double for a picture; what is no number breaks the curve.
fn double(call: &Call, value: &Value) -> f64 {
    match value {
        Value::Function(f) if f.is_constant() => call.enclosure(f).to_f64(),
        Value::Real(real) => real.to_f64(),
        Value::Double(value, _) => *value,
        _ => f64::NAN,
    }
}

fn not_drawn(call: &Call, value: &Value) -> Failure {
    let failure = call.refuse("value", format!("plot cannot draw {}", value.kind()));
    failure
        .with_help("it draws models, checks, hermite(…), density(m, 0..4 count 200), and lists of these with labels = [\"…\", …]")
}

/// One text for each of `count` things to draw; none when none are given.
fn labels(call: &Call, count: usize) -> Result<Vec<String>, Failure> {
    let items = match call.given("labels") {
        None => &[],
        Some(Value::List(labels)) if labels.len() == count => &labels[..],
        Some(label @ Value::Text(_)) if count == 1 => std::slice::from_ref(label),
        Some(_) => {
            let what = if count == 1 { "one text".to_owned() } else { format!("a list of {count} texts") };
            return Err(call.refuse("labels", format!("labels must be {what}, one for each thing drawn")));
        }
    };
    let text = |label: &Value| match label {
        Value::Text(label) => Ok(label.clone()),
        _ => Err(call.refuse("labels", "labels must be texts in quotes")),
    };
    items.iter().map(text).collect()
}

/// Several figures in one frame; curves take the labels given, or their numbers.
fn together(call: &Call, items: &[Value], labels: &[String], logarithmic: bool) -> Result<Figure, Failure> {
    let mut whole = Figure::default();
    for (position, item) in items.iter().enumerate() {
        let mut part = figure(call, item, logarithmic)?;
        let label = labels.get(position).cloned().unwrap_or_else(|| format!("{}", position + 1));
        for (place, curve) in part.curves.iter_mut().enumerate() {
            curve.label = if place == 0 { label.clone() } else { String::new() };
        }
        if position == 0 {
            (whole.title, whole.x_label, whole.y_label) = (part.title, part.x_label, part.y_label);
        }
        whole.curves.extend(part.curves);
        whole.histograms.extend(part.histograms);
        whole.marks.extend(part.marks);
        whole.atoms.extend(part.atoms);
    }
    Ok(whole)
}
