//! Zeros, ends and gaps that are close together, from 10⁻⁵ to 10⁻⁴⁰⁰: places are ordered by proof, a jump is seen however small
//! it is, and what is not decided is said. Values come from erfc, log and Γ of MPFR at known points, not from any quadrature.

use resolvent::activation::lower::read;
use resolvent::gaussian::{Data, GaussianError, Moment};
use resolvent::number::{Ball, Job};
use resolvent::session::{Session, Settings, json};
use rug::float::Constant;
use rug::ops::Pow;
use rug::{Float, Integer, Rational};
use serde_json::Value;

/// Precision of the expected values: 400 digits cancel and as many are left.
const BITS: u32 = 3000;

fn float(value: impl Into<Rational>) -> Float {
    Float::with_val(BITS, &value.into())
}

/// 10^−k.
fn tenth(k: u32) -> Rational {
    Rational::from((1, Integer::from(10).pow(k)))
}

/// P(Z > x).
fn above(x: &Float) -> Float {
    (x.clone() / Float::with_val(BITS, 2).sqrt()).erfc() / 2
}

/// P(a < Z < b), from the tail that cancels least.
fn between(a: &Float, b: &Float) -> Float {
    if *a > 0 { above(a) - above(b) } else { above(&-b.clone()) - above(&-a.clone()) }
}

