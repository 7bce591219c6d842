"""Tasks on an executor that is already there: each at most three times more when its worker is lost, in any order.

Nothing is scheduled here. So many tasks are handed over that no worker waits; what comes back is plain data. A task that lost its
worker twice is run alone, so that it takes no other with it.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, Callable, Iterable

from ._errors import Error

# tasks that are handed over at once
WINDOW = 256
# how often a task is tried again
RETRIES = 3


class Lost:
    """A task whose worker was lost each time."""

    def __init__(self, error: BaseException) -> None:
        self.message = f"the worker was lost {RETRIES + 1} times: {type(error).__name__}: {error}".rstrip(": ")


def run(
    executor: Executor,
    task: Callable[..., str],
    tasks: Iterable[tuple[int, tuple[Any, ...]]],
    found: Callable[[int, Any], None],
) -> None:
    """Runs every task, and hands its result over as it comes, or that it was lost."""
    own = _Executor(executor)
    waiting = deque((number, arguments, 0) for number, arguments in tasks)
    suspects: deque[tuple[int, tuple[Any, ...], int]] = deque()
    running: dict[Future[str], tuple[int, tuple[Any, ...], int]] = {}
    try:
        while waiting or suspects or running:
            while waiting and len(running) < WINDOW:
                own.submit(task, waiting.popleft(), running)
            if not running and suspects:
                own.submit(task, suspects.popleft(), running)
            for future in own.done():
                number, arguments, lost = running.pop(future)
                error = _error(future)
                if error is None:
                    found(number, future.result())
                elif isinstance(error, Error):
                    raise error
                elif lost == RETRIES:
                    found(number, Lost(error))
                else:
                    (suspects if lost >= 1 else waiting).append((number, arguments, lost + 1))
    except BaseException:
        for future in running:
            future.cancel()
        raise
    finally:
        own.close()


def _error(future: Any) -> Any:
    try:
        return future.exception()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return error


class _Executor:
    """The user's executor; a pool of processes that broke with a worker has another one in its place."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._another: Any = None
        self._done: SimpleQueue[Any] = SimpleQueue()

    def submit(self, task: Callable[..., str], entry: Any, running: Any) -> None:
        number, arguments, lost = entry
        executor = self._another or self._executor
        try:
            future = executor.submit(task, *arguments)
        except RuntimeError as error:
            if not isinstance(self._executor, ProcessPoolExecutor) or "broken" not in type(error).__name__.lower():
                raise
            self._another = _like(self._executor)
            future = self._another.submit(task, *arguments)
        running[future] = (number, arguments, lost)
        future.add_done_callback(self._done.put)

    def done(self) -> list[Any]:
        """Tasks that are done since the last look, which waits for one a little: so that Ctrl-C is seen on every system."""
        found = []
        try:
            found.append(self._done.get(timeout=0.05))
            while True:
                found.append(self._done.get_nowait())
        except Empty:
            return found

    def close(self) -> None:
        if self._another is not None:
            self._another.shutdown(wait=False, cancel_futures=True)


def _like(executor: Any) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        executor._max_workers,
        mp_context=executor._mp_context,
        initializer=executor._initializer,
        initargs=executor._initargs,
    )
