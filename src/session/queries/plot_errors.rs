//! The picture of `errors(m, …)`: what a step learns, and its errors against ridge, step size or exponent.

use std::sync::Arc;

use rug::Rational;

use crate::activation::Function;
use crate::learning::FiniteStep;
use crate::number::Real;
use crate::plot::Figure;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Line, Measured, Part, StepMeasured};
use crate::session::value::{Hidden, StepErrors, StepSize, Value};
use crate::theory::{Baselines, ErrorRow, MOST_DEGREE, OneStepAnswers, TheoryError, degree};

/// Curves of different colours.
const COLOURS: usize = 7;
/// Points of a curve.
const POINTS: usize = 80;
/// Places of a band.
const BANDS: usize = 16;
/// Ridges are drawn from this part of the model's to its inverse.
const RIDGES: f64 = 1e-3;
/// Steps are drawn up to this multiple of the largest of the critical ones and the one asked for.
const STEPS: f64 = 1.5;
/// Largest strength t of a step in a picture, and largest exponent.
const MOST_STRENGTH: f64 = 0.5;
const MOST_ALPHA: f64 = 0.49;
const TEST_AND_TRAIN: [&str; 2] = ["test", "train, penalised"];

/// The panels of errors with what checks of such models measured, when that is what is to be drawn.
///
/// # Errors
/// As the model's theory.
pub(super) fn with_checks(call: &Call, items: &[Value]) -> Result<Option<Part>, Failure> {
    let hidden = |item: &Value| match item {
        Value::Record(record) => Some(record.hidden.clone()),
        _ => None,
    };
    let [first, rest @ ..] = items else { return Ok(None) };
    let measured = rest.iter().map(|item| match hidden(item) {
        Some(Hidden::Views(views)) => views.of_step.clone(),
        _ => None,
    });
    match (hidden(first), measured.collect::<Option<Vec<_>>>()) {
        (Some(Hidden::Errors(shown)), Some(measured)) if !measured.is_empty() => part(call, &shown, &measured).map(Some),
        _ if !rest.is_empty() && items.iter().any(|item| matches!(hidden(item), Some(Hidden::Errors(_)))) => {
            let failure = call.refuse("value", "errors are drawn one at a time, with checks of one_step after them");
            Err(failure.with_help("plot([errors(m, n = 400, eta = 8), check(m, n = 400, eta = 8)])"))
        }
        _ => Ok(None),
    }
}

/// The panels of these errors, with what checks measured.
///
/// # Errors
/// As the model's theory.
pub(super) fn part(call: &Call, shown: &StepErrors, measured: &[Arc<StepMeasured>]) -> Result<Part, Failure> {
    let answers = call.answers_of(&shown.model, "value")?;
    let model = answers.one_step().map_err(call.theory("value"))?;
    // what is doubtful was said with the errors
    let doubts = call.evaluation.doubts.take();
    let panels = match &shown.step {
        StepSize::UpTo(most) => growing(model, *most, measured),
        StepSize::Constant(eta) => constant(model, eta, call.enclosure(eta).to_f64(), measured),
        StepSize::Finite { n, eta, scale, order } => finite(model, *n, [*eta, *scale], *order, measured),
    };
    drop(call.evaluation.doubts.replace(doubts));
    let fields = shown.model.fields().into_iter().filter(|field| !field.is_usual).map(|field| field.to_string());
    Ok(figures::panels(panels.map_err(call.theory("value"))?, fields.collect()))
}

