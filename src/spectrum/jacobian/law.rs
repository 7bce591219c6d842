//! The law as a value: its ends and point masses are found once and kept, and so is its table in doubles.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use rug::Rational;

use super::balls::State;
use super::line::{Component, Line, LineEnd};
use super::moments::moments;
use super::parts::{Parts, both};
use super::points::{Both, Point, mass_at_zero};
use super::slopes::{JacobianSlopes, Mixing};
use super::table::{Doubles, JacobianTable, Outside};
use crate::number::{Ball, ComplexBall, Magnitude, Real};
use crate::spectrum::layered::Within;
use crate::spectrum::{Argument, End, Law, LawError, Table};

/// Bits beyond those asked (tuned).
const GUARD: u32 = 48;
/// Of the law in doubles.
const ROUNDING: f64 = 1e-13;

/// Ends in x where there are, the interval of τ, and where τ ends on it.
type Interval = ([Option<Ball>; 2], Component, Option<f64>);
/// A place, a mass, and what has it: a point or a bulk.
type Piece<'a> = (f64, Both, Result<&'a Point, &'a [LineEnd; 2]>);

/// Whether slopes vary, and nodes stand for them.
fn has_nodes(law: &super::SlopeLaw) -> bool {
    law.atoms.iter().any(|atom| !atom.is_point)
}

/// What is found when it is first asked for, for all copies of a law.
#[derive(Debug, Default)]
struct FoundOnce {
    parts: OnceLock<Parts>,
    table: OnceLock<Arc<JacobianTable>>,
}

/// The law of JᵀJ.
#[derive(Clone, Debug)]
pub struct JacobianLaw {
    /// Without orthogonal layers that only scale; none where nothing else is left.
    slopes: Option<Arc<JacobianSlopes>>,
    whole: Arc<JacobianSlopes>,
    /// What the layers left out multiply by.
    factor: Both,
    bits: u32,
    found: Arc<FoundOnce>,
}

impl JacobianLaw {
    /// The law; nothing is computed before it is asked.
    #[must_use]
    pub fn new(slopes: JacobianSlopes, bits: u32) -> Self {
        let bits = bits + GUARD;
        let (rest, factor, exact) = slopes.without_constants(bits);
        let (slopes, whole) = (rest.map(Arc::new), Arc::new(slopes));
        Self { slopes, whole, factor: Both(factor, exact), bits, found: Arc::default() }
    }

    /// How many slopes it holds.
    #[must_use]
    pub fn size(&self) -> usize {
        self.whole.laws.iter().map(|law| law.atoms.len()).sum()
    }

    fn parts(&self) -> Result<&Parts, LawError> {
        if let Some(parts) = self.found.parts.get() {
            return Ok(parts);
        }
        let found = Parts::find(self.slopes.as_deref(), &self.factor, self.bits)?;
        Ok(self.found.parts.get_or_init(|| found))
    }

    /// The point masses, from the lowest place: that at 0, and between orthogonal matrices others.
    ///
    /// # Errors
    /// [`LawError::MoreBits`].
    pub fn point_masses(&self) -> Result<Vec<[Real; 2]>, LawError> {
        Ok(self.parts()?.points.iter().map(|point| [point.place.clone(), point.mass.clone()]).collect())
    }

    /// Whether the equation of the law is a rational curve, of which everything is proved.
    #[must_use]
    pub fn is_rational(&self) -> bool {
        self.whole.is_rational()
    }

    fn line<'a>(&'a self, parts: &'a Parts) -> Option<Line<'a>> {
        let (map, doubles) = parts.map.as_ref()?;
        Some(Line { slopes: self.slopes.as_deref()?, map, doubles, bits: self.bits })
    }

    fn ball(&self, real: &Real) -> Result<Ball, LawError> {
        real.ball(self.bits).ok_or(LawError::MoreBits)
    }

