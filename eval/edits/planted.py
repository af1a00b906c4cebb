"""Owns edits made up by a program, for measuring the gate: the same seed gives the same edits of the same folder.

Refuses to touch the folder it reads: an edit is the files it would write.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path


class EditKind(StrEnum):
    """What a person might have done."""

    NUMBER = "number"
    MOVED_SECTION = "moved_section"
    RENAMED_PRODUCT = "renamed_product"
    DELETION = "deletion"
    COSMETIC = "cosmetic"
    NEAR_DUPLICATE = "near_duplicate"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Edit:
    """Files to write (None: to delete), by path in the folder. `against`: the article that a planted fact denies."""

    name: str
    kind: EditKind
    files: Mapping[str, str | None]
    against: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    """A file of the folder: `head` is its front matter with both fences."""

    path: str
    head: str
    body: str

    @property
    def id(self) -> str:
        return Path(self.path).stem

    @property
    def anywhere(self) -> bool:
        """For customers of every region and plan."""
        return "\nregion:" not in self.head and "\nplan:" not in self.head

    def text(self) -> str:
        return f"{self.head}{self.body}"


_FRONT = re.compile(r"\A(---\n.*?\n---\n)(.*)\Z", re.DOTALL)
_UNIT = "days?|hours?|minutes?|seconds?|weeks?|months?|years?|%|meters?|feet|W"
_FIGURE = re.compile(rf"(?<![\d.,$€£:-])(\d{{1,3}}) ({_UNIT})(?![\w-])")
_SECTION = re.compile(r"\n## [^\n]+\n.*?(?=\n## |\Z)", re.DOTALL)
_NAME = re.compile(r"\b(?:Hub 2|Hub 1|Watch Cam|Doorbell|Glow|Plug Mini|Thermostat|Smart Lock|Siren)\b")
_SENTENCE = re.compile(r"(?m)^(?!\s*[|#>-]|\s*\d+[.)])(?:.*?[.!?] )??([A-Z][^.!?|\n]{30,160}\.)(?=\s|$)")


def edits(folder: Path, seed: int, each: int) -> tuple[Edit, ...]:
    """`each` edits of every kind."""
    pages = [_page(folder, path) for path in sorted(folder.rglob("*.md"))]
    public = [page for page in pages if "visibility: public" in page.head and "status: published" in page.head]
    found: list[Edit] = []
    for kind, make in _MAKERS.items():
        chance = random.Random(f"{seed}/{kind}")  # noqa: S311 - edits that can be made again, no secret
        found += _some(kind, make, public, chance, each)
    return tuple(found)


def plant(folder: Path, edit: Edit, target: Path) -> None:
    """A copy of `folder` at `target` with the edit in it."""
    shutil.copytree(folder, target)
    for path, text in edit.files.items():
        if text is None:
            (target / path).unlink()
        else:
            (target / path).write_text(text, encoding="utf-8")


Make = Callable[[_Page, Sequence[_Page], random.Random], Edit | None]


def _some(kind: EditKind, make: Make, pages: Sequence[_Page], chance: random.Random, each: int) -> Iterator[Edit]:
    made = 0
    for page in chance.sample(pages, len(pages)):
        edit = make(page, pages, chance)
        if edit is not None:
            yield replace(edit, name=f"{kind}-{made}-{edit.name}")
            made += 1
        if made == each:
            return


def _page(folder: Path, path: Path) -> _Page:
    found = _FRONT.match(path.read_text(encoding="utf-8"))
    head, body = (found[1], found[2]) if found else ("", path.read_text(encoding="utf-8"))
    return _Page(path.relative_to(folder).as_posix(), head, body)


def _edited(page: _Page, kind: EditKind, body: str) -> Edit | None:
    return Edit(page.id, kind, {page.path: page.head + body}) if body != page.body else None


def _number(page: _Page, _pages: Sequence[_Page], chance: random.Random) -> Edit | None:
    found = list(_FIGURE.finditer(page.body))
    if not found:
        return None
    old = chance.choice(found)
    return _edited(page, EditKind.NUMBER, page.body.replace(old[0], f"{_other(old[1], chance)} {old[2]}"))


def _other(figure: str, chance: random.Random) -> int:
    return int(figure) + chance.randint(1, 9) + (10 if int(figure) > 20 else 0)


def _moved(page: _Page, pages: Sequence[_Page], chance: random.Random) -> Edit | None:
    sections = list(_SECTION.finditer(page.body))
    near = [each for each in pages if Path(each.path).parent == Path(page.path).parent and each is not page]
    if len(sections) < 2 or not near:
        return None
    section, to = chance.choice(sections), chance.choice(near)
    left = page.body.replace(section[0], "", 1)
    grown = f"{to.body.rstrip()}\n{section[0].rstrip()}\n"
    return Edit(page.id, EditKind.MOVED_SECTION, {page.path: page.head + left, to.path: to.head + grown})


def _renamed(page: _Page, _pages: Sequence[_Page], chance: random.Random) -> Edit | None:
    names = sorted(set(_NAME.findall(page.body)))
    if not names:
        return None
    name = chance.choice(names)
    return Edit(page.id, EditKind.RENAMED_PRODUCT, {page.path: page.text().replace(name, "Fernwick Nova")})


def _deleted(page: _Page, _pages: Sequence[_Page], _chance: random.Random) -> Edit | None:
    return Edit(page.id, EditKind.DELETION, {page.path: None})


def _cosmetic(page: _Page, _pages: Sequence[_Page], chance: random.Random) -> Edit | None:
    ways: Sequence[Callable[[str], str]] = (
        lambda body: body.replace("\n\n", "\n\n\n"),
        lambda body: re.sub(r"(?m)(?<=\S)$", "  ", body),
        lambda body: re.sub(r"(?m)^- ", "* ", body),
        lambda body: body.replace("'", "’"),
        lambda body: re.sub(r"(?m)^(\| ?-+)", r"\1--", body),
        lambda body: body.replace("\n", "\r\n"),
        lambda body: re.sub(r"(?<=[a-z]) (?=[a-z])", "  ", body),
        lambda body: f"{body}\n<!-- checked -->\n",
    )
    return _edited(page, EditKind.COSMETIC, chance.choice(ways)(page.body))


def _doubled(page: _Page, _pages: Sequence[_Page], chance: random.Random) -> Edit | None:
    path = page.path.removesuffix(".md") + "-again.md"
    head = page.head.replace(f"id: {page.id}\n", f"id: {page.id}-again\n")
    words = page.body.split(" ")
    for _ in range(max(1, len(words) // 80)):
        words.insert(chance.randrange(len(words)), chance.choice(("also", "simply", "now")))
    return Edit(page.id, EditKind.NEAR_DUPLICATE, {path: head + " ".join(words)})


def _contradicting(page: _Page, pages: Sequence[_Page], chance: random.Random) -> Edit | None:
    """A sentence of `page`, told in another article that the same customers read, with another fact."""
    told = [each[1] for each in _SENTENCE.finditer(page.body)]
    said = [(text, other) for text in told for other in _denied(text, chance)]
    open_to_all = [each for each in pages if each.anywhere and each is not page]
    near = [each for each in open_to_all if Path(each.path).parent == Path(page.path).parent] or open_to_all
    if not said or not page.anywhere:
        return None
    new, to = chance.choice(said)[1], chance.choice(near)
    return Edit(page.id, EditKind.CONTRADICTION, {to.path: f"{to.text().rstrip()}\n\n{new}\n"}, page.id)


def _denied(text: str, chance: random.Random) -> Iterator[str]:
    """The sentence with another figure or the opposite sense, in words of its own where that is easy."""
    figure = _FIGURE.search(text)
    if figure is not None:
        text_now = text.replace(figure[0], f"{_other(figure[1], chance)} {figure[2]}")
        yield chance.choice(("{}", "Please note: {}", "{} This holds for every customer.")).format(text_now)
    for old, new in ((" can't ", " can "), (" can ", " can't "), (" is not ", " is "), (" don't ", " do ")):
        if figure is None and old in text:
            yield text.replace(old, new, 1)
            return


_MAKERS: Mapping[EditKind, Make] = {
    EditKind.NUMBER: _number,
    EditKind.MOVED_SECTION: _moved,
    EditKind.RENAMED_PRODUCT: _renamed,
    EditKind.DELETION: _deleted,
    EditKind.COSMETIC: _cosmetic,
    EditKind.NEAR_DUPLICATE: _doubled,
    EditKind.CONTRADICTION: _contradicting,
}
