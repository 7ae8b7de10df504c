"""What a backend's handlers call: load, decide, save, again until nobody was in between.

Every call that stores is idempotent by its key: what was asked before under that key, and asked
again, gives the answer of the first time, whatever has happened since. What was asked is kept
as a fingerprint. It holds what the caller states, and neither instants nor rules nor what is
computed, which all move on until a callback is delivered the second time. A refusal stores
nothing and is not remembered: the same key may be tried again, and may be accepted then.

What is stored depends on nothing that somebody else has changed meanwhile. Where another was
faster, all is decided anew, `ATTEMPTS` times at most; after that `Conflict` is raised, and the
call can be made again under the same key. Nothing here waits between attempts.

These are plain functions, for repositories of plain functions. The same are in
`mallops.operations.aio`, to be awaited.
"""

from __future__ import annotations

from mallops.operations import cases, draining, opening, placing, points, scheduled
from mallops.operations.asking import fingerprint
from mallops.operations.draining import Drained, Perform, Told
from mallops.operations.mall import Mall
from mallops.operations.running import ATTEMPTS, NotPlain, plain
from mallops.operations.scheduled import Ran

__all__ = [
    "ATTEMPTS",
    "Drained",
    "Mall",
    "NotPlain",
    "Perform",
    "Ran",
    "Told",
    "act_points",
    "advance_case",
    "audit_points",
    "cancel",
    "checkout",
    "drain_outbox",
    "earn_points",
    "fingerprint",
    "open_case",
    "pay",
    "post_decision",
    "post_points",
    "receive",
    "reverse_points",
    "run_due",
    "settle_points",
    "sweep_points",
    "transfer_points",
]

act_points = plain(points.act_points)
audit_points = plain(points.audit_points)
earn_points = plain(points.earn_points)
post_decision = plain(points.post_decision)
post_points = plain(points.post_points)
reverse_points = plain(points.reverse_points)
sweep_points = plain(points.sweep_points)
transfer_points = plain(points.transfer_points)

advance_case = plain(cases.advance_case)
cancel = plain(cases.cancel)
checkout = plain(placing.checkout)
drain_outbox = plain(draining.drain_outbox)
open_case = plain(opening.open_case)
pay = plain(cases.pay)
receive = plain(cases.receive)
run_due = plain(scheduled.run_due)
settle_points = plain(scheduled.settle_points)
