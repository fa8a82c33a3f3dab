# Each RUN is a line for a plain shell too: CI has no container engine, so tests/test_dockerfile.py runs them instead.

FROM python:3.12-slim-bookworm AS build
WORKDIR /src
# Only wheels whose hash the lock knows are fetched; all that follows is made from them, offline.
COPY requirements.lock ./
RUN python -m pip download --quiet --only-binary :all: --require-hashes --dest wheels -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY seeds seeds
COPY service service
RUN python -m pip wheel --quiet --no-index --find-links wheels --no-deps --wheel-dir built .
# sqlite-utils and spaCy name pip and setuptools as dependencies, but only their commands use them.
RUN python -m venv --without-pip /opt/sayso && \
    python -m pip --python /opt/sayso install --quiet --no-cache-dir --no-index --find-links wheels built/*.whl && \
    python -m pip --python /opt/sayso uninstall --quiet --yes pip setuptools && \
    mkdir /data

FROM python:3.12-slim-bookworm
RUN python -m pip uninstall --quiet --yes pip
COPY --from=build /opt/sayso /opt/sayso
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/sayso/bin:$PATH \
    SAYSO_DATABASE=/data/sayso.db \
    SAYSO_HOST=0.0.0.0 \
    SAYSO_PORT=8000
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import os, httpx; httpx.get('http://127.0.0.1:' + os.environ['SAYSO_PORT'] + '/healthz', trust_env=False).raise_for_status()"]
CMD ["sayso", "serve"]
