"""Recommend goods from two years of real purchases: fit, score, explain, and compare offline.

    python -m examples.recommend [--one-in N] [--locale en|zh_CN] [--svg FILE]

Reads the purchases of Online Retail II that lie in `examples/retail` (one in N customers, all if
N is 1), needs the extras `arrow` and `recommend`, and prints

- how four scorers did on three folds of four weeks, each fitted to what came before it alone,
  and which of them a backtest chooses, for all goods and for goods new to the customer;
- what one customer is recommended on the first day of the last fold, and why.

The comparison is drawn to FILE (default: `recommend.svg`), with 95% bootstrap intervals.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from attrs import evolve
from pyarrow import parquet

from examples.festival import table
from examples.recommend_svg import Bar, drawn
from mallops import Currency, instant
from mallops.recommend.evaluation.bootstrap import mean_interval, ratio_interval
from mallops.recommend.evaluation.choosing import Trials, backtest, choice_text, try_scorers
from mallops.recommend.evaluation.folds import Aim, Fold, History, folds, starts_before
from mallops.recommend.evaluation.judging import Fitted, Question, Scorer
from mallops.recommend.events import Event, EventKind
from mallops.recommend.fitting.batch import batch, best_of
from mallops.recommend.fitting.fit import fit
from mallops.recommend.ranking.engine import rank
from mallops.recommend.ranking.model import Context, Customer, Goods
from mallops.recommend.ranking.rules import By, Cap, Rules
from mallops.recommend.reasons import reasons, reasons_text
from mallops.recommend.scorers.blend import Blend, Ready, blend, ready
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.documents import read_document

HERE = Path(__file__).parent
LAST = instant("2011-12-09T00:00Z")
DAYS, FOLDS, K = 28, 3, 10
AIMS = (Aim.ALL, Aim.DISCOVERY)
CANDIDATES = 100

# The simplest first: of two that are as good, it is chosen.
BLENDS = {
    "popular": Blend(personal=0, trend=0, popular=1),
    "personal": Blend(personal=1, trend=0),
    "trend": Blend(personal=0, trend=1),
    "blend": Blend(),
}

WORDS = {
    "en": {
        "all": "all goods",
        "discovery": "new goods",
        "scorer": "scorer",
        "gain": "over {other}: {times} times ({low} to {high})",
        "customer": "customer {customer}, {date}",
        "bought": "bought in the four weeks after: {skus}",
        "none": "none of these",
    },
    "zh_CN": {
        "all": "全部商品",
        "discovery": "新商品",
        "scorer": "打分方法",
        "gain": "是 {other} 的 {times} 倍（{low} 到 {high}）",
        "customer": "顾客 {customer}，{date}",
        "bought": "其后四周买了：{skus}",
        "none": "都没买",
    },
}


def read_events(one_in: int) -> list[Event]:
    """The purchases of customers whose number is divisible by `one_in`."""
    columns = ["cart", "at", "customer", "lines"]
    carts = parquet.read_table(HERE / "retail" / "carts.parquet", columns=columns)
    ids = carts["customer"].combine_chunks().field("id").to_pylist()
    kept = [n for n, name in enumerate(ids) if name and int(name) % one_in == 0]
    return [
        Event(
            id=f"{cart['cart']}/{line['id']}",
            customer=cart["customer"]["id"],
            sku=line["sku"],
            kind=EventKind.BUY,
            at=instant(cart["at"]),
            quantity=line["quantity"],
            order=cart["cart"],
        )
        for cart in carts.take(kept).to_pylist()
        for line in cart["lines"]
    ]


def read_goods() -> dict[str, Goods]:
    """The goods by SKU, with the titles of those that the demo's catalogue has."""
    pounds = Currency.of("GBP")
    catalog = decode_catalog(read_document(HERE / "retail" / "catalog.json"), pounds)
    titles = {
        item["sku"]: item["title"]
        for item in json.loads((HERE / "data" / "catalog.json").read_text("utf-8"))["products"]
    }
    return {
        sku.sku: Goods(evolve(sku, title=titles.get(sku.sku, sku.title))) for sku in catalog.skus
    }


