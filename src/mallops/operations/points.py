"""Posting points for one customer, or two, through a repository of points alone.

An entry is written only on the very wallet that it was decided on. Where another was faster, all
is decided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import Attribute, asdict, evolve, fields
from pendulum import DateTime

from mallops.errors import InputError, shown
from mallops.findings import Finding, Refusal, Severity
from mallops.operations.asking import fingerprint, key_reused
from mallops.operations.running import answered, attempted
from mallops.points.actions import acted
from mallops.points.concluding import Decision, check_key
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
from mallops.points.earning import Goods, earned
from mallops.points.model import Entry
from mallops.points.requests import Act, Stated
from mallops.points.requests import Earn as Earning
from mallops.points.sweeping import sweep
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet, apply
from mallops.repositories import Change, Conflict, PointsRepository
from mallops.rules.points import Action, Earn, Transfer

_NOTHING: Mapping[str, int] = MappingProxyType({})


async def post_points(
    repository: PointsRepository,
    customer: str,
    key: str,
    request: Stated,
    at: DateTime,
    terms: Terms,
) -> Entry | Refusal:
    """Post what a caller states whole, such as to spend 500 points on an order.

    Refused: `key_reused`, where another request has that key, and whatever
    `mallops.points.deciding.decide` refuses. Raises `Conflict`, and `InputError` as that does.
    """
    payload = fingerprint(type(request).__name__, asdict(request, filter=_is_stated))
    return await post_decision(
        repository, customer, key, payload, lambda wallet: decide(wallet, key, request, at, terms)
    )


async def earn_points(
    repository: PointsRepository,
    customer: str,
    key: str,
    order: str,
    goods: Sequence[Goods],
    groups: frozenset[str],
    at: DateTime,
    earn: Earn | None,
    terms: Terms,
    campaign_left: Mapping[str, int] = _NOTHING,
    *,
    first_order: bool = False,
) -> Entry | Refusal:
    """Post what an order earns, pending, within the caps on what the customer earned so far.

    The arguments are those of `mallops.points.earning.earned`. Asked is the order with the SKUs
    of its goods and what was paid for them; the customer's groups and whether this is a first
    order may have changed when a callback comes twice. What is left of campaigns for all
    customers is the caller's to count: orders placed at one moment may go beyond it together.
    Refused: `key_reused`. Raises `Conflict`, and `InputError` as `earned` does.
    """

    def decided(wallet: Wallet) -> Decision | Refusal:
        found = earned(
            earn,
            goods,
            groups,
            at,
            terms.timezone,
            wallet.counts,
            campaign_left,
            first_order=first_order,
        )
        request = Earning(order, found.points, found.counts, found.campaign, found.bonus)
        return decide(wallet, key, request, at, terms)

    paid = sorted((one.sku.sku, one.paid) for one in goods)
    payload = fingerprint("earn", {"order": order, "goods": paid})
    return await post_decision(repository, customer, key, payload, decided)


async def act_points(
    repository: PointsRepository,
    customer: str,
    key: str,
    action: str,
    at: DateTime,
    actions: Sequence[Action],
    terms: Terms,
) -> Entry | Refusal:
    """Post what a customer earns by an action, as often as its rule allows.

    Asked is the action alone. Refused: `key_reused`, and `action_unknown` and `action_used_up`
    as `mallops.points.actions.acted` does. Raises `Conflict`, and `InputError` as that does.
    """

    def decided(wallet: Wallet) -> Decision | Refusal:
        found = acted(actions, action, at, terms.timezone, wallet.counts)
        if isinstance(found, Refusal):
            return found
        return decide(wallet, key, Act(action, found.points, found.counts), at, terms)

    return await post_decision(
        repository, customer, key, fingerprint("act", {"action": action}), decided
    )


async def reverse_points(
    repository: PointsRepository, customer: str, key: str, at: DateTime, terms: Terms
) -> Entry | Refusal:
    """Undo the entry of that key, such as a grant made by mistake: once, and not again.

    The entry that undoes it has the key `reverse/` and that of the other, so that a second call
    gives the first one's entry. Refused: `entry_unknown`, where there is none of the key, and
    what `mallops.points.deciding.reverse` refuses. Raises `Conflict`.
    """
    undone = await answered(repository.entry(customer, key))
    if undone is None:
        return Refusal("entry_unknown", {"key": key})
    own = f"reverse/{key}"
    return await post_decision(
        repository,
        customer,
        own,
        fingerprint("reverse", {"key": key}),
        lambda wallet: reverse(wallet, own, undone, at, terms),
    )


async def post_decision(
    repository: PointsRepository,
    customer: str,
    key: str,
    payload: str,
    decided: Callable[[Wallet], Decision | Refusal],
) -> Entry | Refusal:
    """Post what is decided on a customer's wallet: what all other calls here are made of.

    For what a backend computes from the wallet by itself: `decided` is called with the wallet as
    it is, again whenever that has changed meanwhile, and its decision's entry has to have the
    key. `payload` is the `fingerprint` of what was asked. Refused: `key_reused`, and what
    `decided` refuses. Raises `Conflict`, and `InputError` for a key that is the ledger's own.
    """
    check_key(key)

    async def attempt() -> Entry | Refusal:
        # The wallet first: one that is read later than the key was looked up may hold the entry
        # already, and the second of two equal calls would be refused for what the first did.
        wallet = await answered(repository.wallet(customer))
        known = await answered(repository.entry(customer, key))
        if known is not None:
            return _as_before(known, payload)
        decision = decided(wallet)
        if isinstance(decision, Refusal):
            return decision
        change = _change(decision, payload)
        await answered(repository.append([change]))
        return change.entries[-1]

    return await attempted(attempt)


async def transfer_points(
    repository: PointsRepository,
    sender: str,
    receiver: str,
    key: str,
    points: int,
    at: DateTime,
    rules: Transfer,
    terms: Terms,
) -> Entry | Refusal:
    """Give points of one customer to another, and get the sender's entry.

    Both customers have an entry of that key afterwards, or neither. Refused: `key_reused`, and
    what `mallops.points.transfers.transfer` refuses. Raises `Conflict`, and `InputError` as that
    does.
    """
    check_key(key)
    payload = fingerprint("transfer", {"from": sender, "to": receiver, "points": points})

    async def attempt() -> Entry | Refusal:
        giving, taking = (
            await answered(repository.wallet(sender)),
            await answered(repository.wallet(receiver)),
        )
        known = await answered(repository.entry(sender, key)) or await answered(
            repository.entry(receiver, key)
        )
        if known is not None:
            return _as_before(known, payload)
        found = transfer(giving, taking, key, points, at, rules, terms)
        if isinstance(found, Refusal):
            return found
        sent, received = (_change(decision, payload) for decision in found)
        await answered(repository.append([sent, received]))
        return sent.entries[-1]

    return await attempted(attempt)


async def sweep_points(
    repository: PointsRepository, at: DateTime, terms: Terms, limit: int = 100
) -> tuple[Entry, ...]:
    """Post what is due by `at` for so many customers: lots at their end, holds that lapse.

    Nothing depends on it being called: every posting and every `balance` counts what is due
    as gone. It keeps the log complete for statements and for the mall's liability. It can be
    called twice, and by several workers at once: a customer for whom another was faster is left
    for a later call. Returns the entries posted.
    """
    posted: list[Entry] = []
    for customer in await answered(repository.due(at, limit)):
        wallet, entries = sweep(await answered(repository.wallet(customer)), at, terms)
        try:
            await answered(repository.append([Change(entries, wallet)] if entries else []))
        except Conflict:
            continue
        posted += entries
    return tuple(posted)


async def audit_points(repository: PointsRepository, customer: str) -> tuple[Finding, ...]:
    """Whether a customer's wallet is what the log adds up to: nothing, if it is.

    Errors are `points_log_broken`, for an entry that does not follow from those before it, or a
    log that ends before its wallet does (at `$.entries`), and `points_wallet_differs`, for each
    part of the wallet that the log does not give (at `$.wallet`). May run while others post.
    Takes time in proportion to the log.
    """
    stored = await answered(repository.wallet(customer))
    wallet = Wallet(customer)
    for entry in await answered(repository.entries(customer)):
        # The rest was posted since.
        if wallet.version == stored.version:
            break
        try:
            wallet = apply(wallet, entry)
        except InputError as error:
            return (_broken(wallet.version + 1, str(error)),)
    if wallet.version != stored.version:
        return (_broken(wallet.version + 1, f"no entry, of {stored.version}"),)
    return tuple(_differences(stored, wallet))


def _is_stated(attribute: Attribute[object], value: object) -> bool:
    """Whether a field of a request is part of what was asked.

    Instants are not: a hold until half an hour from now ends later when it is asked for again.
    What has its default is not: so fields can be added, and old fingerprints remain.
    """
    return value != attribute.default and not isinstance(value, DateTime)


def _broken(number: int, problem: str) -> Finding:
    details = {"entry": str(number), "problem": problem}
    return Finding("points_log_broken", Severity.ERROR, f"$.entries[{number - 1}]", details)


def _differences(stored: Wallet, replayed: Wallet) -> Iterator[Finding]:
    for part in fields(Wallet):
        here, there = getattr(stored, part.name), getattr(replayed, part.name)
        if here != there:
            details = {"part": part.name, "wallet": shown(here), "log": shown(there)}
            path = f"$.wallet.{part.name}"
            yield Finding("points_wallet_differs", Severity.ERROR, path, details)


def _as_before(known: Entry, payload: str) -> Entry | Refusal:
    return known if known.payload == payload else key_reused(known.key)


def _change(decision: Decision, payload: str) -> Change:
    *due, entry = decision.entries
    return Change((*due, evolve(entry, payload=payload)), decision.wallet)
