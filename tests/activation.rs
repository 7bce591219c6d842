//! One meaning for every operator: the ball evaluator is the reference, and the evaluators in doubles and on complex
//! rectangles, the derivative and the parity are held against it or against MPC.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use resolvent::activation::{
    Analytic, CATALOGUE, Condition, Function, Node, Parity, Primitive, Program, Relation, derivative, evaluate, parity,
};
use resolvent::number::{Ball, Interval, Rectangle};
use rug::{Complex, Float, Rational};

const BITS: u32 = 200;

fn x() -> Function {
    Function::x()
}

fn rational(numerator: i32, denominator: i32) -> Function {
    Function::rational(Rational::from((numerator, denominator)))
}

/// Random trees over the whole catalogue; `smooth` leaves out what has kinks or a bounded domain.
fn tree(smooth: bool) -> impl Strategy<Value = Function> {
    let leaf = prop_oneof![
        4 => Just(x()),
        1 => Just(Function::from(Node::Pi)),
        2 => (-9..10i32, 1..5i32).prop_map(|(p, q)| rational(p, q)),
    ];
    leaf.prop_recursive(3, 12, 2, move |inner| {
        let primitive = prop::sample::select(
            CATALOGUE.iter().map(|row| row.primitive).filter(|p| !smooth || is_entire_enough(*p)).collect::<Vec<_>>(),
        );
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            3 => (primitive, inner.clone()).prop_map(|(primitive, a)| a.apply(primitive)),
            1 => pair.clone().prop_map(|(a, b)| a + b),
            1 => pair.clone().prop_map(|(a, b)| a - b),
            1 => pair.clone().prop_map(|(a, b)| a * b),
            1 => pair.clone().prop_map(|(a, b)| a / b),
            1 => (inner.clone(), 2..4i32).prop_map(|(a, n)| a.powi(n)),
            1 => pair.prop_map(move |(a, b)| if smooth { a + b } else { a.max(&b) }),
        ]
    })
}

fn is_entire_enough(primitive: Primitive) -> bool {
    use Primitive::{Abs, Acos, Asin, Log, Sign, Sqrt, Step};
    !matches!(primitive, Abs | Acos | Asin | Log | Sign | Sqrt | Step)
}

/// erf by its series; NaN for |z| above 8.
fn complex_erf(z: &Complex) -> Complex {
    if *Complex::with_val(BITS, z).abs().real() > 8 {
        return Complex::with_val(BITS, (rug::float::Special::Nan, 0));
    }
    let z = Complex::with_val(600, z);
    let minus_square = -Complex::with_val(600, z.square_ref());
    let (mut term, mut sum) = (z.clone(), z);
    for n in 1u32..600 {
        term = term * &minus_square / n;
        sum += Complex::with_val(600, &term / (2 * n + 1));
    }
    let root = Float::with_val(600, rug::float::Constant::Pi).sqrt();
    sum * 2u32 / root
}

/// The primitive at a complex point, by MPC.
fn complex_primitive(primitive: Primitive, z: &Complex) -> Complex {
    let one = Complex::with_val(BITS, 1);
    let z = z.clone();
    match primitive {
        Primitive::Exp => z.exp(),
        Primitive::Log => z.ln(),
        Primitive::Sqrt => z.sqrt(),
        Primitive::Sin => z.sin(),
        Primitive::Cos => z.cos(),
        Primitive::Tan => z.tan(),
        Primitive::Atan => z.atan(),
        Primitive::Asin => z.asin(),
        Primitive::Acos => z.acos(),
        Primitive::Sinh => z.sinh(),
        Primitive::Cosh => z.cosh(),
        Primitive::Tanh => z.tanh(),
        Primitive::Erf => complex_erf(&z),
        Primitive::Erfc => 1 - complex_erf(&z),
        Primitive::NormalCdf => (1 + complex_erf(&(z / Float::with_val(BITS, 2).sqrt()))) / 2u32,
        Primitive::Sigmoid => one.clone() / (one + (-z).exp()),
        // with the cuts on Re z = 0
        Primitive::Softplus if z.real().is_sign_positive() => z.clone() + (one + (-z.clone()).exp()).ln(),
        Primitive::Softplus => (one + z.exp()).ln(),
        Primitive::Abs => {
            if z.real().is_sign_negative() {
                -z
            } else {
                z
            }
        }
        Primitive::Sign => Complex::with_val(BITS, if z.real().is_sign_negative() { -1 } else { 1 }),
        Primitive::Step => Complex::with_val(BITS, if z.real().is_sign_negative() { 0 } else { 1 }),
    }
}

