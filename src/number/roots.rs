//! All complex roots of a polynomial, and proofs that they are there.
//!
//! Approximations come from the Ehrlich–Aberth iteration, started on the radii of the Newton polygon (Bini, Numer. Algorithms
//! 13 (1996) 179), so that roots of very different size are found at once. A proof is one application of Krawczyk's operator
//! K(X) = x − Y f(x) + (1 − Y f′(X))(X − x): if K(X) lies inside X, then for every choice of coefficients in their balls f has
//! a root in K(X), by Brouwer's theorem. Nothing is rigorous until that test has passed.

use num_complex::Complex64;
use rug::{Complex, Float};

use super::clusters::split_clusters;
use super::{Ball, ComplexBall, Magnitude, Polynomial};

/// Sweeps of the Aberth iteration (tuned: quartics and quintics of any scale take 10 to 30).
const SWEEPS: usize = 120;
/// Sweeps between two looks for clusters of roots (tuned).
const GATHERING: usize = 12;
/// Attempts at Krawczyk's test, each with a radius 16 times larger (tuned).
const INFLATIONS: usize = 4;
/// Rotation of the starting circles, so that they are not symmetric about the real axis (tuned).
const TWIST: f64 = 0.7;
/// Coefficients and roots of a size from 1/HELD to HELD go through double precision first (fourth powers stay in its range).
const HELD: f64 = 1e60;
/// Roots this far apart, relatively, are told apart by double precision (tuned; nearer ones take the longer way).
const SEPARATED: f64 = 1e-6;

/// (log₂ radius, angle) of each starting point, from the logarithms of the coefficients' moduli.
fn starting_points(logs: &[f64]) -> Vec<(f64, f64)> {
    let degree = logs.len() - 1;
    let mut points = Vec::with_capacity(degree);
    let mut low = 0;
    while low < degree {
        let slope = |high: usize| (logs[low] - logs[high]) / (high - low) as f64;
        let high = (low + 1..=degree).min_by(|&a, &b| slope(a).total_cmp(&slope(b)).then(b.cmp(&a))).unwrap_or(degree);
        let count = high - low;
        for k in 0..count {
            let turn = k as f64 / count as f64 + low as f64 / degree as f64;
            points.push((slope(high), std::f64::consts::TAU * turn + TWIST));
        }
        low = high;
    }
    points
}

/// The starting points at the precision of the iteration.
fn circles(coefficients: &[Complex], bits: u32) -> Vec<Complex> {
    let logs: Vec<f64> = coefficients.iter().map(|a| ComplexBall::point(a).magnitude().log2()).collect();
    let start = |(log, angle): (f64, f64)| {
        let whole = log.floor().clamp(-1e9, 1e9);
        let (sin, cos) = angle.sin_cos();
        let size = (log - whole).exp2();
        Complex::with_val(bits, (size * cos, size * sin)) << whole as i32
    };
    starting_points(&logs).into_iter().map(start).collect()
}

/// The roots from double precision, improved to `bits`; none when doubles do not hold or do not separate them.
fn from_doubles(coefficients: &[Complex], bits: u32) -> Option<Vec<Complex>> {
    let double = |a: &Complex| Complex64::new(a.real().to_f64(), a.imag().to_f64());
    let doubles: Vec<Complex64> = coefficients.iter().map(double).collect();
    let held = |z: &Complex64| z.re.abs().max(z.im.abs()) > 1.0 / HELD && z.re.abs().max(z.im.abs()) < HELD;
    if !doubles.iter().all(|a| *a == Complex64::ZERO || held(a))
        || !doubles.last().is_some_and(held)
        || !doubles.first().is_some_and(held)
    {
        return None;
    }
    let roots = approximate_roots64(&doubles);
    let apart = |i: usize| roots[..i].iter().all(|other| (other - roots[i]).norm() > SEPARATED * roots[i].norm());
    if !(0..roots.len()).all(|i| held(&roots[i]) && apart(i)) {
        return None;
    }
    let start = |z: &Complex64| polish_root(coefficients, &Complex::with_val(53, (z.re, z.im)), bits);
    Some(roots.iter().map(start).collect())
}

