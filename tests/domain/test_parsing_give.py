"""Thanks: who is meant, how much, and what for."""
# ruff: noqa: RUF001 - people type signs of every kind

from __future__ import annotations

from itertools import product

from bot.domain.parsing.commands import (
    ParsedGive,
    Unclear,
)
from bot.domain.parsing.tokens import NO_CURRENCY, Currency
from bot.domain.parsing.words import parse_command
from tests.domain.parsed import ADA, BO, TACO, give, parsed
from tests.rows import each_row

# Who


@each_row(
    ("typed", "expected"),
    [
        # At the beginning, however joined.
        (f"{ADA} for the demo", give("UADA", reason="the demo")),
        ("<@UADA|ada> for the demo", give("UADA", reason="the demo")),
        ("<@W1> for the demo", give("W1", reason="the demo")),
        (f"{ADA}{BO} the demo", give("UADA", "UBO", reason="the demo")),
        (f"{ADA} {BO} the demo", give("UADA", "UBO", reason="the demo")),
        (f"{ADA}, {BO} and <@UCY> the demo", give("UADA", "UBO", "UCY", reason="the demo")),
        (f"{ADA},{BO},and <@UCY> the demo", give("UADA", "UBO", "UCY", reason="the demo")),
        (f"{ADA} &amp; {BO} + <@UCY> the demo", give("UADA", "UBO", "UCY", reason="the demo")),
        (f"{ADA}&amp;{BO} the demo", give("UADA", "UBO", reason="the demo")),
        (f"{ADA}和{BO} the demo", give("UADA", "UBO", reason="the demo")),
        (f"{ADA} und {BO} the demo", give("UADA", "UBO", reason="the demo")),
        (f"{ADA}\n{BO}\nthe demo", give("UADA", "UBO", reason="the demo")),
        (f"\u200f{ADA}\u2069 the demo", give("UADA", reason="the demo")),
        (f"{BO} {ADA} {BO} the demo", give("UBO", "UADA", reason="the demo")),
        (f"thanks {ADA} for the demo", give("UADA", reason="the demo")),
        (f"Thank you, {ADA}, for the demo", give("UADA", reason="the demo")),
        (f"kudos to {ADA} for the demo", give("UADA", reason="the demo")),
        (f"for {ADA} because of the demo", give("UADA", reason="the demo")),
        (
            f"{ADA} and thanks to everybody else",
            give("UADA", reason="and thanks to everybody else"),
        ),
        # At the end, if there is none at the beginning.
        (f"thanks for the help {ADA}", give("UADA", reason="thanks for the help")),
        (
            f"thanks for the help, {ADA} and {BO}!",
            give("UADA", "UBO", reason="thanks for the help"),
        ),
        (f"thanks for the help to {ADA}", give("UADA", reason="thanks for the help")),
        (f"thanks for the help ({ADA})", give("UADA", reason="thanks for the help")),
        # Anywhere, if there is none at either end; the sentence stays whole.
        (
            f"a big thank-you to {ADA} for helping {BO} out",
            give("UADA", reason=f"a big thank-you to {ADA} for helping {BO} out"),
        ),
        (f"you {ADA} rock", give("UADA", reason=f"you {ADA} rock")),
        (f"شكرا {ADA} على المساعدة", give("UADA", reason=f"شكرا {ADA} على المساعدة")),
        # In the reason they are words.
        (
            f"{ADA} for helping <@UBO|bo> with the move",
            give("UADA", reason=f"helping {BO} with the move"),
        ),
        (f"{ADA} for helping {BO}", give("UADA", reason=f"helping {BO}")),
        (f"for {ADA}'s help with {BO}", give("UADA", reason=f"{ADA}'s help with {BO}")),
        (f"{ADA}さん、ありがとう", give("UADA", reason=f"{ADA}さん、ありがとう")),
        # A first word that is also a command.
        (f"help {ADA} with the release", give("UADA", reason=f"help {ADA} with the release")),
        (f"{ADA} help with the release", give("UADA", reason="help with the release")),
        (f"me and {ADA} shipped it", give("UADA", reason=f"me and {ADA} shipped it")),
        # In private.
        (f"private {ADA} for the talk", give("UADA", reason="the talk", is_private=True)),
        (f"PRIVATE: {ADA} the talk", give("UADA", reason="the talk", is_private=True)),
        (
            f"private thanks for the talk {ADA}",
            give("UADA", reason="thanks for the talk", is_private=True),
        ),
    ],
)
def test_the_place_of_a_mention_tells_whether_somebody_is_thanked(
    typed: str, expected: ParsedGive
) -> None:
    assert parse_command(typed) == expected


