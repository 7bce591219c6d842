//! The tree of a real function of one variable x: plain data, shared by reference, simplified a little as it is built.
//!
//! Constants are functions without x; decimal literals are exact rationals. Quotients and differences keep their shape, so
//! that evaluation follows what the user typed. Every constructor folds rational arithmetic and drops neutral elements, and
//! nothing more: deeper identities belong to the places that prove zeros.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use rug::ops::Pow;
use rug::{Integer, Rational};

use super::{Cofactor, Primitive};
use crate::number::Ball;

/// Largest numerator or denominator, in bits, that constant folding may produce.
const FOLD_BITS: u32 = 20_000;

/// A function of x. Cloning is cheap.
#[derive(Clone)]
pub struct Function(Arc<Shared>);

/// A node with what is known of the tree below it.
struct Shared {
    node: Node,
    constant: bool,
    size: usize,
    depth: usize,
    /// Equal for equal trees, and seldom for others.
    fingerprint: u64,
}

/// One node of a function's tree.
#[derive(Debug, PartialEq)]
pub enum Node {
    /// The variable.
    X,
    /// An exact rational constant.
    Rational(Rational),
    /// π.
    Pi,
    /// A real constant computed elsewhere to any precision, such as a mean.
    Constant(Constant),
    /// a + b.
    Add(Function, Function),
    /// a − b.
    Subtract(Function, Function),
    /// a·b.
    Multiply(Function, Function),
    /// a/b.
    Divide(Function, Function),
    /// −a.
    Negate(Function),
    /// a^b.
    Power(Function, Function),
    /// The larger of two.
    Max(Function, Function),
    /// The smaller of two.
    Min(Function, Function),
    /// A primitive of the catalogue applied to a function.
    Apply(Primitive, Function),
    /// g(c + t)/tᵐ for a zero c of g, at the given t: made only where a branch is continued across c.
    Cofactor(Cofactor, Function),
    /// The value of the first arm whose condition holds, or the last function.
    Piecewise(Vec<(Condition, Function)>, Function),
}

/// `difference` stands in `relation` to zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Left side minus right side.
    pub difference: Function,
    /// How it must compare to zero.
    pub relation: Relation,
}

/// A comparison with zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
}

impl Relation {
    /// Whether a number with this sign satisfies the relation.
    #[must_use]
    pub fn holds(self, sign: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => sign.is_lt(),
            Self::LessEqual => sign.is_le(),
            Self::Greater => sign.is_gt(),
            Self::GreaterEqual => sign.is_ge(),
            Self::Equal => sign.is_eq(),
        }
    }
}

/// A real number with a name in the query language and an enclosure at any precision.
#[derive(Clone)]
pub struct Constant {
    /// Text that the query language reads back, such as `gaussian(relu(x)).mean`.
    pub text: String,
    /// The enclosure at so many bits (the ball that says nothing when it cannot be had).
    pub enclose: Arc<dyn Fn(u32) -> Ball + Send + Sync>,
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Constant({})", self.text)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.node, f)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other, &mut HashSet::new())
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.fingerprint.hash(state);
    }
}

impl From<Node> for Function {
    fn from(node: Node) -> Self {
        let children = node.children();
        let constant = !matches!(node, Node::X) && children.iter().all(|child| child.is_constant());
        let size = children.iter().fold(1usize, |sum, child| sum.saturating_add(child.size()));
        let depth = 1 + children.iter().map(|child| child.depth()).max().unwrap_or(0);
        let fingerprint = node.fingerprint();
        Self(Arc::new(Shared { node, constant, size, depth, fingerprint }))
    }
}

impl Node {
    /// The functions directly below the node, conditions included.
    #[must_use]
    pub fn children(&self) -> Vec<&Function> {
        match self {
            Self::X | Self::Rational(_) | Self::Pi | Self::Constant(_) => Vec::new(),
            Self::Negate(a) | Self::Apply(_, a) | Self::Cofactor(_, a) => vec![a],
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Power(a, b)
            | Self::Max(a, b)
            | Self::Min(a, b) => vec![a, b],
            Self::Piecewise(arms, otherwise) => {
                arms.iter().flat_map(|(condition, value)| [&condition.difference, value]).chain([otherwise]).collect()
            }
        }
    }
}

impl Node {
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        std::mem::discriminant(self).hash(&mut hasher);
        match self {
            Self::Rational(value) => value.hash(&mut hasher),
            Self::Constant(constant) => constant.text.hash(&mut hasher),
            Self::Apply(primitive, _) => primitive.hash(&mut hasher),
            Self::Cofactor(cofactor, _) => (cofactor.order(), cofactor.numerator().fingerprint()).hash(&mut hasher),
            Self::Piecewise(arms, _) => arms.iter().for_each(|(condition, _)| condition.relation.hash(&mut hasher)),
            _ => {}
        }
        self.children().iter().for_each(|child| child.hash(&mut hasher));
        hasher.finish()
    }
}

