"""How the account is set up and how its API answers: what the `options` control can change.

| option | default | meaning |
|---|---|---|
| strict_host | false | a host without the account's prefix (`sandboxk.`, `pl-sandboxk.`) gets 401 |
| multi_channel | true | the key covers several channels: `processing_channel_id` is required |
| card_schemes | true | false: no card is taken, and other methods asked for are answered with `warnings` |
| expires_on | utc | how a link's moments are written: `utc` (`Z`) or `offset` (`+08:00`), both documented |
| challenges | requested | when the issuer asks for 3DS: `requested` (the link did), `always`, `never` |
| settles_after_s | 5 | what a bank needs to pass on money that was approved there |
| refuse_with | null | the codes that creating a link is refused with, known or not |
| answer_after_s | 0 | how late, by the sandbox's clock, creating a link is answered; the link is there |
| reads_per_s, writes_per_s | 100 | beyond that, and a burst of five seconds' worth: 429 without a body |
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.checkout import checks as is_
from sandbox.checkout.checks import Check
from sandbox.standin import ControlRefused

JSON = dict[str, Any]


@dataclass
class Options:
    """One account's; see above."""

    strict_host: bool = False
    multi_channel: bool = True
    card_schemes: bool = True
    expires_on: str = "utc"
    challenges: str = "requested"
    settles_after_s: float = 5
    refuse_with: list[str] | None = None
    answer_after_s: float = 0
    reads_per_s: int = 100
    writes_per_s: int = 100

    async def read(self, _: JSON) -> JSON:
        """-> {"options": all of them}."""
        return {"options": asdict(self)}

    async def change(self, body: JSON) -> JSON:
        """Those that are named -> {"options": all of them}; raises ControlRefused and changes nothing."""
        if unknown := set(body) - set(_CHECKS):
            raise ControlRefused(f"unknown options: {', '.join(sorted(unknown))}")
        if wrong := [name for name, value in body.items() if not _CHECKS[name](value)]:
            raise ControlRefused(f"not a value of {', '.join(wrong)}")
        for name, value in body.items():
            setattr(self, name, value)
        return await self.read({})


def _is_codes(value: Any) -> bool:
    return value is None or is_.list_of(100, str)(value)


_CHECKS: Mapping[str, Check] = {
    "strict_host": is_.is_flag,
    "multi_channel": is_.is_flag,
    "card_schemes": is_.is_flag,
    "expires_on": is_.one_of(("utc", "offset")),
    "challenges": is_.one_of(("requested", "always", "never")),
    "settles_after_s": is_.number(0),
    "refuse_with": _is_codes,
    "answer_after_s": is_.number(0),
    "reads_per_s": is_.whole(1),
    "writes_per_s": is_.whole(1),
}
