//! Ridge regression on random features: all errors and the best ridge to 20 digits, a curve of widths in double precision, the sphere.

use std::hint::black_box;

use resolvent::activation::{Function, lower};
use resolvent::learning::ridge::{Atom, Chain, Errors, Layer, penalty64};
use resolvent::model::{InputAtom, Inputs, Model, Regression};
use resolvent::number::Job;
use resolvent::theory::{self, Cache, Doubts, Work};
use rug::Rational;

use crate::table::{Limit, Line, Table, least, least_of_batch};

const WIDTHS: usize = 1000;
const DIGITS: u32 = 20;
const BITS: u32 = 107;

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("Ridge regression on random features, 20 digits");
    if let Err(error) = lines(table) {
        table.failure("regression", &error);
    }
}

fn read(text: &str) -> Result<Function, String> {
    lower::read(text).map_err(|_| format!("{text} is not a function"))
}

fn model(f: &str, teacher: &str, samples: u32, widths: &[u32], inputs: Inputs) -> Result<Model, String> {
    // in quarters of d, or counted
    let unit = if matches!(inputs, Inputs::Sphere { .. }) { 1 } else { 4 };
    let size = |value: &u32| Some(Rational::from((*value, unit)));
    let widths = if widths.is_empty() { vec![None] } else { widths.iter().map(size).collect() };
    Ok(Model::Regression(Box::new(Regression {
        activations: vec![read(f)?; widths.len()],
        teacher: read(teacher)?,
        samples: Rational::from((samples, unit)),
        widths,
        ridge: read("1/10")?,
        noise: read("1/5")?,
        inputs,
        biases: None,
    })))
}

fn lines(table: &Table) -> Result<(), String> {
    let (doubts, job) = (Doubts::default(), Job::unwatched());
    let atoms = [((5, 2), (1, 5)), ((5, 8), (4, 5))].map(|(value, weight)| {
        let [value, weight] = [Rational::from(value), Rational::from(weight)];
        InputAtom { share: Rational::from(&value * &weight), value, weight }
    });
    let layers = model("erf(x)", "x + He2(x)/3", 5, &[4, 8, 5], Inputs::Gaussian(atoms.into()))?;
    let sphere = model("relu(x)", "x + He2(x)/2", 1024, &[], Inputs::Sphere { d: 32 })?;
    let line = |what: &str, value: f64, note: &str| {
        table.line(&Line { what: what.into(), value, unit: "s", limit: Limit::Unknown, note: note.into() });
    };
    let known = Cache::default();
    let answered = |model: &Model, data: &Cache| -> Result<(), String> {
        let work = Work { bits: BITS, digits: DIGITS, job: &job, data, doubts: &doubts };
        let answers = theory::of(model, &work).map_err(|error| error.to_string())?;
        let errors = answers.ridge_errors().ok_or("no errors")?.map_err(|error| error.to_string())?;
        black_box(errors);
        Ok(())
    };
    answered(&layers, &known)?;
    line("errors of 3 layers, Gaussian data known", least(|| answered(&layers, &known))?.0, "goal 2 ms");
    line("errors of 3 layers, from nothing", least(|| answered(&layers, &Cache::default()))?.0, "");
    let best = || -> Result<(), String> {
        let work = Work { bits: BITS, digits: DIGITS, job: &job, data: &known, doubts: &doubts };
        let answers = theory::of(&layers, &work).map_err(|error| error.to_string())?;
        black_box(answers.best_ridge().map_err(|error| error.to_string())?);
        Ok(())
    };
    line("best ridge of 3 layers, Gaussian data known", least(best)?.0, "goal 10 ms");
    line("kernel of relu on the sphere, d = 32, from nothing", least(|| answered(&sphere, &Cache::default()))?.0, "goal 20 ms");
    let chain = |width: f64| Chain {
        atoms: vec![Atom { value: 1.0, weight: 1.0, energy: 1.0 }],
        energy: 1.25,
        outside: 0.25,
        layers: vec![Layer { width, below: 1.0, slope: 0.25, rest: Some(0.09) }],
        samples: 2.0,
    };
    let curve = || {
        for k in 0..WIDTHS {
            let chain = chain(0.1 + 5.0 * k as f64 / WIDTHS as f64);
            let kappa = penalty64(&chain, 1e-3);
            black_box(Errors::at(&chain, &kappa, None));
        }
    };
    line("a curve of 1000 widths in doubles", least_of_batch(1, curve), "goal 5 ms");
    Ok(())
}
