"""Owns the chat: what Chainlit calls when somebody signs in or asks. Refuses to answer a disabled account.

Importing Chainlit writes to disk, takes seconds and pulls in more than a hundred packages, so it happens inside
`open_chat` and only in the copilot's own process, after `home.py` told it where to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anyio import to_thread
from starlette.types import ASGIApp

from bot.conversation.utterance import Speaker, Utterance
from bot.copilot import wording
from bot.copilot.door import Door
from bot.copilot.guard import ADDRESS
from bot.copilot.knowledge import Knowledge, Looked, look, starters_of
from bot.desk.accounts import Account
from bot.errors import DeskError

SAID = "said"
ACCOUNT = "account"
QUESTION_STEP = "standalone question"
PASSAGES_STEP = "passages"
SPANS_STEP = "chosen spans"
LONGEST = 4000


def open_chat(door: Door, knowledge: Knowledge) -> ASGIApp:
    """Chainlit's app with the copilot's callbacks in it."""
    import chainlit  # noqa: PLC0415
    from chainlit.server import app  # noqa: PLC0415

    _sign_in(chainlit, door)
    _starters(chainlit, knowledge)
    _answers(chainlit, door, knowledge)
    return app


def _sign_in(chainlit: Any, door: Door) -> None:
    def user(account: Account | None) -> Any:
        if account is None:
            return None
        return chainlit.User(account.email, display_name=account.name, metadata={ACCOUNT: account.id})

    async def by_password(email: str, password: str) -> Any:
        return user(await to_thread.run_sync(door.by_password, email, password, ADDRESS.get()))

    async def by_session(headers: Mapping[str, str]) -> Any:
        return user(await to_thread.run_sync(door.by_session, headers.get("cookie", "")))

    chainlit.password_auth_callback(by_password)
    chainlit.header_auth_callback(by_session)


def _starters(chainlit: Any, knowledge: Knowledge) -> None:
    async def starters(_user: object) -> list[Any]:
        offered = await to_thread.run_sync(starters_of, knowledge)
        return [chainlit.Starter(label=text, message=text) for text in offered]

    chainlit.set_starters(starters)


def _answers(chainlit: Any, door: Door, knowledge: Knowledge) -> None:
    async def asked(message: Any) -> None:
        session = chainlit.user_session
        said: list[Utterance] = session.get(SAID) or []
        said.append(Utterance(Speaker.CUSTOMER, message.content[:LONGEST], len(said)))
        try:
            account = await to_thread.run_sync(door.still, session.get("user").metadata[ACCOUNT])
            looked = await to_thread.run_sync(look, knowledge, tuple(said), account.viewer)
        except DeskError as error:
            await chainlit.Message(wording.plain(error.detail)).send()
            return
        await _show_steps(chainlit, looked)
        told = wording.answer(looked)
        said.append(Utterance(Speaker.BOT, told, len(said), tuple(p.article_id for p in looked.proposals[:1])))
        session.set(SAID, said)
        await chainlit.Message(told).send()

    chainlit.on_message(asked)


async def _show_steps(chainlit: Any, looked: Looked) -> None:
    if looked.small_talk is not None:
        return
    shown = {
        QUESTION_STEP: wording.question_step(looked),
        PASSAGES_STEP: wording.passages_step(looked),
        SPANS_STEP: wording.spans_step(looked),
    }
    for name, text in shown.items():
        async with chainlit.Step(name=name, type="retrieval", show_input=False) as step:
            step.output = text