/// Learned components, errors of each degree against the ridge, the staircase.
fn growing(model: &OneStepAnswers, most: usize, measured: &[Arc<StepMeasured>]) -> Result<Vec<Figure>, TheoryError> {
    let rows: Vec<ErrorRow> = (0..=most).map(|degree| model.of_degree(degree)).collect();
    let learned = figures::components(&learned(&rows[most]), &format!("degree {most}"));
    let ridge = model.ridge();
    let ridges: Vec<f64> = spaced(POINTS).map(|share| ridge * RIDGES.powf(1.0 - 2.0 * share)).collect();
    let over_ridges = model.errors_over_ridges(&ridges, most)?;
    let lines = |which: usize| {
        let points = |degree: usize| ridges.iter().zip(&over_ridges).map(|(x, errors)| (*x, errors[degree][which])).collect();
        distinct(model, most).into_iter().map(|(degree, name)| (name, false, points(degree))).collect()
    };
    let here = [(ridge, "ridge")];
    let degrees: Vec<usize> = distinct(model, most).into_iter().map(|(degree, _)| degree).collect();
    let against = |title: &str, which: usize| {
        let figure = figures::with_places(figures::panel(title, ["ridge", "error"], true, lines(which)), &here);
        let name = if which == 2 { "test" } else { "train" };
        let limits = measured.iter().filter(|measured| measured.eta.is_none());
        let points = limits.map(|measured| Measured {
            label: simulated("", measured),
            points: degrees
                .iter()
                .filter_map(|degree| measured.of(&format!("{name}[{degree}]")))
                .map(|[mean, error]| [measured.ridge, mean, error])
                .collect(),
        });
        figures::with_measured(figure, &points.collect::<Vec<_>>())
    };
    if most == 0 {
        return Ok(vec![
            learned,
            against("test error against the ridge", 2),
            against("penalised training error against the ridge", 0),
        ]);
    }
    let stairs = staircase(model, &rows, None);
    Ok(vec![
        learned,
        against("test error against the ridge", 2),
        against("penalised training error against the ridge", 0),
        figures::panel(
            "errors against the exponent of the step, n to infinity",
            ["alpha, eta = n^alpha", "error"],
            false,
            stairs,
        ),
    ])
}

/// The degrees that differ in the powers present, named with those that do not differ from them.
fn distinct(model: &OneStepAnswers, most: usize) -> Vec<(usize, String)> {
    let present = |degree: usize| model.present(degree);
    let first: Vec<usize> = (0..=most).filter(|degree| *degree == 0 || present(*degree) != present(degree - 1)).collect();
    let ends = first.iter().skip(1).map(|next| next - 1).chain([most]);
    let name = |first: usize, last: usize| match last - first {
        0 => format!("degree {first}"),
        _ => format!("degrees {first} to {last}"),
    };
    let mut all: Vec<(usize, String)> = first.iter().zip(ends).map(|(first, last)| (*first, name(*first, last))).collect();
    // as many as there are colours
    if all.len() > COLOURS {
        all.drain(COLOURS - 1..all.len() - 1);
    }
    all
}

/// The errors at a constant step against its size, and the largest singular values.
fn constant(model: &OneStepAnswers, eta: &Function, at: f64, measured: &[Arc<StepMeasured>]) -> Result<Vec<Figure>, TheoryError> {
    let Baselines { edge, critical, .. } = model.baselines()?;
    let [of_features, of_weights] = critical.map(|critical| critical.to_f64());
    let critical = [of_features, of_weights].into_iter().filter(|critical| critical.is_finite());
    let most = STEPS * critical.fold(at, f64::max);
    let etas: Vec<f64> = spaced(POINTS).skip(1).map(|share| share * most).collect();
    let rows: Vec<ErrorRow> = etas.iter().map(|eta| model.after_double(*eta)).collect();
    let before = model.of_degree(0);
    let errors = |which: usize| {
        let first = (0.0, before.errors[which].to_f64());
        std::iter::once(first).chain(etas.iter().zip(&rows).map(|(x, row)| (*x, row.errors[which].to_f64()))).collect()
    };
    let lines = vec![(TEST_AND_TRAIN[0].to_owned(), false, errors(2)), (TEST_AND_TRAIN[1].to_owned(), true, errors(0))];
    let edges = [edge.to_f64().sqrt(), 1.0 + model.neurons_per_dimension().sqrt()];
    let mut largest: [Vec<(f64, f64)>; 2] = edges.map(|edge| vec![(0.0, edge)]);
    for eta in &etas {
        let spike = model.constant_step(&Function::rational(Rational::from_f64(*eta).unwrap_or_default()))?;
        let of_weights = spike.weight.map_or(Real::Unknown, |weight| weight.position);
        for ((line, edge), position) in largest.iter_mut().zip(edges).zip([spike.position, of_weights]) {
            let position = position.to_f64();
            line.push((*eta, if position.is_nan() { edge } else { position.sqrt() }));
        }
    }
    let names = ["F/sqrt(n)", "W"];
    let mut largest: Vec<Line> = largest.into_iter().zip(names).map(|(points, name)| (name.to_owned(), false, points)).collect();
    // the step leaves them where they are
    let of_norms = model.norms()?.into_iter().filter(|spike| spike.survives).map(|spike| spike.position.to_f64().sqrt());
    largest.extend(of_norms.map(|height| ("F, by norms of the data".to_owned(), true, vec![(0.0, height), (most, height)])));
    let places = [(of_features, "critical for F"), (of_weights, "critical for W")];
    let learned = figures::components(&learned(&model.after_double(at)), &format!("eta = {eta}"));
    let errors = figures::with_places(figures::panel("errors against the step", ["eta", "error"], false, lines), &[(at, "eta")]);
    let largest =
        figures::with_places(figures::panel("largest singular values", ["eta", "singular value"], false, largest), &places);
    let of_features = points(measured, "singular_values[0]", "F, ", |eta, _| eta, |samples| samples.sqrt().recip());
    Ok(vec![
        learned,
        figures::with_measured(errors, &errors_measured(measured, |eta, _| eta)),
        figures::with_measured(largest, &of_features),
    ])
}