/// Approximations of all roots of a polynomial with first and last coefficient not zero, at the coefficients' precision.
#[must_use]
pub fn approximate_roots(coefficients: &[Complex]) -> Vec<Complex> {
    let bits = coefficients.iter().map(|a| a.prec().0).max().unwrap_or(64);
    let mut roots = from_doubles(coefficients, bits).unwrap_or_else(|| circles(coefficients, bits));
    let (small, tiny) = (Float::with_val(64, 1) >> (bits / 2), Float::with_val(64, 1) >> (bits - bits / 4));
    let mut settled = 0;
    for sweep in 0..SWEEPS {
        let mut largest = Float::new(64);
        for i in 0..roots.len() {
            let step = aberth_step(coefficients, &roots, i, bits);
            if !step.real().is_finite() || !step.imag().is_finite() {
                continue;
            }
            let size = Float::with_val(64, step.abs_ref()) / Float::with_val(64, roots[i].abs_ref());
            largest.max_mut(&size);
            roots[i] -= step;
        }
        settled += usize::from(largest < small);
        if settled == 2 || largest < tiny {
            break;
        }
        if sweep % GATHERING == GATHERING - 1 {
            split_clusters(coefficients, &mut roots, bits);
        }
    }
    roots
}

fn aberth_step(coefficients: &[Complex], roots: &[Complex], i: usize, bits: u32) -> Complex {
    let newton = newton_step(coefficients, &roots[i], bits);
    let mut repulsion = Complex::new(bits);
    for (j, root) in roots.iter().enumerate() {
        let difference = Complex::with_val(bits, &roots[i] - root);
        if j != i && !difference.is_zero() {
            repulsion += quotient(&Complex::with_val(bits, 1), &difference, bits);
        }
    }
    let divisor = Complex::with_val(bits, 1) - Complex::with_val(bits, &newton * &repulsion);
    quotient(&newton, &divisor, bits)
}

/// a/b to some units in the last place of its size. MPC rounds each part by itself, and to tell one that is nearly 0 it takes as
/// many bits as that needs, with nearly equal roots hundreds of thousands.
pub(super) fn quotient(a: &Complex, b: &Complex, bits: u32) -> Complex {
    let product = |p: &Float, q: &Float| Float::with_val(bits, p * q);
    let ((a, b), (c, d)) = ((a.real(), a.imag()), (b.real(), b.imag()));
    let square = product(c, c) + product(d, d);
    let (re, im) = (product(a, c) + product(b, d), product(b, c) - product(a, d));
    Complex::with_val(bits, (re / &square, im / square))
}

/// p(x)/p′(x).
pub(super) fn newton_step(coefficients: &[Complex], x: &Complex, bits: u32) -> Complex {
    let (mut value, mut slope) = (Complex::new(bits), Complex::new(bits));
    for a in coefficients.iter().rev() {
        slope *= x;
        slope += &value;
        value *= x;
        value += a;
    }
    if value.is_zero() { value } else { quotient(&value, &slope, bits) }
}

/// The approximate root `near` improved by Newton steps of growing precision, up to `bits`.
#[must_use]
pub fn polish_root(coefficients: &[Complex], near: &Complex, bits: u32) -> Complex {
    let mut precision = near.prec().0;
    let mut root = near.clone();
    while precision < bits {
        precision = (2 * precision - 16).max(precision + 16).min(bits);
        root = Complex::with_val(precision, &root);
        let step = newton_step(coefficients, &root, precision);
        if step.real().is_finite() && step.imag().is_finite() {
            root -= step;
        }
    }
    root
}

/// Approximations of all roots in double precision, by the same iteration.
#[must_use]
pub fn approximate_roots64(coefficients: &[Complex64]) -> Vec<Complex64> {
    let logs: Vec<f64> = coefficients.iter().map(|a| a.norm().log2()).collect();
    let mut roots: Vec<Complex64> =
        starting_points(&logs).into_iter().map(|(log, angle)| Complex64::from_polar(log.exp2(), angle)).collect();
    for _ in 0..SWEEPS {
        let mut largest = 0.0f64;
        for i in 0..roots.len() {
            let x = roots[i];
            let (mut value, mut slope) = (Complex64::ZERO, Complex64::ZERO);
            for a in coefficients.iter().rev() {
                slope = slope * x + value;
                value = value * x + a;
            }
            let newton = value / slope;
            let repulsion: Complex64 = roots.iter().filter(|&&root| root != x).map(|root| (x - root).inv()).sum();
            let step = newton / (1.0 - newton * repulsion);
            if step.is_finite() {
                largest = largest.max(step.norm() / x.norm());
                roots[i] -= step;
            }
        }
        if largest < 1e-14 {
            break;
        }
    }
    roots
}

