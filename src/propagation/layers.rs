//! Variances and correlations of every layer: two inputs of mean square q_0 and correlation c_0, at finite depth.
//!
//! c_1 = (sigma_w2 q_0 c_0 + sigma_b2)/q_1, c_{l+1} = (sigma_w2 E f(u) f(v) + sigma_b2)/q_{l+1} with u, v of variance q_l and correlation c_l.
//! No fixed point is needed. N(c) = E f(u) f(v) = Σ a_k² c^k comes from pairs of nodes where f is analytic about the line, at the middle of what is
//! known of c, |N′| ≤ N′(1); next to 1 from its derivatives there, N⁽ᵏ⁾(1) = q^k E f⁽ᵏ⁾(√q Z)²; from duals elsewhere. Where c_l is not told from 1, R convex gives 1 − chi (1 − c_l) ≤ c_{l+1} ≤ 1.

use rug::Rational;

use super::error::PropagationError;
use super::fixed::quotient;
use super::scale::scale;
use super::variance::VarianceMap;
use crate::activation::Function;
use crate::gaussian::{Data, Exact, MOST_DERIVATIVES, Moment, Quantity, dual};
use crate::number::{Ball, Job, Magnitude};

/// Bits beyond those asked.
const GUARD: u32 = 64;
/// log2 of 1 − c where derivatives at 1 are tried, and bits that they may lack.
const NEAR: i64 = -12;
const SPARE: u32 = GUARD + 36;

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
    bits: u32,
    job: &Job<'_>,
) -> Result<Vec<Layer>, PropagationError> {
    let bits = bits + GUARD;
    let variances = map.layers(q0, depth, bits, job)?;
    let mut layers: Vec<Layer> = Vec::with_capacity(depth);
    for (index, q) in variances.iter().enumerate() {
        let c = match (c0, index.checked_sub(1).map(|before| &layers[before])) {
            (None, _) => None,
            (Some(c0), None) => {
                let covariance = map.sigma_w2.clone() * q0.clone() * c0.clone() + map.sigma_b2.clone();
                Some(quotient(&Quantity::constant(&covariance, bits), q, bits))
            }
            (Some(_), Some(before)) => next(map, before, q, bits, job)?,
        };
        layers.push(Layer { q: q.clone(), c });
        job.report(index + 1, depth);
    }
    Ok(layers)
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
