//! A field of an answer that is asked for alone, as in `spikes(m)[0].survives`: a query that can works out that field and nothing else.
//!
//! What is asked at many points is most often one field. The answer is the record with all of its fields, of which that one is
//! certain and the others may be undefined; it is never kept under a name.

use super::call;
use super::evaluate::{Evaluation, Scope, whole};
use super::failure::Failure;
use super::queries;
use super::value::Value;
use crate::activation::Function;
use crate::language::syntax::{Expr, Kind};

/// What is asked of the answer of a query.
#[derive(Clone, Copy, Debug)]
pub struct Part<'e> {
    /// The place in a list of records; none where the answer is a record.
    pub place: Option<usize>,
    /// The field.
    pub field: &'e str,
}

/// The record that `of` is, with this field in it, from a query that answers it alone; none where it has to be evaluated whole.
///
/// # Errors
/// Those of the query.
pub fn of(evaluation: &Evaluation, of: &Expr, field: &str, scope: Scope) -> Result<Option<Value>, Failure> {
    let (asked, place) = match &of.kind {
        Kind::Index(list, index) => match &index.kind {
            Kind::Number(number) => (&**list, whole(&Function::rational(number.clone()))),
            _ => return Ok(None),
        },
        _ => (of, None),
    };
    let Kind::Call { function, arguments } = &asked.kind else { return Ok(None) };
    let Kind::Name(name) = &function.kind else { return Ok(None) };
    if scope.defines(name) || (place.is_none() && asked.span != of.span) {
        return Ok(None);
    }
    match queries::find(name).zip(queries::answers_parts(name)) {
        Some((query, answer)) => {
            call::run_part(evaluation, query, asked, arguments, scope, |call| answer(call, Part { place, field }))
        }
        None => Ok(None),
    }
}
