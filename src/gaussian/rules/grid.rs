//! Sums over the symmetric nodes ± x_j of a trapezoid rule, by power moments.
//!
//! With e_j = w_j (f(x_j) + f(−x_j)), o_j = w_j (f(x_j) − f(−x_j)) only M_m = Σ e_j u_j^m (m even), Σ o_j u_j^m (m odd) are summed,
//! and Σ w f He_k = Σ_m c_{k,m} s^m M_m with the integer coefficients of He_k. On equispaced nodes u_j = j and s = h, so that a
//! degree costs one multiplication by a word; after x = s sinh t, u_j = x_j. Every rounding is at most 2^−p of a term, and
//! Σ_m |c_{k,m}| |x|^m = |He_k(i|x|)|: the error of a_k is at most Σ_j ε_j |g_j| |h_k(i x_j)| with ε_j the relative error of the
//! j-th node's work. The precision of a block of nodes falls with |g_j| |h_K(i x_j)|.

use rug::{Assign, Float, Integer};

use super::columns::{Block, Columns};
use super::request::Request;
use super::sums::{Sums, TermErrors};
use crate::activation::Parity;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::weight::{LN_SQRT_TWO_PI, ln_hermite};
use crate::number::{Ball, Magnitude, Stopped};

/// Where the nodes are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Map {
    /// x_j = jh.
    Line,
    /// x_j = s sinh(jh).
    Sinh(f64),
}

/// The rule: nodes ± x_j for j ≤ count, weights h x′(t_j) φ(x_j).
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Placement of the nodes.
    pub map: Map,
    /// h, a double of few bits.
    pub step: f64,
    /// The last j.
    pub count: u64,
}

/// Nodes of one block.
const BLOCK: u64 = 24;

impl Rule {
    /// x_j in double precision.
    #[must_use]
    pub fn place(&self, j: u64) -> f64 {
        let t = self.step * j as f64;
        match self.map {
            Map::Line => t,
            Map::Sinh(s) => s * t.sinh(),
        }
    }

    /// ln of h x′(t_j) φ(x_j), about.
    fn ln_weight(&self, j: u64) -> f64 {
        let x = self.place(j);
        let stretch = match self.map {
            Map::Line => 0.0,
            Map::Sinh(s) => (s * s + x * x).sqrt().ln(),
        };
        self.step.ln() + stretch - 0.5 * x * x - LN_SQRT_TWO_PI
    }
}

/// The sums of the rule.
///
/// # Errors
/// When the job is stopped.
pub fn on_grid(request: &Request<'_>, rule: &Rule) -> Result<Sums, Stopped> {
    let nodes = if request.is_folded() { rule.count } else { 2 * rule.count };
    request.job.spend(nodes * request.node_cost(request.working()))?;
    let blocks: Vec<(u64, u64)> = std::iter::once((0, 1))
        .chain((0..).map(|i| (1 + i * BLOCK, (1 + (i + 1) * BLOCK).min(rule.count + 1))).take_while(|(a, b)| a < b))
        .collect();
    let mut precisions: Vec<u32> = blocks.iter().map(|block| precision(request, rule, *block)).collect();
    // the recurrences only ever lose precision
    for i in (1..precisions.len()).rev() {
        precisions[i - 1] = precisions[i - 1].max(precisions[i]);
    }
    let top = precisions[0];
    let slope = request.slope_function();
    let columns = || Columns::new(request.f.function(), slope.as_ref(), top);
    let mut work = Work {
        request,
        rule,
        right: columns(),
        left: (!request.is_folded()).then(columns),
        nodes: Progression::new(rule, top + 24),
        moments: vec![Float::new(top + 40); request.order + 1],
        errors: TermErrors::new(request.order),
        second: Ball::zero(top + 16),
        energy: Ball::zero(top + 16),
    };
    for (block, bits) in blocks.iter().zip(precisions) {
        request.job.check()?;
        work.block(*block, bits);
    }
    Ok(work.finish())
}

