//! Labels of infinitely many values: averages over them at points τ however near to the real line.
//!
//! On a panel y = s^p q(s), q a polynomial by its Chebyshev coefficients, over z = origin ± s^r, z standard normal. Beside a zero of the
//! teacher p ≠ 0 is its order, r clears the root of a fractional order, and labels are known relative to their size. A rule of Gauss and
//! Legendre for 1/(τ − y) is right where the points y(s) = τ lie outside of an ellipse around the panel, which they do when τ is three
//! times as far from the label in the middle as the labels of the panel are; a panel of which τ is nearer is halved, down to the size
//! that Im τ gives.

use num_complex::Complex64;
use rug::Rational;

/// How far τ is to be from the label in the middle, over what the labels of the panel are from it: |y(s) − y(0)| grows there like s or
/// s², and the ellipse of the sum 3 of its half axes does not hold s with y(s) = τ.
const CLEAR: f64 = 3.0;
/// A part of a panel this small against its place is not halved.
const LEAST: f64 = 4.0 * f64::EPSILON;
/// Halvings at most.
const DEPTH: u32 = 400;

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
            [next, after] = [2.0f64.mul_add(x * next, coefficient - after), next];
        }
        let quotient = x.mul_add(next, self.quotient.first().copied().unwrap_or(0.0) - after);
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
    panels: Vec<(LabelPanel, Nodes)>,
    /// Values other than 0 that have a probability, with it.
    constants: Vec<[f64; 2]>,
    rule: Vec<[f64; 2]>,
    /// Below and above 0.
    pub touch: [Touch; 2],
}

/// Labels with their weights over a part of a panel.
#[derive(Clone, Debug)]
struct Nodes {
    middle: f64,
    /// The largest distance of a label from that in the middle.
    around: f64,
    list: Vec<[f64; 2]>,
}

impl Nodes {
    fn fill(&mut self, panel: &LabelPanel, [low, high]: [f64; 2], rule: &[[f64; 2]]) {
        let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
        self.middle = panel.label(centre);
        self.list.clear();
        self.list.extend(rule.iter().map(|[node, weight]| {
            let s = half.mul_add(*node, centre);
            [panel.label(s), half * weight * panel.weight(s)]
        }));
        let ends = [low, high].map(|s| panel.label(s));
        let labels = self.list.iter().map(|[y, _]| *y).chain(ends);
        self.around = labels.map(|y| (y - self.middle).abs()).fold(0.0, f64::max);
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
            let mut nodes = Nodes { middle: 0.0, around: 0.0, list: Vec::with_capacity(rule.len()) };
            nodes.fill(&panel, panel.ends, &rule);
            (panel, nodes)
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
        let clear = |nodes: &Nodes| (tau - nodes.middle).norm() > CLEAR * nodes.around;
        let mut parts: Vec<([f64; 2], u32)> = Vec::new();
        let mut nodes = Nodes { middle: 0.0, around: 0.0, list: Vec::with_capacity(self.rule.len()) };
        for (panel, whole) in &self.panels {
            if clear(whole) {
                whole.list.iter().for_each(|[y, weight]| visit(*y, *weight));
                continue;
            }
            parts.push((panel.ends, 0));
            while let Some(([low, high], depth)) = parts.pop() {
                nodes.fill(panel, [low, high], &self.rule);
                let least = high - low <= LEAST * low.abs().max(high.abs());
                if depth >= DEPTH || least || clear(&nodes) {
                    nodes.list.iter().for_each(|[y, weight]| visit(*y, *weight));
                } else {
                    let middle = 0.5 * (low + high);
                    parts.extend([([low, middle], depth + 1), ([middle, high], depth + 1)]);
                }
            }
        }
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
