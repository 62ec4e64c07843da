"""Whether there is a Chromium on this machine, and what follows for the browser's tests."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
LEFT_OUT = "Browser tests were left out: no Chromium found. Debian: apt-get install chromium."


def find_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def browser_tests_are_left_out() -> bool:
    """Where they are required, as in CI, they are never left out: then they fail."""
    required = os.environ.get("KUDOS_REQUIRE_BROWSER") == "1"  # noqa: TID251 - of the test run
    return not required and find_chromium() is None