def blends(shelves: Mapping[str, Ready]) -> dict[str, Scorer]:
    """Each blend as a scorer, over shelves that are ready, by the instant of their history."""
    return {name: blended(shelves, of) for name, of in BLENDS.items()}


def blended(shelves: Mapping[str, Ready], of: Blend) -> Scorer:
    """One blend as a scorer; a history's state is fitted once for all of them."""

    def scorer(history: History) -> Fitted:
        made = batch(ready(shelves[str(history.at)].state, history.at, of))

        def ranked(question: Question) -> dict[str, list[str]]:
            new = question.aim is Aim.DISCOVERY
            best = best_of(made, question.customers, question.k, new_only=new)
            return {
                customer: [made.skus[place] for place in row if place >= 0]
                for customer, row in zip(question.customers, best.places, strict=True)
            }

        return ranked

    return scorer


def told_comparison(trials: Trials, locale: str) -> str:
    """A table for each aim, which scorer is chosen, and what it gains on the fold kept apart."""
    words, lines = WORDS[locale], []
    for aim in AIMS:
        tested = backtest(trials, Random(8), aim)
        rows = [(words["scorer"], *(start[:10] for start in trials.starts))]
        for name, reports in trials.reports.items():
            rows.append((name, *(f"{one[aim].mean.ndcg:.4f}" for one in reports)))
        ours = tested.last[tested.choice.name].values("ndcg")
        lines += [f"nDCG@{K}, {words[aim]}", table(rows), choice_text(tested.choice, locale)]
        for name, report in tested.last.items():
            if name != tested.choice.name and report.mean.ndcg:
                found = ratio_interval(ours, report.values("ndcg"), Random(8))
                times, low, high = (f"{x:.2f}" for x in (found.estimate, found.low, found.high))
                lines.append(words["gain"].format(other=name, times=times, low=low, high=high))
        lines.append("")
    return "\n".join(lines)


def told_reasons(shelf: Ready, fold: Fold, goods: Mapping[str, Goods], locale: str) -> str:
    """What the first customer of a fold is recommended, at most two of a category, and why."""
    customer, kept = next(iter(fold.truth.kept.items()))
    history, words = fold.history, WORDS[locale]
    listed = rank(
        [one for one in blend(shelf, customer, CANDIDATES) if one.sku in goods],
        Rules(caps=(Cap(By.CATEGORY, 2),)),
        Context(Customer(bought=history.bought[customer]), goods),
        n=5,
        at=history.at,
    )
    hits = [one.sku for one in listed.items if one.sku in kept]
    return "\n".join(
        [
            words["customer"].format(customer=customer, date=history.at.to_date_string()),
            reasons_text(reasons(listed, goods, locale)),
            words["bought"].format(skus=", ".join(hits) or words["none"]),
        ]
    )


def bars(trials: Trials) -> list[Bar]:
    """What is drawn: each scorer's mean on each fold, for each aim, with its interval."""
    return [
        Bar(aim, name, start[:10], mean_interval(reports[n][aim].values("ndcg"), Random(8)))
        for aim in AIMS
        for name, reports in trials.reports.items()
        for n, start in enumerate(trials.starts)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison and the reasons, and draw the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--one-in", type=int, default=8, choices=range(1, 101), metavar="N")
    parser.add_argument("--locale", choices=sorted(WORDS), default="en")
    parser.add_argument("--svg", type=Path, default=Path("recommend.svg"))
    options = parser.parse_args(arguments)
    rolling = folds(read_events(options.one_in), starts_before(LAST, DAYS, FOLDS), DAYS)
    shelves = {
        str(fold.history.at): ready(fit(fold.history.events), fold.history.at) for fold in rolling
    }
    trials = try_scorers(blends(shelves), rolling, K, AIMS)
    words = WORDS[options.locale]
    print(told_comparison(trials, options.locale))
    last = rolling[-1]
    print(told_reasons(shelves[str(last.history.at)], last, read_goods(), options.locale))
    titles = {str(aim): f"nDCG@{K}, {words[aim]}" for aim in AIMS}
    options.svg.write_text(drawn(bars(trials), titles), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
