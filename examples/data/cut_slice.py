"""Cut the shipped slice out of UCI Online Retail II: one November week as carts and catalogue.

Usage, with the `arrow` extra installed:

    python examples/data/cut_slice.py online_retail_ii.parquet [FOLDER]

The parquet file holds both sheets of the published workbook, one row per invoice line, with
the columns invoice, stock_code, description, quantity, ts, unit_price, customer_id, country.
`catalog.json` and `carts.json` are written to FOLDER (default: beside this script). The same
input gives the same bytes: nothing is drawn at random.

Amounts are whole pence throughout. What is taken from the data and what is assumed is told
in `docs/data.md`; each assumption is a named constant or a function of its own below.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import frozen

# The data has London's clock. It is read as UTC, which it equals throughout November.
WEEK_STARTS = datetime(2011, 11, 20, tzinfo=UTC)
WEEK_ENDS = datetime(2011, 11, 27, tzinfo=UTC)
PRICES_SINCE = WEEK_STARTS - timedelta(weeks=12)
YEAR = timedelta(days=365)

COLUMNS = (
    "invoice",
    "stock_code",
    "description",
    "quantity",
    "ts",
    "unit_price",
    "customer_id",
    "country",
)

CARTS = 342
MOST_LINES = 40
MOST_UNITS = 400

# A price that fewer of a SKU's lines carry is a marketplace listing or a slip of the till.
REGULAR_SHARE = 0.20
TIER_LINES = 3
# Below this part of the regular price it is a clearance, not a price for quantity.
TIER_PERCENT = 60

BESTSELLERS = 60
NEW_FOR = timedelta(days=90)

VIP_ORDERS = 10
WHOLESALE_ORDERS = 3
WHOLESALE_UNITS_A_LINE = 12
MOST_POINTS = 5000

# Postage, manual entries, vouchers and bank charges have codes of another shape.
PRODUCT_CODE = re.compile(r"\d{5}[A-Z]{0,2}")
# "Next day carriage" has a product's code.
SERVICES = frozenset(("23444",))

# One rule a line; the first with a word of the title decides. "_" joins words that must
# follow one another, "+" words that must all be there; singular and plural are the same.
CATEGORY_WORDS = """
christmas/lights       christmas+lights santas+lights t-lights+santa
christmas/paper        christmas+card christmas+wrap christmas+ribbons christmas+tags
christmas/paper        christmas+paper christmas+gift christmas+stickers christmas+napkins
christmas/paper        christmas+tissues christmas+postcard santa+card
christmas/decorations  christmas advent santa snowman snowmen snowflake nativity noel reindeer
christmas/decorations  sleigh jingle mistletoe holly wreath angel cherub stocking crackers
jewellery              earrings necklace bracelet brooch pendant bangle tiara key_ring keyring
jewellery              key_fob hairband hair_band hair_comb hair_slides diamante_ring
jewellery              bubblegum_ring phone_charm bag_charm
home/warmth            hot_water_bottle hottie hand_warmer mug_warmer ear_muff slipper scarf poncho
home/candles           t-light tealight candle candlestick candlepot candleholder votive incense
home/lights            light lamp lampshade lantern chandelier torch
home/walls             wall_art
bags/lunch             lunch_bag lunch_box snack_boxes
stationery/wrap        gift_bag gift_tape gift_tag wrap wrapping ribbon tissues+pack party_bag
bags                   bag shopper tote backpack handbag purse washbag luggage wallet passport
bags                   umbrella
toys                   game puzzle jigsaw toy dominoes skittles helicopter harmonica spinning
toys                   skipping marbles craft feltcraft playing snap chalk_sticks naughts doll
toys                   ludo bingo glider sewing knitting modelling tattoos money_bank money_box
toys                   piggy_bank colouring crawlies paint_set slate snake crayons
party                  balloon bunting party garland honeycomb birthday pennant paper_chain
party                  paper_cup paper_fan
stationery/cards       card postcard
stationery/desk        pen pencil notebook note_book journal sketchbook pocket_book sticker eraser
stationery/desk        rubbers tape ruler calculator calendar magnet stencil stamp book clipboard
stationery/desk        sharpener writing memoboard memo_board chalkboard magnetic stationery
garden                 garden gardeners planter plant watering birdhouse bird_house bird_table
garden                 bird_feeder windmill wheelbarrow gnome thermometer picnic bicycle parasol
garden                 croquet crate potting_shed
kitchen/baking         cake cakestand baking cutter jelly measuring recipe mould lolly doily
kitchen/baking         doilies mixing toast_its pudding popcorn food_cover kitchen_scales chopping
kitchen/baking         rolling_pin petit_four
kitchen/tableware      mug cup teacup plate platter bowl teapot cutlery napkin tray glass jug
kitchen/tableware      tea_set coffee_set saucer beaker coaster placemat straws breakfast spoon
kitchen/tableware      teaspoon chopsticks tea_for_one cosy dish bottle sundae dinner knives
kitchen/tableware      salt_and_pepper tongs
kitchen/cookware       pan saucepan casserole colander enamel coffee tea butter kitchen tin jar
kitchen/cookware       bread_bin container pantry cookie dispenser oven
home/textiles          cushion apron towel glove doormat throw quilt flannel cover curtain
home/walls             wall sign frame clock mirror hook art door doorstop knob hanger
home/storage           storage drawer cabinet chest cupboard box basket rack shelf tidy bin trinket
home/storage           wicker cardholder holder stand cases
"""
OTHER = "home/ornaments"

SHOPS = {
    "home": "hearth",
    "garden": "hearth",
    "kitchen": "pantry",
    "bags": "paperie",
    "stationery": "paperie",
    "jewellery": "paperie",
    "toys": "paperie",
    "party": "paperie",
    "christmas": "paperie",
}

# What a SKU costs the mall, in percent of its regular price, by the head of its category.
COST_PERCENT = {
    "home": 52,
    "garden": 55,
    "kitchen": 56,
    "bags": 50,
    "stationery": 42,
    "jewellery": 38,
    "toys": 54,
    "party": 45,
    "christmas": 48,
}
FLOOR_FROM = 500

TAG_WORDS = {
    "children": "children childrens childs kids baby spaceboy dolly_girl",
    "jumbo": "jumbo",
    "retrospot": "retrospot retro_spot",
    "vintage": "vintage",
}

FEES = {"hearth": 495, "pantry": 495, "paperie": 295}
FEES_ABROAD = {"hearth": 1250, "pantry": 1250, "paperie": 750}
HOME_COUNTRY = "United Kingdom"

SHOP_COUPONS = ("HEARTH-5", "PANTRY-6", "PAPER-4")
PLATFORM_COUPON = "FEST-8"
EARLY_COUPON = "JANUARY-5"

Json = dict[str, Any]


@frozen
class Row:
    """One sold line of an invoice: `quantity` above 0 at `price` pence, above 0."""

    invoice: str
    sku: str
    title: str
    quantity: int
    price: int
    at: datetime
    customer: int | None
    country: str


@frozen
class Order:
    """What of an earlier order counts for its customer's standing."""

    at: datetime
    lines: int
    units: int
    spent: int


