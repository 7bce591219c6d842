//! The crate as a library, without the query language: a model, its edges to 30 digits, its density in doubles, a simulation
//! with its verdict, and a picture. `cargo run --release --example library`

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use resolvent::activation::lower::read;
use resolvent::compare::{Plan, Verdict, check};
use resolvent::model::{Features, Model, Simulation};
use resolvent::monte_carlo::{Run, ensemble};
use resolvent::number::{Job, first_bits};
use resolvent::session::figures;
use resolvent::theory::Cache;
use resolvent::theory::{self, Doubts, Work};

/// What the example finds.
pub struct Found {
    /// The lower and the upper edge to 30 digits.
    pub edges: Vec<String>,
    /// The density at 1.
    pub density: f64,
    /// Whether simulated matrices agree with the theory.
    pub verdict: Verdict,
}

/// Asks and simulates, and draws the law over the simulation.
///
/// # Errors
/// None for this model, but for a picture that cannot be written.
pub fn run(picture: &Path) -> Result<Found, Box<dyn Error>> {
    let f = read("tanh(x)").map_err(|diagnostic| diagnostic.message)?;
    // phi = n0/m and psi = n0/n1 of M = YYᵀ/m, Y = f(WX/√n0)
    let model = Model::Features(Box::new(Features::new(f, [(1, 2), (3, 4)].map(Into::into))));

    let job = Job::unwatched();
    let (edges, _) = theory::numbers(30, &job, |work| {
        let ends = theory::of(&model, work)?.law()?.ends()?;
        Ok(ends.into_iter().flatten().map(|end| end.position).collect())
    })?;

    // what the next answers may use: bits, Gaussian data found before, and a place for doubts
    let (data, doubts) = (Cache::default(), Doubts::default());
    let work = Work { bits: first_bits(15), digits: 15, job: &job, data: &data, doubts: &doubts };
    let answers = theory::of(&model, &work)?;
    let law = answers.law()?;
    let density = law.table()?.density(1.0);

    let (simulation, never) = (Simulation::default(), AtomicBool::new(false));
    let plan = Plan { n: 200, smaller: Vec::new(), trials: 4, seed: 0 };
    let threads = Run { threads: 2, cancel: &never, progress: &|_, _| () };
    let witness = ensemble(&model, &simulation, answers.has_outliers(&simulation)?)?;
    let report = check(&*witness, &plan, &threads, |sizes| -> Result<_, Box<dyn Error>> {
        Ok(theory::predict(&work, &model, &simulation, &sizes.dimensions)?)
    })?;

    let figure = figures::law(law, &answers.outliers()?.unwrap_or_default(), vec!["f = tanh(x)".to_owned()])?;
    resolvent::plot::write(&figures::simulation(&figure, &report).plain.captioned(), picture)?;
    let edges = edges.iter().filter_map(|edge| edge.decimal(30)).collect();
    Ok(Found { edges, density, verdict: report.verdict })
}

/// Prints what was found.
///
/// # Errors
/// As [`run`].
pub fn main() -> Result<(), Box<dyn Error>> {
    let picture = std::env::temp_dir().join("tanh.svg");
    let found = run(&picture)?;
    println!("edges    {}", found.edges.join("  "));
    println!("density  {:.12} at 1", found.density);
    println!("verdict  {:?}", found.verdict);
    println!("picture  {}", picture.display());
    Ok(())
}
