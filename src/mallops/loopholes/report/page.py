"""Reports as one HTML page that needs nothing else: no script, font, picture or style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.markup import Markup, joined, tag
from mallops.loopholes.report.receipts import receipt
from mallops.loopholes.report.report import Report
from mallops.loopholes.report.retelling import ToldStep, retold
from mallops.loopholes.report.wording import Words

# Nothing is ever loaded or run, whatever a title or an id may hold.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """\
:root{color-scheme:light;--ink:#1f2933;--faint:#5a6672;--line:#d5dce3}
*{box-sizing:border-box}
body{margin:0 auto;max-width:48rem;padding:1rem;color:var(--ink);background:#f6f8fa;
font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1.05rem;margin:.25rem 0}
p{margin:.4rem 0}small,.faint{color:var(--faint);font-size:.85rem}
code{font:.85em/1.4 ui-monospace,Consolas,monospace}
article{background:#fff;border:1px solid var(--line);border-left:.4rem solid var(--of);
border-radius:.4rem;margin:1rem 0;padding:.8rem 1rem}
.error{--of:#b42318}.warning{--of:#b54708}.note{--of:#175cd3}.accepted{opacity:.8}
.word{background:var(--of);border-radius:.25rem;color:#fff;font-size:.85rem;font-weight:600;
padding:.1rem .5rem;margin-right:.4rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem .8rem;margin:.5rem 0}
dt{color:var(--faint)}dd{margin:0}
.bar{background:#eef1f4;border-radius:.25rem;height:.6rem;margin-top:.2rem}
.bar span{background:var(--of);border-radius:.25rem;display:block;height:100%}
ol.story{border-left:2px solid var(--line);list-style:none;margin:.5rem 0 .5rem .4rem;padding:0}
ol.story>li{padding:.1rem 0 .6rem 1rem;position:relative}
ol.story>li::before{background:var(--of);border-radius:50%;content:"";height:.6rem;left:-.36rem;
position:absolute;top:.55rem;width:.6rem}
ol.story ul{list-style:none;margin:0;padding:0}
table.receipt{background:#fffdf5;border:1px dashed #b9b08c;border-collapse:collapse;
font:.85rem/1.5 ui-monospace,Consolas,monospace;margin:.4rem 0;max-width:26rem;width:100%}
.receipt td{padding:.1rem .6rem;vertical-align:top}
.receipt td:last-child{text-align:right;white-space:nowrap}
.receipt .paid td{border-top:1px dashed #b9b08c;font-weight:700}
@media(max-width:30rem){dl{grid-template-columns:1fr}dt{margin-top:.3rem}}
@media print{body{background:#fff;max-width:none}article{break-inside:avoid}}
"""


def page(reports: Sequence[Report], locale: str = "zh_CN") -> str:
    """The page's text, for operations staff; all that comes from files is escaped.

    The same reports always give the same text. Raises `InputError` for a locale without
    wording, and for a witness with a step that nobody could take.
    """
    words = Words(locale)
    title = words("heading")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", title),
        # The style is ours, and holds nothing of any file.
        tag("style", Markup(f"\n{_STYLE}")),
    )
    body = tag("body", tag("h1", title), *(_report(report, words) for report in reports))
    html = tag("html", head, "\n", body, lang=locale.replace("_", "-"))
    return f"<!doctype html>\n{html}\n"


def _report(report: Report, words: Words) -> Markup:
    largest = max((_minor(each) for each in _all(report)), default=0)
    found = [_loophole(report, each, largest, words) for each in report.found]
    accepted = [
        _loophole(report, each.loophole, largest, words, words.accepted(each))
        for each in report.accepted
    ]
    nothing = [tag("p", words("nothing"))]
    searched = [words.note(note) for note in report.notes] or [words("nothing_searched")]
    named = str(report.source)
    return tag(
        "section",
        tag("h2", words.title(report.compiled.rulebook, report.at)),
        *([tag("p", tag("code", named), class_="faint")] if named else []),
        tag("p", words.counts(report)),
        *(found or nothing),
        *_part(words("acknowledged"), accepted),
        *_part(
            words("stale"),
            _list(
                joined(words.note(each), " ", tag("code", str(report.stands(each))))
                for each in report.stale
            ),
        ),
        *_part(words("searched"), _list(searched)),
    )


def _all(report: Report) -> list[Loophole]:
    return [*report.found, *(each.loophole for each in report.accepted)]


def _minor(loophole: Loophole) -> int:
    return 0 if loophole.loss is None else max(0, loophole.loss.minor)


def _part(heading: str, inside: Sequence[Markup]) -> Sequence[Markup]:
    """What stands under a heading; nothing where there is nothing."""
    return [tag("h3", heading), *inside] if inside else []


def _list(items: Iterable[str]) -> list[Markup]:
    listed = [tag("li", item) for item in items]
    return [tag("ul", *listed)] if listed else []


def _loophole(
    report: Report, loophole: Loophole, largest: int, words: Words, accepted: str = ""
) -> Markup:
    severity = loophole.severity.value
    facts = [
        (words("kind"), words(loophole.kind.value), loophole.kind.value),
        *(
            (words("rules"), f"{words(f'in_{each.document}')} {each.id}", each.path)
            for each in loophole.subjects
        ),
    ]
    return tag(
        "article",
        tag(
            "h3",
            tag("span", words(severity), class_="word"),
            words.loophole(loophole),
        ),
        tag("p", tag("code", loophole.code), class_="faint"),
        *([tag("p", accepted)] if accepted else []),
        tag("dl", *(_fact(*fact) for fact in facts), *_loss(loophole, largest, words)),
        *(_story(report, loophole.witness, words) if loophole.witness is not None else []),
        tag(
            "p",
            f"{words('fingerprint')} ",
            tag("code", fingerprint(report.rulebook, loophole)),
            class_="faint",
        ),
        class_=f"{severity} accepted" if accepted else severity,
    )


def _fact(name: str, said: str, code: str) -> Markup:
    return joined(tag("dt", name), tag("dd", said, " ", tag("code", code)))


def _loss(loophole: Loophole, largest: int, words: Words) -> Iterator[Markup]:
    """What it costs in words, and beside the largest loss of the report as a bar."""
    loss = words.loss(loophole)
    if not loss:
        return
    share = _minor(loophole) * 100 // largest if largest else 0
    # A loss that is hardly there beside the largest is still one.
    width = f"width:{max(share, 1 if _minor(loophole) else 0)}%"
    bar = tag("div", tag("span", style=width), class_="bar", aria_hidden="true")
    shown = [bar] if loophole.loss is not None else []
    yield joined(tag("dt", words("loss_is")), tag("dd", loss, *shown))


def _story(report: Report, witness: Witness, words: Words) -> Iterator[Markup]:
    told = retold(report.compiled, witness, words.locale)
    ends = [(f"{name}: " if name else "") + "; ".join(balance) for name, balance in told.balances]
    yield tag(
        "details",
        tag("summary", words("story")),
        tag("ol", *(_step(report, step, words) for step in told.steps), class_="story"),
        tag("p", words("end")),
        *_list([*ends, words("gain", gain=str(told.gain))]),
        open="",
    )


def _step(report: Report, step: ToldStep, words: Words) -> Markup:
    who = f" ({step.customer})" if step.customer else ""
    if step.quote is not None:
        # What was paid, and with how many points, is on the receipt.
        came = [receipt(step.quote, report.compiled.rulebook, words.locale)]
    else:
        came = _list([*([", ".join(step.cart)] if step.cart else []), *step.came])
    return tag(
        "li",
        tag("small", tag("time", step.moment)),
        tag("br"),
        f"{step.deed}{who}",
        *came,
    )
