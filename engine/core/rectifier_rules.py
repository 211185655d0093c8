"""How a gradient comes back through a ReLU: three rules, for arrays and tensors alike.

f is what went into the ReLU, R the gradient that arrives from above. A ReLU with a cap (ReLU6) is flat above the cap as
well, and the gradient does not pass there either.

    gradient   R · [0 < f < cap]              what backprop does
    deconvnet  R · [R > 0]                    the forward ReLU, applied to what comes back
    guided     R · [0 < f < cap] · [R > 0]    both

References: K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks", 2013; M. Zeiler, R. Fergus,
"Visualizing and understanding convolutional networks", 2013; J. Springenberg et al., "Striving for simplicity", 2014.
"""

from collections.abc import Callable
from typing import Any

# What comes back, from what arrives and from where the ReLU was not flat.
RULES: dict[str, Callable[[Any, Any], Any]] = {
    "gradient": lambda arriving, passed: arriving * passed,
    "deconvnet": lambda arriving, passed: arriving * (arriving > 0),
    "guided": lambda arriving, passed: arriving * (passed & (arriving > 0)),
}
