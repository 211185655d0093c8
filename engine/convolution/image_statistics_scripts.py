"""The lines of the statistics lab's torch script: the same picture, the same spoilt copy, the same numbers of both."""

from typing import Any

from engine.convolution.image_statistics_patches import LEAST_CONTRAST, MOST_PATCHES
from engine.core import correlations, picture_scripts

TONES = {
    "stored": "picture = x[0, 0].double()\n",
    "linear": "picture = x[0, 0].double()\n"
    "picture = torch.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)  # sRGB to light\n",
}
TONES["log"] = (
    TONES["linear"] + "darkest = 1 / 255 / 12.92\n"
    "picture = 1 - picture.clamp(min=darkest).log() / np.log(darkest)  # logarithm of light, 0 … 1\n"
)
COPIES = {
    "shuffle": """
b = {block}  # the blocks of b×b pixels in random order
rows, columns = picture.shape[0] // b, picture.shape[1] // b
blocks = picture[: rows * b, : columns * b].reshape(rows, b, columns, b).transpose(1, 2).reshape(-1, b, b)
blocks = blocks[np.random.default_rng({seed}).permutation(len(blocks))].reshape(rows, columns, b, b)
copy = picture.clone()
copy[: rows * b, : columns * b] = blocks.transpose(1, 2).reshape(rows * b, columns * b)
""",
    "phases": """
noise = torch.fft.fft2(torch.from_numpy(np.random.default_rng({seed}).standard_normal(tuple(picture.shape))))
phases = noise / noise.abs()
phases[0, 0] = 1
copy = torch.fft.ifft2(torch.fft.fft2(picture).abs() * phases).real  # the same spectrum, random phases
""",
}
PAIRS = """
def correlation(image, down, across):
    first = image[: image.shape[0] - down, : image.shape[1] - across]
    second = image[down:, across:]
    return torch.corrcoef(torch.stack([first.flatten(), second.flatten()]))[0, 1].item()


for d in {steps}:
    r = [correlation(image, {down}, {across}) for image in (picture, copy)]
    print("displacement", d, "picture", r[0], "copy", r[1])
"""
AUTOCORRELATION = """
def autocorrelation(image, reach={reach}):
    centred = image - image.mean()
    wide = [side + reach for side in image.shape]  # zeros around, so that nothing wraps
    sums = torch.fft.irfft2(torch.fft.rfft2(centred, s=wide).abs() ** 2, s=wide)
    shifts = torch.arange(-reach, reach + 1)
    sums = sums[shifts][:, shifts]
    counts = torch.outer(image.shape[0] - shifts.abs(), image.shape[1] - shifts.abs())
    return sums / counts / centred.square().mean()


for name, image in (("picture", picture), ("copy", copy)):
    rho = autocorrelation(image)
    middle = len(rho) // 2
    print(name, "right by 1, 2, 4:", *(rho[middle, middle + d].item() for d in (1, 2, 4)))
    print(name, "down by 1, 2, 4:", *(rho[middle + d, middle].item() for d in (1, 2, 4)))
"""
SPECTRUM = """
def exponent(image, low={low}, high={high}):
    side = len(image)
    window = torch.from_numpy(np.hanning(side + 2)[1:-1])
    window = torch.outer(window, window)
    centred = image - (window * image).sum() / window.sum()
    power = torch.fft.fftshift(torch.fft.fft2(window * centred).abs() ** 2) / window.square().sum()
    offset = torch.arange(side) - side // 2
    ring = torch.hypot(offset[:, None].double(), offset[None, :].double()).round().long().flatten()
    mean = torch.bincount(ring, power.flatten()) / torch.bincount(ring)
    f = torch.arange(1, side // 2 + 1) / side
    used = (f >= low - 1e-9) & (f <= high + 1e-9)
    slope, _ = np.polyfit(f[used].double().log().numpy(), mean[1 : side // 2 + 1][used].log().numpy(), 1)
    return -slope


print("exponent: picture", exponent(picture), "copy", exponent(copy))
"""
CUT = """
def cut(image, side={patch}, most={most}):
    windows = image.unfold(0, side, 1).unfold(1, side, 1).reshape(-1, side * side)  # every patch
    points = windows[np.random.default_rng({seed}).permutation(len(windows))[:most]]
    points = points - points.mean(1, keepdim=True)  # without its brightness
    return points - points.mean(0)


def principal(points):
    variances, vectors = torch.linalg.eigh(points.T @ points / len(points))
    variances, axes = variances.flip(0), vectors.T.flip(0)
    axes = axes * torch.sign(axes.gather(1, axes.abs().argmax(1, keepdim=True)))
    kept = variances > 1e-9 * variances[0]
    return variances[kept], axes[kept]


def kurtosis(y):
    y = y - y.mean(0)
    return ((y**4).mean(0) / (y**2).mean(0) ** 2 - 3).mean().item()


def whitening(points, epsilon={softening}):
    variances, axes = principal(points)
    return axes.T * (variances + epsilon * variances.mean()) ** -0.5 @ axes

"""
LEARNERS = {
    "pca": """
def learn(points):
    variances, axes = principal(points)
    share = variances.cumsum(0) / variances.sum()
    return int((share < 0.9 - 1e-9).sum()) + 1  # components for 90 % of the variance
""",
    "zca": """
def learn(points):
    white = (points @ whitening(points)).view(-1, {patch}, {patch})
    pairs = torch.stack([white[:, :, :-1].flatten(), white[:, :, 1:].flatten()])
    return torch.corrcoef(pairs)[0, 1].item()  # of neighbours, after whitening
""",
    "ica": """
def decorrelated(rows):
    left, _, right = torch.linalg.svd(rows)
    return left @ right


def learn(points, count={components}):
    variances, axes = principal(points)
    white = points @ (axes[:count].T / variances[:count].sqrt())
    shape = white.shape[1], white.shape[1]
    rows = decorrelated(torch.from_numpy(np.random.default_rng({seed}).standard_normal(shape)))
    for _ in range(200):
        bent = torch.tanh(white @ rows.T)
        turned = decorrelated(bent.T @ white / len(white) - (1 - bent.square().mean(0))[:, None] * rows)
        change = (1 - (turned * rows).sum(1).abs()).abs().max()
        rows = turned
        if change < 1e-4:
            break
    return kurtosis(white @ rows.T)  # the features are rows @ (axes · √variances)
""",
    "kmeans": """
def learn(points, count={components}):
    even = points / (points.square().mean(1, keepdim=True) + {contrast}).sqrt()  # the same contrast for all
    even = even - even.mean(0)
    matrix = whitening(even)
    white = even @ matrix
    centres = white[np.random.default_rng({seed}).choice(len(white), count, replace=False)]
    for _ in range(30):
        away, labels = torch.cdist(white, centres).min(1)
        centres = torch.stack([
            white[labels == k].mean(0) if (labels == k).any() else white[away.argmax()] for k in range(count)
        ])
    return kurtosis(points @ (centres @ matrix).T)
""",
}
PRINT = """

print("{says}: picture", learn(cut(picture)), "copy", learn(cut(copy)))
"""


