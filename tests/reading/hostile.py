"""Cards that nobody wrote in good faith: one small thing again and again, in every place of a card.

`units` are structures repeated (tables, runs, comments ...); `fragments` are the beginnings of everything that the
patterns look for, put into every `place`. Run as a program it reads cards by name under a limit of CPU time and says
how each went: a process of its own, since a C library that hangs or overflows its stack takes its process along.
"""

# ruff: noqa: E501 (a unit reads better whole)
from __future__ import annotations

import resource
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from types import FrameType

from etl.reading import read_card

HYPER = "# M\n\n### Training hyperparameters\n\nThe following hyperparameters were used during training:\n"
EVAL = "# M\n\n## Evaluation results\n\n"
LOG = "# M\n\n### Training results\n\n| Epoch | Step | Loss |\n|---|---|---|\n"
FLAT = "--- license: mit --- # a # b # c "
METRICS = f"{EVAL}| Metric | Value |\n|---|---|\n"
HTML = "# Evaluation\n<table><tr><th>Metric</th><th>Value</th></tr>\n"

# What is written once, and what is repeated; @ becomes a number that counts up.
UNITS: Mapping[str, tuple[str, str]] = {
    "nothing but letters": ("", "a"),
    "nothing but blanks": ("a", " "),
    "empty lines": ("a", "\n"),
    "carriage returns": ("a", "\r"),
    "control characters": ("a" * 99, "\x01" + "a" * 30),
    "byte order marks": ("", "\ufeff"),
    "direction marks": ("# ", "\u202e"),
    "combining marks": ("# a", "\u0301"),
    "damaged characters": ("# ", "Ã¢â‚¬â„¢"),
    "other digits": (f"{EVAL}- acc: ", "٣"),
    "tables": (EVAL, "| Metric | Value |\n|---|---|\n| acc | 0.5 |\n\n"),
    "drivers below headings": ("# Training\n\nGPU driver: 1\n", "\n# h@\n\ndriver: 1.1.1, CUDA: 1.@\n"),
    "names that are linked and said": ("# M\n\n", "See [Pier-@B-x](https://huggingface.co/a/Pier-@B-x), Pier-@B-x.\n\n"),
    "tables without header": (EVAL, "| acc | 0.5 |\n\n"),
    "tables of models": (EVAL, "| Model | MMLU |\n|---|---|\n| a | 0.5 |\n| b | 0.6 |\n\n"),
    "a table of many models": (f"{EVAL}| Model | MMLU |\n|---|---|\n", "| a b c@ | 0.5 |\n"),
    "a table of many rows": (METRICS, "| acc | 0.5 |\n"),
    "a table of marked cells": (METRICS, "| *a* [b](c) **d** `e` | 0.5 |\n"),
    "a table of ours": (f"{EVAL}| Method | mIoU |\n|--|--|\n", "| ours | 0.5 |\n"),
    "tables with data sets": ("# M\n\n## Evaluation\n", "* Dataset: `a`\n\n| Metric | Value |\n|---|---|\n| a | 0.5 |\n\n"),
    "a table of many columns": ("# Evaluation\n|a|", "b|"),
    "a number of many digits": (f"{METRICS}| acc | ", "1"),
    "logs": ("# M\n\n### Training results\n\n", "| Epoch | Step | Loss |\n|---|---|---|\n| 1 | 2 | 0.5 |\n\n"),
    "a log of many rows": (LOG, "| 1 | @ | 0.5 |\n"),
    "a log of short rows": (LOG, "| 1 | @ |\n"),
    "a row without end": ("# m\n|a|b|\n|-|-|\n|a\n", "b\n"),
    "one setting many times": (HYPER, "- learning_rate: @\n"),
    "many settings": (HYPER, "- a@: @\n"),
    "many optimizers": (HYPER, "- optimizer: Adam with betas=(0.9,0.@) and epsilon=1e-08\n"),
    "many runs": ("# M\n", "### Training hyperparameters\n\n- learning_rate: @\n- seed: 1\n\n"),
    "one run many times": ("# M\n", "### Training hyperparameters\n\n- learning_rate: 1\n- seed: 1\n\n"),
    "runs in rows": ("# m\n## hyperparameters\n| learning_rate | seed | epochs |\n|-|-|-|\n", "| @ | 2 | 3 |\n"),
    "runs in columns": ("# m\n## hyperparameters\n| Hyperparameter |", " a |"),
    "recipes in plain text": ("# m\n", "merge_method: a\nmodel: a/b@\n\nprose\n"),
    "sources in a sentence": ("# m\nThis is a merge of ", "a/b-@, "),
    "links to parents": ("# m\nfine-tuned from ", "[a](https://huggingface.co/a/b-@) and "),
    "blocks of YAML": (HYPER, "```yaml\nlearning_rate: @\nseed: 1\nnum_epochs: 4\n```\n\n"),
    "a block of assignments": (f"{HYPER}```\n", "learning_rate = @\n"),
    "a block of blank lines": (f"{HYPER}```\n", " \n"),
    "a block of YAML": (f"{HYPER}```yaml\n", "a@: @\n"),
    "a block of JSON": (f"{HYPER}```json\n{{\n", '"a@": @,\n'),
    "a call": (f"{HYPER}```python\nTrainingArguments(\n", "a@=@,\n"),
    "calls": (f"{HYPER}```python\n", "TrainingArguments(a@=@)\n"),
    "calls that never end": (f"{HYPER}```python\n", "TrainingArguments("),
    "dictionaries that never end": (f"{HYPER}```python\n", "dict("),
    "pairs that never end": (f"{HYPER}```python\n", "OrderedDict(["),
    "dictionaries in dictionaries": (f"{HYPER}```python\n", "{'a': "),
    "comments in code": (f"{HYPER}```python\nTrainingArguments(a=1, '", " #a"),
    "commands": ("# Training\n", "```\n--lr 1 --epochs 2 --seed 3\n```\n"),
    "tables in code": ("# Evaluation results\n", "```\n|Tasks|Metric|Value|\n|--|--|--|\n|a|acc|0.5|\n```\n"),
    "blanks in a value": (f"{HYPER}- a: b", " "),
    "a value of colons": (f"{HYPER}- a", "a:"),
    "sections": ("", "# a\n"),
    "sections in sections": ("", "# a\n## b\n### c\n#### d\n##### e\n###### f\n"),
    "underlined headings": ("", "a\n=\n"),
    "rules": ("# m\n\n", "---\n"),
    "paragraphs that name parents": ("# m\n", "fine-tuned version of [a/b@](https://huggingface.co/a/b@).\n\n"),
    "a paragraph that names parents": ("# m\n", "fine-tuned version of [a/b@](https://huggingface.co/a/b@).\n"),
    "sentences on results": ("# m\n", "The model achieves an accuracy of 91.3% and a recall of 0.@.\n"),
    "sentences on training": ("# m\n", "It was trained for 3 epochs with a learning rate of 2e-5. "),
    "words on training": ("# m\n", "trained with "),
    "methods": ("# m\n", "trained with DPO\n\n"),
    "links behind a training": ("# m\n\ntuned", "](aaa)"),
    "links with targets that never end": ("# m\n\n", "[a](" + "b" * 900),
    "arrows to a row": (f"{EVAL}| Model | MMLU |\n|---|---|\n| a ", "←"),
    "a row's number of many digits": ("# Evaluation\n| # | acc | f1 |\n|-|-|-|\n| ", "1"),
    "is a": ("# m\n", "is a a a a "),
    "quotes": ("", "> "),
    "lines of quotes": ("", ">>>> a\n"),
    "items": ("# m\n", "- a\n"),
    "an item without end": ("# m\n- a\n", "b\n"),
    "blocks of code": ("# m\n", "```\na\n```\n"),
    "blocks of code that never end": ("# m\n", "```a\n## b\n"),
    "blanks behind a fence": ("``` ", " "),
    "headline results": ("# m\n\nIt achieves the following results on the evaluation set:\n", "- Loss@: 0.5\n"),
    "headline results on plain lines": ("# m\n\nIt achieves the following results on the evaluation set:\n\n", "Loss: 0.5\n"),
    "fractions below results": ("# m\n\n## Results\n\n", "- a@: 0.5\n"),
    "lists of headline results": ("# m\n", "It achieves the following results on the evaluation set:\n- Loss: 0.5\n\n"),
    "results in the model-index": (
        "---\nmodel-index:\n- name: a\n  results:\n",
        "  - task: {type: t}\n    dataset: {name: d, type: d}\n    metrics:\n    - {type: m, value: @}\n",
    ),
    "models in the model-index": ("---\nmodel-index:\n", "- name: a b@\n"),
    "keys": ("---\n", "a@: 1\n"),
    "one key many times": ("---\n", "a: 1\n"),
    "broken keys": ("---\n", "a@: b: c\n"),
    "tags": ("---\ntags:\n", "- a@\n"),
    "parents": ("---\nbase_model:\n", "- a/b@\n"),
    "YAML lists in lists": ("---\na: ", "["),
    "YAML mappings in mappings": ("---\na: ", "{a: "),
    "YAML dashes": ("---\n", "- "),
    "YAML questions": ("---\n", "? "),
    "YAML anchors": ("---\n", "a@: &a@ b\n"),
    "YAML aliases": ("---\na: &a [1,2,3,4,5,6,7,8,9]\nb:\n", "- *a\n"),
    "YAML escapes": ('---\na: "', "\\x41"),
    "YAML directives": ("---\n", "%TAG ! a\n"),
    "YAML tags": ("---\n", "!!a "),
    "YAML documents": ("", "---\na: b\n"),
    "YAML ends": ("---\n", "...\n"),
    "YAML comments": ("---\n", "# a\n"),
    "YAML text": ("---\na: |\n", "  x\n"),
    "versions": ("# m\n\n### Framework versions\n\n", "- Transformers 4.@\n"),
    "lists of versions": ("# m\n\n", "### Framework versions\n\n- Transformers 4.1\n"),
    "tables of files": ("# m\n\n", "| Name | Quant method | Size |\n|---|---|---|\n| a.Q@_K.gguf | Q4_K | 1 GB |\n\n"),
    "a table of files": ("# m\n\n| Name | Quant method | Size |\n|---|---|---|\n", "| a.Q@_K.gguf | Q4_K | 1 GB |\n"),
    "a size of many digits": ("# m\n\n| Name | Quant method | Size |\n|---|---|---|\n| a.gguf | Q4_K | ", "1,"),
    "original cards": ("# M-GGUF\n", "# Original model card: a\n"),
    "original models": ("# M-GGUF\n", "- Original model: [x](https://huggingface.co/a/b@)\n"),
    "HTML tables": ("# Evaluation\n", "<table><tr><th>Metric</th><th>Value</th></tr><tr><td>acc</td><td>0.5</td></tr></table>\n"),
    "HTML rows": (HTML, "<tr><td>acc</td><td>0.5</td></tr>\n"),
    "HTML rows on a line": (HTML, "<tr><td>acc</td><td>0.5</td></tr>"),
    "HTML spans": ("<table>", "<tr><td rowspan=100 colspan=100>a</td></tr>"),
    "HTML tables that never end": ("", "<table>\n"),
    "HTML cells that never end": ("<table><tr>", "<td>"),
    "HTML tags that never end": ("<table>", "<td a='"),
    "HTML attributes": ("<table><tr><td ", "a=b "),
    "HTML quotes": ("<table>", '<a b="'),
    "HTML ends": ("<table>", "</"),
    "HTML instructions": ("<table>", "<?"),
    "HTML data": ("<table>", "<![CDATA["),
    "HTML comments in a table": ("<table>\n", "<!--x"),
    "HTML entities": ("<table><tr><td>", "&amp;"),
    "HTML entities that never end": ("<table><tr><td>", "&#x"),
    "HTML items": ("# Hyperparameters\n", "<li>lr: @</li>\n"),
    "HTML items on a line": ("# Hyperparameters\n", "<li>lr: @</li>"),
    "HTML headings": ("", "<h1>a</h1>\n"),
    "HTML headings never closed": ("", "<p><div><h1>a\n"),
    "HTML styles": ("", "<style>\n"),
    "HTML scripts and styles": ("", "<script>\n<style>\n"),
    "HTML blocks": ("", "<div>\n"),
    "HTML links": ("# m\n", '<a href="https://huggingface.co/a/b@">x</a> fine-tuned from\n'),
    "HTML links that never end": ("fine-tuned from <a ", "href="),
    "HTML targets": ("fine-tuned from <a ", "href='x' "),
    "comments": ("", "<!-- a -->\n"),
    "comments on a line": ("", "<!-- a -->"),
    "comments that never end": ("", "<!--\n"),
    "comments that never end on a line": ("", "<!--"),
    "sections in comments": ("", "<!--\n# a\n-->\n"),
    "sections in comments that never end": ("", "<!--\n# a\n"),
    "ends of comments": ("<!--\n" * 3000, "-->\n"),
    "ends of comments after a section": ("<!--\n" * 3000 + "# a\n", "-->\n"),
    "ends of comments after a line of them": ("<!--" * 3000 + "\n# a\n", "-->\n"),
    "pipes": ("", "|"),
    "lines of pipes": ("", "|\n"),
    "separators": ("", "|--|\n"),
    "a long separator": ("a|b\n|", ":-:|"),
    "blanks behind a separator": ("a|b\n|--|--", " "),
    "dashes and bars": ("a|b\n", "-|-"),
    "a flat card of tables": (FLAT, "| a | b | |---|---| | 1 | 2 | "),
    "a flat card of separators": (FLAT, "x |---|"),
    "a flat card of headings": ("", "# a "),
    "a flat card of items": (FLAT, " - a: 1"),
    "a flat card of tags": ("--- license: mit tags: ", "- a "),
    "a flat card of keys": ("--- ", "license: mit "),
    "a flat card of results": ("--- model-index: - name: a results: ", "- task: type: a "),
    "a flat card of blanks": ("---", " "),
    "a flat card of dashes": ("--- a ", "--- "),
    "blanks before the settings": ("The following hyperparameters were used during training:", " \n"),
    "leads of settings": ("", "The following hyperparameters were used during training:\n"),
    "hashes": ("", "#"),
    "links": ("fine-tuned from ", "[a](b)"),
    "lists below recipes": (
        "```yaml\nmerge_method: slerp\nmodels:\n" + "  - model: a/b-1\n" * 2000 + "```\n",
        "## Models used\n\n- [o/x](https://huggingface.co/o/x)\n\n",
    ),
    "names linked once": (
        "".join(f"see [pier-{i}b](https://huggingface.co/o/pier-{i}b)\n\n" for i in range(38)),
        "it was based on pier-3b and pier-4b\n\n",
    ),
    "links that never end": ("fine-tuned from ", "[a]("),
    "links in links": ("fine-tuned from ", "[[a]"),
    "emphasis": ("# ", "*a **b "),
    "underscores": ("# ", "_a "),
    "backticks": ("# ", "`a ``b "),
    "angles": ("# ", "<a"),
    "escapes": ("# ", "\\*"),
    "tokens": ("", "hf" + "_" + "a" * 34 + " "),
    "parts of tokens": ("", "eyJ" + "a" * 30 + "."),
    "addresses": ("", "https://a:"),
}  # fmt: skip

