"""Drawing lots that anybody can draw again: what is chosen follows from a seed alone, and is nobody's choice."""

from hashlib import sha256

_OF = 2**64


def sampled(seed: str, share: float) -> bool:
    """Whether the lot that `seed` draws is among `share` (from 0 to 1) of all lots."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8], "big") < share * _OF
