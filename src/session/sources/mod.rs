//! The sources of a value: from the expression behind it, with the definitions that it stands on, to the models and queries in
//! it, and from those to statements and papers.

mod papers;
mod statements;

use std::sync::Arc;

pub use papers::Paper;
pub use statements::Statement;
use statements::{Asked, of_model, of_queries};

use super::definition::{Definition, Names};
use super::evaluate::{Evaluation, Scope};
use super::queries::{self, Query, Repeat};
use super::value::{Hidden, Value};
use crate::language::syntax::{Argument, Expr, Kind};
use crate::model::Model;
use crate::theory::Doubt;

/// What an expression rests on.
pub struct Sources<'a> {
    evaluation: &'a Evaluation<'a>,
    asked: Asked,
    models: Vec<Arc<Model>>,
    /// Names that a sweep or a search varies, with the first of their values.
    varied: Vec<(String, Value)>,
    /// Definitions that were looked at.
    seen: Vec<*const Definition>,
}

impl<'a> Sources<'a> {
    /// Those of an expression and of its value.
    pub fn of(evaluation: &'a Evaluation<'a>, expr: &Expr, scope: Scope, value: &Value) -> Self {
        let mut sources = Self { evaluation, asked: Asked::default(), models: Vec::new(), varied: Vec::new(), seen: Vec::new() };
        sources.look(expr, scope);
        sources.keep(value);
        let met = evaluation.doubts.take();
        sources.asked.mean_split_off = met.iter().any(|doubt| matches!(doubt, Doubt::MeanSplitOff(_)));
        met.into_iter().for_each(|doubt| evaluation.doubts.leave(doubt));
        sources
    }

    /// The statements, each once.
    #[must_use]
    pub fn statements(&self) -> Vec<&'static Statement> {
        let mut found: Vec<&'static Statement> = Vec::new();
        let on_models = self.models.iter().flat_map(|model| of_model(model, &self.asked));
        for statement in on_models.chain(of_queries(&self.asked)) {
            if !found.contains(&statement) {
                found.push(statement);
            }
        }
        found
    }

    /// Queries and models in an expression, and in the definitions of its names.
    fn look(&mut self, expr: &Expr, scope: Scope) {
        super::definition::walk(expr, &mut |part| match &part.kind {
            Kind::Name(name) => {
                if let Some(definition) = scope.names.get(name) {
                    self.look_behind(definition);
                }
            }
            Kind::Call { function, arguments } => {
                if let Kind::Name(name) = &function.kind
                    && !scope.names.contains_key(name)
                {
                    self.call(name, arguments, part, scope);
                }
            }
            _ => {}
        });
    }

    fn call(&mut self, name: &str, arguments: &[Argument], call: &Expr, scope: Scope) {
        let Some(query) = queries::find(name) else { return };
        self.asked.queries.push(query.name);
        if matches!(query.name, "errors" | "spikes" | "check") {
            let given =
                |wanted: &str| arguments.iter().any(|argument| matches!(&argument.name, Some((name, _)) if name == wanted));
            // a check of a step has always a size
            let finite = given("n") && (query.name != "check" || given("eta"));
            self.asked.finite_step |= finite;
            self.asked.critical_step |= given("strength");
            self.asked.constant_step |= !finite && given("eta");
        }
        if query.repeat == Repeat::Points {
            self.vary(query, arguments, scope);
        }
        if query.makes_a_model() {
            // a rule's own names have values nowhere
            let locals = self.varied.clone();
            if let Ok(value) = self.evaluation.value(call, Scope { locals: &locals, ..scope }) {
                self.keep(&value);
            }
        }
    }

    /// What is varied stands at its first value while the models below are looked at.
    fn vary(&mut self, query: &Query, arguments: &[Argument], scope: Scope) {
        for argument in arguments {
            let Some((name, _)) = argument.name.as_ref().filter(|(name, _)| query.parameter(name).is_none()) else { continue };
            let first = match self.evaluation.value(&argument.value, scope) {
                Ok(Value::Range(range)) => range.low.clone(),
                Ok(Value::List(items)) if !items.is_empty() => items[0].clone(),
                _ => continue,
            };
            self.varied.push((name.clone(), first));
        }
    }

    fn look_behind(&mut self, definition: &Arc<Definition>) {
        if self.seen.contains(&Arc::as_ptr(definition)) {
            return;
        }
        self.seen.push(Arc::as_ptr(definition));
        if let Some((value, ..)) = definition.known(0) {
            self.keep(&value);
        }
        let names: &Names = &definition.names;
        self.look(&definition.body, Scope { names, locals: &[] });
    }

    /// The models that a value is, or keeps.
    fn keep(&mut self, value: &Value) {
        match value {
            Value::Model(model) => self.add(model),
            Value::List(items) => items.iter().for_each(|item| self.keep(item)),
            Value::Record(record) => match &record.hidden {
                Hidden::Law(model) | Hidden::Ridge(model) => self.add(model),
                Hidden::Check(checked) => self.add(&checked.model),
                Hidden::Errors(errors) => self.add(&errors.model),
                _ => {}
            },
            _ => {}
        }
    }

    fn add(&mut self, model: &Arc<Model>) {
        if !self.models.contains(model) {
            self.models.push(model.clone());
        }
    }
}
