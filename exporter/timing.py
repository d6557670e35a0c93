"""How often the stack scrapes and evaluates, and how patient its alerts are.

`PRODUCTION` is what `make gen` writes. The demo and the tests run the same compiled rules with shorter times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Times in seconds.

    `alert_scale` multiplies every `for`, `keep_firing_for` and look-back window of the alert rules (1 = as written);
    scaled times are rounded up and never fall below four scrapes for a window, one evaluation for a `for`.
    """

    scrape_interval: int = 15
    evaluation_interval: int = 15
    alert_scale: float = 1.0

    def patience(self, seconds: float) -> int:
        """Scale an alert's `for` or `keep_firing_for`; 0 stays 0, otherwise at least one evaluation."""
        return 0 if seconds <= 0 else max(self.evaluation_interval, math.ceil(seconds * self.alert_scale))

    def window(self, seconds: float) -> int:
        """Scale a look-back window; at least four scrapes, so that `rate` has samples to work with."""
        return max(4 * self.scrape_interval, math.ceil(seconds * self.alert_scale))


PRODUCTION = Timing()