/// Learned components, and errors at finite n against the exponent beside the staircase of the limit.
fn finite(
    model: &OneStepAnswers,
    n: usize,
    [eta, scale]: [f64; 2],
    order: Option<usize>,
    measured: &[Arc<StepMeasured>],
) -> Result<Vec<Figure>, TheoryError> {
    let (row, strength) = model.predicted_errors(n, eta, order)?;
    let learned = figures::components(&learned(&row), &format!("n = {n}"));
    let learned = if order.is_some() { learned } else { figures::with_errors(learned, &off(&row)) };
    let log = (n as f64).ln();
    let exponent = |eta: f64| (eta / scale).ln() / log;
    let strength = strength.to_f64().abs();
    let most = exponent(eta * (MOST_STRENGTH / strength).max(1.0)).min(MOST_ALPHA);
    if n < 2 || strength.is_nan() || most.is_nan() || most <= 0.0 {
        return Ok(vec![learned]);
    }
    let largest = model.finite(n, scale * (n as f64).powf(most), order, None)?;
    let points: Vec<(f64, [f64; 3])> = spaced(POINTS / 2)
        .map(|share| share * most)
        .map(|alpha| (alpha, FiniteStep { eta: scale * (n as f64).powf(alpha), ..largest.clone() }.errors()))
        .collect();
    let degrees = degree(&Rational::from_f64(most).unwrap_or_default()).0.min(MOST_DEGREE);
    let rows: Vec<ErrorRow> = (0..=degrees).map(|degree| model.of_degree(degree)).collect();
    let mut lines = staircase(model, &rows, Some(most));
    lines.iter_mut().for_each(|(name, ..)| name.push_str(", n to infinity"));
    for (which, name) in [(2, TEST_AND_TRAIN[0]), (0, TEST_AND_TRAIN[1])] {
        let points = points.iter().map(|(alpha, errors)| (*alpha, errors[which])).collect();
        lines.push((format!("{name}, n = {n}"), which == 0, points));
    }
    let x = if scale == 1.0 { "alpha, eta = n^alpha".to_owned() } else { format!("alpha, eta = {scale} n^alpha") };
    let of_finite = lines.len() - 2;
    let panel = figures::panel("errors against the exponent of the step", [&x, "error"], false, lines);
    let panel = match order {
        Some(_) => panel,
        None => {
            let [test, train] = bands(model, n, scale, most);
            figures::with_bands(panel, "error of the estimate", vec![(of_finite, test), (of_finite + 1, train)])
        }
    };
    let panel = figures::with_places(panel, &[(exponent(eta), "alpha")]);
    let measured = errors_measured(measured, |eta, samples| (eta / scale).ln() / samples.ln());
    Ok(vec![learned, figures::with_measured(panel, &measured)])
}

