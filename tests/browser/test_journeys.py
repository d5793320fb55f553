"""What each person comes for, from the sign-in to the last click, in a real browser."""

import io
import re
import shutil
import subprocess
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect
from pypdf import PdfReader

from .conftest import DESK, Academy, Guard, Visits, sign_in
from .stage import TITLE, WORDS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def answer_right(page: Page, kind: str) -> None:
    """The right answer to a question of `tests.factories`, given as a person gives it."""
    match kind:
        case "single":
            page.get_by_label("Paris").check()
        case "multiple":
            page.get_by_label("Rouge").check()
            page.get_by_label("Vert").check()
        case "true_false":
            page.get_by_label("Vrai").check()
        case "match":
            page.get_by_label("France").select_option("Paris")
            page.get_by_label("Italie").select_option("Rome")
        case _:
            page.locator("#answer").fill(WORDS[kind])


def submit(page: Page) -> None:
    page.locator("#question form .submit .btn").click()


def go_on(page: Page) -> None:
    page.locator("#question > div:last-of-type a.btn").click()


# --- Lina, on her phone -----------------------------------------------------------------------------------------------


def test_the_first_screen_says_where_what_and_who(visit: Visits) -> None:
    """Where am I, what do I do, who can help: all of it without scrolling on a small phone."""
    page = visit("quick-fr")
    page.goto("/home/")
    for answer in (page.locator("h1"), page.locator(".sheet .btn"), page.locator(".a-help .person")):
        expect(answer).to_be_in_viewport(ratio=1)


def test_lina_resumes_at_the_exact_place(visit: Visits, academy: Academy) -> None:
    page = visit()
    sign_in(page, "lina")
    assert page.url == f"{academy.url}/home/"
    # Where am I, what do I do now: her coach waits for her in ten minutes.
    for answer in (page.locator("h1"), page.locator(".callout .btn")):
        expect(answer).to_be_in_viewport(ratio=1)
    page.locator(".sheet .btn").click()
    expect(page).to_have_url(re.compile(r"/lessons/"))

    # In the middle of a text many screens high, on a page whose scripts are there.
    page.wait_for_load_state()
    paragraph = page.locator(".part-text p").nth(7)
    paragraph.evaluate("element => scrollBy(0, element.getBoundingClientRect().top - innerHeight * .3)")
    page.wait_for_timeout(300)
    page.goto("/help/")  # the page is hidden: the place leaves at once, in a request that outlives the page

    # Another device: no history, no local storage.
    other = visit("lina", viewport=DESK)
    same = other.locator(".part-text p").nth(7)
    for _attempt in range(5):
        other.goto("/home/")
        other.locator(".sheet .btn").click()
        expect(other).to_have_url(re.compile(r"/lessons/"))
        with suppress(AssertionError):  # the place may still be on its way
            expect(same).to_be_in_viewport(timeout=2_000)
            break
    expect(same).to_be_in_viewport()
    expect(other.locator("h1")).not_to_be_in_viewport()
    other.locator(".toast a").click()
    expect(other.locator("h1")).to_be_in_viewport()
    place = other.locator("[data-lesson]").get_attribute("data-position") or ""

    # Looking again moves nothing.
    other.goto("/help/")
    other.goto("/home/")
    other.locator(".sheet .btn").click()
    expect(other.locator("[data-lesson]")).to_have_attribute("data-position", place)


def test_a_private_note_is_kept_as_it_is_written(visit: Visits, academy: Academy) -> None:
    page = visit("quick-fr")
    page.goto(academy.lesson())
    note = page.locator("form.note textarea")
    with page.expect_response(lambda response: "/notes/" in response.url and response.ok):
        note.fill("Josiane, qui vient le mardi.")
    expect(page.locator("form.note [data-saved]")).not_to_be_empty()
    page.reload()
    expect(note).to_have_value("Josiane, qui vient le mardi.")

    # Her session ends while she writes, and she goes on elsewhere. Whoever signs in next here finds nothing of it;
    # she finds both texts.
    page.context.clear_cookies(name="sessionid")
    note.fill("Josiane, qui a peur.")
    expect(page.locator("form.note [data-saved]")).to_have_class(re.compile("badge-offline"))
    phone = visit("quick-fr", java_script_enabled=False)
    phone.goto(academy.lesson())
    phone.locator("form.note textarea").fill("Josiane, qui rit.")
    phone.locator("form.note button").click()
    for who, found in (("quick-en", ""), ("quick-fr", "Josiane, qui rit.\n\nJosiane, qui a peur.")):
        page.context.clear_cookies(name="sessionid")
        sign_in(page, who)
        page.goto(academy.lesson())
        expect(note).to_have_value(found)


