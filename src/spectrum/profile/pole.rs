//! What the trapezoidal rule over the bias misses where a denominator D(b) = A + γ (a² e + r m) has a zero near the real axis.
//!
//! At z near the axis the rows whose own variance makes D small stand for a band of biases that no step resolves. With w the
//! normal density, h the step, x* the zero and the nodes at o + jh, the sum for E log D exceeds the integral by −K(x*), where
//!
//!   K′ = κ w,   κ(x) = ±2πi/(exp(∓2πi (x − o)/h) − 1),   K(±i∞) = 0,
//!
//! the upper sign for a zero above the axis: this is the sum of residues of the Poisson formula. The averages of the equation are
//! derivatives of E log D in A, e and m, and so are their corrections, x* moving with these. On the sheet of the transform
//! Im D/A > 0 for Im z > 0, so that a zero that comes down to the axis comes from the side that the sign of (D/A)′ tells; there
//! the formula stays analytic.

use std::f64::consts::PI;

use num_complex::Complex64;

use super::chain::{Image, Sums};
use super::line::{Line, Stencil};

/// How far from the axis a zero is looked for, in nodes of the line: for rules of twice that step exp(−2π·5) is rounding.
const NEAR: f64 = 10.0;
/// Newton steps towards a zero, the step that ends them, and the one at which they may stop to shrink.
const STEPS: usize = 16;
const SETTLED: f64 = 1e-15;
const STALLED: f64 = 1e-10;
/// Below this distance from the axis, in nodes, the side of a zero is told by (D/A)′.
const TOUCHES: f64 = 0.5;

/// A zero of D near the axis.
#[derive(Clone, Debug)]
pub(crate) struct Pole {
    stencil: Stencil,
    /// Where it was found.
    place: Complex64,
    above: bool,
    /// The step of the rules, which take every other node of the line.
    spacing: f64,
}

/// D = A + γ (a² e + r m) as a function of the bias.
pub(crate) struct Denominator<'a> {
    pub gamma: f64,
    pub scale: &'a Complex64,
    pub image: &'a Image<Complex64>,
}

impl Denominator<'_> {
    fn at(&self, [slope, rest]: [f64; 2]) -> Complex64 {
        self.scale + self.gamma * (self.image.e * slope + self.image.m * rest)
    }

    /// The zeros near the axis.
    pub fn poles(&self, line: &Line) -> Vec<Pole> {
        let values: Vec<Complex64> = line.values.iter().map(|value| self.at(*value)).collect();
        let sizes: Vec<f64> = values.iter().map(Complex64::norm_sqr).collect();
        let moves: Vec<f64> =
            values.windows(3).map(|d| (2.0 * d[1]).norm_sqr() / (d[2] - d[0]).norm_sqr().max(f64::MIN_POSITIVE)).collect();
        let mut found: Vec<Pole> = Vec::new();
        for j in 1..values.len() - 1 {
            let near = |list: &[f64], k: usize| {
                (k == 0 || list[k] <= list[k - 1]) && list.get(k + 1).is_none_or(|next| list[k] <= *next)
            };
            if !(near(&sizes, j) || moves[j - 1] < (2.0 * NEAR).powi(2) && near(&moves, j - 1)) {
                continue;
            }
            for offset in roots([values[j - 1], values[j], values[j + 1]]) {
                if offset.norm() > 1.5 * NEAR {
                    continue;
                }
                let start = line.place(j) + line.spacing * offset;
                let Some(pole) = self.pole(line, start) else { continue };
                if found.iter().all(|known| (known.place - pole.place).norm() > 1e-3 * line.spacing) {
                    found.push(pole);
                }
            }
        }
        found
    }

    /// The zero that Newton's method reaches, when it is near the axis.
    fn pole(&self, line: &Line, start: Complex64) -> Option<Pole> {
        let mut stencil = line.stencil(start.re);
        let mut place = self.zero(&stencil, start)?;
        if (place.re - stencil.centre).abs() > line.spacing {
            stencil = line.stencil(place.re);
            place = self.zero(&stencil, place)?;
        }
        let beyond = (place.re - stencil.centre).abs() > 2.0 * line.spacing;
        if beyond || place.im.abs() > NEAR * line.spacing {
            return None;
        }
        let above = if place.im.abs() < TOUCHES * line.spacing {
            (self.jet(&stencil, place)[1] / self.scale).re < 0.0
        } else {
            place.im > 0.0
        };
        Some(Pole { stencil, place, above, spacing: 2.0 * line.spacing })
    }

    /// D with its derivatives in x.
    fn jet(&self, stencil: &Stencil, x: Complex64) -> [Complex64; 3] {
        let [slope, rest] = stencil.at(x);
        let part = |k: usize| self.gamma * (self.image.e * slope[k] + self.image.m * rest[k]);
        [self.scale + part(0), part(1), part(2)]
    }

    fn zero(&self, stencil: &Stencil, start: Complex64) -> Option<Complex64> {
        let mut place = start;
        let mut last = f64::INFINITY;
        for _ in 0..STEPS {
            let [value, slope, _] = self.jet(stencil, place);
            let step = value / slope;
            let size = step.norm() / (1.0 + place.norm());
            place -= step;
            if size < SETTLED || (size >= last && size < STALLED) {
                return Some(place);
            }
            last = size;
        }
        None
    }
}

