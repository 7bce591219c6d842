//! The picture of `errors(m)` of a regression or of spiked features: its test error with its parts one on the other against n, width and
//! ridge, the averaged errors of each layer, and what checks of such models measured.

use std::sync::Arc;

use rug::Rational;

use crate::compare::Report;
use crate::model::{Model, SpikedFeatures};
use crate::plot::Figure;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Line, Measured, Part, stacked};
use crate::session::value::{Checked, Hidden, Value};
use crate::theory::{self, Answers, ErrorParts, RidgeCurves, Work};

/// Points of a curve; of one on which each point is a fixed point of its own.
const POINTS: usize = 240;
const FEW: usize = 12;
/// Sizes and ridges are drawn from this part of the model's to its inverse.
const SIZES: f64 = 0.05;
const RIDGES: f64 = 1e-4;
const STRENGTHS: f64 = 0.1;
/// Where the model has no ridge, ridges are drawn about this one.
const SMALL: f64 = 1e-3;
/// The largest ridge there is for it that is drawn, and n.
const MOST: f64 = 1e9;
/// How far above the errors of the model, or those of learning nothing, errors are drawn, and the room above the highest.
const MANY: f64 = 3.0;
const ROOM: f64 = 1.06;
/// Relative rounding.
const NEAR: f64 = 1e-9;
/// Digits and bits of curves through fixed points.
const DIGITS: u32 = 5;
const BITS: u32 = 64;
const PARTS: [&str; 5] = ["noise", "bias", "variance of weights", "variance of data", "test error: weights and data together"];

/// A model that a check drew, with what it measured.
struct Drawn {
    curves: Option<RidgeCurves>,
    report: Report,
}

impl Drawn {
    fn of(&self, quantity: &str) -> Option<[f64; 2]> {
        self.report.rows.iter().find(|row| row.quantity == quantity).map(|row| [row.measured, row.se])
    }

    fn label(&self, name: &str) -> String {
        format!("{name}simulation, n = {}", self.report.n)
    }
}

/// The panels of errors with what checks of such models measured, when that is what is to be drawn: errors or a check of a regression first,
/// checks after it.
///
/// # Errors
/// As the model's theory; checks of other models.
pub(super) fn with_checks(call: &Call, items: &[Value]) -> Result<Option<Part>, Failure> {
    let hidden = |item: &Value| match item {
        Value::Record(record) => Some(record.hidden.clone()),
        _ => None,
    };
    let checked = |item: &Value| match hidden(item) {
        Some(Hidden::Check(checked)) if is_drawn(&checked.model) => Some(checked),
        _ => None,
    };
    let (model, checks) = match items {
        [first, rest @ ..] => match hidden(first) {
            Some(Hidden::Ridge(model)) => (model, rest),
            Some(Hidden::Check(checked)) if is_drawn(&checked.model) => (checked.model.clone(), items),
            _ => return Ok(None),
        },
        [] => return Ok(None),
    };
    let Some(checks) = checks.iter().map(checked).collect::<Option<Vec<_>>>() else {
        let failure =
            call.refuse("value", "errors of a regression are drawn one at a time, with checks of regressions after them");
        return Err(failure.with_help("plot([errors(m), check(m)]), or sweep(n = 1..4 count 30, errors(m(n)).test) for several"));
    };
    part(call, &model, &checks).map(Some)
}

fn is_drawn(model: &Model) -> bool {
    model.is_regression() || model.spiked_features().is_some()
}

fn part(call: &Call, model: &Arc<Model>, checks: &[Arc<Checked>]) -> Result<Part, Failure> {
    // what is doubtful was said with the errors
    let doubts = call.evaluation.doubts.take();
    let panels = panels(call, model, checks);
    drop(call.evaluation.doubts.replace(doubts));
    let fields = model.fields().into_iter().filter(|field| !field.is_usual).map(|field| field.to_string());
    let mut part = figures::panels(panels?, fields.collect());
    for Checked { report, .. } in checks.iter().map(|checked| &**checked) {
        let sizes: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{name} = {size}")).collect();
        part.notes.push(format!("{}, {} trials, seed {}", sizes.join(", "), report.trials, report.seed));
    }
    Ok(part)
}

