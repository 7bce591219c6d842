//! The sum over a product lattice: rows of constant b, blocks along a, each block with as few bits as its terms deserve.
//!
//! A term is at most e^{size − Q(a, b)}; the bits of a block fall with Q. All arithmetic is in balls.

use rug::Float;

use super::Pair;
use super::lattice::Plan;
use crate::activation::Function;
use crate::gaussian::Analysis;
use crate::gaussian::columns::{Block, Columns};
use crate::gaussian::strip::exp_bound;
use crate::number::{Ball, Job, Magnitude, Stopped};

/// Nodes of one block.
const BLOCK: usize = 16;
/// Fewest bits of a block.
const LEAST_BITS: f64 = 64.0;

/// The sum with its error; `None` when f or g has a piecewise node.
///
/// # Errors
/// When the job is stopped.
pub fn sum(pair: &Pair, plan: &Plan, bits: u32, job: &Job<'_>) -> Result<Option<Ball>, Stopped> {
    let top = bits + guard(pair, plan);
    job.spend(plan.points(pair.fold) as u64 * pair.cost(bits))?;
    let columns = |f: &Function| Columns::new(f, None, top);
    let Some((f, g)) =
        columns(&branch(&pair.f.analysis, &pair.f.function, job)).zip(columns(&branch(&pair.g.analysis, &pair.g.function, job)))
    else {
        return Ok(None);
    };
    let most = last(plan, 0, 0.0);
    let [first, step] = [plan.steps[0], plan.steps[1]];
    let rows = last(plan, 1, 0.0);
    let mut work = Work { pair, plan, along: axis(&pair.angle[0], first, most, top), functions: [f, g], top };
    let across = axis(&pair.angle[1], step, rows, top);
    let mut total = Ball::zero(top);
    for (k, point) in across.iter().enumerate() {
        for side in [1, -1] {
            if side < 0 && (k == 0 || pair.fold.b) {
                continue;
            }
            job.check()?;
            let row = work.row(step * k as f64, &if side < 0 { -&point.place } else { point.place.clone() });
            let doubled = i32::from(pair.fold.b && k > 0);
            total = total + (&row * &point.weight).shifted(doubled);
        }
    }
    Ok(Some(total.widened(exp_bound(plan.ln_error))))
}

/// Bits lost to the number of terms and to their size.
fn guard(pair: &Pair, plan: &Plan) -> u32 {
    (12.0 + plan.points(pair.fold).log2() + plan.ln_size.max(0.0) * std::f64::consts::LOG2_E) as u32
}

/// The smooth branch of f, free of choices.
fn branch(analysis: &Analysis, f: &Function, job: &Job<'_>) -> Function {
    analysis.pieces(0.0, job).ok().and_then(|pieces| pieces.branches.first().cloned()).unwrap_or_else(|| f.clone())
}

/// The last node with Q ≤ R² in a direction, the other coordinate being given.
fn last(plan: &Plan, direction: usize, other: f64) -> usize {
    let left = plan.reach - plan.rates[1 - direction] * other * other;
    if left < 0.0 { 0 } else { ((left / plan.rates[direction]).sqrt() / plan.steps[direction]).ceil() as usize }
}

/// A node of one direction: its share of the argument, and step times density.
struct Point {
    place: Ball,
    weight: Ball,
}

fn axis(scale: &Ball, step: f64, last: usize, bits: u32) -> Vec<Point> {
    let width = Ball::double(step, bits.max(64));
    let point = |j: usize| {
        let x = Ball::new(Float::with_val(64 + 32, step) * j as u64, Magnitude::ZERO).with_bits(bits.max(96));
        Point { place: &x * scale, weight: &x.normal_pdf() * &width }
    };
    (0..=last).map(point).collect()
}

struct Work<'a> {
    pair: &'a Pair,
    plan: &'a Plan,
    along: Vec<Point>,
    functions: [Columns; 2],
    top: u32,
}

impl Work<'_> {
    /// Σ_a over the row at b, `offset` = βb.
    fn row(&mut self, b: f64, offset: &Ball) -> Ball {
        let most = last(self.plan, 0, b).min(self.along.len() - 1);
        let mut sum = Ball::zero(self.top);
        let sides: &[i32] = if self.pair.fold.a { &[1] } else { &[1, -1] };
        for side in sides {
            let mut start = usize::from(*side < 0);
            while start <= most {
                let end = (start + BLOCK).min(most + 1);
                sum = sum + self.block(*side, start..end, b, offset);
                start = end;
            }
        }
        sum
    }

    fn block(&mut self, side: i32, range: std::ops::Range<usize>, b: f64, offset: &Ball) -> Ball {
        let a = self.plan.steps[0] * range.start as f64;
        let fallen = self.plan.rates[0] * a * a + self.plan.rates[1] * b * b;
        let bits = (f64::from(self.top) - fallen * std::f64::consts::LOG2_E).clamp(LEAST_BITS, f64::from(self.top)) as u32;
        let offset = offset.with_bits(bits);
        let places: Vec<Ball> = self.along[range.clone()]
            .iter()
            .map(|point| if side < 0 { -point.place.with_bits(bits) } else { point.place.with_bits(bits) })
            .collect();
        let u: Vec<Ball> = places.iter().map(|place| place + &offset).collect();
        let v: Vec<Ball> = places.iter().map(|place| place - &offset).collect();
        let [f, g] = &mut self.functions;
        let [left, right] = [(f, u), (g, v)].map(|(columns, nodes)| {
            let [values, _] = columns.values(&Block { nodes: &nodes, equispaced: None, bits });
            values
        });
        let mut sum = Ball::zero(bits);
        for ((j, left), right) in range.zip(&left).zip(&right) {
            let doubled = i32::from(self.pair.fold.a && j > 0);
            sum = sum + (&(left * right) * &self.along[j].weight.with_bits(bits)).shifted(doubled);
        }
        sum
    }
}
