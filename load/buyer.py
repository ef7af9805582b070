"""A buyer: looks around, queues, waits as long as the server says, comes in, buys, pays, and looks at the orders."""

import random
import time
import uuid
from typing import Any

import gevent
from locust import FastHttpUser, task
from locust.contrib.fasthttp import FastResponse

import operations as op
from books import BOOKS
from identities import Identities, Identity
from shop import Sale

IMPATIENT_EVERY_SECONDS = 0.1
REJOIN_SHARE = 0.1
DOUBLE_CLICK_SHARE = 0.1
DECLINE_SHARE = 0.1
ABANDON_SHARE = 0.05
TRIES = 5
ENDED = ("ended", "cancelled")


class Refused(Exception):
    """The visit is over: what was asked for is refused, or was answered wrongly."""


class Buyer(FastHttpUser):
    """Each visit is somebody else's."""

    network_timeout = 30.0
    connection_timeout = 30.0
    identities: Identities
    sale: Sale | None = None
    impatient_share = 0.0

    @task
    def visit(self) -> None:
        while Buyer.sale is None:
            gevent.sleep(0.1)
        try:
            Visit(self, Buyer.sale, Buyer.identities.new()).run()
        except Refused:
            gevent.sleep(random.uniform(0.5, 1.5))


class Visit:
    def __init__(self, user: Buyer, sale: Sale, identity: Identity) -> None:
        self._http = user.client
        self._sale = sale
        self._identity = identity
        self._impatient = random.random() < user.impatient_share

    def run(self) -> None:
        self._look_around()
        place = self._join()
        admission_token = self._come_in(place)
        self._buy_and_pay(admission_token)

    def _look_around(self) -> None:
        self._ask(op.LIST)
        self._ask(op.DETAIL)
        gevent.sleep(random.uniform(0.2, 1.0))

    def _join(self) -> dict[str, Any]:
        if self._identity.token is None:
            self._identity.token = self._ask(op.SESSION)["token"]
        place = self._ask(op.JOIN, token=self._identity.token, body={})
        if random.random() < REJOIN_SHARE:
            again = self._ask(op.JOIN, token=self._identity.token, body={})
            self._demand(op.JOIN, again["ticket"] == place["ticket"], "joining again gave another place")
        return place

    def _come_in(self, place: dict[str, Any]) -> str:
        """An admission is asked for when the shared status, or the own place, says that it is time."""
        if self._impatient:
            self._knock(place)
        own_look_at = time.monotonic() + self._pause_of(place["poll"])
        while True:
            status = self._ask(op.STATUS)
            if status["phase"] in ENDED or (status["phase"] == "sold_out" and not status["stock_may_return"]):
                raise Refused
            if self._is_called(place, status):
                return self._ask(op.ADMISSION, token=place["queue_token"], body={})["admission_token"]
            if time.monotonic() >= own_look_at:
                own = self._ask(op.PLACE, token=place["queue_token"])
                self._demand(op.PLACE, own["ticket"] == place["ticket"], "the place is another one")
                if own["state"] in ("done", "sold_out"):
                    raise Refused
                own_look_at = time.monotonic() + self._pause_of(own["poll"])
            gevent.sleep(IMPATIENT_EVERY_SECONDS if self._impatient else self._pause_of(status["poll"]))

    def _knock(self, place: dict[str, Any]) -> None:
        """Whoever cannot wait tries the door first. An admission that it gives is the one that is given later."""
        path = op.ADMISSION.path.format(sale_id=self._sale.sale_id)
        self._send(op.ADMISSION, path, self._headers(place["queue_token"]), {})

    @staticmethod
    def _is_called(place: dict[str, Any], status: dict[str, Any]) -> bool:
        queue, position = status["queue"], place["queue_position"]
        return queue is not None and position is not None and position <= queue["now_serving"]

    @staticmethod
    def _pause_of(poll: dict[str, int]) -> float:
        return (poll["interval_ms"] + random.random() * poll["jitter_ms"]) / 1_000

    def _buy_and_pay(self, admission_token: str) -> None:
        order = self._buy(admission_token)
        gevent.sleep(random.uniform(0.5, 2.0))
        if random.random() < ABANDON_SHARE:
            return self._give_back(order)
        paid = self._pay(order)
        own = self._ask(op.OWN_ORDERS, token=self._identity.token)["orders"]
        ids = {each["order_id"]: each["status"] for each in own}
        self._demand(op.OWN_ORDERS, order["order_id"] in ids, "an order that was answered is missing")
        if paid:
            self._demand(op.OWN_ORDERS, ids[order["order_id"]] == "paid", "an order that was paid is not paid")

    def _buy(self, admission_token: str) -> dict[str, Any]:
        key = str(uuid.uuid4())
        body = {"sku_id": self._sale.sku_id, "quantity": 1}
        order = self._ask(op.BUY, token=admission_token, body=body, key=key)
        BOOKS.units_are("reserved", 1)
        if random.random() < DOUBLE_CLICK_SHARE:
            again = self._ask(op.BUY, token=admission_token, body=body, key=key)
            self._demand(op.BUY, again["order_id"] == order["order_id"], "a double click made another order")
        return order

    def _give_back(self, order: dict[str, Any]) -> None:
        self._ask(op.CANCEL, token=order["reservation_token"], body={}, order_id=order["order_id"])
        BOOKS.units_are("cancelled", 1)

    def _pay(self, order: dict[str, Any]) -> bool:
        if random.random() < DECLINE_SHARE:
            self._try_card(order, "pm_declined")
        paid = self._try_card(order, "pm_ok") == "paid"
        if paid:
            BOOKS.units_are("paid", 1)
        return paid

    def _try_card(self, order: dict[str, Any], payment_method: str) -> str | None:
        """What the payment made of the order; None if it is refused."""
        body, key = {"payment_method": payment_method}, str(uuid.uuid4())
        token, order_id = order["reservation_token"], order["order_id"]
        try:
            paying = self._ask(op.PAY, token=token, body=body, key=key, order_id=order_id)["order"]
            while paying["status"] == "paying":
                gevent.sleep(1.0)
                paying = self._ask(op.READ_ORDER, token=token, order_id=order_id)
        except Refused:
            return None
        return paying["status"]

    def _ask(
        self,
        operation: op.Operation,
        *,
        token: str | None = None,
        body: dict[str, Any] | None = None,
        key: str | None = None,
        order_id: str = "",
    ) -> Any:
        """The answer. Waits and asks again for as long as `Retry-After` says so; raises `Refused` if it is refused."""
        path = operation.path.format(sale_id=self._sale.sale_id, order_id=order_id)
        headers = self._headers(token, key)
        for _ in range(TRIES):
            answer = self._send(operation, path, headers, body)
            if answer.done:
                return answer.body
            if answer.retry_after_seconds is None:
                break
            gevent.sleep(answer.retry_after_seconds + random.random())
        raise Refused

    def _headers(self, token: str | None, key: str | None = None) -> dict[str, str]:
        headers = {"X-Forwarded-For": self._identity.address}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        return headers

    def _send(
        self, operation: op.Operation, path: str, headers: dict[str, str], body: dict[str, Any] | None
    ) -> "Answer":
        extra = {} if body is None else {"json": body}
        with self._http.request(
            operation.method, path, name=operation.name, headers=headers, catch_response=True, **extra
        ) as response:
            answer = Answer(operation, response)
            BOOKS.answered(operation.name, answer.status, answer.code)
            if answer.fault is None:
                response.success()
            else:
                response.failure(answer.fault)
                if answer.is_wrong:
                    BOOKS.went_wrong(operation.name, answer.fault)
            return answer

    @staticmethod
    def _demand(operation: op.Operation, holds: bool, what: str) -> None:
        if not holds:
            BOOKS.went_wrong(operation.name, what)
            raise Refused


