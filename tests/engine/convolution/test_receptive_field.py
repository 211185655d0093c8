"""The receptive-field lab: the lectures' numbers, the chain's grammar, its words, its code, its refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.convolution import receptive_field as lab
from engine.convolution import receptive_field_chain as chains
from engine.convolution import receptive_field_effect as effects
from engine.convolution import receptive_field_lesson as lesson
from engine.convolution import receptive_field_words as words
from engine.core.fields import decode, encode, fields_of
from engine.core.receptive import Window
from engine.figures import receptive_field as figures
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("stack", [1, 3, 5, 7, 9]),
        ("two-or-five", [1, 3, 5]),
        ("dilation", [1, 3, 7, 15]),
        ("gridding", [1, 5, 9, 13]),
        ("stride", [1, 3, 7, 15]),
        ("pooling", [1, 3, 4, 8, 10, 18]),
    ],
)
def test_the_lectures_fields_come_out(name, sizes):
    laid = lab.stack(PRESETS[name])
    assert [field.size for field in laid.fields] == sizes
    assert words.size_words(laid) == f"{sizes[-1]} × {sizes[-1]}"
    assert words.size_rule(laid).endswith(f"= {sizes[-1]}")


def test_vgg_as_a_chain_has_its_published_numbers():
    laid = lab.stack(PRESETS["vgg"])
    assert (laid.field.size, laid.field.jump, laid.field.start) == (212, 32, -90)
    assert laid.cells[-1] == 7
    assert "90 cells outside" in words.chain_words(laid)


def test_150_layers_cover_the_slides_image_and_75_see_only_151():
    found = lab.cover(PRESETS["cover"])
    assert (found.layers, found.seen) == (150, 301)
    assert dict(zip(found.kernels, found.needed, strict=True))[5] == 75
    assert lab.cover(PRESETS["cover"].but(size=151)).layers == 75
    assert "149 would see 299" in words.cover_words(found)


@pytest.mark.parametrize(
    ("name", "size", "padding"), [("resnet", 427, 213), ("resnet-paper", 483, 241), ("inception", 1311, 618)]
)
def test_traced_networks(name, size, padding):
    grown = lab.grow(PRESETS[name])
    assert words.network_answer(grown) == (f"{size} × {size}", f"stride 32, padding {padding}")
    assert grown.sizes.max() == size
    assert str(size) in words.growth_words(grown)


def test_a_map_that_is_not_centred_says_so():
    laid = lab.stack(lab.Settings(chain="c3s2", width=32))
    assert "No cell sees the last 1 input cells" in words.chain_words(laid)
    assert "0.5 cells left" in words.chain_words(laid)


texts = st.lists(
    st.builds(
        lambda kind, kernel, stride: f"{kind}{kernel}s{stride}",
        st.sampled_from("cpt"),
        st.integers(1, 9),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


@given(text=texts)
def test_a_chain_written_is_read_again(text):
    layers = chains.parse(text)
    assert chains.parse(chains.write(layers)) == layers


@given(text=st.text(alphabet="cptsdo0123456789* x²٣", max_size=40))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text):
    if not chains.fault(text):
        assert 1 <= len(chains.parse(text)) <= chains.MOST_LAYERS
        return
    with pytest.raises(chains.ChainError, match=r"\.$") as caught:
        chains.parse(text)
    assert 0 <= caught.value.place <= len(text)


@pytest.mark.parametrize(
    ("text", "sentence", "place"),
    [
        ("c3 x2", "is no layer", 3),
        ("c3 c", "kernel is missing", 4),
        ("c3 c3k2", "k means nothing", 5),
        ("c3 c3s9", "stride must lie between 1 and 8", 6),
        ("c3s2s2", "twice", 4),
        ("p2p2", "at most half its kernel", 0),
        ("t2s2o2", "smaller than the stride", 0),
        ("c3o1", "o means nothing", 2),
        ("c3*99", "1 to 24", 3),
        ("c3*20 c3*5", "at most 24", 6),
        ("", "at least one layer", 0),
    ],
)
def test_a_fault_has_a_sentence_and_a_caret(text, sentence, place):
    with pytest.raises(chains.ChainError, match=sentence) as caught:
        chains.parse(text)
    assert caught.value.place == place
    assert chains.fault(text).split("\n")[1].index("^") == place


def test_defaults_are_torchs():
    assert [layer.window for layer in chains.parse("c3 p2 p3s1 t2s2o1")] == [
        Window(3),
        Window(2, 2),
        Window(3, 1),
        Window(2, 2, transposed=True, output_padding=1),
    ]


def test_layers_are_added_moved_and_removed():
    assert chains.longer("c3*2", "p2") == "c3 c3 p2"
    assert chains.moved("c3 p2", 1, -1) == "c3 p2"
    assert chains.moved("c3 p2", 1, 1) == "p2 c3"
    assert chains.without("c3", 1) == "c3"
    assert chains.without("c3 p2", 9) == "c3 p2"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (lab.Settings(chain="c3 c31"), r"Layer 2 \(conv 31\) does not fit: it needs 31 cells and gets 30"),
        (lab.Settings(chain="t2s2 t2s2 t2s2 t2s2 t2s2 t2s2"), "Layer 6 would have"),
        (lab.Settings(chain="c3 q"), "is no layer"),
    ],
)
def test_a_chain_that_cannot_be_is_refused_in_words(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.stack(settings)


@pytest.mark.parametrize(
    ("chain", "sentence"),
    [
        ("t1s2 c1s2p1", "sees nothing"),
        ("c31d16", "sees 481 cells; .* up to 129"),
        ("t8s8 c31*5", "through 151 cells of a map"),
        ("c", "missing"),
    ],
)
def test_an_effect_that_cannot_be_measured_is_refused_in_words(chain, sentence):
    with pytest.raises(ValueError, match=sentence):
        effects.affect(lab.Settings(chain=chain))


def test_four_kinds_of_weights_are_measured_together_and_a_missing_one_is_named():
    found = effects.affect(lab.Settings(chain="c3 c3 p2 c3"))
    assert [one.weights for one in found.measured] == list(lab.WEIGHTS)
    assert found.theory == (3, 5, 6, 10)
    assert all(one.maps[-1].max() == 1 for one in found.measured)
    large = effects.affect(lab.Settings(chain="c5*24"))
    assert [one.weights for one in large.measured] == ["uniform", "random", "relu"]
    assert "too long" in words.effect_words(large)
    with pytest.raises(ValueError, match="too long"):
        effects.affect(lab.Settings(chain="c5*24", weights="trained"))


def test_a_chain_with_transposed_layers_is_measured_with_all_four_kinds_of_weights():
    settings = lab.Settings(chain="c3p1 p2 c3p1 t3s2 c3p1")
    found = effects.affect(settings)
    assert [one.weights for one in found.measured] == list(lab.WEIGHTS)
    assert not found.missing
    assert found.exact
    assert found.theory == tuple(field.size for field in lab.stack(settings).fields[1:])
    equal = found.measured[0]
    assert [shape.sigma for shape in equal.shapes] == pytest.approx(found.laws, abs=1e-9)
    assert "After a transposed layer" in words.effect_words(found)


@pytest.mark.parametrize("chain", ["c3 p2 c3 t3s2 c3", "t3s2 t4s2 c3", "t3s2 c1s2p1", "c5 c2"])
def test_the_maps_of_all_depths_lie_on_the_film_where_their_fields_lie_in_the_input(chain):
    found = effects.affect(lab.Settings(chain=chain, weights="uniform"))
    run = figures.effect_film(found)
    start = found.fields.min()
    ((panel,),) = (run.panels,)
    for place, (box, (low, high)) in enumerate(zip(panel.boxes, found.fields, strict=True)):
        rows = np.flatnonzero(panel.frame(place).any(axis=1))
        assert (rows[0], rows[-1]) == (low - start, high - start)
        assert box.tolist() == [low - start, low - start, high - start + 1, high - start + 1]


def test_the_share_that_is_done_grows_and_a_measurement_that_is_known_says_nothing():
    heard = []
    settings = lab.Settings(chain="c2 c3 c2", seed=99)
    effects.affect(settings, lambda share, words: heard.append((share, words)))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.95 < shares[-1] < 1
    assert {words.split(":")[0] for _, words in heard} == {"Random", "Random + ReLU", "Trained"}
    heard.clear()
    effects.affect(settings.but(weights="trained"), lambda share, words: heard.append(share))
    assert not heard


def test_the_chosen_cell_is_kept_within_the_map_and_the_middle_is_the_default():
    settings = lab.Settings()
    assert lab.stack(settings).chosen == (4, 11, 11)
    assert lab.stack(settings.but(layer=2, row=99, column=0)).chosen == (2, 27, 0)
    assert lab.stack(settings.but(layer=9)).chosen[0] == 4


def test_each_cell_of_the_map_on_the_photo_is_the_mean_of_what_it_sees():
    laid = lab.stack(lab.Settings(chain="c3p1 p2 c3", photo="pattern:white_noise:3", width=20))
    photo, means = lab.pooled_photo(laid)
    low, high = laid.field.of(2)
    top, bottom = laid.field.of(0)
    expected = photo[0, max(top, 0) : bottom + 1, low : high + 1].mean()
    assert means[0, 0, 2] == pytest.approx(expected, abs=1e-6)


def test_a_place_on_the_photo_belongs_to_the_cell_that_looks_there():
    laid = lab.stack(PRESETS["stride"])
    for cell in range(laid.cells[-1]):
        low, high = laid.field.of(cell)
        assert lab.cell_at(laid, (low + high) // 2) == cell


OTHER = {
    "view": "cover",
    "chain": "c5",
    "width": 40,
    "layer": 1,
    "row": 3,
    "column": 3,
    "photo": "photo:coins",
    "size": 200,
    "kernel": 5,
    "network": "vgg_d",
    "weights": "uniform",
    "seed": 4,
}


@pytest.mark.parametrize("name", fields_of(lab.Settings))
def test_every_setting_survives_a_link(name):
    changed = lab.Settings().but(**{name: OTHER[name]})
    assert changed != lab.Settings()
    assert decode(lab.Settings, encode(changed)) == (changed, ())


def test_a_link_with_a_chain_that_cannot_be_read_has_a_sentence_and_the_default():
    settings, sentences = decode(lab.Settings, {"chain": "c3 zz"})
    assert settings == lab.Settings()
    assert "is no layer" in sentences[0]


@pytest.mark.parametrize(("name", "value"), [("chain", "c5"), ("width", 40), ("layer", 1), ("row", 3), ("column", 3)])
def test_every_setting_of_the_chain_changes_what_is_drawn(name, value):
    one, other = lab.stack(lab.Settings()), lab.stack(lab.Settings().but(**{name: value}))
    assert (one.cells, one.fields, one.chosen) != (other.cells, other.fields, other.chosen)


def printed(settings):
    """What the exported script prints."""
    return scripts.here(lesson.torch_code(settings))[1]


@pytest.mark.parametrize("name", ["stack", "dilation", "stride", "transposed"])
def test_the_code_of_a_chain_prints_the_labs_own_ends(name):
    laid = lab.stack(PRESETS[name])
    low, high = laid.field.of(laid.cells[-1] // 2)
    said = printed(PRESETS[name])
    assert f"cells of the last layer: {laid.cells[-1]}" in said
    assert f"{max(low, 0)} to {min(high, 31)}" in said


def test_the_code_of_the_other_views_prints_the_labs_own_numbers():
    assert "150 layers see 301" in printed(PRESETS["cover"])
    assert "size 483 stride 32 padding 241" in printed(PRESETS["resnet-paper"])
    assert "size 1311 stride 32 padding 618" in printed(PRESETS["inception"])
    assert float(printed(PRESETS["effective"]).split()[-1]) == pytest.approx(np.sqrt(20 / 3), abs=1e-9)


@pytest.mark.parametrize(
    "chain", ["c3 c3 c3 c3 c3", "c3 p2 c3d2 c3s2 c3", "c3p1 p2 c3p1 t3s2p1o1 c3p1", "t3s2 c1s2p1 c3"]
)
def test_the_code_of_random_weights_prints_the_labs_own_widths(chain):
    settings = lab.Settings(view="effective", chain=chain, seed=7)
    said = {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in printed(settings).splitlines()}
    widths = {one.weights: one.shapes[-1].sigma for one in effects.affect(settings).measured}
    assert said["random sigma"] == pytest.approx(widths["random"], rel=1e-5)
    assert said["relu sigma"] == pytest.approx(widths["relu"], rel=1e-5)
    assert said[f"field {effects.affect(settings).theory[-1]} sigma"] == pytest.approx(widths["uniform"], rel=1e-9)


@pytest.mark.parametrize("number", range(1, 31))
def test_every_question_has_the_answer_that_its_own_numbers_give(number):
    assert_only_its_answer(lesson.question(number), "g")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_works_and_says_something(name):
    settings = PRESETS[name]
    said = {
        "chain": lambda: words.chain_words(lab.stack(settings)) + words.photo_words(lab.stack(settings)),
        "cover": lambda: words.cover_words(lab.cover(settings)),
        "networks": lambda: words.growth_words(lab.grow(settings)),
        "effective": lambda: words.effect_words(effects.affect(settings)),
    }[settings.view]()
    assert len(said) > 60
    assert "nan" not in said


def test_the_fields_of_a_network_lie_in_one_another_around_the_middle_of_the_photo():
    found = lab.reach(lab.Settings(view="networks", network="resnet_50"))
    assert found.sizes[-1] == 427
    assert found.jumps.tolist() == [2, 4, 8, 16, 32]
    shrunk = found.side / found.photo.shape[1]
    np.testing.assert_allclose(np.diff(found.boxes, axis=1)[:, 0] * shrunk, found.sizes, rtol=0.01)
    assert (np.abs(found.boxes.mean(axis=1) - found.canvas / 2) * shrunk <= found.jumps / 2).all()
    assert found.boxes.min() >= 0
    assert found.boxes.max() <= found.canvas <= lab.MOST_CANVAS + 2 * lab.LABEL_ROOM + 2
    words_said = words.reach_words(found)
    assert "427 at stride 32" in words_said
    assert "wider than the image" in words_said


def test_a_network_that_sees_less_than_the_image_is_drawn_without_room_around_it():
    found = lab.reach(lab.Settings(view="networks", network="vgg_d"))
    assert (found.canvas, found.photo.shape[1]) == (224, 224)
    assert words.reach_words(found).endswith("All of them fit in the image.")