FRAGMENTS = (
    *("Training method: a + ", "DPO-fine-", "SFT of ", "---\nlicense: mit\n", "license: a: b\n", "'a': 1\n", "based on a, which was "),
    *("python -m a \\\n", "a.b.c=1 \\\n", "a.b.", "x.gguf ", "['a', "),
    *("Instantaneous batch size per device = ", "PPO(policy = ", "train/train.py ", "reinforcement learning using "),
    *("accuracy on a ", "accuracy falls from 1.2 ", "the accuracy is 1.2, ", "reduces the accuracy on "),
    *("yolo train a=1 ", "a=1 \\\n", "`a=1`, ", "a-train \\\n", "--a \\\n"),
    *("torch 1.2, ", "torch-1.2 ", "`torch` 1.2 and "),
    *("a(", "[", "](", "*", "**", "`", "|", "|-", "<td>", "<!", "<!--", "-->", "&#", " -", "{'", "=,", "a", " ", "\t", "#", "> "),
    *("_", "~", "(", ")", "{", "}", "<", ">", "<a ", "<a href=", "<li>", "</li", "<table", "<tr>", "\\", "\\|", "--a ", "'", '"'),
    *("1,", "1,000", "1 ", "0", "10^", ".", "a/", "a/b ", "https://huggingface.co/", "[a](b)", "[[", "![", ": ", "a:", "a=", "±"),
    *("Ã¢", "eyJ", "hf_", "sk-", "@", "a-", "dict(", "TrainingArguments(", "betas=(", "{'a': ", "- name: ", "*a**b", "_*", "***"),
    *("&amp;", "Q4_", "i1-", "quantized ", "fine-tuned ", "merge of ", "| a ", "--- ", "===", "1. ", " # ", "```", "$", " 1.1"),
    *("a-1/b-2 ", "[a](https://hf.co/a/b), ", ", which is a version of ", "merge_method: a\n", "original model ", "is a quantized "),
    *("from_pretrained(", "model = ", "trained for 1 epochs with batch size of ", "learning rate has been set to ", "Name: "),
    *("the model achieves an accuracy of 9.1 ", "It is a, ", " and a macro F1 of 0.1 on ", ". It has ", "an eval test loss "),
    *("trained with a context length of ", "warm-up for the first ", "trained on over 1 million ", "beta_{1} = ", "1,1", "9 steps of a "),
    *("trained 1 with 1B ", "using optimizer ", "uses for pre-training ", "checkpoint with 1 and ", "learning rate (\\(1", "1 epochs, "),
    *("'a' 'b' ", "> ```\n", "## Environments\n", "1 | 1 ", "1.1 / ", " + 4-gram", "(1B/", "***** eval"),
    *("Eval metrics (a", "a test results for b (bleu", "eval_f1 = 1", "'HasAns_f1': 1", "a-MT-TF", "- F-score (micro) 1.1", "~1.1 "),
    *("- - ", "learning rate 1,", "1, warmup steps 1,", '"\\x41', "[a, ", "a: {}", "`a` ", "a # b"),
    *("distilled in a ", "is combined with a ", "(a checkpoint) ", "then merged [a](b) ", "this repo contains the GGUF ", "port of "),
    *("original a card ", "source_model: a/", "bert-base-cased ", "trained on the [", "was originally ", "[PART 1](", "sk-or-"),
    *("this model is converted from the ", "# Original card: a\n", "# Base Model\n", "[2.5 bpw](https://huggingface.co/a/b/tree/"),
    *("# Provided files\n* `a.bin`\n", "Parameters: group size = 1. no act-order = ", "this is fork of ", "| 2.5bpw "),
    *("Baseline F1 ", "random (", "a after training ", "vanilla -", "no. ", "total parameters ("),
    *("precision recall f1-score\n\na  1 1 1\n", "Step\ta\n1 2\n", "Epoch  a  ", "|a|b|c|\n|-|-|-|\n|1\n\n", "results are:\nloss: 1\n", "framework versions\na 1.1\n"),
    *("5 x 10<sup>", "linear decay of ", "torchrun --a ", "LoRA rank ", "seed of 1 ", "lr = 1, ", "while a was trained ", "If you train "),
    *("based\non ", "ab. cd use ", "check out ", "基于", "in addition to the ", "trained with SFT, DPO and ", "tuned ](a) with "),
    *("<a href='https://huggingface.co/a/b'>a", "see our other models: ", "unlike a, which is ", "the code is based on ", "you can check "),
    *("[a](https://huggingface.co/a/b/resolve/", "Heron-7B is ", "-based model ", "(a fine-tuned ", "version of this model fine-tuned "),
    *("we used instead of ", "the same settings as ", "1 000", "max_seq_len of ", "half a million ", "50W, ", "base model: a\n- epoch: "),
    *("(final) ", "1.1 accuracy on a ", "98% a (", "final loss 1.1 (", "1.1% [1, "),
)  # fmt: skip

