"""Owns making a message independent of the turns before it: ellipsis, slot answers, "yes", corrections, pronouns.

Refuses to drag an old topic into a message that stands on its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.corrections import (
    CORRECTS,
    DID_NOT_HELP,
    NO_CORRECTION,
    asked_instead,
    corrected,
    denied,
    meant,
    of_the_same,
)
from bot.retrieval.earlier_topic import gone_back
from bot.retrieval.particulars import MATTER, SENTENCE_END, without_particulars
from bot.retrieval.picked import of_region, picked
from bot.retrieval.question import Echo, Known, Question
from bot.retrieval.replaced import Named, named_in
from bot.retrieval.variants import Facet, VariantPolicy
from kb_ingest.lexical import terms

Spelled = Callable[[str], str]
ENGLISH = "en"
MAX_DEPTH = 3
SLOT_WORDS = 7
SHORT_TERMS = 6

YES = re.compile(
    r"^\W*(yes|yeah|yep|yup|ya|sure|ok|okay|please( do)?|go (ahead|on)|of course|absolutely|definitely|exactly|correct|"
    r"right|that'?s (right|it|the one)|i (would|do)|that would be (great|good|nice)|sounds good)\b"
    r"(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
ELLIPSIS = re.compile(
    r"^\W*(and|what about|how about|or|but|also|same (for|with|question)|then|so|what if|and if|and when|with|for|in|"
    r"on|from|to|is (it|that|this|there)|does (it|that|this)|do (they|those|these)|can (it|they|that)|"
    r"will (it|that|they)|"
    r"how (long|much|many|often|far|soon)\s*(is|does|will|would)?\s*(it|that|this|they|take|then)?\s*\W*$|"
    r"why|when|where|who|which( one)?|until when|since when|by when|"
    r"still|again|nothing|nope|didn'?t|doesn'?t|did not|does not|it|they|that|this|those|these)\b",
    re.IGNORECASE,
)
NOTHING_OWN = re.compile(
    r"^\W*((and|so|ok|but) )?"
    r"(how (long|much|many|often|far|soon)( (is|does|do|will|would))?|why|when|where|who|which one)"
    r"( (is|was))?( (it|that|this|they|these|those))?( (take|cost|last|be))?( then)?\W*$",
    re.IGNORECASE,
)
"""A question that says nothing of what it is about: "how long does it take?"."""
QUESTION = re.compile(
    r"^\W*(can|could|do|does|did|is|are|will|would|should|how|what|which|where|when|who|why|may)\b", re.IGNORECASE
)
OWN_THING = re.compile(
    r"^\W*(where|when|why|how)(['’]s| is| are| do| does| did| can| will)\b.*\b(my|our) \w+( \w+)?\W*$", re.IGNORECASE
)
"""A question about something that it names: "Where is my order?"."""
FACTS = re.compile(
    r"(?:[\W\d]|\b(?:i|we|i[’']?m|am|are|live|living|based|in|at|from|of|near|it|it[’']?s|was|is|an?|the|my|our|order|"
    r"ordered|number|no|nr|bought|customer|and|here|please|pls|[a-z]{1,4}\d\w*)\b)*",
    re.IGNORECASE,
)
"""What people say around facts about themselves."""
PRONOUN = re.compile(
    r"\b(it|its|it's|that|this|they|them|those|these|there|one|ones|he|she|the same|then|the other|the first|"
    r"the second|the latter|either|neither|both)\b",
    re.IGNORECASE,
)
OFFER = re.compile(
    r"^(would you like( me)?( to)?|do you want( me)?( to)?|shall i|should i|can i|may i|want me to|"
    r"are you asking (about|how)|do you mean|did you mean|is it about)\s*"
    r"(see|know|show( you)?|explain|tell you|walk you through|send( you)?|share)?\s*",
    re.IGNORECASE,
)


SWITCH = re.compile(
    r"\b((different|another|new|separate|unrelated|other) (question|topic|thing|matter|issue|problem)|"
    r"something (else|different)|by the way|btw|changing the subject)\b",
    re.IGNORECASE,
)
EARLIER_WEIGHT = 1.0
"""Of the last question together with a message that seems to stand alone: in a chat it rarely quite does."""
REPLY_WEIGHT = 0.4
"""Of what the desk said last."""
EARLIER_BETWEEN = (0.5, 0.8)
REPLY_BETWEEN = (0.1, 0.4)
"""Cosines to the message at which they count for nothing and wholly: a new topic is not dragged back to the old."""
SURE_WHEN_POINTING = 0.5
"""Share of their weight that is certain when the message points back ("it", "there")."""
WHOLE_QUESTION = 5
"""Words from which a message that begins like a question says itself what it is about."""
ASKED_WEIGHT = 0.7
"""Of what a long message asks in the end, beside all that it tells."""
LONG_MESSAGE = 25
"""Words from which a message tells more than it asks."""
OPENING = re.compile(
    r"^\W*((hi|hello|good (morning|afternoon|evening))( there| again| all| everyone| team)*[\s,.!:;–-]+|"
    r"(thanks|thank you|thx|cheers|ok(ay)?|right|great|perfect|cool|alright|got it|i see|understood|hey|"
    r"(that )?makes sense)( (so|very) much| a lot| there| again| all| everyone| team| then)*\s*[,.!:;–-]+\s*)*"
    r"((and )?(just )?(one more|another|a different|different|a new|new|a separate|separate)( quick)? "
    r"(question|thing|topic|matter)( then| though| please)?\s*[,.:;–-]+\s*)?",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"(?<![\s,.!;–-])[\s,.!;–-]+((many )?thanks|thank you|thx|cheers)"
    r"( (so|very) much| a lot| again| in advance)*( for .{1,30})?\W*$",
    re.IGNORECASE,
)
"""What polite people say around a question: it is about nothing, and takes from the likeness to what is."""


class Carried(StrEnum):
    """How a message depends on the turns before it."""

    AFFIRMED = "affirmed"
    SLOT = "slot"
    CORRECTED = "corrected"
    ELLIPSIS = "ellipsis"
    NOT_SOLVED = "not_solved"
    RETURNED = "returned"


ANSWERS_THE_DESK = frozenset({Carried.SLOT, Carried.AFFIRMED})
"""Messages that are nothing without the desk's own question."""
LEANS = ANSWERS_THE_DESK | {Carried.RETURNED}
"""Messages that are about an earlier turn, whatever they say of their own."""


