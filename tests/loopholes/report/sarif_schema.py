"""The part of SARIF 2.1.0 that reports are written in, as a JSON Schema.

Written by hand from the standard (sections 3.13 to 3.59): the keys that are used, those that are
required, and the words that may stand in them. What the standard leaves open and reports do not
use is closed here. The whole schema of the standard, in a file that SARIF_SCHEMA names, is
asked as well by `test_sarif`.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def closed(required: list[str], **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def listed(items: Schema, **bounds: Any) -> Schema:
    return {"type": "array", "items": items, **bounds}


TEXT: Schema = {"type": "string", "minLength": 1}
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}
INDEX: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "integer", "minimum": 1}
BAG: Schema = {"type": "object", "properties": {"tags": listed(TEXT, uniqueItems=True)}}
MESSAGE = closed(["text"], text=TEXT)
URI: Schema = {"type": "string", "format": "uri-reference", "pattern": r"^[^\s\\<>\"{}|^`]+$"}
REGION = closed(
    ["startLine", "startColumn", "endLine", "endColumn"],
    startLine=NUMBER,
    startColumn=NUMBER,
    endLine=NUMBER,
    endColumn=NUMBER,
)
LOCATION = closed(
    ["logicalLocations"],
    id=INDEX,
    physicalLocation=closed(
        ["artifactLocation"], artifactLocation=closed(["uri"], uri=URI), region=REGION
    ),
    logicalLocations=listed(
        closed(["fullyQualifiedName"], name=TEXT, fullyQualifiedName=TEXT, kind=TEXT),
        uniqueItems=True,
    ),
)
NOTIFICATION = closed(
    ["message"],
    level=LEVEL,
    message=MESSAGE,
    descriptor=closed(["id"], id=TEXT),
    locations=listed(LOCATION, uniqueItems=True),
)
RULE = closed(
    ["id"],
    id=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=closed(["text"], text=TEXT, markdown=TEXT),
    defaultConfiguration=closed([], level=LEVEL),
    properties=BAG,
)
RESULT = closed(
    ["message"],
    ruleId=TEXT,
    ruleIndex=INDEX,
    level=LEVEL,
    message=MESSAGE,
    locations=listed(LOCATION),
    relatedLocations=listed(LOCATION, uniqueItems=True),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=listed(
        closed(
            ["kind"],
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification=TEXT,
            location=LOCATION,
        ),
        uniqueItems=True,
    ),
    properties=BAG,
)
RUN = closed(
    ["tool"],
    tool=closed(
        ["driver"], driver=closed(["name"], name=TEXT, rules=listed(RULE, uniqueItems=True))
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=listed(
        closed(
            ["executionSuccessful"],
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=listed(NOTIFICATION),
            toolConfigurationNotifications=listed(NOTIFICATION),
            properties=BAG,
        )
    ),
    results=listed(RESULT),
)
LOG = closed(
    ["version", "runs"],
    **{"$schema": URI},
    version={"const": "2.1.0"},
    runs=listed(RUN),
)
