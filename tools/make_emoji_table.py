#!/usr/bin/env python3
"""Cut `bot/domain/data/emoji.json` out of iamcal/emoji-data, Slack's own source of emoji names.

The data is the npm package `emoji-datasource` (MIT); run again after a new release of it:

    npm pack emoji-datasource@16.0.0 && tar xzf emoji-datasource-*.tgz
    python tools/make_emoji_table.py package

It writes one line for each emoji, canonical name first, so that a change of the data reads well in
a diff, and puts the package's licence beside it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

DATA = Path(__file__).parents[1] / "bot" / "domain" / "data"


def line(emoji: dict[str, object]) -> str:
    """Return one emoji as `"name": ["sign", "alias", …]`."""
    name = emoji["short_name"]
    names = emoji["short_names"]
    assert isinstance(name, str)  # noqa: S101 - the shape of somebody else's file
    assert isinstance(names, list)  # noqa: S101
    sign = "".join(chr(int(code, 16)) for code in str(emoji["unified"]).split("-"))
    aliases = [alias for alias in names if alias != name]
    return f"{json.dumps(name)}: {json.dumps([sign, *aliases], ensure_ascii=False)}"


def main() -> None:
    """Read the unpacked package that is named on the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("package", type=Path, help="folder with emoji.json and LICENSE")
    package: Path = arguments.parse_args().package
    emoji = json.loads((package / "emoji.json").read_text(encoding="utf-8"))
    lines = sorted(line(one) for one in emoji)
    table = "{\n" + ",\n".join(lines) + "\n}\n"
    (DATA / "emoji.json").write_text(table, encoding="utf-8")
    shutil.copyfile(package / "LICENSE", DATA / "EMOJI_DATA_LICENSE")


if __name__ == "__main__":
    main()
