//! What people and JSON are told of a doubt; the closed list of them is [`Doubt`].

use crate::theory::Doubt;

/// An activation is named in a warning when it has at most so many characters.
const LONGEST: usize = 60;

/// Its name, as JSON shows it.
#[must_use]
pub fn name(doubt: &Doubt) -> String {
    match doubt {
        Doubt::NotSeparatedFromZero => "not_separated_from_zero".to_owned(),
        Doubt::CountedAsZero(_) => "counted_as_zero".to_owned(),
        Doubt::KinksBeyond { .. } => "kinks_beyond".to_owned(),
        Doubt::MeanSplitOff(_) => "mean_split_off".to_owned(),
        Doubt::Centred { .. } => "centred".to_owned(),
        Doubt::NormsGrowApart { .. } => "norms_grow_apart".to_owned(),
        Doubt::StepCentred(_) => "centred".to_owned(),
        Doubt::NothingLearned(_) => "nothing_learned".to_owned(),
        Doubt::TeacherUnseen(_) | Doubt::EvenLayer { .. } => "nothing_learned".to_owned(),
        Doubt::InterpolationThreshold(_) => "interpolation_threshold".to_owned(),
        Doubt::CriticalAlpha(_) => "critical_alpha".to_owned(),
        Doubt::LargeStep(_) => "large_step".to_owned(),
        Doubt::PopulationScaled { .. } => "population_scaled".to_owned(),
        Doubt::DataScaled { .. } => "data_scaled".to_owned(),
        Doubt::SmallMean { .. } => "small_mean".to_owned(),
        Doubt::SmallSlope { .. } => "small_slope".to_owned(),
        Doubt::AveragedBias => "averaged_bias".to_owned(),
        Doubt::UnboundedSupport => "unbounded_support".to_owned(),
        Doubt::UnboundedSupportSeen => "unbounded_support_not_proved".to_owned(),
        Doubt::BoundedSupportSeen => "upper_edge_not_proved".to_owned(),
        Doubt::BoundedSlopeSeen(_) => "bounded_slope_not_proved".to_owned(),
        Doubt::NoGapAtZero => "no_gap_at_zero".to_owned(),
        Doubt::NoGapAtZeroSeen => "no_gap_at_zero_not_proved".to_owned(),
        Doubt::NotRankOne { .. } => "not_rank_one".to_owned(),
        Doubt::CheckInconclusive => "check_inconclusive".to_owned(),
        Doubt::AtPoints { name, .. } => name.clone(),
        Doubt::SignWithoutRoot(_) => "sign_without_root".to_owned(),
        Doubt::PointsFailed { .. } => "points_failed".to_owned(),
        Doubt::Undefined { reason, .. } => format!("undefined: {reason}"),
    }
}

/// The name and what it means, for people.
#[must_use]
pub fn text(doubt: &Doubt) -> String {
    let meaning = match doubt {
        Doubt::NotSeparatedFromZero => "printed 0e-E means that the value is below 10^-E in size and may be 0",
        Doubt::CountedAsZero(place) => {
            return format!("counted_as_zero: near x = {place} a number below 10^-1200 counts as 0, which is not proved");
        }
        Doubt::KinksBeyond { reach, next: Some(next) } => {
            return format!("kinks_beyond: there are more than those listed, with |x| <= {reach}: the next is near x = {next}");
        }
        Doubt::KinksBeyond { reach, next: None } => {
            return format!("kinks_beyond: those with |x| <= {reach} are listed, and more are not ruled out");
        }
        Doubt::MeanSplitOff(f) => {
            let subject = if f.chars().count() <= LONGEST { f } else { "f" };
            return format!(
                "mean_split_off: the mean of {subject} makes one outlier of order n; the law is that of f minus its mean"
            );
        }
        Doubt::Centred { .. }
        | Doubt::StepCentred(_)
        | Doubt::NothingLearned(_)
        | Doubt::TeacherUnseen(_)
        | Doubt::EvenLayer { .. }
        | Doubt::InterpolationThreshold(_)
        | Doubt::CriticalAlpha(_)
        | Doubt::NotRankOne { .. }
        | Doubt::LargeStep(_)
        | Doubt::SmallSlope { .. }
        | Doubt::NormsGrowApart { .. }
        | Doubt::PopulationScaled { .. }
        | Doubt::BoundedSlopeSeen(_)
        | Doubt::DataScaled { .. } => return of_networks(doubt),
        Doubt::SmallMean { rows } => {
            return format!(
                "small_mean: the mean of f makes an outlier from n1 = {rows} on; the other outliers are those of smaller matrices, and in the limit it takes those along its vectors in"
            );
        }
        Doubt::AveragedBias => {
            "this is the equation without bias with coefficients averaged over b, for comparison; simulations of a row bias reject it unless f is affine"
        }
        Doubt::UnboundedSupport => {
            "the variance of f(tau Z + b) grows without bound in b, which is proved, so that the support has no upper edge"
        }
        Doubt::UnboundedSupportSeen => {
            "the variance of f(tau Z + b) grows at every b tried, so that the support seems to have no upper edge; as this is not proved, none is given"
        }
        Doubt::BoundedSupportSeen => {
            "the variance of f(tau Z + b) does not grow at the b tried, but that it is bounded is not proved, and no upper edge is given"
        }
        Doubt::NoGapAtZero => {
            "the variance of f(tau Z + b) tends to 0 for large b, which is proved, so that the support reaches down to 0"
        }
        Doubt::NoGapAtZeroSeen => {
            "the variance of f(tau Z + b) is small at the large b tried, so that the support seems to reach down to 0; this is not proved"
        }
        Doubt::CheckInconclusive => "the simulation is too small to decide every row; raise n or trials",
        Doubt::AtPoints { name, points } => {
            return format!("{name}: at {points} {}", if *points == 1 { "point" } else { "points" });
        }
        Doubt::SignWithoutRoot(sentence) => return format!("sign_without_root: {sentence}"),
        Doubt::PointsFailed { failed, of } => {
            return format!("points_failed: {failed} of {of} points have no value");
        }
        Doubt::Undefined { .. } => return name(doubt),
    };
    format!("{}: {meaning}", name(doubt))
}

