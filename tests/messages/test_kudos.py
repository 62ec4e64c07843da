from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.errors import SelfKudosError
from bot.domain.kudos import Audience, Kudos, KudosGiven, KudosUndone, Receipt, Source
from bot.messages.blockkit.ids import KUDOS_UNDO
from bot.messages.giving import kudos as messages
from bot.messages.text.phrases import hashtag
from bot.messages.text.words import words_for
from tests.messages.free_examples import free, free_examples
from tests.messages.made_up import HOSTILE, LINK, LONG, SHORT, taken_back
from tests.rows import each_row

if TYPE_CHECKING:
    from bot.messages.blockkit.message import Message

ENGLISH = words_for("en-US")
NAMES = {"UADA": "Ada", "UBO": "Bo", "UCHI": "Chidi", "UDEE": "Dee"}
NOW = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)
THANKS = Kudos(
    kudos_id="K1",
    team_id="T1",
    giver_id="UBO",
    receipts=(Receipt("UADA", 5),),
    reason="untangling the release with <@UCHI>",
    value="teamwork",
    source=Source.COMMAND,
    audience=Audience.PUBLIC,
    channel_id="C1",
    message_ts=None,
    emoji=None,
    created_at=NOW,
    reversed_at=None,
)
TO_TWO = replace(THANKS, receipts=(Receipt("UADA", 5), Receipt("UCHI", 5)))
TROPHY = replace(
    THANKS,
    source=Source.REACTION,
    reason="",
    value=None,
    emoji="trophy",
    receipts=(Receipt("UADA", 1),),
)
RENEWS = NOW + timedelta(days=5)
GIVEN = KudosGiven(
    THANKS, allowance_left=20, renews_at=RENEWS, undo_until=NOW + timedelta(minutes=10)
)


def elements(message: Message, kind: str) -> list[dict[str, Any]]:
    """Return the elements of that type in the rich text of a message."""
    return [
        element
        for block in message.blocks
        for part in block["elements"]
        for element in part.get("elements", [])
        if element["type"] == kind
    ]


def test_the_channel_sees_who_thanks_whom_for_what() -> None:
    posted = messages.kudos_posted(ENGLISH, THANKS, NAMES)
    assert posted.text == (
        "<@UBO> thanked <@UADA>: untangling the release with @Chidi\n+5 points · #teamwork"
    )
    mentioned = [element["user_id"] for element in elements(posted, "user")]
    assert mentioned == ["UBO", "UADA"], "somebody named in a reason is not pinged"


def test_the_amount_is_that_of_each_receiver() -> None:
    posted = messages.kudos_posted(ENGLISH, TO_TWO, NAMES)
    assert "+5 points each" in posted.text
    one_point = replace(TO_TWO, receipts=(Receipt("UADA", 1), Receipt("UCHI", 1)))
    assert "+1 point each" in messages.kudos_posted(ENGLISH, one_point, NAMES).text


def test_all_fifty_receivers_are_mentioned_beside_the_longest_reason() -> None:
    for data in (LONG, HOSTILE):
        posted = messages.kudos_posted(ENGLISH, data.kudos(), data.names)
        for user_id in data.receiver_ids:
            assert f"<@{user_id}>" in posted.text
        assert posted.text.endswith(f" each · {hashtag(data.value or '')}")
        assert len(elements(posted, "user")) == 51


def test_the_whole_reason_is_in_the_post() -> None:
    posted = messages.kudos_posted(ENGLISH, LONG.kudos(), LONG.names)
    (quote,) = [
        part["elements"]
        for part in posted.blocks[0]["elements"]
        if part["type"] == "rich_text_quote"
    ]
    assert quote == [{"type": "text", "text": LONG.reason.strip()}]


def test_taken_back_thanks_keep_their_reason_to_themselves_and_mention_nobody() -> None:
    posted = messages.kudos_posted(ENGLISH, taken_back(TO_TWO), NAMES)
    assert posted.text == "The thanks from Bo to Ada and Chidi were taken back."
    assert elements(posted, "user") == []


def test_a_receiver_learns_how_to_give_the_first_time_only() -> None:
    for is_first in (True, False):
        received = messages.kudos_received(ENGLISH, THANKS, NAMES, link=LINK, is_first=is_first)
        assert received.text.startswith("Bo thanked you: untangling the release with @Chidi")
        assert f"<{LINK}|See the message>" in received.text
        assert ("/kudos help" in received.text) is is_first


def test_a_receiver_is_told_what_is_private_and_what_was_taken_back() -> None:
    private = replace(THANKS, audience=Audience.PRIVATE)
    received = messages.kudos_received(ENGLISH, private, NAMES, link=None, is_first=False)
    assert "Only Bo and those who were thanked see this." in received.text
    undone = messages.kudos_received(ENGLISH, taken_back(THANKS), NAMES, link=LINK, is_first=True)
    assert undone.text == "The thanks from Bo to you were taken back, and 5 points with them."


def test_the_giver_learns_the_cost_what_is_left_and_how_to_undo() -> None:
    given = messages.kudos_given(ENGLISH, replace(GIVEN, kudos=TO_TWO), NAMES)
    assert given.text.startswith(
        "You thanked Ada and Chidi with 5 points each, 10 points in all. "
        f"You have 20 points left to give until {ENGLISH.moment(RENEWS)}. Posted in <#C1>. "
    )
    (button,) = given.blocks[-1]["elements"]
    assert button["action_id"] == KUDOS_UNDO
    assert button["value"] == "K1"
    assert button["accessibility_label"] == "Undo: take these thanks and their points back"