/// Whether two nodes are the same but for what is below them.
fn is_alike(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Rational(a), Node::Rational(b)) => a == b,
        (Node::Constant(a), Node::Constant(b)) => a == b,
        (Node::Apply(a, _), Node::Apply(b, _)) => a == b,
        (Node::Cofactor(a, _), Node::Cofactor(b, _)) => a == b,
        (Node::Piecewise(a, _), Node::Piecewise(b, _)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((a, _), (b, _))| a.relation == b.relation)
        }
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

fn is_small(value: &Rational) -> bool {
    value.numer().significant_bits().max(value.denom().significant_bits()) <= FOLD_BITS
}

impl Function {
    /// The function x ↦ x.
    #[must_use]
    pub fn x() -> Self {
        Node::X.into()
    }

    /// A rational constant.
    pub fn rational(value: impl Into<Rational>) -> Self {
        Node::Rational(value.into()).into()
    }

    /// The node at the root.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// Where the node is kept: equal addresses are the same subtree.
    #[must_use]
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    /// Equality, each pair of subtrees compared once.
    fn is_same(&self, other: &Self, compared: &mut HashSet<[usize; 2]>) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        if self.0.fingerprint != other.0.fingerprint || !is_alike(self.node(), other.node()) {
            return false;
        }
        let (a, b) = (self.node().children(), other.node().children());
        !compared.insert([self.address(), other.address()])
            || (a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.is_same(b, compared)))
    }

    /// A number that is equal for equal trees, and seldom for others.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.0.fingerprint
    }

    /// The value of a rational constant.
    #[must_use]
    pub fn as_rational(&self) -> Option<&Rational> {
        if let Node::Rational(value) = self.node() { Some(value) } else { None }
    }

    /// Whether this is the rational constant 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_rational().is_some_and(|value| *value == 0)
    }

    /// Whether x does not occur.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.0.constant
    }

    /// The number of nodes, shared ones counted each time (saturating).
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size
    }

    /// The longest path from the root.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.depth
    }

    /// The same tree with `change` applied to each function directly below the root, rebuilt by the constructors.
    #[must_use]
    pub fn map_children(&self, change: &mut dyn FnMut(&Self) -> Self) -> Self {
        match self.node() {
            Node::X | Node::Rational(_) | Node::Pi | Node::Constant(_) => self.clone(),
            Node::Negate(a) => -change(a),
            Node::Apply(primitive, a) => change(a).apply(*primitive),
            Node::Cofactor(cofactor, t) => Node::Cofactor(cofactor.clone(), change(t)).into(),
            Node::Add(a, b) => change(a) + change(b),
            Node::Subtract(a, b) => change(a) - change(b),
            Node::Multiply(a, b) => change(a) * change(b),
            Node::Divide(a, b) => change(a) / change(b),
            Node::Power(a, b) => change(a).power(&change(b)),
            Node::Max(a, b) => change(a).max(&change(b)),
            Node::Min(a, b) => change(a).min(&change(b)),
            Node::Piecewise(arms, otherwise) => {
                let arms = arms
                    .iter()
                    .map(|(condition, value)| {
                        let difference = change(&condition.difference);
                        (Condition { difference, relation: condition.relation }, change(value))
                    })
                    .collect();
                Self::piecewise(arms, change(otherwise))
            }
        }
    }

    /// The composition: `inner` in the place of x. What is shared stays shared.
    #[must_use]
    pub fn substitute(&self, inner: &Self) -> Self {
        if matches!(inner.node(), Node::X) { self.clone() } else { self.composed(inner, &mut HashMap::new()) }
    }

    fn composed(&self, inner: &Self, known: &mut HashMap<usize, Self>) -> Self {
        if matches!(self.node(), Node::X) {
            return inner.clone();
        }
        if self.is_constant() {
            return self.clone();
        }
        if let Some(known) = known.get(&self.address()) {
            return known.clone();
        }
        let result = self.map_children(&mut |child| child.composed(inner, known));
        known.insert(self.address(), result.clone());
        result
    }

    /// `primitive(self)`.
    #[must_use]
    pub fn apply(&self, primitive: Primitive) -> Self {
        primitive.fold(self).unwrap_or_else(|| Node::Apply(primitive, self.clone()).into())
    }

    /// max(a, b).
    #[must_use]
    pub fn max(&self, other: &Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(a.max(b).clone()),
            _ if self == other => self.clone(),
            _ => Node::Max(self.clone(), other.clone()).into(),
        }
    }

    /// min(a, b).
    #[must_use]
    pub fn min(&self, other: &Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(a.min(b).clone()),
            _ if self == other => self.clone(),
            _ => Node::Min(self.clone(), other.clone()).into(),
        }
    }

    /// a^b, with integer powers of rationals folded.
    #[must_use]
    pub fn power(&self, exponent: &Self) -> Self {
        if let Some(n) = exponent.as_rational() {
            if *n == 0 {
                return Self::rational(1);
            }
            if *n == 1 {
                return self.clone();
            }
            if let (Some(base), Some(k)) = (self.as_rational(), n.is_integer().then(|| n.numer().to_i32()).flatten()) {
                let bits = base.numer().significant_bits().max(base.denom().significant_bits());
                if !(base.is_zero() && k < 0) && u64::from(bits) * u64::from(k.unsigned_abs()) <= u64::from(FOLD_BITS) {
                    return Self::rational(Rational::from(base.pow(k)));
                }
            }
        }
        Node::Power(self.clone(), exponent.clone()).into()
    }

    /// a^n for an integer n.
    #[must_use]
    pub fn powi(&self, exponent: i32) -> Self {
        self.power(&Self::rational(exponent))
    }

    /// The piecewise function; arms with conditions on rational constants are decided.
    #[must_use]
    pub fn piecewise(arms: Vec<(Condition, Self)>, otherwise: Self) -> Self {
        let mut kept = Vec::new();
        for (condition, value) in arms {
            match condition.difference.as_rational().map(|d| condition.relation.holds(d.cmp0())) {
                Some(true) if kept.is_empty() => return value,
                Some(true) => return Node::Piecewise(kept, value).into(),
                Some(false) => {}
                None => kept.push((condition, value)),
            }
        }
        if kept.iter().all(|(_, value)| *value == otherwise) {
            return otherwise;
        }
        Node::Piecewise(kept, otherwise).into()
    }

    /// The integer exponent of `Power`, when it is one that fits an `i32`.
    #[must_use]
    pub fn integer(&self) -> Option<i32> {
        self.as_rational().filter(|value| value.is_integer()).and_then(|value| value.numer().to_i32())
    }
}

