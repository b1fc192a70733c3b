"""Stations of the standard, as the fill-in form (a column each) and as rows."""

from __future__ import annotations

from app.importing.elections import standard

DOCUMENTATION = ["Verplicht (ja/nee)", "Opmerkingen", "Format", "Voorbeeld"]
EXAMPLE = ["ja", "uitleg", "tekst", "517"]
STATION = {
    standard.NUMBER: "1",
    standard.NAME: "Stadhuis",
    standard.TYPE: "regulier",
    standard.BAG_ID: "0518200000747446",
    standard.OPENS: "2026-03-18T07:30:00",
    standard.CLOSES: "2026-03-18T21:00:00",
    standard.ACCESSIBLE: "ja",
    standard.CONTACT: "Team verkiezingen, 14 0344",
    standard.ELECTION_WEBSITE: "https://voorbeeld.nl/stemmen",
}


def station(number: str = "1", **values: str) -> dict[str, str]:
    """A complete station; `values` by the names of the constants in `standard`, such as X="1"."""
    return STATION | {standard.NUMBER: number} | {getattr(standard, name): value for name, value in values.items()}


def form(*stations: dict[str, str], fields: tuple[str, ...] = standard.FIELDS, empty: int = 300) -> list[list[str]]:
    """The sheet "Attributen": the stations are in column F and on, then `empty` unused columns."""
    numbered = [f"Invulveld {number}" for number in range(1, len(stations) + empty + 1)]
    rows = [["Attributen", *DOCUMENTATION, *numbered]]
    return rows + [[field, *EXAMPLE, *[station.get(field, "") for station in stations]] for field in fields]


def records(*stations: dict[str, str], fields: tuple[str, ...] = standard.FIELDS) -> str:
    """CSV with a row per station."""
    return as_csv(record_rows(*stations, fields=fields))


def record_rows(*stations: dict[str, str], fields: tuple[str, ...] = standard.FIELDS) -> list[list[str]]:
    return [list(fields), *[[station.get(field, "") for field in fields] for station in stations]]


def as_csv(rows: list[list[str]]) -> str:
    return "".join(";".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
