"""The site: Sphinx with Furo and MyST."""

from __future__ import annotations

import re
from importlib.metadata import version as installed_version

from sphinx.application import Sphinx

project = "mallops"
author = "The mallops authors"
copyright = "The mallops authors"
version = release = installed_version("mallops")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"mallops {release}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "member-order": "bysource",
    # A name is documented where it is defined, not again where it is exported.
    "ignore-module-all": True,
}
autodoc_typehints_format = "short"

# Our own names have to resolve. Others would need inventories, which are fetched over a
# network that a build may not have.
nitpicky = True
# What others have is documented elsewhere; a type variable is no more than its letter.
nitpick_ignore_regex = [(r"py:.*", r"(?!mallops\.).*"), (r"py:.*", r".*\.[A-Z]")]


def _names_in_markdown(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Docstrings mark a `name` as Markdown does, wherever in a word; examples are left alone."""
    paragraphs = "\n".join(lines).split("\n\n")
    for i, paragraph in enumerate(paragraphs):
        if not paragraph.lstrip().startswith(">>>"):
            paragraphs[i] = re.sub(r"(?<![`:\w])`([^`]+)`(?!`)", r"\\ ``\1``\\ ", paragraph)
    lines[:] = "\n\n".join(paragraphs).split("\n")


def setup(app: Sphinx) -> None:
    """Sphinx calls this."""
    app.connect("autodoc-process-docstring", _names_in_markdown)
