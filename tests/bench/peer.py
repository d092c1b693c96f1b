"""What the peers do: run by the interpreter of their own environment, and free of our code.

Each line on standard input is ``TASK PATH``; the answer is the CPU seconds that it took. What
prepares the work is not measured. ``versions`` asks what is installed.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

Work = Callable[[], object]
PEERS = ("jieba", "jionlp", "pdfplumber", "pypdfium2", "python-docx", "pandas", "pyarrow")


def jieba_lcut(path: Path) -> Work:
    """Segmentation alone."""
    jieba = import_module("jieba")
    jieba.setLogLevel(60)
    jieba.lcut("医保")
    texts = _texts(path)
    return lambda: [jieba.lcut(text) for text in texts]


def jionlp_money_time(path: Path) -> Work:
    """All that JioNLP finds of what a report states: money and times, parsed, line by line."""
    finder = import_module("jionlp").ner
    lines = [line for text in _texts(path) for line in text.splitlines() if line.strip()]

    def work() -> None:
        for line in lines:
            finder.extract_money(line, with_parsing=True)
            finder.extract_time(line, with_parsing=True)

    return work


def pypdfium2_text(path: Path) -> Work:
    """The raw text of every page."""
    pdfium = import_module("pypdfium2")

    def work() -> None:
        for file in _files(path):
            pdf = pdfium.PdfDocument(file)
            for page in pdf:
                text = page.get_textpage()
                text.get_text_range()
                text.close()
                page.close()
            pdf.close()

    return work


def pdfplumber_tables(path: Path) -> Work:
    """Text and tables of every page."""
    pdfplumber = import_module("pdfplumber")

    def work() -> None:
        for file in _files(path):
            with pdfplumber.open(file) as pdf:
                for page in pdf.pages:
                    page.extract_text()
                    page.extract_tables()
                    page.close()

    return work


def python_docx(path: Path) -> Work:
    """Paragraphs and cells, in order."""
    docx = import_module("docx")

    def work() -> None:
        for file in _files(path):
            for item in docx.Document(str(file)).iter_inner_content():
                rows = getattr(item, "rows", None)
                _ = item.text if rows is None else [c.text for row in rows for c in row.cells]

    return work


def pandas_write(path: Path) -> Work:
    """Columns of Python values by way of a data frame to Parquet."""
    pandas, parquet = import_module("pandas"), import_module("pyarrow.parquet")
    columns = parquet.read_table(path).to_pydict()
    return lambda: pandas.DataFrame(columns).to_parquet(io.BytesIO(), compression="zstd")


TASKS: dict[str, Callable[[Path], Work]] = {
    "jieba_lcut": jieba_lcut,
    "jionlp_money_time": jionlp_money_time,
    "pypdfium2_text": pypdfium2_text,
    "pdfplumber_tables": pdfplumber_tables,
    "python_docx": python_docx,
    "pandas_write": pandas_write,
}


def main() -> None:
    """Serve tasks until there are no more; what a task has prepared is kept for the next round."""
    ready: dict[str, Work] = {}
    for line in sys.stdin:
        with redirect_stdout(sys.stderr):  # some peers greet
            answer = _answer(line.rstrip("\n"), ready)
        print(answer, flush=True)


def _answer(told: str, ready: dict[str, Work]) -> str:
    if told == "versions":
        return json.dumps({name: version(name) for name in PEERS})
    if told not in ready:
        name, path = told.split(" ", 1)
        ready[told] = TASKS[name](Path(path))
    began = time.process_time()
    ready[told]()
    return repr(time.process_time() - began)


def _files(path: Path) -> list[Path]:
    return sorted(path.iterdir())


def _texts(path: Path) -> list[str]:
    return [file.read_text("utf-8") for file in _files(path)]


if __name__ == "__main__":
    main()
