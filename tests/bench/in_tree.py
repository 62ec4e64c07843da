"""Runs a module of the benchmark on another working tree's product: `in_tree.py TREE MODULE …`.

What is measured (`bot`, `handlers`, `storage`) comes from that tree, what measures (`tests.bench`)
from here, so that a tree can be measured that has an older benchmark or none.
"""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent.parent)
    import tests.bench  # noqa: F401 - found here now, and kept by Python from here on

    sys.path[0] = sys.argv[1]
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
