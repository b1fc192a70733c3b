"""Flask-AppBuilder's own screens on the table of members, as its manual sets it up."""

from __future__ import annotations

import logging

from answering import CHOICES, COLUMNS, DATABASE_URL, DAYS, FIELDS, PAGE, SEARCHED, TEXTS, answer
from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.utils.legacy import get_sqla_class
from flask_wtf import CSRFProtect
from sqlalchemy import Boolean, Column, Date, Integer, String

logging.disable(logging.CRITICAL)
app = Flask(__name__)
app.config.update(
    SECRET_KEY="only for measuring",
    SQLALCHEMY_DATABASE_URI=DATABASE_URL,
    FAB_ADD_SECURITY_VIEWS=True,
)
CSRFProtect(app)
db = get_sqla_class()()
db.init_app(app)


class Member(Model):
    __tablename__ = "member"
    id = Column(Integer, primary_key=True)


for name, size in TEXTS.items():
    setattr(Member, name, Column(String(size)))
for name in DAYS:
    setattr(Member, name, Column(Date))
for name in CHOICES:
    setattr(Member, name, Column(Boolean, default=False))


class MemberView(ModelView):
    datamodel = SQLAInterface(Member)
    route_base = "/member"
    list_columns = list(COLUMNS)
    show_columns = edit_columns = list(FIELDS)
    search_columns = [*SEARCHED, "state"]
    base_order = ("surname", "asc")
    page_size = PAGE


with app.app_context():
    builder = AppBuilder(app, db.session)
    builder.add_view(MemberView, "Members")
    user = builder.sm.add_user("bench", "B", "Ench", "bench@x.invalid", builder.sm.find_role("Admin"), "x")
    user_id = user.id
client = app.test_client()
with client.session_transaction() as session:
    session["_user_id"], session["_fresh"] = str(user_id), True


def ask(method: str, where: str, data: dict[str, str]) -> tuple[int, str]:
    response = client.open(where, method=method, data=data)
    return response.status_code, response.text


answer(ask, "csrf_token")
