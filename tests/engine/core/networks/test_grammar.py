"""The grammar of networks: what it reads, what it writes, what it refuses and where."""

import random
import re

import pytest
from hypothesis import given, settings

from engine.core.networks.grammar import WRITTEN, GrammarError, Limits, parse, write
from engine.core.networks.grammar_layers import ALIASES, BLOCKS, LAYERS, OPTION_WORDS
from engine.core.networks.layers import Activation, BatchNorm1d, BatchNorm2d, Dropout, Flatten, GroupNorm, Linear
from engine.core.networks.meetings import Branches, Residual
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.sliding import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, Conv2d, MaxPool2d
from engine.core.networks.specification import Network
from tests.engine.core.networks.legal import networks

RELU = Activation("ReLU")


def layers(text: str, head: str = "INPUT 4x16x16 -> "):
    return parse(head + text).layers


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("CONV 3x3 32", Conv2d(32, (3, 3))),
        ("CONV 3x3 32 /2 pad 1", Conv2d(32, (3, 3), (2, 2), (1, 1))),
        ("conv 1x7 8 /1x2 padding 0x3", Conv2d(8, (1, 7), (1, 2), (0, 3))),
        ("CONV 8 3x3 dil 2 groups 4 no bias", Conv2d(8, (3, 3), dilation=(2, 2), groups=4, bias=False)),
        ("CONV 5x5 8 pad same", Conv2d(8, (5, 5), padding=(2, 2))),
        ("CONV 3x5 8 pad same dil 2", Conv2d(8, (3, 5), padding=(2, 4), dilation=(2, 2))),
        ("Conv3×3 8 stride 2", Conv2d(8, (3, 3), (2, 2))),
        ("CONV 3 x 3 8", Conv2d(8, (3, 3))),
        ("POOL", MaxPool2d((2, 2), (2, 2))),
        ("POOL 3", MaxPool2d((3, 3), (3, 3))),
        ("POOL 3x3 /2 pad 1 ceil", MaxPool2d((3, 3), (2, 2), (1, 1), ceil_mode=True)),
        ("POOL MAX 2x2 dil 2", MaxPool2d((2, 2), dilation=(2, 2))),
        ("POOL AVG 2x2", AvgPool2d((2, 2))),
        ("pool 3x3 avg /1 pad same", AvgPool2d((3, 3), (1, 1), (1, 1))),
        ("GLOBAL AVG", AdaptiveAvgPool2d()),
        ("global max", AdaptiveMaxPool2d()),
        ("ADAPTIVE AVG 7x7", AdaptiveAvgPool2d((7, 7))),
        ("BN", BatchNorm2d()),
        ("GN 2", GroupNorm(2)),
        ("DROPOUT", Dropout(0.5)),
        ("DROPOUT .25", Dropout(0.25)),
        ("LEAKY", Activation("LeakyReLU", 0.01)),
        ("LeakyReLU 0.2", Activation("LeakyReLU", 0.2)),
        ("relu6", Activation("ReLU6")),
        ("FLATTEN", Flatten()),
    ],
)
def test_a_layer_is_read(text, layer):
    assert layers(text) == (layer,)
    assert parse(write(parse(f"INPUT 4x16x16 {text}"))).layers == (layer,)


@pytest.mark.parametrize(
    "text",
    ["CONV 3x3 8 -> RELU -> POOL", "CONV 3x3 8\nRELU\r\n\tPOOL", "conv 3x3 8 relu pool", "CONV 3x3 8→RELU => POOL"],
)
def test_arrows_may_be_line_breaks_or_nothing(text):
    assert layers(text) == (Conv2d(8, (3, 3)), RELU, MaxPool2d((2, 2)))


def test_a_bracket_with_a_star_stands_so_often_also_within_others_and_not_at_all_for_0():
    block = (Conv2d(4, (1, 1)), RELU)
    assert layers("[[CONV 1x1 4 -> RELU]*2 -> POOL]*2") == (*block, *block, MaxPool2d((2, 2))) * 2
    assert layers("[CONV 1x1 4 -> RELU] × 3") == layers("[CONV 1x1 4 -> RELU]x3") == block * 3
    assert layers("[CONV 1x1 4]*0 -> RELU") == (RELU,)
    assert layers("RES[ RELU ]*2") == (Residual((RELU,)),) * 2


