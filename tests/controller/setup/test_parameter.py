"""Parameters as the command line says them."""

from __future__ import annotations

import pytest

from controller.errors import ConfigError
from controller.setup.parameter import Parameter, read_parameter


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("price=0.5:1.5:1.0", Parameter("price", "float", 1.0, 0.5, 1.5, 0.05)),
        ("retries=0:5:1", Parameter("retries", "int", 1, 0, 5, 1)),
        ("retries=0:100:1:7", Parameter("retries", "int", 1, 0, 100, 7)),
        ("layout=list|grid:grid", Parameter("layout", "choice", "grid", choices=("list", "grid"))),
    ],
)
def test_parameters_are_read(text: str, wanted: Parameter) -> None:
    assert read_parameter(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "price",
        "price=",
        "=0:1:0",
        "Price=0:1:0",
        "p=1:0:1",
        "p=0:1:2",
        "p=0:nan:1",
        "p=a|b:c",
        "p=0:1",
        "p=0:1:0:1:1",
        "p=0:inf:0",
    ],
)
def test_a_parameter_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="--parameter"):
        read_parameter(text)
