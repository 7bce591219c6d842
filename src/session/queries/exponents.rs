//! How many samples the directions of a teacher take: `exponents`.

use super::{Query, Repeat, required};
use crate::activation::canonical;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory::{Doubt, Exponents, Generative, Transformation, exponents, exponents_of_several};

pub(super) const TABLE: &[Query] = &[Query {
    name: "exponents",
    parameters: &[required("g", "the teacher, a function of x, or a polynomial in x1 ... x9")],
    about: "exponents of a teacher: information (least k >= 1 with E g He_k != 0: online gradient descent takes d^max(1, k - 1) samples), generative (least k with E[He_k(Z) | g(Z)] != 0: d^max(1, k/2) are enough and needed), leap",
    result: "a record: information, generative ({at_most, power (by which function of g: the j of g^j, abs, or indicator of g > 0), at_least, proved (whether both agree)}), leap (of x1 ... x9; the information exponent for one variable)",
    example: "exponents(He(3, x))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let found = match call.given("g") {
        Some(Value::Several(g)) if g.alone().is_none() => {
            let reason = "generative: bounds are those of functions of one variable".to_owned();
            call.work().doubt(Doubt::Undefined { fields: &["generative"], reason });
            exponents_of_several(g)
        }
        _ => {
            let Some(g) = call.activation("g")? else { return Ok(Value::UNDEFINED) };
            if canonical(&g).is_constant() {
                let failure = call.refuse("g", format!("{g} is constant, and has no exponents: there is nothing to learn"));
                return Err(failure.with_help("take a teacher that varies, for example exponents(He(3, x))"));
            }
            exponents(&call.work(), &g)
        }
    };
    let Exponents { information, generative, leap } = found.map_err(call.theory("g"))?;
    let whole = |value: Option<usize>| value.map_or(Value::UNDEFINED, Value::number);
    let fields: Vec<(&str, Value)> = vec![
        ("information", whole(information)),
        ("generative", generative.map_or(Value::UNDEFINED, bounds)),
        ("leap", whole(leap)),
    ];
    Ok(Value::record("exponents", fields))
}

fn bounds(found: Generative) -> Value {
    let Generative { at_most, by, at_least } = found;
    let power = match by {
        Transformation::Power(j) => Value::number(j),
        Transformation::Abs => Value::Text("abs".to_owned()),
        Transformation::Indicator => Value::Text("indicator".to_owned()),
    };
    let fields: Vec<(&str, Value)> = vec![
        ("at_most", Value::number(at_most)),
        ("power", power),
        ("at_least", Value::number(at_least)),
        ("proved", Value::Flag(at_most == at_least)),
    ];
    Value::record("generative", fields)
}
