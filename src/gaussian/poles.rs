//! Poles of a meromorphic activation in the upper half plane, and its Laurent series there.
//!
//! The class: sums, products, quotients and integer powers of x, constants, entire primitives (exp, sin, cos, sinh, cosh) of
//! rational-affine arguments or of anything analytic, tanh(sx + t), sigmoid(sx + t), and denominators that are square-free
//! polynomials in x or in e^{sx}. tanh(softplus(u)) is rewritten as (E² + 2E)/(E² + 2E + 2), E = e^u, which covers mish.
//! The list of poles is complete below the height asked: poles come only from these nodes.

use std::collections::{HashMap, HashSet};

use rug::Rational;

use super::polynomials::{affine, exponential_polynomial, polynomial};
use crate::activation::{Function, Node, Primitive};
use crate::number::{Ball, ComplexBall, Job, Laurent, Polynomial, Stopped, enclose_roots};

/// A pole candidate: the point and the nodes that are singular there.
pub struct Pole {
    /// Where it is, Im > 0.
    pub at: ComplexBall,
    /// Its height in double precision.
    pub height: f64,
    /// Functions whose value is singular (tanh, sigmoid) or exactly zero (denominators) there.
    singular: Vec<Function>,
}

impl Pole {
    /// The pole at another precision.
    #[must_use]
    pub fn with_bits(&self, bits: u32) -> Self {
        Self { at: self.at.with_bits(bits), height: self.height, singular: self.singular.clone() }
    }
}

/// Rewrites tanh(softplus(u)) so that its poles are visible.
#[must_use]
pub fn meromorphic_form(f: &Function) -> Function {
    rewritten(f, &mut HashMap::new())
}

fn rewritten(f: &Function, known: &mut HashMap<usize, Function>) -> Function {
    if let Some(known) = known.get(&f.address()) {
        return known.clone();
    }
    let result = without_softplus(f, known);
    known.insert(f.address(), result.clone());
    result
}

fn without_softplus(f: &Function, known: &mut HashMap<usize, Function>) -> Function {
    if let Node::Apply(Primitive::Tanh, inner) = f.node()
        && let Node::Apply(Primitive::Softplus, u) = inner.node()
    {
        let e = rewritten(u, known).apply(Primitive::Exp);
        let numerator = e.powi(2) + Function::rational(2) * e;
        return numerator.clone() / (numerator + Function::rational(2));
    }
    f.map_children(&mut |child| rewritten(child, known))
}

/// Whether f is in the class; its poles are not looked for.
#[must_use]
pub fn is_meromorphic(f: &Function) -> bool {
    Collection::default().add(f).is_some()
}

/// More poles are left to rules that need no list of them.
const MOST_POLES: usize = 300;

/// A denominator of a higher degree is left to rules that need no list of poles: there would be too many.
const MOST_ROOTS: usize = 64;

/// All candidates with 0 < Im z ≤ `height`, or `None` when f is outside the class, has a real pole or too many poles.
///
/// # Errors
/// When the job is stopped.
pub fn poles(f: &Function, height: f64, bits: u32, job: &Job<'_>) -> Result<Option<Vec<Pole>>, Stopped> {
    let mut collection = Collection::default();
    if collection.add(f).is_none() {
        return Ok(None);
    }
    let mut places = Vec::new();
    for source in &collection.sources {
        // a root of a polynomial takes some thirty sweeps (measured)
        job.spend(30 * u64::from(bits) * source.degree().min(MOST_ROOTS).pow(2) as u64 / 8)?;
        let Some(found) = locate(source, height, bits) else { return Ok(None) };
        places.push((source, found));
    }
    Ok(gathered(places))
}

/// The poles in order of their heights, each with the nodes that are singular there.
fn gathered(places: Vec<(&Source, Vec<ComplexBall>)>) -> Option<Vec<Pole>> {
    let mut found: Vec<Pole> = Vec::new();
    for (source, places) in places {
        if found.len() + places.len() > MOST_POLES {
            return None;
        }
        for at in places {
            let height = at.im.to_f64();
            // balls that meet have midpoints that agree in double precision
            let near =
                |pole: &Pole| (pole.height - height).abs() < 1e-9 * height + at.im.radius().plus(pole.at.im.radius()).to_f64();
            let same = found.iter_mut().find(|pole| near(pole) && (&pole.at - &at).norm().contains_zero());
            match same {
                // two nodes singular at one point: only where it is exactly the same point
                Some(pole) if provably_equal(&pole.singular, source) => pole.singular.push(source.node()),
                Some(_) => return None,
                None => found.push(Pole { at, height, singular: vec![source.node()] }),
            }
        }
    }
    found.sort_by(|a, b| a.height.total_cmp(&b.height));
    Some(found)
}

/// tanh and sigmoid of centred arguments whose slopes have a rational ratio share poles exactly, at rational multiples of iπ.
fn provably_equal(known: &[Function], source: &Source) -> bool {
    let centred = |f: &Function| match f.node() {
        Node::Apply(Primitive::Tanh | Primitive::Sigmoid, u) => affine(u).is_some_and(|(_, intercept)| intercept == 0),
        _ => false,
    };
    centred(&source.node()) && known.iter().all(centred)
}

