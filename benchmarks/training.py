"""Training: against a bare torch loop, what snapshots cost, time to 98 and 99 %, how soon it stops, twenty at once.

Targets: a step ≥ 0.95× the bare loop's, ≥ 0.90× while ten snapshots a second are published; the fast preset 98 % in 3 s
and 99 % in 5 s from its start, LeNet-5 99 % in 10 s; an end within 0.5 s. Times of runs that take turns are compared,
and both the clock's and the thread's own processor seconds are told, since other processes may share the machine.
"""

import asyncio
import contextlib
import statistics
import time
from collections.abc import Iterator

import torch
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from torch.nn.functional import cross_entropy

from benchmarks.app import Session, percentile, running
from engine.core.examples import digits
from engine.core.jobs import Control
from engine.core.local_jobs import LocalJobs
from engine.core.networks.building import build
from engine.core.resident import resident
from engine.core.schedules import factors
from engine.core.training import QUICK, TESTS
from engine.core.training_recipe import OPTIMIZERS
from engine.training import train_cnn as lab
from engine.training import train_cnn_lesson as lesson
from engine.training.train_cnn_loop import device_recipe, prepare
from engine.training.train_cnn_words import reached

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
ROUNDS, TURNS, STARTERS = 5, 3, 20


class Watched(Control):
    """Somebody looks all the time."""

    watched = property(lambda self: time.monotonic(), lambda self, value: None)  # type: ignore[assignment]


def run(settings: lab.Settings, control: Control) -> tuple[lab.Snapshot, int]:
    """A run to its end; its last snapshot before the network is packed, and how many there were."""
    told, count = None, 0
    for snapshot in lab.run(settings, control):
        if snapshot is not None:
            control.published = time.monotonic()
            told, count = snapshot, count + 1
            if snapshot.history.finished:
                break
    if told is None:
        raise RuntimeError("The run told nothing.")
    return told, count


def tested(module: torch.nn.Module, most: int) -> None:
    """A plain test on the first digits."""
    held = resident(digits("test"))
    module.eval()
    with torch.inference_mode():
        for first in range(0, most, 100):
            module(held.batch(slice(first, first + 100))[0]).argmax(dim=1)
    module.train()


