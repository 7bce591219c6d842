//! What a law is found to consist of: bulks with their ends and masses, and point masses.

use rug::Rational;

use super::balls::Map;
use super::doubles::Map64;
use super::gaps::{are_possible, gaps};
use super::line::{Line, LineEnd};
use super::points::{Both, Point, mass_at_zero, masses};
use super::slopes::{JacobianSlopes, Mixing};
use crate::number::Real;
use crate::spectrum::LawError;

/// The parts, with the equation where there is one.
#[derive(Debug)]
pub(super) struct Parts {
    pub map: Option<(Map, Map64)>,
    /// The bulks, from the lowest, with their masses.
    pub bulks: Vec<([LineEnd; 2], Both)>,
    /// The masses, that at 0 first where there is one, ascending.
    pub points: Vec<Point>,
}

/// A mass as a ball, and exactly where it is rational.
pub(super) fn both(real: &Real, bits: u32) -> Result<Both, LawError> {
    let exact = if let Real::Rational(exact) = real { Some(exact.clone()) } else { None };
    Ok(Both(real.ball(bits).ok_or(LawError::MoreBits)?, exact))
}

impl Parts {
    /// Those of a law that is `factor` times that of the slopes; a point mass there without them.
    ///
    /// # Errors
    /// [`LawError::MoreBits`], [`LawError::NoPath`].
    pub fn find(slopes: Option<&JacobianSlopes>, factor: &Both, bits: u32) -> Result<Self, LawError> {
        let Some(slopes) = slopes else {
            let point = Point { place: factor.clone().real(), mass: Real::from(1) };
            return Ok(Self { map: None, bulks: Vec::new(), points: vec![point] });
        };
        let map = Map::new(slopes, &factor.0, bits);
        let doubles = Map64::new(slopes, factor.0.to_f64());
        let mut points = Vec::new();
        let zero = mass_at_zero(slopes, bits)?;
        if !matches!(&zero, Real::Rational(mass) if mass.is_zero()) {
            points.push(Point { place: Real::from(0), mass: zero });
        }
        let line = Line { slopes, map: &map, doubles: &doubles, bits };
        let ends = match slopes.mixing {
            Mixing::Gaussian => Some([line.lower()?, line.upper(None)?]),
            Mixing::Haar => {
                let (others, top) = masses(slopes, factor, bits)?;
                points.extend(others);
                // one layer has the law of its squared slopes
                if slopes.layers.len() == 1 { None } else { Some([line.lower()?, line.upper(Some(top))?]) }
            }
        };
        let bulks = match ends {
            Some(ends) => split(&line, ends, &points)?,
            None => Vec::new(),
        };
        Ok(Self { map: Some((map, doubles)), bulks, points })
    }
}

/// The bulks between the outer ends.
fn split(line: &Line, [low, high]: [LineEnd; 2], points: &[Point]) -> Result<Vec<([LineEnd; 2], Both)>, LawError> {
    let end = high.position.to_f64();
    let found = match are_possible(line.slopes) {
        true => gaps(line.slopes, line.map, line.doubles, [low.position.to_f64(), end])?,
        false => Vec::new(),
    };
    // masses above the ends of bulks, from the highest
    let zero = Both::rational(Rational::new(), line.bits);
    let plus = |a: &Both, b: &Both| a.minus(&zero.minus(b));
    let mut above = zero.clone();
    let mut below = Both::rational(Rational::from(1), line.bits);
    for point in points {
        let mass = both(&point.mass, line.bits)?;
        if point.place.to_f64() > end { above = plus(&above, &mass) } else { below = below.minus(&mass) }
    }
    let mut bulks = Vec::new();
    let mut upper = high;
    for gap in found.into_iter().rev() {
        bulks.push(([gap.high, upper], gap.above.minus(&above)));
        (upper, above) = (gap.low, gap.above);
    }
    bulks.push(([low, upper], below.minus(&above)));
    bulks.reverse();
    Ok(bulks)
}
