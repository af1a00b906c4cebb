"""An author pins an article to a question: asked so it is the answer, and only of who may see it; nothing less is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.assemble import build_responder
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.confidence import PINNED
from bot.decision.outcome import Answer, Clarify, HandOff, Reason
from bot.respond import Outcome, Responder, look_up, respond
from bot.retrieval.question import Known
from bot.settings import Settings
from kb_ingest import build as building
from tests.served import encoder
from tests.unit.bot.decision.conftest import KEPT

OFFLINE = "Why can't I see my camera?"
HEADS = {
    "incident": f"""title: Live view is interrupted
pinned_for:
  - is your cloud down
  - status
  - "{OFFLINE}"
""",
    "camera-offline": f"title: A camera shows no picture\nquestions: [\"{OFFLINE}\", is the picture gone]\n",
    "reset-hub-1": "title: Start the first hub anew\nproduct: [hub-1]\npinned_for: [How do I reset my Hub?]\n",
    "reset-hub-2": "title: Reset Hub 2\nproduct: [hub-2]\n",
    "limits": "title: Limits\nvisibility: internal\npinned_for: [How much may be refunded without asking a lead?]\n",
    "back-us": "title: Send it back\nregion: [us]\npinned_for: [How long can I send it back?]\n",
    "back-uk": "title: Send it back\nregion: [uk]\npinned_for: [How long can I send it back?]\n",
    "code": "title: Codes of the lock\npinned_for: [what does L-403 mean, Does the siren ring without power?]\n",
}
TEXTS = {
    "incident": "Since 9:00 some customers get no live view. Recordings go on.",
    "camera-offline": "Why can't I see my camera? See that the camera has power, then restart the router.",
    "reset-hub-1": "Hold the button for 6 seconds.",
    "reset-hub-2": "Hold both buttons of Hub 2 for 10 seconds. That resets the hub.",
    "limits": "Up to 50 dollars.",
    "back-us": "30 days.",
    "back-uk": "45 days.",
    "code": "L-403: the batteries are low. L-409: too many wrong codes. The siren rings without power for a day.",
}


@pytest.fixture(scope="module")
def responder(tmp_path_factory: pytest.TempPathFactory) -> Responder:
    source: Path = tmp_path_factory.mktemp("kb")
    for name, head in HEADS.items():
        text = f"---\nid: {name}\nupdated_at: 2026-11-01\n{head}---\n\n{TEXTS[name]}\n"
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    building.build([source], source / "index", encoder())
    return build_responder(Settings(index_dir=source / "index", data_dir=KEPT), load=encoder)


def asked(
    responder: Responder, text: str, *before: str, viewer: Viewer = PUBLIC_VISITOR, region: str | None = None
) -> Outcome:
    context = tuple(Utterance(Speaker.CUSTOMER, said, place) for place, said in enumerate(before))
    return respond(responder, text, context, viewer, Known(region=region))


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("Is your cloud down?", "incident"),
        ("is the cloud down", "incident"),
        ("status", "incident"),
        ("why can't i see my camera", "incident"),
        ("How do I reset my hub", "reset-hub-1"),
        ("what does L403 mean?", "code"),
    ],
)
def test_what_an_article_is_pinned_to_is_answered_by_it(responder: Responder, text: str, article: str) -> None:
    outcome = asked(responder, text)
    assert outcome.decision == Answer()
    assert outcome.draft is not None
    assert {cited.article_id for cited in outcome.draft.citations} == {article}
    assert outcome.confidence == PINNED
    assert outcome.result.pinned == article


@pytest.mark.parametrize(
    "text",
    [
        "is the picture gone",
        "How do I reset my Hub 2?",
        "what does L-409 mean",
        "Does the siren ring with power?",
        "How much may be refunded without asking a lead?",
        "Why can I see my camera?",
    ],
)
def test_what_is_only_like_it_is_not(responder: Responder, text: str) -> None:
    assert asked(responder, text).result.pinned == ""


def test_who_may_see_the_article_is_answered_by_it(responder: Responder) -> None:
    text = "How much may be refunded without asking a lead?"
    assert look_up(responder, text, PUBLIC_VISITOR).pinned == ""
    assert look_up(responder, text, Viewer(Role.AGENT)).pinned == "limits"


def test_the_version_for_the_customer_is_the_pinned_one_and_else_it_is_asked_for(responder: Responder) -> None:
    text = "How long can I send it back?"
    assert {place: asked(responder, text, region=place).result.pinned for place in ("us", "uk")} == {
        "us": "back-us", "uk": "back-uk",
    }  # fmt: skip
    back = asked(responder, text).decision
    assert isinstance(back, Clarify)
    assert {option.article_id for option in back.options} == {"back-us", "back-uk"}


def test_it_needs_no_turns_before_it_and_a_danger_comes_first(responder: Responder) -> None:
    before = "Can I send back a hub that I bought in October?"
    assert asked(responder, OFFLINE, before).result.pinned == "incident"
    danger = asked(responder, f"{OFFLINE} I will kill myself tonight").decision
    assert isinstance(danger, HandOff)
    assert danger.reason is Reason.SENSITIVE