def bare(settings: lab.Settings) -> None:
    """The same updates and tests in a plain loop, on data that lie where they are needed; no film, nobody to hear."""
    recipe, plan = device_recipe(settings), lab.plan(settings)
    module = build(plan.network, settings.seed, settings.initialisation).to(memory_format=torch.channels_last)
    data, count = resident(digits("train")), len(digits("train"))
    optimizer = OPTIMIZERS[recipe.optimizer].make(list(module.parameters()), recipe)
    rates = recipe.learning_rate * factors(recipe.schedule, plan.steps, warmup=0.25)
    batches = recipe.batches(count)
    for step in range(plan.steps):
        if step % batches == 0:
            order = torch.randperm(count)
        index = order[step % batches * recipe.batch : (step % batches + 1) * recipe.batch]
        images = data.images[index].to(torch.float32, memory_format=torch.channels_last)
        images = images.sub_(data.mean).mul_(data.scale)
        optimizer.param_groups[0]["lr"] = rates[step]
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.precision == "bfloat16"):
            loss = cross_entropy(module(images), data.labels[index], label_smoothing=recipe.label_smoothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if (step + 1) % (plan.steps // TESTS) == 0 and step + 1 < plan.steps:
            tested(module, QUICK)
    tested(module, 10_000)


@contextlib.contextmanager
def clock(into: list[tuple[float, float]]) -> Iterator[None]:
    """Seconds by the clock and of this thread's processor."""
    wall, own = time.perf_counter(), time.thread_time()
    yield
    into.append((time.perf_counter() - wall, time.thread_time() - own))


def against_bare(name: str) -> None:
    """Step ratios, without and with ten snapshots a second, in turns."""
    settings, ways = PRESETS[name], {"bare": [], "ours": [], "watched": []}  # type: ignore[var-annotated]
    shots = 0
    for _ in range(TURNS):
        with clock(ways["bare"]):
            bare(settings)
        with clock(ways["ours"]):
            run(settings, Control())
        with clock(ways["watched"]):
            shots = run(settings, Watched())[1]
    median = {way: [statistics.median(column) for column in zip(*times, strict=True)] for way, times in ways.items()}
    for way in ("ours", "watched"):
        wall, own = (median["bare"][i] / median[way][i] for i in (0, 1))
        print(f"{name:9} {way:8} {wall:.2f}× bare by the clock, {own:.2f}× by processor seconds ({shots} snapshots)")
    print(f"{name:9} bare loop {median['bare'][0]:.2f} s by the clock, {median['bare'][1]:.2f} s of processor")


def to_accuracy(name: str) -> None:
    """Seconds from the start of the run to 98 and 99 %, and the test error at its end."""
    found: dict[str, list[float]] = {"98": [], "99": [], "end": [], "error": [], "processor": []}
    for seed in range(ROUNDS):
        used: list[tuple[float, float]] = []
        with clock(used):
            snapshot, _ = run(PRESETS[name].but(seed=seed), Watched())
        for mark in ("98", "99"):
            found[mark].append(reached(snapshot, float(mark)) or float("inf"))
        found["end"].append(snapshot.times[-1])
        found["error"].append(100 - 100 * snapshot.history.accuracy)
        found["processor"].append(used[0][1])
    said = {key: statistics.median(values) for key, values in found.items()}
    print(
        f"{name:9} 98 % after {said['98']:.2f} s, 99 % after {said['99']:.2f} s, end {said['end']:.2f} s "
        f"({said['processor']:.2f} s of processor), error on 10,000 {said['error']:.2f} %; errors "
        + " ".join(f"{error:.2f}" for error in found["error"])
    )


def cancel() -> None:
    """Seconds from the wish to the end, at moments all over a run."""
    jobs, waits = LocalJobs(), []
    for number in range(12):
        jobs.start("reader", lab.run, PRESETS["lenet"].but(seed=number))
        time.sleep(0.1 + 0.25 * number)
        begun = time.perf_counter()
        jobs.stop("reader")
        while (status := jobs.status("reader")) and status.active:
            time.sleep(0.001)
        waits.append(time.perf_counter() - begun)
    print(f"stop: median {1e3 * statistics.median(waits):.0f} ms, longest {1e3 * max(waits):.0f} ms of {len(waits)}")


def twenty() -> None:
    """As many as a class start within a second, one worker; each watched, as by its page."""
    jobs, begun = LocalJobs(workers=1), time.perf_counter()
    names = [f"reader {number}" for number in range(STARTERS)]
    first: dict[str, float] = {}
    for number, name in enumerate(names):
        jobs.start(name, lab.run, PRESETS["second"].but(seed=number))
    done: dict[str, float] = {}
    while len(done) < STARTERS:
        for name in names:
            status = jobs.status(name)
            now = time.perf_counter() - begun
            if status and status.snapshot and name not in first:
                first[name] = now
            if status and not status.active and name not in done:
                if status.state != "done" or status.snapshot.trained.accuracy < 0.97:
                    raise RuntimeError(f"{name}: {status.state}, {status.message}")
                done[name] = now
        time.sleep(0.25)
    order = sorted(done.values())
    print(f"{STARTERS} starters: all done, the first after {order[0]:.1f} s, the last after {order[-1]:.1f} s")


class Trainer(Session):
    """A reader who presses Train, and whose page looks at the run four times a second."""

    button = ""

    def _note(self, answer: ForwardMsg) -> bool:
        if answer.WhichOneof("type") == "delta" and answer.delta.WhichOneof("type") == "new_element":
            element = answer.delta.new_element
            if element.WhichOneof("type") == "button" and element.button.label == "Train":
                self.button = element.button.id
        return super()._note(answer)

    async def press(self) -> None:
        """Press the button, and read all that comes."""
        message = BackMsg()
        message.rerun_script.page_script_hash, message.rerun_script.page_name = self.page_hash, self.page
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = self.button, True
        await self.socket.send(message.SerializeToString())
        with contextlib.suppress(TimeoutError):
            while True:
                raw = await asyncio.wait_for(self.socket.recv(), 30)
                self.bytes += len(raw)


async def beside(changes: int = 60) -> None:
    """What a change of a control costs on a light page, alone and while a job trains in the same server."""
    with running() as (port, _, _):
        reader, trainer = Session(port, "sliding_kernel"), Trainer(port, "train_cnn")
        await reader.open()
        await trainer.open()
        for title in ("alone", "beside a training"):
            pressing = asyncio.create_task(trainer.press()) if title != "alone" else None
            times = []
            for _ in range(changes):
                reader.change()
                times.append(await reader.run())
                await asyncio.sleep(0.05)
            if pressing:
                pressing.cancel()
            p50, p95 = (1e3 * percentile(times, share) for share in (0.5, 0.95))
            print(f"sliding_kernel {title}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def main() -> None:
    """All of it, in one thread as a job has it."""
    torch.set_num_threads(1)
    prepare(lab.Settings())
    for name in ("second", "fast", "lenet"):
        to_accuracy(name)
    for name in ("fast", "lenet"):
        against_bare(name)
    cancel()
    twenty()
    asyncio.run(beside())


if __name__ == "__main__":
    main()
