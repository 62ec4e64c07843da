"""`python -m bot.sandbox`: a sandbox on its own, until it is interrupted."""

import argparse
import asyncio
import sys
from pathlib import Path

import yaml

from bot.sandbox.server import Sandbox


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"))
    parser.add_argument("--workspace", type=Path, help="people and channels; default: built in")
    parser.add_argument("--state", type=Path, help="an SQLite file that keeps everything")
    parser.add_argument("--event-url", help="send signed HTTP requests there, not Socket Mode")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options))
    except KeyboardInterrupt:
        sys.exit(130)


async def _serve(options: argparse.Namespace) -> None:
    manifest = yaml.safe_load(options.manifest.read_text(encoding="utf-8"))
    workspace = options.workspace and yaml.safe_load(options.workspace.read_text(encoding="utf-8"))
    async with Sandbox(
        manifest,
        workspace=workspace,
        state_path=options.state,
        port=options.port,
        event_url=options.event_url,
    ) as sandbox:
        lines = {
            "url": sandbox.url,
            "api_url": sandbox.api_url,
            "bot_token": sandbox.bot_token,
            "app_token": sandbox.app_token,
            "signing_secret": sandbox.signing_secret,
        }
        # These tokens open nothing but this sandbox, so they may be shown.
        sys.stdout.writelines(f"{name}={value}\n" for name, value in lines.items())
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