def test_where_nothing_can_be_undone_there_is_no_button() -> None:
    given = messages.kudos_given(ENGLISH, replace(GIVEN, undo_until=NOW), NAMES)
    assert "undo" not in given.text
    assert "actions" not in {block["type"] for block in given.blocks}


def test_a_repeated_request_for_undone_thanks_does_not_claim_that_they_count() -> None:
    given = messages.kudos_given(ENGLISH, replace(GIVEN, kudos=taken_back(THANKS)), NAMES)
    assert given == messages.kudos_undone(ENGLISH, KudosUndone(taken_back(THANKS), 20), NAMES)


@each_row(
    ("audience", "channel_id", "where"),
    [
        (Audience.PUBLIC, "C1", "Posted in <#C1>."),
        (Audience.CHANNEL, "C1", "Posted in <#C1>, where only its members see it."),
        (Audience.CHANNEL, "D1", "Posted in a direct message, where only its members see it."),
        (Audience.PRIVATE, "C1", "Only you and those whom you thanked see it."),
    ],
)
def test_the_giver_learns_who_can_see_it(audience: Audience, channel_id: str, where: str) -> None:
    thanks = replace(THANKS, audience=audience, channel_id=channel_id)
    assert where in messages.kudos_given(ENGLISH, replace(GIVEN, kudos=thanks), NAMES).text


def test_a_reaction_says_how_to_take_it_back() -> None:
    given = messages.reaction_given(ENGLISH, replace(GIVEN, kudos=TROPHY), NAMES)
    assert given.text == (
        "Your reaction thanked Ada with 1 point. You have 20 points left to give until "
        f"{ENGLISH.moment(RENEWS)}. Remove your reaction to take it back."
    )


def test_one_reply_says_who_thanked_with_which_reactions() -> None:
    by_chidi = replace(TROPHY, giver_id="UCHI")
    with_kudos = replace(TROPHY, emoji="kudos", receipts=(Receipt("UADA", 2),))
    thanks = messages.reaction_thanks(ENGLISH, [TROPHY, by_chidi, with_kudos], NAMES)
    assert thanks.text == (
        "Ada was thanked by Bo (:trophy: +1 :kudos: +2) and Chidi (:trophy: +1)."
    )
    assert len(elements(thanks, "emoji")) == 3


def test_many_reactions_are_counted_instead_of_named() -> None:
    many = [replace(TROPHY, giver_id=f"U{n}") for n in range(32)]
    thanks = messages.reaction_thanks(ENGLISH, many, {f"U{n}": f"P{n}" for n in range(32)})
    assert "P19 (:trophy: +1), and 12 others." in thanks.text
    assert "P20" not in thanks.text


def test_without_reactions_the_reply_says_that_they_were_taken_back() -> None:
    thanks = messages.reaction_thanks(ENGLISH, [], NAMES)
    assert thanks.text == "The thanks for this message were taken back."


def test_undoing_says_what_came_back() -> None:
    undone = messages.kudos_undone(ENGLISH, KudosUndone(taken_back(THANKS), 25), NAMES)
    assert undone.text == (
        "You took back your thanks to Ada.\n"
        "5 points returned to you, and you have 25 points left to give."
    )


def test_a_failed_post_says_that_the_thanks_count_and_what_to_do() -> None:
    failed = messages.post_failed(ENGLISH, THANKS, NAMES)
    assert "Your thanks to Ada are saved and count" in failed.text
    assert "/invite @Kudos" in failed.text
    in_dm = messages.post_failed(ENGLISH, replace(THANKS, channel_id="D1"), NAMES)
    assert "/invite" not in in_dm.text, "nobody can be invited to a direct message"


def test_a_refused_reaction_says_why() -> None:
    refused = messages.reaction_refused(ENGLISH, SelfKudosError(), NAMES)
    assert "You can't give kudos to yourself." in refused.text


def test_somebody_who_was_erased_is_a_former_colleague() -> None:
    undone = messages.kudos_undone(ENGLISH, KudosUndone(THANKS, 1), {"UADA": ""})
    assert "thanks to a former colleague." in undone.text


@each_row("name", [" \u202e\n", "\x00"])
def test_a_name_that_shows_nothing_is_replaced(name: str) -> None:
    undone = messages.kudos_undone(ENGLISH, KudosUndone(THANKS, 1), {"UADA": name})
    assert "thanks to someone." in undone.text


def test_thanks_without_points_tell_of_none() -> None:
    told = [*free_examples(ENGLISH, SHORT)]
    assert len(told) > 12
    for _, message in told:
        words = message.text.replace(", then by points.", "")
        assert "point" not in words, words
        assert "+0" not in words, words


def test_their_giver_is_told_why_they_carry_none() -> None:
    given = replace(GIVEN, kudos=free(THANKS), allowance_left=0)
    sentence = messages.kudos_given(ENGLISH, given, NAMES).text
    assert sentence.startswith("You thanked Ada. Your points are used up until <!date^")
    assert "so these thanks carry none. Your words count all the same." in sentence
    two_left = messages.kudos_given(ENGLISH, replace(given, allowance_left=2), NAMES).text
    assert two_left.startswith("You thanked Ada. You have 2 points left to give until ")
    assert "That was too few, so these thanks carry none." in two_left
