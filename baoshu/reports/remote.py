"""Reports behind an fsspec URL (``s3://bucket/reports``, ``zip://*.txt::archive.zip``), with the extra ``ray``."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from baoshu.errors import MissingExtra, ReportError


def is_url(argument: object) -> bool:
    """Tell whether an argument is a URL and no path."""
    return "://" in str(argument)


def url_suffix(url: str) -> str:
    """Return the suffix of the file that a URL names, in lower case; of a chained one, of its first link."""
    return PurePosixPath(url.split("::")[0]).suffix.lower()


def find_urls(argument: str) -> list[tuple[str, str]]:
    """Return the files of a URL, a folder behind one, or a glob: ``(url, path below what they share)``, sorted.

    :raises ReportError: when nothing is there or it cannot be listed.
    """
    fsspec = _fsspec(argument)
    first, _, chain = argument.partition("::")
    protocol = first.split("://")[0]
    try:
        filesystem, path = fsspec.core.url_to_fs(argument)
        files = sorted(filesystem.glob(path) if "*" in path else filesystem.find(path))
        files = [file for file in files if not filesystem.isdir(file)]
    except Exception as error:  # what a file system raises is its own
        raise ReportError(argument, f"cannot be listed ({type(error).__name__}: {error})", "a file, folder or glob that fsspec can open") from error
    if not files:
        raise ReportError(argument, "no such file or folder", "a report, a folder or a glob", "Check the URL.")
    base = path if "*" not in path else path.split("*")[0].rpartition("/")[0]
    base = "" if files == [path] else base.strip("/")
    tail = f"::{chain}" if chain else ""
    return [(f"{protocol}://{file}{tail}", _below(file.lstrip("/"), base)) for file in files]


def read_url(url: str, most: int) -> bytes:
    """Return the bytes behind a URL, at most one more than ``most``.

    :raises ReportError: when they cannot be read.
    """
    try:
        with _fsspec(url).open(url, "rb") as stream:
            return bytes(stream.read(most + 1))
    except MissingExtra:
        raise
    except Exception as error:  # what a file system raises is its own
        raise ReportError(url, f"{type(error).__name__}: {error}", "a file that fsspec can read", "Check the URL and its credentials.") from error


def _below(file: str, base: str) -> str:
    if not base:
        return file.rpartition("/")[2]
    return file.removeprefix(base).lstrip("/")


def _fsspec(argument: str) -> Any:
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtra(argument, "fsspec is not installed", "a local path", 'Install it with: pip install "baoshu[ray]"') from error
    return fsspec