    /// The intervals outside the support on which z is known: end points in x with the interval of τ.
    fn outside(&self) -> Result<Vec<Interval>, LawError> {
        let parts = self.parts()?;
        let (Some(line), Some(([low, _], _)), Some(([_, high], _))) = (self.line(parts), parts.bulks.first(), parts.bulks.last())
        else {
            return Ok(Vec::new());
        };
        let zero = || Some(Ball::zero(self.bits));
        let mut list = vec![([None, zero()], line.negative()?, None)];
        if let Some((component, end)) = low.component {
            list.push(([zero(), Some(self.ball(&low.position)?)], component, Some(end)));
        }
        let top = parts.points.iter().rfind(|point| point.place.to_f64() > high.position.to_f64());
        match (high.component, top) {
            (Some((component @ Component::Top, end)), Some(top)) => {
                list.push(([Some(self.ball(&high.position)?), Some(self.ball(&top.place)?)], component, Some(end)));
                list.push(([Some(self.ball(&top.place)?), None], Component::Above, None));
            }
            (Some((component, end)), _) => list.push(([Some(self.ball(&high.position)?), None], component, Some(end))),
            (None, _) => list.push(([Some(self.ball(&high.position)?), None], Component::Above, None)),
        }
        Ok(list)
    }

    /// The state over a point of the bulk, or off the real line.
    fn state(&self, z: &ComplexBall) -> Result<State, LawError> {
        let (map, doubles) = self.parts()?.map.as_ref().ok_or(LawError::NoPath)?;
        let start = if z.im.is_exact_zero() {
            self.doubled()?.state(z.to_c64()).ok_or(LawError::NoPath)?
        } else {
            doubles.path(z.to_c64()).ok_or(LawError::NoPath)?
        };
        map.solution(z, &start)
    }

    /// E 1/(λ − z) of point masses that are all of the law.
    fn of_points(&self, z: &ComplexBall, points: &[Point]) -> Result<ComplexBall, LawError> {
        let mut sum = ComplexBall::real(Ball::zero(self.bits));
        for point in points {
            let inverse = (&ComplexBall::real(self.ball(&point.place)?) - z).inverse();
            sum = &sum + &inverse.scaled(&self.ball(&point.mass)?);
        }
        let is_known = sum.re.is_finite() && sum.im.is_finite();
        if is_known { Ok(sum) } else { Err(if z.re.is_exact_zero() { self.at_zero() } else { LawError::Uncertain }) }
    }

    /// Why there is no transform at 0.
    fn at_zero(&self) -> LawError {
        match self.atom() {
            Ok(Real::Rational(mass)) if mass.is_zero() => LawError::Uncertain,
            Ok(Real::Rational(mass)) => LawError::AtAtom { mass },
            Ok(mass) => LawError::AtAtom { mass: Rational::from_f64(mass.to_f64()).unwrap_or_default() },
            Err(error) => error,
        }
    }

    fn doubled(&self) -> Result<Arc<JacobianTable>, LawError> {
        if let Some(table) = self.found.table.get() {
            return Ok(table.clone());
        }
        let parts = self.parts()?;
        let map = parts.map.as_ref().map(|(_, doubles)| doubles.clone());
        let points: Vec<[f64; 2]> = parts.points.iter().map(|point| [point.place.to_f64(), point.mass.to_f64()]).collect();
        let mut bulks = Vec::with_capacity(parts.bulks.len());
        let mut under = 0.0;
        for (ends, mass) in &parts.bulks {
            let ends = ends.each_ref().map(|end| end.position.to_f64());
            let points_below = points.iter().filter(|[place, _]| *place <= ends[0]).map(|[_, mass]| mass).sum::<f64>();
            bulks.push((ends, under + points_below, mass.0.to_f64()));
            under += mass.0.to_f64();
        }
        let outside = self.outside()?.into_iter().map(|([from, to], component, end)| Outside {
            from: from.map_or(f64::NEG_INFINITY, |from| from.to_f64()),
            to: to.map_or(f64::INFINITY, |to| to.to_f64()),
            component,
            end,
        });
        let outside = outside.collect();
        let made = Arc::new(JacobianTable::new(Doubles { map, bulks, points, outside }));
        Ok(self.found.table.get_or_init(|| made).clone())
    }

