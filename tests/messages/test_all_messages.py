"""What holds for every message, whoever is written to and whatever people typed."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

from bot.messages.blockkit.ids import ALL_IDS
from bot.messages.refusals.refusals import refusal
from bot.messages.text.markup import plain
from bot.sandbox.blocks import check_message_blocks
from tests.messages.examples import EXAMPLES, all_errors
from tests.messages.heard import heard_alike
from tests.messages.made_up import HOSTILE, LINK, LONG, NASTY, SHORT
from tests.messages.pseudo import STRETCH, bracketed
from tests.messages.slack_limits import faults
from tests.messages.spoken import CASES, ENGLISH, PSEUDO, built_once, functions_returning
from tests.rows import each_row, none_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.messages.blockkit.message import Message

messages = built_once(EXAMPLES)
every_message = each_row("name", EXAMPLES.keys())
PSEUDO_CASES = ("pseudo-short", "pseudo-long")

# Keys whose values Slack reads and people don't.
_MACHINE = {
    *("type", "style", "action_id", "value", "verbatim", "emoji", "bold"),
    *("user_id", "channel_id", "url", "timestamp", "name", "id"),
}


def leaves(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every dictionary in a payload."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part:
        if isinstance(inner, dict | list):
            yield from leaves(inner)


def texts(message: Message) -> Iterator[str]:
    """Yield everything in a message that somebody reads or hears."""
    for part in leaves(message.payload()):
        for key, value in part.items():
            if isinstance(value, str) and key not in _MACHINE:
                yield value


def test_every_function_that_returns_a_message_has_examples() -> None:
    assert functions_returning("Message") == EXAMPLES.keys()


@each_row(("name", "case"), product(EXAMPLES, CASES))
def test_a_message_keeps_to_slacks_limits(name: str, case: str) -> None:
    """By Slack's documentation, and by what the sandbox makes of it."""
    payloads = [message.payload() for message in messages(name, case)]
    none_of(fault for shown in payloads for fault in faults(shown))
    none_of(fault for shown in payloads for fault in check_message_blocks(shown["blocks"]))


@each_row(("name", "case"), product(EXAMPLES, CASES))
def test_no_two_buttons_sound_alike(name: str, case: str) -> None:
    none_of(fault for message in messages(name, case) for fault in heard_alike(message.payload()))


def test_the_pseudo_language_is_half_as_long_again() -> None:
    for text in ("Undo", "You can't give kudos to yourself.", "{n} points"):
        assert len(bracketed(text)) >= len(text) * STRETCH - len("{n}")


@each_row(("name", "case"), product(EXAMPLES, PSEUDO_CASES))
def test_no_text_bypasses_the_catalogue(name: str, case: str) -> None:
    shown = {text for message in messages(name, case) for text in texts(message)}
    none_of(f"{word} in {text!r}" for text in sorted(shown) for word in untranslated(text))


def test_no_refusal_bypasses_the_catalogue() -> None:
    for data in (SHORT, LONG):
        for error in all_errors(data):
            assert untranslated(refusal(PSEUDO, error, data.names)) == []


def untranslated(text: str) -> list[str]:
    """Return the Latin words that neither the catalogue nor Slack's markup accounts for."""
    accounted_for = [
        r"⟦[^⟧]*(?:⟧|…\Z)",  # a text of the catalogue, perhaps cut
        r"<[@#][A-Z0-9]+>",
        r"<!date\^\d+\^",
        r"\{(?:date_long_pretty|date_short_pretty|time)\}",
        re.escape(f"<{LINK}|"),
        r":[a-z][a-z0-9_-]*:",  # an emoji
        (  # what one types
            r"/kudos(?: (?:private @ada …|me|leaderboard month|history @ada|undo)(?=:))?"
        ),
    ]
    rest = text
    for pattern in accounted_for:
        rest = re.sub(pattern, " ", rest)
    return re.findall(r"[A-Za-z]+", rest)


def test_the_check_for_bypassing_texts_sees_them() -> None:
    assert untranslated("⟦Yóúú⟧ and 3 ⟦pííts⟧") == ["and"]


OURS = re.compile(
    r"<@U0\d+>|<@UBO>|<#C0GENERAL>|<#C0THANKS>|<!date\^\d+\^\{[^<>|]*\|[^<>|]*>|"
    + re.escape(f"<{LINK}|")
)


HOME = "slack://app?team=T1&id=A0KUDOS&tab=home"


def live_parts(parts: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield each part that is more than text and that people made up."""
    for part in parts:
        if part.get("type") == "mrkdwn" and NASTY in part["text"]:
            yield f"what people typed is shown as rich text: {part!r}"
        is_ours = (
            part.get("type") not in {"broadcast", "usergroup"}
            and part.get("user_id", "U0").startswith(("U0", "UBO"))
            and part.get("channel_id", "C0GENERAL") in {"C0GENERAL", "C0THANKS"}
            and part.get("url", LINK) in {LINK, HOME}
        )
        if not is_ours:
            yield f"what people typed is live: {part!r}"


@every_message
def test_what_people_typed_is_never_live(name: str) -> None:
    live = list[str]()
    for message in messages(name, "english-hostile"):
        parts = list(leaves(message.payload()))
        live += live_parts(parts)
        marked_up = [part["text"] for part in parts if part.get("type") == "mrkdwn"]
        live += [
            f"markup: {text!r}"
            for text in (message.text, *marked_up)
            if "<" in OURS.sub("", text) or re.search(r"&(?!amp;|lt;|gt;)", text)
        ]
    none_of(live)


def test_a_refusal_makes_nothing_live() -> None:
    for error in all_errors(HOSTILE):
        sentence = refusal(ENGLISH, error, HOSTILE.names)
        ours = r"<!date\^\d+\^\{[^<>|]*\|[^<>|]*>|<#C0THANKS>|"
        ours += re.escape(f"<{LINK}|See the post>")
        assert "<" not in re.sub(ours, "", sentence)


ISOLATED = re.compile("\u2068[^\u2066-\u2069\n]*\u2069")
TURNS = re.compile("[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@every_message
def test_nothing_turns_the_direction_of_what_follows(name: str) -> None:
    shown = (text for message in messages(name, "english-hostile") for text in texts(message))
    none_of(ascii(text) for text in shown if TURNS.search(ISOLATED.sub("", text)))


@each_row("name", sorted(EXAMPLES.keys() - {"kudos_posted"}))
def test_only_the_public_thanks_mention_people(name: str) -> None:
    shown = messages(name, "english-short")
    none_of(message.text for message in shown if "<@" in message.text)
    parts = (part for message in shown for part in leaves(message.payload()))
    none_of(f"{part!r}" for part in parts if part.get("type") == "user")


@every_message
def test_the_text_says_what_the_blocks_say(name: str) -> None:
    """Screen readers and notifications have nothing but the text; buttons come on top."""
    none_of(
        f"{part['text']!r} is not in {message.text!r}"
        for message in messages(name, "english-short")
        for part in leaves([block for block in message.blocks if block["type"] != "actions"])
        if isinstance(part.get("text"), str)
        and plain(part["text"]).strip() not in plain(message.text)
    )


@every_message
def test_an_id_of_a_view_is_a_known_one(name: str) -> None:
    shown = messages(name, "english-short")
    used = {part.get("action_id") for message in shown for part in leaves(message.payload())}
    assert used <= {None, *ALL_IDS}
