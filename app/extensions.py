"""The parts that `create_app` binds to one application. Unbound here, so that models and services can import them."""

from __future__ import annotations

from flask_appbuilder import Model
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from app.storage.scanner import Scanner
from app.storage.store import Storage
from app.vault import Vault

# FAB's metadata, so that its ab_* tables and ours are one schema with foreign keys and one migration history.
# Objects stay loaded after a commit: a page that saves does not read everything twice.
db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})
migrate = Migrate(compare_type=True)
mailer = Mail()
csrf = CSRFProtect()
vault = Vault()
storage = Storage()
scanner = Scanner()
