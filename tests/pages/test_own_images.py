"""What was learned from a reader's own image is kept for that reader's session, and for nobody else."""

import io
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image

from engine.convolution import image_statistics as lab
from engine.core import memo, uploads
from engine.core.fields import encode
from pages.shared.catalogue import BY_SLUG


@pytest.fixture
def own() -> uploads.Upload:
    pixels = np.random.default_rng(5).integers(0, 256, (64, 64), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return uploads.decode(file.getvalue(), "own.png")


def test_filters_of_an_own_image_are_learned_once_in_a_session_and_again_in_another(own, open_lab, monkeypatch):
    learned = []
    learn = lab.learn
    monkeypatch.setattr(lab, "learn", lambda *given: learned.append(given) or learn(*given))
    settings = lab.Settings(image=own.reference, view="patches", size=64, method="pca", patch=5, components=9)
    link = urlencode(encode(settings))
    before = memo.compute.size
    app = open_lab(BY_SLUG["image_statistics"], link)
    assert len(learned) == 2  # from the picture and from its copy
    app.button_group(key="image_statistics.copy").set_value("phases").run()
    assert len(learned) == 4
    app.button_group(key="image_statistics.copy").set_value("shuffle").run()
    app.session_state["settings of image_statistics"] = settings.but(displacement=3, face="filters")
    app.run()
    assert len(learned) == 4
    open_lab(BY_SLUG["image_statistics"], link)
    assert len(learned) == 6
    assert memo.compute.size == before
