"""What serves and updates runs where numpy cannot be imported, and says the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mallops.recommend.events import Event, EventKind
from mallops.recommend.fitting import fit
from mallops.recommend.likeness import Likeness
from mallops.recommend.state import Settings
from mallops.recommend.storing import dumps
from tests.recommend.event_strategies import START

SERVING = """
import sys
from pathlib import Path
blocked = "numpy", "scipy"
sys.modules.update(dict.fromkeys(blocked))

from mallops.catalog.model import Sku
from mallops.money import Currency, Money
from mallops.recommend.events import Event, EventKind
from mallops.recommend.ranking.engine import rank
from mallops.recommend.ranking.model import Context, Customer, Goods
from mallops.recommend.ranking.rules import Rules
from mallops.recommend.reasons import reasons, reasons_text
from mallops.recommend.scorers.basket import bought_together
from mallops.recommend.scorers.blend import blend, ready
from mallops.recommend.scorers.content import content
from mallops.recommend.scorers.hot import hot
from mallops.recommend.scorers.neighbours import neighbours
from mallops.recommend.scorers.personal import personal
from mallops.recommend.scorers.popularity import popularity
from mallops.recommend.scorers.replenishment import replenishment, usual_gaps
from mallops.recommend.scorers.trend import trend
from mallops.recommend.storing import dumps, loads
from mallops.recommend.updating import update
from mallops.time import instant

state, at = loads(Path(sys.argv[1]).read_text("utf-8")), instant("2026-02-15T00:00Z")
bought = Event("late", "ann", "cup", EventKind.BUY, instant("2026-02-01T00:00Z"), order="9")
state = update(state, [bought])
goods = {sku: Sku(sku, Money(500, Currency.of("CNY"))) for sku in ("tea", "cup", "pot")}
listed = rank(
    blend(ready(state, at), "ann", 9),
    Rules(),
    Context(Customer(), {sku: Goods(one) for sku, one in goods.items()}),
    n=2,
    at=at,
)
assert len(listed.items) == 2, listed
assert reasons_text(reasons(listed, {sku: Goods(one) for sku, one in goods.items()}, "en"))
for scored in (
    bought_together(state, ["tea"]),
    content(state, "ann", at, goods, goods),
    hot(state, at),
    neighbours(state, "ann", at),
    personal(state, "ann", at),
    popularity(state, at),
    replenishment(state, "ann", at, usual_gaps(state, at)),
    trend(state, "ann", at),
):
    assert scored
assert not any(sys.modules[name] for name in blocked)
print(dumps(state), end="")
"""


def test_serving_updating_and_ranking_ask_for_no_numpy(tmp_path: Path) -> None:
    events = [
        Event(f"{n}", customer, sku, EventKind.BUY, START.add(days=n), order=f"{n // 2}")
        for n, (customer, sku) in enumerate(
            (who, what) for who in ("ann", "bob", "cid") for what in ("tea", "pot", "tea", "ink")
        )
    ]
    made = Settings(orders=Likeness(damping=1))
    stored = tmp_path / "state.json"
    stored.write_text(dumps(fit(events, made)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SERVING, str(stored)],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert not done.stderr
    late = Event("late", "ann", "cup", EventKind.BUY, START.add(months=1), order="9")
    assert done.stdout == dumps(fit([*events, late], made))
