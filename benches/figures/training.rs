//! Training, and the first instant of it, on one thread, against the arithmetic of the machine; and the theory of that instant.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use resolvent::activation::{Function, Program, derivative, lower};
use resolvent::monte_carlo::training::{Experiment, Init, Optimizer, Teacher, train};
use resolvent::monte_carlo::{EarlyTime, Labels, Run, Sampler, SimulationError, Trial};
use resolvent::session::{Session, Settings};

use crate::limits::peak_gflops;
use crate::table::{Limit, Line, Stopwatch, Table, least};

const STEPS: usize = 200;
const RUNS: u64 = 3;

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("Training of relu networks, one thread");
    let Ok(f) = lower::read("relu(x)") else { return table.failure("training", "relu(x) is not an activation") };
    let gflops = peak_gflops();
    let line = |what: &str, found: Result<f64, SimulationError>, operations: f64, note: &str| match found {
        Ok(value) => {
            let limit = Limit::Is(operations / gflops / 1e9, "all products at the rate of fused multiply-adds in registers");
            table.line(&Line { what: what.to_owned(), value, unit: "s", limit, note: note.to_owned() });
        }
        Err(error) => table.failure(what, &error.to_string()),
    };
    let [n, d, k] = [600.0, 30.0, 64.0];
    let operations = 2.0 * n * (2.0 * d * k + 3.0 * k * k);
    line("training step", step(&f), operations, "d = 30, widths 64 and 64, n = 600; mean of 200 with two measurements");
    let [n, d, k] = [1200.0, 600.0, 600.0];
    let operations = 2.0 * (2.0 * n * d * k + n * k * k + 4.0 * k * k * d);
    line("early time draw", draw(&f), operations, "n = 1200, d = 600, k = 600");
    let [n, d, k] = [600.0, 30.0, 64.0];
    let operations = 15.0 * 1000.0 * 2.0 * n * (2.0 * d * k + 3.0 * k * k);
    line("reference experiment", reference(&f), operations, "15 networks of 1000 steps: descent and two speed limits");
    for digits in [15, 50] {
        let what = format!("alignment, {digits} digits");
        match alignment(digits) {
            Ok(value) => {
                let note = "of |x|, regime B, in a new session".to_owned();
                table.line(&Line { what, value, unit: "s", limit: Limit::Unknown, note });
            }
            Err(error) => table.failure(&what, &error),
        }
    }
}

/// Seconds of a correlation at the start of training.
fn alignment(digits: u32) -> Result<f64, String> {
    let query = "alignment(ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = \"signs\"))";
    let ask =
        || Session::new(Settings { digits, ..Settings::default() }).last(query).map_err(|failure| failure.diagnostic().message);
    least(ask).map(|(seconds, _)| seconds)
}

/// Seconds of the three times five networks of the published experiment.
fn reference(f: &Function) -> Result<f64, SimulationError> {
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let limited = |speeds: [f64; 3]| Optimizer::SpeedLimited { speeds: speeds.into(), clip: false };
    let optimizers = [(0.05, Optimizer::GradientDescent), (0.02, limited([1.0, 0.01, 0.01])), (0.02, limited([0.01, 1.0, 0.01]))];
    let watch = Stopwatch::start();
    for (eta, optimizer) in optimizers {
        let experiment = three_layers(f, eta, optimizer, vec![0, 1, 3, 10, 30, 100, 300, 1000]);
        train(&Arc::new(experiment), (0, 5), &run)?;
    }
    Ok(watch.seconds())
}

fn three_layers(f: &Function, eta: f64, optimizer: Optimizer, record: Vec<usize>) -> Experiment {
    Experiment {
        activation: Program::new(f),
        derivative: Program::new(&derivative(f)),
        teacher: Teacher::new(3, vec![0, 1, 2], |x| (x[0] * x[1] + x[1] * x[2] + x[2] * x[0]) / 3f64.sqrt()),
        widths: vec![64, 64],
        d: 30,
        n: 600,
        test: 2000,
        covariance: vec![[1.0, 1.0]],
        noise: 0.0,
        init: Init::He,
        init_scale: 1.0,
        eta,
        optimizer,
        batch: None,
        record,
    }
}

fn seconds(mut work: impl FnMut(u64) -> Result<(), SimulationError>) -> Result<f64, SimulationError> {
    let mut best = f64::INFINITY;
    for number in 0..RUNS {
        let watch = Stopwatch::start();
        work(number)?;
        best = best.min(watch.seconds());
    }
    Ok(best)
}

fn step(f: &Function) -> Result<f64, SimulationError> {
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let experiment = Arc::new(three_layers(f, 0.05, Optimizer::GradientDescent, vec![0, STEPS]));
    Ok(seconds(|seed| train(&experiment, (seed, 1), &run).map(drop))? / STEPS as f64)
}

fn draw(f: &Function) -> Result<f64, SimulationError> {
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let early = EarlyTime {
        activation: Program::new(f),
        derivative: Program::new(&derivative(f)),
        offset: 0.0,
        samples_over: [2.0, 2.0],
        labels: Labels::Independent { law: Sampler::Rademacher, scale: 1.0, mean: 0.0 },
        covariance: vec![[1.0, 1.0]],
        readout: Sampler::Rademacher,
        antisymmetric: false,
        initial_output: false,
    };
    seconds(|number| {
        let start = early.start([1200, 600, 600], Trial { seed: 1, experiment: "bench", number }, &run)?;
        start.scalars(None, false, &run).map(drop)
    })
}
