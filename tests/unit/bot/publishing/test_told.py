"""A contradiction that the gate told of and that was published all the same stands in the health report until it is
mended."""

from __future__ import annotations

from datetime import date

from bot.knowledge.health import KnowledgeHealth
from bot.publishing import effect, orders, told
from bot.publishing.publications import Order
from bot.storage import clock
from kb_ingest.checks.finding import FindingKind
from kb_ingest.health import examine
from tests.unit.bot.publishing.scene import NOTHING, Scene

SAID, ELSEWHERE = "A lamp at the cable shines 50 h.", "The cable is 2 m long."
SEEN = NOTHING | {
    "contradictions": [
        {"article": "lamp", "other": "cable", "said": SAID, "elsewhere": ELSEWHERE, "differs": "50 h against 2 m"}
    ]
}


def publish(scene: Scene, text: str, says: object = NOTHING) -> None:
    held = scene.edit("lamp", text)
    scene.let_through(held, says=says)  # type: ignore[arg-type]
    orders.publish(scene.bench, scene.lead, held.id, Order(held.version))
    effect.bring_due(scene.bench, scene.running, clock.now())


def found(scene: Scene) -> list[str]:
    made = KnowledgeHealth(scene.bench.live, scene.database, told.contradictions).wait()
    return [each.why for each in made.health.findings if each.kind is FindingKind.CONTRADICTION]


def test_what_the_gate_told_is_in_the_report_until_one_of_the_two_is_mended(scene: Scene) -> None:
    held = scene.edit("lamp", f"{SAID}\n")
    scene.let_through(held, says=SEEN)
    assert found(scene) == []
    publish(scene, f"{SAID}\n", SEEN)
    (why,) = found(scene)
    assert why == f"50 h against 2 m: “{SAID}” here, “{ELSEWHERE}” in cable"
    publish(scene, "A lamp shines.\n")
    assert found(scene) == []


def test_a_pair_is_told_once_whoever_found_it(scene: Scene) -> None:
    publish(scene, f"{SAID}\n", SEEN)
    articles = scene.bench.live.current().articles
    with scene.database.snapshot() as tx:
        one = told.contradictions(tx, articles)
    report = examine(articles.values(), date.today(), {}, told=[*one, *one])
    assert next(count.found for count in report.counts if count.kind is FindingKind.CONTRADICTION) == 1
