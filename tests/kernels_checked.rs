//! Kernels of normalised activations, spiked covariances and trained layers against matrices: right theories agree, and wrong
//! ones are seen.

use resolvent::activation::Function;
use resolvent::activation::lower::read;
use resolvent::compare::{self, Plan, Report, Verdict};
use resolvent::model::{Columns, ConjugateKernel, KernelInput, LayerData, Model, Simulation};
use resolvent::monte_carlo::{Run, SimulationError, ensemble};
use resolvent::number::{Job, first_bits};
use resolvent::session::{Session, Settings, json};
use resolvent::theory::{self, Doubts, Work};
use rug::Rational;
use serde_json::Value;

fn long() -> bool {
    std::env::var_os("RESOLVENT_LONG").is_some()
}

fn check(arguments: &str) -> Value {
    drawn(arguments).unwrap_or_else(|| panic!("check({arguments}) needs too many entries"))
}

/// The check; none where it needs more matrix entries than the bound.
fn drawn(arguments: &str) -> Option<Value> {
    let source = format!("check({arguments})");
    match Session::new(Settings { threads: 2, ..Settings::default() }).last(&source) {
        Ok(answer) => Some(json::answer(&source, &answer)["value"].clone()),
        Err(failure) => {
            let message = failure.diagnostic().message;
            assert!(message.contains("more than the bound"), "{source}: {message}");
            None
        }
    }
}

fn rows<'a>(check: &'a Value, end: &str) -> Vec<&'a Value> {
    let rows = check["rows"].as_array().expect("rows").iter();
    rows.filter(|row| row["quantity"].as_str().is_some_and(|name| name.ends_with(end))).collect()
}

