//! Duals E f(U) g(V) near |ρ| = 1: every rule against another one, against kernels in closed form, and against their laws.

use resolvent::activation::{Function, derivative, lower};
use resolvent::gaussian::{Biased, Data, GaussianError, Moment, Route, dual, dual_by};
use resolvent::number::{Ball, Job, bits_for_digits};
use rug::ops::Pow;
use rug::{Integer, Rational};

fn read(source: &str) -> Function {
    lower::read(source).expect("a function")
}

fn data(source: &str) -> Data {
    Data::new(&read(source), &Rational::from(1), &Job::unwatched()).expect("data")
}

fn rational(numerator: i64, denominator: i64) -> Rational {
    Rational::from((numerator, denominator))
}

/// ± (1 − 10^−n).
fn near_one(n: u32, sign: i32) -> Rational {
    let ten: Integer = Integer::from(10).pow(n);
    Rational::from((Integer::from(&ten - 1u32) * sign, ten))
}

/// E f(U) g(V) as the program chooses to compute it, ρ not being known to be rational.
fn value(f: &Data, g: &Data, rho: &Rational, bits: u32) -> Ball {
    let ball = Ball::rational(rho, bits + 80);
    dual(f, g, &ball, None, bits, &Job::unwatched()).unwrap_or_else(|error| panic!("rho = {rho}: {error}")).ball
}

fn by(route: Route, f: &Data, g: &Data, rho: &Rational, bits: u32) -> Ball {
    let found = dual_by(route, [f, g], rho, bits, &Job::unwatched()).expect("a value");
    found.unwrap_or_else(|| panic!("{route:?} is not certified at rho = {rho}"))
}

/// Both enclosures hold the same number, and both are as narrow as 10^−digits.
fn agree(a: &Ball, b: &Ball, digits: u32, what: &str) {
    assert!(a.overlaps(b), "{what}: {a:?} against {b:?}");
    let widest = a.radius().max(b.radius()).log2();
    assert!(widest < -f64::from(bits_for_digits(digits)), "{what}: only 2^{widest}");
}

fn close(a: &Ball, b: &Ball, log10: f64, what: &str) {
    let difference = (a - b).magnitude().log2() * std::f64::consts::LOG10_2;
    assert!(difference < log10, "{what}: {a:?} against {b:?}, 10^{difference}");
}

#[test]
fn series_lattice_and_cells_agree_to_forty_digits() {
    let bits = bits_for_digits(42);
    let pairs = [
        ("tanh(x)", "tanh(x)"),
        ("softplus(x)", "atan(2*x)"),
        ("1/(1+x^2)", "sigmoid(x)*x"),
        ("gelu(x)", "tanh(x - 1/3)"),
        ("exp(x/2)*sin(x)", "log(1+x^2)"),
    ];
    for (f, g) in pairs {
        let (f_data, g_data) = (data(f), data(g));
        for rho in [rational(1, 2), rational(-3, 5), rational(1, 3)] {
            let what = format!("dual({f}, {g}, {rho})");
            let series = by(Route::Series, &f_data, &g_data, &rho, bits);
            agree(&series, &by(Route::Lattice, &f_data, &g_data, &rho, bits), 40, &what);
        }
    }
    for (f, g, rho) in [("tanh(x)", "softplus(x)", rational(99, 100)), ("sigmoid(x)", "atan(x)", rational(-999, 1000))] {
        let (f_data, g_data) = (data(f), data(g));
        let [lattice, cells] = [Route::Lattice, Route::Cells].map(|route| by(route, &f_data, &g_data, &rho, 100));
        agree(&lattice, &cells, 25, &format!("dual({f}, {g}, {rho})"));
    }
}

#[test]
fn series_and_cells_agree_on_kinks() {
    for (f, g) in [("max(tanh(x), 0)", "max(tanh(x), 0)"), ("abs(tanh(x))", "step(x - 1/2)*atan(x)"), ("max(tanh(2*x), x)", "x")]
    {
        let (f_data, g_data) = (data(f), data(g));
        for rho in [rational(3, 5), rational(-7, 10)] {
            let [series, cells] = [Route::Series, Route::Cells].map(|route| by(route, &f_data, &g_data, &rho, 100));
            agree(&series, &cells, 25, &format!("dual({f}, {g}, {rho})"));
        }
    }
}

/// The kernel, given ρ as a ball.
type Kernel = fn(&Ball) -> Ball;

fn one(like: &Ball) -> Ball {
    Ball::integer(1, like.bits())
}

fn pi(like: &Ball) -> Ball {
    Ball::pi(like.bits())
}

