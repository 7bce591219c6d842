//! Panels of Gauss–Legendre rules for ψ(ζ) = E d/(ζ − d), d = f′(√q Z)²: halved until φ(Z) d/(ζ − d) is resolved for the ζ that a law has, which lie around
//! [0, max d] and, at its ends, just above max d.
//!
//! Only d/max d as a function of Z counts, so that f(ax)/a with q/a² has the panels of f with q. On a panel the Legendre coefficients of an
//! analytic function fall like ρ^−k, ρ the sum of the half axes of the ellipse of analyticity, and the n-point rule errs by ρ^−2n of them (Trefethen,
//! Approximation Theory and Approximation Practice, SIAM 2013, Theorems 8.1 and 19.3); ρ is read off sixteen of them in doubles. The nearest ζ is where
//! the place of the upper end leaves no more than a small share of 1 to other layers (docs/mathematics.md, 'Jacobians', smooth f).

use num_complex::Complex64;

use super::label_panels::rule;
use crate::activation::{Evaluator, Function, Parity, Program, parity};
use crate::number::Ball;

/// Values that a panel is judged by.
const SAMPLES: usize = 16;
/// Which of its coefficients are compared: the first so many, and as many of the last.
const COMPARED: usize = 4;
/// Bits of accuracy that each node gives on a panel that nothing is asked of but to be small enough (tuned).
pub(super) const RATE: f64 = 2.6;
/// Coefficients of this size against the largest are rounding, where ζ is not close to d.
const ROUNDING: f64 = 1e-13;
/// How close to the ends of a panel the interpolant is compared with the function, as powers of 1/2, and how well it is that.
const PROBES: std::ops::Range<i32> = 2..34;
const FOLLOWED: f64 = 1e-6;
/// ζ around [0, max d]: their argument, the ratio of their sizes, and how many.
const ANGLE: f64 = 0.5;
const SHRINKS: f64 = 0.125;
const RAYS: i32 = 17;
/// ζ above max d: the first and the least distance over max d, the ratio of distances, and the direction of others beside each.
const FIRST_GAP: f64 = 64.0;
const LEAST_GAP: f64 = 1e-13;
const GAP_SHRINKS: f64 = 0.25;
const BESIDE: f64 = 0.75 * std::f64::consts::PI;
/// The share that is left to other layers at the nearest of them.
const LEFT: f64 = 0.01;
/// Places at which d is seen between two cuts, evenly, and by powers of `NEARER` towards 0 and the cuts.
const PLACES: u32 = 8192;
const POWERS: i32 = 240;
const NEARER: f64 = 0.84;
/// Steps of a search for a largest slope, and how many of those are not ordinary places.
const STEPS: usize = 80;
const MANY: usize = 12;
/// A bend of d over max d that is no rounding.
const BENDS: f64 = 1e-12;

/// What panels are for.
pub(super) struct Asked {
    /// Bits of accuracy.
    pub bits: f64,
    /// Nodes on each.
    pub order: usize,
    /// The widest, in Z.
    pub widest: f64,
    /// The most of them.
    pub most: usize,
}

/// The panels of d = slope(σZ)² between two places of Z, ascending; none where there are too many.
pub(super) fn panels(slope: &Function, sigma: f64, ends: [f64; 2], asked: &Asked) -> Option<Vec<[f64; 2]>> {
    let mut making = Making::new(slope, sigma, asked);
    let mut list = making.first(ends);
    let ray = |index: i32| Complex64::from_polar(making.highest * SHRINKS.powi(index), ANGLE);
    let rays: Vec<Complex64> = (0..RAYS).map(ray).collect();
    list = making.refined(list, &rays)?;
    making.highest = list.iter().flat_map(|panel| panel.values).fold(making.highest, f64::max);
    let mut gap = FIRST_GAP * making.highest;
    while gap > LEAST_GAP * making.highest {
        let above = [0.0, BESIDE].map(|angle| making.highest + Complex64::from_polar(gap, angle));
        list = making.refined(list, &above)?;
        if making.left(&list, gap) < LEFT {
            break;
        }
        gap *= GAP_SHRINKS;
    }
    list.sort_by(|a, b| a.ends[0].total_cmp(&b.ends[0]));
    Some(list.into_iter().map(|panel| panel.ends).collect())
}

/// A panel with d at the nodes of a small rule.
#[derive(Clone)]
struct Panel {
    ends: [f64; 2],
    values: [f64; SAMPLES],
    /// φ(Z) times half of the width.
    density: [f64; SAMPLES],
    /// Whether the polynomial through the values is d also between them.
    is_followed: bool,
}

