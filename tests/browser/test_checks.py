"""The checks themselves find what they are there for."""

from __future__ import annotations

import pytest

from tests.browser.axe import Sound, run_axe
from tests.browser.checks import PHONE, HtmlFolder, PageWatch, check_page
from tests.support import parts

SOUND = '<!doctype html><html lang="nl"><head><title>T</title></head><body><main><h1>T</h1>{}</main></body></html>'

OTHERWISE = {  # the complaint → what is sound, and what is faulty beside it in the same outline or look
    "link-name": ('<a href="/a">Lees</a>', '<a href="/b"></a>'),
    "link-name of what is hidden": ('<a href="/a"><b>Lees</b></a>', '<a href="/a"><b hidden>Lees</b></a>'),
    "image-alt": ('<img alt="Boom" src="data:,">', '<img src="data:,">'),
    "label": ('<label for="a">A</label><input id="a">', '<label for="b">A</label><input id="a">'),
    "label of a reference": (
        '<p id="a">A</p><input aria-labelledby="a">',
        '<p id="b">A</p><input aria-labelledby="a">',
    ),
    "aria-roles": ('<p role="status">Ja</p>', '<p role="statue">Ja</p>'),
    "aria-valid-attr-value": ('<p aria-live="polite">Ja</p>', '<p aria-live="loud">Ja</p>'),
    "list": ("<ul><li>Ja</li></ul>", "<ul><p>Ja</p></ul>"),
    "listitem": ("<ul><li>Ja</li></ul><div><p>Ja</p></div>", "<div><li>Ja</li></div>"),
    "heading-order": ("<h2>A</h2><h3>B</h3>", "<h2>A</h2><h4>B</h4>"),
    "empty-heading": ("<h2>A</h2>", "<h2></h2>"),
    "landmark-unique": (
        '<nav aria-label="A"></nav><nav aria-label="B"></nav>',
        '<nav aria-label="A"></nav><nav aria-label="A"></nav>',
    ),
    "label that says nothing": ('<label for="a">A</label><input id="a">', '<label for="a"></label><input id="a">'),
    "button-name of what says nothing": (
        '<p id="a">A</p><button aria-labelledby="a"></button>',
        '<p id="a"></p><button aria-labelledby="a"></button>',
    ),
    "aria-hidden-focus": ('<p aria-hidden="true">A</p>', '<p aria-hidden="true">A <a href="/">B</a></p>'),
    "region": ("<p>Ja</p>", "</main><p>Ja</p><main>"),
    "valid-lang": ('<p lang="en">Yes</p>', '<p lang="xx-wrong">Yes</p>'),
    "tabindex": ('<button tabindex="0">A</button>', '<button tabindex="2">A</button>'),
    "accesskeys": ('<button accesskey="a">A</button>', '<button accesskey="a">A</button><p accesskey="a">B</p>'),
    "autocomplete-valid": ('<input aria-label="A" autocomplete="email">', '<input aria-label="A" autocomplete="mail">'),
    "nested-interactive": ("<button>A</button>", '<button>A <a href="/">B</a></button>'),
}


@pytest.fixture(scope="module")
def page(browser, base_url):
    """One for all tests here: each says itself what stands on it, and a browser that starts costs more than they do."""
    context = browser.new_context(base_url=base_url, viewport=PHONE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ('<img src="data:,">', "image-alt"),
        ('<p style="width: 3000px">breed</p>', "sideways"),
        ('<p style="color: #ccc">bleek</p>', "color-contrast"),
        ("<h1>nog een</h1>", "one h1"),
        ("<script>throw new Error('stuk')</script>", "stuk"),
    ],
)
def test_a_faulty_page_is_refused(page, tmp_path, inside, complaint):
    page.route("**/faulty", lambda route: route.fulfill(body=SOUND.format(inside), content_type="text/html"))
    watch = PageWatch(page)
    page.goto("/faulty")
    with pytest.raises(AssertionError, match=complaint):
        check_page(page, watch, HtmlFolder(tmp_path))


