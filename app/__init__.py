"""Het Ledenportal: the one place where the parts are tied together."""

from __future__ import annotations

import gc

gc.disable()  # all that is loaded here stays: to look through it again and again is a third of a start

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app import cli, headers, i18n, jobs, logs, models, private_files, views
from app.auth import requests
from app.auth.manager import PortalBuilder, PortalSecurityManager
from app.database.tuning import tune
from app.extensions import csrf, db, mailer, migrate, scanner, storage, vault
from app.mail.post_office import post_office
from app.models.shortcuts import kept_statements
from app.services.members import change_log
from app.storage.store import FolderStore, Store
from app.views import contact, frame, typed
from app.views.pages import errors
from app.views.parts import kept
from app.views.parts.light_templates import LightEnvironment
from setting_rules import parse_keys

gc.freeze()
gc.enable()

__all__ = ["create_app"]


class Portal(Flask):
    """The application."""

    jinja_environment = LightEnvironment

    def log_exception(self, exc_info: Any) -> None:
        """Not here: the page of an error logs it once, without the address, which can hold a token."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view or hook is asynchronous, and Flask would look at each of twenty at each request."""
        return func


def create_app(settings: Mapping[str, Any] | None = None, subjects: Sequence[views.Subject] = views.SUBJECTS) -> Flask:
    """The portal as a WSGI application.

    `settings` replaces what `config.load_settings` reads from the environment (tests). Raises UnsafeSettings when
    production settings are missing, default or unsafe.
    """
    if settings is None and cli.makes_only_a_key():
        return cli.key_maker()
    app = Portal(__name__)
    app.config.from_mapping(config.load_settings() if settings is None else settings)
    config.make_instance_folder(app.config["INSTANCE_DIR"])
    logs.init_app(app)
    _trust_proxies(app)
    vault.use_keys(parse_keys(app.config["ENCRYPTION_KEYS"]))
    storage.use(_open_store(app))
    scanner.use(app.config["CLAMAV_SOCKET"])
    change_log.term.days = app.config["PROFILE_CHANGE_DAYS"]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    post_office.open(app.config, server=mailer.init_app(app), write=i18n.write_mail)
    headers.init_app(app)
    requests.init_app(app)
    csrf.init_app(app)
    with app.app_context():
        _keep_private(app)
        tune(db.engine, is_command=cli.is_command())
        _add_appbuilder(app, subjects)
    jobs.init_app(app)
    cli.init_app(app)
    return app


def _open_store(app: Flask) -> Store:
    url = app.config["STORAGE_URL"]
    if not url:
        return FolderStore(app.config["INSTANCE_DIR"] / "files")
    from app.storage.s3 import S3Store  # here, because boto3 takes half a second and few need it

    return S3Store(url)


def _add_appbuilder(app: Flask, subjects: Sequence[views.Subject]) -> None:
    builder = PortalBuilder(indexview=views.HomeView)
    builder.init_app(app, db.session)
    if (
        type(builder.sm) is not PortalSecurityManager
    ):  # FAB swallows a wrong class and starts with its own (SECURITY §1)
        raise RuntimeError("the portal's security manager is not in force")
    i18n.init_app(app)
    contact.init_app(app)
    typed.init_app(app)
    frame.init_app(app)
    kept.init_app(app)
    errors.init_app(app)
    views.register_views(builder, subjects)


def _trust_proxies(app: Flask) -> None:
    serve, count = app.wsgi_app, app.config["TRUSTED_PROXIES"]

    def serve_known(environ: dict[str, Any], start: Any) -> Any:
        environ["REMOTE_ADDR"] = _read_ip(environ.get("REMOTE_ADDR", ""))
        return serve(environ, start)

    known: Any = serve_known
    app.wsgi_app = ProxyFix(known, x_for=count, x_proto=count, x_host=0) if count else known  # type: ignore[method-assign]


def _read_ip(said: str) -> str:
    """The address of a visitor as a proxy hands it on, or "": it is kept in rows, which have room for an address."""
    try:
        return str(ip_address(said.partition("%")[0]))
    except ValueError:
        return ""


def _keep_private(app: Flask) -> None:
    """Before the first connection. The queue may be a file too."""
    queue: str = app.config["QUEUE_URL"]
    files = [
        db.engine.url.database if db.engine.dialect.name == "sqlite" else None,
        queue.removeprefix("sqlite:///") if queue.startswith("sqlite:///") else None,
    ]
    private_files.make_private(app.config["INSTANCE_DIR"], *files, lets_group_pass=bool(app.config["X_ACCEL_PREFIX"]))


_ = models, kept_statements  # every table must be known before the first query
