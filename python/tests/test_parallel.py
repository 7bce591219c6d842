"""Sweeps and checks on executors: the same bytes for any of them, and after workers are lost."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction

import pytest

import questions
import resolvent as rs
from resolvent import _tasks

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def alone():
    return questions.answers(ThreadPoolExecutor(1))


def environment():
    return {**os.environ, "PYTHONPATH": str(HERE)}


def mpi(*arguments):
    mpiexec = shutil.which("mpiexec", path=f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")
    if mpiexec is None:
        pytest.skip("no mpiexec")
    command = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", str(HERE / "questions.py"), "mpi", *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_a_sweep_here_and_its_text_and_an_executor_agree():
    traced = rs.sweep(questions.traced, questions.GRID)
    text = rs.sweep(questions.TEXT, a=questions.GRID["a"], g=questions.GRID["g"])
    pool = rs.sweep(questions.traced, questions.GRID, executor=ThreadPoolExecutor(2))
    assert traced.json == text.json == pool.json
    assert [point.a for point in traced][:3] == [0, 0, 0.25]


def test_processes_of_any_number_have_the_same_bytes(alone):
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as executor:
            assert questions.answers(executor) == alone


def test_the_check_of_an_executor_is_the_check():
    m = rs.features("tanh(x)", phi="1/2", psi="3/4")
    with ThreadPoolExecutor(2) as executor, pytest.warns(rs.Warning):
        parts = rs.check(m, n=60, trials=3, executor=executor)
    with pytest.warns(rs.Warning):
        whole = rs.check(m, n=60, trials=3)
    assert parts.json == whole.json


def test_dask_has_the_same_bytes(alone):
    distributed = pytest.importorskip("dask.distributed")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        client.run(sys.path.insert, 0, str(HERE))
        assert questions.answers(client.get_executor()) == alone


def test_mpi_has_the_same_bytes(alone, tmp_path):
    pytest.importorskip("mpi4py")
    mpi(str(tmp_path / "answers"), "answers")
    assert (tmp_path / "answers").read_text() == alone


def test_a_killed_worker_is_replaced_and_a_deadly_point_holds_the_error(tmp_path):
    (tmp_path / "killed").mkdir()
    with ProcessPoolExecutor(2) as executor:
        found = rs.sweep(questions.deadly, a=[1, 2, 3, 4, 5, 6], killed=[str(tmp_path / "killed")], executor=executor)
    whole = rs.sweep(questions.deadly, a=[1, 2, 3, 5, 6], killed=[""])
    values = [point.value for point in found]
    assert values[3] is None and "the worker was lost 4 times" in found[3].error
    assert [values[place].text for place in (0, 1, 2, 4, 5)] == [point.value.text for point in whole]


def test_a_killed_worker_of_dask_is_replaced(tmp_path):
    distributed = pytest.importorskip("dask.distributed")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        client.run(sys.path.insert, 0, str(HERE))
        pids = list(client.run(os.getpid).values())
        executor = client.get_executor()
        import threading

        killer = threading.Timer(0.8, os.kill, (pids[0], signal.SIGKILL))
        killer.start()
        found = rs.sweep(questions.slow, a=list(range(1, 21)), executor=executor)
        killer.join()
    assert found.json == rs.sweep(questions.slow, a=list(range(1, 21)), executor=ThreadPoolExecutor(8)).json


def test_a_sweep_killed_on_dask_goes_on_with_mpi(tmp_path):
    pytest.importorskip("dask.distributed")
    pytest.importorskip("mpi4py")
    points = tmp_path / "points.jsonl"
    run = subprocess.Popen(
        [sys.executable, str(HERE / "questions.py"), "dask", str(points)], env=environment(), start_new_session=True
    )
    deadline = time.time() + 120
    while time.time() < deadline and (not points.exists() or len(points.read_bytes().splitlines()) < 6):
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    kept = points.read_bytes().splitlines()
    assert 6 <= len(kept) < 21
    mpi(str(tmp_path / "answer"), str(points))
    alone = rs.sweep(questions.slow, a=list(range(1, 21)), executor=ThreadPoolExecutor(8), file=str(tmp_path / "alone.jsonl"))
    assert (tmp_path / "answer").read_text() == alone.json
    assert points.read_bytes() == (tmp_path / "alone.jsonl").read_bytes()


class Backwards(Executor):
    """Runs what it has been given in the reverse order, when somebody waits."""

    def __init__(self):
        self.given = []

    def submit(self, task, /, *arguments, **named):
        future = Future()
        self.given.append((future, task, arguments, named))
        if len(self.given) == 6:
            for waiting, asked, of, names in reversed(self.given):
                waiting.set_result(asked(*of, **names))
            self.given = []
        return future


def test_a_task_has_its_own_point_in_any_order():
    values = ["1/2", "2/3", "5", "-1", "0", "7/4"]
    found = rs.sweep("a^2", a=values, executor=Backwards())
    assert [point.value.exact for point in found] == ["1/4", "4/9", "25", "1", "0", "49/16"]
    text = "sweep(a = [1/2, 2/3, 5, -1, 0, 7/4], a^2)"
    for number in (4, 0, 5, 2):
        line = json.loads(_tasks.piece(_tasks.packed(text, [], 15, 0), number))
        assert line["point"] == number and line["at"] == {"a": values[number]}
        assert line["value"] == float(Fraction(values[number]) ** 2), line


def test_the_file_is_that_of_the_language(tmp_path):
    ours, theirs = tmp_path / "ours.jsonl", tmp_path / "theirs.jsonl"
    with ThreadPoolExecutor(2) as executor:
        rs.sweep("gaussian(tanh(x) - a*x).theta2", a=rs.points(0, 1, count=5), executor=executor, file=str(ours))
    rs.evaluate(f'sweep(a = 0..1 count 5, gaussian(tanh(x) - a*x).theta2, file = "{theirs}")')
    assert ours.read_bytes() == theirs.read_bytes()
    # half of the points, in another order and with a line cut short, are gone on from
    head, *lines = theirs.read_text().splitlines()
    theirs.write_text("\n".join([head, lines[3], lines[0], lines[1][:20]]))
    with ThreadPoolExecutor(2) as executor:
        rs.sweep("gaussian(tanh(x) - a*x).theta2", a=rs.points(0, 1, count=5), executor=executor, file=str(theirs))
    assert ours.read_bytes() == theirs.read_bytes()
    with pytest.raises(rs.FileError, match="holds the points of another sweep"):
        rs.sweep("gaussian(tanh(x) - a*x).theta1", a=rs.points(0, 1, count=5), executor=ThreadPoolExecutor(1), file=str(ours))


def test_points_that_fail_hold_their_error(alone):
    looked = json.loads(alone.splitlines()[1])
    failed = [point for point in looked if "error" in point]
    assert len(failed) == 6 and "g = 2 is above 1" in failed[0]["error"]
