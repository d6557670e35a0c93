"""processes.json."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from controller.errors import IntegrityError
from controller.stack.processes import Process
from controller.stack.state import StackState, read_state, write_state
from exporter.endpoints import Endpoints

if TYPE_CHECKING:
    from controller.stack.layout import Layout

STATE = StackState(Endpoints(llm=7), (Process("llm", 42, "boot:1", 7, "/healthz", Path("/logs/llm.log"), 99),))


def test_what_is_written_is_read(layout: Layout) -> None:
    layout.root.mkdir()
    assert read_state(layout) is None
    write_state(layout, STATE)
    assert read_state(layout) == STATE
    assert [entry.name for entry in layout.root.iterdir()] == ["processes.json"]
    write_state(layout, None)
    assert read_state(layout) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"endpoints": {"llm": "x"}}', '{"endpoints": {}, "processes": [1]}'])
def test_a_damaged_file_is_named_with_what_to_do(layout: Layout, text: str) -> None:
    layout.root.mkdir()
    layout.processes.write_text(text)
    with pytest.raises(IntegrityError, match=r"processes\.json is damaged(.|\n)*then delete the file"):
        read_state(layout)
