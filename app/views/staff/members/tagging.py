"""Tags of members: choosing those of one member, and giving one to, or taking it from, the chosen or found members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from app.models import Member
from app.services.notes import tags
from app.views.forms.asked import AskedField
from app.views.forms.fields import read_key
from app.views.forms.forms import PortalForm
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.lists.acts import MOST_ROWS

TAG_ACTS: Final[dict[str, tuple[Any, Callable[..., None]]]] = {
    "tag": (_("Give a tag"), tags.give_tag),
    "untag": (_("Take a tag away"), tags.take_tag),
}


def way_to_new_tag() -> Markup:
    """The hint at a choice of tags: where another one is made; from there one comes back to the choice."""
    way = Markup('<a href="{}">{}</a>')
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return way.format(url_for("TagsView.add", next=back), gettext("Make a new tag"))


class TagForm(PortalForm):
    """Which tag."""

    tag_id = AskedField(_("Tag"), coerce=read_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tag_id.choices = [(tag.id, tag.name) for tag in tags.list_tags()]
        self.tag_id.description = way_to_new_tag()


class TagsForm(PortalForm):
    """Which tags one member has. `before` are those that were shown: a colleague's change meanwhile stays."""

    before = HiddenField()
    chosen = SelectMultipleField(_("Tags"), [Optional()], coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen.choices = [(tag.id, tag.name) for tag in tags.list_tags()]
        self.chosen.description = way_to_new_tag()

    def shown(self) -> list[int]:
        """The numbers of the tags that the member had when the form was shown."""
        typed = set((self.before.data or "").split())
        return [key for key, _name in self.chosen.choices or () if str(key) in typed]


class TaggingMixin:
    """The steps and acts of `MembersView` with tags."""

    @action("tag", TAG_ACTS["tag"][0])
    def tag(self, items: list[Member]) -> Any:
        """To the page that asks which."""
        return redirect(url_for(".tag_chosen", act="tag", lid=[member.id for member in items]))

    @action("untag", TAG_ACTS["untag"][0])
    def untag(self, items: list[Member]) -> Any:
        """To the page that asks which."""
        return redirect(url_for(".tag_chosen", act="untag", lid=[member.id for member in items]))

    def bulk_form(self, name: str) -> TagForm | None:
        """Which tag."""
        return TagForm() if name in TAG_ACTS else None

    @expose("/label/<act>", methods=["GET", "POST"])
    @has_access
    def tag_chosen(self: Any, act: str) -> ResponseReturnValue:
        """Which tag the chosen members get, or lose."""
        keys = [key for typed in request.args.getlist("lid")[:MOST_ROWS] if (key := _key(typed))]
        items = self.rows().filter(Member.id.in_(keys)).order_by(*Member.by_name()).all()
        if act not in TAG_ACTS or not items:
            raise NotFound
        (title, change), form, back = TAG_ACTS[act], TagForm(), url_for(".list")

        def change_all() -> None:
            for member in items:
                change(member, form.tag_id.data, **self.by_whom())

        if form.validate_on_submit() and self._commit_or_refuse(change_all, form):
            flash(ngettext("%(num)s member done.", "%(num)s members done.", len(items)), "success")
            return redirect(back)
        names = [self.row_name(member) for member in items]
        return self._render("staff/notes/tag_chosen.html", title=str(title), form=form, names=names, back=back)

    @expose("/<pk>/labels", methods=["GET", "POST"])
    @has_access
    def tags(self: Any, pk: str) -> ResponseReturnValue:
        """The tags of one member."""
        item, back = self.find_row(pk), url_for(".show", pk=pk)
        now = [tag.id for tag in tags.tags_of(item.id)]
        form = TagsForm(data={"chosen": now, "before": " ".join(map(str, now))})

        def change() -> None:
            tags.choose_tags(item, form.chosen.data or (), before=form.shown(), **self.by_whom())

        if form.validate_on_submit() and self._commit_or_refuse(change, form):
            flash(gettext("The tags have been saved."), "success")
            return redirect(back)
        title = gettext("Tags of %(name)s", name=item.full_name)
        return self._render("staff/form_page.html", title=title, form=form, label=gettext("Save"), back=back)


def _key(typed: str) -> int | None:
    try:
        return read_key(typed)
    except ValueError:
        return None


def tag_filter() -> Filter:
    """The filter `tag` of the list of members. One statement."""
    names = {str(tag.id): tag.name for tag in tags.list_tags()}
    field = SelectField(_("Tag"), choices=[("", ANY), *names.items()], default="")
    return Filter(
        "tag", _("Tag"), field, lambda value: tags.has_tag([int(value)]), names.__getitem__, tuple(names.items())
    )
