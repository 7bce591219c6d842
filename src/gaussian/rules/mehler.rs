//! E V(X) V(Y) for normal X, Y of standard deviation 1/r and correlation 0 ≤ c < 1, from the values of V at the nodes jh: the trapezoid
//! rule in both variables with the density of the pair, in which Mehler's kernel is a Gaussian times a function of the difference,
//!
//! (rh)²/(2π√(1 − c²)) Σ_jk g_j g_k T_{j−k},   g_j = V(jh) e^{−(rjh)²/2(1+c)},   T_m = e^{−c (rhm)²/2(1−c²)}.
//!
//! With H = rb and N² = E |V(X + ib)|² the rule is off by at most
//!
//! 4 N² e^{H²/2 + (1−c²)H²/4} E/(1 − E) + 4 N² e^{β²/(1−c) + (H²−β²)/2} (E′/(1 − E′))²,   E = e^{−2πb/h},   E′ = e^{−2πβ/(rh)},
//!
//! for every β ≤ H: by Poisson's formula it is a sum of transforms at the frequencies (m, n)/h other than 0. Where n = 0 the variables are
//! moved to the lines of imaginary parts b and cb, elsewhere to ± β/r: the density grows by e^{H²/2}, and by e^{β²/(1−c)} at most. Then
//! Cauchy–Schwarz, and N(y)² e^{(ry)²/2}, which is convex in its logarithm and even in y, so that it grows with |y|.
//!
//! A row of the rule adds up to at most C = 1 + rh/√(2π(1 − c²)) times φ, a sum over a unimodal density. With S = E V(X)² by the same nodes,
//! sums over products of two sequences a and b are by Cauchy–Schwarz at most C √(S_a S_b): so what lies beyond a node, what the errors of
//! V are worth, and roundings are bounded.

use std::f64::consts::{LN_2, TAU};

use rug::{Assign, Float};

use super::nodes::{Gaussians, Nodes, Values};
use super::strip::Strip;
use crate::gaussian::weight::exp_bound;
use crate::number::{Ball, Magnitude};

/// Most products of two values.
const MOST_PRODUCTS: f64 = 4e6;

/// ln of the bound of the rule's error for all r up to a largest one.
pub(super) fn ln_error(strip: &Strip, r: f64, c: f64, step: f64) -> f64 {
    let (height, rest) = (r * strip.height, 1.0 - c);
    let beta = height.min(TAU * rest / (r * step));
    let first = TAU * strip.height / step * (1.0 - 1e-14);
    let second = TAU * beta / (r * step) * (1.0 - 1e-14);
    let square = height * height;
    let lines = 0.5 * square + 0.25 * (1.0 - c * c) * square - first - (-(-first).exp()).ln_1p();
    let corners = beta * beta / rest + 0.5 * (square - beta * beta) - 2.0 * (second + (-(-second).exp()).ln_1p());
    let norm = 2.0 * strip.ln_norm + r.ln() + 4f64.ln() + LN_2;
    norm + lines.max(corners) + 1e-9 + 1e-12 * (first + second + square + beta * beta / rest)
}

/// The numbers that a sum in doubles is made of.
#[derive(Clone, Copy)]
struct Shape {
    /// rh.
    step: f64,
    /// 1/2(1 + c) and c/2(1 − c²), times (rh)²: the exponents of g_1 and T_1.
    weight: f64,
    apart: f64,
    /// (rh)²/(2π√(1 − c²)).
    density: f64,
    /// C − 1.
    excess: f64,
}

impl Shape {
    fn new(step: f64, c: f64) -> Self {
        let (square, rest) = (step * step, 1.0 - c * c);
        let (weight, apart) = (0.5 * square / (1.0 + c), 0.5 * c * square / rest);
        Self { step, weight, apart, density: square / (TAU * rest.sqrt()), excess: step / (TAU * rest).sqrt() * (1.0 + 1e-9) }
    }
}

/// The pairs of nodes that count: those whose exponent is at most `exponent`.
pub(super) struct Extent {
    shape: Shape,
    exponent: f64,
    /// The last node among them.
    pub(super) last: usize,
    /// Bounds of what others with nodes in the list add, and, by its ln, of what lies beyond the list in S.
    left_out: f64,
    ln_tail: f64,
    /// S.
    size: f64,
}

/// A pair of variables: r, a float, and |c|, and whether the correlation is −|c|. Then the odd part of V counts with the other sign, since
/// (X, −Y) has the correlation |c|.
pub(super) struct Pair<'a> {
    pub(super) r: &'a Ball,
    pub(super) c: &'a Float,
    pub(super) opposite: bool,
}

