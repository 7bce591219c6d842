//! Cells of the (a, b) plane on which both functions are analytic, each with a certified product of Gauss–Legendre rules.
//!
//! A kink c of f lies on the line a = (c − βb)/α, a kink c′ of g on a = (c′ + βb)/α; with a = ± A they cut the strip |b| ≤ B.
//! Between two crossings of these lines their order is fixed, so that a cell is b₀ ≤ b ≤ b₁, l(b) ≤ a ≤ r(b), the image of
//! a square under b = b₀ + (b₁ − b₀)σ, a = l(b) + (r(b) − l(b))τ. The transformed integrand H is analytic in both variables, and on
//! [−1, 1]² the product rule has an error of at most 2 · (64/15) Σ M ρ^{−2n}/(1 − ρ^{−2}), summed over the two variables, M being
//! a bound of |H| with that variable in its Bernstein ellipse ρ and the other one real. What lies beyond A or B is bounded by
//! |f|, |g| ≤ M e^{s x²}.

use std::f64::consts::{LN_2, PI};

use rug::Float;

use super::lines::{Line, Owner, Sketch, ends, lines};
use super::majorant::{Majorant, SLOPES, decay};
use super::pair::Pair;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::rules::panels::upper_half;
use crate::gaussian::weight::{ln_density, ln_sum};
use crate::number::{Ball, Interval, Job, Magnitude, Rectangle};

/// A cell with its rule.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Indices of the branches of f and g.
    pub branches: [usize; 2],
    /// Indices of the lower and the upper line.
    pub lines: [usize; 2],
    /// Index of the panel of b.
    pub panel: usize,
    /// Shares of τ and of σ.
    pub shares: [[f64; 2]; 2],
    /// Nodes in τ and in σ.
    pub nodes: [usize; 2],
    /// ln of a bound of |H| on the real square.
    pub ln_size: f64,
}

/// A certified rule: the cells with what they need.
pub struct Cells {
    /// All the lines.
    pub lines: Vec<Line>,
    /// The ends of the panels of b, ascending.
    pub ends: Vec<Float>,
    /// The branches of f and of g.
    pub branches: [Vec<Analysis>; 2],
    /// The cells.
    pub cells: Vec<Cell>,
    /// ln of the bound of the whole error.
    pub ln_error: f64,
}

/// Bisections of a share.
const LEAST_SHARE: f64 = 1e-9;
/// Widest panels in b, and cells in a.
const WIDEST: f64 = 4.0;
const RHOS: [f64; 6] = [1.6, 2.2, 3.0, 4.5, 7.0, 11.0];
/// Bounds of H that a cell takes, about, and the steps of one beside f and g.
const EVALUATIONS: u64 = 200;
const OVERHEAD: u64 = 40;
/// Strips that cover half an ellipse, pieces of the real variable.
const STRIPS: usize = 8;
const PIECES: usize = 3;

impl Cells {
    /// Cells whose errors add up to less than e^−target, with at most `most` points.
    ///
    /// # Errors
    /// When breakpoints further out cannot be isolated, or the job is stopped.
    pub fn certified(pair: &Pair, target: f64, most: f64, bits: u32, job: &Job<'_>) -> Result<Option<Self>, GaussianError> {
        let Some(majorants) = Majorant::both(pair, job) else { return Ok(None) };
        let angle = pair.doubles();
        let candidates = SLOPES.iter().filter_map(|s| Frame::of(&majorants, *s, angle, target + 3.0));
        let Some(frame) = candidates.min_by(|x, y| x.area().total_cmp(&y.area())) else { return Ok(None) };
        let reach = angle[0] * frame.cuts[0] + angle[1] * frame.cuts[1];
        let (f, g) = (pair.f.pieces(reach, job)?, pair.g.pieces(reach, job)?);
        if f.singular_points().chain(g.singular_points()).next().is_some() {
            return Ok(None);
        }
        let lines = lines(pair, frame.cuts, [&f, &g], bits);
        let low = if pair.fold.b { 0.0 } else { -frame.cuts[1] };
        let Some((ends, moved)) = ends(&lines, [low, frame.cuts[1]]) else { return Ok(None) };
        let mut planner = Planner {
            sketch: lines.iter().map(Sketch::of).collect(),
            lines,
            ends,
            angle,
            branches: [f, g].map(|pieces| pieces.branches.iter().map(Analysis::smooth).collect()),
            target: target + 6.0,
            most,
            points: 0.0,
            cells: Vec::new(),
            errors: vec![frame.ln_error],
            densest: f64::NEG_INFINITY,
        };
        if !planner.run(job)? {
            return Ok(None);
        }
        // where two lines cross at a slightly different b, their order is wrong on a sliver of that width
        let sliver = moved.log2() * LN_2 + planner.densest + (8.0 * frame.cuts[0]).ln();
        planner.errors.push(sliver);
        let Planner { lines, ends, branches, cells, errors, .. } = planner;
        Ok(Some(Self { lines, ends, branches, cells, ln_error: ln_sum(&errors) + 1e-9 }))
    }
}

