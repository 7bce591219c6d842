//! Proofs that the odd or even part of an activation is a polynomial of degree at most one.
//!
//! silu(x) − silu(−x) = x, softplus(x) − softplus(−x) = x, sigmoid(x) + sigmoid(−x) = 1: then every Hermite coefficient of that
//! parity beyond the first is exactly zero, although f itself is neither even nor odd.
//!
//! Such functions are rational in x, E = e^{gx} and S_s = softplus(s x) (as independent variables; their relations are not
//! needed). A rational function whose numerator has degree at most d_i in variable i vanishes identically if it vanishes on a
//! grid of d_i + 1 values per variable: that is checked in exact rational arithmetic, so the result is a proof.

use rug::ops::Pow;
use rug::{Integer, Rational};

use super::polynomials::affine;
use crate::activation::{Function, Node, Primitive};

/// What a reflection shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Reflection {
    /// f(x) − f(−x) = 2ax: the odd coefficients beyond the first vanish, and E Z f = a.
    LinearOddPart(Rational),
    /// f(x) + f(−x) = 2c: the even coefficients beyond the zeroth vanish, and E f = c.
    ConstantEvenPart(Rational),
}

/// Points of the grid, at most.
const MOST_POINTS: usize = 20_000;
/// Operations at all points, at most (tuned: 0.2 s).
const MOST_OPERATIONS: usize = 200_000;

/// The reflections that f is proved to have.
#[must_use]
pub fn reflections(f: &Function) -> Vec<Reflection> {
    let Some(variables) = Variables::of(f) else { return Vec::new() };
    let mirror = f.substitute(&-Function::x());
    let mut found = Vec::new();
    let difference = f.clone() - mirror.clone();
    if let Some(ratio) = variables.constant_ratio(&difference, true) {
        found.push(Reflection::LinearOddPart(ratio / 2));
    }
    if let Some(value) = variables.constant_ratio(&(f.clone() + mirror), false) {
        found.push(Reflection::ConstantEvenPart(value / 2));
    }
    found
}

/// The independent variables of f: x, E = e^{gx}, and one S per slope of softplus.
struct Variables {
    step: Rational,
    softplus: Vec<Rational>,
}

/// Degree bounds of numerator and denominator, per variable.
type Degrees = Vec<[usize; 2]>;

fn lcm_step(step: Option<Rational>, slope: &Rational) -> Rational {
    let Some(step) = step else { return slope.clone().abs() };
    // the largest rational of which both are integer multiples
    let numerator = Integer::from(step.numer() * slope.denom()).gcd(&Integer::from(slope.numer() * step.denom()));
    Rational::from((numerator, Integer::from(step.denom() * slope.denom())))
}

/// The values of x, E and the S at a point of the grid: positive rationals, distinct per variable and far from special values.
fn point(mut index: usize, sizes: &[usize]) -> Vec<Rational> {
    let coordinate = |(variable, size): (usize, &usize)| {
        let i = index % size;
        index /= size;
        Rational::from((3 * i as u64 + 7 + variable as u64, 5))
    };
    sizes.iter().enumerate().map(coordinate).collect()
}

impl Variables {
    fn of(f: &Function) -> Option<Self> {
        let (mut step, mut softplus) = (None, Vec::new());
        Self::scan(f, &mut step, &mut softplus)?;
        Some(Self { step: step.unwrap_or_else(|| Rational::from(1)), softplus })
    }

    fn scan(f: &Function, step: &mut Option<Rational>, softplus: &mut Vec<Rational>) -> Option<()> {
        match f.node() {
            Node::X | Node::Rational(_) => Some(()),
            Node::Add(..) | Node::Subtract(..) | Node::Multiply(..) | Node::Divide(..) | Node::Negate(_) | Node::Power(..) => {
                if let Node::Power(_, n) = f.node() {
                    n.integer().filter(|n| n.unsigned_abs() < 50)?;
                }
                f.node().children().iter().try_for_each(|child| Self::scan(child, step, softplus))
            }
            Node::Apply(primitive, u) => {
                if let (Primitive::Tanh, Node::Apply(Primitive::Softplus, inner)) = (primitive, u.node()) {
                    let (slope, intercept) = affine(inner)?;
                    *step = Some(lcm_step(step.take(), &slope));
                    return (intercept == 0).then_some(());
                }
                let (slope, intercept) = affine(u)?;
                if intercept != 0 {
                    return None;
                }
                match primitive {
                    Primitive::Exp | Primitive::Sigmoid | Primitive::Sinh | Primitive::Cosh => {
                        *step = Some(lcm_step(step.take(), &slope));
                    }
                    Primitive::Tanh => *step = Some(lcm_step(step.take(), &Rational::from(&slope * 2u32))),
                    Primitive::Softplus => {
                        let slope = slope.abs();
                        if !softplus.contains(&slope) {
                            softplus.push(slope);
                        }
                    }
                    _ => return None,
                }
                Some(())
            }
            _ => None,
        }
    }

