"""The reference service's parameters."""

from __future__ import annotations

import json

from exporter.parameters import parse, uniform
from exporter.reference import REFERENCE_PARAMETERS, SALT, TEMPERATURE


def test_the_defaults_make_a_document_that_a_reader_accepts() -> None:
    live = uniform(REFERENCE_PARAMETERS.defaults(), SALT)
    assert parse(json.dumps(live.document()), REFERENCE_PARAMETERS) == live


def test_every_parameter_says_what_it_does() -> None:
    assert all(spec.help.endswith(".") for spec in REFERENCE_PARAMETERS.specs)


def test_temperature_has_the_hard_bounds_that_were_decided() -> None:
    spec = REFERENCE_PARAMETERS.get(TEMPERATURE)
    assert (spec.low, spec.high) == (0.1, 2.0)