    /// Which bulk a real point is in, and the mass of those below it; an end is outside.
    fn place(&self, x: &Ball) -> Result<(Option<usize>, Ball), LawError> {
        let mut below = Ball::zero(self.bits);
        for (index, ([low, high], mass)) in self.parts()?.bulks.iter().enumerate() {
            let compare = |end: &LineEnd| -> Result<Ordering, LawError> {
                let end = self.ball(&end.position)?;
                let same = x.mid() == end.mid() && x.radius().is_zero() && end.radius().is_zero();
                if same { Ok(Ordering::Equal) } else { x.compare(&end).ok_or(LawError::MoreBits) }
            };
            if compare(low)?.is_le() {
                break;
            }
            if compare(high)?.is_lt() {
                return Ok((Some(index), below));
            }
            below = &below + &mass.0;
        }
        Ok((None, below))
    }

    /// The sum of the point masses up to x.
    fn masses_to(&self, x: &Ball) -> Result<Ball, LawError> {
        let mut sum = Ball::zero(self.bits);
        for point in &self.parts()?.points {
            let place = self.ball(&point.place)?;
            let same = x.mid() == place.mid() && x.radius().is_zero() && place.radius().is_zero();
            if same || x.compare(&place).ok_or(LawError::MoreBits)?.is_ge() {
                sum = &sum + &self.ball(&point.mass)?;
            }
        }
        Ok(sum)
    }

    fn has_nodes(&self) -> bool {
        self.slopes.as_ref().is_some_and(|slopes| slopes.laws.iter().any(has_nodes))
    }

    /// F or the density inside a bulk, in doubles, with the size of its rounding; none where slopes are no nodes, or x is outside.
    fn of_nodes(&self, x: &Ball, value: impl Fn(&JacobianTable, f64) -> [f64; 2]) -> Result<Option<Real>, LawError> {
        if !self.has_nodes() || self.place(x)?.0.is_none() {
            return Ok(None);
        }
        let [value, scale] = value(&*self.doubled()?, x.to_f64());
        if value.is_nan() {
            return Err(LawError::NoPath);
        }
        let rounding = rug::Float::with_val(self.bits, scale.abs() * ROUNDING);
        Ok(Some(Ball::double(value, self.bits).widened(Magnitude::of(&rounding)).into()))
    }

    /// F and the density, where slopes are no nodes or outside of the bulks.
    fn distribution(&self, x: &Ball) -> Result<[Ball; 2], LawError> {
        let parts = self.parts()?;
        if parts.bulks.is_empty() {
            return if !self.has_nodes() { Ok([self.masses_to(x)?, Ball::zero(self.bits)]) } else { Err(LawError::NoPath) };
        }
        match self.place(x)? {
            (None, below) => Ok([&self.masses_to(x)? + &below, Ball::zero(self.bits)]),
            (Some(_), _) => {
                let state = self.state(&ComplexBall::real(x.clone()))?;
                let map = &parts.map.as_ref().ok_or(LawError::NoPath)?.0;
                let density = -&(&state.tau.im / &(&Ball::pi(self.bits) * x));
                Ok([&Ball::integer(1, self.bits) - &map.mass_above(&state), density])
            }
        }
    }

    /// E d, …, E d^count of a law, exactly where they are rational.
    fn powers(law: &super::SlopeLaw, count: usize, bits: u32) -> (Vec<Ball>, Option<Vec<Rational>>) {
        let exact: Option<Vec<&[Rational; 2]>> = law.atoms.iter().map(|atom| atom.exact.as_ref()).collect();
        let exact = exact.map(|atoms| {
            let mut terms: Vec<Rational> = atoms.iter().map(|pair| pair[1].clone()).collect();
            let next = |_| {
                terms.iter_mut().zip(&atoms).for_each(|(term, pair)| *term *= &pair[0]);
                terms.iter().sum::<Rational>()
            };
            (0..count).map(next).collect()
        });
        let mut terms: Vec<Ball> = law.atoms.iter().map(|atom| atom.weight.with_bits(bits)).collect();
        let next = |_| {
            terms.iter_mut().zip(&law.atoms).for_each(|(term, atom)| *term = &*term * &atom.value.with_bits(bits));
            terms.iter().fold(Ball::zero(bits), |sum, term| &sum + term)
        };
        ((0..count).map(next).collect(), exact)
    }
}

