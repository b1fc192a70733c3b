"""The security manager: FAB's doors closed, permissions read once per request (SECURITY §1, PERF 3)."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.views import IndexView
from flask_login import LoginManager

from app.auth.visitor import current_grants, current_visitor
from app.permissions import Pair


class PortalSecurityManager(SecurityManager):
    """Nobody has access by token, API key, Public role or password alone; only by a session of ours."""

    def register_views(self) -> None:
        """FAB's security views and API are not registered at all: `views.register_views` adds ours."""

    def create_jwt_manager(self, app: Flask) -> None:
        """No tokens: a password alone would give one that outlives a reset."""

    def create_login_manager(self, app: Flask) -> LoginManager:
        """Flask-Login only carries the user that our session row names."""
        login_manager = LoginManager(app, add_context_processor=False)  # no template of ours asks for the user
        login_manager.login_view = "SignInView.sign_in"
        login_manager.login_message = None
        login_manager.session_protection = None  # it would bind to the IP address, which changes on a phone
        login_manager.request_loader(lambda _request: self._user_of_request())
        login_manager.user_loader(lambda _user_id: None)  # Flask-Login's own cookie value opens nothing
        return login_manager

    @staticmethod
    def _user_of_request() -> Any:
        visitor = current_visitor()
        return visitor.user if visitor else None

    @staticmethod
    def extract_api_key_from_request() -> None:
        """No API keys: FAB ignores their scopes and keeps them after a reset."""

    def validate_api_key(self, api_key_string: str) -> None:
        """No API keys."""

    def auth_user_db(self, username: str, password: str) -> None:
        """FAB's password-only sign-in opens nothing; `services.sign_in` is the one way in."""

    def reset_password(self, userid: int, password: str) -> None:
        """FAB's reset hashes with another KDF and keeps sessions; `services.passwords` is the one way."""
        raise NotImplementedError("use services.passwords")

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the signed-in person has this pair; nobody else has any, whatever the Public role holds."""
        return (permission_name, view_name) in current_grants().pairs

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is public by permission; public pages are on the guard test's short list."""
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """The menu entries of the signed-in person."""
        return {view for permission, view in current_grants().pairs if permission == "menu_access"}

    def _has_view_access(self, user: object, permission_name: str, view_name: str) -> bool:
        return self.has_access(permission_name, view_name)

    def _get_user_permission_view_menus(
        self, user: object, permission_name: str, view_menus_name: list[str]
    ) -> set[str]:
        return {view for permission, view in current_grants().pairs if permission == permission_name}

    @staticmethod
    def before_request() -> None:
        """FAB's stock fields read `g.user`."""
        visitor = current_visitor()
        g.user = visitor.user if visitor else None


class PortalBuilder(AppBuilder):
    """AppBuilder without FAB's locale and history views: language is chosen by POST, history is no cookie."""

    def __init__(self, indexview: type[IndexView]) -> None:
        super().__init__(security_manager_class=PortalSecurityManager, indexview=indexview)

    def _add_admin_views(self) -> None:
        self._indexview = self.add_view_no_menu(self.indexview)
        self.sm.register_views()

    def asked_pairs(self) -> set[Pair]:
        """The (permission, view) pairs that the views and the menu ask whether somebody has."""
        of_views = {
            (permission, view.class_permission_name) for view in self.baseviews for permission in view.base_permissions
        }
        return of_views | {("menu_access", name) for name in self.menu.get_flat_name_list()}
