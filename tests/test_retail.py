"""The examples over the whole of Online Retail II: their data, and what runs on it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from examples import retail_arrow, retail_spark
from examples.data import cut_slice
from examples.retail import cut_all
from mallops.adapters.arrow import CARTS, OUTCOMES, outcomes, quote_batches
from mallops.money import Currency
from mallops.promotions.compiled import Compiled
from mallops.simulation.comparison import merge_comparisons
from mallops.simulation.summary import Summary, summarize

FEW = 8
BUDGET = 100
GBP = Currency.of("GBP")


@pytest.fixture(scope="module")
def versions() -> tuple[Compiled, Compiled]:
    return retail_arrow.read_versions()


@pytest.fixture(scope="module")
def plain(versions: tuple[Compiled, Compiled]) -> Summary:
    """The summary of the first few carts."""
    batches = parquet.read_table(retail_arrow.CARTS)[:FEW].to_batches()
    return added_up(quote_batches(versions[0], batches, BUDGET))


def added_up(batches: Any) -> Summary:
    return summarize(outcomes(batches, GBP), GBP)


# -- engines ---------------------------------------------------------------------------------


def test_duckdb(versions: tuple[Compiled, Compiled], plain: Summary) -> None:
    query = f"""SELECT * FROM '{retail_arrow.CARTS}' ORDER BY "at", cart LIMIT {FEW}"""  # noqa: S608
    with duckdb.connect() as connection:
        carts = connection.sql(query).to_arrow_reader(5)
        batches = quote_batches(versions[0], carts, BUDGET)
        priced = pa.RecordBatchReader.from_batches(OUTCOMES, batches).read_all()
        [(paid,)] = connection.sql("SELECT sum(payable) FROM priced").fetchall()
    assert added_up(priced.to_batches()) == plain
    assert paid == plain.account.payable.minor


def test_polars(versions: tuple[Compiled, Compiled], plain: Summary) -> None:
    carts = pl.scan_parquet(retail_arrow.CARTS).sort("at", "cart").head(FEW).collect()
    batches = list(quote_batches(versions[0], carts.to_arrow().to_batches(), BUDGET))
    assert added_up(batches) == plain
    priced = pl.from_arrow(pa.Table.from_batches(batches, OUTCOMES))
    assert isinstance(priced, pl.DataFrame)
    assert priced["payable"].sum() == plain.account.payable.minor
    assert added_up(priced.to_arrow().to_batches()) == plain


@pytest.mark.skipif(retail_spark.lacking() is not None, reason=f"Spark {retail_spark.lacking()}")
# It is only asked for: no row goes through pandas.
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark(capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["--carts", str(FEW), "--search-budget", str(BUDGET), "--processes", "1"]
    assert retail_spark.main(arguments) == 0
    *_, spark, arrow, same = capfd.readouterr().out.splitlines()
    assert spark.removeprefix("Spark") == arrow.removeprefix("Arrow")
    assert spark.split()[1:3] == [str(FEW), "carts,"]
    assert same == "the same in every sum and every cart"


@pytest.mark.parametrize(
    ("found", "told"), [(None, "finds none"), (11, "finds 11"), (17, None), (21, None)]
)
def test_spark_says_which_java_it_needs(
    found: int | None, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retail_spark, "java_version", lambda: found)
    missing = retail_spark.lacking()
    assert missing is None if told is None else told in (missing or "")


def test_spark_needs_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert retail_spark.main([]) == 2
    assert "mallops[spark]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_381"', 8), ("no", None)],
)
def test_javas_versions(
    said: str, version: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert retail_spark.java_version() == version
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert retail_spark.java_version() is None


# -- on all cores ----------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_it_compares_on_all_cores(locale: str) -> None:
    # In a process of its own, as a pool forks whatever runs it.
    command = [sys.executable, "-m", "examples.retail_arrow", "--carts", "7", "--locale", locale]
    done = subprocess.run(
        [*command, "--search-budget", "50"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 0, done.stderr
    report, _, last = done.stdout.rpartition("\n\n")
    assert last.startswith("7 carts in, 7 compared, 0 refused; ")
    assert {"en": "Who bears it", "zh_CN": "费用承担"}[locale] in report


def test_progress_does_without_rich(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with retail_arrow.progress(5) as advance:
        advance(2)
        advance(3)
    assert capsys.readouterr().err.splitlines() == ["2/5 carts", "5/5 carts"]


def test_batches_on_their_own_add_up(versions: tuple[Compiled, Compiled]) -> None:
    retail_arrow.equip(versions)
    [batch] = parquet.read_table(retail_arrow.CARTS)[:FEW].to_batches()
    whole = retail_arrow.compared_batch(batch, BUDGET, 5)
    parts = [retail_arrow.compared_batch(batch.slice(n, 1), BUDGET, 5) for n in range(FEW)]
    assert merge_comparisons(reversed(parts), whole.currency, kept=5) == whole


@pytest.mark.parametrize("wrong", [["--carts", "0"], ["--processes", "no"], ["--top", "-1"]])
def test_numbers_are_numbers(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        retail_arrow.main(wrong)
    assert "no whole number" in capsys.readouterr().err


# -- the data --------------------------------------------------------------------------------


def test_it_is_every_purchase_invoice() -> None:
    table = parquet.read_table(retail_arrow.CARTS)
    assert table.num_rows == 39_516
    assert table.schema.equals(pa.schema([CARTS.field(name) for name in cut_all.COLUMNS]))
    ids = table.column("cart").to_pylist()
    assert len(set(ids)) == len(ids)
    assert table.column("at").to_pylist() == sorted(table.column("at").to_pylist())


def test_it_is_small_and_names_its_source() -> None:
    assert sum(path.stat().st_size for path in retail_arrow.DATA.iterdir()) < 3_500_000
    told = (retail_arrow.DATA / "README.md").read_text(encoding="utf-8")
    assert all(words in told for words in ("10.24432/C5CG6D", "Chen (2019)", "CC BY 4.0"))


def test_carts_and_catalogue_fit_each_other(versions: tuple[Compiled, Compiled]) -> None:
    catalog = json.loads((retail_arrow.DATA / "catalog.json").read_text(encoding="utf-8"))
    skus = {one["sku"] for one in catalog["products"]}
    lines = parquet.read_table(retail_arrow.CARTS, columns=["lines"]).column("lines")
    bought = lines.combine_chunks().flatten().field("sku")
    assert set(bought.unique().to_pylist()) == skus
    assert versions[0].rulebook.version != versions[1].rulebook.version


def test_it_can_be_cut_again(tmp_path: Path) -> None:
    sold = {
        "invoice": ["489434", "489435", "C489436"],
        "stock_code": ["22423", "22423", "22423"],
        "description": ["CAKESTAND"] * 3,
        "quantity": [2, 1, -2],
        "ts": [datetime(2009, 12, day, 7, 45) for day in (1, 2, 3)],  # noqa: DTZ001 - as in the data
        "unit_price": [12.75, 12.75, 12.75],
        "customer_id": [13085, 13085, 13085],
        "country": ["United Kingdom", "France", "United Kingdom"],
    }
    file = tmp_path / "sold.parquet"
    parquet.write_table(pa.table(sold), file)
    assert cut_all.main([str(file), str(tmp_path)]) == 0
    first, second = parquet.read_table(tmp_path / "carts.parquet").to_pylist()
    assert (first["cart"], first["at"]) == ("489434", datetime(2009, 12, 1, 7, 45, tzinfo=UTC))
    assert (first["customer"]["first_order"], second["customer"]["first_order"]) == (True, False)
    assert second["customer"]["groups"] == ["abroad", "member"]
    assert first["shipping"] == [{"shop": "pantry", "fee": 495}]
    catalog = json.loads((tmp_path / "catalog.json").read_text(encoding="utf-8"))
    assert [one["price"] for one in catalog["products"]] == ["12.75"]
    assert cut_slice.is_product("22423")


def test_cutting_wants_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert cut_all.main([]) == 2
    assert "online_retail_ii.parquet" in capsys.readouterr().err


def test_the_guests_have_no_number() -> None:
    row = cut_slice.Row(
        "1", "22423", "CAKESTAND", 1, 100, datetime(2010, 1, 1, tzinfo=UTC), None, ""
    )
    assert cut_all.customer(row, ()) is None
