//! Values kept outside of a session, so that they may stand in the statements of another one: a value with the definitions that it
//! was made from, and the Gaussian data found on the way.
//!
//! A program that embeds the language has no names of its own to share: each of its values is an object, which it binds to a name
//! of its choice for one statement. A kept value is found again at more bits when a later statement needs more digits.

use std::fmt;
use std::sync::Arc;

use super::definition::{Definition, Names};
use super::run::{LAST, Session};
use super::settings::Settings;
use super::value::Value;
use crate::language::syntax::{Expr, Kind, Span};
use crate::theory::Cache;

/// A value that outlives its session. Cloning is cheap, and threads may share it.
#[derive(Clone)]
pub struct Kept {
    definition: Arc<Definition>,
    gaussian: Arc<Cache>,
}

impl Kept {
    /// A value that was not made by a statement, such as a matrix; `name` stands for it where it is printed.
    #[must_use]
    pub fn given(name: &str, value: Value) -> Self {
        let body = Expr { kind: Kind::Name(name.to_owned()), span: Span::default() };
        let definition = Definition::new(name.to_owned(), Vec::new(), body, &Names::new());
        definition.keep(value, Vec::new(), None);
        Self { definition: Arc::new(definition), gaussian: Arc::default() }
    }

    /// A session that shares its Gaussian data, in which it has this name.
    #[must_use]
    pub fn session(&self, settings: Settings) -> Session {
        Session::sharing(settings, self.gaussian.clone())
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Kept({})", self.definition.to_string().trim_end())
    }
}

impl Session {
    /// Gives a kept value a name, as a definition would; one that the language uses for itself cannot be reached by it.
    pub fn bind(&mut self, name: &str, kept: &Kept) {
        self.names.insert(name.to_owned(), kept.definition.clone());
    }

    /// The last value, to be kept.
    #[must_use]
    pub fn last_kept(&self) -> Option<Kept> {
        let definition = self.names.get(LAST)?.clone();
        Some(Kept { definition, gaussian: self.shared_data() })
    }
}
