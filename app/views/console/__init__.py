"""The operator's console (Flask-Admin): what happens behind the screens. For administrators, and read-only.

Flask-Admin gives the lists and pages of rows; the security manager, the frame, the filters and the words are the
portal's own. Mail and the audit trail have their screens elsewhere. The one act here, ending a session, is a form of
ours.
"""

from __future__ import annotations

from flask import current_app
from flask_admin import Admin
from flask_admin.theme import Theme
from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _

from app.views.console.guard import ConsoleView
from app.views.console.people import ConsoleSessions, ConsoleSignIns
from app.views.console.work import ConsoleHome, ConsoleImports, ConsoleJobs

__all__ = ["ConsoleView", "add_console"]


def add_console(builder: AppBuilder) -> None:
    """Register the pages of the console with Flask-Admin, and their permissions and menu entry with the builder."""
    home = ConsoleHome()
    # A theme whose folder is not there: none of Flask-Admin's own templates can be found.
    theme = Theme(folder="console", base_template="console/base.html")
    admin = Admin(name="console", index_view=home, endpoint=home.endpoint, url=home.path, theme=theme)
    for view in (ConsoleJobs(), ConsoleImports(), ConsoleSignIns(), ConsoleSessions()):
        admin.add_view(view)
    home.covers = {view.endpoint for view in admin._views}
    admin.init_app(current_app)
    builder.baseviews.extend(admin._views)
    builder.add_link("Console", href="", label=_("Console"), category="Administration", baseview=home)
