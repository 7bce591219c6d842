//! Small random networks, and short names.

use resolvent::activation::{Function, Program, derivative, lower};
use resolvent::monte_carlo::training::{Network, Pass};
use resolvent::monte_carlo::{Matrix, Run, Sampler, Trial};
use std::sync::atomic::AtomicBool;

use faer::Mat;

pub static NEVER: AtomicBool = AtomicBool::new(false);

pub fn run(threads: usize) -> Run<'static> {
    Run { threads, cancel: &NEVER, progress: &|_, _| () }
}

pub fn read(text: &str) -> Function {
    lower::read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// φ and φ′.
pub fn programs(text: &str) -> [Program; 2] {
    let f = read(text);
    [Program::new(&f), Program::new(&derivative(&f))]
}

pub fn gaussian(rows: usize, columns: usize, number: u64) -> Mat<f64> {
    let trial = Trial { seed: 11, experiment: "small", number };
    Sampler::Gaussian.matrix(rows, columns, &mut trial.stream(Matrix::Data))
}

/// A network with samples; weights of the size of 1 over the root of the fan-in.
pub struct Small {
    pub name: String,
    pub network: Network,
    pub programs: [Program; 2],
    pub x: Mat<f64>,
    pub labels: Vec<f64>,
}

/// Activations that are smooth.
const SMOOTH: [&str; 4] = ["tanh(x)", "x^2/2", "sin(x) + x/3", "erf(x) + x^2/5"];

/// Input dimension, widths and samples, biased to the narrow.
const SHAPES: [(usize, &[usize], usize); 8] = [
    (4, &[3], 6),
    (3, &[5], 4),
    (1, &[2], 3),
    (4, &[1], 5),
    (5, &[4, 3], 7),
    (3, &[4, 1], 6),
    (2, &[3, 5, 4], 9),
    (4, &[3, 2, 3, 2, 3], 8),
];

pub fn all() -> Vec<Small> {
    let mut list = Vec::new();
    for (shape, (d, widths, n)) in SHAPES.into_iter().enumerate() {
        for (index, f) in SMOOTH.into_iter().enumerate() {
            list.push(drawn(d, widths, n, f, (100 * shape + 10 * index) as u64));
        }
    }
    list
}

pub fn drawn(d: usize, widths: &[usize], n: usize, f: &str, number: u64) -> Small {
    let mut fan_in = d;
    let mut weights = Vec::new();
    for (layer, &width) in widths.iter().enumerate() {
        let scale = (fan_in as f64).sqrt().recip();
        weights.push(gaussian(width, fan_in, 10_000 + 10 * number + layer as u64) * faer::Scale(scale));
        fan_in = width;
    }
    let readout = gaussian(fan_in, 1, 20_000 + number).col_as_slice(0).to_vec();
    Small {
        name: format!("{f}, d = {d}, widths {widths:?}, n = {n}"),
        network: Network::new(weights, readout),
        programs: programs(f),
        x: gaussian(n, d, 30_000 + number),
        labels: gaussian(n, 1, 40_000 + number).col_as_slice(0).to_vec(),
    }
}

impl Small {
    pub fn both(&self) -> [&Program; 2] {
        self.programs.each_ref()
    }

    /// After the forward pass.
    pub fn forward(&self) -> Pass {
        let mut pass = Pass::new(&self.network, self.x.nrows());
        pass.forward(&self.network, self.both(), self.x.as_ref());
        pass
    }

    /// After the backward pass with seeds 1: the slopes are the tangents.
    pub fn tangents(&self) -> Pass {
        let mut pass = self.forward();
        pass.backward(&self.network, &vec![1.0; self.x.nrows()]);
        pass
    }

    /// Moves the weights by one step of plain gradient descent.
    pub fn descend(&mut self, eta: f64) {
        let mut pass = self.forward();
        let seeds = self.seeds(&pass);
        pass.backward(&self.network, &seeds);
        let mut gradient = resolvent::monte_carlo::training::Gradient::of(&self.network);
        pass.gradient(self.x.as_ref(), &seeds, &mut gradient);
        for layer in 0..=self.network.weights.len() {
            self.network.step(layer, eta, &gradient);
        }
    }

    /// (f(x_i) − y_i)/n.
    pub fn seeds(&self, pass: &Pass) -> Vec<f64> {
        pass.outputs.iter().zip(&self.labels).map(|(f, y)| (f - y) / self.labels.len() as f64).collect()
    }

    /// The network from layer `layer` on, its input there the argument.
    pub fn tail(&self, layer: usize) -> Network {
        Network::new(self.network.weights[layer..].to_vec(), self.network.readout.clone())
    }

    /// x_l, a sample a row.
    pub fn input(&self, pass: &Pass, layer: usize) -> Mat<f64> {
        if layer == 0 { self.x.clone() } else { pass.hidden[layer - 1].clone() }
    }
}

/// The derivative at 0 by differences of fourth order.
pub fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[track_caller]
pub fn close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!((a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs())), "{what}: {a} against {b}");
}

#[track_caller]
pub fn close_matrices(a: &Mat<f64>, b: &Mat<f64>, tolerance: f64, what: &str) {
    assert_eq!((a.nrows(), a.ncols()), (b.nrows(), b.ncols()), "{what}");
    let scale = a.norm_max().max(b.norm_max());
    assert!((a - b).norm_max() <= tolerance * scale.max(1e-300), "{what}:\n{a:?}\nagainst\n{b:?}");
}
