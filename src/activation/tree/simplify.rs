//! Gathering of like terms and factors: sums of rational multiples, products of integer powers.
//!
//! The value stays the same wherever the function is defined; a product by 0 is 0. No identity between primitives is used.

use rug::Rational;

use super::function::{Function, Node};

/// The function with like terms and equal factors gathered.
#[must_use]
pub fn simplified(f: &Function) -> Function {
    f.rebuilt(&|_| None, &root_gathered)
}

fn root_gathered(f: Function) -> Function {
    match f.node() {
        Node::Add(..) | Node::Subtract(..) | Node::Negate(_) => sum(&f),
        Node::Multiply(..) => product(&f),
        Node::Divide(a, _) if a.is_zero() => Function::rational(0),
        Node::Divide(a, b) if a == b => Function::one(),
        _ => f,
    }
}

fn sum(f: &Function) -> Function {
    let mut terms = Vec::new();
    collect_terms(f, &Rational::from(1), &mut terms);
    terms.retain(|(coefficient, _)| *coefficient != 0);
    let total = terms.into_iter().fold(None, |total: Option<Function>, (coefficient, term)| {
        Some(match total {
            None => scaled(&coefficient, &term),
            Some(total) if coefficient < 0 => total - scaled(&-coefficient, &term),
            Some(total) => total + scaled(&coefficient, &term),
        })
    });
    total.unwrap_or_else(|| Function::rational(0))
}

fn collect_terms(f: &Function, factor: &Rational, terms: &mut Vec<(Rational, Function)>) {
    match f.node() {
        Node::Add(a, b) => {
            collect_terms(a, factor, terms);
            collect_terms(b, factor, terms);
        }
        Node::Subtract(a, b) => {
            collect_terms(a, factor, terms);
            collect_terms(b, &Rational::from(-factor), terms);
        }
        Node::Negate(a) => collect_terms(a, &Rational::from(-factor), terms),
        _ => {
            let (coefficient, term) = split(f);
            let coefficient = coefficient * factor;
            match terms.iter_mut().find(|(_, known)| *known == term) {
                Some((known, _)) => *known += coefficient,
                None => terms.push((coefficient, term)),
            }
        }
    }
}

/// A term as its rational coefficient and the rest.
fn split(f: &Function) -> (Rational, Function) {
    let parts = match f.node() {
        Node::Rational(value) => Some((value.clone(), Function::one())),
        Node::Multiply(a, b) => match (a.as_rational(), b.as_rational()) {
            (Some(value), _) => Some((value.clone(), b.clone())),
            (_, value) => value.map(|value| (value.clone(), a.clone())),
        },
        Node::Divide(a, b) => b.as_rational().filter(|value| **value != 0).map(|value| {
            let (coefficient, rest) = split(a);
            (coefficient / value, rest)
        }),
        _ => None,
    };
    parts.unwrap_or_else(|| (Rational::from(1), f.clone()))
}

fn scaled(coefficient: &Rational, term: &Function) -> Function {
    if term.as_rational().is_some_and(|value| *value == 1) {
        return Function::rational(coefficient.clone());
    }
    if *coefficient.numer() == 1 && *coefficient.denom() != 1 {
        return term.clone() / Function::rational(Rational::from(coefficient.denom()));
    }
    Function::rational(coefficient.clone()) * term.clone()
}

fn product(f: &Function) -> Function {
    let mut coefficient = Rational::from(1);
    let mut factors: Vec<(Function, Rational)> = Vec::new();
    collect_factors(f, &mut coefficient, &mut factors);
    let powers = factors.into_iter().map(|(base, exponent)| base.power(&Function::rational(exponent)));
    match powers.reduce(|product, power| product * power) {
        _ if coefficient == 0 => Function::rational(0),
        None => Function::rational(coefficient),
        Some(rest) => scaled(&coefficient, &rest),
    }
}

fn collect_factors(f: &Function, coefficient: &mut Rational, factors: &mut Vec<(Function, Rational)>) {
    match f.node() {
        Node::Multiply(a, b) => {
            collect_factors(a, coefficient, factors);
            collect_factors(b, coefficient, factors);
        }
        Node::Negate(a) => {
            *coefficient = Rational::from(-&*coefficient);
            collect_factors(a, coefficient, factors);
        }
        Node::Rational(value) => *coefficient *= value,
        _ => {
            let (base, exponent) = match f.node() {
                Node::Power(a, b) if b.integer().is_some_and(|n| n > 0) => (a.clone(), Rational::from(b.integer().unwrap_or(1))),
                _ => (f.clone(), Rational::from(1)),
            };
            match factors.iter_mut().find(|(known, _)| *known == base) {
                Some((_, known)) => *known += exponent,
                None => factors.push((base, exponent)),
            }
        }
    }
}
