"""The labs there are: navigation, the home page, the links between labs and the tests all read this one table.

Only finished labs stand here. A lab `slug` in chapter `chapter` lives in engine/<chapter>/<slug>.py,
pages/<chapter>/<slug>.py, tests/engine/<chapter>/test_<slug>.py and at the address /<slug>.
"""

from dataclasses import dataclass

CHAPTERS = {
    "neurons": "Neurons",
    "learning": "Learning",
    "convolution": "Convolution",
    "architectures": "Architectures",
    "training": "Training",
    "insight": "Seeing inside",
    "vision": "Vision",
    "context": "Context",
}


@dataclass(frozen=True)
class Lab:
    """One lab: its place, its name, the question it answers, and the words that a search should find it by."""

    slug: str
    chapter: str
    title: str
    question: str
    words: str

    @property
    def page(self) -> str:
        """The page's file, as Streamlit wants it: from the folder of the main script."""
        return f"{self.chapter}/{self.slug}.py"

    def matches(self, search: str) -> bool:
        """Whether every word of the search occurs in what the lab says of itself."""
        own = f"{self.title} {self.question} {self.words} {CHAPTERS[self.chapter]} {self.slug}".casefold()
        return all(word in own for word in search.casefold().split())


LABS: tuple[Lab, ...] = (
    Lab(
        "activations",
        "neurons",
        "Activations",
        "Which non-linearity, and what does it do to the gradient?",
        "activation function sigmoid tanh step relu leaky prelu elu selu maxout softplus gelu silu swish derivative "
        "saturation zero-centred dead vanishing exploding gradient initialisation xavier glorot he kaiming depth",
    ),
    Lab(
        "computation_graph",
        "learning",
        "Computation graph",
        "How does backprop share work?",
        "backpropagation chain rule gradient derivative reverse forward mode automatic differentiation paths autograd",
    ),
    Lab(
        "derivatives",
        "learning",
        "Derivatives",
        "Four ways to differentiate",
        "finite differences symbolic automatic differentiation dual numbers forward reverse mode jacobian vector "
        "product jvp vjp epsilon step rounding truncation float32 sympy expression growth gradient check",
    ),
    Lab(
        "layer_backprop",
        "learning",
        "Backprop through a layer",
        "What does one layer pass back?",
        "backpropagation gradient linear relu sigmoid softmax cross-entropy convolution shared weights max pooling "
        "batch norm jacobian update learning rate finite difference check saddle plateau dead vanishing two-layer",
    ),
    Lab(
        "optimizers",
        "learning",
        "Optimisers",
        "Who reaches the minimum first?",
        "gradient descent sgd momentum nesterov adagrad adadelta rmsprop adam adamw newton random search learning rate "
        "schedule batch noise condition number saddle plateau rosenbrock convergence loss surface optimizer",
    ),
    Lab(
        "pixels",
        "convolution",
        "Pixels",
        "What does the network see?",
        "image matrix numbers channels rgb resolution histogram normalise standardise mean deviation bytes tensor",
    ),
    Lab(
        "sliding_kernel",
        "convolution",
        "Sliding kernel",
        "How is one output cell made?",
        "convolution cross-correlation stride padding dilation kernel filter feature map channels bias window",
    ),
    Lab(
        "image_filters",
        "convolution",
        "Image filters",
        "What did people do before learning?",
        "sobel gaussian blur sharpen edge gabor hog harris corners gradient fft separable hand-crafted features",
    ),
    Lab(
        "layer_shapes",
        "convolution",
        "Layer shapes",
        "How big is the output, and how many weights?",
        "output size parameters weights neurons multiplications memory fully locally connected volume arithmetic ceil",
    ),
    Lab(
        "as_matrix",
        "convolution",
        "Convolution as a matrix",
        "Is a convolution a matrix product?",
        "toeplitz sparse shared im2col transposed fourier equivariance invariance shift circulant unfold",
    ),
    Lab(
        "kernel_variants",
        "convolution",
        "Kernel variants",
        "Which kernel, and what does it cost?",
        "dilated atrous separable depthwise pointwise 1x1 grouped transposed deconvolution checkerboard svd rank "
        "multiplications mobilenet upsampling bilinear gridding degrees freedom",
    ),
    Lab(
        "pooling",
        "convolution",
        "Pooling",
        "Why throw information away?",
        "max mean average global overlapping pooling shift invariance blur unpooling switches gradient rotation stride",
    ),
    Lab(
        "image_statistics",
        "convolution",
        "Image statistics",
        "Why is locality a good bet?",
        "correlation autocorrelation power spectrum shuffle pixels patches pca ica k-means whitening edges neighbours",
    ),
    Lab(
        "receptive_field",
        "convolution",
        "Receptive field",
        "How far does one cell see?",
        "receptive field cone size jump stride dilation pooling effective gaussian depth layers vgg resnet inception",
    ),
    Lab(
        "train_cnn",
        "training",
        "Train a network",
        "Train one, now",
        "training mnist lenet cnn mlp loss accuracy epochs batch optimizer learning rate batch norm dropout "
        "augmentation initialisation filters feature maps gradients confusion matrix cifar fashion shapes own images "
        "weights gpu",
    ),
    Lab(
        "draw_digit",
        "insight",
        "Draw a digit",
        "What happens to my own digit?",
        "lenet mnist drawing feature maps channels sum kernel window adversarial fool fgsm rotate shift classify edges",
    ),
    Lab(
        "heatmaps",
        "insight",
        "Heatmaps",
        "Where did it look?",
        "saliency attribution gradient input smoothgrad integrated gradients guided backprop deconvnet grad-cam cam "
        "occlusion deletion insertion sanity check explain class imagenet efficientnet captum",
    ),
)
BY_SLUG = {lab.slug: lab for lab in LABS}


def neighbours(slug: str) -> tuple[Lab | None, Lab | None]:
    """The labs before and after this one."""
    place = [lab.slug for lab in LABS].index(slug)
    return (LABS[place - 1] if place else None, LABS[place + 1] if place + 1 < len(LABS) else None)
