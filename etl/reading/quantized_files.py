"""Offered quantizations: tables (TheBloke's, bartowski's, mradermacher's, EXL2 branches), and TheBloke's early lists."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from etl.cards import ListBlock, Row, TableBlock, items_of
from etl.cards.sieve import Words
from etl.cards.structure import Item
from etl.reading import values
from etl.reading.context import Context
from etl.reading.vocabularies import key
from warehouse.schema import About, QuantizedFile, Source

_COLUMNS: Mapping[str, str] = {
    "branch": "file", "revision": "file", "quant(revision)": "file", "name": "file", "filename": "file", "file": "file", "file_name": "file", "link": "file", "model": "file",
    "quant_method": "method", "quant_type": "method", "type": "method", "quant": "method", "quantization": "method", "quantization_type": "method", "quant_format": "method",
    "bits": "bits", "bpw": "bits", "actual_bpw": "bits", "bits_per_weight": "bits", "bit": "bits", "moe_bits": "bits",
    "gs": "group_size", "group_size": "group_size", "act_order": "act_order", "damp_%": "damp", "damp": "damp",
    "gptq_dataset": "dataset", "awq_dataset": "dataset", "calibration_dataset": "dataset", "dataset": "dataset",
    "seq_len": "sequence_length", "size": "size", "file_size": "size", "size_gb": "size", "disk_size": "size", "size_(gb)": "size", "file_size_(gb)": "size", "model_size": "size", "model_size_(gb)": "size", "model_size_(gib)": "size_gib", "size_(gib)": "size_gib", "file_size_(gib)": "size_gib",
    "desc": "description", "description": "description", "notes": "description", "use_case": "description", "remark": "description",
}  # fmt: skip
_OF_NUMBERS = ("precision", "dtype")
_NUMBERS = re.compile(r"(?:bf|fp|nf|mxfp|nvfp|u?int)-?\d{1,2}|q\d\w{0,6}", re.I)
"""A kind of numbers; `Precision` may be how good a model is."""
_BRANCHES = ("branch", "revision", "quant(revision)")
_GGUF_TYPE = re.compile(
    r"(?:^|[-._ ])((?:i1-)?(?:I?Q[1-8](?:_[0-9KSMLX]+)*(?:_[A-Z0-9]+)?|TQ[12]_0|BF16|F16|F32|FP16|fp16|bf16|f16|f32|q[2-8]_[\w]+))(?:$|[-._ ])"
)
_BPW = re.compile(r"(\d{1,2}(?:\.\d{1,3})?)\s?(?:bpw|bits per weight)", re.I)
"""A kind that is a number of bits: the branch of an EXL2 or EXL3 repo."""
_LINKS = re.compile(r"file|link|download|split|part")
"""What may head a column of links beside kinds and sizes."""
_PART = re.compile(r"part \d", re.I)
_OF_PARTS = re.compile(r"\d[-_ ]of[-_ ]\d", re.I)
_FILE = re.compile(r"\.(?:gguf|ggml|bin|safetensors|onnx)\b|\bGGUF\b", re.I)
_SIZE = re.compile(r"(?<![\d.,])([\d.,]{1,30})\s*(T|G|M|K)(i?)B", re.I)
_POWER = {"T": 4, "G": 3, "M": 2, "K": 1}
_PROVIDED = re.compile(r"\W*provided files?\b", re.I)
_FILE_ITEM = re.compile(r"`?([\w][\w.+-]{3,150}\.(?:safetensors|pt|gguf|bin))`?")
_GGUF = Words(".gguf")
_OFFERS = re.compile(r"\bfiles?\b|\bquant|\bvariants?\b", re.I)
_GGUF_ITEM = re.compile(
    r"[`*\[]{0,4}(?P<name>\w[\w.+-]{3,150}\.gguf)[`*\]]{0,4}(?:\([^()\s]{1,300}\))?[*`]{0,3}:?"
    r"(?: (?:[-–—] )?\(?(?P<size>\d[\d.,]{0,9} ?[MG]i?B)\)?)?(?: ?[-–—:] ?(?P<description>[^\n]{1,200}))?\s*$"
)
_LATER_PART = re.compile(r"-0*(?:[2-9]|[1-9]\d{1,4})-of-\d")
_TREE = Words("/tree/")
_BRANCH_LINK = re.compile(
    r"\s*\[(?P<bits>\d{1,2}(?:\.\d{1,3})?)\s?(?:bits per weight|bpw)[^\]\n]{0,40}\]"
    r"\(https://huggingface\.co/(?P<repo>[\w.-]{1,96}/[\w.-]{1,96})/tree/(?P<branch>[\w.-]{1,60})\)",
    re.I,
)
_PARAMETERS = re.compile(r"\W*parameters:", re.I)
_GROUP_SIZE = re.compile(r"group_?\s?size\s?[=:]\s?(none|-?\d{1,5})", re.I)
_ACT_ORDER = re.compile(
    r"(?P<no>\b(?:no|without|not)\W{1,3}(?:--)?)?act[-_ ]?order(?:[^.=\n]{0,20}=\s?(?P<is>true|false))?", re.I
)
_BITS = re.compile(r"(?<!\d)([2-8])-?bit(?![a-z])", re.I)
_BRANCH_METHOD = re.compile(r"\b(gptq|awq|exl2|exl3|hqq)\b", re.I)


def read_quantized_files(context: Context) -> Iterator[QuantizedFile]:
    """One row per offered file or branch, each once. These are the copy's own facts."""
    seen: set[str] = set()
    is_copy = context.subject.about is About.REPRINTED
    listed = (*(_listed(context) if is_copy else ()), *_offered(context))
    for found in (*_tabled(context, is_copy), *listed, *_branches(context)):
        if found.file_or_branch not in seen:
            seen.add(found.file_or_branch)
            yield found


