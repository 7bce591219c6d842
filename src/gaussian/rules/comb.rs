//! Integrals of v at any σ from the values of v at few nodes: one set of them for each octave of σ, on the whole line where v is analytic
//! about it (`octave`), else between breakpoints (`segments`).

use std::sync::{Arc, OnceLock};

use rug::Float;

use super::octave::{Octave, Shown};
use super::pieced::Pieced;
use super::segments::Segments;
use crate::activation::{Function, has_choices};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::number::{Ball, Interval, Job};

/// S of the octaves are the powers of 2, with S/2√2 < σ ≤ S/√2; the largest |log2 S|.
const FARTHEST: i32 = 90;
/// A search of a strip does not begin below this height, nor above the other one: higher ones do not pay.
const LEAST_START: f64 = 0.05;
const MOST_START: f64 = 4.0;
/// How many there are.
const OCTAVES: usize = 2 * FARTHEST as usize + 1;

/// v with what is known of it in each octave.
pub struct Comb {
    v: Function,
    octaves: [OnceLock<Option<Rule>>; OCTAVES],
    /// The breakpoints of v, where it makes choices.
    pieced: OnceLock<Option<Arc<Pieced>>>,
}

/// The rule of an octave.
enum Rule {
    Line(Box<Octave>),
    Segments(Segments),
}

impl Rule {
    /// log2 of S, and of what v was divided by.
    fn powers(&self) -> [i32; 2] {
        match self {
            Self::Line(octave) => [octave.scale, octave.size],
            Self::Segments(segments) => [segments.scale, segments.size],
        }
    }

    /// Where v is analytic about the line.
    fn line(&self) -> Option<&Octave> {
        match self {
            Self::Line(octave) => Some(octave.as_ref()),
            Self::Segments(_) => None,
        }
    }
}

/// The number of the octave that a standard deviation lies in, log2 S.
fn number(sigma: f64) -> Option<i32> {
    let number = (sigma.log2() + 0.5 + 1e-9).ceil();
    (number.abs() <= f64::from(FARTHEST)).then_some(number as i32)
}

impl Comb {
    /// Of v, of which nothing is examined yet.
    #[must_use]
    pub fn new(v: Function) -> Self {
        Self { v, octaves: [const { OnceLock::new() }; OCTAVES], pieced: OnceLock::new() }
    }

    /// E v(σZ)² Zᵐ for the first N ≤ 3 of m = 0, 2, 4; none where v is not seen to be analytic about the line or between known breakpoints, or
    /// grows too fast. A `height` is that of a strip on which v(Sx) is known to be analytic.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn moments<const N: usize>(
        &self,
        sigma: &Ball,
        height: Option<f64>,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<[Ball; N]>, GaussianError> {
        let Some(number) = number(sigma.to_f64()).filter(|_| sigma.is_positive()) else { return Ok(None) };
        let Some(rule) = self.rule(number, height, job)? else { return Ok(None) };
        let moments = match rule {
            Rule::Line(octave) => octave.moments(sigma, bits, job)?,
            Rule::Segments(segments) => segments.moments(sigma, bits, job)?,
        };
        let [_, size] = rule.powers();
        Ok(moments.map(|moments| moments.map(|moment| moment.shifted(2 * size))))
    }