/// √(1 − ρ²).
fn sine(rho: &Ball) -> Ball {
    (one(rho) - rho.square()).sqrt()
}

const SMOOTH: [(&str, Kernel); 5] = [
    ("sin(2*x)", |rho| (rho.shifted(2)).sinh() * Ball::integer(-4, rho.bits()).exp()),
    ("cos(x)", |rho| rho.cosh() * Ball::integer(-1, rho.bits()).exp()),
    ("exp(x/2)", |rho| (one(rho) + rho).shifted(-2).exp()),
    // (2/π) asin(2a²ρ/(1 + 2a²)) with a = 1
    ("erf(x)", |rho| (rho.shifted(1) / Ball::integer(3, rho.bits())).asin().shifted(1) / pi(rho)),
    ("Phi(x)", |rho| one(rho).shifted(-2) + rho.shifted(-1).asin() / pi(rho).shifted(1)),
];

const KINKED: [(&str, Kernel); 4] = [
    ("max(x, 0)", |rho| (sine(rho) + (pi(rho) - rho.acos()) * rho) / pi(rho).shifted(1)),
    ("abs(x)", |rho| (sine(rho) + rho * rho.asin()).shifted(1) / pi(rho)),
    ("sign(x)", |rho| rho.asin().shifted(1) / pi(rho)),
    ("step(x)", |rho| (pi(rho) - rho.acos()) / pi(rho).shifted(1)),
];

#[test]
fn kernels_in_closed_form() {
    let corners = [rational(99, 100), near_one(6, 1), near_one(12, -1), rational(-9, 10), rational(1, 5)];
    for (source, kernel) in SMOOTH {
        let f = data(source);
        for rho in &corners {
            let exact = kernel(&Ball::rational(rho, 300));
            agree(&exact, &by(Route::Lattice, &f, &f, rho, bits_for_digits(42)), 40, &format!("dual({source}, {rho})"));
        }
    }
    for (source, kernel) in KINKED {
        let f = data(source);
        for rho in &corners {
            let exact = kernel(&Ball::rational(rho, 300));
            agree(&exact, &by(Route::Cells, &f, &f, rho, 80), 20, &format!("dual({source}, {rho})"));
            agree(&exact, &value(&f, &f, rho, 80), 20, &format!("dual({source}, {rho})"));
        }
    }
}

/// Iterated integrals E f(U) E[g(ρU + √(1 − ρ²) W)] by Gauss–Legendre rules between kinks, in another program, cut at nine
/// standard deviations.
#[test]
fn values_of_an_iterated_integral() {
    let list = [
        ("tanh(x)", "gelu(x)", rational(999, 1000), "0.30254990204627833228"),
        ("max(tanh(x), 0)", "max(tanh(x), 0)", rational(97, 100), "0.19099265610147442749"),
        ("max(tanh(x), 0)", "tanh(relu(x))", rational(999, 1000), "0.19691985646148567607"),
        ("abs(tanh(x))", "abs(tanh(x))", rational(99, 100), "0.39025645699371177885"),
        ("tanh(x)", "relu(x)", near_one(5, -1), "-0.3028497262735314009"),
        ("softplus(x)", "softplus(x)", near_one(4, -1), "0.42126657117989488584"),
    ];
    for (f, g, rho, expected) in list {
        let expected = Ball::rational(&lower::read(expected).expect("a number").as_rational().expect("a rational").clone(), 100);
        close(&value(&data(f), &data(g), &rho, 80), &expected, -17.3, &format!("dual({f}, {g}, {rho})"));
    }
}

#[test]
fn symmetry_and_the_inequality_of_cauchy_and_schwarz() {
    let list = ["tanh(x)", "softplus(2*x)", "max(tanh(x), 0)", "abs(atan(x))", "sin(x) + x^2", "sign(x - 1/3)*sigmoid(x)"];
    let all: Vec<Data> = list.iter().map(|source| data(source)).collect();
    let energy = |f: &Data| match f.second_moment(80, &Job::unwatched()).expect("a moment") {
        Moment::Finite(moment) => moment.ball,
        Moment::Infinite => panic!("a finite second moment"),
    };
    for (i, f) in all.iter().enumerate() {
        for (j, g) in all.iter().enumerate().skip(i) {
            for rho in [near_one(3, 1), near_one(7, -1)] {
                let what = format!("dual({}, {}, {rho})", list[i], list[j]);
                let (there, back) = (value(f, g, &rho, 70), value(g, f, &rho, 70));
                agree(&there, &back, 18, &what);
                let bound = (&energy(f) * &energy(g)).sqrt();
                assert!(there.abs().low() < bound.high(), "{what}: {there:?} beyond {bound:?}");
            }
        }
    }
}

