//! The query `plot`: the picture of a model, a check, a sampled function, coefficients, or several of these in one frame.

use std::sync::Arc;

use super::{
    Query, Repeat, defaulted, optional, plot_alignment, plot_errors, plot_propagation, plot_regression, plot_sweep,
    plot_training, required, save,
};
use crate::model::Model;
use crate::number::Real;
use crate::plot::{Figure, Look, Theme};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Expanded, Part, Views};
use crate::session::value::{Hidden, Picture, Record, Samples, Value};
use crate::theory::LayerUnder;

pub(super) const TABLE: &[Query] = &[Query {
    name: "plot",
    parameters: &[
        required("value", "a model, a check, errors(…), hermite(…), train(…), density(m, range), sweep(…), or a list of these"),
        optional("file", "name.svg, name.pdf or name.png; without it the plot goes to the terminal"),
        optional(
            "labels",
            "a list of texts, one for each item of a list; one text for a single thing. That of a check names its simulation",
        ),
        optional(
            "log",
            "\"x\", \"y\", \"xy\" or \"none\": logarithmic axes; over \"x\" alone a law is drawn as the density of the logarithm, and so it is without this argument where linear axes cannot show it",
        ),
        optional("title", "a text over the picture"),
        optional("xlabel", "a text at the horizontal axis, of all panels"),
        optional("ylabel", "a text at the vertical axis, of the first panel"),
        optional("x", "the range of the horizontal axis, lo..hi"),
        optional("y", "the range of the vertical axis, lo..hi; what leaves it is marked, with the value it reaches"),
        optional("over", "a list of numbers: their histogram stands over the law or the density"),
        optional("bins", "how many bins the histogram of a check or of `over` has over each bulk"),
        defaulted("caption", "true", "false leaves out the parameters under the title, and the title unless it is given"),
        optional("theme", "of a file: \"light\" or \"dark\""),
        optional(
            "size",
            "of a file: \"column\" (8.6 cm wide, as high as its texts need), or [width, height] in centimetres; of name.png the proportions",
        ),
        optional(
            "font",
            "of a file: the points of the texts at the ticks, from 4 to 24; 11.25 without a size, 8 with one; what has no room under the title stands in name.json",
        ),
    ],
    about: "the picture; beside a file name.svg also the data, name.json",
    result: "the files written, or a plot in the terminal",
    example: "plot(features(tanh(x), phi = 1/2, psi = 3/4))",
    repeat: Repeat::Numeric,
    run: plot,
}];

fn plot(call: &Call) -> Result<Value, Failure> {
    let value = call.value();
    let axes = call.text("log")?;
    if !matches!(axes, None | Some("x" | "y" | "xy" | "none")) {
        let given = axes.unwrap_or_default();
        return Err(call.refuse("log", format!("log must be \"x\", \"y\", \"xy\" or \"none\", and is \"{given}\"")));
    }
    let swept = plot_sweep::rows(&value);
    let items = match &value {
        Value::List(items) if !items.is_empty() && swept.is_none() => &items[..],
        single => std::slice::from_ref(single),
    };
    let labels = labels(call, items.len())?;
    let with_checks = match plot_alignment::with_checks(call, items, &labels)? {
        None => plot_errors::with_checks(call, items)?,
        found => found,
    };
    let with_checks = match with_checks {
        None => plot_regression::with_checks(call, items)?,
        found => found,
    };
    let with_checks = match with_checks {
        None => plot_training::of_runs(call, items, &labels)?,
        found => found,
    };
    let (mut figure, layered) = match with_checks {
        Some(part) => {
            if let Some(name) = ["over", "bins"].into_iter().find(|name| call.given(name).is_some()) {
                return Err(call.refuse(name, format!("{name} is for eigenvalues, and none are drawn here")));
            }
            (part.captioned(), false)
        }
        None => of_items(call, &value, items, &labels)?,
    };
    if !call.flag("caption")?.unwrap_or(true) {
        figure = without_caption(figure);
    }
    if let Some(title) = call.text("title")? {
        // the first panel of several keeps its own title
        let own = if layered { format!("; {}", figure.title) } else { String::new() };
        figure.title = format!("{title}{own}");
    }
    if let Some(name) = call.text("xlabel")? {
        figure.below.iter_mut().for_each(|panel| name.clone_into(&mut panel.x_label));
        name.clone_into(&mut figure.x_label);
    }
    if let Some(name) = call.text("ylabel")? {
        name.clone_into(&mut figure.y_label);
    }
    for (log, axis) in [(&mut figure.log_x, 'x'), (&mut figure.log_y, 'y')] {
        *log = axes.is_some_and(|axes| axes.contains(axis)) || (*log && axes != Some("none"));
    }
    figure.x_range = range(call, "x", figure.log_x)?.or(figure.x_range);
    figure.y_range = range(call, "y", figure.log_y)?.or(figure.y_range);
    if figure.log_y {
        figures::sizes_of_coefficients(&mut figure);
    }
    let file = save::path(call, &["svg", "pdf", "png"])?;
    figure.look = look(call, 1 + figure.below.len(), file.is_some())?;
    // of a column only the width is given
    if matches!(call.given("size"), Some(Value::Text(_))) {
        figure = figure.with_room_for_texts();
    }
    Ok(Value::Picture(Arc::new(Picture { figure: Arc::new(figure), file })))
}

