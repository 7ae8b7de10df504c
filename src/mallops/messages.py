"""The wording of codes: what a refusal or a finding says to people, by locale.

The catalogues are gettext files, `locale/*.po`, whose msgids are codes. A msgid may end in
the details that its wording is for, a name or a name and its value:

    used_up                             "its uses or its budget are used up"
    used_up[limit=budget,used,allowed]  "budget: {used} of {allowed} spent"

Of a code's wordings the one with the most such details that are all given is taken, so
whoever reports a code gives the details it has, and chooses no words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from attrs import frozen

from mallops.errors import InputError, Problem, shown

_MSGID = re.compile(r"(?P<code>[^\[\]]+)(?:\[(?P<conditions>[^\[\]]+)\])?")
_BLANK = re.compile(r"\{(\w+)\}")


@frozen
class Wording:
    """One msgid's text, with `{name}` for blanks, and the details that it is for.

    `conditions` pairs a detail's name with the value it must have, or with "" for any.
    """

    text: str
    conditions: tuple[tuple[str, str], ...] = ()

    @property
    def blanks(self) -> frozenset[str]:
        """The names of the details that the text shows.

        >>> sorted(Wording("{missing} more, of {required}").blanks)
        ['missing', 'required']
        """
        return frozenset(_BLANK.findall(self.text))

    def fits(self, details: Mapping[str, str]) -> bool:
        """Whether every condition holds; a detail that is empty is as if absent.

        >>> Wording("", (("limit", "budget"),)).fits({"limit": "total"})
        False
        """
        return all(
            details.get(name) == value if value else bool(details.get(name))
            for name, value in self.conditions
        )


def message(code: str, locale: str, details: Mapping[str, str]) -> str:
    """The wording of `code` in `locale`, its blanks filled from `details`.

    Details that the wording does not show are left out, and what is filled in is never
    read as a template. Raises `InputError` for a locale (`$.locale`) or a code (`$.code`)
    without wording, and for a detail that the wording needs (`$.details`).

    >>> message("outbid", "en", {})
    'another promotion has its place, or the total is lower without it'
    >>> message("outbid", "en", {"by": "double11"})
    'double11 has its place'
    >>> message("outbid", "zh_CN", {"by": "double11"})
    '同层已用 double11，不可叠加'
    """
    text = _chosen(code, locale, details).text
    return _BLANK.sub(lambda blank: _filling(blank[1], details), text)


def locales() -> tuple[str, ...]:
    """The locales that have a catalogue, by name.

    >>> locales()
    ('en', 'zh_CN')
    """
    names = (entry.name for entry in _CATALOGUES.iterdir())
    return tuple(sorted(name.removesuffix(".po") for name in names if name.endswith(".po")))


@cache
def wordings(locale: str) -> Mapping[str, tuple[Wording, ...]]:
    """All that `locale` says: each code's wordings, those with the most conditions first.

    The file is read on first use. Raises `InputError` for a locale without a catalogue.
    `zh-CN` is `zh_CN`.

    >>> wordings("en")["no_coupon"]
    (Wording(text='the cart holds no such coupon', conditions=()),)
    """
    # Reading catalogues is rare, importing mallops is not: Babel waits until it is needed.
    from babel.messages.pofile import read_po  # noqa: PLC0415

    name = locale.replace("-", "_")
    if name not in locales():
        raise InputError([Problem("$.locale", shown(locale), f"one of {', '.join(locales())}")])
    by_code: dict[str, list[Wording]] = {}
    with (_CATALOGUES / f"{name}.po").open("rb") as file:
        for entry in read_po(file, abort_invalid=True):
            if entry.id and isinstance(entry.string, str):
                code, conditions = _parsed(str(entry.id))
                by_code.setdefault(code, []).append(Wording(entry.string, conditions))
    return MappingProxyType(
        {code: _most_conditions_first(found) for code, found in by_code.items()}
    )


def localized(words: Mapping[str, str], locale: str, otherwise: str) -> str:
    """Of `words` by locale, such as a title, those nearest to `locale`; `otherwise` if none.

    Nearest is the locale itself, then another of its language, then any.

    >>> localized({"zh-CN": "满减", "en": "Money off"}, "zh_CN", "p1")
    '满减'
    >>> localized({"en-GB": "Money off"}, "en", "p1"), localized({"en": "Gift"}, "zh_CN", "p2")
    ('Money off', 'Gift')
    >>> localized({}, "en", "p1")
    'p1'
    """
    wanted = _tag(locale)

    def distance(key: str) -> tuple[bool, bool, str]:
        tag = _tag(key)
        return tag != wanted, tag[0] != wanted[0], key

    said = [key for key, text in words.items() if text.strip()]
    return words[min(said, key=distance)] if said else otherwise


_CATALOGUES = files("mallops") / "locale"


def _most_conditions_first(found: list[Wording]) -> tuple[Wording, ...]:
    # Then by the conditions themselves, which are the same in every locale.
    return tuple(sorted(found, key=lambda w: (-len(w.conditions), w.conditions)))


def _chosen(code: str, locale: str, details: Mapping[str, str]) -> Wording:
    for wording in wordings(locale).get(code, ()):
        if wording.fits(details):
            return wording
    raise InputError([Problem("$.code", shown(code), f"a code that has wording in {locale}")])


def _filling(name: str, details: Mapping[str, str]) -> str:
    if name not in details:
        raise InputError([Problem(f"$.details.{name}", "nothing", "what the wording shows")])
    return details[name]


def _parsed(msgid: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts = _MSGID.fullmatch(msgid)
    if parts is None:
        raise InputError([Problem("$.msgid", shown(msgid), "a code, or code[name,name=value]")])
    conditions = [
        condition.partition("=")
        for condition in (parts["conditions"] or "").split(",")
        if condition
    ]
    return parts["code"], tuple((name, value) for name, _, value in conditions)


def _tag(locale: str) -> list[str]:
    return locale.replace("_", "-").lower().split("-")