#[test]
fn opposite_parities_give_an_exact_zero() {
    for (f, g) in [("tanh(x)", "cos(x)*atan(x)^2"), ("abs(tanh(x))", "x*exp(-x^2)*atan(x)^2"), ("sigmoid(x) - 1/2", "tanh(x^2)")]
    {
        let (f, g) = (data(f), data(g));
        assert!(value(&f, &g, &near_one(4, 1), 80).is_exact_zero());
    }
}

/// Where an even or odd part is simple the plane is not needed, or only a part of it; by brute force it comes to the same.
#[test]
fn even_and_odd_parts() {
    let half_slope = |f: &Data, rho: &Rational| {
        let slope = f.hermite(1, 100, &Job::unwatched()).expect("coefficients")[1].ball.clone();
        slope.times_rational(&(rho.clone() / 2u32))
    };
    let tanh = data("tanh(x)");
    for rho in [near_one(3, 1), near_one(3, -1)] {
        for g in ["gelu(x)", "max(x, 0)", "softplus(x)", "silu(x)"] {
            agree(&value(&tanh, &data(g), &rho, 90), &half_slope(&tanh, &rho), 20, &format!("dual(tanh(x), {g}, {rho})"));
        }
        for (f, g) in
            [("sigmoid(x)", "atan(x) + 2"), ("silu(x)", "softplus(2*x)"), ("tanh(x)", "gelu(x)"), ("silu(x)", "silu(x)")]
        {
            let (f_data, g_data) = (data(f), data(g));
            let lattice = by(Route::Lattice, &f_data, &g_data, &rho, 90);
            agree(&value(&f_data, &g_data, &rho, 90), &lattice, 20, &format!("dual({f}, {g}, {rho})"));
        }
    }
}

/// d/dρ E f(U) g(V) = E f′(U) g′(V), by a difference over ± 10^−12 at 60 digits.
#[test]
fn the_derivative_is_the_dual_of_the_derivatives() {
    let bits = bits_for_digits(60);
    let h = Rational::from((1, 10u64.pow(12)));
    for (f, g) in [("tanh(x)", "softplus(x)"), ("atan(x)", "atan(x)"), ("log(1+x^2)", "sigmoid(x)*x")] {
        let (f_data, g_data) = (data(f), data(g));
        let slopes = [f, g].map(|source| {
            Data::new(&derivative(&read(source)), &Rational::from(1), &Job::unwatched()).expect("data of the derivative")
        });
        for rho in [rational(98, 100), rational(-99, 100)] {
            let step = |sign: i32| Rational::from(&rho + Rational::from(&h * sign));
            let at = |sign: i32| by(Route::Lattice, &f_data, &g_data, &step(sign), bits);
            let difference = (at(1) - at(-1)).times_rational(&Rational::from(h.recip_ref())).shifted(-1);
            // the third derivative over 6 stays below 10^4 here
            close(&difference, &value(&slopes[0], &slopes[1], &rho, 100), -19.0, &format!("d/drho dual({f}, {g}, {rho})"));
        }
    }
}

/// E f(U) g(V) = E f g − (1 − ρ) E f′ g′ + O((1 − ρ)²).
#[test]
fn the_limit_of_full_correlation() {
    let job = Job::unwatched();
    let mean = |f: Function| {
        Data::new(&f, &Rational::from(1), &job).expect("data").hermite(0, 100, &job).expect("a mean")[0].ball.clone()
    };
    for (f, g) in [("tanh(x)", "softplus(x)"), ("atan(x)", "atan(x)"), ("max(tanh(x), 0)", "sigmoid(x)")] {
        let (f_data, g_data, f, g) = (data(f), data(g), read(f), read(g));
        for sign in [1, -1] {
            let mirrored = g.substitute(&(Function::rational(sign) * Function::x()));
            let product = mean(f.clone() * mirrored.clone());
            let slopes = mean(derivative(&f) * derivative(&mirrored));
            let ends = |n: u32| &product - &slopes.times_rational(&Rational::from((1, Integer::from(10).pow(n))));
            for n in [8, 12] {
                let what = format!("{f} and {mirrored} at 1 - 10^-{n}");
                close(&value(&f_data, &g_data, &near_one(n, sign), 100), &ends(n), 1.0 - 2.0 * f64::from(n), &what);
            }
        }
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }

    fn leaf(&mut self) -> String {
        let primitives = ["tanh", "sigmoid", "atan", "softplus", "sin", "relu", "abs", "erf", "gelu", "silu"];
        let slopes = ["x", "2*x", "x/2", "(1 - x)", "(x + 1/3)", "-x"];
        format!("{}({})", primitives[self.below(primitives.len())], slopes[self.below(slopes.len())])
    }

    fn composite(&mut self) -> String {
        let (a, b) = (self.leaf(), self.leaf());
        match self.below(5) {
            0 => a,
            1 => format!("{a} + {b}"),
            2 => format!("{a}*{b}"),
            3 => format!("{}({a})", ["tanh", "atan", "relu", "sin"][self.below(4)]),
            _ => format!("max({a}, {b})"),
        }
    }

    fn correlation(&mut self) -> Rational {
        let sign = if self.below(2) == 0 { 1 } else { -1 };
        match self.below(3) {
            0 => rational(i64::from(sign) * (1 + self.below(9) as i64), 10),
            _ => near_one(1 + self.below(12) as u32, sign),
        }
    }
}

