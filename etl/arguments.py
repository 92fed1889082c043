"""What may be said to the command `cardhouse`: its commands, their options, help and examples.

Promises: a wrong word costs one line on stderr and exit code 2, with the nearest right word beside it.

What must not move in: what a command does (`etl.cli`), what is printed (`etl.printing`).
"""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn, TypeAlias, TypeVar

from etl.output import ROW_FORMATS
from etl.settings import whole_number
from etl.stations import SAMPLE, checked_source
from warehouse.lake import LakeError

_CHOICE = re.compile(r"invalid choice: '(?P<given>[^']*)' \(choose from (?P<known>.*)\)")

SOURCE_HELP = (
    "sample: the bundled hub, on loopback; hub: the real one (HF_ENDPOINT, HF_TOKEN are honoured); "
    "DIR: a tree owner/name/README.md; FILE.parquet, or a DIR of such: a bulk dump "
    "(default: CARDHOUSE_SOURCE, else hub)"
)


_HOME_HELP = "where the data live (default: CARDHOUSE_HOME, else ./data)"
SQL_SECONDS = 600
"""A forgotten query ends by itself; the longest answer takes seconds at full size."""

_VERIFY_EXAMPLE = "example: cardhouse release verify data/releases/2026.11"


T = TypeVar("T")
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, what may have been meant, and where help is; exit code 2."""
        self.exit(2, f"{self.prog}: {with_suggestion(message)} ('{self.prog} --help' shows more)\n")


def with_suggestion(message: str) -> str:
    """argparse's message, its list of choices replaced by the nearest one where one is near."""
    wrong = _CHOICE.search(message)
    if wrong is None:
        return message
    known = re.findall(r"[\w-]+", wrong["known"])
    near = difflib.get_close_matches(wrong["given"], known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    where = message[: wrong.start()].replace("argument COMMAND: ", "")
    return f"{where}there is no '{wrong['given']}'; {hint}"


def make_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="cardhouse",
        description="A warehouse of what the model cards on the Hugging Face Hub state.",
        epilog="example: cardhouse run --source sample",
    )
    parser.add_argument("--version", action="version", version=f"cardhouse {version('cardhouse')}")
    parser.add_argument("--home", type=Path, metavar="DIR", help=_HOME_HELP)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (
        _run,
        _crawl,
        _build,
        _compact,
        _read,
        _status,
        _tables,
        _sql,
        _answers,
        _answer,
        _report,
        _release,
        _rollback,
        _forget,
    ):
        add(commands)
    return parser


def _command(commands: Commands, name: str, what: str, example: str) -> Parser:
    parser = commands.add_parser(
        name, help=what, description=f"{what[0].upper()}{what[1:]}.", epilog=f"example: {example}"
    )
    parser.add_argument("--home", type=Path, metavar="DIR", default=argparse.SUPPRESS, help=_HOME_HELP)
    return parser


def check_together(parser: Parser, args: argparse.Namespace) -> None:
    """Complain of options that make no sense together, or alone."""
    if args.command == "release" and (args.version is None) == (args.action is None):
        parser.error("release: give either --version V or verify DIR")
    if getattr(args, "day", None) and args.source not in (None, SAMPLE):
        parser.error(f"--day is a day of the sample hub; the source is {args.source}")


def _run(commands: Commands) -> None:
    what = "crawl, read, build the warehouse, and print what was stored and the flagship answer"
    _add_scope(_command(commands, "run", what, "cardhouse run --filter dpo --limit 500"))


def _crawl(commands: Commands) -> None:
    what = "the first half of run: list the source's repos and fetch the cards that are new"
    parser = _command(commands, "crawl", what, "cardhouse crawl --filter dpo --max-minutes 60")
    _add_scope(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="tell requests, hours and disk from the first pages; store nothing"
    )


def _build(commands: Commands) -> None:
    what = "the second half of run, without any network: read new cards and rebuild the warehouse"
    parser = _command(commands, "build", what, "cardhouse build --home /srv/cardhouse")
    parser.add_argument(
        "--accept-fewer", action="store_true", help="serve a build that lacks many rows of the last one: that is right"
    )


def _compact(commands: Commands) -> None:
    what = "merge small files of raw and tables now; run and build do it by themselves where they are many"
    _command(commands, "compact", what, "cardhouse compact --home /srv/cardhouse")


def _read(commands: Commands) -> None:
    what = "show what one card states, line by line, and what in it could not be read"
    parser = _command(commands, "read", what, "cardhouse read README.md --model-id me/my-model")
    parser.add_argument("file", type=Path, metavar="FILE", help="a card; - reads standard input")
    parser.add_argument("--model-id", metavar="ID", help="the repo's id (default: the file's last two folders)")
    parser.add_argument("--json", action="store_true", help="everything, as one JSON document; NaN is written as text")


def _status(commands: Commands) -> None:
    what = "show what lies in a home: crawls, cards by status, the build, ages and sizes"
    _command(commands, "status", what, "cardhouse status")


