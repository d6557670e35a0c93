"""Act 1, Watch: traffic flows, every metric of the catalog has samples, no alert fires."""

from __future__ import annotations

from controller.cli import tables
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter import names, promql
from exporter.catalog import CATALOG
from exporter.metric import Kind, Metric

JOBS = (names.JOB_SERVICE, names.JOB_CONTROLLER, names.JOB_PROMETHEUS, names.JOB_ALERTMANAGER)
SETTLE = 8  # seconds of scrapes before anything is read


def _sample_name(metric: Metric) -> str:
    return f"{metric.name}_count" if metric.kind is Kind.HISTOGRAM else metric.name


def _without_samples(stage: Stage) -> list[str]:
    return [m.name for m in CATALOG.metrics if not stage.number(f"count({_sample_name(m)})")]


def play(stage: Stage) -> Evidence:
    """Wait for the targets, then read every metric, the arms and the alerts."""

    def targets() -> bool:
        up = stage.by_label("up", "job")
        return all(up.get(job) == 1 for job in JOBS)

    def scrapes() -> bool:
        return (stage.number(f"count_over_time(up{{{promql.matcher('job', names.JOB_SERVICE)}}}[60s])") or 0) >= SETTLE

    stage.wait_for("Prometheus to scrape every target", targets, 30)
    stage.wait_for("a few seconds of scrapes", scrapes, 30)
    stage.say(f"Prometheus scrapes {', '.join(JOBS)}")
    stage.wait_for("samples of every metric", lambda: not _without_samples(stage), 20)
    stage.say(f"all {len(CATALOG.metrics)} metrics of the catalog have samples")
    rate = stage.number(f"sum(rate({CATALOG.metric('vvtv_selections_total').name}[8s]))") or 0.0
    require(rate > 200, f"only {rate:.0f} selections per second")  # noqa: PLR2004 - what the service promises
    stage.say(f"{rate:.0f} selections per second")
    arms = {}
    for judged in stage.desk.config.judged:
        found = stage.by_label(
            promql.level(judged.kpi, "8s", (names.VARIANT,), stage.desk.config.selector), names.VARIANT
        )
        arms[judged.kpi.name] = found
        stage.say(f"{judged.kpi.name}: " + ", ".join(f"{arm} {tables.number(found.get(arm))}" for arm in names.ARMS))
    firing = stage.by_label('ALERTS{alertstate="firing"}', "alertname")
    paged = stage.paged()
    require(not firing and not paged, f"alerts fire: Prometheus {sorted(firing)}, Alertmanager {paged}")
    stage.say("no alert fires, in Prometheus or Alertmanager")
    return {"metrics": len(CATALOG.metrics), "selections_per_second": round(rate, 1), "arms": arms, "alerts": []}


ACT = Act("Watch", "Traffic flows; every metric of the catalog has samples; no alert fires.", play)
