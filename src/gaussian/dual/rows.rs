//! The sum over a product lattice: rows of constant b, blocks along a, each block with as few bits as its terms deserve.
//!
//! A term is at most e^{size − Q(a, b)}; the bits of a block fall with Q. All arithmetic is in balls.

use rug::Float;

use super::lattice::Lattice;
use super::pair::Pair;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::rules::columns::{Block, Columns};
use crate::gaussian::weight::exp_bound;
use crate::number::{Ball, Job, Magnitude, Stopped};

/// Nodes of one block.
const BLOCK: usize = 16;
/// Fewest bits of a block.
const LEAST_BITS: f64 = 64.0;

/// The sum with its error.
///
/// # Errors
/// When the job is stopped.
pub fn sum(pair: &Pair, lattice: &Lattice, bits: u32, job: &Job<'_>) -> Result<Ball, Stopped> {
    let top = bits + guard(pair, lattice);
    job.spend(lattice.points(pair.fold) as u64 * pair.cost(bits))?;
    let functions = [&pair.f, &pair.g].map(|f: &Analysis| Columns::new(f.function(), None, top));
    let most = last(lattice, 0, 0.0);
    let [first, step] = [lattice.steps[0], lattice.steps[1]];
    let rows = last(lattice, 1, 0.0);
    let mut work = Work { pair, lattice, along: axis(&pair.angle[0], first, most, top), functions, top };
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
    Ok(total.widened(exp_bound(lattice.ln_error)))
}

/// Bits lost to the number of terms and to their size.
fn guard(pair: &Pair, lattice: &Lattice) -> u32 {
    (12.0 + lattice.points(pair.fold).log2() + lattice.ln_size.max(0.0) * std::f64::consts::LOG2_E) as u32
}

/// The last node with Q ≤ R² in a direction, the other coordinate being given.
fn last(lattice: &Lattice, direction: usize, other: f64) -> usize {
    let left = lattice.reach - lattice.rates[1 - direction] * other * other;
    if left < 0.0 { 0 } else { ((left / lattice.rates[direction]).sqrt() / lattice.steps[direction]).ceil() as usize }
}

/// A node of one direction: its share of the argument, and step times density.
struct AxisNode {
    place: Ball,
    weight: Ball,
}

fn axis(scale: &Ball, step: f64, last: usize, bits: u32) -> Vec<AxisNode> {
    let width = Ball::double(step, bits.max(64));
    let point = |j: usize| {
        let x = Ball::new(Float::with_val(64 + 32, step) * j as u64, Magnitude::ZERO).with_bits(bits.max(96));
        AxisNode { place: &x * scale, weight: &x.normal_pdf() * &width }
    };
    (0..=last).map(point).collect()
}

struct Work<'a> {
    pair: &'a Pair,
    lattice: &'a Lattice,
    along: Vec<AxisNode>,
    functions: [Columns; 2],
    top: u32,
}

impl Work<'_> {
    /// Σ_a over the row at b, `offset` = βb.
    fn row(&mut self, b: f64, offset: &Ball) -> Ball {
        let most = last(self.lattice, 0, b).min(self.along.len() - 1);
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
        let a = self.lattice.steps[0] * range.start as f64;
        let fallen = self.lattice.rates[0] * a * a + self.lattice.rates[1] * b * b;
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
