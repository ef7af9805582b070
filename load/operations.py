"""What a buyer may ask, and which answers are right.

A refusal that the rules of a sale foresee (sold out, not your turn, too many requests) is an answer like any other.
What is not in this table is a wrong answer, and fails the run; so does every 5xx.
"""

from dataclasses import dataclass
from typing import Any, Callable, Mapping

SALE = "/api/v1/flash-sale/{sale_id}"
ORDER = "/api/v1/orders/{order_id}"

Check = Callable[[Any], bool]


@dataclass(frozen=True)
class Operation:
    """A request by its pattern; `done` are the statuses of success, `refusals` the codes that may be answered else."""

    name: str
    method: str
    path: str
    done: frozenset[int]
    refusals: Mapping[str, int]
    check: Check


def operation(
    name: str, method: str, path: str, check: Check, *, done: tuple[int, ...] = (200,), **refusals: int
) -> Operation:
    return Operation(name, method, path, frozenset(done), {"rate_limited": 429, **refusals}, check)


def has(*fields: str) -> Check:
    return lambda body: isinstance(body, dict) and all(body.get(field) is not None for field in fields)


def is_status(body: Any) -> bool:
    """Stock is never negative and never more than there was; the advice is one that can be followed."""
    items_fit = all(0 <= item["remaining"] <= item["total_stock"] for item in body["items"])
    return items_fit and body["poll"]["interval_ms"] > 0


def is_reservation(body: Any) -> bool:
    return body["status"] == "reserved" and body["remaining_stock"] >= 0 and bool(body["reservation_token"])


def is_list_of(field: str) -> Check:
    return lambda body: isinstance(body.get(field), list)


OVER = {"sold_out": 409, "sale_ended": 409}

SESSION = operation("session", "POST", "/api/v1/session", has("token", "user_id"), done=(201,))
LIST = operation("list", "GET", "/api/v1/flash-sale", is_list_of("sales"))
DETAIL = operation("detail", "GET", SALE, has("sale_id", "phase", "items"))
STATUS = operation("status", "GET", f"{SALE}/status", is_status)
JOIN = operation(
    "join", "POST", f"{SALE}/enter-queue", has("queue_token", "ticket", "state"), sale_not_started=409, **OVER
)
PLACE = operation("place", "GET", f"{SALE}/queue", has("ticket", "state", "poll"), sale_ended=409)
ADMISSION = operation(
    "admission",
    "POST",
    f"{SALE}/admission",
    has("admission_token", "expires_at"),
    not_your_turn=409,
    wrong_state=409,
    sale_not_started=409,
    **OVER,
)
BUY = operation(
    "buy", "POST", f"{SALE}/purchase", is_reservation, token_expired=401, sale_not_started=409, limit_exceeded=422, **OVER
)
PAY = operation(
    "pay",
    "POST",
    f"{ORDER}/pay",
    has("order", "status"),
    done=(200, 202),
    payment_declined=402,
    wrong_state=409,
    reservation_expired=410,
)
CANCEL = operation("cancel", "POST", f"{ORDER}/cancel", has("order_id", "status"), wrong_state=409)
READ_ORDER = operation("order", "GET", ORDER, has("order_id", "status"))
OWN_ORDERS = operation("own orders", "GET", "/api/v1/orders", is_list_of("orders"))
