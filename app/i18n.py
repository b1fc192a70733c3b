"""The reader's language, and how dates, times, amounts and mails are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import flask_babel
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Domain, force_locale, get_locale, gettext, ngettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.clock import local, utc_now
from app.phrases import Phrase

MEBIBYTE = 1024 * 1024


def translate(sentence: Phrase) -> str:
    """The sentence in the reader's language, its values filled in."""
    values = {name: _say_value(value) for name, value in sentence.values.items()}
    if sentence.plural:
        return str(ngettext(sentence.msgid, sentence.plural, **values))  # `num` says which of the two
    translated: str = gettext(sentence.msgid, **values) if values else gettext(sentence.msgid)
    return translated


def _say_value(value: Any) -> Any:
    """Texts inside a text, dates, times and instants are written in the reader's way."""
    if isinstance(value, Phrase):
        return translate(value)
    if isinstance(value, datetime):
        return write_moment(value)
    if isinstance(value, time):
        return write_time(value)
    return write_date(value) if isinstance(value, date) else value


def select_locale() -> str:
    """The language: chosen in this browser, else the account's, else the browser's own, else Dutch."""
    languages = list(current_app.config["LANGUAGES"])
    default: str = current_app.config["BABEL_DEFAULT_LOCALE"]
    if not has_request_context():
        return default
    chosen = session.get("locale")
    if chosen in languages:
        return str(chosen)
    visitor = g.get("visitor")
    if visitor is not None and visitor.locale in languages:
        return str(visitor.locale)
    return request.accept_languages.best_match(languages, default) or default


def language_here() -> str:
    """The language of who reads this page, as `str(get_locale())` says it, in fewer steps: each page asks it often."""
    here = g._get_current_object()
    locale = getattr(getattr(here, "_flask_babel", None), "babel_locale", None) or get_locale()
    known: tuple[Any, str] | None = getattr(here, "language", None)
    if known is None or known[0] is not locale:
        here.language = known = (locale, str(locale))
    return known[1]


def write_date(day: date | None) -> str:
    """`do 6 juni 2024`; of an instant the day on a Dutch calendar, also between midnight and two."""
    if isinstance(day, datetime) and day.tzinfo:
        day = local(day).date()
    return _write_day(date(day.year, day.month, day.day), str(get_locale())) if day else ""


@lru_cache(maxsize=2048)
def _write_day(day: date, locale: str) -> str:
    return format_date(day, "EEE d MMMM y", locale=locale).replace(".", "", 1)


def write_full_date(day: date | None) -> str:
    """`woensdag 20 januari 2027`, where there is room: in mail, headings and deadlines."""
    if isinstance(day, datetime) and day.tzinfo:
        day = local(day).date()
    return format_date(day, "EEEE d MMMM y", locale=get_locale()) if day else ""


def write_full_moment(instant: datetime | None) -> str:
    """`woensdag 20 januari 2027, 17.00 uur`."""
    return f"{write_full_date(local(instant).date())}, {write_time(instant)}" if instant else ""


def write_deadline(instant: datetime | None) -> str:
    """What stands behind "before": `woensdag 20 januari 2027, 17.00 uur`; only the day where it ends as that begins."""
    return write_full_moment(instant) if not _begins_day(instant) else write_full_date(instant)


def write_short_deadline(instant: datetime) -> str:
    """The same in the subject of a mail: `20 januari 17.00 uur`, or `20 januari`."""
    day = format_date(local(instant).date(), "d MMMM", locale=get_locale())
    return day if _begins_day(instant) else f"{day} {write_time(instant)}"


def _begins_day(instant: datetime | None) -> bool:
    return instant is not None and local(instant).time() == time()


def write_days_left(until: datetime, now: datetime | None = None) -> str:
    """`nog 42 dagen` until an instant, by the days of a Dutch calendar; of now, unless another instant is given."""
    now = now or (g.now if has_request_context() else utc_now())
    days = (local(until).date() - local(now).date()).days - (1 if _begins_day(until) else 0)
    if until <= now:
        return str(gettext("this date is over"))
    if days == 0:
        return str(gettext("today"))
    return str(ngettext("one day left", "%(num)s days left", days))


def write_short_date(day: date) -> str:
    """`do 6 jun`, where the year is known."""
    return format_date(day, "EEE d MMM", locale=get_locale()).replace(".", "")


def write_time(instant: datetime | time | None) -> str:
    """`7.30 uur` in Dutch, `7:30` in English, on a Dutch clock."""
    if instant is None:
        return ""
    at = local(instant) if isinstance(instant, datetime) and instant.tzinfo else instant
    return str(gettext("%(hour)s:%(minute)s", hour=at.hour, minute=f"{at.minute:02d}"))


def write_hours(starts: time, ends: time) -> str:
    """From when until when: `7.00–14.30 uur` in Dutch, `7:00–14:30` in English."""
    return str(
        gettext(
            "%(hour)s:%(minute)s–%(last_hour)s:%(last_minute)s",
            hour=starts.hour,
            minute=f"{starts.minute:02d}",
            last_hour=ends.hour,
            last_minute=f"{ends.minute:02d}",
        )
    )


