"""Flask-Admin on the table of members, as its manual sets it up. It has no accounts, so nobody signs in."""

from __future__ import annotations

from answering import COLUMNS, DATABASE_URL, PAGE, SEARCHED, answer
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config.update(SECRET_KEY="only for measuring", SQLALCHEMY_DATABASE_URI=DATABASE_URL)
Babel(app)  # it is installed for Flask-AppBuilder, and Flask-Admin asks it then
db = SQLAlchemy(app)


class Member(db.Model):
    __tablename__ = "member"
    id = db.Column(db.Integer, primary_key=True)
    surname = db.Column(db.String(120))
    first_name = db.Column(db.String(100))
    member_number = db.Column(db.String(40))
    email = db.Column(db.String(254))
    city = db.Column(db.String(80))
    state = db.Column(db.String(12))


class MemberView(ModelView):
    column_list = form_columns = COLUMNS
    column_searchable_list = SEARCHED
    column_filters = ("state",)
    column_default_sort = [("surname", False), ("first_name", False), ("id", False)]
    can_view_details = True
    page_size = PAGE


admin = Admin(app)
admin.add_view(MemberView(Member, db, endpoint="member"))
client = app.test_client()


def ask(method: str, where: str, data: dict[str, str]) -> tuple[int, int]:
    response = client.open(where, method=method, data=data)
    return response.status_code, len(response.data)


answer(ask)
