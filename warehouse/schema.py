"""The tables, declared once.

A table is one frozen dataclass: its fields are the columns (name, type, meaning), its docstring the grain.
Arrow schemas, DuckDB DDL, COMMENT ON statements, key checks and the data dictionary are derived from here;
nothing else may name a column's type or meaning.

What must not move in: how a value is read from a card (`etl.reading`), what it implies (`sql/`).
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Any, ClassVar

import pyarrow as pa

SCHEMA_VERSION = "1"
"""Raised when a column is renamed or changes its type: what an older schema wrote is then read again."""


class About(StrEnum):
    """Whom a printed fact is about."""

    OWN = "own"
    REPRINTED = "reprinted"
    UNCLEAR = "unclear"


class Source(StrEnum):
    """Where in a card (or beside it) a fact stands."""

    FRONT_MATTER = "front_matter"
    MODEL_INDEX = "model_index"
    SUMMARY = "summary"
    LIST = "list"
    TABLE = "table"
    CONFIG_BLOCK = "config_block"
    HTML = "html"
    PROSE = "prose"
    HUB = "hub"


class CardStatus(StrEnum):
    """What became of a listed repo's card. Every listed repo has exactly one."""

    OK = "ok"
    NO_CARD = "no_card"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    GATED = "gated"
    DISABLED = "disabled"
    GONE = "gone"
    FAILED = "failed"
    NOT_FETCHED = "not_fetched"


class Relation(StrEnum):
    """How a repo descends from its parent."""

    FINETUNE = "finetune"
    ADAPTER = "adapter"
    QUANTIZED = "quantized"
    MERGE = "merge"


# ---------------------------------------------------------------------------------------------------------
# Raw: what arrived. Never changed, never released.


@dataclass(frozen=True, slots=True)
class Listing:
    """One model repo as one listing described it at one moment."""

    crawl_id: Annotated[str, "the run that listed it"]
    model_id: Annotated[str, "repo id as listed, owner/name"]
    hub_id: Annotated[str | None, "the API's `_id`, stable through renames; NULL for saved cards"]
    revision: Annotated[str | None, "commit the listing names (`sha`); NULL for saved cards"]
    listed_at: Annotated[datetime, "when the source said so, naive UTC"]
    source: Annotated[str, "hub, sample, folder or dump"]
    row: Annotated[str, "the API's row, JSON untouched (of a dump: its columns in the API's shape)"]
    digest: Annotated[str, "of the row without its counters: a row with an equal one is not stored again"] = ""