impl Law for JacobianLaw {
    fn atom(&self) -> Result<Real, LawError> {
        match &self.slopes {
            None => Ok(Real::from(0)),
            Some(slopes) => mass_at_zero(slopes, self.bits),
        }
    }

    fn point_masses(&self) -> Result<Option<Vec<[Real; 2]>>, LawError> {
        Self::point_masses(self).map(Some)
    }

    fn ends(&self) -> Result<Vec<[End; 2]>, LawError> {
        let of = |end: &LineEnd| End { position: end.position.clone(), exponent: end.exponent.clone() };
        Ok(self.parts()?.bulks.iter().map(|(ends, _)| ends.each_ref().map(of)).collect())
    }

    fn masses(&self) -> Result<Vec<Real>, LawError> {
        Ok(self.parts()?.bulks.iter().map(|(_, mass)| mass.clone().real()).collect())
    }

    fn moments(&self, count: usize) -> Result<Vec<Real>, LawError> {
        let slopes = &self.whole;
        let (scale, exact) = slopes.scale(self.bits);
        let is_haar = slopes.mixing == Mixing::Haar;
        let counts = slopes.counts();
        let powers: Vec<_> = slopes.laws.iter().map(|law| Self::powers(law, count, self.bits)).collect();
        let rational = || -> Option<Vec<Rational>> {
            let groups = slopes.laws.iter().zip(&powers).zip(&counts);
            let groups: Option<Vec<(Vec<Rational>, Rational, u32)>> =
                groups.map(|((law, (_, exact)), layers)| Some((exact.clone()?, law.ratio.clone(), *layers))).collect();
            Some(moments(&exact?, is_haar, &groups?, count))
        };
        if let Some(found) = rational() {
            return Ok(found.into_iter().map(Real::Rational).collect());
        }
        let groups = slopes.laws.iter().zip(powers).zip(&counts);
        let groups: Vec<(Vec<Ball>, Ball, u32)> =
            groups.map(|((law, (balls, _)), layers)| (balls, Ball::rational(&law.ratio, self.bits), *layers)).collect();
        Ok(moments(&scale, is_haar, &groups, count).into_iter().map(Real::from).collect())
    }

    fn mean(&self) -> Real {
        self.moments(1).ok().and_then(|list| list.into_iter().next()).unwrap_or(Real::Unknown)
    }

    fn stieltjes(&self, z: &Argument) -> Result<[Real; 2], LawError> {
        let z = z.ball(self.bits);
        let parts = self.parts()?;
        let real = |m: ComplexBall| [m.re, m.im].map(Real::from);
        let of_tau = |z: &ComplexBall, tau: &ComplexBall| {
            let one = ComplexBall::real(Ball::integer(1, self.bits));
            -&(&(&one + tau) * &z.inverse())
        };
        if parts.bulks.is_empty() {
            return self.of_points(&z, &parts.points).map(real);
        }
        match z.im_sign().ok_or(LawError::MoreBits)? {
            Ordering::Greater => Ok(real(of_tau(&z, &self.state(&z)?.tau))),
            Ordering::Less => Ok(real(of_tau(&z.conj(), &self.state(&z.conj())?.tau).conj())),
            Ordering::Equal => {
                if z.re.is_exact_zero() {
                    return Err(self.at_zero());
                }
                let line = self.line(parts).ok_or(LawError::NoPath)?;
                for ([from, to], component, end) in self.outside()? {
                    let beyond = |end: &Option<Ball>, wanted: Ordering| match end {
                        None => Ok(true),
                        Some(end) => z.re.compare(end).map(|order| order == wanted).ok_or(LawError::MoreBits),
                    };
                    if beyond(&from, Ordering::Greater)? && beyond(&to, Ordering::Less)? {
                        let tau = ComplexBall::real(line.solution(component, end, &z.re)?);
                        return Ok(real(of_tau(&z, &tau)));
                    }
                }
                Err(if self.place(&z.re)?.0.is_some() { LawError::OnTheCut } else { LawError::Uncertain })
            }
        }
    }

