//! The number room: every operation encloses, every bound is a bound, every printed digit is certain.

use proptest::prelude::*;
use resolvent::number::{
    Ball, ComplexBall, Laurent, Magnitude, Polynomial, Ring, Series, approximate_roots64, bits_for_digits, decimal,
    decimal_rational, enclose_roots,
};
use rug::ops::Pow;
use rug::{Float, Rational};

fn config() -> ProptestConfig {
    ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }
}

fn from_double(value: f64) -> Rational {
    Rational::from_f64(value).expect("a finite double")
}

/// Zero, small integers, and doubles of any size from 10⁻²⁰ to 10²⁰.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 2 => (-4..5i32).prop_map(f64::from), 8 => (-20.0..20.0f64, any::<bool>()).prop_map(|(e, s)| if s { -(10f64.powf(e)) } else { 10f64.powf(e) })]
}

/// A ball and a rational inside it: exact, thin or thick, with the point in the middle, at an end or between.
fn ball_and_point() -> impl Strategy<Value = (Ball, Rational)> {
    let place = prop_oneof![Just(-1.0), Just(0.0), Just(1.0), -1.0..1.0f64];
    let radius = prop_oneof![Just(f64::NEG_INFINITY), -40.0..2.0f64];
    (value(), radius, place, 40..120u32).prop_map(|(mid, radius, place, bits)| {
        let ball = Ball::double(mid, bits.max(53));
        let radius = 10f64.powf(radius) * mid.abs().max(1e-3);
        (ball.widened(Magnitude::from_f64(radius)), from_double(mid) + from_double(radius) * from_double(place))
    })
}