def test_a_note_that_leaves_while_its_page_is_opened_stands_on_it(
    visit: Visits, academy: Academy, guard: Guard
) -> None:
    """The page was written before the note came: what the browser kept still counts."""
    guard.expected.append("LOCAL_NETWORK_ACCESS_CHECKS")  # a page that a test hands over may not open a socket
    page = visit("quick-en")
    page.goto(academy.lesson())
    note = page.locator("form.note textarea")
    page.context.clear_cookies(name="sessionid")
    note.fill("Ahmed, qui hésite.")
    expect(page.locator("form.note [data-saved]")).to_have_class(re.compile("badge-offline"))
    sent: list[Route] = []

    def open_late(route: Route) -> None:
        before = route.fetch()
        sent[0].fulfill(response=sent[0].fetch())
        page.wait_for_timeout(500)
        route.fulfill(response=before)

    page.goto("/accounts/login/")
    page.route("**/notes/**", lambda route: sent.append(route))
    with page.expect_request("**/notes/**"):
        sign_in(page, "quick-en")
    page.route(f"**{academy.lesson()}", open_late)
    page.goto(academy.lesson())
    page.unroute_all()

    expect(note).to_have_value("Ahmed, qui hésite.")
    page.reload()
    expect(note).to_have_value("Ahmed, qui hésite.")
    with page.expect_response(
        lambda response: "/notes/" in response.url and response.ok and "Ahmed" not in (response.request.post_data or "")
    ):
        note.fill("")  # as she found it


def test_the_last_lesson_question_by_question_then_the_attestation(
    visit: Visits, academy: Academy, guard: Guard, tmp_path: Path
) -> None:
    """A quiz from end to end; the network is away for two of its answers, and each is counted once. It was the last of
    her course: a stranger verifies her attestation by its QR code."""
    guard.expected.append("ERR_INTERNET_DISCONNECTED")
    page = visit("torn")
    page.goto(academy.lesson())
    page.locator(".step-bar form button").click()
    waiting = page.locator("#autosave-words").get_attribute("data-waiting")
    assert waiting
    for rank, kind in enumerate(academy.told["kinds"], 1):
        expect(page).to_have_url(re.compile(rf"/attempts/[^/]+/{rank}/$"))
        if kind in ("multiple", "essay"):
            expect(page.locator("form[data-ready]")).to_have_count(1)
            page.context.set_offline(True)
            answer_right(page, kind)
            submit(page)
            expect(page.locator("[data-saved]")).to_have_text(waiting)
            expect(page.locator("#outcome")).to_have_count(0)
            page.context.set_offline(False)
        else:
            answer_right(page, kind)
            submit(page)
        # Said, seen, and the focus is on it.
        expect(page.locator("#outcome")).to_be_focused()
        expect(page.locator("#outcome")).to_have_class(re.compile("info" if kind == "essay" else "ok"))
        go_on(page)

    expect(page.locator("ol.rows > li")).to_have_count(len(academy.told["kinds"]))
    expect(page.locator(".lead")).to_contain_text("100")
    page.locator("main .btn").first.click()
    expect(page.locator("#finished")).to_be_in_viewport()
    page.goto("/hours/")
    line = page.locator(".evidence > li").filter(has_text=TITLE)
    expect(line).to_have_count(1)
    expect(line).to_contain_text("20 min")

    with page.expect_download() as downloading:
        page.locator("a[download]").first.click()
    paper = tmp_path / "attestation.pdf"
    downloading.value.save_as(paper)
    reader = PdfReader(paper)
    assert reader.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]
    printed = reader.pages[0].extract_text()
    assert "Tora NORD" in printed
    [address] = qr_codes(paper)

    stranger = visit()
    stranger.goto(address)
    expect(stranger.locator(".callout.ok")).to_be_visible()
    expect(stranger.locator("dl.facts")).to_contain_text("Tora NORD")
    assert address.rstrip("/").rpartition("/")[2] in printed.replace(" ", "").replace("\n", "")
    shown = stranger.locator("main").inner_text()
    assert "torn@example.org" not in shown
    assert "Promotion Ada" not in shown


