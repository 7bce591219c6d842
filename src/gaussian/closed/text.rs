//! Closed forms as text of the query language: `1/2 - 1/(2*pi)`, `sqrt(5/3)`, `2*Phi(1) - 1`.
//!
//! Each term is one fraction. Of the roots, √π takes its side of the fraction and a square-free root joins it under one root
//! sign; factors that the root shares with the denominator cancel against it (√2/2 prints as 1/√2).

use std::fmt;

use rug::{Integer, Rational};

use super::exact::{Exact, Term};
use super::monomial::{Atom, Monomial, Wave};

/// The absolute value of a term: factors above and below the line.
#[derive(Default)]
struct Fraction {
    above: Vec<String>,
    below: Vec<String>,
}

/// The sum of the terms: a rational first, unless it is negative and another term is not.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut terms: Vec<&Term> = self.terms.iter().collect();
        terms.sort_by_key(|(monomial, _)| !monomial.is_one());
        if let Some(first) = terms.iter().position(|(_, c)| c.cmp0().is_gt()) {
            let positive = terms.remove(first);
            terms.insert(0, positive);
        }
        if terms.is_empty() {
            return f.write_str("0");
        }
        for (index, (monomial, coefficient)) in terms.into_iter().enumerate() {
            let sign = match (index, coefficient.cmp0().is_lt()) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            write!(f, "{sign}{}", fraction(monomial, coefficient).join())?;
        }
        Ok(())
    }
}

fn fraction(monomial: &Monomial, coefficient: &Rational) -> Fraction {
    let mut fraction = Fraction::default();
    let (numerator, mut denominator) = (coefficient.numer().clone().abs(), coefficient.denom().clone());
    // √root/denominator = √(inside/common)/(denominator/common)
    let common = Integer::from(monomial.root.gcd_ref(&denominator));
    let inside = Integer::from(&monomial.root / &common);
    denominator /= &common;
    let mut root = Fraction::default();
    root.above.extend((inside != 1).then(|| inside.to_string()));
    root.below.extend((common != 1).then(|| common.to_string()));
    if monomial.half_pi % 2 != 0 {
        let side = if monomial.half_pi > 0 { &mut root.above } else { &mut root.below };
        side.push("pi".to_owned());
    }
    let whole_pi = monomial.half_pi / 2;
    fraction.above.extend((numerator != 1).then(|| numerator.to_string()));
    fraction.below.extend((denominator != 1).then(|| denominator.to_string()));
    if whole_pi != 0 {
        let side = if whole_pi > 0 { &mut fraction.above } else { &mut fraction.below };
        side.push(power("pi".to_owned(), whole_pi.unsigned_abs()));
    }
    match (root.above.is_empty(), root.below.is_empty()) {
        (true, true) => {}
        (true, false) => fraction.below.push(format!("sqrt({})", root.below.join("*"))),
        (false, _) => fraction.above.push(format!("sqrt({})", root.join())),
    }
    fraction.above.extend((!monomial.exponent.is_zero()).then(|| format!("exp({})", monomial.exponent)));
    match &monomial.wave {
        Wave::None => {}
        Wave::Cos(angle) => fraction.above.push(format!("cos({angle})")),
        Wave::Sin(angle) => fraction.above.push(format!("sin({angle})")),
    }
    fraction.above.extend(monomial.atoms.iter().map(|(atom, exponent)| power(written(atom), *exponent)));
    fraction
}

impl Fraction {
    fn join(&self) -> String {
        let above = if self.above.is_empty() { "1".to_owned() } else { self.above.join("*") };
        match self.below.as_slice() {
            [] => above,
            [one] => format!("{above}/{one}"),
            below => format!("{above}/({})", below.join("*")),
        }
    }
}

fn power(base: String, exponent: u32) -> String {
    if exponent == 1 { base } else { format!("{base}^{exponent}") }
}

fn written(atom: &Atom) -> String {
    match atom {
        Atom::NormalCdf(c) => format!("Phi({c})"),
        Atom::Asin(c) => format!("asin({c})"),
        Atom::ErfRe(re, im) => format!("Re erf({re} + i*({im}))"),
        Atom::ErfIm(re, im) => format!("Im erf({re} + i*({im}))"),
    }
}
