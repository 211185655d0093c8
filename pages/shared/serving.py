"""What the server adds around Streamlit: static assets under hashed addresses, security headers, a frozen heap."""

import base64
import gc
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
SERVED = ("components", "fonts", "cards")
FOREVER = "public, max-age=31536000, immutable"


def inline_script_hashes() -> str:
    """The hashes of the scripts in Streamlit's own start page, so that the policy can allow these and no other."""
    page = (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


# Plotly and the pages' own components need no eval; Streamlit imports a component's loader from a blob.
POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: 'wasm-unsafe-eval' {inline_script_hashes()}",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "object-src 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
}


@cache
def version() -> str:
    """A short hash of every served file: the path component that lets browsers keep assets for a year."""
    digest = hashlib.sha256()
    for folder in SERVED:
        for path in sorted((ASSETS / folder).rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(ASSETS).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


class AssetFiles(StaticFiles):
    """Serves assets/components, fonts and cards, both as `/assets/<version>/…` (kept for a year) and as `/assets/…`.

    Photos, datasets and weights are never served as files.
    """

    def __init__(self) -> None:
        super().__init__(directory=ASSETS)

    def get_path(self, scope: Scope) -> str:
        """Drop the version from the path, and refuse folders that are not for browsers."""
        parts = super().get_path(scope).split("/")
        if parts[0] == version():
            scope["perceptorium.immutable"] = True
            parts = parts[1:]
        return "/".join(parts) if parts and parts[0] in SERVED else "refused"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, adding the cache header where the address carries the version."""

        async def send_cached(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                kept = FOREVER if scope.get("perceptorium.immutable") else "no-cache"
                message["headers"].append((b"cache-control", kept.encode()))
            await send(message)

        await super().__call__(scope, receive, send_cached)


def plotly_files() -> StaticFiles:
    """plotly.js as it came with the installed plotly package, so that charts need no other host."""
    return StaticFiles(directory=str(files("plotly") / "package_data"))


class SecurityHeaders:
    """Adds the content security policy and its companions to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and extend the answer's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.headers]
            await send(message)

        await self.app(scope, receive, send_guarded)


@asynccontextmanager
async def release_memory_after_imports(_app: object) -> AsyncIterator[None]:
    """Collect once and freeze what the imports made, so that later collections need not walk it."""
    gc.collect()
    gc.freeze()
    yield
