//! The ensembles of the witness: sizes, ranks and traces that are exact, overlaps measured on the drawn matrices, and draws that
//! are written and read back to the bit.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use resolvent::activation::{Function, lower};
use resolvent::compare::{Plan, Sample, draw};
use resolvent::model::{Bias, Energies, EntryLaw, Features, Kernel, Model, Norms, Simulation};
use resolvent::monte_carlo::{
    Draw, Ensemble, FeatureMatrices, Overlap, Run, SimulationError, Sizes, Spectrum, Trial, ensemble, spectra,
};
use rug::Rational;

const TRIAL: Trial<'static> = Trial { seed: 3, experiment: "features", number: 0 };

fn features(f: &str) -> Features {
    Features::new(lower::read(f).expect("a function of x"), [(1, 2), (3, 4)].map(Rational::from))
}

fn sizes([n1, n0, m]: [usize; 3]) -> Sizes {
    let dimensions = [("n1", n1), ("n0", n0), ("m", m)].map(|(name, size)| (name.to_owned(), size)).to_vec();
    Sizes { n: n1.max(n0).max(m), dimensions, entries: 0 }
}

fn drawn(ensemble: &dyn Ensemble, sizes: &Sizes) -> Result<Draw, SimulationError> {
    let cancel = AtomicBool::new(false);
    ensemble.draw(sizes, TRIAL, &Run { threads: 1, cancel: &cancel, progress: &|_, _| () })
}

fn eigenvalues(model: &Features, dimensions: [usize; 3]) -> Result<Vec<f64>, SimulationError> {
    let ensemble = FeatureMatrices::new(model, &Simulation::default(), false)?;
    Ok(drawn(&ensemble, &sizes(dimensions))?.spectra[0].eigenvalues.clone())
}

#[test]
fn sizes_keep_ratios() {
    let at = |phi: (u32, u32), psi: (u32, u32), n: usize| {
        let model = Features { phi: Rational::from(phi), psi: Rational::from(psi), ..features("x") };
        FeatureMatrices::new(&model, &Simulation::default(), false).unwrap().sizes(n)
    };
    let found = at((1, 2), (3, 4), 400).unwrap();
    assert_eq!(found, Sizes { entries: 267 * 200 + 200 * 400 + 267 * 400, ..sizes([267, 200, 400]) });
    assert_eq!(at((3, 10), (3, 10), 101).unwrap().dimensions, sizes([101, 30, 101]).dimensions);
    let small = at((100, 1), (1, 1), 400).unwrap_err();
    assert_eq!(small.to_string(), "n = 400 makes m = 4, fewer than 8: take n at least 800");
    let kernel = Kernel {
        activations: vec![lower::read("x").unwrap(); 3],
        gamma: [(1, 2), (1, 1), (2, 1), (1, 4)].map(Rational::from).to_vec(),
        sigma_b: Function::rational(0),
    };
    let found = ensemble(&Model::Kernel(kernel), &Simulation::default(), false).unwrap().sizes(120).unwrap();
    assert_eq!(["n", "d0", "d1", "d2", "d3"].map(|name| found.get(name)), [120, 240, 120, 60, 480].map(Some));
    assert_eq!(found.entries, 240 * 120 + 120 * 60 + 60 * 480 + 120 * (240 + 120 + 60 + 480));
}

/// f = x: the rank of W X is min(n1, n0, m).
#[test]
fn rank_is_exact() {
    for [n1, n0, m] in [[40, 20, 30], [40, 60, 30], [30, 60, 40], [25, 10, 40]] {
        let eigenvalues = eigenvalues(&features("x"), [n1, n0, m]).unwrap();
        assert_eq!(eigenvalues.len(), n1);
        let zeros = (spectra::fraction_zero(&eigenvalues) * n1 as f64).round() as usize;
        assert_eq!(zeros, n1 - n1.min(n0).min(m), "({n1}, {n0}, {m})");
        assert!(eigenvalues.is_sorted());
    }
}

/// Y with entries ±1 has tr M = n1 exactly, in either Gram matrix.
#[test]
fn sign_has_trace_n1() {
    for dimensions in [[30, 20, 50], [50, 20, 30]] {
        let eigenvalues = eigenvalues(&features("sign(x)"), dimensions).unwrap();
        assert!((spectra::moment(&eigenvalues, 0, 1) - 1.0).abs() < 1e-13);
    }
}