def alone(query: str, spelled: Spelled) -> Question:
    """The question of a search field: no turns before it, nothing known."""
    return Question(query, spelled(query))


def as_typed(text: str) -> str:
    """The text itself, for a base that corrects nothing, and for another language than the base's."""
    return text


def understand(
    said: str,
    context: Sequence[Utterance],
    given: Known,
    variants: VariantPolicy,
    language: str = ENGLISH,
    spelled: Spelled = as_typed,
) -> Question:
    """The question behind the message, with what the conversation tells about region, plan and product.

    `spelled` corrects what the customer typed, as the base spells it; the base is English.
    """
    taken = picked(said, context)
    if taken is not None:
        place = variants.known_from([taken.offer.label], given)
        again = understand(taken.asked.text, taken.before, place, variants, language, spelled)
        return again.as_picked(taken.offer, context)
    turns_before = context
    context = [_spelled(utterance, spelled) for utterance in context]
    told = [utterance.text for utterance in context if utterance.speaker is Speaker.CUSTOMER]
    typed, topic = gone_back(_asked_of_its_own(spelled(said)), context)
    text = meant(typed, told, variants)
    known = variants.known_from([*_each_meant(told, variants), text], given)
    bare = matter_of(text)
    first = Question(
        said,
        bare,
        tuple(turns_before),
        language=language,
        known=known,
        echoes=tuple(_asked_in(bare)),
        products=_products(text, known, variants),
    )
    if not topic or SWITCH.search(text):
        return first
    standalone, carried = resolve(typed, topic, variants)
    if carried is None:
        returns = len(topic) < len(context)
        standalone, carried = _gone_on(bare, topic, variants) if returns else (bare, None)
    rest = corrected(text)
    named = named_in(rest, variants)
    says_more = _says_more(rest, named)
    takes_back = bool(named) and not says_more and typed != rest
    lives_there = carried is Carried.SLOT and _tells_only_facts(text, variants)
    heard = _desk_unheard(topic) if takes_back or _of_another(named, topic, variants) else topic
    return replace(
        first,
        standalone=standalone,
        turns=tuple(named.without(utterance.text) for utterance in heard),
        cited=next((each.article_ids for each in reversed(heard) if each.speaker is not Speaker.CUSTOMER), ()),
        carried=carried,
        echoes=(*_echoes(text, standalone, carried, heard, variants), *first.echoes),
        products=_products(standalone, known, variants),
        alone=first,
        asks_anew=carried not in ANSWERS_THE_DESK and says_more,
        takes_back=takes_back,
        picked=of_region(variants.mentioned(text, Facet.REGION), context, variants) if lives_there else "",
    )


