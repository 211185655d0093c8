"""The queue of jobs: watched, paused, changed, stopped, taken in turns, and over when their reader leaves."""

import itertools
import threading
import time
from dataclasses import dataclass

import pytest

from engine.core import jobs
from engine.core.jobs import Control, RefusedError
from engine.core.local_jobs import NO_MEMORY, LocalJobs

PATIENCE = 10.0


@dataclass(frozen=True)
class Count:
    """How far to count; each count waits for the gate of that name, if there is one."""

    most: int = 3
    name: str = ""


GATES: dict[str, threading.Semaphore] = {}
CLOSED: list[str] = []


def count(settings: Count, control: Control):
    """Yields 1, 2, 3 …: a snapshot every time."""
    try:
        for number in range(1, settings.most + 1):
            if gate := GATES.get(settings.name):
                assert gate.acquire(timeout=PATIENCE)
            control.progress = number / settings.most
            yield number, control.value("rate", 1.0)
    finally:
        CLOSED.append(settings.name)


def idle(settings: Count, control: Control):
    """Never ends, publishes only what is asked for."""
    while True:
        time.sleep(0.001)
        yield "seen" if control.due() else None


def crash(settings: Count, control: Control):
    """Fails after a snapshot, as the name says."""
    yield "before"
    raise {"value": ValueError("The kernel does not fit."), "memory": MemoryError(), "other": KeyError("secret")}[
        settings.name
    ]


class OutOfMemoryError(RuntimeError):
    """As torch calls its own."""


def exhaust(settings: Count, control: Control):
    """Runs out of the accelerator's memory."""
    yield None
    raise OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")


@pytest.fixture(autouse=True)
def gates():
    """Each test has its own gates; whatever still waits goes on when it ends."""
    CLOSED.clear()
    yield
    for gate in GATES.values():
        gate.release(1000)
    GATES.clear()


def gate(name: str) -> threading.Semaphore:
    GATES[name] = threading.Semaphore(0)
    return GATES[name]


