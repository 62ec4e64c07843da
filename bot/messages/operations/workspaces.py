"""What the command line says to the operator about workspaces that install Kudos by OAuth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def started_for_many(words: Words, install_url: str) -> str:
    """Return what tells that the app serves whoever has installed it."""
    return words.text(
        "Kudos runs, for every workspace that installs it at {url}. Press Ctrl-C to stop.",
        url=install_url,
    )


def url_unreachable(words: Words) -> str:
    """Returns why Slack could send nothing to an address."""
    return words.text(
        "Slack sends requests to public https:// addresses alone. For a machine that has none, "
        "leave --url out: the manifest is for Socket Mode then."
    )


def url_missing(words: Words) -> str:
    """Return what a manifest for many workspaces lacks."""
    return words.text(
        "Many workspaces reach Kudos at one address: say which, such as "
        "--url https://kudos.example.com"
    )


def not_distributed(words: Words) -> str:
    """Return what an app for many workspaces may not have."""
    return words.text(
        "An app for many workspaces cannot offer a workflow step, and Slack lets it read a "
        "channel's history once a minute only. Leave those options out."
    )


def key_missing(words: Words) -> str:
    """Return that there is no key to store tokens with."""
    return words.text("KUDOS_SECRET_KEY is missing, so there is nothing to store tokens with.")


def wrong_key(words: Words, team_id: str) -> str:
    """Return that a token was stored with a key that is not there."""
    return words.text(
        "KUDOS_SECRET_KEY does not open the token of {team}, and nothing was changed. Put the key "
        "with which it was stored behind the new one, with a comma between them.",
        team=team_id,
    )


def keys_rotated(words: Words, count: int) -> str:
    """Return how many installations are stored with the first key now."""
    return words.plural(
        "The tokens of {n} installation are stored with the first key now. Once every process has "
        "it, you can take the others away.",
        "The tokens of {n} installations are stored with the first key now. Once every process has "
        "it, you can take the others away.",
        count,
    )


def not_sure(words: Words, team_id: str) -> str:
    """Return what would be deleted."""
    return words.text(
        "Nothing was deleted. This would delete every kudos, person and setting of {team}, for "
        "good. Make a backup with `kudos backup` first, then run it again with --sure.",
        team=team_id,
    )


def would_delete(words: Words, team_id: str, rows: int, *, uninstalls: bool) -> str:
    """Return what would be deleted, and whether Kudos would be taken out."""
    told = words.plural(
        "{n} row of {team} would be deleted.",
        "{n} rows of {team} would be deleted.",
        rows,
        team=team_id,
    )
    if not uninstalls:
        return told
    before = words.text("Slack would take Kudos out of {team}.", team=team_id)
    return f"{before} {told}"


def uninstalled(words: Words, team_id: str) -> str:
    """Return that Slack has taken the app out of a workspace."""
    return words.text("Slack has taken Kudos out of {team}.", team=team_id)


def not_uninstalled(words: Words, team_id: str, reason: str) -> str:
    """Return why nothing was done."""
    return words.text(
        "Nothing was deleted: Slack did not take Kudos out of {team} ({reason}). Run it again "
        "later, or without --uninstall.",
        team=team_id,
        reason=reason,
    )


def of_organization(words: Words, team_id: str, enterprise_id: str) -> str:
    """Return who can take Kudos out of a workspace that its organization has given it to."""
    return words.text(
        "Nothing was deleted: {team} has Kudos from its organization {organization}, whose admins "
        "can take it out of single workspaces. Run it again without --uninstall.",
        team=team_id,
        organization=enterprise_id,
    )


def token_of_another(words: Words, team_id: str) -> str:
    """Return that the token in the settings is for elsewhere."""
    return words.text(
        "Nothing was deleted: SLACK_BOT_TOKEN is not of {team}, so Kudos cannot be taken out of "
        "it. Run it again without --uninstall.",
        team=team_id,
    )


def no_workspace(words: Words, team_id: str) -> str:
    """Return that there is nothing to delete."""
    return words.text("There is nothing stored of {team}.", team=team_id)


def workspace_deleted(words: Words, team_id: str, rows: int) -> str:
    """Return how much is gone."""
    return words.plural(
        "Everything of {team} is deleted ({n} row). Backups still have it.",
        "Everything of {team} is deleted ({n} rows). Backups still have it.",
        rows,
        team=team_id,
    )


def installation_good(words: Words, name: str) -> str:
    """Return that a workspace is served."""
    return words.text("{name}: Kudos is installed, with every permission.", name=name)


def installation_ended(words: Words, name: str) -> str:
    """Return that nobody is served there any more, which is no fault."""
    return words.text("{name}: Kudos was uninstalled; its data is still there.", name=name)


def installation_lacks_scopes(words: Words, name: str, scopes: str) -> str:
    """Return which permissions a workspace has not given."""
    return words.text(
        "{name}: Kudos lacks permissions there: {scopes}. Have an admin install it again.",
        name=name,
        scopes=scopes,
    )


def installation_refused(words: Words, name: str, reason: str) -> str:
    """Return that Slack does not take the token of a workspace."""
    return words.text(
        "{name}: Slack does not take its token ({reason}). Have an admin install Kudos again; what "
        "waits for it is sent then.",
        name=name,
        reason=reason,
    )


def installation_unreached(words: Words, name: str, reason: str) -> str:
    """Return that Slack did not say whether it takes the token of a workspace."""
    return words.text(
        "{name}: Slack did not say whether it takes its token ({reason}). Run this again later.",
        name=name,
        reason=reason,
    )


def installation_not_allowed(words: Words, name: str) -> str:
    """Return that a workspace is served that could not install Kudos any more."""
    return words.text(
        "{name}: Kudos is installed there, and goes on serving it, but it is not in "
        "KUDOS_ALLOWED_TEAMS. Add it, or take Kudos out: kudos delete --uninstall",
        name=name,
    )


def installation_closed(words: Words, name: str) -> str:
    """Return that a token was stored with a key that is not there."""
    return words.text(
        "{name}: KUDOS_SECRET_KEY does not open its token. Put the key with which it was stored "
        "behind the new one, with a comma between them.",
        name=name,
    )


def no_installations(words: Words, install_url: str) -> str:
    """Return that nobody has installed Kudos yet."""
    return words.text("Nobody has installed Kudos yet. It is done at {url}", url=install_url)