/// A smooth tree at a complex point.
fn complex_value(f: &Function, z: &Complex) -> Complex {
    let at = |g: &Function| complex_value(g, z);
    match f.node() {
        Node::X => z.clone(),
        Node::Add(a, b) => at(a) + at(b),
        Node::Subtract(a, b) => at(a) - at(b),
        Node::Multiply(a, b) => at(a) * at(b),
        Node::Divide(a, b) => at(a) / at(b),
        Node::Negate(a) => -at(a),
        Node::Power(a, b) => match b.integer() {
            Some(n) => (1..n).fold(at(a), |power, _| power * at(a)),
            None => (at(a).ln() * at(b)).exp(),
        },
        Node::Apply(primitive, a) => complex_primitive(*primitive, &at(a)),
        _ => Complex::with_val(BITS, evaluate(f, &Ball::zero(BITS)).mid()),
    }
}

fn is_inside(value: &Complex, rectangle: Rectangle) -> bool {
    let slack = Complex::with_val(BITS, value).abs().real().clone() * 1e-40 + 1e-45;
    let within = |part: &Float, side: Interval| {
        let (above, below) = (Float::with_val(BITS, part + &slack), Float::with_val(BITS, part - &slack));
        above >= side.low && below <= side.high
    };
    within(value.real(), rectangle.re) && within(value.imag(), rectangle.im)
}

/// The rectangle with this corner and these widths, and nine of its points.
fn rectangle_and_points(corner: (f64, f64), widths: (f64, f64)) -> (Rectangle, Vec<Complex>) {
    let (right, top) = (corner.0 + widths.0, corner.1 + widths.1);
    let rectangle = Rectangle::new(Interval::new(corner.0, right), Interval::new(corner.1, top));
    let between = |low: f64, high: f64, part: u32| Float::with_val(BITS, low) + (Float::with_val(BITS, high) - low) * part / 2u32;
    let points = (0..9u32).map(|k| Complex::with_val(BITS, (between(corner.0, right, k / 3), between(corner.1, top, k % 3))));
    (rectangle, points.collect())
}

fn check_enclosure(f: &Function, rectangle: Rectangle, points: &[Complex]) -> Result<bool, TestCaseError> {
    let analytic = Analytic::new(f);
    let (Some(value), Some(ln_sup)) = (analytic.value(rectangle), analytic.ln_sup(rectangle)) else { return Ok(false) };
    // none where f may vanish
    let ln_inf = Analytic::new(&(rational(1, 1) / f.clone())).ln_sup(rectangle).map_or(f64::NEG_INFINITY, |ln| -ln);
    for point in points {
        let truth = complex_value(f, point);
        if !truth.real().is_finite() || !truth.imag().is_finite() {
            continue;
        }
        prop_assert!(is_inside(&truth, value), "{f:?} at {point}: {truth} outside {value:?}");
        let ln = Complex::with_val(BITS, &truth).abs().real().clone().ln();
        let slack = 1e-30 + ln_sup.abs() * 1e-30;
        prop_assert!(ln <= Float::with_val(BITS, ln_sup) + slack, "{f:?} at {point}: ln|f| = {ln} above {ln_sup}");
        prop_assert!(ln >= Float::with_val(BITS, ln_inf) - slack, "{f:?} at {point}: ln|f| = {ln} below {ln_inf}");
    }
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rectangles_contain_the_values_of_every_primitive(
        row in 0..CATALOGUE.len(), re in -5.0..5.0f64, im in -3.0..3.0f64, narrow in 0..30i32, flat in 0..30i32,
    ) {
        let (rectangle, points) = rectangle_and_points((re, im), (2f64.powi(1 - narrow), 2f64.powi(1 - flat)));
        check_enclosure(&x().apply(CATALOGUE[row].primitive), rectangle, &points)?;
    }

    #[test]
    fn rectangles_contain_the_values_of_random_trees(f in tree(true), re in -3.0..3.0f64, im in -1.0..1.0f64, narrow in 2..20i32) {
        let (rectangle, points) = rectangle_and_points((re, im), (2f64.powi(-narrow), 2f64.powi(-narrow)));
        check_enclosure(&f, rectangle, &points)?;
    }

    #[test]
    fn doubles_agree_with_balls(f in tree(false), at in -4.0..4.0f64) {
        let mut value = [at];
        Program::new(&f).apply(&mut value);
        let ball = evaluate(&f, &Ball::double(at, BITS));
        if ball.is_finite() && ball.to_f64().abs() < 1e100 {
            // a double near `at` whose image is the double result: backward error of a few units through a tree of depth 4
            let near = evaluate(&f, &Ball::double(at, BITS).widened(resolvent::number::Magnitude::from_f64(1e-12)));
            let slack = 1e-9 * (1.0 + ball.to_f64().abs());
            prop_assume!(near.is_finite() && near.radius().to_f64() < slack);
            prop_assert!((value[0] - ball.to_f64()).abs() <= slack, "{f:?} at {at}: {} and {}", value[0], ball.to_f64());
        }
    }

    #[test]
    fn derivatives_are_limits_of_differences(f in tree(false), at in -3.0..3.0f64) {
        let step = Ball::integer(1, 400).shifted(-60);
        let x = Ball::double(at, 400);
        let (right, left) = (evaluate(&f, &(&x + &step)), evaluate(&f, &(&x - &step)));
        let slope = evaluate(&derivative(&f), &x);
        let third = evaluate(&derivative(&derivative(&derivative(&f))), &x.widened(resolvent::number::Magnitude::power_of_two(-59)));
        prop_assume!(slope.is_finite() && third.is_finite() && (&right - &left).is_finite());
        let quotient = &(&right - &left) * &Ball::integer(1, 400).shifted(59);
        let bound = third.magnitude().times(resolvent::number::Magnitude::power_of_two(-120));
        prop_assert!(slope.widened(bound).overlaps(&quotient), "{f:?} at {at}: {} and {}", slope.to_f64(), quotient.to_f64());
    }

    #[test]
    fn parity_is_never_claimed_wrongly(f in tree(false), at in 0.01..4.0f64) {
        let (here, there) = (evaluate(&f, &Ball::double(at, BITS)), evaluate(&f, &Ball::double(-at, BITS)));
        match parity(&f) {
            Parity::Even => prop_assert!(here.overlaps(&there), "{f:?} at {at}"),
            Parity::Odd => prop_assert!(here.overlaps(&-there), "{f:?} at {at}"),
            Parity::Neither => {}
        }
    }
}

