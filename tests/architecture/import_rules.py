"""Owns the rules about imports: direction, cycles, place, named importers. Refuses to know the product's names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from tests.architecture.source import Module, imports, module_named, unit_of

Edges = dict[str, set[str]]


def against_the_order(modules: Sequence[Module], order: Sequence[str], depth: int) -> list[str]:
    """Imports that point to the right, and units that have no place in the order.

    `depth` 1 looks at packages (`bot`), 2 at rooms (`bot.api`); what lies outside the order's first name is left alone.
    """
    scope = {name.split(".")[0] for name in order}
    faults = []
    for module in modules:
        here = _cut(module.name, depth)
        if module.name.split(".")[0] not in scope or here.count(".") != depth - 1:
            continue
        if here not in order:
            faults.append(f"{module.file}: {here} has no place in the order")
            continue
        faults += _to_the_right(module, here, order, depth)
    return faults


def _to_the_right(module: Module, here: str, order: Sequence[str], depth: int) -> Iterator[str]:
    for imported in imports(module):
        there = _cut(imported.name, depth)
        if there in order and order.index(there) > order.index(here):
            yield f"{module.file}:{imported.line}: {here} imports {there}"


def _cut(name: str, depth: int) -> str:
    return ".".join(name.split(".")[:depth])


def vacant(modules: Sequence[Module], order: Sequence[str]) -> list[str]:
    """Places in the order that nothing stands in any more."""
    units = {module.unit for module in modules}
    return [name for name in order if name not in units]


def inside_functions(modules: Sequence[Module], packages: Collection[str]) -> list[str]:
    """Imports of the project itself that hide in a function."""
    return [
        f"{module.file}:{found.line}: {found.name} imported in a function"
        for module in modules
        for found in imports(module)
        if found.in_function and found.name.split(".")[0] in packages
    ]


def cycles(modules: Sequence[Module]) -> list[str]:
    """Circles between modules, and between rooms such as `bot.api` and `bot.desk`."""
    between = module_edges(modules)
    rooms: Edges = {}
    for name, targets in between.items():
        rooms.setdefault(unit_of(name), set()).update(unit_of(target) for target in targets)
    return [fault for edges in (between, rooms) for fault in _circle(edges)]


def module_edges(modules: Sequence[Module]) -> Edges:
    known = {module.name for module in modules}
    return {
        module.name: {module_named(found.name, known) for found in imports(module)} - {"", module.name}
        for module in modules
    }


def _circle(edges: Edges) -> list[str]:
    try:
        TopologicalSorter({name: targets - {name} for name, targets in edges.items()}).prepare()
    except CycleError as error:
        return ["circle: " + " > ".join(error.args[1])]
    return []


def strangers(modules: Sequence[Module], allowed: Mapping[str, Collection[str]]) -> list[str]:
    """Imports of a library, or of one name of it, by a file that is not its named importer."""
    return [
        f"{module.file}:{found.line}: {name} may be imported by {', '.join(sorted(allowed[name])) or 'nobody'} only"
        for module in modules
        for found in imports(module)
        for name in {found.name, found.name.split(".")[0]} & set(allowed)
        if not module.file.startswith(tuple(allowed[name]))
    ]


def idle_permissions(modules: Sequence[Module], allowed: Mapping[str, Collection[str]]) -> list[str]:
    """Lines of the table that no import needs any more."""
    used = {
        (name, module.file)
        for module in modules
        for found in imports(module)
        for name in (found.name, found.name.split(".")[0])
    }
    return [
        f"{library}: {place} does not import it"
        for library, places in allowed.items()
        for place in places
        if not any(name == library and file.startswith(place) for name, file in used)
    ]
