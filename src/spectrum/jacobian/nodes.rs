//! Sums over the nodes of a quadrature, Σ w/(ζ − d)^k, in balls: d and w are points, so that plain arithmetic with one bound of all its roundings
//! and one of the size of ζ does what operations on balls would do term by term.
//!
//! With u = 2^−bits, gap ζ − d, inverse and the products with it are off by less than 32u of themselves (complex ones in norm: 7u for the
//! inverse, 2.3u for a product), and N additions by N u of Σ |term|. Over |ζ′ − ζ| ≤ r with ρ = r max 1/|ζ − d| ≤ 1/16 a term changes by no
//! more than k r |w|/|ζ − d|^(k+1) times (1 − ρ)^−(k+1) < 2.

use rug::{Assign, Float};

use crate::number::{Ball, ComplexBall, Magnitude};

/// Roundings behind a term.
const ROUNDINGS: usize = 32;
/// The largest ρ.
const WIDEST: f64 = 1.0 / 16.0;
/// Bits of sums of magnitudes.
const COARSE: u32 = 64;

/// Values d, with what each term is multiplied by.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes(pub Vec<[Float; 2]>);

/// What a pass over the nodes gives: sums, sums of magnitudes, and the largest 1/|ζ − d|.
struct Pass<T> {
    sums: [T; 3],
    sizes: [Float; 3],
    nearest: Float,
}

fn zeros<const N: usize>(bits: u32) -> [Float; N] {
    std::array::from_fn(|_| Float::new(bits))
}

fn together<S, T>([a, b, c]: [S; 3], [x, y, z]: [T; 3]) -> [(S, T); 3] {
    [(a, x), (b, y), (c, z)]
}

impl Nodes {
    /// Σ w/(ζ − d)^k, k = 1, 2, 3.
    pub fn sums(&self, zeta: &ComplexBall) -> [ComplexBall; 3] {
        let bits = zeta.bits();
        let radius = zeta.re.radius().plus(zeta.im.radius());
        if zeta.im.is_exact_zero() {
            let pass = self.real(zeta.re.mid());
            let errors = self.errors(bits, &pass, radius);
            return together(pass.sums, errors).map(|(sum, error)| ComplexBall::real(Ball::new(sum, error)));
        }
        let pass = self.complex([zeta.re.mid(), zeta.im.mid()]);
        let errors = self.errors(bits, &pass, radius);
        together(pass.sums, errors).map(|(parts, error)| {
            let [re, im] = parts.map(|part| Ball::new(part, error));
            ComplexBall { re, im }
        })
    }

    /// Bounds of what the sums are off by.
    fn errors<T>(&self, bits: u32, Pass { sizes, nearest, .. }: &Pass<T>, radius: Magnitude) -> [Magnitude; 3] {
        let nearest = Magnitude::of(nearest);
        if nearest.times(radius) > Magnitude::from_f64(WIDEST) {
            return [Magnitude::INFINITY; 3];
        }
        let rounded = Magnitude::from_f64((self.0.len() + ROUNDINGS) as f64).times(Magnitude::power_of_two(1 - i64::from(bits)));
        // twice what is summed, for the roundings of the sums of magnitudes
        let [first, second, third] = sizes.each_ref().map(|size| Magnitude::of(size).shifted(1));
        let after = [second, third, third.times(nearest)];
        let moved = |power: u32, after: Magnitude| radius.times(Magnitude::from_f64(f64::from(2 * power))).times(after);
        let [one, two, three] = together([1, 2, 3], after).map(|(power, after)| moved(power, after));
        together([first, second, third], [one, two, three]).map(|(size, moved)| size.times(rounded).plus(moved))
    }

    fn real(&self, zeta: &Float) -> Pass<Float> {
        let bits = zeta.prec();
        // over gaps > 0 and < 0 apart, which makes the magnitudes too
        let mut above: [Float; 3] = zeros(bits);
        let mut below: [Float; 3] = zeros(bits);
        let [mut inverse, mut term, mut nearest] = zeros(bits);
        for [value, weight] in &self.0 {
            inverse.assign(zeta - value);
            inverse.recip_mut();
            if inverse.cmp_abs(&nearest).is_none_or(std::cmp::Ordering::is_gt) {
                nearest.assign(&inverse);
            }
            let sums = if inverse.is_sign_negative() { &mut below } else { &mut above };
            term.assign(weight * &inverse);
            sums[0] += &term;
            term *= &inverse;
            sums[1] += &term;
            term *= &inverse;
            sums[2] += &term;
        }
        let sizes = std::array::from_fn(|index| {
            Float::with_val(COARSE, above[index].abs_ref()) + Float::with_val(COARSE, below[index].abs_ref())
        });
        Pass { sums: together(above, below).map(|(above, below)| above + below), sizes, nearest }
    }