/// Odd functions: odd primitives, and choices, clips and differences of mirror images written in many ways.
fn odd() -> impl Strategy<Value = Function> {
    let leaf = prop_oneof![Just(x()), Just(x().powi(3)), Just(x() / rational(3, 1)), Just(-x()), Just(x().apply(Primitive::Sin))];
    let recursive = leaf.prop_recursive(3, 12, 2, |inner| {
        let odd_primitive = prop::sample::select(vec![Primitive::Tanh, Primitive::Atan, Primitive::Erf, Primitive::Sin]);
        prop_oneof![
            2 => (odd_primitive, inner.clone()).prop_map(|(primitive, a)| a.apply(primitive)),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| a - b),
            4 => (inner.clone(), 1..9i32, 0..7usize).prop_map(|(a, c, way)| clipped(&a, &rational(c, 4), way)),
            4 => (inner, any_shape()).prop_map(|(a, shape)| shape.substitute(&a) - shape.substitute(&-a)),
        ]
    });
    recursive.prop_filter("not constant", |f| !f.is_constant())
}

/// The clip of u to [−c, c].
fn clipped(u: &Function, c: &Function, way: usize) -> Function {
    let (high, low) = (c.clone(), -c.clone());
    let zero = rational(0, 1);
    match way {
        0 => low.max(&high.min(u)),
        1 => u.max(&low).min(&high),
        2 => -(-high.clone()).max(&(-u.clone()).min(&high)),
        3 => (u.clone() + high.clone()).max(&zero).min(&(rational(2, 1) * high.clone())) - high,
        4 => ((u.clone() + high.clone()).apply(Primitive::Abs) - (u.clone() - high).apply(Primitive::Abs)) / rational(2, 1),
        5 => {
            let condition = |difference, relation| Condition { difference, relation };
            let arms = vec![
                (condition(u.clone() - high.clone(), Relation::Greater), high),
                (condition(u.clone() - low.clone(), Relation::Less), low),
            ];
            Function::piecewise(arms, u.clone())
        }
        _ => u.max(&low) + u.min(&high) - u.clone(),
    }
}

