"""What the derivatives lab says: every picture in words, and its numbers as tables."""

import math
from typing import TYPE_CHECKING

from engine.core.tables import Cell, Table

if TYPE_CHECKING:
    from engine.learning.derivatives import Ways
    from engine.learning.derivatives_steps import Steps

DIGITS = 4
RAISED = str.maketrans("-0123456789.", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹·")


def number(value: float, digits: int = DIGITS) -> str:
    """A number for reading.

    >>> number(-0.76492056), number(2.037e-05)
    ('−0.7649', '2.037·10⁻⁵')
    """
    if not math.isfinite(value):
        return "none"
    plain = f"{value:.{digits}g}"
    if "e" not in plain:
        return plain.replace("-", "−")
    mantissa, power = plain.split("e")
    return f"{mantissa.replace('-', '−')}·10{str(int(power)).translate(RAISED)}"


def _slope(ways: "Ways") -> tuple[str, str]:
    return ways.program.output, list(ways.program.inputs)[ways.at]


def ways_answer(ways: "Ways") -> tuple[str, str, str]:
    """The derivative, and how it is known."""
    output, name = _slope(ways)
    if not ways.digits:
        where = f"corner at {ways.kink}" if ways.kink else "no finite slope here"
        return f"d{output}/d{name}", "none", where
    return f"d{output}/d{name}", number(ways.exact, 11), f"to forty digits; the first twenty: {ways.digits}"


def ways_table(ways: "Ways") -> Table:
    """A row for each way: what it finds, how far off it is, and what it costs."""
    output, name = _slope(ways)
    rows = [
        (
            way.title,
            number(way.value, 12),
            Cell(power(way.error), _tone(way.error, ways.exact)),
            _count(way.one),
            _count(way.all),
            Cell(way.runs, "rule"),
        )
        for way in ways.ways
    ]
    head = ("Way", f"d{output}/d{name}", "Error", "Operations", "For all inputs", "Runs")
    return Table(head, rows)


def _tone(error: float, true: float) -> str:
    """Good: as near as float64 comes. Bad: fewer than six digits."""
    if math.isnan(error):
        return ""
    share = error / max(abs(true), 1e-300)
    return "good" if share < 1e-14 else "bad" if share > 1e-6 else "even"


def _count(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


def ways_words(ways: "Ways") -> str:
    """The table in words."""
    _, name = _slope(ways)
    if ways.kink:
        said = "; ".join(f"{way.title.lower()} {number(way.value)}" for way in ways.ways)
        return (
            f"{ways.kink} has a corner where {name} stands: there is no derivative, and each way answers as it must:"
            f" {said}."
        )
    found = {way.title: way for way in ways.ways}
    forward, reverse = found["Forward difference"], found["Reverse mode"]
    words = (
        f"The forward difference with ε = {power(ways.settings.epsilon)} is off by {power(forward.error)}, "
        f"reverse mode by {power(reverse.error)}. "
    )
    return words + (
        "Operations are + × ÷, powers and functions; forward and reverse mode include the value itself. "
        f"The symbolic derivative has {ways.nodes} nodes."
        if ways.nodes
        else ways.formula
    )


def derivative_formula(ways: "Ways") -> str:
    """What sympy writes, in LaTeX; "" when it is too long to be read."""
    if not ways.formula or not ways.nodes:
        return ""
    output, name = _slope(ways)
    return rf"\frac{{\partial\, {latex_name(output)}}}{{\partial\, {latex_name(name)}}} = {ways.formula}"


def latex_name(name: str) -> str:
    r"""A name in print: letters upright if there are several, digits at the end as an index.

    >>> latex_name("x"), latex_name("u12"), latex_name("out")
    ('x', 'u_{12}', '\\mathrm{out}')
    """
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    said = letters if len(letters) == 1 else rf"\mathrm{{{letters.replace('_', chr(92) + '_')}}}"
    return said + (f"_{{{index}}}" if index else "")


def step_answer(run: "Steps") -> tuple[str, str, str]:
    """The quotient at the chosen ε, and its error."""
    s = run.settings
    said = f"f′ = {number(run.slope, 8)}, error {power(run.error)}"
    if run.kink:
        said = f"no derivative: corner at {run.kink}; forward and reverse mode say {number(run.slope)}"
    width = power(s.epsilon)
    return f"{SCHEME_NAMES[s.scheme]}, {s.precision}, ε = {width}", number(run.secant.slope, 8), said


SCHEME_NAMES = {"forward": "Forward difference", "centred": "Centred difference"}


def curve_words(run: "Steps") -> str:
    """The U-curves in words."""
    if run.kink:
        return "At a corner no ε helps: the quotients stay at the mean of slopes that they straddle."
    best = run.chosen
    if math.isnan(best.best):
        return "There is no quotient here for any ε."
    words = f"From right to left the error first falls with ε{'²' if best.order == 2 else ''}, the truncation; "
    words += "then rounding, divided by an ever smaller ε, takes over. "
    if not math.isnan(best.predicted):
        terms = theory(best.scheme, run.settings.taken)
        words += f"Theory (dashed), {terms}, puts the bottom at ε = {power(best.predicted)}, the diamond; "
    return words + f"measured it is {power(best.least)} at ε = {power(best.best)}."


def secant_words(run: "Steps") -> str:
    """The secant in words."""
    (left, _), (right, _) = run.secant.points
    if left == right:
        return (
            f"x + ε is rounded back to x: in {run.settings.precision} the two points are one, and the quotient is "
            f"{number(run.secant.slope)}."
        )
    steps = len({float(offset) for offset in run.secant.offsets})
    words = f"The points stand {number(right - left, 3)} apart. "
    if steps < len(run.secant.offsets):
        words += f"Only {steps} numbers of {run.settings.precision} lie in this window: the function is a staircase. "
    return words + f"Secant {number(run.secant.slope, 6)}, tangent {number(run.slope, 6)}."


def best_table(run: "Steps") -> Table:
    """The best ε of each quotient, by measurement, by theory, and by the rule of thumb."""
    from engine.learning.derivatives_steps import error_at, rule_of_thumb

    rows, chosen = [], None
    for place, curve in enumerate(run.curves):
        rule = rule_of_thumb(curve, run.x)
        name = f"{SCHEME_NAMES[curve.scheme].split()[0]}, {curve.precision}"
        cells = [curve.best, curve.least, curve.predicted, rule, error_at(run, curve, rule)]
        rows.append((name, *(power(value) for value in cells)))
        chosen = place if curve is run.chosen else chosen
    large = "·|x|" if abs(run.x) > 1 else ""
    return Table(("Quotient", "Best ε", "Error", "ε by theory", f"√u, ∛u{large}", "Error there"), rows, chosen)


def power(value: float) -> str:
    """A small number as a power of ten, always.

    >>> power(0.00074)
    '7.4·10⁻⁴'
    """
    if math.isnan(value) or value == 0:
        return "–" if math.isnan(value) else "0"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(RAISED)}"


def theory(scheme: str, taken: bool) -> str:
    """The theory's two terms for one quotient: truncation and rounding, whose unit is u.

    >>> theory("centred", taken=True)
    'ε²|f‴|/6 + u|f|/ε'
    """
    spread = "|f|" if taken else "(|f| + |x f′|)"
    return f"ε|f″|/2 + 2u{spread}/ε" if scheme == "forward" else f"ε²|f‴|/6 + u{spread}/ε"
