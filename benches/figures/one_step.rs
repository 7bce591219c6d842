//! One gradient step of growing or finite size: errors by degree, a curve over ridges in doubles, one prediction at finite size, and one
//! draw of the network.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use resolvent::activation::{Function, lower};
use resolvent::learning::FiniteStep;
use resolvent::model::{DrawnStep, Model, OneStep, Residual, Simulation, Update};
use resolvent::monte_carlo::{Ensemble, OneStepNetworks, Run, Trial};
use resolvent::number::Job;
use resolvent::session::{Session, Settings};
use resolvent::theory::{self, Cache, Doubts, Work};
use rug::Rational;

use crate::table::{Limit, Line, Table, least};

const MODEL: &str = "one_step(tanh(x), relu(x), phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5)";
/// Ridges of a curve.
const RIDGES: usize = 200;

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("One gradient step");
    let query = format!("errors({MODEL}, degree = 4)");
    asked(table, "errors of degrees 0 to 4, 20 digits, data known", 20, &query, &query);
    let data = format!("errors({MODEL}, degree = 0)");
    asked(table, "errors at n = 1000, all powers", 15, &data, &format!("errors({MODEL}, n = 1000, eta = 12)"));
    asked(table, "spikes at n = 1000, all powers", 15, &data, &format!("spikes({MODEL}, n = 1000, eta = 12)"));
    for (what, order) in [("errors at 200 ridges, three powers", Some(3)), ("errors at 200 ridges, all powers", None)] {
        let ridges: Vec<f64> = (0..RIDGES).map(|k| 10.0_f64.powf(k as f64 / 40.0 - 4.0)).collect();
        row(table, what, finite(order), |step| Ok(black_box(step).errors_over(&ridges, 0)));
    }
    let step = || -> Result<DrawnStep, String> { Ok(DrawnStep { eta: read("8")?, update: Update::Gradient, order: 3 }) };
    report(table, "draw n = N = 2000, d = 1000, limits", draw(None));
    report(table, "the same with an exact step", step().and_then(|step| draw(Some(step))));
}

/// Seconds of one draw with ridge fits and test errors, on one thread.
fn draw(step: Option<DrawnStep>) -> Result<f64, String> {
    let half = Rational::from((1, 2));
    let model = OneStep { phi: half.clone(), psi: half.clone(), phi_gradient: half, ..model()? };
    let simulation = Simulation { step, ..Simulation::default() };
    let networks = OneStepNetworks::new(&model, &simulation).map_err(|error| error.to_string())?;
    let sizes = networks.sizes(2000).map_err(|error| error.to_string())?;
    let never = AtomicBool::new(false);
    let run = Run { threads: 1, cancel: &never, progress: &|_, _| () };
    let trial = Trial { seed: 1, experiment: "bench", number: 0 };
    let found = least(|| networks.draw(&sizes, trial, &run).map_err(|error| error.to_string()));
    found.map(|(seconds, _)| seconds)
}

/// A query in a session that has answered another before.
fn asked(table: &Table, what: &str, digits: u32, before: &str, query: &str) {
    let mut session = Session::new(Settings { digits, ..Settings::default() });
    let mut ask = |query: &str| session.last(query).map_err(|failure| failure.diagnostic().message);
    let found = ask(before).and_then(|_| least(|| ask(query)));
    report(table, what, found.map(|(seconds, _)| seconds));
}

fn row<T>(table: &Table, what: &str, step: Result<FiniteStep, String>, work: impl Fn(&FiniteStep) -> Result<T, String>) {
    let found = step.and_then(|step| least(|| work(&step)));
    report(table, what, found.map(|(seconds, _)| seconds));
}

fn report(table: &Table, what: &str, found: Result<f64, String>) {
    match found {
        Ok(value) => {
            let (value, limit, note) = (value * 1e3, Limit::Unknown, String::new());
            table.line(&Line { what: what.into(), value, unit: "ms", limit, note });
        }
        Err(error) => table.failure(what, &error),
    }
}

fn read(text: &str) -> Result<Function, String> {
    lower::read(text).map_err(|_| format!("{text} is no function"))
}

fn model() -> Result<OneStep, String> {
    let quarter = Rational::from((1, 4));
    Ok(OneStep {
        activation: read("tanh(x)")?,
        teacher: read("relu(x)")?,
        phi: quarter.clone(),
        psi: quarter.clone(),
        phi_gradient: quarter,
        ridge: read("1/10")?,
        noise: Function::rational(Rational::from((1, 5))),
        residual: Residual::Labels,
        intercept: false,
    })
}

/// The model at n = 1000, eta = 12.
fn finite(order: Option<usize>) -> Result<FiniteStep, String> {
    let model = model()?;
    let (job, data, doubts) = (Job::unwatched(), Cache::default(), Doubts::default());
    let work = Work { bits: 128, digits: 15, job: &job, data: &data, doubts: &doubts };
    let answers = theory::of(&Model::OneStep(Box::new(model)), &work).map_err(|error| error.to_string())?;
    let step = answers.one_step().and_then(|step| step.finite(1000, 12.0, order, None));
    step.map_err(|error| error.to_string())
}
