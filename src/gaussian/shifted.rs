//! s ↦ E f(Z + s) in doubles, at many places s: one list of nodes for all of them.
//!
//! It is ∫ f(u) φ(u − s) du. f is cut at its breakpoints, and each piece into panels of at most unit width with 16 Gauss–Legendre nodes,
//! halved until one rule and two agree on f times 1, x, x², x³ to 1e-13: φ itself is far smoother than that on a panel. Next to a
//! singular point, where f is bounded, panels end at 2^-40 of their width. The result is an estimate: nothing bounds what the
//! nodes do not see, and [`Shifted::hermite`] is there to be compared with certified coefficients.

use super::error::GaussianError;
use super::growth::{Side, growth};
use super::rules::legendre;
use crate::activation::{Function, Program, pieces};
use crate::number::Job;

/// Half of the nodes of a panel, and the bits of their rule.
const HALF: usize = 8;
const RULE_BITS: u32 = 64;
/// What two rules may differ by, relative to the integral of |f|.
const AGREEMENT: f64 = 1e-13;
/// Times that a panel is halved, and panels in all.
const DEPTH: usize = 40;
const MOST_PANELS: usize = 100_000;
/// Where φ is cut off, beside the exponential rate of f: φ(13) is 2^-124, and u²⁰ φ(u) beyond 13 still 2^-80 of its integral.
const CUT: f64 = 13.0;
/// Exponentials that one step of a job stands for.
const SUMMANDS: u64 = 4;

/// f on the line as nodes of an integral.
#[derive(Clone, Debug)]
pub struct Shifted {
    /// u, and weight times f(u), ascending in u.
    nodes: Vec<[f64; 2]>,
    /// How far a node matters.
    cut: f64,
}

/// |f(x)| grows at most like |x|^power e^(rate |x|).
#[derive(Clone, Copy, Debug)]
pub struct Tame {
    /// The power, ≥ 0.
    pub power: f64,
    /// The rate, ≥ 0.
    pub rate: f64,
}

/// How f grows; none where it may grow like e^(βx²), or where nothing is known.
#[must_use]
pub fn tame(f: &Function) -> Option<Tame> {
    let side = |side| growth(f, side, 0.0).ok().map(|growth| growth.upper.envelope()).filter(|bound| bound.beta <= 0.0);
    let [left, right] = [side(Side::Left)?, side(Side::Right)?];
    Some(Tame { power: left.p.max(right.p).max(0.0), rate: left.alpha.max(right.alpha).max(0.0) })
}

impl Shifted {
    /// For |s| ≤ `reach`.
    ///
    /// # Errors
    /// Where f cannot be cut into pieces, is not finite, or varies too fast.
    pub fn new(f: &Function, tame: Tame, reach: f64, job: &Job<'_>) -> Result<Self, GaussianError> {
        let cut = CUT + tame.rate;
        let far = (reach + cut).ceil();
        let pieces = pieces(f, far, job)?;
        let mut ends = vec![-far];
        ends.extend(pieces.breakpoints.iter().map(|point| point.location.to_f64()));
        ends.push(far);
        let rule = rule();
        let all: Vec<(Program, Vec<[f64; 2]>)> =
            pieces.branches.iter().zip(ends.windows(2)).map(|(f, ends)| (Program::new(f), unit_panels(ends))).collect();
        // E |f|: where f is far below it, as gelu is on the left, its last digits do not matter
        let mut size = 0.0;
        for (program, panels) in &all {
            let sampled = sampled(program, &rule, panels.clone(), job)?;
            size += sampled.iter().flat_map(|panel| &panel.nodes).map(|[u, value]| value.abs() * density(*u)).sum::<f64>();
        }
        let mut nodes = Vec::new();
        for (program, panels) in all {
            nodes.append(&mut piece(&program, &rule, panels, size, job)?);
        }
        nodes.sort_by(|a, b| a[0].total_cmp(&b[0]));
        Ok(Self { nodes, cut })
    }

    /// E f(Z + s).
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn mean(&self, s: f64, job: &Job<'_>) -> Result<f64, GaussianError> {
        let near = |limit: f64| self.nodes.partition_point(|node| node[0] < limit);
        let seen = &self.nodes[near(s - self.cut)..near(s + self.cut)];
        job.spend(seen.len() as u64 / SUMMANDS)?;
        Ok(seen.iter().map(|[u, value]| value * density(u - s)).sum())
    }

    /// E f He_k/k!, for k = 0 … `most`.
    #[must_use]
    pub fn hermite(&self, most: usize) -> Vec<f64> {
        let mut sums = vec![0.0; most + 1];
        for [u, value] in &self.nodes {
            // He_k/k!
            let (mut before, mut now) = (0.0, 1.0);
            let weight = value * density(*u);
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += weight * now;
                (before, now) = (now, (u * now - before) / (k as f64 + 1.0));
            }
        }
        sums
    }
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() * 0.398_942_280_401_432_7
}

