from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import errors
from bot.messages.refusals.refusals import refusal
from bot.messages.text.words import words_for
from tests.messages.examples import all_errors
from tests.messages.made_up import ALL_DATA, LONG, RENEWS, SHORT, Data
from tests.rows import each_row

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGLISH = words_for("en-US")
MONDAY = ENGLISH.moment(RENEWS)


def kinds(of: type[errors.KudosError]) -> Iterator[type[errors.KudosError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_refusal_has_words_of_its_own() -> None:
    assert {type(error) for error in all_errors(SHORT)} == set(kinds(errors.KudosError))
    sentences = [refusal(ENGLISH, error, SHORT.names) for error in all_errors(SHORT)]
    assert len(set(sentences)) == len(sentences)
    assert refusal(ENGLISH, errors.KudosError()) not in sentences


def test_a_refusal_without_words_of_its_own_is_still_a_sentence() -> None:
    told = refusal(ENGLISH, errors.KudosError())
    assert told == "That is not possible here. Type /kudos help to see what is."


def test_a_refusal_is_calm() -> None:
    for data in (SHORT, LONG):
        for error in all_errors(data):
            assert "!" not in refusal(ENGLISH, error, data.names).replace(MONDAY, "")


@each_row("data", ALL_DATA)
def test_a_refusal_fits_wherever_it_is_shown(data: Data) -> None:
    for error in all_errors(data):
        assert 1 <= len(refusal(ENGLISH, error, data.names)) <= 3_000


@each_row(
    ("error", "sentence"),
    [
        (errors.SelfKudosError(), "You can't give kudos to yourself."),
        (
            errors.AllowanceExceededError(points_total=10, allowance_left=1, renews_at=RENEWS),
            (
                "That takes 10 points, and you have 1 point left. "
                f"Give fewer points; your full allowance comes back {MONDAY}."
            ),
        ),
        (
            errors.AllowanceExceededError(points_total=1, allowance_left=0, renews_at=RENEWS),
            f"You have no points left to give. Your allowance comes back {MONDAY}.",
        ),
        (
            errors.NotThankableError(("UADA",), "bot"),
            "Ada is an app and can't receive kudos. Thank a person instead.",
        ),
        (
            errors.NotThankableError(("UADA", "UEVE"), "deactivated"),
            "Ada and someone are no longer active here and can't receive kudos.",
        ),
        (
            errors.UnresolvedNameError(("@ada", "bo")),
            (
                "I can't tell who is meant by @ada and @bo. "
                "Type @ and pick the person from the list that Slack shows."
            ),
        ),
        (
            errors.ReasonTooShortError(length=3, minimum=10),
            "The reason is too short. Say what it is for, in 10 characters or more.",
        ),
        (
            errors.UnknownValueError("#speed", ("teamwork", "#care")),
            "#speed is not one of the values here. Choose from #teamwork and #care.",
        ),
        (
            errors.AmountOutOfRangeError(points_each=30, maximum=25),
            "30 points for each person is too much at once. Give 25 points at most.",
        ),
        (
            errors.AmbiguousAmountError((3, 5)),
            "There are several amounts: +3 and +5. Name one; it goes to each person.",
        ),
    ],
)
def test_a_refusal_says_what_was_wrong_and_what_would_work(
    error: errors.KudosError, sentence: str
) -> None:
    assert refusal(ENGLISH, error, {"UADA": "Ada"}) == sentence
