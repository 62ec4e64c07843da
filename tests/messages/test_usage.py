from __future__ import annotations

from bot.domain.parsing.suggestion import COLLEAGUE
from bot.domain.workspaces import ValueMode, WorkspaceSettings
from bot.messages.giving.usage import help_message, usage
from bot.messages.text.words import words_for
from tests.messages.pseudo import bracketed, pseudo_words

ENGLISH = words_for("en-US")


def test_unclear_words_are_answered_with_what_would_have_worked() -> None:
    shown = usage(
        ENGLISH,
        "/kudos <@UADA|ada> 1.5 for `x` &amp; <https://a.example|y>",
        "/kudos <@UADA> +1 for `x` & y",
        names={"UADA": "Ada"},
    )
    typed, suggested, more = shown.text.splitlines()
    assert typed.startswith("I did not understand this: /kudos @Ada 1.5 for `x` &amp; ")
    assert suggested == "This would work: /kudos @Ada +1 for `x` &amp; y"
    assert more == "Type /kudos help to see everything that I understand."
    lines = [
        part["elements"][0]["text"]
        for part in shown.blocks[0]["elements"]
        if part["type"] == "rich_text_preformatted"
    ]
    assert lines[1] == "/kudos @Ada +1 for `x` & y"


def test_a_suggestion_names_a_colleague_in_the_readers_language() -> None:
    shown = usage(pseudo_words(), "/kudos", f"/kudos {COLLEAGUE} for …")
    assert f"/kudos {bracketed('@colleague')} for …" in shown.text


def test_help_tells_the_rules_of_the_workspace() -> None:
    shown = help_message(
        ENGLISH,
        WorkspaceSettings(
            allowance=30,
            points_default=2,
            points_max=10,
            reason_min_length=5,
            value_mode=ValueMode.REQUIRED,
            values=("care", "speed"),
            reaction_worth={"trophy": 3, "kudos": 1},
        ),
    )
    assert ":kudos: once for each point" in shown.text
    assert "Without an amount each gets 2 points; the most at once is 10." in shown.text
    assert "You have 30 points a week to give." in shown.text
    assert "A reason, in 5 characters or more." in shown.text
    assert "A value, one of these: #care and #speed." in shown.text
    assert ":trophy: (3 points) and :kudos: (1 point)" in shown.text


def test_help_leaves_out_what_the_workspace_does_not_use() -> None:
    shown = help_message(ENGLISH, WorkspaceSettings(reason_min_length=0, reaction_worth={}))
    assert "A reason" not in shown.text
    assert "react" not in shown.text
    assert "A value, if you like: any hashtag." in shown.text
