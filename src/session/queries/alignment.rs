//! What the neural feature ansatz answers: `alignment`.

use super::{Query, Repeat, required};
use crate::session::value::Value;
use crate::theory::Alignment;

pub(super) const TABLE: &[Query] = &[Query {
    name: "alignment",
    parameters: &[required("m", "the model, for example ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = \"signs\")")],
    about: "the correlation of V^T V and V^T K V as training begins, V = W - W_0, and the regime that decides it",
    result: "a record: regime (A for E f' != 0, B for E f' = 0 != E f'', C for both 0), limit (the correlation, a cosine), gap (1 - limit), deficit (regime A: the limit of n*(1 - correlation)), traces (t1, t2, t3 of B and C), initial_nfc (the correlation of W^T W and W^T K W before training), initial_nfc_scale (regime A: the limit of sqrt(d) times it), overlap (regime A: squared cosine of X^T r with the teacher's direction); null where a field belongs to other regimes",
    example: "alignment(ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = \"signs\"))",
    repeat: Repeat::Numeric,
    run: |call| {
        let found: Alignment = call.answers("m")?.alignment().map_err(call.theory("m"))?;
        let traces = match found.traces {
            None => Value::UNDEFINED,
            Some(traces) => Value::list(traces.map(Value::from).into()),
        };
        let fields: Vec<(&str, Value)> = vec![
            ("regime", Value::Text(found.regime.name().to_owned())),
            ("limit", found.limit.into()),
            ("gap", found.gap.into()),
            ("deficit", found.deficit.into()),
            ("traces", traces),
            ("initial_nfc", found.initial.into()),
            ("initial_nfc_scale", found.initial_scale.into()),
            ("overlap", found.overlap.into()),
        ];
        Ok(Value::answer("alignment", fields))
    },
}];
