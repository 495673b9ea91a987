"""The base of forms about a row that counts its changes in `version`: policies, groups, working hours."""

from typing import Any

from django import forms


class CountedForm(forms.Form):
    """A form that knows which version of its row the person saw. By itself it confirms a removal."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def renew_version(self, row: Any) -> None:
        """Let the next save of this page stand on the row as it is now."""
        data: Any = self.data
        self.data = data = data.copy()
        data["version"] = str(row.version)
