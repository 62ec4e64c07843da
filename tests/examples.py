"""How many examples hypothesis tries: a hundred, and five times as many in `make test-long`."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100
LONG = 500

# Nothing is judged by time here: a busy machine is slow.
settings.register_profile("usual", max_examples=USUAL, deadline=None, print_blob=True)
settings.register_profile("long", max_examples=LONG, deadline=None, print_blob=True)


def begin() -> None:
    """Try the usual number; `--hypothesis-profile long` comes later, and wins."""
    settings.load_profile("usual")


def examples(usual: int) -> int:
    """Return how many to try of what takes long: `usual`, or five times as many in the long run."""
    assert settings.default is not None
    return usual * settings.default.max_examples // USUAL
