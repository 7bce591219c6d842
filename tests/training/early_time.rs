//! The first instant: the formulas by neurons and by samples, training by a short step, and limits that are known exactly.

use std::sync::Arc;

use faer::{Mat, Scale};
use resolvent::activation::Program;
use resolvent::monte_carlo::training::{Experiment, Init, Teacher, measured, train};
use resolvent::monte_carlo::{EarlyTime, Ensemble, Labels, Sampler, SimulationError, Start, Trial};

use crate::runs::experiment;
use crate::small::{all, close, programs, read, run};

const GAUSSIAN: Labels = Labels::Independent { law: Sampler::Gaussian, scale: 1.0, mean: 0.0 };
const SIGNS: Labels = Labels::Independent { law: Sampler::Rademacher, scale: 1.0, mean: 0.0 };
const CONSTANT: Labels = Labels::Independent { law: Sampler::Rademacher, scale: 0.0, mean: 1.0 };

fn early(f: &str, samples_over: [f64; 2], labels: Labels) -> EarlyTime {
    let [activation, derivative] = programs(f);
    EarlyTime {
        activation,
        derivative,
        offset: 0.0,
        samples_over,
        labels,
        covariance: vec![[1.0, 1.0]],
        readout: Sampler::Rademacher,
        antisymmetric: false,
        initial_output: false,
    }
}

fn second_moment(start: &Start) -> Mat<f64> {
    start.tangents.transpose() * &start.tangents * Scale((start.x.nrows() as f64).recip())
}

/// k × k against n × n, more and fewer neurons than samples, with each option.
#[test]
fn neurons_and_samples_agree() {
    let trial = Trial { seed: 2, experiment: "early", number: 0 };
    for f in ["x^2/2", "relu(x)", "tanh(x)", "abs(x)"] {
        for [n, d, k] in [[30, 20, 10], [10, 12, 30], [12, 40, 12], [9, 8, 8]] {
            for (antisymmetric, initial_output) in [(false, false), (true, true), (false, true)] {
                let mut early = EarlyTime { antisymmetric, initial_output, ..early(f, [1.0, 1.0], GAUSSIAN) };
                early.covariance = vec![[1.5, 0.5], [0.5, 0.5]];
                let start = early.start([n, d, k], trial, &run(1)).expect("finite");
                let [a, b] = [start.by_neurons(&second_moment(&start)), start.by_samples()].map(Option::unwrap);
                close(a, b, 1e-11, &format!("{f}, n = {n}, d = {d}, k = {k}"));
                let scalars = start.scalars(None, antisymmetric, &run(1)).expect("not stopped");
                assert!(scalars.iter().any(|(name, value)| name == "c_nfc" && (value - a).abs() < 1e-11));
            }
        }
    }
}

/// The correlation of the change of the weights after a step that is nearly none is that of the first instant, at every layer.
#[test]
fn a_short_step_begins_there() {
    for mut small in all() {
        let pass = small.tangents();
        let starts: Vec<Start> = (0..small.network.weights.len())
            .map(|layer| Start {
                x: small.input(&pass, layer),
                weights: small.network.weights[layer].clone(),
                residuals: small.labels.iter().zip(&pass.outputs).map(|(y, f)| y - f).collect(),
                tangents: pass.slopes[layer].clone(),
                readout: Vec::new(),
            })
            .collect();
        small.descend(1e-9);
        let after = small.tangents();
        for (layer, start) in starts.iter().enumerate() {
            let (measures, _) = measured(&small.network, layer, &after.slopes[layer], None).expect("converges");
            let name = format!("{}, layer {layer}", small.name);
            close(measures.c_nfc.expect("moved"), start.by_samples().expect("moves"), 1e-6, &name);
            close(measures.c_nfc.expect("moved"), start.by_neurons(&second_moment(start)).expect("moves"), 1e-6, &name);
        }
    }
}

/// Mean and standard error of a scalar over draws.
fn mean(early: &EarlyTime, n: usize, draws: u64, scalar: &str) -> (f64, f64) {
    let sizes = early.sizes(n).expect("sizes");
    let values: Vec<f64> = (0..draws)
        .map(|number| early.draw(&sizes, Trial { seed: 4, experiment: "limit", number }, &run(1)).expect("finite").scalar(scalar))
        .collect();
    let mean = values.iter().sum::<f64>() / draws as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (draws - 1) as f64;
    (mean, (variance / draws as f64).sqrt())
}

/// Limits in closed form, within four standard errors and 2/d.
#[test]
fn known_limits() {
    let square = |rational: (f64, f64)| (rational.0 / rational.1).sqrt();
    let cases = [
        ("x^2/2", [2.0, 2.0], GAUSSIAN, "c_nfc", square((2809.0, 3141.0))),
        ("x^2/2", [2.0, 2.0], CONSTANT, "c_nfc", square((29575.0, 32427.0))),
        ("(x^3 - 3*x)/sqrt(6)", [2.0, 2.0], SIGNS, "c_nfc", 17.0 / 315f64.sqrt()),
        // √((1 + κ)/(1 + (2 + ψ)κ)), κ = k/d = 1, ψ = d/n = 1/2
        ("x^2/2", [2.0, 2.0], GAUSSIAN, "initial_nfc", square((4.0, 7.0))),
    ];
    for (f, ratios, labels, scalar, limit) in cases {
        let d = 200.0;
        let (found, se) = mean(&early(f, ratios, labels), 400, 40, scalar);
        assert!((found - limit).abs() < 4.0 * se + 2.0 / d, "{f}: {scalar} {found} ({se}) against {limit}");
    }
    // readout N(0, 1): 25921/32721
    let heavy = EarlyTime { readout: Sampler::Gaussian, ..early("x^2/2", [2.0, 2.0], GAUSSIAN) };
    let (found, se) = mean(&heavy, 400, 40, "c_nfc");
    assert!((found - square((25921.0, 32721.0))).abs() < 4.0 * se + 0.02, "{found} ({se})");
}