/// A rectangle that certainly holds a root near `near`, for every value of the function's coefficients in their balls.
///
/// `function` returns f and f′ over a rectangle, f analytic. With `real` the function must map reals to reals (imaginary part
/// exactly zero) and the root found is real.
#[must_use]
pub fn enclose_root(
    function: impl Fn(&ComplexBall) -> (ComplexBall, ComplexBall),
    near: &Complex,
    real: bool,
) -> Option<ComplexBall> {
    let mut center = ComplexBall::point(near);
    let bits = center.bits();
    if real {
        center.im = Ball::zero(bits);
    }
    let (value, slope) = function(&center);
    let slope = slope.inverse();
    if !slope.is_finite() || !value.is_finite() {
        return None;
    }
    let inverse = ComplexBall::point(&slope.mid());
    let step = &inverse * &value;
    let one = ComplexBall::real(Ball::integer(1, bits));
    let mut radius = step.magnitude().shifted(1).plus(center.magnitude().shifted(4 - i64::from(bits)));
    for _ in 0..INFLATIONS {
        let around =
            ComplexBall { re: center.re.widened(radius), im: if real { center.im.clone() } else { center.im.widened(radius) } };
        let contraction = &(&one - &(&inverse * &function(&around).1)) * &(&around - &center);
        let image = &(&center - &step) + &contraction;
        let moved = &image - &center;
        if moved.re.magnitude() < radius && moved.im.magnitude() < radius {
            return Some(image);
        }
        radius = radius.shifted(4);
    }
    None
}

/// Disjoint rectangles, one around each root, or `None` when `bits` do not separate them.
///
/// The first and last coefficient must not be zero. When all coefficients are real (imaginary parts exactly zero), the real
/// roots have an imaginary part that is exactly zero and the others one that is certainly not zero.
#[must_use]
pub fn enclose_roots(polynomial: &Polynomial<ComplexBall>, bits: u32) -> Option<Vec<ComplexBall>> {
    enclose_near(polynomial, &approximate_roots(&centers(polynomial, bits)))
}

/// The midpoints of the coefficients.
#[must_use]
pub fn centers(polynomial: &Polynomial<ComplexBall>, bits: u32) -> Vec<Complex> {
    polynomial.coefficients.iter().map(|a| Complex::with_val(bits, a.mid())).collect()
}

/// The same for some of the roots, given approximately.
#[must_use]
pub fn enclose_near(polynomial: &Polynomial<ComplexBall>, roots: &[Complex]) -> Option<Vec<ComplexBall>> {
    let real = polynomial.coefficients.iter().all(|a| a.im.is_exact_zero());
    let derivative = polynomial.derivative();
    let function = |x: &ComplexBall| (polynomial.evaluate(x), derivative.evaluate(x));
    let mut enclosures: Vec<ComplexBall> = Vec::with_capacity(roots.len());
    for root in roots {
        let enclosure = if real && looks_real(root) { enclose_root(function, root, true) } else { None };
        let enclosure = enclosure.or_else(|| enclose_root(function, root, false).filter(|x| !real || !x.im.contains_zero()))?;
        if enclosures.iter().any(|other| enclosure.overlaps(other)) {
            return None;
        }
        enclosures.push(enclosure);
    }
    Some(enclosures)
}

/// Whether the imaginary part of an approximate root is small enough for a real root to be tried.
#[must_use]
pub fn looks_real(root: &Complex) -> bool {
    let limit = Magnitude::of(root.real()).shifted(-i64::from(root.prec().0 / 4));
    root.imag().is_zero() || Magnitude::of(root.imag()) < limit
}