enum Source {
    Tanh(Function),
    Sigmoid(Function),
    Zero(Function),
}

impl Source {
    fn node(&self) -> Function {
        match self {
            Self::Tanh(u) => u.apply(Primitive::Tanh),
            Self::Sigmoid(u) => u.apply(Primitive::Sigmoid),
            Self::Zero(b) => b.clone(),
        }
    }

    /// The degree of the polynomial whose roots are sought, 0 where there is none.
    fn degree(&self) -> usize {
        let Self::Zero(b) = self else { return 0 };
        polynomial(b).or_else(|| Some(exponential_polynomial(b)?.1)).map_or(0, |polynomial| polynomial.degree())
    }
}

/// The nodes that may be singular, each subtree visited once.
#[derive(Default)]
struct Collection {
    seen: HashSet<usize>,
    /// Subtrees shown to be entire.
    entire: HashSet<usize>,
    sources: Vec<Source>,
}

impl Collection {
    fn add(&mut self, f: &Function) -> Option<()> {
        if f.is_constant() || !self.seen.insert(f.address()) {
            return Some(());
        }
        if let Node::Apply(Primitive::Exp | Primitive::Sin | Primitive::Cos | Primitive::Sinh | Primitive::Cosh, u) = f.node() {
            // an essential singularity must not arise: the argument has no poles of its own
            return is_entire(u, &mut self.entire).then_some(());
        }
        for child in f.node().children() {
            self.add(child)?;
        }
        let source = match f.node() {
            Node::X | Node::Add(..) | Node::Subtract(..) | Node::Multiply(..) | Node::Negate(_) => return Some(()),
            Node::Divide(_, b) if b.is_constant() => return Some(()),
            Node::Divide(_, b) => Source::Zero(b.clone()),
            Node::Power(a, n) => match n.integer()? {
                n if n < 0 => Source::Zero(a.clone()),
                _ => return Some(()),
            },
            Node::Apply(Primitive::Tanh, u) => affine(u).map(|_| Source::Tanh(u.clone()))?,
            Node::Apply(Primitive::Sigmoid, u) => affine(u).map(|_| Source::Sigmoid(u.clone()))?,
            _ => return None,
        };
        if !self.sources.iter().any(|known| known.node() == source.node()) {
            self.sources.push(source);
        }
        Some(())
    }
}

fn is_entire(f: &Function, seen: &mut HashSet<usize>) -> bool {
    if f.is_constant() || !seen.insert(f.address()) {
        return true;
    }
    let own = match f.node() {
        Node::X | Node::Add(..) | Node::Subtract(..) | Node::Multiply(..) | Node::Negate(_) => true,
        Node::Divide(_, b) => b.is_constant(),
        Node::Power(_, n) => n.integer().is_some_and(|n| n >= 0),
        Node::Apply(primitive, _) => {
            matches!(primitive, Primitive::Exp | Primitive::Sin | Primitive::Cos | Primitive::Sinh | Primitive::Cosh)
        }
        _ => false,
    };
    own && f.node().children().iter().all(|child| is_entire(child, seen))
}

fn locate(source: &Source, height: f64, bits: u32) -> Option<Vec<ComplexBall>> {
    match source {
        Source::Tanh(u) => Some(ladder(u, height, bits, &|n| Rational::from((2 * n + 1, 2)))),
        Source::Sigmoid(u) => Some(ladder(u, height, bits, &|n| Rational::from(2 * n + 1))),
        Source::Zero(b) => zeros(b, height, bits),
    }
}

/// z = (± iπ r_n − t)/s in the upper half plane.
fn ladder(u: &Function, height: f64, bits: u32, rung: &dyn Fn(i64) -> Rational) -> Vec<ComplexBall> {
    let Some((s, t)) = affine(u) else { return Vec::new() };
    let re = Ball::rational(&(-t / &s), bits);
    let scale = s.abs();
    let mut found = Vec::new();
    for n in 0.. {
        let im = Ball::pi(bits).times_rational(&(rung(n) / &scale));
        if im.to_f64() > height || found.len() > MOST_POLES {
            break;
        }
        found.push(ComplexBall::new(re.clone(), im));
    }
    found
}

/// Zeros of a denominator with 0 < Im ≤ height; `None` when it is outside the class, not square-free, or has real zeros.
fn zeros(b: &Function, height: f64, bits: u32) -> Option<Vec<ComplexBall>> {
    if let Some(polynomial) = polynomial(b) {
        let roots = simple_roots(&polynomial, bits)?;
        return upper(roots, height);
    }
    let (slope, polynomial) = exponential_polynomial(b)?;
    let mut found = Vec::new();
    let period = Ball::pi(bits).shifted(1).times_rational(&slope.clone().abs().recip());
    for y in simple_roots(&polynomial, bits)? {
        if y.norm().contains_zero() {
            return None;
        }
        // the logarithm of −y turned back by iπ stays off the cut for every y but positive ones, which give real zeros
        let turned = -&y;
        let log = turned.ln();
        let pi = Ball::pi(bits);
        let start = ComplexBall::new(log.re, log.im + &pi).scaled(&Ball::rational(&Rational::from(slope.recip_ref()), bits));
        if !start.is_finite() {
            return None;
        }
        let first = (-start.im.to_f64() / period.to_f64()).ceil() as i64 - 1;
        let count = (height / period.to_f64()).ceil() as i64 + 3;
        if count > MOST_POLES as i64 {
            return None;
        }
        for n in first..first + count {
            let im = &start.im + &(&period * &Ball::integer(n, bits));
            found.push(ComplexBall::new(start.re.clone(), im));
        }
    }
    upper(found, height)
}

