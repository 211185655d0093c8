"""The queue of jobs in this process: worker threads, turns, and what becomes of jobs whose reader has left."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

from engine.core.jobs import OVER, Control, RefusedError, State, Status, Work

# Seconds that a job runs while others wait; that it may run in all; without a sign of its reader.
TURN, LONGEST, LEASE = 10.0, 600.0, 300.0
MOST_WAITING = 40
GONE = -1e9  # when a reader who has left looked last
FAILED = "This run failed on the server, and the server's log says why. Change a setting and start again."
NO_MEMORY = "This run needs more memory than there is: take a smaller network, a smaller batch or fewer examples."
log = logging.getLogger("perceptorium")
Generating = Generator[Any, None, None]


@dataclass(eq=False)
class _Job:
    name: str
    settings: Any
    control: Control
    until: float  # when its owner is taken to have left
    state: State = "waiting"
    wish: Literal["", "pause", "stop"] = ""
    work: Generating | None = None
    snapshot: Any = None
    version: int = 0
    seconds: float = 0.0
    message: str = ""


@dataclass(eq=False)
class LocalJobs:
    """Worker threads in this process; torch lets the others run while it computes.

    Args:
        workers: jobs that run at once.
        most_waiting: jobs in the queue, after which new ones are refused.
        turn: seconds after which a job goes to the end of the queue, if there is one.
        longest: seconds that a job may run in all.
        lease: seconds without a sign of its owner after which a job is forgotten.
        clock: seconds, from anywhere.
    """

    workers: int = 1
    most_waiting: int = MOST_WAITING
    turn: float = TURN
    longest: float = LONGEST
    lease: float = LEASE
    clock: Callable[[], float] = time.monotonic
    _jobs: dict[str, _Job] = field(default_factory=dict)
    _queue: "deque[_Job]" = field(default_factory=deque)
    _threads: list[threading.Thread] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def start(self, owner: str, work: Work, settings: Any) -> None:
        """See `Jobs`."""
        name = f"{work.__module__}:{work.__qualname__}"
        with self._changed:
            self._forget_the_gone()
            job = self._jobs.get(owner)
            if job and job.state not in OVER and job.wish != "stop":
                if (job.name, job.settings) == (name, settings):
                    return
                raise RefusedError("A run of yours is going on. Stop it first, then start another.")
            if len(self._queue) >= self.most_waiting:
                raise RefusedError(f"The queue is full: {len(self._queue)} runs wait already. Try again in a minute.")
            self._jobs[owner] = job = _Job(name, settings, Control(self.clock), self.clock() + self.lease)
            job.control.watched = self.clock()
            self._queue.append(job)
            self._hire()
            self._changed.notify()

    def status(self, owner: str) -> Status | None:
        """See `Jobs`."""
        with self._changed:
            self._forget_the_gone()
            if not (job := self._jobs.get(owner)):
                return None
            job.control.watched = self.clock()
            ahead = self._queue.index(job) if job in self._queue else 0
            progress = 1.0 if job.state == "done" else job.control.progress
            told = job.snapshot, job.version, progress, job.seconds, job.message, job.control.values
            return Status(job.settings, job.state, ahead, *told)

    def pause(self, owner: str) -> None:
        """See `Jobs`."""
        with self._changed:
            if (job := self._jobs.get(owner)) and job.state in ("waiting", "running") and not job.wish:
                job.wish = "pause"
                if job.state == "waiting":
                    self._queue.remove(job)
                    job.state, job.wish = "paused", ""

    def resume(self, owner: str) -> None:
        """See `Jobs`."""
        with self._changed:
            if not (job := self._jobs.get(owner)):
                return
            job.wish = "" if job.wish == "pause" else job.wish
            if job.state == "paused":
                job.state = "waiting"
                self._queue.append(job)
                self._changed.notify()

    def stop(self, owner: str) -> None:
        """See `Jobs`."""
        with self._changed:
            if not (job := self._jobs.get(owner)):
                return
            job.control.watched = self.clock()  # whoever stops a job wants to see what it leaves
            work = self._stop(job)
        self._close(job, work)  # without the lock: nobody else waits for it

    def change(self, owner: str, **values: float) -> None:
        """See `Jobs`."""
        with self._changed:
            if job := self._jobs.get(owner):
                job.control.change(values)

    def keep(self, owner: str, seconds: float) -> None:
        """See `Jobs`."""
        with self._changed:
            if job := self._jobs.get(owner):
                job.until = self.clock() + seconds

    def _stop(self, job: _Job) -> Generating | None:
        """Stop a job, or have it stopped by the worker that runs it; its generator, if the caller is to close it."""
        if job in self._queue:
            self._queue.remove(job)
        if job.state == "running":
            job.wish = "stop"
        elif job.state not in OVER:
            job.state = "stopped"
            work, job.work = job.work, None
            return work
        return None

    def _close(self, job: _Job, work: Generating | None) -> None:
        """Close a generator, whose `finally` runs, and take what it leaves."""
        if work is None:
            return
        try:
            work.close()
        except Exception:  # the worker must live, and the last snapshot is there
            log.exception("%s failed while it was stopped, for %s", job.name, job.settings)
        with self._changed:
            if job.control.left is not None:
                job.snapshot, job.control.left = job.control.left, None
                job.version += 1

    def _forget_the_gone(self) -> None:
        for owner, job in list(self._jobs.items()):
            if job.until < self.clock():
                job.control.watched = GONE
                self._close(job, self._stop(job))
                del self._jobs[owner]

    def _hire(self) -> None:
        if len(self._threads) < self.workers:
            thread = threading.Thread(target=self._serve, name=f"job-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    self._changed.wait(timeout=1.0 if self._jobs else None)
                    self._forget_the_gone()
                job = self._queue.popleft()
                job.state = "running"
            self._run(job)

    def _run(self, job: _Job) -> None:
        """One turn of a job, and what becomes of it."""
        state, message = self._turn(job)
        if state in OVER:  # it is closed before anyone hears that it is over
            self._close(job, job.work)
            job.work = None
        with self._changed:
            if state not in OVER:  # a wish of the last moment counts: resumed, paused or stopped while it left
                state = "paused" if job.wish == "pause" else "waiting"
            if state == "waiting":
                self._queue.append(job)
                self._changed.notify()
            job.state, job.message = state, message
            if job.wish != "stop" or state in OVER:
                job.wish = ""

    def _turn(self, job: _Job) -> tuple[State, str]:
        """Run a job until it is over or has to leave: the state it is in then, and why."""
        try:
            if job.work is None:
                module, function = job.name.split(":")
                job.work = getattr(import_module(module), function)(job.settings, job.control)
            begun, before = self.clock(), job.seconds
            for snapshot in job.work:
                now = self.clock()
                job.seconds = before + now - begun
                if snapshot is not None:
                    job.snapshot, job.control.published = snapshot, now
                    job.version += 1
                if (left := self._leaves(job, now - begun)) is not None:
                    return left
        except MemoryError:
            return "failed", NO_MEMORY
        except ValueError as error:
            return "failed", str(error)
        except Exception as error:
            if type(error).__name__ == "OutOfMemoryError":  # torch's own, which only torch could name
                return "failed", NO_MEMORY
            log.exception("%s failed for %s", job.name, job.settings)
            return "failed", FAILED
        return "done", ""

    def _leaves(self, job: _Job, turn: float) -> tuple[State, str] | None:
        """Between two steps: the state that a job has to leave its worker for; None lets it go on."""
        if gone := job.until < self.clock():
            job.control.watched = GONE
        if gone or job.wish == "stop":
            return "stopped", ""
        if job.seconds > self.longest:
            return "stopped", f"Stopped after {self.longest / 60:g} minutes, the most that a run may take here."
        if job.wish == "pause":
            return "paused", ""
        if turn > self.turn and self._queue:
            return "waiting", ""
        return None
