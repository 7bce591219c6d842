//! A function of another program, of which nothing is known but its values in doubles.

use std::fmt;
use std::sync::Arc;

/// Replaces every x of a slice by f(x).
type Apply = dyn Fn(&mut [f64]) + Send + Sync;

/// A function on slices of doubles. The simulation alone can use it: no theory follows from values.
#[derive(Clone)]
pub struct BlackBox {
    /// What it is called where it is printed.
    pub name: String,
    apply: Arc<Apply>,
}

impl BlackBox {
    /// A function that replaces every x of a slice by f(x), from any thread; NaN stands for no value.
    pub fn new(name: impl Into<String>, apply: impl Fn(&mut [f64]) + Send + Sync + 'static) -> Self {
        Self { name: name.into(), apply: Arc::new(apply) }
    }

    /// Replaces every x of `values` by f(x).
    pub fn apply(&self, values: &mut [f64]) {
        (self.apply)(values);
    }
}

impl fmt::Debug for BlackBox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "BlackBox({})", self.name)
    }
}

impl PartialEq for BlackBox {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.apply, &other.apply)
    }
}