    /// The constant k with g = k (or g = k x), when that is an identity.
    fn constant_ratio(&self, g: &Function, linear: bool) -> Option<Rational> {
        let mut degrees = self.degrees(g)?;
        if linear {
            degrees[0][1] += 1;
        }
        let sizes: Vec<usize> = degrees.iter().map(|[numerator, denominator]| numerator.max(denominator) + 1).collect();
        let points = sizes
            .iter()
            .try_fold(1usize, |product, n| product.checked_mul(*n))
            .filter(|n| *n <= MOST_POINTS && n.saturating_mul(g.size()) <= MOST_OPERATIONS)?;
        let mut known: Option<Rational> = None;
        for index in 0..points {
            let point = point(index, &sizes);
            let value = self.value(g, &point)?;
            let ratio = if linear { value / &point[0] } else { value };
            match &known {
                Some(known) if *known != ratio => return None,
                Some(_) => {}
                None => known = Some(ratio),
            }
        }
        known
    }

    /// The variable that stands for softplus of slope ± s.
    fn softplus(&self, slope: &Rational) -> Option<usize> {
        Some(2 + self.softplus.iter().position(|known| *known == slope.clone().abs())?)
    }

    /// e^{slope·x} as a power of E.
    fn exponential(&self, slope: &Rational, point: &[Rational]) -> Option<Rational> {
        let power = Rational::from(slope / &self.step);
        let power = power.is_integer().then(|| power.numer().to_i32()).flatten().filter(|p| p.unsigned_abs() < 200)?;
        Some(Rational::from((&point[1]).pow(power)))
    }

    fn value(&self, f: &Function, point: &[Rational]) -> Option<Rational> {
        let of = |g: &Function| self.value(g, point);
        match f.node() {
            Node::X => Some(point[0].clone()),
            Node::Rational(value) => Some(value.clone()),
            Node::Add(a, b) => Some(of(a)? + of(b)?),
            Node::Subtract(a, b) => Some(of(a)? - of(b)?),
            Node::Multiply(a, b) => Some(of(a)? * of(b)?),
            Node::Negate(a) => Some(-of(a)?),
            Node::Divide(a, b) => Some(of(a)? / Some(of(b)?).filter(|b| *b != 0)?),
            Node::Power(a, n) => {
                let (base, n) = (of(a)?, n.integer()?);
                (n >= 0 || base != 0).then(|| base.pow(n))
            }
            Node::Apply(primitive, u) => self.primitive(*primitive, u, point),
            _ => None,
        }
    }

    fn primitive(&self, primitive: Primitive, u: &Function, point: &[Rational]) -> Option<Rational> {
        if let (Primitive::Tanh, Node::Apply(Primitive::Softplus, inner)) = (primitive, u.node()) {
            let e = self.exponential(&affine(inner)?.0, point)?;
            let square = Rational::from(&e + 1u32).square();
            return Some(Rational::from(&square - 1u32) / (square + 1u32));
        }
        let slope = affine(u)?.0;
        let e = |times: u32| self.exponential(&Rational::from(&slope * times), point);
        match primitive {
            Primitive::Exp => e(1),
            Primitive::Sinh => e(1).map(|e| (e.clone() - e.recip()) / 2u32),
            Primitive::Cosh => e(1).map(|e| (e.clone() + e.recip()) / 2u32),
            Primitive::Sigmoid => e(1).map(|e| &e / Rational::from(&e + 1u32)),
            Primitive::Tanh => e(2).map(|e| Rational::from(&e - 1u32) / (e + 1u32)),
            Primitive::Softplus => {
                let s = point[self.softplus(&slope)?].clone();
                Some(if slope > 0 { s } else { s + slope * &point[0] })
            }
            _ => None,
        }
    }

    fn degrees(&self, f: &Function) -> Option<Degrees> {
        let of = |variable: usize, degrees: [usize; 2]| {
            let mut list = vec![[0, 0]; self.softplus.len() + 2];
            list[variable] = degrees;
            list
        };
        let joined = |a: &Function, b: &Function, join: fn([usize; 2], [usize; 2]) -> [usize; 2]| {
            let (a, b) = (self.degrees(a)?, self.degrees(b)?);
            Some(a.into_iter().zip(b).map(|(a, b)| join(a, b)).collect())
        };
        match f.node() {
            Node::X => Some(of(0, [1, 0])),
            Node::Rational(_) => Some(of(0, [0, 0])),
            Node::Negate(a) => self.degrees(a),
            Node::Add(a, b) | Node::Subtract(a, b) => joined(a, b, |[p, q], [r, s]| [(p + s).max(r + q), q + s]),
            Node::Multiply(a, b) => joined(a, b, |[p, q], [r, s]| [p + r, q + s]),
            Node::Divide(a, b) => joined(a, b, |[p, q], [r, s]| [p + s, q + r]),
            Node::Power(a, n) => {
                let (degrees, n) = (self.degrees(a)?, n.integer()?);
                let times = |[p, q]: [usize; 2]| [p, q].map(|degree| degree * n.unsigned_abs() as usize);
                Some(degrees.into_iter().map(|[p, q]| times(if n >= 0 { [p, q] } else { [q, p] })).collect())
            }
            Node::Apply(Primitive::Softplus, u) => {
                let mut degrees = of(0, [1, 0]);
                degrees[self.softplus(&affine(u)?.0)?] = [1, 0];
                Some(degrees)
            }
            Node::Apply(_, u) => {
                let inner = if let Node::Apply(Primitive::Softplus, inner) = u.node() { inner } else { u };
                let power = affine(inner)?.0.abs() / &self.step;
                // at most the square of e^{2u} over its like
                let power = 2 * power.numer().to_usize().filter(|p| *p < 200)?.max(1);
                Some(of(1, [power, power]))
            }
            _ => None,
        }
    }
}
