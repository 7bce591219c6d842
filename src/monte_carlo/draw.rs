//! What one draw of an ensemble returns: plain data, written and read back without loss through serde.

use serde::{Deserialize, Deserializer, Serialize};

/// One draw.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Draw {
    /// The spectra of its matrices, in the order of the model: one for features, one a layer for kernels.
    pub spectra: Vec<Spectrum>,
    /// What else was measured, by name. What is not finite is undefined: NaN here, null in a file.
    #[serde(deserialize_with = "undefined_as_nan")]
    pub scalars: Vec<(String, f64)>,
}

/// The spectrum of one symmetric matrix.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Spectrum {
    /// All eigenvalues, ascending; structural zeros are exact.
    pub eigenvalues: Vec<f64>,
    /// What the eigenvectors have to do with reference vectors, when that was asked for.
    pub overlaps: Vec<Overlap>,
}

/// How a reference vector is distributed over the eigenvectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// The name of the vector.
    pub reference: String,
    /// The squared cosine of the vector with each unit eigenvector, in the order of the eigenvalues; 0 at structural zeros.
    pub weights: Vec<f64>,
}

impl Draw {
    /// The scalar of this name; NaN when there is none.
    #[must_use]
    pub fn scalar(&self, name: &str) -> f64 {
        self.scalars.iter().find(|(known, _)| known == name).map_or(f64::NAN, |(_, value)| *value)
    }
}

impl Spectrum {
    /// A spectrum without overlaps.
    #[must_use]
    pub fn new(eigenvalues: Vec<f64>) -> Self {
        Self { eigenvalues, overlaps: Vec::new() }
    }

    /// The squared cosine of a reference vector with the eigenvector at this place; NaN when it was not measured.
    #[must_use]
    pub fn weight(&self, reference: &str, index: usize) -> f64 {
        let overlap = self.overlaps.iter().find(|overlap| overlap.reference == reference);
        overlap.and_then(|overlap| overlap.weights.get(index)).copied().unwrap_or(f64::NAN)
    }
}

fn undefined_as_nan<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<(String, f64)>, D::Error> {
    let list = Vec::<(String, Option<f64>)>::deserialize(source)?;
    Ok(list.into_iter().map(|(name, value)| (name, value.unwrap_or(f64::NAN))).collect())
}
