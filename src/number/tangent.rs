//! A value with its derivative with respect to one variable, over any [`Ring`]; with two derivatives it is a [`Jet`](super::Jet).

use rug::Rational;

use super::Ring;

/// f and f′ at a point.
#[derive(Clone, Debug)]
pub struct Tangent<T> {
    /// f.
    pub value: T,
    /// f′.
    pub slope: T,
}

impl<T: Ring> Tangent<T> {
    /// The variable itself at `point`.
    #[must_use]
    pub fn variable(point: &T) -> Self {
        Self { value: point.clone(), slope: point.integer(1) }
    }

    /// A constant.
    #[must_use]
    pub fn constant(value: &T) -> Self {
        Self { value: value.clone(), slope: value.integer(0) }
    }
}

impl<T: Ring> Ring for Tangent<T> {
    fn rational(&self, value: &Rational) -> Self {
        Self::constant(&self.value.rational(value))
    }
    fn integer(&self, value: i64) -> Self {
        Self::constant(&self.value.integer(value))
    }
    fn plus(&self, other: &Self) -> Self {
        Self { value: self.value.plus(&other.value), slope: self.slope.plus(&other.slope) }
    }
    fn minus(&self, other: &Self) -> Self {
        Self { value: self.value.minus(&other.value), slope: self.slope.minus(&other.slope) }
    }
    fn times(&self, other: &Self) -> Self {
        Self {
            value: self.value.times(&other.value),
            slope: self.value.times(&other.slope).plus(&self.slope.times(&other.value)),
        }
    }
    /// (1/f)′ = −f′/f².
    fn inverse(&self) -> Self {
        let inverse = self.value.inverse();
        let slope = inverse.integer(0).minus(&self.slope.times(&inverse.times(&inverse)));
        Self { value: inverse, slope }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x³/(1 + x) at 2: f′ = (3x² + 2x³)/(1 + x)².
    #[test]
    fn a_quotient_has_its_derivative() {
        let x = Tangent::variable(&Rational::from(2));
        let found = x.times(&x).times(&x).over(&x.plus(&x.integer(1)));
        assert_eq!([found.value, found.slope], [(8, 3), (28, 9)].map(Rational::from));
    }
}
