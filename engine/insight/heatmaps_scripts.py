"""A stand-alone PyTorch script for the heatmaps: the network, the image, and the maps that are shown; and our code."""

from engine.core import attribution, attribution_cam, attribution_occlusion, picture_scripts, rectifier_rules
from engine.core.attribution_scores import blur_of
from engine.core.networks import inspected, inspected_script
from engine.insight import heatmaps_network as networks
from engine.insight.heatmaps import GUESSES, Settings

NETWORK = """

x = prepared(x.expand(-1, {channels}, -1, -1))  # (1, {channels}, {height}, {width})
logits = network(x)[0]
for value, index in zip(*logits.softmax(0).topk({guesses})):
    print(f"{{names[index]}}: {{value:.4f}}")
target = {target}
print("class:", names[target])


def score(images):
    return network(images)[:, target]


def gradient(image):
    image = image.clone().requires_grad_()
    return torch.autograd.grad(score(image).sum(), image)[0]


def said(title, values):
    print(f"{{title}}: sum {{values.sum():.4g}}, largest {{values.abs().max():.4g}}")


"""
RULED = '''class Rectify(torch.autograd.Function):
    """ReLU or ReLU6 with a rule for the way back."""

    rule = "gradient"

    @staticmethod
    def forward(ctx, f, cap):
        ctx.save_for_backward((f > 0) & (f < cap))
        return f.clamp(0, cap)

    @staticmethod
    def backward(ctx, R):
        (open_,) = ctx.saved_tensors
        return {"deconvnet": R * (R > 0), "guided": R * (open_ & (R > 0))}[Rectify.rule], None


def by_rule(rule):
    Rectify.rule = rule
    plain = {kind: kind.forward for kind in (nn.ReLU, nn.ReLU6)}
    nn.ReLU.forward = lambda self, f: Rectify.apply(f, float("inf"))
    nn.ReLU6.forward = lambda self, f: Rectify.apply(f, 6.0)
    try:
        return gradient(x)
    finally:
        for kind, forward in plain.items():
            kind.forward = forward


'''
CAM = """stored = {{}}


def keep(module, given, output):
    stored["maps"] = output.detach().requires_grad_()
    return stored["maps"]


handle = network[{place}].register_forward_hook(keep)  # {name}
top = network(x)[0, target]
handle.remove()
A = stored["maps"]
g = torch.autograd.grad(top, A)[0]
"""
PARTS = {
    "gradient": 'said("Gradient", gradient(x))\n',
    "input_gradient": 'said("Input × gradient", x * gradient(x))\n',
    "smooth_grad": """draws = np.random.default_rng({seed})
sigma, total = {noise} * (x.max() - x.min()), torch.zeros_like(x)
for start in range(0, {samples}, 4):
    noise = torch.from_numpy(draws.standard_normal((min(4, {samples} - start), *x.shape[1:]), dtype=np.float32))
    total += gradient(x + sigma * noise).sum(0, keepdim=True)
said("SmoothGrad", total / {samples})
""",
    "integrated": """{blank}
places, shares = np.polynomial.legendre.leggauss({steps})
total = sum(share / 2 * gradient(blank + (place + 1) / 2 * (x - blank)) for place, share in zip(places, shares))
said("Integrated gradients", ((x - blank) * total).float())
print(f"score gained on the path: {{(score(x) - score(blank.float())).item():.4g}}")
""",
    "deconvnet": 'said("Deconvnet", by_rule("deconvnet"))\n',
    "guided": 'said("Guided backprop", by_rule("guided"))\n',
    "grad_cam": 'said("Grad-CAM", F.relu((g.mean((2, 3), keepdim=True) * A).sum(1)))\n',
    "grad_cam_pp": """below = 2 * g**2 + g**3 * A.sum((2, 3), keepdim=True)
share = torch.where(below != 0, g**2 / below, 0)
said("Grad-CAM++", F.relu(((share * F.relu(g)).sum((2, 3), keepdim=True) * A).sum(1)))
""",
    "occlusion": """{blank}
loss, cover = torch.zeros(2, {height}, {width})
with torch.no_grad():
    for top in range(0, {height} - {window} + {stride}, {stride}):
        for left in range(0, {width} - {window} + {stride}, {stride}):
            part = (slice(top, top + {window}), slice(left, left + {window}))
            covered = x.clone()
            covered[0][:, *part] = blank[0][:, *part]
            loss[part] += (score(x) - score(covered))[0]
            cover[part] += 1
said("Occlusion", loss / cover)
""",
}
BLANKS = {
    "grey": "blank = torch.zeros_like(x)",
    "black": "blank = prepared(torch.zeros_like(x))",
    "blurred": "from scipy.ndimage import gaussian_filter\n\n"
    "blank = torch.from_numpy(gaussian_filter(x.numpy(), (0, 0, {blur:g}, {blur:g})))",
}

SHOWN = (
    rectifier_rules,
    attribution.by_rules,
    attribution.in_one_pass,
    attribution.smooth_grad,
    attribution.integrated_gradients,
    attribution_cam.Activations,
    attribution_occlusion.occlusion,
)


def torch_code(settings: Settings) -> str:
    """A stand-alone script for the project's folder: the top five, then each map's sum and its largest magnitude.

    Of a network that somebody trained it reads weights.safetensors, as they are saved where it was trained.

    Raises:
        ValueError: the network has not what these settings ask for, or nobody holds it any more.
    """
    inside, guesses, chosen = inspected.find(settings.network), list(GUESSES), settings.target
    channels, height, width = inside.shape
    target = f"int(logits.argsort(descending=True)[{guesses.index(chosen)}])" if chosen in guesses else chosen[1:]
    sizes = {"channels": channels, "height": height, "width": width}
    text = picture_scripts.loading(settings.image, height, grey=channels == 1) + inspected_script.loading(inside)
    text += NETWORK.format(target=target, guesses=min(len(guesses), len(inside.classes)), **sizes)
    methods = set(networks.methods(settings, inside))
    if set(networks.BY_RULE) & methods:
        text += RULED
    if set(networks.CAMS) & methods:
        name, path = inside.layers[networks.layer(settings, inside) - 1]
        text += CAM.format(place=inspected_script.place(inside, path), name=name)
    values = {name: getattr(settings, name) for name in ("seed", "noise", "samples", "steps")} | sizes
    values |= dict(zip(("window", "stride"), networks.patch(settings, inside), strict=True))
    blank = BLANKS[settings.blank].format(blur=blur_of(width))
    return text + "".join(
        PARTS[name].format(**values, blank=blank) if "{" in PARTS[name] else PARTS[name]
        for name in networks.methods(settings, inside)
    )
