//! The real line outside the support, as intervals of real τ on which z is monotone up to an end of a bulk, where dz/dτ = 0.
//!
//! Above the support τ > 0 and every ζ lies above all values of d. Below 0 it lies between 0 and minus the least capacity c₁ of the input (1)
//! and the layers (r_l P(d_l > 0)), with ζ < 0; between 0 and the lowest bulk beyond c₁, up to the next capacity, which is where z is 0 again.
//! Between orthogonal matrices τ runs through infinity where there is a point mass at the highest value. Every z has one critical point on
//! such an interval where slopes are 0 or one other value each (log z is a sum of logarithms there), and above the support of Gaussian
//! weights always (log ψ is convex in log 1/ζ); what else is found is the first sign change on a grid.

use std::cmp::Ordering;

use rug::Rational;

use super::balls::Map;
use super::doubles::{Map64, Side, State64};
use super::points::{Both, Capacity, capacities};
use super::slopes::{JacobianSlopes, Mixing};
use crate::number::{Ball, ComplexBall, Magnitude, Real};
use crate::spectrum::LawError;

/// Logarithms of distances between which an end is searched.
const REACH: f64 = 30.0;
/// Steps of the grid.
const GRID: i32 = 240;
/// Bisections.
const BISECTIONS: usize = 100;
/// |τ| from which on it is fourfold, and how often, where z turns beyond doubles.
const FIRST_FAR: f64 = 1e4;
const DOUBLINGS: usize = 64;
/// Bisections of a τ over a real z, in logarithms of distances up to this.
const FAR: f64 = 300.0;

/// An interval of real τ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Component {
    /// τ > 0: above the support.
    Above,
    /// −c₁ < τ < 0: z < 0.
    Negative(f64),
    /// Below −c₁, down to minus the next capacity where that counts: between 0 and the lowest bulk.
    Below(f64, Option<f64>),
    /// τ < −1: between the highest bulk and the point mass above it.
    Top,
}

/// An end of a bulk.
#[derive(Clone, Debug)]
pub(super) struct LineEnd {
    pub position: Real,
    pub exponent: Option<Rational>,
    /// The interval that ends there, and where.
    pub component: Option<(Component, f64)>,
}

impl Component {
    /// τ at a parameter that grows away from where the interval begins.
    pub fn place(self, s: f64) -> f64 {
        let logistic = |s: f64| 1.0 / (1.0 + (-s).exp());
        match self {
            Self::Above => s.exp(),
            Self::Negative(first) => -first * logistic(s),
            Self::Below(first, Some(next)) => -first - (next - first) * logistic(s),
            Self::Below(first, None) => -first - s.exp(),
            Self::Top => -1.0 - (-s).exp(),
        }
    }

    /// Where each ζ lies over τ.
    pub fn sides(self, map: &Map64, tau: f64) -> Vec<Side> {
        let side = |layer: &super::doubles::Layer64| match self {
            Self::Above => Side::Above,
            Self::Top => Side::Top,
            Self::Negative(_) => Side::Negative,
            Self::Below(..) => {
                if tau * layer.inverse > -layer.alive {
                    Side::Negative
                } else {
                    Side::Low
                }
            }
        };
        map.layers.iter().map(side).collect()
    }

    pub fn state(self, map: &Map64, tau: f64) -> State64 {
        map.real(tau, &self.sides(map, tau))
    }

    /// The first place from the beginning where z turns.
    fn turn(self, map: &Map64, most: f64) -> Option<State64> {
        let slope = |s: f64| map.slope(&self.state(map, self.place(s))).re;
        let at = |index: i32| REACH * f64::from(index) / f64::from(GRID);
        let mut before = -REACH;
        let first = slope(before).signum();
        for index in -GRID + 1..=GRID {
            let next = at(index);
            if self.place(next) > most {
                return None;
            }
            let sign = slope(next);
            if sign.signum() != first && !sign.is_nan() {
                let (mut low, mut high) = (before, next);
                for _ in 0..BISECTIONS {
                    let middle = 0.5 * (low + high);
                    if middle <= low || middle >= high {
                        break;
                    }
                    if slope(middle).signum() == first { low = middle } else { high = middle }
                }
                return Some(self.state(map, self.place(0.5 * (low + high))));
            }
            before = next;
        }
        None
    }

    /// τ over a real z on the interval up to `end`, in double precision.
    pub fn over(self, map: &Map64, z: f64, end: Option<f64>) -> State64 {
        let inside = |tau: f64| match (self, end) {
            (Self::Above, Some(end)) => tau < end,
            (Self::Below(..), Some(end)) => tau > end,
            (Self::Top, Some(end)) => tau < end,
            _ => true,
        };
        let rises = matches!(self, Self::Negative(_) | Self::Below(..));
        let (mut low, mut high) = (-FAR, FAR);
        for _ in 0..2 * BISECTIONS {
            let middle = 0.5 * (low + high);
            let tau = self.place(middle);
            let is_before = inside(tau) && {
                let value = map.z(&self.state(map, tau)).re;
                // a τ that is rounded to the beginning
                value.is_nan() || (if rises { value < z } else { value > z })
            };
            if is_before { low = middle } else { high = middle }
        }
        self.state(map, self.place(0.5 * (low + high)))
    }
}

