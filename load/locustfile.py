"""The load plan of Tidegate: see README.md."""

import logging
import os
import random
from pathlib import Path
from typing import Any

from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from books import BOOKS
from buyer import Buyer
from identities import Identities
from shapes import NOON_AFTER_SECONDS, STAGES, CrowdShape
from shop import Operator, Sale, SalePlan
from summary import Report, faults_of, rows_of, table_of

__all__ = ["Buyer", "CrowdShape"]

log = logging.getLogger("tidegate")


@events.init_command_line_parser.add_listener
def add_options(parser: LocustArgumentParser) -> None:
    plan = parser.add_argument_group("Tidegate")
    plan.add_argument("--shape", choices=list(STAGES), default="steady", help="How many come, and when")
    plan.add_argument("--crowd-scale", type=positive, default=1.0, help="Of the users of the shape, this part or multiple")
    plan.add_argument("--time-scale", type=positive, default=1.0, help="Of the time of the shape, this part or multiple")
    plan.add_argument("--units", type=int, default=2_000, help="Units for sale")
    plan.add_argument("--gate-rate", type=int, default=100, help="Buyers let in a second")
    plan.add_argument("--gate-cap", type=int, default=1_000, help="Buyers inside at a time")
    plan.add_argument("--buyers-per-address", type=int, default=4, help="Buyers who share an address")
    plan.add_argument("--impatient", type=float, default=0.02, help="Share that asks ten times a second for the status")
    plan.add_argument("--max-5xx-share", type=float, default=0.0, help="Of all answers, before they fail the run")
    plan.add_argument("--report", default=None, help="Write this path with .json and .csv")


def positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise ValueError("must be more than 0")
    return value


@events.init.add_listener
def prepare(environment: Environment, **_: Any) -> None:
    options = environment.parsed_options
    if options is None:
        return
    secret = os.environ.get("AUTH_SECRET") or None
    Buyer.identities = Identities(secret, options.buyers_per_address, random.Random())
    Buyer.impatient_share = options.impatient
    if isinstance(environment.runner, WorkerRunner):
        environment.runner.register_message("sale", hear_of_sale)


@events.test_start.add_listener
def open_sale(environment: Environment, **_: Any) -> None:
    if isinstance(environment.runner, WorkerRunner):
        return
    options = environment.parsed_options
    starts_in = NOON_AFTER_SECONDS * options.time_scale if options.shape == "noon" else -1
    plan = SalePlan(options.units, options.gate_rate, options.gate_cap, starts_in)
    try:
        Buyer.sale = operator_of(environment).open_sale(plan)
    except (RuntimeError, OSError) as error:
        log.error("no sale could be opened: %s", error)
        environment.runner.quit()
        return
    if isinstance(environment.runner, MasterRunner):
        environment.runner.send_message("sale", vars(Buyer.sale))


def hear_of_sale(msg: Any, **_: Any) -> None:
    Buyer.sale = Sale(**msg.data)


@events.report_to_master.add_listener
def send_books(data: dict[str, Any], **_: Any) -> None:
    data["books"] = BOOKS.take()


@events.worker_report.add_listener
def add_books(data: dict[str, Any], **_: Any) -> None:
    BOOKS.add(data["books"])


@events.quitting.add_listener
def conclude(environment: Environment, **_: Any) -> None:
    """A run is good if nothing was answered wrongly or not at all, and if no book says that a unit was sold twice."""
    if isinstance(environment.runner, WorkerRunner):
        return
    report = report_of(environment)
    print(f"\n{table_of(report.rows)}\n")
    print(f"Units: {report.as_json()['units']}")
    print("\n".join(f"FAILED: {fault}" for fault in report.faults) or "All answers were right, and all invariants hold.")
    if environment.parsed_options.report is not None:
        report.write(Path(environment.parsed_options.report))
    environment.process_exit_code = 1 if report.faults else 0


def report_of(environment: Environment) -> Report:
    options, stats = environment.parsed_options, environment.stats
    return Report(
        shape=options.shape,
        peak_users=round(max(stage.users for stage in STAGES[options.shape]) * options.crowd_scale),
        seconds=(stats.last_request_timestamp or 0) - stats.start_time,
        rows=rows_of(BOOKS, stats),
        books=BOOKS,
        sale=Buyer.sale,
        faults=faults_of(BOOKS, Buyer.sale, audit_of(environment), options.max_5xx_share),
    )


def audit_of(environment: Environment) -> list[str]:
    if Buyer.sale is None:
        return []
    try:
        return operator_of(environment).audit(Buyer.sale.sale_id)
    except (RuntimeError, OSError, KeyError, TypeError) as error:
        log.exception("the audit could not be made")
        return [f"could not be made: {error}"]


def operator_of(environment: Environment) -> Operator:
    return Operator(environment.host or "", os.environ["ADMIN_TOKEN"])
