//! Whole runs: the same bytes for any number of threads, initial weights, batches, speeds, divergence, a run that is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use faer::Mat;
use resolvent::monte_carlo::training::{
    Experiment, Gradient, Init, Network, Optimizer, Pass, Samples, Snapshot, Teacher, Undefined, samples, train,
};
use resolvent::monte_carlo::{Run, SimulationError, Trial};

use crate::small::{close, close_matrices, programs, run};

/// A small experiment.
pub fn experiment(f: &str, widths: &[usize], init: Init) -> Experiment {
    let [activation, derivative] = programs(f);
    Experiment {
        activation,
        derivative,
        teacher: Teacher::new(2, vec![0, 1], |x| x[0] * x[1] + x[0]),
        widths: widths.to_vec(),
        d: 6,
        n: 40,
        test: 30,
        covariance: vec![[1.0, 1.0]],
        noise: 0.1,
        init,
        init_scale: 1.0,
        eta: 0.1,
        optimizer: Optimizer::GradientDescent,
        batch: None,
        record: vec![0, 1, 5],
    }
}

fn trained(experiment: Experiment) -> Vec<Snapshot> {
    train(&Arc::new(experiment), (3, 1), &run(1)).expect("it trains").swap_remove(0)
}

#[test]
fn threads_make_no_difference() {
    for (batch, covariance) in [(None, vec![[1.0, 1.0]]), (Some(7), vec![[2.0, 0.25], [2.0 / 3.0, 0.75]])] {
        let experiment = Arc::new(Experiment { batch, covariance, ..experiment("tanh(x)", &[5, 4], Init::He) });
        let results: Vec<_> = [1, 2, 3].map(|threads| train(&experiment, (1, 4), &run(threads)).expect("it trains")).into();
        assert!(results.iter().all(|result| *result == results[0]));
        assert_ne!(results[0][0], results[0][1], "trials are independent");
        assert_ne!(results[0], train(&experiment, (2, 4), &run(1)).expect("it trains"), "the seed matters");
    }
}

/// The variances of the weights, and pairs of opposite readout.
#[test]
fn initial_weights() {
    let trial = Trial { seed: 5, experiment: "init", number: 0 };
    let sized = |init, widths: &[usize]| Experiment { d: 50, init_scale: 0.5, ..experiment("relu(x)", widths, init) };
    let variance = |weights: &Mat<f64>| weights.squared_norm_l2() / (weights.nrows() * weights.ncols()) as f64;
    let he = Network::drawn(&sized(Init::He, &[300, 200]), trial);
    // 15000 and 60000 squares: 5 standard errors are 6 and 3 %
    assert!((variance(&he.weights[0]) / (0.25 * 2.0 / 50.0) - 1.0).abs() < 0.06);
    assert!((variance(&he.weights[1]) / (0.25 * 2.0 / 300.0) - 1.0).abs() < 0.03);
    let energy: f64 = he.readout.iter().map(|a| a * a).sum();
    assert!((energy - 1.0).abs() < 0.5, "{energy}");
    let fixed = Network::drawn(&sized(Init::FixedReadout, &[300]), trial);
    assert!((variance(&fixed.weights[0]) / (0.25 / 50.0) - 1.0).abs() < 0.06);
    assert!(fixed.readout.iter().all(|a| (a.abs() * 300f64.sqrt() - 1.0).abs() < 1e-14));
    let pairs = Network::drawn(&sized(Init::Antisymmetric, &[300]), trial);
    assert!((0..150).all(|j| pairs.readout[j] == -pairs.readout[j + 150]));
    assert!((0..150).all(|j| (0..50).all(|i| pairs.weights[0][(j, i)] == pairs.weights[0][(j + 150, i)])));
}

/// From the antisymmetric start the network is 0, and what is 0/0 is undefined; a step later nothing is.
#[test]
fn an_antisymmetric_start() {
    for f in ["relu(x)", "tanh(x)"] {
        let seen = trained(experiment(f, &[8], Init::Antisymmetric));
        let [start, later] = [&seen[0].layers[0], &seen[1].layers[0]];
        assert_eq!(seen[0].agop_eigenvalues, [0.0; 6]);
        assert_eq!((start.nfc, start.c_nfc), (Err(Undefined::NoGradient), Err(Undefined::NotMoved)));
        assert_eq!(start.overlap_agop, Some(Err(Undefined::NoGradient)));
        assert!(later.nfc.is_ok() && later.c_nfc.is_ok() && later.overlap_agop.is_some_and(|overlap| overlap.is_ok()));
        assert!(seen[1].agop_eigenvalues[0] > 0.0);
        // equal initial rows, opposite changes
        assert_eq!([later.weight_terms[1], later.weight_terms[2]], [Ok(0.0); 2]);
    }
}