@each_row(
    ("typed", "expected"),
    [
        ("<!subteam^S1> the demo", give(group_ids=("S1",), reason="the demo")),
        (
            f"<!subteam^S1|@devs>, {ADA} and <!subteam^S1> the demo",
            give("UADA", group_ids=("S1",), reason="the demo"),
        ),
        (
            f"{ADA} for helping <!subteam^S1|@devs> and <!subteam^S2>",
            give("UADA", reason="helping @devs and @group"),
        ),
        ("<!channel> the demo", give(names_everyone=True, reason="the demo")),
        ("<!here|@here> the demo", give(names_everyone=True, reason="the demo")),
        (f"{ADA} <!everyone> the demo", give("UADA", names_everyone=True, reason="the demo")),
        ("thanks for the demo @channel", give(names_everyone=True, reason="thanks for the demo")),
        ("@Everyone the demo", give(names_everyone=True, reason="the demo")),
        (
            f"{ADA} for calm answers to <!here> and @channel",
            give("UADA", reason="calm answers to @here and @channel"),
        ),
    ],
)
def test_groups_and_everyone_follow_the_same_rule(typed: str, expected: ParsedGive) -> None:
    assert parse_command(typed) == expected


@each_row(
    ("typed", "names"),
    [
        ("@ada the demo", ("ada",)),
        ("@ada: the demo", ("ada",)),
        ("@ada.lovelace, @bo-b and @cy the demo", ("ada.lovelace", "bo-b", "cy")),
        ("@ada,@bo&amp;@cy the demo", ("ada", "bo", "cy")),
        ("thanks for the demo @ada!", ("ada",)),
        ("thanks to @ada's team", ("ada",)),
        ("@आदि the demo", ("आदि",)),
        (f"{ADA} and @bo the demo", ("bo",)),
        (f"thanks for the demo {ADA} @bo", ("bo",)),
        (f"so much thanks {ADA} and @bo for the demo", ("bo",)),
        ("<@ada> the demo", ("ada",)),
        ("<@B1|robot> the demo", ("robot",)),
    ],
)
def test_a_name_that_was_not_picked_from_the_list_is_reported(
    typed: str, names: tuple[str, ...]
) -> None:
    assert parsed(typed).unresolved_names == names


@each_row(
    "reason",
    ["the @property decorator", "mailing ada@example.com", "moving to @types/node", "tea @5pm"],
)
def test_an_at_sign_in_the_reason_names_nobody(reason: str) -> None:
    assert parse_command(f"{ADA} for {reason}") == give("UADA", reason=reason)


# How much


AMOUNTS = [
    "+5",
    "+5,",
    "5",
    "5 points",
    "5 point",
    "5 pts",
    "5pts",
    "5 Points",
    "+5 points",
    "+ 5",
    "5 kudos",
    "5 each",
    "+5 points each",
    "5 :taco:",
    "+05",
    "+٥",
    "+５",
    "＋5",
    "٥ points",
    ":taco: :taco: :taco: :taco: :taco:",
    ":taco::taco::taco::taco::taco:",
    ":taco::skin-tone-3::taco:\n:taco: :taco::taco:",
    "🌮🌮 🌮🌮🌮",
    "+5 5 points",
]
LINES = [
    "{ada} {amount} for the demo",
    "{amount} {ada} the demo",
    "{ada} {amount} {bo} for the demo",
    "thanks {amount} to {ada} for the demo",
    "give {amount} to {ada} for the demo",
    "{amount} for the demo {ada}",
    "for the demo {ada} {amount}",
    "{ada} #Team {amount} for the demo",
]


@each_row(("line", "amount"), product(LINES, AMOUNTS))
def test_an_amount_beside_the_receivers_is_read_in_every_form(line: str, amount: str) -> None:
    give = parsed(line.format(ada=ADA, bo=BO, amount=amount))

    assert give.amounts == (5,)
    assert give.receiver_ids[0] == "UADA"
    assert give.reason == "the demo"


