"""django-oscar's own `Applicator`, with offers, ranges and baskets held in memory.

    python -m benchmarks.peers.django_oscar WORKLOAD exclusive|combined [sql]

`exclusive`: Oscar's default, by which a line that has one offer takes no other, be it of the order.
`combined`: every item offer may be combined with every order offer and with no other, which is how
Oscar says what the mall's rules say. With `sql`, what may be combined is read from a database in
memory while a basket is priced, as Oscar reads it, and not beforehand; the queries are noted.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import django
from django.conf import settings
from django.db import connection
from django.db.models import Model, prefetch_related_objects
from oscar import defaults
from oscar.core.loading import get_class, get_model

from benchmarks.peers.serving import serve

if TYPE_CHECKING:
    from benchmarks.workload import CartLine, Family, Product, Rule

# What the models of offers and baskets refer to, and these in turn.
OSCAR_APPS = (
    "address basket catalogue checkout communication customer offer order partner payment search"
    " shipping voucher wishlists"
)
APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sites",
    "treebeard",
    *(f"oscar.apps.{name}.apps.{name.title()}Config" for name in OSCAR_APPS.split()),
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
)
CENT = Decimal("0.01")


class Goods(NamedTuple):
    """A range held in memory, in the way Oscar asks of a range of one's own."""

    skus: frozenset[str]

    def contains_product(self, product: Any) -> bool:
        """Whether an offer is about a product."""
        return product.upc in self.skus


class Offers(NamedTuple):
    """Offers, the higher priority first, and what is bought by SKU."""

    offers: list[Any]
    products: dict[str, tuple[Any, Any, Any]]


