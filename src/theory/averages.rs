//! Gaussian averages of functions of several directions: E gᵖ, E g z_i and E |∇g|² of a sum of products, from averages over one
//! variable.

use std::collections::BTreeMap;

use rug::Rational;

use super::conjugate_data::Number;
use super::error::TheoryError;
use super::work::Work;
use crate::activation::{Function, Several, Term};
use crate::gaussian::Moment;
use crate::number::{Real, Ring};

/// Most products in a power of a teacher.
const MOST_PRODUCTS: usize = 5000;

/// Averages over one variable found before.
pub(super) struct Averages<'a> {
    work: Work<'a>,
    /// E f(Z) He_order(Z), order 0 or 1.
    known: Vec<(Function, usize, Number)>,
}

impl<'a> Averages<'a> {
    pub fn new(work: Work<'a>) -> Self {
        Self { work, known: Vec::new() }
    }

    /// E g, …, E g⁴.
    ///
    /// # Errors
    /// One that is infinite, or more products than the bound.
    pub fn moments(&mut self, g: &Several) -> Result<[Number; 4], TheoryError> {
        let mut found = Vec::with_capacity(4);
        for power in 1..=4 {
            let moment = self.moment(g, power).map_err(|error| match error {
                TheoryError::Divergent(_) => TheoryError::Refused {
                    message: format!(
                        "E y^{power} of the teacher {g} is infinite, and the theory needs four moments of the labels"
                    ),
                    help: "take a teacher that grows less fast".to_owned(),
                },
                other => other,
            })?;
            found.push(moment);
        }
        let mut found = found.into_iter();
        Ok(std::array::from_fn(|_| found.next().unwrap_or_else(|| self.integer(0))))
    }

    /// E g z_direction.
    ///
    /// # Errors
    /// As [`Averages::moments`].
    pub fn along(&mut self, g: &Several, direction: usize) -> Result<Number, TheoryError> {
        self.sum(g.terms(), |averages, term| averages.product(term, Some(direction)))
    }

    /// E |∇g|², the trace of the expected gradient outer product of g; of one direction it is that matrix' coefficient.
    ///
    /// # Errors
    /// [`TheoryError::Divergent`], also where a factor jumps; more products than the bound.
    pub fn gradient(&mut self, g: &Several) -> Result<Number, TheoryError> {
        for factor in g.terms().iter().flat_map(|term| term.factors.values()) {
            let moments = self.work.gaussian(factor, &Function::one())?.moments(self.work.bits, self.work.job)?;
            if matches!(moments.derivative_energy.clone()?, Moment::Infinite) {
                return Err(TheoryError::Divergent(format!("E |grad g|^2 is infinite: the slope of {factor} is")));
            }
        }
        self.sum(&g.directions(), |averages, direction| averages.moment(&g.derivative(*direction), 2))
    }

    /// E gᵖ by the multinomial theorem.
    fn moment(&mut self, g: &Several, power: usize) -> Result<Number, TheoryError> {
        let choices = chosen(g.terms().len(), power);
        if choices.len() > MOST_PRODUCTS {
            return Err(TheoryError::Refused {
                message: format!("E y^{power} of the teacher has more products than the bound {MOST_PRODUCTS}"),
                help: "take a teacher of fewer products".to_owned(),
            });
        }
        self.sum(&choices, |averages, counts| {
            let start = Term { constant: Function::rational(multinomial(counts)), factors: BTreeMap::new() };
            let chosen = counts.iter().zip(g.terms()).filter(|(count, _)| **count > 0);
            let term = chosen.fold(start, |product, (count, factor)| product.times(&factor.power(*count as i32)));
            averages.product(&term, None)
        })
    }

    fn sum<T>(
        &mut self,
        parts: &[T],
        mut average: impl FnMut(&mut Self, &T) -> Result<Number, TheoryError>,
    ) -> Result<Number, TheoryError> {
        let mut sum = self.integer(0);
        for part in parts {
            sum = Ring::plus(&sum, &average(self, part)?);
        }
        Ok(sum)
    }

    fn integer(&self, value: i64) -> Number {
        Number::rational(Rational::from(value), self.work.bits)
    }

    /// E of a product, times z_i where a direction is given.
    fn product(&mut self, term: &Term, along: Option<usize>) -> Result<Number, TheoryError> {
        let mut product = Number::constant(&self.work, &term.constant);
        if along.is_some_and(|direction| !term.factors.contains_key(&direction)) {
            return Ok(self.integer(0));
        }
        for (direction, f) in &term.factors {
            let average = self.average(f, usize::from(along == Some(*direction)))?;
            product = Ring::times(&product, &average);
        }
        Ok(product)
    }

    fn average(&mut self, f: &Function, order: usize) -> Result<Number, TheoryError> {
        if let Some((.., number)) = self.known.iter().find(|(known, of, _)| *of == order && known == f) {
            return Ok(number.clone());
        }
        let found = self.work.gaussian(f, &Function::one())?.hermite(order, self.work.bits, self.work.job)?;
        let number = Number::of(&found[order]);
        self.known.push((f.clone(), order, number.clone()));
        Ok(number)
    }
}

/// E |∇g|² of a function of several directions with orthonormal Gaussian coordinates.
///
/// # Errors
/// One that is infinite.
pub fn gradient_energy(work: &Work, g: &Several) -> Result<Real, TheoryError> {
    Averages::new(*work).gradient(g).map(|number| number.real())
}

/// All ways to choose `power` of `count` things with repetition, as how often each is taken; one more than the bound at most.
fn chosen(count: usize, power: usize) -> Vec<Vec<usize>> {
    let mut found = vec![(vec![], power)];
    for index in 0..count {
        let last = index + 1 == count;
        let more = found.into_iter().flat_map(|(taken, left): (Vec<usize>, usize)| {
            let least = if last { left } else { 0 };
            (least..=left).map(move |now| ([&taken[..], &[now]].concat(), left - now))
        });
        found = more.take(MOST_PRODUCTS + 1).collect();
    }
    found.into_iter().map(|(taken, _)| taken).collect()
}

/// (Σ counts)!/Π count!.
fn multinomial(counts: &[usize]) -> Rational {
    let factorial = |n: usize| (1..=n).map(|k| k as u64).product::<u64>();
    Rational::from((factorial(counts.iter().sum()), counts.iter().map(|count| factorial(*count)).product::<u64>()))
}
