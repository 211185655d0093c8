"""Functions as sympy carries them here: each is one node of a formula, with the engine's own slopes.

sympy has most of them itself, and for nested ones asks about signs and zeros for minutes; these are simply real.
"""

from typing import Any

import sympy

Expression = Any  # sympy has no types


class Named(sympy.Function):
    """A function that stays as it is written."""

    is_real = True
    is_finite = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inside = ", ".join(printer.doprint(part) for part in self.args)
        raised = f"^{{{exp}}}" if exp else ""
        return rf"\operatorname{{{type(self).__name__.lower()}}}{raised}\left({inside}\right)"


class Exp(Named):
    """exp(x)."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """exp(x)."""
        return self


class Log(Named):
    """log(x)."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 / x."""
        return 1 / self.args[0]


class Sin(Named):
    """sin(x)."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """cos(x)."""
        return Cos(self.args[0])


class Cos(Named):
    """cos(x)."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """−sin(x)."""
        return -Sin(self.args[0])


class Tan(Named):
    """tan(x)."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 + tan²(x)."""
        return 1 + self**2


class Tanh(Named):
    """tanh(x)."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 − tanh²(x)."""
        return 1 - self**2


class Sqrt(Named):
    """√x."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 / 2√x."""
        return 1 / (2 * self)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        said = rf"\sqrt{{{printer.doprint(self.args[0])}}}"
        return rf"\left({said}\right)^{{{exp}}}" if exp else said


class Step(Named):
    """1 where x > 0, else 0; its slope is taken as 0, also at the step."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """0."""
        return sympy.Integer(0)


class Sign(Step):
    """1, 0 or −1; its slope is taken as 0, also at the jump."""


class Sigmoid(Named):
    """1 / (1 + exp(−x))."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """σ(x)·(1 − σ(x))."""
        return self * (1 - self)


class Softplus(Named):
    """log(1 + exp(x))."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """σ(x)."""
        return Sigmoid(self.args[0])


class Abs(Named):
    """|x|."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """sign(x)."""
        return Sign(self.args[0])


class Relu(Named):
    """max(x, 0)."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 where x > 0."""
        return Step(self.args[0])


class Leaky(Named):
    """x where x > 0, else leak·x."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 or the leak by x; 0 or x by the leak."""
        x, leak = self.args
        return leak + (1 - leak) * Step(x) if argindex == 1 else x * (1 - Step(x))


class Max(Named):
    """The larger of two; at a tie the slope is shared."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 by the larger one."""
        first, second = self.args if argindex == 1 else self.args[::-1]
        return (1 + Sign(first - second)) / 2


class Min(Named):
    """The smaller of two; at a tie the slope is shared."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 by the smaller one."""
        first, second = self.args if argindex == 1 else self.args[::-1]
        return (1 + Sign(second - first)) / 2
