//! What `train` answers: lists over the recorded steps, and why some entries are undefined.

use std::cell::RefCell;

use crate::monte_carlo::training::{Experiment, LayerMeasures, Measure, Snapshot, Trained, Undefined};
use crate::session::call::Call;
use crate::session::value::{Name, Value};
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
    Value::record("train", fields)
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

/// Mean over the trials and its standard error.
fn measured(values: &[f64]) -> Value {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Value::Measured { mean, se: (squares / (count - 1.0) / count).sqrt() }
}