/// y = x_1 and relu: V → 1 + d/n, and Xᵀr knows the direction with squared cosine 1/(1 + d/n). The deficit n(1 − c_nfc) is of order
/// 1.
#[test]
fn the_rank_one_regime() {
    let teacher = || Labels::Of(Teacher::single(Program::new(&read("x")), true));
    let relu = early("relu(x)", [2.0, 2.0], teacher());
    for (scalar, limit) in [("V", 1.5), ("overlap", 2.0 / 3.0)] {
        let (found, se) = mean(&relu, 400, 40, scalar);
        assert!((found - limit).abs() < 4.0 * se + 0.02, "{scalar}: {found} ({se}) against {limit}");
    }
    let [small, large] = [200, 400].map(|n| mean(&relu, n, 40, "deficit"));
    assert!((small.0 - large.0).abs() < 4.0 * (small.1 + large.1) + 0.1, "{small:?} {large:?}");
    assert!((large.0 - 0.4339).abs() < 0.1, "{large:?}");
    // labels that know nothing of x have no direction
    assert!(mean(&early("relu(x)", [2.0, 2.0], GAUSSIAN), 100, 2, "overlap").0.is_nan());
}

/// From the antisymmetric start the output is 0 and the initial correlation 0/0; only half of the neurons are distinct.
#[test]
fn pairs_of_neurons() {
    let pairs = |initial_output| EarlyTime { antisymmetric: true, initial_output, ..early("tanh(x)", [2.0, 2.0], SIGNS) };
    let draw = |early: &EarlyTime| {
        let sizes = early.sizes(202).expect("sizes");
        assert_eq!(sizes.get("k"), Some(102), "an even number");
        early.draw(&sizes, Trial { seed: 1, experiment: "pairs", number: 0 }, &run(1)).expect("finite")
    };
    let (with, without) = (draw(&pairs(true)), draw(&pairs(false)));
    assert!(with.scalar("initial_nfc").is_nan());
    assert_eq!(with.scalar("c_nfc"), without.scalar("c_nfc"));
    // the gradient in the input cancels between the neurons of a pair
    let start = pairs(true).start([20, 10, 8], Trial { seed: 1, experiment: "pairs", number: 0 }, &run(1)).expect("finite");
    assert!((&start.tangents * &start.weights).norm_max() < 1e-14 && start.tangents.norm_max() > 0.1);
    // E r² of signs less the output of a tanh network is larger than 1
    let plain = |initial_output| EarlyTime { initial_output, ..early("tanh(x)", [2.0, 2.0], SIGNS) };
    let trial = Trial { seed: 1, experiment: "output", number: 0 };
    let energy = |early: EarlyTime| {
        let start = early.start([400, 200, 200], trial, &run(1)).expect("finite");
        start.residuals.iter().map(|r| r * r).sum::<f64>() / 400.0
    };
    assert_eq!(energy(plain(false)), 1.0);
    // Var tanh(Z) = 0.394
    assert!((energy(plain(true)) - 1.394).abs() < 0.25);
}

/// The experiment of training sees the same number after one short step.
#[test]
fn training_begins_there() {
    let short = Experiment { eta: 1e-7, record: vec![0, 1, 2], noise: 0.0, ..experiment("tanh(x)", &[6], Init::FixedReadout) };
    let seen = train(&Arc::new(short), (9, 1), &run(1)).expect("it trains").swap_remove(0);
    let [one, two] = [1, 2].map(|index: usize| seen[index].layers[0].c_nfc.expect("moved"));
    close(one, two, 1e-5, "two short steps");
    assert!(one > 0.3 && one <= 1.0, "{one}");
}

/// With relu f = Σ_j q_j h_j, which is taken off the labels.
#[test]
fn the_initial_output_is_taken_off() {
    let trial = Trial { seed: 6, experiment: "output", number: 0 };
    let relu = |initial_output| EarlyTime { initial_output, ..early("relu(x)", [2.0, 2.0], SIGNS) };
    let [with, without] = [true, false].map(|output| relu(output).start([20, 10, 8], trial, &run(1)).expect("finite"));
    let arguments = &with.x * with.weights.transpose();
    for i in 0..20 {
        let output: f64 = (0..8).map(|j| with.tangents[(i, j)] * arguments[(i, j)]).sum();
        close(with.residuals[i], without.residuals[i] - output, 1e-13, "a residual");
    }
}

#[test]
fn what_cannot_be_drawn() {
    let trial = Trial { seed: 1, experiment: "refused", number: 0 };
    let output = EarlyTime { initial_output: true, ..early("log(x)", [2.0, 2.0], SIGNS) };
    assert!(matches!(output.start([20, 10, 10], trial, &run(1)), Err(SimulationError::NotFinite { .. })));
    let slope = early("log(log(x))", [2.0, 2.0], SIGNS);
    assert!(matches!(slope.start([20, 10, 10], trial, &run(1)), Err(SimulationError::SlopeNotFinite { .. })));
    assert!(early("x^2", [0.0, 1.0], SIGNS).sizes(100).is_err());
    let still = early("x^2/2", [2.0, 2.0], Labels::Independent { law: Sampler::Gaussian, scale: 0.0, mean: 0.0 });
    let draw = still.draw(&still.sizes(40).expect("sizes"), trial, &run(1)).expect("finite");
    assert!(draw.scalar("c_nfc").is_nan() && draw.scalar("overlap").is_nan(), "labels of 0 move nothing");
}