def until(condition):
    """Wait for a state, not for a time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "this never came true"
        time.sleep(0.002)


def reach(queue: LocalJobs, owner: str, state: str):
    until(lambda: (status := queue.status(owner)) is not None and status.state == state)
    return queue.status(owner)


def test_a_job_runs_to_its_end_and_keeps_its_last_snapshot():
    queue = LocalJobs()
    queue.start("ada", count, Count(3))
    status = reach(queue, "ada", "done")
    assert (status.snapshot, status.version, status.progress, status.message) == ((3, 1.0), 3, 1.0, "")
    assert not status.active
    assert queue.status("bob") is None


def test_a_paused_job_rests_gives_its_worker_away_and_goes_on_where_it_was():
    queue, ada = LocalJobs(), gate("ada")
    queue.start("ada", count, Count(4, "ada"))
    ada.release()
    until(lambda: queue.status("ada").version == 1)
    queue.pause("ada")
    ada.release()
    assert reach(queue, "ada", "paused").snapshot == (2, 1.0)
    queue.start("bob", count, Count(2))
    reach(queue, "bob", "done")  # there is one worker, and ada does not hold it
    ada.release(2)
    queue.resume("ada")
    assert reach(queue, "ada", "done").snapshot == (4, 1.0)
    assert CLOSED.count("ada") == 1


def test_a_number_changed_while_it_runs_reaches_the_job():
    queue, ada = LocalJobs(), gate("ada")
    queue.start("ada", count, Count(2, "ada"))
    ada.release()
    until(lambda: queue.status("ada").version == 1)
    queue.change("ada", rate=0.25)
    ada.release()
    assert queue.status("ada").values == {"rate": 0.25}
    assert reach(queue, "ada", "done").snapshot == (2, 0.25)


def test_a_stopped_job_ends_within_a_step_and_its_finally_runs():
    queue, ada = LocalJobs(), gate("ada")
    queue.start("ada", count, Count(9, "ada"))
    ada.release()
    until(lambda: queue.status("ada").version == 1)
    queue.stop("ada")
    ada.release()
    status = reach(queue, "ada", "stopped")
    assert status.snapshot[0] <= 2
    assert CLOSED == ["ada"]
    queue.start("ada", count, Count(1))
    reach(queue, "ada", "done")


def bequeath(settings: Count, control: Control):
    """Leaves a last word when it is stopped, if someone is there to hear it."""
    try:
        for number in itertools.count():
            time.sleep(0.001)
            yield number
    except GeneratorExit:
        if settings.name == "broken":
            raise KeyError("secret") from None
        control.leave("seen" if control.seen else "alone")
        raise


@pytest.mark.parametrize("state", ["running", "paused"])
def test_what_a_stopped_job_leaves_is_its_last_snapshot(state):
    queue = LocalJobs()
    queue.start("ada", bequeath, Count())
    until(lambda: queue.status("ada").version > 3)
    if state == "paused":
        queue.pause("ada")
        reach(queue, "ada", "paused")
    queue.stop("ada")
    assert reach(queue, "ada", "stopped").snapshot == "seen"


def test_a_job_without_a_reader_is_told_so_when_it_ends():
    queue, left = LocalJobs(), []
    queue.start("ada", bequeath, Count())
    until(lambda: queue.status("ada").version > 3)
    job = queue._jobs["ada"]
    job.control.leave = left.append
    queue.keep("ada", -1.0)
    until(lambda: left == ["alone"])


def test_an_error_while_a_job_is_stopped_keeps_its_last_snapshot_and_the_worker():
    queue = LocalJobs()
    queue.start("ada", bequeath, Count(name="broken"))
    until(lambda: queue.status("ada").version > 3)
    queue.stop("ada")
    assert reach(queue, "ada", "stopped").snapshot >= 3
    queue.start("ada", count, Count(1))
    reach(queue, "ada", "done")


@pytest.mark.parametrize("state", ["waiting", "paused"])
def test_a_job_that_does_not_run_is_stopped_at_once(state):
    queue, bob = LocalJobs(), gate("bob")
    queue.start("bob", count, Count(1, "bob"))
    reach(queue, "bob", "running")
    queue.start("ada", count, Count(1))
    if state == "paused":
        queue.pause("ada")
    assert queue.status("ada").state == state
    queue.stop("ada")
    assert queue.status("ada").state == "stopped"
    bob.release()
    reach(queue, "bob", "done")
    assert queue.status("ada").version == 0


def test_a_queue_has_an_order_and_says_it():
    queue, first = LocalJobs(), gate("first")
    queue.start("first", count, Count(1, "first"))
    reach(queue, "first", "running")
    for owner in ("second", "third"):
        queue.start(owner, count, Count(1, owner))
    assert [queue.status(owner).ahead for owner in ("first", "second", "third")] == [0, 0, 1]
    first.release()
    reach(queue, "third", "done")
    assert CLOSED == ["first", "second", "third"]


def test_the_same_start_twice_is_one_job_and_another_is_refused_until_the_first_is_over():
    queue, ada = LocalJobs(), gate("ada")
    for _ in range(2):
        queue.start("ada", count, Count(1, "ada"))
    with pytest.raises(RefusedError, match="Stop it first"):
        queue.start("ada", count, Count(2, "ada"))
    ada.release()
    reach(queue, "ada", "done")
    assert CLOSED == ["ada"]
    queue.start("ada", count, Count(2, ""))
    assert reach(queue, "ada", "done").snapshot == (2, 1.0)


def test_a_full_queue_refuses_in_words():
    queue, first = LocalJobs(most_waiting=1), gate("first")
    queue.start("first", count, Count(1, "first"))
    reach(queue, "first", "running")
    queue.start("second", count, Count(1))
    with pytest.raises(RefusedError, match="The queue is full: 1 runs wait"):
        queue.start("third", count, Count(1))
    first.release()
    reach(queue, "second", "done")


def test_a_long_job_goes_behind_those_who_wait_when_its_turn_is_over():
    queue = LocalJobs(turn=0.02)
    queue.start("long", idle, Count())
    reach(queue, "long", "running")
    for owner in ("a", "b", "c"):
        queue.start(owner, count, Count(3))
    for owner in ("a", "b", "c"):
        reach(queue, owner, "done")
    assert reach(queue, "long", "running").active
    queue.stop("long")


def test_twenty_readers_are_all_served_in_turn():
    queue = LocalJobs(workers=2, turn=0.01)
    for number in range(20):
        queue.start(f"reader {number}", count, Count(50, f"reader {number}"))
    for number in range(20):
        assert reach(queue, f"reader {number}", "done").snapshot == (50, 1.0)
    assert sorted(CLOSED) == sorted(f"reader {number}" for number in range(20))


@pytest.mark.parametrize(
    ("name", "says"), [("value", "The kernel does not fit."), ("memory", NO_MEMORY), ("other", "the server's log")]
)
def test_a_crash_is_a_sentence_and_the_worker_lives_on(name, says, caplog):
    queue = LocalJobs()
    queue.start("ada", crash, Count(name=name))
    status = reach(queue, "ada", "failed")
    assert says in status.message
    assert "secret" not in status.message
    assert ("secret" in caplog.text) == (name == "other")
    assert status.snapshot == "before"
    queue.start("ada", count, Count(1))
    reach(queue, "ada", "done")


def test_an_accelerator_out_of_memory_is_a_sentence():
    queue = LocalJobs()
    queue.start("ada", exhaust, Count())
    assert reach(queue, "ada", "failed").message == NO_MEMORY


def test_a_job_ends_when_its_reader_has_left():
    queue = LocalJobs()
    queue.start("ada", idle, Count())
    reach(queue, "ada", "running")
    queue.keep("ada", -1.0)
    until(lambda: queue.status("ada") is None)
    queue.start("bob", count, Count(1))
    reach(queue, "bob", "done")


def test_a_reader_who_comes_back_in_time_keeps_the_job():
    queue = LocalJobs()
    queue.start("ada", idle, Count())
    queue.keep("ada", 0.5)
    queue.keep("ada", 300.0)
    reach(queue, "ada", "running")
    queue.stop("ada")
    reach(queue, "ada", "stopped")


def test_a_job_that_takes_too_long_is_stopped_with_its_reason():
    queue = LocalJobs(longest=0.01)
    queue.start("ada", idle, Count())
    assert "the most that a run may take" in reach(queue, "ada", "stopped").message


def test_snapshots_are_wanted_ten_times_a_second_and_only_while_someone_looks():
    now = [100.0]
    control = Control(clock=lambda: now[0])
    assert not control.due()
    control.watched = 100.0
    assert control.due()
    control.published = 100.0
    now[0] = 100.05
    assert not control.due()
    now[0] = 100.11
    assert control.due()
    now[0] = 103.0
    assert not control.due()


def test_the_number_of_workers_comes_from_the_environment(monkeypatch):
    jobs.queue.cache_clear()
    monkeypatch.setenv("PERCEPTORIUM_JOBS", "3")
    assert jobs.queue().workers == 3
    jobs.queue.cache_clear()
    monkeypatch.setenv("PERCEPTORIUM_JOBS", "many")
    with pytest.raises(ValueError, match="PERCEPTORIUM_JOBS must be a whole number"):
        jobs.queue()
    jobs.queue.cache_clear()
