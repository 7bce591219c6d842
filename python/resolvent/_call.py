"""A call of a query: its statement, its evaluation, its warnings."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any, Optional

from . import _errors, _native
from ._expression import Expression
from ._values import Root, wrapped
from ._write import rendered

DIGITS = 15

_HERE = os.path.dirname(os.path.abspath(__file__))


def evaluated(
    asked: Expression,
    digits: int = DIGITS,
    seed: int = 0,
    threads: Optional[int] = None,
    progress: Any = None,
) -> Any:
    """The value of an expression."""
    text, bound = rendered(asked)
    handle = evaluate_text(text, bound, digits, seed, threads, progress)
    return wrapped(Root(handle, text, bound, digits, seed))


def evaluate_text(
    text: str,
    bound: list[tuple[str, Root]],
    digits: int,
    seed: int = 0,
    threads: Optional[int] = None,
    progress: Any = None,
) -> Any:
    """The handle of the last value of a text, its warnings said."""
    from ._progress import shown

    with shown(progress) as bar:
        handle = _native.evaluate(text, [(name, root.handle) for name, root in bound], whole(digits), seed, threads, bar)
    # what was said of a value is not said of what is asked about it
    said = {one for _, root in bound for one in root.handle.warnings}
    warn([one for one in handle.warnings if one not in said])
    return handle


def whole(digits: int) -> int:
    """Digits that may be asked."""
    if not 1 <= digits <= 10_000:
        raise _errors.StatementError(f"digits must be a whole number from 1 to 10000, and is {digits}", "bound")
    return digits


def warn(found: list[tuple[str, str]]) -> None:
    """Says warnings at the line of the user's that made the call."""
    if not found:
        return
    depth, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        depth, frame = depth + 1, frame.f_back
    for name, text in found:
        warnings.warn(_errors.Warning(text, name), stacklevel=depth)


def evaluate(text: str, *, digits: int = DIGITS, seed: int = 0, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The value of the last statement of a text in the query language: ``rs.evaluate("f = tanh(x); gaussian(f).theta1")``."""
    handle = evaluate_text(text, [], digits, seed, threads, progress)
    return wrapped(Root(handle, text, [], digits, seed))


class Session:
    """A run of statements in the query language, whose names persist: ``rs.Session().run("f = tanh(x)")``.

    Figures and tables named by a bare file name go to the folder ``out``.
    """

    def __init__(self, digits: int = DIGITS, seed: int = 0, threads: Optional[int] = None, out: Optional[str] = None) -> None:
        self._session = _native.Session(whole(digits), seed, threads, out)

    def statements(self, text: str, origin: str = "statement", progress: Any = None) -> list[dict[str, Any]]:
        """What each statement came to, as plain data: ``json``, ``status``, ``warnings``, ``error``."""
        from ._progress import shown

        with shown(progress) as bar:
            return list(self._session.run(text, origin, bar))

    def run(self, text: str, progress: Any = None) -> Any:
        """Runs the statements, and gives the value of the last one that has one."""
        value = None
        for came in self.statements(text, progress=progress):
            warn(came["warnings"])
            if came["error"] is not None:
                raise came["error"]
            if came["handle"] is not None:
                value = wrapped(Root(came["handle"], came["statement"], [], came["handle"].digits))
            elif came["help"] is not None:
                value = came["help"]
        return value