/// The roots of the parabola through three values at −1, 0, 1.
fn roots([below, here, above]: [Complex64; 3]) -> [Complex64; 2] {
    let (bend, slope) = ((below + above) * 0.5 - here, (above - below) * 0.5);
    let root = (slope * slope - 4.0 * bend * here).sqrt();
    [-2.0 * here / (slope + root), -2.0 * here / (slope - root)]
}

impl Pole {
    /// Takes what the rule adds off the averages; its nodes lie at `offset` steps from those of the line.
    pub fn correct(&self, sums: &mut Sums<Complex64>, denominator: &Denominator, offset: f64) {
        let Some(place) = denominator.zero(&self.stencil, self.place) else { return };
        let gamma = denominator.gamma;
        let [_, first, second] = denominator.jet(&self.stencil, place);
        let [slope, rest] = self.stencil.at(place);
        let [k, k_slope] = self.kernel(place, offset);
        // D_p and D_px for p = A, e, m
        let one = Complex64::from(1.0);
        let d = [one, gamma * slope[0], gamma * rest[0]];
        let dx = [Complex64::from(0.0), gamma * slope[1], gamma * rest[1]];
        let moves = d.map(|d| -d / first);
        let bend = |p: usize, q: usize| -(dx[p] * moves[q] + dx[q] * moves[p] + second * moves[p] * moves[q]) / first;
        let change = |p: usize, q: usize| (k_slope * moves[p] * moves[q] + k * bend(p, q)) / gamma;
        sums.first[0] += k * moves[1] / gamma;
        sums.first[1] += k * moves[2] / gamma;
        sums.scale[0] -= change(0, 1);
        sums.scale[1] -= change(0, 2);
        sums.mixed[0] -= change(1, 1);
        sums.mixed[1] -= change(1, 2);
        sums.mixed[2] -= change(2, 2);
    }

    /// κ w and its derivative.
    fn kernel(&self, x: Complex64, offset: f64) -> [Complex64; 2] {
        let turn = self.turn(x, offset);
        let (weight, rate) = (normal(x), Complex64::new(0.0, if self.above { 2.0 * PI } else { -2.0 * PI }));
        // turn = exp(±2πi (x − o)/h): κ = ±2πi turn/(1 − turn)
        let rest = one_minus(turn);
        let kappa = rate * turn.value / rest;
        let kappa_slope = kappa * rate / self.spacing / rest;
        [kappa * weight, (kappa_slope - kappa * x) * weight]
    }

    /// exp(±2πi (x − o)/h), with its exponent reduced.
    fn turn(&self, x: Complex64, offset: f64) -> Turn {
        let mut steps = self.steps(x, offset);
        steps.re -= steps.re.round();
        let exponent = Complex64::new(0.0, if self.above { 2.0 * PI } else { -2.0 * PI }) * steps;
        Turn { exponent, value: exponent.exp() }
    }

    /// How far the nearest node of the rule is from the zero, in steps.
    pub fn distance(&self, offset: f64) -> f64 {
        let mut steps = self.steps(self.place, offset);
        steps.re -= steps.re.round();
        steps.norm()
    }

    /// From a node of the rule to x, in steps.
    fn steps(&self, x: Complex64, offset: f64) -> Complex64 {
        let odd = if self.stencil.is_odd { 0.5 } else { 0.0 };
        (x - self.stencil.centre) / self.spacing + odd - offset
    }

