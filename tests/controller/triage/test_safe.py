"""Words of others in Markdown: shown as they are, and without any effect."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.triage.safe import NO_WIDTH, code, rich, safe, title

HOSTILE = (
    "a|b\n# head <script>x</script> [x](http://e.x) ![i](j) `c` **b** _i_ ~s~ @ann #12 GH-7 www.e.x &lt; $m$ \u202eevil"
)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("play_completion", "play_completion"),
        ("a|b", "a\\|b"),
        ("<b>x</b>", "\\<b\\>x\\</b\\>"),
        ("[x](http://e)", f"\\[x\\](http{NO_WIDTH}://e)"),
        ("www.e.x", f"www{NO_WIDTH}.e.x"),
        ("ask @ann about #12", f"ask @{NO_WIDTH}ann about #{NO_WIDTH}12"),
        ("_x_ **y** `z` ~q~ $m$", "\\_x\\_ \\*\\*y\\*\\* \\`z\\` \\~q\\~ \\$m\\$"),
        ("# head", f"{NO_WIDTH}# head"),
        ("- item", f"{NO_WIDTH}- item"),
        ("1. item", f"{NO_WIDTH}1. item"),
        ("0.98 of it", "0.98 of it"),
        ("&lt; &#60;", "\\&lt; \\&#\u200b60;"),
        ("two\r\n lines\x00\u2028", "two lines"),
        ("\u202eright to left", "right to left"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_each_danger_is_taken_out(words: str, shown: str) -> None:
    assert safe(words) == shown


@given(st.text(max_size=60) | st.just(HOSTILE))
def test_one_line_without_anything_that_acts(words: str) -> None:
    shown = safe(words)
    assert len(shown.splitlines()) <= 1
    assert re.search(r"(?<!\\)(?:\\\\)*[`*\[\]<>|~$]", shown) is None
    assert re.search(r"@\w|#\w|https?://|www\.", shown, re.ASCII | re.IGNORECASE) is None
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\x1b\x00")
    assert shown.encode().decode() == shown
    assert title(words, 30).count("\n") == 0
    assert len(title(words, 30).replace(NO_WIDTH, "")) <= 30


@given(st.text(max_size=80))
def test_commands_stay_inside_their_ticks(words: str) -> None:
    shown = code(words)
    assert shown == "" or (shown[0] == shown[-1] == "`" and shown.count("`") == 2 and "\n" not in shown)
    told = rich(f"do `{words}` now")
    assert "\n" not in told
    if "`" not in words:
        assert told == " ".join(f"do {shown} now".split()) or told == f"do {shown} now"


def test_long_words_are_cut() -> None:
    assert safe("x" * 1000, 20) == "x" * 17 + "..."
