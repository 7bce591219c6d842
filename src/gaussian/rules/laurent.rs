//! The Laurent series of a meromorphic activation at one of its poles.
//!
//! By the rules of the tree: a node that is singular at the pole has its own series, 1/tanh(s(z − z₀)) or 1/(1 − e^(−s(z − z₀))), a
//! denominator that vanishes there loses its constant term, and an entire primitive is composed with its Taylor series.

use std::collections::HashMap;

use rug::Rational;

use super::poles::Pole;
use crate::activation::{Function, Node, Primitive, evaluate};
use crate::gaussian::polynomials::affine;
use crate::number::{Ball, ComplexBall, Laurent};

/// The Laurent series of f at a pole, with `length` terms from its valuation on.
#[must_use]
pub fn expand(f: &Function, pole: &Pole, length: usize) -> Option<Laurent> {
    let mut expansion = Expansion { pole, length, bits: pole.at.bits(), known: HashMap::new() };
    let series = expansion.of(f)?;
    series.terms.iter().all(ComplexBall::is_finite).then_some(series)
}

struct Expansion<'a> {
    pole: &'a Pole,
    length: usize,
    bits: u32,
    /// By address, while f is there.
    known: HashMap<usize, Option<Laurent>>,
}

impl Expansion<'_> {
    fn of(&mut self, f: &Function) -> Option<Laurent> {
        if let Some(known) = self.known.get(&f.address()) {
            return known.clone();
        }
        let series = self.rule(f);
        self.known.insert(f.address(), series.clone());
        series
    }

    fn rule(&mut self, f: &Function) -> Option<Laurent> {
        if f.is_constant() {
            let value = evaluate(f, &Ball::zero(self.bits));
            return Some(Laurent::constant(ComplexBall::real(value), self.length));
        }
        match f.node() {
            Node::X => Some(Laurent::variable(&self.pole.at, self.length)),
            Node::Add(a, b) => Some(self.of(a)?.plus(&self.of(b)?)),
            Node::Subtract(a, b) => Some(self.of(a)?.plus(&self.of(b)?.negated())),
            Node::Negate(a) => Some(self.of(a)?.negated()),
            Node::Multiply(a, b) => Some(self.of(a)?.times(&self.of(b)?)),
            Node::Divide(a, b) => Some(self.of(a)?.times(&self.denominator(b)?.inverse())),
            Node::Power(a, n) => {
                let n = n.integer()?;
                let base = if n < 0 { self.denominator(a)? } else { self.of(a)? };
                Some(base.power(n))
            }
            Node::Apply(primitive, u) => self.apply(*primitive, u, f),
            _ => None,
        }
    }

    fn is_singular(&self, f: &Function) -> bool {
        self.pole.singular.contains(f)
    }

    /// The series of a denominator; where it is known to vanish, its constant term is exactly zero and is dropped.
    fn denominator(&mut self, b: &Function) -> Option<Laurent> {
        if !self.is_singular(b) {
            return self.of(b);
        }
        let mut longer = Expansion { length: self.length + 1, known: HashMap::new(), ..*self };
        let series = longer.of(b)?;
        (series.valuation == 0).then(|| Laurent { valuation: 1, terms: series.terms[1..].to_vec() })
    }

    fn apply(&mut self, primitive: Primitive, u: &Function, whole: &Function) -> Option<Laurent> {
        if self.is_singular(whole) {
            return self.at_pole(primitive, u);
        }
        let inner = self.of(u)?;
        let outer = taylor(primitive, &inner.value()?, self.length)?;
        inner.compose(&outer)
    }

    /// coth w or 1/(1 − e^(−w)) with w = u − u(z₀) = s (z − z₀).
    fn at_pole(&self, primitive: Primitive, u: &Function) -> Option<Laurent> {
        let (slope, _) = affine(u)?;
        // wʲ/j!, from which sinh w, cosh w and 1 − e^{−w} = Σ −(−w)ʲ/j! take theirs
        let mut powers = vec![Rational::from(1)];
        for j in 1..=self.length {
            powers.push(Rational::from(&powers[j - 1] * &slope) / j as u32);
        }
        let even = |j: usize, c: &Rational| if j.is_multiple_of(2) { c.clone() } else { Rational::new() };
        let alternating = |j: usize, c: &Rational| if j.is_multiple_of(2) { c.clone() } else { Rational::from(-c) };
        let series = |valuation: usize, change: &dyn Fn(usize, &Rational) -> Rational| {
            let terms = powers[valuation..].iter().take(self.length).enumerate();
            let ball = |(j, c): (usize, &Rational)| ComplexBall::real(Ball::rational(&change(j, c), self.bits));
            Laurent { valuation: valuation as i32, terms: terms.map(ball).collect() }
        };
        match primitive {
            Primitive::Tanh => Some(series(0, &even).times(&series(1, &even).inverse())),
            Primitive::Sigmoid => Some(series(1, &alternating).inverse()),
            _ => None,
        }
    }
}

