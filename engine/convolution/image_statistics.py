"""Why locality is a good bet: what neighbouring pixels say of each other, and filters learned from that alone."""

from dataclasses import dataclass

import numpy as np

from engine.convolution.image_statistics_patches import METHODS, Learned, learn
from engine.convolution.image_statistics_views import Autocorrelation, Pairs, Spectra, autocorrelation, pairs, spectrum
from engine.core import correlations, images, scrambling
from engine.core.fields import Experiment, choice, image, real, seed, whole
from engine.core.memo import Memo, compute

VIEW_TITLES = {
    "pairs": "Pairs of pixels",
    "autocorrelation": "Autocorrelation",
    "spectrum": "Power spectrum",
    "patches": "Patches and filters",
}
# The settings that count in each view, and for each method, only.
VIEW_FIELDS = {
    "pairs": ("displacement", "direction"),
    "autocorrelation": (),
    "spectrum": ("fit_low", "fit_high"),
}
METHOD_FIELDS = {
    "ica": ("components", "patch", "face"),
    "pca": ("components", "patch"),
    "kmeans": ("components", "patch", "softening", "face"),
    "zca": ("patch", "softening", "face"),
}
COPIES = {"shuffle": "pixels", "phases": "phases"}
METHOD_TITLES = {name: method.title for name, method in METHODS.items()}
TONES = {"stored": "as stored", "linear": "light", "log": "log of light"}
FACES = {"features": "features", "filters": "filters"}
DIRECTIONS = {"across": "across", "down": "down", "diagonal": "diagonal"}
# The darkest light that an 8-bit file tells from black, in sRGB: the logarithm starts there.
DARKEST = 1 / 255 / 12.92


@dataclass(frozen=True)
class Settings(Experiment):
    """A picture, how to spoil a copy of it, and what to measure of both."""

    image: str = image("photo:cat")
    size: int = whole(256, 28, 256, "Size", "Width and height of the picture in pixels, made grey.", step=4)
    tone: str = choice("stored", TONES, "Pixel values", "Files store roughly the square root of light (sRGB).")
    view: str = choice("pairs", VIEW_TITLES, "Look at")
    copy: str = choice(
        "shuffle", COPIES, "Shuffle in the copy", "The places of the pixels, or the phases of the spectrum."
    )
    block: int = whole(1, 1, 64, "Block", "1 shuffles single pixels; larger blocks stay whole inside.")
    displacement: int = whole(16, 1, 64, "Displacement", "Pixels from one of a pair to the other.")
    direction: str = choice("across", DIRECTIONS, "Direction", "Diagonal: as many rows as columns.")
    fit_low: int = whole(4, 1, 32, "Fit from, cycles a picture", "Below, the window that fades the borders leaks.")
    fit_high: float = real(0.35, 0.1, 0.5, "Fit to, cycles a pixel", "0.5 is the finest stripe there is.", 0.01)
    method: str = choice("ica", METHOD_TITLES, "Method", "How filters are learned from patches.")
    components: int = whole(49, 4, 64, "Filters", "How many are learned; ZCA has one for each pixel of a patch.")
    patch: int = whole(10, 4, 14, "Patch", "Width and height of the patches.")
    softening: float = real(0.1, 0.01, 2, "ε of the whitening", "Share of the mean variance; k-means and ZCA.", 0.01)
    face: str = choice(
        "features", FACES, "Show", "A filter multiplies a patch; its feature is the patch that it stands for."
    )
    seed: int = seed(0)


@dataclass(frozen=True, eq=False)
class Statistics:
    """A picture, its spoilt copy, and what was measured of both.

    Args:
        title, credit: what the picture shows, and by whom.
        values: (H, W) float32, the values that are measured, in [0, 1].
        other: (H, W) float32, the copy; with scrambled phases some values leave [0, 1].
        neighbour: correlation of pixels 1 apart, across: of the picture and of the copy.
        found: what the view measures; for patches what was learned from either.
    """

    settings: Settings
    title: str
    credit: str
    values: np.ndarray
    other: np.ndarray
    neighbour: tuple[float, float]
    found: Pairs | Autocorrelation | Spectra | tuple[Learned, Learned]


def measure(settings: Settings, remember: Memo = compute) -> Statistics:
    """Spoil a copy of the picture and measure the same of both.

    Args:
        settings: the experiment.
        remember: where learned filters are kept, for other settings that learn the same; a session's own for its image.

    Raises:
        ValueError: the picture is even, or too small for what is asked.
    """
    loaded = images.load(settings.image, settings.size, channels=1)
    values = toned(loaded.pixels[0], settings.tone)
    if np.ptp(values) < 1e-6:
        raise ValueError("Every pixel of this picture has the same value: there is nothing that could go together.")
    other = spoilt(values, settings)
    neighbour = tuple(correlations.correlation(picture, 0, 1) for picture in (values, other))
    found: Pairs | Autocorrelation | Spectra | tuple[Learned, Learned]
    if settings.view == "pairs":
        found = pairs(values, other, settings.displacement, settings.direction)
    elif settings.view == "autocorrelation":
        found = autocorrelation(values, other)
    elif settings.view == "spectrum":
        found = spectrum(values, other, settings.fit_low / settings.size, settings.fit_high)
    else:
        found = remember(learn_both, _only_patches(settings))
    return Statistics(settings, loaded.title, loaded.credit, values, other, neighbour, found)  # type: ignore[arg-type]


