"""A setting that cannot be played is refused in words."""

from __future__ import annotations

import math
from typing import Any

import pytest

from controller.errors import ConfigError
from controller.trials.simulation.setting import Setting


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"days": 0}, "0 days"),
        ({"canaries_per_day": 0.0}, "canaries_per_day is 0"),
        ({"canary_hours": math.nan}, "canary_hours is nan"),
        ({"max_step": math.inf}, "max_step is inf"),
        ({"canaries_per_day": 10.0, "canary_hours": 3.0}, "do not fit into a day"),
        ({"share": 1.0}, "share is 1"),
        ({"share": math.nan}, "share is nan"),
        ({"level": "point"}, "unknown level 'point'"),
    ],
)
def test_it_is_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Setting(**wrong)
