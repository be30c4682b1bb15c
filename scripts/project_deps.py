"""Keep the ``deps`` of project.yml true: each step lists every module of the package that it runs."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
import sys
from pathlib import Path

import srsly

ROOT = Path(__file__).resolve().parent.parent
ENTRY_POINTS = ("baoshu/pipeline/tokenizer.py", "baoshu/pipeline/entities.py", "baoshu/pipeline/linker.py", "baoshu/facts/extract.py")
COMMAND_FILES = {"ingest": "reports", "chunk": "reports", "suggest": "extraction", "extract": "extraction", "evaluate": "extraction", "corpus": "corpus", "annotate": "annotate"}  # fmt: skip


def imported(path: str, *, function: str | None = None, top_level: bool = False) -> set[str]:
    """Return the files of the package that a file imports: anywhere, at its top level, or inside one function."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    body: list[ast.stmt] = tree.body
    if function is not None:
        body = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == function]
    nodes = list(body) if top_level else [node for part in body for node in ast.walk(part)]
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("baoshu"):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("baoshu")}
    found = set()
    for name in names:
        base = ROOT / name.replace(".", "/")
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                found.add(candidate.relative_to(ROOT).as_posix())
    return found


def closure(files: set[str]) -> set[str]:
    """Return the files and all that they import, with the ``__init__`` of each package on the way."""
    done: set[str] = set()
    todo = set(files)
    while todo:
        path = todo.pop()
        done.add(path)
        around = {parent.as_posix() + "/__init__.py" for parent in Path(path).parents if (ROOT / parent / "__init__.py").is_file()}
        in_cli = path.startswith("baoshu/cli/")
        todo |= (imported(path, top_level=in_cli) | around) - done
    return done


def code_of(script: str) -> set[str]:
    """Return the files of the package that one command line of project.yml runs."""
    words = shlex.split(script)
    if words[:3] == ["python", "-m", "baoshu"]:
        module = f"baoshu/cli/{COMMAND_FILES[words[3]]}.py"
        name = words[4] if words[3] in ("corpus", "annotate") else words[3]
        start = {"baoshu/__main__.py"} | imported(module, function=f"{name}_cli")
        if words[3] in ("extract", "evaluate", "suggest"):
            start |= set(ENTRY_POINTS)
        return closure(start)
    if words[:3] == ["python", "-m", "spacy"] and words[3] in ("train", "pretrain", "debug"):
        return closure(set(ENTRY_POINTS))
    if words[1].startswith("scripts/"):
        everything = {path.relative_to(ROOT).as_posix() for path in (ROOT / "baoshu").rglob("*.py")}
        return everything | {words[1]}
    raise ValueError(f"unknown command line {script!r}")


def data_files(code: set[str]) -> set[str]:
    """Return the tables of the package that the code reads: those of baoshu/data that it names, and what lies beside it elsewhere."""
    text = "".join((ROOT / path).read_text(encoding="utf-8") for path in code)
    folders = {(ROOT / path).parent for path in code} - {ROOT / "baoshu/data"}
    beside = {
        p.relative_to(ROOT).as_posix()
        for folder in folders
        for p in (*folder.glob("*.tsv"), *folder.glob("sql/*.sql"), *folder.glob("templates/*"), *folder.glob("static/*"))
    }
    return beside | {
        p.relative_to(ROOT).as_posix() for p in (ROOT / "baoshu/data").iterdir() if p.suffix in (".csv", ".tsv", ".json") and p.name in text
    }


def wanted_deps() -> dict[str, list[str]]:
    """Return for each step the deps it should list: its data first (as written), then code and tables."""
    project = srsly.read_yaml(ROOT / "project.yml")
    wanted = {}
    for command in project["commands"]:
        code = set().union(*(code_of(line) for line in command["script"]))
        own = [dep for dep in command["deps"] if not dep.startswith(("baoshu/", "scripts/"))]
        wanted[command["name"]] = own + sorted(code | data_files(code))
    return wanted


def main() -> None:
    """Check the deps, or write them with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="Rewrite project.yml")
    write = parser.parse_args().write
    path = ROOT / "project.yml"
    text = path.read_text(encoding="utf-8")
    for name, deps in wanted_deps().items():
        block = re.search(rf"(?ms)^  - name: {name}\n.*?(?=^  - name: |^workflows|\Z)", text)
        if block is None:
            sys.exit(f"project.yml: no command {name}")
        lines = "    deps:\n" + "".join(f"      - {dep}\n" for dep in deps)
        text = text.replace(block.group(), re.sub(r"(?m)^    deps:\n(?:      - .*\n)*", lines, block.group()))
    if write:
        path.write_text(text, encoding="utf-8")
    elif text != path.read_text(encoding="utf-8"):
        sys.exit("project.yml: deps do not match the imports. Run: make document")


if __name__ == "__main__":
    main()
