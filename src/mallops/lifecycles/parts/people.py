"""Who acts in a flow, and what they are called."""

from __future__ import annotations

from mallops.lifecycles.axes import Part, Said
from mallops.lifecycles.machine import PROVIDER, TIMER

BUYER = "buyer"
SELLER = "seller"
PLATFORM = "platform"
CARRIER = "carrier"

PEOPLE = Part(
    words={
        "actor.buyer": Said("买家", "the buyer"),
        "actor.seller": Said("卖家", "the seller"),
        "actor.platform": Said("平台", "the platform"),
        "actor.carrier": Said("承运商", "the carrier"),
        f"actor.{TIMER}": Said("定时器", "the timer"),
        f"actor.{PROVIDER}": Said("外部服务", "an outside service"),
    }
)
"""Nobody moves here; it has the words for all who do."""
