//! Variances and correlations of every layer: two inputs of mean square q_0 and correlation c_0, at finite depth.
//!
//! c_1 = (sigma_w2 q_0 c_0 + sigma_b2)/q_1, c_{l+1} = (sigma_w2 E f(u) f(v) + sigma_b2)/q_{l+1} with u, v of variance q_l and correlation c_l.
//! No fixed point is needed. N(c) = E f(u) f(v) = Σ a_k² c^k comes from pairs of nodes where f is analytic about the line, at the middle of what is
//! known of c, |N′| ≤ N′(1); next to 1 from its derivatives there, N⁽ᵏ⁾(1) = q^k E f⁽ᵏ⁾(√q Z)²; from duals elsewhere. Where c_l is not told from 1, R convex gives 1 − chi (1 − c_l) ≤ c_{l+1} ≤ 1.
//!
//! Where f begins like a power p > 1, q falls like q^p from layer to layer without biases, so that terms of size 1 may make a q of 10^−600:
//! then all layers are taken again with more bits.

use rug::Rational;

use super::error::PropagationError;
use super::fixed::quotient;
use super::scale::scale;
use super::variance::VarianceMap;
use crate::activation::{Function, Parity, parity};
use crate::gaussian::{Data, Exact, MOST_DERIVATIVES, Moment, Quantity, dual};
use crate::number::{Ball, Job, Magnitude};

/// Bits beyond those asked.
const GUARD: u32 = 64;
/// The same for a correlation.
const SLIGHT: u32 = 8;
/// How many of the bits asked a number may lack, and most bits with which it is tried to have them.
const LACKING: u32 = 36;
const MOST_BITS: u32 = 5000;
/// log2 of 1 − c where derivatives at 1 are tried, and bits that they may lack.
const NEAR: i64 = -12;
const SPARE: u32 = SLIGHT + LACKING;

/// The mend where a layer has no variance.
const FEWER: &str = "list fewer layers, or take a smaller sigma_w2 or q0";

/// A layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The mean square of its pre-activations.
    pub q: Quantity,
    /// The correlation of those of two inputs, where that of the inputs is given.
    pub c: Option<Quantity>,
}

/// Layers 1 … depth, for q_0 > 0 (or ≥ 0 with biases) and −1 ≤ c_0 ≤ 1.
///
/// # Errors
/// As [`VarianceMap::value`] and [`dual`].
pub fn layers(
    map: &VarianceMap,
    q0: &Function,
    c0: Option<&Function>,
    depth: usize,
    asked: u32,
    job: &Job<'_>,
) -> Result<Vec<Layer>, PropagationError> {
    let variances = map.layers(q0, depth, asked, job)?;
    let mut layers: Vec<Layer> = Vec::with_capacity(depth);
    for (index, q) in variances.iter().enumerate() {
        let c = match (c0, index.checked_sub(1).map(|before| &layers[before])) {
            (None, _) => None,
            (Some(c0), None) => {
                let covariance = map.sigma_w2.clone() * q0.clone() * c0.clone() + map.sigma_b2.clone();
                Some(quotient(&Quantity::constant(&covariance, q.ball.bits()), q, q.ball.bits()))
            }
            (Some(_), Some(before)) => certain(map, before, q, asked, job)?,
        };
        layers.push(Layer { q: q.clone(), c });
        job.report(index + 1, depth);
    }
    Ok(layers)
}

