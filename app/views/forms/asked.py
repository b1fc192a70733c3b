"""A list that somebody must choose from, with nothing chosen beforehand: the person decides, not the first row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import InputRequired

CHOOSE = _("Choose…")
SOMETHING_ELSE = -1  # of a list of keys in which not everything stands


class AskedField(SelectField):
    """A choice that is needed. What is stored is shown; `data` is None while nothing was chosen."""

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] = (),
        coerce: Callable[[Any], Any] = str,
        choices: Any = None,
        **kwargs: Any,
    ) -> None:
        def read(value: Any) -> Any:
            return None if value in (None, "") else coerce(value)

        needed = InputRequired(_("Choose one of the list."))
        super().__init__(label, [needed, *validators], coerce=read, choices=choices, **kwargs)

    def iter_choices(self) -> Iterator[Choice]:
        """Nothing first."""
        yield Choice(value="", label=str(CHOOSE), selected=self.data is None, render_kw={})
        yield from super().iter_choices()