/// The probabilists' Hermite polynomial He_k as a polynomial in `argument`.
#[must_use]
pub fn hermite_polynomial(k: u32, argument: &Function) -> Function {
    let coefficients = hermite_coefficients(k);
    let terms = coefficients.iter().enumerate().rev().filter(|(_, c)| **c != 0);
    let mut sum = Function::rational(0);
    for (power, c) in terms {
        let term = Function::rational(Integer::from(c.abs_ref())) * argument.powi(power as i32);
        sum = if *c < 0 { sum - term } else { sum + term };
    }
    sum
}

/// The integer coefficients of He_k, constant term first: He_{k+1} = x He_k − k He_{k−1}.
#[must_use]
pub fn hermite_coefficients(k: u32) -> Vec<Integer> {
    let (mut before, mut now) = (Vec::new(), vec![Integer::from(1)]);
    for j in 0..k {
        let mut next = vec![Integer::new()];
        next.extend(now.iter().cloned());
        for (target, value) in next.iter_mut().zip(&before) {
            *target -= Integer::from(value * j);
        }
        before = std::mem::replace(&mut now, next);
    }
    now
}

impl std::ops::Add for Function {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(Rational::from(a + b)),
            _ if self.is_zero() => other,
            _ if other.is_zero() => self,
            _ => Node::Add(self, other).into(),
        }
    }
}

impl std::ops::Sub for Function {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) => Self::rational(Rational::from(a - b)),
            _ if other.is_zero() => self,
            _ if self.is_zero() => -other,
            _ if self == other => Self::rational(0),
            _ => Node::Subtract(self, other).into(),
        }
    }
}

impl std::ops::Mul for Function {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if let (Some(a), Some(b)) = (self.as_rational(), other.as_rational()) {
            let product = Rational::from(a * b);
            return if is_small(&product) { Self::rational(product) } else { Node::Multiply(self, other).into() };
        }
        match (self.as_rational(), other.as_rational()) {
            (Some(a), _) if *a == 1 => other,
            (_, Some(b)) if *b == 1 => self,
            (Some(a), _) if *a == -1 => -other,
            (_, Some(b)) if *b == -1 => -self,
            _ => Node::Multiply(self, other).into(),
        }
    }
}

impl std::ops::Div for Function {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        match (self.as_rational(), other.as_rational()) {
            (Some(a), Some(b)) if *b != 0 => Self::rational(Rational::from(a / b)),
            (_, Some(b)) if *b == 1 => self,
            _ => Node::Divide(self, other).into(),
        }
    }
}

impl std::ops::Neg for Function {
    type Output = Self;
    fn neg(self) -> Self {
        match self.node() {
            Node::Rational(value) => Self::rational(Rational::from(-value)),
            Node::Negate(inner) => inner.clone(),
            _ => Node::Negate(self).into(),
        }
    }
}
