from __future__ import annotations

import html
import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.messages.text.markup import ELLIPSIS, emoji, link_to, mention, plain, safe, shortened
from bot.messages.text.phrases import said
from bot.messages.text.words import words_for
from tests.rows import each_row

ENGLISH = words_for("en")

# Any text, with the characters that matter more often than chance would have them.
typed_texts = st.text(
    st.one_of(st.sampled_from("&<>;|@#!^:*_`amplgt\n\u202e\u2066\x00\ud800"), st.characters())
)


@given(typed_texts)
def test_safe_text_has_no_markup_and_reads_as_it_was_typed(typed: str) -> None:
    text = safe(typed)
    assert "<" not in text
    assert ">" not in text
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    gone = [character for character in typed if character not in plain(text)]
    assert {unicodedata.category(character) for character in gone} <= {"Cc", "Cf", "Cs"}
    assert plain(text) == "".join(character for character in typed if character not in gone)
    text.encode()


@given(typed_texts)
def test_what_somebody_said_has_no_markup_either(typed: str) -> None:
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", said(ENGLISH, typed, {}))


@each_row("character", "\n\t é😀\u200d\u05d0")
def test_safe_text_keeps_what_people_need(character: str) -> None:
    assert safe(character) == character


@given(typed_texts, st.integers(min_value=1, max_value=40))
def test_shortened_text_keeps_its_limit_and_cuts_no_entity(typed: str, limit: int) -> None:
    text = safe(typed)
    cut = shortened(text, limit)
    assert len(cut) <= limit
    if len(text) <= limit:
        assert cut == text
    else:
        assert cut.endswith(ELLIPSIS)
        kept = cut.removesuffix(ELLIPSIS)
        assert text.startswith(kept)
        assert not re.search(r"&(?!amp;|lt;|gt;)", kept)
        assert html.unescape(text).startswith(plain(kept))


@given(st.integers(min_value=1, max_value=80))
def test_shortened_text_cuts_no_markup(limit: int) -> None:
    text = f"Ada {mention('UADA')} & {link_to('https://acme.slack.com/p1', 'here')} 😀 end"
    assert re.fullmatch(r"(?:[^<>]|<[^<>]+>)*", shortened(text, limit))


def test_an_emoji_is_written_as_people_type_it() -> None:
    assert emoji("trophy") == ":trophy:"
    assert emoji(None) == ""


@each_row(
    ("typed", "shown"),
    [
        ("with <@UADA>, <@W012EVE>", "with @Ada &amp; Bo, @someone"),
        ("hey <!channel> <@uada>", "hey &lt;!channel&gt; &lt;@uada&gt;"),
        ("see <http://x|y>", "see &lt;http://x|y&gt;"),
        ("x <@UADA<@UADA>>", "x &lt;@UADA@Ada &amp; Bo&gt;"),
        (" 1 < 2 ", "1 &lt; 2"),
    ],
)
def test_what_somebody_said_is_readable_and_pings_nobody(typed: str, shown: str) -> None:
    assert said(ENGLISH, typed, {"UADA": "Ada & Bo"}) == shown


@each_row(
    ("typed", "name", "shown"),
    [
        ("with <@UADA> all day", "Ada", "with @Ada all day"),
        ("with <@UADA> all day", "أمينة", "with \u2068@أمينة\u2069 all day"),
        ("תודה <@UADA> על הכול", "Ada", "תודה \u2068@Ada\u2069 על הכול"),
        ("谢谢 <@UADA> 帮忙", "Ünal", "谢谢 @Ünal 帮忙"),
    ],
)
def test_a_name_turns_no_words_beside_it(typed: str, name: str, shown: str) -> None:
    assert said(ENGLISH, typed, {"UADA": name}) == shown


@given(st.integers(min_value=1, max_value=60))
def test_shortened_text_leaves_no_direction_open(limit: int) -> None:
    text = said(
        ENGLISH, "with <@UADA> and <@UBO> for <@UADA> all day", {"UADA": "أمينة", "UBO": "Bo"}
    )
    cut = shortened(text, limit)
    assert cut.count("\u2068") == cut.count("\u2069")
