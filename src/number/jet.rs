//! A value with its first two derivatives with respect to one variable, over any [`Ring`].

use rug::Rational;

use super::Ring;

/// f, f′ and f″ at a point.
#[derive(Clone, Debug)]
pub struct Jet<T> {
    /// f.
    pub value: T,
    /// f′.
    pub slope: T,
    /// f″.
    pub curvature: T,
}

impl<T: Ring> Jet<T> {
    /// The variable itself at `point`.
    #[must_use]
    pub fn variable(point: &T) -> Self {
        Self { value: point.clone(), slope: point.integer(1), curvature: point.integer(0) }
    }

    /// A constant.
    #[must_use]
    pub fn constant(value: &T) -> Self {
        Self { value: value.clone(), slope: value.integer(0), curvature: value.integer(0) }
    }
}

impl<T: Ring> Ring for Jet<T> {
    fn rational(&self, value: &Rational) -> Self {
        Self::constant(&self.value.rational(value))
    }
    fn integer(&self, value: i64) -> Self {
        Self::constant(&self.value.integer(value))
    }
    fn plus(&self, other: &Self) -> Self {
        Self {
            value: self.value.plus(&other.value),
            slope: self.slope.plus(&other.slope),
            curvature: self.curvature.plus(&other.curvature),
        }
    }
    fn minus(&self, other: &Self) -> Self {
        Self {
            value: self.value.minus(&other.value),
            slope: self.slope.minus(&other.slope),
            curvature: self.curvature.minus(&other.curvature),
        }
    }
    fn times(&self, other: &Self) -> Self {
        let cross = self.slope.times(&other.slope);
        let sides = self.value.times(&other.curvature).plus(&self.curvature.times(&other.value));
        Self {
            value: self.value.times(&other.value),
            slope: self.value.times(&other.slope).plus(&self.slope.times(&other.value)),
            curvature: sides.plus(&cross.plus(&cross)),
        }
    }
    /// (1/f)′ = −f′/f², (1/f)″ = (2 f′²/f − f″)/f².
    fn inverse(&self) -> Self {
        let inverse = self.value.inverse();
        let square = inverse.times(&inverse);
        let bend = self.slope.times(&self.slope).times(&inverse);
        Self {
            slope: inverse.integer(0).minus(&self.slope.times(&square)),
            curvature: bend.plus(&bend).minus(&self.curvature).times(&square),
            value: inverse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x³/(1 + x) at 2: f′ = (3x² + 2x³)/(1 + x)², f″ = 2x(x² + 3x + 3)/(1 + x)³.
    #[test]
    fn a_quotient_has_its_derivatives() {
        let x = Jet::variable(&Rational::from(2));
        let cube = x.times(&x).times(&x);
        let found = cube.over(&x.plus(&x.integer(1)));
        assert_eq!([found.value, found.slope, found.curvature], [(8, 3), (28, 9), (52, 27)].map(Rational::from));
    }
}