def _tabled(context: Context, is_copy: bool) -> Iterator[QuantizedFile]:
    for section, block in context.card.of(TableBlock):
        columns = _columns(block, is_copy) if block.header is not None else None
        if columns is None:
            continue
        for row in block.rows:
            found = _file(context, row, columns, f"{section.title} {context.card.title or ''} {context.model_id}")
            if found:
                yield found


def _listed(context: Context) -> Iterator[QuantizedFile]:
    """The files of a list below "Provided files", with the parameters that stand below each."""
    for section, block in context.card.of(ListBlock):
        if not _PROVIDED.match(section.title):
            continue
        names = [(i, m[1]) for i, item in enumerate(block.items) if (m := _FILE_ITEM.fullmatch(item.text.strip()))]
        place = f"{context.card.title or ''} {context.model_id}"
        for (i, name), (end, _) in zip(names, [*names, (len(block.items), "")][1:], strict=True):
            said = next((x.text for x in block.items[i + 1 : end] if _PARAMETERS.match(x.text)), "")
            yield _listed_file(block.items[i], name, said, _method_of(f"{name} {place}"))


def _offered(context: Context) -> Iterator[QuantizedFile]:
    """The files of a list of nothing but GGUF files, below a heading that says so: `Available Model files:`."""
    for section, block in context.card.of(ListBlock) if context.card.says(_GGUF) else ():
        if not _OFFERS.search(section.title):
            continue
        named = [(item, m) for item in block.items if (m := _GGUF_ITEM.match(item.text.split("\n")[0]))]
        for item, match in named if len(named) == len(block.items) else ():
            name, size = match["name"], match["size"]
            kind = _GGUF_TYPE.search(name)
            if kind and "mmproj" not in name and not _LATER_PART.search(name):
                row = _unsized_file(item, name, kind[1], None)
                yield dataclasses.replace(
                    row, size_text=size, size_bytes=_bytes(size, 10**9), description=match["description"]
                )


def _branches(context: Context) -> Iterator[QuantizedFile]:
    """The branches that lines of their own link, one or several: `[2.50 bits per weight](.../tree/2.5bpw)`."""
    for _, block in context.card.blocks() if context.card.says(_TREE) else ():
        for item in items_of(block):
            for link in _BRANCH_LINK.finditer(item.text) if _BRANCH_LINK.match(item.text) else ():
                if link["repo"].casefold() == context.model_id.casefold():
                    method = _method_of(f"{context.card.title or ''} {context.model_id}")
                    yield _unsized_file(item, link["branch"], method, values.number(link["bits"]))


def _unsized_file(
    item: Item,
    name: str,
    method: str | None,
    bits: float | None,
    group_size: int | None = None,
    act_order: bool | None = None,
) -> QuantizedFile:
    return QuantizedFile(
        source=Source.LIST, line=item.line, file_or_branch=name, method=method, bits=bits, group_size=group_size,
        act_order=act_order, damp_percent=None, calibration_dataset=None, sequence_length=None, size_text=None,
        size_bytes=None, description=None,
    )  # fmt: skip


def _listed_file(item: Item, name: str, parameters: str, method: str | None) -> QuantizedFile:
    size, bits, order = _GROUP_SIZE.search(parameters), _BITS.search(name), _ACT_ORDER.search(parameters)
    is_ordered = not order["no"] and (order["is"] or "true").casefold() == "true" if order else None
    group_size = _group_size(size[1]) if size else None
    return _unsized_file(item, name, method, values.number(bits[1]) if bits else None, group_size, is_ordered)


