# The project's own image: the reference service, its LLM mock and the controller, all through `vvtvctl`.
# Prometheus, Alertmanager and Grafana run in their publishers' images; docker-compose.yml says how.
FROM python:3.11-slim

WORKDIR /app

# The libraries first: they change less often than the code. The hashes are checked.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY exporter ./exporter
COPY components ./components
COPY alertmanager ./alertmanager
COPY grafana ./grafana
COPY controller ./controller
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
# Read from the working directory: the controller's settings, and the golden cases that they name by a relative path.
COPY autopilot.yaml ./
COPY golden ./golden

# Named volumes take their owner from these folders.
RUN useradd --system --uid 10001 vvtv && mkdir /parameters /controller && chown vvtv /parameters /controller
USER vvtv
ENV PYTHONUNBUFFERED=1
ENTRYPOINT ["vvtvctl"]
