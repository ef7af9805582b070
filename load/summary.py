"""What a run has shown: a table for people, JSON and CSV for machines, and the verdict."""

import csv
import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from locust.stats import RequestStats

from books import KINDS, Books
from shop import Sale


@dataclass(frozen=True)
class Row:
    operation: str
    counts: dict[str, int]
    wrong: int
    p50_ms: float
    p99_ms: float


def rows_of(books: Books, stats: RequestStats) -> list[Row]:
    rows = []
    for entry in stats.entries.values():
        counts = {kind: books.answers[entry.name, kind] for kind in KINDS}
        wrong = sum(count for (operation, _), count in books.wrong.items() if operation == entry.name)
        p50, p99 = (entry.get_response_time_percentile(share) or 0 for share in (0.5, 0.99))
        rows.append(Row(entry.name, counts, wrong, p50, p99))
    return rows


def faults_of(books: Books, sale: Sale | None, violations: list[str], max_5xx_share: float) -> list[str]:
    """Everything that makes the run a failure."""
    if sale is None:
        return ["there was no sale"]
    faults = [f"audit: {violation}" for violation in violations]
    held = books.units["reserved"] - books.units["cancelled"]
    if max(held, books.units["paid"]) > sale.units:
        faults.append(f"oversold: buyers were told that they have {held} units ({books.units['paid']} paid) of {sale.units}")
    faults += [f"{operation}: {count} × {what}" for (operation, what), count in books.wrong.items()]
    if books.count("5xx") > max_5xx_share * books.total():
        faults.append(f"{books.count('5xx'):,} of {books.total():,} answers were 5xx")
    if books.count("none") > 0:
        faults.append(f"{books.count('none'):,} requests had no answer")
    if books.count("2xx") == 0:
        faults.append("nothing was answered")
    return faults


def table_of(rows: list[Row]) -> str:
    titles = ["", *KINDS, "wrong", "p50 ms", "p99 ms"]
    lines = [
        [row.operation, *(f"{row.counts[kind]:,}" for kind in KINDS), f"{row.wrong:,}", f"{row.p50_ms:,.0f}", f"{row.p99_ms:,.0f}"]
        for row in rows
    ]
    widths = [max(len(line[column]) for line in [titles, *lines]) for column in range(len(titles))]
    return "\n".join(
        "  ".join(text.ljust(width) if column == 0 else text.rjust(width) for column, (text, width) in enumerate(zip(line, widths)))
        for line in [titles, *lines]
    )


@dataclass(frozen=True)
class Report:
    shape: str
    peak_users: int
    seconds: float
    rows: list[Row]
    books: Books
    sale: Sale | None
    faults: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": not self.faults,
            "faults": self.faults,
            "shape": self.shape,
            "peak_users": self.peak_users,
            "seconds": round(self.seconds, 1),
            "requests_per_second": round(self.books.total() / max(self.seconds, 1e-9), 1),
            "machine": machine(),
            "units": {"for_sale": self.sale.units if self.sale else 0, **self.books.units},
            "answers": {kind: self.books.count(kind) for kind in KINDS},
            "operations": [
                {"operation": row.operation, **row.counts, "wrong": row.wrong, "p50_ms": row.p50_ms, "p99_ms": row.p99_ms}
                for row in self.rows
            ],
            "problems": [
                {"operation": operation, "code": code, "count": count}
                for (operation, code), count in sorted(self.books.codes.items())
            ],
        }

    def write(self, path: Path) -> None:
        """`path`.json and `path`.csv"""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = self.as_json()
        path.with_suffix(".json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        with path.with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["operation", *KINDS, "wrong", "p50_ms", "p99_ms"])
            writer.writeheader()
            writer.writerows(content["operations"])


def machine() -> dict[str, Any]:
    return {"cores": psutil.cpu_count(), "memory_gb": round(psutil.virtual_memory().total / 1e9), "platform": platform.machine()}
