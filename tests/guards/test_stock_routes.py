"""No route of Flask-AppBuilder or Flask-Admin is reachable, but for those on this list with their reason."""

from __future__ import annotations

from inspect import unwrap

import pytest

STOCK = ("flask_appbuilder", "flask_admin", "huey")
ALLOWED = {"appbuilder.static": "Flask-AppBuilder registers it by itself; none of our pages names a file in it"}
# The console is built on Flask-Admin, so each of its routes is written down with its methods.
CONSOLE = {
    "/console/": {"GET"},
    "/console/taken/": {"GET"},
    "/console/imports/": {"GET"},
    "/console/imports/<int:key>": {"GET"},
    "/console/inloggen/": {"GET"},
    "/console/inloggen/<int:key>": {"GET"},
    "/console/sessies/": {"GET"},
    "/console/sessies/<int:key>": {"GET"},
    "/console/sessies/<int:key>/beeindig": {"GET", "POST"},
}


def blueprints_of(app, library):
    """The blueprints that a library made, among them those of views of ours that are built on it."""
    return {name for name, blueprint in app.blueprints.items() if blueprint.import_name.split(".")[0] == library}


def module_behind(app, endpoint):
    """Where the code of a route was written; Flask-AppBuilder wraps methods of views in a closure."""
    view_name, _, method = endpoint.partition(".")
    views = {view.endpoint: view for view in app.extensions["appbuilder"].baseviews}
    code = getattr(views[view_name], method) if view_name in views else app.view_functions[endpoint]
    return unwrap(code).__module__


def test_the_code_behind_every_route_is_ours(app):
    behind = {endpoint: module_behind(app, endpoint) for endpoint in app.view_functions}
    stock = {endpoint for endpoint, module in behind.items() if module.split(".")[0] in STOCK}
    assert stock - set(ALLOWED) == set()
    assert {module.split(".")[0] for module in behind.values()} <= {"app", "flask", *STOCK}


def test_the_console_has_exactly_these_routes(app):
    of_console = blueprints_of(app, "flask_admin")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in of_console]
    assert {rule.rule: set(rule.methods) - {"HEAD", "OPTIONS"} for rule in rules} == CONSOLE


@pytest.mark.parametrize("library", ["flask_admin", "flask_appbuilder"])
def test_no_library_serves_files_that_are_not_on_the_list(app, library):
    with_files = {name for name in blueprints_of(app, library) if app.blueprints[name].has_static_folder}
    assert {f"{name}.static" for name in with_files} <= set(ALLOWED)


def test_no_page_of_ours_builds_on_a_page_of_the_frameworks(app):
    sources = {
        name: app.jinja_env.loader.get_source(app.jinja_env, name)[0]
        for name in app.jinja_env.list_templates()
        if not name.startswith("appbuilder/")
    }
    assert len(sources) > 80
    assert not [name for name, source in sources.items() if "appbuilder/" in source or '"admin/' in source]
