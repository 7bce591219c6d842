//! Functions of several directions x1 … x9: sums of products, each factor a function of one direction.
//!
//! Gaussian averages of such a function are made of averages over one variable, which is why no others are taken.

use std::collections::BTreeMap;
use std::fmt;

use super::{Function, Node, Primitive, Program, derivative, lower};

/// Most terms.
pub const MOST_TERMS: usize = 200;
/// Most directions: x1 … x9.
pub const MOST_DIRECTIONS: usize = 9;

/// A sum of products. Two that are equal as functions may differ as sums.
#[derive(Clone, Debug, PartialEq)]
pub struct Several {
    terms: Vec<Term>,
}

/// A product.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Its constant factor.
    pub constant: Function,
    /// Its factors that are no constants, as functions of x, by direction from 1.
    pub factors: BTreeMap<usize, Function>,
}

impl Term {
    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut factors = self.factors.clone();
        for (direction, factor) in &other.factors {
            let product = factors.get(direction).map_or_else(|| factor.clone(), |known| known.clone() * factor.clone());
            factors.insert(*direction, product);
        }
        Self { constant: self.constant.clone() * other.constant.clone(), factors }
    }

    /// A whole power, factor by factor.
    #[must_use]
    pub fn power(&self, exponent: i32) -> Self {
        self.mapped(|f| f.powi(exponent))
    }

    fn mapped(&self, map: impl Fn(&Function) -> Function) -> Self {
        Self { constant: map(&self.constant), factors: self.factors.iter().map(|(k, f)| (*k, map(f))).collect() }
    }
}

impl Several {
    /// f(x_direction), a constant where f is one.
    #[must_use]
    pub fn of_direction(direction: usize, f: Function) -> Self {
        if f.is_constant() {
            return Self::constant(f);
        }
        Self { terms: vec![Term { constant: Function::one(), factors: BTreeMap::from([(direction, f)]) }] }
    }

    /// A constant.
    #[must_use]
    pub fn constant(value: Function) -> Self {
        Self { terms: vec![Term { constant: value, factors: BTreeMap::new() }] }
    }

    /// The direction that a name such as x2 stands for.
    #[must_use]
    pub fn named(name: &str) -> Option<usize> {
        let digits = name.strip_prefix('x').filter(|digits| digits.len() == 1)?;
        digits.parse().ok().filter(|direction| (1..=MOST_DIRECTIONS).contains(direction))
    }

