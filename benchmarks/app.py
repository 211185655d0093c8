"""Starts the app as a reader would, speaks to it as a browser does, and reads its memory."""

import asyncio
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.shared.components import unpack

ROOT = Path(__file__).resolve().parents[1]
WIDGETS = {"number_input": "double_value", "selectbox": "string_value", "checkbox": "bool_value"}
LIVE = "perceptorium_slider"


@contextlib.contextmanager
def running() -> Iterator[tuple[int, int, float]]:
    """The app on a free loopback port: (port, process id, seconds until it was healthy)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            while time.perf_counter() - start < 60:
                with contextlib.suppress(OSError):
                    if urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).read() == b"ok":
                        break
                time.sleep(0.05)
            yield port, server.pid, time.perf_counter() - start
        finally:
            server.terminate()
            server.wait(15)


def resident(pid: int) -> float:
    """Resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Session:
    """One reader: opens a page, and changes one control after the other."""

    def __init__(self, port: int, page: str, seed: int = 0) -> None:
        self.port, self.page, self.page_hash = port, page, ""
        self.random = random.Random(seed)
        self.widgets: dict[str, tuple[str, object]] = {}
        self.values: dict[str, object] = {}
        self.cached: set[str] = set()
        self.exceptions = 0
        self.bytes = 0

    async def open(self) -> float:
        """Connect and run the page once; seconds."""
        origin = f"http://127.0.0.1:{self.port}"
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        self.socket = await websockets.connect(address, subprotocols=["streamlit"], origin=origin, max_size=None)
        return await self.run()

    def change(self) -> None:
        """Give a control at random another value within its own range."""
        ident, (kind, element) = self.random.choice(sorted(self.widgets.items()))
        if kind == "selectbox":
            self.values[ident] = self.random.choice(list(element.options))
        elif kind == "checkbox":
            self.values[ident] = self.random.random() < 0.5
        elif kind == "number_input":
            self.values[ident] = self._between(element.min, element.max, element.step or 1)
        else:
            slider = unpack(element.bytes)
            value = self._between(slider["low"], slider["high"], slider["step"])
            self.values[ident] = json.dumps({"value": value})

    def _between(self, low: float, high: float, step: float) -> float:
        return low + step * self.random.randint(0, round((high - low) / step))

    async def run(self) -> float:
        """Send the controls' values and wait until the script has finished; seconds."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.page_name = self.page
        message.rerun_script.cached_message_hashes.extend(self.cached)  # a browser has these and gets them by name
        for ident, value in self.values.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = ident
            setattr(state, WIDGETS.get(self.widgets[ident][0], "json_value"), value)
        self.bytes = 0
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            raw = await asyncio.wait_for(self.socket.recv(), 60)
            self.bytes += len(raw)
            answer.ParseFromString(raw)
            if self._note(answer):
                return time.perf_counter() - start

    def _note(self, answer: ForwardMsg) -> bool:
        """Remember what an answer brought; True when the script has finished."""
        kind = answer.WhichOneof("type")
        if answer.metadata.cacheable and kind != "ref_hash":
            self.cached.add(answer.hash)
        if kind == "navigation":
            self.page_hash = answer.navigation.page_script_hash
        elif kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
            element = answer.delta.new_element
            what = element.WhichOneof("type")
            part = getattr(element, what)
            live = what == "bidi_component" and part.component_name == LIVE
            unbounded = what == "number_input" and not part.has_min  # the box for an answer
            if live or (what in WIDGETS and not unbounded):
                self.widgets[part.id] = (what, part)
            self.exceptions += what == "exception"
        return kind == "script_finished"

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