/// The tables of the text at small sizes, near n = 1000 with RESOLVENT_LONG: signals of every sign and in gaps, several and equal
/// ones, uninformative ones above and in gaps, column norms, correlation with the ones, layers, given input laws, one step.
#[test]
fn simulations_agree() {
    let he2 = "x + 2*(x^2 - 1)/sqrt(2)";
    let he3 = "x + 1/2*(x^3 - 3*x)/sqrt(6)";
    let models: Vec<(String, usize, usize)> = vec![
        ("covariance([[1, 1/2], [4, 1/2]], gamma = 1/10, spikes = [10, 2, 1/5])".into(), 120, 3),
        ("kernel(tanh(x), gamma = [2/3, 1/2, 2/5], signal = [6])".into(), 240, 3),
        (format!("kernel({he3}, gamma = [2/3, 1/2], signal = [6])"), 240, 2),
        ("kernel(tanh(x), gamma = [1/10, 1/10], signal = [-3/4])".into(), 120, 2),
        ("kernel(erf(x), gamma = [1, 1/2], signal = [8, 8, 3])".into(), 240, 6),
        (format!("kernel({he2}, gamma = [2, 1/10])"), 160, 1),
        ("kernel(relu(x), gamma = [6, 1/10])".into(), 240, 1),
        (format!("kernel({he2}, gamma = [1, 1/8], columns = \"raw\", kurtosis_x = 6)"), 160, 2),
        (format!("kernel({he2}, gamma = [1, 1/8], signal = [6], overlap = 3/5)"), 160, 2),
        (format!("kernel({he2}, gamma = [2, 1/20, 1/20])"), 160, 2),
        ("kernel([tanh(x), He(2, x)], gamma = [1, 1/2, 1/8])".into(), 160, 1),
        ("kernel(tanh(x), gamma = [1/4], population = [[1/2, 1/2], [3/2, 1/2]], signal = [4])".into(), 160, 1),
        ("trained(tanh(x), tanh(x), eta = 2, gamma = [5/4, 1/3], d_over_n = 1/3)".into(), 240, 2),
        ("trained(relu(x), relu(x), eta = 3, gamma = [1, 1/3], d_over_n = 1/3, noise = 1/5)".into(), 200, 2),
    ];
    let mut wrong = Vec::new();
    for (model, n, spikes) in models {
        let start = std::time::Instant::now();
        let (n, trials) = if long() { (5 * n, 12) } else { (n, 4) };
        // as large as the bound on simulated entries allows
        let plans = [(n, trials), (n, 8), (n, 4), (3 * n / 4, 4), (n / 2, 4)];
        let checked = |(n, trials)| Some((n, trials, drawn(&format!("{model}, n = {n}, trials = {trials}"))?));
        let (n, trials, found) = plans.into_iter().find_map(checked).expect("a size that can be drawn");
        if long() {
            eprintln!("{model}, n = {n}, trials = {trials}: {} in {:.0} s", found["summary"], start.elapsed().as_secs_f64());
        }
        if found["verdict"] != "agree" {
            let off: Vec<_> = rows(&found, "").into_iter().filter(|row| row["verdict"] == "disagree").collect();
            wrong.push(format!("{model}: {}\n{off:?}", found["summary"]));
        }
        // each spike of each layer that is drawn
        assert_eq!(rows(&found, ".alignment").len(), spikes, "{model}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The outlier in a gap is the one with the all-ones direction, not the largest eigenvalue.
#[test]
fn an_uninformative_outlier_in_a_gap_is_found() {
    let found = check("kernel(relu(x), gamma = [6, 1/10]), n = 480, trials = 6");
    let position = rows(&found, "spikes[0].position")[0];
    assert!((position["measured"]["mean"].as_f64().expect("a mean") - 1.31768).abs() < 0.1, "{position}");
    assert_ne!(position["verdict"], "disagree", "{position}");
}

fn kernel(f: &Function, gamma: [(u32, u32); 2], signal: &[u32]) -> ConjugateKernel {
    ConjugateKernel {
        layers: vec![LayerData::Activation(f.clone())],
        input: KernelInput::Isotropic(Rational::from(gamma[0])),
        gamma: vec![Rational::from(gamma[1])],
        signal: signal.iter().map(|t| Rational::from(*t)).collect(),
        overlap: Rational::new(),
        columns: Columns::Unit,
        kurtosis_x: Rational::from(3),
        skewness_x: Rational::new(),
    }
}

/// Draws of one model against the theory of another, at the ratios that the second one says.
fn judged(drawn: &ConjugateKernel, said: &ConjugateKernel, n: usize) -> Report {
    let (job, data, doubts) = (Job::unwatched(), theory::Cache::default(), Doubts::default());
    let work = Work { bits: first_bits(15), digits: 15, job: &job, data: &data, doubts: &doubts };
    let drawn = Model::Conjugate(Box::new(drawn.clone()));
    let ensemble = ensemble(&drawn, &Simulation::default(), true).expect("can be drawn");
    let answers = theory::of(&Model::Conjugate(Box::new(said.clone())), &work).expect("answers");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let run = Run { threads: 2, cancel: &stop, progress: &|_, _| () };
    let plan = Plan { n, smaller: Vec::new(), trials: 16, seed: 1 };
    compare::check::<SimulationError>(&*ensemble, &plan, &run, |sizes| {
        Ok(answers.prediction(&Simulation::default(), &sizes.dimensions).expect("a prediction"))
    })
    .expect("draws")
}

#[test]
fn wrong_theories_are_seen() {
    let f = read("tanh(x)").expect("a function");
    let right = kernel(&f, [(1, 2), (1, 2)], &[6]);
    assert_eq!(judged(&right, &right, 240).verdict, Verdict::Agree);
    let other_width = kernel(&f, [(1, 2), (3, 5)], &[6]);
    assert_eq!(judged(&right, &other_width, 240).verdict, Verdict::Disagree, "another width");
    let disagrees =
        |report: Report, end: &str| report.rows.iter().any(|row| row.quantity.ends_with(end) && row.verdict == Verdict::Disagree);
    // absorbed in the draws, an outlier in the theory
    let absorbed = ConjugateKernel { signal: vec![Rational::from((1, 2))], ..right.clone() };
    assert!(disagrees(judged(&absorbed, &right, 240), ".position"), "an absorbed signal");
    // an outlier in the draws that the theory does not know
    let curved = read("x/4 + (x^2 - 1)/sqrt(2)").expect("a function");
    let numbers = |a2: u32| LayerData::Given {
        b2: Function::rational(Rational::from((1, 17))),
        a2_squared: Some(Function::rational(Rational::from((a2, 17)))),
    };
    let drawn = kernel(&curved, [(2, 1), (1, 10)], &[]);
    let said = |a2: u32| ConjugateKernel { layers: vec![numbers(a2)], ..drawn.clone() };
    assert_eq!(judged(&drawn, &said(16), 240).verdict, Verdict::Agree);
    let blind = judged(&drawn, &said(0), 240);
    assert!(disagrees(blind.clone(), "edges[0][1]"), "a2 = 0: {:?}", blind.rows);
}

/// Numbers beside the activation they are meant for, and a tenth too large.
#[test]
fn a_wrong_share_is_seen() {
    let share = "gaussian(relu(x)).theta2/gaussian(relu(x)).variance";
    let verdict = |factor: &str| {
        let n = if long() { 1000 } else { 480 };
        let model = format!("kernel(b2 = {factor}*{share}, gamma = [1, 1/2])");
        check(&format!("{model}, activation = relu(x), n = {n}, trials = 8"))["verdict"].clone()
    };
    assert_eq!(verdict("1"), "agree");
    assert_eq!(verdict("11/10"), "disagree");
}

/// A signal within 5 % of its threshold is not decided, and neither is an edge beside it.
#[test]
fn a_signal_at_its_threshold_is_inconclusive() {
    let found = check("kernel(x, gamma = [1, 1], signal = [41/20]), n = 120, trials = 3");
    let rows = rows(&found, "spikes[0].position");
    assert_eq!(rows.len(), 2, "that of the input and that of the layer");
    let top = rows.iter().find(|row| row["quantity"] == "spikes[0].position").expect("a row of the top layer");
    assert_eq!(top["verdict"], "inconclusive", "{top}");
}

/// E Z σ σ′ = 2.38 for the mixture of degree three: without normalised columns finite widths are far from the limit, and it is said.
#[test]
fn norms_that_grow_apart_are_said() {
    let warnings = |f: &str, columns: &str| {
        let source = format!("check(kernel({f}, gamma = [1, 1, 1], columns = \"{columns}\"), n = 40, trials = 2)");
        let answer = Session::new(Settings { threads: 2, ..Settings::default() }).last(&source);
        let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
        json::answer(&source, &answer)["warnings"].to_string()
    };
    let mixture = "x + 1/2*(x^3 - 3*x)/sqrt(6)";
    assert!(warnings(mixture, "raw").contains("norms_grow_apart"));
    assert!(!warnings(mixture, "unit").contains("norms_grow_apart"));
    assert!(!warnings("tanh(x)", "raw").contains("norms_grow_apart"));
}