    fn complex(&self, [re, im]: [&Float; 2]) -> Pass<[Float; 2]> {
        let bits = re.prec();
        let mut sums: [[Float; 2]; 3] = std::array::from_fn(|_| zeros(bits));
        let mut sizes: [Float; 3] = zeros(COARSE);
        let [mut size, mut whole, mut nearest] = zeros(COARSE);
        let [mut gap, mut norm, mut other, mut next] = zeros(bits);
        let mut inverse: [Float; 2] = zeros(bits);
        let mut term: [Float; 2] = zeros(bits);
        let height = Float::with_val(bits, im.square_ref());
        for [value, weight] in &self.0 {
            gap.assign(re - value);
            norm.assign(gap.square_ref());
            norm += &height;
            norm.recip_mut();
            inverse[0].assign(&gap * &norm);
            inverse[1].assign(im * &norm);
            inverse[1] *= -1;
            size.assign(inverse[0].abs_ref());
            other.assign(inverse[1].abs_ref());
            size += &other;
            if size > nearest || size.is_nan() {
                nearest.assign(&size);
            }
            for (part, own) in term.iter_mut().zip(&inverse) {
                part.assign(weight * own);
            }
            whole.assign(weight.abs_ref());
            for (index, sum) in sums.iter_mut().enumerate() {
                if index > 0 {
                    next.assign(&term[0] * &inverse[0]);
                    other.assign(&term[1] * &inverse[1]);
                    next -= &other;
                    term[0] *= &inverse[1];
                    term[1] *= &inverse[0];
                    let [re, im] = &mut term;
                    *im += &*re;
                    re.assign(&next);
                }
                sum[0] += &term[0];
                sum[1] += &term[1];
                whole *= &size;
                sizes[index] += &whole;
            }
        }
        Pass { sums, sizes, nearest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The enclosures hold the sums of the same terms in balls of more bits, at every point of the argument, and are not much wider.
    #[test]
    fn sums_are_those_of_balls() {
        const BITS: u32 = 120;
        const MORE: u32 = 400;
        let exact = |value: f64, bits: u32| Float::with_val(bits, value);
        let list: Vec<[f64; 2]> = (1..200).map(|k| [(0.37 * f64::from(k)).sin().abs(), (-0.2 * f64::from(k)).exp()]).collect();
        let nodes = Nodes(list.iter().map(|pair| pair.map(|x| exact(x, BITS))).collect());
        for ([re, im], radius) in [
            ([1.25, 0.0], 0),
            ([-0.3, 0.0], -60),
            ([1.0 + 1e-6, 0.0], -100),
            ([0.52, 1e-3], 0),
            ([0.52, -0.7], -40),
            ([3.0, 4.0], -5),
        ] {
            let radius = if radius == 0 { Magnitude::ZERO } else { Magnitude::power_of_two(radius) };
            let end = |sign: i32, value: f64| Float::with_val(MORE, value) + Float::with_val(MORE, sign) * radius.to_float();
            let part = |value: f64, radius| Ball::new(exact(value, BITS), radius);
            let argument = ComplexBall { re: part(re, radius), im: part(im, if im == 0.0 { Magnitude::ZERO } else { radius }) };
            let found = nodes.sums(&argument);
            for sign in [-1, 0, 1] {
                let im = if im == 0.0 { exact(im, MORE) } else { end(sign, im) };
                let point = [end(sign, re), im].map(|part| Ball::new(part, Magnitude::ZERO));
                let [re, im] = point;
                for (power, found) in (1..).zip(&found) {
                    let mut sum = ComplexBall::real(Ball::zero(MORE));
                    for [value, weight] in &list {
                        let gap = ComplexBall { re: &re - &Ball::double(*value, MORE), im: im.clone() };
                        let inverse = gap.inverse();
                        let product = (1..power).fold(inverse.clone(), |product, _| &product * &inverse);
                        sum = &sum + &product.scaled(&Ball::double(*weight, MORE));
                    }
                    let holds = |found: &Ball, sum: &Ball| found.low() <= sum.low() && sum.high() <= found.high();
                    assert!(holds(&found.re, &sum.re) && holds(&found.im, &sum.im), "{argument:?} {power}: {found:?} {sum:?}");
                    if radius.is_zero() {
                        let width = found.re.radius().to_f64().log2() - sum.norm().to_f64().log2();
                        assert!(width < 24.0 - f64::from(BITS), "{argument:?} {power}: {width}");
                    }
                }
            }
        }
        // an argument that holds a value
        let wide = ComplexBall::real(Ball::new(exact(0.5, BITS), Magnitude::power_of_two(-3)));
        assert!(nodes.sums(&wide).iter().all(|sum| !sum.is_finite()));
    }
}