/// Functions without a parity of their own.
fn any_shape() -> impl Strategy<Value = Function> {
    let positive = |value: Function, otherwise: Function| {
        Function::piecewise(vec![(Condition { difference: x(), relation: Relation::Greater }, value)], otherwise)
    };
    prop::sample::select(vec![
        x().max(&rational(0, 1)),
        (x() - rational(1, 2)).max(&rational(0, 1)).min(&rational(3, 1)),
        positive(x(), x() / rational(7, 1)),
        positive(x(), x().apply(Primitive::Exp) - rational(1, 1)),
        (x() + rational(1, 1)).apply(Primitive::Abs),
        x().apply(Primitive::Sigmoid),
        x() * x().apply(Primitive::Sigmoid),
        x().apply(Primitive::Softplus),
        x().apply(Primitive::NormalCdf),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parity_is_seen_however_it_is_written(f in odd(), even in prop::sample::select(vec![Primitive::Cos, Primitive::Cosh, Primitive::Abs])) {
        prop_assert_eq!(parity(&f), Parity::Odd, "{}", f);
        let square = (rational(1, 1) + f.powi(2)).apply(Primitive::Log);
        for g in [f.apply(even), square, f.max(&-f.clone()), x() * f.clone()] {
            prop_assert_eq!(parity(&g), Parity::Even, "{}", g);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(12), failure_persistence: None, ..ProptestConfig::default() })]

    /// Strict and weak conditions differ where what they compare is constant.
    #[test]
    fn nearly_mirrored_choices_are_not_confused(
        u in prop::sample::select(switches()), v in prop::sample::select(switches()),
        left in relation(), right in relation(), plus in any::<bool>(), at in 0.01..4.0f64,
    ) {
        let choice = |relation, image: &Function| {
            let condition = Condition { difference: u.substitute(image), relation };
            Function::piecewise(vec![(condition, v.substitute(image))], rational(1, 1))
        };
        let (here, there) = (choice(left, &x()), choice(right, &-x()));
        let f = if plus { here + there } else { here - there };
        let (right, left) = (evaluate(&f, &Ball::double(at, BITS)), evaluate(&f, &Ball::double(-at, BITS)));
        match parity(&f) {
            Parity::Even => prop_assert!(right.overlaps(&left), "{} at {}", f, at),
            Parity::Odd => prop_assert!(right.overlaps(&-left), "{} at {}", f, at),
            Parity::Neither => {}
        }
    }
}

fn switches() -> Vec<Function> {
    let relu = x().max(&rational(0, 1));
    vec![
        x(),
        -x(),
        relu.clone(),
        -relu,
        x().max(&rational(-1, 1)).min(&rational(1, 1)) - rational(1, 1),
        x().apply(Primitive::Step),
        x().apply(Primitive::Sign),
        x().powi(2) - rational(1, 1),
        x().apply(Primitive::Abs) - x(),
        rational(2, 1) - x().apply(Primitive::Exp),
    ]
}

fn relation() -> impl Strategy<Value = Relation> {
    use Relation::{Equal, Greater, GreaterEqual, Less, LessEqual};
    prop::sample::select(vec![Less, LessEqual, Greater, GreaterEqual, Equal])
}

#[test]
fn small_rectangles_near_the_real_line_are_shown_analytic() {
    for row in &CATALOGUE {
        let analytic = Analytic::new(&x().apply(row.primitive));
        let (rectangle, _) = rectangle_and_points((0.4, 0.1), (0.01, 0.01));
        let value = analytic.value(rectangle).unwrap_or_else(|| panic!("{} not shown analytic", row.name));
        let width = (value.re.high - value.re.low).max(value.im.high - value.im.low);
        assert!(width < 0.15, "{}: {width}", row.name);
    }
}

#[test]
fn poles_and_cuts_are_not_passed() {
    let cases = [
        (x().apply(Primitive::Tanh), 0.0, 1.57),
        (x().apply(Primitive::Sigmoid), 0.0, std::f64::consts::PI),
        (x().apply(Primitive::Softplus), 0.0, std::f64::consts::PI),
        (x().apply(Primitive::Softplus), 0.0, std::f64::consts::TAU),
        (x().apply(Primitive::Atan), 0.0, 1.2),
        (x().apply(Primitive::Log), -1.0, 0.0),
        (x().apply(Primitive::Sqrt), -1.0, 0.0),
        (x().apply(Primitive::Asin), 1.5, 0.0),
        (x().apply(Primitive::Tan), 1.57, 0.0),
        (rational(1, 1) / x(), 0.0, 0.0),
        ((rational(1, 1) + x().powi(2)).apply(Primitive::Sqrt), 0.0, 1.5),
    ];
    for (f, re, im) in cases {
        let (rectangle, _) = rectangle_and_points((re - 0.01, im - 0.01), (0.02, 0.02));
        assert!(Analytic::new(&f).value(rectangle).is_none(), "{f:?}");
    }
}

#[test]
fn logarithms_survive_overflow() {
    let f = (x().powi(2) / rational(5, 1)).apply(Primitive::Exp);
    let (rectangle, _) = rectangle_and_points((64.0, 0.0), (0.01, 0.01));
    let bound = Analytic::new(&f).ln_sup(rectangle).expect("entire");
    assert!((819.2..820.0).contains(&bound), "{bound}");
    let balanced = f.clone() * (-x().powi(2)).apply(Primitive::Exp);
    let bound = Analytic::new(&balanced).ln_sup(rectangle).expect("entire");
    assert!((-3277.0..-3270.0).contains(&bound), "{bound}");
}