/// The figure of things that stand for themselves, and whether it is that of a kernel with its layers.
fn of_items(call: &Call, value: &Value, items: &[Value], labels: &[String]) -> Result<(Figure, bool), Failure> {
    let axes = call.text("log")?;
    let parts = over_one_axis(binned(call, items.iter().map(|item| views(call, item)).collect::<Result<_, _>>()?)?, axes);
    let mut parts = plot_sweep::over_cells(call, over_data(call, parts)?, labels)?;
    let layered = !matches!(value, Value::List(_)) && parts.iter().any(|part| !part.above.is_empty());
    let figure = match value {
        _ if parts.first().is_some_and(|part| part.figure.cells.is_some()) => parts.swap_remove(0).captioned(),
        Value::List(items) if !items.is_empty() && plot_sweep::rows(value).is_none() => figures::together(parts, labels),
        single => alone(call, single, parts, labels.first())?,
    };
    Ok((figure, layered))
}

/// Simulations with the bins asked for.
fn binned(call: &Call, views: Vec<Views>) -> Result<Vec<Views>, Failure> {
    const MOST: usize = 1000;
    let bins = call.whole("bins", 1, MOST)?;
    if bins.is_some() && call.given("over").is_none() && views.iter().all(|views| views.simulated.is_empty()) {
        return Err(call.refuse("bins", "there is no histogram here").with_help("draw a check, or data: over = [0.3, 1.2, …]"));
    }
    Ok(views.into_iter().map(|views| if bins.is_some() { views.binned(bins) } else { views }).collect())
}

/// The data of `over` in the frame of one law or density.
fn over_data(call: &Call, mut parts: Vec<Part>) -> Result<Vec<Part>, Failure> {
    let Some(given) = call.given("over") else { return Ok(parts) };
    let numbers: Option<Vec<f64>> = given.items().map(|items| items.iter().map(|item| double(call, item)).collect());
    let Some(data) = numbers.filter(|data| !data.is_empty() && data.iter().all(|value| value.is_finite())) else {
        return Err(call.refuse("over", "over must be a list of numbers").with_help("for example over = [0.3, 1.2, 2]"));
    };
    let [part] = &mut parts[..] else {
        return Err(call.refuse("over", "data stand over one law, and several are drawn"));
    };
    if part.is_density {
        *part = figures::over_data(std::mem::take(part), &data, call.whole("bins", 1, usize::MAX)?);
        return Ok(parts);
    }
    Err(call.refuse("over", "data stand over a law or density(m, range), and this is neither"))
}

/// Without what is said over the panels.
fn without_caption(figure: Figure) -> Figure {
    let below = figure.below.into_iter().map(without_caption).collect();
    Figure { title: String::new(), subtitle: String::new(), below, ..figure }
}

