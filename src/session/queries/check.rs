//! The query `check`: the theory of a model beside simulations of its matrices.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, defaulted, optional, required};
use crate::compare::{self, LawPrediction, Plan, Prediction, Report, Row, Verdict};
use crate::model::{Energies, EntryLaw, Features, Kernel, Model, Simulation};
use crate::monte_carlo::{Run, SimulationError, ensemble};
use crate::plot::Figure;
use crate::session::call::Call;
use crate::session::drawing;
use crate::session::failure::Failure;
use crate::session::finite_size;
use crate::session::network;
use crate::session::prediction;
use crate::session::value::{Hidden, Record, Value};
use crate::session::warning::Warning;

/// Default of n and of trials.
const DEFAULT: [usize; 2] = [600, 8];
/// Largest dimension and number of replicates that may be asked; the bound on matrix entries is stricter.
const MOST: usize = 1_000_000;
/// Digits of the theory in double precision that are shown.
const THEORY_DIGITS: u32 = 10;

/// The names of the dimensions of a simulation.
const DIMENSIONS: [&str; 25] = [
    "n1", "n0", "m", "n", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15",
    "d16", "d17", "d18", "d19", "d20",
];

pub(super) const TABLE: &[Query] = &[Query {
    name: "check",
    parameters: &[
        required("m", "the model"),
        defaulted("n", "600", "the largest dimension; n/2 is simulated too. A list of sizes fits the rates in n"),
        defaulted("trials", "8", "replicates at n; four times as many at n/2"),
        optional("seed", "the seed; otherwise that of the session"),
        optional("activation", "the activation to simulate with, when the model was given by theta1 and theta2"),
        optional(
            "entries",
            "\"gaussian\", \"rademacher\" or \"exponential\": the law of all entries; otherwise one with the kurtosis and skewness of the model",
        ),
    ],
    about: "simulates the model and says for every predicted quantity whether the theory agrees",
    result: "a record: rows (quantity, theory, measured, allowance, z (the excess over the allowance in standard errors, 0 within it), verdict, reason; for a list of n also the exponents of bias and spread, fitted and expected), verdict, n, trials, seed, sizes",
    example: "check(features(tanh(x), phi = 1/2, psi = 3/4), n = 100, trials = 4)",
    repeat: Repeat::Once,
    run: check,
}];

/// Why a check ends without a report.
enum Trouble {
    Simulation(SimulationError),
    Theory(Failure),
}

impl From<SimulationError> for Trouble {
    fn from(error: SimulationError) -> Self {
        Self::Simulation(error)
    }
}

fn check(call: &Call) -> Result<Value, Failure> {
    let plan = plan(call)?;
    if let Some(kernel) = call.kernel("m") {
        return check_layers(call, &kernel, &plan);
    }
    let entries = chosen_entries(call)?;
    let model = with_entries(&*call.model("m")?, entries);
    let simulation = Simulation { activation: call.activation("activation")?, entries };
    let f = match (&model.energies, &simulation.activation) {
        (_, Some(g)) => g.clone(),
        (Energies::Activation(f), None) => f.clone(),
        (Energies::Given { .. }, None) => {
            let failure = Failure::wrong("missing_argument", call.span, SimulationError::NoActivation.to_string());
            return Err(failure.with_help("for example check(m, activation = tanh(x))"));
        }
    };
    let overlaps = prediction::has_outliers(call, &model, &f)?;
    let report = simulate(call, &Model::Features(model.clone()), &simulation, overlaps, &plan, |sizes| {
        Ok(vec![prediction::of_features(call, &model, &f, sizes)?])
    })?;
    Ok(shown(call, &drawing::model(call, &model)?, &report))
}

fn simulate(
    call: &Call,
    model: &Model,
    simulation: &Simulation,
    overlaps: bool,
    plan: &Plan,
    predict: impl Fn(&crate::monte_carlo::Sizes) -> Result<Vec<LawPrediction>, Failure>,
) -> Result<Report, Failure> {
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let run = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let drawn = ensemble(model, simulation, overlaps).map_err(|error| failure(&error, call))?;
    let report = compare::check(&*drawn, plan, &run, |sizes| {
        Ok(Prediction { laws: predict(sizes).map_err(Trouble::Theory)?, claims: Vec::new() })
    });
    report.map_err(|trouble| match trouble {
        Trouble::Theory(failure) => failure,
        Trouble::Simulation(error) => failure(&error, call),
    })
}

