"""Serves the image source's demonstration page the way app.py serves the labs."""

from pathlib import Path

from starlette.routing import Mount
from streamlit.starlette import App

from pages.shared.serving import AssetFiles

app = App(Path(__file__).with_name("image_demo.py"), routes=[Mount("/assets", AssetFiles())])