    /// Its products.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The directions that occur, ascending.
    #[must_use]
    pub fn directions(&self) -> Vec<usize> {
        let mut found: Vec<usize> = self.terms.iter().flat_map(|term| term.factors.keys().copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The only direction that occurs, 1 where there is none, and the function of it; none where there are several.
    #[must_use]
    pub fn alone(&self) -> Option<(usize, Function)> {
        let directions = self.directions();
        let direction = directions.first().copied().unwrap_or(1);
        let product = |term: &Term| term.factors.values().fold(term.constant.clone(), |product, f| product * f.clone());
        let sum = self.terms.iter().map(product).reduce(|sum, term| sum + term).unwrap_or_else(|| Function::rational(0));
        (directions.len() <= 1).then_some((direction, sum))
    }

    /// What is made of the sum of those terms that have the same directions, where that is one direction or none.
    fn gathered(terms: Vec<Term>) -> Self {
        let mut found: Vec<Term> = Vec::new();
        for term in terms {
            let keys: Vec<usize> = term.factors.keys().copied().collect();
            let known = found.iter_mut().find(|known| keys.len() <= 1 && known.factors.keys().copied().eq(keys.iter().copied()));
            match (known, keys.first()) {
                (Some(known), None) => known.constant = known.constant.clone() + term.constant,
                (Some(known), Some(direction)) => {
                    let of = |term: &Term| term.constant.clone() * term.factors[direction].clone();
                    let sum = of(known) + of(&term);
                    *known = Term { constant: Function::one(), factors: BTreeMap::from([(*direction, sum)]) };
                }
                (None, _) => found.push(term),
            }
        }
        // a sum may have become constant, or zero
        let settled = found.into_iter().map(|term| {
            let (constants, factors): (Vec<_>, Vec<_>) = term.factors.into_iter().partition(|(_, f)| f.is_constant());
            let constant = constants.into_iter().fold(term.constant, |product, (_, f)| product * f);
            Term { constant, factors: factors.into_iter().collect() }
        });
        let terms: Vec<Term> = settled.filter(|term| !term.constant.is_zero()).collect();
        if terms.is_empty() { Self::constant(Function::rational(0)) } else { Self { terms } }
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self::gathered(self.terms.iter().chain(&other.terms).cloned().collect())
    }

    /// The product; none beyond 200 terms.
    #[must_use]
    pub fn times(&self, other: &Self) -> Option<Self> {
        if self.terms.len() * other.terms.len() > MOST_TERMS {
            return None;
        }
        let products = self.terms.iter().flat_map(|left| other.terms.iter().map(|right| left.times(right)));
        Some(Self::gathered(products.collect()))
    }

    /// The opposite.
    #[must_use]
    pub fn negated(&self) -> Self {
        let negated = |term: &Term| {
            let mut term = term.clone();
            match term.factors.values_mut().next().filter(|_| term.constant.is_one()) {
                Some(factor) => *factor = -factor.clone(),
                None => term.constant = -term.constant,
            }
            term
        };
        Self { terms: self.terms.iter().map(negated).collect() }
    }

    /// 1/g of a single product; none for sums.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        let [term] = &self.terms[..] else { return None };
        let one = || Function::one();
        (!term.constant.is_zero()).then(|| Self { terms: vec![term.mapped(|f| one() / f.clone())] })
    }

    /// g to a whole power; none beyond 200 terms.
    #[must_use]
    pub fn power(&self, exponent: u32) -> Option<Self> {
        (0..exponent).try_fold(Self::constant(Function::one()), |power, _| power.times(self))
    }

    /// exp of a sum of functions of one direction each, abs or sign of a single product; none where the result does not separate.
    #[must_use]
    pub fn through(&self, primitive: Primitive) -> Option<Self> {
        match primitive {
            Primitive::Exp => {
                let factors = self.terms.iter().map(|term| {
                    let (direction, f) = Self { terms: vec![term.clone()] }.alone()?;
                    Some(Self::of_direction(direction, f.apply(Primitive::Exp)))
                });
                factors.into_iter().try_fold(Self::constant(Function::one()), |product, factor| product.times(&factor?))
            }
            Primitive::Abs | Primitive::Sign => {
                let [term] = &self.terms[..] else { return None };
                Some(Self { terms: vec![term.mapped(|f| f.apply(primitive))] })
            }
            _ => None,
        }
    }

    /// The derivative in a direction.
    #[must_use]
    pub fn derivative(&self, direction: usize) -> Self {
        let slope = |term: &Term| {
            let factor = term.factors.get(&direction)?;
            let mut rest = term.clone();
            rest.factors.remove(&direction);
            let slope = Self::of_direction(direction, derivative(factor));
            slope.times(&Self { terms: vec![rest] })
        };
        Self::gathered(self.terms.iter().filter_map(slope).flat_map(|slope| slope.terms).collect())
    }

    /// Whether every part is within the bounds of a function.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        let parts = self.terms.iter().flat_map(|term| term.factors.values().chain([&term.constant]));
        self.terms.len() <= MOST_TERMS
            && parts.clone().all(|f| f.depth() <= lower::MAX_DEPTH)
            && parts.map(Function::size).sum::<usize>() <= lower::MAX_SIZE
    }
}

/// The text of a function of x with another name for x, in brackets where it is not one piece.
fn renamed(f: &Function, name: &str, alone: bool) -> String {
    let text = f.to_string();
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let characters: Vec<char> = text.chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| characters.get(place).copied());
    let mut out = String::new();
    for (place, c) in characters.iter().enumerate() {
        let whole = *c == 'x' && !is_word(at(place.checked_sub(1))) && !is_word(at(Some(place + 1)));
        if whole { out.push_str(name) } else { out.push(*c) }
    }
    let one_piece = matches!(f.node(), Node::X | Node::Apply(..) | Node::Pi | Node::Max(..) | Node::Min(..) | Node::Power(..))
        || f.as_rational().is_some_and(|value| *value >= 0 && value.is_integer());
    if alone || one_piece { out } else { format!("({out})") }
}

impl fmt::Display for Several {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                out.write_str(" + ")?;
            }
            let constant = (!term.constant.is_one() || term.factors.is_empty()).then_some((0, &term.constant));
            let factors = constant.into_iter().chain(term.factors.iter().map(|(direction, f)| (*direction, f)));
            let alone = self.terms.len() == 1 && factors.clone().count() == 1;
            let texts: Vec<String> = factors.map(|(direction, f)| renamed(f, &format!("x{direction}"), alone)).collect();
            out.write_str(&texts.join("*"))?;
        }
        Ok(())
    }
}

