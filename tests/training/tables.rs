//! Published tables of training runs (arXiv 2402.05271, reference runs of five seeds), within three combined standard errors. The
//! random numbers are others, so agreement is statistical. The long runs are made with RESOLVENT_LONG=1.

use std::sync::Arc;

use resolvent::monte_carlo::training::{Experiment, Init, LayerMeasures, Optimizer, Snapshot, Teacher, Trained, train};

use crate::small::{programs, run};

/// Runs behind a number of the tables, and ours.
const SEEDS: f64 = 5.0;
const RUNS: usize = 20;

/// A number of the table: what, its mean over five seeds as printed, its standard error where that is given, and half a unit of
/// its last digit. An error found from five runs is itself uncertain by a third, and not larger than it is where the runs happened to
/// be alike: that of five of ours, which are more, is taken where it is larger.
type Row = (&'static str, Get, f64, Option<f64>, f64);
type Get = fn(&Snapshot) -> f64;

fn first(seen: &Snapshot) -> &LayerMeasures {
    &seen.layers[0]
}

fn agree(name: &str, trials: &[Trained], record: usize, rows: &[Row]) {
    for (what, get, reference, se, rounding) in rows {
        let values: Vec<f64> = trials.iter().map(|trial| get(&trial[record])).collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
        let own = spread / count.sqrt();
        let combined = own.hypot((spread / SEEDS.sqrt()).max(se.unwrap_or(0.0)));
        assert!(
            (mean - reference).abs() <= 3.0 * combined + rounding,
            "{name}, {what}: {mean} ({own}) against {reference}, combined error {combined}"
        );
    }
}

/// Two layers, the first trained: n = 1000, d = k = 100, neurons in pairs.
fn pairs(f: &str, teacher: fn(f64) -> f64, eta: f64, record: &[usize], seeds: usize) -> Vec<Trained> {
    let [activation, derivative] = programs(f);
    let experiment = Experiment {
        activation,
        derivative,
        teacher: Teacher::new(1, vec![0], move |x| teacher(x[0])),
        widths: vec![100],
        d: 100,
        n: 1000,
        test: 4000,
        covariance: vec![[1.0, 1.0]],
        noise: 0.0,
        init: Init::Antisymmetric,
        init_scale: 1.0,
        eta,
        optimizer: Optimizer::GradientDescent,
        batch: None,
        record: record.to_vec(),
    };
    train(&Arc::new(experiment), (0, seeds), &run(2)).expect("it trains")
}

fn second_hermite(z: f64) -> f64 {
    (z * z - 1.0) / 2f64.sqrt()
}

fn mixed(z: f64) -> f64 {
    (z + second_hermite(z)) / 2f64.sqrt()
}

fn test_error(seen: &Snapshot) -> f64 {
    seen.test_error
}

fn c_nfc(seen: &Snapshot) -> f64 {
    first(seen).c_nfc.unwrap()
}

fn trace_centred(seen: &Snapshot) -> f64 {
    first(seen).nfc_trace_centred.unwrap()
}

fn overlap_weights(seen: &Snapshot) -> f64 {
    first(seen).overlap_weights.unwrap().unwrap()
}

fn overlap_agop(seen: &Snapshot) -> f64 {
    first(seen).overlap_agop.unwrap().unwrap()
}

fn gap(seen: &Snapshot) -> f64 {
    seen.agop_eigenvalues[0] / seen.agop_eigenvalues[1]
}

fn long() -> bool {
    std::env::var_os("RESOLVENT_LONG").is_some()
}

/// One step; the overlap is 1/1.1 for the linear teacher and 0.5/0.6 for the mixed one.
#[test]
fn the_first_step() {
    let linear = pairs("relu(x)", |z| z, 0.5, &[1], 40);
    agree(
        "relu, linear, step 1",
        &linear,
        0,
        &[
            ("c_nfc", c_nfc, 0.9998, None, 5e-5),
            ("trace-centred", trace_centred, 0.071, None, 5e-4),
            ("overlap of weights", overlap_weights, 0.003, None, 5e-4),
            ("overlap of gradients", overlap_agop, 0.911, Some(0.004), 5e-4),
            ("overlap of gradients", overlap_agop, 1.0 / 1.1, Some(0.004), 0.0),
            ("gap", gap, 29.0, None, 0.5),
            ("test error", test_error, 0.782, None, 5e-4),
        ],
    );
    let mix = pairs("relu(x)", mixed, 0.5, &[1, 10], RUNS);
    agree(
        "relu, mixed, step 1",
        &mix,
        0,
        &[
            ("c_nfc", c_nfc, 0.9993, None, 5e-5),
            ("trace-centred", trace_centred, 0.0964, None, 5e-5),
            ("overlap of weights", overlap_weights, 0.0025, None, 5e-5),
            ("overlap of gradients", overlap_agop, 0.841, Some(0.009), 5e-4),
            ("overlap of gradients", overlap_agop, 0.5 / 0.6, Some(0.009), 0.0),
            ("test error", test_error, 0.9047, None, 5e-5),
        ],
    );
    agree(
        "relu, mixed, step 10",
        &mix,
        1,
        &[
            ("c_nfc", c_nfc, 0.9972, None, 5e-5),
            ("trace-centred", trace_centred, 0.0877, None, 5e-5),
            ("overlap of weights", overlap_weights, 0.0056, None, 5e-5),
            ("overlap of gradients", overlap_agop, 0.8883, None, 5e-5),
            ("test error", test_error, 0.5881, None, 5e-5),
        ],
    );
}

#[test]
fn the_first_step_of_other_activations() {
    let tanh = pairs("tanh(x)", |z| z, 0.5, &[1], RUNS);
    agree(
        "tanh, linear, step 1",
        &tanh,
        0,
        &[
            ("c_nfc", c_nfc, 1.0, None, 5e-5),
            ("trace-centred", trace_centred, 0.0006, None, 5e-5),
            ("overlap of gradients", overlap_agop, 0.913, None, 5e-4),
            ("gap", gap, 528.0, None, 0.5),
            ("test error", test_error, 0.687, None, 5e-4),
        ],
    );
    let even = pairs("abs(x) - sqrt(2/pi)", second_hermite, 1.0, &[1], RUNS);
    agree(
        "|z|, second Hermite, step 1",
        &even,
        0,
        &[
            ("c_nfc", c_nfc, 0.971, None, 5e-5),
            ("nfc", |seen| first(seen).nfc.unwrap(), 0.95, None, 5e-4),
            ("overlap of gradients", overlap_agop, 0.12, Some(0.07), 5e-3),
            ("test error", test_error, 1.02, None, 5e-3),
        ],
    );
}

#[test]
fn a_thousand_steps() {
    if !long() {
        return;
    }
    let linear = pairs("relu(x)", |z| z, 0.5, &[1000], RUNS);
    agree(
        "relu, linear",
        &linear,
        0,
        &[
            ("c_nfc", c_nfc, 0.9988, None, 5e-5),
            ("trace-centred", trace_centred, 0.237, Some(0.009), 5e-4),
            ("overlap of gradients", overlap_agop, 0.998, None, 5e-4),
            ("overlap of weights", overlap_weights, 0.23, Some(0.08), 5e-3),
            ("gap", gap, 131.0, None, 0.5),
            ("test error", test_error, 0.0201, Some(0.0007), 5e-5),
        ],
    );
    let tanh = pairs("tanh(x)", |z| z, 0.5, &[1000], RUNS);
    agree(
        "tanh, linear",
        &tanh,
        0,
        &[
            ("c_nfc", c_nfc, 0.9988, None, 5e-5),
            ("trace-centred", trace_centred, 0.173, Some(0.006), 5e-4),
            ("overlap of gradients", overlap_agop, 0.999, None, 5e-4),
            ("gap", gap, 637.0, None, 0.5),
            ("test error", test_error, 0.0095, None, 5e-5),
        ],
    );
    let even = pairs("abs(x) - sqrt(2/pi)", second_hermite, 1.0, &[1000], RUNS);
    agree(
        "|z|, second Hermite",
        &even,
        0,
        &[
            ("c_nfc", c_nfc, 0.9731, Some(0.0017), 5e-5),
            ("nfc", |seen| first(seen).nfc.unwrap(), 0.752, None, 5e-4),
            ("overlap of gradients", overlap_agop, 0.757, Some(0.029), 5e-4),
            ("test error", test_error, 0.9, None, 5e-3),
        ],
    );
    let mix = pairs("relu(x)", mixed, 0.5, &[100, 1000], RUNS);
    agree(
        "relu, mixed, step 100",
        &mix,
        0,
        &[
            ("c_nfc", c_nfc, 0.911, Some(0.008), 5e-4),
            ("trace-centred", trace_centred, 0.3132, None, 5e-5),
            ("overlap of weights", overlap_weights, 0.6454, None, 5e-5),
            ("overlap of gradients", overlap_agop, 0.9282, None, 5e-5),
            ("test error", test_error, 0.4393, None, 5e-5),
        ],
    );
    agree(
        "relu, mixed, step 1000",
        &mix,
        1,
        &[
            ("c_nfc", c_nfc, 0.878, Some(0.007), 5e-4),
            ("trace-centred", trace_centred, 0.487, Some(0.026), 5e-4),
            ("overlap of weights", overlap_weights, 0.839, Some(0.022), 5e-4),
            ("overlap of gradients", overlap_agop, 0.943, None, 5e-4),
            ("test error", test_error, 0.376, None, 5e-4),
        ],
    );
}

/// Three layers of relu, d = 30, k = 64, n = 600, y = (x1 x2 + x2 x3 + x3 x1)/√3.
fn three_layers(eta: f64, optimizer: Optimizer, steps: usize) -> Vec<Trained> {
    let [activation, derivative] = programs("relu(x)");
    let experiment = Experiment {
        activation,
        derivative,
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
        record: vec![steps],
    };
    train(&Arc::new(experiment), (0, RUNS), &run(2)).expect("it trains")
}

fn limited(speeds: [f64; 3]) -> Optimizer {
    Optimizer::SpeedLimited { speeds: speeds.into(), clip: false }
}

/// The rows of the table in its order, with means and standard errors.
fn rows(values: [(f64, f64); 12]) -> Vec<Row> {
    let measures: [(&str, Get); 12] = [
        ("trace-centred, layer 1", trace_centred),
        ("nfc, layer 1", |seen| first(seen).nfc.unwrap()),
        ("trace-centred, layer 2", |seen| seen.layers[1].nfc_trace_centred.unwrap()),
        ("nfc, layer 2", |seen| seen.layers[1].nfc.unwrap()),
        ("c_nfc, layer 1", c_nfc),
        ("c_nfc, layer 2", |seen| seen.layers[1].c_nfc.unwrap()),
        ("moved, layer 1", |seen| first(seen).moved.unwrap()),
        ("moved, layer 2", |seen| seen.layers[1].moved.unwrap()),
        ("overlap of weights", overlap_weights),
        ("overlap of gradients", overlap_agop),
        ("training error", |seen| seen.train_error),
        ("test error", test_error),
    ];
    measures.into_iter().zip(values).map(|((what, get), (mean, se))| (what, get, mean, Some(se), 5e-5)).collect()
}

/// Before the first step.
#[test]
fn three_layers_at_the_start() {
    agree(
        "start",
        &three_layers(0.05, Optimizer::GradientDescent, 0),
        0,
        &[
            ("trace-centred, layer 1", trace_centred, 0.346, Some(0.023), 5e-4),
            ("nfc, layer 1", |seen| first(seen).nfc.unwrap(), 0.528, Some(0.012), 5e-4),
            ("trace-centred, layer 2", |seen| seen.layers[1].nfc_trace_centred.unwrap(), 0.199, Some(0.015), 5e-4),
            ("nfc, layer 2", |seen| seen.layers[1].nfc.unwrap(), 0.282, Some(0.015), 5e-4),
            ("overlap of weights", overlap_weights, 0.105, Some(0.017), 5e-4),
            ("overlap of gradients", overlap_agop, 0.073, Some(0.015), 5e-4),
            ("training error", |seen| seen.train_error, 2.15, None, 5e-3),
            ("test error", test_error, 2.05, None, 5e-3),
        ],
    );
}

/// Gradient descent, and speed limits that let the first or the second layer learn.
#[test]
fn three_layers_after_a_thousand_steps() {
    if !long() {
        return;
    }
    let descent = three_layers(0.05, Optimizer::GradientDescent, 1000);
    agree(
        "descent",
        &descent,
        0,
        &rows([
            (0.4414, 0.0313),
            (0.6279, 0.0319),
            (0.2606, 0.0179),
            (0.3733, 0.0163),
            (0.8564, 0.0105),
            (0.6799, 0.0241),
            (0.1832, 0.0040),
            (0.1728, 0.0042),
            (0.1891, 0.0201),
            (0.6403, 0.0517),
            (0.0226, 0.0016),
            (0.7193, 0.0475),
        ]),
    );
    let first = three_layers(0.02, limited([1.0, 0.01, 0.01]), 1000);
    agree(
        "the first layer fast",
        &first,
        0,
        &rows([
            (0.7908, 0.0314),
            (0.7599, 0.0288),
            (0.2043, 0.0156),
            (0.2829, 0.0156),
            (0.8578, 0.0164),
            (0.9271, 0.0377),
            (0.7254, 0.0226),
            (0.0084, 0.0006),
            (0.6699, 0.0250),
            (0.9092, 0.0228),
            (0.0000, 0.0000),
            (0.3441, 0.0177),
        ]),
    );
    let second = three_layers(0.02, limited([0.01, 1.0, 0.01]), 1000);
    agree(
        "the second layer fast",
        &second,
        0,
        &rows([
            (0.3038, 0.0214),
            (0.5507, 0.0186),
            (0.5930, 0.0433),
            (0.6059, 0.0362),
            (0.9558, 0.0048),
            (0.6705, 0.0482),
            (0.0149, 0.0001),
            (0.6246, 0.0160),
            (0.1084, 0.0174),
            (0.5614, 0.0643),
            (0.0531, 0.0123),
            (0.7505, 0.0425),
        ]),
    );
    who_learns([&descent, &first, &second]);
}

/// The layer chosen aligns, by a quarter more up to three standard errors; the other does not, and the first one chosen
/// generalises.
fn who_learns([descent, first, second]: [&[Trained]; 3]) {
    // the mean difference and its standard error
    let rise = |trials: &[Trained], get: Get| {
        let values: Vec<f64> = trials.iter().zip(descent).map(|(a, b)| get(&a[0]) - get(&b[0])).collect();
        let mean = values.iter().sum::<f64>() / RUNS as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (mean, (squares / (RUNS * (RUNS - 1)) as f64).sqrt())
    };
    let second_layer: Get = |seen| seen.layers[1].nfc_trace_centred.unwrap();
    for (trials, get) in [(first, trace_centred as Get), (second, second_layer)] {
        let (mean, se) = rise(trials, get);
        assert!(mean > 3.0 * se && mean + 3.0 * se > 0.25, "{mean} ({se})");
    }
    assert!(rise(first, second_layer).0 < 0.05);
    assert!(rise(first, test_error).0 < 0.0);
}
