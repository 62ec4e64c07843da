"""Starts the program as it is, but by the clock of a storm, and with a bug where one is planted.

The product has no hooks for this: what is another here is put in its place before it is imported.
"""

from __future__ import annotations

import os

from tests.faults.storm.clock import clock_of_process

CALL_WITHIN_SECONDS = 4  # so that a Slack that hangs is given up within a round


def main() -> None:
    """Run `kudos` with the arguments of this process."""
    environment = os.environ  # noqa: TID251 - as told by the test
    import bot.clock  # noqa: PLC0415

    clock = clock_of_process(environment["STORM_CLOCK"], int(environment["STORM_PROCESS"]))
    bot.clock.machine_clock = clock  # type: ignore[assignment]
    import bot.app  # noqa: PLC0415
    import bot.cli.main  # noqa: PLC0415
    import bot.slack.calls  # noqa: PLC0415
    import bot.workers.delivery  # noqa: PLC0415
    import bot.workers.scheduler  # noqa: PLC0415

    bot.slack.calls.CALL_WITHIN_SECONDS = CALL_WITHIN_SECONDS
    # After the clock was moved nobody waits for the next look.
    bot.workers.delivery.LOOK_EVERY_SECONDS = 0.3
    bot.workers.scheduler.LOOK_EVERY_SECONDS = 1
    bot.workers.scheduler.AT_THE_LATEST_SECONDS = 0.5
    if bug := environment.get("STORM_BUG"):
        from tests.faults.storm.planted import plant  # noqa: PLC0415

        plant(bug)
    bot.cli.main.main()


if __name__ == "__main__":
    main()
