import pytest
from sqlalchemy import select

from app.models import Member
from tests.services.rosters.roster_files import ROWS, roster


@pytest.fixture
def command(app, db):
    def run(*arguments: str):
        answer = app.test_cli_runner().invoke(args=["portal", *arguments])
        db.session.expire_all()
        return answer

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "leden.csv"
    path.write_bytes(roster(*ROWS, "1004;;;;;31-31-1970;x;;;;111222334"))
    return path


def test_the_last_line_sums_up_and_refused_rows_are_on_stderr_without_a_bsn(db, command, file):
    answer = command("import-members", str(file))

    assert answer.exit_code == 0
    assert answer.stdout.strip().splitlines()[-1] == "4 members: 3 new, 0 changed, 1 refused"
    assert "5" in answer.stderr
    assert "111222334" not in answer.output
    assert len(db.session.scalars(select(Member)).all()) == 3


def test_a_cell_that_is_left_is_told_on_stderr(db, command, tmp_path):
    path = tmp_path / "leden.csv"
    path.write_bytes(roster("1001;J.;Jan;;Vries;31-31-1970;jan@post.example;;;;111222334"))
    answer = command("import-members", str(path))
    assert answer.stdout.strip().splitlines()[-1] == "1 members: 1 new, 0 changed, 0 refused"
    assert ("Geboortedatum" in answer.stderr, "111222334" in answer.output) == (True, False)


def test_columns_that_are_not_read_are_told_on_stderr_as_on_the_screen(command, tmp_path):
    file = tmp_path / "leden.csv"
    file.write_text("Lidnummer;Achternaam;E-mail;E-mailadres;Maat\n7;Bos;a@post.example;b@post.example;L\n")

    assert "Kolommen die niet worden gebruikt: E-mailadres, Maat." in command("import-members", str(file)).stderr


def test_a_dry_run_tells_the_same_and_imports_nothing(db, command, file):
    answer = command("import-members", str(file), "--dry-run")

    assert answer.stdout.strip().splitlines()[-1] == "4 members: 3 new, 0 changed, 1 refused"
    assert not db.session.scalars(select(Member)).all()


def test_a_file_that_cannot_be_used_ends_with_status_2(db, command, tmp_path):
    for name, content in (("a.csv", b""), ("b.csv", b"een;twee\r\n1;2"), ("c.pdf", b"%PDF-1.7")):
        (tmp_path / name).write_bytes(content)
        answer = command("import-members", str(tmp_path / name))
        assert (name, answer.exit_code) == (name, 2)
        assert answer.stderr.strip()
    assert command("import-members", str(tmp_path / "absent.csv")).exit_code == 2


def test_keys_are_rotated_until_nothing_is_left(db, command, file):
    command("import-members", str(file))

    assert command("rotate-keys").stdout.strip() == "0 values sealed again."
