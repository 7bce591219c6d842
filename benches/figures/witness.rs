//! One draw of the witness by stage, on one thread, against the arithmetic and the memory of the machine.

use std::sync::atomic::AtomicBool;

use resolvent::activation::{Program, lower};
use resolvent::monte_carlo::ensembles::Entries;
use resolvent::monte_carlo::features::{Bias, Features, StageSeconds, draw};
use resolvent::monte_carlo::replicates::Run;
use resolvent::monte_carlo::sizes::Sizes;
use resolvent::monte_carlo::streams::Experiment;

use crate::limits::{peak_gflops, random_seconds, rewrite_seconds};
use crate::table::{Limit, Line, Stopwatch, Table};

const SIZES: [(usize, u64); 2] = [(1000, 10), (2000, 3)];

struct Limits {
    gflops: f64,
    random: f64,
    rewrite: f64,
}

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("One draw of features(tanh(x)) with n1 = n0 = m = n, one thread");
    let limits = Limits { gflops: peak_gflops(), random: random_seconds(), rewrite: rewrite_seconds() };
    for (n, trials) in SIZES {
        match timed(n, trials) {
            Ok(timed) => lines(table, n, &timed, &limits),
            Err(error) => table.failure(&format!("draw {n}"), &error),
        }
    }
}

/// A draw by stage on the wall, and in all in seconds of work.
struct Timed {
    stages: StageSeconds,
    wall: f64,
    work: f64,
}

/// The draw that was disturbed least.
fn timed(n: usize, trials: u64) -> Result<Timed, String> {
    let f = lower::read("tanh(x)").map_err(|_| "tanh(x) is not an activation".to_owned())?;
    let program = Program::new(&f);
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let features =
        Features { sigma_w: 1.0, sigma_x: 1.0, bias: Bias::None, entries_w: Entries::Gaussian, entries_x: Entries::Gaussian };
    let sizes = Sizes { n1: n, n0: n, m: n };
    let mut best: Option<Timed> = None;
    for trial in 0..trials {
        let watch = Stopwatch::start();
        let drawn = draw(&features, &sizes, &|values| program.apply(values), Experiment::new(1, "bench"), trial, &run);
        let (wall, work) = (watch.wall(), watch.seconds());
        let stages = drawn.map_err(|error| error.to_string())?.seconds;
        if best.as_ref().is_none_or(|best| wall < best.wall) {
            best = Some(Timed { stages, wall, work });
        }
    }
    best.ok_or_else(|| "no draw".to_owned())
}

fn lines(table: &Table, n: usize, timed: &Timed, limits: &Limits) {
    let seconds = &timed.stages;
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
    line("random entries", seconds.draw, "s", bits, per_entry(seconds.draw, 2.0 * entries));
    rate("W X", seconds.multiply, 2.0 * cube, "fused multiply-adds in registers");
    line("activation", seconds.activate, "s", memory, per_entry(seconds.activate, entries));
    rate("Y Y^T, one triangle", seconds.gram, cube, "fused multiply-adds in registers");
    rate("eigenvalues", seconds.eigenvalues, 4.0 / 3.0 * cube, "the same; half of a tridiagonalisation is bound by memory");
    let arithmetic = (2.0 + 1.0 + 4.0 / 3.0) * cube / limits.gflops / 1e9;
    let share = format!("the draw had {:.0} % of a core", 100.0 * timed.work / timed.wall);
    line("in all", timed.work, "s", Limit::Is(arithmetic, "all operations at that rate"), share);
}
