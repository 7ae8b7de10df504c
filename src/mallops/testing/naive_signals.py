"""Signals of abuse by recounting every event in its window: what the rolling rows have to agree with.

It shares only events, thresholds and suspicions with `mallops.loopholes.signals`; it keeps all
events for ever, and goes through all of them for every number.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import define, field

from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.model import Score, Suspicion
from mallops.loopholes.signals.settings import Scale, Settings
from mallops.loopholes.signals.windows import Span

SHARED = ("payment", "device", "address")
BACK = {Act.RETURN, Act.REFUND_ONLY}


@define
class NaiveSignals:
    """Every event that was counted."""

    settings: Settings
    counted: list[Event] = field(factory=list)
    latest: int | None = None

    def observe(self, event: Event) -> tuple[str, list[Suspicion]]:
        """What becomes of an event, and what is suspicious with it."""
        outcome = self.count(event)
        return outcome, self.judged(event) if outcome == "counted" else []

    def count(self, event: Event) -> str:
        """What becomes of an event."""
        if self.latest is not None and event.second < self.latest - self.settings.lateness:
            return "late"
        if any(each.id == event.id for each in self.counted):
            return "repeated"
        self.counted.append(event)
        self.latest = event.second if self.latest is None else max(self.latest, event.second)
        return "counted"

    def judged(self, event: Event) -> list[Suspicion]:
        """What is suspicious about an event that has been counted."""
        found = [*self._shared(event), *self._refunds(event), *self._referrals(event)]
        if event.act is Act.ORDER:
            found += [*self._orders(event), *self._sellers(event), *self._limits(event)]
            found += self._coupons(event)
        return found

    # --- windows --------------------------------------------------------------------------------

    def _within(self, events: Iterable[Event], span: Span) -> list[Event]:
        """Those of the events in the window that ends with the latest of them."""
        held = list(events)
        last = max(event.second // span.step for event in held)
        return [event for event in held if event.second // span.step > last - span.steps]

    def _latest_names(self, pairs: Iterable[tuple[Event, str]], span: Span) -> list[str]:
        """Of names that come with events, those seen last in the window."""
        held = list(pairs)
        inside = self._within((event for event, _ in held), span)
        seen: dict[str, int] = {}
        for event, name in held:
            if event in inside:
                seen[name] = max(
                    seen.get(name, event.second // span.step), event.second // span.step
                )
        ordered = sorted(seen, key=lambda name: (seen[name], name))
        return ordered[-self.settings.most_names :]

    def _at(self, scope: str, value: str) -> list[str]:
        """The accounts that were seen at an address, on a device, with a payment."""
        measure = getattr(self.settings, f"{scope}_shared")
        there = [event for event in self.counted if getattr(event, scope) == value]
        return self._latest_names([(event, event.customer) for event in there], measure.span)

    def _all(self, *acts: Act) -> Iterator[Event]:
        return (event for event in self.counted if event.act in acts)

    # --- signals --------------------------------------------------------------------------------

    def _shared(self, event: Event) -> Iterator[Suspicion]:
        for scope in SHARED:
            value = getattr(event, scope)
            if value:
                accounts = self._at(scope, value)
                scale = getattr(self.settings, f"{scope}_shared").scale
                details = {"accounts": str(len(accounts))}
                yield from _one(f"{scope}_shared", scale.score(len(accounts)), accounts, details)

    def _orders(self, event: Event) -> Iterator[Suspicion]:
        measure = self.settings.orders_fast
        mine = [each for each in self._all(Act.ORDER) if each.customer == event.customer]
        count = len(self._within(mine, measure.span))
        yield from _one(
            "orders_fast", measure.scale.score(count), [event.customer], {"orders": str(count)}
        )

    def _refunds(self, event: Event) -> Iterator[Suspicion]:
        if event.act not in BACK:
            return
        if event.amount is not None:
            measure, currency = self.settings.refund_share, event.amount.currency
            money = [
                each
                for each in self._all(Act.ORDER, *BACK)
                if each.customer == event.customer
                and each.amount is not None
                and each.amount.currency == currency
            ]
            inside = self._within(money, measure.span)
            paid = sum(
                each.amount.minor for each in inside if each.amount and each.act is Act.ORDER
            )
            back = [
                each.amount.minor for each in inside if each.amount is not None and each.act in BACK
            ]
            share = min(100, 100 * sum(back) // paid) if paid else 100 if sum(back) else 0
            details = {"share": str(share), "refunds": str(len(back))}
            if len(back) >= self.settings.least_refunds:
                yield from _one(
                    "refunds_high", measure.scale.score(share), [event.customer], details
                )
        if event.act is Act.REFUND_ONLY:
            measure = self.settings.refund_only
            mine = [each for each in self._all(Act.REFUND_ONLY) if each.customer == event.customer]
            count = len(self._within(mine, measure.span))
            yield from _one(
                "goods_kept", measure.scale.score(count), [event.customer], {"refunds": str(count)}
            )

    def _links(self, event: Event, account: str) -> Iterator[tuple[str, int, int]]:
        links = self.settings.links
        if event.customer == account:
            yield "account", 0, links.same
            return
        for scope in SHARED:
            value = getattr(event, scope)
            seen = self._at(scope, value) if value else []
            if account in seen:
                yield scope, len(seen) - 1, getattr(links, scope)

    def _sellers(self, event: Event) -> Iterator[Suspicion]:
        measure = self.settings.self_purchase
        for seller in event.sellers:
            bought = [
                each
                for each in self._all(Act.ORDER)
                for one in each.sellers
                if one == seller and each.customer == event.customer
            ]
            count = len(self._within(bought, measure.span))
            for by, _, sure in self._links(event, seller):
                score = measure.scale.score(count) * sure // 100
                details = {"orders": str(count), "seller": seller, "by": by}
                yield from _one("self_purchase", score, [event.customer, seller], details)

    def _referrals(self, event: Event) -> Iterator[Suspicion]:
        if event.act is not Act.JOIN or not event.referrer:
            return
        measure = self.settings.referrals
        joined = [
            (each, each.customer) for each in self._all(Act.JOIN) if each.referrer == event.referrer
        ]
        count = len(self._latest_names(joined, measure.span))
        details = {"accounts": str(count)}
        yield from _one("referrals_many", measure.scale.score(count), [event.referrer], details)
        for by, others, sure in self._links(event, event.referrer):
            score = self.settings.self_referral.score(others) * sure // 100
            details = {"referrer": event.referrer, "by": by, "others": str(others)}
            yield from _one("self_referral", score, [event.customer, event.referrer], details)

    def _coupons(self, event: Event) -> Iterator[Suspicion]:
        measure = self.settings.coupons_passed_on
        passed = [
            (each, voucher.owner)
            for each in self._all(Act.ORDER)
            for voucher in each.coupons
            if voucher.owner not in {"", each.customer}
        ]
        owners = list(dict.fromkeys(owner for each, owner in passed if each == event))
        for owner in owners:
            users = [(each, each.customer) for each, whose in passed if whose == owner]
            count = len(self._latest_names(users, measure.span))
            details = {"accounts": str(count)}
            yield from _one("coupons_sold", measure.scale.score(count), [owner], details)
        if owners:
            mine = [(each, owner) for each, owner in passed if each.customer == event.customer]
            count = len(self._latest_names(mine, measure.span))
            details = {"accounts": str(count)}
            yield from _one("coupons_bought", measure.scale.score(count), [event.customer], details)

    def _limits(self, event: Event) -> Iterator[Suspicion]:
        scales: dict[str, Scale] = {
            "customer": self.settings.uses_by_customer,
            "payment": self.settings.uses_by_payment,
            "device": self.settings.uses_by_device,
            "address": self.settings.uses_by_address,
        }
        for use in event.promotions:
            for scope, scale in scales.items():
                value = getattr(event, scope)
                if use.at_most is None or not value:
                    continue
                uses = [
                    each
                    for each in self._all(Act.ORDER)
                    for one in each.promotions
                    if getattr(each, scope) == value
                    and one.promotion == use.promotion
                    and one.at_most is not None
                ]
                count = len(self._within(uses, self.settings.uses))
                details = {
                    "promotion": use.promotion,
                    "used": str(count),
                    "allowed": str(use.at_most),
                    "scope": scope,
                }
                score = scale.score(100 * count // use.at_most)
                yield from _one("uses_over_limit", score, [event.customer], details)


def naive_signals(events: Sequence[Event], settings: Settings) -> dict[str, Score]:
    """Each account that is suspected, by what was to be seen at the end of each instant."""
    store = NaiveSignals(settings)
    found: list[Suspicion] = []
    for at in sorted({event.at for event in events}):
        group = [event for event in events if event.at == at]
        counted = [event for event in group if store.count(event) == "counted"]
        found += [each for event in counted for each in store.judged(event)]
    accounts = {account for each in found for account in each.accounts}
    scores = {account: _score(account, found) for account in accounts}
    return dict(sorted(scores.items(), key=lambda item: (-item[1].score, item[0])))


def _score(account: str, found: Sequence[Suspicion]) -> Score:
    worst = []
    for code in sorted({each.code for each in found if account in each.accounts}):
        mine = [each for each in found if each.code == code and account in each.accounts]
        worst.append(
            max(mine, key=lambda each: (each.score, each.accounts, sorted(each.details.items())))
        )
    worst.sort(key=lambda each: -each.score)
    left = 100.0
    for each in worst:
        left = left * (100 - each.score) / 100
    return Score(int(100 - left + 1e-9), tuple(worst))


def _one(
    code: str, score: int, accounts: Iterable[str], details: dict[str, str]
) -> Iterator[Suspicion]:
    if score:
        yield Suspicion(code, score, tuple(sorted(set(accounts))), details)
