//! One draw of the witness by stage, on one thread, against the arithmetic and the memory of the machine.

use std::sync::atomic::AtomicBool;

use resolvent::activation::{Program, lower};
use resolvent::monte_carlo::ensembles::Entries;
use resolvent::monte_carlo::features::{Bias, Features, StageSeconds, draw};
use resolvent::monte_carlo::replicates::Run;
use resolvent::monte_carlo::sizes::Sizes;
use resolvent::monte_carlo::streams::Experiment;

use crate::limits::{peak_gflops, random_seconds, rewrite_seconds};
use crate::table::{Limit, Line, Table};

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
        match stages(n, trials) {
            Ok(seconds) => lines(table, n, &seconds, &limits),
            Err(error) => table.failure(&format!("draw {n}"), &error),
        }
    }
}

/// The least seconds of each stage over a few draws.
fn stages(n: usize, trials: u64) -> Result<StageSeconds, String> {
    let f = lower::read("tanh(x)").map_err(|_| "tanh(x) is not an activation".to_owned())?;
    let program = Program::new(&f);
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let features = Features { sigma_w: 1.0, sigma_x: 1.0, bias: Bias::None, entries: Entries::Gaussian };
    let sizes = Sizes { n1: n, n0: n, m: n };
    let mut least: Option<StageSeconds> = None;
    for trial in 0..trials {
        let drawn = draw(&features, &sizes, &|values| program.apply(values), Experiment::new(1, "bench"), trial, &run);
        let seconds = drawn.map_err(|error| error.to_string())?.seconds;
        least = Some(least.map_or(seconds, |least| StageSeconds {
            draw: least.draw.min(seconds.draw),
            multiply: least.multiply.min(seconds.multiply),
            activate: least.activate.min(seconds.activate),
            gram: least.gram.min(seconds.gram),
            eigenvalues: least.eigenvalues.min(seconds.eigenvalues),
        }));
    }
    least.ok_or_else(|| "no draw".to_owned())
}

fn lines(table: &Table, n: usize, seconds: &StageSeconds, limits: &Limits) {
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
    let total = seconds.draw + seconds.multiply + seconds.activate + seconds.gram + seconds.eigenvalues;
    let arithmetic = (2.0 + 1.0 + 4.0 / 3.0) * cube / limits.gflops / 1e9;
    line("in all", total, "s", Limit::Is(arithmetic, "all operations at that rate"), String::new());
}
