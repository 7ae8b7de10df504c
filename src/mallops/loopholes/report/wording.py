"""What reports are told in: one locale, and the words of codes, kinds and acknowledgements."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.findings import Finding, Severity
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.report.report import Accepted, Note, Report
from mallops.messages import localized, message, wordings
from mallops.rules.book import Rulebook

_BLANK = "…"


@frozen
class Words:
    """The wording of reports in one locale; an unknown locale raises `InputError` on first use."""

    locale: str

    def __call__(self, label: str, **details: str) -> str:
        """The wording of a label of reports."""
        return message(f"report.{label}", self.locale, details)

    def loophole(self, loophole: Loophole) -> str:
        """What a loophole is, with its numbers."""
        return self._said(loophole.code, loophole.details)

    def rule(self, code: str) -> str:
        """What any loophole of a code is, its numbers left out."""
        found = wordings(self.locale).get(code)
        if found is None:
            return code
        # The last is the one that asks for no details.
        names = found[-1].blanks
        return message(code, self.locale, dict.fromkeys(names, _BLANK))

    def note(self, note: Note | Finding) -> str:
        """What was searched, or what is the matter with an acknowledgement."""
        return self._said(note.code, note.details)

    def loss(self, loophole: Loophole) -> str:
        """What a loophole costs and how often, or nothing where that is not known."""
        often = "" if loophole.repeat is None else loophole.repeat.value
        if loophole.kind is Kind.IDENTITY:
            often = "account"
        if loophole.loss is None:
            return self("again") if loophole.repeat is Repeat.AGAIN else ""
        return self("loss", loss=str(loophole.loss), often=often)

    def accepted(self, accepted: Accepted) -> str:
        """On whose word a loophole is put up with, until when, and why."""
        word = accepted.acknowledgement
        until = word.expires.isoformat()
        return self("accepted", owner=word.owner, expires=until, reason=word.reason)

    def title(self, rulebook: Rulebook, at: DateTime) -> str:
        """The rulebook, its version, and the instant by its own clock."""
        name = localized(rulebook.title, self.locale, rulebook.id)
        if rulebook.id and name != rulebook.id:
            name = f"{name} ({rulebook.id})"
        told = self.when(rulebook, at)
        return self("title", rulebook=name, version=rulebook.version, at=told)

    def when(self, rulebook: Rulebook, at: DateTime) -> str:
        """An instant by the clock of the rulebook, and whose clock that is."""
        zone = rulebook.timezone
        return f"{at.in_timezone(zone).format('YYYY-MM-DD HH:mm')} ({zone})"

    def counts(self, report: Report) -> str:
        """How many there are of each severity, and how many are put up with."""
        counts = {severity.value: str(report.count(severity)) for severity in Severity}
        return self("counts", **counts, accepted=str(len(report.accepted)))

    def _said(self, code: str, details: Mapping[str, str]) -> str:
        # A search that a caller hands in has codes of its own, without wording here.
        if code in wordings(self.locale):
            return message(code, self.locale, details)
        given = ", ".join(f"{name}={details[name]}" for name in sorted(details))
        return f"{code} ({given})" if given else code