/// Bits for a block: so many that g |h_K(ix)|, g f and the energy keep `bits` bits after the point.
fn precision(request: &Request<'_>, rule: &Rule, (first, end): (u64, u64)) -> u32 {
    let (low, high) = (rule.place(first), rule.place(end - 1));
    let sup = |analysis: &Analysis| {
        let right = analysis.ln_sup([low, high, 0.0, 0.0]).unwrap_or(0.0);
        let left = if request.is_folded() { right } else { analysis.ln_sup([-high, -low, 0.0, 0.0]).unwrap_or(0.0) };
        right.max(left)
    };
    let (weight, value) = (rule.ln_weight(first).max(rule.ln_weight(end - 1)), sup(request.f));
    let mut need = value + ln_hermite(request.order, high).max(value);
    if let Some(slope) = request.slope {
        need = need.max(2.0 * sup(slope));
    }
    let guard = 14.0 + 2.0 * (rule.count as f64 + 2.0).log2();
    let bits = f64::from(request.bits) + guard + (weight + need) * std::f64::consts::LOG2_E;
    // no function deserves more than four times the precision asked
    bits.clamp(96.0, 4.0 * f64::from(request.bits) + 512.0) as u32
}

struct Work<'a> {
    request: &'a Request<'a>,
    rule: &'a Rule,
    right: Columns,
    left: Option<Columns>,
    nodes: Progression,
    moments: Vec<Float>,
    errors: TermErrors,
    second: Ball,
    energy: Ball,
}

impl Work<'_> {
    fn block(&mut self, (first, end): (u64, u64), bits: u32) {
        let nodes = self.nodes.take(first, end, bits);
        let places: Vec<Ball> = nodes.iter().map(|(x, _)| x.clone()).collect();
        let equispaced = |sign: f64| (self.rule.map == Map::Line).then_some((first, sign * self.rule.step));
        let right = self.right.values(&Block { nodes: &places, equispaced: equispaced(1.0), bits });
        let left = self.left.as_mut().filter(|_| first > 0).map(|left| {
            let mirrored: Vec<Ball> = places.iter().map(|x| -x).collect();
            left.values(&Block { nodes: &mirrored, equispaced: equispaced(-1.0), bits })
        });
        for (i, (x, weight)) in nodes.iter().enumerate() {
            let j = first + i as u64;
            let weight = if left.is_none() && j > 0 { weight.shifted(1) } else { weight.clone() };
            let seed = self.energies(&right, i, &weight);
            let (even, odd) = match &left {
                Some(left) => {
                    let mirror = self.energies(left, i, &weight);
                    (&seed + &mirror, &seed - &mirror)
                }
                None if j == 0 || self.request.parity == Parity::Even => (seed, Ball::zero(bits)),
                None => (Ball::zero(bits), seed),
            };
            self.add(j, x, [&even, &odd]);
        }
    }

    /// Adds to E f² and E f′², and gives w f.
    fn energies(&mut self, values: &[Vec<Ball>; 2], i: usize, weight: &Ball) -> Ball {
        let weighted = &values[0][i] * weight;
        if self.request.second {
            self.second = &self.second + &(&weighted * &values[0][i]);
        }
        if self.request.slope.is_some() {
            let slope = &values[1][i];
            self.energy = &self.energy + &(&(slope * weight) * slope);
        }
        weighted
    }

    fn add(&mut self, j: u64, x: &Ball, parts: [&Ball; 2]) {
        let order = self.request.order;
        let bits = parts[0].bits().min(parts[1].bits());
        let square = (self.rule.map != Map::Line).then(|| Float::with_val(bits, x.mid().square_ref()));
        // the roundings of u^m, of the products, of the totals, of the conversion
        let mut relative = Magnitude::from_f64(2.0 * (order as f64 + 4.0)).shifted(-i64::from(bits));
        if square.is_some() && j > 0 {
            let node = x.radius().over(x.least_magnitude());
            relative = relative.plus(node.times(Magnitude::from_f64(2.0 * (order as f64 + 4.0))));
        }
        let total = Magnitude::from_f64(2.0 * (self.rule.count as f64 + order as f64 + 4.0));
        relative = relative.plus(total.shifted(-i64::from(self.moments[0].prec())));
        let reach = x.magnitude().to_f64();
        for (start, part) in parts.into_iter().enumerate() {
            if part.is_exact_zero() || start > order {
                continue;
            }
            self.errors.add(reach, part.radius().plus(part.magnitude().times(relative)));
            if !part.is_finite() {
                continue;
            }
            let mut term = Float::with_val(bits, part.mid());
            if start == 1 {
                match &square {
                    Some(_) => term *= x.mid(),
                    None => term *= j,
                }
            }
            for m in (start..=order).step_by(2) {
                self.moments[m] += &term;
                if j == 0 {
                    break;
                }
                match &square {
                    Some(square) => term *= square,
                    None => term *= j * j,
                }
            }
        }
    }

    fn finish(mut self) -> Sums {
        let bits = self.moments[0].prec();
        if self.rule.map == Map::Line {
            let step = Float::with_val(64, self.rule.step);
            let mut power = Float::with_val(bits, 1);
            for moment in &mut self.moments {
                *moment *= &power;
                power *= &step;
            }
        }
        let hermite = convert(&self.moments).into_iter().map(|mid| Ball::new(mid, Magnitude::ZERO)).collect();
        let error = self.errors.bound();
        Sums { hermite, second: self.second, energy: self.energy }.widened([error, Magnitude::ZERO, Magnitude::ZERO])
    }
}

