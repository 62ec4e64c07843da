"""For every refusal of a give: at which field it is put right, by each way of giving.

A refusal that is new to the code stands in no table here, and fails until somebody has decided.
"""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, NamedTuple

from bot.domain import allowance, errors, rules
from bot.domain.give_form import Draft, Form, FormField, Place
from bot.domain.mending import mendable
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.messages.blockkit import ids
from bot.messages.giving.give import asked, give_view, refusal_at
from bot.messages.giving.several_form import several_view
from bot.messages.refusals.refusals import refusal
from bot.messages.text.markup import plain, spoken
from bot.messages.text.words import words_for
from bot.services.giving import budgets, joining, kept, kudos, several
from bot.slack import directory
from handlers.giving import form, lines, workflow_step
from tests.messages.examples import all_errors
from tests.messages.made_up import RENEWS, SHORT
from tests.messages.test_refusals import kinds
from tests.rows import each_row, none_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGLISH = words_for("en-US")


class WhereAsked(NamedTuple):
    """Where a refusal is put right; None: there is a sentence alone, since no form would help.

    Of one thanks, a command opens the form with the question above this field; after a mention, or
    in a workflow, the note has the button that opens it. Among several, so does the form of lines.
    """

    one: FormField | None
    several: FormField | None
    submitted: str  # the field at which the form tells of it that was submitted


PEOPLE = WhereAsked(FormField.PEOPLE, FormField.LINES, ids.GIVE_PEOPLE)
AMOUNT = WhereAsked(FormField.AMOUNT, FormField.LINES, ids.GIVE_AMOUNT)
VALUE = WhereAsked(FormField.VALUE, FormField.LINES, ids.GIVE_VALUE)
REASON = WhereAsked(FormField.REASON, FormField.LINES, ids.GIVE_REASON)
PLACE = WhereAsked(FormField.PLACE, FormField.PLACE, ids.GIVE_PLACE)
OF_SEVERAL = WhereAsked(None, FormField.LINES, ids.GIVE_PEOPLE)
SENTENCE = WhereAsked(None, None, ids.GIVE_PEOPLE)

OF_GIVING: dict[type[errors.KudosError], WhereAsked] = {
    errors.NoReceiverError: PEOPLE,
    errors.NotThankableError: PEOPLE,
    errors.EveryoneMentionError: PEOPLE,
    errors.UnresolvedNameError: PEOPLE,
    errors.UnknownMembersError: PEOPLE,
    errors.UnknownGroupsError: PEOPLE,
    errors.TooManyReceiversError: PEOPLE,
    errors.PairCapExceededError: PEOPLE,
    errors.SlackSilentError: PEOPLE,
    errors.AllowanceExceededError: AMOUNT,
    errors.AmbiguousAmountError: AMOUNT,
    errors.AmountNotWholeError: AMOUNT,
    errors.AmountOutOfRangeError: AMOUNT,
    errors.UnknownValueError: VALUE,
    errors.ValueMissingError: VALUE,
    errors.ReasonTooLongError: REASON,
    errors.ReasonTooShortError: REASON,
    errors.ChannelNotAllowedError: PLACE,
    errors.NotThereError: PLACE,
    errors.PlaceMissingError: PLACE,
    errors.PlaceNotPublicError: PLACE,
    # One of several spoils the others: they are not lost for it.
    errors.SelfKudosError: PEOPLE,
    errors.TooManyTogetherError: OF_SEVERAL,
    errors.UnclearLinesError: OF_SEVERAL,
    # The giver may not give, is nobody, or has given: the fields have nothing to do with it.
    errors.GiverNotAllowedError: SENTENCE,
    errors.NobodyRunsError: SENTENCE,
    errors.JustGivenError: SENTENCE,  # with a button of its own
    errors.AlreadyGivenError: SENTENCE,
    errors.LineGoneError: SENTENCE,
    errors.KudosGoneError: SENTENCE,
    errors.OwnKudosError: SENTENCE,
    errors.AlreadyJoinedError: SENTENCE,
    errors.StaleFormError: SENTENCE,
}
OF_ONE_AMONG_SEVERAL = errors.OneOfSeveralError  # as what it is about
OF_OTHER_THINGS = frozenset(
    {
        *(errors.NothingToUndoError, errors.UndoTooLateError, errors.AlreadyUndoneError),
        *(errors.NoKudosHereError, errors.NotYoursToUndoError, errors.NotGiverNorAdminError),
        *(errors.NotOfThisCompanyError, errors.BoardsHiddenError, errors.AmountsHiddenError),
        *(errors.StaleBoardError, errors.AlreadyPostedError, errors.NoChannelError),
        *(errors.NotAdminError, errors.SettingsError),
        *(errors.NoBoostError, errors.BalanceTooLowError),
    }
)
# What is carried out when somebody gives, and raises nothing but refusals of it.
CODE_OF_GIVING = (
    *(rules, allowance, several, joining, kept, directory, form, lines, workflow_step),
    *(kudos.give, kudos.store_kudos, kudos.decided, kudos.find_group_user_ids),
    budgets.check_pair_cap,
)
WORKSPACE = Workspace("T1", "Acme", "https://acme.slack.com/", "UKUDOS", "UTC", WorkspaceSettings())
FORM = Form(WORKSPACE, allowance_left=25, renews_at=RENEWS)
ONE = Draft(Place("C0GENERAL"), receiver_ids=("UADA", "UEVE"), reason="the release")
SEVERAL = Draft(Place("C0GENERAL"), lines="<@UADA> for it\n<@UEVE> for it")


