"""Keys of brands: encrypted with Fernet, by a key derived from SECRET_KEY and the brand.

A row that is copied to another brand, or a database without its SECRET_KEY, gives nothing away. Former values
of SECRET_KEY (SECRET_KEY_FALLBACKS) still open; `renewed` seals with the present one.
"""

import base64
from typing import Final
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_INFO: Final = b"storesync.ai.key:"


class KeyUnreadable(Exception):
    """No present or former SECRET_KEY opens it."""


def _box(brand_id: UUID) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_fernet(secret, brand_id) for secret in secrets])


def _fernet(secret: str, brand_id: UUID) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_INFO + brand_id.bytes)
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))


def seal(key: str, brand_id: UUID) -> str:
    """The key as the database keeps it."""
    return _box(brand_id).encrypt(key.encode()).decode()


def unseal(sealed: str, brand_id: UUID) -> str:
    """The key itself.

    Raises:
        KeyUnreadable: SECRET_KEY was changed without keeping its former value, or the row is another brand's.
    """
    try:
        return _box(brand_id).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise KeyUnreadable from None


def renewed(sealed: str, brand_id: UUID) -> str | None:
    """The same key sealed by the present SECRET_KEY; None where it is already, or cannot be opened."""
    try:
        _fernet(settings.SECRET_KEY, brand_id).decrypt(sealed.encode())
    except InvalidToken:
        try:
            return _box(brand_id).rotate(sealed.encode()).decode()
        except InvalidToken:
            return None
    return None
