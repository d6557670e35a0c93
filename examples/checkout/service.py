"""A checkout that is not part of this project: it reads its parameters from the live file and exposes its own metrics.

Visitors see a page with a discount and a number of suggested products, as a list or a grid; some of them buy. The
autopilot knows none of this: it knows what stands in autopilot.yaml.

    python examples/checkout/service.py --parameters var/checkout/parameters/live.json --port 9480
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from controller.adapters.config_file import read_config
from exporter.live_file import LiveFile
from exporter.parameter import number

VISITORS = Counter("checkout_visitors_total", "Visitors who saw the page.", ["variant"])
ORDERS = Counter("checkout_orders_total", "Visitors who bought.", ["variant"])
RENDER = Histogram(
    "checkout_render_seconds", "Time to build the page.", ["variant"], buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
)
BASKET = Gauge("checkout_basket_value", "Value of the last basket.", ["variant"])
ERRORS = Counter("checkout_parameter_errors_total", "Times that the live parameter file could not be used.", ["reason"])
TICK = 0.05


def serve(live: LiveFile, rate: float, rng: random.Random) -> None:
    """Serve visitors for ever."""
    visitor = 0
    while True:
        now = time.time()  # noqa: TID251 - a service reads the clock itself
        live.refresh(now)
        for _ in range(int(rate * TICK)):
            visitor += 1
            arm = live.live.arm_of(f"visitor-{visitor}")
            values = live.values(arm, now)
            discount, suggestions = number(values, "discount"), number(values, "suggestions")
            eye = 0.03 if values["layout"] == "grid" else 0.0
            VISITORS.labels(arm).inc()
            if rng.random() < 0.2 + eye + 1.5 * discount - 0.02 * abs(suggestions - 4):
                ORDERS.labels(arm).inc()
            RENDER.labels(arm).observe(0.02 + 0.01 * suggestions + rng.expovariate(100))
            BASKET.labels(arm).set(rng.gauss(50, 1))
        time.sleep(TICK)


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(description="A checkout to be piloted.")
    parser.add_argument("--parameters", type=Path, required=True, help="the live parameter file")
    parser.add_argument("--port", type=int, default=9480, help="port of /metrics on loopback")
    parser.add_argument("--rate", type=float, default=400, help="visitors per second")
    options = parser.parse_args()
    config = read_config(Path(__file__).with_name("autopilot.yaml"))  # the same names, bounds and defaults

    def failed(reason: str, text: str) -> None:
        ERRORS.labels(reason).inc()
        print(text, flush=True)

    live = LiveFile(options.parameters, config.specs, salt=config.service, on_error=failed)
    start_http_server(options.port, addr="127.0.0.1")
    serve(live, options.rate, random.Random(1))  # noqa: S311 - visitors, not secrets


if __name__ == "__main__":
    main()
