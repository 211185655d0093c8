#!/usr/bin/env python3
"""Prepares what the Makefile, the checks and the Dockerfile need: the virtual environment, torch's build, a browser.

    python3 .ci/environment.py runtime       # .venv with requirements.txt
    python3 .ci/environment.py development   # .venv with requirements-dev.txt
    python3 .ci/environment.py browser       # an installed Chromium, or a loud sentence

Knobs, as environment variables:
    VENV         where the environment stands (.venv)
    TORCH_BUILD  auto (the CPU build on Linux without an NVIDIA GPU), cpu or cuda
    TORCH_INDEX  a package index to take torch from, whatever TORCH_BUILD says

Only the standard library, and written so that an old Python can at least read it and say what is missing.
"""

import glob
import hashlib
import os
import platform
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.abspath(os.path.join(ROOT, os.environ.get("VENV") or ".venv"))
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
REQUIREMENTS = {"runtime": "requirements.txt", "development": "requirements-dev.txt"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 6  # seconds to wait for the CPU index before the plain registry is taken


def say(sentence):
    """Print one line at once, so that it stands before what pip prints."""
    print("perceptorium: " + sentence, flush=True)


def fail(sentence):
    """Stop with one sentence."""
    sys.exit("perceptorium: " + sentence)


def check_python():
    """Stop if this Python is older than the pinned packages allow."""
    if sys.version_info[:2] < OLDEST:
        fail(
            "Python %d.%d or newer is needed, and %s is %s. Install a newer one and name it: make run PYTHON=python3.12"
            % (OLDEST[0], OLDEST[1], sys.executable, platform.python_version())
        )


def make_venv():
    """Create the virtual environment if there is none that works."""
    if os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    say("making a virtual environment in " + os.path.relpath(VENV, ROOT))
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False).returncode != 0:
        fail("the virtual environment could not be made; on Debian and Ubuntu: apt-get install python3-venv")


def stamp_of(kind):
    """A hash of everything that decides what is installed: the pins, the interpreter, the choice of torch."""
    digest = hashlib.sha256(platform.python_version().encode())
    for name in sorted(REQUIREMENTS.values()):
        if kind == "development" or name == REQUIREMENTS["runtime"]:
            with open(os.path.join(ROOT, name), "rb") as file:
                digest.update(file.read())
    digest.update((os.environ.get("TORCH_BUILD") or "auto").encode() + b"\0")
    digest.update(os.environ.get("TORCH_INDEX", "").encode())
    return digest.hexdigest()


def read(path):
    """The text of a file, or nothing if it is not there."""
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def torch_pin():
    """The line of requirements.txt that pins torch, such as torch==2.13.0."""
    with open(os.path.join(ROOT, REQUIREMENTS["runtime"])) as file:
        return next(line.strip() for line in file if line.startswith("torch=="))


