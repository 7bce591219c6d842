//! Input-output Jacobians: the law of a deep network in double precision, and its ends.

use std::hint::black_box;

use resolvent::activation::lower;
use resolvent::model::{Jacobian, Model, Signal, Weights};
use resolvent::number::Job;
use resolvent::theory::{self, Cache, Doubts, Work};
use rug::Rational;

use crate::table::{Limit, Line, Table, least, least_of_batch};

const POINTS: usize = 1000;
const DEPTH: usize = 10;

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("The law of jacobian(tanh(x), sigma_w2 = 3/2, sigma_b2 = 1/10, depth = 10, q0 = 1)");
    if let Err(error) = lines(table) {
        table.failure("jacobian", &error);
    }
}

fn lines(table: &Table) -> Result<(), String> {
    let read = |text: &str| lower::read(text).map_err(|_| format!("{text} is not a function"));
    let model = Model::Jacobian(Box::new(Jacobian {
        f: read("tanh(x)")?,
        sigma_w2: read("3/2")?,
        sigma_b2: read("1/10")?,
        widths: vec![Rational::from(1); DEPTH + 1],
        signal: Signal::Input(read("1")?),
        weights: Weights::Gaussian,
    }));
    let (doubts, job) = (Doubts::default(), Job::unwatched());
    let (seconds, law) = least(|| {
        let data = Cache::default();
        let work = Work { bits: 90, digits: 15, job: &job, data: &data, doubts: &doubts };
        let answers = theory::of(&model, &work).map_err(|error| error.to_string())?;
        let law = answers.law().map_err(|error| error.to_string())?;
        let ends = law.ends().map_err(|error| error.to_string())?;
        let ends = ends.last().ok_or("no bulk")?.each_ref().map(|end| end.position.to_f64());
        Ok::<_, String>((ends, law.table().map_err(|error| error.to_string())?))
    })?;
    let ([low, high], law) = law;
    table.line(&Line {
        what: "variances, slopes, ends and tables, from nothing".into(),
        value: seconds,
        unit: "s",
        limit: Limit::Unknown,
        note: String::new(),
    });
    let points: Vec<f64> = (0..POINTS).map(|k| low + (high - low) * (k as f64 + 0.5) / POINTS as f64).collect();
    let mut values = vec![0.0; POINTS];
    let seconds =
        least_of_batch(1, || black_box(&points).iter().zip(&mut values).for_each(|(x, value)| *value = law.density(*x)));
    table.line(&Line {
        what: format!("density {POINTS}"),
        value: seconds,
        unit: "s",
        limit: Limit::Unknown,
        note: format!("highest {:.6}", values.iter().copied().fold(0.0, f64::max)),
    });
    Ok(())
}
