"""The checks of a rulebook and its catalogue, one idea a module.

A check is a function `check` that takes what is `Examined` and yields loopholes. A new one gets a
module here, its line in `CHECKS` of `mallops.loopholes.linting`, wording of its codes in `locale/`,
a page with a section for each code in `docs/checks/`, and a broken rulebook in
`tests/loopholes/broken.py`; the tests tell which of these is missing.

An error costs money for sure, or is plainly a blunder. A warning may cost some. A note informs.
"""
