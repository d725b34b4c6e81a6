FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /confab
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home confab
WORKDIR /confab
COPY --from=build /venv /venv
COPY . .
RUN python -m compileall -q /confab
USER confab
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "project.launch", "serve"]