def write_moment(instant: datetime | None) -> str:
    """Date and time: `do 6 juni 2024, 7.30 uur`."""
    return f"{write_date(local(instant).date())}, {write_time(instant)}" if instant else ""


def write_number(count: int) -> str:
    """`1.284` in Dutch, `1,284` in English."""
    if 0 <= count < 1000 and type(count) is int:
        return str(count)  # the same in both, and most numbers are small
    return _write_large(count, str(get_locale()))


@lru_cache(maxsize=1000)
def _write_large(count: int, locale: str) -> str:
    return format_decimal(count, locale=locale)


def write_amount(euro: Decimal | None) -> str:
    """`€ 120,00`."""
    return format_currency(euro, "EUR", locale=get_locale()) if euro is not None else ""


def write_size(size: int) -> str:
    """A number of bytes: `340 kB`, `1,2 MB`."""
    if size < MEBIBYTE:
        return f"{max(1, round(size / 1024))} kB"
    return f"{format_decimal(round(size / MEBIBYTE, 1), locale=get_locale())} MB"


def write_mail(name: str, locale: str, values: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail: the templates `mail/<name>.txt`, which holds the subject, and `.html`.

    The name of the municipality stands behind each subject.
    """
    with force_locale(locale):
        plain = current_app.jinja_env.get_template(f"mail/{name}.txt")
        words = "".join(plain.blocks["subject"](plain.new_context(dict(values))))
        subject = f"{words} – {current_app.config['MUNICIPALITY']}"
        html = current_app.jinja_env.get_template(f"mail/{name}.html")
        return subject, plain.render(values), html.render(values, subject=subject)


COUNTS: Final = {"num", "count", "total", "done", "shown", "read", "found", "most"}  # values of texts that count things


def with_points(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a text, with points in counts of a thousand and more: 3112 is written `3.112`.

    A year, a number of a row or a telephone number has another name, and stays as it is.
    """
    return {
        name: write_number(value) if type(value) is int and value > 999 and name in COUNTS else value
        for name, value in values.items()
    }


class RememberedDomain(Domain):
    """The catalogues, looked up once per request and language: a page asks for hundreds of texts.

    So each is few steps: the language is read where flask_babel keeps it, and asked only where it is not known yet.
    """

    def gettext(self, string: str, **variables: Any) -> str:
        """The text, its counts with points."""
        said: str = self.get_translations().ugettext(string)
        return said % with_points(variables) if variables else said

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """The text for this number, written with points."""
        counts = with_points({"num": num, **variables})
        text: str = self.get_translations().ungettext(singular, plural, num)
        return text % counts

    def get_translations(self) -> Any:
        """The catalogue of the present language, also within `force_locale`."""
        try:
            here = g._get_current_object()
        except RuntimeError:  # of no application
            return super().get_translations()
        locale = getattr(getattr(here, "_flask_babel", None), "babel_locale", None) or get_locale()
        known = getattr(here, "catalogue", None)
        if known is None or known[0] is not locale:
            here.catalogue = known = (locale, super().get_translations())
        return known[1]


def _in_templates(domain: Domain) -> Callable[..., str]:
    """What `_` of Jinja's i18n extension does, in a third of its steps: a page has some forty texts."""

    @pass_eval_context
    def say(where: EvalContext, text: str, **values: Any) -> str:
        said: str = domain.get_translations().ugettext(text)
        if where.autoescape:
            said = Markup(said)  # noqa: S704 (of the catalogue; values are escaped)
        return said % with_points(values) if values or "%" in said else said

    return say


def _by_number(domain: Domain) -> Callable[..., str]:
    """What `ngettext` of Jinja's i18n extension does, its number and other counts written with points."""

    @pass_eval_context
    def say(where: EvalContext, singular: str, plural: str, number: int, **values: Any) -> str:
        said: str = domain.get_translations().ungettext(singular, plural, number)
        if where.autoescape:
            said = Markup(said)  # noqa: S704 (of the catalogue; values are escaped)
        return said % with_points({"num": number, **values})

    return say


def init_app(app: Flask) -> None:
    """Give the templates the same words."""
    babel = app.extensions["babel"]
    babel.locale_selector = select_locale
    domain = babel.instance.domain_instance = RememberedDomain(domain=babel.default_domain)
    flask_babel.get_domain = lambda: domain  # else half of the steps of each text: there is no other
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: domain.get_translations().ugettext(text),
        ngettext=lambda singular, many, count: domain.get_translations().ungettext(singular, many, count),
        pgettext=lambda about, text: domain.get_translations().upgettext(about, text),
        npgettext=lambda about, singular, many, count: domain.get_translations().unpgettext(
            about, singular, many, count
        ),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _in_templates(domain)
    app.jinja_env.globals["ngettext"] = _by_number(domain)
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.globals["hours"] = write_hours
    app.jinja_env.filters.update(
        day=write_date, clock=write_time, moment=write_moment, euro=write_amount, say=translate
    )
    app.jinja_env.filters.update(full_day=write_full_date, full_moment=write_full_moment, days_left=write_days_left)
    app.jinja_env.filters.update(deadline=write_deadline, short_deadline=write_short_deadline)
    app.jinja_env.filters["file_size"] = write_size
    app.jinja_env.filters["number"] = write_number