/// Σ_m c_{k,m} M_m for every k.
fn convert(moments: &[Float]) -> Vec<Float> {
    let bits = moments[0].prec();
    let (mut before, mut now) = (Vec::new(), vec![Integer::from(1)]);
    let mut totals = Vec::with_capacity(moments.len());
    let mut term = Float::new(bits + 8);
    for k in 0..moments.len() {
        let mut total = Float::new(bits + 8);
        for m in (k % 2..=k).step_by(2) {
            term.assign(&moments[m] * &now[m]);
            total += &term;
        }
        totals.push(total);
        let mut next = vec![Integer::new()];
        next.append(&mut now.clone());
        for (target, value) in next.iter_mut().zip(&before) {
            *target -= Integer::from(value * k as u64);
        }
        before = std::mem::replace(&mut now, next);
    }
    totals
}

/// The nodes with their weights, one after the other at falling precision.
struct Progression {
    rule: Rule,
    /// The constant factor h/√(2π) (times s).
    factor: Ball,
    /// w_j and r_j of the line; e^{jh} and e^h of the sinh map.
    state: [Ball; 2],
    /// e^{−h²} of the line.
    decay: Ball,
}

impl Progression {
    fn new(rule: &Rule, bits: u32) -> Self {
        let step = Ball::double(rule.step, bits.max(64));
        let root = Ball::pi(bits).shifted(1).sqrt();
        let one = Ball::integer(1, bits);
        match rule.map {
            Map::Line => {
                let ratio = (-&step.square().shifted(-1)).exp();
                let (factor, decay) = (&step / &root, ratio.square());
                Self { rule: *rule, state: [factor.clone(), ratio], factor, decay }
            }
            Map::Sinh(s) => {
                let factor = &(&step * &Ball::double(s, bits.max(64))) / &root;
                Self { rule: *rule, factor, state: [one.clone(), step.exp()], decay: one }
            }
        }
    }

    fn take(&mut self, first: u64, end: u64, bits: u32) -> Vec<(Ball, Ball)> {
        // steps of the recurrences lose bits that later blocks must not miss
        let working = bits + 20;
        let shorten = |ball: &Ball| ball.with_bits(working.min(ball.bits()));
        let decay = shorten(&self.decay);
        let mut nodes = Vec::with_capacity((end - first) as usize);
        for j in first..end {
            let [value, ratio] = [shorten(&self.state[0]), shorten(&self.state[1])];
            match self.rule.map {
                Map::Line => {
                    let x = Ball::new(Float::with_val(96, self.rule.step) * j, Magnitude::ZERO);
                    nodes.push((x, value.with_bits(bits)));
                    self.state = [&value * &ratio, &ratio * &decay];
                }
                Map::Sinh(s) => {
                    let inverse = value.inverse();
                    let half = Ball::double(0.5 * s, working);
                    let x = if j == 0 { Ball::zero(working) } else { &(&value - &inverse) * &half };
                    let slope = (&value + &inverse).shifted(-1);
                    let density = (-&x.square().shifted(-1)).exp();
                    nodes.push((x.with_bits(bits), (&(&density * &slope) * &shorten(&self.factor)).with_bits(bits)));
                    self.state = [&value * &ratio, self.state[1].clone()];
                }
            }
        }
        nodes
    }
}