@pytest.mark.parametrize(
    "otherwise",
    [
        '<p class="zin" style="color: #ccc">{}</p>',
        '<div style="background: #444"><p class="zin">{}</p></div>',
        '<div style="opacity: .2"><p class="zin">{}</p></div>',
        '<p class="zin" hidden>{0}</p><p class="zin" style="color: #ccc">{0}</p>',
    ],
)
def test_what_looks_otherwise_than_what_was_sound_is_looked_at(page, tmp_path, otherwise):
    inside = '<p class="zin">Een zin</p>'
    page.route("**/page", lambda route: route.fulfill(body=SOUND.format(inside), content_type="text/html"))
    watch = PageWatch(page)
    page.goto("/page")
    check_page(page, watch, HtmlFolder(tmp_path))
    inside = otherwise.format("Een zin")
    page.goto("/page")
    with pytest.raises(AssertionError, match="color-contrast"):
        check_page(page, watch, HtmlFolder(tmp_path))


def test_what_is_made_otherwise_than_what_was_sound_is_looked_at(page):
    body = ""
    page.route("**/page", lambda route: route.fulfill(body=SOUND.format(body), content_type="text/html"))
    found = {}
    for complaint, inside in OTHERWISE.items():
        for body in inside:
            page.goto("/page")
            found[complaint] = [fault["id"] for fault in run_axe(page).response["violations"]]
            assert body != inside[0] or not found[complaint]
    missed = [complaint for complaint in found if complaint.partition(" ")[0] not in found[complaint]]
    assert not missed


def test_what_is_made_as_what_was_sound_is_not_looked_at_again(page):
    page.route("**/page", lambda route: route.fulfill(body=SOUND.format("<p>Ja</p>"), content_type="text/html"))
    page.goto("/page")
    run_axe(page)
    page.reload()
    run_axe(page)
    assert page.evaluate("'axe' in window") is False


@pytest.mark.parametrize(
    ("rule", "wide", "complaint"),
    [("display: none", "display: block", "image-alt"), ("color: #000", "color: #ccc", "color-contrast")],
)
def test_what_is_faulty_in_the_wide_window_only_is_found_after_the_narrow_one(page, tmp_path, rule, wide, complaint):
    style = f"<style>div {{ {rule} }} @media (min-width: 800px) {{ div {{ {wide} }} }}</style>"
    part = '<div><img src="data:,"></div>' if complaint == "image-alt" else "<div>Een zin</div>"
    page.route("**/page", lambda route: route.fulfill(body=SOUND.format(style + part), content_type="text/html"))
    watch = PageWatch(page)
    page.set_viewport_size(PHONE)
    page.goto("/page")
    with pytest.raises(AssertionError, match=rf"(?s)1280 px.*{complaint}"):
        check_page(page, watch, HtmlFolder(tmp_path))


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ('<p style="width: 360px">smal</p>', "at 320 px"),
        (
            '<p style="width: 300px; white-space: pre; overflow: hidden">Een regel die net past, tenzij ruim gezet</p>',
            "cut",
        ),
        (
            f'<p><span style="white-space: pre">{"i" * 60}</span></p>',  # it fits in any font, and letters are narrow
            "spacing",
        ),
    ],
)
def test_what_does_not_fit_the_narrowest_screen_is_refused(page, tmp_path, inside, complaint):
    page.route("**/faulty", lambda route: route.fulfill(body=SOUND.format(inside), content_type="text/html"))
    watch = PageWatch(page)
    page.set_viewport_size(PHONE)
    page.goto("/faulty")
    with pytest.raises(AssertionError, match=complaint):
        check_page(page, watch, HtmlFolder(tmp_path))


def test_invalid_html_is_found_and_told_where(tmp_path):
    parts.need("Java")
    parts.need("HTML checker")
    folder = HtmlFolder(tmp_path)
    folder.add(SOUND.format("<p>goed</p>"), "/sound")
    folder.add(SOUND.format("<ul><p>fout</p></ul>"), "/faulty")
    (fault,) = folder.find_faults()
    assert fault.startswith("/faulty: ")


def test_what_was_sound_in_one_process_is_so_in_the_others(tmp_path):
    first, second = Sound(), Sound()
    for each in (first, second):
        each.share(tmp_path / "sound.txt")
    first.add(["a", "b"])
    assert second.leave_out(["a", "b", "c"]) == ["c"]
    second.add(["c"])
    assert first.leave_out(["a", "c", "d"]) == ["d"]
