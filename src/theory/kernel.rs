//! The answers of a layered kernel. One layer is features with the roles of neurons and samples exchanged, and so on the curve
//! where these are; several layers have the profile law.

use std::cell::OnceCell;
use std::rc::Rc;

use rug::Rational;

use super::answers::{Answers, Kind, LayerScales, Obstruction, Origin, Question, Spike};
use super::doubt::Doubts;
use super::energies::CurveData;
use super::error::TheoryError;
use super::features::{Drawn, FeaturesAnswers, not_with_bias, of_mean};
use super::given::curve_stack;
use super::network::{Network, NetworkLayer};
use super::work::Work;
use super::{finite_size, prediction};
use crate::compare::{Judged, LawPrediction, OutlierPrediction, Prediction};
use crate::model::{Bias, Entries, EntryLaw, Features, Kernel, Norms, Simulation};
use crate::number::Real;
use crate::spectrum::{Law, ProfileLaw, Stack};
use crate::spikes;

/// What it answers.
pub const KIND: Kind =
    Kind { name: "kernel", answers: &[Question::Law, Question::Spikes, Question::Check, Question::Isospectrality] };

/// A kernel at one precision.
pub struct KernelAnswers<'a> {
    model: Kernel,
    work: Work<'a>,
    network: Rc<Network>,
    top: Top<'a>,
    /// The profile laws of the layers, each made when it is asked for.
    profiles: Vec<OnceCell<ProfileLaw<'a>>>,
}

