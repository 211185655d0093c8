"""Our training loop against ConvNetJS's on its own MNIST demo network: examples a second, in turns, in one run.

Targets: ≥ 35 × at batch 20, ≥ 60 × at batch 256. It needs node and npm, which nothing else here does; npm fetches the
package into a folder that is thrown away.
"""

import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.core.examples import Examples, digits
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.networks.presets import ARCHITECTURES
from engine.core.training import Run
from engine.core.training_recipe import Recipe

SCRIPT = Path(__file__).with_suffix(".js")
TURNS, EXAMPLES = 3, 1500
STEPS = {20: 150, 256: 25}


def cropped() -> Examples:
    """MNIST cut to 24 × 24, as the demo crops it."""
    whole = digits("train")
    images = np.ascontiguousarray(whole.images[:, :, 2:26, 2:26])
    return Examples(images, whole.labels, whole.classes, whole.statistics)


def ours(examples: Examples, batch: int, precision: str) -> float:
    """Examples a second of our loop, plain SGD, after a few steps to warm up."""
    recipe = Recipe("sgd", 0.01, "constant", epochs=1, batch=batch, label_smoothing=0.0, precision=precision)
    run = Run(build(parse(ARCHITECTURES["convnetjs"].text), 0), examples, recipe)
    for number in range(5):
        run.step(number, 0.01)
    begun = time.perf_counter()
    for number in range(STEPS[batch]):
        run.step(5 + number, 0.01)
    return STEPS[batch] * batch / (time.perf_counter() - begun)


def theirs(package: Path) -> float:
    """Examples a second under node."""
    command = ["node", str(SCRIPT), str(package), str(EXAMPLES)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Both, in turns; the medians and their ratio."""
    if not (shutil.which("node") and shutil.which("npm")):
        print("node or npm is missing: not measured")
        return
    examples = cropped()
    with tempfile.TemporaryDirectory() as folder:
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, "convnetjs@0.3.0"]
        subprocess.run(install, capture_output=True, check=True)
        package = Path(folder) / "node_modules" / "convnetjs"
        peer: list[float] = []
        mine: dict[tuple[int, str], list[float]] = {(20, "float32"): [], (256, "float32"): [], (256, "bfloat16"): []}
        for _ in range(TURNS):
            peer.append(theirs(package))
            for (batch, precision), rates in mine.items():
                rates.append(ours(examples, batch, precision))
    rate = statistics.median(peer)
    print(f"ConvNetJS under node: {rate:.0f} examples/s")
    for (batch, precision), rates in mine.items():
        own = statistics.median(rates)
        print(f"batch {batch:3} {precision:9}: {own:6.0f} examples/s, {own / rate:.0f} ×")


if __name__ == "__main__":
    main()
