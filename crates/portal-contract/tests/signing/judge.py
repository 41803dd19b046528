"""Runs `pyhanko sign validate` on many files in one process, because starting it takes seconds.

Arguments: root.pem, then files. Writes one JSON array: per file the exit code and the output.
"""
import json
import sys

from click.testing import CliRunner
from pyhanko.cli._root import cli_root
from pyhanko.cli import launch  # noqa: F401  registers the commands

root, files = sys.argv[1], sys.argv[2:]
options = ["sign", "validate", "--trust-replace", "--no-revocation-check", "--trust", root]
results = []
for file in files:
    result = CliRunner().invoke(cli_root, [*options, file], prog_name="pyhanko")
    results.append({"code": result.exit_code, "words": result.output})
json.dump(results, sys.stdout)
