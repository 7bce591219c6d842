//! Which parts of a function are polynomials with rational coefficients, in x or in one exponential e^{sx}.

use std::collections::HashMap;

use rug::Rational;

use crate::activation::{Function, Node, Primitive};
use crate::number::Polynomial;

/// Degrees beyond this are not expanded.
const MOST_DEGREE: usize = 200;
/// Products of coefficients in one product of two polynomials (tuned: some milliseconds).
const MOST_PRODUCTS: usize = 2500;

type Leaf<'a> = &'a dyn Fn(&Function) -> Option<Vec<Rational>>;

/// Polynomials in x, each subtree expanded once.
#[derive(Default)]
pub struct Polynomials {
    /// By address; the trees are kept so that no address is used twice.
    known: HashMap<usize, (Function, Option<Polynomial<Rational>>)>,
}

impl Polynomials {
    /// f as a polynomial in x with rational coefficients.
    #[must_use]
    pub fn of(&mut self, f: &Function) -> Option<Polynomial<Rational>> {
        self.over(f, &|node| matches!(node.node(), Node::X).then(|| vec![Rational::new(), Rational::from(1)]))
    }

    /// (s, t) with f = s x + t, both rational and s ≠ 0.
    #[must_use]
    pub fn affine(&mut self, f: &Function) -> Option<(Rational, Rational)> {
        match self.of(f)?.coefficients.as_slice() {
            [t, s] if *s != 0 => Some((s.clone(), t.clone())),
            _ => None,
        }
    }

    /// f as a polynomial in what `leaf` knows, the same each time.
    fn over(&mut self, f: &Function, leaf: Leaf<'_>) -> Option<Polynomial<Rational>> {
        if let Some((_, known)) = self.known.get(&f.address()) {
            return known.clone();
        }
        let result = self.expanded(f, leaf);
        self.known.insert(f.address(), (f.clone(), result.clone()));
        result
    }

    fn expanded(&mut self, f: &Function, leaf: Leaf<'_>) -> Option<Polynomial<Rational>> {
        if let Some(value) = f.as_rational() {
            return Some(Polynomial::new(vec![value.clone()]).trimmed());
        }
        if let Some(coefficients) = leaf(f) {
            return Some(Polynomial::new(coefficients));
        }
        let zero = Polynomial::new(vec![Rational::new()]);
        let minus_one = Polynomial::new(vec![Rational::from(-1)]);
        let result = match f.node() {
            Node::Add(a, b) => self.over(a, leaf)?.minus(&self.over(b, leaf)?.times(&minus_one)),
            Node::Subtract(a, b) => self.over(a, leaf)?.minus(&self.over(b, leaf)?),
            Node::Negate(a) => zero.minus(&self.over(a, leaf)?),
            Node::Multiply(a, b) => product(&self.over(a, leaf)?, &self.over(b, leaf)?)?,
            Node::Divide(a, b) => {
                let divisor = b.as_rational().filter(|value| **value != 0)?.clone();
                self.over(a, leaf)?.map(|c| Rational::from(c / &divisor))
            }
            Node::Power(a, n) => {
                let n = u32::try_from(n.integer()?).ok().filter(|n| *n <= MOST_DEGREE as u32)?;
                power(Polynomial::new(vec![Rational::from(1)]), &self.over(a, leaf)?, n, product)?
            }
            _ => return None,
        };
        (result.degree() <= MOST_DEGREE).then(|| result.trimmed())
    }
}

/// The product, of a bounded degree; most coefficients of a power of x are 0.
fn product(a: &Polynomial<Rational>, b: &Polynomial<Rational>) -> Option<Polynomial<Rational>> {
    let filled = |p: &Polynomial<Rational>| p.coefficients.iter().filter(|c| **c != 0).count();
    if a.degree() + b.degree() > MOST_DEGREE || filled(a) * filled(b) > MOST_PRODUCTS {
        return None;
    }
    let mut coefficients = vec![Rational::new(); a.degree() + b.degree() + 1];
    for (i, a) in a.coefficients.iter().enumerate().filter(|(_, a)| **a != 0) {
        for (j, b) in b.coefficients.iter().enumerate().filter(|(_, b)| **b != 0) {
            coefficients[i + j] += Rational::from(a * b);
        }
    }
    Some(Polynomial::new(coefficients))
}

/// baseⁿ by squaring; `None` where a product is.
pub(super) fn power<T: Clone>(one: T, base: &T, mut n: u32, mut times: impl FnMut(&T, &T) -> Option<T>) -> Option<T> {
    let (mut power, mut base) = (one, base.clone());
    while n > 0 {
        if n % 2 == 1 {
            power = times(&power, &base)?;
        }
        n /= 2;
        if n > 0 {
            base = times(&base, &base)?;
        }
    }
    Some(power)
}

/// f as a polynomial in x with rational coefficients.
#[must_use]
pub fn polynomial(f: &Function) -> Option<Polynomial<Rational>> {
    Polynomials::default().of(f)
}

/// (s, t) with f = s x + t, both rational and s ≠ 0.
#[must_use]
pub fn affine(f: &Function) -> Option<(Rational, Rational)> {
    Polynomials::default().affine(f)
}

/// (s, P) with f = P(e^{sx}).
pub(super) fn exponential_polynomial(f: &Function) -> Option<(Rational, Polynomial<Rational>)> {
    let mut slope: Option<Rational> = None;
    find_slope(f, &mut slope)?;
    let slope = slope?;
    let unit = |node: &Function| match node.node() {
        Node::Apply(Primitive::Exp, u) => {
            let (s, t) = affine(u)?;
            let power = Rational::from(&s / &slope);
            let power = power.is_integer().then(|| power.numer().to_usize()).flatten().filter(|p| *p <= MOST_DEGREE && t == 0)?;
            let mut coefficients = vec![Rational::new(); power + 1];
            coefficients[power] = Rational::from(1);
            Some(coefficients)
        }
        _ => None,
    };
    Some((slope.clone(), Polynomials::default().over(f, &unit)?))
}

/// The smallest slope of the exponentials in f, all of one sign; fails at anything else that holds x.
fn find_slope(f: &Function, slope: &mut Option<Rational>) -> Option<()> {
    if f.is_constant() {
        return Some(());
    }
    match f.node() {
        Node::Apply(Primitive::Exp, u) => {
            let (s, _) = affine(u)?;
            let smaller = slope.as_ref().is_none_or(|known| s.clone().abs() < known.clone().abs());
            if smaller {
                *slope = Some(s);
            }
            Some(())
        }
        Node::X => None,
        _ => f.node().children().iter().try_for_each(|child| find_slope(child, slope)),
    }
}