@each_row(
    ("typed", "amounts", "reason"),
    [
        # At the end.
        (f"{ADA} for the demo +5", (5,), "the demo"),
        (f"{ADA} for the demo, +5!", (5,), "the demo"),
        (f"{ADA} for the demo (5 points)", (5,), "the demo"),
        (f"{ADA} for the demo (+5)", (5,), "the demo"),
        (f"{ADA} for the demo 5 points.", (5,), "the demo"),
        (f"{ADA} for the demo :taco: :taco:", (2,), "the demo"),
        # In mid-sentence it is a word.
        (f"{ADA} for the 5 points in it", (), "the 5 points in it"),
        (f"{ADA} for a :taco: lunch", (), "a :taco: lunch"),
        (f"so much thanks {ADA} +5 for the demo", (5,), f"so much thanks {ADA} for the demo"),
        # A number of something else.
        (f"thanks {ADA} for fixing 5 bugs", (), "fixing 5 bugs"),
        (f"{ADA} fixed 5", (), "fixed 5"),
        (f"we closed issue 5 {ADA}", (), "we closed issue 5"),
        (f"{ADA}: 5 bugs fixed", (), "5 bugs fixed"),
        (f"when we met {ADA} 5 years ago", (), f"when we met {ADA} 5 years ago"),
        (f"{ADA} at 10:30:45 on 2026-11-22", (), "at 10:30:45 on 2026-11-22"),
        (f"{ADA} for 5% more, 5x faster, a 5th time", (), "5% more, 5x faster, a 5th time"),
        (f"{ADA} for A+5 and C+", (), "A+5 and C+"),
        (f"{ADA} :+1: great", (), ":+1: great"),
        # The rules refuse these; the words are clear.
        (f"{ADA} +0 the demo", (0,), "the demo"),
        (f"{ADA} -3 the demo", (-3,), "the demo"),
        (f"{ADA} −3 points the demo", (-3,), "the demo"),
        (f"{ADA} for -3 degrees", (), "-3 degrees"),
        (f"{ADA} +99999999999999999999 the demo", (99_999_999_999_999_999_999,), "the demo"),
        # More than one.
        (f"{ADA} +5 for the demo 6 points", (5, 6), "the demo"),
        (f"6 {ADA} +5 :taco: :taco: +6 the demo", (6, 5, 2), "the demo"),
        (f":taco: {ADA} :taco: the demo", (2,), "the demo"),
    ],
)
def test_a_number_is_an_amount_only_where_it_must_be_one(
    typed: str, amounts: tuple[int, ...], reason: str
) -> None:
    assert parse_command(typed, TACO) == give("UADA", amounts=amounts, reason=reason)


def test_an_emoji_is_an_amount_only_if_it_is_the_currency() -> None:
    assert parsed(f"{ADA} :tada: :tada: the demo").amounts == ()
    assert parsed(f"{ADA} :taco: :tada: the demo").amounts == (1,)
    assert parsed(f"{ADA} :taco: the demo", NO_CURRENCY).amounts == ()
    assert parsed(f"{ADA} :thumbsup: :+1: the demo", Currency(frozenset({"+1"}))).amounts == (2,)
    assert parsed(f"{ADA} :kudos: :kudos: the demo", Currency(frozenset({"kudos"}))).amounts == (2,)


def test_a_number_without_end_is_still_a_number() -> None:
    (amount,) = parsed(f"{ADA} +{'9' * 9_000} the demo").amounts

    assert amount == 10**100


@each_row(
    ("typed", "suggestion", "problem"),
    [
        ("+1.5 for the demo", "@colleague +2 for the demo", "+1.5"),
        (f"{ADA} +1.5 for the demo", f"{ADA} +2 for the demo", "+1.5"),
        (f"{ADA} 1.4 points for the demo", f"{ADA} +1 for the demo", "1.4 points"),
        (f"{ADA} 0,5 the demo", f"{ADA} +1 the demo", "0,5"),
        ("<@UADA|ada> 1,000 the demo", f"{ADA} +1000 the demo", "1,000"),
        (f"private {ADA} for the demo +1.5", f"private {ADA} for the demo +2", "+1.5"),
    ],
)
def test_part_of_a_point_is_unclear_beside_receivers(
    typed: str, suggestion: str, problem: str
) -> None:
    assert parse_command(typed) == Unclear(suggestion, problem)


@each_row("reason", ["version 1.5", "a gain of +1.5 percent", "1.5 points of it"])
def test_part_of_a_point_is_a_word_in_the_reason(reason: str) -> None:
    assert parse_command(f"{ADA} for {reason}") == give("UADA", reason=reason)


# Values


