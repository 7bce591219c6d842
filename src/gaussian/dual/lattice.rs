//! The trapezoid rule on a product lattice, certified by one strip for each direction.
//!
//! E f(U) g(V) = ∫∫ G, G(a, b) = f(αa + βb) g(αa − βb) φ(a) φ(b), is replaced by T_a T_b G, steps h and k. The error is
//! e_a I_b G + T_a e_b G with e = I − T. With F(y)² = ∫ |f(x + iy)|² φ(x) dx for either function, moving a to the lines Im a = ± y
//! and using Cauchy–Schwarz (u = αa + βb and v = αa − βb are standard normal),
//!
//! |e_a I_b G| ≤ 2 e^{y²/2} F_f(αy) F_g(αy)/(e^{2πy/h} − 1), if f and g are analytic on |Im z| ≤ αy;
//!
//! |T_a e_b G| ≤ 2 C e^{y²/2} F_f(βy) F_g(βy)/(e^{2πy/k} − 1), if they are on |Im z| ≤ βy. Under the lattice in a and the normal
//! law of b, u has at most C = 1 + h/(β√2π) times the standard normal density, since h Σ_j φ(jh) φ((u − αjh)/β)/β =
//! φ(u) h Σ_j φ((jh − αu)/β)/β, a sum over a unimodal density; so has v.
//!
//! Nodes are those with Q(a, b) = κ_a a² + κ_b b² ≤ R², κ_a = ½ − 2sα², κ_b = ½ − 2sβ², where |f|, |g| ≤ M e^{s x²}; the rest is at
//! most M_f M_g/2π · e^{−(1−θ)R²} (√(π/θκ_a) + h)(√(π/θκ_b) + k) for any 0 < θ < 1.

use std::f64::consts::{LN_2, PI};

use super::majorant::{Majorant, SLOPES, decay};
use super::pair::{Fold, Pair};
use crate::gaussian::rules::strip::{self, Strip};
use crate::gaussian::weight::{ln_sum, short};
use crate::number::{Job, Stopped};

/// A certified rule.
#[derive(Clone, Copy, Debug)]
pub struct Lattice {
    /// h and k, doubles of few bits.
    pub steps: [f64; 2],
    /// κ_a and κ_b.
    pub rates: [f64; 2],
    /// R².
    pub reach: f64,
    /// ln of M_f M_g hk/2π: a term is at most e^{this − Q}.
    pub ln_size: f64,
    /// ln of the bound of the whole error.
    pub ln_error: f64,
}

/// Strips lower than this are not worth their nodes.
const LEAST_HEIGHT: f64 = 0.01;
/// Heights tried for b, in units of the best one for a bounded entire function.
const FRACTIONS: [f64; 3] = [1.0, 0.75, 0.5];
/// Largest steps.
const MOST_STEP: f64 = 1.0;

impl Lattice {
    /// A rule with error below e^−target, where there is one.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn certified(pair: &Pair, target: f64, job: &Job<'_>) -> Result<Option<Self>, Stopped> {
        let (f, g) = (&pair.f, &pair.g);
        if !f.is_smooth() || !g.is_smooth() {
            return Ok(None);
        }
        let Some(majorants) = Majorant::both(pair, job) else { return Ok(None) };
        let [alpha, beta] = pair.doubles();
        let target = target + 3.0;
        let value = |strip: &Strip| step(strip, alpha, target);
        let Some(along) = strip::best_by(&[f, g], Some(g), (None, LEAST_HEIGHT), &value, job)? else { return Ok(None) };
        let first = short(step(&along, alpha, target).min(MOST_STEP));
        let crowding = (first / (beta * (2.0 * PI).sqrt()) * (1.0 + 1e-12)).ln_1p();
        let mut across: Option<(f64, Strip)> = None;
        for fraction in FRACTIONS {
            let height = (fraction * beta * (2.0 * target).sqrt()).min(along.height);
            let Some(strip) = strip::line(f, Some(g), height, job)? else { continue };
            let step = step(&strip, beta, target + crowding);
            if across.is_none_or(|(known, _)| step > known) {
                across = Some((step, strip));
            }
        }
        let Some((second, across)) = across else { return Ok(None) };
        let steps = [first, short(second.min(MOST_STEP))];
        let errors = [ln_error(&along, alpha, steps[0]), ln_error(&across, beta, steps[1]) + crowding];
        let candidates = SLOPES.iter().filter_map(|s| truncated(&majorants, *s, [alpha, beta], steps, target));
        let lattice = candidates.min_by(|a, b| a.points(pair.fold).total_cmp(&b.points(pair.fold)));
        Ok(lattice.map(|lattice| Self { ln_error: ln_sum(&[errors[0], errors[1], lattice.ln_error]), ..lattice }))
    }

    /// How many nodes are visited.
    pub fn points(&self, fold: Fold) -> f64 {
        let halves = f64::from(u8::from(fold.a)) + f64::from(u8::from(fold.b));
        let area = PI * self.reach / (self.rates[0] * self.rates[1]).sqrt();
        area / (self.steps[0] * self.steps[1]) * 0.5f64.powf(halves)
    }
}

/// The step for a height in the argument that is `scale` times the variable.
fn step(strip: &Strip, scale: f64, target: f64) -> f64 {
    let y = strip.height / scale;
    2.0 * PI * y / (target + 1.0 + 0.5 * y * y + (strip.ln_norm + strip.ln_slope_norm).max(0.0))
}

/// ln of 2 e^{y²/2} F_f F_g/(e^{2πy/h} − 1).
fn ln_error(strip: &Strip, scale: f64, step: f64) -> f64 {
    let y = strip.height / scale;
    let periods = 2.0 * PI * y / step * (1.0 - 1e-12);
    LN_2 + 0.5 * y * y * (1.0 + 1e-12) + strip.ln_norm + strip.ln_slope_norm - periods - (-(-periods).exp()).ln_1p() + 1e-9
}

/// The rule without its discretisation error.
fn truncated(majorants: &[Majorant; 2], s: f64, angle: [f64; 2], steps: [f64; 2], target: f64) -> Option<Lattice> {
    let (size, rates) = decay(majorants, s, angle)?;
    let rest = |reach: f64| {
        let theta = 1.0 / reach;
        let sum = |i: usize| ((PI / (theta * rates[i])).sqrt() + steps[i]).ln();
        size - (1.0 - theta) * reach + sum(0) + sum(1) + 1e-9
    };
    let mut reach = (target + size).max(4.0);
    while rest(reach) > -target {
        reach += 0.5;
    }
    Some(Lattice { steps, rates, reach, ln_size: size + (steps[0] * steps[1]).ln() + 1e-9, ln_error: rest(reach) })
}