impl Extent {
    /// For an error of about e^−target; `ln_tail` bounds ∫ V² φ beyond a place. None where it takes too many products.
    pub(super) fn new(nodes: &Nodes, [r, c]: [f64; 2], target: f64, ln_tail: &dyn Fn(f64) -> f64) -> Option<Self> {
        let shape = Shape::new(r * nodes.step, c);
        let beyond = |last: usize| {
            let y = nodes.step * last as f64;
            r.ln() + 1e-9 + ln_tail(y) - 0.5 * (r * r - 1.0).max(0.0) * (1.0 - 1e-9) * y * y
        };
        let end = nodes.rough.len() - 1;
        let mut list = ((2.0 * target.sqrt() / shape.step) as usize).clamp(1, end);
        while list < end && beyond(list) > -2.0 * target {
            list = (list + list / 32 + 1).min(end);
        }
        let (mut sum, mut size) = (0.0, f64::MIN_POSITIVE);
        for (j, [square, error]) in nodes.rough[..=list].iter().enumerate() {
            let place = shape.step * j as f64;
            sum += square + error;
            size += (square + error) * (-0.5 * place * place).exp();
        }
        let size = size * shape.step / TAU.sqrt() * (1.0 + 1e-9);
        // (Σ |V|)² ≤ L Σ V²
        let most = shape.density * (2.0 * list as f64 + 1.0) * sum * (1.0 + 1e-9);
        let exponent = target + most.max(1.0).ln();
        let last = (((2.0 * exponent).sqrt() / shape.step).ceil() as usize).min(list);
        let left_out = most * (-exponent * (1.0 - 1e-9)).exp() + f64::MIN_POSITIVE;
        let found = Self { shape, exponent, last, left_out, ln_tail: beyond(list), size };
        (found.products() <= MOST_PRODUCTS).then_some(found)
    }

    /// Products of two values that it takes, about: an eighth of the lattice points of an ellipse, twice.
    pub(super) fn products(&self) -> f64 {
        0.25 * self.exponent / self.shape.density
    }

    /// The last m for which T_m counts.
    fn apart(&self) -> usize {
        let most = 2.0 * self.last as f64;
        (self.exponent / (self.shape.apart + 0.5 * self.shape.weight)).sqrt().min(most) as usize
    }

    /// The last j for which the pair of nodes j and j + m counts.
    fn along(&self, m: usize) -> Option<usize> {
        let m = m as f64;
        let room = self.exponent - self.shape.apart * m * m;
        let root = 2.0 * room / self.shape.weight - m * m;
        (root >= m * m).then(|| (0.5 * (root.sqrt() - m)) as usize)
    }

    /// How far j may be from m/2 for the pair of nodes j and m − j to count.
    fn across(&self, m: usize) -> Option<f64> {
        let square = (m * m) as f64;
        let room = self.exponent - (self.shape.apart + 0.5 * self.shape.weight) * square;
        (room >= 0.0).then(|| (0.5 * room / self.shape.weight).sqrt())
    }

    /// The pairs of nodes a distance m apart, and those that add up to m, the lower ones of them: ranges of the lower node.
    fn pairs(&self, m: usize) -> [std::ops::Range<usize>; 2] {
        let along = match self.along(m) {
            Some(j) if m <= self.last => 0..(j + 1).min(self.last - m + 1),
            _ => 0..0,
        };
        let across = match self.across(m) {
            Some(reach) => {
                let low = (0.5 * m as f64 - reach).ceil().max(0.0) as usize;
                low.max(m.saturating_sub(self.last))..m.div_ceil(2)
            }
            None => 0..0,
        };
        [along, across]
    }
}

impl Nodes {
    /// E V(X) V(Y) in doubles, without a bound.
    pub(super) fn pair_roughly(&self, extent: &Extent) -> f64 {
        let Extent { shape, last, .. } = extent;
        let gaussian = |a: f64| move |j: usize| (-a * (j * j) as f64).exp();
        let weight = gaussian(shape.weight);
        let apart: Vec<f64> = (0..=extent.apart()).map(gaussian(shape.apart)).collect();
        let mut sum = 0.0;
        for (part, sign) in [(0, 1.0), (1, -1.0)] {
            let value = |j: usize| self.parts[j][part] * weight(j) * if j == 0 { 0.5 } else { 1.0 };
            let g: Vec<f64> = (0..=*last).map(value).collect();
            if g.iter().all(|g| *g == 0.0) {
                continue;
            }
            for (m, t) in apart.iter().enumerate() {
                let [along, across] = extent.pairs(m);
                let difference: f64 = along.map(|j| g[j] * g[j + m]).sum();
                let total: f64 = across.map(|j| g[j] * g[m - j]).sum();
                let middle = if m % 2 == 0 && m / 2 <= *last { g[m / 2] * g[m / 2] } else { 0.0 };
                sum += t * (if m == 0 { difference } else { 2.0 * difference } + sign * (2.0 * total + middle));
            }
        }
        2.0 * sum * shape.density
    }

