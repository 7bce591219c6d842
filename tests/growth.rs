//! Growth at infinity: the envelopes hold on rectangles far out, β is exact where it decides, and the hard functions below are
//! bounded or refused as they must be.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use resolvent::activation::lower::read;
use resolvent::activation::{Analytic, Condition, Function, Primitive, Range, Relation};
use resolvent::gaussian::growth::{Side, growth, growth_within, settled};
use resolvent::number::{Interval, Rectangle};
use rug::Rational;

fn x() -> Function {
    Function::x()
}

fn rational(numerator: i32, denominator: i32) -> Function {
    Function::rational(Rational::from((numerator, denominator)))
}

/// Narrow rectangles beyond the start of an envelope, at several heights of the strip.
fn far_out(side: Side, from: f64, height: f64) -> Vec<Rectangle> {
    let mut rectangles = Vec::new();
    for factor in [1.0, 1.3, 2.0, 5.0] {
        for part in [0.0, 0.37, 1.0] {
            let near = from.max(1.0) * factor + 1e-9;
            let (a, b) = (near, near + 1e-9);
            let re = if side == Side::Right { Interval::new(a, b) } else { Interval::new(-b, -a) };
            let y = height * part;
            rectangles.push(Rectangle::new(re, Interval::new(y, (y + 1e-9).min(height))));
        }
    }
    rectangles
}

/// Checks that nowhere far out ln|f| is certainly above the envelope.
fn check_envelope(f: &Function, height: f64) -> Result<(), TestCaseError> {
    let inverse = Analytic::new(&(rational(1, 1) / f.clone()));
    for side in [Side::Left, Side::Right] {
        let near = if height == 0.0 { growth_within(f, side, 40.0).ok() } else { None };
        let bounds = growth(f, side, height).into_iter().chain(near).map(|bounds| bounds.upper.envelope());
        for envelope in bounds.filter(|envelope| envelope.from.is_finite() && envelope.from < 1e6) {
            for rectangle in far_out(side, envelope.from, height) {
                let Some(least) = inverse.ln_sup(rectangle).map(|ln| -ln) else { continue };
                let r = rectangle.re.magnitude();
                let bound = envelope.a + envelope.p * r.ln() + envelope.alpha * r + envelope.beta * r * r;
                let slack = 1e-6 * (1.0 + bound.abs());
                prop_assert!(least <= bound + slack, "{f} on {rectangle:?}: ln|f| ≥ {least}, envelope {bound} {envelope:?}");
            }
        }
    }
    Ok(())
}

fn beta(f: &Function) -> [Option<Rational>; 2] {
    [Side::Left, Side::Right].map(|side| growth(f, side, 0.0).ok().map(|bounds| bounds.upper.beta))
}

fn gaussian_bump(numerator: i32, denominator: i32) -> Function {
    (rational(numerator, denominator) * x().powi(2)).apply(Primitive::Exp)
}

#[test]
fn beta_is_exact_where_it_decides() {
    for (numerator, denominator) in [(1, 5), (1, 4), (1, 2), (-1, 1), (249_999, 1_000_000)] {
        let expected = Some(Rational::from((numerator, denominator)));
        assert_eq!(beta(&gaussian_bump(numerator, denominator)), [expected.clone(), expected]);
    }
    let product = gaussian_bump(1, 8) * gaussian_bump(1, 8) * x().apply(Primitive::Cosh);
    assert_eq!(beta(&product), [Some(Rational::from((1, 4))), Some(Rational::from((1, 4)))]);
    let shifted = (x().powi(2) / rational(4, 1) + rational(100, 1) * x()).apply(Primitive::Exp);
    assert_eq!(beta(&shifted)[1], Some(Rational::from((1, 4))));
}

#[test]
fn functions_that_grow_too_fast_are_refused() {
    let cubic = (x().powi(3) / rational(100, 1)).apply(Primitive::Exp);
    let twice = (x() / rational(2, 1)).apply(Primitive::Sinh).apply(Primitive::Sinh);
    for f in [cubic, twice] {
        assert!(growth(&f, Side::Right, 0.0).is_err(), "{f}");
    }
}

