//! The query `check`: the theory of a model beside simulations of its matrices.

use std::sync::Arc;
use std::time::Duration;

use rug::ops::Pow;
use rug::{Integer, Rational};
use serde_json::{Value as Json, json};

use super::errors::positive_step;
use super::kernel_data::on_fewer_samples;
use super::plot::of_model;
use super::{Query, Repeat, defaulted, optional, plot_alignment, required};
use crate::activation::Function;
use crate::compare::{self, Draw, Plan, Prediction, Report, Row, Sample, Verdict};
use crate::model::{DrawnStep, EntryLaw, Model, Norms, Simulation, Update};
use crate::monte_carlo::{SimulationError, ensemble};
use crate::session::call::Call;
use crate::session::checkpoint::{NUMBER, POINTS};
use crate::session::evaluate::whole;
use crate::session::failure::Failure;
use crate::session::figures;
use crate::session::share::Share;
use crate::session::value::{Checked, Hidden, Value};
use crate::theory::{self, Doubt, Question};

/// Default of n.
const DEFAULT: usize = 600;
/// Largest dimension and number of replicates that may be asked; the bound on matrix entries is stricter.
pub(super) const MOST: usize = 1_000_000;
/// Default of order.
const ORDER: usize = 3;
/// Digits of the theory in double precision that are shown.
const THEORY_DIGITS: u32 = 10;

pub(super) const TABLE: &[Query] = &[Query {
    name: "check",
    parameters: &[
        required("m", "the model"),
        defaulted(
            "n",
            "600",
            "the largest dimension, of data the number of samples; n/2 and n/4 are simulated too, of data with every second and every fourth sample. A list of sizes fits the rates in n",
        ),
        optional("trials", "replicates at n; four times as many at n/2 and at n/4. Otherwise 8, for ansatz 40"),
        optional("seed", "the seed; otherwise that of the session"),
        optional("activation", "the activation to simulate with, when the model was given by theta1 and theta2"),
        optional(
            "entries",
            "\"gaussian\", \"rademacher\" or \"exponential\": the law of all entries; otherwise one with the kurtosis and skewness of the model",
        ),
        optional(
            "norms",
            "\"exact\": all rows of W and columns of X are drawn with their exact norms, \"free\": as they are; otherwise exact ones for the law and free ones for outliers",
        ),
        optional("eta", "for one_step, the step size; without it the limits are simulated, with powers of z as free regressors"),
        defaulted(
            "update",
            "\"gradient\"",
            "for one_step with eta, \"gradient\": the exact step, \"rank_one\": eta*c_1*a*beta^T, \"surrogate\": the powers up to order added to F_0",
        ),
        defaulted("order", "3", "for one_step with eta, the largest power of the surrogate"),
        optional(
            "strength",
            "for one_step, in place of eta: an exact step of critical size of a network with a readout of signs, beside errors(m, strength = t)",
        ),
    ],
    about: "simulates the model and says for every predicted quantity whether the theory agrees",
    result: "a record: rows (quantity, theory, measured, allowance, z (the excess over the allowance in standard errors, 0 within it), verdict, reason; for a list of n also the exponents of bias and spread, fitted and expected), verdict, summary (what was decided and what was not), n, trials, seed, sizes (for one_step with an exact step also quality, eta times the operator norm of G - c_1*a*beta^T)",
    example: "check(features(tanh(x), phi = 1/2, psi = 3/4), n = 100, trials = 4)",
    repeat: Repeat::Once,
    run: check,
}];