def read_rows(path: Path, until: datetime = WEEK_ENDS) -> Iterator[Row]:
    """The sold product lines up to the end of the week, in the file's order."""
    # Only this function needs the extra.
    from pyarrow import parquet  # noqa: PLC0415

    for batch in parquet.ParquetFile(path).iter_batches(columns=list(COLUMNS)):
        for record in batch.to_pylist():
            row = as_row(record)
            if row is not None and row.at < until:
                yield row


def as_row(record: Mapping[str, Any]) -> Row | None:
    """A record as a row; None for cancellations, corrections, giveaways and non-products."""
    code = record["stock_code"].strip().upper()
    price = round((record["unit_price"] or 0) * 100)
    bought = record["quantity"] > 0 and price > 0 and not record["invoice"].startswith("C")
    if not bought or not is_product(code) or not record["description"]:
        return None
    return Row(
        invoice=record["invoice"],
        sku=code,
        title=" ".join(record["description"].split()),
        quantity=record["quantity"],
        price=price,
        at=record["ts"].replace(tzinfo=UTC),
        customer=record["customer_id"],
        country=record["country"],
    )


def is_product(code: str) -> bool:
    """Whether a stock code is of goods."""
    return code not in SERVICES and PRODUCT_CODE.fullmatch(code) is not None