/// What is said of kernels, their data and their steps.
fn of_networks(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Centred { f, deep } => {
            let other = if *deep {
                "; with its mean the network is another model from layer 2 on: kernel(…, normalize = false)"
            } else {
                "; as typed it makes one outlier of order n more"
            };
            format!("centred: the mean of {f} is taken off in every layer{other}")
        }
        Doubt::StepCentred(what) => match &what[..] {
            [one] => format!("centred: the mean of {one} is taken off"),
            several => format!("centred: the means of {} are taken off", several.join(" and ")),
        },
        Doubt::BoundedSlopeSeen(f) => {
            format!(
                "bounded_slope_not_proved: the slope of {f} is not larger at places far out than nearby; that it is bounded, without which there is no upper edge, is not proved"
            )
        }
        Doubt::NothingLearned(why) => format!("nothing_learned: {why}; every gain is 0"),
        Doubt::TeacherUnseen(teacher) => {
            format!(
                "nothing_learned: the teacher {teacher} has no part that is linear in the inputs, and with n and widths proportional to d the rest of a teacher is noise to every f; its part of degree k is learned from n of order d^k on: give d and count n and widths"
            )
        }
        Doubt::EvenLayer { layer, f } => {
            format!(
                "nothing_learned: E f' = 0 for f = {f} of layer {layer}, which passes nothing on that is linear in the inputs; the labels are noise to what is above"
            )
        }
        Doubt::InterpolationThreshold(rank) => {
            format!(
                "interpolation_threshold: n is the rank {rank} of the features, and without a ridge the test error is infinite there; its parts that stay finite are found with a small ridge"
            )
        }
        Doubt::CriticalAlpha(alpha) => {
            format!(
                "critical_alpha: at alpha = {alpha} the strength of the next spike, where there is one, stays finite; the answer is that of the lower degree"
            )
        }
        Doubt::NotRankOne { quality } => {
            format!(
                "not_rank_one: eta times the norm of G - c_1*a*beta^T is {quality}, above 1/2: this step is not the one of the theory; take a smaller eta, a larger n or update = \"rank_one\""
            )
        }
        Doubt::LargeStep(strength) => {
            format!("large_step: t = {strength} is not small, and what of order t^2 changes in the bulk is left out")
        }
        Doubt::SmallSlope { samples } => {
            format!(
                "small_slope: E f' is small, so that this limit holds for n far above {samples} samples; below, neither it nor the one of E f' = 0 does"
            )
        }
        Doubt::NormsGrowApart { f, growth } => {
            format!(
                "norms_grow_apart: E Z s s' of the normalised {f} is {growth} > 1, so that norms of hidden columns grow apart from layer to layer and finite widths are far from the limit; columns = \"unit\" normalises them"
            )
        }
        Doubt::PopulationScaled { mean } => {
            format!("population_scaled: the population is divided by its mean {mean}: the model has one of mean 1")
        }
        Doubt::DataScaled { factor, norms: [least, most], cosine } => {
            format!(
                "data_scaled: X is multiplied by {factor}, so that its columns have mean square norm 1; their norms lie between {least} and {most}, and two columns have a cosine up to {cosine}. The theory holds for norms near 1 and small cosines"
            )
        }
        _ => name(doubt),
    }
}
