"""Python's values as text of the query language, with the values that it stands on under names."""

from __future__ import annotations

import functools
import math
import re
import sys
from typing import Any, Iterable, Optional

from . import _expression as made
from . import _native
from ._errors import StatementError
from ._expression import ATOM, PRODUCT, SUM, Expression, Part

# names under which values stand in a statement
_LETTERS = {"model": "m", "matrix": "X", "callable": "g"}
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def number(value: Any) -> Optional[Expression]:
    """A Python number; a float is its shortest decimal, so that 0.1 is 1/10."""
    if isinstance(value, bool) or (type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")):
        return Expression(("true" if value else "false",))
    if isinstance(value, int):
        return Expression((str(value),), SUM if value < 0 else ATOM)
    if type(value) is float and math.isfinite(value):
        text = repr(value).replace("e+", "e")
        return Expression((text,), SUM if text.startswith("-") else ATOM)
    return _other_number(value)


def _other_number(value: Any) -> Optional[Expression]:
    import decimal
    import fractions
    import numbers

    if isinstance(value, fractions.Fraction):
        return made.constant(value)
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            return _infinite(float(value))
        return Expression((str(value).lower().replace("e+", "e"),), SUM if value.is_signed() else ATOM)
    if isinstance(value, numbers.Integral):
        return number(int(value))
    if isinstance(value, numbers.Rational):
        return made.constant(fractions.Fraction(value.numerator, value.denominator))
    if isinstance(value, numbers.Real):
        if not math.isfinite(value):
            return _infinite(float(value))
        # numpy's narrower floats have shortest decimals of their own
        text = repr(value) if type(value) is float else str(value)
        return Expression((text.replace("e+", "e"),), SUM if text.startswith("-") else ATOM)
    if isinstance(value, numbers.Complex):
        value = complex(value)
        return Expression((f"{value.real!r} + {value.imag!r}*i",), SUM)
    return None


def _infinite(value: float) -> Expression:
    if math.isnan(value):
        raise StatementError("nan is no number of the query language")
    return Expression(("inf" if value > 0 else "-inf",), SUM)


def expression(value: Any) -> Optional[Expression]:
    """Anything that may stand in an expression; none for what may not."""
    if isinstance(value, Expression):
        return value
    from ._values import Number, Value

    if isinstance(value, Number) and value._ref is None:
        return Expression((value.exact or value.text,), PRODUCT if value.exact and "/" in value.exact else SUM)
    if isinstance(value, Value) and (value._root is not None or not isinstance(value, list)):
        return Expression((value,))
    if isinstance(value, str):
        _native.syntax(value)
        # a text is one operand, whatever is in it
        return Expression((value,), ATOM if _WORD.fullmatch(value) else SUM if not _compares(value) else 0)
    return number(value)


def _compares(text: str) -> bool:
    return any(sign in text for sign in "<>=") or text.lstrip().startswith("if ")


def quoted(text: str) -> Expression:
    """A text as such."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return Expression((f'"{escaped}"',))


def argument(query: str, parameter: str, about: str, value: Any) -> Expression:
    """What is given for a parameter of a query."""
    if isinstance(value, str):
        return quoted(value) if _is_text(parameter, about, value) else _expression_of(query, parameter, value)
    if isinstance(value, tuple) and len(value) == 2 and parameter in _RANGES:
        low, high = (_expression_of(query, parameter, end) for end in value)
        return Expression((*low.within(SUM), "..", *high.within(SUM)), 0, low.free | high.free)
    if parameter in _MATRICES and _dimension(value) is not None:
        from ._values import Matrix

        return Expression((value if isinstance(value, Matrix) else Matrix(value),))
    return _expression_of(query, parameter, value, about)


_RANGES = {"x", "y"}
_MATRICES = {"M", "X", "data"}
_TEXTS = {"file", "title", "labels of plot"}


def _is_text(parameter: str, about: str, value: str) -> bool:
    return parameter in _TEXTS or f'"{value}"' in about or (not about and value in _words())


@functools.cache
def _words() -> frozenset[str]:
    """The texts that arguments take, where they are nothing else: a name that varies may take them."""
    abouts = " ".join(about for row in _native.queries() for *_, about in row["parameters"])
    known = {row[0] for row in _native.functions()}
    return frozenset(word for word in re.findall(r'"([a-z_]+)"', abouts) if word not in known)


def _dimension(value: Any) -> Optional[int]:
    dimension = getattr(value, "ndim", None)
    if dimension is None and isinstance(value, (list, tuple)) and value and isinstance(value[0], (list, tuple)):
        return 2
    return dimension if isinstance(dimension, int) else None


def _expression_of(query: str, parameter: str, value: Any, about: str = "") -> Expression:
    there = expression(value)
    if there is not None:
        return there
    if _dimension(value) == 0:
        return _expression_of(query, parameter, value.item(), about)
    if isinstance(value, Points):
        return value.written()
    if callable(value):
        from ._values import Callable

        if query == "check" and parameter == "activation":
            return Expression((Callable(value),))
        raise StatementError(
            f"{query}: {parameter} is a Python function, of which nothing is known but values in doubles; the theory needs its form",
            "wrong_kind",
            'write it as an expression, "tanh(x) - x/3" or rs.tanh(rs.x) - rs.x/3; check(m, activation = function) simulates with it',
        )
    items = _items(value)
    if items is None:
        raise StatementError(f"{query}: {value!r} ({type(value).__name__}) is nothing that {parameter} can be", "wrong_kind")
    parts: list[Part] = ["["]
    free: frozenset[str] = frozenset()
    for place, item in enumerate(items):
        is_text = isinstance(item, str) and (_is_text(f"{parameter} of {query}", about, item) or _is_any_text(item))
        there = quoted(item) if is_text else _expression_of(query, parameter, item, about)
        parts.extend([", "] * bool(place))
        parts.extend(there.parts)
        free |= there.free
    return Expression((*parts, "]"), ATOM, free)


class AnyText(str):
    """A text that need not be an expression: what a Python function is given at a point."""


def _is_any_text(item: str) -> bool:
    if not isinstance(item, AnyText):
        return False
    try:
        _native.syntax(item)
    except StatementError:
        return True
    return False


def _items(value: Any) -> Optional[Iterable[Any]]:
    if type(value).__module__ == "numpy":
        return value.tolist() if value.dtype.kind in "fiub" and value.dtype.itemsize == 8 else list(value)
    return value if isinstance(value, (list, tuple, range)) else None


class Points:
    """Points of a range, as the query language samples it: ``rs.points(0, 3, count=31)``, ``step=``, ``log=True``."""

    def __init__(self, low: Any, high: Any, count: Any = None, step: Any = None, log: bool = False) -> None:
        if (count is None) == (step is None):
            raise StatementError("points(low, high) takes count = or step =")
        self.low, self.high, self.count, self.step, self.log = low, high, count, step, log

    def written(self) -> Expression:
        """The range as text."""
        ends = [_expression_of("points", "end", end) for end in (self.low, self.high)]
        way = "step" if self.count is None else "count"
        last = _expression_of("points", way, self.step if self.count is None else self.count)
        tail = " log" if self.log else ""
        parts = (*ends[0].within(SUM), "..", *ends[1].within(SUM), f" {way} ", *last.within(SUM), tail)
        return Expression(parts, 0, frozenset().union(*(part.free for part in (*ends, last))))

    def __repr__(self) -> str:
        return "".join(str(part) for part in self.written().parts)


def rendered(asked: Expression) -> tuple[str, list[tuple[str, Any]]]:
    """The text, and the values in it under their names."""
    taken = set(asked.free)
    for part in asked.parts:
        if isinstance(part, str):
            taken.update(_WORD.findall(part))
    names: dict[int, str] = {}
    bound: list[tuple[str, Any]] = []
    text: list[str] = []
    for part in asked.parts:
        if isinstance(part, str):
            text.append(part)
            continue
        root, path = part._place()
        known = names.get(id(root))
        if known is None:
            letter = _LETTERS.get(root._kind, "v")
            known, count = letter, 1
            while known in taken:
                count += 1
                known = f"{letter}{count}"
            taken.add(known)
            names[id(root)] = known
            bound.append((known, root))
        text.append(known + path)
    return sys.intern("".join(text)), bound
