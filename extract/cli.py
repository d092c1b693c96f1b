"""The command ``zhengju``: arguments in, exit code out; no logic of its own."""

from __future__ import annotations

import argparse
import atexit
import gc
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extract import streams
from extract.commands import (
    audit,
    cite,
    columns,
    compare,
    diff,
    export,
    here,
    named,
    place,
    positive,
    release,
    status,
    verify,
)
from extract.commit import interrupts
from extract.errors import OCR_MISSING, UsageError, ZhengjuError
from extract.version import VERSION

if TYPE_CHECKING:
    from extract.runreport import RunReport

COMMANDS = (columns, status, compare, audit, diff, verify, export, release, cite)
NO_LIMITS = "this system has no Unix process limits, so that one bad file may stop a run"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit codes are those of the dataset's contract."""
    streams.prepare()
    args = _parser().parse_args(argv)
    try:
        with interrupts.caught():
            code = int(args.run(args))
            sys.stdout.flush()
            return code
    except ZhengjuError as error:
        streams.warn(f"zhengju: {_one_line(str(error))}")
        for line in error.details:
            streams.warn(f"  {_one_line(line)}")
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        streams.warn(f"zhengju: {str(interrupt) or 'interrupted; nothing was changed'}")
        return interrupts.EXIT_CODE
    except BrokenPipeError:  # the reader of our output, `head` say, has gone
        streams.discard(sys.stdout)
        return 0
    except MemoryError:
        streams.warn("zhengju: out of memory; free some, or use fewer --workers")
        return 1
    except OSError as error:  # a disk or a permission, where no other message says more
        where = f"{error.filename}: " if error.filename else ""
        streams.warn(f"zhengju: {where}{error.strerror or error}")
        with streams.unheard(sys.stdout):  # it may be what cannot be written
            sys.stdout.flush()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zhengju", description="政据: a folder of government reports into a dataset"
    )
    parser.add_argument("--version", action="version", version=f"zhengju {VERSION}")
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(verbs)
    _add_explain(verbs)
    _add_discover(verbs)
    for command in COMMANDS:
        command.add(verbs)
    return parser


def _add_run(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = verbs.add_parser("run", help="extract every report of a folder, or one file")
    run.add_argument(
        "corpus", type=named, metavar="CORPUS", help="folder of reports, or one file; or s3://…"
    )
    run.add_argument("--output", type=place, required=True, help="folder of the dataset, or s3://…")
    run.add_argument(
        "--workers", type=positive, metavar="N", help="processes (default: all that pay)"
    )
    run.add_argument(
        "--engine", choices=("local", "dask"), default="local",
        help="who reads: processes of this machine, or a Dask cluster (default local)",
    )  # fmt: skip
    run.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="of the Dask cluster: tcp://host:8786, or its scheduler file, x.json",
    )  # fmt: skip
    run.add_argument("--limit", type=positive, metavar="N", help="read the first N files only")
    run.add_argument(
        "--sources", type=here, metavar="FILE",
        help="what you know of the files (default: sources.csv beside CORPUS)",
    )  # fmt: skip
    run.add_argument(
        "--aliases", type=here, metavar="FILE",
        help="names that are one agency (default: aliases.csv beside CORPUS)",
    )  # fmt: skip
    run.add_argument("--no-texts", dest="texts", action="store_false", help="leave out texts")
    run.add_argument(
        "--frame", type=here, metavar="FILE",
        help="list of expected agencies (default: frame.csv beside CORPUS)",
    )  # fmt: skip
    run.add_argument(
        "--accept", type=_reason, metavar="WHY",
        help="publish though the dataset falls behind the last one; the reason is kept",
    )  # fmt: skip
    run.add_argument(
        "--cache", type=here, metavar="DIR",
        help="what the next run need not read again (default: .NAME.zhengju/cache beside OUTPUT; "
        "none: nothing is kept or used)",
    )  # fmt: skip
    run.add_argument(
        "--retry", action="store_true",
        help="read the documents again that ended in a crash, a timeout or out of memory",
    )  # fmt: skip
    run.set_defaults(run=_run)


