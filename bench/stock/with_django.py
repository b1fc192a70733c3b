"""Django's admin on the table of members, as its manual sets it up."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import django
from answering import CHOICES, COLUMNS, DATABASE_URL, DAYS, FIELDS, MAY_BE_NULL, PAGE, SEARCHED, TEXTS, answer
from django.conf import settings
from django.core.management import call_command

url = urlsplit(DATABASE_URL)
if url.scheme == "sqlite":
    DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(url.path))}
else:
    DATABASE = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.strip("/"),
        "USER": url.username,
        "PASSWORD": url.password,
        "HOST": url.hostname,
        "PORT": url.port,
        "CONN_MAX_AGE": None,  # as the others keep their connection
    }
CONTRIB = ("admin", "auth", "contenttypes", "sessions", "messages")
settings.configure(
    SECRET_KEY="only for measuring",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    STATIC_URL="/static/",
    DATABASES={"default": DATABASE},
    INSTALLED_APPS=[f"django.contrib.{name}" for name in CONTRIB],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db import models  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402


class Member(models.Model):
    for name, size in TEXTS.items():
        vars()[name] = models.CharField(max_length=size, null=name in MAY_BE_NULL, blank=True)
    for name in DAYS:
        vars()[name] = models.DateField(null=True, blank=True)
    for name in CHOICES:
        vars()[name] = models.BooleanField()

    class Meta:
        app_label, db_table, managed = "auth", "member", False
        ordering = ("surname", "first_name", "id")


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):
    list_display = COLUMNS
    fields = FIELDS
    search_fields = SEARCHED
    list_filter = ("state",)
    list_per_page = PAGE


urlpatterns = [path("admin/", admin.site.urls)]


def main() -> None:
    call_command("migrate", verbosity=0)
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("bench", "bench@x.invalid", "x"))

    def ask(method: str, where: str, data: dict[str, str]) -> tuple[int, str]:
        response = client.get(where) if method == "GET" else client.post(where, data)
        return response.status_code, response.content.decode()

    answer(ask, "csrfmiddlewaretoken")


main()