/// The exact value of the midpoint.
fn center(ball: &Ball) -> Rational {
    ball.mid().to_rational().expect("a finite midpoint")
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arithmetic_encloses(((a, x), (b, y)) in (ball_and_point(), ball_and_point())) {
        prop_assert!(a.contains(&x) && b.contains(&y));
        prop_assert!((&a + &b).contains(&Rational::from(&x + &y)), "+");
        prop_assert!((&a - &b).contains(&Rational::from(&x - &y)), "-");
        prop_assert!((&a * &b).contains(&Rational::from(&x * &y)), "*");
        prop_assert!(a.square().contains(&Rational::from(&x * &x)), "square");
        prop_assert!(a.power(5).contains(&Rational::from((&x).pow(5))), "power");
        prop_assert!((-&a).contains(&Rational::from(-&x)));
        prop_assert!(a.abs().contains(&x.clone().abs()), "abs");
        prop_assert!(a.shifted(-3).contains(&Rational::from(&x >> 3u32)));
        if !y.is_zero() {
            prop_assert!((&a / &b).contains(&Rational::from(&x / &y)), "/");
            prop_assert!(b.inverse().contains(&y.clone().recip()), "inverse");
        }
    }

    #[test]
    fn comparisons_are_true_of_every_point(((a, x), (b, y)) in (ball_and_point(), ball_and_point())) {
        if let Some(order) = a.compare(&b) {
            prop_assert_eq!(x.cmp(&y), order);
        }
        prop_assert!(!a.is_positive() || x > 0);
        prop_assert!(!a.is_negative() || x < 0);
        prop_assert!(a.contains_zero() || !x.is_zero());
        prop_assert!(x <= a.high() && x >= a.low(), "the ends bound the points");
        prop_assert!(a.magnitude().to_float() >= x.clone().abs());
        prop_assert!(a.least_magnitude().to_float() <= x.clone().abs());
        prop_assert!(a.with_bits(30).contains(&x));
        let hull = Ball::interval(&a.low(), &a.high(), 60);
        prop_assert!(hull.contains(&x));
    }

    #[test]
    fn ends_keep_the_precision_of_the_ball(mid in 1.0..2.0f64, shift in 60..180i64) {
        let ball = Ball::new(Float::with_val(200, mid), Magnitude::power_of_two(-shift));
        let width = Float::with_val(200, ball.high() - ball.low());
        prop_assert_eq!(width, Float::with_val(200, 1) >> (shift as u32 - 1));
    }

    #[test]
    fn functions_enclose((a, x) in ball_and_point(), index in 0..18usize) {
        type Function = fn(&Ball) -> Ball;
        let functions: [(&str, Function); 18] = [
            ("exp", Ball::exp), ("ln", Ball::ln), ("ln_1p", Ball::ln_1p), ("sqrt", Ball::sqrt), ("sin", Ball::sin), ("cos", Ball::cos),
            ("tan", Ball::tan), ("atan", Ball::atan), ("asin", Ball::asin), ("acos", Ball::acos), ("sinh", Ball::sinh), ("cosh", Ball::cosh),
            ("tanh", Ball::tanh), ("sigmoid", Ball::sigmoid), ("softplus", Ball::softplus), ("erf", Ball::erf), ("erfc", Ball::erfc),
            ("normal_cdf", Ball::normal_cdf),
        ];
        let (name, function) = functions[index];
        prop_assume!(x.clone().abs() < 1000);
        let coarse = function(&a);
        let fine = function(&Ball::rational(&x, 2 * a.bits() + 64));
        prop_assert!(!coarse.is_finite() || fine.is_finite(), "{} is defined on the ball, so at its points", name);
        prop_assert!(coarse.overlaps(&fine), "{}: {:?} {:?}", name, coarse, fine);
        // an enclosure that overlaps a much finer one by more than the finer one's width encloses the value
        prop_assert!(coarse.widened(fine.radius()).contains(&center(&fine)), "{}", name);
    }

    #[test]
    fn complex_arithmetic_encloses(((a, x), (b, y), (c, s), (d, t)) in (ball_and_point(), ball_and_point(), ball_and_point(), ball_and_point())) {
        let (z, w) = (ComplexBall::new(a, b), ComplexBall::new(c, d));
        let product = &z * &w;
        prop_assert!(product.re.contains(&(Rational::from(&x * &s) - Rational::from(&y * &t))));
        prop_assert!(product.im.contains(&(Rational::from(&x * &t) + Rational::from(&y * &s))));
        let norm = Rational::from(&s * &s) + Rational::from(&t * &t);
        prop_assert!(w.norm().contains(&norm));
        if !norm.is_zero() {
            let inverse = w.inverse();
            prop_assert!(inverse.re.contains(&Rational::from(&s / &norm)) && (-&inverse.im).contains(&Rational::from(&t / &norm)));
        }
        prop_assert!(z.square().re.contains(&(Rational::from(&x * &x) - Rational::from(&y * &y))));
        let angle = f64::atan2(y.to_f64(), x.to_f64());
        let argument = z.argument();
        prop_assert!(!argument.is_finite() || argument.widened(Magnitude::from_f64(1e-14)).contains(&from_double(angle)), "argument");
    }

    #[test]
    fn magnitudes_are_upper_bounds(a in value(), b in value(), shift in -300..300i64) {
        let (a, b) = (a.abs(), b.abs());
        let (m, n) = (Magnitude::from_f64(a).shifted(shift), Magnitude::from_f64(b));
        let scale = Rational::from(2).pow(shift as i32);
        let (x, y) = (from_double(a) * scale, from_double(b));
        let at_least = |bound: Magnitude, exact: Rational| bound.to_float() >= exact && bound.to_float() <= exact * from_double(1.0 + 1e-14);
        prop_assert!(at_least(m, x.clone()) && at_least(n, y.clone()));
        prop_assert!(at_least(m.plus(n), Rational::from(&x + &y)));
        prop_assert!(at_least(m.times(n), Rational::from(&x * &y)));
        prop_assert!(at_least(m.sqrt().times(m.sqrt()), x.clone()));
        prop_assert_eq!(m.max(n), if x >= y { m } else { n });
        if b > 0.0 {
            prop_assert!(at_least(m.over(n), Rational::from(&x / &y)));
        }
        let least = m.minus_down(n).to_float();
        prop_assert!(least.is_zero() || least <= Rational::from(&x - &y));
        if !m.is_zero() {
            prop_assert!(x < Rational::from(2).pow(m.log2_ceil() as i32));
        }
        let wide = Float::with_val(150, &x) * Float::with_val(150, 3).sqrt();
        prop_assert!(Magnitude::of(&wide).to_float() >= wide);
    }

    #[test]
    fn printed_digits_are_certain((a, x) in ball_and_point(), digits in 1..40u32) {
        prop_assert!(decimal(&a, digits).as_deref() != Some("0") || x.is_zero());
        if let Some(text) = decimal(&a, digits).filter(|text| text != "0") {
            let printed = parse(&text);
            let unit = Rational::from(10).pow(leading_exponent(&printed) - digits as i32 + 1);
            prop_assert!((printed - &x).abs() <= unit, "{} for {:?}", text, a);
        }
        let text = decimal_rational(&x, digits);
        let printed = parse(&text);
        if !x.is_zero() {
            let unit = Rational::from(10).pow(leading_exponent(&printed) - digits as i32 + 1);
            prop_assert!((printed - &x).abs() <= unit / 2, "{} for {}", text, x);
        }
    }

    #[test]
    fn roots_of_products_of_linear_factors(roots in prop::collection::vec((value(), value()), 1..5)) {
        let mut polynomial = Polynomial::new(vec![ComplexBall::real(Ball::integer(1, 600))]);
        for (re, im) in &roots {
            let root = ComplexBall::new(Ball::double(*re, 600), Ball::double(*im, 600));
            polynomial = polynomial.times(&Polynomial::new(vec![root.integer(0).minus(&root), root.integer(1)]));
        }
        prop_assume!(roots.iter().all(|root| *root != (0.0, 0.0)));
        let distinct = (1..roots.len()).all(|i| !roots[..i].contains(&roots[i]));
        let found = enclose_roots(&polynomial, 600);
        prop_assert_eq!(found.is_some(), distinct, "a double root cannot be enclosed, separate ones can");
        let holds = |x: &ComplexBall, (re, im): &(f64, f64)| x.re.contains(&from_double(*re)) && x.im.contains(&from_double(*im));
        for x in found.iter().flatten() {
            prop_assert_eq!(roots.iter().filter(|root| holds(x, root)).count(), 1);
        }
    }

    #[test]
    fn greatest_common_divisor(a in prop::collection::vec(-9..10i64, 2..5), b in prop::collection::vec(-9..10i64, 2..5), c in prop::collection::vec(-9..10i64, 2..5)) {
        let polynomial = |list: &[i64]| Polynomial::new(list.iter().map(|k| Rational::from(*k)).collect()).trimmed();
        let (a, b, c) = (polynomial(&a), polynomial(&b), polynomial(&c));
        prop_assume!(!a.is_zero() && !b.is_zero() && !c.is_zero());
        let divisor = a.times(&c).gcd(&b.times(&c));
        prop_assert!(divisor.divide(&c).1.is_zero(), "the common factor divides it");
        prop_assert!(a.times(&c).divide(&divisor).1.is_zero() && b.times(&c).divide(&divisor).1.is_zero());
        let (quotient, rest) = a.times(&b).divide(&c);
        let recovered = quotient.times(&c).minus(&a.times(&b)).map(|k| Rational::from(-k)).minus(&rest);
        prop_assert!(recovered.is_zero() && (rest.is_zero() || rest.degree() < c.degree().max(1)));
    }

    #[test]
    fn series_inverse(a in prop::collection::vec(-9..10i64, 6), lead in 1..9i64) {
        let mut coefficients: Vec<Rational> = a.iter().map(|k| Rational::from(*k)).collect();
        coefficients[0] = Rational::from(lead);
        let series = Series { coefficients };
        let one = series.times(&series.inverse());
        prop_assert_eq!(one.coefficients, Series::constant(&Rational::from(1), 6).coefficients);
    }
}

