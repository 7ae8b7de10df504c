"""A mall in Django: its own models, and mallops deciding behind them.

    python -m examples.django_mall

`models` are the mall's tables, `store` the repositories on them. The same runs on SQLite and on
PostgreSQL; `tests/test_django_mall.py` holds it to the contracts of `mallops.testing.contracts`.
"""
