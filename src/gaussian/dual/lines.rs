//! The lines between which the integrand of a dual is analytic, and where they cross.
//!
//! A kink c of f lies on a = (c − βb)/α, a kink c′ of g on a = (c′ + βb)/α; a = ± A are the edges. Lines through features of f and g
//! change nothing but let the cells be graded.

use rug::Float;

use super::features::features;
use super::pair::Pair;
use crate::activation::{Function, Pieces};
use crate::gaussian::analysis::Analysis;
use crate::number::{Ball, Interval, Magnitude};

/// A line a = p + q b.
#[derive(Clone, Debug)]
pub struct Line {
    /// a at b = 0.
    pub start: Ball,
    /// da/db.
    pub slope: Ball,
    /// Whose it is.
    pub owner: Owner,
    /// Whether the branch changes there.
    pub breaks: bool,
}

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// f's.
    F,
    /// g's.
    G,
    /// An edge.
    Edge,
}

/// Most crossings of lines.
const MOST_ENDS: usize = 400;

/// All the lines for |a| ≤ `cuts[0]`, |b| ≤ `cuts[1]`; only a ≥ 0 where the other half repeats it.
pub fn lines(pair: &Pair, cuts: [f64; 2], pieces: [&Pieces; 2], bits: u32) -> Vec<Line> {
    let [alpha, beta] = &pair.angle;
    let slope = beta / alpha;
    let working = alpha.bits();
    let low = if pair.fold.a { 0.0 } else { -cuts[0] };
    let edge = |a: f64| Line { start: Ball::double(a, working), slope: Ball::zero(working), owner: Owner::Edge, breaks: false };
    let mut lines = vec![edge(low), edge(cuts[0])];
    for (pieces, owner, slope) in [(pieces[0], Owner::F, -&slope), (pieces[1], Owner::G, slope)] {
        let mut line = |place: Ball, breaks: bool| {
            lines.push(Line { start: &place / alpha, slope: slope.clone(), owner, breaks });
        };
        pieces.breakpoints.iter().for_each(|point| line(point.location.refine(working.max(bits + 40)), true));
        for place in narrow(pieces, alpha.to_f64() * cuts[0] + beta.to_f64() * cuts[1]) {
            line(Ball::double(place, working), false);
        }
    }
    lines
}

/// The features of all branches within `reach`.
fn narrow(pieces: &Pieces, reach: f64) -> Vec<f64> {
    let mut cuts: Vec<f64> = pieces.breakpoints.iter().map(|point| point.location.to_f64()).collect();
    cuts.insert(0, -reach);
    cuts.push(reach);
    let within = |(branch, ends): (&Function, &[f64])| features(&Analysis::smooth(branch), ends[0], ends[1]);
    pieces.branches.iter().zip(cuts.windows(2)).flat_map(within).collect()
}

/// The crossings of the lines and the ends of the range, and the sum of how far the crossings may be off.
pub fn ends(lines: &[Line], [low, high]: [f64; 2]) -> Option<(Vec<Float>, Magnitude)> {
    let mut found = vec![Ball::double(low, 64), Ball::double(high, 64)];
    for (i, first) in lines.iter().enumerate() {
        for second in &lines[..i] {
            if first.owner == second.owner {
                continue;
            }
            let place = &(&second.start - &first.start) / &(&first.slope - &second.slope);
            let near = place.to_f64();
            if !place.is_finite() {
                return None;
            }
            if near > low && near < high {
                found.push(place);
            }
        }
    }
    if found.len() > MOST_ENDS {
        return None;
    }
    found.sort_by(|x, y| x.mid().total_cmp(y.mid()));
    let mut ends: Vec<Float> = Vec::new();
    let (mut moved, mut radius) = (Magnitude::ZERO, Magnitude::ZERO);
    for place in found {
        let gap = ends.last().map(|end| Magnitude::of(&Float::with_val(place.bits() + 64, place.mid() - end)));
        moved = moved.plus(place.radius());
        match gap {
            // crossings that cannot be told apart are taken for one
            Some(gap) if gap.to_f64() <= 4.0 * place.radius().plus(radius).to_f64() => moved = moved.plus(gap),
            _ => ends.push(place.mid().clone()),
        }
        radius = place.radius();
    }
    Some((ends, moved))
}

/// A line in intervals of doubles.
#[derive(Clone, Copy, Debug)]
pub struct Sketch {
    /// a at b = 0.
    pub start: Interval,
    /// da/db.
    pub slope: Interval,
}

impl Sketch {
    /// Around the line.
    pub fn of(line: &Line) -> Self {
        Self { start: Interval::of_ball(&line.start), slope: Interval::of_ball(&line.slope) }
    }

    /// a at b, about.
    pub fn at(self, b: f64) -> f64 {
        self.start.middle() + self.slope.middle() * b
    }
}