struct Making<'a> {
    program: Program,
    evaluator: Evaluator,
    sigma: f64,
    asked: &'a Asked,
    /// max d.
    highest: f64,
    /// Of the whole line: 2 where half of it is given.
    mass: f64,
    /// Nodes on [−1, 1] with their weights.
    rule: Vec<[f64; 2]>,
    /// The k-th Legendre coefficient is the sum of the values times the k-th row.
    rows: Vec<[f64; SAMPLES]>,
    /// Places between the nodes, with the Legendre polynomials there.
    probes: Vec<(f64, [f64; SAMPLES])>,
}

/// P_0, …, P_15.
fn polynomials(x: f64) -> [f64; SAMPLES] {
    let mut list = [1.0; SAMPLES];
    list[1] = x;
    for k in 2..SAMPLES {
        let degree = k as f64;
        list[k] = ((2.0 * degree - 1.0) * x * list[k - 1] - (degree - 1.0) * list[k - 2]) / degree;
    }
    list
}

fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

impl<'a> Making<'a> {
    fn new(slope: &Function, sigma: f64, asked: &'a Asked) -> Self {
        let rule = rule(SAMPLES);
        let mut rows = vec![[0.0; SAMPLES]; SAMPLES];
        for (index, [node, weight]) in rule.iter().enumerate() {
            for (k, value) in polynomials(*node).into_iter().enumerate() {
                rows[k][index] = (k as f64 + 0.5) * value * weight;
            }
        }
        let probe = |power: i32| [-1.0, 1.0].map(|sign: f64| sign * (1.0 - f64::from(-power).exp2()));
        let probes = PROBES.flat_map(probe).map(|place| (place, polynomials(place))).collect();
        let mass = if is_even(slope) { 2.0 } else { 1.0 };
        let (program, evaluator) = (Program::new(slope), Evaluator::new(slope, f64::MANTISSA_DIGITS));
        Self { program, evaluator, sigma, asked, highest: 0.0, mass, rule, rows, probes }
    }

    /// d at places of Z.
    fn squares(&self, places: &[f64]) -> Vec<f64> {
        let mut values: Vec<f64> = places.iter().map(|z| self.sigma * z).collect();
        self.program.apply(&mut values);
        let exact = |z: &f64| self.evaluator.value(&Ball::double(self.sigma * z, f64::MANTISSA_DIGITS)).mid().to_f64();
        let finite = values.iter().zip(places).map(|(value, z)| if value.is_finite() { *value } else { exact(z) });
        finite.map(|value| value * value).map(|square| if square.is_finite() { square } else { 0.0 }).collect()
    }

    fn panel(&self, ends: [f64; 2]) -> Panel {
        let (middle, half) = (0.5 * (ends[0] + ends[1]), 0.5 * (ends[1] - ends[0]));
        let place = |x: f64| middle + half * x;
        let nodes = self.rule.iter().map(|[node, _]| place(*node));
        let places: Vec<f64> = nodes.chain(self.probes.iter().map(|(probe, _)| place(*probe))).collect();
        let found = self.squares(&places);
        let (values, beside) = found.split_at(SAMPLES);
        let coefficient = |row: &[f64; SAMPLES]| row.iter().zip(values).map(|(weight, value)| weight * value).sum::<f64>();
        let coefficients: Vec<f64> = self.rows.iter().map(coefficient).collect();
        let differs = |((place, (_, polynomials)), value): ((&f64, &(f64, [f64; SAMPLES])), &f64)| {
            let followed: f64 = polynomials.iter().zip(&coefficients).map(|(polynomial, c)| polynomial * c).sum();
            half * density(*place) * (followed - value).abs() > FOLLOWED * self.highest
        };
        let is_followed = !places[SAMPLES..].iter().zip(&self.probes).zip(beside).any(differs);
        let at = |index: usize| half * density(places[index]);
        Panel { ends, values: std::array::from_fn(|index| values[index]), density: std::array::from_fn(at), is_followed }
    }

    /// Panels between 0, the ends and the places of the largest slopes.
    fn first(&mut self, [low, high]: [f64; 2]) -> Vec<Panel> {
        let mut marks = vec![low, high];
        marks.extend(Some(0.0).filter(|_| low < 0.0 && high > 0.0));
        marks.extend(self.largest([low, high]));
        marks.sort_by(f64::total_cmp);
        let mut list = Vec::new();
        for pair in marks.windows(2).filter(|pair| pair[1] > pair[0]) {
            let count = ((pair[1] - pair[0]) / self.asked.widest).ceil();
            let at = |index: f64| if index < count { pair[0] + (pair[1] - pair[0]) * (index / count) } else { pair[1] };
            list.extend((0..count as u32).map(|index| self.panel([at(f64::from(index)), at(f64::from(index + 1))])));
        }
        list
    }

