"""What `kudos doctor` tells an operator: each finding a sentence, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.checks import Check, InstallationFound
from bot.messages import operator_workspaces as workspaces
from bot.messages.operator import half_imported
from bot.messages.operator_posts import schedule_bad, schedule_good

if TYPE_CHECKING:
    from bot.domain.checks import Finding
    from bot.messages.words import Words


def finding_told(words: Words, finding: Finding) -> str:
    """Return the sentence about one finding, for a terminal."""
    if finding.check is Check.INSTALLATIONS:
        return _installation(words, finding)
    if finding.check is Check.IMPORT:
        return half_imported(words)
    if finding.is_ok:
        return _good(words, finding)
    return _bad(words, finding)


def _good(words: Words, finding: Finding) -> str:
    what = words.join(list(finding.details))
    match finding.check:
        case Check.SETTINGS:
            told = words.text("The settings are complete.")
        case Check.DATABASE:
            told = words.text("The database answers.")
        case Check.MIGRATIONS:
            told = words.text("The database has the tables of this version.")
        case Check.BOT_TOKEN:
            told = words.text("The bot token works in the workspace {name}.", name=what)
        case Check.SCOPES:
            told = words.text("The app has every permission that the manifest asks for.")
        case Check.APP_TOKEN:
            told = words.text("The app-level token opens Socket Mode connections.")
        case Check.LEDGER:
            told = words.plural(
                "The ledger, the balances, the allowances and the boards agree ({n} kudos).",
                "The ledger, the balances, the allowances and the boards agree ({n} kudos).",
                finding.counts["kudos"],
            )
        case Check.OUTBOX:
            told = words.text(
                "Every message has reached Slack or is on its way ({waiting} waiting).",
                waiting=words.number(finding.counts["waiting"]),
            )
        case Check.SCHEDULES:
            told = schedule_good(words, finding)
    return told


def _bad(words: Words, finding: Finding) -> str:
    what = "; ".join(finding.details)
    match finding.check:
        case Check.SETTINGS:
            told = what
        case Check.DATABASE:
            told = words.text(
                "The database does not answer: {reason}. Check DATABASE_URL, and that the file or "
                "the server is there and may be written to.",
                reason=what,
            )
        case Check.MIGRATIONS:
            told = words.text(
                "The database does not have the tables of this version. Run: kudos migrate"
            )
        case Check.BOT_TOKEN:
            told = words.text(
                "Slack does not accept SLACK_BOT_TOKEN ({reason}). Copy the Bot User OAuth Token "
                "again from your Slack app under OAuth & Permissions.",
                reason=what,
            )
        case Check.SCOPES:
            told = words.text(
                "The app lacks permissions: {scopes}. Put the output of `kudos manifest` into your "
                "Slack app under App Manifest, and install the app again.",
                scopes=what,
            )
        case Check.APP_TOKEN:
            told = words.text(
                "Slack does not accept SLACK_APP_TOKEN ({reason}). Make one in your Slack app "
                "under Basic Information, App-Level Tokens, with the scope connections:write.",
                reason=what,
            )
        case Check.LEDGER:
            told = words.text(
                "Running totals differ from the ledger: {which}. The ledger itself is kept. "
                "Please report this as a bug.",
                which=what,
            )
        case Check.OUTBOX:
            told = words.text(
                "Slack would not take some messages: {which}. The kudos themselves are stored.",
                which=what,
            )
        case Check.SCHEDULES:
            told = schedule_bad(words, finding)
    return told


_OF_A_NAME = {
    InstallationFound.GOOD: workspaces.installation_good,
    InstallationFound.ENDED: workspaces.installation_ended,
    InstallationFound.NOT_ALLOWED: workspaces.installation_not_allowed,
    InstallationFound.CLOSED: workspaces.installation_closed,
    InstallationFound.NONE: workspaces.no_installations,
}


def _installation(words: Words, finding: Finding) -> str:
    name, *more = finding.details
    found = finding.installation or InstallationFound.GOOD
    if found is InstallationFound.LACKS_SCOPES:
        return workspaces.installation_lacks_scopes(words, name, words.join(more))
    if found is InstallationFound.REFUSED:
        return workspaces.installation_refused(words, name, *more)
    return _OF_A_NAME[found](words, name)
