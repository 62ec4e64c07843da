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
# What builds it is among what was locked: nothing is fetched here.
RUN /kudos/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index . && /kudos/bin/pip uninstall --yes pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data kudos && install -d -m 700 -o kudos -g kudos /data
COPY --from=build /kudos /kudos
# The image's own defaults stand in a file: an empty line of `--env-file` would hide them in ENV.
RUN printf '%s\n' KUDOS_HOME=/data KUDOS_HOST=0.0.0.0 KUDOS_HEALTH_PORT=3001 KUDOS_LOG_FORMAT=json > /etc/kudos.env
ENV PATH=/kudos/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KUDOS_DEFAULTS=/etc/kudos.env
USER kudos
WORKDIR /data
VOLUME /data
EXPOSE 3000
# The command answers within 10 s of SIGTERM: what is under way is finished, the rest is given back.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + (os.environ.get('KUDOS_HEALTH_PORT') or '3001').strip(chr(34) + chr(39)) + '/healthz', timeout=2)"]
CMD ["kudos", "start"]
