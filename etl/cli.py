"""The command `cardhouse`: from the words to the function that does it, and from its end to the exit code.

Promises: 0 where all went well, 1 with one line on stderr where it did not, 2 for bad arguments; never a traceback for
what can be foreseen.

What must not move in: what a command does (`etl.running`, `etl.asking`), what may be said (`etl.arguments`).
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from etl import asking, running
from etl.arguments import check_together, make_parser
from etl.output import Failed, let_go_of, say
from etl.settings import Settings
from warehouse.database import WarehouseError
from warehouse.lake import LakeError

INTERRUPTED = "interrupted; run again to continue"

COMMANDS: Mapping[str, Callable[[argparse.Namespace, Settings], int]] = {
    "run": running.run_line,
    "crawl": running.run_crawl,
    "build": running.run_build,
    "compact": running.run_compact,
    "read": asking.show_card,
    "status": asking.show_status,
    "tables": asking.show_tables,
    "sql": asking.run_sql,
    "answers": asking.list_answers,
    "answer": asking.show_answer,
    "report": running.run_report,
    "release": running.run_release,
    "rollback": running.run_rollback,
    "forget": running.run_forget,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Bad arguments raise SystemExit(2)."""
    _speak_utf8()
    parser = make_parser()
    args = parser.parse_args(argv)
    check_together(parser, args)
    try:
        code = COMMANDS[args.command](args, _settings(args))
        sys.stdout.flush()
    except BrokenPipeError:
        let_go_of(sys.stdout)
        return 0  # who read us has read enough
    except KeyboardInterrupt:
        return _fail(INTERRUPTED)
    except RuntimeError as error:
        if str(error) != "Query interrupted":  # what DuckDB 2.0 makes of Ctrl-C within a statement
            raise
        return _fail(INTERRUPTED)
    except (Failed, LakeError, WarehouseError) as error:
        return _fail(str(error))
    except OSError as error:
        let_go_of(sys.stdout)
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    return code


def _settings(args: argparse.Namespace) -> Settings:
    """The environment's settings, what the command line says in their place."""
    settings = Settings.from_environment(home=args.home)
    if "source" not in args:
        return settings
    if args.source is not None:  # a source of its own has a scope of its own
        settings = dataclasses.replace(settings, source=args.source, filters=(), authors=(), search=None, limit=None)
    given: dict[str, Any] = {n: tuple(dict.fromkeys(getattr(args, n) or ())) for n in ("filters", "authors")}
    given |= {"search": args.search, "limit": args.limit}
    given |= {name: getattr(args, name) for name in ("changed_only", "accept_fewer", "max_requests", "max_minutes")}
    given["threads"] = args.threads
    said = {name: value for name, value in given.items() if value}
    return dataclasses.replace(settings, **said, sample_day=args.day or settings.sample_day)


def _fail(why: str) -> int:
    say(why)
    return 1


def _speak_utf8() -> None:
    """Cards are written in every script; a locale that cannot show them is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
