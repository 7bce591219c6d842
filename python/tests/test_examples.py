"""The examples of types run."""

import examples


def test_they_run():
    examples.main()
