"""How long the app and its Slack wait in tests: so long that a busy machine is no fault of the app.

The product answers Slack within three seconds, and says that something takes long before that. On a
machine that does much else, a test would meet those sentences at random.
"""

from __future__ import annotations

import pytest

from bot.sandbox import triggers
from handlers import answers, forms, give, kudos, screens

PATIENT_SECONDS = 15.0
SLACKS_SECONDS = 3.0
PATIENT = (
    (answers, "ANSWER_WITHIN_SECONDS"),
    (forms, "ANSWER_WITHIN_SECONDS"),
    (forms, "ASK_WITHIN_SECONDS"),
    (give, "ANSWER_WITHIN_SECONDS"),
    (kudos, "ANSWER_WITHIN_SECONDS"),
    (screens, "OPEN_WITHIN_SECONDS"),
    (triggers, "TRIGGER_SECONDS"),
)

in_slacks_time = pytest.mark.in_slacks_time
"""For what is about answers in time: there, everybody waits for as long as in earnest."""


def is_in_slacks_time(request: pytest.FixtureRequest) -> bool:
    """Return whether a test is marked so."""
    return request.node.get_closest_marker("in_slacks_time") is not None


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Have the app and its Slack wait for longer."""
    for module, name in PATIENT:
        patch.setattr(module, name, PATIENT_SECONDS)
