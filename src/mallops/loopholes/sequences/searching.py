"""Finding stories that pay: the engine of stories itself is searched, one more move at a time."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from attrs import define, evolve, field, frozen
from pendulum import DateTime

from mallops.loopholes.model import Loophole
from mallops.loopholes.sequences.bounds import Bounds, require_bounds
from mallops.loopholes.sequences.choosing import chosen
from mallops.loopholes.sequences.focus import Focus, coupons_of, focuses, running
from mallops.loopholes.sequences.holdings import Holdings, held
from mallops.loopholes.sequences.honest import Honesty
from mallops.loopholes.sequences.identities import identities
from mallops.loopholes.sequences.keys import key_of
from mallops.loopholes.sequences.moves import moves
from mallops.loopholes.sequences.shrinking import same_verdict
from mallops.loopholes.sequences.tales import Tale, further, opened, told
from mallops.loopholes.sequences.telling import Found, loopholes_of
from mallops.loopholes.sequences.verdicts import PUMPS, verdicts
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.promotions.engine import remembering


@frozen
class StorySearch:
    """What a search found, and how far it went.

    `depth` is how many moves all stories were followed, `states` how many worlds were reached,
    `carts` how many carts were tried. Where `complete`, `depth` is the bound: of the carts tried
    no story within the bounds pays but those of `loopholes`, one of each kind for each promotion.
    `left_out` are the promotions that run, and that the bounds had no room for.
    """

    loopholes: tuple[Loophole, ...]
    states: int
    depth: int
    carts: int
    complete: bool
    left_out: tuple[str, ...]


def find_stories(compiled: Compiled, at: DateTime, bounds: Bounds | None = None) -> StorySearch:
    """Look for stories from `at` on that leave a customer more than the rules mean to.

    Every promotion is searched with goods of its own, all of them one move deeper in turn, until
    the depth or the number of states is reached. Each loophole comes with the shortest story that
    shows it. Where there are more promotions than `bounds.promotions`, stories are looked for as
    if the others were not there, and told if they pay with them as well. Raises `InputError` for
    bounds that let nothing be found.
    """
    bounds = bounds or Bounds()
    require_bounds(bounds)
    left_out = _left_out(compiled, at, bounds)
    whole = remembering(compiled)
    quoting = remembering(_without(compiled, left_out)) if left_out else whole
    searches = [_Search(quoting, focus, bounds) for focus in focuses(quoting, at, bounds)]
    states, depth = 0, 0
    while depth < bounds.depth:
        for search in searches:
            states += search.deepen(bounds.states - states)
        if any(search.depth == depth for search in searches):
            break
        depth += 1
    found = [each for search in searches for each in search.found]
    if left_out:
        found = [each for each in found if _is_real(compiled, each)]
    return StorySearch(
        loopholes=(*loopholes_of(compiled, found), *identities(whole, at, bounds)),
        states=states,
        depth=depth,
        carts=sum(len(search.focus.carts) for search in searches),
        complete=depth == bounds.depth and not left_out,
        left_out=left_out,
    )


def _left_out(compiled: Compiled, at: DateTime, bounds: Bounds) -> tuple[str, ...]:
    """The promotions that run and are not searched; those that others reward with stay."""
    there = running(compiled, at)
    stays = {each.id for each in chosen(there, bounds.promotions)}
    stays |= {name for each in there if each.id in stays for name in coupons_of(each)}
    return tuple(each.id for each in there if each.id not in stays)


def _without(compiled: Compiled, names: tuple[str, ...]) -> Compiled:
    others = tuple(each for each in compiled.rulebook.promotions if each.id not in names)
    return compile_rulebook(evolve(compiled.rulebook, promotions=others), compiled.catalog)


def _is_real(compiled: Compiled, found: Found) -> bool:
    """Whether a story that was found without some promotions is as bad with them."""
    tale = told(compiled, found.tale.setting, found.tale.steps)
    return same_verdict(compiled, tale, found.verdict) is not None


@define
class _Search:
    """A breadth-first search of one focus: the stories at its edge, and the worlds it knows."""

    compiled: Compiled
    focus: Focus
    bounds: Bounds
    depth: int = 0
    edge: list[Tale] = field(factory=list)
    known: dict[Hashable, int] = field(factory=dict)
    found: list[Found] = field(factory=list)
    start: Holdings = field(init=False)
    honesty: Honesty = field(init=False)

    def __attrs_post_init__(self) -> None:
        tale = opened(self.compiled, self.focus.setting)
        self.start = held(self.compiled, tale)
        self.edge = [tale]
        self.honesty = Honesty(self.compiled, self.focus.setting)

    def deepen(self, states: int) -> int:
        """Go one move further, within so many states; how many it took."""
        taken, further_out, best = 0, list[Tale](), dict[tuple[str, str], Found]()
        seen = {(each.verdict.code, each.verdict.about) for each in self.found}
        for tale in self.edge:
            for after in self._after(tale):
                if taken == states:
                    self.found += best.values()
                    return taken
                taken += 1
                if not self._is_new(after):
                    continue
                pumped = False
                for verdict in verdicts(self.compiled, after, self.start, self.honesty, seen):
                    key = (verdict.code, verdict.about)
                    pumped = pumped or verdict.code in PUMPS
                    found = Found(after, verdict)
                    if key not in best or found.shows_more(best[key]):
                        best[key] = found
                if not pumped:
                    further_out.append(after)
        self.edge, self.depth = further_out, self.depth + 1
        self.found += best.values()
        return taken

    def _after(self, tale: Tale) -> Iterator[Tale]:
        is_last = self.depth + 1 == self.bounds.depth
        for move in moves(self.compiled, self.focus, self.bounds, tale, is_last=is_last):
            after = further(self.compiled, tale, move)
            if after is not None:
                yield after

    def _is_new(self, tale: Tale) -> bool:
        timed = self.focus.weekly or any(edge >= tale.at for edge in self.focus.edges)
        key = key_of(self.compiled, tale.world, tale.at, timed=timed)
        cash = sum(account.cash for account in tale.world.accounts.values())
        if key in self.known and self.known[key] >= cash:
            return False
        self.known[key] = cash
        return True