fn check(call: &Call) -> Result<Value, Failure> {
    let typed = call.model("m")?;
    let simulation = Simulation { step: step(call)?, strength: strength_drawn(call)?, ..simulation(call)? };
    // data have their own number of samples, and so has a regression at finite dimension
    let plan = plan(call, [typed.usual_size().unwrap_or(DEFAULT), typed.usual_trials()])?;
    let (model, power) = on_its_own_scale(call, &typed)?;
    // outliers are found by the vectors that make them, where there are any
    let overlaps = call.answers_of(&model, "m")?.has_outliers(&simulation).map_err(call.theory("m"))?;
    let drawn = theory::drawable(&call.work(), &model, plan.n).map_err(call.theory("m"))?;
    let ensemble = ensemble(&drawn, &simulation, overlaps).map_err(|error| match error {
        SimulationError::NoActivation => {
            let failure = Failure::wrong("missing_argument", call.span, error.to_string());
            failure.with_help("for example check(m, activation = tanh(x))")
        }
        error => error.into(),
    })?;
    if let Share::Pieces(numbers, handed) = &call.evaluation.context.settings.share {
        let drawn = call.simulate(|run| compare::draw_some(&*ensemble, &plan, numbers, run))?;
        handed.put(numbers.iter().zip(drawn).map(|(number, draw)| json!({NUMBER: number, "draw": draw})).collect());
        return Ok(Value::UNDEFINED);
    }
    let sizes: Vec<_> = plan.drawn(&*ensemble)?.into_iter().map(|sizes| sizes.dimensions).collect();
    let predictions = predictions(call, &model, &simulation, &sizes)?;
    let samples = match &call.evaluation.context.settings.share {
        Share::Plan(handed) => {
            handed.put(vec![json!({POINTS: compare::draws(&*ensemble, &plan)?})]);
            return Ok(Value::UNDEFINED);
        }
        Share::Found(lines) => compare::gather(&*ensemble, &plan, found(call, lines, compare::draws(&*ensemble, &plan)?)?)?,
        _ => {
            announce(call, call.simulate(|run| compare::estimate(&*ensemble, &plan, run))?);
            call.simulate(|run| compare::draw(&*ensemble, &plan, run))?
        }
    };
    let mut report = compare::judge(&plan, &samples, &predictions);
    if let Some((_, data)) = typed.data() {
        report.rows.iter_mut().for_each(|row| row.reason = with_samples(&row.reason, data.matrix.columns));
    }
    if power != 0 {
        report.eigenvalues.iter_mut().for_each(|value| *value *= 10f64.powi(-power).powi(2));
        report.summary = format!("of 10^{power} f, whose eigenvalues are 10^{} times as large: {}", 2 * power, report.summary);
    }
    let quality = quality(call, &samples);
    let hidden = picture(call, &typed, &simulation, &report, plan.n)?;
    Ok(shown(call, hidden, &report, quality))
}

/// The draws of lines that were made elsewhere, in the order of their numbers.
fn found(call: &Call, lines: &[Json], count: usize) -> Result<Vec<Draw>, Failure> {
    let mut draws: Vec<Option<Draw>> = vec![None; count];
    for line in lines {
        let number = line[NUMBER].as_u64().and_then(|number| usize::try_from(number).ok());
        if let Some(place) = number.and_then(|number| draws.get_mut(number)) {
            *place = serde_json::from_value(line["draw"].clone()).ok();
        }
    }
    let missing = draws.iter().position(Option::is_none);
    let refused = |missing| Failure::wrong("file", call.span, format!("there is no draw {missing}"));
    missing.map_or_else(|| Ok(draws.into_iter().flatten().collect()), |missing| Err(refused(missing)))
}

/// A reason whose mend is a larger n than data have columns.
fn with_samples(reason: &str, columns: usize) -> String {
    const ADVICE: &str = "take n at least ";
    let beyond = |rest: &str| {
        let size = rest.split(|letter: char| !letter.is_ascii_digit()).next().and_then(|digits| digits.parse::<usize>().ok());
        size.is_some_and(|size| size > columns)
    };
    match reason.split_once(ADVICE) {
        Some((before, rest)) if beyond(rest) => format!("{before}it takes data of more samples, at least {rest}"),
        _ => reason.to_owned(),
    }
}

/// What a picture of the report needs, or the picture itself.
fn picture(call: &Call, typed: &Model, simulation: &Simulation, report: &Report, n: usize) -> Result<Hidden, Failure> {
    let answers = call.answers_of(typed, "m")?;
    if answers.kind().answers.contains(&Question::Alignment) {
        return Ok(Hidden::Views(Arc::new(plot_alignment::checked(call, typed, report)?)));
    }
    if simulation.strength.is_some() {
        return Ok(Hidden::Nothing);
    }
    let Ok(step) = answers.one_step() else {
        return Ok(Hidden::Check(Arc::new(Checked { model: typed.clone().into(), report: report.clone() })));
    };
    let drawn = simulation.step.as_ref().map(|drawn| (call.enclosure(&drawn.eta).to_f64(), drawn.update.name()));
    let is_network = simulation.step.as_ref().is_some_and(|step| step.update != Update::Surrogate);
    if let Some((eta, _)) = drawn.filter(|_| is_network) {
        step.doubt_step(n, eta);
    }
    let views = figures::step_simulation(&of_model(call, typed)?, report, drawn, step.ridge());
    Ok(Hidden::Views(Arc::new(views)))
}

/// Where a step is far from one of rank one.
const POOR: f64 = 0.5;

/// The mean of the scalar `quality` at the largest size, where draws have one.
fn quality(call: &Call, samples: &[Sample]) -> Option<f64> {
    let draws = &samples.first()?.draws;
    let mean = draws.iter().map(|draw| draw.scalar("quality")).sum::<f64>() / draws.len() as f64;
    if mean > POOR {
        call.work().doubt(Doubt::NotRankOne { quality: format!("{mean:.2}") });
    }
    mean.is_finite().then_some(mean)
}