def test_an_answer_leaves_by_itself_once_the_academy_answers_again(
    visit: Visits, academy: Academy, guard: Guard
) -> None:
    """The phone believes it has a network all along: no browser says that it is back."""
    guard.expected.append("ERR_FAILED")
    page = visit("patient")
    page.clock.install()
    page.goto(academy.lesson())
    page.locator(".step-bar form button").click()
    expect(page.locator("form[data-ready]")).to_have_count(1)
    page.route("**/attempts/**", lambda route: route.abort())
    page.get_by_label("Paris").check()
    submit(page)
    expect(page.locator("[data-saved]")).to_have_class(re.compile("badge-offline"))
    page.unroute("**/attempts/**")
    page.clock.run_for(20_000)
    expect(page.locator("#outcome")).to_be_focused()


def test_an_answer_survives_a_closed_tab(visit: Visits, academy: Academy, guard: Guard) -> None:
    guard.expected.append("ERR_INTERNET_DISCONNECTED")
    page = visit("quick-en")
    page.goto(academy.lesson())
    page.locator(".step-bar form button").click()
    question = page.url
    expect(page.locator("form[data-ready]")).to_have_count(1)
    page.context.set_offline(True)
    page.get_by_label("Paris").check()
    page.wait_for_timeout(600)
    page.close()

    page = page.context.new_page()
    page.context.set_offline(False)
    with page.expect_response(lambda response: response.request.method == "POST" and response.status == 204):
        page.goto(question)
    expect(page.get_by_label("Paris")).to_be_checked()


def test_an_answer_survives_a_session_that_is_over(visit: Visits, academy: Academy, guard: Guard) -> None:
    guard.expected.append("403")
    page = visit("timed-out")
    page.goto(academy.lesson())
    page.locator(".step-bar form button").click()
    question = page.url
    expect(page.locator("form[data-ready]")).to_have_count(1)
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Paris").check()
    submit(page)
    page.wait_for_url(re.compile(r"/accounts/login/\?next="))
    sign_in(page, "timed-out")
    expect(page).to_have_url(question)
    expect(page.get_by_label("Paris")).to_be_checked()


# --- Louise, who has finished -----------------------------------------------------------------------------------------


def qr_codes(paper: Path) -> list[str]:
    """What a phone reads on the first page."""
    if not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm to draw the paper with (apt-get install poppler-utils)")
    drawn = subprocess.run(["pdftoppm", "-r", "150", "-png", "-l", "1", str(paper)], capture_output=True, check=True)
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn.stdout)))]


# --- Otto, at the other partner's -------------------------------------------------------------------------------------


def test_otto_finds_nothing_of_the_other_partner(visit: Visits, academy: Academy) -> None:
    page = visit("otto")
    for address in ("/home/", "/learn/", "/hours/", "/help/", "/accounts/"):
        page.goto(address)
        shown = page.content()
        assert "Promotion Ada" not in shown, address
        assert "Tilleuls" not in shown, address
        assert "Lina" not in shown, address
    for address in (f"/cohorts/{academy.told['cohort']}/", f"/attempts/{academy.told['fr']['finished']}/"):
        response = page.request.get(address)
        assert response.status == 404, address


# --- Pia, in the administration ---------------------------------------------------------------------------------------


