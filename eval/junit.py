"""Owns the JUnit file for CI: one test per compared score and one per case.

Refuses to fail what was wrong before, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as xml

from eval.comparison import Change, Comparison, Flip, Mark, blamed
from eval.result import CaseResult, RunResult


def write(path: Path, run: RunResult, comparison: Comparison | None) -> None:
    """Write the file; without a baseline only what broke is a failure."""
    root = xml.Element("testsuites", name="eval")
    worse = {flip.now.id: flip for flip in blamed(comparison)} if comparison else {}
    _suite(root, "scores", [_score(change) for change in comparison.changes] if comparison else [])
    for kind in dict.fromkeys(case.kind for case in run.cases):
        _suite(root, kind.value, [_case(case, worse) for case in run.cases if case.kind is kind])
    path.parent.mkdir(parents=True, exist_ok=True)
    xml.indent(root)
    xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _suite(root: xml.Element, name: str, tests: list[xml.Element]) -> None:
    suite = xml.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(tests)),
        failures=str(sum(test.find("failure") is not None for test in tests)),
        errors=str(sum(test.find("error") is not None for test in tests)),
    )
    suite.extend(tests)


def _score(change: Change) -> xml.Element:
    score = change.now
    test = xml.Element("testcase", classname=f"{score.dimension}.{score.group}", name=score.measure.value)
    told = f"{change.before.value:.3f} -> {score.value:.3f} over {score.count} cases"
    if change.mark is Mark.FAIL:
        xml.SubElement(test, "failure", message=told)
    else:
        xml.SubElement(test, "system-out").text = f"{change.mark}: {told}"
    return test


def _case(case: CaseResult, worse: Mapping[str, Flip]) -> xml.Element:
    test = xml.Element("testcase", classname=case.kind.value, name=case.id, time=f"{case.milliseconds / 1000:.4f}")
    if case.faults:
        xml.SubElement(test, "error", message="; ".join(case.faults))
    elif case.id in worse:
        flip = worse[case.id]
        edited = f"; edited articles: {', '.join(flip.edited)}" if flip.edited else "; no article was edited"
        xml.SubElement(test, "failure", message=f"worse in {', '.join(flip.worse)}{edited}")
    return test
