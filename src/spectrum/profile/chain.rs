//! The law of a layered kernel whose neurons carry a bias, as an implicit curve over the transform of the lowest layer.
//!
//! K_l = X_lᵀX_l (n × n), X_l = f(W_l X_{l−1} + b_l 1ᵀ)/√d_l, γ_l = n/d_l, without the one direction of order n. Given the
//! bias b of its neuron a row of X_l is a(b) W X_{l−1} plus independent noise of variance r(b), so that with m = E 1/(λ − z)
//! and e = 1 + z m = E λ/(λ − z) of the layer below, and D(b) = A + γ (a² e + r m),
//!
//!   1 = E_b a²/D,   m_l = m/A,   e_l = e + m E_b r/D,   z = (e_l − 1)/m_l,
//!
//! one equation for one number A a layer. The lowest layer has no signal: with D = 1 + γ r m, e = m E_b r/D; r = 1 is the
//! Marchenko–Pastur law of the inputs. e and m are analytic at z = ∞, where m ~ −1/z. One layer is the law of `features` with
//! a bias a neuron, transposed (docs/mathematics.md, 'Layers' and 'Bias'). Everything is written once over [`Ring`].

use crate::number::Ring;

/// One value of the bias; its three numbers are real, whatever T is.
#[derive(Clone, Debug)]
pub(crate) struct ProfileNode<T> {
    pub weight: T,
    /// a(b)².
    pub slope: T,
    /// r(b), the variance that is not linear in the layer below.
    pub rest: T,
}

/// One layer: γ and the law of (a², r).
#[derive(Clone, Debug)]
pub(crate) struct Layer<T> {
    pub gamma: T,
    pub nodes: Vec<ProfileNode<T>>,
}

/// The lowest layer, of which only r counts, and those above it.
#[derive(Clone, Debug)]
pub(crate) struct Chain<T> {
    pub base: Layer<T>,
    pub layers: Vec<Layer<T>>,
}

/// A point of the curve: m of the lowest layer, and A of each layer above.
#[derive(Clone, Debug)]
pub(crate) struct Point<T> {
    pub base: T,
    pub scales: Vec<T>,
}

/// E λ/(λ − z) and E 1/(λ − z).
#[derive(Clone, Debug)]
pub(crate) struct Image<T> {
    pub e: T,
    pub m: T,
}

/// A number with its change c + s t when the point moves by a Newton step whose lowest component is t.
#[derive(Clone)]
struct Moving<T> {
    value: T,
    constant: T,
    slope: T,
}

/// The averages over a layer that the equation and its derivatives need.
pub(crate) struct Sums<T> {
    /// E a²/D, E r/D.
    pub first: [T; 2],
    /// E a²/D², E r/D².
    pub scale: [T; 2],
    /// γ E a⁴/D², γ E a² r/D², γ E r²/D².
    pub mixed: [T; 3],
}

impl<T: Ring> Layer<T> {
    pub fn denominators<'a>(&'a self, scale: &'a T, image: &'a Image<T>) -> impl Iterator<Item = (&'a ProfileNode<T>, T)> {
        let (e, m) = (self.gamma.times(&image.e), self.gamma.times(&image.m));
        self.nodes.iter().map(move |node| (node, scale.plus(&e.times_real(&node.slope)).plus(&m.times_real(&node.rest))))
    }

    /// The averages as sums over the nodes.
    pub fn sums(&self, scale: &T, image: &Image<T>) -> Sums<T> {
        let zero = || self.gamma.integer(0);
        let (mut first, mut second, mut mixed) = ([zero(), zero()], [zero(), zero()], [zero(), zero(), zero()]);
        for (node, denominator) in self.denominators(scale, image) {
            let inverse = denominator.inverse();
            let weighted = inverse.times_real(&node.weight);
            let (a, r) = (weighted.times_real(&node.slope), weighted.times_real(&node.rest));
            let (a2, r2) = (a.times(&inverse), r.times(&inverse));
            mixed[0] = mixed[0].plus(&a2.times_real(&node.slope));
            mixed[1] = mixed[1].plus(&a2.times_real(&node.rest));
            mixed[2] = mixed[2].plus(&r2.times_real(&node.rest));
            first = [first[0].plus(&a), first[1].plus(&r)];
            second = [second[0].plus(&a2), second[1].plus(&r2)];
        }
        Sums { first, scale: second, mixed: mixed.map(|sum| sum.times(&self.gamma)) }
    }

    /// The image of a layer without signal at m.
    fn noise(&self, m: &T) -> (Image<T>, T) {
        let one = m.integer(1);
        let unit = Image { e: m.integer(0), m: m.clone() };
        let (mut sum, mut slope) = (m.integer(0), m.integer(0));
        for (node, denominator) in self.denominators(&one, &unit) {
            let inverse = denominator.inverse();
            let term = node.weight.times(&node.rest).times(&inverse);
            slope = slope.plus(&term.times(&inverse));
            sum = sum.plus(&term);
        }
        (Image { e: m.times(&sum), m: m.clone() }, slope)
    }

    /// E a².
    pub fn mean_slope(&self) -> T {
        self.nodes.iter().fold(self.gamma.integer(0), |sum, node| sum.plus(&node.weight.times(&node.slope)))
    }
}