def _add_explain(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = verbs.add_parser("explain", help="why each figure became what it became")
    explain.add_argument("file", type=here, metavar="FILE", help="one report")
    explain.add_argument(
        "start", type=int, nargs="?", metavar="START", help="offset of one figure in its text"
    )
    explain.set_defaults(run=_explain)


def _add_discover(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = verbs.add_parser("discover", help="what a dataset holds that no rule names yet")
    found.add_argument("output", type=here, metavar="OUTPUT", help="folder of the dataset")
    found.add_argument(
        "--min", type=positive, default=2, metavar="N", help="figures of a group (default 2)"
    )
    found.add_argument(
        "--limit", type=positive, default=20, metavar="N", help="groups shown (default 20)"
    )
    found.add_argument("--unit", metavar="UNIT", help="only figures in this unit, such as 人")
    found.add_argument(
        "--format", choices=("text", "csv"), default="text", help="text with rules, or a table"
    )
    found.set_defaults(run=_discover)


def _run(args: argparse.Namespace) -> int:
    from extract.lean import import_arrow  # noqa: PLC0415

    import_arrow()  # before anything that imports it
    from extract.remote.run import run  # noqa: PLC0415  keeps the other commands fast

    gc.set_threshold(100_000, 50, 50)  # millions of records, hardly a cycle among them
    atexit.register(gc.freeze)  # so that the end of the process looks for none in what is left
    report = run(
        args.corpus, args.output, workers=args.workers, limit=args.limit, texts=args.texts,
        sources=args.sources, aliases=args.aliases, frame=args.frame,
        accept=args.accept, scheduler=_scheduler(args), cache=args.cache, retry=args.retry,
    )  # fmt: skip
    print(summary(report))
    return 0


def _scheduler(args: argparse.Namespace) -> str | None:
    """The address of the cluster; None for this machine."""
    if args.engine == "local" and args.scheduler:
        raise UsageError("--scheduler is of use with --engine dask only; add that")
    if args.engine == "dask" and not args.scheduler:
        raise UsageError("--engine dask needs --scheduler ADDRESS, such as tcp://host:8786")
    scheduler: str | None = args.scheduler
    return scheduler


def _explain(args: argparse.Namespace) -> int:
    from extract.explain.report import explain  # noqa: PLC0415  keeps the other commands fast

    print(explain(args.file, args.start))
    return 0


def _discover(args: argparse.Namespace) -> int:
    from extract.discover.survey import discover  # noqa: PLC0415  keeps the other commands fast
    from extract.lean import import_arrow  # noqa: PLC0415

    import_arrow()
    options = {"least": args.min, "limit": args.limit, "unit": args.unit, "form": args.format}
    print(discover(args.output, **options))
    return 0


def summary(report: RunReport) -> str:
    """The closing words of a run."""
    total = sum(report.documents.values())
    statuses = ", ".join(f"{count} {status}" for status, count in report.documents.items())
    other = total - report.documents.get("ok", 0)
    hint = f"not read whole: {other}; the reason of each stands in documents.parquet\n"
    hint = hint if other else ""
    if report.reused:
        hint += f"reused     {report.reused} of them as read before\n"
    if report.unread_scans:
        hint += f"scans      {report.unread_scans} unread or in part: {OCR_MISSING}\n"
    if report.frame:
        hint += _frame_words(report.frame)
    if report.accepted:
        hint += (
            f"accepted   {report.accepted} losses against the last dataset: see run_report.json\n"
        )
    return (
        f"documents  {total} ({statuses})\n{hint}"
        f"figures    {report.mentions}\n"
        f"facts      {report.facts}\n"
        f"rejected   {report.rejections} numbers that are no figures\n"
        f"seconds    {report.seconds:.1f}\n"
        f"dataset    {report.output}"
        + ("\nunchanged  nothing to do: it is as it was" if report.unchanged else "")
        + "".join(f"\nwarning    {line}" for line in report.warnings)
        + ("" if report.isolated else f"\nlimits     none: {NO_LIMITS}")
    )


def _frame_words(frame: Mapping[str, Any]) -> str:
    """How many of the user's agencies there are documents of."""
    lost = [f"{len(frame['unmatched'])} have none"] if frame["unmatched"] else []
    lost += [f"{len(frame['ambiguous'])} are ambiguous"] if frame["ambiguous"] else []
    said = f"frame      {frame['matched']} of {frame['agencies']} agencies have documents"
    return said + (f"; {', '.join(lost)}: see run_report.json" if lost else "") + "\n"


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say why, in a few words")
    return text.strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