/// A function of several directions in double precision.
pub struct SeveralProgram {
    terms: Vec<(f64, Vec<(usize, Program)>)>,
}

impl SeveralProgram {
    /// Of a function.
    #[must_use]
    pub fn new(g: &Several) -> Self {
        let value = |constant: &Function| {
            let mut value = [0.0];
            Program::new(constant).apply(&mut value);
            value[0]
        };
        let factors = |term: &Term| term.factors.iter().map(|(direction, f)| (*direction, Program::new(f))).collect();
        Self { terms: g.terms.iter().map(|term| (value(&term.constant), factors(term))).collect() }
    }

    /// The values at points given by the columns of their coordinates x1, x2, …, all of the same length.
    #[must_use]
    pub fn values(&self, columns: &[&[f64]]) -> Vec<f64> {
        let length = columns.first().map_or(0, |column| column.len());
        let mut sum = vec![0.0; length];
        for (constant, factors) in &self.terms {
            let mut product = vec![*constant; length];
            for (direction, program) in factors {
                let mut factor = columns[direction - 1].to_vec();
                program.apply(&mut factor);
                product.iter_mut().zip(&factor).for_each(|(product, factor)| *product *= factor);
            }
            sum.iter_mut().zip(&product).for_each(|(sum, product)| *sum += product);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(direction: usize) -> Several {
        Several::of_direction(direction, Function::x())
    }

    fn of(direction: usize, text: &str) -> Several {
        Several::of_direction(direction, lower::read(text).expect("a function of x"))
    }

    /// Powers, products and derivatives against their values and difference quotients at scattered points.
    #[test]
    fn values_follow_the_algebra() {
        let pair = x(1).times(&x(2)).and_then(|product| product.plus(&of(3, "tanh(x) - 2")).plus(&of(1, "x^2")).power(2));
        let g = pair.expect("few terms");
        let value = |g: &Several, at: [f64; 3]| SeveralProgram::new(g).values(&[&[at[0]], &[at[1]], &[at[2]]])[0];
        for at in [[0.3f64, -1.2, 0.7], [0.0, 0.0, 0.0], [-2.0, 1.5, -0.4]] {
            let direct = (at[0] * at[1] + at[2].tanh() - 2.0 + at[0] * at[0]).powi(2);
            assert!((value(&g, at) - direct).abs() < 1e-13 * (1.0 + direct), "{g} at {at:?}");
            for direction in 1..=3 {
                let step = 1e-5;
                let moved = |by: f64| value(&g, std::array::from_fn(|k| if k + 1 == direction { at[k] + by } else { at[k] }));
                let quotient = (moved(step) - moved(-step)) / (2.0 * step);
                let slope = value(&g.derivative(direction), at);
                assert!((slope - quotient).abs() < 1e-7 * (1.0 + slope.abs()), "{direction} at {at:?}: {slope}, {quotient}");
            }
        }
    }

    #[test]
    fn functions_of_a_sum_separate_where_they_can() {
        let sum = x(1).plus(&of(2, "x/2"));
        let product = x(1).times(&of(2, "x - 1")).expect("one term");
        let value = |g: &Several| SeveralProgram::new(g).values(&[&[0.6], &[-1.1]])[0];
        let exp = sum.through(Primitive::Exp).expect("exp separates");
        assert!((value(&exp) - (0.6f64 - 0.55).exp()).abs() < 1e-14);
        assert_eq!(value(&product.through(Primitive::Sign).expect("sign separates")), -1.0);
        assert!((value(&product.through(Primitive::Abs).expect("abs separates")) - 1.26).abs() < 1e-14);
        assert!(sum.through(Primitive::Abs).is_none() && product.through(Primitive::Exp).is_none());
        assert!(sum.inverse().is_none() && sum.through(Primitive::Tanh).is_none());
    }

    #[test]
    fn one_direction_is_a_function_of_one_variable() {
        let g = x(4).plus(&Several::constant(Function::rational(-1))).power(2).expect("few terms");
        assert_eq!(g.alone().map(|(direction, _)| direction), Some(4));
        assert!(x(1).plus(&x(2)).alone().is_none());
        assert_eq!(x(2).plus(&x(1).negated()).directions(), [1, 2]);
        assert_eq!(["x1", "x9", "x0", "x10", "y1", "x"].map(Several::named), [Some(1), Some(9), None, None, None, None]);
    }
}