fn data(text: &str) -> Data {
    let f = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Data::new(&f, &Rational::from(1), &Job::unwatched()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn mean(text: &str, bits: u32) -> Ball {
    let found = data(text).hermite(0, bits, &Job::unwatched()).unwrap_or_else(|error| panic!("{text}: {error}"));
    found[0].ball.clone()
}

fn finite(text: &str, moment: Result<Moment, GaussianError>) -> Ball {
    match moment {
        Ok(Moment::Finite(quantity)) => quantity.ball,
        Ok(Moment::Infinite) => panic!("{text}: infinite"),
        Err(error) => panic!("{text}: {error}"),
    }
}

fn second(text: &str, bits: u32) -> Ball {
    finite(text, data(text).second_moment(bits, &Job::unwatched()))
}

fn energy(text: &str, bits: u32) -> Result<Moment, GaussianError> {
    data(text).derivative_energy(bits, &Job::unwatched())
}

/// The ball holds the number, to that many bits of the number itself.
fn assert_holds(text: &str, ball: &Ball, expected: &Float, relative: f64) {
    assert!(ball.contains(&expected.to_rational().unwrap()), "{text}: {ball:?} against {}", expected.to_f64());
    assert!(ball.relative_bits() > relative, "{text}: only {} bits of {}", ball.relative_bits(), expected.to_f64());
}

/// A rounding of the expected value must not decide.
fn assert_near(text: &str, ball: &Ball, expected: &Float, relative: f64) {
    let slack = resolvent::number::Magnitude::of(expected).shifted(-400);
    assert_holds(text, &ball.widened(slack), expected, relative);
}

/// ∫_a^∞ x^(s−1) e^(−x²/2) dx for small a and s no even integer ≤ 0: the whole, 2^(s/2−1) Γ(s/2), less the series below a.
fn upper_power(s: &Rational, a: &Float) -> Float {
    let half = float(Rational::from(s / 2u32));
    let whole = Float::with_val(BITS, 2).pow(&(half.clone() - 1u32)) * half.gamma();
    let mut sum = Float::with_val(BITS, 0);
    let mut factor = Rational::from(1);
    for j in 0..40u32 {
        let exponent = Rational::from(s + 2 * j);
        sum += a.clone().pow(&float(exponent.clone())) * float(Rational::from(&factor / &exponent));
        factor *= Rational::from((-1, 2 * (j + 1)));
    }
    whole - sum
}

/// √(2π).
fn root_two_pi() -> Float {
    (Float::with_val(BITS, Constant::Pi) * 2u32).sqrt()
}

fn json_of(source: &str) -> Value {
    let settings = Settings::default();
    let answer = Session::new(settings).last(source);
    let answer = answer.unwrap_or_else(|failure| panic!("{source}: {}", failure.diagnostic().message));
    json::answer(source, &answer)
}

fn warned(answer: &Value, name: &str) -> bool {
    answer["warnings"].as_array().is_some_and(|list| list.iter().any(|text| text.as_str().is_some_and(|t| t.starts_with(name))))
}

/// min(|x|^−p, M) = M within a = M^(−1/p): both parts are known.
#[test]
fn powers_that_are_cut_next_to_their_pole() {
    for (p, m) in [((9, 10), 12), ((9, 10), 300), ((1, 2), 60), ((1, 3), 20)] {
        let p = Rational::from(p);
        let (text, cap) = (format!("min(abs(x)^(-{p}), 10^{m})"), float(Integer::from(10).pow(m)));
        let a = cap.clone().pow(&-float(p.clone().recip()));
        let inner = between(&-a.clone(), &a);
        let moment = |k: u32| {
            let s = 1 - Rational::from(&p * k);
            inner.clone() * cap.clone().pow(k) + upper_power(&s, &a) * 2u32 / root_two_pi()
        };
        assert_near(&text, &mean(&text, 100), &moment(1), 60.0);
        if m < 100 && p != Rational::from((1, 2)) {
            assert_near(&text, &second(&text, 100), &moment(2), 60.0);
        }
    }
}

/// E 1/(4|Z|) over |Z| > a is E₁(a²/2)/(4√(2π)), E₁(z) = −γ − ln z − Σ (−z)^j/(j j!).
#[test]
fn a_root_that_is_cut_next_to_its_end() {
    for m in [7, 40, 180] {
        let text = format!("max(sqrt(abs(x)), 10^(-{m}))");
        let a = float(tenth(2 * m));
        let z = a.clone().square() / 2u32;
        let first = -Float::with_val(BITS, Constant::Euler) - z.clone().ln() + z;
        let expected = first / 4u32 / root_two_pi();
        assert_near(&text, &finite(&text, energy(&text, 80)), &expected, 50.0);
        let kinks = data(&text).kinks(200).unwrap();
        assert_eq!(kinks.len(), 2, "{text}");
        assert_near(&text, &data(&text).kinks(4 * 2 * m + 200).unwrap()[1].ball, &a, 50.0);
    }
}

/// P(|Z| < e^−31), and P(0 < Z < atanh 10^−14) = P(1/tanh Z > 10^14).
#[test]
fn switches_that_are_singular_where_they_switch() {
    let a = (-float(31)).exp();
    assert_near("log", &mean("step(-log(abs(x))-31)", 160), &between(&-a.clone(), &a), 50.0);
    let a = float(tenth(14)).atanh();
    assert_near("tanh", &mean("step(1/tanh(x)-10^14)", 160), &between(&float(0), &a), 50.0);
    let bounded = json_of("gaussian(min(1/abs(tanh(x)), 10^14)).second_moment");
    assert!(bounded["value"].as_f64().is_some_and(|value| value > 1e13 && value < 1e15), "{bounded}");
    // at σ = 10⁹, |x| < e^−10 means |Z| < 4.5·10⁻¹⁴
    let answer = json_of("gaussian(max(log(abs(x)), -10), sigma = 10^9)");
    assert_eq!(answer["value"]["kinks"].as_array().map(Vec::len), Some(2), "{answer}");
}

/// Means of two switches whose zeros are closer than doubles tell, from P(Z < …) at the two zeros.
#[test]
fn zeros_of_two_switches_are_ordered() {
    let third = |p: i32, q: i32, e: u32, m: i32| Rational::from((p, q)) + tenth(e) * m;
    // tanh x = −1/5 and tanh x = −1/5 − 3·10⁻¹⁴
    let [a, b] = [third(-1, 5, 14, 0), third(-1, 5, 14, -3)].map(|level| float(level).atanh());
    let expected = (above(&a) + above(&b) - 1u32) * 2u32;
    assert_near("sum", &mean("sign((300+tanh(x))-299.8)+sign(tanh(x)+0.2+3*10^-14)", 120), &expected, 90.0);
    let gap = between(&b, &a) * 4u32;
    assert_near("difference", &second("sign((300+tanh(x))-299.8)-sign(tanh(x)+0.2+3*10^-14)", 160), &gap, 80.0);
    // tanh x = 1/2, and seventeen digits of that place
    let place = Rational::from_str_radix("54930614433405485/100000000000000000", 10).unwrap();
    let expected = above(&float((1, 2)).atanh()) + above(&float(place));
    assert_near("step", &mean("step(tanh(x)-1/2)+step(x-0.54930614433405485)", 130), &expected, 100.0);
}

/// A jump is one however small it is, wherever it is; arms that meet make none.
#[test]
fn small_and_distant_jumps_are_seen() {
    for text in [
        "tanh(x)+(if x>sqrt(2) then exp(-1000) else 0)",
        "tanh(x)+(if x>sqrt(2) then 10^-400 else 0)",
        "sign((tanh(x)-1/2)^2-10^-300)",
        "if sin(x)>0 then sin(x)+max(abs(x)-41,0) else 0",
        "sign(cos(x/30))",
        "sign(sin(x/30))",
    ] {
        assert!(matches!(energy(text, 64), Ok(Moment::Infinite)), "{text}: {:?}", energy(text, 64));
    }
    for text in ["if sin(x)>0 then sin(x) else 0", "if x>sqrt(2) then x^2-2 else 0", "abs(1-cos(x))", "relu(cos(x/30))"] {
        finite(text, energy(text, 64));
        assert_eq!(data(text).doubt(), None, "{text}");
    }
    assert_eq!(data("sign((tanh(x)-1/2)^2-10^-300)").kinks(100).unwrap().len(), 2);
    assert_eq!(data("sign((tanh(x)-1/2)^2+10^-300)").kinks(100).unwrap().len(), 0);
}

/// What is not decided is undefined or a warning, and takes nothing else with it.
#[test]
fn what_is_not_decided_is_said() {
    // the Fourier series of a square wave, sign(sin x) = 4/π Σ sin(jx)/j over odd j, times sin 2x
    let unseen = json_of("gaussian(sin(2*x)*sign(sin(x)))");
    let wave = |k: f64| (-0.5 * k * k).exp();
    let sum: f64 = (0..8).map(|k| f64::from(2 * k + 1)).map(|j| (wave(j - 2.0) - wave(j + 2.0)) / j).sum();
    let expected = 2.0 * sum / std::f64::consts::PI;
    assert!(unseen["value"]["mean"].as_f64().is_some_and(|mean| (mean - expected).abs() < 1e-14), "{unseen}");
    assert!(unseen["value"]["derivative_energy"].is_null() && warned(&unseen, "undefined: derivative_energy"), "{unseen}");
    let far = json_of("gaussian(sign(cos(x/30)))");
    assert_eq!(far["value"]["derivative_energy"], "inf", "{far}");
    for (text, kinks) in [("relu(cos(x/30))", 0), ("sign(sin(x/30))", 1)] {
        let answer = json_of(&format!("gaussian({text})"));
        assert_eq!(answer["value"]["kinks"].as_array().map(Vec::len), Some(kinks), "{answer}");
        assert!(warned(&answer, "kinks_beyond"), "{answer}");
    }
    assert!(!warned(&json_of("gaussian(max(x, tanh(2*x)))"), "kinks_beyond"));
    // 10⁻²⁰⁰⁰ is below what is told from 0 here
    let small = json_of("gaussian(tanh(x)+(if x>sqrt(2) then 10^-2000*exp(x) else 0))");
    assert!(warned(&small, "counted_as_zero"), "{small}");
}

/// Poles of rational functions that are cut 10^−k beside them, at rational and at algebraic places.
#[test]
fn poles_of_rational_functions_are_cut_next_to_them() {
    let third = |k: u32| [-1, 1].map(|sign| float(Rational::from((1, 3)) + sign * tenth(k)));
    let roots = |k: u32| [-1, 1].map(|sign| float(Rational::from(2) + sign * tenth(k)).sqrt());
    for (text, [low, high], copies) in [
        ("step(1/abs(x - 1/3) - 10^54)", third(54), 1),
        ("step(1/(x - 1/3)^2 - 10^60)", third(30), 1),
        ("step(1/abs(x^2 - 2) - 10^40)", roots(40), 2),
    ] {
        assert_near(text, &mean(text, 400), &(between(&low, &high) * copies), 50.0);
        assert_eq!(data(text).doubt(), None, "{text}");
    }
    // E min(1/|Z|, 10^k) = 2∫ φ(x)/x from 10^−k on, and the cut: √(2/π) (k ln 10 + (ln 2 − γ)/2 + 1) but for O(10^−2k)
    let text = "min(1/abs(x), 10^30)";
    let gamma = Float::with_val(BITS, Constant::Euler);
    let expected = (float(10).ln() * 30u32 + (float(2).ln() - gamma) / 2u32 + 1u32)
        * Float::with_val(BITS, float(2) / Float::with_val(BITS, Constant::Pi)).sqrt();
    let off = Float::with_val(100, mean(text, 100).mid() - expected).abs();
    assert!(off < 1e-28, "{text}: off by {off}");
    assert_eq!(data(text).doubt(), None, "{text}");
}

/// A linear congruential generator: the same cases each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(bound)) as u32
    }

    fn rational(&mut self) -> Rational {
        Rational::from((1 + self.below(60), 61 + self.below(40)))
    }
}

