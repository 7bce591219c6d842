//! Binary operators on values and references alike, from one function of two references.

macro_rules! operator {
    ($type:ident, $trait:ident, $method:ident, $function:expr) => {
        operator!($type, $trait, $method, $function, [&$type, &$type], [$type, &$type], [&$type, $type], [$type, $type]);
    };
    ($type:ident, $trait:ident, $method:ident, $function:expr, $([$left:ty, $right:ty]),*) => {
        $(impl std::ops::$trait<$right> for $left {
            type Output = $type;
            fn $method(self, other: $right) -> $type {
                $function(std::borrow::Borrow::<$type>::borrow(&self), std::borrow::Borrow::<$type>::borrow(&other))
            }
        })*
    };
}
pub(super) use operator;