/// The rational that a printed decimal stands for.
fn parse(text: &str) -> Rational {
    let (mantissa, exponent) = text.split_once('e').map_or((text, 0), |(m, e)| (m, e.parse::<i32>().expect("an exponent")));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: rug::Integer = format!("{whole}{fraction}").parse().expect("digits");
    digits * Rational::from(10).pow(exponent - fraction.len() as i32)
}

/// floor(log₁₀ |value|) of a value other than zero.
fn leading_exponent(value: &Rational) -> i32 {
    let mut exponent = value.to_f64().abs().log10().floor() as i32;
    while Rational::from(10).pow(exponent) > value.clone().abs() {
        exponent -= 1;
    }
    while Rational::from(10).pow(exponent + 1) <= value.clone().abs() {
        exponent += 1;
    }
    exponent
}

#[test]
fn real_roots_of_real_polynomials_are_marked_real() {
    // (x² − 2)(x² + 1)
    let coefficients = [-2, 0, -1, 0, 1].map(|k| ComplexBall::real(Ball::integer(k, 200)));
    let roots = enclose_roots(&Polynomial::new(coefficients.to_vec()), 200).expect("simple roots");
    let real: Vec<_> = roots.iter().filter(|x| x.im.is_exact_zero()).collect();
    assert_eq!(real.len(), 2);
    let root = Ball::integer(2, 300).sqrt();
    assert!(real.iter().all(|x| x.re.abs().overlaps(&root) && x.re.relative_bits() > 190.0));
    assert!(roots.iter().filter(|x| x.im.is_positive()).count() == 1);
}