impl<T: Ring> Chain<T> {
    /// The point near z = ∞.
    pub fn far_point(&self, z: &T) -> Point<T> {
        let scales: Vec<T> = self.layers.iter().map(Layer::mean_slope).collect();
        let base = scales.iter().fold(z.inverse().times(&z.integer(-1)), |product, scale| product.times(scale));
        Point { base, scales }
    }

    /// e and m of the top layer.
    pub fn image(&self, point: &Point<T>) -> Image<T> {
        self.images(point, &|layer, scale, image| self.layers[layer].sums(scale, image)).swap_remove(self.layers.len())
    }

    /// e and m of every layer, the lowest first, the averages over a layer above it being taken by `average`.
    pub fn images(&self, point: &Point<T>, average: &impl Fn(usize, &T, &Image<T>) -> Sums<T>) -> Vec<Image<T>> {
        let mut images = vec![self.lowest(point)];
        for (layer, scale) in point.scales.iter().enumerate() {
            let below = &images[layer];
            let rest = &average(layer, scale, below).first[1];
            let above = Image { e: below.e.plus(&below.m.times(rest)), m: below.m.over(scale) };
            images.push(above);
        }
        images
    }

    /// e and m of the lowest layer.
    pub fn lowest(&self, point: &Point<T>) -> Image<T> {
        self.base.noise(&point.base).0
    }

    /// The denominators of the lowest layer.
    pub fn base_denominators(&self, point: &Point<T>) -> Vec<T> {
        let start = Image { e: point.base.integer(0), m: point.base.clone() };
        self.base.denominators(&point.base.integer(1), &start).map(|(_, denominator)| denominator).collect()
    }

    /// One Newton step towards the point over z; with `z_moves` as the change of z that it is to follow, the tangent.
    pub fn step(&self, point: &Point<T>, z: &T, z_moves: Option<&T>) -> Point<T> {
        self.step_with(point, z, z_moves, &|layer, scale, image| self.layers[layer].sums(scale, image))
    }

    /// The same with averages of its own.
    pub fn step_with(
        &self,
        point: &Point<T>,
        z: &T,
        z_moves: Option<&T>,
        average: &impl Fn(usize, &T, &Image<T>) -> Sums<T>,
    ) -> Point<T> {
        let (zero, one) = (z.integer(0), z.integer(1));
        let (start, slope) = self.base.noise(&point.base);
        let mut e = Moving { value: start.e, constant: zero.clone(), slope };
        let mut m = Moving { value: start.m, constant: zero.clone(), slope: one.clone() };
        let mut scales = Vec::with_capacity(self.layers.len());
        for (layer, scale) in point.scales.iter().enumerate() {
            let sums = average(layer, scale, &Image { e: e.value.clone(), m: m.value.clone() });
            let inverse = sums.scale[0].inverse();
            let residual = if z_moves.is_some() { zero.clone() } else { sums.first[0].minus(&one) };
            let change = |de: &T, dm: &T, residual: &T| {
                residual.minus(&sums.mixed[0].times(de)).minus(&sums.mixed[1].times(dm)).times(&inverse)
            };
            let scale_moves = Moving {
                value: scale.clone(),
                constant: change(&e.constant, &m.constant, &residual),
                slope: change(&e.slope, &m.slope, &zero),
            };
            (e, m) = raised(&sums, &e, &m, &scale_moves);
            scales.push(scale_moves);
        }
        // e − 1 − z m = 0
        let residual = match z_moves {
            Some(dz) => zero.minus(&m.value.times(dz)),
            None => e.value.minus(&one).minus(&z.times(&m.value)),
        };
        let constant = e.constant.minus(&z.times(&m.constant)).plus(&residual);
        let slope = e.slope.minus(&z.times(&m.slope));
        let t = zero.minus(&constant.over(&slope));
        Point { scales: scales.iter().map(|scale| scale.constant.plus(&scale.slope.times(&t))).collect(), base: t }
    }
}