def _asked_of_its_own(text: str) -> str:
    """Without "hmm no" and "instead" where what they stand around says itself what it is about: no correction."""
    asked = asked_instead(text)
    whole = len(asked.split()) >= WHOLE_QUESTION and len(set(terms(asked))) >= MATTER
    return asked if whole and QUESTION.match(asked) and not PRONOUN.search(asked) else text


def matter_of(text: str) -> str:
    """The message without greeting, thanks and announcement, nor what it tells of a purchase; as it is where hardly
    anything would be left."""
    bare = CLOSING.sub("", OPENING.sub("", text, count=1))
    return without_particulars(bare if len(set(terms(bare))) >= MATTER else text)


def _without_opening(text: str) -> str:
    rest = OPENING.sub("", text, count=1)
    return rest if terms(rest) else text


def _says_more(text: str, named: Named) -> bool:
    """It has words of its own beside the region, plan, device or code that it names: not "and in the UK?"."""
    return len(set(terms(named.without(text)))) > (1 if named else 0)


def _products(text: str, known: Known, variants: VariantPolicy) -> frozenset[str]:
    return variants.named(text, Facet.PRODUCT) or frozenset(filter(None, [known.product]))


def _each_meant(told: Sequence[str], variants: VariantPolicy) -> list[str]:
    return [meant(text, told[:place], variants) for place, text in enumerate(told)]


def _spelled(utterance: Utterance, spelled: Spelled) -> Utterance:
    return replace(utterance, text=spelled(utterance.text)) if utterance.speaker is Speaker.CUSTOMER else utterance


def resolve(
    text: str, context: Sequence[Utterance], variants: VariantPolicy, depth: int = 0
) -> tuple[str, Carried | None]:
    """The text to search for, and how it depends on the context; None when it stands alone."""
    earlier = _last_question(context, variants, depth)
    if earlier is None:
        return text, None
    told = [utterance.text for utterance in context if utterance.speaker is Speaker.CUSTOMER]
    text, typed = meant(text, told, variants), text
    how = _dependence(typed, context, variants) or (None if text == typed else Carried.CORRECTED)
    if how is Carried.AFFIRMED:
        return _affirmed(text, context, earlier), how
    if how is None:
        return text, None
    rest = corrected(_without_opening(text))
    named = named_in(rest, variants)
    if (how is Carried.CORRECTED or text != typed) and (whole := named.instead(earlier)):
        return whole, how
    if whole := _in_place_of(denied(typed, told), earlier, rest):
        return whole, how
    if how is Carried.CORRECTED and (whole := of_the_same(rest, earlier)):
        return whole, how
    kept = named.put_right(earlier) if how is Carried.CORRECTED else named.without(earlier)
    return f"{kept if terms(kept) else ''} {rest}".strip(), how


def _in_place_of(gone: frozenset[str], earlier: str, rest: str) -> str | None:
    """What was asked with `rest` where the denied words stood; None where none did."""
    words = earlier.split()
    places = [place for place, word in enumerate(words) if gone & set(terms(word))]
    if not places:
        return None
    words[places[0]] = rest
    return " ".join(word for place, word in enumerate(words) if place not in places[1:])


def _gone_on(text: str, context: Sequence[Utterance], variants: VariantPolicy) -> tuple[str, Carried]:
    """The question that the message goes back to, and the message."""
    return f"{_last_question(context, variants, 0) or ''} {text}".strip(), Carried.RETURNED


def _echoes(
    text: str, standalone: str, carried: Carried | None, context: Sequence[Utterance], variants: VariantPolicy
) -> Iterator[Echo]:
    """What was asked before, where the message does not hold it already, and what the desk said last."""
    pointing = SURE_WHEN_POINTING if PRONOUN.search(text) else 0.0
    least = pointing if carried is None else 1.0
    earlier = _last_question(context, variants, 0)
    if earlier and carried is None:
        yield Echo(f"{earlier} {standalone}", EARLIER_WEIGHT, least, *EARLIER_BETWEEN)
    replies = [u.text for u in context if u.speaker in (Speaker.BOT, Speaker.AGENT)]
    if replies:
        yield Echo(replies[-1], REPLY_WEIGHT, least, *REPLY_BETWEEN)


