//! What is predicted of a step at finite size against drawn networks: the error that is told covers the mean over draws, within three of
//! its standard errors, and is small enough to be of use.

use resolvent::activation::Function;
use resolvent::activation::lower::read;
use resolvent::model::{DrawnStep, Model, OneStep, Residual, Simulation, Update};
use resolvent::monte_carlo::{Draw, Run, Trial, ensemble};
use resolvent::number::{Job, Real, first_bits};
use resolvent::theory::{self, Doubts, ErrorRow, OneStepAnswers, TheoryError, Work};
use rug::Rational;

fn long() -> bool {
    std::env::var_os("RESOLVENT_LONG").is_some()
}

fn function(text: &str) -> Function {
    read(text).unwrap_or_else(|_| panic!("{text} is no function"))
}

fn model(activation: &str, teacher: &str, [phi, psi]: [(u32, u32); 2], ridge: &str) -> OneStep {
    OneStep {
        activation: function(activation),
        teacher: function(teacher),
        phi: Rational::from(phi),
        psi: Rational::from(psi),
        phi_gradient: Rational::from(phi),
        ridge: function(ridge),
        noise: Function::rational(Rational::from((1, 5))),
        residual: Residual::Labels,
        intercept: false,
    }
}

/// What is predicted of the errors, or of the outliers.
fn predicted<T>(model: &OneStep, ask: impl Fn(&OneStepAnswers) -> Result<T, TheoryError>) -> Result<T, TheoryError> {
    let (job, data, doubts) = (Job::unwatched(), theory::Cache::default(), Doubts::default());
    let work = Work { bits: first_bits(15), digits: 15, job: &job, data: &data, doubts: &doubts };
    let answers = theory::of(&Model::OneStep(Box::new(model.clone())), &work)?;
    ask(answers.one_step()?)
}

fn errors(model: &OneStep, n: usize, eta: f64) -> Result<ErrorRow, TheoryError> {
    predicted(model, |answers| answers.predicted_errors(n, eta, None).map(|(row, _)| row))
}

fn draws(model: &OneStep, n: usize, eta: &str, trials: u64) -> Vec<Draw> {
    let step = DrawnStep { eta: function(eta), update: Update::Gradient, order: 3 };
    let simulation = Simulation { step: Some(step), ..Simulation::default() };
    let ensemble = ensemble(&Model::OneStep(Box::new(model.clone())), &simulation, true).expect("can be drawn");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &stop, progress: &|_, _| () };
    let sizes = ensemble.sizes(n).expect("sizes");
    let draw = |number| ensemble.draw(&sizes, Trial { seed: 3, experiment: "predicted", number }, &run).expect("a draw");
    (0..trials).map(draw).collect()
}

fn mean_and_error(draws: &[Draw], name: &str) -> [f64; 2] {
    let values: Vec<f64> = draws.iter().map(|draw| draw.scalar(name)).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count * (count - 1.0));
    [mean, square.sqrt()]
}

#[track_caller]
fn covers(value: &Real, draws: &[Draw], name: &str, what: &str) {
    let [mean, error] = mean_and_error(draws, name);
    let off = (value.to_f64() - mean).abs();
    let allowed = value.estimated_error() + 3.0 * error;
    assert!(off <= allowed, "{what} {name}: {} ± {:.2e}, drawn {mean} ± {error:.2e}", value.to_f64(), value.estimated_error());
}

const NAMES: [&str; 5] = ["train", "train_mse", "test", "improvement_train", "improvement_test"];

fn numbers(row: &ErrorRow) -> Vec<&Real> {
    row.errors.iter().chain(&row.improvements).collect()
}

type Case = (&'static str, &'static str, [(u32, u32); 2], &'static str, &'static str, usize);

/// Linear, bounded, kinked and quadratic activations, and a cubic one; teachers of degree one, two and three: labels with E y⁴ up to forty
/// times (E y²)². The second is that of the quadratic teacher whose training error was printed 1.2 where networks have 1.0.
const CASES: [Case; 8] = [
    ("x", "x", [(1, 4), (1, 4)], "1", "3", 200),
    ("x + x^2/3", "x + x^2 - 1", [(1, 4), (1, 4)], "1", "2", 200),
    ("tanh(x)", "x", [(1, 1), (1, 2)], "1/10", "1", 200),
    ("tanh(x)", "x + x^2 - 1", [(1, 4), (1, 4)], "1/10", "1/2", 200),
    ("max(x, 0)", "max(x, 0)", [(1, 4), (1, 4)], "1", "3", 200),
    ("max(x, 0)", "tanh(x)", [(2, 1), (4, 1)], "1/10", "1", 200),
    ("x + x^2/3", "x + (x^3 - 3*x)/3", [(2, 1), (4, 1)], "1", "1", 200),
    ("4/5*x + 2/5*(x^2 - 1) + 1/5*(x^3 - 3*x)", "x + (x^3 - 3*x)/3", [(1, 4), (1, 4)], "1", "1/2", 200),
];

