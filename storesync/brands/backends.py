"""Django's own question, `user.has_perm(right, node)`, answered as everywhere else."""

from typing import Any

from django.db.models import Model
from guardian.backends import ObjectPermissionBackend

from storesync.core.permissions import can


class MembershipBackend(ObjectPermissionBackend):
    """guardian's backend behind the one question: no global permissions, and an active Membership."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        if obj is None:
            return False
        return can(user_obj, perm.rpartition(".")[2], obj)
