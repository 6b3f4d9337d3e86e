"""Unguessable references and salts from the operating system's own source of randomness."""

import secrets


class SystemChance:
    """`bot.ports.store.Chance`."""

    def token(self) -> str:
        """Return an unguessable reference of 12 characters (72 bits)."""
        return secrets.token_urlsafe(9)

    def salt(self) -> bytes:
        """Return 16 random bytes."""
        return secrets.token_bytes(16)