def test_every_refusal_stands_in_one_of_the_tables() -> None:
    decided = {*OF_GIVING, *OF_OTHER_THINGS, OF_ONE_AMONG_SEVERAL}
    none_of(
        f"decide where {each.__name__} is put right"
        for each in set(kinds(errors.KudosError)) ^ decided
    )
    assert not OF_GIVING.keys() & OF_OTHER_THINGS


def test_giving_raises_nothing_that_is_of_other_things() -> None:
    raised = {name for part in CODE_OF_GIVING for name in _raised(ast.parse(_source(part)))}
    assert {"NotThankableError", "SelfKudosError", "JustGivenError"} <= raised  # it is found
    none_of(each.__name__ for each in OF_OTHER_THINGS if each.__name__ in raised)


def _source(part: object) -> str:
    return inspect.getsource(part)  # type: ignore[arg-type]


def _raised(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield from (each.id for each in ast.walk(node.exc) if isinstance(each, ast.Name))


@each_row("kind", {each.__name__: each for each in OF_GIVING})
def test_each_is_asked_where_it_is_put_right(kind: type[errors.KudosError]) -> None:
    expected = OF_GIVING[kind]
    for error in (each for each in all_errors(SHORT) if type(each) is kind):
        among = errors.OneOfSeveralError(2, ("UADA",), error)
        assert _asked(ONE, error) == expected.one
        assert _asked(SEVERAL, error) == _asked(SEVERAL, among) == expected.several
        # In a channel nothing asks for the place: who may see it is what can be changed there.
        in_channel = ids.GIVE_AUDIENCE if expected is PLACE else expected.submitted
        of_lines = ids.GIVE_PLACE if expected is PLACE else ids.GIVE_LINES
        open_forms = (
            (give_view(ENGLISH, FORM, Draft()), expected.submitted),
            (give_view(ENGLISH, FORM, ONE), in_channel),
            (several_view(ENGLISH, FORM, Draft(lines=SEVERAL.lines)), of_lines),
            (several_view(ENGLISH, FORM, SEVERAL), ids.GIVE_LINES),
        )
        for view, field in open_forms:
            [(told_at, sentence)] = refusal_at(ENGLISH, error, {}, view.payload()).items()
            assert told_at == field
            assert sentence
        assert "<@" not in spoken(refusal(ENGLISH, error))  # what a workflow ends with


def _asked(draft: Draft, error: errors.KudosError) -> FormField | None:
    """Returns above which field the form asks; None where it does not open."""
    mended = mendable(draft, error)
    if mended is None:
        return None
    is_several = bool(draft.lines)
    question = asked(ENGLISH, error, {}, is_several=is_several)
    made = (several_view if is_several else give_view)(
        ENGLISH, FORM, Draft(mended.place, lines=mended.lines, question=question)
    )
    shown = [str(block) for block in made.blocks]
    above = next(place for place, text in enumerate(shown) if "'bold': True" in text)
    fields = [block.get("block_id") for block in made.blocks[above + 1 :]]
    if question.field is not FormField.PLACE or mended.place.channel_id == "":
        assert fields[0] == f"give:{question.field}", (question.field, fields)
    assert plain(question.sentence)
    return question.field