def test_fc_flattens_maps_once_and_bn_follows_the_shape():
    assert layers("BN -> FC 7 -> BN -> FC 3 no bias") == (
        BatchNorm2d(),
        Flatten(),
        Linear(7),
        BatchNorm1d(),
        Linear(3, False),
    )
    assert layers("FLATTEN -> FLATTEN -> FC 2") == (Flatten(), Flatten(), Linear(2))


def test_residuals_and_branches_are_read():
    assert layers("RES[ CONV 1x1 8 -> RELU | CONV 1x1 8 ]") == (
        Residual((Conv2d(8, (1, 1)), RELU), (Conv2d(8, (1, 1)),)),
    )
    assert layers("RES[ RELU | IDENTITY ]") == layers("residual[relu]") == (Residual((RELU,)),)
    assert layers("BRANCH[ CONV 1x1 8 | IDENTITY | POOL 3x3 /1 pad 1 -> RES[ RELU ] ]") == (
        Branches(((Conv2d(8, (1, 1)),), (), (MaxPool2d((3, 3), (1, 1), (1, 1)), Residual((RELU,))))),
    )
    assert layers("RES[ FC 8 | FC 8 ]") == (Residual((Flatten(), Linear(8)), (Flatten(), Linear(8))),)


def test_the_input_may_come_from_outside_and_the_text_has_precedence():
    assert (
        parse("FC 10", input=(1, 28, 28)) == parse("INPUT -> FC 10", input=(1, 28, 28)) == parse("INPUT 1x28x28 FC 10")
    )
    assert parse("INPUT 3x8x8 -> FC 10", input=(1, 28, 28)).input == (3, 8, 8)


@settings(deadline=None, max_examples=200)
@given(networks())
def test_what_is_written_is_read_back(network: Network):
    text = write(network)
    again = parse(text, limits=WRITTEN)
    assert again == network
    assert write(again) == text


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_presets_are_written_as_they_are_read(name):
    assert write(parse(ARCHITECTURES[name].text)) == ARCHITECTURES[name].text


@pytest.mark.parametrize(
    ("messy", "text"),
    [
        ("input 1x9x9\nfc 3\nrelu\nfc 3\nrelu\nfc 2", "INPUT 1x9x9 -> [FC 3 -> RELU]*2 -> FC 2"),
        ("INPUT 1x9x9 RES[relu] res[relu|identity]", "INPUT 1x9x9 -> RES[ RELU ]*2"),
        ("INPUT 1x9x9 [[RELU TANH]*2 BN]*2", "INPUT 1x9x9 -> [[RELU -> TANH]*2 -> BN]*2"),
        ("INPUT 1x9x9 LEAKY 0.01 -> POOL 2x2 /2 -> POOL 2x2 /1", "INPUT 1x9x9 -> LEAKY -> POOL 2x2 -> POOL 2x2 /1"),
        ("INPUT 1x9x9 BRANCH[identity|flatten->fc 81]", None),
    ],
)
def test_what_is_written_has_one_form(messy, text):
    if text is None:
        with pytest.raises(GrammarError, match="must agree"):
            parse(messy)
    else:
        assert write(parse(messy)) == text


