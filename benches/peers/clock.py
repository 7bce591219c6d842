"""The least seconds of processor time of a few runs, and what the last one gave; one run if it is long."""

import time

PATIENCE = 1.5
REPETITIONS = 15


def least(run):
    began = time.monotonic()
    seconds = float("inf")
    for _ in range(REPETITIONS):
        start = time.process_time()
        result = run()
        seconds = min(seconds, time.process_time() - start)
        if time.monotonic() - began > PATIENCE:
            break
    return seconds, result
