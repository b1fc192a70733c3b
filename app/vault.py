"""Encryption of what must not be readable in the database: BSN, IBAN, sign-in secrets, uploaded rosters.

AES-256-GCM with a fresh nonce; the owner's identity is associated data, so a ciphertext that is moved to another row
does not decrypt (SECURITY: BSN). A ciphertext names its key, so that keys can be rotated row by row.
"""

from __future__ import annotations

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


class CannotDecrypt(Exception):
    """The ciphertext was changed, belongs to another row, or its key is not configured. Holds no secret."""


class Vault:
    """Encrypts with the newest key, decrypts with the key that a ciphertext names."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._derived_keys: dict[tuple[str, str], bytes] = {}

    def use_keys(self, keys: dict[str, bytes]) -> None:
        """Take the configured keys; the first one encrypts."""
        self._keys = dict(keys)
        self._derived_keys = {}

    @property
    def current_key_id(self) -> str:
        """The key that encrypts now."""
        return next(iter(self._keys))

    def knows(self, key_id: str) -> bool:
        """Whether this key is configured."""
        return key_id in self._keys

    def encrypt_bytes(self, plain: bytes, *, owner: str) -> bytes:
        """`plain` as `key-id.nonce+ciphertext`; only the same `owner` can decrypt it."""
        nonce = os.urandom(NONCE_BYTES)
        key_id = self.current_key_id
        sealed = AESGCM(self._derived(key_id, "encrypt")).encrypt(nonce, plain, owner.encode())
        return key_id.encode() + b"." + nonce + sealed

    def decrypt_bytes(self, sealed: bytes, *, owner: str) -> bytes:
        """The plain bytes. Raises CannotDecrypt."""
        key_id, _, rest = sealed.partition(b".")
        try:
            key = self._derived(key_id.decode(), "encrypt")
            return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], owner.encode())
        except (KeyError, InvalidTag, ValueError, UnicodeDecodeError):
            raise CannotDecrypt from None

    def encrypt(self, plain: str, *, owner: str) -> str:
        """`encrypt_bytes` for text: `key-id.base64`, fit for a text column."""
        sealed = self.encrypt_bytes(plain.encode(), owner=owner)
        key_id, _, rest = sealed.partition(b".")
        return f"{key_id.decode()}.{base64.b64encode(rest).decode()}"

    def decrypt(self, sealed: str, *, owner: str) -> str:
        """The text that `encrypt` sealed. Raises CannotDecrypt."""
        key_id, _, encoded = sealed.partition(".")
        try:
            rest = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise CannotDecrypt from None
        return self.decrypt_bytes(key_id.encode() + b"." + rest, owner=owner).decode()

    def lookup_hash(self, value: str, *, purpose: str, key_id: str | None = None) -> str:
        """A keyed hash to find equal values without reading them, under a key of its own per purpose."""
        key = self._derived(key_id or self.current_key_id, f"lookup {purpose}")
        return hmac.digest(key, value.encode(), "sha256").hex()

    def lookup_hashes(self, value: str, *, purpose: str) -> list[str]:
        """The hashes of `value` under every configured key: rows of before a rotation are found too."""
        return [self.lookup_hash(value, purpose=purpose, key_id=key_id) for key_id in self._keys]

    def _derived(self, key_id: str, purpose: str) -> bytes:
        """One key per purpose. Kept, because an import derives it 100,000 times: 16 µs a value becomes 9."""
        known = self._derived_keys.get((key_id, purpose))
        if known is None:
            kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
            known = self._derived_keys[key_id, purpose] = kdf.derive(self._keys[key_id])
        return known