@dataclass(frozen=True, slots=True)
class Popularity:
    """One listed repo's counters at one listing: a series, never overwritten, and the proof that it was listed."""

    crawl_id: Annotated[str, "the run that listed it"]
    model_id: Annotated[str, "repo id as listed"]
    listed_at: Annotated[datetime, "when it was listed, naive UTC"]
    downloads: Annotated[int | None, "downloads of the last 30 days"]
    downloads_all_time: Annotated[int | None, "downloads ever"]
    likes: Annotated[int | None, "likes"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at one repo's card. The bytes stand only in the first observation of their blob."""

    crawl_id: Annotated[str, "the run that looked"]
    hub_id: Annotated[str | None, "the API's `_id`; NULL for saved cards"]
    model_id: Annotated[str, "repo id, owner/name"]
    revision: Annotated[str | None, "commit asked for; NULL for a saved card"]
    observed_at: Annotated[datetime, "the source's own time of this state, naive UTC"]
    source: Annotated[str, "hub, sample, folder or dump"]
    status: Annotated[str, "ok, no_card, too_large, gated, disabled, gone or failed"]
    detail: Annotated[str | None, "why it failed, in one line; NULL if it did not"]
    card_blob: Annotated[str | None, "git blob sha1 of the card's bytes; NULL where none came"]
    card_bytes: Annotated[int | None, "size of the card in bytes"]
    content: Annotated[bytes | None, "the bytes as they came; NULL where an earlier observation holds the blob"]


RUNNING = "running"
"""What the ledger says of a run that is under way: why it ended is yet to be written."""


@dataclass(frozen=True, slots=True)
class CrawlRun:
    """One run of the crawler, or of taking in saved cards: the ledger."""

    crawl_id: Annotated[str, "sorts by start: 20260131T235959Z-abcdef"]
    source: Annotated[str, "hub, sample, folder or dump"]
    scope: Annotated[str, "what was asked for, as JSON"]
    started_at: Annotated[datetime, "naive UTC"]
    ended_at: Annotated[datetime | None, "naive UTC"]
    ended_because: Annotated[str, "complete, limit, budget, interrupted or the error in one line"]
    is_full_listing: Annotated[bool, "true when everything was asked for and every page arrived"]
    listed: Annotated[int, "repos listed"]
    cards_stored: Annotated[int, "cards whose bytes were new"]
    cards_unchanged: Annotated[int, "repos whose listed commit was known: no request made"]
    statuses: Annotated[str, "observations by status, as JSON"]
    requests: Annotated[str, "requests by bucket, as JSON"]
    not_modified: Annotated[int, "answers of 304"]
    rate_limited: Annotated[int, "answers of 429"]
    retries: Annotated[int, "requests repeated"]
    bytes_received: Annotated[int, "bytes of bodies"]
    is_listing_complete: Annotated[bool, "true when every page asked for arrived, whatever the scope"] = False
    watermark: Annotated[datetime | None, "newest lastModified listed, the Hub's clock; NULL if none"] = None
    incidents: Annotated[str, "what was refused, skipped, repeated or moved: counts and examples, as JSON"] = "{}"


# ---------------------------------------------------------------------------------------------------------
# What the listing says of a repo, typed, and what one reading of one card says of the card itself.


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One listing row, typed: the Hub's own words on a repo at one moment."""

    model_id: Annotated[str, "repo id as listed"]
    listed_at: Annotated[datetime, "when the source said so, naive UTC"]
    source: Annotated[str, "hub, sample, folder or dump"]
    crawl_id: Annotated[str, "the run that listed it"]
    hub_id: Annotated[str | None, "the API's `_id`"]
    revision: Annotated[str | None, "commit listed"]
    created_at: Annotated[datetime | None, "naive UTC"]
    last_modified: Annotated[datetime | None, "naive UTC"]
    downloads: Annotated[int | None, "downloads of the last 30 days"]
    downloads_all_time: Annotated[int | None, "downloads ever"]
    likes: Annotated[int | None, "likes"]
    gated: Annotated[str | None, "no, auto or manual; NULL if not listed"]
    disabled: Annotated[bool | None, "true where the Hub disabled the repo"]
    library_name: Annotated[str | None, "library the Hub derived"]
    pipeline_tag: Annotated[str | None, "task the Hub derived"]
    license: Annotated[str | None, "licence from the listing's cardData or licence tag"]
    parameters: Annotated[int | None, "number of parameters, from safetensors or GGUF headers"]
    tags: Annotated[tuple[str, ...], "the Hub's tags"]
    languages: Annotated[tuple[str, ...], "languages from the listing's cardData"]
    datasets: Annotated[tuple[str, ...], "data sets from the listing's cardData and tags"]
    base_models: Annotated[tuple[str, ...], "parents from tags, each `relation:id`; relation may be empty"]


@dataclass(frozen=True, slots=True)
class CardReading:
    """One card read once by this reader: what is said of the card as a whole."""

    model_id: Annotated[str, "repo that printed the card"]
    card_blob: Annotated[str, "git blob sha1 of the card's bytes"]
    card_status: Annotated[str, "ok, empty or not_text"]
    card_bytes: Annotated[int, "size in bytes"]
    card_title: Annotated[str | None, "the first heading's text; NULL without one"]
    card_generator: Annotated[str | None, "the tool that wrote the card, as far as its marks tell"]
    card_generator_version: Annotated[str | None, "its version, exact (4.35.0) or a range (>=4.46)"]
    license: Annotated[str | None, "licence in the front matter"]
    library_name: Annotated[str | None, "library_name in the front matter"]
    pipeline_tag: Annotated[str | None, "pipeline_tag in the front matter"]
    about: Annotated[str, "whom the card as a whole is about: own, reprinted or unclear"]
    about_model: Annotated[str | None, "the original's repo id as the card gives it; NULL if own or not given"]
    body_digest: Annotated[str | None, "sha1 of the body's words, the same for re-uploads of one card"]


@dataclass(frozen=True, slots=True)
class Model:
    """One listed repo."""

    model_id: Annotated[str, "repo id as last listed, owner/name"]
    hub_id: Annotated[str | None, "the API's `_id`, stable through renames; NULL for saved cards"]
    author: Annotated[str | None, "owner: the id's part before the slash; NULL without one"]
    name: Annotated[str, "the id's part after the slash"]
    revision: Annotated[str | None, "commit last listed; NULL for saved cards"]
    card_blob: Annotated[str | None, "git blob sha1 of the card whose facts are served; NULL if there is none"]
    created_at: Annotated[datetime | None, "when the repo was created, naive UTC"]
    last_modified: Annotated[datetime | None, "when the repo was last changed, naive UTC"]
    listed_at: Annotated[datetime | None, "when it was last listed, naive UTC"]
    card_fetched_at: Annotated[datetime | None, "when the served card was observed, naive UTC"]
    downloads: Annotated[int | None, "downloads of the last 30 days, at the last listing"]
    downloads_all_time: Annotated[int | None, "downloads ever, at the last listing"]
    likes: Annotated[int | None, "likes at the last listing"]
    gated: Annotated[str | None, "no, auto or manual; NULL if the listing does not say"]
    library_name: Annotated[str | None, "front matter's library_name, else the Hub's"]
    pipeline_tag: Annotated[str | None, "front matter's pipeline_tag, else the Hub's"]
    license: Annotated[str | None, "front matter's licence, else the Hub's"]
    parameters: Annotated[int | None, "number of parameters the Hub counted in the weights"]
    card_title: Annotated[str | None, "the served card's first heading"]
    card_generator: Annotated[str | None, "the tool that wrote the served card"]
    card_generator_version: Annotated[str | None, "the tool's version, exact or a range"]
    card_status: Annotated[str, "what became of the card at the last look: one of CardStatus"]
    card_bytes: Annotated[int | None, "size of the served card in bytes"]
    status_detail: Annotated[str | None, "why the last look failed; NULL if it did not"]
    source: Annotated[str, "who listed it last: hub, sample, folder or dump"]


# ---------------------------------------------------------------------------------------------------------
# Facts: what a card states.


@dataclass(slots=True, kw_only=True)
class Fact:
    """What every stated fact carries. (`model_id` and `card_blob` are added by `FactTable`.)

    Facts are made once and never changed, yet not frozen: a frozen dataclass takes three times as long to make, and
    a card makes up to twenty thousand of them.
    """

    about: Annotated[str, "own; reprinted: a copy prints its original's fact; unclear"] = About.OWN
    about_model: Annotated[str | None, "repo id of the original as the card gives it; NULL if own or not given"] = None
    run: Annotated[int | None, "0-based training run within the card; NULL outside any"] = None
    source: Annotated[str, "where it stands: one of Source"]
    line: Annotated[int | None, "1-based line in the README as received; NULL if not from it"]


@dataclass(slots=True, kw_only=True)
class Hyperparameter(Fact):
    """One training setting stated once."""

    name: Annotated[str, "canonical name: learning_rate, train_batch_size, ..."]
    raw_name: Annotated[str, "the name as the author wrote it"]
    value_text: Annotated[str | None, "the value as the author wrote it"]
    value_number: Annotated[float | None, "the number it states; NULL if it is no number; NaN if it says nan"] = None
    value_bool: Annotated[bool | None, "the truth value it states; NULL if it is none"] = None
    is_part: Annotated[bool, "true for a part of a statement that has a row of its own (adam_beta1 of optimizer)"] = (
        False
    )


@dataclass(slots=True, kw_only=True)
class EvalMetric(Fact):
    """One evaluation result stated once."""

    metric: Annotated[str, "canonical name (vocabulary/metrics.csv): accuracy, macro_f1, rewards/margins, loss, ..."]
    raw_name: Annotated[str, "the name as the author wrote it"]
    value: Annotated[float | None, "the number stated; NULL with value_text: stated, not a number; NaN if it says nan"]
    value_text: Annotated[str | None, "the result as the author wrote it"]
    unit: Annotated[str | None, "the unit written with the value or in its header (%); NULL if none is written"] = None
    dataset_name: Annotated[str | None, "data set as the author names it"] = None
    dataset_id: Annotated[str | None, "data set's id as given (model-index dataset.type)"] = None
    dataset_config: Annotated[
        str | None, "data set configuration; in a table also a language, or what tells rows of one model apart: 0-shot"
    ] = None
    dataset_split: Annotated[str | None, "data set split"] = None
    dataset_revision: Annotated[str | None, "data set revision"] = None
    task_type: Annotated[str | None, "task type of the model-index"] = None
    is_verified: Annotated[bool | None, "true where the model-index says verified"] = None


@dataclass(slots=True, kw_only=True)
class TrainingStep(Fact):
    """One metric in one row of a training log."""

    log: Annotated[int, "0-based log in the card"]
    position: Annotated[int, "0-based row in the log"]
    step: Annotated[int | None, "training step of the row; NULL if the log has none"]
    epoch: Annotated[float | None, "epoch of the row; NULL if the log has none"]
    metric: Annotated[str, "canonical name: training_loss, validation_loss, rewards/margins, ..."]
    raw_name: Annotated[str, "the column's header as written"]
    value: Annotated[float | None, "the number; NULL with value_text: stated, not a number (No log)"]
    value_text: Annotated[str | None, "the cell as written"]


@dataclass(slots=True, kw_only=True)
class TrainingMethodEvidence(Fact):
    """One place in a card that tells a post-training method."""

    method: Annotated[str, "what it tells: sft, dpo, kto, orpo, reward, ppo, grpo, rloo, cpo, simpo, ipo, ..."]
    kind: Annotated[str, "tag, sentence, trainer_class, metrics, setting or name"]
    evidence: Annotated[str, "the few words that tell it, as written"]


@dataclass(slots=True, kw_only=True)
class FrameworkVersion(Fact):
    """One library version stated once."""

    framework: Annotated[str, "canonical name: transformers, pytorch, peft, ..."]
    raw_name: Annotated[str, "the name as written"]
    version: Annotated[str, "the version as written"]
    version_major: Annotated[int | None, "first number of the release"]
    version_minor: Annotated[int | None, "second number of the release"]
    version_patch: Annotated[int | None, "third number of the release"]
    local_label: Annotated[str | None, "what stands after the plus sign: cu118"]
    is_prerelease: Annotated[bool, "true for .dev, a, b, rc"]


@dataclass(slots=True, kw_only=True)
class ModelTag(Fact):
    """One tag of a repo, by source."""

    tag: Annotated[str, "the tag as given"]


@dataclass(slots=True, kw_only=True)
class ModelLanguage(Fact):
    """One language of a repo, by source."""

    language: Annotated[str, "language code or name as given"]


@dataclass(slots=True, kw_only=True)
class ModelDataset(Fact):
    """One data set a repo names, by source."""

    dataset_id: Annotated[str, "data set id or name as given"]


@dataclass(slots=True, kw_only=True)
class ModelRelation(Fact):
    """One parent of a repo, by source."""

    base_model_id: Annotated[str, "the parent's repo id as given"]
    relation: Annotated[str | None, "finetune, adapter, quantized, merge; NULL if not said"]


@dataclass(slots=True, kw_only=True)
class QuantizedFile(Fact):
    """One offered quantization: a file, or a branch."""

    file_or_branch: Annotated[str, "file name or branch as written"]
    method: Annotated[str | None, "gptq, awq, exl2, or the GGUF type: Q4_K_M, IQ3_XS"]
    bits: Annotated[float | None, "bits per weight as stated"]
    group_size: Annotated[int | None, "group size; -1: none"]
    act_order: Annotated[bool | None, "GPTQ's desc_act"]
    damp_percent: Annotated[float | None, "GPTQ's damp, as the fraction or percentage written"]
    calibration_dataset: Annotated[str | None, "data set the quantizer calibrated on"]
    sequence_length: Annotated[int | None, "calibration sequence length, tokens"]
    size_text: Annotated[str | None, "size as written"]
    size_bytes: Annotated[int | None, "size in bytes, GB read as 10^9"]
    description: Annotated[str | None, "the author's remark"]


@dataclass(slots=True, kw_only=True)
class Finding(Fact):
    """One thing in a card that could not be read, or that was repaired."""

    code: Annotated[str, "what happened: one of finding_codes"]
    place: Annotated[str | None, "where: front_matter, a section's heading, a table"]
    excerpt: Annotated[str | None, "a short piece of the text concerned, secrets masked"]


@dataclass(frozen=True, slots=True)
class GeneratorField:
    """What a card writer can state, and what its silence means: a vocabulary."""

    generator: Annotated[str, "the writer, as in models.card_generator"]
    from_version: Annotated[str | None, "first version this holds for; NULL: from the first"]
    to_version: Annotated[str | None, "last version this holds for; NULL: still"]
    table_name: Annotated[str, "table the field would stand in"]
    name: Annotated[str, "canonical name of the field"]
    can_state: Annotated[bool, "whether this writer ever writes it"]
    means_when_absent: Annotated[str | None, "what a missing line means: a value, or NULL for unknown"]


# ---------------------------------------------------------------------------------------------------------
# What a build of the warehouse adds.


@dataclass(frozen=True, slots=True)
class Rename:
    """One name that a repo no longer bears."""

    old_model_id: Annotated[str, "the id under which it was listed before"]
    model_id: Annotated[str, "the id it bears now"]
    hub_id: Annotated[str, "the API's `_id`, by which the two are known to be one repo"]
    last_listed_at: Annotated[datetime, "when the old id was last listed, naive UTC"]


@dataclass(frozen=True, slots=True)
class Erratum:
    """One reviewed correction: which repo a given id really means."""

    given_id: Annotated[str, "the id as cards give it, compared without case"]
    subject_id: Annotated[str, "the repo it means"]
    reason: Annotated[str, "why, and where that can be seen"]


@dataclass(frozen=True, slots=True)
class CardState:
    """One stretch of time in which a repo's card had one state: from `valid_from` on, up to but without `valid_to`."""

    model_id: Annotated[str, "the repo, under the id it bore"]
    valid_from: Annotated[datetime, "when it was first seen so, the source's time, naive UTC"]
    valid_to: Annotated[datetime | None, "when it was first seen otherwise; NULL: it still is so"]
    card_status: Annotated[str, "what became of the card: one of CardStatus"]
    card_blob: Annotated[str | None, "the card whose facts were served then; NULL if there was none"]


@dataclass(frozen=True, slots=True)
class ListingState:
    """One stretch of time in which the Hub said the same of a repo: from `valid_from` on, up to but without `valid_to`.

    The counters stand in `popularity`. Tags, revision and hub_id are left out: they would make up most of the table.
    """

    model_id: Annotated[str, "the repo, under the id it bore"]
    valid_from: Annotated[datetime, "when it was first listed so, the source's time, naive UTC"]
    valid_to: Annotated[
        datetime | None, "when it was first listed otherwise or under another id; NULL: it was not since"
    ]
    created_at: Annotated[datetime | None, "when the repo was created, naive UTC"]
    last_modified: Annotated[datetime | None, "when the repo was last changed, naive UTC"]
    gated: Annotated[str | None, "no, auto or manual; NULL if the listing does not say"]
    disabled: Annotated[bool | None, "true where the Hub disabled the repo"]
    library_name: Annotated[str | None, "library the Hub derived"]
    pipeline_tag: Annotated[str | None, "task the Hub derived"]
    license: Annotated[str | None, "licence from the listing's cardData or licence tag"]
    parameters: Annotated[int | None, "number of parameters the Hub counted in the weights"]


class Outcome(StrEnum):
    """What became of a part of a card that was not as it should be."""

    REPAIRED = "repaired"
    INCOMPLETE = "incomplete"
    UNREAD = "unread"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class FindingCode:
    """What a code of `findings` means: a vocabulary."""

    code: Annotated[str, "as in findings.code"]
    outcome: Annotated[
        str,
        "repaired: read all the same; incomplete: a part of it is not read; unread: nothing of it is read; "
        "noted: read as it stands",
    ]
    meaning: Annotated[str, "what the reader met, and what it did"]


@dataclass(frozen=True, slots=True)
class FieldAccuracy:
    """How well one kind of fact is read from the cards of one tool, by labels made by people or by the tool itself."""

    labels: Annotated[
        str,
        "what it was measured on: gold (real cards labelled by hand), seeds (the cards that the project began with) "
        "or oracles (cards that the tools wrote from facts given to them)",
    ]
    kind: Annotated[str, "the kind of fact: a table, or a part or aspect of one"]
    card_generator: Annotated[str, "the tool that wrote the cards; * for all cards together"]
    table_name: Annotated[str | None, "the table that holds it; NULL where it is no one table"]
    n_stated: Annotated[int | None, "facts that the cards state; NULL where only what is said was judged"]
    recall: Annotated[float | None, "share of the stated facts that the reader gives; NULL where none is stated"]
    n_said: Annotated[int | None, "facts that the reader gives; NULL where only recall was measured"]
    precision: Annotated[float | None, "share of the given facts that the cards do state; NULL where none is given"]
    measured_on: Annotated[datetime, "the day it was measured, UTC"]
    reader_version: Annotated[str, "the reader that was measured; compare it with warehouse_info.reader_version"]


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows of one table come from the cards of one writer: what the next build is measured against."""

    table_name: Annotated[str, "the served table"]
    card_generator: Annotated[str, "the tool that wrote the cards; empty where unknown"]
    n_rows: Annotated[int, "rows"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of `sql/checks/` as it came out on this build, before it was served."""

    name: Annotated[str, "the check's file name"]
    question: Annotated[str, "what it looks for"]
    is_blocking: Annotated[bool, "whether a single offending row would have kept the build from being served"]
    offenders: Annotated[int, "rows found; 0 is a pass"]
    examples: Annotated[str, "the first few offending rows, as text; empty on a pass"]


@dataclass(frozen=True, slots=True)
class WarehouseInfo:
    """The build that a session reads: one row."""

    build_id: Annotated[str, "the same for the same raw, reader, schema and SQL"]
    built_at: Annotated[datetime, "when it was built, naive UTC"]
    reader_version: Annotated[str, "the reader that read the cards"]
    schema_version: Annotated[str, "the version of the tables' declaration"]
    sql_version: Annotated[str, "sha1 of the files of sql/"]
    duckdb_version: Annotated[str, "the DuckDB that built it"]
    inputs: Annotated[str, "crawls and numbers of files that went in, as JSON"]


# ---------------------------------------------------------------------------------------------------------
# The derivations.

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "binary": pa.binary(),
    "texts": pa.list_(pa.string()),
}
DUCKDB_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "binary": "BLOB",
    "texts": "VARCHAR[]",
}
_PYTHON_TYPES: Mapping[Any, str] = {
    str: "text",
    int: "int",
    float: "float",
    bool: "bool",
    datetime: "timestamp",
    bytes: "binary",
    tuple[str, ...]: "texts",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, logical type (a key of `ARROW_TYPES`), whether NULL may stand in it, its meaning."""

    name: str
    type: str
    nullable: bool
    meaning: str
    default: str | bool | None = None
    """What stands in rows of files that were written before there was such a column; None: NULL."""

    @property
    def duckdb_type(self) -> str:
        """The column's type in DuckDB's DDL."""
        return DUCKDB_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """A table: its name, what one row is, the columns that identify a served row, its columns."""

    name: str
    row: type
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    is_fact: ClassVar[bool] = False

    @functools.cached_property
    def arrow_schema(self) -> pa.Schema:
        """The schema of the table's Parquet files; each field's metadata carries its meaning."""
        fields = [pa.field(c.name, ARROW_TYPES[c.type], c.nullable, {"comment": c.meaning}) for c in self.columns]
        return pa.schema(fields, metadata={"grain": self.grain})

    def ddl(self, schema: str = "main") -> str:
        """CREATE TABLE for DuckDB, in `schema`. No primary key: keys are checked, not indexed."""
        lines = ",\n".join(f'    "{c.name}" {c.duckdb_type}{"" if c.nullable else " NOT NULL"}' for c in self.columns)
        return f"CREATE TABLE {schema}.{self.name} (\n{lines}\n)"

    def comments(self, schema: str = "main") -> list[str]:
        """COMMENT ON statements for the table and each column."""
        table = f"{schema}.{self.name}"
        return [f"COMMENT ON TABLE {table} IS {quoted(self.grain)}"] + [
            f'COMMENT ON COLUMN {table}."{c.name}" IS {quoted(c.meaning)}' for c in self.columns
        ]

    def arrow(self, rows: Iterable[Any]) -> pa.Table:
        """The rows (instances of `row`) as an Arrow table of `arrow_schema`."""
        values = list(rows)
        arrays = [pa.array([getattr(v, c.name) for v in values], ARROW_TYPES[c.type]) for c in self.columns]
        return pa.Table.from_arrays(arrays, schema=self.arrow_schema)


@dataclass(frozen=True)
class FactTable(Table):
    """A table of facts: `model_id`, `card_blob` and, where `ordinal`, `position` stand before the row's own fields."""

    ordinal: bool = True
    is_fact: ClassVar[bool] = True

    def arrow_of_cards(self, cards: Iterable[tuple[str, str | None, Sequence[Any]]]) -> pa.Table:
        """Arrow table of the facts of many cards, each `(model_id, card_blob, rows in the card's order)`."""
        model_ids: list[str] = []
        blobs: list[str | None] = []
        positions: list[int] = []
        values: list[Any] = []
        for model_id, blob, rows in cards:
            n = len(rows)
            model_ids.extend([model_id] * n)
            blobs.extend([blob] * n)
            positions.extend(range(n))
            values.extend(rows)
        given: dict[str, list[Any]] = {"model_id": model_ids, "card_blob": blobs}
        if self.ordinal:
            given["position"] = positions
        arrays = [
            pa.array(
                given[c.name] if c.name in given else list(map(attrgetter(c.name), values)),
                ARROW_TYPES[c.type],
            )
            for c in self.columns
        ]
        return pa.Table.from_arrays(arrays, schema=self.arrow_schema)


def quoted(text: str) -> str:
    """An SQL string literal of `text` (for DDL and COMMENT ON, which take no parameters)."""
    return "'" + text.replace("'", "''") + "'"


def _columns(row: type) -> tuple[Column, ...]:
    hints = typing.get_type_hints(row, include_extras=True)
    fields = dataclasses.fields(row)
    return tuple(
        _column(f.name, hints[f.name], None if f.default is dataclasses.MISSING else f.default) for f in fields
    )


def _column(name: str, hint: Any, default: Any) -> Column:
    kind, meaning = typing.get_args(hint)
    parts = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    (base,) = [p for p in parts if p is not types.NoneType]
    return Column(name, _PYTHON_TYPES[base], types.NoneType in parts, meaning, default)


def _grain(row: type) -> str:
    return (row.__doc__ or "").strip().splitlines()[0]


def _table(name: str, row: type, *key: str) -> Table:
    return Table(name, row, _grain(row), key, _columns(row))


_MODEL_ID = Column("model_id", "text", False, "repo that printed the fact")
_CARD_BLOB = Column("card_blob", "text", True, "git blob sha1 of the card it stands in; NULL if not from a card")
_POSITION = Column("position", "int", False, "0-based order within the card")


def _fact_table(name: str, row: type, *key: str, ordinal: bool = True) -> FactTable:
    head = (_MODEL_ID, _CARD_BLOB, _POSITION) if ordinal else (_MODEL_ID, _CARD_BLOB)
    return FactTable(name, row, _grain(row), key, head + _columns(row), ordinal)


LISTINGS = _table("listings", Listing, "crawl_id", "model_id")
OBSERVATIONS = _table("observations", Observation, "crawl_id", "model_id", "card_blob")
POPULARITY = _table("popularity", Popularity, "crawl_id", "model_id")
CRAWL_RUNS = _table("crawl_runs", CrawlRun, "crawl_id")
RAW_TABLES: Mapping[str, Table] = {t.name: t for t in (LISTINGS, OBSERVATIONS, POPULARITY, CRAWL_RUNS)}

LISTED_MODELS = _table("listed_models", ListedModel, "model_id", "listed_at", "source", "crawl_id")
CARD_READINGS = _table("card_readings", CardReading, "model_id", "card_blob")
MODELS = _table("models", Model, "model_id")
GENERATOR_FIELDS = _table("generator_fields", GeneratorField, "generator", "from_version", "table_name", "name")

HYPERPARAMETERS = _fact_table("hyperparameters", Hyperparameter, "model_id", "position")
EVAL_METRICS = _fact_table("eval_metrics", EvalMetric, "model_id", "position")
TRAINING_STEPS = _fact_table(
    "training_steps", TrainingStep, "model_id", "log", "position", "metric", "raw_name", ordinal=False
)
FRAMEWORK_VERSIONS = _fact_table("framework_versions", FrameworkVersion, "model_id", "position")
TRAINING_METHODS = _fact_table("training_methods", TrainingMethodEvidence, "model_id", "position")
MODEL_TAGS = _fact_table("model_tags", ModelTag, "model_id", "source", "tag", ordinal=False)
MODEL_LANGUAGES = _fact_table("model_languages", ModelLanguage, "model_id", "source", "language", ordinal=False)
MODEL_DATASETS = _fact_table("model_datasets", ModelDataset, "model_id", "source", "dataset_id", ordinal=False)
MODEL_RELATIONS = _fact_table(
    "model_relations", ModelRelation, "model_id", "source", "base_model_id", "relation", ordinal=False
)
QUANTIZED_FILES = _fact_table("quantized_files", QuantizedFile, "model_id", "position")
FINDINGS = _fact_table("findings", Finding, "model_id", "position")

FACT_TABLES: Mapping[str, FactTable] = {
    t.name: t
    for t in (
        HYPERPARAMETERS, EVAL_METRICS, TRAINING_STEPS, FRAMEWORK_VERSIONS, TRAINING_METHODS, MODEL_TAGS,
        MODEL_LANGUAGES, MODEL_DATASETS, MODEL_RELATIONS, QUANTIZED_FILES, FINDINGS,
    )
}  # fmt: skip
"""The tables that a reading of one card fills, in the order in which they are documented."""

LAKE_TABLES: Mapping[str, Table] = {
    t.name: t for t in (LISTED_MODELS, CARD_READINGS, GENERATOR_FIELDS, *FACT_TABLES.values())
}
"""What stands under `tables/` as Parquet, named in the manifest."""

SERVED_TABLES: Mapping[str, Table] = {t.name: t for t in (MODELS, *FACT_TABLES.values(), GENERATOR_FIELDS)}
"""What an analyst sees in `main`, and what a release carries."""

RENAMES = _table("renames", Rename, "old_model_id")
ERRATA = _table("errata", Erratum, "given_id")
CARD_STATES = _table("card_states", CardState, "model_id", "valid_from")
LISTING_STATES = _table("listing_states", ListingState, "model_id", "valid_from")
FIELD_ACCURACY = _table("field_accuracy", FieldAccuracy, "labels", "kind", "card_generator")
FINDING_CODES = _table("finding_codes", FindingCode, "code")
ROW_COUNTS = _table("row_counts", RowCount, "table_name", "card_generator")
CHECK_RESULTS = _table("check_results", CheckResult, "name")
WAREHOUSE_INFO = _table("warehouse_info", WarehouseInfo, "build_id")

BUILT_TABLES: Mapping[str, Table] = {
    t.name: t
    for t in (
        RENAMES, ERRATA, FINDING_CODES, FIELD_ACCURACY, LISTING_STATES, CARD_STATES, ROW_COUNTS, CHECK_RESULTS,
        WAREHOUSE_INFO,
    )
}  # fmt: skip
"""What a build of the warehouse adds to the served tables."""