REFUSALS = [
    ("", "^", "Begin with INPUT"),
    ("INPUT 1x28x28", "             ^", "layer is missing here: write one"),
    ("INPUT 28x28 -> FC 3", "      ^", "channels, height and width"),
    ("INPUT 0x28x28 -> FC 3", "^", "Channels must be a whole number"),
    ("INPUT 1x28x28 CONF 3x3 8", "              ^", "CONF is no layer: did you mean CONV"),
    ("INPUT 1x28x28 XYZZY", "              ^", "XYZZY is no layer: the words are CONV"),
    ("INPUT 1x9x9 -> CONV 3x3", "               ^", "CONV is not complete: write CONV 3x3 32"),
    ("INPUT 1x9x9 -> CONV 8", "               ^", "CONV is not complete"),
    ("INPUT 1x9x9 -> CONV 3x3 8 9", "                          ^", "its number twice"),
    ("INPUT 1x9x9 -> CONV 3x3 8 /2 stride 1", "                             ^", "its stride twice"),
    ("INPUT 1x9x9 -> POOL groups 2", "                    ^", "POOL takes no groups"),
    ("INPUT 1x9x9 -> RELU 3", "                    ^", "RELU takes no number"),
    ("INPUT 1x9x9 -> CONV 3x3x3 8", "                    ^", "height x width"),
    ("INPUT 1x9x9 -> CONV 3x3 8 pad", "                             ^", "After PAD stands a number"),
    ("INPUT 1x9x9 -> CONV 3x3 8 no", "                            ^", "After NO stands BIAS"),
    ("INPUT 1x9x9 -> CONV 3x3 1.5", "                        ^", "whole number"),
    ("INPUT 1x9x9 -> CONV 3x3 8 /0", "               ^", "Stride must be a whole number from 1"),
    ("INPUT 1x9x9 -> CONV 2x2 8 pad same", "               ^", "odd kernel"),
    ("INPUT 1x9x9 -> POOL 3x3 pad 2", "               ^", "at most half its window"),
    ("INPUT 1x9x9 -> POOL AVG 3x3 dil 2", "               ^", "no dilation"),
    ("INPUT 1x9x9 -> DROPOUT 1.5", "               ^", "between 0 and 1"),
    ("INPUT 1x9x9 -> FC 3 -> SOFTMAX", "                       ^", "belongs to the loss"),
    ("INPUT 1x9x9 -> INPUT 1x9x9 -> FC 2", "               ^", "only at the beginning"),
    ("INPUT 1x9x9 -> conv3-64", "                    ^", "Write CONV|CONV 3x3 64"),
    ("INPUT 1x9x9 -> -> FC 3", "               ^", "missing before the arrow"),
    ("INPUT 1x9x9 -> FC 3 ->", "                    ^", "missing after the arrow"),
    ("INPUT 1x9x9 -> [FC 3 -> RELU", "               ^", "never closed"),
    ("INPUT 1x9x9 -> FC 3]", "                   ^", "never opened"),
    ("INPUT 1x9x9 -> FC 3 | FC 3", "                    ^", "only inside RES"),
    ("INPUT 1x9x9 -> [FC 3 | FC 3]", "                     ^", "only inside RES"),
    ("INPUT 1x9x9 -> []", "                ^", "missing before \\]"),
    ("INPUT 1x9x9 -> FC 3*2", "                   ^", "in brackets"),
    ("INPUT 1x9x9 -> [FC 3]*N", "                      ^", "N stands for a number"),
    ("INPUT 1x9x9 -> [FC 3]*1.5", "                      ^", "how often"),
    ("INPUT 1x9x9 -> POOL? -> FC 3", "                   ^", "may be left out"),
    ("INPUT 1x9x9 -> RES CONV 3x3 8", "                   ^", "stands a bracket"),
    ("INPUT 1x9x9 -> RES[ RELU | RELU | RELU ]", "               ^", "two ways"),
    ("INPUT 1x9x9 -> RES[ IDENTITY | RELU ]", "               ^", "body of RES is empty"),
    ("INPUT 1x9x9 -> BRANCH[ RELU ]", "               ^", "at least two ways"),
    ("INPUT 1x9x9 -> FC (3)", "                  ^", "square brackets"),
    ("INPUT 1x9x9 -> FC ³", "                  ^", "decimal point|means nothing"),
    ("INPUT 1x9x9 -> FC 3.4.5", "                  ^", "one decimal point"),
    ("INPUT 1x9x9 -> FC 1234567890", "                  ^", "far too long"),
]