@each_row(
    ("typed", "hashtags", "reason"),
    [
        (f"{ADA} for the demo #teamwork", ("teamwork",), "the demo"),
        (f"{ADA} for the demo, #teamwork.", ("teamwork",), "the demo"),
        (f"{ADA} for the demo #a, #b #A", ("a", "b"), "the demo"),
        (f"{ADA} #teamwork for the demo", ("teamwork",), "the demo"),
        (f"#teamwork {ADA} the demo", ("teamwork",), "the demo"),
        (f"#teamwork for the demo {ADA}", ("teamwork",), "the demo"),
        (f"for the demo {ADA} #teamwork", ("teamwork",), "the demo"),
        (f"{ADA} for #teamwork at its best", ("teamwork",), "#teamwork at its best"),
        (f"{ADA} for (#teamwork) at its best", ("teamwork",), "(#teamwork) at its best"),
        (f"{ADA} for #care and #speed", ("care", "speed"), "#care and #speed"),
        (f"{ADA} the demo #Team-Work", ("team-work",), "the demo"),
        (f"{ADA} the demo #Straße #CAFÉ", ("strasse", "café"), "the demo"),
        (f"{ADA} the demo #cafe\u0301 #café", ("café",), "the demo"),
        (f"{ADA} the demo #टीमवर्क #团队 #עזרה", ("टीमवर्क", "团队", "עזרה"), "the demo"),
        (f"{ADA} the demo #1on1", ("1on1",), "the demo"),
        (f"{ADA} issue #123 C# ##x a#b &amp;#39;", (), "issue #123 C# ##x a#b &#39;"),
        (f"{ADA} in <#C1|teamwork> and <#C2|>", (), "in #teamwork and #private-channel"),
        (f"{ADA} wrote <https://x.io/#top>", (), "wrote https://x.io/#top"),
    ],
)
def test_a_hashtag_is_a_value_and_leaves_the_ends_of_the_reason(
    typed: str, hashtags: tuple[str, ...], reason: str
) -> None:
    assert parse_command(typed) == give("UADA", hashtags=hashtags, reason=reason)


# Why


@each_row(
    ("typed", "reason"),
    [
        ("for the demo", "the demo"),
        ("FOR the demo", "the demo"),
        ("because of the demo", "the demo"),
        ("because we won", "we won"),
        ("to celebrate", "celebrate"),
        (": great demo", "great demo"),
        (", great demo", "great demo"),
        (" – great demo", "great demo"),
        (": for the demo", "the demo"),
        ("for: the demo", "the demo"),
        ("for", ""),
        ("", ""),
        ("forever grateful", "forever grateful"),
        ("thanks for the demo", "thanks for the demo"),
        (":tada: great demo :tada:", ":tada: great demo :tada:"),
        ("...and so on", "...and so on"),
        (".NET migration", ".NET migration"),
        ("for two\nlines\n\nof  text  \n", "two\nlines\n\nof  text"),
        ("for a &lt;b&gt; &amp;amp; more", "a <b> &amp; more"),
        ("for 🎉👩\u200d💻 emoji", "🎉👩\u200d💻 emoji"),
        ("for the <https://x.io/a?b=1&amp;c=2|docs>", "the docs (https://x.io/a?b=1&c=2)"),
        ("for <https://x.io>", "https://x.io"),
        ("for <http://x.io|x.io>", "http://x.io"),
        ("for writing to <mailto:a@b.io|a@b.io>", "writing to a@b.io"),
        ("for writing to <mailto:a@b.io|Ada>", "writing to Ada (a@b.io)"),
        ("by <!date^1700000000^{date}|14 November>", "by 14 November"),
        ("for a < b and c > d", "a < b and c > d"),
    ],
)
def test_the_reason_is_what_was_typed_without_the_words_that_lead_to_it(
    typed: str, reason: str
) -> None:
    assert parse_command(f"{ADA} {typed}") == give("UADA", reason=reason)


@each_row(
    ("typed", "reason"),
    [
        ("&lt;!channel&gt;", "‹!channel›"),
        ("&lt;@UBO&gt;", "‹@UBO›"),
        ("<@UBO&gt;", "‹@UBO›"),
        ("&lt;!here|a b&gt;", "‹!here|a b›"),
        ("&lt;https://evil.io|bank.io&gt;", "‹https://evil.io|bank.io›"),
        ("x <!unknown|&lt;!channel&gt;>", "x ‹!channel›"),
        ("x <https://x.io|&lt;@UBO&gt;>", "x ‹@UBO› (https://x.io)"),
    ],
)
def test_no_typed_words_read_as_markup_in_a_reason(typed: str, reason: str) -> None:
    assert parsed(f"{ADA} for {typed}").reason == reason


def test_what_no_store_can_keep_is_dropped() -> None:
    assert parsed(f"{ADA} for a\0b \ud83d c").reason == "ab \ufffd c"
