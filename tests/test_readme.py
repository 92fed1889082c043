"""The documents, held against what they describe: commands parse, outputs are what is printed, links lead somewhere.

In a `console` block a line `$ command` is run on the demo's home, and the lines below it are its output; a line `...`
stands for any lines.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import duckdb
import pytest

from etl.arguments import make_parser
from etl.cli import main
from etl.settings import Settings
from tests.conftest import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), ROOT / "sql" / "README.md", ROOT / "warehouse" / "README.md"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str, text: str = README) -> list[str]:
    """The fenced blocks in one language."""
    return [body for word, body in FENCE.findall(text) if word == language]


def commands(text: str) -> list[str]:
    """Every `cardhouse ...` command of a document: in shell and console blocks, and in backticks."""
    lines = [
        line.removeprefix("$ ") for body in blocks("sh", text) + blocks("console", text) for line in body.splitlines()
    ]
    quoted = re.findall(r"`([^`]+)`", FENCE.sub("", text).replace("\n", " "))
    found = [line.split(" # ")[0].strip() for line in lines + quoted]
    return [c for c in found if c.startswith("cardhouse ")]


def transcripts() -> list[tuple[str, list[str]]]:
    """Each command of the README's console blocks, with the output given for it."""
    found: list[tuple[str, list[str]]] = []
    for line in "".join(blocks("console")).splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        else:
            found[-1][1].append(line)
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of `make demo`."""
    home = tmp_path_factory.mktemp("readme") / "home"
    assert main(["run", "--source", "sample", "--home", str(home)]) == 0
    return home


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_in_a_document_is_one(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "dump.parquet").touch()
    monkeypatch.chdir(tmp_path)
    for command in commands(document.read_text(encoding="utf-8")):
        words = shlex.split(command)[1:]
        try:
            make_parser().parse_args(words if len(words) > 1 else [*words, "--help"])  # the mere name may be spoken of
        except SystemExit as end:
            if end.code == 0:
                continue
            pytest.fail(f"{document.name} shows a command that there is not: {command}")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_and_make_target_in_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / target).exists(), target
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for name in re.findall(r"`(?:\w+=\w+ )?make ([a-z-]+)", text):
        assert name in targets, name


@pytest.mark.parametrize(
    ("command", "expected"), transcripts(), ids=lambda given: given[:60] if isinstance(given, str) else ""
)
def test_the_readme_shows_what_is_printed(
    demo: Path, capsys: pytest.CaptureFixture[str], command: str, expected: list[str]
) -> None:
    program, *words = shlex.split(command)
    if program == "cardhouse":
        assert main([*words, "--home", str(demo)]) == 0
        printed = capsys.readouterr().out
    else:
        printed = subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()) + r" *\n" for line in expected)
    assert re.fullmatch(pattern, printed), printed


def test_the_places_it_names_exist() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", README.split("## Where things live")[1], re.MULTILINE)
    assert rows
    for place in re.findall(r"`([^`]+)`", " ".join(rows)):
        assert (ROOT / place).exists(), place


def test_its_python_runs(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(demo, tmp_path / "data" / "demo")
    monkeypatch.chdir(tmp_path)
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), {})


def test_what_it_says_to_the_duckdb_command_line_can_be_asked(demo: Path) -> None:
    said = [shlex.split(line) for line in "\n".join(blocks("sh")).splitlines() if line.startswith("duckdb ")]
    assert said
    for _, mode, file, query in said:
        with duckdb.connect(str(demo / Path(file).name), read_only=mode == "-readonly") as con:
            assert con.execute(query).fetchall()


def test_every_variable_it_names_is_read() -> None:
    named = set(re.findall(r"`(CARDHOUSE_\w+)`", README))
    assert named >= {"CARDHOUSE_HOME", "CARDHOUSE_SOURCE"}
    documented = Settings.from_environment.__doc__ or ""
    assert named <= set(re.findall(r"CARDHOUSE_\w+", documented))


def test_the_changelog_starts_with_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0].split()[0] == version
