//! The query `check`: the theory of a model beside simulations of its matrices.

use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::Program;
use crate::compare::{Plan, Prediction, Report, Row, Verdict, check_features, check_kernel};
use crate::model::{self, Energies, Features, Kernel};
use crate::monte_carlo::ensembles::Entries;
use crate::monte_carlo::features::{Bias, Features as Simulated};
use crate::monte_carlo::replicates::Run;
use crate::monte_carlo::sizes::Sizes;
use crate::monte_carlo::{Activation, SimulationError};
use crate::plot::Figure;
use crate::session::call::Call;
use crate::session::drawing;
use crate::session::failure::Failure;
use crate::session::law::{self, energy};
use crate::session::network::{self, Network};
use crate::session::value::{Hidden, Record, Value};
use crate::session::warning::Warning;
use crate::spectrum::{Law64, LawError, edges, masses, moments};

/// Default of n and of trials.
const DEFAULT: [usize; 2] = [600, 8];
/// Largest dimension and number of replicates that may be asked; the bound on matrix entries is stricter.
const MOST: usize = 1_000_000;
/// Moments that are compared.
const MOMENTS: usize = 6;
/// Digits of the theory in double precision that are shown, and its relative error.
const THEORY_DIGITS: u32 = 10;
const THEORY_ERROR: f64 = 1e-10;

