//! The law as a value: its gaps are found once and kept, and so is its table in doubles.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::sync::Arc;

use num_complex::Complex64;
use rug::Rational;

use super::gaps::{LabelGap, gaps};
use super::labels::LabelLaw;
use super::table::LabelTable;
use crate::number::{Ball, ComplexBall, Jet, Magnitude, Real, Ring, Series, Tangent};
use crate::spectrum::layered::{Anchor, Within, crossing, crossing_within, enclosed, followed};
use crate::spectrum::{Argument, Chain, End, Law, LawError, Table};

/// Bits beyond those asked (tuned).
const GUARD: u32 = 48;

/// The law of M for labels of finitely many values; every number is exact or proved.
#[derive(Clone, Debug)]
pub struct LabelledLaw {
    pub(super) labels: LabelLaw,
    pub(super) bits: u32,
    pub(super) chain: Chain<Ball>,
    gaps: OnceCell<Vec<LabelGap>>,
    pub(super) table: OnceCell<Arc<LabelTable>>,
}

/// The rounding of x times a density, in units of that of the law in doubles.
const LOST: f64 = 0.1;

/// Where a real point lies.
enum Place {
    Gap(usize),
    Bulk,
}

impl LabelledLaw {
    /// The law; nothing is computed before it is asked.
    #[must_use]
    pub fn new(labels: LabelLaw, bits: u32) -> Self {
        let chain = labels.chain(bits + GUARD);
        Self { labels, bits: bits + GUARD, chain, gaps: OnceCell::new(), table: OnceCell::new() }
    }

