"""Which colleagues somebody may have meant by a name that they typed without a mention."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.parsing.commands import Ask, Question
from bot.domain.parsing.lines import BULLET, begins_with_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.give_form import Draft


@dataclass(frozen=True, slots=True)
class Meant:
    """The people whom a typed name fits: their ids and names, in the order of their names."""

    name: str  # as typed
    people: tuple[tuple[str, str], ...]


def fits(name: str, display_name: str) -> bool:
    """Returns whether a typed name is somebody's, whole or the first or last parts of it."""
    typed, parts = name.removeprefix("@").casefold().split(), display_name.casefold().split()
    return bool(typed) and (parts[: len(typed)] == typed or parts[-len(typed) :] == typed)


def meant_by(names: Iterable[str], people: Iterable[tuple[str, str]]) -> tuple[Meant, ...]:
    """Returns whom each name fits."""
    known = sorted(people, key=lambda one: (one[1].casefold(), one[0]))
    return tuple(
        Meant(name, tuple(one for one in known if fits(name, one[1])))
        for name in dict.fromkeys(names)
    )


def with_those_meant(draft: Draft, meant: Sequence[Meant]) -> Draft:
    """Returns the draft with whom a name can only mean; nobody is chosen among several."""
    sure = [each.people[0][0] for each in meant if len(each.people) == 1]
    if draft.lines:
        return replace(draft, lines=_lines_with(draft.lines, meant))
    return replace(draft, receiver_ids=tuple(dict.fromkeys([*draft.receiver_ids, *sure])))


def _lines_with(lines: str, meant: Sequence[Meant]) -> str:
    """Returns lines with mentions for names with an `@`, and for those that begin a line.

    The latter are replaced in the first line alone that begins with them, which was asked about.
    """
    sure = {each.name: each.people[0][0] for each in meant if len(each.people) == 1}
    for name, user_id in sure.items():
        named = rf"(?<![\w@])@{re.escape(name.removeprefix('@'))}(?!\w)"
        lines = re.sub(named, f"<@{user_id}>", lines, flags=re.IGNORECASE)
    parts = lines.split("\n")
    number, names = _asked_about(parts, [each.name for each in meant])
    if names:
        parts[number] = _line_with(parts[number], {name: sure.get(name) for name in names})
    return "\n".join(parts)


def _asked_about(lines: Sequence[str], asked: Sequence[str]) -> tuple[int, Sequence[str]]:
    """Returns which line begins with names that were asked about, and these names."""
    for number, line in enumerate(lines):
        names = begins_with_names(line)
        if names and set(asked).issuperset(names):
            return number, names
    for number, line in enumerate(lines):  # `ada 🌮 for …`, where only the workspace tells why
        for name in asked:
            if re.match(rf"(?:{BULLET}\s+)?{re.escape(name)}(?!\w)", line, re.IGNORECASE):
                return number, (name,)
    return 0, ()


def _line_with(line: str, called: dict[str, str | None]) -> str:
    """Returns a line with mentions for the bare names with which it begins, in their order."""
    position = 0
    for name, user_id in called.items():
        named = re.compile(rf"(?<![\w@]){re.escape(name)}(?!\w)", re.IGNORECASE)
        found = named.search(line, position)
        if found is None:
            continue
        written = found[0] if user_id is None else f"<@{user_id}>"
        line = line[: found.start()] + written + line[found.end() :]
        position = found.start() + len(written)
    return line


def settled_question(question: Question, meant: Iterable[Meant]) -> tuple[Question, bool]:
    """Returns what is left to ask, and whether the names that were typed are nobody's here."""
    is_nobodys = question.ask is Ask.NAME and not any(each.people for each in meant)
    return (Question(Ask.WHO) if is_nobodys else question), is_nobodys


def spellings(names: Iterable[str]) -> tuple[str, ...]:
    """Returns how the first words of these names may be written, for databases that fold ASCII."""
    firsts = [name.removeprefix("@").split()[0] for name in names if name.strip("@ ")]
    found = [form for first in firsts for form in (first, first.casefold(), first.title())]
    return tuple(dict.fromkeys(found))
