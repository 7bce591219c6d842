//! The query `check`: the theory of a model beside simulations of its matrices.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::Program;
use crate::compare::{Plan, Prediction, Report, Row, Verdict, check_features, check_kernel};
use crate::model::{self, Energies, Entries as EntryMoments, Features, Kernel};
use crate::monte_carlo::ensembles::Entries;
use crate::monte_carlo::features::{Bias, Features as Simulated};
use crate::monte_carlo::kernel::Network as Drawn;
use crate::monte_carlo::replicates::Run;
use crate::monte_carlo::{Activation, SimulationError};
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
    let (model, [entries_w, entries_x]) = with_entries(call, &*call.model("m")?)?;
    let f = match (&model.energies, call.activation("activation")?) {
        (_, Some(g)) => g,
        (Energies::Activation(f), None) => f.clone(),
        (Energies::Given { .. }, None) => {
            let failure = Failure::wrong(
                "missing_argument",
                call.span,
                "check needs an activation to simulate with: the model was given by theta1 and theta2",
            );
            return Err(failure.with_help("for example check(m, activation = tanh(x))"));
        }
    };
    let program = Program::new(&f);
    let simulated = Simulated {
        sigma_w: model.sigma_w.to_f64(),
        sigma_x: model.sigma_x.to_f64(),
        bias: simulated_bias(&model),
        entries_w,
        entries_x,
    };
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let run = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let ratios = [model.phi.to_f64(), model.psi.to_f64()];
    let report = check_features(&simulated, ratios, &plan, &|values: &mut [f64]| program.apply(values), &run, |sizes| {
        prediction::of_features(call, &model, &f, sizes).map_err(Trouble::Theory)
    });
    match report {
        Ok(report) => Ok(shown(call, &drawing::model(call, &model)?, &report)),
        Err(Trouble::Theory(failure)) => Err(failure),
        Err(Trouble::Simulation(error)) => Err(failure(&error, call)),
    }
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

/// The laws of the entries of W and X that are simulated, and the model whose outliers are those of these laws.
pub(super) fn with_entries(call: &Call, model: &Features) -> Result<(Features, [Entries; 2]), Failure> {
    let Some((entries, moments)) = chosen_entries(call)? else {
        return Ok((model.clone(), [&model.entries_w, &model.entries_x].map(entries_with_moments)));
    };
    Ok((Features { entries_w: moments.clone(), entries_x: moments, ..model.clone() }, [entries; 2]))
}

/// The law of all entries, when one is named, and its third and fourth moment.
fn chosen_entries(call: &Call) -> Result<Option<(Entries, EntryMoments)>, Failure> {
    let Some(name) = call.text("entries")? else { return Ok(None) };
    let (entries, skewness, kurtosis) = match name {
        "gaussian" => (Entries::Gaussian, 0, 3),
        "rademacher" => (Entries::Rademacher, 0, 1),
        "exponential" => (Entries::Exponential, 2, 9),
        _ => {
            let message = format!("entries must be \"gaussian\", \"rademacher\" or \"exponential\", and is \"{name}\"");
            return Err(call.refuse("entries", message));
        }
    };
    Ok(Some((entries, EntryMoments { skewness: Rational::from(skewness), kurtosis: Rational::from(kurtosis) })))
}

/// Gaussian entries where the moments allow it, otherwise entries on at most three points.
fn entries_with_moments(moments: &EntryMoments) -> Entries {
    if *moments == EntryMoments::gaussian() {
        return Entries::Gaussian;
    }
    Entries::Points { skewness: moments.skewness.to_f64(), kurtosis: moments.kurtosis.to_f64() }
}

pub(super) fn failure(error: &SimulationError, call: &Call) -> Failure {
    match error {
        SimulationError::TooLarge { .. } => Failure::effort(call.span, error.to_string()),
        SimulationError::Cancelled => Failure::stopped(crate::number::Stopped::Interrupted, call.span),
        _ => Failure::wrong("simulation", call.span, error.to_string()),
    }
}

/// The bias that is drawn; the averaged equation is compared with the row bias it averages over.
pub(super) fn simulated_bias(model: &Features) -> Bias {
    let sigma = model.sigma_b.to_f64();
    match model.bias {
        _ if sigma == 0.0 => Bias::None,
        model::Bias::Row | model::Bias::Averaged => Bias::Row(sigma),
        model::Bias::Entry => Bias::Entry(sigma),
        model::Bias::Column => Bias::Column(sigma),
    }
}

fn check_layers(call: &Call, kernel: &Kernel, plan: &Plan) -> Result<Value, Failure> {
    if call.given("activation").is_some() {
        return Err(call.refuse("activation", "check of a kernel simulates with its own activations: leave activation out"));
    }
    let (entries, moments) = chosen_entries(call)?.unwrap_or((Entries::Gaussian, EntryMoments::gaussian()));
    let mut slow = !moments.skewness.is_zero();
    if finite_size::on_two_points(&moments) && kernel.sigma_b.is_zero() {
        for f in &kernel.activations {
            slow |= finite_size::jumps(call, f, &Rational::from(1))?;
        }
    }
    let programs: Vec<Program> = kernel.activations.iter().map(Program::new).collect();
    let closures: Vec<_> = programs.iter().map(|program| move |values: &mut [f64]| program.apply(values)).collect();
    let activations: Vec<Activation<'_>> = closures.iter().map(|closure| closure as Activation<'_>).collect();
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let run = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let gamma: Vec<f64> = kernel.gamma.iter().map(Rational::to_f64).collect();
    let drawn = Drawn { gamma: &gamma, sigma_b: kernel.sigma_b.to_f64(), entries };
    let report = check_kernel(&drawn, plan, &activations, &run, |sizes| {
        let gamma = sizes.d.iter().map(|d| Rational::from((sizes.n, *d))).collect();
        let network = network::of_kernel(call, &Kernel { gamma, ..kernel.clone() }).map_err(Trouble::Theory)?;
        let smallest = sizes.d.iter().copied().fold(sizes.n, usize::min);
        let kurtosis = moments.kurtosis.to_f64();
        let layer = |depth| prediction::of_network(call, &network, depth, sizes.n, smallest, kurtosis);
        let slow = |prediction| Prediction { slow, ..prediction };
        (1..=network.layers.len()).map(|depth| layer(depth).map(slow).map_err(Trouble::Theory)).collect()
    });
    match report {
        Ok(report) => Ok(shown(call, &drawing::kernel(call, kernel)?, &report)),
        Err(Trouble::Theory(failure)) => Err(failure),
        Err(Trouble::Simulation(error)) => Err(failure(&error, call)),
    }
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
    let sizes = report.dimensions.iter().map(|(name, size)| (*name, Value::number(*size))).collect();
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