/// Theme, size and font of a file with so many panels.
fn look(call: &Call, panels: usize, to_file: bool) -> Result<Look, Failure> {
    if let Some(name) = ["theme", "size", "font"].into_iter().find(|name| !to_file && call.given(name).is_some()) {
        return Err(call.refuse(name, format!("{name} is for pictures in a file")).with_help("add file = \"name.svg\""));
    }
    let theme = match call.text("theme")? {
        None | Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        Some(other) => return Err(call.refuse("theme", format!("theme must be \"light\" or \"dark\", and is \"{other}\""))),
    };
    let size = match call.given("size") {
        None => None,
        Some(Value::Text(text)) if text == "column" => Some(Look::column(panels)),
        Some(given) => {
            match given.items().map(|items| items.iter().map(|item| double(call, item)).collect::<Vec<_>>()).as_deref() {
                Some([width, height]) if width.is_finite() && height.is_finite() => Some([*width, *height]),
                _ => {
                    let failure = call.refuse("size", "size must be \"column\" or [width, height] in centimetres");
                    return Err(failure.with_help("for example size = [12, 8]"));
                }
            }
        }
    };
    let font = call.real("font")?.map(|font| call.enclosure(&font).to_f64());
    if font.is_some_and(|font| !(4.0..=24.0).contains(&font)) {
        return Err(call.refuse("font", "font must be from 4 to 24 points"));
    }
    let look = Look { theme, size, font };
    match look.refusal(panels) {
        None => Ok(look),
        Some(reason) => Err(call.refuse(if size.is_some() { "size" } else { "font" }, reason)),
    }
}

/// Every part over the same axis: laws as densities of the logarithm over a logarithmic axis alone, which is taken where linear
/// axes cannot show them, unless functions of x stand beside them.
fn over_one_axis(views: Vec<Views>, axes: Option<&str>) -> Vec<Part> {
    let logarithmic: Option<Vec<&Part>> = views.iter().map(|views| views.logarithmic.as_ref()).collect();
    let plain: Vec<&Part> = views.iter().map(|views| &views.plain).collect();
    let chosen = match (logarithmic, axes) {
        (Some(logarithmic), Some("x")) => logarithmic,
        (Some(logarithmic), None) if figures::need_logarithm(&plain) => logarithmic,
        _ => plain,
    };
    chosen.into_iter().cloned().collect()
}

/// One picture: a label names its first curve, or the bars of a simulation; without one the bulks of a model have a colour each.
fn alone(call: &Call, value: &Value, parts: Vec<Part>, label: Option<&String>) -> Result<Figure, Failure> {
    let mut part = parts.into_iter().next().unwrap_or_default();
    let figure = &mut part.figure;
    match (value, label, &mut figure.histograms[..], &mut figure.curves[..]) {
        (_, Some(label), [bars, ..], _) => bars.label.clone_from(label),
        (_, Some(label), [], [curve, ..]) => curve.label.clone_from(label),
        (Value::Model(model), None, ..) => {
            let answers = call.answers_of(model, "value")?;
            let law = answers.law().map_err(call.theory("value"))?;
            figures::coloured_by_mass(law, figure).map_err(call.theory("value"))?;
        }
        _ => {}
    }
    Ok(part.captioned())
}

