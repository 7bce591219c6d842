//! What `train` answers: lists over the recorded steps, and why some entries are undefined.

use std::cell::RefCell;
use std::sync::Arc;

use crate::monte_carlo::training::{Experiment, LayerMeasures, Measure, Optimizer, Snapshot, Trained, Undefined};
use crate::session::call::Call;
use crate::session::figures::{Course, Training};
use crate::session::value::{Hidden, Name, Value};
use crate::theory::Doubt;

/// Digits of one network's numbers.
const DIGITS: u32 = 6;

/// An undefined entry: its reason, field, layer and step.
type Gap = (Undefined, &'static str, usize, usize);

/// Fields that are undefined for one reason, in the same layers at the same steps.
struct Group {
    why: Undefined,
    layers: Vec<usize>,
    steps: Vec<usize>,
    fields: Vec<&'static str>,
}

/// The record of the trials.
pub(super) fn shown(call: &Call, experiment: &Experiment, trials: &[Trained]) -> Value {
    let answer = Answer { steps: &experiment.record, trials, gaps: RefCell::default() };
    let values = experiment.record.iter().map(|step| Value::number(*step)).collect();
    let eigenvalues = trials.iter().flatten().map(|seen| seen.agop_eigenvalues.len()).min().unwrap_or(0);
    let fields = vec![
        ("steps", Value::list(values)),
        ("train_error", answer.whole(&|seen| seen.train_error)),
        ("test_error", answer.whole(&|seen| seen.test_error)),
        (
            "agop_eigenvalues",
            answer.over_steps(|index| {
                let one = |place: usize| answer.number(index, ("agop_eigenvalues", 0), &|seen| Ok(seen.agop_eigenvalues[place]));
                Value::list((0..eigenvalues).map(one).collect())
            }),
        ),
        ("layers", Value::list((0..experiment.widths.len()).map(|layer| answer.layer(layer)).collect())),
    ];
    answer.explain(call);
    Value::keeping(Hidden::Training(Arc::new(answer.training(experiment))), "train", fields)
}

/// How a run is called.
fn name(experiment: &Experiment) -> String {
    // a rational as a decimal
    let short = |value: f64| format!("{value:.5e}").parse().unwrap_or(value);
    let eta = short(experiment.eta);
    match &experiment.optimizer {
        Optimizer::GradientDescent => format!("gradient descent, eta = {eta}"),
        Optimizer::SpeedLimited { speeds, clip } => {
            let speeds: Vec<String> = speeds.iter().map(|speed| short(*speed).to_string()).collect();
            let clipped = if *clip { ", clipped" } else { "" };
            format!("speed limits [{}], eta = {eta}{clipped}", speeds.join(", "))
        }
    }
}

struct Answer<'a> {
    steps: &'a [usize],
    trials: &'a [Trained],
    gaps: RefCell<Vec<Gap>>,
}