fn panels(call: &Call, model: &Arc<Model>, checks: &[Arc<Checked>]) -> Result<Vec<Figure>, Failure> {
    let answers = call.answers_of(model, "value")?;
    let mut drawn = Vec::new();
    for checked in checks {
        let curves = call.answers_of(&checked.model, "value")?.ridge_curves();
        drawn.push(Drawn { curves, report: checked.report.clone() });
    }
    match (model.spiked_features(), answers.ridge_curves()) {
        (Some(spiked), _) => over_strengths(call, spiked, &drawn).map(|panel| vec![panel]),
        (_, Some(curves)) => Ok(of_regression(&*answers, &curves, &drawn)),
        _ => Ok(Vec::new()),
    }
}

/// Errors of a regression against n, width and ridge, and of each layer.
fn of_regression(answers: &dyn Answers, curves: &RidgeCurves, drawn: &[Drawn]) -> Vec<Figure> {
    let ([samples, width], ridge) = curves.here();
    let [of_samples, of_width] = match curves.is_counted() {
        true => ["samples n", "width N"],
        false => ["samples over input dimension, n/d", "width over input dimension, N/d"],
    };
    // what differs from the model in this alone
    let own = |place: usize| {
        move |drawn: &Drawn| {
            let (sizes, other) = drawn.curves.as_ref()?.here();
            (is_near(sizes[1 - place], [samples, width][1 - place]) && is_near(other, ridge)).then_some(sizes[place])
        }
    };
    let mut list = Vec::new();
    let x = match curves.sphere() {
        // from half of d to beyond the quadratic part
        Some(d) => spaced((d as f64 / 2.0).min(samples * 0.25), (d * d) as f64 * 2.0_f64.max(4.0 * samples / (d * d) as f64)),
        None => spaced(samples * SIZES, samples / SIZES),
    };
    let rows = x.iter().map(|n| curves.at([*n, width], ridge)).collect();
    list.push(against("test error against the samples", of_samples, (x, rows), curves, (samples, "n"), drawn, own(0)));
    if curves.has_width() {
        let x = spaced(width * SIZES, width / SIZES);
        let rows = x.iter().map(|width| curves.at([samples, *width], ridge)).collect();
        list.push(against("test error against the width", of_width, (x, rows), curves, (width, "N"), drawn, own(1)));
    }
    let middle = if ridge > 0.0 { ridge } else { SMALL };
    let x = spaced(middle * RIDGES, (middle / RIDGES).min(MOST.max(10.0 * middle)));
    let rows = x.iter().map(|ridge| curves.at([samples, width], *ridge)).collect();
    let of_ridge = |drawn: &Drawn| {
        let (sizes, other) = drawn.curves.as_ref()?.here();
        (is_near(sizes[0], samples) && is_near(sizes[1], width)).then_some(other)
    };
    let panel = against("test error against the ridge", "ridge", (x, rows), curves, (ridge, "ridge"), drawn, of_ridge);
    let best = answers.best_ridge().ok().filter(|best| !best.at_boundary).map(|best| best.ridge.to_f64());
    list.push(figures::with_places(panel, &best.map(|best| (best, "best")).into_iter().collect::<Vec<_>>()));
    if !curves.is_counted() {
        list.push(by_layer(curves, drawn));
    }
    list
}

/// The test error with its parts where they are known, and the training error, over one variable; in it the model, and what checks measured at
/// theirs.
fn against(
    title: &str,
    x_label: &str,
    (x, rows): (Vec<f64>, Vec<ErrorParts>),
    curves: &RidgeCurves,
    here: (f64, &str),
    drawn: &[Drawn],
    place: impl Fn(&Drawn) -> Option<f64>,
) -> Figure {
    let labels = [x_label, "error"];
    let line = |of: &dyn Fn(&ErrorParts) -> f64| x.iter().zip(&rows).map(|(x, row)| (*x, of(row))).collect();
    let train: Line = ("train".to_owned(), true, line(&|row| row.train));
    let figure = if curves.is_counted() {
        figures::panel(title, labels, true, vec![("test".to_owned(), false, line(&|row| row.test)), train])
    } else {
        let part = |index: usize| (PARTS[index], rows.iter().map(|row| row.parts[index]).collect());
        let figure = stacked(title, labels, true, &x, &[0, 1, 2, 3, 4].map(part), vec![train]);
        // from 0, and of a divergence not all
        let (sizes, ridge) = curves.here();
        let own = curves.at(sizes, ridge).test;
        let scale = MANY * if own.is_finite() { own.max(curves.energy()) } else { curves.energy() };
        let highest = rows.iter().map(|row| row.test.min(scale)).fold(0.0, f64::max);
        Figure { y_range: (highest > 0.0).then_some((0.0, ROOM * highest)), ..figure }
    };
    let mut measured: Vec<Measured> = Vec::new();
    for name in ["test", "train"] {
        for one in drawn {
            let (Some(x), Some([mean, error])) = (place(one), one.of(name)) else { continue };
            let label = one.label(&format!("{name}, "));
            match measured.iter_mut().find(|known| known.label == label) {
                Some(known) => known.points.push([x, mean, error]),
                None => measured.push(Measured { label, points: vec![[x, mean, error]] }),
            }
        }
    }
    figures::with_measured(figures::with_places(figure, &[here]), &measured)
}

