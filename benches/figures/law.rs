//! The law of the feature model: density in double precision, edges to many digits.

use std::hint::black_box;

use num_complex::Complex64;
use resolvent::activation::lower;
use resolvent::gaussian::{Data, Moment};
use resolvent::number::{Ball, Job, bits_for_digits};
use resolvent::spectrum::{Curve, Edge, Law64, Parameters, Shape, edges};
use rug::Rational;

use crate::table::{Limit, Line, Table, least, least_of_batch};

const POINTS: usize = 100_000;
const GUARD_BITS: u32 = 64;

/// Prints the section.
pub fn section(table: &Table) {
    table.heading("The law of features(tanh(x), phi = 1/2, psi = 3/4)");
    if let Err(error) = density(table) {
        table.failure("density", &error);
    }
    for digits in [30, 100, 1000] {
        if let Err(error) = edge_lines(table, digits) {
            table.failure(&format!("edges {digits}"), &error);
        }
    }
}

fn parameters(digits: u32) -> Result<Parameters, String> {
    let f = lower::read("tanh(x)").map_err(|_| "tanh(x) is not an activation".to_owned())?;
    let job = Job::unwatched();
    let data = Data::new(&f, &Rational::from(1), &job).map_err(|error| error.to_string())?;
    let moments = data.moments(bits_for_digits(digits) + GUARD_BITS, &job).map_err(|error| error.to_string())?;
    let Ok(Moment::Finite(theta1)) = moments.variance.clone() else { return Err("the variance is infinite".to_owned()) };
    Ok(Parameters {
        phi: Rational::from((1, 2)),
        psi: Rational::from((3, 4)),
        theta1: theta1.ball,
        theta2: moments.theta2.ball.clone(),
        shape: Shape::General,
        exact: None,
    })
}

fn density(table: &Table) -> Result<(), String> {
    let parameters = parameters(20)?;
    let (seconds, law) =
        least(|| edges(&parameters, 64).and_then(|bulks| Law64::new(&parameters, &bulks)).map_err(|error| error.to_string()))?;
    table.line(&Line {
        what: "law in double precision, its tables".into(),
        value: seconds,
        unit: "s",
        limit: Limit::Unknown,
        note: String::new(),
    });
    let [low, high] = law.edges()[0];
    let points: Vec<f64> = (0..POINTS).map(|k| low + (high - low) * (k as f64 + 0.5) / POINTS as f64).collect();
    let mut values = vec![0.0; POINTS];
    let seconds =
        least_of_batch(1, || black_box(&points).iter().zip(&mut values).for_each(|(x, value)| *value = law.density(*x)));
    let mass = values.iter().sum::<f64>() * (high - low) / POINTS as f64;
    table.line(&Line {
        what: format!("density {POINTS}"),
        value: POINTS as f64 / seconds,
        unit: "points/s",
        limit: Limit::Is(1.0 / curve_seconds(&parameters), "one evaluation of the curve and its slope"),
        note: format!("mass {mass:.6}"),
    });
    Ok(())
}

/// Seconds of z(q) and z′(q) in double precision.
fn curve_seconds(parameters: &Parameters) -> f64 {
    let real = |ball: &Ball| Complex64::new(ball.to_f64(), 0.0);
    let (theta1, theta2) = (real(&parameters.theta1), real(&parameters.theta2));
    let curve = Curve {
        delta: theta1 - theta2,
        theta2,
        c: theta2 / parameters.psi.to_f64(),
        gamma: Complex64::new(parameters.gamma().to_f64(), 0.0),
    };
    least_of_batch(100_000, || {
        black_box(curve.z_and_slope(black_box(&Complex64::new(0.3, -0.4))));
    })
}

fn edge_lines(table: &Table, digits: u32) -> Result<(), String> {
    let parameters = parameters(digits)?;
    let bits = bits_for_digits(digits);
    let found = |parameters: &Parameters| edges(parameters, bits).map_err(|error| error.to_string());
    let (seconds, bulks) = least(|| found(&parameters))?;
    table.line(&Line {
        what: format!("edges {digits}"),
        value: seconds,
        unit: "s",
        limit: Limit::Unknown,
        note: described(&bulks),
    });
    let (seconds, bulks) = least(|| found(&self::parameters(digits)?))?;
    table.line(&Line {
        what: format!("edges from tanh(x) {digits}"),
        value: seconds,
        unit: "s",
        limit: Limit::Unknown,
        note: described(&bulks),
    });
    Ok(())
}

fn described(bulks: &[[Edge; 2]]) -> String {
    let certain = |edge: &Edge| -edge.position.radius().log2() * std::f64::consts::LOG10_2;
    let digits = bulks.iter().flatten().map(certain).fold(f64::INFINITY, f64::min);
    format!("{} edges, {digits:.0} decimals certain", 2 * bulks.len())
}
