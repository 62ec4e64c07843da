"""Which colleagues somebody may have meant by a name that they typed without a mention."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.commands import Ask, Question
from bot.domain.parsing_lines import BULLET

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.giving import Draft


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


def _lines_with(lines: str, meant: Iterable[Meant]) -> str:
    """Returns lines with mentions for names, where a line begins or an `@` stands before them."""
    for each in meant:
        if len(each.people) == 1:
            name = re.escape(each.name.removeprefix("@"))
            named = rf"(?<![\w@])@{name}(?!\w)|(?m:^)(?P<bullet>{BULLET}\s+|){name}(?!\w)"
            mention = rf"\g<bullet><@{each.people[0][0]}>"
            lines = re.sub(named, mention, lines, flags=re.IGNORECASE)
    return lines


def settled_question(question: Question, meant: Iterable[Meant]) -> tuple[Question, bool]:
    """Returns what is left to ask, and whether the names that were typed are nobody's here."""
    is_nobodys = question.ask is Ask.NAME and not any(each.people for each in meant)
    return (Question(Ask.WHO) if is_nobodys else question), is_nobodys


def spellings(names: Iterable[str]) -> tuple[str, ...]:
    """Returns how the first words of these names may be written, for databases that fold ASCII."""
    firsts = [name.removeprefix("@").split()[0] for name in names if name.strip("@ ")]
    found = [form for first in firsts for form in (first, first.casefold(), first.title())]
    return tuple(dict.fromkeys(found))