    fn density(&self, x: &Argument) -> Result<Real, LawError> {
        let x = x.ball(self.bits).re;
        if x.is_exact_zero()
            && let Some(([low, _], _)) = self.parts()?.bulks.first()
            && matches!(&low.position, Real::Rational(zero) if zero.is_zero())
        {
            return if low.exponent.as_ref().is_some_and(|power| *power < 0) {
                Ok(Real::Infinite)
            } else {
                Err(LawError::OneSided)
            };
        }
        let of_nodes = |table: &JacobianTable, x: f64| {
            let density = Table::density(table, x);
            [density, density]
        };
        match self.of_nodes(&x, of_nodes)? {
            Some(found) => Ok(found),
            None => self.distribution(&x).map(|[_, density]| density.into()),
        }
    }

    fn cdf(&self, x: &Argument) -> Result<Real, LawError> {
        let x = x.ball(self.bits).re;
        match self.of_nodes(&x, |table, x| [table.value(x), 1.0])? {
            Some(found) => Ok(found),
            None => self.distribution(&x).map(|[value, _]| value.into()),
        }
    }

    fn quantile(&self, p: &Rational) -> Result<Real, LawError> {
        if *p < 0 || *p > 1 {
            return Err(LawError::Probability);
        }
        let parts = self.parts()?;
        let target = Ball::rational(p, self.bits);
        let p = Both::rational(p.clone(), self.bits);
        let zero = Both::rational(Rational::new(), self.bits);
        // an end before a point mass at its place
        let bulk = |(ends, mass): &'_ ([LineEnd; 2], Both)| (ends[1].position.to_f64(), mass.clone());
        let mut pieces: Vec<Piece> = Vec::new();
        for part in &parts.bulks {
            let (place, mass) = bulk(part);
            pieces.push((place, mass, Err(&part.0)));
        }
        for point in &parts.points {
            pieces.push((point.place.to_f64(), both(&point.mass, self.bits)?, Ok(point)));
        }
        pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut below = zero.clone();
        for (_, mass, piece) in &pieces {
            below = below.minus(&zero.minus(mass));
            let order = p.compare(&below)?;
            match piece {
                _ if order.is_gt() => {}
                Ok(point) => return Ok(point.place.clone()),
                Err([_, high]) if order.is_eq() => return Ok(high.position.clone()),
                Err([low, high]) => {
                    let (low, high) = (self.ball(&low.position)?, self.ball(&high.position)?);
                    let start = self.doubled()?.quantile(p.0.to_f64()).ok_or(LawError::NoPath)?;
                    if self.has_nodes() {
                        let density = Table::density(&*self.doubled()?, start);
                        let error = rug::Float::with_val(self.bits, ROUNDING * (start.abs() + density.recip()));
                        return Ok(Ball::double(start, self.bits).widened(Magnitude::of(&error)).into());
                    }
                    let within = Within { low: low.mid(), high: high.mid(), start, bits: self.bits - GUARD };
                    return within.quantile(&target, &|x| self.distribution(x)).map(Real::from);
                }
            }
        }
        // 1 where masses are not exact
        Ok(match pieces.last() {
            Some((_, _, Ok(point))) => point.place.clone(),
            Some((_, _, Err([_, high]))) => high.position.clone(),
            None => Real::Unknown,
        })
    }

    fn table(&self) -> Result<Arc<dyn Table>, LawError> {
        Ok(self.doubled()?)
    }
}
