# The CPU build of torch by default; for an NVIDIA GPU: docker build --build-arg TORCH_BUILD=cuda .
# TORCH_INDEX names another index to take torch from. See .ci/environment.py, which chooses for make as well.

FROM python:3.11-slim AS packages
ARG TORCH_BUILD=cpu
ARG TORCH_INDEX=
ENV VENV=/opt/venv \
    PIP_NO_CACHE_DIR=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
# Only what decides the packages comes before them: a change of code does not install torch again.
COPY requirements.txt ./
COPY .ci/environment.py .ci/
RUN TORCH_BUILD="$TORCH_BUILD" TORCH_INDEX="$TORCH_INDEX" python .ci/environment.py runtime
# torch's headers, static libraries and own test programs serve those who build torch.
WORKDIR /opt/venv/lib/python3.11/site-packages
RUN rm -rf torch/include torch/test && find . -name '*.a' -delete

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
# Owned by root and read by anyone: the app's user cannot rewrite the code that it runs.
COPY LICENSE ./
COPY assets/ assets/
COPY .streamlit/ .streamlit/
COPY app.py ./
COPY engine/ engine/
COPY pages/ pages/
# The running container cannot keep compiled files, so they are made here.
RUN python -m compileall -q app.py engine pages
USER 10001:10001
EXPOSE 8501
# The body is read because an unknown path answers 200 as well, with the page.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; assert u.urlopen(f\"http://127.0.0.1:{os.environ['STREAMLIT_SERVER_PORT']}/_stcore/health\", timeout=4).read() == b'ok'"]
CMD ["python", "-m", "streamlit", "run", "app.py"]
