"""Thanks that a person typed: who is meant, how much, and what for.

Nothing is guessed: where a receiver or an amount is not clear, the thanks are `Unclear`, with a
question and with all that was understood.

Who is thanked. Word order is free, so the place of a mention decides:

1. Mentions at the beginning are the receivers, however they are joined (spaces, commas, `and`,
   `&`, `+`, `++`), with amounts and hashtags between them, after `thanks`, `thank you`, `kudos`,
   `give`, `send`, `to` or `for`: `@ada and @bo +5 for …`, `give 5 points to @ada for …`. Who stands
   later is a word of the reason (`@ada for helping @bo`), unless it begins something like thanks
   of its own (`bot.domain.parsing.others`): `@ada for the demo, @bo for the review` is asked, and
   so are `@ada for the demo @bo` and `@ada and bo for …`.
2. Without such, one mention, or several together, are the receivers wherever they stand:
   `thanks for the help @ada`, `a big thank-you to @ada for …`.
3. Of several apart, those directly after a word of thanks are (`спасибо @ada за помощь @bo`),
   unless others begin thanks of their own; without such a word it is asked who of them is thanked.

Never receivers are those after `cc` and those in quotes and code. User groups, `@channel` and names
that were not picked from Slack's list follow the same rule: what stands among the receivers is
never left out silently.

What counts as an amount: `+5`, `5 points`, `five points`, and the currency's emoji, repeated,
beside the receivers and at the beginning and end, also after `with`, in bold or quotes, behind
other emoji, and with a plus sign that is an emoji; `5`, `plus 5`, `x5` and `-3` beside the
receivers of 1, directly after those of 2 at the end, and as the first word before those, if `for`
or the like, a mark, or nothing follows: `@ada 5 bugs fixed` is asked. So are `1.5`, `+++`,
`some points`, `another 5 points`, `five well deserved points`, `five` alone, `5k`, numbers on
keycaps, what several are to share (`10 points in total`), an emoji that thanks as a reaction
without being the currency's, in those places; `lower by 5 points` and `2 points of contact`; `+5`
in mid-sentence, and other amounts where they may be meant (`bot.domain.parsing.meant`); and `x3`,
and what stands in code, at the end. Elsewhere all of them are words. Emoji before and after one
receiver add up; beside several, those between two of them do.

`++` beside receivers is thanks without an amount; `--` asks whether thanks are meant at all.

The reason is what is left: without receivers, and without amounts and hashtags at its ends or
beside receivers; in mid-sentence they stay, and so does what is asked for unless it can be nothing
but an amount. The mentions of 2 and 3 in mid-sentence stay, which would not read without them.
`for`, `because`, `because of`, `to` and `give` at its beginning are dropped. Mentions in it read
`<@U1>`, all else of Slack's markup has become plain words, and entities are undone: whoever posts
it escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.parsing.amounts import (
    Doubt,
    amounts_of,
    counted_amounts,
    doubts_of_amounts,
    set_aside,
    spaced,
)
from bot.domain.parsing.commands import Ask, ParsedGive, Question, Unclear
from bot.domain.parsing.names import BareNames, bare_names
from bot.domain.parsing.others import begins_other_thanks
from bot.domain.parsing.reason import reason_of, shortened
from bot.domain.parsing.receivers import (
    Reading,
    follows_word_of_thanks,
    led,
    runs_of_receivers,
    told,
    trailed,
)
from bot.domain.parsing.suggestion import COLLEAGUE, cut, plain_line, words_without
from bot.domain.parsing.tokenizer import render
from bot.domain.parsing.tokens import Token, TokenKind


def parse_give(items: list[Token], private: str = "") -> ParsedGive | Unclear:
    """Return the thanks that these items are; `private` is the word that made them private."""
    prefix = f"{private} " if private else ""
    if (bare := bare_names(items)) is not None:
        return _by_bare_names(bare, items, prefix)
    is_named = any(item.is_who for item in items)
    is_told = bool(items)
    if not is_named:
        items = [Token(TokenKind.NAME, COLLEAGUE), *_after_colleague(items)]
    understood = _understood(items, is_private=bool(private))
    give, doubts = understood.give, understood.doubts
    if is_named and not doubts:
        return give
    line = prefix + understood.line()
    if is_named:
        problem = shortened(doubts[0].question.text) or None
        return Unclear(shortened(line), problem, give, doubts[0].question)
    unsure = next((doubt.question.text for doubt in doubts if doubt.is_unsure), None)
    nobody = replace(give, unresolved_names=(), reason=give.reason if is_told else "")
    return Unclear(shortened(line), unsure and shortened(unsure), nobody, Question(Ask.WHO))


@dataclass(frozen=True, slots=True)
class _Understood:
    """Thanks as far as the words tell, and what is in doubt about them."""

    give: ParsedGive
    doubts: list[Doubt]
    items: list[Token]
    reading: Reading
    counted: list[int]

    def line(self) -> str:
        """Returns a line that would have worked."""
        if all(doubt.is_unsure for doubt in self.doubts):
            return render(_with_whole_amounts(self.items, self.counted))
        return self.plain_line(self.reading.receivers)

    def plain_line(self, people: list[Token]) -> str:
        """Returns the plainest line that says the same to these people."""
        until = next((doubt.until for doubt in self.doubts if doubt.until is not None), None)
        at = next((doubt.at for doubt in self.doubts if doubt.at is not None), None)
        items, reading, counted = self.items, self.reading, self.counted
        if until is not None:
            items, counted = items[:until], []
            reading = replace(reading, end=max(until, reading.first))
        if at is not None and at < len(items):
            reading = words_without(items, reading, at)
        is_private = self.give.is_private
        reason = _parsed(items, reading, counted, is_private=is_private).reason
        reason = reason if until is None else cut(reason)
        amounts = [doubt.amount for doubt in self.doubts if doubt.amount is not None]
        amount = next(iter(amounts or self.give.amounts), None)
        return plain_line([item.text for item in people], amount, reason)


def _understood(items: list[Token], *, is_private: bool) -> _Understood:
    reading, apart = _who(items)
    set_aside(items, reading)
    counted = counted_amounts(items, reading)
    give = _parsed(items, reading, counted, is_private=is_private)
    doubts = [*_of_thanks(items, reading), *apart, *doubts_of_amounts(items, reading, counted)]
    if any(doubt.is_of_total for doubt in doubts):
        give = replace(give, amounts=())
    return _Understood(give, doubts, items, reading, counted)


def _who(items: list[Token]) -> tuple[Reading, list[Doubt]]:
    """Returns who is thanked for what, and whether that is in doubt."""
    if (reading := led(items)) is not None:
        is_suffixed = reading.first < len(items) and items[reading.first].is_who  # `@ada's help`
        return reading, _of_others(items, reading, reading.first + is_suffixed)
    runs = runs_of_receivers(items)
    if len(runs) == 1:
        return trailed(items) or told(items, runs[0]), []
    if follows_word_of_thanks(items, runs[0].start):
        reading = told(items, runs[0])
        return reading, _of_others(items, reading, runs[0].stop)
    everybody = told(items, range(runs[0].start, runs[-1].stop))
    return everybody, [Doubt(Question(Ask.RECEIVERS))]


def _of_others(items: list[Token], reading: Reading, behind: int) -> list[Doubt]:
    """Returns the doubt whether somebody else is thanked, too."""
    other = begins_other_thanks(items, reading, behind)
    if other is None:
        return []
    return [Doubt(Question(Ask.RECEIVERS, items[other].text), until=other)]


def _of_thanks(items: list[Token], reading: Reading) -> list[Doubt]:
    """Returns the doubt that `--` beside a receiver raises."""
    for index in reading.beside:
        item = items[index]
        if item.kind is TokenKind.PUNCTUATION and item.text.startswith("--"):
            return [Doubt(Question(Ask.THANKS, item.text))]
    return []


def _parsed(
    items: list[Token], reading: Reading, counted: list[int], *, is_private: bool
) -> ParsedGive:
    who = reading.receivers
    return ParsedGive(
        receiver_ids=_values(who, TokenKind.USER),
        group_ids=_values(who, TokenKind.GROUP),
        reason=reason_of(
            spaced(items, reading),
            is_led=reading.is_led,
            is_trailed=reading.is_trailed,
            ends_early=reading.end < len(items),
        ),
        hashtags=tuple(dict.fromkeys(tag for item in items for tag in item.tags)),
        amounts=amounts_of(items, who, counted),
        names_everyone=any(item.kind is TokenKind.EVERYONE for item in who),
        unresolved_names=_values(who, TokenKind.NAME),
        is_private=is_private,
    )


def _values(who: list[Token], kind: TokenKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.value for item in who if item.kind is kind))


def _by_bare_names(bare: BareNames, items: list[Token], prefix: str) -> Unclear:
    """Returns thanks whose receivers are named without being mentioned."""
    named = _understood(bare.items, is_private=bool(prefix))
    mentioned = {item.value for item in items if item.kind is TokenKind.NAME}
    names = tuple(name for name in bare.names if name not in mentioned)
    unresolved = tuple(name for name in named.give.unresolved_names if name in mentioned)
    give = replace(named.give, unresolved_names=unresolved)
    whole = parse_give_of_colleague(items) if not any(item.is_who for item in items) else None
    question = Question(
        Ask.NAME,
        ", ".join(names),
        names=names,
        reason_without_names=whole.reason if whole else render(items),
    )
    people = [item for item in items if item.is_who] or [Token(TokenKind.NAME, COLLEAGUE)]
    line = prefix + named.plain_line(people)
    return Unclear(shortened(line), None, give, question)


def parse_give_of_colleague(items: list[Token]) -> ParsedGive:
    """Returns what is understood of thanks, as if somebody were named in front of them."""
    return _understood(
        [Token(TokenKind.NAME, COLLEAGUE), *_after_colleague(items)], is_private=False
    ).give


def _after_colleague(items: list[Token]) -> list[Token]:
    if not items:
        return [Token(TokenKind.WORD, "for …", gap=" ")]
    return [items[0]._replace(gap=" "), *items[1:]]


def _with_whole_amounts(items: list[Token], counted: list[int]) -> list[Token]:
    whole = list(items)
    for index in counted:
        if items[index].is_unsure:
            whole[index] = items[index]._replace(text=f"{max(items[index].number, 1):+d}")
    return whole
