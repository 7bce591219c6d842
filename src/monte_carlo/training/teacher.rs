//! The function that makes the labels: y = teacher(x_1, …, x_v), of the first coordinates of a sample.

use crate::activation::{Program, SeveralProgram};

/// Plain code.
type Code = dyn Fn(&[f64]) -> f64 + Send + Sync;

/// A function of the first coordinates.
pub struct Teacher {
    directions: Vec<usize>,
    variables: usize,
    value: Box<Code>,
}

impl Teacher {
    /// A function of the first `variables` coordinates that depends on those of the indices `directions` (from 0) only; `value`
    /// is handed all of the first ones.
    pub fn new(variables: usize, directions: Vec<usize>, value: impl Fn(&[f64]) -> f64 + Send + Sync + 'static) -> Self {
        Self { directions, variables, value: Box::new(value) }
    }

    /// A function of the first coordinate alone; `depends` says whether it varies at all.
    #[must_use]
    pub fn single(program: Program, depends: bool) -> Self {
        let value = move |x: &[f64]| {
            let mut value = [x[0]];
            program.apply(&mut value);
            value[0]
        };
        Self::new(1, if depends { vec![0] } else { Vec::new() }, value)
    }

    /// A function of these coordinates, from 1, ascending.
    #[must_use]
    pub fn several(program: SeveralProgram, directions: &[usize]) -> Self {
        let value = move |x: &[f64]| {
            let columns: Vec<&[f64]> = x.iter().map(std::slice::from_ref).collect();
            program.values(&columns).first().copied().unwrap_or(f64::NAN)
        };
        let variables = directions.last().copied().unwrap_or(1);
        Self::new(variables, directions.iter().map(|direction| direction - 1).collect(), value)
    }

    /// How many coordinates it is handed.
    #[must_use]
    pub fn variables(&self) -> usize {
        self.variables
    }

    /// The coordinates that it depends on, from 0.
    #[must_use]
    pub fn directions(&self) -> &[usize] {
        &self.directions
    }

    /// Its value.
    #[must_use]
    pub fn value(&self, x: &[f64]) -> f64 {
        (self.value)(x)
    }
}
