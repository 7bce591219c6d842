"""The command line of the program over the package: files and statements in, JSON or text out, the same exit status."""

from __future__ import annotations

import argparse
import sys

import resolvent as rs


def joined(arguments: list[str]) -> list[str]:
    """A statement joined to its option, since it may begin with a minus."""
    found: list[str] = []
    for argument in arguments:
        if found and found[-1] == "-e":
            found[-1] += argument
        else:
            found.append(argument)
    return found


def main() -> int:
    reader = argparse.ArgumentParser()
    reader.add_argument("files", nargs="*")
    reader.add_argument("-e", dest="statements", action="append", default=[])
    reader.add_argument("--json", action="store_true")
    reader.add_argument("--digits", type=int, default=15)
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--threads", type=int)
    reader.add_argument("--out", default=".")
    reader.add_argument("--no-progress", action="store_true")
    given = reader.parse_args(joined(sys.argv[1:]))
    session = rs.Session(given.digits, given.seed, given.threads, given.out)
    texts = [(open(path, encoding="utf-8").read(), path) for path in given.files]
    status, stopped = 0, False
    for text, origin in texts + [(text, "-e") for text in given.statements]:
        if stopped:
            break
        for came in session.statements(text, origin, progress=False):
            if came["json"] and given.json:
                print(came["json"], flush=True)
            elif came["handle"] is not None:
                print(came["handle"].text(100), end="", flush=True)
            elif came["help"] is not None:
                print(came["help"], end="", flush=True)
            for _, words in came["warnings"]:
                print(f"warning: {words}", file=sys.stderr)
            if came["drawn"]:
                print(came["drawn"], end="", file=sys.stderr)
            status = max(status, came["status"])
            stopped = stopped or came["error"] is not None
    return status


if __name__ == "__main__":
    sys.exit(main())