    /// What is outside the support, from the lowest.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn gaps(&self) -> Result<&[LabelGap], LawError> {
        if let Some(gaps) = self.gaps.get() {
            return Ok(gaps);
        }
        let found = gaps(&self.labels, self.bits)?;
        Ok(self.gaps.get_or_init(|| found))
    }

    /// z over a τ, with dz/dτ.
    #[must_use]
    pub fn point(&self, tau: &Ball) -> [Ball; 2] {
        let jets = self.chain.map(Jet::constant);
        let at = |tau: &Ball| jets.levels(&Jet::variable(tau), 1).swap_remove(0).z;
        let (wide, middle) = (at(tau), at(&Ball::new(tau.mid().clone(), Magnitude::ZERO)));
        let value = middle.value.widened(wide.slope.magnitude().times(tau.radius()));
        [value, wide.slope].map(|number| number.times_rational(&self.labels.ratio))
    }

    /// The lower or the upper end of a bulk.
    fn edge(&self, tau: &Ball, is_upper: bool) -> Result<End, LawError> {
        if tau.is_exact_zero() {
            let exponent = self.labels.power_at_zero(usize::from(!is_upper), self.bits)?;
            return Ok(End { position: Real::from(0), exponent });
        }
        let exponent = (!self.labels.is_reached(tau)).then(|| Rational::from((1, 2)));
        Ok(End { position: self.point(tau)[0].clone().into(), exponent })
    }

    /// The ends of the bulks as enclosures.
    pub(super) fn bulks(&self) -> Result<Vec<[Ball; 2]>, LawError> {
        let pair = |gaps: &[LabelGap]| {
            let (low, high) = (gaps[0].high.as_ref()?, gaps[1].low.as_ref()?);
            Some([low, high].map(|tau| if tau.is_exact_zero() { Ball::zero(self.bits) } else { self.point(tau)[0].clone() }))
        };
        Ok(self.gaps()?.windows(2).filter_map(pair).collect())
    }

    fn place(&self, x: &Ball) -> Result<Place, LawError> {
        let bulks = self.bulks()?;
        for (index, [low, high]) in bulks.iter().enumerate() {
            if x.compare(low).ok_or(LawError::MoreBits)?.is_lt() {
                return Ok(Place::Gap(index));
            }
            if x.compare(high).ok_or(LawError::MoreBits)?.is_lt() {
                return Ok(Place::Bulk);
            }
        }
        Ok(Place::Gap(bulks.len()))
    }

    /// τ over a real x in a gap.
    fn on_gap(&self, gap: &LabelGap, x: &Ball) -> Result<Ball, LawError> {
        let rising = |tau: &Ball| {
            let [z, slope] = self.point(tau);
            [&z - x, slope]
        };
        match (&gap.low, &gap.high) {
            (Some(low), high) => {
                let far = high.as_ref().map(|high| rug::Float::with_val(self.bits, high.mid() - low.mid()));
                crossing_within(&rising, &Anchor { at: low.clone(), upwards: true }, far, self.bits)
            }
            (None, Some(high)) => {
                let falling = |tau: &Ball| rising(tau).map(|number| -number);
                crossing(&falling, &Anchor { at: high.clone(), upwards: false }, None, self.bits)
            }
            (None, None) => Err(LawError::MoreBits),
        }
    }

    /// τ over z in the closed upper half plane, off the real points outside the support.
    fn physical(&self, z: &ComplexBall) -> Result<ComplexBall, LawError> {
        if self.labels.spread.is_some() {
            let tau = self.doubled()?.tau(z.to_c64()).ok_or(LawError::NoPath)?;
            return Ok(ComplexBall::new(self.rounded(tau.re, tau.norm()), self.rounded(tau.im, tau.norm())));
        }
        let scale = self.labels.ratio.clone().recip();
        let scaled = ComplexBall::new(z.re.times_rational(&scale), z.im.times_rational(&scale));
        let doubles = self.chain.map(|value| Tangent::constant(&Complex64::new(value.to_f64(), 0.0)));
        let start = followed(&doubles, scaled.to_c64()).ok_or(LawError::NoPath)?;
        enclosed(&self.labels.complex(self.bits), &scaled, start)
    }

    /// E 1/(λ − z) = −1/(ψ τ).
    fn transform(&self, tau: &ComplexBall) -> ComplexBall {
        let scale = self.labels.ratio.clone().recip();
        let m = -&tau.inverse();
        ComplexBall::new(m.re.times_rational(&scale), m.im.times_rational(&scale))
    }

    /// Im U/π.
    fn mass_above(&self, tau: &ComplexBall) -> Ball {
        let scale = self.labels.ratio.clone().recip();
        let present = self.labels.present(self.bits).0.times_rational(&scale);
        let mut sum = &(&Ball::integer(1, self.bits) - &present) * &tau.argument();
        for atom in &self.labels.atoms {
            let value = ComplexBall::real(atom.value.with_bits(self.bits));
            let gap = tau - &value;
            let term = &gap.argument() + &(&value * &gap.inverse()).im;
            sum = &sum + &(&atom.weight.times_rational(&scale) * &term);
        }
        &sum / &Ball::pi(self.bits)
    }

    /// F and the density.
    fn distribution(&self, x: &Ball) -> Result<[Ball; 2], LawError> {
        match self.place(x)? {
            Place::Bulk if self.labels.spread.is_some() => {
                let table = self.doubled()?;
                let x = x.to_f64();
                let (cdf, density) = (table.value(x), Table::density(&*table, x));
                if cdf.is_nan() || density.is_nan() {
                    return Err(LawError::NoPath);
                }
                // 0 stands for what is lost in rounding
                let scale = if density == 0.0 { LOST / x.abs() } else { density };
                Ok([self.rounded(cdf, 1.0), self.rounded(density, scale)])
            }
            Place::Bulk => {
                let tau = self.physical(&ComplexBall::real(x.clone()))?;
                let density = &self.transform(&tau).im / &Ball::pi(self.bits);
                Ok([&Ball::integer(1, self.bits) - &self.mass_above(&tau), density])
            }
            Place::Gap(index) => {
                let gap = &self.gaps()?[index];
                let above_zero = !x.is_exact_zero() && x.sign().ok_or(LawError::MoreBits)?.is_lt();
                // the atom lies in a gap as well
                let below = if above_zero { self.below(gap)? } else { &Ball::integer(1, self.bits) - &self.above(gap)? };
                Ok([below, Ball::zero(self.bits)])
            }
        }
    }

    fn below(&self, gap: &LabelGap) -> Result<Ball, LawError> {
        gap.below.ball(self.bits).ok_or(LawError::MoreBits)
    }

    fn above(&self, gap: &LabelGap) -> Result<Ball, LawError> {
        gap.above.ball(self.bits).ok_or(LawError::MoreBits)
    }

    /// The mass at 0, where it is more than none.
    pub(super) fn point_mass(&self) -> Result<Real, LawError> {
        if self.labels.rank(self.bits)?.is_ge() {
            return Ok(Real::from(0));
        }
        let scale = self.labels.ratio.clone().recip();
        Ok(match self.labels.present(self.bits) {
            (_, Some(exact)) => Real::Rational(1 - exact * scale),
            (ball, None) => Real::from(&Ball::integer(1, self.bits) - &ball.times_rational(&scale)),
        })
    }
}

