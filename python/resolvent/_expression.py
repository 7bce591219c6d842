"""Expressions of the query language, built from ``rs.x`` by operators and functions, and calls that wait for their names.

An expression is text with values in it: nothing is computed here. One that holds a name which a sweep varies stands for a call
that is made later (``free`` are those names), and its fields and items do too.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Callable, Iterable, Optional, Union

if TYPE_CHECKING:
    import fractions

Part = Union[str, Any]

# how tightly the outermost form of a text binds
SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4


class NotTraceable(TypeError):
    """A function that asks for the value of a name that a sweep varies."""


class Expression:
    """A function of x, a number, or a call that waits for its names, as the query language writes it."""

    __slots__ = ("parts", "binds", "free", "asks")

    def __init__(self, parts: Iterable[Part], binds: int = ATOM, free: frozenset[str] = frozenset(), asks: bool = False) -> None:
        self.parts = tuple(parts)
        self.binds = binds
        self.free = free
        self.asks = asks

    # operators

    def _joined(self, sign: str, other: Any, binds: int, flipped: bool = False) -> Any:
        from ._write import expression

        there = expression(other)
        if there is None:
            return NotImplemented
        left, right = (there, self) if flipped else (self, there)
        # a - (b - c), a/(b*c) and (a^b)^c keep their brackets
        first = left.within(binds + (1 if sign == "^" else 0))
        second = right.within(binds if sign in "+*" else binds + 1)
        return Expression((*first, f" {sign} " if sign in "+-" else sign, *second), binds, left.free | right.free)

    def within(self, binds: int) -> tuple[Part, ...]:
        """The parts, in brackets where the surroundings bind more tightly."""
        return self.parts if self.binds >= binds else ("(", *self.parts, ")")

    def __add__(self, other: Any) -> Any:
        return self._joined("+", other, SUM)

    def __radd__(self, other: Any) -> Any:
        return self._joined("+", other, SUM, True)

    def __sub__(self, other: Any) -> Any:
        return self._joined("-", other, SUM)

    def __rsub__(self, other: Any) -> Any:
        return self._joined("-", other, SUM, True)

    def __mul__(self, other: Any) -> Any:
        return self._joined("*", other, PRODUCT)

    def __rmul__(self, other: Any) -> Any:
        return self._joined("*", other, PRODUCT, True)

    def __truediv__(self, other: Any) -> Any:
        return self._joined("/", other, PRODUCT)

    def __rtruediv__(self, other: Any) -> Any:
        return self._joined("/", other, PRODUCT, True)

    def __pow__(self, other: Any) -> Any:
        return self._joined("^", other, POWER)

    def __rpow__(self, other: Any) -> Any:
        return self._joined("^", other, POWER, True)

    def __neg__(self) -> "Expression":
        return Expression(("-", *self.within(PRODUCT)), SUM, self.free)

    def __pos__(self) -> "Expression":
        return self

    def __abs__(self) -> "Expression":
        return call("abs", [self])

    def _compared(self, sign: str, other: Any) -> Any:
        from ._write import expression

        there = expression(other)
        if there is None:
            return NotImplemented
        return Expression((*self.within(SUM), f" {sign} ", *there.within(SUM)), 0, self.free | there.free)

    def __lt__(self, other: Any) -> Any:
        return self._compared("<", other)

    def __le__(self, other: Any) -> Any:
        return self._compared("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._compared(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._compared(">=", other)

    def __eq__(self, other: Any) -> Any:
        return self._compared("==", other)

    def __hash__(self) -> int:
        return hash(self.parts)

    # what has no value yet

    def __bool__(self) -> bool:
        raise NotTraceable(f"`{self}` is an expression, neither true nor false; rs.where(condition, a, b) makes a piecewise function")

    def _refused(self, *_: Any) -> Any:
        raise NotTraceable(f"`{self}` is an expression and no number; ask for its value by a query")

    __float__ = __int__ = __complex__ = __index__ = __round__ = __len__ = __iter__ = _refused  # type: ignore[assignment]

    def __contains__(self, _: Any) -> bool:
        raise NotTraceable(f"`{self}` is an expression and no list")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self.asks:
            return Field(self, name)
        raise AttributeError(f"`{self}` is an expression, and has no field {name}; queries take it as an argument: rs.gaussian(f)")

    def __getitem__(self, index: Any) -> "Expression":
        if not self.asks:
            raise TypeError(f"`{self}` is an expression, and has no items")
        place = f'"{index}"' if isinstance(index, str) else str(operator.index(index))
        return Expression((*self.within(ATOM), f"[{place}]"), ATOM, self.free, True)

    def __call__(self, value: Any) -> "Expression":
        """The function at another argument: ``f(2*rs.x)``; written out, so that no name is needed."""
        from ._write import expression

        there = expression(value)
        if there is None:
            raise TypeError(f"{value!r} is no argument of a function")
        return substituted(self, there)

    # numpy's functions of an expression are the language's

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        act = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or named or act is None:
            return NotImplemented
        from ._write import expression

        given = [expression(value) for value in inputs]
        return NotImplemented if any(one is None for one in given) else act(*given)

    # how it is shown

    def __str__(self) -> str:
        from ._write import rendered

        return rendered(self)[0]

    def __repr__(self) -> str:
        return str(self)

    def _repr_latex_(self) -> Optional[str]:
        if self.free or self.binds == 0:
            return None
        from ._notebook import latex

        return latex(self)


class Field(Expression):
    """A field of what a call gives; called, it is the query of that name about it: ``m.spectrum()``."""

    __slots__ = ("owner", "field")

    def __init__(self, owner: Expression, field: str) -> None:
        super().__init__((*owner.within(ATOM), f".{field}"), ATOM, owner.free, True)
        self.owner, self.field = owner, field

    def __call__(self, *given: Any, **named: Any) -> Any:
        from . import _queries

        return _queries.TABLE[self.field](self.owner, *given, **named) if self.field in _queries.TABLE else super().__call__(*given)


def name(text: str) -> Expression:
    """A name that a sweep varies."""
    return Expression((text,), ATOM, frozenset([text]), True)


def call(function: str, arguments: Iterable[Any]) -> Expression:
    """A function of the language at arguments."""
    from ._write import expression

    parts: list[Part] = [f"{function}("]
    free: frozenset[str] = frozenset()
    for place, argument in enumerate(arguments):
        there = expression(argument)
        if there is None:
            raise TypeError(f"{function}: {argument!r} is no expression and no number")
        parts.extend([", "] * bool(place))
        parts.extend(there.parts)
        free |= there.free
    return Expression((*parts, ")"), ATOM, free)


def substituted(f: Expression, value: Expression) -> Expression:
    """f with every x replaced; x is a part of its own, so that texts are never searched."""
    if "x" not in f.parts and any(isinstance(part, str) and "x" in part for part in f.parts if part != "x"):
        from ._errors import StatementError

        raise StatementError(f"`{f}` was given as a text; give it to rs.function to apply it")
    inner = value.within(ATOM)
    parts: list[Part] = []
    for part in f.parts:
        parts.extend(inner) if part == "x" else parts.append(part)
    return Expression(parts, f.binds, f.free | value.free)


def where(condition: Expression, then: Any, otherwise: Any) -> Expression:
    """``then`` where the condition holds, ``otherwise`` elsewhere: ``rs.where(rs.x > 0, rs.x, 0)``."""
    from ._write import expression

    there = [expression(part) for part in (condition, then, otherwise)]
    if any(part is None for part in there):
        raise TypeError("where(condition, then, otherwise) takes expressions and numbers")
    asked, a, b = there
    free = frozenset().union(*(part.free for part in there))  # type: ignore[union-attr]
    return Expression(("(if ", *asked.parts, " then ", *a.parts, " else ", *b.parts, ")"), ATOM, free)  # type: ignore[union-attr]


def piecewise(*arms: Any) -> Expression:
    """``rs.piecewise((rs.x < -1, -1), (rs.x < 1, rs.x), 1)``: the first condition that holds decides."""
    *conditions, otherwise = arms
    result = otherwise
    for condition, value in reversed(conditions):
        result = where(condition, value, result)
    return result


x = Expression(("x",))
pi = Expression(("pi",))
e = Expression(("e",))
i = Expression(("i",))
inf = Expression(("inf",))

_UFUNCS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "true_divide": operator.truediv,
    "power": operator.pow,
    "negative": operator.neg,
    "square": lambda f: f**2,
    "reciprocal": lambda f: 1 / f,
    **{
        ufunc: (lambda own: lambda *given: call(own, given))(own)
        for ufunc, own in {
            "exp": "exp", "log": "log", "sqrt": "sqrt", "absolute": "abs", "sign": "sign", "sin": "sin", "cos": "cos", "tan": "tan",
            "arctan": "atan", "arcsin": "asin", "arccos": "acos", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
            "maximum": "max", "minimum": "min",
        }.items()
    },
}


def constant(value: "fractions.Fraction") -> Expression:
    """A rational number."""
    text = str(value)
    return Expression((text,), SUM if value < 0 else PRODUCT if "/" in text else ATOM)
