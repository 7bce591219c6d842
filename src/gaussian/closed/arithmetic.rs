//! Sums and products of closed forms, in normal form again.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};
use std::sync::Arc;

use rug::Rational;

use super::exact::Exact;

impl Add for &Exact {
    type Output = Exact;
    fn add(self, other: &Exact) -> Exact {
        let (mut left, mut right) = (self.terms.as_slice(), other.terms.as_slice());
        let mut terms = Vec::with_capacity(left.len() + right.len());
        while let ([a, rest @ ..], [b, others @ ..]) = (left, right) {
            let order = if Arc::ptr_eq(&a.0, &b.0) { Ordering::Equal } else { a.0.cmp(&b.0) };
            match order {
                Ordering::Less => {
                    terms.push(a.clone());
                    left = rest;
                }
                Ordering::Greater => {
                    terms.push(b.clone());
                    right = others;
                }
                Ordering::Equal => {
                    let sum = Rational::from(&a.1 + &b.1);
                    if !sum.is_zero() {
                        terms.push((Arc::clone(&a.0), sum));
                    }
                    (left, right) = (rest, others);
                }
            }
        }
        terms.extend(left.iter().chain(right).cloned());
        Exact { terms }
    }
}

impl Sub for &Exact {
    type Output = Exact;
    fn sub(self, other: &Exact) -> Exact {
        self + &-other
    }
}

impl Neg for &Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact { terms: self.terms.iter().map(|(m, c)| (Arc::clone(m), Rational::from(-c))).collect() }
    }
}

impl Mul for &Exact {
    type Output = Exact;
    fn mul(self, other: &Exact) -> Exact {
        if self.is_zero() || other.is_zero() {
            return Exact::zero();
        }
        match (self.rational(), other.rational()) {
            (Some(factor), _) => return other.scaled(factor),
            (_, Some(factor)) => return self.scaled(factor),
            _ => {}
        }
        let mut products = Vec::new();
        for (m, c) in &self.terms {
            for (n, d) in &other.terms {
                let factor = Rational::from(c * d);
                products.extend(m.times(n).terms.into_iter().map(|(monomial, by)| (monomial, by * &factor)));
            }
        }
        Exact::collect(products)
    }
}
