"""A small project to run the commands of the documentation in: two annotated reports, two to read, and a trained pipeline."""

import shutil
from dataclasses import asdict
from html import escape
from pathlib import Path
from zipfile import ZipFile

import pytest

from baoshu.annotate.composed import read_composed
from baoshu.files import write_jsonl, write_text
from baoshu.reports.chunk import split_report
from baoshu.reports.rows import report_row

ROOT = Path(__file__).resolve().parents[2]
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ANNOTATED, READ = ("hulun-2020", "xilin-qi-2019"), ("lizhou-xian-2026", "yongfu-xian-2025")


@pytest.fixture(scope="session")
def small_project(tmp_path_factory, small_model):
    """Return the folder of the project; copy it before writing to it."""
    folder = tmp_path_factory.mktemp("docs") / "project"
    for name in ("annotations/rounds", "configs"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("annotations/guideline.md", "annotations/labels.json", "docs/learning_curve.json", "project.yml", "compose.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "annotations" / "composed").mkdir()
    shutil.copytree(small_model, folder / "training" / "model-best")
    reports = {name: read_composed(ROOT / "annotations" / "composed" / f"{name}.txt").report for name in (*ANNOTATED, *READ)}
    for name in ANNOTATED:
        shutil.copy(ROOT / "annotations" / "composed" / f"{name}.txt", folder / "annotations" / "composed")
        write_text(folder / "corpus" / "annotated" / "texts" / f"{name}.txt", reports[name].text + "\n")
    for name in READ:
        write_text(folder / "corpus" / "raw" / f"{name}.txt", reports[name].text + "\n")
    write_jsonl(folder / "corpus" / "reports.jsonl", (report_row(report) for report in reports.values()))
    write_jsonl(folder / "corpus" / "chunks.jsonl", (asdict(chunk) for report in reports.values() for chunk in split_report(report)))
    _give_away(folder, reports[READ[0]].text)
    return folder


def _give_away(folder, text):
    """Put the files of the reader's own there, under the names that the pages give them."""
    for name in ("archive", "my-reports", "reports"):
        shutil.copytree(folder / "corpus" / "raw", folder / name)
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.splitlines())
    for name in ("report.docx", "报告.docx"):
        with ZipFile(folder / name, "w") as archive:
            archive.writestr("word/document.xml", f'<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}</w:body></w:document>')
    shutil.copy(folder / "corpus" / "chunks.jsonl", folder)
    third = folder / "annotations" / "rounds" / "third"
    shutil.copy(third / "first.jsonl", folder / "export.jsonl")
    (folder / "annotations" / "rounds" / "first").mkdir()
    for name, annotator in (("first", "li"), ("second", "wang")):
        shutil.copy(third / f"{name}.jsonl", folder / "annotations" / "rounds" / "first" / f"{annotator}.jsonl")
