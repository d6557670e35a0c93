"""What was done about a report, as a section of its page: bounds that were asked for, issues that were written."""

from __future__ import annotations

from collections.abc import Iterator

from controller.triage.done import Done
from controller.triage.safe import safe


def told(done: Done) -> Iterator[str]:
    """Yield the section's lines, none when nothing was done."""
    if not done.line and not done.told:
        return
    yield "## What was done"
    yield ""
    for request in done.asked:
        ends = f"{request.low:.6g} and {request.high:.6g}"
        yield f"- Asked for {safe(request.parameter)} between {ends}: {safe(request.reason)}"
    for one in done.told:
        issue = "" if one.number is None else f" [#{one.number}]({_link(one.url)})" if one.url else f" #{one.number}"
        by = f" by {safe(one.closed_by)}" if one.closed_by else ""
        status = f" ({one.status}{by})" if one.status else ""
        yield f"- Issue{issue}{status} for pattern `{one.fingerprint}`: {one.action}; {safe(one.text)}"
    if done.trouble:
        yield f"- The issue tracker was not told: {safe(done.trouble)}"


def _link(url: str) -> str:
    """Return an address that ends where it ends: not at a bracket of its own."""
    good = url.startswith(("https://", "http://")) and not any(char in url for char in "()<> \\\n\r\t")
    return url if good else ""
