"""Looking inside EfficientNet-Lite0 on one torch thread: our maps beside captum's and a plain forward pass, in one run.

Targets (PERFORMANCE): Grad-CAM at least as fast as captum's; another class for 5 % of a Grad-CAM; hooks on every layer
within 1.15 of a plain forward pass; occlusion 2.5 times as fast as captum one by one; each map of the page within 1 s.
`python -m benchmarks.interpretation`; times are medians of interleaved runs, in milliseconds of processor time of the
one thread that computes, so that other programs count for little. Read the ratios.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import asyncio
import threading
import time
import warnings
from functools import partial

import numpy as np
import torch
from captum import attr
from torch import Tensor, nn

from benchmarks import turns
from benchmarks.app import Session, resident, running
from engine.core import images
from engine.core.attribution import by_rules, gradient, integrated_gradients, smooth_grad, tensor_for
from engine.core.attribution_cam import Activations
from engine.core.attribution_occlusion import occlusion
from engine.core.attribution_scores import perturb
from engine.core.hooks import recording
from engine.core.networks import efficientnet
from engine.insight import heatmaps, heatmaps_maps, heatmaps_sanity

TARGET, OTHER, READERS = 285, 282, 10
HEAD = efficientnet.LAYERS[-1][1]
medians = partial(turns.medians, clock=time.thread_time)


def input_of(image: np.ndarray) -> Tensor:
    """What captum takes: in the layout that the network has."""
    return torch.from_numpy(image)[None].contiguous(memory_format=torch.channels_last)


def grad_cam(network: nn.Module, plain: nn.Module, image: np.ndarray) -> None:
    """Grad-CAM and another class, beside captum on our network and on the network before folding."""
    x = input_of(image)
    seen = Activations(network, image, HEAD)
    here, there = (attr.LayerGradCam(each, each.get_submodule(HEAD)) for each in (network, plain))
    times = medians(
        {
            "ours": lambda: Activations(network, image, HEAD).grad_cam(TARGET),
            "captum": lambda: here.attribute(x, TARGET),
            "captum, unfolded": lambda: there.attribute(x, TARGET),
            "class": lambda: seen.grad_cam(OTHER),
        },
        21,
    )
    for name, words in (("captum, unfolded", "captum on the network as trained"), ("captum", "captum on ours, folded")):
        ratio = times[name] / times["ours"]
        print(f"Grad-CAM {times['ours']:.1f} ms; {words} {times[name]:.1f}: {ratio:.2f} times ours (target 1.0)")
    print(f"another class {times['class']:.2f} ms: {times['class'] / times['ours']:.1%} of a Grad-CAM (target 5 %)")


def hooks(network: nn.Module, image: np.ndarray) -> None:
    """All maps of all listed layers, against a run that keeps none."""
    x, paths = tensor_for(network, image[None]), [path for _, path in efficientnet.LAYERS]

    def listened() -> None:
        with torch.inference_mode(), recording(network, paths) as (own, outputs):
            own(x)
            dict(outputs)

    def plain() -> None:
        with torch.inference_mode():
            network(x)

    times = medians({"plain": plain, "hooks": listened}, 41)
    ratio = times["hooks"] / times["plain"]
    print(f"forward {times['plain']:.1f} ms; with hooks on {len(paths)} layers {ratio:.2f} times that (target 1.15)")


def covered(network: nn.Module, image: np.ndarray) -> None:
    """Occlusion, 169 places."""
    x = input_of(image)
    theirs = attr.Occlusion(network)
    quick = efficientnet.quick()
    times = medians(
        {
            "ours": lambda: occlusion(quick, image, TARGET),
            "float32": lambda: occlusion(network, image, TARGET),
            "captum": lambda: theirs.attribute(x, (3, 32, 32), (3, 16, 16), target=TARGET),
        },
        3,
    )
    ratio = times["captum"] / times["ours"]
    one, other = occlusion(quick, image, TARGET).ravel(), occlusion(network, image, TARGET).ravel()
    kind = "bfloat16" if quick is not network else "float32, this processor has no bfloat16"
    print(
        f"occlusion, 169 places: ours ({kind}) {times['ours']:.0f} ms, captum one by one {times['captum']:.0f}: "
        f"{ratio:.2f} times ours (target 2.5)"
    )
    print(f"  ours in float32 {times['float32']:.0f} ms; correlation of both {np.corrcoef(one, other)[0, 1]:.4f}")


def gradients(network: nn.Module, image: np.ndarray) -> None:
    """The other methods beside captum, where it has them."""
    x = input_of(image)
    path = attr.IntegratedGradients(network)
    times = medians(
        {
            "gradient": lambda: gradient(network, image, TARGET),
            "captum's gradient": lambda: attr.Saliency(network).attribute(x.clone().requires_grad_(), TARGET),
            "three rules": lambda: by_rules(network, image, TARGET),
            "integrated, 32": lambda: integrated_gradients(network, image, TARGET, steps=32),
            "captum's integrated": lambda: path.attribute(x, 0.0, TARGET, n_steps=32, internal_batch_size=4),
            "SmoothGrad, 24": lambda: smooth_grad(network, image, TARGET),
        },
        5,
    )
    print("; ".join(f"{name} {spent:.0f} ms" for name, spent in times.items()))


def page(image: np.ndarray) -> None:
    """Each piece of work that the page may wait for, with the settings that it opens with."""
    settings = heatmaps.Settings(methods=tuple(heatmaps.TITLES))
    seen = heatmaps.recognise(heatmaps.look(settings))
    runs = {verb.__name__: lambda v=verb, a=ask: v(a) for verb, ask in heatmaps_maps.wanted(settings, seen)}
    ranking = gradient(efficientnet.lite0(), image, TARGET).sum(axis=0)
    runs["score of one map"] = lambda: perturb(efficientnet.quick(), image, TARGET, ranking)
    runs["sanity check"] = lambda: heatmaps_sanity.check(heatmaps_sanity.question(settings, TARGET))
    for name, spent in medians(runs, 3).items():
        print(f"  {name:<18}{spent:>7.0f} ms")


def crowd(image: np.ndarray) -> None:
    """Ten readers who ask for gradients at the same moment: the memory that takes at its highest."""
    network, done, highest = efficientnet.lite0(), threading.Event(), [resident(os.getpid())]
    before = resident(os.getpid())

    def watch() -> None:
        while not done.wait(0.005):
            highest.append(resident(os.getpid()))

    def ask(label: int) -> None:
        for _ in range(3):
            by_rules(network, image, label)

    watcher = threading.Thread(target=watch)
    readers = [threading.Thread(target=ask, args=(label,)) for label in range(READERS)]
    for thread in (watcher, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    done.set()
    watcher.join()
    print(f"{READERS} readers at once: {before:.0f} MiB before, {max(highest):.0f} at the highest")


async def sessions() -> None:
    """Ten readers on the page: the app's memory before, with all open, and when all take another class at once."""
    with running() as (port, pid, _):
        visitors = [Session(port, "heatmaps", seed) for seed in range(READERS)]
        start = resident(pid)
        for visitor in visitors:
            await visitor.open()
        opened, times = resident(pid), []
        for _ in range(5):
            for visitor in visitors:
                visitor.change()
            times += await asyncio.gather(*(visitor.run() for visitor in visitors))
        print(
            f"{READERS} readers on the page: {start:.0f} MiB at the start, {opened:.0f} with all open, "
            f"{resident(pid):.0f} after five changes by each, all at once; slowest {max(times) * 1e3:.0f} ms"
        )


def main() -> None:
    """All of it."""
    warnings.simplefilter("ignore")  # captum says that it sets hooks
    network, plain = efficientnet.lite0(), efficientnet.trained()
    image = efficientnet.prepared(images.load("photo:cat", efficientnet.SIDE, channels=3).pixels)
    hooks(network, image)
    grad_cam(network, plain, image)
    gradients(network, image)
    covered(network, image)
    page(image)
    crowd(image)
    asyncio.run(sessions())


if __name__ == "__main__":
    main()
