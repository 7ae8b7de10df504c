"""What a loophole is known by from one version of a rulebook to the next."""

from __future__ import annotations

import json
import re
from hashlib import sha256

from mallops.loopholes.model import Loophole, Subject

_PLACE = re.compile(r"\$\.(?:promotions|products|prices)\[[0-9]+\]")
_LENGTH = 16


def fingerprint(rulebook: str, loophole: Loophole) -> str:
    """A text that stays the same while the rulebook's id, the code and the subjects do.

    A promotion that moves to another place in its file has the same id and so the same
    fingerprint. Amounts, versions and the witness play no part: the loophole is the same one
    when it costs more.

    >>> from mallops.findings import Severity
    >>> from mallops.loopholes.model import Kind
    >>> def found(path):
    ...     subject = Subject("rulebook", "half", path)
    ...     return Loophole("below_cost", Kind.BELOW_COST, Severity.ERROR, (subject,))
    >>> first = fingerprint("festival", found("$.promotions[0].benefit"))
    >>> first == fingerprint("festival", found("$.promotions[7].benefit")), len(first)
    (True, 16)
    """
    subjects = sorted(map(_known_by, loophole.subjects))
    written = json.dumps([rulebook, loophole.code, subjects], ensure_ascii=True)
    return sha256(written.encode()).hexdigest()[:_LENGTH]


def _known_by(subject: Subject) -> tuple[str, str, str]:
    return subject.document, subject.id, _PLACE.sub("", subject.path)
