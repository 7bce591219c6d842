//! The sum of the product rules over all cells. Kinks, nodes and weights enter as balls, so that the nodes need no rounding.

use super::cells::{Cell, Cells};
use super::pair::Pair;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::rules::columns::{Block, Columns};
use crate::gaussian::rules::{Legendre, legendre};
use crate::gaussian::weight::exp_bound;
use crate::number::{Ball, Job, Magnitude};

/// Fewest bits of a cell.
const LEAST_BITS: f64 = 64.0;

/// The integral with its error.
///
/// # Errors
/// When the job is stopped.
pub fn integral(pair: &Pair, cells: &Cells, bits: u32, job: &Job<'_>) -> Result<Ball, GaussianError> {
    let top = bits + 24 + (cells.cells.len() as f64 + 1.0).log2() as u32;
    let prepared = |branches: &Vec<Analysis>| branches.iter().map(|f| Columns::new(f.function(), None, top)).collect();
    let mut columns: [Vec<Columns>; 2] = cells.branches.each_ref().map(prepared);
    let mut total = Ball::zero(top);
    for cell in &cells.cells {
        job.spend((cell.nodes[0] * cell.nodes[1]) as u64 * pair.cost(bits))?;
        let size = cell.ln_size * std::f64::consts::LOG2_E;
        let working = (f64::from(top) + size).clamp(LEAST_BITS, f64::from(top)) as u32;
        total = total + square(pair, cells, cell, &mut columns, [working, top], job)?;
    }
    let folds = i32::from(pair.fold.a) + i32::from(pair.fold.b);
    let total = &total / &Ball::pi(top).shifted(1);
    Ok(total.widened(exp_bound(cells.ln_error)).shifted(folds))
}

/// 2π times the integral over one cell.
fn square(
    pair: &Pair,
    cells: &Cells,
    cell: &Cell,
    columns: &mut [Vec<Columns>],
    [bits, top]: [u32; 2],
    job: &Job<'_>,
) -> Result<Ball, GaussianError> {
    let short = |ball: &Ball| ball.with_bits(bits.min(ball.bits()));
    let [taus, sigmas] = [0, 1].map(|i| shares(&legendre(cell.nodes[i], top), cell.shares[i], bits));
    let [from, to] = [&cells.ends[cell.panel], &cells.ends[cell.panel + 1]].map(|end| Ball::new(end.clone(), Magnitude::ZERO));
    let from = from.with_bits(bits);
    let length = to.with_bits(bits) - &from;
    let [alpha, beta] = pair.angle.each_ref().map(short);
    let [bottom, upper] = cell.lines.map(|index| &cells.lines[index]);
    let mut sum = Ball::zero(bits);
    for (sigma, outer) in &sigmas {
        job.check()?;
        let b = &from + &(&length * sigma);
        let low = &short(&bottom.start) + &(&short(&bottom.slope) * &b);
        let gap = &(&short(&upper.start) + &(&short(&upper.slope) * &b)) - &low;
        let places: Vec<Ball> = taus.iter().map(|(tau, _)| &low + &(&gap * tau)).collect();
        let across = &b * &beta;
        let along: Vec<Ball> = places.iter().map(|a| a * &alpha).collect();
        let u: Vec<Ball> = along.iter().map(|a| a + &across).collect();
        let v: Vec<Ball> = along.iter().map(|a| a - &across).collect();
        let mut values = |i: usize, nodes: &[Ball]| {
            let [values, _] = columns[i][cell.branches[i]].values(&Block { nodes, equispaced: None, bits });
            values
        };
        let (left, right) = (values(0, &u), values(1, &v));
        let mut row = Ball::zero(bits);
        for (((a, (_, inner)), left), right) in places.iter().zip(&taus).zip(&left).zip(&right) {
            row = row + &(left * right) * &(&bell(a) * inner);
        }
        sum = sum + &(&row * &(&bell(&b) * outer)) * &(&gap * &length);
    }
    Ok(sum)
}

/// e^{−x²/2}.
fn bell(x: &Ball) -> Ball {
    (-&x.square().shifted(-1)).exp()
}

/// Nodes and weights of a rule on the share [low, high] of [0, 1].
fn shares(rule: &Legendre, [low, high]: [f64; 2], bits: u32) -> Vec<(Ball, Ball)> {
    let (middle, half) = (Ball::double(0.5 * (low + high), bits.max(53)), Ball::double(0.5 * (high - low), bits.max(53)));
    let mut list = Vec::with_capacity(2 * rule.nodes.len());
    for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
        let ball = |value: &rug::Float| Ball::new(value.clone(), rule.error).with_bits(bits);
        let offset = &ball(node) * &half;
        let weight = &ball(weight) * &half;
        list.push((&middle + &offset, weight.clone()));
        list.push((&middle - &offset, weight));
    }
    list
}
