"""A table that is opened in a spreadsheet runs nothing that somebody has written."""

# ruff: noqa: RUF001 - signs in every width that a spreadsheet takes

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spreadsheets import plain_text
from bot.operations.export import cell, export
from tests.watching import sends_command, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

RUNS = "=+-@＝＋－＠﹦﹢﹣﹫"
UNSEEN = (
    " \t\r\n\x0b\x0c\x00\x1f\x7f\x85\xa0\xad\u1680\u2003\u2028"
    "\u200b\u200f\u202e\u2060\u2066\u3000\ufeff"
)
NUMBERS = ["5", "-5", "+5", "0", "-2.75"]


@pytest.mark.parametrize("before", ["", *UNSEEN, "\t \r", "\ufeff\u200b "])
@pytest.mark.parametrize("sign", RUNS)
def test_what_would_run_is_text(before: str, sign: str) -> None:
    for rest in ('HYPERLINK("http://evil.example","x")', "1+1", "cmd|' /C calc'!A0", "", "5 x"):
        assert cell(f"{before}{sign}{rest}") == f"'{before}{sign}{rest}"


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_stay_numbers(number: str) -> None:
    assert cell(number) == number
    for more in ("\n=1", "+1", " ", "e5", "\t"):
        if number[0] in RUNS:
            assert cell(number + more).startswith("'")


@given(st.text(alphabet=st.sampled_from(RUNS + UNSEEN + "'\"1a,;|"), max_size=12))
def test_nothing_is_lost_and_nothing_that_runs_comes_first(text: str) -> None:
    told = cell(text)
    assert told in {text, f"'{text}"}
    assert plain_text(told) == text
    first = told.lstrip(UNSEEN)[:1]
    assert first not in set(RUNS) or (told.isascii() and told[1:].isdigit())


async def test_an_exported_reason_is_text_in_every_column(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    bo = slack.person("bo").id
    reasons = [
        '=HYPERLINK("http://evil.example")',
        "＝1+1 and more of it",
        '@SUM(1,1)","=2+3',
        "-2+3+cmd+x",
    ]
    for reason in reasons:
        answer = await sends_command(slack, slack.person("ada"), f"<@{bo}> for {reason}")
        assert answer["text"].startswith("You thanked"), answer
    await settled(store)
    out = io.StringIO()
    assert await export(store, out, as_csv=True) == len(reasons)
    rows = list(csv.DictReader(io.StringIO(out.getvalue().removeprefix("\ufeff"))))
    assert sorted(row["reason"] for row in rows) == sorted(f"'{reason}" for reason in reasons)
    assert [value for row in rows for value in row.values() if value[:1] in set(RUNS)] == []