    /// The same at all σ > 0 of an interval, in doubles.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn in_doubles(
        &self,
        sigma: Interval,
        height: Option<f64>,
        job: &Job<'_>,
    ) -> Result<Option<[Interval; 3]>, GaussianError> {
        let middle = sigma.middle();
        let Some(number) = number(middle).filter(|_| sigma.low > 0.0) else { return Ok(None) };
        let Some(rule) = self.rule(number, height, job)? else { return Ok(None) };
        let spread = (sigma.high - sigma.low) / sigma.low + 0.5 * f64::EPSILON;
        let [scale, size] = rule.powers();
        let r = 2f64.powi(scale) / middle;
        let sums = match rule {
            Rule::Line(octave) => octave.in_doubles(r, spread, job)?,
            Rule::Segments(segments) => segments.in_doubles(r, spread, job)?,
        };
        let square = 4f64.powi(size);
        let interval =
            |[value, off]: [f64; 2]| Interval::new(((value - off) * square).next_down(), ((value + off) * square).next_up());
        Ok(sums.map(|sums| sums.map(interval)))
    }

    /// E v(σU) v(σV) for corr(U, V) = c, |c| < 1; none where it is not had, or takes too many nodes.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn pair(
        &self,
        (sigma, c): (&Ball, &Float),
        height: Option<f64>,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<Ball>, GaussianError> {
        let Some(number) = number(sigma.to_f64()).filter(|_| sigma.is_positive()) else { return Ok(None) };
        let Some(rule) = self.rule(number, height, job)? else { return Ok(None) };
        let value = match rule {
            Rule::Line(octave) => octave.pair(sigma, c, bits, job)?,
            Rule::Segments(segments) => segments.pair(sigma, c, bits, job)?,
        };
        let [_, size] = rule.powers();
        Ok(value.map(|value| value.shifted(2 * size)))
    }

    /// The same in doubles for c ≥ 0, without a bound.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn pair_roughly(&self, [sigma, c]: [f64; 2], height: Option<f64>, job: &Job<'_>) -> Result<Option<f64>, GaussianError> {
        let Some(number) = number(sigma) else { return Ok(None) };
        let Some(rule) = self.rule(number, height, job)? else { return Ok(None) };
        let [scale, size] = rule.powers();
        let value = match rule {
            Rule::Line(octave) => octave.pair_roughly([2f64.powi(scale) / sigma, c], job)?,
            Rule::Segments(segments) => segments.pair_roughly([sigma, c], job)?,
        };
        Ok(value.map(|value| value * 4f64.powi(size)))
    }

    /// The height of a strip about the line on which v(Sx) is analytic, S that of a standard deviation; none where none is seen.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn height(&self, sigma: f64, job: &Job<'_>) -> Result<Option<f64>, GaussianError> {
        let Some(number) = number(sigma) else { return Ok(None) };
        Ok(self.rule(number, None, job)?.and_then(Rule::line).map(|octave| octave.strip.height))
    }

    /// Whether v is known between its breakpoints, and does not jump.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn is_continuous_in_pieces(&self, job: &Job<'_>) -> Result<bool, GaussianError> {
        Ok(self.pieced(job)?.is_some_and(|pieced| pieced.is_continuous))
    }

    fn rule(&self, number: i32, height: Option<f64>, job: &Job<'_>) -> Result<Option<&Rule>, GaussianError> {
        let slot = &self.octaves[(number + FARTHEST) as usize];
        if let Some(known) = slot.get() {
            return Ok(known.as_ref());
        }
        let found = match self.pieced(job)? {
            Some(pieced) => Segments::new(pieced, number, job)?.map(Rule::Segments),
            None => {
                Octave::new(&self.v, number, self.shown(number, height, job)?, job)?.map(|octave| Rule::Line(Box::new(octave)))
            }
        };
        Ok(slot.get_or_init(|| found).as_ref())
    }

    /// What is known of v(Sx) from elsewhere.
    fn shown(&self, number: i32, height: Option<f64>, job: &Job<'_>) -> Result<Shown, GaussianError> {
        if let Some(height) = height {
            return Ok(Shown::Strip(height));
        }
        if number == 0 {
            return Ok(Shown::Nothing);
        }
        // the same height of v
        let first = self.rule(0, None, job)?.and_then(Rule::line).map(|first| first.strip.height * 2f64.powi(-number));
        Ok(match first {
            Some(height) if height > LEAST_START => Shown::Start(height.min(MOST_START)),
            _ => Shown::Nothing,
        })
    }

    /// v between its breakpoints, where it has some and they are all known.
    fn pieced(&self, job: &Job<'_>) -> Result<Option<&Arc<Pieced>>, GaussianError> {
        if let Some(known) = self.pieced.get() {
            return Ok(known.as_ref());
        }
        let found = match has_choices(&self.v).then(|| Analysis::of(&self.v, job)) {
            Some(Err(GaussianError::Stopped(why))) => return Err(why.into()),
            Some(Ok(analysis)) if !analysis.is_smooth() => Pieced::new(&self.v, analysis, job)?,
            _ => None,
        };
        Ok(self.pieced.get_or_init(|| found.map(Arc::new)).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use rug::Rational;

    use super::*;
    use crate::activation::lower::read;
    use crate::gaussian::{Data, Moment};
    use crate::number::Magnitude;

    const KINKED: [&str; 7] = [
        "max(x, 0)",
        "min(max(x, -1), 1)",
        "abs(tanh(x))",
        "max(sin(x), cos(x))",
        "sign(x)*exp(-abs(x)) + 1/7",
        "piecewise(x < -1/3: exp(x), x)",
        "max(abs(x) - 2, x/3, 0)",
    ];

    /// Each moment is that of the rules for one σ, whose strips, nodes and bounds are others, at the ends of ranges and within.
    #[test]
    fn moments_are_those_of_single_integrals() {
        let job = Job::unwatched();
        let mut compared = 0;
        let smooth =
            ["tanh(x)", "erf(x)", "x*sigmoid(x)", "log(1 + exp(x))", "sin(x) + x/3", "exp(-x^2)", "1/(1 + x^2)", "tanh(x) + 1/5"];
        for text in smooth.into_iter().chain(KINKED) {
            let v = read(text).expect("a function");
            let comb = Comb::new(v.clone());
            let ordinary =
                [("1/4", 60), ("1/4", 100), ("1", 64), ("1", 200), ("707/250", 60), ("707/250", 150), ("3", 64), ("1/30", 90)];
            for (sigma, bits) in ordinary.into_iter().chain([("1/1000000", 60), ("1/1000000", 120)]) {
                let sigma: Rational = sigma.parse().expect("a number");
                let Some(found) = comb.moments::<3>(&Ball::rational(&sigma, bits + 40), None, bits, &job).expect("not stopped")
                else {
                    continue;
                };
                let square = Data::new(&v.powi(2), &sigma, &job).expect("data");
                let hermite = square.hermite(4, bits + 40, &job).expect("coefficients");
                let [h0, h2, h4] = [0, 2, 4].map(|k: usize| hermite[k].ball.clone());
                let times = |ball: &Ball, k: i32| ball.times_rational(&Rational::from(k));
                let right = [h0.clone(), &h2 + &h0, &(&h4 + &times(&h2, 6)) + &times(&h0, 3)];
                for (k, (found, right)) in found.iter().zip(&right).enumerate() {
                    assert!(found.overlaps(right), "{text} {sigma} {k}: {found:?} {right:?}");
                    let promised = match bits {
                        0..=64 => [36.0, 32.0, 32.0][k],
                        bits => f64::from(bits) - 12.0,
                    };
                    assert!(found.relative_bits() > promised, "{text} {sigma} {bits} {k}: {}", found.relative_bits());
                }
                let Moment::Finite(second) =
                    Data::new(&v, &sigma, &job).expect("data").second_moment(bits, &job).expect("finite")
                else {
                    panic!("infinite")
                };
                assert!(found[0].overlaps(&second.ball));
                compared += 1;
            }
        }
        assert!(compared > 120, "{compared}");
        // neither singular points on the line, nor growth that no σ of the range bears
        for text in ["sqrt(abs(x))", "abs(x)^(-1/4)", "exp(x^2/4)"] {
            let comb = Comb::new(read(text).expect("a function"));
            assert!(comb.moments::<3>(&Ball::integer(1, 100), None, 60, &job).expect("not stopped").is_none(), "{text}");
        }
    }

    /// Pairs are the duals of one σ, which take other ways, near 0 and near 1, at few and at many bits; and doubles come close.
    #[test]
    fn pairs_are_duals() {
        let job = Job::unwatched();
        let mut compared = 0;
        let smooth = [
            "tanh(x)",
            "erf(x)",
            "x*sigmoid(x)",
            "sin(x) + x/3",
            "exp(-x^2)",
            "1/(1 + x^2)",
            "tanh(x) + 1/5",
            "x^3/10 + tanh(x)",
        ];
        for text in smooth.into_iter().chain(KINKED.into_iter().take(3)) {
            let v = read(text).expect("a function");
            let comb = Comb::new(v.clone());
            for (sigma, c, bits) in [
                ("1/4", 0.0, 80),
                ("1", 0.5, 64),
                ("1", 0.875, 150),
                ("3", 0.96875, 80),
                ("7/5", 0.25, 100),
                ("1", 0.9990234375, 80),
                ("1", -0.625, 80),
            ] {
                let sigma: Rational = sigma.parse().expect("a number");
                let at = Ball::rational(&sigma, bits + 40);
                let found = comb.pair((&at, &Float::with_val(53, c)), None, bits, &job).expect("not stopped");
                let Some(found) = found else { continue };
                let data = Data::new(&v, &sigma, &job).expect("data");
                let right = if c == 0.0 {
                    data.hermite(0, bits + 20, &job).expect("a mean")[0].ball.square()
                } else {
                    crate::gaussian::dual(&data, &data, &Ball::double(c, bits + 20), None, bits + 20, &job).expect("a dual").ball
                };
                assert!(found.overlaps(&right), "{text} {sigma} {c}: {found:?} {right:?}");
                let [second] = comb.moments::<1>(&at, None, 64, &job).expect("not stopped").expect("a moment");
                let off = found.radius().log2() + f64::from(bits) - second.to_f64().log2();
                assert!(off < 10.0, "{text} {sigma} {c} {bits}: {off}");
                let rough = comb.pair_roughly([sigma.to_f64(), c], None, &job).expect("not stopped").expect("doubles");
                assert!((rough - right.to_f64()).abs() < 1e-12 * second.to_f64(), "{text} {sigma} {c}: {rough}");
                compared += 1;
            }
        }
        assert!(compared > 60, "{compared}");
    }

    /// What is said of all σ of a ball holds at its ends, with few bits and with many; and says little more.
    #[test]
    fn moments_and_pairs_over_a_ball_hold_at_its_ends() {
        let (job, mut compared) = (Job::unwatched(), 0);
        for (text, sigma) in [
            ("tanh(x)", 0.9),
            ("sin(x) + x/3", 1.7),
            ("log(1 + exp(x))", 3.3),
            ("exp(-x^2)", 0.4),
            ("min(max(x, -1), 1)", 0.7),
            ("abs(tanh(x)) + x/2", 2e-5),
        ] {
            let comb = Comb::new(read(text).expect("a function"));
            let at = |part: f64| Ball::double(sigma, 160) + Ball::double(sigma * part, 160);
            let c = Float::with_val(53, 0.625);
            for (bits, part) in [(60, 2f64.powi(-24)), (120, 2f64.powi(-50))] {
                let whole = at(0.0).widened(Magnitude::from_f64(sigma * part));
                let moments = |at: &Ball| comb.moments::<3>(at, None, bits, &job).expect("not stopped");
                let pair = |at: &Ball| comb.pair((at, &c), None, bits.max(100), &job).expect("not stopped");
                let all = |at: &Ball| -> Vec<Ball> { moments(at).into_iter().flatten().chain(pair(at)).collect() };
                let [whole, low, high] = [whole, at(-part), at(part)].map(|at| all(&at));
                compared += whole.len();
                assert!(whole.len() == low.len() && whole.len() == high.len(), "{text} {bits}");
                for (k, whole) in whole.iter().enumerate() {
                    // that of Z⁴ is bounded by its terms
                    let change = (&high[k] - &low[k]).to_f64().abs();
                    assert!(whole.overlaps(&low[k]) && whole.overlaps(&high[k]), "{text} {bits} {k}: {whole:?}");
                    assert!(
                        whole.radius().to_f64() < [300.0, 300.0, 3000.0, 300.0][k] * change.max(part * whole.to_f64().abs()),
                        "{text} {bits} {k}: {whole:?} {change}"
                    );
                }
            }
        }
        assert!(compared >= 36, "{compared}");
    }
}
