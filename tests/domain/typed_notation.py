"""The table of typed lines in `typed_table`: how a line and its meaning are written down.

A line has `@ada` for somebody picked from Slack's list, `@=ada` for a name that was not, `@devs`
and `@docs-team` for groups, `@kudos` for the app, and ⏎ for a line break. Its meaning follows,
indented:

    @ada +2 #care | the reason     thanks; `private` in front of it where they are
    … // …                         several thanks
    ? amount 1.5 | @ada | …        the form, what it asks about which words, what is filled in
    help: hello                    any other command
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.domain.boards import ShowLeaderboard
from bot.domain.parsing.addressed import parse_mention
from bot.domain.parsing.commands import (
    Command,
    GiveSeveral,
    ParsedGive,
    Question,
    ShowHelp,
    ShowHistory,
    Unclear,
)
from bot.domain.parsing.tokens import Currency
from bot.domain.parsing.words import parse_command

TABLE = Path(__file__).parent / "typed_table"
PEOPLE = ("ada", "bo", "chidi", "dina", "eli", "fatima", "mika", "noor", "olga", "sven", "yuki")
GROUPS = ("devs", "docs-team")
CURRENCY = Currency(
    frozenset({"taco"}),
    frozenset({"taco", "tacos", "gold star", "gold stars"}),
    frozenset({("trophy", 1), ("star", 3)}),
)
_NAMED = re.compile(r"@(=?)(\w+(?:-\w+)*)")
_MENTIONED = re.compile(r"<@U([A-Z]+)>")


def lines() -> dict[str, list[tuple[str, str]]]:
    """Returns the lines of each theme with their meanings."""
    return {path.stem: _pairs(path) for path in sorted(TABLE.glob("*.txt"))}


def _pairs(path: Path) -> list[tuple[str, str]]:
    written = path.read_text(encoding="utf-8").splitlines()
    rows = [line for line in written if line.strip() and not line.startswith("# ")]
    typed, meanings = rows[::2], rows[1::2]
    assert not any(line.startswith("    ") for line in typed), path.name
    assert all(line.startswith("    ") for line in meanings), path.name
    return list(zip(typed, (line.strip() for line in meanings), strict=True))


def meaning_of(line: str) -> str:
    """Returns what a line is read as, written down."""
    return _told(read(line))


def read(line: str) -> Command | None:
    """Returns what a line is read as."""
    text = _NAMED.sub(_as_slack_sends, line.replace("⏎", "\n"))
    if "<@UKUDOS>" in text:
        return parse_mention(text, {"UKUDOS"}, CURRENCY)
    return parse_command(text, CURRENCY)


def _as_slack_sends(named: re.Match[str]) -> str:
    raw, name = named.groups()
    if not raw and name in (*PEOPLE, "kudos"):
        return f"<@U{name.upper()}>"
    if not raw and name in GROUPS:
        return f"<!subteam^{_group_id(name)}|@{name}>"
    return f"<!{name}>" if name == "channel" else f"@{name}"


def _group_id(name: str) -> str:
    return f"S{name.upper().replace('-', '')}"


def _told(command: Command | None) -> str:
    match command:
        case None:
            told = "nothing"
        case ParsedGive():
            told = _thanks(command)
        case GiveSeveral():
            told = " // ".join(map(_thanks, command.gives))
        case Unclear(understood=ParsedGive() as give, question=Question() as question):
            told = f"? {question.ask} {_plain(question.text)}".strip() + f" | {_thanks(give)}"
        case Unclear():
            told = f"words: {_plain(command.suggestion)}"
        case ShowHelp():
            told = f"help: {_plain(command.unknown)}".removesuffix(": ")
        case ShowLeaderboard():
            which = ["last"] if command.is_last else []
            tags = [f"#{command.value}"] if command.value else []
            told = " ".join(["board", *which, command.period, command.side, *tags])
        case ShowHistory():
            told = _plain(f"history <@{command.user_id}>")
        case _:
            told = type(command).__name__.removeprefix("Show").lower()
    return told


def _thanks(give: ParsedGive) -> str:
    parts = ["private"] if give.is_private else []
    parts += [f"@{user_id[1:].lower()}" for user_id in give.receiver_ids]
    parts += [f"@{name}" for name in GROUPS if _group_id(name) in give.group_ids]
    parts += [f"@={name}" for name in give.unresolved_names]
    parts += ["@channel"] if give.names_everyone else []
    parts += [f"{amount:+d}" for amount in give.amounts]
    parts += [f"#{tag}" for tag in give.hashtags]
    return f"{' '.join(parts)} | {_plain(give.reason)}".strip()


def _plain(text: str) -> str:
    named = _MENTIONED.sub(lambda match: f"@{match[1].lower()}", text)
    return named.replace("\n", "⏎")
