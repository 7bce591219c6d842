//! What does not depend on the variances of a network: found once for an activation, when it is first asked for.

use std::sync::OnceLock;

use rug::Rational;

use super::error::PropagationError;
use super::falling::Falling;
use super::far::Bounds;
use super::rising::rising;
use crate::activation::{Function, KinkError, affine, canonical, pieces};
use crate::gaussian::Energies;
use crate::gaussian::growth::{Side, growth, settled};
use crate::number::Job;

/// An activation with what was found of it.
#[derive(Debug)]
pub struct Nonlinearity {
    /// f.
    pub(super) f: Function,
    /// f².
    pub(super) square: Function,
    /// E f², E f′² and E f″² at many scales.
    pub(super) energies: Energies,
    /// Far out, from a few places on.
    pub(super) bounds: Bounds,
    /// See [`Nonlinearity::halves`].
    halves: OnceLock<Option<Halves>>,
    /// See [`Nonlinearity::ceiling`].
    ceiling: OnceLock<f64>,
    /// See [`Nonlinearity::falling`].
    falling: OnceLock<Falling>,
    /// See [`Nonlinearity::rising`].
    rising: OnceLock<Option<f64>>,
}

/// f(x) = slope x + level to the left and to the right of 0.
#[derive(Debug)]
pub(super) struct Halves {
    slopes: [Function; 2],
    levels: [Function; 2],
}

impl Halves {
    /// k of E f(√q Z)² = kq, where f is a line through 0 on either side.
    pub(super) fn line(&self) -> Option<Function> {
        self.levels.iter().all(Function::is_zero).then(|| mean_square(&self.slopes))
    }

    /// E f(√q Z)² where f is constant on either side, but not 0.
    pub(super) fn level(&self) -> Option<Function> {
        let flat = self.slopes.iter().all(Function::is_zero) && !self.levels.iter().all(Function::is_zero);
        flat.then(|| mean_square(&self.levels))
    }
}

fn mean_square([left, right]: &[Function; 2]) -> Function {
    (left.powi(2) + right.powi(2)) / Function::rational(2)
}

impl Nonlinearity {
    /// Of f, of which nothing is examined yet.
    #[must_use]
    pub fn new(f: &Function) -> Self {
        let (f, square, energies) = (f.clone(), f.powi(2), Energies::new(f));
        Self {
            f,
            square,
            energies,
            bounds: Bounds::default(),
            halves: OnceLock::new(),
            ceiling: OnceLock::new(),
            falling: OnceLock::new(),
            rising: OnceLock::new(),
        }
    }

    /// Whether it is that of f.
    #[must_use]
    pub fn is_of(&self, f: &Function) -> bool {
        self.f == *f
    }

    /// The q from which on E f(√q Z)² is not known to be finite; infinite where it is finite for all q.
    pub(super) fn ceiling(&self) -> f64 {
        let rate = |side| growth(&self.f, side, 0.0).map_or(0.0, |growth| growth.upper.beta.to_f64());
        *self.ceiling.get_or_init(|| {
            let beta = rate(Side::Left).max(rate(Side::Right));
            if beta > 0.0 { 0.25 / beta } else { f64::INFINITY }
        })
    }

    /// What f does next to 0.
    pub(super) fn falling(&self, job: &Job<'_>) -> Result<&Falling, PropagationError> {
        if let Some(known) = self.falling.get() {
            return Ok(known);
        }
        let found = Falling::new(&self.f, job)?;
        Ok(self.falling.get_or_init(|| found))
    }

    /// The largest √q known up to which sigma_b2 grows along the edge of chaos.
    pub(super) fn rising(&self, job: &Job<'_>) -> Result<Option<f64>, PropagationError> {
        if let Some(known) = self.rising.get() {
            return Ok(*known);
        }
        let found = rising(&self.f, job)?;
        Ok(*self.rising.get_or_init(|| found))
    }

    /// What f is on either side of 0, where that is a straight line on both.
    pub(super) fn halves(&self, job: &Job<'_>) -> Result<Option<&Halves>, PropagationError> {
        if let Some(known) = self.halves.get() {
            return Ok(known.as_ref());
        }
        let found = halves(&self.f, job)?;
        Ok(self.halves.get_or_init(|| found).as_ref())
    }
}

fn halves(f: &Function, job: &Job<'_>) -> Result<Option<Halves>, PropagationError> {
    let Some(from) = settled(f) else { return Ok(None) };
    let found = match pieces(f, from.max(1.0), job) {
        Ok(found) => found,
        Err(KinkError::Stopped(why)) => return Err(why.into()),
        Err(_) => return Ok(None),
    };
    let [left, right] = match (&found.breakpoints[..], &found.branches[..]) {
        ([], [whole]) => [whole, whole],
        ([point], [left, right]) if point.location.as_rational().is_some_and(Rational::is_zero) => [left, right],
        _ => return Ok(None),
    };
    let line = |branch: &Function| affine(&canonical(branch)).map(|line| line.map(|value| canonical(&value)));
    let both = line(left).zip(line(right));
    Ok(both.map(|([slope, level], [right_slope, right_level])| Halves {
        slopes: [slope, right_slope],
        levels: [level, right_level],
    }))
}
