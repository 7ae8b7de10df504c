"""The page of the museum, docs/incidents.md: what happened, what a check says, what repairs it.

$ python examples/incidents/gallery.py > docs/incidents.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from mallops import read_document
from mallops.loopholes.incidents.model import Incident
from mallops.loopholes.incidents.reading import decode_incident
from mallops.loopholes.incidents.running import Checked, check_incident
from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.replay import replay
from mallops.loopholes.report.report import Report
from mallops.messages import message
from mallops.stories.telling import story_text

FOLDER = Path(__file__).parent
HEAD = """\
# The museum of incidents

What happened to malls, each as a file in `examples/incidents/`: a rulebook with the fault, and one
with the fault repaired. `mallops check FILE` finds the fault, `mallops check --repaired FILE` finds
nothing left of it, and `mallops test FILE` asks for both. Below is what a check says of each. The
format is told in `examples/incidents/README.md`, for whoever adds another.

```console
$ mallops test examples/incidents/2019-uncapped-coupons.json
1 passed, 0 failed
```
"""


def incidents() -> dict[str, Incident]:
    """All incidents, by the names of their files."""
    files = sorted(FOLDER.glob("*.json"))
    return {file.stem: decode_incident(read_document(file)) for file in files}


def section(name: str, incident: Incident, checked: Checked) -> str:
    """An incident on the page."""
    kinds = ", ".join(sorted(kind.value for kind in incident.kinds))
    cannot = incident.rules_cannot_tell.get("en")
    parts = [
        f"## {incident.title['en']} ({incident.year})",
        incident.about["en"],
        f"{kinds}, `{name}.json`. Source: {incident.source}.",
        "```text\n" + "\n".join(_told(incident, checked.report)) + "\n```",
        f"**What no rule can tell.** {cannot}" if cannot else "",
        f"**Repaired.** {incident.repair['en']}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _told(incident: Incident, report: Report) -> Iterator[str]:
    """One loophole for each code that is told of, and the story of the first that has one."""
    first = {each.code: each for each in reversed(report.found) if each.code in incident.codes}
    ordered = [each for each in report.found if first.get(each.code) is each]
    for each in ordered:
        yield _line(each)
    witness = next((each.witness for each in ordered if each.witness is not None), None)
    if witness is not None:
        yield ""
        yield from _story(report, witness)


def _line(found: Loophole) -> str:
    said = message(found.code, "en", found.details)
    loss = f" (loses {found.loss})" if found.loss else ""
    return f"{found.severity.value} {found.kind.value} {found.code}: {said}{loss}"


def _story(report: Report, witness: Witness) -> Iterator[str]:
    played = replay(report.compiled, witness)
    steps = zip(witness.steps, played.outcomes, strict=True)
    yield from story_text(steps, report.compiled.rulebook, "en").splitlines()


def page() -> str:
    """The whole page."""
    found = incidents()
    sections = [section(name, each, check_incident(each)) for name, each in found.items()]
    return "\n".join([HEAD, *sections])


if __name__ == "__main__":
    sys.stdout.write(page())
