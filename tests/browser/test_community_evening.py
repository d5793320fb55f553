"""An evening in the community: four people at once, each in a browser of her own. A learner and an alumnus have phones,
his on a network that drops; a coach and a moderator have a keyboard alone.

Nobody loads a page again to see what another one does.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from .conftest import ARGS, CHROMIUM, DESK, PHONE, Academy, Guard, Visits, context_of, press_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

QUESTION = "Que dire à quelqu’un qui a peur de mal faire ?"
ANSWER = "On le fait ensemble une fois, puis on lui laisse la souris."
POSTER = ("Chez moi, une affiche ", "a suffi.")
RUDE = "Vous êtes tous nuls, comme d’habitude."


@pytest.fixture
def alone(chromium: Browser, academy: Academy, guard: Guard) -> Iterator[Visits]:
    """As `visit`, in a Chromium of one's own: a phone in the hand, or a desk."""
    browsers: list[Browser] = []

    def open_page(who: str, *, is_phone: bool = False) -> Page:
        browsers.append(chromium.browser_type.launch(executable_path=CHROMIUM, args=ARGS))
        shape = {"viewport": PHONE, "has_touch": True, "is_mobile": True} if is_phone else {"viewport": DESK}
        context = context_of(browsers[-1], academy, who, **shape)
        guard.watch(context)
        return context.new_page()

    yield open_page
    for browser in browsers:
        browser.close()