def script(settings: Any, says: str) -> str:
    """The whole script for these settings; `says` is what the method's number is."""
    lines = picture_scripts.loading(settings.image, settings.size, grey=True) + TONES[settings.tone]
    lines += COPIES[settings.copy].format(block=settings.block, seed=settings.seed)
    return lines + VIEWS[settings.view](settings, says)


def _pairs(settings: Any, _says: str) -> str:
    down, across = ("d" if step else "0" for step in correlations.DIRECTIONS[settings.direction])
    steps = tuple(sorted({1, 2, 4, 16 if settings.displacement in (1, 2, 4) else settings.displacement}))
    return PAIRS.format(steps=steps, down=down, across=across)


def _autocorrelation(settings: Any, _says: str) -> str:
    return AUTOCORRELATION.format(reach=min(64, settings.size // 2))


def _spectrum(settings: Any, _says: str) -> str:
    return SPECTRUM.format(low=settings.fit_low / settings.size, high=settings.fit_high)


def _patches(settings: Any, says: str) -> str:
    words = {
        "patch": settings.patch,
        "most": MOST_PATCHES,
        "seed": settings.seed,
        "softening": settings.softening,
        "components": settings.components,
        "contrast": LEAST_CONTRAST,
        "says": says,
    }
    return (CUT + LEARNERS[settings.method] + PRINT).format(**words)


VIEWS = {"pairs": _pairs, "autocorrelation": _autocorrelation, "spectrum": _spectrum, "patches": _patches}
