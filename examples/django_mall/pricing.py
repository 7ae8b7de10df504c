"""What a price depends on: goods, rulebooks, what is gone of limits, and coupons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import asdict, evolve
from django.db.models import Max, Q, Sum
from pendulum import DateTime

from examples.django_mall import models
from examples.django_mall.conflicts import conflict
from mallops import Currency, Money
from mallops.cart import Usage
from mallops.catalog.model import Catalog
from mallops.repositories import Coupon, CouponState, Exhausted, Reservation, Take
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Limits

USED = (CouponState.HELD, CouponState.REDEEMED)


class DjangoCatalog:
    """A `CatalogRepository`: goods and their price entries are one row, so of one moment."""

    def goods(self, skus: Collection[str]) -> Catalog:
        found = models.Product.objects.filter(sku__in=skus).order_by("sku")
        return Catalog(
            tuple(each.facts for each in found),
            tuple(entry for each in found for entry in each.prices),
        )

    def put(self, goods: Catalog) -> None:
        rows = [
            models.Product(
                sku=each.sku,
                shop=each.shop,
                category=each.category,
                price=each.price.minor if each.price else None,
                facts=each,
                prices=tuple(entry for entry in goods.prices if entry.sku == each.sku),
            )
            for each in sorted(goods.skus, key=lambda each: each.sku)
        ]
        columns = ["shop", "category", "price", "facts", "prices"]
        models.Product.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["sku"], update_fields=columns
        )


class DjangoRulebooks:
    """A `RulebookRepository`."""

    def publish(self, rulebook: Rulebook, since: DateTime) -> None:
        row = models.RulebookVersion(
            rulebook=rulebook.id, version=rulebook.version, since=since, content=rulebook
        )
        models.RulebookVersion.objects.bulk_create([row], ignore_conflicts=True)
        stored = self._versions(rulebook.id).get(version=rulebook.version)
        if (stored.since, stored.content) != (since, rulebook):
            raise conflict(f"version {rulebook.version} of {rulebook.id} is another one")

    def rulebook(self, name: str, version: str) -> Rulebook | None:
        found = self._versions(name).filter(version=version).first()
        return found.content if found else None

    def version(self, name: str, at: DateTime) -> str | None:
        begun = self._versions(name).filter(since__lte=at).order_by("-since", "-id")
        found: str | None = begun.values_list("version", flat=True).first()
        return found

    def _versions(self, name: str) -> Any:
        return models.RulebookVersion.objects.filter(rulebook=name)


class DjangoUsage:
    """A `UsageRepository`. It adds up what was taken of a promotion, each time.

    With an index that is quick for some ten thousand uses; beyond, keep the sums of what is
    committed in `Limited`, whose row is locked anyway.
    """

    def used(self, promotions: Collection[str], customer: str, at: DateTime) -> Mapping[str, Usage]:
        counts = Q(reservation__until=None) | Q(reservation__until__gt=at)
        sums = (
            models.Taken.objects.filter(counts, promotion__in=promotions)
            .values("promotion")
            .annotate(
                total=Sum("uses"),
                own=Sum("uses", filter=Q(reservation__customer=customer), default=0),
                money=Sum("spent"),
                code=Max("currency"),
            )
        )
        return {
            each["promotion"]: Usage(
                each["total"], each["own"], _money(each["money"], each["code"])
            )
            for each in sums
        }

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        order, takes = reservation.order, reservation.takes
        models.Reservation.objects.create(
            order=order, customer=reservation.customer, until=reservation.until
        )
        limited = sorted(each.promotion for each in takes if each.limits != Limits())
        self._lock(limited)
        # What is over is so for good: a clock that is behind brings nothing of it back.
        over = models.Reservation.objects.filter(until__lte=at)
        over.filter(taken__promotion__in=limited).update(whole=False)
        models.Taken.objects.bulk_create(
            models.Taken(
                reservation_id=order,
                promotion=each.promotion,
                uses=each.uses,
                spent=each.spent.minor if each.spent else None,
                currency=each.spent.currency.code if each.spent else None,
            )
            for each in takes
        )
        # A statement of its own sees what was stored while this one waited for the lock.
        used = self.used(limited, reservation.customer, at)
        for take in takes:
            if take.promotion in used and _is_over(take, used[take.promotion]):
                raise conflict(f"{take.promotion} has not enough left", Exhausted)

    def commit(self, order: str, at: DateTime) -> bool:
        stands = Q(until=None) | Q(until__gt=at, whole=True)
        found = models.Reservation.objects.filter(stands, order=order).update(until=None)
        return bool(found)

    def release(self, order: str, promotions: Collection[str]) -> None:
        reservation = models.Reservation.objects.filter(order=order)
        # Whoever commits it meanwhile waits, and whoever was faster is waited for.
        list(reservation.select_for_update())
        given, _ = models.Taken.objects.filter(
            reservation_id=order, promotion__in=promotions
        ).delete()
        if given:
            reservation.update(whole=False)

    def _lock(self, promotions: Sequence[str]) -> None:
        """In one order for all, so that nobody waits for each other."""
        rows = models.Limited.objects
        rows.bulk_create(map(_limited, promotions), ignore_conflicts=True)
        list(rows.select_for_update().filter(promotion__in=promotions).order_by("promotion"))


def _limited(promotion: str) -> Any:
    return models.Limited(promotion=promotion)


def _money(minor: int | None, code: str | None) -> Money | None:
    return None if minor is None or code is None else Money(minor, Currency.of(code))


def _is_over(take: Take, used: Usage) -> bool:
    limits = take.limits
    return (
        (limits.total is not None and used.total > limits.total)
        or (limits.per_customer is not None and used.customer > limits.per_customer)
        or (limits.budget is not None and used.spent is not None and used.spent > limits.budget)
    )


class DjangoCoupons:
    """A `CouponRepository`."""

    def issue(self, coupons: Collection[Coupon]) -> None:
        given = sorted(coupons, key=lambda each: each.code)
        rows = [models.Coupon(**asdict(each, recurse=False)) for each in given]
        models.Coupon.objects.bulk_create(rows, ignore_conflicts=True)
        stored = {each.code: each for each in self._found(code__in=[each.code for each in given])}
        for each in given:
            if evolve(stored[each.code], state=each.state, order=each.order) != each:
                raise conflict(f"coupon {each.code} is there already, and another one")

    def coupon(self, code: str) -> Coupon | None:
        return next(iter(self._found(code=code)), None)

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        found = self._found(
            Q(expires=None) | Q(expires__gt=at),
            customer=customer,
            promotion__in=promotions,
            state=CouponState.FREE,
        )
        return sorted(found, key=lambda each: (each.expires is None, each.expires or at, each.code))

    def of_order(self, order: str) -> Sequence[Coupon]:
        return self._found(order=order, state__in=USED)

    def rewards(self, order: str) -> Sequence[Coupon]:
        return self._found(~Q(source=""), source=order)

    def hold(self, codes: Collection[str], order: str) -> None:
        self._take(codes, CouponState.HELD, order)

    def redeem(self, order: str) -> None:
        held = models.Coupon.objects.filter(order=order, state=CouponState.HELD)
        held.update(state=CouponState.REDEEMED)

    def give_back(self, codes: Collection[str], order: str) -> None:
        its = models.Coupon.objects.filter(order=order, state__in=USED)
        its.filter(code__in=codes).update(state=CouponState.FREE, order="")

    def withdraw(self, codes: Collection[str]) -> None:
        self._take(codes, CouponState.WITHDRAWN, "")

    def _found(self, *conditions: Q, **columns: object) -> list[Coupon]:
        rows = models.Coupon.objects.filter(*conditions, **columns).order_by("code")
        return [Coupon(**each | {"state": CouponState(each["state"])}) for each in rows.values()]

    def _take(self, codes: Collection[str], state: CouponState, order: str) -> None:
        rows = models.Coupon.objects.filter(code__in=codes, state=CouponState.FREE)
        # In one order for all, so that nobody waits for each other.
        list(rows.select_for_update().order_by("code"))
        if rows.update(state=state, order=order) != len({*codes}):
            raise conflict(f"not all of {', '.join(sorted(codes))} are free")
