# Kudos in a container: small, not root, with a health check.
#
#   docker build -t kudos .
#   docker run --env-file .env -v kudos:/data -p 3000:3000 kudos

FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
# Everything in the versions that were tested; what does not have its hash is refused.
RUN python -m venv /kudos && /kudos/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY bot ./bot
COPY handlers ./handlers
COPY storage ./storage
RUN /kudos/bin/pip install --no-cache-dir --no-deps . && /kudos/bin/pip uninstall --yes pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data kudos && install -d -o kudos -g kudos /data
COPY --from=build /kudos /kudos
ENV PATH=/kudos/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KUDOS_HOME=/data \
    KUDOS_HOST=0.0.0.0 \
    KUDOS_HEALTH_PORT=3001 \
    KUDOS_LOG_FORMAT=json
USER kudos
WORKDIR /data
VOLUME /data
EXPOSE 3000
# The command answers within 10 s of SIGTERM: what is under way is finished, the rest is given back.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['KUDOS_HEALTH_PORT'] + '/healthz', timeout=2)"]
CMD ["kudos", "start"]
