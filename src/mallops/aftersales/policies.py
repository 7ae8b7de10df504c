"""Another policy of returns than the one that an order's rulebook has."""

from __future__ import annotations

from attrs import evolve

from mallops.errors import InputError
from mallops.promotions.compiled import Compiled
from mallops.rules.aftersales import AfterSalesRules
from mallops.rules.check_policies import check_after_sales


def under(compiled: Compiled, policy: AfterSalesRules) -> Compiled:
    """The same rulebook with another policy of returns, for whatever is asked of it next.

    For where the law has changed since the order, or the mall is generous: a longer window,
    shipping refunded. What the order cost stays what it was. Raises `InputError` for what is
    impossible in a policy (`$.after_sales`).
    """
    problems = tuple(check_after_sales(policy))
    if problems:
        raise InputError(problems)
    return evolve(compiled, rulebook=evolve(compiled.rulebook, after_sales=policy))
