//! The equation in balls: a solution near one in double precision, enclosed and with its signs proved.
//!
//! τ lies in a ball T where τ₀ − (z(τ₀) − z)/z′(T) does, with each ζ_l over T enclosed in the same way, or by ζ = v (1 + w/ψ) where the slope
//! takes one value v alone.

use rug::Float;

use super::doubles::State64;
use super::nodes::Nodes;
use super::slopes::{JacobianSlopes, Mixing};
use crate::number::{Ball, ComplexBall, Magnitude};
use crate::spectrum::LawError;

/// Bits of a double.
const DOUBLE: u32 = 48;
/// Attempts at a proof, each with a radius 16 times larger.
const WIDENINGS: usize = 8;
/// Half of what a step may be longer than half of the bits.
const EXTRA: i64 = 16;
/// Steps beyond those that quadratic convergence takes.
const MORE_STEPS: usize = 3;

/// Layers that are alike.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Values that are taken with positive probability, and values times probabilities.
    pub atoms: Vec<[Ball; 2]>,
    /// The same for nodes.
    pub nodes: Nodes,
    pub inverse: Ball,
    pub count: u32,
}

/// The equation.
#[derive(Clone, Debug)]
pub(super) struct Map {
    pub layers: Vec<Layer>,
    pub order: Vec<usize>,
    pub scale: Ball,
    pub is_haar: bool,
    pub bits: u32,
}

/// τ and for each group ζ with its derivatives in ψ; enclosures over τ.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub tau: ComplexBall,
    pub zeta: Vec<[ComplexBall; 3]>,
}

/// The middle as a point.
fn middle(z: &ComplexBall) -> ComplexBall {
    let exact = |part: &Ball| Ball::new(part.mid().clone(), Magnitude::ZERO);
    ComplexBall { re: exact(&z.re), im: exact(&z.im) }
}

/// Whether a rectangle lies inside another.
fn is_inside(inner: &ComplexBall, outer: &ComplexBall) -> bool {
    let part = |inner: &Ball, outer: &Ball| inner.is_finite() && inner.low() >= outer.low() && inner.high() <= outer.high();
    let im = inner.im.is_exact_zero() && outer.im.is_exact_zero() || part(&inner.im, &outer.im);
    part(&inner.re, &outer.re) && im
}

/// A rectangle around a point; real around a real one.
fn around(centre: &ComplexBall, radius: Magnitude) -> ComplexBall {
    let im = if centre.im.is_exact_zero() { centre.im.clone() } else { centre.im.widened(radius) };
    ComplexBall { re: centre.re.widened(radius), im }
}

fn doubled(value: num_complex::Complex64, bits: u32) -> ComplexBall {
    let im = if value.im == 0.0 { Ball::zero(bits) } else { Ball::double(value.im, bits) };
    ComplexBall { re: Ball::double(value.re, bits), im }
}

impl Layer {
    /// E d/(ζ − d) with its first two derivatives.
    pub fn sums(&self, zeta: &ComplexBall) -> [ComplexBall; 3] {
        let mut sums = self.nodes.sums(zeta);
        for [value, weighted] in &self.atoms {
            let inverse = ComplexBall { re: &zeta.re - value, im: zeta.im.clone() }.inverse();
            let mut term = inverse.scaled(weighted);
            for sum in &mut sums {
                *sum = &*sum + &term;
                term = &term * &inverse;
            }
        }
        let [first, second, third] = sums;
        [first, -&second, ComplexBall { re: third.re.shifted(1), im: third.im.shifted(1) }]
    }

    /// The lowest value.
    pub fn lowest(&self) -> Option<Ball> {
        let nodes = self.nodes.0.iter().map(|[value, _]| Ball::new(value.clone(), Magnitude::ZERO));
        let points = self.atoms.iter().map(|[value, _]| value.clone());
        nodes.chain(points).min_by(|a, b| a.mid().partial_cmp(b.mid()).unwrap_or(std::cmp::Ordering::Equal))
    }

