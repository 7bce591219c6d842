//! No request hangs: nasty functions are answered or refused within a counted number of steps, without a panic, and the same
//! way each time; what is answered at few bits agrees with what is answered at more.
//!
//! benches/effort/run.py measures the same in seconds, on thousands of functions.

use std::sync::Arc;

use resolvent::activation::lower::read;
use resolvent::activation::{Function, Primitive, Tape, parity, simplified};
use resolvent::gaussian::growth::{Side, growth};
use resolvent::gaussian::polynomials::affine;
use resolvent::gaussian::rules::{is_meromorphic, meromorphic_form};
use resolvent::gaussian::{Data, GaussianError, Moment, Moments};
use resolvent::number::{Ball, Job};
use rug::Rational;

/// Steps that one computation may take here.
const STEPS: u64 = 2_000_000;

const NASTY: &str = "tanh(sin(100*x)) | 1/(2+sin(50*x)) | max(max(sin(3*x),cos(5*x)),tanh(x)) | exp(sin(exp(x))) | sin(exp(x))
    abs(sin(200*x)) | sign(sin(20*x)) | tanh(exp(x)) | erf(x^3) | x^50*exp(-x^2) | 1/(1+x^2)^20 | x^200 | tanh(x)^200
    1e300*tanh(x) | 1e-300*tanh(x) | tanh(1e300*x) | 1/(x^2+1e-12) | log(x^2+1e-20) | 1/(1e-300+x^2) | gelu(gelu(gelu(x)))
    mish(mish(mish(x))) | sin(sin(sin(sin(10*x)))) | cos(x^3) | sin(x^5) | exp(-x^20) | exp(-exp(exp(x))) | tanh(sinh(sinh(x)))
    exp(-1e12*(x-1)^2) | erf(1e4*x)*sin(x) | sqrt(abs(sin(10*x))) | log(abs(sin(3*x))) | abs(x)^pi | sqrt(60-x) | x^x
    abs(abs(abs(abs(x)-1)-1)-1) | max(sin(10*x),sin(11*x)) | min(max(sin(20*x),0),0.5) | exp(sin(30*x)) | sin(1e6*x)*tanh(x)
    tanh(sin(1000*x)) | cos(exp(x^2)) | sin(1/x) | exp(-1/x^2) | tanh(1/x) | exp(0.4999*x^2)*tanh(x) | sinh(sinh(x/2)) | tan(x)
    1/(1.0000001+cos(7*x)) | relu(x)^20 | hard_tanh(5*sin(x)) | if sin(5*x) > 0.3 then exp(x) else tanh(x) | log(x-1e-9)
    max(x-39.9, tanh(x)) | (relu(2*x))+(1000*x) | mish(x^3)*sigmoid(1e6*(x-1/3)) | elu(elu(sin(x^2))) | cos(100/(4*x^2))";

/// A linear congruential generator: the same functions each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound) as usize
    }

    fn pick<'a>(&mut self, words: &'a str) -> &'a str {
        let words: Vec<&str> = words.split_whitespace().collect();
        words[self.below(words.len() as u64)]
    }

    fn function(&mut self, depth: u32) -> String {
        const NAMES: &str = "exp log sqrt abs sign step sin cos tan atan asin acos sinh cosh tanh erf erfc Phi sigmoid softplus relu \
                             elu gelu silu mish softsign hard_tanh gauss_pdf abs sin cos tanh erf relu sigmoid atan";
        if depth == 0 {
            let scale = self.pick("1e-6 0.1 1 1 1 2 -1 20 1000 1e6 pi 1/3");
            return self.pick("x x x^2 S*x S*x (S*x+1) (S*x-40) (S*x+1e-6) x^7 x^50 2").replace('S', scale);
        }
        let (a, b) = (self.function(depth - 1), self.below(u64::from(depth)) as u32);
        match self.below(12) {
            0..7 => format!("{}({a})", self.pick(NAMES)),
            7 => format!("{}({a}, {})", self.pick("max min"), self.function(b)),
            8 => format!("({a})^{}", self.pick("2 3 20 -1 0.5")),
            9 => format!("(if {a} > {} then {} else x)", self.pick("0 0.3"), self.function(b)),
            _ => format!("({a}){}({})", self.pick("+ - * * /"), self.function(b)),
        }
    }
}

fn moments(text: &str, bits: u32, job: &Job<'_>) -> Result<Arc<Moments>, GaussianError> {
    let f = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Data::new(&f, &Rational::from(1), job)?.moments(bits, job)
}

fn finite(moment: &Result<Moment, GaussianError>) -> Ball {
    match moment {
        Ok(Moment::Finite(quantity)) => quantity.ball.clone(),
        _ => Ball::unknown(64),
    }
}

/// Answered or refused within the bound: Data::new, and then twice the integrals, each at two precisions at most.
fn check(text: &str) -> Option<Arc<Moments>> {
    let bound = Job::unwatched();
    let job = bound.within(STEPS);
    let found = moments(text, 90, &job);
    assert!(bound.spent() < 5 * STEPS, "{text}: {} steps", bound.spent());
    if let Err(error) = &found {
        let message = error.to_string();
        assert!(!message.is_empty() && !message.ends_with('.'), "{text}: {message}");
    }
    found.ok()
}

#[test]
fn nasty_functions_end_within_the_bound() {
    let answered = NASTY.lines().flat_map(|line| line.split('|')).filter(|text| check(text.trim()).is_some()).count();
    assert!(answered > 25, "only {answered} answers");
}

#[test]
fn random_functions_end_within_the_bound() {
    let mut random = Random(7);
    let mut answered = 0;
    for round in 0..120 {
        let text = random.function(1 + round % 4);
        if read(&text).is_ok() && check(&text).is_some() {
            answered += 1;
        }
    }
    assert!(answered > 45, "only {answered} answers");
}

