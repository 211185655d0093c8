"""The formula language: what it reads, what it refuses and where, and that nothing is ever evaluated."""

import builtins

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.expression_tokens import FUNCTIONS, LONGEST, ExpressionError
from engine.core.expressions import parse
from engine.core.graph import MOST_NODES, build

PIECES = [
    *FUNCTIONS,
    *"abxyα0123456789.+-*/()=;, \n^²eE_[]{}'\"!@#$%&|~<>?:\\",
    "**",
    "__import__",
    "lambda",
    "if",
    "os",
]


def test_formulas_inputs_and_the_output_are_told_apart():
    program = parse("u = sin(t); t = 2\nJ = cos(u + 3*t) ;")
    assert program.inputs == {"t": 2.0}
    assert [name for name, _ in program.formulas] == ["u", "J"]
    assert program.output == "J"
    assert program.text[slice(*program.spans["t"])] == "2"


def test_a_name_without_a_number_is_an_input_of_one_and_the_last_formula_needs_no_name():
    program = parse("x*y")
    assert program.inputs == {"x": 1.0, "y": 1.0}
    assert program.output == "out"


@pytest.mark.parametrize(
    ("text", "nested"),
    [
        ("-x**2", ("minus", ("power", "x", 2.0))),
        ("2**3**2", ("power", 2.0, ("power", 3.0, 2.0))),
        ("a-b-c", ("difference", ("difference", "a", "b"), "c")),
        ("a/b*c", ("product", ("quotient", "a", "b"), "c")),
        ("x**-2", ("power", "x", -2.0)),
        ("max(a,b,c)", ("max", ("max", "a", "b"), "c")),
        ("a × b − 1", ("difference", ("product", "a", "b"), 1.0)),
        ("+x", "x"),
    ],
)
def test_the_order_of_operations_is_that_of_mathematics(text, nested):
    def plain(tree):
        if tree.op == "name":
            return tree.name
        return tree.value if tree.is_number else (tree.op, *map(plain, tree.parts))

    assert plain(parse(text).formulas[-1][1]) == nested


REFUSALS = [
    ("3x", 1, r"Write \*"),
    ("a(b)", 0, "no function"),
    ("2(x)", 1, r"Write \*"),
    ("(a)b", 3, r"Write \*"),
    ("sin x", 4, "in brackets"),
    ("sin + 1", 0, "in brackets"),
    ("x^2", 1, r"\*\* for a power"),
    ("a + ", 2, "missing after"),
    ("a + * b", 4, r"missing before \*"),
    ("(a + b", 0, "never closed"),
    ("a)", 1, "never opened"),
    ("a = b = c", 6, "One ="),
    ("2 = a", 0, "one name"),
    ("sin = 2", 0, "has a meaning"),
    ("a = 1; a = 2", 7, "has a value already"),
    ("e = u*2; u = e", 4, "before its own formula"),
    ("x = x + 1", 4, "before its own formula"),
    ("x**65", 3, "up to 64"),
    ("1e7*x", 0, "up to a million"),
    ("max(x)", 0, "2 to 8"),
    ("exp(x, y)", 0, "takes 1"),
    ("a, b", 1, "comma"),
    ("lambda", 0, "cannot be a name"),
    ("x.y", 1, "decimal point"),
    ("a = 2", 5, "nothing to compute"),
    ("", 0, "nothing to compute"),
    ("a*b; c = a", 0, "Only the last"),
    ("-" * 60 + "x", 4, "signs"),
    ("α·β + γδ7 ε", 10, r"Write \*"),
    ("(" * 40 + "x" + ")" * 40, 30, "30 deep"),
    ("x" * 501, 500, "at most 500"),
]


@pytest.mark.parametrize(("text", "place", "sentence"), REFUSALS)
def test_a_refusal_has_a_sentence_and_the_character_it_is_about(text, place, sentence):
    with pytest.raises(ExpressionError, match=sentence) as caught:
        parse(text)
    assert caught.value.place == place


def test_the_caret_stands_under_the_character():
    with pytest.raises(ExpressionError) as caught:
        parse("a = 1\nlonger = a + b + c + d + e + f + g + 3h + i + j + k")
    line, mark = caught.value.caret(28).split("\n")
    assert line[mark.index("^")] == "h"
    assert len(line) <= 28


def test_more_nodes_than_can_be_drawn_are_refused_where_they_begin():
    text = "+".join(f"sin(x+{number})" for number in range(MOST_NODES // 2))
    with pytest.raises(ExpressionError, match=f"at most {MOST_NODES}") as caught:
        build(parse(text))
    assert 0 < caught.value.place < len(text)


def refusal(text: str) -> ExpressionError | None:
    """How a text is refused, or None if it is read; any other error fails the test."""
    try:
        build(parse(text))
    except ExpressionError as error:
        return error
    return None


def ends_cleanly(text: str) -> None:
    error = refusal(text)
    if error is not None:
        assert 0 <= error.place <= len(text)
        assert "\n" in error.caret()


@settings(max_examples=5000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_five_thousand_scrambled_formulas_are_read_or_refused_cleanly(text):
    ends_cleanly(text[: LONGEST + 20])


@settings(max_examples=5000, deadline=None)
@given(st.text(max_size=LONGEST + 20))
def test_five_thousand_random_texts_are_read_or_refused_cleanly(text):
    ends_cleanly(text)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__",
        "9**9**9**9**9",
        "x if y else z",
        "[a for a in b]",
        "(lambda: 0)()",
        "a := 3",
        "f'{x}'",
        "1_000**2",
        "x" * 500,
        "-" * 500,
        "(" * 500,
        "((" * 14 + "x" + "))" * 14,
        "a+" * 249 + "a",
        "2**" * 166 + "2",
        "sin(" * 30 + "x" + ")" * 30,
        "\x00",
        "x\\\n+1",
        "x # comment",
        "ａ + ｂ",
    ],
)
def test_nothing_is_evaluated_whatever_is_typed(text, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("evaluated")

    monkeypatch.setattr(builtins, "eval", never)
    monkeypatch.setattr(builtins, "exec", never)
    ends_cleanly(text)