    /// ζ over ψ near a point, and its derivatives.
    fn zeta(&self, psi: &ComplexBall, near: &ComplexBall) -> Option<[ComplexBall; 3]> {
        if let ([[value, weighted]], []) = (&self.atoms[..], &self.nodes.0[..]) {
            let inverse = psi.inverse();
            let one = inverse.scaled(weighted);
            let slope = -&(&one * &inverse);
            let bend = -&(&slope * &inverse);
            let bend = ComplexBall { re: bend.re.shifted(1), im: bend.im.shifted(1) };
            return Some([ComplexBall { re: &one.re + value, im: one.im }, slope, bend]);
        }
        let bits = psi.bits();
        let mut centre = middle(near);
        let mut sums = self.sums(&centre);
        let steps = (f64::from(bits) / f64::from(DOUBLE)).log2().ceil().max(0.0) as usize + MORE_STEPS;
        let target = middle(psi);
        for _ in 0..steps {
            let [value, slope, bend] = &sums;
            let inverse = slope.inverse();
            let step = &(value - &target) * &inverse;
            let settled = centre.magnitude().shifted(8 - i64::from(bits));
            let size = step.magnitude();
            if size <= settled || !size.is_finite() {
                break;
            }
            // what Newton's method leaves
            let next = (bend * &inverse).magnitude().times(size).times(size);
            centre = middle(&(&centre - &step));
            sums = self.sums(&centre);
            if next <= settled {
                break;
            }
        }
        let [value, slope, _] = sums;
        let residual = &value - psi;
        let first = &residual * &slope.inverse();
        let mut radius = first.magnitude().shifted(1).plus(centre.magnitude().shifted(4 - i64::from(bits)));
        if !radius.is_finite() {
            return None;
        }
        for _ in 0..WIDENINGS {
            let outer = around(&centre, radius);
            let [_, slope, bend] = self.sums(&outer);
            let inverse = slope.inverse();
            let found = &centre - &(&residual * &inverse);
            if is_inside(&found, &outer) {
                let cube = &inverse.square() * &inverse;
                return Some([found, inverse, -&(&bend * &cube)]);
            }
            radius = radius.shifted(4);
        }
        None
    }
}

impl Map {
    pub fn new(slopes: &JacobianSlopes, factor: &Ball, bits: u32) -> Self {
        let counts = slopes.counts();
        let layer = |(index, law): (usize, &super::SlopeLaw)| {
            let pair = |atom: &super::SlopeAtom| {
                let value = atom.value.with_bits(bits);
                [value.clone(), &value * &atom.weight.with_bits(bits)]
            };
            let point = |atom: &super::SlopeAtom| pair(atom).map(|ball| ball.mid().clone());
            let [points, nodes]: [Vec<&super::SlopeAtom>; 2] =
                [true, false].map(|is_point| law.atoms.iter().filter(|atom| atom.is_point == is_point).collect());
            Layer {
                atoms: points.into_iter().map(pair).collect(),
                nodes: Nodes(nodes.into_iter().map(point).collect()),
                inverse: Ball::rational(&law.ratio.clone().recip(), bits),
                count: counts[index],
            }
        };
        Self {
            layers: slopes.laws.iter().enumerate().map(layer).collect(),
            order: slopes.layers.clone(),
            scale: &slopes.scale(bits).0 * factor,
            is_haar: slopes.mixing == Mixing::Haar,
            bits,
        }
    }

    fn one(&self) -> ComplexBall {
        ComplexBall::real(Ball::integer(1, self.bits))
    }

    fn power(&self) -> u32 {
        self.order.len() as u32 - 1
    }

    /// The state over τ, with ζ near those of another one.
    pub fn state(&self, tau: &ComplexBall, near: &[ComplexBall]) -> Option<State> {
        let each = self.layers.iter().zip(near);
        let zeta = each.map(|(layer, near)| layer.zeta(&tau.scaled(&layer.inverse), near)).collect::<Option<Vec<_>>>()?;
        Some(State { tau: tau.clone(), zeta })
    }

    /// z.
    pub fn z(&self, state: &State) -> ComplexBall {
        let next = &self.one() + &state.tau;
        let inner = if self.is_haar { &state.tau * &next.inverse() } else { state.tau.clone() };
        let start = if self.is_haar { self.one() } else { next };
        let mut product = power(&inner, self.power()).scaled(&self.scale);
        product = &product * &start;
        for (layer, [zeta, ..]) in self.layers.iter().zip(&state.zeta) {
            product = &product * &power(zeta, layer.count);
        }
        product
    }

    /// d log z/dτ and its derivative.
    pub fn slope(&self, state: &State) -> [ComplexBall; 2] {
        let depth = Ball::integer(i64::from(self.power()), self.bits);
        let (inner, next) = (state.tau.inverse(), (&self.one() + &state.tau).inverse());
        let outer = |a: &ComplexBall, b: &ComplexBall| match self.is_haar {
            true => (a - b).scaled(&depth),
            false => &a.scaled(&depth) + b,
        };
        let mut first = outer(&inner, &next);
        let mut second = -&outer(&inner.square(), &next.square());
        for (layer, [zeta, slope, bend]) in self.layers.iter().zip(&state.zeta) {
            let ratio = &slope.scaled(&layer.inverse) * &zeta.inverse();
            let bent = &bend.scaled(&layer.inverse.square()) * &zeta.inverse();
            let count = Ball::integer(i64::from(layer.count), self.bits);
            first = &first + &ratio.scaled(&count);
            second = &second + &(&bent - &ratio.square()).scaled(&count);
        }
        [first, second]
    }