/// The rectangle |a| ≤ A, |b| ≤ B outside of which little is left.
struct Frame {
    cuts: [f64; 2],
    ln_error: f64,
}

impl Frame {
    fn of(majorants: &[Majorant; 2], s: f64, angle: [f64; 2], target: f64) -> Option<Self> {
        let (size, rates) = decay(majorants, s, angle)?;
        // ∫_{|x| > L} e^{−κx²} ≤ e^{−κL²}/(κL), times the whole integral over the other variable
        let rest =
            |i: usize, cut: f64| size - rates[i] * cut * cut - (rates[i] * cut).ln() + 0.5 * (PI / rates[1 - i]).ln() + 1e-9;
        let cut = |i: usize| (4..4000).map(|n| 0.25 * f64::from(n)).find(|cut| rest(i, *cut) <= -target);
        let cuts = [cut(0)?, cut(1)?];
        Some(Self { cuts, ln_error: ln_sum(&[rest(0, cuts[0]), rest(1, cuts[1])]) })
    }

    fn area(&self) -> f64 {
        self.cuts[0] * self.cuts[1]
    }
}

struct Planner {
    lines: Vec<Line>,
    sketch: Vec<Sketch>,
    ends: Vec<Float>,
    angle: [f64; 2],
    branches: [Vec<Analysis>; 2],
    target: f64,
    most: f64,
    points: f64,
    cells: Vec<Cell>,
    errors: Vec<f64>,
    /// ln of a bound of |G| around all cells.
    densest: f64,
}

