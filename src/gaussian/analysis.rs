//! What the quadrature knows of a function before it integrates: whether the integrals exist, bounds on rectangles, growth,
//! and the breakpoints between its smooth branches.

use std::cmp::Ordering;
use std::sync::OnceLock;

use rug::Rational;

use super::GaussianError;
use super::growth::{Envelope, Growth, Rate, Side, Tail, Unbounded, growth, growth_within, settled};
use super::recurrent;
use crate::activation::{
    Analytic, Breakpoint, BreakpointKind, Function, KinkError, Local, Obstacle, Parity, Pieces, Primitive, Root, canonical,
    evaluate, has_choices, jumping_switches, local, local_cost, parity, pieces, place, short, switches,
};
use crate::number::{Ball, Interval, Job, Rectangle};

/// Breakpoints are looked for on [−reach, reach] at least. Where they are not shown to lie within bounds, a larger cut looks
/// further.
const REACH: f64 = 40.0;

/// −ln of what is small beside E f² when two bounds of growth are compared.
const SMALL: f64 = 100.0;

/// Where no constant gives them, limits at singular points are taken at e^(−u) with this u …
const LIMIT_DEPTH: i64 = 16_384;
/// … and this precision.
const LIMIT_BITS: u32 = 8192;
/// Limits that differ by less than 2 to this power count as equal, with a doubt.
const SMALLEST_JUMP: f64 = -4096.0;
/// How many times further out a jump, or the next kink, is looked for.
const FURTHER: [f64; 2] = [2.0, 8.0];

/// A function with its bounds.
pub struct Analysis {
    /// As it was given, for messages and for what lies beyond the pieces.
    given: Function,
    /// Without choices and continued over removable singularities, when it is analytic on the whole line.
    function: Function,
    analytic: Analytic,
    pieces: Pieces,
    /// What the pieces cover: the whole line, where it is infinite.
    reach: f64,
    /// f is unbounded arbitrarily far out, and bounded in the mean only.
    recurrent: bool,
    /// Those bounds, for each power that was asked.
    means: [OnceLock<Option<[Vec<Tail>; 2]>>; 2],
    /// See [`Analysis::parity`].
    parity: OnceLock<Parity>,
}

impl Analysis {
    /// A branch that is known to be smooth where it is used.
    #[must_use]
    pub fn smooth(function: &Function) -> Self {
        let pieces = Pieces { breakpoints: Vec::new(), branches: vec![function.clone()], places: Vec::new() };
        let reach = f64::INFINITY;
        Self {
            given: function.clone(),
            function: function.clone(),
            analytic: Analytic::new(function),
            pieces,
            reach,
            recurrent: false,
            means: [const { OnceLock::new() }; 2],
            parity: OnceLock::new(),
        }
    }

    /// f on |x| ≤ reach alone.
    ///
    /// # Errors
    /// As [`pieces`].
    pub(super) fn within(function: &Function, reach: f64, job: &Job<'_>) -> Result<Self, KinkError> {
        Ok(Self { pieces: pieces(function, reach, job)?, reach, ..Self::smooth(function) })
    }

    /// Examines f: is it real, does E f(Z) exist, where are its breakpoints.
    ///
    /// # Errors
    /// When E f(Z) does not exist or is not shown to exist; the message names the offending part.
    pub fn of(function: &Function, job: &Job<'_>) -> Result<Self, GaussianError> {
        let (pieces, reach) = whole(function, job)?;
        let mut analysis = Self { pieces, reach, ..Self::smooth(function) };
        if [Side::Left, Side::Right].into_iter().any(|side| growth(function, side, 0.0).is_err())
            && analysis.tails(1, job)?.is_some()
        {
            analysis = Self { recurrent: true, means: analysis.means, ..Self::within(function, REACH, job)? };
        }
        if let ([branch], true) = (analysis.pieces.branches.as_slice(), analysis.is_smooth()) {
            analysis.analytic = Analytic::new(branch);
            analysis.function = branch.clone();
        }
        if analysis.exists(1, job)? { Ok(analysis) } else { Err(analysis.diverges(job)) }
    }