def _columns(block: TableBlock, is_copy: bool) -> dict[str, int] | None:
    """Where each known column stands; None where the table offers no quantizations.

    A table of kinds and sizes alone offers them in the card of a copy.
    """
    assert block.header is not None
    keys = [key(cell) for cell in block.header.words]
    columns: dict[str, int] = {}
    for i, k in enumerate(keys):
        if (name := _COLUMNS.get(k)) is not None:
            columns.setdefault(name, i)
    for i, k in enumerate(keys):
        if k in _OF_NUMBERS and all(i < len(row.words) and _NUMBERS.fullmatch(row.words[i]) for row in block.rows):
            columns.setdefault("method", i)
    if "size_gib" in columns:
        columns.setdefault("size", columns["size_gib"])
    told = ("bits", "group_size", "dataset", "size") if is_copy else ("bits", "group_size", "dataset")
    if any(k in keys for k in _BRANCHES) and not columns.keys().isdisjoint(told):
        return columns
    if "size" not in columns and "bits" not in columns:
        return None
    if "file" in columns and "method" in columns:
        return columns if any(_names_file(row, columns) for row in block.rows[:8]) else None
    if "file" in columns and _are_files(block, columns["file"]):
        return columns
    is_listed = is_copy and "method" in columns and all(k in _COLUMNS or _LINKS.search(k) for k in keys)
    is_listed |= is_copy and columns.get("method") == 0 and "size" in columns  # and how good each kind is
    return columns if is_listed and _are_kinds(block, columns["method"]) else None


def _are_files(block: TableBlock, column: int) -> bool:
    """Whether a column without another for their kind names files: each name tells its kind."""
    return all(column < len(row.words) and row.words[column].endswith(".gguf") for row in block.rows)


def _are_kinds(block: TableBlock, column: int) -> bool:
    kinds = [row.words[column] if column < len(row.words) else "" for row in block.rows]
    return any(all(map(kind.fullmatch, kinds)) for kind in (_GGUF_TYPE, _BPW))


def _names_file(row: Row, columns: Mapping[str, int]) -> bool:
    text = " ".join(row.cells)
    method = row.words[columns["method"]] if columns["method"] < len(row.words) else ""
    return bool(_FILE.search(text) or _GGUF_TYPE.search(method))


def _file(context: Context, row: Row, columns: Mapping[str, int], place: str) -> QuantizedFile | None:
    cells = {name: row.words[i] for name, i in columns.items() if i < len(row.words)}
    name = cells.get("file", "")
    method = _stated(cells.get("method")) or ((kind := _GGUF_TYPE.search(name)) and kind[1]) or _method_of(place)
    bits = cells.get("bits", "")
    if name.casefold() in ("gguf", "link", "download", "") or _PART.match(name):
        at = columns.get("file", columns.get("method", len(row.cells)))
        name = (_target_name(row.cells[at]) if at < len(row.cells) else "") or _linked_file(row) or f"{method}"
    if not name or set(name) <= {"-", ":", " "}:
        return None
    if of_bits := _BPW.fullmatch(method or ""):
        method, bits = _method_of(place), bits or of_bits[1]
    if "bits" not in columns and (of_bits := _BPW.search(name)):  # `3.0bpw_H6`
        bits = of_bits[1]
    size = cells.get("size")
    return QuantizedFile(
        source=Source.TABLE,
        line=row.line,
        file_or_branch=name,
        method=method or None,
        bits=values.number(bits.removesuffix("bits").removesuffix("bit").strip("- ")),
        group_size=_group_size(cells.get("group_size")),
        act_order=values.truth(cells.get("act_order")),
        damp_percent=values.number(cells.get("damp")),
        calibration_dataset=cells.get("dataset") or None,
        sequence_length=values.whole(cells.get("sequence_length")),
        size_text=size or None,
        size_bytes=_bytes(size, 1024**3 if "size_gib" in cells else 10**9),
        description=cells.get("description") or None,
    )


def _stated(text: str | None) -> str | None:
    """A cell's text; none where it says that there is none: a file that is not quantized has no kind."""
    return None if text is None or text.casefold() in ("none", "-", "n/a") else text


def _method_of(place: str) -> str | None:
    match = _BRANCH_METHOD.search(place)
    return match[1].lower() if match else None


def _target_name(cell: str) -> str:
    """The file a bare word links to: the last part of the link's path."""
    match = re.search(r"\]\(([^)\s]{1,500})\)", cell)
    return match[1].split("?")[0].rstrip("/").rsplit("/", 1)[-1].split(".part")[0] if match else ""


def _linked_file(row: Row) -> str:
    """The file that a row links beside its kind, below `Download`; empty where there are several, or none."""
    names = [_target_name(cell) for cell in row.cells if ".gguf" in cell and not _OF_PARTS.search(cell)]
    return names[0] if len(names) == 1 else ""


def _group_size(text: str | None) -> int | None:
    if text is None:
        return None
    return -1 if text.casefold() == "none" else values.whole(text.removesuffix("g"))


def _bytes(text: str | None, unit: int) -> int | None:
    """Bytes of `4.16 GB`, or of a bare number of units (mradermacher's column is headed Size/GB)."""
    if not text:
        return None
    if match := _SIZE.search(text):
        amount = values.number(match[1])
        scale = (1024 if match[3] else 1000) ** _POWER[match[2].upper()]
        return round(amount * scale) if amount is not None else None
    amount = values.number(text)
    return round(amount * unit) if amount is not None and amount < 10_000 else None
