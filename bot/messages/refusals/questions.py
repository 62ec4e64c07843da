"""What the form asks of somebody whose thanks are not clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.give_form import FormField, FormQuestion
from bot.domain.parsing.commands import Ask, Question
from bot.messages.text.markup import safe, shortened
from bot.messages.text.phrases import listed, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.naming import Meant
    from bot.messages.text.words import Words

_LIMIT = 3_000
_TYPED_LIMIT = 100
_PEOPLE_SHOWN = 10


def question_in_form(
    words: Words, question: Question, meant: Sequence[Meant] = ()
) -> FormQuestion | None:
    """Returns what is asked, and at which field; None where the form itself asks enough.

    `meant` is whom the names in the question fit.
    """
    match question.ask:
        case Ask.WHO:
            return None
        case Ask.NAME:
            sentence = _names(words, meant)
            return FormQuestion(FormField.PEOPLE, shortened(sentence, _LIMIT))
        case Ask.RECEIVERS:
            sentence = words.text("Please check whom you would like to thank.")
            return FormQuestion(FormField.PEOPLE, sentence)
        case Ask.PRIVATE:
            sentence = words.text("Is this meant to be in private? Please check before you give.")
            return FormQuestion(FormField.PEOPLE, sentence)
        case Ask.THANKS:
            sentence = words.text("Is this meant as thanks? If so, press Give.")
            return FormQuestion(FormField.PEOPLE, sentence)
        case Ask.AMOUNT:
            return FormQuestion(FormField.AMOUNT, _amount(words, question))


def question_in_lines(
    words: Words, question: Question, meant: Sequence[Meant] = ()
) -> FormQuestion:
    """Returns what is asked about several thanks, at the field that has all of them."""
    if question.ask is Ask.PRIVATE:
        # Translators: the word private is typed like this in every language.
        sentence = words.text(
            "To thank in private, begin the line with “private”. If it can be public, leave out "
            "{typed}.",
            typed=_typed(question.text),
        )
        return FormQuestion(FormField.LINES, sentence)
    asked = question_in_form(words, question, meant)
    if asked is None or question.ask is Ask.RECEIVERS:
        sentence = words.text("Please begin each line with the people whom you thank there.")
        return FormQuestion(FormField.LINES, sentence)
    return FormQuestion(FormField.LINES, asked.sentence)


def _names(words: Words, meant: Sequence[Meant]) -> str:
    sure = [name for each in meant if len(each.people) == 1 for _, name in each.people]
    sentences = []
    if sure:
        # Translators: asks whether those who are filled in are the ones whom somebody named.
        sentences.append(words.text("Did you mean {people}?", people=_listed(words, sure)))
    for each in meant:
        if len(each.people) > 1:
            people = _listed(words, [name for _, name in each.people])
            sentences.append(
                words.text(
                    "Several people here are called {name}: {people}. Pick the one you mean.",
                    name=_typed(each.name),
                    people=people,
                )
            )
    unknown = [_typed(each.name) for each in meant if not each.people]
    if unknown:
        sentences.append(
            words.text("I can't tell who is meant by {names}.", names=listed(words, unknown))
        )
    return " ".join(sentences)


def _listed(words: Words, names: Sequence[str]) -> str:
    return listed(words, [" ".join(safe(name).split()) for name in names], _PEOPLE_SHOWN)


def _amount(words: Words, question: Question) -> str:
    if not question.text:
        return words.text("How many should it be for each person? Please fill it in.")
    if question.amounts:
        return words.text(
            "I am not sure what you mean by {typed}. Did you mean {amount}? "
            "Please fill in a whole number for each person.",
            typed=_typed(question.text),
            amount=points(words, question.amounts[0]),
        )
    return words.text(
        "I am not sure what you mean by {typed}. Please fill in a whole number for each person.",
        typed=_typed(question.text),
    )


def _typed(text: str) -> str:
    return f"“{shortened(safe(' '.join(text.split())), _TYPED_LIMIT)}”"