/// 1 + Σ κ_p ζᵖ Mᵖ = M, κ_p = ψ^(p−1) E yᵖ.
fn moments<T: Ring>(cumulants: &[T], like: &T) -> Vec<T> {
    let length = cumulants.len() + 1;
    let one = Series::constant(&like.integer(1), length);
    let variable = Series::variable(like, length);
    let mut series = one.clone();
    for _ in 0..length {
        let inner = variable.times(&series);
        let tail = cumulants.iter().rev().fold(Series::constant(&like.integer(0), length), |sum, cumulant| {
            sum.plus(&Series::constant(cumulant, length)).times(&inner)
        });
        series = one.plus(&tail);
    }
    series.coefficients.split_off(1)
}

impl Law for LabelledLaw {
    fn atom(&self) -> Result<Real, LawError> {
        self.point_mass()
    }

    fn ends(&self) -> Result<Vec<[End; 2]>, LawError> {
        let pair = |gaps: &[LabelGap]| Some([gaps[0].high.clone()?, gaps[1].low.clone()?]);
        let pairs = self.gaps()?.windows(2).filter_map(pair);
        pairs.map(|[low, high]| Ok([self.edge(&low, false)?, self.edge(&high, true)?])).collect()
    }

    fn masses(&self) -> Result<Vec<Real>, LawError> {
        let mass = |gaps: &[LabelGap]| match (&gaps[0].above, &gaps[1].above, &gaps[1].below) {
            (Real::Rational(above), _, Real::Rational(below)) => Ok(Real::Rational(Rational::from(above + below) - 1)),
            _ => {
                let one = Ball::integer(1, self.bits);
                Ok(Real::from(&(&self.above(&gaps[0])? + &self.below(&gaps[1])?) - &one))
            }
        };
        let mut masses = self.gaps()?.windows(2).map(mass).collect::<Result<Vec<Real>, LawError>>()?;
        // of labels that take all values around 0 the bulk goes on beside the atom, which is not of it
        let atom = self.point_mass()?.ball(self.bits).ok_or(LawError::MoreBits)?;
        let around = |[low, high]: &[Ball; 2]| !low.is_positive() && !high.is_negative();
        for (mass, _) in masses.iter_mut().zip(self.bulks()?).filter(|(_, ends)| !atom.is_exact_zero() && around(ends)) {
            *mass = Real::from(&mass.ball(self.bits).ok_or(LawError::MoreBits)? - &atom);
        }
        Ok(masses)
    }

    fn moments(&self, count: usize) -> Result<Vec<Real>, LawError> {
        use rug::ops::Pow;
        let ratio = |power: usize| Rational::from((&self.labels.ratio).pow(power as u32 - 1));
        let powers = 1..=count;
        let exact: Option<Vec<Rational>> =
            powers.clone().map(|power| Some(self.labels.exact_moment(power as u32)? * ratio(power))).collect();
        Ok(match exact {
            Some(exact) => moments(&exact, &Rational::new()).into_iter().map(Real::Rational).collect(),
            None => {
                let cumulant = |power: usize| self.labels.moment(power as u32, self.bits).times_rational(&ratio(power));
                let found: Vec<Ball> = powers.map(cumulant).collect();
                moments(&found, &Ball::zero(self.bits)).into_iter().map(Real::from).collect()
            }
        })
    }

    fn mean(&self) -> Real {
        match self.labels.exact_moment(1) {
            Some(mean) => Real::Rational(mean),
            None => Real::from(self.labels.moment(1, self.bits)),
        }
    }

    fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError> {
        let z = z.ball(self.bits);
        let m = match z.im_sign().ok_or(LawError::MoreBits)? {
            Ordering::Greater => self.transform(&self.physical(&z)?),
            Ordering::Less => self.transform(&self.physical(&z.conj())?).conj(),
            Ordering::Equal => {
                if z.re.is_exact_zero() {
                    match self.point_mass()? {
                        Real::Rational(mass) if mass.is_zero() => {}
                        Real::Rational(mass) => return Err(LawError::AtAtom { mass }),
                        mass => {
                            let mass = Rational::from_f64(mass.to_f64()).unwrap_or_default();
                            return Err(LawError::AtAtom { mass });
                        }
                    }
                    if self.labels.rank(self.bits)?.is_eq() {
                        return Err(LawError::AtZero);
                    }
                }
                match self.place(&z.re)? {
                    Place::Bulk => return Err(LawError::OnTheCut),
                    Place::Gap(index) => {
                        let gap = &self.gaps()?[index];
                        self.transform(&ComplexBall::real(self.on_gap(gap, &z.re)?))
                    }
                }
            }
        };
        Ok([m.re, m.im].map(Real::from))
    }