/// Places of a band: x, and the ends there.
type Band = Vec<[f64; 3]>;

/// What the predictions of test and penalised training error at these exponents may be off by: without a bound where n is refused.
fn bands(model: &OneStepAnswers, n: usize, scale: f64, most: f64) -> [Band; 2] {
    let at = |alpha: f64| {
        let found = model.predicted_errors(n, scale * (n as f64).powf(alpha), None);
        [2, 0].map(|which| match &found {
            Ok((row, _)) => {
                let (value, error) = (row.errors[which].to_f64(), row.errors[which].estimated_error());
                [alpha, (value - error).max(0.0), value + error]
            }
            Err(_) => [alpha, 0.0, f64::INFINITY],
        })
    };
    let places: Vec<[[f64; 3]; 2]> = spaced(BANDS).map(|share| at(share * most)).collect();
    [0, 1].map(|which| places.iter().map(|pair| pair[which]).collect())
}

/// Between which the learned part of each component lies.
fn off(row: &ErrorRow) -> Vec<(usize, f64, f64)> {
    let ends = |(k, energy, share): &(usize, Real, Real)| {
        let (energy, value, error) = (energy.to_f64(), share.to_f64(), share.estimated_error());
        (*k, energy * (value - error).max(0.0), energy * (value + error).min(1.0))
    };
    row.learned.iter().map(ends).filter(|(_, low, high)| low < high).collect()
}

/// Test and penalised training errors that were measured after steps of given size, at x of η and n.
fn errors_measured(measured: &[Arc<StepMeasured>], x: impl Fn(f64, f64) -> f64 + Copy) -> Vec<Measured> {
    ["test", "train"].into_iter().flat_map(|name| points(measured, name, &format!("{name}, "), x, |_| 1.0)).collect()
}

/// A quantity times a factor of n, measured after steps of given size, those of one n together.
fn points(
    measured: &[Arc<StepMeasured>],
    quantity: &str,
    name: &str,
    x: impl Fn(f64, f64) -> f64,
    factor: impl Fn(f64) -> f64,
) -> Vec<Measured> {
    let mut all: Vec<Measured> = Vec::new();
    for one in measured {
        let (Some(eta), Some([mean, error])) = (one.eta, one.of(quantity)) else { continue };
        let (samples, label) = (one.samples as f64, simulated(name, one));
        let point = [x(eta, samples), factor(samples) * mean, factor(samples) * error];
        match all.iter_mut().find(|other| other.label == label) {
            Some(other) => other.points.push(point),
            None => all.push(Measured { label, points: vec![point] }),
        }
    }
    all
}

fn simulated(name: &str, measured: &StepMeasured) -> String {
    format!("{name}simulation, n = {}", measured.samples)
}

/// Test and penalised training error against alpha in the limit, degree 0 at alpha = 0 alone, up to `end` or where the last degree
/// ends.
fn staircase(model: &OneStepAnswers, rows: &[ErrorRow], end: Option<f64>) -> Vec<Line> {
    let steps = |which: usize| {
        let ends = |(degree, row): (usize, &ErrorRow)| {
            let value = row.errors[which].to_f64();
            let [low, high] = model.regime(degree).interval.map(|end| end.to_f64());
            let ends = [low, high.min(end.unwrap_or(high))].map(|alpha| (alpha, value));
            ends.into_iter().take(if degree == 0 { 1 } else { 2 })
        };
        rows.iter().enumerate().flat_map(ends).collect()
    };
    // the first steps may lie on each other
    vec![(TEST_AND_TRAIN[0].to_owned(), false, steps(2)), (TEST_AND_TRAIN[1].to_owned(), true, steps(0))]
}

fn learned(row: &ErrorRow) -> Vec<(usize, f64, f64)> {
    row.learned.iter().map(|(k, energy, share)| (*k, energy.to_f64(), share.to_f64())).collect()
}

/// From 0 to 1.
fn spaced(count: usize) -> impl Iterator<Item = f64> {
    (0..=count).map(move |index| index as f64 / count as f64)
}