/// Nodes and weights on [−1, 1].
fn rule() -> Vec<[f64; 2]> {
    let rule = legendre(2 * HALF, RULE_BITS);
    let half: Vec<[f64; 2]> = rule.nodes.iter().zip(&rule.weights).map(|(x, w)| [x.to_f64(), w.to_f64()]).collect();
    half.iter().rev().map(|[x, w]| [-x, *w]).chain(half.iter().copied()).collect()
}

/// Panels of at most unit width from the first to the last of these.
fn unit_panels(ends: &[f64]) -> Vec<[f64; 2]> {
    let [low, high] = [ends[0], ends[ends.len() - 1]];
    let count = (high - low).ceil().max(1.0);
    let place = |index: f64| if index >= count { high } else { low + (high - low) * (index / count) };
    (0..count as usize).map(|k| [place(k as f64), place(k as f64 + 1.0)]).collect()
}

/// The nodes of a smooth branch, exact to a share of `size` for each unit of its length, or of itself.
fn piece(
    program: &Program,
    rule: &[[f64; 2]],
    panels: Vec<[f64; 2]>,
    size: f64,
    job: &Job<'_>,
) -> Result<Vec<[f64; 2]>, GaussianError> {
    let mut waiting = sampled(program, rule, panels, job)?;
    let mut done: Vec<[f64; 2]> = Vec::new();
    for depth in 0..=DEPTH {
        let halves = waiting.iter().flat_map(|panel| {
            let middle = f64::midpoint(panel.ends[0], panel.ends[1]);
            [[panel.ends[0], middle], [middle, panel.ends[1]]]
        });
        let halves = sampled(program, rule, halves.collect(), job)?;
        let mut next = Vec::new();
        for (whole, pair) in waiting.into_iter().zip(halves.chunks(2)) {
            if depth == DEPTH || whole.agrees(pair, size) {
                done.extend(whole.nodes);
            } else {
                next.extend_from_slice(pair);
            }
        }
        if next.len() > MOST_PANELS || done.len() > MOST_PANELS * rule.len() {
            return Err(GaussianError::Effort { most: MOST_PANELS, what: "panels of an average" });
        }
        if next.is_empty() {
            break;
        }
        waiting = next;
    }
    Ok(done)
}

/// A panel with its nodes.
#[derive(Clone)]
struct Panel {
    ends: [f64; 2],
    nodes: Vec<[f64; 2]>,
}

impl Panel {
    /// ∫ f xʲ, j < 4, with x from −1 to 1 on `ends`, and ∫ |f|.
    fn moments(&self, ends: [f64; 2]) -> [f64; 5] {
        let (middle, scale) = (f64::midpoint(ends[0], ends[1]), 2.0 / (ends[1] - ends[0]));
        self.nodes.iter().fold([0.0; 5], |sums, [u, value]| {
            let x = (u - middle) * scale;
            let terms = [*value, value * x, value * x * x, value * x * x * x, value.abs()];
            std::array::from_fn(|j| sums[j] + terms[j])
        })
    }

    fn agrees(&self, halves: &[Self], size: f64) -> bool {
        let whole = self.moments(self.ends);
        let parts = halves.iter().map(|half| half.moments(self.ends));
        let parts = parts.fold([0.0; 5], |sums, part| std::array::from_fn(|j| sums[j] + part[j]));
        let most = f64::max(parts[4], size * (self.ends[1] - self.ends[0]));
        (0..4).all(|j| (whole[j] - parts[j]).abs() <= AGREEMENT * most)
    }
}

fn sampled(program: &Program, rule: &[[f64; 2]], panels: Vec<[f64; 2]>, job: &Job<'_>) -> Result<Vec<Panel>, GaussianError> {
    job.spend((panels.len() * rule.len()) as u64)?;
    let node = |[low, high]: [f64; 2], [x, weight]: [f64; 2]| {
        let half = 0.5 * (high - low);
        [f64::midpoint(low, high) + half * x, half * weight]
    };
    let mut values: Vec<f64> = panels.iter().flat_map(|ends| rule.iter().map(move |entry| node(*ends, *entry)[0])).collect();
    program.apply(&mut values);
    if values.iter().any(|value| !value.is_finite()) {
        return Err(GaussianError::Refused(
            "the activation is not a finite double everywhere where its averages need it".to_owned(),
        ));
    }
    let panel = |(ends, values): ([f64; 2], &[f64])| Panel {
        ends,
        nodes: rule.iter().zip(values).map(|(entry, value)| (node(ends, *entry), value)).map(|([u, w], f)| [u, w * f]).collect(),
    };
    Ok(panels.into_iter().zip(values.chunks(rule.len())).map(panel).collect())
}