    fn density(&self, x: &Argument) -> Result<Real, LawError> {
        let x = x.ball(self.bits).re;
        if x.is_exact_zero() && self.labels.rank(self.bits)?.is_eq() {
            return Ok(Real::Infinite);
        }
        if x.is_exact_zero() && self.labels.rank(self.bits)?.is_lt() && self.labels.touch().iter().any(Option::is_some) {
            return match Table::density(&*self.doubled()?, 0.0) {
                limit if limit.is_infinite() => Ok(Real::Infinite),
                limit if limit.is_nan() => Err(LawError::OneSided),
                limit => Ok(self.rounded(limit, limit).into()),
            };
        }
        self.distribution(&x).map(|[_, density]| density.into())
    }

    fn cdf(&self, x: &Argument) -> Result<Real, LawError> {
        let x = x.ball(self.bits).re;
        if x.is_exact_zero() && self.labels.rank(self.bits)?.is_eq() {
            return Ok(self.below_zero());
        }
        if x.is_exact_zero() && !matches!(self.point_mass()?, Real::Rational(mass) if mass.is_zero()) {
            return Ok(self.sides_of_zero()?[1].clone().into());
        }
        self.distribution(&x).map(|[value, _]| value.into())
    }

    fn quantile(&self, p: &Rational) -> Result<Real, LawError> {
        if *p < 0 || *p > 1 {
            return Err(LawError::Probability);
        }
        let target = Ball::rational(p, self.bits);
        let gaps = self.gaps()?;
        let mut side = None;
        if !matches!(self.point_mass()?, Real::Rational(mass) if mass.is_zero()) {
            let [below_zero, at_zero] = self.sides_of_zero()?;
            side = match [&below_zero, &at_zero].map(|bound| target.compare(bound)) {
                [Some(Ordering::Less), _] => Some(Ordering::Less),
                [_, Some(Ordering::Greater)] => Some(Ordering::Greater),
                [Some(_), Some(_)] => return Ok(Real::from(0)),
                _ => return Err(LawError::MoreBits),
            };
        }
        for (index, [low, high]) in self.bulks()?.iter().enumerate() {
            let (start, end) = (&Ball::integer(1, self.bits) - &self.above(&gaps[index])?, self.below(&gaps[index + 1])?);
            let exact = |real: &Real| matches!(real, Real::Rational(_));
            let [from_start, from_end] = [&target - &start, &target - &end].map(|gap| gap.sign());
            let known = exact(&gaps[index].above) && exact(&gaps[index + 1].below);
            match (from_start, from_end) {
                // in the atom, which lies before this bulk
                (Some(Ordering::Less), _) => return Ok(Real::from(0)),
                (Some(Ordering::Equal), _) if known => return Ok(low.clone().into()),
                (_, Some(Ordering::Equal)) if known => return Ok(high.clone().into()),
                (Some(Ordering::Greater), Some(Ordering::Less)) => {
                    let start = self.table()?.quantile(p.to_f64()).ok_or(LawError::NoPath)?;
                    if self.labels.spread.is_some() {
                        // the rounding of F, over the density
                        let density = Table::density(&*self.doubled()?, start);
                        return Ok(Real::from(self.rounded(start, start.abs() + density.recip())));
                    }
                    let zero = rug::Float::new(self.bits);
                    let around = !low.is_positive() && !high.is_negative();
                    let (low, high) = match side.filter(|_| around) {
                        Some(Ordering::Less) => (low.mid(), &zero),
                        Some(_) => (&zero, high.mid()),
                        None => (low.mid(), high.mid()),
                    };
                    let within = Within { low, high, start, bits: self.bits - GUARD };
                    return within.quantile(&target, &|x| self.distribution(x)).map(Real::from);
                }
                (_, Some(Ordering::Greater)) => {}
                _ => return Err(LawError::MoreBits),
            }
        }
        Ok(Real::from(0))
    }

    fn table(&self) -> Result<Arc<dyn Table>, LawError> {
        Ok(self.doubled()?)
    }
}