#[test]
fn errors_cover_drawn_means() {
    let all = CASES.into_iter().map(|case| (case, 24)).collect::<Vec<_>>();
    let larger = |case: Case, eta| (case.0, case.1, case.2, case.3, eta, 800);
    let cases = match long() {
        false => all,
        true => CASES.into_iter().flat_map(|case| [(case, 60), (larger(case, case.4), 16), (larger(case, "4"), 16)]).collect(),
    };
    let mut told = 0;
    for ((activation, teacher, ratios, ridge, eta, n), trials) in cases {
        let model = model(activation, teacher, ratios, ridge);
        let step: f64 = Function::to_string(&function(eta)).parse().unwrap_or(0.5);
        // sizes that are refused say nothing
        let Ok(row) = errors(&model, n, step) else { continue };
        let draws = draws(&model, n, eta, trials);
        let what = format!("{activation}, {teacher}, {ratios:?}, n = {n}, eta = {eta}");
        numbers(&row).into_iter().zip(NAMES).for_each(|(value, name)| covers(value, &draws, name, &what));
        // what is told of the errors is of use: at least to a third
        told += usize::from(row.errors[..2].iter().all(|value| value.estimated_error() < 0.34 * value.to_f64()));
    }
    assert!(told >= 7, "{told}");
}

/// The error falls like 1/n also where labels are heavy, and is larger there than for linear labels of the same energy.
#[test]
fn heavy_labels_are_in_the_error() {
    let error = |teacher: &str, n: usize| {
        let row = errors(&model("x + x^2/3", teacher, [(1, 4), (1, 4)], "1"), n, 2.0).expect("a prediction");
        numbers(&row).into_iter().map(Real::estimated_error).collect::<Vec<f64>>()
    };
    let [heavy, far, light] = [error("x + x^2 - 1", 10_000), error("x + x^2 - 1", 1_000_000), error("sqrt(3)*x", 10_000)];
    for index in 0..5 {
        assert!((0.5..1.4).contains(&(heavy[index] / far[index] / 100.0)), "{index}: {} {}", heavy[index], far[index]);
        assert!(heavy[index] > 1.5 * light[index], "{index}: {} {}", heavy[index], light[index]);
    }
}

/// Around a threshold a singular value is known to about the spread of the largest eigenvalue and what couples it to the bulk, which is no
/// more than a fifth of it at n = 200, and falls towards the threshold with n like n^(−2/3) at least as fast as n^(−1/2).
#[test]
fn outliers_near_their_threshold() {
    let tanh = model("tanh(x)", "x", [(1, 4), (1, 4)], "1/10");
    let at = |n: usize, eta: f64| predicted(&tanh, |answers| answers.predicted_spikes(n, eta, None)).expect("a prediction");
    for (n, trials) in [(200, 40), (if long() { 800 } else { 400 }, 16)] {
        for eta in ["3", "4"] {
            let found = at(n, eta.parse().expect("a number"));
            let (value, alignments) = &found.spikes[0];
            let draws = draws(&tanh, n, eta, trials);
            let what = format!("n = {n}, eta = {eta}");
            covers(value, &draws, "singular_values[0]", &what);
            for (power, raw, _) in alignments.iter().filter(|(power, ..)| *power <= 3) {
                covers(raw, &draws, &format!("alignment[0][{power}]"), &what);
            }
            assert!(value.estimated_error() < 0.2 * value.to_f64(), "{what}: {} {}", value.to_f64(), value.estimated_error());
        }
    }
    let relative = |n: usize| {
        let (value, _) = at(n, 2.75).spikes.remove(0);
        value.estimated_error() / value.to_f64()
    };
    let [near, far] = [relative(10_000), relative(1_000_000)];
    assert!(near < 0.05 && near / far > 10.0, "{near} {far}");
}