class Line:
    """The way of one page to the thread's socket, which can be cut: Chromium alone keeps sockets open when offline."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.is_cut = False
        self.sockets: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/ws/community/"), self._through)

    def _through(self, route: WebSocketRoute) -> None:
        if self.is_cut:
            route.close(code=1012)
        else:
            route.connect_to_server()
            self.sockets.append(route)

    def cut(self) -> None:
        self.is_cut = True
        self.page.context.set_offline(True)
        for route in self.sockets:
            route.close(code=1012)
        self.sockets.clear()

    def mend(self) -> None:
        self.is_cut = False
        self.page.context.set_offline(False)


def keep(page: Page) -> None:
    """From now on, `is_kept` says whether the page was loaded again."""
    page.evaluate("window.kept = true")


def is_kept(page: Page) -> bool:
    return bool(page.evaluate("window.kept === true"))


def posts(page: Page) -> Locator:
    return page.locator("[data-posts] [data-post]")


def post(page: Page, number: int) -> Locator:
    return page.locator(f"#post-{number}")


def field(page: Page) -> Locator:
    return page.locator("#answer [name=source]")


def send(page: Page) -> None:
    page.locator("#answer .foot > button.btn").tap()


def write(page: Page, words: str) -> None:
    """With a finger."""
    field(page).tap()
    page.keyboard.insert_text(words)
    send(page)
    expect(posts(page).last).to_contain_text(words)


def type_answer(page: Page, words: str) -> None:
    """With the keyboard alone."""
    press_until(page, "#answer [name=source]")
    page.keyboard.insert_text(words)
    page.keyboard.press("Control+Enter")
    expect(posts(page).last).to_contain_text(words)


def more(page: Page, number: int, leads_to: str) -> None:
    """A choice of the menu of a message."""
    post(page, number).locator(".post-actions details summary").tap()
    post(page, number).locator(f".post-actions details a[href$='{leads_to}']").tap()
    page.wait_for_url(f"**{leads_to}")


def test_four_people_one_evening(alone: Visits, visit: Visits, academy: Academy, guard: Guard) -> None:
    guard.expected.extend(["ERR_INTERNET_DISCONNECTED", "WebSocket connection to"])
    space = f"/community/spaces/{academy.told['evening_space']}/"
    learner = alone("evening-learner", is_phone=True)
    coach = alone("evening-coach")
    alumnus = alone("evening-alumnus", is_phone=True)
    line = Line(alumnus)

    # Ten in the evening: she asks.
    learner.goto(f"{space}new/")
    learner.locator("label", has=learner.locator("[name=kind][value=question]")).tap()
    for name, words in (("title", QUESTION), ("source", "Il a **soixante-dix ans** et dit « je vais tout casser ».")):
        learner.locator(f"[name={name}]").tap()
        learner.keyboard.insert_text(words)
    learner.locator(".foot > button.btn").tap()
    expect(learner.locator("h1")).to_contain_text("peur de mal faire")
    thread = learner.url.split("?")[0].split("#")[0]
    expect(post(learner, 1).locator("strong")).to_have_text("soixante-dix ans")
    keep(learner)

    # An alumnus sees in his navigation that there is something new; once read, it is not any more.
    other = alumnus.context.new_page()
    other.goto("/help/")
    count = other.locator(".mainnav .nav-count")
    expect(count).to_be_visible()
    before = int(count.locator("b").inner_text())
    keep(other)
    alumnus.goto(thread)
    if before == 1:
        expect(count).to_be_hidden(timeout=20_000)
    else:
        expect(count.locator("b")).to_have_text(str(before - 1), timeout=20_000)
    assert is_kept(other)
    other.close()
    keep(alumnus)

    # Her coach answers; she sees him write, then his answer, and open lists say that something moved.
    listed = alumnus.context.new_page()
    listed.goto(space)
    expect(listed.locator("[data-moved]")).to_be_hidden()
    keep(listed)
    coach.goto(space)
    follow(coach, thread.removeprefix(academy.url))
    press_until(coach, "#answer [name=source]")
    keys = iter(ANSWER)
    while not learner.locator("[data-typing]").inner_text():  # his line opens meanwhile
        coach.keyboard.type(next(keys))
        coach.wait_for_timeout(250)
    type_answer(coach, "".join(keys))
    keep(coach)
    for page in (learner, alumnus):
        expect(post(page, 2)).to_contain_text(ANSWER)
        expect(posts(page)).to_have_count(2)
        expect(page.locator("[data-answers]")).to_have_text("1 réponse")
        assert is_kept(page)
    expect(learner.locator("[data-typing]")).to_be_empty()
    listed.locator("[data-moved] a").tap()
    expect(listed.locator("#threads .rows li", has_text="peur de mal faire")).to_contain_text("1 réponse")
    expect(listed.locator("[data-moved]")).to_be_hidden()
    assert is_kept(listed)
    listed.close()

    # It solves her question: everybody sees it at once.
    with learner.expect_navigation():
        post(learner, 2).locator("[data-for=accepter] button").tap()
    keep(learner)
    for page in (learner, coach, alumnus):
        expect(page.locator("#post-2.accepted .post-mark").first).to_be_visible()
        expect(page.locator("[data-head] [data-solved]")).to_be_visible()
    assert is_kept(coach)
    assert is_kept(alumnus)

    # She says it better, and what it said before stays.
    more(learner, 1, "/edit/")
    learner.locator("[name=source]").fill("Il a soixante-treize ans, et peur de tout casser.")
    learner.locator(".foot > button.btn").tap()
    learner.wait_for_url(f"{thread}**")
    keep(learner)
    for page in (coach, alumnus):
        expect(post(page, 1)).to_contain_text("soixante-treize ans")
        assert is_kept(page)

    # In the train, the alumnus loses the network in the middle of a sentence. Meanwhile a message is written and taken
    # back, two others stay, and his does not leave.
    field(alumnus).tap()
    alumnus.keyboard.insert_text(POSTER[0])
    line.cut()
    expect(alumnus.locator("[data-live-state]")).to_be_visible()
    write(learner, "Merci, j’esaie demain.")
    learner.locator(".toast button").tap()
    expect(field(learner)).to_have_value("Merci, j’esaie demain.")
    field(learner).fill("")
    write(learner, "Merci, j’essaie demain.")
    type_answer(coach, "Dites-nous comment c’était !")
    alumnus.keyboard.insert_text(POSTER[1])
    send(alumnus)
    expect(alumnus.locator("[data-draft-state] span")).not_to_be_empty()
    expect(posts(alumnus)).to_have_count(2)
    assert is_kept(alumnus)
    line.mend()
    expect(posts(alumnus)).to_have_count(5, timeout=40_000)
    expect(alumnus.locator("[data-live-state]")).to_be_hidden()
    assert is_kept(alumnus)
    expect(field(alumnus)).to_have_value("".join(POSTER))
    send(alumnus)
    for page in (learner, coach, alumnus):
        expect(post(page, 6)).to_contain_text("".join(POSTER))
        expect(posts(page)).to_have_count(6)
        for number, words in ((3, "l’a retiré"), (4, "Merci, j’essaie demain."), (5, "Dites-nous comment")):
            expect(post(page, number)).to_contain_text(words)
        expect(posts(page).filter(has_text="j’esaie")).to_have_count(0)

    # Somebody's patience ends; the alumnus says so to the moderators.
    write(learner, RUDE)
    expect(post(alumnus, 7)).to_contain_text(RUDE)
    for page in (learner, coach):
        keep(page)
    more(alumnus, 7, "/flag/")
    alumnus.locator("label", has=alumnus.locator("[name=reason][value=rude]")).tap()
    alumnus.locator("[name=words]").fill("Cela blesse.")
    alumnus.locator("main form button.btn").tap()
    expect(alumnus.locator("#messages .ok")).to_be_visible()
    keep(alumnus)

    # A moderator hides it.
    moderator = alone("evening-moderator")
    moderator.goto("/community/moderation/")
    hides(moderator, "Inès Petit")
    for page in (learner, coach, alumnus):
        expect(posts(page).filter(has_text=RUDE)).to_have_count(0)
        expect(post(page, 7)).to_contain_text("la modération l’a masqué")
        expect(posts(page)).to_have_count(7)
        assert is_kept(page)

    # She is told why, and does not agree; another moderator reads it again.
    learner.goto("/notifications/")
    learner.locator("li", has_text="a masqué votre message").locator("[name=open]").tap()
    learner.wait_for_url("**/community/decisions/**")
    expect(learner.locator(".as-text").first).to_have_text(RUDE)
    learner.locator("[name=words]").fill("J’étais à bout. Je m’excuse, je ne le pensais pas.")
    learner.locator("main form button.btn.wide").tap()
    expect(learner.locator("#messages .ok")).to_be_visible()
    decision = learner.url
    learner.goto(thread)
    keep(learner)

    judge = visit("evening-judge", viewport=PHONE)
    judge.goto("/community/moderation/appeals/")
    judge.get_by_role("link", name=re.compile("Inès Petit")).first.click()
    judge.locator("[name=outcome][value=overturned]").check()
    judge.locator("[name=answer]").fill("Merci de le dire ainsi. Votre message revient, avec vos excuses dessous.")
    judge.locator(".step-bar button.btn").click()
    expect(judge.locator("#messages .ok")).to_be_visible()
    for page in (learner, coach, alumnus):
        expect(post(page, 7)).to_contain_text(RUDE)
        expect(posts(page)).to_have_count(7)
        assert is_kept(page)
    learner.goto(decision)
    expect(learner.locator("#the-appeal ~ div").last).to_contain_text("Merci de le dire ainsi")


def follow(page: Page, path: str) -> None:
    """A link, without a pointer."""
    press_until(page, f"a[href='{path}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")


def hides(page: Page, name: str) -> None:
    """From the queue to the decision that hides what `name` wrote, without a pointer."""
    page.locator("body").evaluate("body => body.focus()")
    follow(page, page.locator("h2 a", has_text=name).get_attribute("href") or "")
    expect(page.locator(".as-text").first).to_be_visible()
    press_until(page, "[name=action]")
    while not page.evaluate("document.activeElement.matches('[value=hide]')"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    press_until(page, "form details.fill > summary")
    page.keyboard.press("Enter")
    press_until(page, "[name=template]")
    page.keyboard.press("Space")
    press_until(page, ".step-bar button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/decide/?**")
    expect(page.locator("[name=message]")).not_to_be_empty()
    press_until(page, ".step-bar button")
    page.keyboard.press("Enter")
    expect(page.locator("#messages .ok")).to_be_visible()
