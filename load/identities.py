"""Who the buyers are: each one somebody else, at an address that few share."""

import itertools
import random
import time
import uuid
from dataclasses import dataclass

import jwt

DAY_SECONDS = 86_400
ACCOUNT_AGE_DAYS = 365


@dataclass
class Identity:
    """`token` is None until the server has handed one out."""

    address: str
    token: str | None


class Identities:
    """Tokens of the shop if there is a secret to sign them with; otherwise guests of the server."""

    def __init__(self, secret: str | None, buyers_per_address: int, random_source: random.Random) -> None:
        self._secret = secret
        self._buyers_per_address = buyers_per_address
        # Processes of one run must not meet at the same addresses.
        self._base = random_source.getrandbits(24)
        self._numbers = itertools.count()

    def new(self) -> Identity:
        number = next(self._numbers)
        return Identity(self._address_of(number // self._buyers_per_address), self._token())

    def _address_of(self, number: int) -> str:
        host = (self._base + number) % 2**24
        return f"10.{host >> 16}.{host >> 8 & 255}.{host & 255}"

    def _token(self) -> str | None:
        if self._secret is None:
            return None
        now = int(time.time())
        made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - ACCOUNT_AGE_DAYS * DAY_SECONDS))
        claims = {"sub": f"load-{uuid.uuid4()}", "iat": now, "exp": now + DAY_SECONDS, "account_created_at": made}
        return jwt.encode(claims, self._secret, algorithm="HS256")
