"""What is wrong is said with its mend and its place; Ctrl-C is answered; what must be said is a warning."""

import os
import pickle
import signal
import threading
import time
import warnings

import pytest

import resolvent as rs


def test_errors_have_message_help_and_span():
    with pytest.raises(rs.DomainError) as caught:
        rs.features("exp(x^2)", phi=1, psi=1).edges()
    error = caught.value
    assert "diverges" in error.message and error.kind == "divergent"
    assert error.span is not None and error.statement.encode()[slice(*error.span)]
    with pytest.raises(rs.StatementError) as caught:
        rs.features("tanh(x)", phy=1, psi=1)
    assert caught.value.help is not None and "phi" in caught.value.help
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_text_is_one_expression():
    with pytest.raises(rs.StatementError):
        rs.features("tanh(x), phi = 2", psi=1)


def test_warnings_are_pythons_and_point_at_the_callers_line():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        m = rs.one_step("relu(x)", "relu(x)", phi="1/4", psi="1/4", ridge="1/10")
        # what was said of the model is not said again
        rs.errors(m, degree=1)
    assert [warning.message.name for warning in caught] == ["centred"]
    assert caught[0].filename == __file__ and issubclass(caught[0].category, rs.Warning)


@pytest.mark.parametrize("work", ["digits", "simulation", "eigenvalues"])
def test_ctrl_c_is_answered_within_a_tenth_of_a_second(work):
    m = rs.features("tanh(x)", phi="1/2", psi="3/4")
    asked = {
        "digits": lambda: rs.features("tanh(x)", phi="1/2", psi="3/4").moments(count=400, digits=4000),
        "simulation": lambda: m.check(n=1000, trials=50),
        "eigenvalues": lambda: m.check(n=3000, trials=1, threads=1),
    }[work]
    sent, done = [], threading.Event()

    def interrupt():
        time.sleep(0.7)
        if not done.is_set():
            sent.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)

    sender = threading.Thread(target=interrupt)
    sender.start()
    with pytest.raises(KeyboardInterrupt), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asked()
        # what ends before it is interrupted is no test
        done.set()
    took = time.perf_counter() - sent[0]
    sender.join()
    assert took < 0.1, f"{took:.3f} s"


def test_progress_is_told_and_counted():
    class Seen:
        counts = []

        def tell(self, sentence):
            pass

        def report(self, done, of):
            self.counts.append((done, of))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rs.features("tanh(x)", phi="1/2", psi="3/4").check(n=600, trials=30, threads=1, progress=Seen())
    assert Seen.counts and all(done <= of for done, of in Seen.counts)