    /// f′ = `slope` with the pieces of f; it need not be integrable.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn derivative(&self, slope: &Function, job: &Job<'_>) -> Result<Self, GaussianError> {
        let (pieces, reach, recurrent) = (self.pieces.derivative(job)?, self.reach, self.recurrent);
        Ok(Self { pieces, reach, recurrent, ..Self::smooth(slope) })
    }

    /// What is to be integrated.
    #[must_use]
    pub fn function(&self) -> &Function {
        &self.function
    }

    /// The singular points, by their distance from 0, positive ones first.
    fn singular_points(&self) -> Vec<&Breakpoint> {
        let mut points: Vec<&Breakpoint> = self.pieces.singular_points().collect();
        points.sort_by(nearest);
        points
    }

    /// Whether E |f|^power exists: integrable at every singular point, and β < 1/(2·power) on both sides.
    fn exists(&self, power: u32, job: &Job<'_>) -> Result<bool, GaussianError> {
        if !self.exists_at_points(power, job)? {
            return Ok(false);
        }
        if self.growth(Side::Left).and(self.growth(Side::Right)).is_err()
            && let Some(tails) = self.tails(power, job)?
            && recurrent::exists(&tails, power)
        {
            return Ok(true);
        }
        for side in [Side::Left, Side::Right] {
            if !exists_on(&self.growth(side)?, power).ok_or_else(|| self.undecided(power))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether |f|^power is integrable at the singular points that are known.
    pub(super) fn exists_at_points(&self, power: u32, job: &Job<'_>) -> Result<bool, GaussianError> {
        for point in self.singular_points() {
            if !self.exists_at(point, power, job)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no breakpoint lies so near to one of ± place.
    pub(super) fn is_apart(&self, place: f64, distance: f64) -> bool {
        self.pieces.breakpoints.iter().all(|point| (point.location.to_f64().abs() - place).abs() > distance)
    }

    /// Whether |f|^power is integrable at a singular point.
    fn exists_at(&self, point: &Breakpoint, power: u32, job: &Job<'_>) -> Result<bool, GaussianError> {
        let mut exists = true;
        for (side, sign) in [(0, -1), (1, 1)].into_iter().filter(|(side, _)| point.singular[*side]) {
            let branch = point.branches()[side];
            job.spend(local_cost(branch))?;
            let form = local(branch, &point.location, sign).map_err(|obstacle| match obstacle {
                Obstacle::Oscillates(part) => GaussianError::Refused(format!(
                    "{part:#} oscillates without bound at x = {}, so that no digits are certain",
                    place(&point.location)
                )),
                Obstacle::Unknown(_) => self.unsettled(power, point),
            })?;
            exists &= exists_near(&form, power).ok_or_else(|| self.unsettled(power, point))?;
        }
        // what is singular only if a number is 0, which is not proved, does not diverge for certain
        if exists || !point.location.is_doubtful() { Ok(exists) } else { Err(self.unsettled(power, point)) }
    }

    fn unsettled(&self, power: u32, point: &Breakpoint) -> GaussianError {
        let (what, at) = (if power == 1 { "" } else { "the square of " }, place(&point.location));
        GaussianError::Refused(format!("{what}{:#} could not be integrated with certainty at x = {at}", self.given))
    }

    /// Why the mean does not exist.
    fn diverges(&self, job: &Job<'_>) -> GaussianError {
        let infinite = |point: &&Breakpoint| matches!(self.exists_at(point, 1, job), Ok(false));
        GaussianError::Divergent(match self.singular_points().into_iter().find(infinite) {
            Some(point) => format!("{:#} is not integrable at x = {}", self.given, place(&point.location)),
            None => format!("the Gaussian mean of {:#} diverges", self.given),
        })
    }

    fn undecided(&self, power: u32) -> GaussianError {
        let what = if power == 1 { "the Gaussian mean" } else { "the second moment" };
        GaussianError::Refused(format!("{what} of {:#} could not be shown to be finite or infinite", self.given))
    }

    fn growth(&self, side: Side) -> Result<Growth, GaussianError> {
        growth(&self.function, side, 0.0).map_err(|Unbounded { part, what }| {
            GaussianError::Refused(format!("{part:#} {what}, so that nothing certain can be said of its mean"))
        })
    }

    /// Whether E f² is finite.
    ///
    /// # Errors
    /// When it is not decided.
    pub fn second_moment_is_finite(&self, job: &Job<'_>) -> Result<bool, GaussianError> {
        self.exists(2, job)
    }

    /// Whether f jumps somewhere.
    ///
    /// # Errors
    /// When it is not decided at a singular point.
    pub fn jumps(&self, job: &Job<'_>) -> Result<bool, GaussianError> {
        for point in &self.pieces.breakpoints {
            if point.kind == BreakpointKind::Jump || (point.kind == BreakpointKind::Singular && self.jumps_at(point, job)?) {
                return Ok(true);
            }
        }
        let Some(switch) = self.unseen_switch() else { return Ok(false) };
        let jump = |point: &Breakpoint| point.kind == BreakpointKind::Jump;
        for times in FURTHER {
            match pieces(&self.function, times * REACH, job) {
                Ok(further) if further.breakpoints.iter().any(jump) => return Ok(true),
                Err(KinkError::Stopped(why)) => return Err(why.into()),
                _ => {}
            }
        }
        Err(GaussianError::Refused(format!("whether {:#} jumps where {switch:#} = 0 is not decided", self.given)))
    }

    /// A switch function at whose zeros f may jump, and which may have some beyond the pieces.
    fn unseen_switch(&self) -> Option<Function> {
        let far = |switch: &Function| settled(&switch.apply(Primitive::Sign)).is_none_or(|from| from > self.reach);
        if self.reach.is_infinite() { None } else { jumping_switches(&self.given).into_iter().find(far) }
    }

    /// Whether breakpoints further out than are known, that is beyond the first, are not ruled out; the next, if one is seen.
    #[must_use]
    pub fn beyond(&self, job: &Job<'_>) -> Option<(f64, Option<f64>)> {
        if self.reach.is_infinite() || (switches(&self.given).is_empty() && !self.recurrent) {
            return None;
        }
        let next = |times: &f64| {
            let further = pieces(&self.function, times * self.reach, job).ok()?;
            let mut places: Vec<f64> = further.breakpoints.iter().map(|point| point.location.to_f64()).collect();
            places.sort_by(|a, b| a.abs().total_cmp(&b.abs()).then(b.total_cmp(a)));
            places.into_iter().find(|place| place.abs() > self.reach)
        };
        Some((self.reach, FURTHER.iter().find_map(next)))
    }

    /// Where something was taken for 0 without proof.
    #[must_use]
    pub fn doubt(&self) -> Option<f64> {
        self.pieces.doubts().next().map(Root::to_f64)
    }

    /// The limits from the two sides, far closer to the point than anything printed, compared.
    fn jumps_at(&self, point: &Breakpoint, job: &Job<'_>) -> Result<bool, GaussianError> {
        let unsettled =
            || GaussianError::Refused(format!("whether {:#} jumps at x = {} is not decided", self.given, place(&point.location)));
        let costs = point.branches().map(|branch| 2 * local_cost(branch));
        job.spend(costs.iter().sum())?;
        let form = |side: usize| local(point.branches()[side], &point.location, [-1, 1][side]).ok();
        let forms = [form(0).ok_or_else(unsettled)?, form(1).ok_or_else(unsettled)?];
        let limits = forms.each_ref().map(|form| {
            let vanishes = || growth(&form.factor, Side::Right, 0.0).is_ok_and(|growth| growth.upper.alpha <= 0.0);
            if form.power > 0 && vanishes() { Some(Function::rational(0)) } else { form.limit() }
        });
        let zero = Ball::zero(LIMIT_BITS);
        let constant = |limit: &Function| evaluate(limit, &zero);
        let balls = match &limits {
            [Some(left), Some(right)] if constant(left).is_finite() && constant(right).is_finite() => {
                if canonical(&(right.clone() - left.clone())).is_zero() {
                    return Ok(false);
                }
                [constant(left), constant(right)]
            }
            _ => forms.map(|form| evaluate(&form.value(), &Ball::integer(LIMIT_DEPTH, LIMIT_BITS))),
        };
        let difference = &balls[0] - &balls[1];
        if !difference.is_finite() {
            return Err(unsettled());
        }
        // where E f′² is finite elsewhere, f(c + t) is within √(t E) of its limit
        if difference.least_magnitude().log2() > SMALLEST_JUMP {
            return Ok(true);
        }
        if difference.magnitude().log2() >= SMALLEST_JUMP {
            return Err(unsettled());
        }
        point.location.doubt();
        Ok(false)
    }

    /// The rational constant that f is around 0, and how far from 0 it is nothing else; none where it varies or is cut there.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn plateau(&self, job: &Job<'_>) -> Result<Option<Plateau>, GaussianError> {
        let whole = self.reach.is_infinite();
        let mut found = plateau_of(&self.pieces, whole);
        for times in FURTHER {
            if whole || !found.as_ref().is_some_and(|plateau| plateau.reach.is_infinite()) {
                break;
            }
            match pieces(&self.function, times * REACH, job) {
                Ok(further) => found = plateau_of(&further, false),
                Err(KinkError::Stopped(why)) => return Err(why.into()),
                Err(_) => break,
            }
        }
        Ok(found.filter(|plateau| plateau.reach.is_finite()))
    }

    /// Whether f is one smooth branch on the whole line. Where nothing is chosen it is so beyond the pieces too: a quotient
    /// continued over a removable point is the same function.
    #[must_use]
    pub fn is_smooth(&self) -> bool {
        !self.recurrent && self.pieces.breakpoints.is_empty() && (self.reach.is_infinite() || !has_choices(&self.given))
    }

    /// Whether f is unbounded arbitrarily far out, and bounded in the mean only.
    #[must_use]
    pub fn is_recurrent(&self) -> bool {
        self.recurrent
    }

    /// Breakpoints as balls.
    #[must_use]
    pub fn breakpoints(&self, bits: u32) -> Vec<Ball> {
        self.pieces.breakpoints.iter().map(|point| point.location.refine(bits)).collect()
    }

    /// The smooth branches on [−cut, cut], with the breakpoints between them.
    ///
    /// # Errors
    /// When breakpoints further out cannot be isolated.
    pub fn pieces(&self, cut: f64, job: &Job<'_>) -> Result<Pieces, GaussianError> {
        if cut <= self.reach { Ok(self.pieces.clone()) } else { Ok(pieces(&self.function, cut, job)?) }
    }

    /// The parity that is proved of f.
    #[must_use]
    pub fn parity(&self) -> Parity {
        *self.parity.get_or_init(|| parity(&self.function))
    }

    /// Steps of one evaluation on a rectangle.
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.analytic.tape().rectangle_cost()
    }

    /// Steps of one evaluation on a real interval.
    #[must_use]
    pub fn real_cost(&self) -> u64 {
        self.analytic.tape().operations.len() as u64
    }

    /// Steps of one evaluation in balls.
    #[must_use]
    pub fn ball_cost(&self, bits: u32) -> u64 {
        self.analytic.tape().ball_cost(bits)
    }

    /// ln sup of |f| on the rectangle [x0, x1] × [y0, y1], or `None` where f is not shown to be analytic.
    #[must_use]
    pub fn ln_sup(&self, [x0, x1, y0, y1]: [f64; 4]) -> Option<f64> {
        self.analytic.ln_sup(Rectangle::new(Interval::new(x0, x1), Interval::new(y0, y1)))
    }

    /// Growth to the left and to the right in the strip |Im z| ≤ height.
    #[must_use]
    pub fn envelope(&self, height: f64) -> Option<[Envelope; 2]> {
        Some([self.far(Side::Left, height)?, self.far(Side::Right, height)?])
    }

    /// Bounds of |f|, and of f² for power 2, on both sides, in the mean where there are none at every point.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn tails(&self, power: u32, job: &Job<'_>) -> Result<Option<[Vec<Tail>; 2]>, GaussianError> {
        if let Some(envelope) = self.envelope(0.0) {
            return Ok(Some(envelope.map(|envelope| vec![Tail { envelope, window: 0.0 }])));
        }
        let known = &self.means[power as usize - 1];
        if known.get().is_none() {
            let found = recurrent::tails(&self.function, power, job)?;
            return Ok(known.get_or_init(|| found).clone());
        }
        Ok(known.get().cloned().flatten())
    }

    /// Growth on one side in the strip |Im z| ≤ height. On the real line, where it begins to hold only beyond 40, one that
    /// holds from nearer on is preferred, if it shows the integral to be small from nearer on too.
    #[must_use]
    pub fn far(&self, side: Side, height: f64) -> Option<Envelope> {
        let found = growth(&self.function, side, height).ok()?.upper.envelope();
        if height > 0.0 || found.from <= REACH {
            return Some(found);
        }
        let nearer = growth_within(&self.function, side, REACH).ok().map(|growth| growth.upper.envelope());
        let ends = |envelope: &Envelope| envelope.squared().cut(0, SMALL).is_some_and(|cut| cut < found.from);
        nearer.filter(ends).or(Some(found))
    }

    /// Why panels failed at a place.
    #[must_use]
    pub fn not_analytic(&self, place: f64) -> String {
        format!("{:#} is not shown to be analytic near x = {}", self.given, short(place))
    }
}