#[test]
fn moderate_functions_have_no_quadratic_rate() {
    let relu = x().max(&rational(0, 1));
    let gelu = x() * x().apply(Primitive::NormalCdf);
    let mish = x() * x().apply(Primitive::Softplus).apply(Primitive::Tanh);
    let peak = rational(1, 1) / (rational(1, 1_000_000) + x().powi(2));
    let log = x().apply(Primitive::Abs).apply(Primitive::Log);
    let difference = x();
    let exp = x().apply(Primitive::Exp) - rational(1, 1);
    let elu = Function::piecewise(vec![(Condition { difference, relation: Relation::Greater }, x())], exp);
    let wave = (rational(100, 1) * x()).apply(Primitive::Sin).powi(2);
    for f in [relu, gelu, mish, peak, log, elu, wave] {
        let rates = beta(&f);
        assert!(rates.iter().all(|rate| rate.as_ref().is_some_and(|rate| *rate <= 0)), "{f}: {rates:?}");
    }
}

fn tree() -> impl Strategy<Value = Function> {
    use Primitive::{Abs, Atan, Cos, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sin, Sinh, Softplus, Sqrt, Tanh};
    let shifted = prop::sample::select(vec![-300, -50, 50, 300]).prop_map(|shift| x() + rational(shift, 1));
    let leaf = prop_oneof![3 => Just(x()), 1 => shifted, 2 => (-9..10i32, 1..5i32).prop_map(|(p, q)| rational(p, q))];
    leaf.prop_recursive(4, 14, 2, |inner| {
        let list = vec![Abs, Atan, Cos, Cosh, Erf, Erfc, Exp, Exp, Log, NormalCdf, Sigmoid, Sin, Sinh, Softplus, Sqrt, Tanh];
        let primitive = prop::sample::select(list);
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            3 => (primitive, inner.clone()).prop_map(|(primitive, a)| a.apply(primitive)),
            1 => pair.clone().prop_map(|(a, b)| a + b),
            1 => pair.clone().prop_map(|(a, b)| a - b),
            2 => pair.clone().prop_map(|(a, b)| a * b),
            2 => pair.clone().prop_map(|(a, b)| a / b),
            1 => pair.clone().prop_map(|(a, b)| a.max(&b)),
            1 => (inner.clone(), pair).prop_map(|(difference, (a, b))| {
                Function::piecewise(vec![(Condition { difference, relation: Relation::Greater }, a)], b)
            }),
            1 => (inner, -3..4i32).prop_map(|(a, n)| a.powi(n)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn envelopes_hold_on_the_real_line(f in tree()) {
        check_envelope(&f, 0.0)?;
    }

    /// Beyond the place from which no switch has a zero, max(u, 0) is u or 0 and stays so.
    #[test]
    fn settled_switches_keep_their_sign(u in tree()) {
        let Some(from) = settled(&u.max(&rational(0, 1))).filter(|from| *from < 1e6) else { return Ok(()) };
        let range = Range::of(&u);
        for side in [-1.0, 1.0] {
            let sign = |factor: f64| {
                let place = side * (from.max(1.0) * factor + 1e-9);
                let value = range.over(Interval::point(place));
                value.sign().filter(|_| value.is_finite())
            };
            let signs: Vec<_> = [1.0, 1.1, 1.7, 3.0, 10.0].into_iter().filter_map(sign).filter(|sign| sign.is_ne()).collect();
            prop_assert!(signs.windows(2).all(|pair| pair[0] == pair[1]), "{u} beyond {from}: {signs:?}");
        }
    }

    #[test]
    fn envelopes_hold_in_strips(f in tree(), height in 0.1..3.0f64) {
        check_envelope(&f, height)?;
    }
}

/// Where the structural rules give nothing, the values on a half line do: each of these is bounded on the real line.
#[test]
fn the_values_on_a_half_line_bound_what_the_rules_do_not() {
    for text in [
        "atan(elu(x))",
        "log(1 + clip(x, -1, 1)^2)",
        "log(1 + sin(x)^2)",
        "1/(1 + atan(cos(x))^2)",
        "exp(-softplus(x)^2/2)",
        "exp(-erf(max(5*x, 10*x + 1))^2)",
        "gelu(gelu(gelu(x)))/(1 + softplus(x)^2)",
    ] {
        let f = read(text).expect("a function");
        for side in [Side::Left, Side::Right] {
            assert!(growth(&f, side, 0.0).is_ok(), "{text}");
        }
        check_envelope(&f, 0.0).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}
