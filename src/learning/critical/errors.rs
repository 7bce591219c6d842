//! The errors at the fixed point: penalised training error λ S, training error −λ² dS/dλ, and test error −dS/dε for λ(g) = λ + ε/r(g)²,
//! in which each sample has a leverage of its own. The fixed point is found by a damped iteration in doubles and Newton's method beyond;
//! its derivatives solve the same linear system.

use super::fixed::{Critical, Fixed};
use super::system::solve;
use crate::number::{Ball, Magnitude, Ring, Tangent};

/// Steps of the damped iteration, and what the last may change.
const STEPS: usize = 100_000;
const SETTLED: f64 = 1e-13;
/// Newton steps.
const NEWTON: usize = 12;
/// Bits that the last Newton step may leave.
const SPARE: i64 = 16;

/// A number without its rounding error, which the estimate of the whole stands for.
fn bare(ball: &Ball) -> Ball {
    Ball::new(ball.mid().clone(), Magnitude::ZERO)
}

/// Test, training and penalised training error; none where the iteration does not settle.
#[must_use]
pub fn errors(problem: &Critical<Ball>, ridge: &Ball) -> Option<[Ball; 3]> {
    let size = problem.neurons.len();
    let penalties = vec![ridge.clone(); problem.nodes.len()];
    let start = damped(&problem.map(Ball::to_f64), ridge.to_f64())?;
    let bits = ridge.bits();
    let mut list: Vec<Ball> = start.list().iter().map(|value| Ball::double(*value, bits)).collect();
    let tangents = problem.map(Tangent::constant);
    let fixed_ridge: Vec<Tangent<Ball>> = penalties.iter().map(Tangent::constant).collect();
    let mut matrix = Vec::new();
    for step in 0..=NEWTON {
        matrix = jacobian(&tangents, &fixed_ridge, &list, size);
        let image = problem.step(&penalties, &Fixed::of_list(&list, size)).list();
        let residual: Vec<Ball> = image.iter().zip(&list).map(|(image, value)| bare(&(image - value))).collect();
        let moved = solve(&matrix, &residual);
        if moved.iter().any(|value| !value.is_finite()) || step == NEWTON {
            return None;
        }
        let is_small = moved
            .iter()
            .zip(&list)
            .all(|(moved, value)| Magnitude::of(moved.mid()) <= value.magnitude().shifted(SPARE - i64::from(bits)));
        list.iter_mut().zip(&moved).for_each(|(value, moved)| *value = bare(&(&*value + moved)));
        if is_small {
            break;
        }
    }
    let fixed = Fixed::of_list(&list, size);
    let r = problem.resolvent(&penalties, &fixed);
    let derivative = |direction: &dyn Fn(usize) -> Ball| {
        let ridge: Vec<Tangent<Ball>> = penalties
            .iter()
            .enumerate()
            .map(|(node, ridge)| Tangent { value: ridge.clone(), slope: bare(&direction(node)) })
            .collect();
        // z = G(z, λ): z′ = (1 − G_z)⁻¹ G_λ
        let at = |slopes: Option<&[Ball]>| {
            let zero = Ball::zero(bits);
            let entries = list.iter().enumerate().map(|(index, value)| Tangent {
                value: value.clone(),
                slope: slopes.map_or_else(|| zero.clone(), |slopes| bare(&slopes[index])),
            });
            Fixed::of_list(&entries.collect::<Vec<_>>(), size)
        };
        let forced: Vec<Ball> = tangents.step(&ridge, &at(None)).list().iter().map(|entry| bare(&entry.slope)).collect();
        let slopes = solve(&matrix, &forced);
        tangents.loss(&ridge, &at(Some(&slopes))).slope
    };
    let loss = problem.loss(&penalties, &fixed);
    let one = Ball::integer(1, bits);
    let train = -&(&ridge.square() * &derivative(&|_| one.clone()));
    let test = -&derivative(&|node| r[node].square().inverse());
    let found = [test, train, ridge * &loss];
    found.iter().all(Ball::is_finite).then_some(found)
}

/// 1 − G_z.
fn jacobian(problem: &Critical<Tangent<Ball>>, ridge: &[Tangent<Ball>], list: &[Ball], size: usize) -> Vec<Vec<Ball>> {
    let (bits, count) = (list[0].bits(), list.len());
    let column = |column: usize| {
        let entries = list
            .iter()
            .enumerate()
            .map(|(index, value)| if index == column { Tangent::variable(value) } else { Tangent::constant(value) });
        let image = problem.step(ridge, &Fixed::of_list(&entries.collect::<Vec<_>>(), size)).list();
        let own = |row: usize| Ball::integer(i64::from(row == column), bits);
        image.iter().enumerate().map(|(row, entry)| bare(&own(row).minus(&entry.slope))).collect::<Vec<_>>()
    };
    let columns: Vec<Vec<Ball>> = (0..count).map(column).collect();
    (0..count).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect()
}

/// The fixed point in doubles.
fn damped(problem: &Critical<f64>, ridge: f64) -> Option<Fixed<f64>> {
    let size = problem.neurons.len();
    let penalties = vec![ridge; problem.nodes.len()];
    let mut fixed = Fixed { e: vec![1.0; size], theta: vec![vec![0.0; size]; size] };
    for _ in 0..STEPS {
        let next = problem.step(&penalties, &fixed);
        let (old, new) = (fixed.list(), next.list());
        let list: Vec<f64> = old.iter().zip(&new).map(|(old, new)| f64::midpoint(*old, *new)).collect();
        if list.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let scale = list.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        let settled = list.iter().zip(&old).all(|(new, old)| (new - old).abs() <= SETTLED * scale);
        fixed = Fixed::of_list(&list, size);
        if settled {
            return Some(fixed);
        }
    }
    None
}
