//! Functions of a Gaussian bias between and beside the nodes of the trapezoidal rule.
//!
//! a²(x) and r(x), x = b/s, are averages over a Gaussian and so entire; the polynomial through [`POINTS`] neighbouring nodes
//! gives them and their derivatives near the real axis.

use num_complex::Complex64;

/// Nodes behind one polynomial (tuned: at the steps of double precision what it misses is below rounding).
const POINTS: usize = 18;

/// The values at the nodes, the lowest first.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The first node and the distance of neighbours, in standard deviations of the bias.
    pub first: f64,
    pub spacing: f64,
    /// (a², r).
    pub values: Vec<[f64; 2]>,
}

/// A value with its first two derivatives in x.
pub(crate) type Jet = [Complex64; 3];

/// The polynomials through the nodes around a place, in Newton's form.
#[derive(Clone, Debug)]
pub(crate) struct Stencil {
    /// The node in the middle, and whether its index is odd.
    pub centre: f64,
    pub is_odd: bool,
    spacing: f64,
    /// The nodes in the order of the form, in units of the spacing from the centre.
    offsets: [f64; POINTS],
    /// Divided differences.
    coefficients: [[f64; 2]; POINTS],
}

impl Line {
    /// The line behind values in order; none when they are too few for a polynomial.
    pub fn new(spacing: f64, values: Vec<[f64; 2]>) -> Option<Self> {
        let first = -0.5 * spacing * (values.len() as f64 - 1.0);
        (values.len() >= 2 * POINTS).then_some(Self { first, spacing, values })
    }

    /// The node of an index.
    pub fn place(&self, index: usize) -> f64 {
        self.first + self.spacing * index as f64
    }

    /// The indices between which a zero is placed: polynomials reach half their nodes beyond.
    pub fn trusted(&self) -> [usize; 2] {
        [POINTS / 2, self.values.len() - 1 - POINTS / 2]
    }

    /// The polynomials around the node nearest to x, moved inwards at the ends.
    pub fn stencil(&self, x: f64) -> Stencil {
        let [low, high] = self.trusted();
        let nearest = ((x - self.first) / self.spacing).round().max(0.0) as usize;
        let middle = nearest.clamp(low, high);
        let mut offsets = [0.0; POINTS];
        let mut coefficients = [[0.0; 2]; POINTS];
        for k in 0..POINTS {
            // 0, 1, −1, 2, −2, …
            let step = k.div_ceil(2);
            let index = if k % 2 == 1 { middle + step } else { middle - step };
            offsets[k] = index as f64 - middle as f64;
            coefficients[k] = self.values[index];
        }
        for order in 1..POINTS {
            for k in (order..POINTS).rev() {
                let over = offsets[k] - offsets[k - order];
                coefficients[k] = [0, 1].map(|part| (coefficients[k][part] - coefficients[k - 1][part]) / over);
            }
        }
        Stencil { centre: self.place(middle), is_odd: middle % 2 == 1, spacing: self.spacing, offsets, coefficients }
    }
}

impl Stencil {
    /// a² and r with their derivatives.
    pub fn at(&self, x: Complex64) -> [Jet; 2] {
        let u = (x - self.centre) / self.spacing;
        [0, 1].map(|part| {
            let zero = Complex64::new(0.0, 0.0);
            let [mut value, mut slope, mut bend] = [zero; 3];
            for k in (0..POINTS).rev() {
                let step = u - self.offsets[k];
                bend = bend * step + slope;
                slope = slope * step + value;
                value = value * step + self.coefficients[k][part];
            }
            [value, slope / self.spacing, 2.0 * bend / (self.spacing * self.spacing)]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// exp and a Gaussian, off the axis and near an end.
    #[test]
    fn entire_functions_are_met_with_their_derivatives() {
        let spacing = 1.0 / 16.0;
        let values = (-80..=80).map(|k| f64::from(k) * spacing).map(|x| [(-x * x).exp(), x.exp()]).collect();
        let line = Line::new(spacing, values).expect("a line");
        for x in [Complex64::new(0.3, 0.0), Complex64::new(1.23, 0.11), Complex64::new(4.95, -0.02)] {
            let [gauss, exp] = line.stencil(x.re).at(x);
            let (g, e) = ((-x * x).exp(), x.exp());
            for (found, right, size) in [
                (gauss[0], g, 1.0),
                (gauss[1], -2.0 * x * g, 1e2),
                (gauss[2], (4.0 * x * x - 2.0) * g, 1e4),
                (exp[0], e, e.norm()),
                (exp[1], e, 1e2 * e.norm()),
                (exp[2], e, 1e4 * e.norm()),
            ] {
                assert!((found - right).norm() < 1e-12 * size, "{x}: {found} and {right}");
            }
        }
    }
}
