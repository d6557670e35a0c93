"""One canary as an HTML page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from controller.casebook.report import report
from controller.casebook.words import Terms
from controller.journal import event as ev
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, Past, kpi

VOID = {"meta", "br"}
EVIL = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"' $title &amp;"


class Page(HTMLParser):
    """Reads a page, whose tags must match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def written(past: Past, terms: Terms = TERMS) -> str:
    return report(past.record(), terms, ("2026-11-20 03:00:12", "2026-11-20 03:20:12"))


def test_the_page_has_everything_and_needs_nothing(past: Past) -> None:
    text = written(past.propose().harmed())
    page = Page(text)
    tags = [tag for tag, _ in page.tags]
    assert (tags.count("svg"), tags.count("details"), tags.count("script"), tags.count("link")) == (2, 7, 0, 0)
    assert not [values for _, values in page.tags if {"src", "href", "onclick"} & set(values)]
    assert not re.findall(r"(?:https?:)?//[a-z]", text)
    assert "prefers-color-scheme: dark" in text
    assert f"Canary cycle-1: rolled back (harm on {RAIL})" in text
    assert "2026-11-20 03:00:12 UTC" in text
    assert "5f5f5f" in text
    assert "sum by (variant)" in text
    assert "$" not in re.sub(r"<style>.*</style>", "", text, flags=re.DOTALL)


def test_clip_paths_have_names_of_their_own(past: Past) -> None:
    page = Page(written(past.propose().harmed()))
    names = [values["id"] for tag, values in page.tags if tag == "clippath"]
    assert len(names) == len(set(names)) == 2


def test_hostile_text_stays_text(past: Past) -> None:
    past.propose()
    past.validate()
    past.now += 1
    past.origin = past.now
    past.add(
        ev.CanaryStarted(
            cycle=1, canary="cycle-1", version=EVIL, planned=9, expires_at=past.now + 999, detectable={EVIL: 1.0}
        )
    )
    past.at(2).add(ev.PauseRequested(reason=EVIL), EVIL)
    past.add(ev.CanaryPaused(cycle=1, reasons=(EVIL,)))
    past.resume(3)
    evil = kpi(PRIMARY, 0.1, 0.2, 4, kpi=EVIL, reason=EVIL, query=EVIL, digest=EVIL, role=EVIL, verdict=EVIL)
    past.look(5, evil, verdict=EVIL, reasons=(EVIL,))
    past.look(6, evil, verdict=EVIL, reasons=(EVIL,))
    text = written(past.end("rollback", EVIL))
    page = Page(text)
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert not [values for _, values in page.tags if any(name.startswith("on") for name in values)]
    assert text.count("<title>") + text.count("</style>") < text.count("&lt;/title&gt;") + 100
    assert text.count("</style>") == 1


def test_a_promoted_a_running_and_a_refused_canary_have_pages(past: Past) -> None:
    assert 'class="good"' in written(past.propose().promoted())
    past.propose()
    running = written(past.start().look(5, kpi(PRIMARY, 0.01, 0.05, 20)))
    assert 'class="open"' in running
    refused = written(past.close("aborted", "x").propose().validate("too warm").close("refused", "golden"))
    assert ('class="bad"' in refused, "There was no look." in refused, "Nothing was seen of it." in refused) == (
        True,
    ) * 3
    for text in (running, refused):
        Page(text)


def test_a_page_of_a_canary_that_runs_says_that_it_is_not_over(past: Past) -> None:
    text = written(past.propose().start())
    assert "<th>last heard of</th>" in text
    assert "<th>over</th>" not in text
    assert "Nothing was seen of it yet." in text
    assert "There was no look yet." in text