/// The errors of predictors averaged over the layers above each one, on the same data and over data.
fn by_layer(curves: &RidgeCurves, drawn: &[Drawn]) -> Figure {
    let levels = curves.levels();
    let line = |which: usize| levels.iter().map(|(level, pair)| (*level as f64, pair[which])).collect();
    let lines =
        vec![("on the same data, T_l".to_owned(), false, line(1)), ("averaged over data too, B_l".to_owned(), false, line(0))];
    let figure = figures::panel("errors averaged over the weights above layer l", ["layer l", "error"], false, lines);
    let mut measured = Vec::new();
    // only checks of a model with these sizes belong here
    let same = |one: &&Drawn| one.curves.as_ref().is_some_and(|other| other.here() == curves.here());
    for one in drawn.iter().filter(same) {
        for (which, shift) in [("same_data", -0.03), ("averaged", 0.03)] {
            let point = |(level, _): &(usize, [f64; 2])| {
                one.of(&format!("layers[{level}].{which}")).map(|[mean, error]| [*level as f64 + shift, mean, error])
            };
            let points: Vec<[f64; 3]> = levels.iter().filter_map(point).collect();
            let name = if which == "averaged" { "B_l, " } else { "T_l, " };
            measured.push(Measured { label: one.label(name), points });
        }
    }
    figures::with_measured(Figure { x_whole: true, ..figure }, &measured)
}

/// Errors of spiked features with all strengths times one factor.
fn over_strengths(call: &Call, model: &SpikedFeatures, drawn: &[Drawn]) -> Result<Figure, Failure> {
    let work = Work { bits: BITS, digits: DIGITS, ..call.work() };
    let mut lines = [("test", false), ("train", true)].map(|(name, dashed)| (name.to_owned(), dashed, Vec::new()));
    let factors = (0..=FEW).map(|k| STRENGTHS.powf(1.0 - 1.5 * k as f64 / FEW as f64));
    for factor in factors {
        let exact = Rational::from_f64(factor).unwrap_or_default();
        let strengths = model.strengths.iter().map(|[u, share]| [Rational::from(u * &exact), share.clone()]).collect();
        let scaled = Model::from(SpikedFeatures { strengths, ..model.clone() });
        let answers = theory::of(&scaled, &work).map_err(call.theory("value"))?;
        let Some(found) = answers.ridge_errors() else { continue };
        let [test, train, _] = found.map_err(call.theory("value"))?.errors;
        for (line, error) in lines.iter_mut().zip([test, train]) {
            line.2.push((factor, error.to_f64()));
        }
    }
    let labels = ["strengths over those of the model", "error"];
    let figure = figures::panel("errors against the size of the step", labels, true, lines.into());
    let point = |(name, one): (&str, &Drawn)| {
        let [mean, error] = one.of(name)?;
        Some(Measured { label: one.label(&format!("{name}, ")), points: vec![[1.0, mean, error]] })
    };
    let all = ["test", "train"].into_iter().flat_map(|name| drawn.iter().map(move |one| (name, one)));
    let measured: Vec<Measured> = all.filter_map(point).collect();
    Ok(figures::with_measured(figures::with_places(figure, &[(1.0, "model")]), &measured))
}

/// Whether two sizes or ridges are one but for rounding.
fn is_near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= NEAR * b.abs()
}

/// Points between two ends, at equal ratios.
fn spaced(low: f64, high: f64) -> Vec<f64> {
    (0..=POINTS).map(|k| low * (high / low).powf(k as f64 / POINTS as f64)).collect()
}