PLACES: Mapping[str, str] = {
    "text": "# t\n\ntext % end\n",
    "front matter": "---\nlicense: %\n%: x\n---\n# t\n",
    "heading": "# %\n\nfoo\n",
    "setting": f"{HYPER}- learning_rate: %\n- %: 5\n",
    "cell": f"{METRICS}| acc | % |\n| % | 0.5 |\n",
    "second header": "# M\n\n## Results\n\n| Model | F1 | EM |\n|---|---|---|\n| %a | b | c |\n| %a | 1.0 | 2.0 |\n",
    "log": LOG.replace("Loss", "%") + "| 1 | 2 | % |\n",
    "code": f"{HYPER}```\nargs = TrainingArguments(learning_rate=1, x=%)\n%\n```\n",
    "use": "# M: a\n\n```\nmodel = a.from_pretrained(%\n%\n```\n\n## Results\n\n| Model | F1 |\n|---|---|\n| a | 1.0 |\n| % | 2.0 |\n",
    "dictionary": "# M\n\n## Evaluation results\n```\n{'accuracy': 1, 'b': %}\n```\n",
    "comment": "<!-- %",
    "HTML": "<table><tr><td>%</td></tr>\n",
    "flat": "--- license: mit tags: - a --- # T # a # b %",
    "result": "# M\n\nIt achieves the following results on the evaluation set:\n- Loss: %\n- %: 0.5\n",
    "version": "# M\n\n### Framework versions\n\n- Transformers %\n- % 4.1\n",
    "copy": "# M-GGUF\n\nquantized version of %\n\n| Name | Quant method | Size |\n|---|---|---|\n| % | Q4 | % |\n",
    "named copy": "---\nquantized_by: a\n---\n# M-GGUF\n\nThis is a GGUF quantization of %\n\nOriginal model: %\n",
    "parent": "# M\n\nThis model is a fine-tuned version of % on x\n\n- Finetuned from model: %\n",
}