/// A batch of all samples is the full batch, but for the order of the sums.
#[test]
fn a_batch_of_all_samples() {
    let [full, batch] = [None, Some(40)].map(|batch| trained(Experiment { batch, ..experiment("tanh(x)", &[5, 4], Init::He) }));
    for (a, b) in full.iter().zip(&batch) {
        close(a.train_error, b.train_error, 1e-12, "training");
        close(a.layers[1].nfc.unwrap(), b.layers[1].nfc.unwrap(), 1e-10, "nfc");
    }
    let small = trained(Experiment { batch: Some(4), record: vec![0, 200], ..experiment("tanh(x)", &[5, 4], Init::He) });
    assert!(small[1].train_error < 0.8 * small[0].train_error, "{} to {}", small[0].train_error, small[1].train_error);
}

/// Every sample is used once in a round: on a linear network without readout training, a round of batches at a small step moves
/// the weights as one full step as long, up to the square of the step.
#[test]
fn a_round_uses_every_sample() {
    let eta = 1e-5;
    let sized = |batch, eta, steps| {
        let record = vec![0, steps];
        trained(Experiment { batch, eta, record, ..experiment("x", &[4], Init::FixedReadout) })
    };
    // 8 steps of a mean over 5 samples are one step of 8 times the mean over 40
    let (round, whole) = (sized(Some(5), eta, 8), sized(None, 8.0 * eta, 1));
    let [a, b] = [&round, &whole].map(|seen| seen[1].layers[0].moved.unwrap());
    assert!((a / b - 1.0).abs() < 1e-3, "{a} {b}");
}

/// The first step of layer l has length η C_l, and after t steps it is no longer than t of them; a speed of 0 keeps a layer.
#[test]
fn limited_speeds() {
    let eta = 0.05;
    let speeds = vec![1.0, 0.0, 0.2];
    let limited = |clip| Optimizer::SpeedLimited { speeds: speeds.clone(), clip };
    let with = |optimizer| trained(Experiment { eta, optimizer, ..experiment("tanh(x)", &[5, 4], Init::He) });
    let seen = with(limited(false));
    let trial = Trial { seed: 3, experiment: "train", number: 0 };
    let start = Network::drawn(&experiment("tanh(x)", &[5, 4], Init::He), trial);
    let norm = start.initial[0].norm_l2();
    close(seen[1].layers[0].moved.unwrap() * norm, eta, 1e-5, "a step");
    assert!(seen[2].layers[0].moved.unwrap() * norm <= 5.0 * eta);
    assert_eq!((seen[2].layers[1].moved, seen[2].layers[1].c_nfc), (Ok(0.0), Err(Undefined::NotMoved)));
    // clipped where the gradient is shorter than the speed
    let clipped = with(limited(true))[1].layers[0].moved.unwrap() * norm;
    let plain = with(Optimizer::GradientDescent)[1].layers[0].moved.unwrap() * norm;
    close(clipped, eta.min(plain), 1e-5, "a clipped step");
}

/// The first step of an experiment is −η times the gradient of (1/2n) Σ (f − y)² on the samples and weights of its trial.
#[test]
fn the_step_of_an_experiment() {
    let plain = experiment("tanh(x)", &[5, 4], Init::He);
    let trial = Trial { seed: 3, experiment: "train", number: 0 };
    let [train, test] = samples(&plain, trial).expect("finite");
    let mut network = Network::drawn(&plain, trial);
    let forward = |network: &Network, samples: &Samples| {
        let mut pass = Pass::new(network, samples.labels.len());
        pass.forward(network, [&plain.activation, &plain.derivative], samples.x.as_ref());
        pass
    };
    let mut pass = forward(&network, &train);
    let seeds: Vec<f64> = pass.outputs.iter().zip(&train.labels).map(|(f, y)| (f - y) / 40.0).collect();
    pass.backward(&network, &seeds);
    let mut gradient = Gradient::of(&network);
    pass.gradient(train.x.as_ref(), &seeds, &mut gradient);
    (0..3).for_each(|layer| network.step(layer, plain.eta, &gradient));
    let error = |samples: &Samples| {
        let outputs = forward(&network, samples).outputs;
        outputs.iter().zip(&samples.labels).map(|(f, y)| (f - y).powi(2)).sum::<f64>() / outputs.len() as f64
    };
    let seen = trained(experiment("tanh(x)", &[5, 4], Init::He)).swap_remove(1);
    close(seen.train_error, error(&train), 1e-12, "training");
    close(seen.test_error, error(&test), 1e-12, "test");
    assert!((seen.test_error - seen.train_error).abs() > 1e-3, "the test samples are others");
    let moved = network.moved[0].norm_l2() / network.initial[0].norm_l2();
    close(seen.layers[0].moved.unwrap(), moved, 1e-12, "the change");
}

#[test]
fn divergence_names_the_step_and_a_smaller_one() {
    let wild = Experiment { eta: 50.0, record: vec![0, 100], ..experiment("x^2", &[6], Init::He) };
    let Err(SimulationError::Diverged { step, eta }) = train(&Arc::new(wild), (1, 1), &run(1)) else {
        panic!("it does not diverge")
    };
    assert!(step > 0 && step < 100 && eta == 50.0);
    let message = SimulationError::Diverged { step, eta }.to_string();
    assert!(message.contains(&format!("after step {step} with")) && message.contains("for example 5,"), "{message}");
    assert!(SimulationError::Diverged { step, eta: 0.3 }.to_string().contains("for example 0.03,"));
    let pole = experiment("log(x)", &[6], Init::He);
    assert!(matches!(train(&Arc::new(pole), (1, 1), &run(1)), Err(SimulationError::NotFinite { value, .. }) if value.is_nan()));
    let mut blind = experiment("tanh(x)", &[6], Init::He);
    blind.teacher = Teacher::new(1, vec![0], |x| x[0].sqrt());
    assert!(matches!(train(&Arc::new(blind), (1, 1), &run(1)), Err(SimulationError::Label { .. })));
}

