"""Values of the query language as Python objects: numbers with their exact text and error, records, lists, models, figures.

Each knows the value that it is a part of, so that it may stand in a further call as what it is, to any number of digits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Optional

from . import _native
from ._errors import StatementError

if TYPE_CHECKING:
    import decimal
    import fractions


class Root:
    """A value of a statement: its handle, and how it is found again in another process."""

    __slots__ = ("handle", "text", "bound", "digits", "seed", "_kind", "__weakref__")

    def __init__(self, handle: Any, text: str, bound: list[tuple[str, Any]], digits: int, seed: int = 0, kind: str = "") -> None:
        self.handle = handle
        self.text = text
        self.bound = bound
        self.digits = digits
        self.seed = seed
        self._kind = kind or handle.kind

    def _place(self) -> tuple["Root", str]:
        return self, ""

    def source(self) -> tuple[Any, ...]:
        """Plain data that make it again."""
        return "statement", self.text, [(name, root.source()) for name, root in self.bound], self.digits, self.seed


class Value:
    """A value or a part of one."""

    __slots__ = ()

    _root: Optional[Root]
    _path: str

    def _place(self) -> tuple[Root, str]:
        if self._root is None:
            raise StatementError(
                f"this {type(self).__name__} was read from a file and is no value of this process any more",
                help="ask for it again, or give its numbers",
            )
        return self._root, self._path

    @property
    def statement(self) -> Optional[str]:
        """The statement of the query language that it answers; names in it stand for values given."""
        return None if self._root is None else self._root.text

    @property
    def json(self) -> str:
        """The JSON of the value, numbers with all of their digits."""
        if self._root is None or self._path:
            return json.dumps(plain(self, text=True))
        return str(self._root.handle.json_value())

    def _text(self) -> Optional[str]:
        if self._root is None or self._path:
            return None
        return str(self._root.handle.text(_columns())).rstrip("\n")


def _columns() -> int:
    import shutil

    return max(24, shutil.get_terminal_size((100, 24)).columns)


class Number(Value):
    """A number with all of its certain digits; ``float(v)`` is the nearest double.

    ``text`` and ``decimal`` have the digits, ``exact`` the closed form where there is one, ``error`` a bound of the error of the
    digits: 0 for an exact number, one unit of the last digit of a proved one, and of an estimate its estimated error.
    """

    __slots__ = ("text", "_exact", "_error", "_root", "_path", "_digits")

    def __init__(
        self,
        text: str,
        exact: Optional[str] = None,
        error: Optional[float] = None,
        root: Optional[Root] = None,
        path: str = "",
        digits: int = 15,
    ) -> None:
        self.text, self._exact, self._error, self._root, self._path, self._digits = text, exact, error, root, path, digits

    @property
    def _ref(self) -> Optional[Root]:
        return self._root

    @property
    def exact(self) -> Optional[str]:
        """The closed form as the query language reads it: ``1/2 - 1/(2*pi)``."""
        if self._exact is None and self._error is None:
            whole = self.text.lstrip("-")
            return self.text if whole.isdigit() and len(whole) < self._digits else None
        return self._exact

    @property
    def fraction(self) -> "Optional[fractions.Fraction]":
        """The rational number, where it is known to be one."""
        import fractions
        import re

        known = self.exact is not None and re.fullmatch(r"-?\d+(/\d+)?", self.exact)
        return fractions.Fraction(self.exact) if known else None  # type: ignore[arg-type]

    @property
    def decimal(self) -> "decimal.Decimal":
        """The digits."""
        import decimal

        return decimal.Decimal(self.text)

    @property
    def certified(self) -> bool:
        """Whether the error is proved."""
        return self._error is None

    @property
    def error(self) -> float:
        """By how much the digits may be off."""
        if self._error is not None:
            return self._error
        if self.fraction is not None and self.decimal == self.fraction:
            return 0.0
        exponent = self.decimal.as_tuple().exponent
        return float(f"1e{exponent}")

    def mpmath(self) -> Any:
        """The digits as a number of mpmath, at a precision that holds them."""
        import mpmath

        with mpmath.workdps(len(self.decimal.as_tuple().digits) + 3):
            return mpmath.mpf(self.text)

    def __float__(self) -> float:
        return float(self.text)

    def __int__(self) -> int:
        return int(self.decimal)

    def __complex__(self) -> complex:
        return complex(float(self))

    def __index__(self) -> int:
        if self.exact is None or "/" in self.exact or not self.exact.lstrip("-").isdigit():
            raise TypeError(f"{self.text} is no whole number")
        return int(self.exact)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        exact = self.exact
        if exact is not None and exact != self.text:
            return f"{self.text}   = {exact}"
        return self.text if self._error is None else f"{self.text}   (estimated, error {self._error:.1e})"

    def __format__(self, form: str) -> str:
        return format(float(self), form) if form else self.text

    def __hash__(self) -> int:
        return hash(float(self))

    def __bool__(self) -> bool:
        return float(self) != 0.0

    def _other(self, other: Any) -> Optional[float]:
        if isinstance(other, (int, float, Number, Measured)):
            return float(other)
        # fractions, decimals, numbers of NumPy and mpmath; expressions and arrays know better what to do with a number
        is_number = hasattr(other, "__float__") and not hasattr(other, "binds") and getattr(other, "ndim", 0) == 0
        return float(other) if is_number else None

    def _acted(self, other: Any, act: Any) -> Any:
        there = self._other(other)
        return NotImplemented if there is None else act(float(self), there)

    def __eq__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a == b)

    def __lt__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a < b)

    def __le__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a <= b)

    def __gt__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a > b)

    def __ge__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a >= b)

    def __add__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a + b)

    def __radd__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: b + a)

    def __sub__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a * b)

    def __rmul__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: b * a)

    def __truediv__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: b / a)

    def __pow__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: a**b)

    def __rpow__(self, other: Any) -> Any:
        return self._acted(other, lambda a, b: b**a)

    def __neg__(self) -> float:
        return -float(self)

    def __abs__(self) -> float:
        return abs(float(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return Number, (self.text, self._exact, self._error, None, "", self._digits)

    def _repr_latex_(self) -> str:
        from ._notebook import number

        return number(self)


class Measured(Value):
    """A simulated number: ``mean`` with its standard error ``se``."""

    __slots__ = ("mean", "se", "_texts", "_root", "_path")

    def __init__(self, mean: str, se: str, root: Optional[Root] = None, path: str = "") -> None:
        self.mean, self.se, self._texts, self._root, self._path = float(mean), float(se), (mean, se), root, path

    def __float__(self) -> float:
        return self.mean

    def __repr__(self) -> str:
        return f"{self._texts[0]} ± {self._texts[1]}"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Measured) and (self.mean, self.se) == (other.mean, other.se)

    def __hash__(self) -> int:
        return hash((self.mean, self.se))

    def __reduce__(self) -> tuple[Any, ...]:
        return Measured, self._texts


class Complex(Value):
    """A complex number: ``real`` and ``imag`` are numbers with their digits."""

    __slots__ = ("real", "imag", "_root", "_path")

    def __init__(self, real: Any, imag: Any, root: Optional[Root] = None, path: str = "") -> None:
        self.real, self.imag, self._root, self._path = real, imag, root, path

    def __complex__(self) -> complex:
        return complex(float(self.real), float(self.imag))

    def __repr__(self) -> str:
        return f"({self.real} + {self.imag}*i)"

    def __reduce__(self) -> tuple[Any, ...]:
        return Complex, (self.real, self.imag)


class Formula(Value):
    """An exact expression in the letters of a model."""

    __slots__ = ("text", "latex", "_root", "_path")

    def __init__(self, text: str, latex: str, root: Optional[Root] = None, path: str = "") -> None:
        self.text, self.latex, self._root, self._path = text, latex, root, path

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def __reduce__(self) -> tuple[Any, ...]:
        return Formula, (self.text, self.latex)


class Text(str):
    """A text that a query answered."""


class Latex(Text):
    """LaTeX, which a notebook sets."""

    def _repr_latex_(self) -> str:
        return self if self.startswith(("$", "\\begin")) else f"$\\displaystyle {self}$"


class List(list[Any], Value):
    """A list of values; ``numpy.asarray`` makes doubles of it."""

    def __init__(self, items: Any = (), root: Optional[Root] = None, path: str = "") -> None:
        super().__init__(items)
        self._root, self._path = root, path

    def __getitem__(self, index: Any) -> Any:
        """An item by its number, or the record of that name: ``check(m).rows["edges[0][0]"]``."""
        if isinstance(index, str):
            for item in self:
                first = next(iter(item.values()), None) if isinstance(item, Record) else None
                if isinstance(first, str) and first == index:
                    return item
            raise KeyError(index)
        return super().__getitem__(index)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        import numpy

        return numpy.array([plain(item) for item in self], dtype=dtype)

    def __repr__(self) -> str:
        return self._text() or super().__repr__()

    def __reduce__(self) -> tuple[Any, ...]:
        return List, (list(self),)

    def _repr_html_(self) -> str:
        from ._notebook import html

        return html(self)


class Record(Mapping[str, Any], Value):
    """The result of a query: fields as attributes and as items; ``dict(r)``, ``r.to_dict()`` in doubles, ``r.json``."""

    def __init__(self, name: str, fields: dict[str, Any], root: Optional[Root] = None, path: str = "") -> None:
        self._name, self._fields, self._root, self._path = name, fields, root, path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._fields[name]
        except KeyError:
            known = ", ".join(self._fields)
            raise AttributeError(f"the result of {self._name} has no field {name}; it has {known}") from None

    def __getitem__(self, name: str) -> Any:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._fields]

    def __repr__(self) -> str:
        text = self._text()
        return text if text is not None else "\n".join(f"{name}  {value!r}" for name, value in self._fields.items())

    def to_dict(self) -> dict[str, Any]:
        """Plain Python: doubles, texts, lists and dictionaries."""
        return {name: plain(value) for name, value in self._fields.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return Record, (self._name, self._fields)

    def _repr_html_(self) -> str:
        from ._notebook import html

        return html(self)


class Answer(Record):
    """A record of which further queries may be asked: figures, LaTeX, sources, files."""


class Model(Value):
    """A matrix model; every query about it is a method: ``m.spectrum()`` is ``rs.spectrum(m)``.

    ``density``, ``cdf``, ``quantile`` and ``stieltjes`` take NumPy arrays too, in doubles and without a loop in Python.
    """

    def __init__(self, root: Root, fields: dict[str, Any]) -> None:
        self._root, self._path, self._fields, self._law = root, "", fields, None

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._fields:
            return self._fields[name]
        if name.startswith("_"):
            raise AttributeError(name)
        known = ", ".join(self._fields)
        raise AttributeError(f"the model has no {name}; its parameters are {known}, and queries are its methods: m.spectrum()")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._fields]

    def to_dict(self) -> dict[str, Any]:
        """The parameters in plain Python."""
        return {name: plain(value) for name, value in self._fields.items()}

    def law(self) -> Any:
        """The limiting law in doubles, found once."""
        if self._law is None:
            root, _ = self._place()
            self._law = _native.Law(root.handle, root.text)
        return self._law

    def sample(self, n: int, seed: int = 0) -> Any:
        """``n`` independent draws from the limiting law, an array of doubles; the same seed gives the same draws."""
        return self.law().sample(n, seed)

    def __repr__(self) -> str:
        return self._text() or ""

    def __reduce__(self) -> tuple[Any, ...]:
        root, _ = self._place()
        return again, (root.source(),)

    def _repr_html_(self) -> str:
        from ._notebook import html

        return html(self)


class Matrix(Value):
    """A matrix of doubles that the user brings."""

    def __init__(self, entries: Any) -> None:
        import numpy

        array = numpy.ascontiguousarray(entries, dtype=float)
        if array.ndim != 2:
            raise StatementError(f"a matrix has two dimensions, and this has {array.ndim}", "wrong_kind")
        try:
            handle = _native.matrix(array)
        except ValueError as error:
            raise StatementError(str(error)) from None
        self._root, self._path = _MatrixRoot(handle, array), ""


class _MatrixRoot(Root):
    __slots__ = ("array",)

    def __init__(self, handle: Any, array: Any) -> None:
        super().__init__(handle, "X", [], 15, kind="matrix")
        self.array = array

    def source(self) -> tuple[Any, ...]:
        return "matrix", self.array


class Callable(Value):
    """A Python function that an array of doubles is given to, for the simulation of ``check``."""

    def __init__(self, function: Any) -> None:
        name = getattr(function, "__name__", type(function).__name__)
        self._root, self._path = _CallableRoot(_native.black_box(name, function), function), ""


class _CallableRoot(Root):
    __slots__ = ("function",)

    def __init__(self, handle: Any, function: Any) -> None:
        super().__init__(handle, "g", [], 15, kind="callable")
        self.function = function

    def source(self) -> tuple[Any, ...]:
        return "callable", self.function


class Opaque(Value):
    """A value without parts for Python: a population, a matrix that a query made, a function of several variables."""

    def __init__(self, root: Root, shown: Any = None) -> None:
        self._root, self._path, self.shown = root, "", shown

    def __repr__(self) -> str:
        return self._text() or ""

    def __reduce__(self) -> tuple[Any, ...]:
        root, _ = self._place()
        return again, (root.source(),)


def root_of(source: tuple[Any, ...]) -> Root:
    """The value that plain data stand for."""
    kind, *rest = source
    if kind == "matrix":
        place: Value = Matrix(rest[0])
    elif kind == "callable":
        place = Callable(rest[0])
    else:
        text, bound, digits, seed = rest
        roots = [(name, root_of(inner)) for name, inner in bound]
        handle = _native.evaluate(text, [(name, root.handle) for name, root in roots], digits, seed)
        return Root(handle, text, roots, digits, seed)
    assert place._root is not None
    return place._root


def again(source: tuple[Any, ...]) -> Any:
    """A value from plain data, in another process."""
    return wrapped(root_of(source))


def wrapped(root: Root) -> Any:
    """The Python object of a value."""
    shown = root.handle.shown()
    kind = root._kind
    if kind == "model":
        return Model(root, _fields(shown[1], root, ""))
    if kind == "picture":
        from ._figure import Figure

        return Figure(root)
    if kind in ("matrix", "population", "function"):
        return Opaque(root, _part(shown, root, ""))
    if kind == "file":
        return Saved(root, shown)
    if root.handle.type_name == "latex":
        return Latex(shown[1])
    return _part(shown, root, "")


class Saved(Value):
    """Data that were written to a file: ``path``."""

    def __init__(self, root: Root, shown: Any) -> None:
        self._root, self._path, self.path = root, "", shown[1]

    def __repr__(self) -> str:
        return f"wrote {self.path}"


def _fields(shown: Any, root: Root, path: str) -> dict[str, Any]:
    return {name: _part(value, root, f"{path}.{name}") for name, value in shown}


def _part(shown: Any, root: Root, path: str) -> Any:
    form = shown[0]
    if form == "n":
        return Number(shown[1], shown[2], shown[3], root, path, root.digits)
    if form == "l":
        return List([_part(item, root, f"{path}[{place}]") for place, item in enumerate(shown[1])], root, path)
    if form == "r":
        kind = Record if path else Answer
        return kind(root.handle.type_name, _fields(shown[1], root, path), root, path)
    if form == "t":
        return Text(shown[1])
    if form == "b":
        return shown[1]
    if form == "none":
        return None
    if form == "m":
        return Measured(shown[1], shown[2], root, path)
    if form == "c":
        real, imag = (_part(part, root, "") for part in shown[1])
        return Complex(real, imag, root, path)
    if form == "inf":
        return float("inf")
    if form == "e":
        return Formula(shown[1], shown[2], root, path)
    if form == "f":
        from ._expression import Expression, SUM

        return Expression((shown[1],), SUM)
    return shown[1]


def plain(value: Any, text: bool = False) -> Any:
    """A value in plain Python; with ``text`` for JSON."""
    if isinstance(value, Number):
        return int(value.text) if value.exact == value.text else float(value)
    if isinstance(value, Measured):
        return {"mean": value.mean, "se": value.se}
    if isinstance(value, Complex):
        return [float(value.real), float(value.imag)] if text else complex(value)
    if isinstance(value, (Record, Model)):
        return {name: plain(part, text) for name, part in value._fields.items()}
    if isinstance(value, list):
        return [plain(item, text) for item in value]
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return "inf" if text and value == float("inf") else value
    return str(value)
