//! Labels of infinitely many values as panels of polynomials: between kinks and zeros of the teacher, as narrow as a polynomial of the
//! degree of the rule asks; beside a zero z₀ at which y ~ c |z − z₀|ᵏ, as |z − z₀|ᵏ times a polynomial.

use rug::{Float, Rational};

use super::label_zeros::{Leaving, Teacher};
use crate::gaussian::rules::legendre;
use crate::spectrum::{LabelPanel, Touch};

/// Beyond this the normal law has less than 10⁻¹⁸.
pub(super) const REACH: f64 = 9.0;
/// Widest panel.
const PANEL: f64 = 0.25;
/// Of the last Chebyshev coefficients, against the largest one.
const RESOLVED: f64 = 1e-14;
/// Halving a panel that helps less than this, where so little is left, is not gone on with: what is left is rounding.
const HELPS: f64 = 0.9;
const LITTLE: f64 = 1e-9;
/// Halvings of a panel, and panels in all, at most.
const HALVINGS: u32 = 40;
const MOST: usize = 3000;
/// How far beside a kink the teacher has its value there.
const BESIDE: f64 = 1e-12;
/// Against the largest label: what is no larger there may be a zero.
const NEAR: f64 = 1e-3;
const BITS: u32 = 64;

/// What labels are made of.
pub(super) struct LabelPanels {
    /// Ascending in z but for the halves that lie beside zeros.
    pub panels: Vec<LabelPanel>,
    /// Values of intervals of z where the teacher is constant, with the interval.
    pub constants: Vec<(f64, [f64; 2])>,
    /// Near 0, below and above.
    pub touch: [Touch; 2],
}

/// The rule of Gauss and Legendre on [−1, 1] with its weights.
pub(super) fn rule(nodes: usize) -> Vec<[f64; 2]> {
    let half = legendre(nodes, BITS);
    let pairs = half.nodes.iter().map(Float::to_f64).zip(half.weights.iter().map(Float::to_f64));
    pairs.flat_map(|(node, weight)| [[-node, weight], [node, weight]]).collect()
}

/// The panels between cuts, the last of which are ±[`REACH`], by polynomials of so many coefficients.
pub(super) fn label_panels(teacher: &Teacher, cuts: &[f64], count: usize) -> LabelPanels {
    let mut making = Making { teacher, count, size: 0.0, panels: Vec::new(), constants: Vec::new(), touch: Default::default() };
    for piece in cuts.windows(2) {
        making.size = samples([piece[0], piece[1]], 64).map(|z| teacher.at(z).abs()).fold(making.size, f64::max);
    }
    for piece in cuts.windows(2) {
        making.piece([piece[0], piece[1]]);
    }
    making.far();
    LabelPanels { panels: making.panels, constants: making.constants, touch: making.touch }
}

fn samples([low, high]: [f64; 2], count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |index| low + (high - low) * (index as f64 + 0.5) / count as f64)
}

struct Making<'a> {
    teacher: &'a Teacher,
    count: usize,
    /// Of the largest label.
    size: f64,
    panels: Vec<LabelPanel>,
    constants: Vec<(f64, [f64; 2])>,
    touch: [Touch; 2],
}

/// Where a panel begins, and in which variable.
#[derive(Clone, Copy)]
struct Frame {
    origin: f64,
    direction: f64,
    root: i32,
    power: i32,
}

