"""Times, JSON columns, storable text, once-only rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.storage import clock
from bot.storage.clean_text import sendable, storable
from bot.storage.engine import Database
from bot.storage.once import insert_once
from bot.storage.record import decode, encode
from bot.storage.tables import customers


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Whole:
    parts: tuple[Part, ...]
    size: float | None


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_written_times_sort_as_the_moments_they_name(moment: datetime) -> None:
    later = moment + timedelta(milliseconds=1)
    assert clock.write(moment) < clock.write(later)
    assert abs(clock.read(clock.write(moment)) - moment) < timedelta(milliseconds=1)


def test_times_are_written_in_utc_whatever_the_zone() -> None:
    moment = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    assert clock.write(moment) == "2026-11-22T08:00:00.000Z"
    assert clock.after("2026-11-22T08:00:00.000Z", 90.5) == "2026-11-22T08:01:30.500Z"


def test_a_value_comes_back_from_its_column_as_it_was() -> None:
    whole = Whole((Part("Türklingel", Colour.RED), Part("b", Colour.RED)), None)
    assert decode(Whole, encode(whole)) == whole


def test_a_column_of_another_shape_is_refused() -> None:
    with pytest.raises(ValidationError):
        decode(Whole, '{"parts": [{"name": "x", "colour": "blue"}], "size": 1}')


@given(st.text(st.characters()))
def test_any_text_becomes_storable_and_ordinary_text_stays(text: str) -> None:
    kept = storable(text)
    assert "\x00" not in kept
    kept.encode()
    assert storable(kept) == kept


def test_lone_surrogates_and_nul_do_not_reach_the_database() -> None:
    assert storable("a\x00b\ud800c") == "ab?c"


def test_a_row_is_inserted_once_and_keeps_its_first_values(database: Database) -> None:
    with database.transaction() as tx:
        first = {"id": "1", "external_id": "e", "name": "first", "email": "", "created_at": ""}
        assert insert_once(tx, customers, first, "external_id")
        assert not insert_once(tx, customers, first | {"id": "2", "name": "second"}, "external_id")
        assert [row.name for row in tx.execute(customers.select())] == ["first"]


def test_a_nul_in_what_is_asked_for_is_sent_as_a_sign_that_nothing_has() -> None:
    assert sendable({"id": "a\x00b", "size": 3, "file": b"\x00"}) == {"id": "a\ufffdb", "size": 3, "file": b"\x00"}
    assert sendable([{"id": "\x00"}, {"id": "x"}]) == [{"id": "\ufffd"}, {"id": "x"}]
    assert sendable(("\x00", None)) == ("\ufffd", None)