/// With f = x, E tr M / n1 = σ_w² σ_x² + σ_b² for each kind of bias; 2 % is ten standard deviations for the entry
/// bias, and the weights are turned down where few numbers are drawn.
#[test]
fn scales_add_up() {
    let scaled = Features {
        sigma_w: Function::rational((1, 2)),
        sigma_x: Function::rational(3),
        entries_w: EntryLaw::Rademacher.moments(),
        entries_x: EntryLaw::Rademacher.moments(),
        ..features("x")
    };
    let trace = |model: &Features| spectra::moment(&eigenvalues(model, [500, 400, 450]).unwrap(), 0, 1);
    assert!((trace(&scaled) - 2.25).abs() < 0.02 * 2.25);
    for bias in Bias::ALL {
        let trace = trace(&Features { sigma_b: Function::rational((1, 2)), bias, ..scaled.clone() });
        assert!((trace - 2.5).abs() < 0.02 * 2.5, "{bias:?}: {trace}");
    }
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let error = eigenvalues(&features("log(x)"), [20, 20, 20]).unwrap_err();
    assert!(matches!(error, SimulationError::NotFinite { argument, value } if argument < 0.0 && value.is_nan()), "{error}");
    assert_eq!(eigenvalues(&features("10^200*x"), [20, 20, 20]), Err(SimulationError::Overflow));
    let one = lower::read("1").unwrap();
    let numbers = Features { energies: Energies::Given { theta1: one.clone(), theta2: one.clone() }, ..features("x") };
    assert_eq!(eigenvalues(&numbers, [20, 20, 20]), Err(SimulationError::NoActivation));
    let with = Simulation { activation: Some(one.clone()), ..Simulation::default() };
    assert!(ensemble(&Model::Features(Box::new(numbers)), &with, false).is_ok());
    let kernel = Kernel { activations: vec![one], gamma: vec![Rational::from(1); 2], sigma_b: Function::rational(0) };
    assert_eq!(ensemble(&Model::Kernel(kernel), &with, false).err(), Some(SimulationError::OwnActivations));
    let foreign = Sizes { n: 20, dimensions: vec![("n".to_owned(), 20)], entries: 0 };
    let plain = FeatureMatrices::new(&features("x"), &Simulation::default(), false).unwrap();
    assert_eq!(drawn(&plain, &foreign), Err(SimulationError::OtherSizes("n1".to_owned())));
}

fn layers(model: &Kernel, n: usize) -> Draw {
    let ensemble = ensemble(&Model::Kernel(model.clone()), &Simulation::default(), false).unwrap();
    drawn(&*ensemble, &ensemble.sizes(n).unwrap()).unwrap()
}

/// f = x without bias: the rank is the least dimension on the way, and each layer has mean 1.
#[test]
fn linear_layers() {
    let gamma = [(1, 2), (1, 1), (2, 1), (1, 4)].map(Rational::from).to_vec();
    let model = Kernel { activations: vec![lower::read("x").unwrap(); 3], gamma, sigma_b: Function::rational(0) };
    for (spectrum, rank) in layers(&model, 120).spectra.iter().zip([120, 60, 60]) {
        assert_eq!(spectrum.eigenvalues.len(), 120);
        assert_eq!((spectra::fraction_zero(&spectrum.eigenvalues) * 120.0).round() as usize, 120 - rank);
        // the trace of a product of Wishart matrices of these sizes has a standard deviation below 0.03
        assert!((spectra::moment(&spectrum.eigenvalues, 0, 1) - 1.0).abs() < 0.12);
    }
}

/// A bias alone is one direction of size n: f = x with inputs turned down by a wide layer.
#[test]
fn a_bias_is_one_direction_of_order_n() {
    let gamma = [(1, 1), (1, 4)].map(Rational::from).to_vec();
    let model = Kernel { activations: vec![lower::read("x").unwrap()], gamma, sigma_b: Function::rational(3) };
    let eigenvalues = layers(&model, 100).spectra[0].eigenvalues.clone();
    // λ/n = σ_b² (1 ± √(2/d)) up to O(1/n)
    assert!((eigenvalues[99] / 100.0 - 9.0).abs() < 9.0 * 0.25, "{}", eigenvalues[99]);
    assert!(eigenvalues[98] < 5.0);
}

/// The squared cosines of a vector with all eigenvectors of its side add up to 1 where no direction is lost, eigenvalues are
/// those of the draw without vectors, and f = 1 puts all of the ones into the top.
#[test]
fn overlaps_are_those_of_unit_vectors() {
    let free = Simulation { norms: Norms::Free, ..Simulation::default() };
    for dimensions in [[40, 60, 50], [50, 60, 40]] {
        let model = features("tanh(x) + x^2");
        let [plain, full] = [false, true].map(|overlaps| FeatureMatrices::new(&model, &free, overlaps).unwrap());
        let [plain, full] = [plain, full].map(|ensemble| drawn(&ensemble, &sizes(dimensions)).unwrap().spectra[0].clone());
        assert!(plain.overlaps.is_empty());
        for (a, b) in plain.eigenvalues.iter().zip(&full.eigenvalues) {
            assert!((a - b).abs() < 1e-10);
        }
        let names: Vec<&str> = full.overlaps.iter().map(|overlap| overlap.reference.as_str()).collect();
        assert_eq!(names, ["norm_w", "norm_x", "ones_left", "ones_right"]);
        for overlap in &full.overlaps {
            assert_eq!(overlap.weights.len(), dimensions[0]);
            let whole = overlap.weights.iter().sum::<f64>();
            let short_side = matches!(overlap.reference.as_str(), "norm_w" | "ones_left") == (dimensions[0] < dimensions[2]);
            assert!(if short_side { (whole - 1.0).abs() < 1e-10 } else { whole < 1.0 + 1e-10 }, "{}: {whole}", overlap.reference);
        }
        assert!(full.weight("ones_left", dimensions[0] - 1) > 0.7, "the mean of x^2 makes the top");
    }
    let signs = Simulation { entries: Some(EntryLaw::Rademacher), norms: Norms::Free, ..Simulation::default() };
    let constant = FeatureMatrices::new(&features("2"), &signs, true).unwrap();
    let spectrum = drawn(&constant, &sizes([20, 10, 30])).unwrap().spectra[0].clone();
    let names: Vec<&str> = spectrum.overlaps.iter().map(|overlap| overlap.reference.as_str()).collect();
    assert_eq!(names, ["ones_left", "ones_right"], "random signs have constant norms");
    assert!(names.iter().all(|name| (spectrum.weight(name, 19) - 1.0).abs() < 1e-12));
    assert!(spectrum.weight("ones_right", 3) == 0.0 && spectrum.weight("norm_w", 19).is_nan());
}

