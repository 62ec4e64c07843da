"""Refusals whose words are the same whoever asks and for whatever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.messages.text.words import Words

ALWAYS_THE_SAME: Mapping[type[errors.KudosError], Callable[[Words], str]] = {
    errors.NoReceiverError: lambda words: words.text(
        "There is nobody to thank. "
        "Type @ and pick one or more people, or a group that has others in it."
    ),
    errors.SelfKudosError: lambda words: words.text("You can't give kudos to yourself."),
    errors.PlaceMissingError: lambda words: words.text(
        "Choose the channel in which your thanks are posted, or give in private."
    ),
    errors.NotThereError: lambda words: words.text(
        "You are not in the channel in which this workflow would post your thanks. "
        "Join it, or have the workflow post them where you are."
    ),
    errors.NobodyRunsError: lambda words: words.text(
        "Slack does not say who runs this workflow. Put a message with a button before this step, "
        "or update the app's manifest and add the step anew."
    ),
    errors.PlaceNotPublicError: lambda words: words.text(
        "Choose a public channel. In a private one, type /kudos there."
    ),
    errors.EveryoneMentionError: lambda words: words.text(
        "Kudos can't go to a whole channel at once. Name the people or a user group instead."
    ),
    errors.AmountNotWholeError: lambda words: words.text(
        "The amount for each person is a whole number, such as 5."
    ),
    errors.KudosGoneError: lambda words: words.text(
        "These thanks were taken back, so nobody can join in any more."
    ),
    errors.OwnKudosError: lambda words: words.text(
        "You gave these thanks yourself. To thank them again, type /kudos."
    ),
    errors.AlreadyJoinedError: lambda words: words.text(
        "You have joined in already. It counts once."
    ),
    errors.NothingToUndoError: lambda words: words.text(
        "There is nothing to undo: you have given no kudos that could still be taken back."
    ),
    errors.AlreadyUndoneError: lambda words: words.text(
        "These thanks were taken back before. Nothing more needs to be done."
    ),
    errors.NoKudosHereError: lambda words: words.text(
        "There are no kudos in this message that could be taken back. "
        "Choose the post in which I announced them, or look for the giver in my Home tab."
    ),
    errors.NotYoursToUndoError: lambda words: words.text(
        "Only the person who gave these kudos can take them back."
    ),
    errors.NotGiverNorAdminError: lambda words: words.text(
        "Only the person who gave these kudos, or an admin of Kudos, can take them back."
    ),
    errors.NotOfThisCompanyError: lambda words: words.text(
        "Only people of this workspace can look at its leaderboards and its thanks."
    ),
    errors.BoardsHiddenError: lambda words: words.text(
        "There are no leaderboards here. /kudos me shows what is yours."
    ),
    errors.StaleBoardError: lambda words: words.text(
        "I can't tell which leaderboard this was. Type /kudos leaderboard to see it."
    ),
    errors.NoBoostError: lambda words: words.text(
        "This boost has ended already. Nothing more needs to be done."
    ),
    errors.JustGivenError: lambda words: words.text("You gave this just now. Once more?"),
    errors.LineGoneError: lambda words: words.text(
        "These words are not here any more: I keep what somebody typed for an hour, "
        "for them alone. Please type them again."
    ),
    errors.AlreadyGivenError: lambda words: words.text(
        "You have given these thanks already, so there is nothing left to correct."
    ),
    errors.SlackSilentError: lambda words: words.text(
        "I had to ask Slack, and it did not answer, so nothing was saved. "
        "Please try again in a minute."
    ),
    errors.NotAdminError: lambda words: words.text(
        "Only admins of Kudos can do this, and you are not one at the moment. Nothing was changed. "
        "Ask an admin of this workspace if you should be one."
    ),
    errors.SettingsError: lambda words: words.text(
        "Something in this form is not right, so nothing was changed. Please open it again."
    ),
    errors.StaleFormError: lambda words: words.text(
        "This form is out of date. Nothing was changed. Please open it again."
    ),
}