/// Taylor coefficients g⁽ⁱ⁾(w)/i! of a primitive at a complex point.
fn taylor(primitive: Primitive, w: &ComplexBall, length: usize) -> Option<Vec<ComplexBall>> {
    let bits = w.bits();
    let real = |value: i64| ComplexBall::real(Ball::integer(value, bits));
    let i = ComplexBall::new(Ball::zero(bits), Ball::integer(1, bits));
    let half = Ball::integer(1, bits).shifted(-1);
    let exponential = |rate: &ComplexBall| {
        let mut terms = vec![(w * rate).exp()];
        for k in 1..length as i64 {
            let last = &terms[terms.len() - 1] * rate;
            terms.push(last.scaled(&Ball::rational(&Rational::from((1, k)), bits)));
        }
        terms
    };
    let combine = |a: &ComplexBall, b: &ComplexBall, sign: i64| {
        let (plus, minus) = (exponential(a), exponential(b));
        plus.iter().zip(&minus).map(|(p, m)| (p + &(m * &real(sign))).scaled(&half)).collect::<Vec<_>>()
    };
    match primitive {
        Primitive::Exp => Some(exponential(&real(1))),
        Primitive::Sinh => Some(combine(&real(1), &real(-1), -1)),
        Primitive::Cosh => Some(combine(&real(1), &real(-1), 1)),
        Primitive::Cos => Some(combine(&i, &-&i, 1)),
        Primitive::Sin => Some(combine(&i, &-&i, -1).iter().map(|term| -&(term * &i)).collect()),
        Primitive::Tanh => {
            let decay = (-&(w + w)).exp();
            let start = (real(1) - &decay) / (real(1) + &decay);
            Some(riccati(start, length, |_, square, k| if k == 0 { real(1) - square } else { -square }))
        }
        Primitive::Sigmoid => {
            let start = (real(1) + (-w).exp()).inverse();
            // s′ = s − s²
            Some(riccati(start, length, |term, square, _| term - square))
        }
        _ => None,
    }
}

fn convolution(terms: &[ComplexBall], k: usize) -> ComplexBall {
    let zero = ComplexBall::real(Ball::zero(terms[0].bits()));
    (0..=k).fold(zero, |sum, i| sum + &terms[i] * &terms[k - i])
}

/// The solution of t′ = right(t, t²) by its coefficients.
fn riccati(
    start: ComplexBall,
    length: usize,
    right: impl Fn(&ComplexBall, &ComplexBall, usize) -> ComplexBall,
) -> Vec<ComplexBall> {
    let bits = start.bits();
    let mut terms = vec![start];
    for k in 0..length - 1 {
        let slope = right(&terms[k], &convolution(&terms, k), k);
        terms.push(slope.scaled(&Ball::rational(&Rational::from((1, k as i64 + 1)), bits)));
    }
    terms
}