/// Progress counts steps, and a run that is stopped ends at once.
#[test]
fn progress_and_the_flag() {
    let long = Arc::new(Experiment { n: 2000, record: vec![0, 100_000], ..experiment("tanh(x)", &[60, 60], Init::He) });
    let (stop, most) = (AtomicBool::new(false), AtomicUsize::new(0));
    let progress = |done: usize, of: usize| {
        assert_eq!(of, 200_000);
        most.fetch_max(done, Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
    };
    let began = std::time::Instant::now();
    let result = train(&long, (1, 2), &Run { threads: 1, cancel: &stop, progress: &progress });
    assert_eq!(result, Err(SimulationError::Cancelled));
    assert!(most.into_inner() > 0 && began.elapsed().as_secs() < 20);
}

#[test]
fn settings_without_sense() {
    let base = || experiment("tanh(x)", &[5, 4], Init::He);
    let slow = |speeds: &[f64]| Optimizer::SpeedLimited { speeds: speeds.to_vec(), clip: false };
    let wrong: [(&str, Experiment); 16] = [
        ("widths", Experiment { widths: vec![], ..base() }),
        ("widths", Experiment { widths: vec![3; 6], ..base() }),
        ("widths", Experiment { widths: vec![3, 0], ..base() }),
        ("widths", Experiment { widths: vec![3], init: Init::Antisymmetric, ..base() }),
        ("init", Experiment { init: Init::FixedReadout, ..base() }),
        ("d", Experiment { d: 1, ..base() }),
        ("n", Experiment { n: 0, ..base() }),
        ("eta", Experiment { eta: 0.0, ..base() }),
        ("eta", Experiment { eta: f64::NAN, ..base() }),
        ("speeds", Experiment { optimizer: slow(&[1.0, 1.0]), ..base() }),
        ("speeds", Experiment { optimizer: slow(&[0.0; 3]), ..base() }),
        ("batch", Experiment { batch: Some(41), ..base() }),
        ("record", Experiment { record: vec![3, 1], ..base() }),
        ("noise", Experiment { noise: -1.0, ..base() }),
        ("covariance", Experiment { covariance: vec![[1.0, 0.5]], ..base() }),
        ("covariance", Experiment { covariance: vec![[2.0, 1.0]], ..base() }),
    ];
    for (expected, experiment) in wrong {
        match experiment.check(1) {
            Err(SimulationError::Setting { name, message }) => assert_eq!(name, expected, "{message}"),
            other => panic!("{expected}: {other:?}"),
        }
    }
    let huge = Experiment { widths: vec![1_000_000, 1_000_000], ..base() };
    assert!(matches!(huge.check(1), Err(SimulationError::TooLarge { .. })));
    assert_eq!(base().check(0), Err(SimulationError::NoTrials));
    assert_eq!(base().check(1), Ok(()));
}

/// With a covariance of two values the samples have its trace, and the teacher's directions are no eigenvectors.
#[test]
fn samples_have_the_covariance() {
    let covariance = vec![[3.0, 0.25], [1.0 / 3.0, 0.75]];
    let wide = Experiment { covariance, d: 8, n: 20_000, noise: 0.0, ..experiment("x", &[2], Init::He) };
    let [train, _] = samples(&wide, Trial { seed: 1, experiment: "law", number: 0 }).unwrap();
    let second = train.x.transpose() * &train.x * faer::Scale(1.0 / 20_000.0);
    let values = second.self_adjoint_eigenvalues(faer::Side::Lower).unwrap();
    let expected = [vec![1.0 / 3.0; 6], vec![3.0; 2]].concat();
    // a sample covariance of ratio 8/20000 lies within 5 %
    assert!(values.iter().zip(&expected).all(|(a, b)| (a / b - 1.0).abs() < 0.06), "{values:?}");
    let labels: Vec<f64> = (0..20_000).map(|i| train.x[(i, 0)] * train.x[(i, 1)] + train.x[(i, 0)]).collect();
    let noisy = Experiment { noise: 0.5, ..wide };
    let [other, _] = samples(&noisy, Trial { seed: 1, experiment: "law", number: 0 }).unwrap();
    let noise: f64 = other.labels.iter().zip(&labels).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 20_000.0;
    assert!((noise / 0.25 - 1.0).abs() < 0.05, "{noise}");
    close_matrices(&Mat::from_fn(20_000, 1, |i, _| labels[i]), &Mat::from_fn(20_000, 1, |i, _| train.labels[i]), 1e-14, "labels");
}
