//! Closed forms as text of the query language and as LaTeX: `1/2 - 1/(2*pi)`, `sqrt(5/3)`, `2*Phi(1) - 1`.
//!
//! Each term is one fraction. Of the roots, √π takes its side of the fraction and a square-free root joins it under one root
//! sign; factors that the root shares with the denominator cancel against it (√2/2 prints as 1/√2).

use std::fmt;

use rug::{Integer, Rational};

use super::exact::{Exact, Term};
use super::monomial::{Atom, Monomial, Wave};

#[derive(Clone, Copy)]
enum Style {
    Plain,
    Latex,
}

/// The absolute value of a term: factors above and below the line.
#[derive(Default)]
struct Fraction {
    above: Vec<String>,
    below: Vec<String>,
}

impl Exact {
    /// Text that the query language reads back, or `None` when the number needs erf at a complex argument.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.is_real_text().then(|| self.to_string())
    }

    /// LaTeX, without dollar signs.
    #[must_use]
    pub fn latex(&self) -> String {
        written(self, Style::Latex)
    }

    fn is_real_text(&self) -> bool {
        self.terms().iter().all(|(monomial, _)| {
            let atoms = monomial.atoms.iter().all(|(atom, _)| match atom {
                Atom::NormalCdf(c) | Atom::Asin(c) => c.is_real_text(),
                Atom::ErfRe(..) | Atom::ErfIm(..) => false,
            });
            let wave = match &monomial.wave {
                Wave::None => true,
                Wave::Cos(c) | Wave::Sin(c) => c.is_real_text(),
            };
            atoms && wave && monomial.exponent.is_real_text()
        })
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self, Style::Plain))
    }
}

/// The sum of the terms: a rational first, unless it is negative and another term is not.
fn written(number: &Exact, style: Style) -> String {
    let mut terms: Vec<&Term> = number.terms().iter().collect();
    terms.sort_by_key(|(monomial, _)| !monomial.is_one());
    if let Some(first) = terms.iter().position(|(_, c)| c.cmp0().is_gt()) {
        let positive = terms.remove(first);
        terms.insert(0, positive);
    }
    let mut text = String::new();
    for (index, (monomial, coefficient)) in terms.into_iter().enumerate() {
        text.push_str(match (index, coefficient.cmp0().is_lt()) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        text.push_str(&fraction(monomial, coefficient, style).join(style));
    }
    if text.is_empty() { "0".to_owned() } else { text }
}

fn fraction(monomial: &Monomial, coefficient: &Rational, style: Style) -> Fraction {
    let mut fraction = Fraction::default();
    let (numerator, mut denominator) = (coefficient.numer().clone().abs(), coefficient.denom().clone());
    // √root/denominator = √(inside/common)/(denominator/common)
    let common = Integer::from(monomial.root.gcd_ref(&denominator));
    let inside = Integer::from(&monomial.root / &common);
    denominator /= &common;
    let odd_pi = monomial.half_pi % 2 != 0;
    let (mut over, mut under) = (Vec::new(), Vec::new());
    over.extend((inside != 1).then(|| inside.to_string()));
    under.extend((common != 1).then(|| common.to_string()));
    if odd_pi {
        let side = if monomial.half_pi > 0 { &mut over } else { &mut under };
        side.push(style.pi().to_owned());
    }
    let whole_pi = monomial.half_pi / 2;
    fraction.above.extend((numerator != 1).then(|| numerator.to_string()));
    fraction.below.extend((denominator != 1).then(|| denominator.to_string()));
    if whole_pi != 0 {
        let side = if whole_pi > 0 { &mut fraction.above } else { &mut fraction.below };
        side.push(style.power(style.pi(), whole_pi.unsigned_abs()));
    }
    match (over.is_empty(), under.is_empty()) {
        (true, true) => {}
        (true, false) => fraction.below.push(style.root(&style.product(&under))),
        (false, true) => fraction.above.push(style.root(&style.product(&over))),
        (false, false) => fraction.above.push(style.root(&Fraction { above: over, below: under }.join(style))),
    }
    fraction.above.extend((!monomial.exponent.is_zero()).then(|| style.exponential(&monomial.exponent)));
    match &monomial.wave {
        Wave::None => {}
        Wave::Cos(angle) => fraction.above.push(style.call("cos", angle)),
        Wave::Sin(angle) => fraction.above.push(style.call("sin", angle)),
    }
    for (atom, power) in &monomial.atoms {
        fraction.above.push(style.power(&style.atom(atom), *power));
    }
    fraction
}

impl Fraction {
    fn join(&self, style: Style) -> String {
        let above = if self.above.is_empty() { "1".to_owned() } else { style.product(&self.above) };
        match (style, self.below.as_slice()) {
            (_, []) => above,
            (Style::Latex, below) => format!("\\frac{{{above}}}{{{}}}", style.product(below)),
            (Style::Plain, [one]) => format!("{above}/{one}"),
            (Style::Plain, below) => format!("{above}/({})", style.product(below)),
        }
    }
}

impl Style {
    fn pi(self) -> &'static str {
        match self {
            Self::Plain => "pi",
            Self::Latex => "\\pi",
        }
    }

    fn product(self, factors: &[String]) -> String {
        match self {
            Self::Plain => factors.join("*"),
            Self::Latex => factors.join(" "),
        }
    }

    fn power(self, base: &str, exponent: u32) -> String {
        match (self, exponent) {
            (_, 1) => base.to_owned(),
            (Self::Plain, n) => format!("{base}^{n}"),
            (Self::Latex, n) => format!("{{{base}}}^{{{n}}}"),
        }
    }

    fn root(self, inside: &str) -> String {
        match self {
            Self::Plain => format!("sqrt({inside})"),
            Self::Latex => format!("\\sqrt{{{inside}}}"),
        }
    }

    fn exponential(self, exponent: &Exact) -> String {
        match self {
            Self::Plain => format!("exp({exponent})"),
            Self::Latex => format!("e^{{{}}}", exponent.latex()),
        }
    }

    fn call(self, name: &str, argument: &Exact) -> String {
        match self {
            Self::Plain => format!("{name}({argument})"),
            Self::Latex => {
                let name = if name == "asin" { "arcsin" } else { name };
                format!("\\{name}\\left({}\\right)", argument.latex())
            }
        }
    }

    fn atom(self, atom: &Atom) -> String {
        match atom {
            Atom::NormalCdf(c) => self.call("Phi", c),
            Atom::Asin(c) => self.call("asin", c),
            Atom::ErfRe(re, im) => self.complex_erf("Re", re, im),
            Atom::ErfIm(re, im) => self.complex_erf("Im", re, im),
        }
    }

    fn complex_erf(self, part: &str, re: &Exact, im: &Exact) -> String {
        match self {
            Self::Plain => format!("{part} erf({re} + i*({im}))"),
            Self::Latex => {
                let argument = format!("{} + i\\left({}\\right)", re.latex(), im.latex());
                format!("\\operatorname{{{part}}}\\operatorname{{erf}}\\left({argument}\\right)")
            }
        }
    }
}
