"""A report as JUnit XML, the form that CI servers read."""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from controller.golden.report import Report

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> bytes:
    """Return the XML: one suite per file of cases, one testcase per case."""
    root = ET.Element("testsuites", _counts(report, "golden"), time=f"{report.seconds:.6f}")
    for file, results in groupby(report.results, key=lambda result: result.file):
        group = Report(tuple(results), report.subject, 0.0)
        seconds = sum(result.seconds for result in group.results)
        suite = ET.SubElement(root, "testsuite", _counts(group, file), time=f"{seconds:.6f}")
        for result in group.results:
            case = ET.SubElement(suite, "testcase", classname=_clean(file), name=_clean(result.name))
            case.set("time", f"{result.seconds:.6f}")
            tag = {"failed": "failure", "error": "error", "skipped": "skipped"}.get(result.outcome)
            if tag is not None:
                said = _clean("\n".join(result.faults) or str(report.unavailable))
                ET.SubElement(case, tag, message=said.splitlines()[0]).text = said
    if report.unavailable is not None:
        ET.SubElement(root, "system-err").text = _clean(report.unavailable)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _counts(report: Report, name: str) -> dict[str, str]:
    return {
        "name": _clean(name),
        "tests": str(len(report.results)),
        "failures": str(report.count("failed")),
        "errors": str(report.count("error")),
        "skipped": str(report.count("skipped")),
    }


def _clean(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)
