//! The query `train`: its fields, what is undefined, what is refused and how, and the same bytes for any number of threads.

#[path = "common/asking.rs"]
mod asking;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use asking::{answer, asked, complaint, number};
use resolvent::activation::{Program, derivative, lower};
use resolvent::monte_carlo::Run;
use resolvent::monte_carlo::training::{Experiment, Init, Optimizer, Teacher, train};
use resolvent::session::{Session, Settings, json};
use serde_json::Value;

const BASE: &str = "widths = [6, 4], d = 5, n = 30, eta = 1/10, steps = 10, test = 50";

#[track_caller]
fn refused(arguments: &str, parts: &[&str]) {
    let text = complaint(&format!("train({arguments})"));
    for part in parts {
        assert!(text.contains(part), "{arguments}: `{text}` does not mention `{part}`");
    }
}

/// Every list has an entry a recorded step, every number of several trials a standard error.
#[test]
fn fields_and_lengths() {
    for trials in [1, 3] {
        let value = answer(&format!("train(tanh(x), x^2 - 1, {BASE}, trials = {trials})"));
        assert_eq!(value["steps"], serde_json::json!([0, 1, 3, 10]));
        let whole =
            |entry: &Value| if trials == 1 { entry.is_number() } else { entry["mean"].is_number() && entry["se"].is_number() };
        for name in ["train_error", "test_error"] {
            assert!(value[name].as_array().is_some_and(|list| list.len() == 4 && list.iter().all(whole)), "{name}");
        }
        for step in value["agop_eigenvalues"].as_array().expect("a list") {
            assert!(step.as_array().is_some_and(|list| list.len() == 5 && list.iter().all(whole)), "{step}");
        }
        let layers = value["layers"].as_array().expect("a list");
        assert_eq!(layers.len(), 2);
        for (index, layer) in layers.iter().enumerate() {
            assert_eq!(layer["layer"], index + 1);
            for name in ["nfc", "nfc_trace_centred", "nfc_pearson", "moved", "centred_share"] {
                assert!(layer[name].as_array().is_some_and(|list| list.len() == 4 && list.iter().all(whole)), "{name}");
            }
            assert!(layer["c_nfc"][0].is_null() && whole(&layer["c_nfc"][1]));
            for (name, count) in [("left_alignment", 2), ("weight_terms", 4), ("agop_terms", 4)] {
                for step in layer[name].as_array().expect("a list") {
                    assert!(step.as_array().is_some_and(|list| list.len() == count && list.iter().all(whole)), "{name}");
                }
            }
            assert_eq!(layer.get("overlap_weights").is_some(), index == 0);
            assert_eq!(layer.get("overlap_agop").is_some(), index == 0);
        }
    }
    let defaults = answer("train(relu(x), x, d = 3, n = 10, eta = 1/100, steps = 2)");
    assert_eq!(defaults["layers"].as_array().map(Vec::len), Some(2));
}

/// Identities that hold of the printed numbers, and that the network learns.
#[test]
fn the_numbers_make_sense() {
    let value = answer("train(relu(x), x, widths = [30, 20], d = 6, n = 80, eta = 1/10, steps = 100, test = 200)");
    let list = |value: &Value| -> Vec<f64> { value.as_array().expect("a list").iter().map(number).collect() };
    let errors = list(&value["test_error"]);
    assert!(errors[errors.len() - 1] < 0.5 * errors[0], "{errors:?}");
    for layer in value["layers"].as_array().expect("a list") {
        for (nfc, pair) in list(&layer["nfc"]).iter().zip(layer["left_alignment"].as_array().expect("pairs")) {
            assert!((nfc - number(&pair[0])).abs() < 2e-6);
        }
        for terms in ["weight_terms", "agop_terms"] {
            for step in layer[terms].as_array().expect("a list") {
                assert!((list(step).iter().sum::<f64>() - 1.0).abs() < 1e-4, "{terms} {step}");
            }
        }
    }
}