class Answer:
    """An answer as it was judged. `fault` is None if it is one that the rules foresee."""

    def __init__(self, operation: op.Operation, response: FastResponse) -> None:
        self.status: int = response.status_code or 0
        self.body = _json_of(response)
        self.done = self.status in operation.done
        self.code: str | None = None if self.done or not isinstance(self.body, dict) else self.body.get("code")
        self.fault = self._fault_in(operation)
        self.is_wrong = self.fault is not None and 0 < self.status < 500
        self.retry_after_seconds = self._retry_after(response)

    def _fault_in(self, operation: op.Operation) -> str | None:
        if self.status == 0:
            return "no answer"
        if self.done:
            return None if _passes(operation, self.body) else "a body that cannot be right"
        if self.status < 500 and self.code is not None and operation.refusals.get(self.code) == self.status:
            return None
        return f"{self.status} {self.code or 'without a code'}"

    def _retry_after(self, response: FastResponse) -> float | None:
        """Only what the server asks to repeat is repeated."""
        text = response.headers.get("Retry-After") if self.status in (409, 429, 503) else None
        return float(text) if text is not None else None


def _json_of(response: FastResponse) -> Any:
    try:
        return response.json()
    except (TypeError, ValueError):
        return None


def _passes(operation: op.Operation, body: Any) -> bool:
    try:
        return operation.check(body)
    except (AttributeError, KeyError, TypeError):
        return False
