# syntax=docker/dockerfile:1
# One image for web, worker and release; see Procfile and compose.yaml for what each runs.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
WORKDIR /app
COPY manage.py ./
COPY storesync storesync
COPY templates templates
COPY static static
COPY locale locale
# Static files and built translations are part of the image. These values exist for this one command and connect to nothing.
RUN DATABASE_URL=postgres://nobody@nowhere.invalid/none SECRET_KEY=only-for-this-build \
    ALLOWED_HOSTS=localhost EMAIL_URL=smtp://nowhere.invalid DEFAULT_FROM_EMAIL=nobody@nowhere.invalid \
    sh -c "python manage.py build_languages && python manage.py collectstatic --noinput" \
    && python -m compileall -q storesync

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 storesync \
    && useradd --system --uid 10001 --gid storesync --no-create-home --home-dir /app storesync
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=storesync.settings PORT=8000
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
RUN install -d -o storesync -g storesync /app/var/media
USER storesync
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "storesync.healthcheck"]
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port $PORT --no-ws --workers ${WEB_WORKERS:-2} --blocking-threads ${WEB_THREADS:-2} --workers-kill-timeout 25 --respawn-failed-workers storesync.wsgi:application"]
