"""What can go wrong, as exceptions: each has the message, the mend, and the place in the statement."""

from __future__ import annotations

from typing import Optional


class Error(Exception):
    """A statement that has no value.

    ``message`` says what is wrong, ``help`` how to mend it, ``statement`` is the text in the query language that the call became,
    and ``span`` the bytes of it that are to blame; ``kind`` is the word for it in the JSON of the program.
    """

    def __init__(
        self,
        message: str,
        kind: str = "wrong_argument",
        help: Optional[str] = None,
        span: Optional[tuple[int, int]] = None,
        statement: str = "",
        drawn: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.help = help
        self.span = span
        self.statement = statement
        self._drawn = drawn

    def __str__(self) -> str:
        if self._drawn:
            return self._drawn.removeprefix("Error: ").rstrip("\n")
        return self.message if self.help is None else f"{self.message}\n  help: {self.help}"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.message, self.kind, self.help, self.span, self.statement, self._drawn)


class StatementError(Error, ValueError):
    """A statement or an argument that is wrong."""


class DomainError(Error, ArithmeticError):
    """A question without an answer: an integral that diverges, a point where the law has no value."""


class EffortError(Error, RuntimeError):
    """The bound of effort or of precision was reached."""


class FileError(Error, OSError):
    """A file that cannot be used."""

    def __init__(self, *arguments: object, **named: object) -> None:
        Error.__init__(self, *arguments, **named)  # type: ignore[arg-type]


class SimulationError(Error, RuntimeError):
    """A simulation that cannot be made."""


class Warning(UserWarning):
    """What has to be said beside an answer; ``name`` is the word for it in the JSON of the program."""

    def __init__(self, text: str, name: str = "") -> None:
        super().__init__(text)
        self.name = name


_DOMAIN = {"divergent", "undefined", "on_the_cut", "ill_posed", "unbounded", "unsettled", "diverged", "no_root"}


def make(
    kind: str,
    message: str,
    help: Optional[str],
    span: Optional[tuple[int, int]],
    statement: str,
    status: int,
    drawn: str,
) -> Error:
    """The exception of a failure of the language."""
    known: dict[str, type[Error]] = {"file": FileError, "simulation": SimulationError}
    usual = EffortError if status == 2 else DomainError if kind in _DOMAIN else StatementError
    return known.get(kind, usual)(message, kind, help, span, statement, drawn)
