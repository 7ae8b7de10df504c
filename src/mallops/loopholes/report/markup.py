"""HTML made of elements, so that no text can pass for markup."""

from __future__ import annotations

from html import escape

_WITHOUT_END = frozenset({"br", "meta"})


class Markup(str):
    """Text that is markup already; any other text is escaped where it is put in."""

    __slots__ = ()


def tag(name: str, /, *inside: str, **attributes: str) -> Markup:
    """An element. An attribute's name may end in `_`, where it is a word of Python's.

    >>> tag("p", "a < b ", tag("code", "$.x"), class_='"note"')
    '<p class="&quot;note&quot;">a &lt; b <code>$.x</code></p>'
    """
    opened = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    if name in _WITHOUT_END:
        return Markup(f"<{name}{opened}>")
    return Markup(f"<{name}{opened}>{joined(*inside)}</{name}>")


def joined(*parts: str) -> Markup:
    """Parts one after the other, those that are no markup escaped.

    >>> joined("1 < 2", tag("br"))
    '1 &lt; 2<br>'
    """
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))
