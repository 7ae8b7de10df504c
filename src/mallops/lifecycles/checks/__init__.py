"""The checks of machines, one idea a module.

A check is a function that takes a machine and returns findings. A new one goes into the module
of its idea, or one of its own, and is named in `mallops.lifecycles.verifying`. Its code gets its
wording in `locale/`, a section of `docs/machine-checks.md`, and a broken machine in
`tests/lifecycles/broken.py`; the tests tell which of these is missing.

An error is what leaves a case stuck or lets money go wrong. All else is a warning.
"""