def _asked_in(text: str) -> Iterator[Echo]:
    """The questions within a long message; without a question mark its last sentence."""
    if len(text.split()) < LONG_MESSAGE:
        return
    sentences = SENTENCE_END.split(text.strip())
    if len(sentences) > 1:
        questions = [sentence for sentence in sentences if sentence.endswith("?")]
        yield Echo(" ".join(questions) or sentences[-1], ASKED_WEIGHT)


def _fills_slot(text: str, variants: VariantPolicy) -> bool:
    """Says a few words, or a few more around what it names: "the old one I think, it says FH-1"."""
    words = len(text.split())
    named = words <= 2 * SLOT_WORDS and bool(named_in(text, variants))
    return (words <= SLOT_WORDS or named) and "?" not in text and not QUESTION.match(text)


def _dependence(text: str, context: Sequence[Utterance], variants: VariantPolicy) -> Carried | None:
    asked = _open_question(context)
    count = len(set(terms(text)))
    if asked and YES.match(text) and count <= SHORT_TERMS:
        return Carried.AFFIRMED
    failed = DID_NOT_HELP.search(text) is not None
    corrects = CORRECTS.search(text) is not None and corrected(text) != ""
    if ((NO_CORRECTION.match(text) and not failed) or corrects) and count <= 2 * SHORT_TERMS:
        return Carried.CORRECTED
    if asked and _fills_slot(text, variants):
        return Carried.SLOT
    if failed and count <= 2 * SHORT_TERMS:
        return Carried.NOT_SOLVED
    return Carried.ELLIPSIS if _is_elliptic(text, count) or _tells_only_facts(text, variants) else None


def _tells_only_facts(text: str, variants: VariantPolicy) -> bool:
    """It names a region, plan or device and asks nothing: "I live in Leeds, order 123"."""
    named = named_in(text, variants)
    return bool(named) and FACTS.fullmatch(named.without(text)) is not None


def _is_elliptic(text: str, count: int) -> bool:
    if _is_whole(text, count):
        return False
    if count <= 2 and len(text.split()) <= SLOT_WORDS:
        return True
    return count <= SHORT_TERMS and bool(ELLIPSIS.match(text) or PRONOUN.search(text))


def _is_whole(text: str, count: int) -> bool:
    """A question that names two things of its own, or one that is the customer's, and points at nothing: "Can I pay
    with Bitcoin?"."""
    if OWN_THING.match(text):
        return not PRONOUN.search(text)
    points = PRONOUN.search(text) or ELLIPSIS.match(text)
    return count == 2 and len(text.split()) >= WHOLE_QUESTION and bool(QUESTION.match(text)) and not points


def _open_question(context: Sequence[Utterance]) -> str | None:
    """The last thing said, when the desk said it and it ends with a question."""
    if not context or context[-1].speaker not in (Speaker.BOT, Speaker.AGENT):
        return None
    last = context[-1].text.strip()
    return SENTENCE_END.split(last)[-1] if last.endswith("?") else None


def _last_question(context: Sequence[Utterance], variants: VariantPolicy, depth: int) -> str | None:
    """What the customer asked last, itself made standalone."""
    for position in range(len(context) - 1, -1, -1):
        utterance = context[position]
        if utterance.speaker is Speaker.CUSTOMER and terms(utterance.text):
            asked = _asked_of_its_own(utterance.text)
            return asked if depth >= MAX_DEPTH else resolve(asked, context[:position], variants, depth + 1)[0]
    return None


def _affirmed(text: str, context: Sequence[Utterance], earlier: str) -> str:
    offer = OFFER.sub("", _open_question(context) or "").rstrip("?! ")
    match = YES.match(text)
    rest = match["rest"].strip(" ,.!") if match else ""
    return " ".join(part for part in (earlier, offer, rest) if part)


def _of_another(named: Named, context: Sequence[Utterance], variants: VariantPolicy) -> bool:
    """The message asks the same of another region, plan, device or code."""
    return named.replaces(named_in(_last_question(context, variants, 0) or "", variants))


def _desk_unheard(context: Sequence[Utterance]) -> Sequence[Utterance]:
    """What the desk said is about the one before, in the words of its article."""
    return [utterance for utterance in context if utterance.speaker is Speaker.CUSTOMER]
