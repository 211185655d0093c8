"""The server: Streamlit behind one small ASGI shell that compresses, caches and guards what it sends.

Run it with `streamlit run app.py` or `uvicorn app:app`. The pages begin in `pages/main.py`.
"""

import os

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from streamlit.starlette import App

from pages.shared.serving import AssetFiles, SecurityHeaders, plotly_files, release_memory_after_imports

# One thread for the matrix products of numpy, and for torch's convolutions as many as a job may have, before either is
# loaded: two threads on cores that others use as well wait for each other, and take twenty times as long. What
# `engine.core.device` says holds for the thread that it is said in, and every run of a page has a thread of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", os.environ.get("PERCEPTORIUM_THREADS", "1"))

app = App(
    "pages/main.py",
    routes=[
        Mount("/assets", AssetFiles()),
        Mount("/plotly", plotly_files()),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(GZipMiddleware, minimum_size=1024, compresslevel=6)],
    lifespan=release_memory_after_imports,
)