impl Planner {
    /// Plans everything; false where it fails.
    fn run(&mut self, job: &Job<'_>) -> Result<bool, GaussianError> {
        for panel in 0..self.ends.len() - 1 {
            for cell in self.between(panel) {
                if !self.divide(cell, job)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The cells of one panel of b, whole.
    fn between(&self, panel: usize) -> Vec<Cell> {
        let middle = 0.5 * (self.ends[panel].to_f64() + self.ends[panel + 1].to_f64());
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        order.sort_by(|x, y| self.sketch[*x].at(middle).total_cmp(&self.sketch[*y].at(middle)));
        let (mut branches, mut inside, mut cells) = ([0, 0], false, Vec::new());
        for pair in order.windows(2) {
            let line = &self.lines[pair[0]];
            match line.owner {
                Owner::F => branches[0] += usize::from(line.breaks),
                Owner::G => branches[1] += usize::from(line.breaks),
                Owner::Edge => inside = !inside,
            }
            if inside {
                let shares = [[0.0, 1.0], [0.0, 1.0]];
                cells.push(Cell { branches, lines: [pair[0], pair[1]], panel, shares, nodes: [0, 0], ln_size: 0.0 });
            }
        }
        cells
    }

    /// Finds rules for a cell, cutting it where one rule does not do.
    fn divide(&mut self, cell: Cell, job: &Job<'_>) -> Result<bool, GaussianError> {
        let mut waiting = vec![cell];
        while let Some(mut cell) = waiting.pop() {
            let sides = [0, 1].map(|i| self.branches[i][cell.branches[i]].cost());
            job.spend(EVALUATIONS * (sides[0] + sides[1] + OVERHEAD))?;
            let wide = self.widths(&cell);
            let size = if wide[0] > 2.0 * WIDEST || wide[1] > 2.0 * WIDEST { None } else { self.size(&cell) };
            let negligible = size.filter(|size| size + 4f64.ln() <= -self.target);
            if let Some(size) = negligible {
                self.errors.push(size + 4f64.ln());
                continue;
            }
            let rules = [0, 1].map(|direction| if wide[direction] > WIDEST { None } else { self.rule(&cell, direction, size?) });
            if let [Some(first), Some(second)] = rules {
                cell.nodes = [first.nodes, second.nodes];
                cell.ln_size = size.unwrap_or(0.0);
                self.densest = self.densest.max(first.ln_density).max(second.ln_density);
                self.errors.extend([first.ln_error, second.ln_error]);
                self.points += (first.nodes * second.nodes) as f64;
                self.cells.push(cell);
            } else {
                // cut where it failed, or both ways round by width
                let direction = match rules {
                    [None, Some(_)] => 0,
                    [Some(_), None] => 1,
                    _ => usize::from(wide[1] > wide[0]),
                };
                let [low, high] = cell.shares[direction];
                if high - low < LEAST_SHARE {
                    return Ok(false);
                }
                let middle = 0.5 * (low + high);
                for half in [[middle, high], [low, middle]] {
                    let mut part = cell.clone();
                    part.shares[direction] = half;
                    waiting.push(part);
                }
            }
            if self.points > self.most {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// About how far a cell extends in a and in b.
    fn widths(&self, cell: &Cell) -> [f64; 2] {
        let [low, high] = [self.ends[cell.panel].to_f64(), self.ends[cell.panel + 1].to_f64()];
        let shares = cell.shares.map(|[low, high]| high - low);
        let b = |share: f64| low + share * (high - low);
        let gap = |b: f64| self.sketch[cell.lines[1]].at(b) - self.sketch[cell.lines[0]].at(b);
        let gap = gap(b(cell.shares[1][0])).max(gap(b(cell.shares[1][1])));
        [gap * shares[0], (high - low) * shares[1]]
    }

    /// ln sup |H| on the real square.
    fn size(&self, cell: &Cell) -> Option<f64> {
        let one = Interval::new(-1.0, 1.0);
        let [whole, _] = self.ln_sup(cell, [Rectangle::real(one), Rectangle::real(one)])?;
        if whole <= -self.target - 2.0 {
            return Some(whole);
        }
        let pieces = (0..PIECES).flat_map(|i| (0..PIECES).map(move |j| [piece(i), piece(j)].map(Rectangle::real)));
        Some(self.greatest(cell, pieces)?[0])
    }

    /// The fewest nodes for one variable.
    fn rule(&self, cell: &Cell, direction: usize, size: f64) -> Option<VariableRule> {
        let most = (0.75 * (self.target + size.min(0.0)) + 4.0).clamp(24.0, 400.0) as usize;
        let mut best: Option<VariableRule> = None;
        for rho in RHOS {
            let Some([ln_sup, ln_density]) = self.ellipse(cell, direction, rho) else { break };
            let common = ln_sup + (128.0f64 / 15.0).ln() - (1.0 - rho.powi(-2)).ln() + 1e-9;
            let nodes = ((common + self.target) / (2.0 * rho.ln())).ceil().clamp(2.0, 1e6) as usize;
            let nodes = nodes.next_multiple_of(if nodes <= 64 { 4 } else { 16 });
            if nodes <= most && best.as_ref().is_none_or(|known| nodes < known.nodes) {
                best = Some(VariableRule { nodes, ln_density, ln_error: common - 2.0 * nodes as f64 * rho.ln() });
            }
        }
        best
    }

    /// ln sup |H| and ln sup |G| with one variable in the upper half of its ellipse.
    fn ellipse(&self, cell: &Cell, direction: usize, rho: f64) -> Option<[f64; 2]> {
        let axes = [rho + 1.0 / rho, rho - 1.0 / rho].map(|axis| 0.5 * axis * (1.0 + 1e-12));
        let parts = upper_half(axes, STRIPS).flat_map(|[x0, x1, y]| {
            let complex = Rectangle::new(Interval::new(x0 - 1e-12, x1 + 1e-12), Interval::new(0.0, y));
            (0..PIECES).map(move |j| [complex, Rectangle::real(piece(j))])
        });
        self.greatest(cell, parts.map(|[complex, real]| if direction == 0 { [complex, real] } else { [real, complex] }))
    }

    /// The greater of the bounds over many pairs of rectangles.
    fn greatest(&self, cell: &Cell, parts: impl Iterator<Item = [Rectangle; 2]>) -> Option<[f64; 2]> {
        parts.map(|at| self.ln_sup(cell, at)).try_fold([f64::NEG_INFINITY; 2], |sup, here| {
            let here = here?;
            Some([sup[0].max(here[0]), sup[1].max(here[1])])
        })
    }

    /// ln sup |H| and ln sup |G| for (τ, σ) in rectangles around [−1, 1].
    fn ln_sup(&self, cell: &Cell, at: [Rectangle; 2]) -> Option<[f64; 2]> {
        let real = |value: f64| Rectangle::real(Interval::point(value));
        let wide = |value: f64| Rectangle::real(Interval::new(value, value) * Interval::new(1.0 - 1e-14, 1.0 + 1e-14));
        let share =
            |shares: [f64; 2], x: Rectangle| real(0.5 * (shares[0] + shares[1])) + real(0.5 * (shares[1] - shares[0])) * x;
        let [tau, sigma] = [share(cell.shares[0], at[0]), share(cell.shares[1], at[1])];
        let [low, high] = [&self.ends[cell.panel], &self.ends[cell.panel + 1]]
            .map(|end| Interval::of_ball(&Ball::new(end.clone(), Magnitude::ZERO)));
        let length = high - low;
        let b = Rectangle::real(low) + Rectangle::real(length) * sigma;
        let [bottom, top] = cell.lines.map(|index| self.sketch[index]);
        let start = Rectangle::real(bottom.start) + Rectangle::real(top.start - bottom.start) * tau;
        let slope = Rectangle::real(bottom.slope) + Rectangle::real(top.slope - bottom.slope) * tau;
        let a = start + slope * b;
        let [alpha, beta] = self.angle.map(wide);
        let u = alpha * start + (alpha * slope + beta) * b;
        let v = alpha * start + (alpha * slope - beta) * b;
        let value = bound(&self.branches[0][cell.branches[0]], u)? + bound(&self.branches[1][cell.branches[1]], v)?;
        let gap = Rectangle::real(top.start - bottom.start) + Rectangle::real(top.slope - bottom.slope) * b;
        let sizes = [cell.shares[0], cell.shares[1]].map(|[low, high]| 0.5 * (high - low));
        let area = gap.magnitude().high.ln() + length.high.ln() + (sizes[0] * sizes[1]).ln();
        let density = value + ln_density(corners(a)) + ln_density(corners(b)) + 1e-9;
        Some([density + area + 1e-9, density])
    }
}

fn corners(at: Rectangle) -> [f64; 4] {
    [at.re.low, at.re.high, at.im.low, at.im.high]
}

/// ln sup of a branch on a rectangle, where it is analytic and bounded.
fn bound(branch: &Analysis, at: Rectangle) -> Option<f64> {
    branch.ln_sup(corners(at)).filter(|sup| *sup < f64::INFINITY)
}

/// The j-th piece of [−1, 1].
fn piece(j: usize) -> Interval {
    let place = |j: usize| 2.0 * j as f64 / PIECES as f64 - 1.0;
    Interval::new(place(j) - 1e-15, place(j + 1) + 1e-15)
}

/// A rule for one variable.
struct VariableRule {
    nodes: usize,
    ln_density: f64,
    ln_error: f64,
}