    /// The solution over z that a state in double precision is near to, with its signs proved.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn solution(&self, z: &ComplexBall, start: &State64) -> Result<State, LawError> {
        let mut tau = doubled(start.tau, self.bits);
        let mut near: Vec<ComplexBall> = start.zeta.iter().map(|zeta| doubled(*zeta, self.bits)).collect();
        let target = middle(z);
        let steps = (f64::from(self.bits) / f64::from(DOUBLE)).log2().ceil().max(0.0) as usize + MORE_STEPS;
        for _ in 0..steps {
            let state = self.state(&tau, &near).ok_or(LawError::MoreBits)?;
            near = state.zeta.iter().map(|[zeta, ..]| middle(zeta)).collect();
            let value = self.z(&state);
            let step = &(&value - &target) * &(&self.slope(&state)[0] * &value).inverse();
            if !step.is_finite() {
                return Err(LawError::MoreBits);
            }
            tau = middle(&(&tau - &step));
            if step.magnitude() <= tau.magnitude().shifted(12 - i64::from(self.bits)) {
                break;
            }
        }
        let state = self.state(&tau, &near).ok_or(LawError::MoreBits)?;
        let residual = &self.z(&state) - z;
        let derivative = |state: &State| &self.slope(state)[0] * &self.z(state);
        let first = &residual * &derivative(&state).inverse();
        let mut radius = first.magnitude().shifted(1).plus(tau.magnitude().shifted(4 - i64::from(self.bits)));
        for _ in 0..WIDENINGS {
            let outer = around(&tau, radius);
            if let Some(state) = self.state(&outer, &near) {
                let found = &tau - &(&residual * &derivative(&state).inverse());
                if is_inside(&found, &outer) {
                    let state = self.state(&found, &near).ok_or(LawError::MoreBits)?;
                    return if self.has_signs(z, &state) { Ok(state) } else { Err(LawError::MoreBits) };
                }
            }
            radius = radius.shifted(4);
        }
        Err(LawError::MoreBits)
    }

    /// Whether the ζ and all partial products are proved to lie in their sectors (`doubles`).
    fn has_signs(&self, z: &ComplexBall, state: &State) -> bool {
        let upper = |point: &ComplexBall| point.im.is_positive();
        if !state.tau.im.is_negative() || !state.zeta.iter().all(|[zeta, ..]| upper(zeta)) {
            return false;
        }
        // arg a ≥ arg b of two points of the upper half plane, or of one and a positive number
        let beyond = |a: &ComplexBall, b: &ComplexBall| !(a * &b.conj()).im.is_negative() && upper(a);
        let zeta = |layer: usize| &state.zeta[self.order[layer]][0];
        let last = self.order.len() - 1;
        let mut product = zeta(last).clone();
        for layer in (0..last).rev() {
            let psi = state.tau.scaled(&self.layers[self.order[layer]].inverse);
            let next = &self.one() + &psi;
            let before = if self.is_haar { product } else { &next * &product };
            product = &(&before * zeta(layer)) * &(&psi * &next.inverse());
            let is_end = layer == 0 && self.is_haar;
            let bound = if is_end { z } else { &product };
            if !(is_end || upper(&product)) || !beyond(&before, bound) || !beyond(zeta(layer), bound) {
                return false;
            }
        }
        self.is_haar || upper(&product)
    }

    /// The critical point of z near a real state in double precision, where d log z/dτ changes its sign, and z there.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn critical(&self, start: &State64) -> Result<[Ball; 2], LawError> {
        let real = |value: num_complex::Complex64| ComplexBall::real(Ball::double(value.re, self.bits));
        let mut tau = real(start.tau);
        let mut near: Vec<ComplexBall> = start.zeta.iter().map(|zeta| real(*zeta)).collect();
        let steps = (f64::from(self.bits) / 20.0).log2().ceil().max(0.0) as usize + MORE_STEPS;
        for _ in 0..steps {
            let state = self.state(&tau, &near).ok_or(LawError::MoreBits)?;
            let [value, slope] = self.slope(&state);
            let step = &value * &slope.inverse();
            if !step.is_finite() {
                return Err(LawError::MoreBits);
            }
            tau = middle(&(&tau - &step));
            // along the tangents
            let each = state.zeta.iter().zip(&self.layers);
            near = each.map(|([zeta, slope, _], layer)| middle(&(zeta - &(&step.scaled(&layer.inverse) * slope)))).collect();
            // what Newton's method leaves is about the square of that
            if step.magnitude() <= tau.magnitude().shifted(-(i64::from(self.bits) + EXTRA) / 2) {
                break;
            }
        }
        let centre = self.state(&tau, &near).ok_or(LawError::MoreBits)?;
        let near: Vec<ComplexBall> = centre.zeta.iter().map(|[zeta, ..]| middle(zeta)).collect();
        let value = &self.slope(&centre)[0];
        let mut radius = tau.magnitude().shifted(16 - i64::from(self.bits));
        for _ in 0..WIDENINGS {
            let outer = around(&tau, radius);
            if let Some(wide) = self.state(&outer, &near) {
                let [steepest, slope] = self.slope(&wide);
                let found = &tau - &(value * &slope.inverse());
                if is_inside(&found, &outer) || self.changes_sign(&outer, &near) {
                    let size = self.z(&wide).magnitude().times(steepest.magnitude()).times(radius);
                    return Ok([outer.re, self.z(&centre).re.widened(size)]);
                }
            }
            radius = radius.shifted(4);
        }
        Err(LawError::MoreBits)
    }

    /// Whether d log z/dτ has different signs at the ends of a real ball.
    fn changes_sign(&self, outer: &ComplexBall, near: &[ComplexBall]) -> bool {
        let sign = |end: Float| {
            let state = self.state(&ComplexBall::real(Ball::new(end, Magnitude::ZERO)), near)?;
            self.slope(&state)[0].re.sign()
        };
        matches!([outer.re.low(), outer.re.high()].map(sign), [Some(low), Some(high)] if low != high)
    }

    /// τ over a real z outside the support, near a real state in double precision.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn real_solution(&self, z: &Ball, start: &State64) -> Result<Ball, LawError> {
        let real = |value: num_complex::Complex64| ComplexBall::real(Ball::double(value.re, self.bits));
        let near: Vec<ComplexBall> = start.zeta.iter().map(|zeta| real(*zeta)).collect();
        let mut tau = real(start.tau);
        let value = |tau: &ComplexBall| -> Option<[Ball; 2]> {
            let state = self.state(tau, &near)?;
            let found = self.z(&state);
            Some([&found.re - z, (&self.slope(&state)[0] * &found).re])
        };
        let steps = (f64::from(self.bits) / 20.0).log2().ceil().max(0.0) as usize + MORE_STEPS;
        let mut step = Ball::unknown(self.bits);
        for _ in 0..steps {
            let [residual, slope] = value(&tau).ok_or(LawError::MoreBits)?;
            step = &residual / &slope;
            if !step.is_finite() {
                return Err(LawError::MoreBits);
            }
            tau = middle(&ComplexBall::real(&tau.re - &step));
        }
        let mut radius = step.magnitude().plus(tau.magnitude().shifted(16 - i64::from(self.bits)));
        for _ in 0..WIDENINGS {
            let outer = around(&tau, radius);
            let end = |end: Float| ComplexBall::real(Ball::new(end, Magnitude::ZERO));
            let signs = [outer.re.low(), outer.re.high()].map(|place| value(&end(place)).and_then(|[gap, _]| gap.sign()));
            if let [Some(low), Some(high)] = signs
                && low != high
            {
                return Ok(outer.re);
            }
            radius = radius.shifted(4);
        }
        Err(LawError::MoreBits)
    }

    /// The mass above a real point inside the support, where no slopes are nodes.
    pub fn mass_above(&self, state: &State) -> Ball {
        let depth = |less: i64| Ball::integer(self.order.len() as i64 - less, self.bits);
        let mut angle = &depth(1) * &state.tau.argument();
        if !self.is_haar {
            angle = &angle + &(&depth(0) * &state.tau.im);
        }
        for (layer, [zeta, ..]) in self.layers.iter().zip(&state.zeta) {
            let own = zeta.argument();
            let mut sum = Ball::zero(self.bits);
            for [value, weighted] in &layer.atoms {
                let other = ComplexBall { re: &zeta.re - value, im: zeta.im.clone() }.argument();
                sum = &sum + &(&(weighted / value) * &(&other - &own));
            }
            let whole = &own + &(&sum / &layer.inverse);
            angle = &angle + &(&whole * &Ball::integer(i64::from(layer.count), self.bits));
        }
        &angle / &Ball::pi(self.bits)
    }
}

fn power(base: &ComplexBall, exponent: u32) -> ComplexBall {
    (0..exponent).fold(ComplexBall::real(Ball::integer(1, base.bits())), |product, _| &product * base)
}
