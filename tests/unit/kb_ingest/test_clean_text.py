"""Proves the grammar of cleaned text, construct by construct."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_ingest.cleaning.text import clean, plain_line


def text_of(markdown: str, title: str = "") -> str:
    return clean(markdown, title).text


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**Bold** and _it_, `code`, ~~gone~~", "Bold and it, code, gone"),
        ("[link](https://x.example/a_(b)) ![img](x.png) <https://y.example>", "link https://y.example"),
        ("[one][ref] [ref]\n\n[ref]: https://x.example 'T'", "one ref"),
        ("Keep <Domain> and snake_case and *.docx, *.xls", "Keep <Domain> and snake_case and *.docx, *.xls"),
        ("Ben &amp; Jerry &lt;div&gt; \\*star\\*", "Ben & Jerry < div> *star*"),
        ("a {{ site.baseurl }} b {% include x.html %} c{: .cls}", "a b c"),
        ('{% include note.html content="Shown to readers." %}', "Shown to readers."),
        ("> [!NOTE]\n> Mind the gap.", "Mind the gap."),
        (":::image type='content' source='x.png':::\n\n::: tip Good to know\nText\n:::", "Good to know\n\nText"),
        ("wrapped line\ngoes on.\nNew sentence.", "wrapped line goes on.\nNew sentence."),
        ("hard  \nbreak", "hard\nbreak"),
        ("## Head {#anchor}\n\ntext\n\n---\n\nmore", "## Head\n\ntext\n\nmore"),
        ("Setext\n------\n\ntext", "## Setext\n\ntext"),
        ("* a\n* b\n    * c", "- a\n- b\n  - c"),
        ("1. a\n1. b\n   - c\n\n   more\n1. d", "1. a\n2. b\n   - c\n\n   more\n3. d"),
        ("1. a\n\n![A red key](x.png)\n\n2. b", "1. a\n\n   A red key\n2. b"),
        ("1. a\n\n![IMG_12.png](x.png)\n\n2. b", "1. a\n2. b"),
        ("Press ![the red\nkey][k] <img alt='or | this' src=x>.\n\n[k]: k.png", "Press the red key or this."),
        ("[![Our shop](x.png)](https://x.example)", "Our shop"),
        ("- [x] done\n- [ ] open", "- done\n- open"),
        ("|A|B|\n|:-|-:|\n|`x|y`|**2**|", "| A | B |\n|---|---|\n| x\\|y | 2 |"),
        ("```sh\n# ls\n```", "    # ls"),
        ("`<div>{{ x }}`", "< div>{ { x } }"),
        ("<p>\n    One &amp; two\n</p>\n<ul><li>a</li><li>b <b>c</b></li></ul>", "One & two\n\n- a\n- b c"),
        ("<details><summary>More</summary>\n\n- x\n\n</details>", "More\n\n- x"),
        ("<table><tr><th>A</th></tr><tr><td>1</td></tr></table>", "| A |\n|---|\n| 1 |"),
        ("a<br>b <a href='x.md'>c</a> <!-- no --> <kbd>Ctrl</kbd>", "a\nb c Ctrl"),
        ("In\n1986. was a year", "In 1986. was a year"),
    ],
)  # fmt: skip
def test_construct(markdown: str, expected: str) -> None:
    assert text_of(markdown) == expected


def test_own_heading_leaves_the_text() -> None:
    cleaned = clean("# How to pair\n\nText\n\n## Steps\n\n1. a", "Pairing")
    assert (cleaned.heading, cleaned.text) == ("How to pair", "Text\n\n## Steps\n\n1. a")


def test_sections_written_as_h1_move_down() -> None:
    assert text_of("# One\n\na\n\n# Two\n\nb\n\n## Sub", "Title") == "## One\n\na\n\n## Two\n\nb\n\n### Sub"


def test_links_are_kept_beside_the_text() -> None:
    assert [(link.text, link.target) for link in clean("See [the **guide**](../a/guide.md).").links] == [
        ("the guide", "../a/guide.md")
    ]


def test_invisible_characters_are_dropped_and_counted() -> None:
    cleaned = clean("pay\u200bments \u202eon\u2069 time\U000e0041 now\u00ad")
    assert (cleaned.text, cleaned.hidden) == ("payments on time now", 4)


def test_joiners_that_spell_words_and_emoji_stay() -> None:
    assert clean("می\u200cخواهم 👩\u200d💻").hidden == 0


def test_title_line_loses_its_markup() -> None:
    assert plain_line('**Reset** your `Hub` {{ site.name }} <b class="x">now</b>') == "Reset your Hub now"


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "[a](",
        "{%",
        "{% raw %}",
        "`a",
        "*a ",
        "<a b='",
        "<ul>",
        "> ",
        "- ",
        "|-",
        "```\n",
        "&#x",
        "<!--",
        ":::image",
        "\n",
    ],
)
def test_cleaning_takes_time_in_proportion(piece: str) -> None:
    started = time.thread_time()
    clean(piece * (200_000 // len(piece)))
    assert time.thread_time() - started < 4


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab \n#*_`[](){}<>|-1.:!&;\\\"'%=~^", max_size=120))
def test_cleaning_never_fails_and_settles(markdown: str) -> None:
    once = text_of(markdown)
    assert "\x00" not in once
    assert not any(ord(char) < 32 and char not in "\n" for char in once)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{2,8}){2,6}\.", fullmatch=True), min_size=1, max_size=8))
def test_plain_sentences_come_through_word_for_word(sentences: list[str]) -> None:
    assert text_of("\n\n".join(sentences)) == "\n\n".join(sentences)
