"""The reference service's parameters: the one place where their names, hard bounds and defaults are typed."""

from __future__ import annotations

from typing import Final

from exporter.parameters import ParameterSpec, ParameterSpecs

TEMPERATURE: Final = "temperature"
TOP_K: Final = "top_k"
FRESHNESS_BIAS: Final = "freshness_bias"
POPULARITY_BIAS: Final = "popularity_bias"
SALT: Final = "vvtv"

REFERENCE_PARAMETERS = ParameterSpecs(
    (
        ParameterSpec(
            TEMPERATURE, "float", 0.1, 2.0, 0.6, "Selection temperature: higher is more random, lower repeats the best."
        ),
        ParameterSpec(TOP_K, "int", 1, 40, 12, "How many videos one selection offers."),
        ParameterSpec(FRESHNESS_BIAS, "float", -0.5, 0.5, 0.0, "Added to the score of a new video, scaled by its age."),
        ParameterSpec(POPULARITY_BIAS, "float", -0.5, 0.5, 0.0, "Added to the score of a popular video."),
    )
)
