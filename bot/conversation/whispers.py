"""Owns what live clients are told and nobody stores. Refuses to send it: see the hub."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.utterance import Speaker


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is at work on a message: the bot, or a person by display name. Nobody says when they stop:
    it is over a few seconds after it was last said, and when the message comes."""

    by: Speaker = Speaker.BOT
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """A proven piece of the answer that is being written."""

    text: str
