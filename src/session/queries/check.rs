//! The query `check`: the theory of a model beside simulations of its matrices.

use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::{Function, Program};
use crate::compare::{Equation, Plan, Prediction, Report, Row, Verdict, check_features};
use crate::gaussian::Moment;
use crate::model::{Energies, Entries as EntryMoments, Features};
use crate::monte_carlo::SimulationError;
use crate::monte_carlo::ensembles::Entries;
use crate::monte_carlo::features::{Bias, Features as Simulated};
use crate::monte_carlo::replicates::Run;
use crate::monte_carlo::sizes::Sizes;
use crate::session::call::Call;
use crate::session::drawing;
use crate::session::failure::Failure;
use crate::session::gaussian_data;
use crate::session::law::{self, Energy, energy};
use crate::session::value::{Hidden, Record, Value};
use crate::session::warning::Warning;
use crate::spectrum::{Law64, LawError, Shape, edges, masses, moments};

/// Default of n and of trials.
const DEFAULT: [usize; 2] = [600, 8];
/// Largest dimension and number of replicates that may be asked; the bound on matrix entries is stricter.
const MOST: usize = 1_000_000;
/// Moments that are compared.
const MOMENTS: usize = 6;
/// Digits of the theory in double precision that are shown, and its relative error.
const THEORY_DIGITS: u32 = 10;
const THEORY_ERROR: f64 = 1e-10;
/// Bits of what only sets an allowance.
const FEW_BITS: u32 = 64;

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
    result: "a record: rows (quantity, theory, measured, allowance, z, verdict, reason; for a list of n also the exponents of bias and spread, fitted and expected), verdict, n, trials, seed, sizes",
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
    let given = call.model("m")?;
    let (model, [entries_w, entries_x]) = with_entries(call, &given)?;
    let plan = plan(call)?;
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
    let simulated =
        Simulated { sigma_w: model.sigma_w.to_f64(), sigma_x: model.sigma_x.to_f64(), bias: Bias::None, entries_w, entries_x };
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let run = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let ratios = [model.phi.to_f64(), model.psi.to_f64()];
    let report = check_features(&simulated, ratios, &plan, &|values: &mut [f64]| program.apply(values), &run, |sizes| {
        prediction(call, &model, &f, sizes).map_err(Trouble::Theory)
    });
    match report {
        Ok(report) => Ok(shown(call, &model, &report)?),
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
fn with_entries(call: &Call, model: &Features) -> Result<(Features, [Entries; 2]), Failure> {
    let Some(name) = call.text("entries")? else {
        return Ok((model.clone(), [&model.entries_w, &model.entries_x].map(entries_with_moments)));
    };
    let (entries, skewness, kurtosis) = match name {
        "gaussian" => (Entries::Gaussian, 0, 3),
        "rademacher" => (Entries::Rademacher, 0, 1),
        "exponential" => (Entries::Exponential, 2, 9),
        _ => {
            let message = format!("entries must be \"gaussian\", \"rademacher\" or \"exponential\", and is \"{name}\"");
            return Err(call.refuse("entries", message));
        }
    };
    let moments = EntryMoments { skewness: Rational::from(skewness), kurtosis: Rational::from(kurtosis) };
    Ok((Features { entries_w: moments.clone(), entries_x: moments, ..model.clone() }, [entries; 2]))
}

/// Gaussian entries where the moments allow it, otherwise entries on at most three points.
fn entries_with_moments(moments: &EntryMoments) -> Entries {
    if *moments == EntryMoments::gaussian() {
        return Entries::Gaussian;
    }
    Entries::Points { skewness: moments.skewness.to_f64(), kurtosis: moments.kurtosis.to_f64() }
}

fn failure(error: &SimulationError, call: &Call) -> Failure {
    match error {
        SimulationError::TooLarge { .. } => Failure::effort(call.span, error.to_string()),
        SimulationError::Cancelled => Failure::stopped(crate::number::Stopped::Interrupted, call.span),
        _ => Failure::wrong("simulation", call.span, error.to_string()),
    }
}

/// The model at the ratios of these integers.
fn at_sizes(model: &Features, sizes: &Sizes) -> Features {
    Features { phi: Rational::from((sizes.n0, sizes.m)), psi: Rational::from((sizes.n0, sizes.n1)), ..model.clone() }
}

/// The law of the model; its outliers are those of the activation simulated when the model is given by its energies.
fn prediction(call: &Call, model: &Features, simulated: &Function, sizes: &Sizes) -> Result<Prediction, Failure> {
    let wrong = |error: LawError| law::failure(&error, call.span);
    let bits = call.bits();
    let model = at_sizes(model, sizes);
    let law = energy(call, &model)?;
    let parameters = &law.parameters;
    let table = Arc::new(Law64::new(parameters).map_err(wrong)?);
    let bulks = edges(parameters, bits).map_err(wrong)?;
    let soft = Rational::from((1, 2));
    let upper = table.edges().last().map_or(0.0, |edge| edge[1]);
    let (mean_outlier, positions) = outliers(call, &model, &law, simulated)?;
    let (above, in_gaps): (Vec<f64>, Vec<f64>) = positions.into_iter().partition(|position| *position > upper);
    let masses = masses(parameters, bits).map_err(wrong)?.iter().map(Rational::to_f64).collect();
    let (for_stieltjes, for_cdf, for_equation) = (table.clone(), table.clone(), table.clone());
    let nowhere = Complex64::new(f64::NAN, f64::NAN);
    Ok(Prediction {
        moments: moments(parameters, MOMENTS, bits).map_err(wrong)?.values.iter().map(crate::number::Ball::to_f64).collect(),
        stieltjes: Box::new(move |z| for_stieltjes.stieltjes(z).unwrap_or(nowhere)),
        cdf: Box::new(move |x| for_cdf.cdf(x)),
        atom: table.atom(),
        edges: table.edges(),
        edge_soft: bulks.iter().map(|pair| pair.each_ref().map(|edge| edge.exponent == soft)).collect(),
        // an outlier in a gap takes its eigenvalue from a bulk: inner edges cannot be found by rank
        masses: in_gaps.is_empty().then_some(masses),
        mean_outlier,
        spikes: above,
        equation: (parameters.shape != Shape::Null).then(|| -> Equation { Box::new(move |z, m| for_equation.equation(z, m)) }),
        unevenness: unevenness(call, &model, simulated, sizes)?,
        error: THEORY_ERROR,
    })
}

/// ℓ² (κ_w + κ_x − 2)/n₀ with ℓ = d ln Var f(√r τZ)/d ln r: the norms |w_i|²/n₀ and |x_j|²/n₀ vary by (κ − 1)/n₀.
fn unevenness(call: &Call, model: &Features, f: &Function, sizes: &Sizes) -> Result<f64, Failure> {
    let variance = |tau: &Rational| -> Result<f64, Failure> {
        let moments = call.gaussian(f, tau, call.place("m"))?.moments(FEW_BITS, call.evaluation.context.job);
        match moments.map_err(|error| gaussian_data::failure(&error, call.place("m")))?.variance {
            Moment::Finite(variance) => Ok(variance.ball.to_f64()),
            Moment::Infinite => Ok(f64::NAN),
        }
    };
    let tau = model.tau();
    let smaller = &tau * Rational::from((15, 16));
    let sensitivity = (variance(&tau)? / variance(&smaller)?).ln() / (2.0 * (16.0f64 / 15.0).ln());
    let spread = Rational::from(&model.entries_w.kurtosis + &model.entries_x.kurtosis).to_f64() - 2.0;
    let found = sensitivity * sensitivity * spread / sizes.n0 as f64;
    Ok(if found.is_finite() { found } else { 0.0 })
}

/// The coefficient of the outlier of order n, and the positions of those of order one.
fn outliers(call: &Call, model: &Features, law: &Energy, simulated: &Function) -> Result<(Option<f64>, Vec<f64>), Failure> {
    if !matches!(model.energies, Energies::Given { .. }) {
        let positions = law.positions(call, model)?;
        return Ok((law.mean_coefficient(), positions.iter().map(crate::number::Ball::to_f64).collect()));
    }
    let model = Features { energies: Energies::Activation(simulated.clone()), ..model.clone() };
    let own = energy(call, &model)?;
    let positions = own.positions(call, &model)?;
    Ok((own.mean_coefficient(), positions.iter().map(crate::number::Ball::to_f64).collect()))
}

fn shown(call: &Call, model: &Features, report: &Report) -> Result<Value, Failure> {
    match report.verdict {
        Verdict::Disagree => call.evaluation.disagrees.set(true),
        Verdict::Inconclusive => call.evaluation.warn(Warning::CheckInconclusive),
        Verdict::Agree => {}
    }
    if report.rows.iter().any(|row| row.verdict == Verdict::Inconclusive) {
        call.evaluation.warn(Warning::CheckInconclusive);
    }
    let sizes = report.dimensions.iter().map(|(name, size)| (*name, Value::number(*size))).collect();
    let figure = drawing::check(call, model, report)?;
    Ok(Value::Record(Arc::new(Record {
        name: "check",
        fields: vec![
            ("rows", Value::list(report.rows.iter().map(row).collect())),
            ("verdict", verdict(report.verdict)),
            ("n", Value::number(report.n)),
            ("trials", Value::number(report.trials)),
            ("seed", Value::number(report.seed)),
            ("sizes", Value::record("sizes", sizes)),
        ],
        hidden: Hidden::Figure(Arc::new(figure)),
    })))
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
