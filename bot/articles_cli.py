"""Owns the commands of articles that are written in the console: parse, call a verb, print. Refuses to decide anything
itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from bot.command_line import DataDir, group, settings_for, told_failures
from bot.errors import NotFound
from bot.publishing import folder, manuscripts
from bot.publishing.manuscripts import State, Wanted
from bot.publishing.reader import Reader
from bot.publishing.take_in import File
from bot.publishing.take_in import take_in as bring
from bot.storage.engine import open_database
from bot.storage.migrate import migrate
from kb_ingest import library, manuscript
from kb_ingest.article import Article
from kb_ingest.library import Library

commands = group("Articles that are written and published in the console.")

_ODD = re.compile(r"[^A-Za-z0-9_-]+")


@commands.command("take-in")
def take_in(
    source: Annotated[list[Path], typer.Option(help="Folder or file of articles, in any format; repeatable.")],
    data: DataDir = None,
) -> None:
    """Take articles in, so that the console can publish them; what was published there already is left alone."""
    address = settings_for(data).database_address
    with told_failures(), closing(Reader()) as reader, closing(open_database(address)) as base:
        found = _library(source)
        markdown = dict(_markdown(source))
        broken = {path: why for path, content in markdown.items() if (why := _not_utf8(content))}
        for line in (*_told(found, broken), *(f"error  {path}  {why}" for path, why in broken.items())):
            typer.echo(line, err=True)
        texts = {path: content.decode() for path, content in markdown.items() if path not in broken}
        files = [File(path, reader.read(path, text)) for path, text in (*texts.items(), *_exported(found.articles))]
        if not files:
            raise NotFound(f"No article could be read from {', '.join(map(str, source))}.")
        migrate(base)
        with base.transaction() as tx:
            taken = bring(tx, files, folder_is_truth=False)
    left_out = f", {len(broken)} left out" if broken else ""
    typer.echo(f"{taken.added} new, {taken.changed} changed{left_out}.")
    for article_id in taken.kept:
        typer.echo(f"left alone, it was published in the console: {article_id}")


@commands.command("list")
def list_articles(
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only those whose review date has passed.")] = False,
    data: DataDir = None,
) -> None:
    """Every article in work or in service."""
    with told_failures(), closing(open_database(settings_for(data).database_address, existing=True)) as base:
        migrate(base)
        with base.snapshot() as tx:
            found = manuscripts.every(tx, Wanted(state=state, due=due))
    for each in found:
        live = "live" if each.is_live else "-"
        typer.echo(f"{each.article_id}\t{each.state}\t{live}\t{each.owner}\t{each.review_by or ''}\t{each.title}")


def _library(sources: Sequence[Path]) -> Library:
    try:
        return library.read(sources, date.today())
    except library.NoSource as error:
        raise NotFound(str(error)) from error


def _markdown(sources: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Markdown files as they are."""
    for source in sources:
        if source.is_dir():
            yield from folder.contents(source)
        elif source.suffix == folder.ENDING:
            yield source.name, source.read_bytes()


def _not_utf8(content: bytes) -> str:
    """What is wrong, empty where nothing is: what is taken in is kept as it is, so no encoding is guessed."""
    try:
        content.decode()
    except UnicodeDecodeError as problem:
        return f"byte {problem.start + 1} is not UTF-8: save the file as UTF-8 and take it in again; it is left out"
    return ""


def _told(found: Library, broken: Collection[str]) -> Iterator[str]:
    """What is wrong with the sources, but for files of which one thing is said already."""
    return (problem.told for problem in found.problems if problem.file not in broken)


def _exported(articles: Sequence[Article]) -> Iterator[tuple[str, str]]:
    """What an export holds, as Markdown."""
    for article in articles:
        if not article.source.endswith(folder.ENDING):
            yield _path(article), _text(article)


def _path(article: Article) -> str:
    home = PurePosixPath(article.source).parent
    return (home / (_ODD.sub("-", article.id).strip("-") or "article")).as_posix() + folder.ENDING


def _text(article: Article) -> str:
    fields = {
        "id": article.id, "title": article.title, "visibility": article.visibility.value,
        "status": article.status.value, "area": article.area, "region": article.region, "plan": article.plan,
        "product": article.product, "audience": article.audience, "locale": article.locale, "owner": article.owner,
        "updated_at": str(article.updated_at or ""), "review_by": str(article.review_by or ""),
        "url": article.url or "", "specific_extra": article.specific_extra or "", "replaces": article.replaces or "",
        "questions": tuple(each for each in article.questions if each not in article.pinned_for),
        "unanswered": article.unanswered, "pinned_for": article.pinned_for,
    }  # fmt: skip
    return manuscript.rewrite("", fields, article.text + "\n")