impl Answer<'_> {
    fn over_steps(&self, value: impl Fn(usize) -> Value) -> Value {
        Value::list((0..self.steps.len()).map(value).collect())
    }

    fn whole(&self, get: &dyn Fn(&Snapshot) -> f64) -> Value {
        self.over_steps(|index| self.number(index, ("", 0), &|seen| Ok(get(seen))))
    }

    /// One number of all trials at a recorded step.
    fn number(&self, index: usize, (field, layer): (&'static str, usize), get: &dyn Fn(&Snapshot) -> Measure) -> Value {
        let values: Result<Vec<f64>, Undefined> = self.trials.iter().map(|trial| get(&trial[index])).collect();
        match values {
            Err(why) => {
                self.gaps.borrow_mut().push((why, field, layer + 1, self.steps[index]));
                Value::UNDEFINED
            }
            Ok(values) if values.len() == 1 => Value::Double(values[0], DIGITS),
            Ok(values) => measured(&values),
        }
    }

    fn layer(&self, layer: usize) -> Value {
        let one = |field: &'static str, get: fn(&LayerMeasures) -> Measure| {
            (Name::from(field), self.over_steps(|index| self.number(index, (field, layer), &|seen| get(&seen.layers[layer]))))
        };
        let several = |field: &'static str, count: usize, get: fn(&LayerMeasures, usize) -> Measure| {
            let entry = |index, part| self.number(index, (field, layer), &|seen| get(&seen.layers[layer], part));
            (Name::from(field), self.over_steps(|index| Value::list((0..count).map(|part| entry(index, part)).collect())))
        };
        let mut fields = vec![
            (Name::from("layer"), Value::number(layer + 1)),
            one("nfc", |seen| seen.nfc),
            one("nfc_trace_centred", |seen| seen.nfc_trace_centred),
            one("nfc_pearson", |seen| seen.nfc_pearson),
            one("c_nfc", |seen| seen.c_nfc),
        ];
        if layer == 0 {
            fields.push(one("overlap_weights", |seen| seen.overlap_weights.unwrap_or(Err(Undefined::NoDirection))));
            fields.push(one("overlap_agop", |seen| seen.overlap_agop.unwrap_or(Err(Undefined::NoDirection))));
        }
        fields.extend([
            one("moved", |seen| seen.moved),
            several("left_alignment", 2, |seen, part| seen.left_alignment[part]),
            several("weight_terms", 4, |seen, part| seen.weight_terms[part]),
            several("agop_terms", 4, |seen, part| seen.agop_terms[part]),
            one("centred_share", |seen| seen.centred_share),
        ]);
        Value::record("layer", fields)
    }

    /// What a picture of the run shows.
    fn training(&self, experiment: &Experiment) -> Training {
        let course = |get: &dyn Fn(&Snapshot) -> Measure| -> Course {
            let at = |index: usize| {
                let values: Result<Vec<f64>, Undefined> = self.trials.iter().map(|trial| get(&trial[index])).collect();
                values.map_or([f64::NAN; 2], |values| mean_and_error(&values))
            };
            (0..self.steps.len()).map(at).collect()
        };
        let layer = |layer: usize| {
            let of = |get: fn(&LayerMeasures) -> Measure| course(&|seen| get(&seen.layers[layer]));
            [of(|seen| seen.nfc), of(|seen| seen.nfc_trace_centred), of(|seen| seen.c_nfc)]
        };
        let first = |get: fn(&LayerMeasures) -> Option<Measure>| {
            course(&|seen| seen.layers.first().and_then(get).unwrap_or(Err(Undefined::NoDirection)))
        };
        Training {
            name: name(experiment),
            steps: self.steps.to_vec(),
            errors: [course(&|seen| Ok(seen.test_error)), course(&|seen| Ok(seen.train_error))],
            layers: (0..experiment.widths.len()).map(layer).collect(),
            overlaps: [first(|seen| seen.overlap_weights), first(|seen| seen.overlap_agop)],
        }
    }

    /// One warning for each reason, with the fields, layers and steps that it concerns.
    fn explain(&self, call: &Call) {
        let gaps = self.gaps.borrow();
        let mut groups: Vec<Group> = Vec::new();
        for (why, field) in distinct(gaps.iter().map(|(why, field, ..)| (*why, *field))) {
            let of_field = || gaps.iter().filter(|gap| (gap.0, gap.1) == (why, field));
            let (layers, steps) = (distinct(of_field().map(|gap| gap.2)), distinct(of_field().map(|gap| gap.3)));
            match groups.iter_mut().find(|group| (group.why, &group.layers, &group.steps) == (why, &layers, &steps)) {
                Some(group) => group.fields.push(field),
                None => groups.push(Group { why, layers, steps, fields: vec![field] }),
            }
        }
        for Group { why, layers, steps, fields } in groups {
            let [layers, steps] = [("layer", layers), ("step", steps)].map(|(noun, numbers)| {
                let list: Vec<String> = numbers.iter().map(usize::to_string).collect();
                format!("{noun}{} {}", if list.len() == 1 { "" } else { "s" }, list.join(", "))
            });
            let reason = format!("{} of {layers} at {steps}: {}", fields.join(", "), why.reason());
            call.work().doubt(Doubt::Undefined { fields: &["layers"], reason });
        }
    }
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for item in items {
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}

fn measured(values: &[f64]) -> Value {
    let [mean, se] = mean_and_error(values);
    Value::Measured { mean, se }
}

/// Mean over the trials and its standard error, which one alone does not tell.
fn mean_and_error(values: &[f64]) -> [f64; 2] {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    [mean, (squares / (count - 1.0) / count).sqrt()]
}