/// e and m one layer up, with their changes.
fn raised<T: Ring>(sums: &Sums<T>, e: &Moving<T>, m: &Moving<T>, scale: &Moving<T>) -> (Moving<T>, Moving<T>) {
    let inverse = scale.value.inverse();
    let next = m.value.times(&inverse);
    let m_change = |dm: &T, ds: &T| dm.minus(&next.times(ds)).times(&inverse);
    let e_change = |de: &T, dm: &T, ds: &T| {
        let drift = sums.scale[1].times(ds).plus(&sums.mixed[1].times(de)).plus(&sums.mixed[2].times(dm));
        de.plus(&dm.times(&sums.first[1])).minus(&m.value.times(&drift))
    };
    let raised_e = Moving {
        value: e.value.plus(&m.value.times(&sums.first[1])),
        constant: e_change(&e.constant, &m.constant, &scale.constant),
        slope: e_change(&e.slope, &m.slope, &scale.slope),
    };
    let raised_m =
        Moving { value: next.clone(), constant: m_change(&m.constant, &scale.constant), slope: m_change(&m.slope, &scale.slope) };
    (raised_e, raised_m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex64;
    use rug::Rational;

    fn rational(p: i64, q: i64) -> Rational {
        Rational::from((p, q))
    }

    fn layer(gamma: Rational, nodes: &[[Rational; 3]]) -> Layer<Rational> {
        let node = |[weight, slope, rest]: &[Rational; 3]| ProfileNode {
            weight: weight.clone(),
            slope: slope.clone(),
            rest: rest.clone(),
        };
        Layer { gamma, nodes: nodes.iter().map(node).collect() }
    }

    fn inputs(gamma: Rational) -> Layer<Rational> {
        layer(gamma, &[[rational(1, 1), rational(0, 1), rational(1, 1)]])
    }

    fn two_values() -> Chain<Rational> {
        let nodes = [[rational(1, 3), rational(1, 2), rational(1, 5)], [rational(2, 3), rational(3, 4), rational(1, 1)]];
        Chain { base: inputs(rational(4, 3)), layers: vec![layer(rational(1, 2), &nodes)] }
    }

    /// The first three moments of the companion of a one-layer chain (docs/mathematics.md, 'Bias'), with h_k the moments of
    /// its population.
    #[test]
    fn moments_of_one_layer() {
        let chain = two_values();
        let (gamma0, gamma) = (&chain.base.gamma, &chain.layers[0].gamma);
        let mean = |power: u32, slopes: u32| -> Rational {
            let value = |node: &ProfileNode<Rational>| {
                let v = Rational::from(&node.slope + &node.rest);
                (0..power).fold(node.weight.clone(), |p, _| p * &v) * (0..slopes).fold(rational(1, 1), |p, _| p * &node.slope)
            };
            chain.layers[0].nodes.iter().map(value).fold(rational(0, 1), |a, b| a + b)
        };
        // n1/n0 with m samples: γ₀ = m/n0 and γ₁ = m/n1
        let (beta, ratio) = (Rational::from(gamma0 / gamma), gamma.clone().recip());
        let (v, a) = (mean(1, 0), mean(0, 1));
        let h2: Rational = mean(2, 0) + &beta * a.clone().square();
        let h3: Rational =
            mean(3, 0) + Rational::from(3) * &beta * &a * mean(1, 1) + beta.clone().square() * a.clone().square() * &a;
        let three = Rational::from(3);
        let m2: Rational = h2.clone() + &ratio * v.clone().square();
        let m3: Rational = h3 + three * &ratio * &v * &h2 + ratio.clone().square() * v.clone().square() * &v;
        // moments of YYᵀ/m are those of the kernel times γ^{1−k}
        let kernel = chain.moments(3);
        assert_eq!(kernel[0], v);
        assert_eq!(Rational::from(&kernel[1] * &ratio), m2);
        assert_eq!(&kernel[2] * ratio.clone().square(), m3);
    }

    /// A point over z, by Newton from far away, solves the equations as they stand in the header.
    #[test]
    fn newton_solves_the_equations() {
        let double = |value: &Rational| Complex64::new(value.to_f64(), 0.0);
        let over_doubles = |layer: &Layer<Rational>| Layer {
            gamma: double(&layer.gamma),
            nodes: layer
                .nodes
                .iter()
                .map(|node| ProfileNode { weight: double(&node.weight), slope: double(&node.slope), rest: double(&node.rest) })
                .collect(),
        };
        let exact = two_values();
        let chain = Chain { base: over_doubles(&exact.base), layers: exact.layers.iter().map(over_doubles).collect() };
        let z = Complex64::new(0.5, 40.0);
        let mut point = chain.far_point(&z);
        for _ in 0..8 {
            let step = chain.step(&point, &z, None);
            point.base += step.base;
            point.scales[0] += step.scales[0];
        }
        let (g, a) = (point.base, point.scales[0]);
        let e = g / (1.0 + 4.0 / 3.0 * g);
        let d = |slope: f64, rest: f64| a + 0.5 * (slope * e + rest * g);
        let (d1, d2) = (d(0.5, 0.2), d(0.75, 1.0));
        assert!((0.5 / 3.0 / d1 + 0.5 / d2 - 1.0).norm() < 1e-14);
        let image = chain.image(&point);
        let top = e + g * (0.2 / 3.0 / d1 + 2.0 / 3.0 / d2);
        assert!((image.e - top).norm() < 1e-14 && ((top - 1.0) / (g / a) - z).norm() < 1e-12);
    }
}