    /// K(x*), the zero being the one it was found as.
    ///
    /// By parts K = −h w log(1 − t) + h ∫ w′ log(1 − t) dx with t = exp(±2πi (x − o)/h), the integral going straight up (or down)
    /// from x*, where t falls like exp(−u), u = 2π|Im(x − x*)|/h.
    pub fn excess(&self, offset: f64) -> Complex64 {
        let turn = self.turn(self.place, offset);
        let direction = Complex64::new(0.0, if self.above { self.spacing } else { -self.spacing } / (2.0 * PI));
        let mut integral = Complex64::new(0.0, 0.0);
        // u = exp(s − exp(−s)), so that the logarithm at u = 0 does not matter
        const STEP: f64 = 1.0 / 16.0;
        for k in -56..=60 {
            let s = STEP * f64::from(k);
            let u = (s - (-s).exp()).exp();
            let x = self.place + direction * u;
            let term = (1.0 - turn.value * (-u).exp()).ln() * -x * normal(x);
            integral -= direction * term * (STEP * u * (1.0 + (-s).exp()));
        }
        self.spacing * (integral - normal(self.place) * one_minus(turn).ln())
    }
}

/// exp of a number that is small in its real part.
#[derive(Clone, Copy)]
struct Turn {
    exponent: Complex64,
    value: Complex64,
}

/// 1 − exp(y), without cancelling near y = 0.
fn one_minus(turn: Turn) -> Complex64 {
    let y = turn.exponent;
    let half = (0.5 * y.im).sin();
    Complex64::new(2.0 * half * half * y.re.exp() - y.re.exp_m1(), -turn.value.im)
}

/// The normal density.
fn normal(x: Complex64) -> Complex64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::profile::chain::{Layer, ProfileNode};

    const SPACING: f64 = 1.0 / 16.0;

    /// (a², r) = (x, 1): D is linear, with its zero where e and m put it.
    fn line() -> Line {
        Line::new(SPACING, (-160..=160).map(|k| [SPACING * f64::from(k), 1.0]).collect()).expect("a line")
    }

    fn rule(offset: i32) -> Layer<Complex64> {
        let node = |k: i32| {
            let x = SPACING * f64::from(2 * k + offset);
            ProfileNode { weight: 2.0 * SPACING * normal(x.into()), slope: x.into(), rest: 1.0.into() }
        };
        Layer { gamma: 1.0.into(), nodes: (-80..80).map(node).collect() }
    }

    /// The averages against the same integrals along a line that passes the zero on the other side, where the integrand is
    /// analytic: there the trapezoidal rule has nothing to miss.
    #[test]
    fn averages_beside_a_zero_are_integrals_past_it() {
        for place in
            [Complex64::new(0.7, 1e-7), Complex64::new(-1.31, 0.05), Complex64::new(2.2, -1e-9), Complex64::new(0.4, -0.2)]
        {
            let away = if place.im > 0.0 { -1.0 } else { 1.0 };
            let e = Complex64::from(0.5 * away);
            let (scale, image) = (Complex64::from(1.0), Image { e, m: -1.0 - e * place });
            let denominator = Denominator { gamma: 1.0, scale: &scale, image: &image };
            let integral = |g: &dyn Fn(Complex64, Complex64) -> Complex64| -> Complex64 {
                let at = |k: i32| Complex64::new(SPACING * f64::from(k), 0.6 * away);
                let term = |x: Complex64| SPACING * normal(x) * g(x, 1.0 + e * x + image.m);
                (-200..=200).map(|k| term(at(k))).sum()
            };
            let poles = denominator.poles(&line());
            assert_eq!(poles.len(), 1, "{place}");
            for (offset, shift) in [(0, 0.0), (1, 0.5)] {
                let mut sums = rule(offset).sums(&scale, &image);
                poles[0].correct(&mut sums, &denominator, shift);
                let pairs = [
                    (sums.first[0], integral(&|x, d| x / d)),
                    (sums.first[1], integral(&|_, d| d.inv())),
                    (sums.scale[0], integral(&|x, d| x / d / d)),
                    (sums.scale[1], integral(&|_, d| (d * d).inv())),
                    (sums.mixed[0], integral(&|x, d| x * x / d / d)),
                    (sums.mixed[1], integral(&|x, d| x / d / d)),
                    (sums.mixed[2], integral(&|_, d| (d * d).inv())),
                ];
                for (found, right) in pairs {
                    assert!((found - right).norm() < 1e-10 * right.norm(), "{place}, {offset}: {found} and {right}");
                }
                let plain: Complex64 =
                    rule(offset).denominators(&scale, &image).map(|(node, d)| node.weight * (d / scale).ln()).sum();
                let right = integral(&|_, d| d.ln());
                let found = plain + poles[0].excess(shift);
                assert!((found - right).norm() < 1e-10, "{place}, {offset}: log {found} and {right}");
            }
        }
    }
}
