"""Flask-Admin on the table of members, as its manual sets it up, with Flask-Login for who may come in."""

from __future__ import annotations

from answering import CHOICES, COLUMNS, DATABASE_URL, DAYS, FIELDS, MAY_BE_NULL, PAGE, SEARCHED, TEXTS, answer
from flask import Flask
from flask_admin import Admin, AdminIndexView
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import SecureForm
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, current_user
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config.update(SECRET_KEY="only for measuring", SQLALCHEMY_DATABASE_URI=DATABASE_URL)
Babel(app)  # it is installed for Flask-AppBuilder, and Flask-Admin asks it then
db = SQLAlchemy(app)


class Member(db.Model):
    __tablename__ = "member"
    id = db.Column(db.Integer, primary_key=True)


for name, size in TEXTS.items():
    setattr(Member, name, db.Column(db.String(size), nullable=name in MAY_BE_NULL, default=""))
for name in DAYS:
    setattr(Member, name, db.Column(db.Date))
for name in CHOICES:
    setattr(Member, name, db.Column(db.Boolean, default=False))


class User(UserMixin, db.Model):
    __tablename__ = "ab_user"
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(64))


class ForWhoIsSignedIn:
    def is_accessible(self) -> bool:
        return bool(current_user.is_authenticated)


class Home(ForWhoIsSignedIn, AdminIndexView):
    pass


class MemberView(ForWhoIsSignedIn, ModelView):
    column_list = COLUMNS
    form_columns = column_details_list = FIELDS
    column_searchable_list = SEARCHED
    column_filters = ("state",)
    column_default_sort = [("surname", False), ("first_name", False), ("id", False)]
    can_view_details = True
    form_base_class = SecureForm
    page_size = PAGE


login = LoginManager(app)
login.user_loader(lambda user_id: db.session.get(User, int(user_id)))
admin = Admin(app, index_view=Home())
admin.add_view(MemberView(Member, db, endpoint="member"))
client = app.test_client()
with app.app_context():
    first_user = db.session.scalar(db.select(db.func.min(User.id)))
with client.session_transaction() as session:
    session["_user_id"], session["_fresh"] = str(first_user), True


def ask(method: str, where: str, data: dict[str, str]) -> tuple[int, str]:
    response = client.open(where, method=method, data=data)
    return response.status_code, response.text


answer(ask, "csrf_token")
