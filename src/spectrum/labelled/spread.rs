//! Labels of infinitely many values: averages over them at points τ however near to the real line.
//!
//! On a panel y = s^p q(s), q a polynomial by its Chebyshev coefficients, over z = origin ± s^r, z standard normal. Beside a zero of the
//! teacher p ≠ 0 is its order, r clears the root of a fractional order, and labels are known relative to their size. A rule of Gauss and
//! Legendre for 1/(τ − y) is right where the points y(s) = τ lie outside of an ellipse around the panel, which they do when τ is three
//! times as far from the label in the middle as the labels of the panel are; a panel of which τ is nearer is halved, down to the size
//! that Im τ gives.

use std::sync::OnceLock;

use num_complex::Complex64;
use rug::Rational;

/// How far τ is to be from the label in the middle, over what the labels of the panel are from it: |y(s) − y(0)| grows there like s or
/// s², and the ellipse of the sum 3 of its half axes does not hold s with y(s) = τ.
const CLEAR: f64 = 3.0;
/// A part of a panel this small against its place is not halved.
const LEAST: f64 = 4.0 * f64::EPSILON;
/// Halvings at most.
const DEPTH: u32 = 400;

/// Halvings of a panel whose nodes are kept: the others are many, and each serves few points.
const KEPT: u32 = 10;

/// A panel of labels.
#[derive(Clone, Debug)]
pub struct LabelPanel {
    /// z at s = 0.
    pub origin: f64,
    /// +1 or −1: z = origin + direction·s^root.
    pub direction: f64,
    /// r, at least 1.
    pub root: i32,
    /// p.
    pub power: i32,
    /// Of s; of root 1 and power 0 it may be negative.
    pub ends: [f64; 2],
    /// The Chebyshev coefficients of q over the ends.
    pub quotient: Vec<f64>,
}

impl LabelPanel {
    /// y(s).
    #[must_use]
    pub fn label(&self, s: f64) -> f64 {
        let [low, high] = self.ends;
        let x = (2.0 * s - (low + high)) / (high - low);
        let [mut next, mut after] = [0.0; 2];
        for coefficient in self.quotient.iter().skip(1).rev() {
            [next, after] = [2.0 * x * next + (coefficient - after), next];
        }
        let quotient = x * next + (self.quotient.first().copied().unwrap_or(0.0) - after);
        if self.power == 0 { quotient } else { quotient * s.powi(self.power) }
    }

    /// z(s).
    #[must_use]
    pub fn place(&self, s: f64) -> f64 {
        self.origin + self.direction * s.powi(self.root)
    }

    /// The density of z by s.
    #[must_use]
    pub fn weight(&self, s: f64) -> f64 {
        let z = self.place(s);
        let stretch = if self.root == 1 { 1.0 } else { f64::from(self.root) * s.powi(self.root - 1) };
        stretch * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
    }
}

/// How labels of one sign come near 0.
#[derive(Clone, Debug, Default)]
pub struct Touch {
    /// Whether they come arbitrarily near.
    pub touches: bool,
    /// The largest k with y ~ |z − z₀|ᵏ; none where that is not known, as far out.
    pub order: Option<Rational>,
    /// The density of the labels beside 0, possibly infinite; NaN where it is not known.
    pub density: f64,
}

/// The law of labels of infinitely many values.
#[derive(Clone, Debug)]
pub struct Spread {
    panels: Vec<(LabelPanel, Part)>,
    /// Values other than 0 that have a probability, with it.
    constants: Vec<[f64; 2]>,
    rule: Vec<[f64; 2]>,
    /// Below and above 0.
    pub touch: [Touch; 2],
}

/// Labels with their weights over a part of a panel, and over its halves once they are asked for.
#[derive(Clone, Debug)]
struct Part {
    ends: [f64; 2],
    middle: f64,
    /// The largest distance of a label from that in the middle.
    around: f64,
    nodes: Box<[[f64; 2]]>,
    halves: OnceLock<Box<[Part; 2]>>,
}

impl Part {
    fn new(panel: &LabelPanel, [low, high]: [f64; 2], rule: &[[f64; 2]]) -> Self {
        let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
        let node = |[node, weight]: &[f64; 2]| {
            let s = half * node + centre;
            [panel.label(s), half * weight * panel.weight(s)]
        };
        let (middle, nodes) = (panel.label(centre), rule.iter().map(node).collect::<Box<[_]>>());
        let labels = nodes.iter().map(|[y, _]| *y).chain([low, high].map(|s| panel.label(s)));
        let around = labels.map(|y| (y - middle).abs()).fold(0.0, f64::max);
        Self { ends: [low, high], middle, around, nodes, halves: OnceLock::new() }
    }

    /// The parts that are small enough for τ.
    fn visit(&self, of: (&LabelPanel, &[[f64; 2]]), tau: Complex64, depth: u32, visit: &mut impl FnMut(f64, f64)) {
        let [low, high] = self.ends;
        let is_clear = (tau - self.middle).norm() > CLEAR * self.around;
        if is_clear || depth >= DEPTH || high - low <= LEAST * low.abs().max(high.abs()) {
            return self.nodes.iter().for_each(|[y, weight]| visit(*y, *weight));
        }
        let middle = 0.5 * (low + high);
        let made = || Box::new([[low, middle], [middle, high]].map(|ends| Part::new(of.0, ends, of.1)));
        if depth < KEPT {
            self.halves.get_or_init(made).iter().for_each(|half| half.visit(of, tau, depth + 1, visit));
        } else {
            made().iter().for_each(|half| half.visit(of, tau, depth + 1, visit));
        }
    }
}

/// E u and E u² for u = τ/(τ − y), over y ≠ 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Averages {
    pub first: Complex64,
    pub second: Complex64,
}

impl Spread {
    /// The labels of panels and of constants, by a rule on [−1, 1].
    #[must_use]
    pub fn new(panels: Vec<LabelPanel>, constants: Vec<[f64; 2]>, rule: Vec<[f64; 2]>, touch: [Touch; 2]) -> Self {
        let with_nodes = |panel: LabelPanel| {
            let whole = Part::new(&panel, panel.ends, &rule);
            (panel, whole)
        };
        Self { panels: panels.into_iter().map(with_nodes).collect(), constants, rule, touch }
    }

    /// Labels y ≠ 0 with their weights as an average of a function of τ − y needs them.
    fn visit(&self, tau: Complex64, visit: &mut impl FnMut(f64, f64)) {
        let visit = &mut |y: f64, weight: f64| {
            if y != 0.0 {
                visit(y, weight);
            }
        };
        self.constants.iter().for_each(|[y, weight]| visit(*y, *weight));
        self.panels.iter().for_each(|(panel, whole)| whole.visit((panel, &self.rule), tau, 0, visit));
    }

    /// Averages at τ, Im τ > 0.
    pub(super) fn averages(&self, tau: Complex64) -> Averages {
        let zero = Complex64::new(0.0, 0.0);
        let (mut first, mut second) = (zero, zero);
        self.visit(tau, &mut |y, weight| {
            let quotient = tau / (tau - y);
            first += weight * quotient;
            second += weight * (quotient * quotient);
        });
        Averages { first, second }
    }

    /// E arg(τ − y) over y ≠ 0.
    pub(super) fn angle(&self, tau: Complex64) -> f64 {
        let mut sum = 0.0;
        self.visit(tau, &mut |y, weight| sum += weight * tau.im.atan2(tau.re - y));
        sum
    }
}