def by_invoice(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by invoice, invoices by instant and then by number."""
    invoices: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        invoices[row.invoice].append(row)
    return dict(sorted(invoices.items(), key=lambda pair: (pair[1][0].at, pair[0])))


def chosen(invoices: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """`CARTS` of the week's invoices of a bounded size, evenly over the week."""
    fit = [
        number
        for number, rows in invoices.items()
        if rows[0].at >= WEEK_STARTS and is_bounded(rows)
    ]
    count = min(CARTS, len(fit))
    return {
        number: invoices[number] for number in (fit[i * len(fit) // count] for i in range(count))
    }


def is_bounded(rows: Sequence[Row]) -> bool:
    """Whether an invoice is small enough to be a cart of the slice."""
    return len(rows) <= MOST_LINES and sum(row.quantity for row in rows) <= MOST_UNITS


# -- the catalogue ---------------------------------------------------------------------------


def regular_price(rows: Sequence[Row]) -> int:
    """The highest unit price that enough of a SKU's lines carry."""
    lines = Counter(row.price for row in rows)
    return max(price for price, count in lines.items() if count >= REGULAR_SHARE * len(rows))


def quantity_tiers(rows: Sequence[Row], regular: int) -> list[tuple[int, int]]:
    """(least quantity, price) for each lower price that was paid for larger quantities.

    The least quantity is the lower quartile of those bought at the price: a few customers
    got it for less. A tier that does not ask for more than the one before is not a tier.
    """
    bought: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        bought[row.price].append(row.quantity)
    tiers: list[tuple[int, int]] = []
    least = median(bought[regular])
    for price in sorted(bought, reverse=True):
        quantities = sorted(bought[price])
        if price >= regular or 100 * price < TIER_PERCENT * regular:
            continue
        quartile = quantities[len(quantities) // 4]
        if len(quantities) >= TIER_LINES and quartile > max(1, least):
            tiers.append((quartile, price))
            least = quartile
    return tiers


def median(values: Iterable[int]) -> int:
    """The upper median."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def words_of(text: str) -> str:
    """The words of a title or a rule, lower-case, singular, each between spaces."""
    words = re.findall(r"[a-z0-9'-]+", text.lower().replace("_", " "))
    return f" {' '.join(word.removesuffix('s') for word in words)} "


def mentions(title: str, rule: str) -> bool:
    """Whether a title has a word of the rule (see `CATEGORY_WORDS`)."""
    words = words_of(title)
    return any(all(words_of(part) in words for part in word.split("+")) for word in rule.split())


def category_of(title: str) -> str:
    """The category of the first rule that the title fits."""
    rules = (line.split(maxsplit=1) for line in CATEGORY_WORDS.strip().splitlines())
    return next((category for category, rule in rules if mentions(title, rule)), OTHER)


def head_of(category: str) -> str:
    """The first step of a category's path."""
    return category.partition("/")[0]


def tags_of(sku: str, title: str, since: Mapping[str, datetime], best: frozenset[str]) -> list[str]:
    """Design lines named in the title, and how the SKU sells."""
    tags = [tag for tag, rule in TAG_WORDS.items() if mentions(title, rule)]
    if sku in best:
        tags.append("bestseller")
    if since[sku] >= WEEK_STARTS - NEW_FOR:
        tags.append("new")
    return sorted(tags)


def product(sku: str, title: str, price: int, tags: Sequence[str]) -> Json:
    """A SKU as the catalogue holds it; cost and floor are assumptions."""
    category = category_of(title)
    cost = price * COST_PERCENT[head_of(category)] // 100
    found: Json = {
        "sku": sku,
        "title": {"en": title.capitalize()},
        "price": pounds(price),
        "shop": SHOPS[head_of(category)],
        "category": category,
        "cost": pounds(cost),
    }
    if price >= FLOOR_FROM:
        found["floor"] = pounds(cost)
    if tags:
        found["tags"] = list(tags)
    return found


def catalog(rows: Sequence[Row], skus: Iterable[str]) -> Json:
    """The products of the given SKUs, with quantity prices, from twelve weeks of sales."""
    recent: defaultdict[str, list[Row]] = defaultdict(list)
    since: dict[str, datetime] = {}
    for row in rows:
        since[row.sku] = min(row.at, since.get(row.sku, row.at))
        if row.at >= PRICES_SINCE:
            recent[row.sku].append(row)
    best = bestsellers(recent)
    products: list[Json] = []
    prices: list[Json] = []
    for sku in sorted(skus):
        priced = [row for row in recent[sku] if row.customer is not None] or recent[sku]
        regular = regular_price(priced)
        title = most_common(row.title for row in recent[sku])
        products.append(product(sku, title, regular, tags_of(sku, title, since, best)))
        prices += [
            {"sku": sku, "price": pounds(price), "min_quantity": quantity}
            for quantity, price in quantity_tiers(priced, regular)
        ]
    return {"products": products, "prices": prices}


def bestsellers(recent: Mapping[str, Sequence[Row]]) -> frozenset[str]:
    """The SKUs on the most invoices of the weeks before."""
    sold = {
        sku: len({row.invoice for row in rows if row.at < WEEK_STARTS})
        for sku, rows in recent.items()
    }
    return frozenset(sorted(sold, key=lambda sku: (-sold[sku], sku))[:BESTSELLERS])


def most_common(titles: Iterable[str]) -> str:
    """The title used most; of equals, the first in the alphabet."""
    counts = Counter(titles)
    return min(counts, key=lambda title: (-counts[title], title))


# -- the carts -------------------------------------------------------------------------------


def histories(invoices: Mapping[str, Sequence[Row]]) -> dict[int, list[Order]]:
    """Each customer's orders, by instant."""
    orders: defaultdict[int, list[Order]] = defaultdict(list)
    for rows in invoices.values():
        customer = rows[0].customer
        if customer is not None:
            orders[customer].append(
                Order(
                    at=rows[0].at,
                    lines=len(rows),
                    units=sum(row.quantity for row in rows),
                    spent=sum(row.quantity * row.price for row in rows),
                )
            )
    return dict(orders)


def groups_of(country: str, year: Sequence[Order]) -> list[str]:
    """A customer's groups by the orders of the year before: nothing of the cart itself."""
    groups = ["member"]
    if country != HOME_COUNTRY:
        groups.append("abroad")
    if len(year) >= VIP_ORDERS:
        groups.append("vip")
    units, lines = sum(order.units for order in year), sum(order.lines for order in year)
    if len(year) >= WHOLESALE_ORDERS and units >= WHOLESALE_UNITS_A_LINE * lines:
        groups.append("wholesale")
    return sorted(groups)


def coupons_of(customer: int) -> list[str]:
    """The coupons a customer was given: dealt by customer number, an assumption."""
    coupons = []
    if customer % 3 == 0:
        coupons.append(PLATFORM_COUPON)
    if customer % 4 == 1:
        coupons.append(SHOP_COUPONS[customer // 4 % len(SHOP_COUPONS)])
    if customer % 50 == 7:
        coupons.append(EARLY_COUPON)
    return sorted(coupons)


def points_of(customer: int, year: Sequence[Order]) -> int:
    """A point for each pound of the year before, for every fourth customer, an assumption."""
    if customer % 4 != 0:
        return 0
    return min(MOST_POINTS, sum(order.spent for order in year) // 100)


def customer_fields(rows: Sequence[Row], history: Sequence[Order]) -> Json:
    """Who buys, with what coupons and points; nothing for a guest."""
    first = rows[0]
    if first.customer is None:
        return {}
    before = [order for order in history if order.at < first.at]
    year = [order for order in before if order.at >= first.at - YEAR]
    customer: Json = {"id": str(first.customer), "groups": groups_of(first.country, year)}
    if not before:
        customer["first_order"] = True
    fields: Json = {"customer": customer}
    if coupons := coupons_of(first.customer):
        fields["coupons"] = coupons
    # Points pay once: a second order within the week would bring the same ones again.
    ordered_this_week = any(order.at >= WEEK_STARTS for order in before)
    if not ordered_this_week and (points := points_of(first.customer, year)):
        fields["points"] = points
    return fields


def shipping(rows: Sequence[Row], shops: Mapping[str, str]) -> list[Json]:
    """Each shop's fee; the parcels of an invoice abroad cost more."""
    fees = FEES if rows[0].country == HOME_COUNTRY else FEES_ABROAD
    used = sorted({shops[row.sku] for row in rows})
    return [{"shop": shop, "fee": pounds(fees[shop])} for shop in used]


def scenario(rows: Sequence[Row], history: Sequence[Order], shops: Mapping[str, str]) -> Json:
    """An invoice as a scenario: its number, its instant and its cart."""
    cart = customer_fields(rows, history)
    cart["lines"] = [
        {"id": str(place), "sku": row.sku, "quantity": row.quantity}
        for place, row in enumerate(rows, start=1)
    ]
    cart["shipping"] = shipping(rows, shops)
    return {"name": rows[0].invoice, "at": rows[0].at.isoformat(), "cart": cart}


def carts(invoices: Mapping[str, list[Row]], picked: Mapping[str, list[Row]], goods: Json) -> Json:
    """The picked invoices as a scenario file, which names its catalogue and rulebook."""
    orders = histories(invoices)
    shops = {item["sku"]: item["shop"] for item in goods["products"]}
    return {
        "format": "mallops.scenarios/1",
        "catalog": "catalog.json",
        "rulebook": "../festival/rulebook.json",
        "scenarios": [
            scenario(rows, orders.get(rows[0].customer or 0, ()), shops) for rows in picked.values()
        ],
    }


# -- writing ---------------------------------------------------------------------------------


def pounds(pence: int) -> str:
    """Pence as a decimal string of pounds."""
    return f"{pence // 100}.{pence % 100:02d}"


def dumped(document: Mapping[str, Any]) -> str:
    """JSON with one list item a line: small, and readable in a diff."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            items = ",\n".join(json.dumps(item, separators=(",", ":")) for item in value)
            parts.append(f'"{key}":[\n{items}\n]')
        else:
            parts.append(f'"{key}":{json.dumps(value)}')
    return "{" + ",\n".join(parts) + "}\n"


def main(arguments: Sequence[str]) -> int:
    """Cut the slice; 2 where the arguments are not a file and perhaps a folder."""
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).parent
    rows = list(read_rows(Path(arguments[0])))
    invoices = by_invoice(rows)
    picked = chosen(invoices)
    goods = catalog(rows, {row.sku for lines in picked.values() for row in lines})
    for name, document in (
        ("catalog.json", goods),
        ("carts.json", carts(invoices, picked, goods)),
    ):
        (folder / name).write_text(dumped(document), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