    /// E V(X) V(Y), from sums in floats of so many bits, unit u.
    pub(super) fn pair(&self, strip: &Strip, at: &Pair<'_>, extent: &Extent, bits: u32, values: &[Values]) -> Ball {
        let square = self.exponent(at.r);
        let working = square.prec().max(at.c.prec() + 8);
        let [above, below] = [1, -1].map(|sign| Float::with_val(working, at.c * sign) + 1u32);
        let both = Float::with_val(working, &above * &below);
        let decay = Float::with_val(working, &square * at.c);
        let weights = Gaussians::list(&(Float::with_val(working, &square / &above) / 2u32), extent.last, bits);
        let apart = Gaussians::list(&(decay / &both / 2u32), extent.apart(), bits);
        let values = &values[..=extent.last];
        let mut sum = Float::new(bits);
        for (part, odd) in [(0, false), (1, true)] {
            if values.iter().all(|value| value.parts[part].is_exact_zero()) {
                continue;
            }
            let weighed = |(value, weight): (&Values, &Float)| Float::with_val(bits, value.parts[part].mid() * weight);
            let mut g: Vec<Float> = values.iter().zip(&weights).map(weighed).collect();
            g[0] >>= 1;
            let part = folded(&g, &apart, odd, extent);
            if odd && at.opposite {
                sum -= part;
            } else {
                sum += part;
            }
        }
        sum <<= 1;
        let norm = &Ball::pi(bits).shifted(1) * &Ball::new(both, Magnitude::ZERO).with_bits(bits).sqrt();
        let density = &Ball::new(square, Magnitude::ZERO).with_bits(bits) / &norm;
        let off = off([at.r.to_f64(), at.c.to_f64()], self.step, strip, extent, values, bits);
        (&Ball::new(sum, Magnitude::ZERO) * &density).widened(off)
    }
}

/// How far a sum in floats may be off.
fn off([r, c]: [f64; 2], step: f64, strip: &Strip, extent: &Extent, values: &[Values], bits: u32) -> Magnitude {
    let shape = &extent.shape;
    let size = Magnitude::from_f64(extent.size);
    // S of the errors of V
    let mut errors = Magnitude::ZERO;
    for (j, value) in values.iter().enumerate() {
        let place = shape.step * j as f64;
        let weight = exp_bound(shape.step.ln() - 0.5 * place * place - 0.5 * TAU.ln() + 1e-9);
        let [even, odd] = value.parts.each_ref().map(Ball::radius);
        errors = errors.plus(weight.times(even.times(even).plus(odd.times(odd)).shifted(1)));
    }
    // three Gaussians, products, and sums along diagonals and over them
    let count = 3.0 * extent.last as f64 + 20.0;
    let roundings = Magnitude::from_f64(count).shifted(1 - i64::from(bits));
    let of_rows = size.times(roundings);
    let of_values = size.times(errors).sqrt().shifted(1).plus(errors);
    let tail = exp_bound(extent.ln_tail);
    let of_tail = tail.times(size.plus(tail)).sqrt().shifted(1);
    let of_rule = exp_bound(ln_error(strip, r * (1.0 + 1e-9), c, step));
    let rows = Magnitude::from_f64(1.0 + shape.excess);
    of_rule.plus(Magnitude::from_f64(extent.left_out)).plus(rows.times(of_rows.plus(of_values).plus(of_tail)))
}

/// Σ_jk g_j g_k (T_{|j−k|} ± T_{j+k}) over the pairs that count.
fn folded(g: &[Float], apart: &[Float], odd: bool, extent: &Extent) -> Float {
    let bits = g[0].prec();
    let [mut sum, mut difference, mut total, mut term] = [(); 4].map(|()| Float::new(bits));
    for (m, t) in apart.iter().enumerate() {
        let [along, across] = extent.pairs(m);
        difference.assign(0);
        for (a, b) in g[along.clone()].iter().zip(&g[m.min(g.len() - 1)..]) {
            term.assign(a * b);
            difference += &term;
        }
        if m > 0 {
            difference <<= 1;
        }
        total.assign(0);
        for j in across {
            term.assign(&g[j] * &g[m - j]);
            total += &term;
        }
        total <<= 1;
        if m % 2 == 0 && m / 2 < g.len() {
            term.assign(g[m / 2].square_ref());
            total += &term;
        }
        if odd {
            difference -= &total;
        } else {
            difference += &total;
        }
        difference *= t;
        sum += &difference;
    }
    sum
}