def test_pia_manages_her_own_cohort_only(visit: Visits) -> None:
    page = visit(viewport=DESK)
    page.goto("/admin/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    sign_in(page, "pia")
    expect(page).to_have_url(re.compile(r"/admin/$"))
    page.goto("/admin/cohort/")
    expect(page.locator("main")).to_contain_text("Promotion Ada")
    expect(page.locator("main")).not_to_contain_text("Promotion Grace")
    page.goto("/admin/enrolment/")
    expect(page.locator("main")).to_contain_text("Lina Haddad")
    expect(page.locator("main")).not_to_contain_text("Otto Lemaire")
    for address in ("/admin/partner/", "/admin/imports/", "/admin/users/"):
        assert "Réseau du Canal" not in page.request.get(address).text(), address


# --- The others' homes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clara", "flo", "ed", "mona", "pia", "admin"])
def test_a_home_leads_where_it_says(visit: Visits, who: str) -> None:
    page = visit(who, viewport=DESK)
    page.goto("/home/")
    expect(page.locator("main ol.rows > li")).not_to_have_count(0)
    links = page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links
    for link in links:
        if link.startswith("tel:"):
            continue
        answer = page.request.get(link)
        assert answer.ok, link
        # A table to download has no title; every page has one.
        assert "attachment" in answer.headers.get("content-disposition", "") or "<h1" in answer.text(), link


# --- Ed, who writes the courses ---------------------------------------------------------------------------------------


def test_ed_imports_corrects_previews_and_publishes(visit: Visits, material: Path, tmp_path: Path) -> None:
    sent = tmp_path / "culture-numerique.zip"
    folder = material / "courses" / "culture-numerique"
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))

    page = visit(viewport=DESK)
    page.goto("/admin/")
    sign_in(page, "ed")
    page.get_by_role("link", name=re.compile("Import")).first.click()
    page.locator("main a.button").first.click()
    page.locator("input[type=file]").set_input_files(sent)
    page.locator("main form button[type=submit]").click()
    # Checked first: what the file holds, and nothing written.
    write = page.locator("form[action$='/write/'] button")
    wait_in_report(page, write)
    counts = counted(page)
    assert counts["questions"][0] >= 145  # those that have a name; the comments and the others come on top
    assert all(found == imported + warned + refused for found, imported, warned, refused in counts.values())
    write.click()
    wait_in_report(page, page.locator("form[action$='/undo/'] button"))
    assert counted(page) == counts

    # One lesson corrected by hand, seen as learners will see it, published.
    page.locator("main a.button").first.click()
    course = page.url
    page.locator("main tbody tr").filter(has_text="Internet: technologies").locator("a[href$='/edit/']").first.click()
    page.goto(page.url.replace("/edit/", "/"))
    page.locator("main tbody tr a[href$='/edit/']").first.click()
    title = page.locator("#id_title")
    title.fill(f"{title.input_value()} (corrigé)")
    page.locator("[data-side-panel-toggle=preview]").first.click()
    expect(page.frame_locator("#w-preview-iframe").locator("h1")).to_contain_text("(corrigé)")
    publish(page)
    expect(page.locator(".messages .success")).to_be_visible()

    # Then the course around it, with all that it holds.
    page.goto(course)
    number = course.rstrip("/").rpartition("/")[2]
    page.goto(f"/admin/bulk/wagtailcore/page/publish/?next=/admin/&id={number}")
    page.locator("[name=include_descendants]").check()
    page.locator("main form [type=submit]").first.click()
    expect(page.locator(".messages .success")).to_be_visible()

    stranger = visit()
    stranger.goto("/")
    stranger.get_by_role("link", name="Culture numerique").click()
    expect(stranger.locator("ol.rows > li")).to_have_count(3)
    expect(stranger.locator("main")).to_contain_text("Internet: technologies, usages, société")


def publish(page: Page) -> None:
    """Through the menu beside "Save draft", which opens upwards."""
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("button[name=action-publish]").click()


def wait_in_report(page: Page, sign: Locator) -> None:
    """The report is read again until the worker is done."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        if sign.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(page.locator("main").inner_text())


def counted(page: Page) -> dict[str, list[int]]:
    rows = page.locator("table.listing").first.locator("tbody tr").all()
    numbers = [[int(cell) for cell in row.locator("td").all_inner_texts()] for row in rows]
    return dict(zip(["sections", "subsections", "media", "videos", "fences", "questions"], numbers, strict=True))