class Oscar:
    """Offers are saved once, since a relation between two wants both to have an id."""

    def __init__(self, mode: str, *, sql: bool) -> None:
        self.mode = mode
        self.sql = sql
        self.applicator = get_class("offer.applicator", "Applicator")()
        self.queries: list[float] = []
        self.loaded = self.priced = 0
        with connection.schema_editor() as editor:
            for name in ("Range", "Condition", "Benefit", "ConditionalOffer"):
                editor.create_model(get_model("offer", name))

    def rules(self, family: Family, size: int) -> Offers:
        """The offers, saved, and what they may be combined with read back where that is fair."""
        self.loaded += 1
        rules = sorted(family["rules"][:size], key=lambda rule: -rule["priority"])
        offers = [self.offer(rule, family["products"]) for rule in rules]
        if self.mode == "combined":
            self.combine(offers, rules)
        if not self.sql:
            prefetch_related_objects(offers, "combinations", "in_combination")
            for offer in offers:
                related = (*offer.combinations.all(), *offer.in_combination.all())
                offer.combined_offers = frozenset((offer, *related))
        return Offers(offers, {each["sku"]: bought(each) for each in family["products"]})

    def offer(self, rule: Rule, products: list[Product]) -> Any:
        """A rule as an offer; ranges and proxies are made beforehand, as if always in memory."""
        goods = Goods(frozenset(each["sku"] for each in products if is_about(rule, each)))
        name = f"{self.loaded}-{rule['id']}"
        within = get_model("offer", "Range")(name=name, slug=name)
        # A cached property of Oscar's, which would build it from the name of its class.
        within.proxy = goods
        within.save()
        condition, benefit = condition_of(rule, within), benefit_of(rule, within)
        condition.save()
        benefit.save()
        offer = get_model("offer", "ConditionalOffer")(
            name=name,
            slug=name,
            condition=condition,
            benefit=benefit,
            priority=rule["priority"],
            exclusive=self.mode == "exclusive",
            max_basket_applications=1,
        )
        offer.save()
        return offer

    def combine(self, offers: list[Any], rules: list[Rule]) -> None:
        """With those of the other level, and itself: one that names none goes with all such."""
        pairs = list(zip(offers, rules, strict=True))
        for offer, rule in pairs:
            others = [one for one, its in pairs if its["level"] != rule["level"]]
            offer.combinations.set([offer, *others])

    def basket(self, rules: Offers, cart: list[CartLine]) -> Any:
        """A basket with its lines and their prices in memory."""
        basket = get_model("basket", "Basket")(id=1)
        model = get_model("basket", "Line")
        basket._lines = []  # noqa: SLF001
        for line in cart:
            product, stockrecord, info = rules.products[line["sku"]]
            made = model(
                basket=basket, product=product, stockrecord=stockrecord, quantity=line["quantity"]
            )
            made._info = info  # noqa: SLF001
            basket._lines.append(made)  # noqa: SLF001
        return basket

    def price(self, rules: Offers, basket: Any) -> Any:
        """What `Applicator.apply` does once it has its offers."""
        self.priced += 1
        if not self.sql:
            self.applicator.apply_offers(basket, rules.offers)
            return basket
        with connection.execute_wrapper(self.query):
            self.applicator.apply_offers(basket, rules.offers)
        return basket

    def query(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A query, timed."""
        start = perf_counter()
        result = execute(sql, params, many, context)
        self.queries.append((perf_counter() - start) * 1000)
        return result

    def charged(self, outcome: Any) -> int:
        """The basket's total after discounts."""
        return int((outcome.total_excl_tax / CENT).to_integral_value())

    def notes(self) -> dict[str, float]:
        """How many queries a basket took, and their milliseconds."""
        taken, priced = self.queries, self.priced
        self.queries, self.priced = [], 0
        if not (self.sql and priced):
            return {}
        return {"queries": len(taken) / priced, "ms in them": sum(taken) / priced}


def is_about(rule: Rule, product: Product) -> bool:
    """Whether a product is one of a rule's goods."""
    if rule["level"] == "order":
        return True
    if rule["field"] == "sku":
        return product["sku"] in rule["values"]
    mark = product["category"] if rule["field"] == "category" else product["brand"]
    return mark in rule["values"]


def condition_of(rule: Rule, within: Model) -> Any:
    """From a threshold, or with any one of the goods."""
    if rule["level"] == "order":
        value = Decimal(rule["threshold"]) * CENT
        return get_class("offer.conditions", "ValueCondition")(
            range=within, type="Value", value=value
        )
    return get_class("offer.conditions", "CountCondition")(range=within, type="Count", value=1)


def benefit_of(rule: Rule, within: Model) -> Any:
    """A percentage, an amount off the order, or an amount off each unit."""
    if rule["off"] == "percent":
        value = Decimal(rule["value"])
        return get_class("offer.benefits", "PercentageDiscountBenefit")(
            range=within, type="Percentage", value=value
        )
    value = Decimal(rule["value"]) * CENT
    if rule["level"] == "order":
        return get_class("offer.benefits", "AbsoluteDiscountBenefit")(
            range=within, type="Absolute", value=value
        )
    return get_class("offer.benefits", "FixedUnitDiscountBenefit")(
        range=within, type="Fixed", value=value
    )


def bought(product: Product) -> tuple[Any, Any, Any]:
    """A product, its stock record, and the price that a line of it asks for."""
    number = int(product["sku"][1:]) + 1
    price = Decimal(product["price"]) * CENT
    made = get_model("catalogue", "Product")(id=number, upc=product["sku"], title=product["sku"])
    stock = get_model("partner", "StockRecord")(id=number, price=price)
    fixed = get_class("partner.prices", "FixedPrice")("CNY", price, tax=Decimal(0))
    return made, stock, get_class("partner.strategy", "PurchaseInfo")(fixed, None, stock)


def set_up() -> None:
    """Django, with as little of it as Oscar's offers need."""
    settings.configure(
        INSTALLED_APPS=APPS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        **{name: value for name, value in vars(defaults).items() if name.isupper()},
    )
    django.setup()


if __name__ == "__main__":
    set_up()
    serve(Oscar(sys.argv[2], sql="sql" in sys.argv[3:]))