/// The law of the top layer.
enum Top<'a> {
    /// That of features, which the transposed first layer is.
    Single(Box<FeaturesAnswers<'a>>),
    Layers(Box<ProfileLaw<'a>>),
}

/// The first layer with neurons and samples exchanged: K₁ = YYᵀ/d₁ with Y = f(X₀ᵀW₁ᵀ + 1bᵀ), n × d₁.
fn transposed(kernel: &Kernel) -> Features {
    let psi = Rational::from(kernel.gamma[0].recip_ref());
    let ratios = [Rational::from(&kernel.gamma[1] * &psi), psi];
    Features { sigma_b: kernel.sigma_b.clone(), bias: Bias::Column, ..Features::new(kernel.activations[0].clone(), ratios) }
}

fn drawn_entries(simulation: &Simulation) -> Entries {
    simulation.entries.map_or_else(Entries::gaussian, EntryLaw::moments)
}

/// An outlier of the transposed layer, with the names that its reference vectors have in a draw of the kernel.
fn seen_from_the_samples(mut outlier: OutlierPrediction) -> OutlierPrediction {
    for name in &mut outlier.references {
        let exchanged = match name.as_str() {
            "norm_w" => "norm_x",
            "norm_x" => "norm_w",
            "ones_left" => "ones_right",
            "ones_right" => "ones_left",
            other => other,
        };
        *name = exchanged.to_owned();
    }
    outlier
}

impl<'a> KernelAnswers<'a> {
    /// Does the Gaussian work, layer by layer.
    ///
    /// # Errors
    /// An activation without the data, or one that is constant.
    pub fn new(model: Kernel, work: Work<'a>) -> Result<Self, TheoryError> {
        let network = Rc::new(Network::of_kernel(&work, &model)?);
        let top = match model.depth() {
            1 => Top::Single(Box::new(FeaturesAnswers::new(transposed(&model), work)?)),
            depth => Top::Layers(Box::new(network.law(&work, depth)?)),
        };
        let profiles = (0..model.depth()).map(|_| OnceCell::new()).collect();
        Ok(Self { model, work, network, top, profiles })
    }

    /// The lowest layer as features; what the mean of a lower layer does is said with the kernel, so its doubts are kept apart.
    fn first_layer<'s>(&'s self, entries: &Entries, doubts: &'s Doubts) -> Result<FeaturesAnswers<'s>, TheoryError> {
        let model = Features { entries_w: entries.clone(), entries_x: entries.clone(), ..transposed(&self.model) };
        FeaturesAnswers::new(model, Work { doubts, ..self.work })
    }

    /// n1, n0 and m of the transposed first layer of n samples.
    fn dimensions(&self, n: usize) -> [usize; 3] {
        let [n0, m] = [0, 1].map(|layer: usize| (n as f64 / self.model.gamma[layer].to_f64()).round() as usize);
        [n, n0, m]
    }

    /// The profile law of layer `depth`.
    fn profile(&self, depth: usize) -> Result<&dyn Law, TheoryError> {
        if let (Top::Layers(law), true) = (&self.top, depth == self.model.depth()) {
            return Ok(&**law);
        }
        let kept = &self.profiles[depth - 1];
        if let Some(law) = kept.get() {
            return Ok(law);
        }
        let law = self.network.law(&self.work, depth)?;
        Ok(kept.get_or_init(|| law))
    }

    /// What is predicted of layer `depth` for n samples.
    fn layer(
        &self,
        depth: usize,
        entries: &Entries,
        [n, smallest]: [usize; 2],
        drawn: Drawn,
    ) -> Result<LawPrediction, TheoryError> {
        let law = prediction::of_network(&self.work, (&self.network, self.profile(depth)?), depth, [n, smallest])?;
        if depth > 1 {
            return Ok(law);
        }
        let doubts = Doubts::default();
        let first = self.first_layer(entries, &doubts)?;
        let single = first.law()?;
        if single.curve().is_none() {
            return Ok(law);
        }
        let (mean_outlier, outliers) = first.predicted_outliers(&self.model.activations[0], n, drawn)?;
        Ok(LawPrediction {
            mean_adds_rank: law.mean_adds_rank,
            mean_outlier,
            outliers: outliers.into_iter().map(seen_from_the_samples).collect(),
            sampled: law.sampled,
            finite: first.finite_size(&self.model.activations[0], self.dimensions(n), drawn)?,
            undecided: first.undecided(&self.model.activations[0], self.dimensions(n)),
            ..prediction::law_prediction(single, smallest)?
        })
    }
}

impl Answers for KernelAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        match &self.top {
            Top::Single(features) => features.law(),
            Top::Layers(law) => Ok(&**law),
        }
    }

    fn support_doubts(&self) {
        match &self.top {
            Top::Single(features) => features.support_doubts(),
            Top::Layers(_) => self.network.support_doubts(&self.work, self.model.depth()),
        }
    }

    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        Ok(curve_stack(self.law()?, self.work.bits))
    }

    fn curve_data(&self) -> Option<&CurveData> {
        match &self.top {
            Top::Single(features) => features.curve_data(),
            Top::Layers(_) => None,
        }
    }

    fn layers(&self) -> Vec<LayerScales> {
        self.network.layers.iter().map(NetworkLayer::scales).collect()
    }

    fn mean_outlier(&self) -> Result<Real, TheoryError> {
        match &self.top {
            Top::Single(features) => features.mean_outlier(),
            Top::Layers(_) => Ok(self.network.layers.last().map_or(Real::Unknown, |top| top.scales().mean_outlier)),
        }
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        match &self.top {
            Top::Single(features) => features.outliers(),
            Top::Layers(_) => {
                not_with_bias(&self.work);
                Ok(None)
            }
        }
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        let Top::Single(features) = &self.top else {
            not_with_bias(&self.work);
            let top = self.network.layers.last().filter(|top| top.has_mean);
            return Ok(top.map(|top| of_mean(top.scales().mean_outlier)).into_iter().collect());
        };
        // the rows of the transposed weights are the columns of X
        let exchanged = |origin: Origin| match origin {
            Origin::Feature(spikes::Origin::NormW) => Origin::Feature(spikes::Origin::NormX),
            Origin::Feature(spikes::Origin::NormX) => Origin::Feature(spikes::Origin::NormW),
            other => other,
        };
        Ok(features.spikes()?.into_iter().map(|spike| Spike { origin: exchanged(spike.origin), ..spike }).collect())
    }

    fn obstructions(&self) -> Result<Vec<Obstruction>, TheoryError> {
        self.network.layers.iter().map(|layer| layer.obstruction(&self.work)).collect()
    }

    fn has_outliers(&self, simulation: &Simulation) -> Result<bool, TheoryError> {
        self.first_layer(&drawn_entries(simulation), &Doubts::default())?.has_outliers(&Simulation::default())
    }

    fn prediction(&self, simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        let entries = drawn_entries(simulation);
        let mut slow = !entries.skewness.is_zero();
        if entries.on_two_points() && self.model.sigma_b.is_zero() {
            for f in &self.model.activations {
                slow |= finite_size::jumps(&self.work, f, &crate::activation::Function::one())?;
            }
        }
        let n = dimensions.iter().find(|(name, _)| name == "n").map_or(0, |(_, size)| *size);
        let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
        let layer = |depth: usize, drawn: Drawn, judged: Judged| -> Result<LawPrediction, TheoryError> {
            let prefix = format!("layers[{}].", depth - 1);
            Ok(LawPrediction { prefix, slow, judged, ..self.layer(depth, &entries, [n, smallest], drawn)? })
        };
        let all = |drawn: Drawn, judged: Judged| {
            (1..=self.model.depth()).map(|depth| layer(depth, drawn, judged)).collect::<Result<Vec<_>, TheoryError>>()
        };
        let mut laws = match simulation.norms {
            Norms::Free => all(Drawn::AsTheyAre, Judged::All)?,
            Norms::Suited | Norms::Exact => all(Drawn::WithExactNorms, Judged::Law)?,
        };
        if simulation.norms == Norms::Suited && self.has_outliers(simulation)? {
            laws.push(layer(1, Drawn::AsTheyAre, Judged::Outliers)?);
        }
        Ok(Prediction { laws, claims: Vec::new() })
    }
}