    /// Where d is largest among its neighbours, if not at many places; and how large.
    fn largest(&mut self, [low, high]: [f64; 2]) -> Vec<f64> {
        let even = (0..=PLACES).map(|index| low + (high - low) * f64::from(index) / f64::from(PLACES));
        let by = |power: i32| (high - low) * NEARER.powi(power);
        let near = (1..POWERS).flat_map(|power| [low + by(power), high - by(power), by(power), -by(power)]);
        let mut places: Vec<f64> = even.chain(near).filter(|place| *place > low && *place < high).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let values = self.squares(&places);
        self.highest = values.iter().copied().fold(self.highest, f64::max);
        let mut found = Vec::new();
        for (x, v) in places.windows(3).zip(values.windows(3)) {
            if v[1] < v[0] || v[1] <= v[2] || 2.0 * v[1] - v[0] - v[2] <= BENDS * self.highest {
                continue;
            }
            let (mut left, mut right) = (x[0], x[2]);
            for _ in 0..STEPS {
                let third = (right - left) / 3.0;
                let pair = self.squares(&[left + third, right - third]);
                if pair[0] < pair[1] { left += third } else { right -= third }
            }
            let place = 0.5 * (left + right);
            self.highest = self.highest.max(self.squares(&[place])[0]);
            found.push(place);
        }
        if found.len() > MANY { Vec::new() } else { found }
    }

    /// Σ over panels of E d/(ζ − d)^power.
    fn sum(&self, list: &[Panel], zeta: Complex64, power: i32) -> Complex64 {
        let term = |panel: &Panel| -> Complex64 {
            let terms = self.rule.iter().zip(&panel.density).zip(&panel.values);
            terms.map(|(([_, weight], density), d)| weight * density * d * (zeta - d).powi(-power)).sum()
        };
        self.mass * list.iter().map(term).sum::<Complex64>()
    }

    /// 1 − the share of the equation for the upper end that this layer has at this distance of ζ from max d: the sum over layers of
    /// 1 − ψ (1 + ψ)/(ζ E d/(ζ − d)²) is 1 there between orthogonal matrices, and less with ψ in place of ψ (1 + ψ) otherwise.
    fn left(&self, list: &[Panel], gap: f64) -> f64 {
        let zeta = self.highest + gap;
        let at = |power: i32| self.sum(list, Complex64::new(zeta, 0.0), power).re;
        let psi = at(1);
        psi * (1.0 + psi) / (zeta * at(2))
    }

    /// Panels halved until all of the ζ are resolved; none where there are too many.
    fn refined(&self, list: Vec<Panel>, zetas: &[Complex64]) -> Option<Vec<Panel>> {
        let totals: Vec<f64> = zetas.iter().map(|zeta| self.sum(&list, *zeta, 1).norm() / self.mass).collect();
        let mut done = Vec::with_capacity(list.len());
        let mut left = list;
        while let Some(panel) = left.pop() {
            if done.len() + left.len() > self.asked.most {
                return None;
            }
            let [low, high] = panel.ends;
            let middle = 0.5 * (low + high);
            let is_resolved =
                panel.is_followed && zetas.iter().zip(&totals).all(|(zeta, total)| self.is_resolved(&panel, *zeta, *total));
            if is_resolved || middle <= low || middle >= high {
                done.push(panel);
            } else {
                left.extend([[low, middle], [middle, high]].map(|ends| self.panel(ends)));
            }
        }
        Some(done)
    }

    /// Whether the rule of the order asked gives the part that a panel has of E d/(ζ − d), to the bits asked of the whole.
    fn is_resolved(&self, panel: &Panel, zeta: Complex64, total: f64) -> bool {
        let mut values = [Complex64::new(0.0, 0.0); SAMPLES];
        for ((value, d), density) in values.iter_mut().zip(&panel.values).zip(&panel.density) {
            *value = density * d / (zeta - d);
        }
        let largest = |rows: &[[f64; SAMPLES]]| {
            let coefficient =
                |row: &[f64; SAMPLES]| row.iter().zip(&values).map(|(weight, value)| weight * value).sum::<Complex64>().norm();
            rows.iter().map(coefficient).fold(0.0, f64::max)
        };
        let (first, last) = (largest(&self.rows[..COMPARED]), largest(&self.rows[SAMPLES - COMPARED..]));
        let distance = if zeta.re > self.highest { (zeta - self.highest).norm() } else { zeta.im };
        if last <= ROUNDING * first * (1.0 + self.highest / distance) {
            return true;
        }
        let rate = 2.0 * (first / last).log2() / (SAMPLES - COMPARED) as f64;
        self.asked.order as f64 * rate >= self.asked.bits + (first / total).log2()
    }
}

/// Whether half of the line is enough.
pub(super) fn is_even(slope: &Function) -> bool {
    matches!(parity(slope), Parity::Even | Parity::Odd)
}
