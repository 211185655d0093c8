"""Random layers of a chain, for hypothesis."""

from hypothesis import strategies as st

from engine.core.receptive import Window

windows = st.builds(
    Window,
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 3),
    transposed=st.booleans(),
)
