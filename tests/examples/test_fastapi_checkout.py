"""Requests to the checkout's endpoints, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import TypeVar

import pytest
from attrs import define
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from pendulum import DateTime
from sqlalchemy import Engine

from examples import fastapi_checkout
from mallops import instant
from mallops.adapters.sql import SqlStore
from mallops.repositories import Conflict, Unit
from tests.adapters.sql.conftest import NewEngine

T = TypeVar("T")

TEA = {"lines": [{"id": "1", "sku": "TEA", "quantity": 2}]}
MONDAY = instant("2026-11-09T10:00:00+08:00")


@define
class Clock:
    at: DateTime = MONDAY

    def __call__(self) -> DateTime:
        self.at = self.at.add(seconds=1)
        return self.at


@pytest.fixture
def engine(new_postgresql: NewEngine) -> Engine:
    engine = new_postgresql()
    fastapi_checkout.stock(engine.url, MONDAY)
    return engine


@pytest.fixture(params=["plain", "awaited"])
def api(request: pytest.FixtureRequest, engine: Engine) -> FastAPI:
    """Operations that are awaited take repositories of either kind."""
    if request.param == "plain":
        return fastapi_checkout.application(SqlStore(engine), Clock())
    pytest.importorskip("greenlet", reason="SQLAlchemy awaits with greenlet")
    return fastapi_checkout.served(engine.url, Clock())


def asked(api: FastAPI, talk: Callable[[AsyncClient], Awaitable[T]]) -> T:
    """What a client of anna's gets."""

    async def run() -> T:
        async with (
            api.router.lifespan_context(api),
            AsyncClient(
                transport=ASGITransport(api),
                base_url="http://mall",
                headers={"X-Customer": "anna"},
            ) as client,
        ):
            return await talk(client)

    return asyncio.run(run())


def send(api: FastAPI, method: str, path: str, body: object, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asked(api, lambda client: client.request(method, path, json=body, headers=named))


def test_equal_requests_are_one_order_and_others_are_not(api: FastAPI) -> None:
    first = send(api, "PUT", "/orders/o1", TEA)
    assert first.status_code == 200
    assert first.json()["quote"]["payable"] == "108.00"
    again = send(api, "PUT", "/orders/o1", TEA)
    assert (again.status_code, again.json()) == (200, first.json())
    other = {"lines": [{"id": "1", "sku": "TEA", "quantity": 1}]}
    for reused in (
        send(api, "PUT", "/orders/o1", other),
        send(api, "PUT", "/orders/o1", TEA, X_Customer="bo"),
    ):
        assert reused.status_code == 409
        assert reused.json()["code"] == "key_reused"


def test_equal_requests_at_once_are_one_order(api: FastAPI) -> None:
    async def all_at_once(client: AsyncClient) -> list[Response]:
        return await asyncio.gather(*(client.put("/orders/o1", json=TEA) for _ in range(8)))

    answers = asked(api, all_at_once)
    assert {each.status_code for each in answers} <= {200, 503}
    assert {each.text for each in answers if each.status_code == 200} == {
        send(api, "PUT", "/orders/o1", TEA).text
    }


@pytest.mark.parametrize(
    ("languages", "locale", "told"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "价格有变动：原为 108.00，现为 120.00"),
        ("fr, en-GB", "en", "the price has changed from 108.00 to 120.00"),
        ("fr", "en", "the price has changed from 108.00 to 120.00"),
    ],
)
def test_a_refusal_is_told_in_the_callers_language(
    api: FastAPI, languages: str, locale: str, told: str
) -> None:
    shown = {**TEA, "payable": "108.00"}
    assert send(api, "PUT", "/orders/o1", shown).status_code == 200
    # The flash sale is over: its one use is reserved.
    refused = send(api, "PUT", "/orders/o2", shown, Accept_Language=languages)
    assert refused.status_code == 409
    assert refused.headers["Content-Language"] == locale
    assert refused.json() == {
        "code": "price_changed",
        "details": {"shown": "108.00", "payable": "120.00"},
        "message": told,
    }
    assert send(api, "PUT", "/orders/o2", TEA).status_code == 200, "a refusal is not remembered"


def test_what_is_wrong_is_told_with_its_path(api: FastAPI) -> None:
    lines = [{"id": "1", "sku": "TEA", "quantity": 0}, {"id": "2", "sku": 7, "quantity": 1}]
    answer = send(api, "PUT", "/orders/o1", {"lines": lines})
    assert answer.status_code == 422
    problems = {each["path"]: each for each in answer.json()["problems"]}
    assert problems.keys() == {"$.lines[0].quantity", "$.lines[1].sku"}
    assert problems["$.lines[0].quantity"]["value"] == "0"
    assert "whole number" in problems["$.lines[0].quantity"]["expected"]
    nobody = send(api, "PUT", "/orders/o1", TEA, X_Customer="")
    assert [each["path"] for each in nobody.json()["problems"]] == ["$.customer.id"]
    amount = {"id": "c", "order": "o1", "amount": "1.234"}
    assert send(api, "POST", "/payments", amount).status_code == 422


def test_a_client_says_neither_who_it_is_nor_what_shipping_costs(api: FastAPI) -> None:
    said = {
        **TEA,
        "customer": {"id": "bo", "groups": ["vip"]},
        "shipping": [{"shop": "", "fee": "0.00"}],
    }
    assert send(api, "PUT", "/orders/o1", said).status_code == 200
    assert send(api, "PUT", "/orders/o1", TEA).status_code == 200, "it is anna's, and no other"


def test_a_callback_comes_twice(api: FastAPI) -> None:
    send(api, "PUT", "/orders/o1", TEA)
    payment = {"id": "card-1", "order": "o1", "amount": "108.00"}
    less = send(api, "POST", "/payments", {**payment, "amount": "107.99"})
    assert (less.status_code, less.json()) == (200, {"refused": ["amount_differs"]})
    for _ in range(2):
        answer = send(api, "POST", "/payments", payment)
        assert (answer.status_code, answer.json()) == (200, {"state": "paid"})
    second = send(api, "POST", "/payments", {**payment, "id": "card-2"})
    assert second.json() == {"refused": ["not_here"]}
    unknown = send(api, "POST", "/payments", {**payment, "order": "o9"})
    assert unknown.json() == {"refused": ["unknown_order"]}


class Busy:
    """A store in which others are faster each time."""

    def begin(self) -> AbstractContextManager[Unit]:
        raise Conflict


def test_who_meets_too_many_others_is_asked_to_come_again() -> None:
    answer = send(fastapi_checkout.application(Busy()), "PUT", "/orders/o1", TEA)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


def test_the_requests_that_it_plays(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    api = fastapi_checkout.application(SqlStore(engine), Clock())
    asyncio.run(fastapi_checkout.play(api))
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["PUT /orders/o1 200 payable 108.00"] * 2
    assert printed[4].startswith("PUT /orders/o2 409 价格有变动")


def test_without_an_address_it_starts_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with fastapi_checkout.database() as url:
        fastapi_checkout.stock(url, MONDAY)
        fastapi_checkout.stock(url, MONDAY)
    monkeypatch.setenv("DATABASE_URL", "postgresql://mall@db/mall")
    with fastapi_checkout.database() as url:
        assert url.render_as_string() == "postgresql+psycopg://mall@db/mall"
