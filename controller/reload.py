"""Another configuration while the controller runs: what may change, and what it means for a canary under way. Pure."""

from __future__ import annotations

from controller.autopilot import News
from controller.config import digest as config_digest
from controller.config.config import Config

FIXED = {
    "service": "it decides which arm a unit is in",
    "prometheus.scrape_interval": "the points of every canary and of its history lie on it",
}
"""Settings that hold for as long as a controller runs, with the reason."""


def refusal(old: Config, new: Config) -> str | None:
    """Return why a running controller cannot go over to another configuration, None when it can."""
    changed = config_digest.by_setting(old, new)
    for setting, why in FIXED.items():
        if setting in changed:
            return f"{changed[setting]}: this cannot change while the controller runs ({why}); restart the controller"
    return None


def news(old: Config, new: Config) -> News:
    """Return what another configuration changes."""
    changed = config_digest.by_setting(old, new)
    judging = [line for setting, line in changed.items() if config_digest.judges(setting)]
    ends = f"the configuration by which this canary is judged changed: {'; '.join(judging)}" if judging else ""
    return News(tuple(changed.values()), ends)
