"""What an operator is told where nothing can listen on a port."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def cannot_listen(words: Words, setting: str, host: str, port: int, why: str) -> str:
    """Says why nothing can listen there; `why` is an `InTheWay` of bot/ingress/listening.py."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    match why:
        case "taken":
            return words.text(
                "{address} is taken by another program, perhaps by a Kudos that still runs. Stop "
                "that one, or set {setting} to another port.",
                address=address,
                setting=setting,
            )
        case "not_allowed":
            return words.text(
                "This user may not listen on {address}. Set {setting} to a port above 1023, and "
                "let a proxy pass requests on to it.",
                address=address,
                setting=setting,
            )
        case "not_ours":
            return words.text(
                "{host} is no address of this machine. Set KUDOS_HOST to one, such as 127.0.0.1, "
                "or to 0.0.0.0 for all of them.",
                host=host,
            )
    return words.text(
        "Nothing can listen on {address}. Check KUDOS_HOST and {setting}.",
        address=address,
        setting=setting,
    )


def port_taken(words: Words) -> str:
    """Returns what to do where a port that an option or KUDOS_PORT names is taken."""
    return words.text(
        "The port is taken by another program. Name another one with --port, or set KUDOS_PORT."
    )
