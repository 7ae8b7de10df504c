"""How hard Hypothesis tries: HYPOTHESIS_PROFILE is dev, ci or nightly."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline anywhere: a machine that runs two workers is slow now and then, which is no bug.
settings.register_profile("dev", deadline=None, max_examples=100)
# The same examples in every run: a change is judged by what it changes.
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
settings.register_profile(
    "nightly",
    deadline=None,
    max_examples=10_000,
    print_blob=True,
    # Thousands of examples of a big strategy are slow, and that is the point.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