#[test]
fn roots_of_very_different_size_in_doubles() {
    let roots = approximate_roots64(&[1e-12, 1e3, 1.0, -1e9, 1.0].map(|a| num_complex::Complex64::new(a, 0.0)));
    for root in roots {
        let value = [1.0, -1e9, 1.0, 1e3, 1e-12].iter().fold(num_complex::Complex64::ZERO, |sum, a| sum * root + a);
        let size = [1.0, 1e9, 1.0, 1e3, 1e-12].iter().fold(0.0, |sum, a| sum * root.norm() + a);
        assert!(value.norm() < 1e-13 * size, "{root}");
    }
}

#[test]
fn exactly_zero_survives() {
    let third = Ball::rational(&Rational::from((1, 3)), 200);
    let zero = Ball::zero(200);
    assert!((&zero / &third).is_exact_zero() && (&zero * &third).is_exact_zero());
    assert!(!(&third / &zero).is_finite() && !zero.inverse().is_finite());
    let real = ComplexBall::real(third);
    assert!(real.inverse().im.is_exact_zero() && (&real * &real).im.is_exact_zero());
    assert_eq!(decimal(&zero, 5).as_deref(), Some("0"));
}

#[test]
fn endings_of_decimals() {
    let exact = |value: (i64, i64)| Ball::rational(&Rational::from(value), bits_for_digits(20));
    assert_eq!(decimal(&exact((3, 4)), 20).as_deref(), Some("0.75"));
    assert_eq!(decimal(&exact((1, 3)), 5).as_deref(), Some("0.33333"));
    assert_eq!(decimal(&exact((1, 3)), 100), None, "no digits are invented");
    assert_eq!(decimal_rational(&Rational::from((2, 3)), 4), "0.6667");
}

/// What MPFR does not have, against what it has: tanh, erf, and central differences at three times the bits.
#[test]
fn composite_functions_are_what_they_say() {
    let bits = 200;
    let fine = 3 * bits;
    let close = |label: &str, a: &Ball, b: &Ball, bound: f64| {
        let gap = (a - b).magnitude().to_f64();
        assert!(gap < bound, "{label}: {} against {}, off by {gap}", a.to_f64(), b.to_f64());
    };
    for x in [-9.5, -1.25, -0.01, 0.0, 0.4, 2.0, 7.75] {
        let at = |bits: u32| Ball::double(x, bits);
        let half_tanh = &(&at(bits).shifted(-1).tanh() + &Ball::integer(1, bits)).shifted(-1);
        close("sigmoid(x) = (1 + tanh(x/2))/2", &at(bits).sigmoid(), half_tanh, 1e-58);
        let root = Ball::integer(2, bits).sqrt();
        let by_erf = (&(&at(bits) / &root).erf() + &Ball::integer(1, bits)).shifted(-1);
        close("Phi(x) = (1 + erf(x/sqrt 2))/2", &at(bits).normal_cdf(), &by_erf, 1e-58);
        let step = Ball::integer(1, fine).shifted(-150);
        let slope = |f: fn(&Ball) -> Ball| (f(&(&at(fine) + &step)) - f(&(&at(fine) - &step))).shifted(149);
        close("Phi′ = φ", &at(bits).normal_pdf(), &slope(Ball::normal_cdf), 1e-58);
        close("softplus′ = sigmoid", &at(bits).sigmoid(), &slope(Ball::softplus), 1e-58);
        close("softplus(x) − softplus(−x) = x", &(at(bits).softplus() - (-at(bits)).softplus()), &at(bits), 1e-57);
    }
}