fn plan(call: &Call) -> Result<Plan, Failure> {
    let seed = match call.whole("seed", 0, usize::MAX)? {
        Some(seed) => seed as u64,
        None => call.evaluation.context.seed,
    };
    let trials = call.whole("trials", 1, MOST)?.unwrap_or(DEFAULT[1]);
    let Some(Value::List(_) | Value::Range(_) | Value::Samples(_)) = call.given("n") else {
        let n = call.whole("n", 2, MOST)?.unwrap_or(DEFAULT[0]);
        return Ok(Plan { n, smaller: Vec::new(), trials, seed });
    };
    let mut sizes = Vec::new();
    for point in call.points("n")?.unwrap_or_default().0 {
        let whole = point.as_rational().filter(|value| value.is_integer()).and_then(|value| value.numer().to_usize());
        match whole.filter(|size| (2..=MOST).contains(size)) {
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

/// The model with the entries that are simulated.
pub(super) fn with_entries(model: &Features, entries: Option<EntryLaw>) -> Features {
    match entries.map(EntryLaw::moments) {
        None => model.clone(),
        Some(moments) => Features { entries_w: moments.clone(), entries_x: moments, ..model.clone() },
    }
}

/// The law of all entries, when one is named.
pub(super) fn chosen_entries(call: &Call) -> Result<Option<EntryLaw>, Failure> {
    let Some(name) = call.text("entries")? else { return Ok(None) };
    let known = EntryLaw::ALL.into_iter().find(|law| law.name() == name);
    known.map(Some).ok_or_else(|| {
        let message = format!("entries must be \"gaussian\", \"rademacher\" or \"exponential\", and is \"{name}\"");
        call.refuse("entries", message)
    })
}

pub(super) fn failure(error: &SimulationError, call: &Call) -> Failure {
    match error {
        SimulationError::TooLarge { .. } => Failure::effort(call.span, error.to_string()),
        SimulationError::Cancelled => Failure::stopped(crate::number::Stopped::Interrupted, call.span),
        _ => Failure::wrong("simulation", call.span, error.to_string()),
    }
}

fn check_layers(call: &Call, kernel: &Kernel, plan: &Plan) -> Result<Value, Failure> {
    if call.given("activation").is_some() {
        return Err(call.refuse("activation", SimulationError::OwnActivations.to_string()));
    }
    let entries = chosen_entries(call)?;
    let moments = entries.unwrap_or(EntryLaw::Gaussian).moments();
    let mut slow = !moments.skewness.is_zero();
    if finite_size::on_two_points(&moments) && kernel.sigma_b.is_zero() {
        for f in &kernel.activations {
            slow |= finite_size::jumps(call, f, &Rational::from(1))?;
        }
    }
    let simulation = Simulation { activation: None, entries };
    let report = simulate(call, &Model::Kernel(kernel.clone()), &simulation, false, plan, |sizes| {
        let n = sizes.n;
        let d: Vec<usize> = sizes.dimensions[1..].iter().map(|(_, size)| *size).collect();
        let gamma = d.iter().map(|d| Rational::from((n, *d))).collect();
        let network = network::of_kernel(call, &Kernel { gamma, ..kernel.clone() })?;
        let smallest = d.iter().copied().fold(n, usize::min);
        let kurtosis = moments.kurtosis.to_f64();
        let layer = |depth: usize| {
            let law = prediction::of_network(call, &network, depth, n, smallest, kurtosis)?;
            Ok(LawPrediction { prefix: format!("layers[{}].", depth - 1), slow, ..law })
        };
        (1..=network.layers.len()).map(layer).collect()
    })?;
    Ok(shown(call, &drawing::kernel(call, kernel)?, &report))
}

fn shown(call: &Call, law: &Figure, report: &Report) -> Value {
    match report.verdict {
        Verdict::Disagree => call.evaluation.disagrees.set(true),
        Verdict::Inconclusive => call.evaluation.warn(Warning::CheckInconclusive),
        Verdict::Agree => {}
    }
    if report.rows.iter().any(|row| row.verdict == Verdict::Inconclusive) {
        call.evaluation.warn(Warning::CheckInconclusive);
    }
    let known = |name: &String| DIMENSIONS.into_iter().find(|known| known == name);
    let sizes = report.dimensions.iter().filter_map(|(name, size)| Some((known(name)?, Value::number(*size)))).collect();
    Value::Record(Arc::new(Record {
        name: "check",
        fields: vec![
            ("rows", Value::list(report.rows.iter().map(row).collect())),
            ("verdict", verdict(report.verdict)),
            ("n", Value::number(report.n)),
            ("trials", Value::number(report.trials)),
            ("seed", Value::number(report.seed)),
            ("sizes", Value::record("sizes", sizes)),
        ],
        hidden: Hidden::Figures(Arc::new(drawing::check(law, report))),
    }))
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
        let fitted = rate.fitted.map_or(Value::Undefined, |(mean, se)| Value::Measured { mean, se });
        fields.extend([(names[0], fitted), (names[1], Value::Double(rate.expected, 3))]);
    }
    Value::record("row", fields)
}