/// A rising switch function with its zero.
fn switch(random: &mut Random) -> (String, Float) {
    let level = random.rational();
    match random.below(5) {
        0 => (format!("tanh(x) - {level}"), float(level).atanh()),
        1 => (format!("(300 + tanh(x)) - {}", Rational::from(&level + 300u32)), float(level).atanh()),
        2 => (format!("exp(x) - {level}"), float(level).ln()),
        3 => (format!("x^3 - {level}"), float(level).cbrt()),
        _ => (format!("atan(x) - {level}"), float(level).tan()),
    }
}

/// A rational within m·10^−k of the number, and not equal to it.
fn close(value: &Float, k: u32, random: &mut Random) -> Rational {
    let scaled = Float::with_val(BITS, value * Integer::from(10).pow(k)).round();
    let m = Integer::from(random.below(9)) - 4;
    Rational::from((scaled.to_integer().unwrap() + m, Integer::from(10).pow(k)))
}

/// One pair: the two orders of the zeros, told by the sign of a mean.
fn attack_zeros(k: u32, random: &mut Random) {
    let (a, place) = switch(random);
    let near = close(&place, k, random);
    let text = format!("sign({a}) - sign(x - {near})");
    let near = float(near);
    let gap = if near > place { between(&place, &near) } else { -between(&near, &place) };
    let bits = 80 + 4 * k;
    assert_near(&text, &mean(&text, bits), &(gap.clone() * 2u32), 50.0);
    assert_near(&text, &second(&text, bits), &(gap.abs() * 4u32), 50.0);
    assert_eq!(data(&text).kinks(bits).unwrap().len(), 2, "{text}");
}

