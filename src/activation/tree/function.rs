//! The tree of a real function of one variable x: plain data, shared by reference.
//!
//! Constants are functions without x; decimal literals are exact rationals. Every node knows its size, its depth and a
//! fingerprint, so that equal trees are found fast. Trees are put together by the constructors in `build`.

use std::any::Any;
use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, OnceLock};

use rug::Rational;

use super::primitive::Primitive;
use crate::language::syntax::Relation;
use crate::number::Ball;

/// A function of x. Cloning is cheap.
#[derive(Clone)]
pub struct Function(Arc<Shared>);

/// A node with what is known of the tree below it.
struct Shared {
    node: Node,
    constant: bool,
    closed: bool,
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
    /// Whether the text tells one ball, which `enclose` gives at any precision.
    pub is_ball: bool,
}

/// A derivative of the cofactor of a zero of a function. Cloning is cheap.
#[derive(Clone)]
pub struct Cofactor(pub(super) Arc<Quotient>);

/// What a cofactor is made of.
pub(super) struct Quotient {
    /// h with q⁽ʲ⁾(t) = h(c + t)/t^order.
    pub(super) numerator: Function,
    /// c, a constant.
    pub(super) zero: Function,
    /// The power of t in the denominator.
    pub(super) order: u32,
    /// j.
    pub(super) derivatives: u32,
    /// j! g^{(m+j)}/(m + j)!.
    pub(super) slope: Function,
    /// What evaluation keeps beside it; of a type that the tree need not know.
    pub(super) kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl PartialEq for Cofactor {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        Arc::ptr_eq(a, b) || (a.order == b.order && a.zero == b.zero && a.numerator == b.numerator)
    }
}

impl fmt::Debug for Cofactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cofactor({:?}, {:?}, {})", self.0.numerator, self.0.zero, self.0.order)
    }
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
        let closed = !matches!(node, Node::Constant(_)) && children.iter().all(|child| child.is_closed());
        let size = children.iter().fold(1usize, |sum, child| sum.saturating_add(child.size()));
        let depth = node.depth();
        let fingerprint = node.fingerprint();
        Self(Arc::new(Shared { node, constant, closed, size, depth, fingerprint }))
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

    /// Sums and products lean to the left: their terms and factors all stand one level below.
    fn depth(&self) -> usize {
        let below = |child: &Function| 1 + child.depth();
        let leaning = |a: &Function, b: &Function, flat: bool| below(b).max(if flat { a.depth() } else { below(a) });
        match self {
            Self::Add(a, b) | Self::Subtract(a, b) => leaning(a, b, matches!(a.node(), Self::Add(..) | Self::Subtract(..))),
            Self::Multiply(a, b) | Self::Divide(a, b) => leaning(a, b, matches!(a.node(), Self::Multiply(..) | Self::Divide(..))),
            _ => self.children().into_iter().map(below).max().unwrap_or(1),
        }
    }

    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        std::mem::discriminant(self).hash(&mut hasher);
        match self {
            Self::Rational(value) => value.hash(&mut hasher),
            Self::Constant(constant) => constant.text.hash(&mut hasher),
            Self::Apply(primitive, _) => primitive.hash(&mut hasher),
            Self::Cofactor(Cofactor(parts), _) => (parts.order, &parts.numerator).hash(&mut hasher),
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
impl Function {
    /// The function x ↦ x.
    #[must_use]
    pub fn x() -> Self {
        Node::X.into()
    }

    /// The constant 1, one node for all who ask.
    #[must_use]
    pub fn one() -> Self {
        static ONE: LazyLock<Function> = LazyLock::new(|| Function::rational(1));
        ONE.clone()
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

    /// Whether this is the rational constant 1.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.as_rational().is_some_and(|value| *value == 1)
    }

    /// Whether x does not occur.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.0.constant
    }

    /// Whether the whole expression is known: no constant computed elsewhere occurs.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.closed
    }

    /// Whether it is a ball that its text tells, so that equal ones are the same at every precision.
    #[must_use]
    pub fn is_ball(&self) -> bool {
        matches!(&self.0.node, Node::Constant(constant) if constant.is_ball)
    }

    /// The number of nodes, shared ones counted each time (saturating).
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size
    }

    /// How deep the function nests: the longest path from the root, where a sum or product of any length is one step.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.depth
    }
    /// The integer exponent of `Power`, when it is one that fits an `i32`.
    #[must_use]
    pub fn integer(&self) -> Option<i32> {
        self.as_rational().filter(|value| value.is_integer()).and_then(|value| value.numer().to_i32())
    }
}
