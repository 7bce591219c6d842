//! The map of a stack in the syntax of the language: its levels line by line, and z and m as rational functions of one parameter.
//!
//! The parameter is t over isotropic input, λ = 1 + t, and λ over a given population. Numbers that are not rational keep a name.

use rug::Rational;

use super::stack::{Chain, Coefficient, Stack};
use crate::number::{Fraction, Polynomial, Ring};

/// Most zeros and poles of z for which the functions are multiplied out (tuned: a page of text).
const MOST_ZEROS: usize = 48;

/// The map in words.
#[derive(Clone, Debug)]
pub struct Written {
    /// The parameter.
    pub parameter: &'static str,
    /// Assignments, each of what is known before: q_l, z_l and r_l = −m_l of every level.
    pub steps: Vec<String>,
    /// z of the top level, by the parameter alone where that is short, and otherwise by the steps.
    pub z: String,
    /// Its transform m = E 1/(λ − z).
    pub m: String,
    /// How many values of the parameter lie over one z.
    pub degree: usize,
    /// The numbers that have a name, with it.
    pub named: Vec<(String, Coefficient)>,
}

impl Stack {
    /// Its map in words.
    #[must_use]
    pub fn written(&self) -> Written {
        let isotropic = self.is_isotropic();
        let parameter = if isotropic { "t" } else { "lambda" };
        let mut named = Vec::new();
        let steps = self.steps(isotropic, &mut named);
        let top = self.layers.len();
        let degree = self.degree();
        let short = if degree <= MOST_ZEROS { self.exact() } else { None };
        let [z, m] = match short {
            Some(chain) => multiplied_out(&chain, parameter),
            None => [format!("z{top}"), format!("-r{top}")],
        };
        Written { parameter, steps, z, m, degree, named }
    }

    fn is_isotropic(&self) -> bool {
        matches!(&self.population[..], [[value, _]] if *value == 1) && !self.gamma.is_zero()
    }

    /// Poles of z, counted level by level: of q, of z, and those of r that q has not. A level that samples gives z the poles of q and r
    /// the zeros of 1 + γ q; a share gives q those of r.
    fn degree(&self) -> usize {
        let mut of_q = self.population.iter().filter(|[value, _]| !value.is_zero()).count();
        let sampled = usize::from(!self.gamma.is_zero());
        let mut of_z = 1 + sampled * of_q;
        let mut of_r = self.population.len() - of_q + sampled * of_q;
        for layer in &self.layers {
            if layer.share.is_whole() {
                of_r += of_q;
            } else {
                of_q += of_r;
                of_r = of_q;
            }
            of_z += of_q;
        }
        of_z
    }

    fn steps(&self, isotropic: bool, named: &mut Vec<(String, Coefficient)>) -> Vec<String> {
        let atoms = self.population.iter().filter(|[value, _]| !value.is_zero());
        let (mut known, mut transform, lambda) = if isotropic {
            ("1/t".to_owned(), "1/t".to_owned(), "(1 + t)".to_owned())
        } else {
            let known: Vec<String> =
                atoms.map(|[x, w]| format!("{}/(lambda - {})", in_product(&Rational::from(x * w)), in_product(x))).collect();
            let transform: Vec<String> =
                self.population.iter().map(|[x, w]| format!("{}/(lambda - {})", in_product(w), in_product(x))).collect();
            (known.join(" + "), transform.join(" + "), "lambda".to_owned())
        };
        let mut steps = Vec::new();
        let mut place = lambda;
        for level in 0..=self.layers.len() {
            if let Some(layer) = level.checked_sub(1) {
                let share = &self.layers[layer].share;
                let below = level - 1;
                if share.is_whole() {
                    (known, place, transform) = (format!("q{below}"), format!("z{below}"), format!("r{below}"));
                } else {
                    let slope = name(&share.slope, &format!("b2_{level}"), named);
                    let offset = match &share.offset {
                        Some(offset) => name(offset, &format!("c_{level}"), named),
                        None => share.exact_offset().map_or_else(|| format!("(1 - {slope})"), |offset| in_product(&offset)),
                    };
                    known = format!("q{below} + {offset}/{slope}*r{below}");
                    place = format!("({slope}*z{below} + {offset})");
                    transform = format!("r{below}/{slope}");
                }
            }
            let factor = match self.gamma_at(level) {
                gamma if *gamma == 1 => format!("(1 + q{level})"),
                gamma => format!("(1 + {}*q{level})", in_product(gamma)),
            };
            steps.push(format!("q{level} = {known}"));
            steps.push(format!("z{level} = {place}*{factor}"));
            steps.push(format!("r{level} = ({transform})/{factor}"));
        }
        steps
    }
}

/// A number, by a name where it is not rational.
fn name(coefficient: &Coefficient, wanted: &str, named: &mut Vec<(String, Coefficient)>) -> String {
    match &coefficient.exact {
        Some(exact) => in_product(exact),
        None => {
            named.push((wanted.to_owned(), coefficient.clone()));
            wanted.to_owned()
        }
    }
}

fn in_product(value: &Rational) -> String {
    if value.is_integer() && *value >= 0 { value.to_string() } else { format!("({value})") }
}

/// z and m by the parameter alone.
fn multiplied_out(chain: &Chain<Rational>, parameter: &str) -> [String; 2] {
    let variable = Fraction::variable();
    let lambda = if parameter == "t" { variable.plus(&variable.integer(1)) } else { variable };
    let fractions = chain.map(Fraction::constant);
    let top = fractions.walk(lambda.clone(), chain.links.len() + 1, Fraction::clone).last();
    let [z, r] = top.map_or_else(|| [lambda.clone(), lambda.integer(0)], |top| [top.z, top.r]);
    [z, lambda.integer(0).minus(&r)].map(|fraction| quotient(&fraction, parameter))
}

fn quotient(fraction: &Fraction, variable: &str) -> String {
    let [above, below] = [&fraction.numerator, &fraction.denominator].map(|polynomial| text(polynomial, variable));
    if fraction.denominator.degree() == 0 { above } else { format!("({above})/({below})") }
}

/// A polynomial, the highest power first.
fn text(polynomial: &Polynomial<Rational>, variable: &str) -> String {
    let mut text = String::new();
    for (power, a) in polynomial.coefficients.iter().enumerate().rev().filter(|(_, a)| !a.is_zero()) {
        text += match (text.is_empty(), *a < 0) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        };
        let size = a.clone().abs();
        let letters = match power {
            0 => String::new(),
            1 => variable.to_owned(),
            _ => format!("{variable}^{power}"),
        };
        text += &match (size == 1, letters.is_empty()) {
            (_, true) => size.to_string(),
            (true, false) => letters,
            (false, false) => format!("{size}*{letters}"),
        };
    }
    if text.is_empty() { "0".to_owned() } else { text }
}