/// A switch that is singular at c and switches at the distance 10^−k from it.
fn attack_ends(k: u32, random: &mut Random) {
    let (name, c) = match random.below(4) {
        0 => ("0".to_owned(), float(0)),
        1 => ("sqrt(2)".to_owned(), float(2).sqrt()),
        2 => ("exp(-1)".to_owned(), (-float(1)).exp()),
        _ => {
            let c = random.rational();
            (c.to_string(), float(c))
        }
    };
    let text = match random.below(3) {
        0 => format!("step(-log(abs(x - {name})) - {k}*log(10))"),
        1 => format!("step(1/abs(x - {name}) - 10^{k})"),
        _ => format!("step(10^-{k} - sqrt(abs(x - {name}))^2)"),
    };
    let distance = float(tenth(k));
    let expected = between(&(c.clone() - &distance), &(c + &distance));
    assert_near(&text, &mean(&text, 80 + 4 * k), &expected, 50.0);
    assert!(matches!(energy(&text, 64), Ok(Moment::Infinite)), "{text}");
}

/// Constants beyond the range of doubles next to places that are no rational numbers; and beside a power of the distance, which they do not keep
/// from being continuous: 10^600 (3/4)² E |Z|^(−1/2), E |Z|^(−1/2) = 2^(−1/4) Γ(1/4)/√π.
#[test]
fn constants_beyond_doubles() {
    for k in [305, 312, 400] {
        for (name, c) in [("sqrt(2)", float(2).sqrt()), ("exp(-1)", (-float(1)).exp()), ("1/3", float((1, 3)))] {
            let distance = float(tenth(k));
            let expected = between(&(c.clone() - &distance), &(c + &distance));
            let text = format!("step(1/abs(x - {name}) - 10^{k})");
            assert_near(&text, &mean(&text, 80 + 4 * k), &expected, 50.0);
        }
    }
    let root = float(Rational::from((1, 4))).gamma() / float(2).sqrt().sqrt() / Float::with_val(BITS, Constant::Pi).sqrt();
    let expected = root * float(Rational::from((9, 16))) * float(Rational::from(Integer::from(10).pow(600)));
    let text = "10^300*abs(x)^(3/4)";
    assert_near(text, &finite(text, energy(text, 64)), &expected, 10.0);
}

/// A jump of 10^−k, two zeros 10^−k/2 from a touching point, and none.
fn attack_gaps(k: u32, random: &mut Random) {
    let (a, _) = switch(random);
    let jump = format!("tanh(x) + (if {a} > 0 then 10^-{k} else 0)");
    assert!(matches!(energy(&jump, 64), Ok(Moment::Infinite)), "{jump}");
    let meets = format!("tanh(x) + (if {a} > 0 then 10^-{k}*({a}) else 0)");
    assert!(matches!(energy(&meets, 64), Ok(Moment::Finite(_))), "{meets}");
    for (sign, kinks) in [("-", 2), ("+", 0)] {
        let text = format!("sign(({a})^2 {sign} 10^-{k})");
        assert_eq!(data(&text).kinks(64).unwrap().len(), kinks, "{text}");
        assert_eq!(data(&text).doubt(), None, "{text}");
    }
}

/// Pairs of close places of all kinds; with RESOLVENT_LONG set forty times as many.
#[test]
fn a_standing_attack_on_close_places() {
    let rounds = if std::env::var_os("RESOLVENT_LONG").is_some() { 400 } else { 10 };
    let mut random = Random(20);
    for round in 0..rounds {
        // gaps of every size in turn, the least in one of ten
        let most = [12, 20, 40, 80, 16, 30, 60, 120, 20, 400][round % 10];
        let k = 5 + random.below(most - 4);
        attack_zeros(k, &mut random);
        attack_ends(k, &mut random);
        attack_gaps(k, &mut random);
    }
}