/// Sixty random duals of functions that have data, at two precisions; nearly all must be answered.
#[test]
fn no_digit_depends_on_the_precision() {
    let mut random = Random(20_261);
    let (mut tried, mut answered) = (0, 0);
    while tried < 60 {
        let (f, g, rho) = (random.composite(), random.composite(), random.correlation());
        let known = |source: &str| Data::new(&read(source), &Rational::from(1), &Job::unwatched());
        let (Ok(f_data), Ok(g_data)) = (known(&f), known(&g)) else { continue };
        tried += 1;
        let at = |bits: u32| {
            let ball = Ball::rational(&rho, bits + 80);
            dual(&f_data, &g_data, &ball, None, bits, &Job::unwatched())
        };
        let what = format!("dual({f}, {g}, {rho})");
        let (coarse, fine) = match (at(50), at(100)) {
            (Ok(coarse), Ok(fine)) => (coarse, fine),
            (Err(GaussianError::Effort { .. }), _) | (_, Err(GaussianError::Effort { .. })) => continue,
            (Err(error), _) | (_, Err(error)) => panic!("{what}: {error}"),
        };
        agree(&coarse.ball, &fine.ball, 11, &what);
        agree(&fine.ball, &fine.ball, 25, &what);
        answered += 1;
    }
    assert!(answered >= 57, "only {answered} of 60 were answered");
}

/// Σ k ρ^{k−1} a_k² is E f′(U) f′(V), with the jumps of f in f′; E h(b)² = Σ ρᵏ a_k² is E f(U) f(V).
#[test]
fn shared_biases_are_duals() {
    let job = Job::unwatched();
    let bits = bits_for_digits(34);
    // ρ = s²/(τ² + s²) = 2/5, τ² + s² = 1
    let (tau2, s2) = (rational(3, 5), rational(2, 5));
    for source in ["tanh(x)", "step(x - 1/2)*atan(x)", "sign(x)", "abs(tanh(x)) + step(x^2 - 1)", "max(tanh(x), 0)"] {
        let biased =
            Biased::new(&read(source), &Function::rational(tau2.clone()), &Function::rational(s2.clone()), &job).expect("data");
        let (mut mean, mut slope, mut factorial) = (Ball::zero(bits), Ball::zero(bits), Integer::from(1));
        // 2/5 to the power 140 is below 10^−55
        for (k, h) in data(source).hermite(140, bits + 20, &job).expect("coefficients").iter().enumerate() {
            factorial *= k.max(1) as u32;
            let energy = h.ball.square().times_rational(&Rational::from((1, factorial.clone())));
            mean = mean + energy.times_rational(&s2.clone().pow(k as i32));
            if k > 0 {
                slope = slope + energy.times_rational(&(s2.clone().pow(k as i32 - 1) * Rational::from(k as u64) * &tau2));
            }
        }
        close(&biased.mean_square(bits, &job).expect("a value").ball, &mean, -30.0, &format!("E h² of {source}"));
        close(&biased.slope_square(bits, &job).expect("a value").ball, &slope, -30.0, &format!("E ȧ² of {source}"));
    }
    // close to full correlation too: (1 − ρ) E f′ f′ = (1 − ρ) (2/π)/√(1 − ρ²) for the sign
    let rho = near_one(4, 1);
    let biased = Biased::new(&read("sign(x)"), &Function::rational(1 - rho.clone()), &Function::rational(rho.clone()), &job)
        .expect("data");
    let ball = Ball::rational(&rho, bits);
    let expected = (one(&ball) - &ball).shifted(1) / (sine(&ball) * pi(&ball));
    close(&biased.slope_square(bits, &job).expect("a value").ball, &expected, -30.0, "E ȧ² of the sign");
}