impl Making<'_> {
    /// Between two kinks.
    fn piece(&mut self, [low, high]: [f64; 2]) {
        let first = self.teacher.at(0.5 * (low + high));
        if samples([low, high], 64).all(|z| self.teacher.at(z) == first) {
            self.constants.push((first, [low, high]));
            return;
        }
        let mut cuts = vec![low];
        cuts.extend(self.teacher.zeros([low, high], self.size).into_iter().filter(|z| *z > low && *z < high));
        cuts.push(high);
        for (index, pair) in cuts.windows(2).enumerate() {
            let is_zero = [index > 0, index + 2 < cuts.len()];
            self.between([pair[0], pair[1]], is_zero);
        }
    }

    /// Between neighbouring kinks or zeros; of a kink it is asked whether it is a zero.
    fn between(&mut self, [low, high]: [f64; 2], is_zero: [bool; 2]) {
        let width = (0.5 * (high - low)).min(PANEL);
        let mut inner = [low, high];
        for (side, (end, direction)) in [(low, 1.0), (high, -1.0)].into_iter().enumerate() {
            if end.abs() >= REACH || !(is_zero[side] || self.vanishes(end, direction)) {
                continue;
            }
            let Some(Leaving { order, sign }) = self.teacher.leaving(end, direction, width) else {
                self.touched(self.teacher.at(end + direction * 0.01 * width).signum(), None, f64::NAN);
                continue;
            };
            let root = order.denom().to_i32().unwrap_or(1);
            let power = order.numer().to_i32().unwrap_or(0);
            let frame = Frame { origin: end, direction, root, power };
            let before = self.panels.len();
            self.fitted(frame, [0.0, width.powf(1.0 / f64::from(root))]);
            let constant = self.panels.get(before).map_or(f64::NAN, |panel| LabelPanel { power: 0, ..panel.clone() }.label(0.0));
            let density = match order.cmp(&Rational::from(1)) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => normal(end) / constant.abs(),
                std::cmp::Ordering::Greater => f64::INFINITY,
            };
            self.touched(sign, Some(order), density);
            inner[side] = end + direction * width;
        }
        let count = ((inner[1] - inner[0]) / PANEL).ceil().max(0.0) as usize;
        let step = (inner[1] - inner[0]) / count.max(1) as f64;
        let frame = Frame { origin: 0.0, direction: 1.0, root: 1, power: 0 };
        for index in 0..count {
            self.fitted(frame, [index, index + 1].map(|index| inner[0] + step * index as f64));
        }
    }

    /// Whether the teacher tends to 0 at a kink, and is not 0 beside it.
    fn vanishes(&self, end: f64, direction: f64) -> bool {
        let beside = self.teacher.at(end + direction * BESIDE * (1.0 + end.abs())).abs();
        beside <= NEAR * self.size && beside <= NEAR * self.teacher.at(end + direction * NEAR).abs().max(f64::MIN_POSITIVE)
    }

    /// Panels over an interval of s, halved until their polynomials hold.
    fn fitted(&mut self, frame: Frame, ends: [f64; 2]) {
        let mut parts = vec![(ends, 0, f64::INFINITY)];
        while let Some(([low, high], depth, before)) = parts.pop() {
            let (panel, missing) = self.fit(frame, [low, high]);
            let gives_up = (missing <= LITTLE && missing > HELPS * before) || depth >= HALVINGS || self.panels.len() >= MOST;
            if missing <= RESOLVED || gives_up {
                self.panels.push(panel);
            } else {
                let middle = 0.5 * (low + high);
                parts.extend([([middle, high], depth + 1, missing), ([low, middle], depth + 1, missing)]);
            }
        }
    }

    /// The polynomial through the Chebyshev points, and the share of its last coefficients.
    fn fit(&self, Frame { origin, direction, root, power }: Frame, [low, high]: [f64; 2]) -> (LabelPanel, f64) {
        let count = self.count;
        let angle = |index: usize| std::f64::consts::PI * (index as f64 + 0.5) / count as f64;
        let places: Vec<f64> = (0..count).map(|index| 0.5 * (low + high) + 0.5 * (high - low) * angle(index).cos()).collect();
        let mut values: Vec<f64> = places.iter().map(|s| origin + direction * s.powi(root)).collect();
        self.teacher.apply(&mut values);
        for (value, s) in values.iter_mut().zip(&places).filter(|_| power != 0) {
            *value /= s.powi(power);
        }
        let coefficient = |order: usize| {
            let sum: f64 = values.iter().enumerate().map(|(index, value)| value * (order as f64 * angle(index)).cos()).sum();
            sum * if order == 0 { 1.0 } else { 2.0 } / count as f64
        };
        let quotient: Vec<f64> = (0..count).map(coefficient).collect();
        let most = quotient.iter().fold(f64::MIN_POSITIVE, |most, value| most.max(value.abs()));
        let last = quotient.iter().rev().take(2).fold(0.0, |most: f64, value| most.max(value.abs()));
        (LabelPanel { origin, direction, root, power, ends: [low, high], quotient }, last / most)
    }

    /// Labels of this sign come near 0.
    fn touched(&mut self, sign: f64, order: Option<Rational>, density: f64) {
        let touch = &mut self.touch[usize::from(sign > 0.0)];
        touch.order = match (touch.touches, touch.order.take(), order) {
            (false, _, order) => order,
            (true, Some(known), Some(order)) => Some(known.max(order)),
            _ => None,
        };
        touch.touches = true;
        let infinite = touch.density.is_infinite() || density.is_infinite();
        touch.density = if infinite { f64::INFINITY } else { touch.density + density };
    }

    /// Labels that tend to 0 far out.
    fn far(&mut self) {
        for side in [-1.0, 1.0] {
            let mut far = [side * 1e30, side * 1e60];
            self.teacher.apply(&mut far);
            let sign = self.teacher.at(side * 0.99 * REACH);
            if far == [0.0; 2] && sign != 0.0 {
                self.touched(sign, None, f64::NAN);
            }
        }
    }
}

fn normal(z: f64) -> f64 {
    (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
}
