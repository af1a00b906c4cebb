"""Owns one weak signal: how a customer sounds. Refuses other languages than English, which it cannot read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.routing import Mood

ENGLISH = "en"
LATEST = 3
LONGEST = 1000
CLEAR = 0.5


def sentiment(transcript: Sequence[Utterance], language: str) -> float:
    """VADER's compound over the latest customer messages, in [-1, 1]; 0 when nothing can be told."""
    if language != ENGLISH:
        return 0.0
    said = [entry.text[:LONGEST] for entry in transcript if entry.speaker is Speaker.CUSTOMER][-LATEST:]
    scores = [float(_analyzer().polarity_scores(text)["compound"]) for text in said]
    return round(sum(scores) / len(scores), 4) if scores else 0.0


def mood(score: float) -> Mood:
    """Only a clear score counts as negative or positive."""
    if abs(score) < CLEAR:
        return Mood.NEUTRAL
    return Mood.POSITIVE if score > 0 else Mood.NEGATIVE


def warm() -> None:
    """Load the lexicon now rather than in the first handoff."""
    _analyzer()


@cache
def _analyzer() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()