/// The step that is simulated, which only one_step takes.
fn step(call: &Call) -> Result<Option<DrawnStep>, Failure> {
    let Some(name) = ["eta", "update", "order"].into_iter().find(|name| call.given(name).is_some()) else { return Ok(None) };
    if call.answers("m")?.one_step().is_err() {
        return Err(call.refuse(name, format!("{name} is an option of one_step, and m is another model")));
    }
    let Some(eta) = positive_step(call)? else {
        return Err(call
            .refuse(name, format!("{name} belongs to a step of given size"))
            .with_help("add one, for example eta = 8"));
    };
    let update = match call.text("update")? {
        None => Update::Gradient,
        Some(text) => Update::ALL.into_iter().find(|update| update.name() == text).ok_or_else(|| {
            let [first, second, third] = Update::ALL.map(Update::name);
            call.refuse("update", format!("update must be \"{first}\", \"{second}\" or \"{third}\", and is \"{text}\""))
        })?,
    };
    let order = call.whole("order", 1, DrawnStep::MOST_ORDER)?.unwrap_or(ORDER);
    Ok(Some(DrawnStep { eta, update, order }))
}

/// The strength of a step of critical size that is simulated, which only one_step takes.
fn strength_drawn(call: &Call) -> Result<Option<Function>, Failure> {
    let Some(strength) = call.real("strength")? else { return Ok(None) };
    if call.answers("m")?.one_step().is_err() {
        return Err(call.refuse("strength", "strength is an option of one_step, and m is another model"));
    }
    if let Some(name) = ["eta", "update", "order", "activation"].into_iter().find(|name| call.given(name).is_some()) {
        return Err(call.refuse(name, format!("check takes a strength or {name}, not both")).with_help("strength alone"));
    }
    if !call.sign(&strength)?.is_gt() {
        let failure = call.refuse("strength", format!("the strength of a step is positive, and is {strength}"));
        return Err(failure.with_help("check(m) draws networks before their step"));
    }
    Ok(Some(strength))
}

/// What is predicted at each size; data at a smaller size are fewer samples, with their own law.
fn predictions(
    call: &Call,
    model: &Model,
    simulation: &Simulation,
    sizes: &[Vec<(String, usize)>],
) -> Result<Vec<Prediction>, Failure> {
    let Some((kernel, data)) = model.data() else {
        return theory::predictions(&call.work(), model, simulation, sizes).map_err(call.theory("m"));
    };
    let predicted = |dimensions: &Vec<(String, usize)>| {
        let samples = dimensions.iter().find(|(name, _)| name == "n").map_or(data.matrix.columns, |(_, size)| *size);
        let model = on_fewer_samples(call, kernel, data, samples)?.into();
        theory::predict(&call.work(), &model, simulation, dimensions).map_err(call.theory("m"))
    };
    sizes.iter().map(predicted).collect()
}

/// Says how long the simulation takes, if that is more than a minute.
pub(super) fn announce(call: &Call, estimate: Duration) {
    let minutes = estimate.as_secs_f64() / 60.0;
    if minutes > 1.0 {
        let (count, unit) = if minutes < 100.0 { (minutes, "minutes") } else { (minutes / 60.0, "hours") };
        call.tell(&format!("this simulation takes about {:.0} {unit}; Ctrl-C stops it", count.ceil()));
    }
}

/// Beyond this power of ten of f the moments of its eigenvalues are no doubles.
const MODERATE: i32 = 20;

/// The model with f times a power of ten that makes its variance moderate, and that power: 0 unless f is beyond what doubles hold.
fn on_its_own_scale(call: &Call, model: &Arc<Model>) -> Result<(Arc<Model>, i32), Failure> {
    let theta1 = call.answers("m")?.energies().map_err(call.theory("m"))?.and_then(|energies| energies.theta1.ball(64));
    let binary = theta1.and_then(|theta1| theta1.mid().get_exp()).map_or(0.0, f64::from);
    let power = -(binary * 2f64.log10() / 2.0).round() as i32;
    if power.abs() < MODERATE {
        return Ok((model.clone(), 0));
    }
    let factor = Rational::from(Integer::from(10).pow(power.unsigned_abs()));
    let factor = if power < 0 { factor.recip() } else { factor };
    Ok(model.scaled(factor).map_or_else(|| (model.clone(), 0), |scaled| (Arc::new(scaled), power)))
}

