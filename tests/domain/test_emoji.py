"""Names of emoji."""

from __future__ import annotations

from importlib import resources

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.emoji import fold, is_known, unicode_of
from tests.rows import each_row


@each_row(
    "written",
    [
        "+1",
        "thumbsup",
        ":+1:",
        ":thumbsup:",
        "+1::skin-tone-2",
        ":+1::skin-tone-6:",
        "thumbsup::skin-tone-4",
        " :ThumbsUp: ",
    ],
)
def test_skin_tones_aliases_and_colons_are_the_same_emoji(written: str) -> None:
    assert fold(written) == "+1"


def test_an_emoji_of_the_workspace_keeps_its_name() -> None:
    assert fold(":kudos:") == "kudos"
    assert not is_known("kudos")
    assert unicode_of("kudos") is None


def test_every_slack_emoji_is_known_under_each_of_its_names() -> None:
    assert is_known("trophy")
    assert is_known(":thumbsup::skin-tone-3:")
    assert is_known("flag-us")
    assert is_known("us")
    assert all(is_known(f"skin-tone-{tone}") for tone in range(2, 7))
    assert not is_known("skin-tone-1")
    assert not is_known("")


def test_the_sign_of_an_emoji_is_found_by_any_of_its_names() -> None:
    assert unicode_of("trophy") == "\N{TROPHY}"
    assert unicode_of("thumbsup") == "\N{THUMBS UP SIGN}"
    assert unicode_of(":wave::skin-tone-2:") == "\N{WAVING HAND SIGN}"


def test_aliases_of_the_workspace_are_followed_to_the_emoji_behind_them() -> None:
    aliases = {"shipit": "squirrel", "merci": ":thumbsup:", "thx": "merci"}

    assert fold("shipit", aliases) == "squirrel"
    assert fold("thx::skin-tone-2", aliases) == "+1"


def test_aliases_in_a_circle_come_to_an_end() -> None:
    assert fold("a", {"a": "b", "b": "a"}) in {"a", "b"}
    assert fold("a", {"a": "a"}) == "a"


@example("a ::b", {})
@given(st.text(), st.dictionaries(st.text(max_size=3), st.text(max_size=3)))
def test_any_name_folds_to_itself_in_the_end(name: str, aliases: dict[str, str]) -> None:
    fold(name, aliases)
    assert fold(fold(name)) == fold(name)


def test_the_licence_of_the_table_lies_beside_it() -> None:
    licence = resources.files("bot.domain").joinpath("data", "EMOJI_DATA_LICENSE").read_text()

    assert "Cal Henderson" in licence
