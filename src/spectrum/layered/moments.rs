//! Moments by inverting series: with u = 1/λ₀, ζ = 1/z_L and Q = 1 + q_L are power series in u, and Q = Σ E λᵏ ζᵏ.

use super::stack::{Chain, Stack};
use crate::number::{Real, Ring, Series};

/// E λ, …, E λ^count; exact for rational data.
pub(super) fn moments(stack: &Stack, count: usize, bits: u32) -> Vec<Real> {
    match stack.exact() {
        Some(chain) => of_chain(&chain, count).into_iter().map(Real::Rational).collect(),
        None => of_chain(&stack.chain(bits), count).into_iter().map(Real::from).collect(),
    }
}

fn of_chain<T: Ring>(chain: &Chain<T>, count: usize) -> Vec<T> {
    let [zeta, total] = at_infinity(chain, count + 1);
    let mut rest = total;
    let mut power = zeta.clone();
    let lead = zeta.coefficients[1].inverse();
    let mut scale = lead.clone();
    (1..=count)
        .map(|k| {
            // of order uᵏ
            let moment = rest.coefficients[k].times(&scale);
            rest = rest.minus(&power.times(&Series::constant(&moment, count + 1)));
            power = power.times(&zeta);
            scale = scale.times(&lead);
            moment
        })
        .collect()
}

/// 1/z_L and q_L as series in u.
fn at_infinity<T: Ring>(chain: &Chain<T>, length: usize) -> [Series<T>; 2] {
    let constant = |value: &T| Series::constant(value, length);
    let like = &chain.gamma;
    let u = Series::variable(like, length);
    let one = constant(&like.integer(1));
    let mut q = constant(&like.integer(0));
    for [value, weight] in &chain.population {
        // w a u/(1 − a u)
        let term = constant(&weight.times(value)).times(&u);
        q = q.plus(&term.over(&one.minus(&constant(value).times(&u))));
    }
    let mut zeta = u.over(&one.plus(&constant(&chain.gamma).times(&q)));
    for link in &chain.links {
        let mut inverse = zeta.clone();
        if let Some(share) = &link.share {
            let [slope, offset] = [&share.slope, &share.offset].map(constant);
            q = q.plus(&offset.times(&one.plus(&q)).times(&zeta).over(&slope));
            inverse = zeta.over(&slope.plus(&offset.times(&zeta)));
        }
        zeta = inverse.over(&one.plus(&constant(&link.gamma).times(&q)));
    }
    [zeta, q]
}
