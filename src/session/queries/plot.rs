//! The query `plot`: the picture of a model, a check, a sampled function, coefficients, or several of these in one frame.

use std::sync::Arc;

use super::{Query, Repeat, optional, required, save};
use crate::plot::Figure;
use crate::session::call::Call;
use crate::session::drawing;
use crate::session::failure::Failure;
use crate::session::value::{Hidden, Picture, Value};

pub(super) const TABLE: &[Query] = &[Query {
    name: "plot",
    parameters: &[
        required("value", "a model, a check, hermite(…), density(m, range), or a list of these"),
        optional("file", "name.svg or name.png; without it the plot goes to the terminal"),
        optional("labels", "a list of texts, one for each item of a list"),
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
    let value = call.given("value").cloned().unwrap_or(Value::Undefined);
    let mut figure = match &value {
        Value::List(items) if !items.is_empty() => together(call, items)?,
        Value::Model(model) => drawing::coloured_by_mass(call, model, drawing::model(call, model)?)?,
        single => figure(call, single)?,
    };
    if let Some(title) = call.text("title")? {
        figure.title = title.to_owned();
    }
    let axes = call.text("log")?.unwrap_or("");
    if !matches!(axes, "" | "x" | "y" | "xy") {
        return Err(call.refuse("log", format!("log must be \"x\", \"y\" or \"xy\", and is \"{axes}\"")));
    }
    (figure.log_x, figure.log_y) = (axes.contains('x'), axes.contains('y'));
    if axes == "x" && matches!(value, Value::Model(_)) {
        drawing::over_logarithm(&mut figure);
    }
    if figure.log_y {
        drawing::sizes_of_coefficients(&mut figure);
    }
    let file = save::path(call, &["svg", "png"])?;
    Ok(Value::Picture(Arc::new(Picture { figure: Arc::new(figure), file })))
}

fn figure(call: &Call, value: &Value) -> Result<Figure, Failure> {
    match value {
        Value::Model(model) => drawing::model(call, model),
        Value::Kernel(kernel) => drawing::kernel(call, kernel),
        Value::Samples(samples) => Ok(drawing::samples(call, samples)),
        Value::Record(record) => match (&record.hidden, record.fields.iter().find(|(name, _)| *name == "a")) {
            (Hidden::Figure(figure), _) => Ok((**figure).clone()),
            (Hidden::Nothing, Some((_, Value::List(a)))) if record.name == "hermite" => Ok(drawing::coefficients(call, a)),
            _ => Err(not_drawn(call, value)),
        },
        _ => Err(not_drawn(call, value)),
    }
}

fn not_drawn(call: &Call, value: &Value) -> Failure {
    let failure = call.refuse("value", format!("plot cannot draw {}", value.kind()));
    failure
        .with_help("it draws models, checks, hermite(…), density(m, 0..4 count 200), and lists of these with labels = [\"…\", …]")
}

/// Several figures in one frame; curves take the labels given.
fn together(call: &Call, items: &[Value]) -> Result<Figure, Failure> {
    let labels = match call.given("labels") {
        None => Vec::new(),
        Some(Value::List(labels)) if labels.len() == items.len() => labels.to_vec(),
        Some(_) => return Err(call.refuse("labels", format!("labels must be a list of {} texts", items.len()))),
    };
    let mut whole = Figure::default();
    for (position, item) in items.iter().enumerate() {
        let mut part = figure(call, item)?;
        let label = match labels.get(position) {
            Some(Value::Text(label)) => label.clone(),
            Some(_) => return Err(call.refuse("labels", "labels must be texts in quotes")),
            None => format!("{}", position + 1),
        };
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
