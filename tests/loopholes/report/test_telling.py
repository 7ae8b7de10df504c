"""Reports as text and as one page: all is told, in both languages, and nothing passes as markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from mallops.loopholes.checking import Searched, check
from mallops.loopholes.model import Kind, Repeat, Subject
from mallops.loopholes.report.markup import joined, tag
from mallops.loopholes.report.page import page
from mallops.loopholes.report.report import Note, Place, Report, Source
from mallops.loopholes.report.text import report_text
from mallops.loopholes.report.wording import Words
from mallops.messages import locales
from mallops.money import Money
from mallops.promotions.compiled import compile_rulebook
from mallops.rulebook import decode_catalog, decode_rulebook
from tests.loopholes.report.samples import (
    ALL,
    AT,
    CATALOG,
    CNY,
    RULEBOOK,
    WORD,
    alone,
    cheap,
    compiled,
    kept,
    plain,
    referred,
    report,
)

LOCALES = locales()
VOID = {"br", "meta"}
UNSAFE = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "svg"}
STALE = evolve(WORD, code="gone", path="$.acknowledged[1]")


class Reader(HTMLParser):
    """Reads a page, and sees that every element ends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("told", ["text", "page"])
def test_all_is_told(told: str, locale: str) -> None:
    source = Source(Place("spring.json", "$.rulebook"), Place("goods.json"), Place("known.toml"))
    found = report(words=(WORD, STALE), source=source)
    text = report_text(found, locale) if told == "text" else Reader(page([found], locale)).text
    words = Words(locale)
    for loophole in ALL:
        assert loophole.code in text
        assert words(loophole.severity.value) in text
        assert words(loophole.kind.value) in text
    # One that was acknowledged is told in a line of text, with all that there is on the page.
    for loophole in (kept(), referred(), plain(), *([cheap()] if told == "page" else [])):
        for subject in loophole.subjects:
            assert subject.path in text
        assert words.loss(loophole) in text
    for said in (
        "spring.json $.rulebook",
        "goods.json",
        "Li Lei",
        "2026-12-31",
        "known.toml $.acknowledged[1]",
    ):
        assert said in text
    assert words.note(Note("sample_search", {"skus": "2"})) in text
    for step in ("2026-11-11 13:00", "TEA × 1", "100.00", "80.00"):
        assert step in text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_report_without_anything_says_so(locale: str) -> None:
    held = compiled()
    found = check(held.rulebook, held.catalog, AT, ())
    words = Words(locale)
    for text in (report_text(found, locale), Reader(page([found], locale)).text):
        assert words("nothing") in text
        assert words("nothing_searched") in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("repeat", [None, *Repeat])
@pytest.mark.parametrize("minor", [None, 0, 5])
def test_every_kind_and_loss_has_words(
    locale: str, kind: Kind, repeat: Repeat | None, minor: int | None
) -> None:
    loss = None if minor is None else Money(minor, CNY)
    loophole = evolve(plain(), kind=kind, repeat=repeat, loss=loss)
    said = Words(locale).loss(loophole)
    assert (str(loss) in said) is (loss is not None)
    assert bool(said) is (loss is not None or repeat is Repeat.AGAIN)
    assert said in report_text(report(loophole), locale)
    assert said in Reader(page([report(loophole)], locale)).text


def test_who_did_it_is_told_where_there_are_several() -> None:
    for loophole, told in ((referred(), "order b (bob)"), (kept(), "order o1:")):
        assert told in report_text(report(loophole), "en")
    assert "order b (bob)" in Reader(page([report(referred())], "en")).text
    assert "order o1 (ann)" not in Reader(page([report(kept())], "en")).text


def test_a_loss_is_a_bar_beside_the_largest() -> None:
    half = evolve(plain(), loss=Money(3250, CNY))
    cent = evolve(plain(), loss=Money(1, CNY))
    free = evolve(plain(), loss=Money(0, CNY))
    found = Reader(page([report(cheap(), half, cent, free)], "en"))
    widths = [value for name, value in found.attributes if name == "style"]
    assert widths == ["width:100%", "width:50%", "width:1%", "width:0%"]


def test_a_receipt_adds_up() -> None:
    text = Reader(page([report(cheap())], "en")).text
    for amount in ("400.00", "-200.00", "-20.00", "-3.00", "0.00", "177.00 CNY"):
        assert amount in text
    assert "Tea at half" in text


def test_the_page_needs_nothing_else() -> None:
    found = Reader(page([report(), report(alone())]))
    assert UNSAFE.isdisjoint(found.names)
    assert {"src", "href", "action"}.isdisjoint(name for name, _ in found.attributes)
    assert not any(name.startswith("on") for name, _ in found.attributes)
    style = page([report()]).partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert ("name", "viewport") in found.attributes


def hostile(text: str) -> Report:
    """A report in which everything that anybody can name is called `text`."""
    book = decode_rulebook(
        {
            **RULEBOOK,
            "title": {"en": text},
            "promotions": [{**each, "title": {"en": text}} for each in RULEBOOK["promotions"]],
        }
    )
    held = compile_rulebook(book, decode_catalog(CATALOG, book.currency, book.timezone))
    loophole = evolve(
        kept(),
        code=text,
        subjects=(Subject("rulebook", text, text),),
        details={text: text},
    )
    words = evolve(WORD, code=text, subjects=frozenset({text}), owner=text, reason=text, path=text)
    return check(
        held.rulebook,
        held.catalog,
        AT,
        [lambda *_: Searched((loophole, cheap()), (Note(text, {text: text}),))],
        acknowledgements=(words, evolve(words, subjects=frozenset())),
        source=Source(Place(text, text), Place(text, text)),
    )


def shape(found: Reader) -> Any:
    return found.names, found.attributes


HARMLESS = shape(Reader(page([hostile("x")], "en")))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style><b>",
        "&lt;b&gt;",
        "<!--",
        "]]>",
        "' onclick='x",
    ],
)
def test_no_text_passes_as_markup(text: str) -> None:
    found = Reader(page([hostile(text)], "en"))
    assert shape(found) == HARMLESS
    assert text in found.text


@given(st.text())
@example("\"><b title='")
def test_what_is_put_into_an_element_is_read_as_it_was(text: str) -> None:
    class Only(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen = ""
            self.value: str | None = None

        def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.value = dict(attrs)["title"]

        def handle_data(self, data: str) -> None:
            self.seen += data

    reader = Only()
    reader.feed(joined(tag("p", text, title=text)))
    reader.close()
    assert (reader.seen, reader.value) == (text, text)


def test_text_stays_on_its_line() -> None:
    plain_lines = report_text(hostile("x"), "en").splitlines()
    assert len(report_text(hostile("a\nb\x1b[31m"), "en").splitlines()) == len(plain_lines)
    assert "\x1b" not in report_text(hostile("a\nb\x1b[31m"), "en")
