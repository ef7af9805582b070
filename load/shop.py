"""The operator's side: makes the sale before the crowd comes, and asks the audit after it has gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import requests

TIMEOUT_SECONDS = 60
RESERVATION_SECONDS = 3_600


@dataclass(frozen=True)
class Sale:
    sale_id: str
    sku_id: str
    units: int


@dataclass(frozen=True)
class SalePlan:
    units: int
    rate_per_second: int
    max_active: int
    starts_in_seconds: float


class Operator:
    def __init__(self, host: str, token: str) -> None:
        self._url = f"{host.rstrip('/')}/api/v1/admin"
        self._headers = {"Authorization": f"Bearer {token}"}

    def open_sale(self, plan: SalePlan) -> Sale:
        """Nothing lapses during the run, so that buyers' own books can be held against the stock."""
        answer = self._post("/sales", draft_of(plan, datetime.now(timezone.utc)))
        return Sale(answer["sale_id"], answer["items"][0]["sku_id"], plan.units)

    def audit(self, sale_id: str) -> list[str]:
        """What is violated; an audit that looked at nothing is a violation too."""
        report = self._post("/audit", {"sale_id": sale_id})
        found = [
            f"{invariant['name']}: {violation['detail']}"
            for invariant in report["invariants"]
            for violation in invariant["violations"]
        ]
        if not report["invariants"]:
            return ["the audit looked at nothing"]
        return found or ([] if report["ok"] else ["the audit is not ok, and does not say why"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(self._url + path, json=body, headers=self._headers, timeout=TIMEOUT_SECONDS)
        if not answer.ok:
            raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text}")
        return answer.json()


def draft_of(plan: SalePlan, now: datetime) -> dict[str, Any]:
    starts_at = now + timedelta(seconds=plan.starts_in_seconds)
    return {
        "name": "Load test",
        "starts_at": iso(starts_at),
        "ends_at": iso(now + timedelta(hours=4)),
        "currency": "EUR",
        "purchase_limit": 2,
        "reservation_seconds": RESERVATION_SECONDS,
        "waiting_room": {
            "opens_at": iso(min(now, starts_at - timedelta(seconds=1))),
            "rate_per_second": plan.rate_per_second,
            "max_active": plan.max_active,
        },
        "items": [
            {
                "sku_id": "SNEAKER-42",
                "name": "Trail Runner 42",
                "flash_price_minor": 9_900,
                "original_price_minor": 19_900,
                "total_stock": plan.units,
            }
        ],
    }


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1_000:03}Z"
