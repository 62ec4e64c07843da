"""What the words after `/kudos` may ask for; `bot.domain.parsing` reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.boards import ShowLeaderboard


@dataclass(frozen=True, slots=True)
class ParsedGive:
    """Thanks, as far as the words tell; whether it is allowed is decided by the rules."""

    receiver_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    reason: str
    hashtags: tuple[str, ...]
    amounts: tuple[int, ...]  # different amounts; none: the default, more than one: unclear
    names_everyone: bool = False
    unresolved_names: tuple[str, ...] = ()
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """`help`."""


@dataclass(frozen=True, slots=True)
class ShowMe:
    """`me`."""


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """`history`, of oneself or of somebody."""

    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class UndoLast:
    """`undo`."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that is understood; `suggestion` is the closest command that would have worked."""

    suggestion: str
    problem: str | None = None  # the word that was not understood
    # Of thanks, what was: enough for a form to begin with.
    understood: ParsedGive | None = field(default=None, compare=False)


Command = ParsedGive | ShowHelp | ShowMe | ShowLeaderboard | ShowHistory | UndoLast | Unclear
