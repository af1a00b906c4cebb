"""Owns: imports go one way, without circles, from the place where one looks for them. Refuses hidden ones."""

from __future__ import annotations

from tests.architecture.conftest import Plant
from tests.architecture.import_rules import (
    against_the_order,
    cycles,
    idle_permissions,
    inside_functions,
    strangers,
    vacant,
)
from tests.architecture.order import BOT_IN_ORDER, NAMED_IMPORTERS, PACKAGES_IN_ORDER
from tests.architecture.source import Module

Product = tuple[Module, ...]


def test_packages_import_in_one_direction(product: Product) -> None:
    assert against_the_order(product, PACKAGES_IN_ORDER, 1) == []


def test_a_package_that_imports_backwards_is_seen(plant: Plant) -> None:
    planted = plant({"kb_ingest/chunk.py": "from bot.turn import take_turn", "bot/turn.py": ""})
    assert against_the_order(planted, PACKAGES_IN_ORDER, 1) == ["kb_ingest/chunk.py:1: kb_ingest imports bot"]


def test_rooms_of_the_bot_import_in_one_direction(product: Product) -> None:
    assert against_the_order(product, BOT_IN_ORDER, 2) == []


def test_a_room_that_imports_backwards_is_seen_in_every_form_of_import(plant: Plant) -> None:
    forms = ["import bot.api.tickets", "from bot.api import tickets", "from bot import api", "from .. import api"]
    for form in forms:
        planted = plant({"bot/desk/queue.py": form, "bot/api/tickets.py": "", "bot/__init__.py": ""})
        assert against_the_order(planted, BOT_IN_ORDER, 2) == ["bot/desk/queue.py:1: bot.desk imports bot.api"]


def test_a_room_without_a_place_in_the_order_is_seen(plant: Plant) -> None:
    planted = plant({"bot/attic/box.py": ""})
    assert against_the_order(planted, BOT_IN_ORDER, 2) == ["bot/attic/box.py: bot.attic has no place in the order"]


def test_every_place_in_the_order_is_taken(product: Product) -> None:
    assert vacant(product, BOT_IN_ORDER) == []


def test_a_place_that_nothing_stands_in_is_seen(plant: Plant) -> None:
    planted = plant({"bot/desk/queue.py": "", "bot/turn.py": ""})
    assert vacant(planted, ("bot.attic", "bot.desk", "bot.turn")) == ["bot.attic"]


def test_no_project_import_hides_in_a_function(product: Product) -> None:
    assert inside_functions(product, PACKAGES_IN_ORDER) == []


def test_a_project_import_in_a_function_is_seen(plant: Plant) -> None:
    planted = plant({"bot/turn.py": "def later():\n    from bot.api import search\n"})
    assert inside_functions(planted, PACKAGES_IN_ORDER) == ["bot/turn.py:2: bot.api.search imported in a function"]


def test_there_are_no_circles(product: Product) -> None:
    assert cycles(product) == []


def test_a_circle_of_modules_is_seen(plant: Plant) -> None:
    planted = plant({"bot/desk/a.py": "import bot.desk.b", "bot/desk/b.py": "from bot.desk import a"})
    assert len(cycles(planted)) == 1


def test_a_circle_of_rooms_without_a_circle_of_modules_is_seen(plant: Plant) -> None:
    planted = plant(
        {
            "bot/desk/a.py": "import bot.api.b",
            "bot/api/b.py": "",
            "bot/api/c.py": "from bot.desk.d import x",
            "bot/desk/d.py": "x = 1",
        }
    )
    assert len(cycles(planted)) == 1


def test_each_library_has_its_named_importer(product: Product) -> None:
    assert strangers(product, NAMED_IMPORTERS) == []


def test_a_second_importer_is_seen_even_in_a_function(plant: Plant) -> None:
    planted = plant({"bot/retrieval/fast.py": "def search():\n    import faiss\n"})
    assert strangers(planted, NAMED_IMPORTERS) == [
        "bot/retrieval/fast.py:2: faiss may be imported by eval/bench/plain_search.py, kb_ingest/index.py only"
    ]


def test_a_library_that_is_loaded_by_name_has_no_importer(plant: Plant) -> None:
    planted = plant({"bot/storage/engine.py": "import psycopg\n"})
    assert strangers(planted, {"psycopg": set()}) == ["bot/storage/engine.py:1: psycopg may be imported by nobody only"]


def test_a_second_importer_of_one_name_is_seen(plant: Plant) -> None:
    planted = plant({"bot/desk/a.py": "from sqlalchemy import Connection, create_engine\n"})
    assert strangers(planted, {"sqlalchemy.create_engine": {"bot/storage/engine.py"}}) == [
        "bot/desk/a.py:1: sqlalchemy.create_engine may be imported by bot/storage/engine.py only"
    ]


def test_every_permission_is_used(product: Product) -> None:
    assert idle_permissions(product, NAMED_IMPORTERS) == []


def test_a_permission_that_nobody_uses_is_seen(plant: Plant) -> None:
    planted = plant({"kb_ingest/index.py": "import numpy"})
    assert idle_permissions(planted, {"faiss": {"kb_ingest/index.py"}}) == [
        "faiss: kb_ingest/index.py does not import it"
    ]
