//! Poles of a meromorphic activation in the upper half plane.
//!
//! The class: sums, products, quotients and integer powers of x, constants, entire primitives (exp, sin, cos, sinh, cosh) of
//! rational-affine arguments or of anything analytic, tanh(sx + t), sigmoid(sx + t), and denominators that are square-free
//! polynomials in x or in e^{sx}. tanh(softplus(u)) is rewritten as (E² + 2E)/(E² + 2E + 2), E = e^u, which covers mish.
//! The list of poles is complete below the height asked: poles come only from these nodes.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use rug::Rational;

use crate::activation::{Function, Node, Primitive};
use crate::gaussian::polynomials::{affine, exponential_polynomial, polynomial};
use crate::number::{Ball, ComplexBall, Job, Polynomial, Stopped, enclose_roots};

/// A pole candidate: the point and the nodes that are singular there.
pub struct Pole {
    /// Where it is, Im > 0.
    pub at: ComplexBall,
    /// Its height in double precision.
    pub height: f64,
    /// Functions whose value is singular (tanh, sigmoid) or exactly zero (denominators) there.
    pub(super) singular: Vec<Function>,
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
    for singularity in &collection.singularities {
        // a root of a polynomial takes some thirty sweeps (measured)
        job.spend(30 * u64::from(bits) * singularity.degree().min(MOST_ROOTS).pow(2) as u64 / 8)?;
        let Some(found) = locate(singularity, height, bits) else { return Ok(None) };
        places.push((singularity, found));
    }
    Ok(gathered(places))
}

/// The poles in order of their heights, each with the nodes that are singular there.
fn gathered(places: Vec<(&Singularity, Vec<ComplexBall>)>) -> Option<Vec<Pole>> {
    let mut found: Vec<Pole> = Vec::new();
    for (singularity, places) in places {
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
                Some(pole) if provably_equal(&pole.singular, singularity) => pole.singular.push(singularity.node.clone()),
                Some(_) => return None,
                None => found.push(Pole { at, height, singular: vec![singularity.node.clone()] }),
            }
        }
    }
    found.sort_by(|a, b| a.height.total_cmp(&b.height));
    Some(found)
}

/// tanh and sigmoid of centred arguments whose slopes have a rational ratio share poles exactly, at rational multiples of iπ.
fn provably_equal(known: &[Function], singularity: &Singularity) -> bool {
    let centred = |f: &Function| match f.node() {
        Node::Apply(Primitive::Tanh | Primitive::Sigmoid, u) => affine(u).is_some_and(|(_, intercept)| intercept == 0),
        _ => false,
    };
    centred(&singularity.node) && known.iter().all(centred)
}

/// What a pole may come from: a tanh, a sigmoid, or a zero of a denominator.
struct Singularity {
    node: Function,
    /// r_n with the poles of a tanh or sigmoid where its argument is ± iπ r_n; none for a denominator.
    rung: Option<fn(i64) -> Rational>,
}

impl Singularity {
    /// The degree of the polynomial whose roots are sought, 0 where there is none.
    fn degree(&self) -> usize {
        if self.rung.is_some() {
            return 0;
        }
        let whole = polynomial(&self.node).or_else(|| Some(exponential_polynomial(&self.node)?.1));
        whole.map_or(0, |polynomial| polynomial.degree())
    }
}

/// The nodes that may be singular, each subtree visited once.
#[derive(Default)]
struct Collection {
    seen: HashSet<usize>,
    /// Subtrees shown to be entire.
    entire: HashSet<usize>,
    singularities: Vec<Singularity>,
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
        let zero = |b: &Function| Singularity { node: b.clone(), rung: None };
        let singularity = match f.node() {
            Node::X | Node::Add(..) | Node::Subtract(..) | Node::Multiply(..) | Node::Negate(_) => return Some(()),
            Node::Divide(_, b) if b.is_constant() => return Some(()),
            Node::Divide(_, b) => zero(b),
            Node::Power(a, n) => match n.integer()? {
                n if n < 0 => zero(a),
                _ => return Some(()),
            },
            Node::Apply(Primitive::Tanh, u) => {
                affine(u).map(|_| Singularity { node: f.clone(), rung: Some(|n| Rational::from((2 * n + 1, 2))) })?
            }
            Node::Apply(Primitive::Sigmoid, u) => {
                affine(u).map(|_| Singularity { node: f.clone(), rung: Some(|n| Rational::from(2 * n + 1)) })?
            }
            _ => return None,
        };
        if !self.singularities.iter().any(|known| known.node == singularity.node) {
            self.singularities.push(singularity);
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

/// The poles z = (± iπ r_n − t)/s of tanh or sigmoid of sx + t, or the zeros of a denominator, in the upper half plane.
fn locate(singularity: &Singularity, height: f64, bits: u32) -> Option<Vec<ComplexBall>> {
    let (Some(rung), Node::Apply(_, u)) = (singularity.rung, singularity.node.node()) else {
        return zeros(&singularity.node, height, bits);
    };
    let (s, t) = affine(u)?;
    let re = Ball::rational(&(-t / &s), bits);
    let scale = s.abs();
    let heights = (0..=MOST_POLES as i64).map(|n| Ball::pi(bits).times_rational(&(rung(n) / &scale)));
    Some(heights.take_while(|im| im.to_f64() <= height).map(|im| ComplexBall::new(re.clone(), im)).collect())
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
    let decided = roots.iter().all(|root| root.im.sign().is_some_and(Ordering::is_ne));
    let within = |root: &ComplexBall| root.im.is_positive() && root.im.to_f64() <= height;
    decided.then(|| roots.into_iter().filter(within).collect())
}

fn simple_roots(polynomial: &Polynomial<Rational>, bits: u32) -> Option<Vec<ComplexBall>> {
    if polynomial.degree() == 0 {
        return (!polynomial.is_zero()).then(Vec::new);
    }
    if polynomial.degree() > MOST_ROOTS || polynomial.gcd(&polynomial.derivative()).degree() > 0 {
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
