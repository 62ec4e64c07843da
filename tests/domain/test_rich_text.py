"""Words in a field of rich text read as the message that they came from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kudos import named_in
from bot.domain.rich_text import by_name, mentioned, rich_text_of, text_of
from tests.rows import each_row

SECTION = {"type": "rich_text_section"}
TEXT = {"type": "text", "text": "a <b> & c"}


@each_row(
    ("text", "same"),
    [
        ("<@U1> +2 for &lt;this&gt; &amp; that\n<@U2|bo> :tada: 10:30:00", None),
        ("<!subteam^S1|@support> for https://a.b <https://a.b/c?d=1&amp;e=2|there> `x`", None),
        ("<!here> and <#C1> for it", None),
        ("for the <#C1|team-work> of it", "for the #team-work of it"),
        ("<!date^1^{date}|today> <mailto:a@b.c|a@b.c> <tel:1|1>", None),
    ],
)
def test_a_message_comes_back_as_it_reads(text: str, same: str | None) -> None:
    expected = same or text.replace("<@U2|bo>", "<@U2>").replace("|@support", "")
    expected = expected.replace("<!date^1^{date}|today>", "&lt;!date^1^{date}|today&gt;")
    assert text_of(rich_text_of(text)) == expected


@each_row(
    ("elements", "text"),
    [
        (
            [
                SECTION | {"elements": [TEXT, {"type": "text", "text": "\n"}]},
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [SECTION | {"elements": [{"type": "user", "user_id": "U1"}, TEXT]}],
                },
                {"type": "rich_text_list", "style": "ordered", "elements": [SECTION, SECTION]},
            ],
            "a &lt;b&gt; &amp; c\n• <@U1>a &lt;b&gt; &amp; c\n1. \n2. ",
        ),
        (
            [
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a\nb"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "c"}]},
                SECTION | {"elements": [{"type": "text", "text": "d", "style": {"code": True}}]},
            ],
            "&gt; a\n&gt; b\n```c```\n`d`",
        ),
        (
            [
                SECTION
                | {
                    "elements": [
                        {"type": "emoji", "name": "wave", "skin_tone": 3},
                        {"type": "usergroup", "usergroup_id": "S1"},
                        {"type": "channel", "channel_id": "C1"},
                        {"type": "user", "user_id": 1},
                        {"type": "color", "value": "#fff"},
                        "text",
                        None,
                    ]
                }
            ],
            ":wave::skin-tone-3:<!subteam^S1><#C1>",
        ),
        ("elements", ""),
        ([None, {"type": []}, {"elements": {}}], "\n"),
    ],
)
def test_what_people_put_in_reads_like_a_message(elements: object, text: str) -> None:
    assert text_of({"type": "rich_text", "elements": elements}) == text


@given(st.one_of(st.none(), st.text(), st.lists(st.integers())))
def test_what_is_no_rich_text_says_nothing(value: object) -> None:
    assert text_of(value) == ""


@given(st.text(alphabet="a <>&;@!#|:_^UCS1\n", max_size=60))
def test_whatever_was_typed_says_the_same_once_it_was_in_the_field(typed: str) -> None:
    once = text_of(rich_text_of(typed)).rstrip("\n")
    assert text_of(rich_text_of(once)) == once


NAMES = {"U1": "Bo", "U2": "Bo Berg", "U3": "A & B <c>", "U4": "Sam", "U5": "Sam", "S1": "support"}


@each_row(
    ("text", "called"),
    [
        (
            "<@U1> +2 for it\n<@U2|bob>, <@U3> too",
            "@Bo +2 for it\n@Bo Berg, @A &amp; B &lt;c&gt; too",
        ),
        ("<!subteam^S1|@support> for it", "@support for it"),
        ("<@U9> and <@U1> for it", "<@U9> and @Bo for it"),
        ("mail a@Bo.org, thank <@U1>", "mail a@Bo.org, thank @Bo"),
    ],
)
def test_people_and_groups_stand_there_by_name_and_are_found_again(text: str, called: str) -> None:
    assert by_name(text, NAMES) == called
    assert mentioned(called, NAMES) == text_of(rich_text_of(text))


@each_row(
    "text",
    [
        "<@U4> and <@U5> for it",  # called the same
        "<@U1> Berg for it",  # would be read as somebody else
        "<@U1> and @Bo, who was not picked",
        "<@U1>s idea",  # where the name ends could not be told
    ],
)
def test_who_could_be_taken_for_another_stays_a_mention(text: str) -> None:
    assert by_name(text, NAMES) == text


def test_a_name_of_two_people_is_nobodys_even_where_another_name_begins_it() -> None:
    names = {"U1": "Sam", "U2": "Sam Berg", "U3": "Sam Berg"}
    assert mentioned("@Sam Berg and @Sam", names) == "@Sam Berg and <@U1>"


MENTIONS = {each: f"<@{each}>" for each in NAMES if each != "S1"} | {"S1": "<!subteam^S1>"}


@given(st.lists(st.sampled_from([*MENTIONS.values(), " ", "@Bo", "Berg", "x", "\n"])))
def test_whoever_is_named_is_always_found_again(parts: list[str]) -> None:
    text = "".join(parts)
    expected = text_of(rich_text_of(text))
    called = by_name(text, NAMES)
    came_back = mentioned(text_of(rich_text_of(called)), NAMES)
    assert called == text or came_back == expected
    assert set(named_in(text)) == {each for each, mention in MENTIONS.items() if mention in text}
