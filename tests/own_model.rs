//! A model of a stranger, Wishart matrices XXᵀ/N of ratio γ = n/N, with the public faces alone: its law, a simulation that
//! agrees with it and one that does not, and a picture.

use std::error::Error;
use std::sync::atomic::AtomicBool;

use resolvent::compare::{Plan, Prediction, Report, Verdict, check};
use resolvent::monte_carlo::{
    Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Spectrum, Trial, eigenvalues, smaller_gram,
};
use resolvent::number::Ball;
use resolvent::session::figures;
use resolvent::spectrum::{Argument, CurveLaw, Law, Parameters, Shape};
use resolvent::theory::law_prediction;
use rug::Rational;

struct Wishart(f64);

impl Ensemble for Wishart {
    fn name(&self) -> &str {
        "wishart"
    }

    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let columns = n as f64 / self.0;
        let dimensions = Sizes::rounded(n, &[("n", n as f64), ("N", columns)])?;
        Ok(Sizes { n, dimensions, entries: (n as f64 * columns) as u128 })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, _: &Run<'_>) -> Result<Draw, SimulationError> {
        let [rows, columns] = [sizes.of("n")?, sizes.of("N")?];
        let x = Sampler::Gaussian.matrix(rows, columns, &mut trial.stream(Matrix::Data));
        let spectrum = Spectrum::new(eigenvalues(&smaller_gram(&x, columns), rows, rows.max(columns))?);
        Ok(Draw { spectra: vec![spectrum], scalars: Vec::new() })
    }
}

/// The law of Marchenko and Pastur, which is the curve without a linear part: γ = phi/psi.
fn law(gamma: Rational) -> CurveLaw {
    let [one, zero] = [1, 0].map(Rational::from);
    let (theta1, theta2) = (Ball::rational(&one, 128), Ball::rational(&zero, 128));
    let exact = Some((one.clone(), zero));
    CurveLaw::new(Parameters { phi: gamma, psi: one, theta1, theta2, shape: Shape::Isotropic, exact }, 128)
}

fn simulated(drawn: f64, predicted: impl Fn(&Sizes) -> Result<Rational, SimulationError>) -> Result<Report, Box<dyn Error>> {
    let (plan, never) = (Plan { n: 200, smaller: Vec::new(), trials: 4, seed: 1 }, AtomicBool::new(false));
    check(&Wishart(drawn), &plan, &Run { threads: 2, cancel: &never, progress: &|_, _| () }, |sizes| {
        Ok(Prediction { laws: vec![law_prediction(&law(predicted(sizes)?), sizes.of("n")?)?], claims: Vec::new() })
    })
}

#[test]
fn a_model_of_a_stranger() -> Result<(), Box<dyn Error>> {
    let law = law(Rational::from((1, 4)));
    let ends = law.ends()?;
    let edges: Vec<_> = ends.iter().flatten().filter_map(|end| end.position.decimal(6)).collect();
    assert_eq!(edges, ["0.250000", "2.25000"], "(1 ± √γ)²");
    assert_eq!(law.cdf(&Argument::from(&Rational::from(3)))?.to_f64(), 1.0);
    let report = simulated(0.25, |sizes| Ok(Rational::from((sizes.of("n")?, sizes.of("N")?))))?;
    assert_eq!(report.verdict, Verdict::Agree, "{:?}", report.rows);
    assert_eq!(simulated(0.25, |_| Ok(Rational::from((3, 10))))?.verdict, Verdict::Disagree);
    let figure = figures::law(&law, &[], vec!["gamma = n/N = 1/4".to_owned()])?;
    let file = std::env::temp_dir().join(format!("wishart-{}.svg", std::process::id()));
    let written = resolvent::plot::write(&figures::simulation(&figure, &report).plain.captioned(), &file)?;
    assert!(std::fs::read_to_string(&file)?.contains("gamma = n/N = 1/4"));
    written.iter().try_for_each(std::fs::remove_file)?;
    Ok(())
}
