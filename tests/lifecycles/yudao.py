"""The after-sales flow of yudao-cloud, as its public sources have it: no deadline anywhere.

Whether a refund fails, and what then, its states do not say: the case stays where it was.
"""

from __future__ import annotations

from mallops.lifecycles.machine import PROVIDER, TIMER, Effect, Machine, Row, State
from tests.lifecycles.claims import BUYER, SELLER, by, told

YUDAO = told(
    Machine(
        "yudao-after-sale",
        "1",
        states=(
            State("APPLY"),
            State("SELLER_AGREE"),
            State("BUYER_DELIVERY"),
            State("WAIT_REFUND"),
            State("COMPLETE", final=True),
            State("BUYER_CANCEL", final=True),
            State("SELLER_DISAGREE", final=True),
            State("SELLER_REFUSE", final=True),
        ),
        events=(
            *("agree_refund", "agree_return", "disagree", "deliver", "receive", "refuse"),
            *("cancel", "refunded", "refund_failed", "refund_timed_out"),
        ),
        actors=(BUYER, SELLER, PROVIDER, TIMER),
        rows=(
            Row("APPLY", "agree_refund", "WAIT_REFUND", by(SELLER), (), ("refund",), BUYER),
            Row("APPLY", "agree_return", "SELLER_AGREE", by(SELLER), (), (), BUYER),
            Row("APPLY", "disagree", "SELLER_DISAGREE", by(SELLER)),
            Row("SELLER_AGREE", "deliver", "BUYER_DELIVERY", by(BUYER)),
            Row("BUYER_DELIVERY", "receive", "WAIT_REFUND", by(SELLER), (), ("refund",), BUYER),
            Row("BUYER_DELIVERY", "refuse", "SELLER_REFUSE", by(SELLER)),
            *(
                Row(state, "cancel", "BUYER_CANCEL", by(BUYER))
                for state in ("APPLY", "SELLER_AGREE", "BUYER_DELIVERY")
            ),
            Row("WAIT_REFUND", "refunded", "COMPLETE", by(PROVIDER)),
            Row("WAIT_REFUND", "refund_failed", "WAIT_REFUND", by(PROVIDER)),
            Row("WAIT_REFUND", "refund_timed_out", "WAIT_REFUND", by(TIMER)),
        ),
        effects=(
            Effect("refund", "refunded", "refund_failed", "refund_timed_out", 24, money="refund"),
        ),
    )
)