/// What f is around 0.
pub struct Plateau {
    /// Its value.
    pub value: Rational,
    /// The distance of the nearest breakpoint; infinite where none is known.
    pub reach: f64,
}

/// The plateau of pieces, on the whole line or a part of it.
fn plateau_of(pieces: &Pieces, whole: bool) -> Option<Plateau> {
    let places: Vec<f64> = pieces.breakpoints.iter().map(|point| point.location.to_f64()).collect();
    let index = places.iter().take_while(|place| **place < 0.0).count();
    let value = pieces.branches[index].as_rational()?.clone();
    let reach = places.iter().fold(f64::INFINITY, |least, place| least.min(place.abs()));
    // a function that is one constant on the whole line has no end to look for
    (reach > 0.0 && !(whole && places.is_empty())).then_some(Plateau { value, reach })
}

/// The pieces of f on the whole line where no switch function has zeros arbitrarily far out, else those on |x| ≤ [`REACH`]; and
/// how far they go.
fn whole(f: &Function, job: &Job<'_>) -> Result<(Pieces, f64), GaussianError> {
    let near = |reach: f64| Ok((pieces(f, REACH, job)?, reach));
    match settled(f) {
        None => near(REACH),
        // what is lost far out, where a switch is close to its limit, is no zero when none is beyond `from`
        Some(from) if from <= REACH => match pieces(f, REACH, job) {
            Err(KinkError::NotIsolated { near, .. }) if near.abs() > from => Ok((pieces(f, from.max(1.0), job)?, f64::INFINITY)),
            pieces => Ok((pieces?, f64::INFINITY)),
        },
        Some(from) => match pieces(f, from, job) {
            Ok(pieces) => Ok((pieces, f64::INFINITY)),
            Err(error @ (KinkError::NotReal { .. } | KinkError::Stopped(_))) => Err(error.into()),
            Err(_) => near(REACH),
        },
    }
}