def unit_card(name: str, size: int) -> bytes:
    """A card of about so many bytes that repeats a unit."""
    once, unit = UNITS[name]
    times = max(1, (size - len(once)) // len(unit.encode()))
    many = "".join(unit.replace("@", str(i)) for i in range(times)) if "@" in unit else unit * times
    return (once + many).encode("utf-8", "surrogatepass")


def place_cards(place: str, size: int) -> Iterator[tuple[str, bytes]]:
    """Cards of about so many bytes with each fragment repeated in a place: within it, at its beginning, on its lines."""
    pattern = PLACES[place]
    for fragment in FRAGMENTS:
        times = size // pattern.count("%") // len(fragment.encode())
        yield f"{fragment!r} in {place}", pattern.replace("%", f"1 {fragment * times} 1").encode()
        yield f"{fragment!r} begins {place}", pattern.replace("%", f"{fragment * times}a").encode()
        lines = f"{fragment}\n" * (size // pattern.count("%") // (len(fragment.encode()) + 1))
        yield f"{fragment!r} in {place}, on lines", pattern.replace("%", lines).encode()


def cards_named(what: str, size: int) -> Iterator[tuple[str, bytes]]:
    """The cards of `units`, of one unit, or of one place."""
    if what in PLACES:
        yield from place_cards(what, size)
    else:
        for name in UNITS if what == "units" else (what,):
            yield name, unit_card(name, size)


class TooSlow(Exception):
    """A card took more CPU time than it may."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise TooSlow


def main() -> None:
    """`what size seconds`: read the cards, each in so many seconds of CPU time; a line for each that went wrong."""
    what, size, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    signal.signal(signal.SIGVTALRM, _stop)
    for name, card in cards_named(what, size):
        print(f"reading {name}", flush=True)
        used = int(time.process_time()) + int(seconds) + 2  # for what no signal stops
        resource.setrlimit(resource.RLIMIT_CPU, (used, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            read_card(card, model_id="a/b")
        except TooSlow:
            print(f"wrong: {name}: {len(card)} bytes took more than {seconds} s", flush=True)
        except Exception as error:
            print(f"wrong: {name}: {type(error).__name__}: {error}", flush=True)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print("done", flush=True)


if __name__ == "__main__":
    main()