#[test]
fn the_undefined_is_null_with_its_reason() {
    let source = "train(tanh(x), x, widths = [8], d = 4, n = 20, eta = 1/10, steps = 1, test = 20, init = \"antisymmetric\")";
    let record = asked(source, 15);
    let layer = &record["value"]["layers"][0];
    assert!(layer["nfc"][0].is_null() && layer["c_nfc"][0].is_null() && layer["agop_terms"][0][3].is_null());
    assert!(layer["nfc"][1].is_number() && layer["c_nfc"][1].is_number());
    let warnings = record["warnings"].to_string();
    assert!(warnings.contains("c_nfc of layer 1 at step 0: the layer has not moved"), "{warnings}");
    assert!(warnings.contains("nfc, nfc_trace_centred") && warnings.contains("is 0, up to rounding"), "{warnings}");
    // a teacher without direction
    let flat = asked("train(tanh(x), 2, widths = [8], d = 4, n = 20, eta = 1/10, steps = 1, test = 20)", 15);
    assert!(flat["value"]["layers"][0]["overlap_agop"][1].is_null());
    assert!(flat["warnings"].to_string().contains("no direction"));
    // a constant activation has no gradient at all
    let dead = asked("train(3 + 0*x, x, widths = [8], d = 4, n = 20, eta = 1/10, steps = 1, test = 20)", 15);
    assert!(dead["value"]["layers"][0]["nfc"][1].is_null() && dead["value"]["layers"][0]["moved"][1] == 0);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let source = format!(
        "train(tanh(x), x, {BASE}, batch = 8, noise = 1/10, covariance = [[3/2, 1/2], [1/2, 1/2]], trials = 4, seed = 3)"
    );
    let with = |threads: usize| {
        let answer = Session::new(Settings { threads, ..Settings::default() }).last(&source).expect("it trains");
        json::answer(&source, &answer).to_string()
    };
    assert_eq!(with(1), with(2));
}

/// Teachers in x1 … x9: the numbers are those of the same function handed over as code, and directions are those it depends on.
#[test]
fn teachers_of_several_directions() {
    let arguments = "widths = [6], d = 5, n = 30, eta = 1/10, steps = 3, test = 50, seed = 4";
    let asked = answer(&format!("train(tanh(x), (x1*x2 + x2*x4^2)/sqrt(3) - x1, {arguments})"));
    let f = lower::read("tanh(x)").expect("an activation");
    let experiment = Experiment {
        activation: Program::new(&f),
        derivative: Program::new(&derivative(&f)),
        teacher: Teacher::new(4, vec![0, 1, 3], |x| (x[0] * x[1] + x[1] * x[3] * x[3]) / 3f64.sqrt() - x[0]),
        widths: vec![6],
        d: 5,
        n: 30,
        test: 50,
        covariance: vec![[1.0, 1.0]],
        noise: 0.0,
        init: Init::He,
        init_scale: 1.0,
        eta: 0.1,
        optimizer: Optimizer::GradientDescent,
        batch: None,
        record: vec![0, 1, 3],
    };
    let run = Run { threads: 1, cancel: &AtomicBool::new(false), progress: &|_, _| () };
    let seen = train(&Arc::new(experiment), (4, 1), &run).expect("it trains").swap_remove(0);
    for (index, snapshot) in seen.iter().enumerate() {
        let overlap = snapshot.layers[0].overlap_agop.expect("first layer").expect("a gradient");
        for (found, expected) in [
            (&asked["train_error"][index], snapshot.train_error),
            (&asked["test_error"][index], snapshot.test_error),
            (&asked["layers"][0]["overlap_agop"][index], overlap),
        ] {
            assert!((number(found) - expected).abs() < 1e-5 * expected, "{found} against {expected}");
        }
    }
    // one direction, the first
    let [x, x1] = ["x", "x1"].map(|teacher| answer(&format!("train(tanh(x), {teacher}, {arguments})")));
    assert_eq!(x, x1);
    refused("tanh(x), x1*x9, d = 5, n = 30, eta = 1, steps = 1", &["reads x9, and d is 5"]);
    refused("x1*x2, x, d = 5, n = 30, eta = 1, steps = 1", &["f must be"]);
}

