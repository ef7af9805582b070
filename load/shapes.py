"""How many buyers there are, and when."""

from dataclasses import dataclass

from locust import LoadTestShape


@dataclass(frozen=True)
class Stage:
    """Until `until_seconds` there are `users`; so many come (or go) a second until there are."""

    until_seconds: float
    users: int
    per_second: float


NOON_AFTER_SECONDS = 30

STAGES = {
    "steady": (Stage(120, 200, 20),),
    "ramp": (Stage(60, 500, 25), Stage(150, 3_000, 50), Stage(240, 5_000, 50), Stage(270, 500, 200)),
    # Some wait for the sale to begin; at noon everybody else comes within two seconds.
    "noon": (Stage(NOON_AFTER_SECONDS, 200, 20), Stage(120, 3_000, 1_400), Stage(150, 200, 200)),
}


class CrowdShape(LoadTestShape):
    """The stages of `--shape`, for `--crowd-scale` of their users in `--time-scale` of their time."""

    use_common_options = False

    def tick(self) -> tuple[int, float] | None:
        options = self.runner.environment.parsed_options
        passed = self.get_run_time() / options.time_scale
        for stage in STAGES[options.shape]:
            if passed < stage.until_seconds:
                users = max(1, round(stage.users * options.crowd_scale))
                per_second = stage.per_second * options.crowd_scale / options.time_scale
                return users, max(1.0, per_second)
        return None