#[test]
fn deep_nests_end_within_the_bound() {
    for name in ["tanh", "sin", "abs"] {
        let text = (0..30).fold("3*x".to_owned(), |inner, _| format!("{name}({inner})"));
        if read(&text).is_ok() {
            check(&text);
        }
    }
    let tower = (0..8).fold("x".to_owned(), |inner, k| format!("max({inner}, sin({k}*x))"));
    check(&tower);
}

/// Parts that come again at every level, so that paths from the root double with each, are looked at once.
#[test]
fn shared_parts_cost_no_more_than_one_look() {
    type Level = fn(&Function) -> Function;
    let levels: [Level; 5] = [
        |f| f.max(&(f.clone() * f.apply(Primitive::Tanh))),
        |f| f.clone() * f.apply(Primitive::Sigmoid),
        |f| f.apply(Primitive::Sin) + f.clone(),
        |f| f.clone() / (Function::rational(2) + f.powi(2)),
        |f| (f.clone() - Function::rational(1)).max(&-f.clone()),
    ];
    for level in levels {
        let nest = (0..40).fold(Function::x(), |f, _| level(&f));
        let deeper = (0..40).fold(nest.clone(), |f, _| level(&f));
        for f in [nest, deeper] {
            let _ = (growth(&f, Side::Right, 0.0), growth(&f, Side::Left, 0.5));
            let form = meromorphic_form(&f);
            let _ = (is_meromorphic(&form), affine(&f), parity(&f), simplified(&f));
            let moved = f.substitute(&(Function::rational(2) * Function::x()));
            let [before, after] = [&f, &moved].map(|f| Tape::new(f).operations.len());
            assert!(before.abs_diff(after) < 4, "{before} operations, and {after} of f(2x)");
        }
    }
}

/// What used to be done without being counted: kinks of wide sums, zeros that are singular points, roots of long denominators,
/// coefficients that grow, constants made of constants.
#[test]
fn what_takes_long_is_counted() {
    let sum = |part: &str, count: u32, sign: &str| {
        let parts: Vec<String> = (1..=count).map(|k| part.replace('K', &k.to_string())).collect();
        parts.join(sign)
    };
    let texts = [
        sum("relu(x-K/100)", 150, "+"),
        sum("abs(sin(x)-K/100)", 80, "+"),
        sum("cos(x+K)", 40, "*"),
        sum("sqrt(abs(x-K/7))", 20, "+"),
        format!("1/({})", sum("(x^2+K)", 90, "*")),
        format!("1/(1+{})", sum("exp(K*x)", 40, "+")),
        "tanh(cos(x))/sin(60*x)".to_owned(),
        "tan(30*x)*cos(30*x)".to_owned(),
        "acos(cos(30*x))".to_owned(),
        "cos(5*silu(1e6*x-1e3))".to_owned(),
        "mish(sinh(1000*x+1e-6))".to_owned(),
    ];
    for text in &texts {
        check(text);
    }
}

#[test]
fn the_same_steps_are_counted_each_time() {
    for text in ["sin(20*x)*tanh(x)", "max(sin(7*x), tanh(x))", "exp(sin(exp(x)))", "Phi(sin(100*x))"] {
        let count = || {
            let job = Job::unwatched();
            let found = moments(text, 90, &job.within(STEPS)).map(|moments| moments.mean.ball.to_f64());
            (job.spent(), found)
        };
        assert_eq!(count(), count(), "{text}");
    }
}

/// sin² + cos² = 1, whatever the argument, and the slopes of both together have the energy of the argument's slope.
#[test]
fn fast_waves_obey_pythagoras() {
    let job = Job::unwatched();
    for (inner, energy) in [("exp(x)", "exp(2)"), ("x^3", "27"), ("40*x + tanh(x) - tanh(x)", "1600")] {
        let [sine, cosine] = ["sin", "cos"]
            .map(|name| moments(&format!("{name}({inner})"), 62, &job).unwrap_or_else(|why| panic!("{inner}: {why}")));
        let one = finite(&sine.second_moment) + finite(&cosine.second_moment);
        assert!(one.contains(&Rational::from(1)) && one.radius().log2() < -45.0, "{inner}: {one:?}");
        let both = finite(&sine.derivative_energy) + finite(&cosine.derivative_energy);
        let expected = resolvent::activation::evaluate(&read(energy).expect("a constant"), &Ball::zero(100));
        assert!(both.overlaps(&expected) && both.radius().log2() < -40.0, "{inner}: {both:?}");
    }
}

/// Sums in doubles far out, and rounding bounds near by, hold what more bits give.
#[test]
fn few_bits_agree_with_more() {
    let job = Job::unwatched();
    for text in [
        "abs(sin(9*x))",
        "relu(sin(30*x))*tanh(x)",
        "max(x, sin(20*x))",
        "cos(x^3)*sign(x-1)",
        "exp(abs(x-2))",
        "abs(tanh(x)-0.9)*x^6",
        "min(exp(x/2), 50)",
        "if x > 5 then exp(x) else sin(12*x)",
        "abs(x-7)^3",
    ] {
        let (few, more) = (moments(text, 60, &job), moments(text, 200, &job));
        let (Ok(few), Ok(more)) = (few, more) else { panic!("{text} has moments") };
        for (a, b) in
            [(&few.mean.ball, &more.mean.ball), (&few.slope.ball, &more.slope.ball), (&few.curvature.ball, &more.curvature.ball)]
        {
            assert!(a.overlaps(b) && a.radius().log2() < -35.0, "{text}: {a:?} against {b:?}");
        }
        assert!(finite(&few.second_moment).overlaps(&finite(&more.second_moment)), "{text}");
    }
}
