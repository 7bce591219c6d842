//! One draw of the witness, and by stage, on one thread, against the arithmetic and the memory of the machine.

use std::sync::atomic::AtomicBool;

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};
use resolvent::activation::{Function, Program, lower};
use resolvent::model::{Features, Simulation};
use resolvent::monte_carlo::{
    Ensemble, FeatureMatrices, Matrix, Run, Sampler, SimulationError, Trial, activate, eigenvalues, smaller_gram,
};
use rug::Rational;

use crate::limits::{peak_gflops, random_seconds, rewrite_seconds};
use crate::table::{Limit, Line, Stopwatch, Table};

const SIZES: [(usize, u64); 3] = [(600, 10), (1000, 10), (2000, 3)];

struct Limits {
    gflops: f64,
    random: f64,
    rewrite: f64,
}

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("One draw of features(tanh(x)) with n1 = n0 = m = n, one thread");
    let limits = Limits { gflops: peak_gflops(), random: random_seconds(), rewrite: rewrite_seconds() };
    let Ok(f) = lower::read("tanh(x)") else { return table.failure("draw", "tanh(x) is not an activation") };
    for (n, trials) in SIZES {
        match timed(&f, n, trials) {
            Ok(timed) => lines(table, n, &timed, &limits),
            Err(error) => table.failure(&format!("draw {n}"), &error.to_string()),
        }
    }
}

/// The stages in seconds on the wall; the whole draw on the wall and in seconds of work, and with overlaps.
struct Timed {
    entries: f64,
    multiply: f64,
    activate: f64,
    gram: f64,
    eigenvalues: f64,
    wall: f64,
    work: f64,
    with_overlaps: f64,
}

/// The least of a few draws, for each stage and for the whole.
fn timed(f: &Function, n: usize, trials: u64) -> Result<Timed, SimulationError> {
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let model = Features::new(f.clone(), [1, 1].map(Rational::from));
    let [plain, full] = [false, true].map(|overlaps| FeatureMatrices::new(&model, &Simulation::default(), overlaps));
    let (plain, full, program) = (plain?, full?, Program::new(f));
    let sizes = plain.sizes(n)?;
    let mut best = Timed {
        entries: f64::INFINITY,
        multiply: f64::INFINITY,
        activate: f64::INFINITY,
        gram: f64::INFINITY,
        eigenvalues: f64::INFINITY,
        wall: f64::INFINITY,
        work: f64::INFINITY,
        with_overlaps: f64::INFINITY,
    };
    for number in 0..trials {
        let trial = Trial { seed: 1, experiment: "bench", number };
        stages(&mut best, &program, trial, n)?;
        let watch = Stopwatch::start();
        std::hint::black_box(plain.draw(&sizes, trial, &run)?);
        if watch.wall() < best.wall {
            (best.wall, best.work) = (watch.wall(), watch.seconds());
        }
        let watch = Stopwatch::start();
        std::hint::black_box(full.draw(&sizes, trial, &run)?);
        best.with_overlaps = best.with_overlaps.min(watch.wall());
    }
    Ok(best)
}

/// The stages of a draw, from the same parts.
fn stages(best: &mut Timed, program: &Program, trial: Trial<'_>, n: usize) -> Result<(), SimulationError> {
    let watch = Stopwatch::start();
    let weights = Sampler::Gaussian.matrix(n, n, &mut trial.stream(Matrix::Weights));
    let data = Sampler::Gaussian.matrix(n, n, &mut trial.stream(Matrix::Data));
    best.entries = best.entries.min(watch.wall());
    let mut outputs = Mat::zeros(n, n);
    let watch = Stopwatch::start();
    matmul(outputs.as_mut(), Accum::Add, &weights, &data, (n as f64).sqrt().recip(), Par::Seq);
    best.multiply = best.multiply.min(watch.wall());
    let watch = Stopwatch::start();
    activate(&mut outputs, program)?;
    best.activate = best.activate.min(watch.wall());
    let watch = Stopwatch::start();
    let gram = smaller_gram(&outputs, n);
    best.gram = best.gram.min(watch.wall());
    let watch = Stopwatch::start();
    std::hint::black_box(eigenvalues(&gram, n, n)?);
    best.eigenvalues = best.eigenvalues.min(watch.wall());
    Ok(())
}

fn lines(table: &Table, n: usize, timed: &Timed, limits: &Limits) {
    let (entries, cube) = ((n * n) as f64, (n as f64).powi(3));
    let line = |what: &str, value: f64, unit, limit, note: String| {
        table.line(&Line { what: format!("draw {n} {what}"), value, unit, limit, note });
    };
    let rate = |what: &str, seconds: f64, operations: f64, peak: &'static str| {
        let gflops = operations / seconds / 1e9;
        line(what, gflops, "GFLOP/s", Limit::Is(limits.gflops, peak), format!("{seconds:.3} s"));
    };
    let bits = Limit::Is(2.0 * limits.random * entries, "the random bits alone");
    let memory = Limit::Is(limits.rewrite * entries, "reading and writing memory once");
    let per_entry = |seconds: f64, entries: f64| format!("{:.2} ns an entry", seconds / entries * 1e9);
    line("random entries", timed.entries, "s", bits, per_entry(timed.entries, 2.0 * entries));
    rate("W X", timed.multiply, 2.0 * cube, "fused multiply-adds in registers");
    line("activation", timed.activate, "s", memory, per_entry(timed.activate, entries));
    rate("Y Y^T, one triangle", timed.gram, cube, "fused multiply-adds in registers");
    rate("eigenvalues", timed.eigenvalues, 4.0 / 3.0 * cube, "the same; half of a tridiagonalisation is bound by memory");
    let arithmetic = (2.0 + 1.0 + 4.0 / 3.0) * cube / limits.gflops / 1e9;
    let share = format!("the draw had {:.0} % of a core", 100.0 * timed.work / timed.wall);
    line("in all", timed.work, "s", Limit::Is(arithmetic, "all operations at that rate"), share);
    let more = format!("{:.1} times the draw without", timed.with_overlaps / timed.wall);
    line("with overlaps", timed.with_overlaps, "s", Limit::Is(timed.wall, "the draw without eigenvectors"), more);
}