fn double() -> impl Strategy<Value = f64> {
    let special = [0.0, -0.0, f64::MIN_POSITIVE, 5e-324, -5e-324, 2.225_073_858_507_201e-308, f64::MAX, f64::MIN, 0.1, 1e23];
    prop_oneof![any::<u64>().prop_map(f64::from_bits), proptest::sample::select(special.to_vec())]
}

fn finite() -> impl Strategy<Value = f64> {
    double().prop_filter("finite", |value| value.is_finite())
}

fn any_draw() -> impl Strategy<Value = Draw> {
    let overlap = (".*", prop::collection::vec(finite(), 0..5)).prop_map(|(reference, weights)| Overlap { reference, weights });
    let spectrum = (prop::collection::vec(finite(), 0..6), prop::collection::vec(overlap, 0..3))
        .prop_map(|(eigenvalues, overlaps)| Spectrum { eigenvalues, overlaps });
    let scalar = (".*", prop_oneof![finite(), Just(f64::NAN)]);
    (prop::collection::vec(spectrum, 0..3), prop::collection::vec(scalar, 0..4))
        .prop_map(|(spectra, scalars)| Draw { spectra, scalars })
}

/// All numbers of a draw with their bits, undefined ones as none.
fn bits(draw: &Draw) -> Vec<Option<u64>> {
    let spectra = draw.spectra.iter().flat_map(|spectrum| {
        spectrum.eigenvalues.iter().chain(spectrum.overlaps.iter().flat_map(|overlap| &overlap.weights)).copied()
    });
    spectra.chain(draw.scalars.iter().map(|(_, value)| *value)).map(|value| (!value.is_nan()).then(|| value.to_bits())).collect()
}

proptest! {
    /// One line of JSON, and back to the bit: subnormals, −0, huge values, undefined scalars, any text as a name.
    #[test]
    fn draws_survive_a_file(draws in prop::collection::vec(any_draw(), 0..3), entries in any::<u128>(), n in any::<usize>()) {
        let sizes = Sizes { n, dimensions: vec![("n".to_owned(), n)], entries };
        let sample = Sample { sizes, draws };
        let line = serde_json::to_string(&sample).unwrap();
        prop_assert!(!line.contains('\n'));
        let read: Sample = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(&read.sizes, &sample.sizes);
        prop_assert_eq!(read.draws.len(), sample.draws.len());
        for (read, written) in read.draws.iter().zip(&sample.draws) {
            prop_assert_eq!(bits(read), bits(written));
            let name = |draw: &Draw| draw.scalars.iter().map(|(name, _)| name.clone()).collect::<Vec<String>>();
            prop_assert_eq!(name(read), name(written));
            let line = serde_json::to_string(written).unwrap();
            prop_assert_eq!(bits(&serde_json::from_str::<Draw>(&line).unwrap()), bits(written));
        }
    }
}

/// The same plan gives the same sample, from any number of threads and after a file.
#[test]
fn samples_are_plain_data() {
    let ensemble = ensemble(&Model::Features(Box::new(features("tanh(x) + x^2/2"))), &Simulation::default(), true).unwrap();
    let cancel = AtomicBool::new(false);
    let plan = Plan { n: 60, smaller: Vec::new(), trials: 2, seed: 5 };
    let [one, three] =
        [1, 3].map(|threads| draw(&*ensemble, &plan, &Run { threads, cancel: &cancel, progress: &|_, _| () }).unwrap());
    assert_eq!(one, three);
    assert_eq!(one.iter().map(|sample| (sample.sizes.n, sample.draws.len())).collect::<Vec<_>>(), [(60, 2), (30, 8), (15, 8)]);
    let lines: Vec<String> = one.iter().map(|sample| serde_json::to_string(sample).unwrap()).collect();
    let read: Vec<Sample> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, one);
}