/// The picture of one thing, over a logarithmic axis too where it is a law.
fn views(call: &Call, value: &Value) -> Result<Views, Failure> {
    let plain = match value {
        Value::Model(model) => {
            let plain = of_model(call, model)?;
            if let Some(reason) = plain.beyond_doubles() {
                let help = "multiply f by a constant c: the eigenvalues are multiplied by c^2";
                return Err(call.refuse("value", reason).with_help(help));
            }
            let logarithmic = figures::over_logarithm(&plain);
            return Ok(Views::new(plain, Some(logarithmic)));
        }
        Value::Samples(samples) => {
            let part = Part { is_density: samples.name == "density", ..Part::new(of_samples(call, samples)) };
            return Ok(Views::new(part, None));
        }
        Value::Record(record) => match &record.hidden {
            Hidden::Views(views) => return Ok(Views::clone(views)),
            Hidden::Check(checked) => return Ok(figures::simulation(&of_model(call, &checked.model)?, &checked.report)),
            Hidden::Expanded(expanded) => of_coefficients(call, expanded, record),
            Hidden::Errors(errors) => return Ok(Views::new(plot_errors::part(call, errors, &[])?, None)),
            Hidden::Signal(fields) => return Ok(Views::new(plot_propagation::part(call, record, fields)?, None)),
            Hidden::Nothing | Hidden::Law(_) | Hidden::Training(_) | Hidden::Point(_) | Hidden::Ridge(_) => {
                return Err(not_drawn(call, value));
            }
        },
        other => match plot_sweep::rows(other) {
            Some((rows, swept)) => return Ok(Views::new(plot_sweep::part(call, &rows, &swept)?, None)),
            None => return Err(not_drawn(call, value)),
        },
    };
    Ok(Views::new(Part::new(plain), None))
}

/// The law of a model, the top layer's of a kernel.
pub(super) fn of_model(call: &Call, model: &Model) -> Result<Part, Failure> {
    let argument = call.query.parameters[0].name;
    let answers = call.answers_of(model, argument)?;
    // that outliers are not known is no doubt about the law that is drawn
    let doubts = call.evaluation.doubts.take();
    let outliers: Vec<Real> = answers.outliers().map_err(call.theory(argument))?.unwrap_or_default();
    drop(call.evaluation.doubts.replace(doubts));
    let fields = model.fields().into_iter().filter(|field| !field.is_usual);
    let law = answers.law().map_err(call.theory(argument))?;
    let part = figures::law(law, &outliers, fields.map(|field| field.to_string()).collect()).map_err(call.theory(argument))?;
    let under = answers.layers_under().map_err(call.theory(argument))?;
    if under.is_empty() {
        return Ok(part);
    }
    let doubts = call.evaluation.doubts.take();
    let signals = answers.spikes().map_err(call.theory(argument))?;
    drop(call.evaluation.doubts.replace(doubts));
    let alignments = signals.iter().filter(|spike| !spike.layers.is_empty());
    let alignments: Vec<figures::Alignments> =
        alignments.map(|spike| spike.layers.iter().map(|layer| layer.alignment.to_f64()).collect()).collect();
    let layer = |LayerUnder { layer, law, outliers }| figures::Layer { number: layer, law: Box::new(law), outliers };
    figures::with_layers(part, under.into_iter().map(layer).collect(), &alignments).map_err(call.theory(argument))
}

/// A range of an axis that was given, which the axis must be able to show.
fn range(call: &Call, axis: &str, log: bool) -> Result<Option<(f64, f64)>, Failure> {
    let Some(given) = call.given(axis) else { return Ok(None) };
    let wrong =
        || call.refuse(axis, format!("{axis} must be a range of the axis")).with_help(format!("for example {axis} = 0..2"));
    let Value::Range(range) = given else { return Err(wrong()) };
    let [low, high] = [&range.low, &range.high].map(|end| double(call, end));
    if range.points.is_some() || !low.is_finite() || !high.is_finite() {
        return Err(wrong());
    }
    if !Figure::shows((low, high), log) {
        let least = if log { "; over a logarithmic axis both are positive" } else { "" };
        return Err(call.refuse(axis, format!("the ends of {axis} must grow and be apart{least}")));
    }
    Ok(Some((low, high)))
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
pub(super) fn double(call: &Call, value: &Value) -> f64 {
    match value {
        Value::Function(f) if f.is_constant() => call.enclosure(f).to_f64(),
        Value::Real(real) => real.to_f64(),
        Value::Double(value, _) => *value,
        Value::Printed(text) => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

fn not_drawn(call: &Call, value: &Value) -> Failure {
    let failure = call.refuse("value", format!("plot cannot draw {}", value.kind()));
    failure.with_help(
        "it draws models, checks, errors(…), hermite(…), train(…), density(m, 0..4 count 200), sweep(…), and lists of these with labels = [\"…\", …]",
    )
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