fn upper(roots: Vec<ComplexBall>, height: f64) -> Option<Vec<ComplexBall>> {
    let mut kept = Vec::new();
    for root in roots {
        match root.im.sign() {
            Some(std::cmp::Ordering::Greater) if root.im.to_f64() <= height => kept.push(root),
            Some(std::cmp::Ordering::Less | std::cmp::Ordering::Greater) => {}
            _ => return None,
        }
    }
    Some(kept)
}

fn simple_roots(polynomial: &Polynomial<Rational>, bits: u32) -> Option<Vec<ComplexBall>> {
    if polynomial.degree() == 0 {
        return (!polynomial.is_zero()).then(Vec::new);
    }
    if polynomial.degree() > MOST_ROOTS {
        return None;
    }
    if polynomial.gcd(&polynomial.derivative()).degree() > 0 {
        return None;
    }
    if let [c, b, a] = polynomial.coefficients.as_slice()
        && let Some(root) = imaginary_root([a, b, c], bits)
    {
        return Some(vec![root.conj(), root]);
    }
    let working = bits + 32;
    enclose_roots(&polynomial.map(|c| ComplexBall::real(Ball::rational(c, working))), working)
}

/// (−b + i√(4ac − b²))/(2|a|) when it is not real: exactly on the imaginary axis when b = 0.
fn imaginary_root([a, b, c]: [&Rational; 3], bits: u32) -> Option<ComplexBall> {
    let square = Rational::from(a * c) * 4u32 - Rational::from(b.square_ref());
    let half = Rational::from(a * 2u32).recip();
    (square > 0).then(|| {
        let im = Ball::rational(&square, bits).sqrt().times_rational(&half.clone().abs());
        ComplexBall::new(Ball::rational(&-Rational::from(b * &half), bits), im)
    })
}

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
            let value = crate::activation::evaluate(f, &Ball::zero(self.bits));
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
        let one = Rational::from(1);
        let mut term = Rational::from(&slope);
        let (mut sinh, mut cosh, mut decay) = (Vec::new(), Vec::new(), Vec::new());
        // sinh w = w Σ w^{2j}/(2j+1)!, (1 − e^{−w}) = w Σ (−w)^j/(j+1)!
        let mut power = one.clone();
        for j in 0..self.length as i64 {
            let even = j % 2 == 0;
            let over = Rational::from(&term / (j + 1));
            sinh.push(if even { over.clone() } else { Rational::new() });
            cosh.push(if even { power.clone() } else { Rational::new() });
            decay.push(if even { over.clone() } else { -over.clone() });
            power = over;
            term = Rational::from(&power * &slope);
        }
        let series = |valuation, terms: Vec<Rational>| Laurent {
            valuation,
            terms: terms.iter().map(|c| ComplexBall::real(Ball::rational(c, self.bits))).collect(),
        };
        match primitive {
            Primitive::Tanh => Some(series(0, cosh).times(&series(1, sinh).inverse())),
            Primitive::Sigmoid => Some(series(1, decay).inverse()),
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
            Some(riccati(start, length, |product, k| if k == 0 { real(1) - product } else { -product }))
        }
        Primitive::Sigmoid => {
            let start = (real(1) + (-w).exp()).inverse();
            // s′ = s − s²
            let mut terms = vec![start];
            for k in 0..length - 1 {
                let square = convolution(&terms, k);
                let next = (&terms[k] - &square).scaled(&Ball::rational(&Rational::from((1, k as i64 + 1)), bits));
                terms.push(next);
            }
            Some(terms)
        }
        _ => None,
    }
}

fn convolution(terms: &[ComplexBall], k: usize) -> ComplexBall {
    let zero = ComplexBall::real(Ball::zero(terms[0].bits()));
    (0..=k).fold(zero, |sum, i| sum + &terms[i] * &terms[k - i])
}

/// The solution of t′ = right(t²) by its coefficients.
fn riccati(start: ComplexBall, length: usize, right: impl Fn(&ComplexBall, usize) -> ComplexBall) -> Vec<ComplexBall> {
    let bits = start.bits();
    let mut terms = vec![start];
    for k in 0..length - 1 {
        let slope = right(&convolution(&terms, k), k);
        terms.push(slope.scaled(&Ball::rational(&Rational::from((1, k as i64 + 1)), bits)));
    }
    terms
}
