"""The marks that Grafana makes of an event's query, as its data source does (`processAnnotationResponse`)."""

from __future__ import annotations

import math

import requests

from grafana.board import Event


def marks(address: str, event: Event, begin: float, end: float, step: float) -> list[float]:
    """Return the beginnings of an event's marks on a board from `begin` to `end`, all in unix seconds, in order.

    A series' samples that are no further apart than a step are one mark. What lies outside the board is not drawn.
    """
    asked = {"query": event.expr, "start": begin, "end": end, "step": step}
    reply = requests.post(f"{address}/api/v1/query_range", data=asked, timeout=60)
    assert reply.status_code == 200, reply.text
    found = []
    for series in reply.json()["data"]["result"]:
        last = float("-inf")
        for at, value in series["values"]:
            number = float(value)
            assert not math.isnan(number), f"{event.name}: NaN would stand at no time"
            if number <= 0:
                continue
            moment = number / 1000 if event.dated else float(at)
            if moment > last + step:
                found.append(moment)
            last = moment
    return sorted(moment for moment in found if begin <= moment <= end)