/// Existence on one side from the exact quadratic rate: certain below the limit, infinite when the lower bound reaches it.
fn exists_on(growth: &Growth, power: u32) -> Option<bool> {
    let limit = Rational::from((1, 2 * power));
    if growth.upper.beta < limit {
        return Some(true);
    }
    let lower = growth.lower.as_ref()?;
    // at the limit itself what is left is x^{p·power} e^{α x·power}
    let diverges = lower.beta > limit || (lower.beta == limit && lower.grows(f64::from(power)));
    diverges.then_some(false)
}

/// The order of distance from 0, positive points first.
fn nearest(a: &&Breakpoint, b: &&Breakpoint) -> Ordering {
    let [a, b] = [a, b].map(|point| point.location.to_f64());
    a.abs().total_cmp(&b.abs()).then(b.total_cmp(&a))
}

/// Whether |f|^power e^(−u) du is integrable as u → +∞, where f = e^(−pu) · factor.
fn exists_near(form: &Local, power: u32) -> Option<bool> {
    let factor = growth(&form.factor, Side::Right, 0.0).ok()?;
    let exponent = Rational::from(-&form.power) * power;
    let rate = |rate: &Rate| exponent.to_f64() + f64::from(power) * rate.alpha;
    let exact = factor.upper.alpha == 0.0 && factor.lower.as_ref().is_none_or(|lower| lower.alpha == 0.0);
    let slack = if exact { 0.0 } else { 1e-9 };
    if factor.upper.beta < 0 || (factor.upper.beta == 0 && rate(&factor.upper) < 1.0 - slack) {
        return Some(true);
    }
    let lower = factor.lower.as_ref().filter(|lower| lower.beta >= 0)?;
    let diverges = rate(lower) > 1.0 + slack || (exact && exponent == 1 && lower.grows(f64::from(power)));
    diverges.then_some(false)
}