def toned(pixels: np.ndarray, tone: str) -> np.ndarray:
    """Stored values in [0, 1] as they are, as light (sRGB decoded), or as its logarithm, each again in [0, 1]."""
    if tone == "stored":
        return pixels
    light = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    if tone == "linear":
        return light
    return (1 - np.log(np.maximum(light, DARKEST)) / np.log(DARKEST)).astype(np.float32)


def spoilt(values: np.ndarray, settings: Settings) -> np.ndarray:
    """The copy that the picture is compared with."""
    if settings.copy == "phases":
        return scrambling.scramble_phases(values, settings.seed)
    return scrambling.shuffle_blocks(values, settings.block, settings.seed)


def learn_both(settings: Settings) -> tuple[Learned, Learned]:
    """Filters from the patches of the picture, and from those of its copy."""
    values = toned(images.load(settings.image, settings.size, channels=1).pixels[0], settings.tone)
    wanted = (settings.patch, settings.method, settings.components, settings.softening, settings.seed)
    return learn(values, *wanted), learn(spoilt(values, settings), *wanted)


def _only_patches(settings: Settings) -> Settings:
    """The same experiment with what does not change the filters set back, so that they are learned once only."""
    plain = Settings()
    idle = {"displacement", "direction", "fit_low", "fit_high", "face"}
    idle |= {"components", "softening"} - set(METHOD_FIELDS[settings.method])
    idle |= {"block"} if settings.copy == "phases" else set()
    return settings.but(**{name: getattr(plain, name) for name in idle})


def used_fields(settings: Settings) -> tuple[str, ...]:
    """The settings that count as it stands, beside the method."""
    return METHOD_FIELDS[settings.method] if settings.view == "patches" else VIEW_FIELDS[settings.view]


def copy_title(settings: Settings) -> str:
    """What the copy is called."""
    if settings.copy == "shuffle" and settings.block > 1:
        return f"{settings.block}×{settings.block} blocks shuffled"
    return "Pixels shuffled" if settings.copy == "shuffle" else "Phases scrambled"


def number(value: float, digits: int = 2) -> str:
    """A number for a sentence, with a real minus; a dash where it is not defined."""
    # Adding 0 makes a rounded −0 a plain 0.
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−") if np.isfinite(value) else "–"


def answer(result: Statistics) -> tuple[str, str, str]:
    """What the number is, the number, and beside it the same number of the copy."""
    found, settings = result.found, result.settings
    copy = copy_title(settings).lower()
    if isinstance(found, Pairs):
        picture, other = result.neighbour
        return "Neighbours correlate", number(picture), f"{copy}: {number(other)}"
    if isinstance(found, Autocorrelation):
        (across, down), (other, _) = found.half
        words = "more than " + str(found.reach)
        far, low, less = (f"{value:.1f}" if np.isfinite(value) else words for value in (across, down, other))
        return "Half the correlation is left at", f"{far} px across, {low} px down", f"{copy}: {less} px across"
    if isinstance(found, Spectra):
        picture, other = (slope.exponent for slope in found.slopes)
        return "Power falls as 1/fᵅ with α", number(picture), f"{copy}: {number(other)}"
    method = METHODS[settings.method]
    first, second = (method.said(learned.figure).replace("-", "−") for learned in found)
    before = f"before: r = {number(found[0].neighbour)}; " if settings.method == "zca" else ""
    return method.says, first, f"{before}{copy}: {second}"


def summary(result: Statistics) -> str:
    """What was found, in words."""
    found, settings = result.found, result.settings
    copy = copy_title(settings).lower()
    if isinstance(found, Pairs):
        told = ", ".join(f"{number(r)} at {step}" for step, r in zip(found.steps, found.r[0], strict=True))
        spoilt_told = ", ".join(number(r) for r in found.r[1])
        return (
            f"{result.title}, r of pixel pairs {settings.direction}: {told}. {copy_title(settings)}: {spoilt_told}. "
            "Darker where more pairs lie, on a logarithmic scale; the partner's value goes up."
        )
    if isinstance(found, Autocorrelation):
        inner = found.maps[:, found.reach, found.reach + 1]
        return (
            f"{result.title} laid over itself and moved by up to {found.reach} pixels: the correlation is 1 without a "
            f"move and {number(float(inner[0]))} one pixel to the right; {copy}: {number(float(inner[1]))}."
        )
    if isinstance(found, Spectra):
        line = found.slopes[0]
        return (
            f"{result.title}: mean power of each ring of frequencies on logarithmic axes; the line is fitted from "
            f"{line.low:.3f} to {line.high:.3f} cycles a pixel and misses the rings by a factor of "
            f"{10**line.spread:.2f} (root mean square)."
        )
    return _patch_words(result.title, found, settings)


def _patch_words(title: str, found: tuple[Learned, Learned], settings: Settings) -> str:
    """The filters in words."""
    own, method = found[0], METHODS[settings.method].title
    rounds = f" in {own.rounds} rounds" if own.rounds else ""
    side = settings.patch
    return (
        f"{len(own.filters)} {FACES[settings.face]} by {method}{rounds} from {own.count:,} patches of {side}×{side} "
        f"pixels: {title}, and {copy_title(settings).lower()}. Mean excess kurtosis of the responses "
        f"{number(own.kurtosis, 1)}, of the copy {number(found[1].kurtosis, 1)}. Each is drawn on its own scale."
    )