pub(super) const TABLE: &[Query] = &[Query {
    name: "check",
    parameters: &[
        required("m", "the model"),
        defaulted("n", "600", "the largest dimension; n/2 is simulated too"),
        defaulted("trials", "8", "replicates at n; four times as many at n/2"),
        optional("seed", "the seed; otherwise that of the session"),
        optional("activation", "the activation to simulate with, when the model was given by theta1 and theta2"),
    ],
    about: "simulates the model and says for every predicted quantity whether the theory agrees",
    result: "a record: rows (quantity, theory, measured, allowance, z, verdict, reason), verdict, n, trials, seed, sizes",
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
    let plan = Plan {
        n: call.whole("n", 2, MOST)?.unwrap_or(DEFAULT[0]),
        trials: call.whole("trials", 1, MOST)?.unwrap_or(DEFAULT[1]),
        seed: match call.whole("seed", 0, usize::MAX)? {
            Some(seed) => seed as u64,
            None => call.evaluation.context.seed,
        },
    };
    if let Some(kernel) = call.kernel("m") {
        return check_layers(call, &kernel, &plan);
    }
    let model = call.model("m")?;
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
        entries: Entries::Gaussian,
    };
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let run = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let ratios = [model.phi.to_f64(), model.psi.to_f64()];
    let report = check_features(&simulated, ratios, &plan, &|values: &mut [f64]| program.apply(values), &run, |sizes| {
        prediction(call, &model, sizes).map_err(Trouble::Theory)
    });
    match report {
        Ok(report) => {
            let figure = drawing::check(drawing::model(call, &model)?, &report);
            Ok(shown(call, figure, &report))
        }
        Err(Trouble::Theory(failure)) => Err(failure),
        Err(Trouble::Simulation(error)) => Err(failure(&error, call)),
    }
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

fn prediction(call: &Call, model: &Features, sizes: &Sizes) -> Result<Prediction, Failure> {
    let model = &at_sizes(model, sizes);
    if let Some(network) = network::of_features(call, model)? {
        return of_network(call, &network, 1);
    }
    let wrong = |error: LawError| law::failure(&error, call.span);
    let bits = call.bits();
    let energy = energy(call, model)?;
    let parameters = &energy.parameters;
    let table = Arc::new(Law64::new(parameters).map_err(wrong)?);
    let bulks = edges(parameters, bits).map_err(wrong)?;
    let soft = Rational::from((1, 2));
    let (for_stieltjes, for_cdf) = (table.clone(), table.clone());
    let nowhere = Complex64::new(f64::NAN, f64::NAN);
    Ok(Prediction {
        moments: moments(parameters, MOMENTS, bits).map_err(wrong)?.values.iter().map(crate::number::Ball::to_f64).collect(),
        stieltjes: Box::new(move |z| for_stieltjes.stieltjes(z).unwrap_or(nowhere)),
        cdf: Box::new(move |x| for_cdf.cdf(x)),
        atom: table.atom(),
        edges: table.edges(),
        edge_soft: bulks.iter().map(|pair| pair.each_ref().map(|edge| edge.exponent == soft)).collect(),
        masses: Some(masses(parameters, bits).map_err(wrong)?.iter().map(Rational::to_f64).collect()),
        mean_outlier: energy.mean_coefficient(),
        spikes: energy.outliers(bits).map_err(wrong)?.iter().map(crate::number::Ball::to_f64).collect(),
        sampled: model.sigma_b > 0 && model.bias != model::Bias::Entry,
        error: THEORY_ERROR,
    })
}

/// The prediction of a profile law. Its edges are not compared: which biases are drawn decides where the extreme eigenvalues
/// lie, and that settles with log n.
fn of_network(call: &Call, network: &Network, depth: usize) -> Result<Prediction, Failure> {
    let table = Arc::new(network.double(call, depth)?);
    let (for_stieltjes, for_cdf) = (table.clone(), table.clone());
    let nowhere = Complex64::new(f64::NAN, f64::NAN);
    let mean = &network.layers[depth - 1].mean_square.ball;
    Ok(Prediction {
        moments: network.double_moments(call, depth, MOMENTS)?,
        stieltjes: Box::new(move |z| for_stieltjes.transform(z).unwrap_or(nowhere)),
        cdf: Box::new(move |x| for_cdf.cdf(x).map_or(f64::NAN, |estimate| estimate.value)),
        atom: table.atom(),
        edges: Vec::new(),
        edge_soft: Vec::new(),
        masses: None,
        mean_outlier: (!mean.contains_zero()).then(|| mean.to_f64()),
        spikes: Vec::new(),
        sampled: network.layers[..depth].iter().any(|layer| !layer.s2.ball.contains_zero()),
        error: THEORY_ERROR,
    })
}

/// The bias that is drawn; the averaged equation is compared with the row bias it averages over.
fn simulated_bias(model: &Features) -> Bias {
    let sigma = model.sigma_b.to_f64();
    match model.bias {
        _ if sigma == 0.0 => Bias::None,
        model::Bias::Row | model::Bias::Averaged => Bias::Row(sigma),
        model::Bias::Entry => Bias::Entry(sigma),
        model::Bias::Column => Bias::Column(sigma),
    }
}

fn check_layers(call: &Call, kernel: &Kernel, plan: &Plan) -> Result<Value, Failure> {
    let programs: Vec<Program> = kernel.activations.iter().map(Program::new).collect();
    let closures: Vec<_> = programs.iter().map(|program| move |values: &mut [f64]| program.apply(values)).collect();
    let activations: Vec<Activation<'_>> = closures.iter().map(|closure| closure as Activation<'_>).collect();
    let job = call.evaluation.context.job;
    let progress = |done: usize, of: usize| job.report(done, of);
    let run = Run { threads: call.evaluation.context.threads, cancel: job.cancel(), progress: &progress };
    let gamma: Vec<f64> = kernel.gamma.iter().map(Rational::to_f64).collect();
    let report = check_kernel(&gamma, kernel.sigma_b.to_f64(), plan, &activations, &run, |sizes| {
        let gamma = sizes.d.iter().map(|d| Rational::from((sizes.n, *d))).collect();
        let network = network::of_kernel(call, &Kernel { gamma, ..kernel.clone() }).map_err(Trouble::Theory)?;
        (1..=network.layers.len()).map(|depth| of_network(call, &network, depth).map_err(Trouble::Theory)).collect()
    });
    match report {
        Ok(report) => {
            let figure = drawing::check(drawing::kernel(call, kernel)?, &report);
            Ok(shown(call, figure, &report))
        }
        Err(Trouble::Theory(failure)) => Err(failure),
        Err(Trouble::Simulation(error)) => Err(failure(&error, call)),
    }
}

fn shown(call: &Call, figure: Figure, report: &Report) -> Value {
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
        hidden: Hidden::Figure(Arc::new(figure)),
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
    Value::record(
        "row",
        vec![
            ("quantity", Value::Text(row.quantity.clone())),
            ("theory", Value::Double(row.theory, THEORY_DIGITS)),
            ("measured", Value::Measured { mean: row.measured, se: row.se }),
            ("allowance", Value::Double(row.allowance, 3)),
            ("z", Value::Double(row.z, 3)),
            ("verdict", verdict(row.verdict)),
            ("reason", Value::Text(row.reason.clone())),
        ],
    )
}