/// Far out erf and erfc come from the small tail: against MPFR's own at four times the bits, and at widened arguments.
#[test]
fn far_values_of_erf_agree_with_many_bits() {
    for x in [-61.5, -20.25, -6.75, 6.75, 9.5, 33.0, 70.125] {
        for bits in [64, 200, 1500, 6000] {
            let fine = Float::with_val(4 * bits + 12_000, x);
            let [erf, erfc] = [fine.clone().erf(), fine.erfc()].map(|value| value.to_rational().expect("finite"));
            for radius in [0.0, 2f64.powi(-40)] {
                let at = Ball::double(x, bits).widened(Magnitude::from_f64(radius));
                assert!(at.erf().contains(&erf), "erf({x}) at {bits} bits");
                assert!(at.erfc().contains(&erfc), "erfc({x}) at {bits} bits");
                assert!(radius > 0.0 || at.erf().relative_bits() > f64::from(bits) - 3.0, "erf({x}) at {bits} bits is wide");
            }
        }
    }
}

/// From 3 on erfc is a trapezoidal sum: against MPFR's at more bits, with relative precision, and where the poles lie next to the
/// contour of the error bound, x² near bits · ln 2.
#[test]
fn erfc_keeps_its_relative_precision() {
    for bits in [53u32, 64, 100, 128, 256, 500] {
        let contour = (f64::from(bits + 10) * std::f64::consts::LN_2).sqrt();
        let places = (0..40).map(|k| 3.0 + 0.37 * f64::from(k)).chain((-20..20).map(|k| contour + 0.02 * f64::from(k)));
        for x in places.filter(|x| *x >= 3.0) {
            let at = Ball::new(Float::with_val(bits, x) / 7u32 * 7u32, Magnitude::ZERO);
            let found = at.erfc();
            let exact = Float::with_val(bits + 128, at.mid()).erfc().to_rational().expect("finite");
            assert!(found.contains(&exact), "erfc({x}) at {bits} bits");
            assert!(found.relative_bits() > f64::from(bits) - 2.0, "erfc({x}) at {bits} bits: {}", found.relative_bits());
        }
    }
}

fn same_coefficients(a: &Laurent, b: &Laurent) -> bool {
    let end = |series: &Laurent| series.valuation + series.terms.len() as i32;
    let both = |exponent| Some((a.coefficient(exponent)?, b.coefficient(exponent)?));
    (a.valuation.min(b.valuation)..end(a).min(end(b))).all(|exponent| both(exponent).is_some_and(|(a, b)| a.overlaps(&b)))
}

proptest! {
    #![proptest_config(config())]

    /// Laws of differentiation on series with gaps: (exp f)′ = f′ exp f for f without a pole, f (fⁿ)′ = n f′ fⁿ with one.
    #[test]
    fn laurent_series_obey_the_chain_rule(
        valuation in 0..3i32,
        lead in 1..9i64,
        others in prop::collection::vec(prop_oneof![Just(0i64), -9..9i64], 0..9),
        n in -6..22i32,
    ) {
        let complex = |value: i64| ComplexBall::new(Ball::integer(value, 200), Ball::integer(value * value % 5, 200));
        let terms: Vec<ComplexBall> = std::iter::once(lead).chain(others).map(complex).collect();
        let factor = |value: i64, series: &Laurent| {
            let terms = series.terms.iter().map(|term| term.scaled(&Ball::integer(value, 200))).collect();
            Laurent { terms, ..series.clone() }
        };
        let f = Laurent { valuation, terms };
        let start = f.value().expect("no pole").exp();
        let mut outer = vec![start];
        for k in 1..8 {
            outer.push(outer[k - 1].scaled(&Ball::rational(&Rational::from((1, k as u64)), 200)));
        }
        let exponential = f.compose(&outer).expect("no pole");
        prop_assert!(exponential.terms.len() >= f.terms.len().min(8));
        prop_assert!(same_coefficients(&exponential.derivative(), &f.derivative().times(&exponential)));
        let f = Laurent { valuation: -valuation, ..f };
        let power = f.power(n);
        prop_assert_eq!(power.valuation, -valuation * n);
        prop_assert!(same_coefficients(&f.times(&power.derivative()), &factor(n.into(), &f.derivative().times(&power))));
        prop_assert!(same_coefficients(&f.power(n + 1), &f.times(&power)));
    }
}