impl VarianceMap {
    /// q_1 … q_depth from the mean square q_0 of the input, with nearly all bits that are asked as far as more bits in the layers below help.
    ///
    /// # Errors
    /// As [`VarianceMap::value`], and a variance that is not told from 0.
    pub fn layers(&self, q0: &Function, depth: usize, asked: u32, job: &Job<'_>) -> Result<Vec<Quantity>, PropagationError> {
        let known = |q: &Quantity| if q.ball.is_exact_zero() { f64::INFINITY } else { q.ball.relative_bits() };
        let wanted = f64::from(asked.saturating_sub(LACKING));
        let mut bits = asked + GUARD;
        let mut before: Option<(Vec<Quantity>, f64)> = None;
        loop {
            let found = match (self.followed(q0, depth, bits, &job.within(job.steps())), &before) {
                (Ok(found), _) => found,
                // more bits take more than the bound of effort
                (Err(_), Some((short, _))) if short.len() < depth && job.check().is_ok() => return Err(vanishing(short)),
                (Err(error), _) => return Err(error.if_unbounded(FEWER)),
            };
            let least = found.iter().map(known).fold(f64::INFINITY, f64::min);
            let all = found.len() == depth;
            if all && least >= wanted {
                return Ok(found);
            }
            // of data that are known to so many bits no more is had
            let helps = before.as_ref().is_none_or(|(short, known)| found.len() > short.len() || least > *known + 1.0);
            if bits >= MOST_BITS || !helps {
                return if all { Ok(found) } else { Err(vanishing(&found)) };
            }
            before = Some((found, least));
            bits = (2 * bits).min(MOST_BITS);
        }
    }

    /// The variances as far as they are told from 0.
    fn followed(&self, q0: &Function, depth: usize, bits: u32, job: &Job<'_>) -> Result<Vec<Quantity>, PropagationError> {
        let mut layers = vec![self.first(q0, bits)];
        while layers.len() < depth {
            let next = self.value(&layers[layers.len() - 1], bits, job)?;
            if !next.ball.is_finite() {
                return Err(PropagationError::Undecided(format!("q of layer {} is not enclosed", layers.len() + 1)));
            }
            if !(next.ball.is_positive() || next.ball.is_exact_zero()) {
                break;
            }
            layers.push(next);
        }
        layers.truncate(depth);
        Ok(layers)
    }
}

/// That the variance above these layers is too small.
fn vanishing(known: &[Quantity]) -> PropagationError {
    let depth = known.len();
    let size = known.last().map_or(0.0, |q| q.ball.magnitude().log2() * std::f64::consts::LOG10_2);
    let message = format!(
        "the variance falls so fast that q of layer {} is not told from 0: in layer {depth} it is about 10^{size:.0}",
        depth + 1
    );
    PropagationError::Unsettled(message).with_help(format!("list fewer layers, depth = {depth}, or give sigma_b2 > 0"))
}

/// c of the layer with variance `q`, at as many bits as a small variance asks for.
fn certain(
    map: &VarianceMap,
    before: &Layer,
    q: &Quantity,
    asked: u32,
    job: &Job<'_>,
) -> Result<Option<Quantity>, PropagationError> {
    let enough = Magnitude::power_of_two(i64::from(LACKING) - i64::from(asked));
    let is_known = |c: &Quantity| c.ball.is_finite() && c.ball.radius() <= enough;
    // each layer is a computation of its own
    let own = &job.within(job.steps());
    // each bit of a dual has its price, and errors grow with the depth at chi_1 > 1 alone
    let mut bits = asked + SLIGHT;
    let mut found = next(map, before, q, bits, own)?;
    while bits < q.ball.bits() && !found.as_ref().is_none_or(is_known) {
        bits *= 2;
        match next(map, before, q, bits, own) {
            Ok(finer) => found = finer,
            Err(error) => {
                job.check()?;
                // as much as is had
                return if found.as_ref().is_some_and(|c| c.ball.is_finite()) { Ok(found) } else { Err(error) };
            }
        }
    }
    Ok(found)
}

