//! The training experiment, `train`: networks drawn, trained and measured.

use std::sync::Arc;

use rug::Rational;

use super::check::{MOST, announce};
use super::train_shown::shown;
use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::{Function, Program, SeveralProgram, derivative};
use crate::monte_carlo::SimulationError;
use crate::monte_carlo::training::{Experiment, Init, Optimizer, Teacher, default_record, estimate, train};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;

const WIDTHS: [usize; 2] = [64, 64];
const TEST: usize = 2000;

pub(super) const TABLE: &[Query] = &[Query {
    name: "train",
    parameters: &[
        required("f", "the activation, an expression in x, taken as typed"),
        required(
            "teacher",
            "the labels are teacher + noise: an expression in x, the first coordinate of a sample, or in x1 … x9, the first nine",
        ),
        defaulted("widths", "[64, 64]", "neurons of the hidden layers, 1 to 5 of them"),
        required("d", "input dimension"),
        required("n", "training samples"),
        required("eta", "the step size, positive; the loss is (1/2n) sum (f - y)^2"),
        required("steps", "how many steps are made"),
        defaulted(
            "optimizer",
            "\"gd\"",
            "\"gd\": gradient descent; \"slo\": speed-limited, W - eta*C*g/|g| in each layer, C its speed",
        ),
        optional("speeds", "the speed of each trained layer, the readout last; for \"slo\""),
        defaulted("clip", "false", "whether \"slo\" makes no step longer than eta*|g|"),
        optional("batch", "samples of one step; otherwise all of them"),
        defaulted(
            "init",
            "\"he\"",
            "\"he\": W ~ N(0, 2/fan-in), readout N(0, 1/k), all layers trained; \"fixed_readout\": one hidden layer, W ~ N(0, 1/d), readout +-k^(-1/2), not trained; \"antisymmetric\": the same with neurons in pairs of opposite readout, so that the network begins as 0",
        ),
        defaulted("init_scale", "1", "factor of the initial weights of the hidden layers"),
        defaulted("noise", "0", "the standard deviation of the label noise, in training and in test"),
        defaulted(
            "covariance",
            "[[1, 1]]",
            "eigenvalues of the covariance of a sample, [value, weight], with mean value 1; in general position to the teacher",
        ),
        defaulted("test", "2000", "fresh samples for the test error"),
        optional("record", "the steps after which is measured; otherwise 0, 1, 3, 10, … and the last"),
        defaulted(
            "trials",
            "1",
            "networks, each with data of its own; with more than one each number is a mean with its standard error",
        ),
        optional("seed", "the seed; otherwise that of the session"),
    ],
    about: "trains networks and measures how weights and gradients align (neural feature ansatz)",
    result: "a record: steps, train_error, test_error (mean squares), agop_eigenvalues (the largest 6 of (1/n) sum of gradient times gradient^T), layers (layer, then lists over the steps. With F = W^T W, G = W^T K W, K the second moment of df/dh: nfc (cosine of F and G), nfc_trace_centred, nfc_pearson, c_nfc (that of the change of W), overlap_weights and overlap_agop (of the leading eigenvectors of F and G with the teacher's directions, first layer), moved, left_alignment [cosine of F and G, of F^2 and G, by singular values], weight_terms, agop_terms (shares of the parts 00, 01, 10, 11 from initial weights and change), centred_share)",
    example: "train(relu(x), x, widths = [16], d = 8, n = 40, eta = 1/5, steps = 10, test = 100)",
    repeat: Repeat::Once,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let steps = call.whole("steps", 0, MOST)?.unwrap_or(0);
    let experiment = Arc::new(experiment(call, steps)?);
    let trials = call.whole("trials", 1, MOST)?.unwrap_or(1);
    let seed = call.seed()?;
    let refused = |error| refused(call, error);
    announce(call, call.simulate(|run| estimate(&experiment, (seed, trials), run)).map_err(refused)?);
    let found = call.simulate(|run| train(&experiment, (seed, trials), run)).map_err(refused)?;
    Ok(shown(call, &experiment, &found))
}

fn refused(call: &Call, error: SimulationError) -> Failure {
    match error {
        SimulationError::Setting { name, message } => call.refuse(name, message),
        SimulationError::Diverged { .. } => Failure::wrong("diverged", call.place("eta"), error.to_string()),
        SimulationError::Label { .. } => call.refuse("teacher", error.to_string()),
        SimulationError::SlopeNotFinite { .. } | SimulationError::NotFinite { .. } => call.refuse("f", error.to_string()),
        SimulationError::TooLarge { .. } => Failure::from(error).with_help("d, n, test, widths and trials make it"),
        error => error.into(),
    }
}

fn experiment(call: &Call, steps: usize) -> Result<Experiment, Failure> {
    let missing = || Failure::wrong("missing_argument", call.span, "train needs f and teacher");
    let f = call.activation("f")?.ok_or_else(missing)?;
    if !theory::has_gradient(&call.work(), &f).map_err(call.theory("f"))? {
        let failure = call.refuse("f", format!("the derivative of {f} is not square-integrable, so that there is no gradient"));
        return Err(failure.with_help("smooth its jumps and its roots, for example tanh(10*x) in place of sign(x), sqrt(abs(x) + 1/10) in place of sqrt(abs(x))"));
    }
    let size = |name: &str, usual: usize| Ok::<usize, Failure>(call.whole(name, 1, MOST)?.unwrap_or(usual));
    let wholes = |name: &str, least: usize, most: usize| whole_list(call, name, least, most);
    let mut record = wholes("record", 0, steps)?.unwrap_or_else(|| default_record(steps));
    record.sort_unstable();
    record.dedup();
    let scale = call.scale("init_scale")?;
    Ok(Experiment {
        activation: Program::new(&f),
        derivative: Program::new(&derivative(&f)),
        teacher: teacher(call)?.ok_or_else(missing)?,
        widths: wholes("widths", 1, MOST)?.unwrap_or_else(|| WIDTHS.to_vec()),
        d: size("d", 1)?,
        n: size("n", 1)?,
        test: size("test", TEST)?,
        covariance: covariance(call)?,
        noise: call.enclosure(&call.deviation("noise")?).to_f64(),
        init: init(call)?,
        init_scale: double(call, &scale),
        eta: eta(call)?,
        optimizer: optimizer(call)?,
        batch: call.whole("batch", 1, MOST)?,
        record,
    })
}

fn teacher(call: &Call) -> Result<Option<Teacher>, Failure> {
    let Some(Value::Several(g)) = call.given("teacher") else {
        let single = |f: Function| Teacher::single(Program::new(&f), !f.is_constant());
        return Ok(call.activation("teacher")?.map(single));
    };
    Ok(Some(Teacher::several(SeveralProgram::new(g), &g.directions())))
}

fn double(call: &Call, number: &Function) -> f64 {
    call.enclosure(number).to_f64()
}

fn eta(call: &Call) -> Result<f64, Failure> {
    let eta = call.real("eta")?.unwrap_or_else(|| Function::rational(0));
    if call.sign(&eta)?.is_le() {
        return Err(call.refuse("eta", format!("eta is the length of a step and must be positive, and is {eta}")));
    }
    Ok(double(call, &eta))
}

/// Whole numbers in a list.
fn whole_list(call: &Call, name: &str, least: usize, most: usize) -> Result<Option<Vec<usize>>, Failure> {
    let Some(numbers) = call.rationals(name)? else { return Ok(None) };
    let whole = |number: &Rational| {
        let found = if number.is_integer() { number.numer().to_usize() } else { None };
        let bounds = if name == "record" { format!("{least} to steps = {most}") } else { format!("{least} to {most}") };
        found
            .filter(|whole| (least..=most).contains(whole))
            .ok_or_else(|| call.refuse(name, format!("{name} must list whole numbers from {bounds}, and lists {number}")))
    };
    numbers.iter().map(whole).collect::<Result<_, _>>().map(Some)
}

fn covariance(call: &Call) -> Result<Vec<[f64; 2]>, Failure> {
    let Some(rows) = call.rows("covariance", 2..=2)? else { return Ok(vec![[1.0, 1.0]]) };
    let pair = |row: &Vec<Rational>| match row.as_slice() {
        [value, weight] => Ok([value.to_f64(), weight.to_f64()]),
        _ => Err(call.refuse("covariance", "covariance must list pairs [value, weight]")),
    };
    rows.iter().map(pair).collect()
}

fn init(call: &Call) -> Result<Init, Failure> {
    match call.text("init")? {
        None | Some("he") => Ok(Init::He),
        Some("fixed_readout") => Ok(Init::FixedReadout),
        Some("antisymmetric") => Ok(Init::Antisymmetric),
        Some(other) => {
            let message = format!("init must be \"he\", \"fixed_readout\" or \"antisymmetric\", and is \"{other}\"");
            Err(call.refuse("init", message))
        }
    }
}

fn optimizer(call: &Call) -> Result<Optimizer, Failure> {
    let speeds = call.rationals("speeds")?;
    let clip = call.flag("clip")?.unwrap_or(false);
    match (call.text("optimizer")?.unwrap_or("gd"), speeds) {
        ("gd", None) if !clip => Ok(Optimizer::GradientDescent),
        ("gd", speeds) => {
            let name = if speeds.is_some() { "speeds" } else { "clip" };
            Err(call.refuse(name, format!("{name} belongs to optimizer = \"slo\"")))
        }
        ("slo", Some(speeds)) => Ok(Optimizer::SpeedLimited { speeds: speeds.iter().map(Rational::to_f64).collect(), clip }),
        ("slo", None) => {
            let failure = Failure::wrong("missing_argument", call.place("optimizer"), "\"slo\" needs the speed of each layer");
            Err(failure.with_help("one a trained layer, the readout last: speeds = [1, 1/100, 1/100]"))
        }
        (other, _) => Err(call.refuse("optimizer", format!("optimizer must be \"gd\" or \"slo\", and is \"{other}\""))),
    }
}
