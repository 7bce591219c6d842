//! Signals through the layers of a kernel: what a spike, a phase diagram and the edges of a stack cost.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use resolvent::activation::{Function, lower};
use resolvent::model::{Columns, ConjugateKernel, KernelInput, LayerData, Simulation};
use resolvent::monte_carlo::{ConjugateKernels, Ensemble, Run, Trial};
use resolvent::session::{Session, Settings};
use resolvent::spectrum::{Chain, Passed, Sampled, Share, Stack, StackLayer};
use resolvent::spikes::stack_spikes64;
use rug::Rational;

use crate::table::{Limit, Line, Stopwatch, Table, least, least_by};

/// Points a side of the phase diagram.
const GRID: usize = 200;
/// Spikes that are timed together.
const MANY: usize = 1000;

fn stack(layers: usize, gamma: Rational, share: Rational) -> Stack {
    let layer = StackLayer { share: Share::rational(share, 256), gamma: gamma.clone() };
    Stack { population: vec![[Rational::from(1), Rational::from(1)]], gamma, layers: vec![layer; layers] }
}

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("Signals through the layers of a kernel");
    let small = || (Rational::from((1, 50)), Rational::from((9, 10)));
    let (gamma, share) = small();
    let ten = stack(10, gamma, share).chain(64).map(resolvent::number::Ball::to_f64);
    // many at once: reading the clock takes longer than one
    let many = || Ok((0..MANY).map(|_| positions(&ten)).sum::<f64>());
    row(table, "spike through 10 layers, doubles", "us", 1e6 / MANY as f64, many);
    row(table, "survival on a 200 x 200 grid, 3 layers", "s", 1.0, || Ok(grid()));
    let three = stack(3, Rational::from((1, 2)), Rational::from((9, 10)));
    row(table, "edges of 3 layers, 50 digits", "ms", 1e3, || Sampled::new(&three, 200).map_err(|error| error.to_string()));
    let (gamma, share) = small();
    let twenty = stack(20, gamma, share);
    row(table, "edges of 20 layers, 15 digits", "s", 1.0, || Sampled::new(&twenty, 64).map_err(|error| error.to_string()));
    let query = "spikes(kernel(tanh(x), gamma = [2/3, 1/2, 2/5], signal = [6]))";
    row(table, "spikes(kernel(tanh(x), two layers))", "ms", 1e3, || {
        Session::new(Settings::default()).last(query).map_err(|failure| failure.diagnostic().message)
    });
    let kernel = "spikes(kernel(tanh(x), gamma = [g, g, g], signal = [t]))[0]";
    let survivals = format!("s = sweep(t = 1..10 count {GRID}, g = 1/10..2 count {GRID}, {kernel}.survives); s[0].value");
    asked(table, "a sweep of 200 x 200 survivals, two layers", &survivals, 15, ("s", 1.0, 0.3));
    let threshold = "find(t = 2..20, spikes(kernel(tanh(x), gamma = [1/2, 1/2, 1/2], signal = [t]))[0].alignment == 1/2)";
    asked(table, "find of a strength, 50 digits", threshold, 50, ("ms", 1e3, 50.0));
    row(table, "draw n = d0 = d1 = 1000 with eigenvectors", "s", 1.0, draw);
}

/// A query of the language with the time that is the goal.
fn asked(table: &Table, what: &str, query: &str, digits: u32, (unit, scale, goal): (&'static str, f64, f64)) {
    let ask = || {
        let settings = Settings { digits, ..Settings::default() };
        Session::new(settings).last(query).map_err(|failure| failure.diagnostic().message)
    };
    match least_by(Stopwatch::wall, ask) {
        Ok((seconds, _)) => {
            let limit = Limit::Is(goal, "the goal");
            table.line(&Line { what: what.into(), value: seconds * scale, unit, limit, note: String::new() });
        }
        Err(error) => table.failure(what, &error),
    }
}

fn row<T>(table: &Table, what: &str, unit: &'static str, scale: f64, work: impl Fn() -> Result<T, String>) {
    match least(work) {
        Ok((value, _)) => {
            table.line(&Line { what: what.into(), value: value * scale, unit, limit: Limit::Unknown, note: String::new() });
        }
        Err(error) => table.failure(what, &error),
    }
}

/// The positions of a signal at the layers that it passes, added up.
fn positions(chain: &Chain<f64>) -> f64 {
    stack_spikes64(black_box(chain), black_box(5.0)).map(|[position, ..]| position).sum()
}

/// How many layers a signal passes, over the share b² and the strength.
fn grid() -> usize {
    let share = |place: usize| (place + 1) as f64 / GRID as f64;
    let mut passed = 0;
    for column in 0..GRID {
        let half = Rational::from((1, 2));
        let mut chain = stack(3, half.clone(), half).chain(64).map(resolvent::number::Ball::to_f64);
        let of_column = Passed { slope: share(column), offset: 1.0 - share(column) };
        chain.links.iter_mut().for_each(|link| link.share = Some(of_column.clone()));
        passed += (0..GRID).map(|row| stack_spikes64(&chain, 1.0 + 8.0 * share(row)).count()).sum::<usize>();
    }
    passed
}

fn draw() -> Result<(), String> {
    let f: Function = lower::read("tanh(x)").map_err(|_| "tanh(x) is not an activation".to_owned())?;
    let one = Rational::from(1);
    let model = ConjugateKernel {
        layers: vec![LayerData::Activation(f)],
        input: KernelInput::Isotropic(one.clone()),
        gamma: vec![one],
        signal: vec![Rational::from(6)],
        overlap: Rational::new(),
        columns: Columns::Unit,
        kurtosis_x: Rational::from(3),
        skewness_x: Rational::new(),
    };
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let ensemble = ConjugateKernels::new(&model, &Simulation::default(), true).map_err(|error| error.to_string())?;
    let sizes = ensemble.sizes(1000).map_err(|error| error.to_string())?;
    let trial = Trial { seed: 1, experiment: "bench", number: 0 };
    ensemble.draw(&sizes, trial, &run).map(|draw| drop(black_box(draw))).map_err(|error| error.to_string())
}