@pytest.mark.parametrize(("text", "caret", "sentence"), REFUSALS)
def test_a_refusal_says_what_and_where(text, caret, sentence):
    with pytest.raises(GrammarError, match=sentence) as refusal:
        parse(text)
    assert refusal.value.caret(room=80) == f"{text}\n{caret}"


@pytest.mark.parametrize(
    ("text", "caret", "number", "given", "before", "sentence"),
    [
        (
            "INPUT 1x28x28\n[CONV 5x5 6 -> RELU -> POOL]*2\nCONV 7x7 16\nFC 10",
            "CONV 7x7 16\n^",
            (6,),
            (6, 4, 4),
            "INPUT 1x28x28 -> [CONV 5x5 6 -> RELU -> POOL 2x2]*2",
            "Layer 7, CONV 7x7 16, does not fit: its input is 6×4×4, and its window is 7 high, more than 4.",
        ),
        (
            "INPUT 3x8x8 -> [CONV 3x3 8]*5",
            "INPUT 3x8x8 -> [CONV 3x3 8]*5\n                ^",
            (3,),
            (8, 2, 2),
            "INPUT 3x8x8 -> [CONV 3x3 8]*3",
            "Layer 4, CONV 3x3 8, does not fit: its input is 8×2×2, and its window is 3 high, more than 2.",
        ),
        (
            "INPUT 3x8x5 -> RELU -> BRANCH[ RELU | RELU -> CONV 3x9 4 pad 1 ]",
            "INPUT 3x8x5 -> RELU -> BRANCH[ RELU | RELU -> CONV 3x9 4 pad 1 ]\n" + " " * 46 + "^",
            (1, 1, 1),
            (3, 8, 5),
            "INPUT 3x8x5 -> RELU",
            (
                "Layer 2.2.2, CONV 3x9 4 pad 1, does not fit: its input is 3×8×5, and its window is 9 wide, more "
                "than 7 with its padding."
            ),
        ),
        (
            "INPUT 3x8x8 -> RES[ CONV 3x3 4 ]",
            "INPUT 3x8x8 -> RES[ CONV 3x3 4 ]\n               ^",
            (0,),
            (3, 8, 8),
            "INPUT 3x8x8",
            (
                "Layer 1, RES, does not fit: its input is 3×8×8, and its body makes 4×6×6 but its shortcut 3×8×8, "
                "which cannot be added; a shortcut with layers, after |, can change the shape."
            ),
        ),
        (
            "INPUT 3x8x8 -> CONV 3x3 4 groups 2",
            "INPUT 3x8x8 -> CONV 3x3 4 groups 2\n               ^",
            (0,),
            (3, 8, 8),
            "INPUT 3x8x8",
            (
                "Layer 1, CONV 3x3 4 groups 2, does not fit: its input is 3×8×8, and 2 groups must divide its 3 input "
                "channels and its 4 output channels."
            ),
        ),
        (
            "INPUT 3x8x8 -> FC 4 -> POOL",
            "INPUT 3x8x8 -> FC 4 -> POOL\n                       ^",
            (2,),
            (4,),
            "INPUT 3x8x8 -> FC 4",
            (
                "Layer 3, POOL 2x2, does not fit: its input is a vector of 4, but it takes maps, which end at the "
                "first FC or FLATTEN."
            ),
        ),
        (
            "INPUT 28x28x1 -> CONV 5x5 6",
            "INPUT 28x28x1 -> CONV 5x5 6\n                 ^",
            (0,),
            (28, 28, 1),
            "INPUT 28x28x1",
            (
                "Layer 1, CONV 5x5 6, does not fit: its input is 28×28×1, and its window is 5 wide, more than 1. "
                "Channels come first: INPUT 1x28x28."
            ),
        ),
    ],
)
def test_a_layer_that_does_not_fit_is_named_with_its_shapes_and_what_stands_before_is_kept(
    text, caret, number, given, before, sentence
):
    with pytest.raises(GrammarError) as refusal:
        parse(text)
    error = refusal.value
    assert str(error) == error.sentence == sentence
    assert error.caret(room=100) == caret
    assert (error.path, error.given) == (number, given)
    assert f"Layer {error.number}, " in sentence
    assert write(error.before) == before


