"""What was answered, by operation and kind of answer, and what buyers were told that they have.

Many processes of one run (`--processes`) keep books of their own, and send them to the master.
"""

from collections import Counter
from typing import Any

KINDS = ("2xx", "402", "409", "429", "other 4xx", "5xx", "none")


def kind_of(status: int) -> str:
    if status == 0:
        return "none"
    if 200 <= status < 300:
        return "2xx"
    if status in (402, 409, 429):
        return str(status)
    return "5xx" if status >= 500 else "other 4xx"


class Books:
    """`answers` counts (operation, kind); `codes` (operation, code of a problem); `wrong` (operation, what is wrong)."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str]] = Counter()
        self.codes: Counter[tuple[str, str]] = Counter()
        self.wrong: Counter[tuple[str, str]] = Counter()
        self.units: Counter[str] = Counter()

    def answered(self, operation: str, status: int, code: str | None) -> None:
        self.answers[operation, kind_of(status)] += 1
        if code is not None:
            self.codes[operation, code] += 1

    def went_wrong(self, operation: str, what: str) -> None:
        self.wrong[operation, what] += 1

    def units_are(self, state: str, quantity: int) -> None:
        """So many units were answered to be `reserved`, `cancelled` or `paid`."""
        self.units[state] += quantity

    def count(self, kind: str) -> int:
        return sum(count for (_, of_kind), count in self.answers.items() if of_kind == kind)

    def total(self) -> int:
        return sum(self.answers.values())

    def take(self) -> dict[str, Any]:
        """What there is, as plain data, and begins anew."""
        taken = {name: list(counter.items()) for name, counter in vars(self).items()}
        self.__init__()
        return taken

    def add(self, taken: dict[str, Any]) -> None:
        for name, entries in taken.items():
            counter = getattr(self, name)
            for key, count in entries:
                counter[tuple(key) if isinstance(key, list) else key] += count


BOOKS = Books()