/// c of the layer with variance `q` from the layer before.
fn next(map: &VarianceMap, before: &Layer, q: &Quantity, bits: u32, job: &Job<'_>) -> Result<Option<Quantity>, PropagationError> {
    let Some(c) = &before.c else { return Ok(None) };
    let exact = c.exact.as_ref().and_then(Exact::as_rational);
    if exact.as_ref().is_some_and(|c| *c == 1) {
        return Ok(Some(c.clone()));
    }
    let sigma = scale(&before.q);
    if exact.as_ref().is_some_and(|c| *c == -1) {
        match parity(&map.f) {
            Parity::Even => return Ok(Some(Quantity::constant(&Function::one(), bits))),
            // with biases no inputs are opposite above the first layer
            Parity::Odd if map.sigma_b2.is_zero() => return Ok(Some(c.clone())),
            _ => {}
        }
        let product = map.f.clone() * map.f.substitute(&-Function::x());
        let mean = Data::scaled(&product, &sigma, job)?.hermite(0, bits, job)?.swap_remove(0);
        return Ok(Some(quotient(&mean.times(&map.sigma_w2).plus(&map.sigma_b2), q, bits)));
    }
    let rest = &Ball::integer(1, bits) - &c.ball;
    if rest.is_positive()
        && let Some(product) = over_nodes(map, before, c, bits, job)?
    {
        let product = Quantity { ball: product, exact: None };
        return Ok(Some(quotient(&product.times(&map.sigma_w2).plus(&map.sigma_b2), q, bits)));
    }
    let data = Data::scaled(&map.f, &sigma, job)?;
    if !rest.is_positive() {
        let Moment::Finite(energy) = data.derivative_energy(bits, job)? else {
            return Err(PropagationError::Undecided("whether a correlation is 1 cannot be decided".to_owned()));
        };
        let chi = &(&energy.times(&map.sigma_w2).ball * &before.q.ball) / &q.ball;
        let one = Ball::integer(1, bits);
        return Ok(Some(Quantity { ball: one.widened(rest.magnitude().times(chi.magnitude())), exact: None }));
    }
    let product = dual(&data, &data, &c.ball, c.exact.as_ref(), bits, job)?;
    Ok(Some(quotient(&product.times(&map.sigma_w2).plus(&map.sigma_b2), q, bits)))
}

/// N(c) of the layer from nodes; none where there are none, where they would take too long, or where there is a closed form that is exact.
fn over_nodes(
    map: &VarianceMap,
    layer: &Layer,
    c: &Quantity,
    bits: u32,
    job: &Job<'_>,
) -> Result<Option<Ball>, PropagationError> {
    let energies = &map.known.energies;
    let exact = layer.q.exact.is_some() && c.exact.is_some();
    if !layer.q.ball.is_positive() || (exact && energies.is_closed(0, job)) {
        return Ok(None);
    }
    let (q, sigma) = (&layer.q.ball, layer.q.ball.sqrt());
    let Some([slope]) = energies.moments::<1>(1, &sigma, bits, job)? else { return Ok(None) };
    let slope = &slope * q;
    let rest = &Ball::integer(1, bits) - &c.ball;
    if rest.magnitude() < Magnitude::power_of_two(NEAR)
        && let Some(found) = next_to_one(map, [q, &sigma, &rest], bits, job)?
    {
        return Ok(Some(found));
    }
    let Some(middle) = energies.pair(0, (&sigma, c.ball.mid()), bits, job)? else { return Ok(None) };
    Ok(Some(middle.widened(c.ball.radius().times(slope.magnitude()))))
}

/// N(1 − ε) = Σ (−ε)^k N⁽ᵏ⁾(1)/k!, whose rest after k terms is at most the next one, since all derivatives grow with c; from q, √q and ε.
fn next_to_one(
    map: &VarianceMap,
    [q, sigma, rest]: [&Ball; 3],
    bits: u32,
    job: &Job<'_>,
) -> Result<Option<Ball>, PropagationError> {
    let step = -&(rest * q);
    let (mut sum, mut factor) = (Ball::zero(bits), Ball::integer(1, bits));
    for k in 0..=MOST_DERIVATIVES {
        let Some([energy]) = map.known.energies.moments::<1>(k, sigma, bits, job)? else { return Ok(None) };
        let term = &energy * &factor;
        let enough = sum.magnitude().times(Magnitude::power_of_two(i64::from(SPARE) - i64::from(bits)));
        if k > 0 && term.magnitude() <= enough {
            return Ok(Some(sum.widened(term.magnitude())));
        }
        sum = sum + term;
        factor = (&factor * &step).times_rational(&Rational::from((1, k + 1)));
    }
    Ok(None)
}