/// The line as seen from the slopes.
pub(super) struct Line<'a> {
    pub slopes: &'a JacobianSlopes,
    pub map: &'a Map,
    pub doubles: &'a Map64,
    pub bits: u32,
}

impl Line<'_> {
    fn critical(&self, component: Component, proved: bool) -> Result<Option<LineEnd>, LawError> {
        let Some(start) = component.turn(self.doubles, self.most()) else { return Ok(None) };
        let [tau, position] = self.map.critical(&start)?;
        let position = if proved { Real::from(position) } else { Real::Estimated(position) };
        let exponent = Some(Rational::from((1, 2)));
        Ok(Some(LineEnd { position, exponent, component: Some((component, tau.to_f64())) }))
    }

    /// τ where a ζ comes to a supremum that is not taken; infinite where all are.
    fn most(&self) -> f64 {
        let bound = |(law, layer): (&super::SlopeLaw, &super::doubles::Layer64)| {
            let zeta = law.supremum.as_ref()?.to_f64();
            Some(layer.sums(num_complex::Complex64::new(zeta, 0.0))[0].re / layer.inverse)
        };
        self.slopes.laws.iter().zip(&self.doubles.layers).filter_map(bound).fold(f64::INFINITY, f64::min)
    }

    /// The upper end where a ζ comes to its supremum before z turns; the density falls there faster than a root.
    fn at_supremum(&self) -> Result<LineEnd, LawError> {
        let most = self.most();
        if !most.is_finite() {
            return Err(LawError::NoPath);
        }
        let start = Component::Above.state(self.doubles, most);
        let near: Vec<ComplexBall> = start.zeta.iter().map(|zeta| ComplexBall::real(Ball::double(zeta.re, self.bits))).collect();
        let mut tau = Ball::double(most, self.bits);
        for (law, layer) in self.slopes.laws.iter().zip(&self.map.layers) {
            let Some(supremum) = &law.supremum else { continue };
            let psi = layer.sums(&ComplexBall::real(supremum.with_bits(self.bits)))[0].re.clone();
            let own = &psi / &layer.inverse;
            if own.to_f64() <= most * (1.0 + 1e-9) {
                tau = own;
            }
        }
        let state = self.map.state(&ComplexBall::real(tau), &near).ok_or(LawError::MoreBits)?;
        let position = Real::Estimated(self.map.z(&state).re);
        Ok(LineEnd { position, exponent: None, component: Some((Component::Above, most)) })
    }

    /// The upper end; `top` says what the highest values of all layers leave of 1, between orthogonal matrices.
    pub fn upper(&self, top: Option<Ordering>) -> Result<LineEnd, LawError> {
        let rational = self.slopes.is_rational();
        let highest = || {
            let values = self.slopes.layers.iter().map(|law| self.slopes.laws[*law].atoms.last());
            let product = values.flatten().fold(self.map.scale.clone(), |product, atom| &product * &atom.value);
            Real::from(product)
        };
        match top {
            None | Some(Ordering::Less) => {
                let proved = rational || self.slopes.mixing == Mixing::Gaussian;
                match self.critical(Component::Above, proved)? {
                    Some(end) => Ok(end),
                    None => self.at_supremum(),
                }
            }
            Some(Ordering::Equal) => {
                let exponent = Some(Rational::from((-1, 2)));
                Ok(LineEnd { position: highest(), exponent, component: None })
            }
            Some(Ordering::Greater) => {
                let lone = |law: &super::SlopeLaw| {
                    law.is_switch() || law.atoms.len().checked_sub(2).is_some_and(|next| law.atoms[next].is_point)
                };
                let found = if self.slopes.laws.iter().all(lone) { self.critical(Component::Top, rational)? } else { None };
                Ok(found.unwrap_or(LineEnd { position: highest(), exponent: None, component: None }))
            }
        }
    }

    /// The lower end.
    pub fn lower(&self) -> Result<LineEnd, LawError> {
        let capacities = capacities(self.slopes, self.bits)?;
        let one = Both::rational(Rational::from(1), self.bits);
        let at_zero = |exponent: Option<Rational>| LineEnd { position: Real::from(0), exponent, component: None };
        let Some(first) = capacities.first() else { return Ok(at_zero(None)) };
        let mut least: Vec<&Capacity> = Vec::new();
        let mut next = None;
        for capacity in &capacities {
            if capacity.law == first.law || capacity.size.compare(&first.size)?.is_eq() {
                least.push(capacity);
            } else if next.is_none() {
                next = Some(capacity.size.clone());
            }
        }
        // z is this power of τ + c₁ there
        let order = |capacity: &&Capacity| {
            let one = capacity.law.map_or(Some(1), |law| self.slopes.laws[law].order_at_zero())?;
            Some(one * capacity.count)
        };
        let count = least.iter().map(order).sum::<Option<u32>>();
        let is_haar = self.slopes.mixing == Mixing::Haar;
        let whole = is_haar && first.size.compare(&one)?.is_eq();
        let Some(count) = count else { return Ok(at_zero(None)) };
        let order = if whole { count - (self.slopes.layers.len() as u32 - 1) } else { count };
        if order > 1 {
            return Ok(at_zero(Some(Rational::from((1, order)) - 1)));
        }
        let barrier = match next {
            Some(next) if !(is_haar && next.compare(&one)?.is_eq()) => Some(next.0.to_f64()),
            _ => None,
        };
        if whole && self.lowest_left()?.is_ge() {
            // the mirror of a point mass above the support: the lowest values of all layers
            let lowest = self.slopes.layers.iter().filter_map(|law| self.slopes.laws[*law].atoms.first());
            let product = lowest.fold(self.map.scale.clone(), |product, atom| &product * &atom.value);
            return match self.lowest_left()? {
                Ordering::Equal => {
                    let exponent = Some(Rational::from((-1, 2)));
                    Ok(LineEnd { position: Real::from(product), exponent, component: None })
                }
                _ => Err(LawError::NoPath),
            };
        }
        let component = Component::Below(first.size.0.to_f64(), barrier);
        let rational = self.slopes.is_rational();
        match self.critical(component, rational) {
            Ok(None) | Err(LawError::MoreBits) if whole && !rational => self.at_lowest(component),
            found => Ok(found?.unwrap_or(at_zero(None))),
        }
    }

    /// The lower end between orthogonal matrices where z turns so far out that its value at τ = −∞ stands for it: beside the product of the lowest
    /// slopes, which most of the layers have all but exactly. Beyond a τ at which z has not turned it changes by no more than L/|τ| of itself.
    fn at_lowest(&self, component: Component) -> Result<LineEnd, LawError> {
        let start = component.state(self.doubles, -FIRST_FAR);
        let lowest =
            self.map.layers.iter().map(super::balls::Layer::lowest).collect::<Option<Vec<Ball>>>().ok_or(LawError::NoPath)?;
        let mut tau = Ball::double(-FIRST_FAR, self.bits);
        let real = |zeta: &num_complex::Complex64| Ball::double(zeta.re, self.bits);
        let mut zeta: Vec<Ball> = start.zeta.iter().map(real).collect();
        let mut found: Option<(Ball, Ball)> = None;
        for _ in 0..DOUBLINGS {
            let near: Vec<ComplexBall> = zeta.iter().map(|zeta| ComplexBall::real(zeta.clone())).collect();
            let Some(state) = self.map.state(&ComplexBall::real(tau.clone()), &near) else { break };
            // z still falls with τ, as where the interval begins
            if !self.map.slope(&state)[0].re.is_negative() {
                break;
            }
            found = Some((tau.clone(), self.map.z(&state).re));
            let solved = state.zeta.iter().map(|[zeta, ..]| &zeta.re);
            // the distances are about as 1/τ
            zeta = solved.zip(&lowest).map(|(zeta, lowest)| lowest - &(lowest - zeta).shifted(-2)).collect();
            tau = tau.shifted(2);
        }
        let (tau, position) = found.ok_or(LawError::MoreBits)?;
        let depth = Magnitude::from_f64(self.slopes.layers.len() as f64);
        let error = position.magnitude().times(depth).over(tau.least_magnitude());
        let end = Some((component, tau.to_f64()));
        Ok(LineEnd { position: Real::Estimated(position.widened(error)), exponent: None, component: end })
    }

    /// What the lowest values of all layers leave of 1.
    fn lowest_left(&self) -> Result<Ordering, LawError> {
        let one = Both::rational(Rational::from(1), self.bits);
        let mut left = one.clone();
        for index in &self.slopes.layers {
            let lowest = self.slopes.laws[*index].atoms.first().filter(|atom| atom.is_point);
            let weight = lowest.map_or_else(
                || Both::rational(Rational::new(), self.bits),
                |atom| Both(atom.weight.with_bits(self.bits), atom.exact.as_ref().map(|pair| pair[1].clone())),
            );
            left = left.minus(&one.minus(&weight));
        }
        left.compare(&Both::rational(Rational::new(), self.bits))
    }

    /// τ over a real z on an interval.
    pub fn solution(&self, component: Component, end: Option<f64>, z: &Ball) -> Result<Ball, LawError> {
        let start = component.over(self.doubles, z.to_f64(), end);
        self.map.real_solution(z, &start)
    }

    /// The interval of τ over z < 0.
    pub fn negative(&self) -> Result<Component, LawError> {
        let capacities = capacities(self.slopes, self.bits)?;
        Ok(Component::Negative(capacities.first().map_or(1.0, |capacity| capacity.size.0.to_f64())))
    }
}
