"""`python -m bot`, the same as `kudos`."""

from __future__ import annotations

from bot.cli.main import main

main()
