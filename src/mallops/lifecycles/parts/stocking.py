"""Stock: what came back and passed inspection goes on sale again, once the buyer is content."""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Part, Said, To
from mallops.lifecycles.machine import PROVIDER, TIMER, Effect


def stocking() -> Part:
    """Restocking. Where it fails the case ends all the same, marked for somebody to count."""
    return Part(
        (
            Axis(
                "stock",
                {
                    NONE: Said("", ""),
                    "restocking": Said("入库中", "being restocked"),
                    "stocked": Said("已入库", "restocked"),
                    "unstocked": Said("未入库，待盘点", "not restocked, to be counted"),
                },
            ),
        ),
        (
            _moves("restocked", PROVIDER, "stocked"),
            _moves("restock_failed", PROVIDER, "unstocked"),
            _moves("restock_timeout", TIMER, "unstocked"),
        ),
        effects=(Effect("restock", "restocked", "restock_failed", "restock_timeout", 24),),
        words={
            "event.restocked": Said("入库成功", "restocking succeeded"),
            "event.restock_failed": Said("入库失败", "restocking failed"),
            "event.restock_timeout": Said("入库超时", "no word of restocking in time"),
            "effect.restock": Said("验货通过的商品重新入库", "restock what passed inspection"),
        },
    )


def _moves(event: str, actor: str, to: str) -> Change:
    return Change(event, (actor,), {"stock": "restocking"}, To({"stock": to}))
