"""Long work outside the page: one queue for the whole server, fair between readers, watched and stopped from anywhere.

A job is a function of the engine, known by its name, and plain Settings. The function is a generator over a `Control`:
it yields wherever it can pause for a moment (after every training step, say), a snapshot if one is due and None if not.
Between two yields nobody can stop it, so they must lie well below half a second apart; and it must not yield inside
`torch.no_grad()` or another thread's context, because it may go on in another thread.

Names, Settings and snapshots are plain data, so that `Jobs` can be an engine on other machines without touching a lab.
"""

import os
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Protocol, runtime_checkable

State = Literal["waiting", "running", "paused", "done", "stopped", "failed"]
Work = Callable[[Any, "Control"], Generator[Any, None, None]]
OVER: frozenset[str] = frozenset({"done", "stopped", "failed"})
SNAPSHOT = 0.1  # seconds between snapshots
WATCHED = 2.0  # seconds after a look at the status that a reader counts as watching


class RefusedError(ValueError):
    """A job that cannot be started now, with the reason for the reader."""


@dataclass(frozen=True, eq=False)
class Status:
    """What a reader may know of a job.

    Args:
        settings: of the job.
        state: where it stands.
        ahead: how many jobs come before it, while it waits.
        snapshot: the last one that it published, None before the first.
        version: how many it has published.
        progress: share done, 0 … 1, as far as the job says.
        seconds: that it has run.
        message: why it failed or was stopped, or "".
        values: the numbers that were changed while it ran.
    """

    settings: Any
    state: State
    ahead: int
    snapshot: Any
    version: int
    progress: float
    seconds: float
    message: str
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether more may come."""
        return self.state not in OVER

    @property
    def resting(self) -> bool:
        """Whether nothing comes now."""
        return self.state == "paused" or not self.active


class Control:
    """What a job hears from its reader, and what it says besides its snapshots."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.progress = 0.0
        self.watched = self.published = -1e9
        self.values: Mapping[str, float] = {}
        self.left: Any = None
        self._clock = clock

    def due(self) -> bool:
        """Whether a snapshot is wanted now: someone is looking, and the last one is a tenth of a second old."""
        now = self._clock()
        return now - self.published >= SNAPSHOT and self.seen

    @property
    def seen(self) -> bool:
        """Whether someone is looking."""
        return self._clock() - self.watched < WATCHED

    def leave(self, snapshot: Any) -> None:
        """The last snapshot of a job that is stopped. It says this while its generator is closed, in a third of a
        second at most: its reader waits for it.
        """
        self.left = snapshot

    def value(self, name: str, otherwise: float) -> float:
        """A number that the reader may change while the job runs, such as the learning rate."""
        return self.values.get(name, otherwise)

    def change(self, values: Mapping[str, float]) -> None:
        """What `value` answers from now on."""
        self.values = {**self.values, **values}


@runtime_checkable
class Jobs(Protocol):
    """What pages ask of an engine, here or elsewhere; owners are the readers' sessions."""

    def start(self, owner: str, work: Work, settings: Any) -> None:
        """Queue a job. The same one again, while it is active, changes nothing. Raises RefusedError."""

    def status(self, owner: str) -> Status | None:
        """Where the owner's last job stands, None if there is none; counts as watching it."""

    def pause(self, owner: str) -> None:
        """Let it rest and give its place to others."""

    def resume(self, owner: str) -> None:
        """Let it go on, behind those who wait."""

    def stop(self, owner: str) -> None:
        """End it; its last snapshot stays, or what it leaves (`Control.leave`)."""

    def change(self, owner: str, **values: float) -> None:
        """Numbers for `Control.value`."""

    def keep(self, owner: str, seconds: float) -> None:
        """Forget the owner's job unless this is said again within that time."""


@cache
def queue() -> Jobs:
    """The one queue of this server.

    PERCEPTORIUM_JOBS sets how many run at once; else half the processors, at most 4.
    """
    from engine.core.local_jobs import LocalJobs

    most = os.cpu_count() or 1
    text = os.environ.get("PERCEPTORIUM_JOBS", str(max(1, min(4, most // 2))))
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise ValueError(f"PERCEPTORIUM_JOBS must be a whole number from 1 to 64, not {text}.")
    return LocalJobs(int(text))
