"""What is suspicious about accounts: a score with its reason, and what several come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen


@frozen
class Suspicion:
    """A reason to look at some accounts, from 1 to 100 by how strong it is.

    `code` is stable and keys the wording, whose blanks `details` fills. It is never a verdict: a
    family shares an address, and an office does.
    """

    code: str
    score: int
    accounts: tuple[str, ...]
    details: Mapping[str, str] = field(factory=dict)


@frozen
class Score:
    """What an account comes to, from 0 to 100, and the strongest suspicion of each code."""

    score: int
    suspicions: tuple[Suspicion, ...] = ()


def together(scores: Iterable[int]) -> int:
    """Several scores as one: each takes its share of what the others leave of 100.

    More evidence never lowers it, and less than 100 each never makes 100.

    >>> together([50, 50]), together([80]), together([])
    (75, 80, 0)
    """
    left, whole = 100, 1
    for score in scores:
        left, whole = left * (100 - score), whole * 100
    return 100 - -(-left // whole)


def scored(suspicions: Iterable[Suspicion]) -> dict[str, Score]:
    """Each account that is suspected, the highest score first, then by id.

    Of one code the strongest counts, since it is the same thing seen twice.
    """
    worst: dict[str, dict[str, Suspicion]] = {}
    for suspicion in suspicions:
        for account in suspicion.accounts:
            known = worst.setdefault(account, {})
            before = known.get(suspicion.code)
            if before is None or _weight(suspicion) > _weight(before):
                known[suspicion.code] = suspicion
    scores = {account: _score(by_code.values()) for account, by_code in worst.items()}
    return dict(sorted(scores.items(), key=lambda item: (-item[1].score, item[0])))


def _score(suspicions: Iterable[Suspicion]) -> Score:
    ordered = sorted(suspicions, key=lambda each: (-each.score, each.code))
    return Score(together(each.score for each in ordered), tuple(ordered))


def _weight(suspicion: Suspicion) -> tuple[int, tuple[str, ...], list[tuple[str, str]]]:
    # Of two that weigh the same, one has to be chosen in whatever order they come.
    return suspicion.score, suspicion.accounts, sorted(suspicion.details.items())
