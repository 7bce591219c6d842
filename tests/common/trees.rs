//! Random syntax trees of every form the parser can give, and the walk over a tree.

use proptest::prelude::*;
use resolvent::language::syntax::{Argument, BinaryOp, Expr, Kind, Relation, Sampling, Span};

/// `visit` sees the expression and everything in it.
pub fn each(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    let children: Vec<&Expr> = match &expr.kind {
        Kind::Number(_) | Kind::Text(_) | Kind::Name(_) => vec![],
        Kind::Negate(a) | Kind::Field(a, _) | Kind::Derivative(a) => vec![a],
        Kind::Binary(_, a, b) | Kind::Compare(_, a, b) | Kind::Index(a, b) => vec![a, b],
        Kind::Call { function, arguments } => arguments.iter().map(|a| &a.value).chain([&**function]).collect(),
        Kind::List(values) => values.iter().collect(),
        Kind::Range { low, high, sampling } => match sampling {
            Sampling::Interval => vec![low, high],
            Sampling::Step(points) | Sampling::Count { count: points, .. } => {
                vec![low, high, points]
            }
        },
        Kind::If { condition, then, otherwise } => vec![condition, then, otherwise],
        Kind::Piecewise { arms, otherwise } => arms.iter().flat_map(|(c, e)| [c, e]).chain([&**otherwise]).collect(),
    };
    for child in children {
        each(child, visit);
    }
}

fn expr(kind: Kind) -> Expr {
    Expr { kind, span: Span::default() }
}

fn name() -> impl Strategy<Value = String> {
    const RESERVED: [&str; 6] = ["if", "then", "else", "set", "help", "piecewise"];
    let odd = prop::sample::select(vec!["log", "step", "count", "e", "e1", "E", "_", "x1", "diff"]);
    prop_oneof![odd.prop_map(String::from), "[a-zA-Z_][a-zA-Z0-9_]{0,5}"]
        .prop_filter("reserved", |name| !RESERVED.contains(&name.as_str()))
}

fn leaf() -> impl Strategy<Value = Kind> {
    let number = (any::<u64>(), -30i32..30).prop_map(|(digits, exponent)| {
        let ten = rug::Rational::from(10);
        Kind::Number(rug::Rational::from(digits) * rug::ops::Pow::pow(ten, exponent))
    });
    prop_oneof![
        number,
        (0u32..20).prop_map(|n| Kind::Number(n.into())),
        any::<String>().prop_map(|text| Kind::Text(text.replace(char::REPLACEMENT_CHARACTER, ""))),
        name().prop_map(Kind::Name)
    ]
}

/// Random trees, up to eight levels and about sixty nodes.
pub fn tree() -> impl Strategy<Value = Expr> {
    leaf().prop_map(expr).prop_recursive(8, 60, 4, |inner| {
        let one = inner.clone().prop_map(Box::new);
        let operator =
            prop::sample::select(vec![BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Multiply, BinaryOp::Divide, BinaryOp::Power]);
        let relation = prop::sample::select(vec![
            Relation::Less,
            Relation::LessEqual,
            Relation::Greater,
            Relation::GreaterEqual,
            Relation::Equal,
        ]);
        let sampling = prop_oneof![
            Just(Sampling::Interval),
            one.clone().prop_map(Sampling::Step),
            (one.clone(), any::<bool>()).prop_map(|(count, log)| Sampling::Count { count, log }),
        ];
        let argument = (prop::option::of(name()), inner.clone())
            .prop_map(|(name, value)| Argument { name: name.map(|name| (name, Span::default())), value });
        let callee = prop_oneof![
            name().prop_map(Kind::Name),
            one.clone().prop_map(Kind::Derivative),
            (one.clone(), name()).prop_map(|(of, field)| Kind::Field(of, field)),
            (one.clone(), one.clone()).prop_map(|(of, index)| Kind::Index(of, index)),
            inner.clone().prop_map(|value| Kind::Call {
                function: Box::new(expr(Kind::Name("diff".into()))),
                arguments: vec![Argument { name: None, value }],
            }),
        ];
        prop_oneof![
            one.clone().prop_map(Kind::Negate),
            (operator, one.clone(), one.clone()).prop_map(|(op, a, b)| Kind::Binary(op, a, b)),
            (relation, one.clone(), one.clone()).prop_map(|(relation, a, b)| Kind::Compare(relation, a, b)),
            (callee.prop_map(|kind| Box::new(expr(kind))), prop::collection::vec(argument, 0..4))
                .prop_map(|(function, arguments)| Kind::Call { function, arguments }),
            (one.clone(), name()).prop_map(|(of, field)| Kind::Field(of, field)),
            (one.clone(), one.clone()).prop_map(|(of, index)| Kind::Index(of, index)),
            one.clone().prop_map(Kind::Derivative),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Kind::List),
            (one.clone(), one.clone(), sampling).prop_map(|(low, high, sampling)| Kind::Range { low, high, sampling }),
            (one.clone(), one.clone(), one.clone())
                .prop_map(|(condition, then, otherwise)| { Kind::If { condition, then, otherwise } }),
            (prop::collection::vec((inner.clone(), inner.clone()), 1..3), one)
                .prop_map(|(arms, otherwise)| Kind::Piecewise { arms, otherwise }),
        ]
        .prop_map(expr)
    })
}