def test_what_stands_before_a_misspelt_layer_is_kept_too():
    with pytest.raises(GrammarError, match="RELO is no layer: did you mean RELU") as refusal:
        parse("INPUT 1x28x28\nCONV 5x5 6\nRELO\nFC 10")
    assert write(refusal.value.before) == "INPUT 1x28x28 -> CONV 5x5 6"
    assert refusal.value.number == "2"
    assert refusal.value.line == 3


def test_limits_are_said_in_words():
    with pytest.raises(GrammarError, match="at most 2000 characters long; this has 2200"):
        parse("INPUT 1x9x9 " + "RELU -> " * 273 + "RELU")
    with pytest.raises(GrammarError, match="at most 200 layers"):
        parse("INPUT 1x9x9 " + "RELU " * 201)
    with pytest.raises(GrammarError, match="more than 200 layers"):
        parse("INPUT 1x9x9 [[[[RELU]*200]*200]*200]*200")
    with pytest.raises(GrammarError, match="at most 200 layers; this has 201"):
        parse("INPUT 1x9x9 [RELU]*199 -> FC 1")  # the flattening is a layer of its own
    with pytest.raises(GrammarError, match="at most 16 deep"):
        parse("INPUT 1x9x9 " + "[" * 17 + "RELU" + "]" * 17)
    with pytest.raises(GrammarError, match="at most 6 deep"):
        parse("INPUT 1x9x9 " + "RES[ " * 7 + "RELU" + " ]" * 7)
    limits = Limits(parameters=1_000_000)
    with pytest.raises(
        GrammarError, match=r"7,890,004 parameters, and at most 1,000,000 .* layer 2, FC 10000\."
    ) as refusal:
        parse("INPUT 1x28x28 -> FC 10000 -> RELU -> FC 4", limits=limits)
    assert refusal.value.place == 17
    with pytest.raises(GrammarError, match="activations for one image"):
        parse("INPUT 1x1024x1024 -> CONV 1x1 256")


WORDS = [*LAYERS, *BLOCKS, *ALIASES, *OPTION_WORDS, "3x3", "5X5", "8", "0.5", "->", "[", "]", "|", "same", "bias"]
JUNK = ["*2", "*999", "*N", "?", "\n", "1e9", "é", "٣", "\x00", "'", "__import__", "9" * 30, "(", "-", "INPUT 1x28x28"]


def bad_texts(seed: int, count: int) -> list[str]:
    """Pieces of the grammar and of nothing, put together at random; and good texts with something torn out."""
    rng = random.Random(seed)
    good = [architecture.text for architecture in ARCHITECTURES.values()]
    texts = []
    for number in range(count):
        if number % 2:
            pieces = [rng.choice(JUNK if rng.random() < 0.03 else WORDS) for _ in range(rng.randint(0, 60))]
            texts.append(" ".join(["INPUT 1x28x28"] * (number % 8 > 1) + pieces))
            continue
        text = rng.choice(good)
        for _ in range(rng.randint(1, 4)):
            first = rng.randrange(len(text) + 1)
            put = rng.choice(["", "", rng.choice(WORDS), rng.choice(JUNK)])
            text = text[:first] + put + text[first + rng.choice([0, 1, 5, 12]) :]
        texts.append(text)
    return texts


def outcome(text: str) -> Network | GrammarError:
    try:
        return parse(text)
    except GrammarError as error:
        return error


def test_two_thousand_bad_texts_are_refused_in_a_sentence_or_read():
    texts = bad_texts(0, 2000)
    outcomes = [outcome(text) for text in texts]
    for text, found in zip(texts, outcomes, strict=True):
        if isinstance(found, Network):
            assert parse(write(found), limits=WRITTEN) == found
            continue
        assert re.fullmatch(r"[A-Z0-9_*|/].{10,400}[.?]", str(found)), str(found)
        assert 0 <= found.place <= len(text)
        assert found.caret().count("\n") == 1
    assert sum(isinstance(found, GrammarError) for found in outcomes) > 1500
