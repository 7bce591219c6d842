//! The monomials √n · π^(k/2) · e^E · wave · atoms of the ring of closed forms, and their values in balls.
//!
//! n is a square-free positive integer, k any integer, `wave` at most one cosine or sine, and the atoms are Φ(c) and arcsin(c)
//! at positive c, and the real and imaginary parts of erf at points of the open upper right quadrant (or, for the imaginary
//! part, of the positive imaginary axis).

use rug::{Integer, Rational};

use super::erf::complex_erf;
use super::exact::Exact;
use crate::number::Ball;

/// A factor that is transcendental in general.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Atom {
    /// Φ(c), c > 0.
    NormalCdf(Exact),
    /// arcsin c, 0 < c < 1.
    Asin(Exact),
    /// Re erf(a + ib).
    ErfRe(Exact, Exact),
    /// Im erf(a + ib).
    ErfIm(Exact, Exact),
}

/// At most one trigonometric factor: products are made linear.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Wave {
    /// No such factor.
    None,
    /// cos c.
    Cos(Exact),
    /// sin c.
    Sin(Exact),
}

/// √root · π^(half_pi/2) · e^exponent · wave · ∏ atom^power.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Monomial {
    pub atoms: Vec<(Atom, u32)>,
    pub wave: Wave,
    pub exponent: Exact,
    pub half_pi: i32,
    pub root: Integer,
}

impl Monomial {
    pub(super) fn one() -> Self {
        Self { atoms: Vec::new(), wave: Wave::None, exponent: Exact::zero(), half_pi: 0, root: Integer::from(1) }
    }

    pub(super) fn atom(atom: Atom) -> Self {
        Self { atoms: vec![(atom, 1)], ..Self::one() }
    }

    pub(super) fn is_one(&self) -> bool {
        self.root == 1 && self.is_root()
    }

    /// The square root of an integer.
    pub(super) fn is_root(&self) -> bool {
        self.is_plain() && self.half_pi == 0 && self.exponent.is_zero()
    }

    /// Without atoms and waves.
    fn is_plain(&self) -> bool {
        self.atoms.is_empty() && self.wave == Wave::None
    }

    /// Whether the monomial is positive whatever its arguments.
    pub(super) fn is_positive(&self) -> bool {
        self.wave == Wave::None && self.atoms.iter().all(|(atom, _)| matches!(atom, Atom::NormalCdf(_)))
    }

    /// 1/monomial as a monomial and a rational factor.
    pub(super) fn inverse(&self) -> Option<(Self, Rational)> {
        let inverse = Self { half_pi: -self.half_pi, exponent: -&self.exponent, ..self.clone() };
        self.is_plain().then(|| (inverse, Rational::from((Integer::from(1), self.root.clone()))))
    }

    /// The square root, when it is a monomial.
    pub(super) fn sqrt(&self) -> Option<Self> {
        let possible = self.is_plain() && self.root == 1 && self.half_pi % 2 == 0;
        possible.then(|| Self { half_pi: self.half_pi / 2, exponent: self.exponent.halved(), ..Self::one() })
    }

    pub(super) fn times(&self, other: &Self) -> Exact {
        let common = Integer::from(self.root.gcd_ref(&other.root));
        let root = Integer::from(&self.root / &common) * Integer::from(&other.root / &common);
        let (wave, waves) = match (&self.wave, &other.wave) {
            (Wave::None, wave) | (wave, Wave::None) => (wave.clone(), None),
            (a, b) => (Wave::None, Some(a.times(b))),
        };
        let product = Self {
            atoms: merged(&self.atoms, &other.atoms),
            wave,
            exponent: &self.exponent + &other.exponent,
            half_pi: self.half_pi + other.half_pi,
            root,
        };
        let product = Exact::term(product, Rational::from(common));
        waves.map_or_else(|| product.clone(), |waves| &product * &waves)
    }

    /// The value of the factors other than the atoms.
    pub(super) fn elementary(&self, bits: u32) -> Ball {
        let mut value = Ball::integer(1, bits);
        if self.root != 1 {
            value = Ball::rational(&Rational::from(&self.root), bits).sqrt();
        }
        if self.half_pi != 0 {
            let (whole, odd) = (self.half_pi.unsigned_abs() / 2, self.half_pi % 2 != 0);
            let pi = Ball::pi(bits);
            let power = if odd { pi.power(whole) * pi.sqrt() } else { pi.power(whole) };
            value = if self.half_pi > 0 { value * power } else { value / power };
        }
        if !self.exponent.is_zero() {
            value = value * self.exponent.value(bits).exp();
        }
        match &self.wave {
            Wave::None => {}
            Wave::Cos(angle) => value = value * angle.value(bits).cos(),
            Wave::Sin(angle) => value = value * angle.value(bits).sin(),
        }
        value
    }
}

fn merged(a: &[(Atom, u32)], b: &[(Atom, u32)]) -> Vec<(Atom, u32)> {
    let mut atoms = a.to_vec();
    for (atom, power) in b {
        match atoms.iter_mut().find(|(known, _)| known == atom) {
            Some(known) => known.1 += power,
            None => atoms.push((atom.clone(), *power)),
        }
    }
    atoms.sort();
    atoms
}

impl Wave {
    /// Product to sum.
    fn times(&self, other: &Self) -> Exact {
        let sum = match (self, other) {
            (Self::Cos(a), Self::Cos(b)) => &(a - b).cos() + &(a + b).cos(),
            (Self::Sin(a), Self::Sin(b)) => &(a - b).cos() - &(a + b).cos(),
            (Self::Sin(a), Self::Cos(b)) | (Self::Cos(b), Self::Sin(a)) => &(a + b).sin() + &(a - b).sin(),
            _ => Exact::one().scaled(&Rational::from(2)),
        };
        sum.halved()
    }
}

impl Atom {
    pub(super) fn value(&self, bits: u32) -> Ball {
        match self {
            Self::NormalCdf(c) => c.value(bits).normal_cdf(),
            Self::Asin(c) => c.value(bits).asin(),
            Self::ErfRe(a, b) => complex_erf(&a.value(bits), &b.value(bits)).re,
            Self::ErfIm(a, b) => complex_erf(&a.value(bits), &b.value(bits)).im,
        }
    }
}