def installed_torch():
    """The version of torch in the environment, without its build; empty if there is none."""
    code = "import importlib.metadata as m; print(m.version('torch').split('+')[0])"
    answer = subprocess.run([PYTHON, "-c", code], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return answer.stdout.decode().strip()


def has_nvidia_gpu():
    """True if the machine shows an NVIDIA GPU (on Linux, or inside WSL)."""
    if glob.glob("/proc/driver/nvidia/gpus/*") or glob.glob("/dev/nvidia[0-9]*"):
        return True
    tool = shutil.which("nvidia-smi")
    if not tool:
        return False
    answer = subprocess.run([tool, "-L"], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return answer.returncode == 0 and b"GPU" in answer.stdout


def wanted_index():
    """The index to take torch from, or None for the registry that pip is set to."""
    build = os.environ.get("TORCH_BUILD") or "auto"
    if build not in ("auto", "cpu", "cuda"):
        fail("TORCH_BUILD is auto, cpu or cuda, not " + build)
    if os.environ.get("TORCH_INDEX"):
        return os.environ["TORCH_INDEX"]
    # Elsewhere than on Linux the registry's build is already the right one.
    if build == "cuda" or platform.system() != "Linux":
        return None
    return CPU_INDEX if build == "cpu" or not has_nvidia_gpu() else None


def certificates():
    """The certificates that pip is set to, so that a company's own proxy is trusted here as well."""
    answer = subprocess.run(
        [PYTHON, "-m", "pip", "config", "get", "global.cert"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    path = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE") or answer.stdout.decode().strip()
    return ssl.create_default_context(cafile=path if path and os.path.exists(path) else None)


def reachable(index):
    """True if the index answers within a few seconds; a refusal counts as no."""
    if "://" not in index:
        return os.path.isdir(index)
    try:
        address = index.rstrip("/") + "/torch/"
        with urllib.request.urlopen(address, timeout=PATIENCE, context=certificates()):
            return True
    except (OSError, ValueError, urllib.error.URLError):
        return False


def install_torch():
    """Install the pinned torch from the wanted index first; whatever fails here, the registry can still serve it.

    Only torch itself comes from that index: its own dependencies follow with the rest, from where pip is set to look.
    """
    pin = torch_pin()
    if installed_torch() == pin.split("==")[1]:
        if os.environ.get("TORCH_INDEX") or os.environ.get("TORCH_BUILD") in ("cpu", "cuda"):
            say("torch is installed already; `make clean` first if it should come in another build")
        return
    index = wanted_index()
    if index is None:
        return
    if not reachable(index):
        say(index + " cannot be reached: torch comes from the plain registry, perhaps with CUDA (several GB)")
        return
    say("installing " + pin + " from " + index)
    if pip("install", "--no-deps", "--index-url", index, pin) != 0:
        say(index + " does not give " + pin + ": torch comes from the plain registry, perhaps with CUDA (several GB)")


def pip(*words):
    """Run pip inside the environment; the user's own pip settings apply."""
    command = [PYTHON, "-m", "pip", *words, "--disable-pip-version-check", "--quiet"]
    return subprocess.run(command, check=False).returncode


def prepare(kind):
    """Bring the environment up to the requirements, or return at once if it is."""
    make_venv()
    stamp = os.path.join(VENV, ".stamp-" + kind)
    wanted = stamp_of(kind)
    if read(stamp) == wanted:
        return
    say("installing " + REQUIREMENTS[kind] + " (about a minute, more on a slow network)")
    install_torch()
    if pip("install", "-r", os.path.join(ROOT, REQUIREMENTS[kind])) != 0:
        fail("pip could not install " + REQUIREMENTS[kind] + "; its message stands above")
    with open(stamp, "w") as file:
        file.write(wanted)
    # The development requirements hold the others, so `make run` after `make test` has nothing to do.
    if kind == "development":
        with open(os.path.join(VENV, ".stamp-runtime"), "w") as file:
            file.write(stamp_of("runtime"))


def find_browser():
    """The path of an installed Chromium, or an empty string."""
    if os.environ.get("CHROMIUM"):
        return shutil.which(os.environ["CHROMIUM"]) or ""
    system = next((path for path in map(shutil.which, BROWSERS) if path), "")
    return system or playwright_browser()


def playwright_browser():
    """The Chromium that playwright keeps for itself, if it has fetched one."""
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    if not os.path.exists(PYTHON):
        return ""
    answer = subprocess.run([PYTHON, "-c", code], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    path = answer.stdout.decode().strip()
    return path if os.path.exists(path) else ""


def install_browser():
    """Try to install a Chromium: from the system's packages where we may, else through playwright."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
        subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL)
    if not find_browser():
        subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], check=False)


def browser():
    """Make sure that a Chromium is there; if it cannot be, say so (the tests decide whether that is a failure)."""
    if find_browser():
        return
    say("no Chromium found; trying to install one")
    install_browser()
    if not find_browser():
        say("NO BROWSER: Chromium could not be installed, so the browser tests (tests/browser) will NOT run")


def main():
    """Do what the first word asks."""
    check_python()
    task = sys.argv[1] if len(sys.argv) == 2 else ""
    if task in REQUIREMENTS:
        prepare(task)
    elif task == "browser":
        browser()
    else:
        fail("usage: environment.py runtime | development | browser")


if __name__ == "__main__":
    main()
