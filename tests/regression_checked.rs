//! Regressions against drawn networks; wrong constants are seen.

use resolvent::activation::Function;
use resolvent::activation::lower::read;
use resolvent::compare::{self, Plan, Report, Verdict};
use resolvent::model::{InputAtom, Inputs, Model, Regression, Simulation};
use resolvent::monte_carlo::{Run, SimulationError, ensemble};
use resolvent::number::Job;
use resolvent::theory::{self, Cache, Doubts, Work};
use rug::Rational;
use serde_json::Value;

#[path = "common/checking.rs"]
mod checking;

use checking::{check, complaint};

fn rows(report: &Value) -> Vec<(&str, &str)> {
    report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (row["quantity"].as_str().unwrap(), row["verdict"].as_str().unwrap()))
        .collect()
}

#[test]
fn drawn_networks_agree() {
    for (arguments, n) in [
        (
            "regression([relu(x), tanh(x)], x, n = 8/5, widths = [3/2, 1], ridge = 1/20, noise = 1/2, covariance = [[3, 1/5], [1/2, 4/5]])",
            240,
        ),
        (
            "regression(relu(x), x + He2(x)/3, n = 6/5, widths = [3/2], ridge = 1/10, noise = 3/10, covariance = [[5/2, 1/5], [5/8, 4/5]], share = [7/10, 3/10])",
            240,
        ),
        ("regression(erf(x), x, n = 3/2, widths = [3], ridge = 0, noise = 3/10)", 180),
    ] {
        let report = check(&format!("{arguments}, n = {n}, trials = 8"));
        assert_eq!(report["verdict"], "agree", "{arguments}: {report}");
        assert!(rows(&report).iter().any(|(name, _)| *name == "variance.interaction"));
    }
}

#[test]
fn drawn_spheres_agree() {
    for arguments in [
        "regression(relu(x), x + He2(x)/2, d = 16, n = 128, widths = [inf], ridge = 1/10, noise = 1/5), trials = 16",
        "regression(x + x^2/2 + x^3/6, x + x^2/2, d = 16, n = 120, widths = [160], ridge = 1/20, noise = 1/5), trials = 16",
    ] {
        let report = check(arguments);
        assert_eq!(report["verdict"], "agree", "{arguments}: {report}");
    }
}

#[test]
fn drawn_spikes_agree() {
    let report = check(
        "spiked_features(tanh(x), x + 7/10*He2(x)/sqrt(2), phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10, overlap = 4/5, strengths = [[1, 1/2], [-1, 1/2]]), n = 240, trials = 12",
    );
    assert_eq!(report["verdict"], "agree", "{report}");
}

fn regression(f: &str) -> Model {
    let read = |text: &str| read(text).expect("a function");
    Model::Regression(Box::new(Regression {
        activations: vec![read(f)],
        teacher: Function::x(),
        samples: Rational::from(3),
        widths: vec![Some(Rational::from(2))],
        ridge: read("1/20"),
        noise: read("1/5"),
        inputs: Inputs::Gaussian(vec![InputAtom { value: 1.into(), weight: 1.into(), share: 1.into() }]),
    }))
}

fn judged(drawn: &Model, claimed: &Model, n: usize, trials: usize) -> Report {
    let (data, doubts, job) = (Cache::default(), Doubts::default(), Job::unwatched());
    let work = Work { bits: 100, digits: 10, job: &job, data: &data, doubts: &doubts };
    let simulation = Simulation::default();
    let networks = ensemble(drawn, &simulation, false).expect("an ensemble");
    let plan = Plan { n, smaller: Vec::new(), trials, seed: 7 };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let run = Run { threads: 2, cancel: &stop, progress: &|_, _| () };
    let report = compare::check(&*networks, &plan, &run, |sizes| {
        let found = theory::predict(&work, claimed, &simulation, &sizes.dimensions);
        Ok::<_, SimulationError>(found.unwrap_or_else(|error| panic!("{error}")))
    });
    report.unwrap_or_else(|error| panic!("{error}"))
}

/// A linear part that is 1.2 times too large, at the same variance of f, is seen.
#[test]
fn a_wrong_linear_part_disagrees() {
    let [right, wrong] = ["x + He2(x)/2", "sqrt(6/5)*x + sqrt(3/20)*He2(x)"].map(regression);
    assert_eq!(judged(&right, &right, 360, 12).verdict, Verdict::Agree);
    let report = judged(&right, &wrong, 360, 12);
    assert_eq!(report.verdict, Verdict::Disagree, "{:?}", report.rows);
}

#[test]
fn what_is_not_drawn_is_refused() {
    let model = "regression(tanh(x), x, n = 2, widths = [2], ridge = 1)";
    for (arguments, said) in [
        (format!("{model}, entries = \"rademacher\""), "leave entries out"),
        (format!("{model}, norms = \"free\""), "leave norms out"),
        (format!("{model}, eta = 1"), "option of one_step"),
        ("regression(tanh(x), x, n = 2, widths = [2], ridge = 0)".to_owned(), "infinite"),
    ] {
        let complaint = complaint(&arguments);
        assert!(complaint.contains(said), "{arguments}: {complaint}");
    }
}
