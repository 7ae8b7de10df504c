"""Rooms, tickets and tours: high prices, thin margins on flights, and seasons with prices."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    FESTIVAL,
    POINTS,
    Document,
    amount,
    coupon,
    entry,
    gift,
    goods,
    limits,
    mall,
    nth,
    of,
    percent,
    promotion,
    tiers,
)

SEASON = {"starts": "2026-12-20T00:00", "ends": "2027-01-06T00:00"}


def travel() -> tuple[Document, Document]:
    products = [
        *goods(
            "rooms/city",
            """inn-night 268.00 175.00
            plaza-night 598.00 390.00
            tower-night 998.00 650.00
            suite-night 1888.00 1220.00""",
            shop="rooms",
        ),
        *goods(
            "rooms/coast",
            "bay-night 698.00 440.00\nreef-night 1298.00 820.00\nvilla-night 2999.00 1900.00",
            shop="rooms",
        ),
        *goods(
            "flights",
            """fly-north 780.00 725.00
            fly-south 920.00 855.00
            fly-island 1860.00 1740.00
            fly-west 1240.00 1150.00""",
            shop="air",
        ),
        *goods(
            "tickets",
            """park-day 299.00 190.00
            museum 60.00 36.00
            cable-car 120.00 74.00
            aquarium 180.00 110.00
            show 380.00 235.00""",
            shop="sights",
        ),
        *goods(
            "tours",
            """old-town 158.00 88.00
            mountain-2d 899.00 560.00
            river-3d 1799.00 1120.00
            desert-5d 4299.00 2750.00""",
            shop="tours",
        ),
        *goods("extras", "sim-card 45.00 18.00\nneck-pillow 59.00 21.00", shop="tours"),
    ]
    grounded = {"except": {"category": ["flights"]}}
    promotions = [
        promotion("coast-nights", "item", nth(3, "50"), **of(category=["rooms/coast"])),
        promotion("city-less", "item", percent("6"), **of(category=["rooms/city"])),
        promotion(
            "island-early",
            "item",
            amount("30.00", per="unit"),
            at_most_units=4,
            limits=limits(1, 2000, "240000.00"),
            **of(sku=["fly-island"]),
        ),
        promotion(
            "tickets-four",
            "shop",
            percent("8"),
            requires={"quantity": 4},
            **of(category=["tickets"]),
        ),
        promotion(
            "river-sim",
            "shop",
            gift("sim-card"),
            **of(sku=["river-3d", "desert-5d"]),
        ),
        promotion(
            "go-further",
            "platform",
            tiers("amount_off", ("1500.00", "60.00"), ("4000.00", "200.00")),
            items=grounded,
        ),
        promotion(
            "double-week",
            "platform",
            percent("4", "120.00"),
            schedule=FESTIVAL,
            items={"category": ["tours", "tickets"]},
        ),
        coupon("c-room", "platform-coupon", "40.00", "800.00", **of(category=["rooms"])),
        coupon(
            "c-new",
            "platform-coupon",
            "20.00",
            "300.00",
            items=grounded,
            audience={"first_order": True},
        ),
        coupon(
            "c-silver",
            "platform-coupon",
            "80.00",
            "2000.00",
            items=grounded,
            audience={"groups": ["silver", "gold"]},
        ),
        promotion("winter-tours", "item", percent("5"), schedule=SEASON, **of(category=["tours"])),
    ]
    prices = [
        entry("park-day", "359.00", starts="2026-12-20T00:00", ends="2027-01-06T00:00"),
        entry("plaza-night", "558.00", min_quantity=3),
        entry("villa-night", "2799.00", groups=["gold"]),
    ]
    points = POINTS | {
        "worth": {"points": 200, "money": "1.00"},
        "at_most_percent": "10",
        "step": 200,
        "earn": {
            "per": "10.00",
            "points": 10,
            "groups": {"silver": "1.2", "gold": "1.5"},
            "items": [{"items": {"category": ["flights"]}, "multiplier": "0.2"}],
        },
        "expire": {"yearly": "12-31", "grace_months": 6},
    }
    flights = {"category": ["flights"]}
    return mall("travel", products, promotions, points, prices[1:], excluded=flights)