def _tables(commands: Commands) -> None:
    what = "list the tables and views, or one's columns with their types and meanings"
    parser = _command(commands, "tables", what, "cardhouse tables hyperparameters")
    parser.add_argument("name", nargs="?", metavar="NAME", help="a table or a view")


def _sql(commands: Commands) -> None:
    what = "run a query in a safe read-only session and print its rows"
    example = "cardhouse sql 'SELECT card_status, count(*) FROM models GROUP BY 1' --format csv"
    parser = _command(commands, "sql", what, example)
    parser.add_argument("query", metavar="QUERY", help="SQL; - reads standard input")
    parser.add_argument(
        "--seconds",
        type=_argument(whole_number),
        default=SQL_SECONDS,
        metavar="N",
        help=f"stop the query after N seconds (default {SQL_SECONDS})",
    )
    _add_format(parser)


def _answers(commands: Commands) -> None:
    _command(commands, "answers", "list the questions that the warehouse answers, by theme", "cardhouse answers")


def _answer(commands: Commands) -> None:
    what = "print one answer, and draw it"
    parser = _command(commands, "answer", what, "cardhouse answer dpo_learning_rate_vs_reward_margin --format csv")
    parser.add_argument("name", metavar="NAME", help="one of those that 'cardhouse answers' lists")
    parser.add_argument(
        "--param",
        action="append",
        type=_argument(named_value),
        metavar="PARAMETER=VALUE",
        dest="parameters",
        default=[],
        help="set one of the answer's parameters; repeat for several",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the answer's chart into FILE.svg or FILE.png")
    _add_format(parser)


def _report(commands: Commands) -> None:
    what = "write every answer with its picture into HOME/report: a page that opens from disk, and Markdown"
    _command(commands, "report", what, "cardhouse report --home data/demo")


def _release(commands: Commands) -> None:
    what = "write the served tables as a release that can be cited, or verify one"
    parser = _command(commands, "release", what, "cardhouse release --version 2026.11")
    parser.add_argument("--version", metavar="V", help="write releases/V: Parquet files, data dictionary, manifest")
    actions = parser.add_subparsers(dest="action", metavar="verify")
    verify = actions.add_parser("verify", help="check a release against its manifest", epilog=_VERIFY_EXAMPLE)
    verify.add_argument("folder", type=Path, metavar="DIR", help="a release's folder")


def _rollback(commands: Commands) -> None:
    what = "serve the build before the current one; once more, and the current one is back"
    _command(commands, "rollback", what, "cardhouse rollback")


def _forget(commands: Commands) -> None:
    what = "erase repos or owners from raw, tables and the warehouse, and never crawl them again"
    parser = _command(commands, "forget", what, "cardhouse forget someone/their-model")
    parser.add_argument("names", nargs="+", metavar="NAME", help="owner/name, or an owner with all repos")


def _add_scope(parser: Parser) -> None:
    parser.add_argument("--source", type=_argument(checked_source), metavar="SOURCE", help=SOURCE_HELP)
    parser.add_argument(
        "--filter", action="append", metavar="TAG", dest="filters", help="only repos with this tag; repeat for several"
    )
    parser.add_argument(
        "--author", action="append", metavar="A", dest="authors", help="only repos of this owner; repeat for several"
    )
    parser.add_argument("--search", metavar="S", help="only repos whose name contains this")
    parser.add_argument("--limit", type=_argument(whole_number), metavar="N", help="at most so many repos")
    parser.add_argument(
        "--changed-only", action="store_true", help="list only what changed since this scope was last listed to its end"
    )
    parser.add_argument(
        "--accept-fewer", action="store_true", help="believe a listing that lacks much of what the last one had"
    )
    parser.add_argument(
        "--max-requests",
        type=_argument(whole_number),
        metavar="N",
        help="end after so many requests; run again to go on",
    )
    parser.add_argument(
        "--max-minutes", type=_argument(whole_number), metavar="N", help="end after so long; run again to go on"
    )
    parser.add_argument(
        "--threads", type=_argument(whole_number), metavar="N", help="cards asked for at once (default: 4)"
    )
    parser.add_argument("--day", type=int, choices=(1, 2), help="which day of the sample hub to serve (default: 1)")


def _add_format(parser: Parser) -> None:
    parser.add_argument(
        "--format", choices=ROW_FORMATS, default="table", help="table (default), csv, json, md or parquet"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of to standard output")


def named_value(text: str) -> tuple[str, str]:
    """name and value of `name=value`. Raises ValueError."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ValueError(f"'{text}' is not of the form parameter=value")
    return name, value


def _argument(read: Callable[[str], T]) -> Callable[[str], T]:
    """`read` for argparse, which shows the message of no other error than its own."""

    def read_argument(text: str) -> T:
        try:
            return read(text)
        except (LakeError, ValueError) as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read_argument
