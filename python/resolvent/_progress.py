"""Progress of what takes long: a bar of tqdm where that is installed and somebody looks, and what the program says beforehand."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Any, Iterator, Optional


class Bar:
    """A bar that appears at the first report."""

    def __init__(self, wanted: Optional[bool]) -> None:
        self._wanted = wanted
        self._bar: Any = None

    def tell(self, sentence: str) -> None:
        """A sentence beforehand."""
        if self._wanted or (self._wanted is None and _somebody()):
            print(sentence, file=sys.stderr, flush=True)

    def report(self, done: int, of: int) -> None:
        """So many steps are behind."""
        if self._wanted is False:
            return
        if self._bar is None:
            if self._wanted is None and not _somebody():
                self._wanted = False
                return
            try:
                from tqdm.auto import tqdm
            except ImportError:
                self._wanted = False
                return
            self._bar = tqdm(total=of, leave=False)
        self._bar.total = of
        self._bar.n = done
        self._bar.refresh()

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.close()


def _somebody() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules


@contextmanager
def shown(wanted: Any) -> Iterator[Any]:
    """A bar, or what the caller gives in its place: an object with ``tell`` and ``report``."""
    if wanted is not None and not isinstance(wanted, bool):
        yield wanted
        return
    bar = Bar(wanted)
    try:
        yield bar
    finally:
        bar.close()
