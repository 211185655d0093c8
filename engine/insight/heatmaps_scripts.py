"""A stand-alone PyTorch script for the heatmaps: the network, the photo, and the maps that are shown."""

from engine.core import picture_scripts
from engine.core.networks import efficientnet
from engine.insight.heatmaps import GUESSES, SIDE, Settings

NETWORK = """
from safetensors.torch import load_file
from torch import nn

torch.set_grad_enabled(True)
weights = load_file("assets/networks/efficientnet_lite0/weights.safetensors")  # in the project's folder
names = [line.strip().split("\\t")[1] for line in open("assets/networks/efficientnet_lite0/imagenet_labels.tsv")]


def conv_norm(inputs, outputs, kernel, stride=1, groups=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs, eps=1e-3)]


class Block(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        wide, self.adds = inputs * expansion, stride == 1 and inputs == outputs
        layers = [*conv_norm(inputs, wide, 1), nn.ReLU6()] if expansion > 1 else []
        layers += [*conv_norm(wide, wide, kernel, stride, wide), nn.ReLU6(), *conv_norm(wide, outputs, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


stages = {stages}  # kernel, stride, expansion, channels, number
blocks, channels = [], 32
for kernel, stride, expansion, outputs, count in stages:
    for place in range(count):
        blocks.append(Block(channels, outputs, kernel, stride if place == 0 else 1, expansion))
        channels = outputs
stem = nn.Sequential(*conv_norm(3, 32, 3, 2), nn.ReLU6())
head = nn.Sequential(*conv_norm(320, 1280, 1), nn.ReLU6())
network = nn.Sequential(stem, *blocks, head, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000))

# The file's names, in the order of our layers.
order = ["_conv_stem", "_bn0"]
for number in range(16):
    order += [f"_blocks.{number}.{name}" for name in
              (["_expand_conv", "_bn0"] if number else []) + ["_depthwise_conv", "_bn1", "_project_conv", "_bn2"]]
order += ["_conv_head", "_bn1", "_fc"]
owners = [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.BatchNorm2d, nn.Linear))]
for owner, name in zip(owners, order, strict=True):
    part = {key: weights[f"{name}.{key}"].float() for key in owner.state_dict() if f"{name}.{key}" in weights}
    owner.load_state_dict(part, strict=False)
network.eval().requires_grad_(False)

x = ((x.expand(-1, 3, -1, -1) * 255 - 127) / 128).contiguous()  # (1, 3, 224, 224)
logits = network(x)[0]
for value, index in zip(*logits.softmax(0).topk(5)):
    print(f"{names[index]}: {value:.4f}")
target = {target}
print("class:", names[target])


def score(images):
    return network(images)[:, target]


def gradient(image):
    image = image.clone().requires_grad_()
    return torch.autograd.grad(score(image).sum(), image)[0]


def said(title, values):
    print(f"{title}: sum {values.sum():.4g}, largest {values.abs().max():.4g}")


"""
RULED = '''class Rectify(torch.autograd.Function):
    """ReLU6 with a rule for the way back."""

    rule = "gradient"

    @staticmethod
    def forward(ctx, f):
        ctx.save_for_backward((f > 0) & (f < 6))
        return f.clamp(0, 6)

    @staticmethod
    def backward(ctx, R):
        (open_,) = ctx.saved_tensors
        return {"deconvnet": R * (R > 0), "guided": R * (open_ & (R > 0))}[Rectify.rule]


def by_rule(rule):
    Rectify.rule = rule
    plain = nn.ReLU6.forward
    nn.ReLU6.forward = lambda self, f: Rectify.apply(f)
    try:
        return gradient(x)
    finally:
        nn.ReLU6.forward = plain


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
loss, cover = torch.zeros(2, 224, 224)
with torch.no_grad():
    for top in range(0, 224 - {window} + {stride}, {stride}):
        for left in range(0, 224 - {window} + {stride}, {stride}):
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
    "black": "blank = torch.full_like(x, -127 / 128)",
    "blurred": "from scipy.ndimage import gaussian_filter\n\n"
    "blank = torch.from_numpy(gaussian_filter(x.numpy(), (0, 0, 10, 10)))",
}


def torch_code(settings: Settings) -> str:
    """A stand-alone script for the project's folder: the top five, then each map's sum and its largest magnitude."""
    guesses = list(GUESSES)
    chosen = settings.target
    target = f"int(logits.argsort(descending=True)[{guesses.index(chosen)}])" if chosen in guesses else chosen[1:]
    text = picture_scripts.loading(settings.image, SIDE)
    text += NETWORK.replace("{stages}", repr(efficientnet.STAGES)).replace("{target}", target)
    if {"deconvnet", "guided"} & set(settings.methods):
        text += RULED
    if {"grad_cam", "grad_cam_pp"} & set(settings.methods):
        text += CAM.format(place=settings.layer - 1, name=efficientnet.LAYERS[settings.layer - 1][0])
    values = {name: getattr(settings, name) for name in ("seed", "noise", "samples", "steps", "window", "stride")}
    for name in settings.methods:
        text += PARTS[name].format(**values, blank=BLANKS[settings.blank]) if "{" in PARTS[name] else PARTS[name]
    return text
