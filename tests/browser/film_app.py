"""The film's demo page behind the app's own server shell."""

from starlette.routing import Mount
from streamlit.starlette import App

from pages.shared.serving import AssetFiles

app = App("film_demo.py", routes=[Mount("/assets", AssetFiles())])