/// What is drawn in place of what the model says.
pub(super) fn simulation(call: &Call) -> Result<Simulation, Failure> {
    let entries = match call.text("entries")? {
        None => None,
        Some(name) => Some(EntryLaw::ALL.into_iter().find(|law| law.name() == name).ok_or_else(|| {
            let [first, second, third] = EntryLaw::ALL.map(EntryLaw::name);
            call.refuse("entries", format!("entries must be \"{first}\", \"{second}\" or \"{third}\", and is \"{name}\""))
        })?),
    };
    let norms = match call.text("norms")? {
        None => Norms::Suited,
        Some("exact") => Norms::Exact,
        Some("free") => Norms::Free,
        Some(other) => return Err(call.refuse("norms", format!("norms must be \"exact\" or \"free\", and is \"{other}\""))),
    };
    let (activation, black_box) = match call.given("activation") {
        Some(Value::BlackBox(function)) => (None, Some(function.clone())),
        _ => (call.activation("activation")?, None),
    };
    if black_box.is_some() && !call.model("m")?.knows_activation() {
        let message = "activation: at which size a model given by theta1 and theta2 can be judged depends on the function itself";
        return Err(call.refuse("activation", message).with_help("write it as an expression in x, or make the model from one"));
    }
    Ok(Simulation { activation, black_box, entries, norms, step: None, strength: None })
}

fn plan(call: &Call, usual: [usize; 2]) -> Result<Plan, Failure> {
    let seed = call.seed()?;
    let trials = call.whole("trials", 1, MOST)?.unwrap_or(usual[1]);
    let Some(Value::List(_) | Value::Range(_) | Value::Samples(_)) = call.given("n") else {
        let n = call.whole("n", 2, MOST)?.unwrap_or(usual[0]);
        return Ok(Plan { n, smaller: Vec::new(), trials, seed });
    };
    let mut sizes = Vec::new();
    for point in call.points("n")?.unwrap_or_default().0 {
        match whole(&point).filter(|size| (2..=MOST).contains(size)) {
            Some(size) => sizes.push(size),
            None => return Err(call.refuse("n", format!("a size must be a whole number from 2 to {MOST}, and is {point}"))),
        }
    }
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes.dedup();
    match &sizes[..] {
        [n, smaller @ ..] if !smaller.is_empty() => Ok(Plan { n: *n, smaller: smaller.to_vec(), trials, seed }),
        _ => Err(call.refuse("n", "a list of sizes must have at least two").with_help("for example n = [200, 400, 800]")),
    }
}

fn shown(call: &Call, hidden: Hidden, report: &Report, quality: Option<f64>) -> Value {
    if report.verdict == Verdict::Disagree {
        call.evaluation.disagrees.set(true);
    }
    let verdicts = report.rows.iter().map(|row| row.verdict).chain([report.verdict]);
    if verdicts.into_iter().any(|verdict| verdict == Verdict::Inconclusive) {
        call.work().doubt(Doubt::CheckInconclusive);
    }
    let sizes: Vec<(String, Value)> = report.dimensions.iter().map(|(name, size)| (name.clone(), Value::number(*size))).collect();
    let mut fields = vec![
        ("rows", Value::list(report.rows.iter().map(row).collect())),
        ("verdict", verdict(report.verdict)),
        ("summary", Value::Text(report.summary.clone())),
        ("n", Value::number(report.n)),
        ("trials", Value::number(report.trials)),
        ("seed", Value::number(report.seed)),
        ("sizes", Value::record("sizes", sizes)),
    ];
    fields.extend(quality.map(|quality| ("quality", Value::Double(quality, 3))));
    Value::keeping(hidden, "check", fields)
}

fn verdict(verdict: Verdict) -> Value {
    let name = match verdict {
        Verdict::Agree => "agree",
        Verdict::Disagree => "disagree",
        Verdict::Inconclusive => "inconclusive",
    };
    Value::Text(name.to_owned())
}

fn row(row: &Row) -> Value {
    let mut fields = vec![
        ("quantity", Value::Text(row.quantity.clone())),
        ("theory", Value::Double(row.theory, THEORY_DIGITS)),
        ("measured", Value::Measured { mean: row.measured, se: row.se }),
        ("allowance", Value::Double(row.allowance, 3)),
        ("z", Value::Double(row.z, 3)),
        ("verdict", verdict(row.verdict)),
        ("reason", Value::Text(row.reason.clone())),
    ];
    for (rate, names) in row.rates.iter().flat_map(|rates| {
        [(rates.bias, ["bias_exponent", "bias_expected"]), (rates.spread, ["spread_exponent", "spread_expected"])]
    }) {
        let fitted = rate.fitted.map_or(Value::UNDEFINED, |(mean, se)| Value::Measured { mean, se });
        fields.extend([(names[0], fitted), (names[1], Value::Double(rate.expected, 3))]);
    }
    Value::record("row", fields)
}