#[test]
fn what_is_refused() {
    let f = format!("tanh(x), x, {BASE}");
    refused("sign(x), x, d = 5, n = 30, eta = 1, steps = 1", &["not square-integrable", "smooth its jumps"]);
    refused(&format!("{f}, optimizer = \"adam\""), &["optimizer must be \"gd\" or \"slo\", and is \"adam\""]);
    refused(&format!("{f}, optimizer = \"slo\""), &["needs the speed of each layer", "speeds = [1, 1/100, 1/100]"]);
    refused(&format!("{f}, optimizer = \"slo\", speeds = [1, 1]"), &["speeds must list", "the readout last", "3, and lists 2"]);
    refused(&format!("{f}, optimizer = \"slo\", speeds = [1, -1, 1]"), &["speeds must not be negative"]);
    refused(&format!("{f}, speeds = [1, 1, 1]"), &["speeds belongs to optimizer = \"slo\""]);
    refused(&format!("{f}, clip = true"), &["clip belongs to optimizer = \"slo\""]);
    refused(&format!("{f}, record = [0, 11]"), &["record must list whole numbers from 0 to steps = 10", "11"]);
    refused(&format!("{f}, record = []"), &["record must list"]);
    refused(&format!("{f}, batch = 31"), &["batch must be a number of samples from 1 to n = 30"]);
    refused(&format!("{f}, init = \"zero\""), &["init must be \"he\", \"fixed_readout\" or \"antisymmetric\""]);
    refused(&format!("{f}, init = \"fixed_readout\""), &["one hidden layer: widths = [k]"]);
    refused(&format!("{f}, covariance = [[2, 1]]"), &["mean value of covariance must be 1, and is 2"]);
    refused(&format!("{f}, covariance = [[1, 1/2]]"), &["add up to 1"]);
    refused(&format!("{f}, noise = -1"), &["noise"]);
    refused(&format!("{f}, trials = 0"), &["trials must be a whole number from 1"]);
    let still = asking::complaint("train(tanh(x), x, d = 5, n = 30, eta = 0, steps = 1)");
    assert_eq!(still, "eta is the length of a step and must be positive, and is 0");
    refused("tanh(x), x, d = 5, n = 30, eta = -1, steps = 1", &["must be positive, and is -1"]);
    refused("tanh(x), x, d = 5, n = 30, steps = 1", &["train needs eta"]);
    refused("tanh(x), x, widths = [3, 3, 3, 3, 3, 3], d = 5, n = 30, eta = 1, steps = 1", &["1 to 5 hidden layers"]);
    refused("tanh(x), x, widths = [0], d = 5, n = 30, eta = 1, steps = 1", &["widths must list whole numbers from 1"]);
    refused("tanh(x), x, widths = [3], d = 5, n = 30, eta = 1, steps = 1, init = \"antisymmetric\"", &["even width", "3"]);
    let wide = "tanh(x), x, widths = [100000, 100000], d = 5, n = 30, eta = 1, steps = 1";
    refused(wide, &["more than the bound 1000000000", "widths"]);
    refused("tanh(x), log(x), d = 5, n = 30, eta = 1, steps = 1", &["the teacher is NaN"]);
    refused(
        "x^2, x, widths = [8], d = 5, n = 30, eta = 50, steps = 100",
        &["diverged", "after step ", "with eta = 50", "for example 5"],
    );
}

#[test]
fn help_explains_it() {
    let text = resolvent::session::help::text(Some("train")).expect("a topic");
    for part in ["speeds", "init_scale", "nfc_trace_centred", "centred_share", "example: train("] {
        assert!(text.contains(part), "{text}");
    }
}

/// Progress counts the steps of all networks, and ends with the last.
#[test]
fn progress_counts_steps() {
    let seen = std::sync::Mutex::new(Vec::new());
    let report = |done: usize, of: usize| seen.lock().expect("no panic").push((done, of));
    let cancel = AtomicBool::new(false);
    let source = format!("train(tanh(x), x, {BASE}, trials = 3)");
    let statement = resolvent::language::parse_statements(&source).remove(0).expect("a statement");
    let job = resolvent::number::Job::new(&cancel, None, &report);
    assert!(Session::new(Settings::default()).run(&statement, &job).is_ok());
    let seen = seen.into_inner().expect("no panic");
    assert!(!seen.is_empty() && seen.iter().all(|(done, of)| *of == 30 && done <= of), "{seen:?}");
    assert!(seen.is_sorted() && seen.last() == Some(&(30, 30)), "{seen:?}");
}

/// The time of a run from a few of its steps: within a factor of three on a busy machine, and doubled with the steps.
#[test]
fn the_time_of_a_run_is_foreseen() {
    use resolvent::monte_carlo::training::estimate;
    let f = lower::read("tanh(x)").expect("an activation");
    let experiment = |steps: usize| {
        Arc::new(Experiment {
            activation: Program::new(&f),
            derivative: Program::new(&derivative(&f)),
            teacher: Teacher::new(1, vec![0], |x| x[0]),
            widths: vec![60, 60],
            d: 40,
            n: 600,
            test: 100,
            covariance: vec![[1.0, 1.0]],
            noise: 0.0,
            init: Init::He,
            init_scale: 1.0,
            eta: 0.1,
            optimizer: Optimizer::GradientDescent,
            batch: None,
            record: vec![0, steps],
        })
    };
    let run = Run { threads: 1, cancel: &AtomicBool::new(false), progress: &|_, _| () };
    let foreseen = estimate(&experiment(300), (1, 2), &run).expect("an estimate").as_secs_f64();
    let started = std::time::Instant::now();
    train(&experiment(300), (1, 2), &run).expect("it trains");
    let taken = started.elapsed().as_secs_f64();
    assert!(foreseen < 3.0 * taken && taken < 3.0 * foreseen, "{foreseen} s foreseen, {taken} s taken");
}
