"""The moderator's pages, from a report to an appeal; what one may not see does not exist; as many queries for many."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.enums import Action, FlagReason, MemberRole, Trust
from community.models import (
    Appeal,
    DangerAlert,
    Decision,
    Duty,
    Flag,
    ModerationTemplate,
    Post,
    SpamRule,
    Standing,
    Thread,
    UpkeepLine,
)
from community.queries.sight import threads_seen_by
from community.services.moderation import appeal, flag, pause_person
from community.services.posting import start_thread
from community.services.steering import set_state
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.notifications.models import Notification
from tests.community.factories import (
    ConversationFactory,
    FlagFactory,
    OfferFactory,
    PostFactory,
    PrivateMessageFactory,
    SpaceFactory,
    SpaceMemberFactory,
    StandingFactory,
    ThreadFactory,
)
from tests.factories import UserFactory
from tests.world import World, client_for

NOW = timezone.now()
EVIL = "<script>window.__pwn = 1</script><img src=x onerror=alert(1)> [clic](javascript:alert(1)) ![x](https://evil.test/x.png)"


@pytest.fixture
def world(silent_world: World) -> World:
    return silent_world


@pytest.fixture
def moderator(world: World) -> Client:
    world.moderator.language = "en"
    world.moderator.save()
    return client_for(world.moderator)


def post_by(author: User, **fields: Any) -> Post:
    return PostFactory(thread=ThreadFactory(), author=author, **fields)


def page(client: Client, name: str, *args: Any, **data: Any) -> str:
    response = client.get(reverse(f"community:{name}", args=args), data)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


# --- Reporting --------------------------------------------------------------------------------------------------------


def test_a_learner_reports_a_post_and_its_author_learns_nothing(world: World) -> None:
    post, client = post_by(world.a.classmate), client_for(world.a.learner)
    address = reverse("community:flag-post", args=[post.public_id])
    assert client.get(address).status_code == 200
    empty = client.post(address, {"reason": "other"})
    assert empty.status_code == 422
    assert client.post(address, {"reason": "rude", "words": "Blessant"}).status_code == 302
    assert Flag.objects.get(post=post).flagger == world.a.learner
    assert not Notification.objects.filter(recipient=world.a.classmate, kind__startswith="community").exists()


def test_a_word_about_danger_opens_an_alert(world: World, moderator: Client) -> None:
    post = post_by(world.a.learner)
    address = reverse("community:flag-post", args=[post.public_id])
    client_for(world.a.classmate).post(address, {"reason": "danger"})
    alert = DangerAlert.objects.get()
    Duty.objects.create(
        person=world.moderator, phone="06 00 00 00 01", starts_on=timezone.localdate(), ends_on=timezone.localdate()
    )

    words = page(moderator, "alert", alert.public_id)

    for number in ("15", "112", "114", "3114", "0600000001"):
        assert f'href="tel:{number}"' in words
    assert moderator.post(reverse("community:alert-take", args=[alert.public_id])).status_code == 302
    refused = moderator.post(reverse("community:alert", args=[alert.public_id]), {"done": ""})
    assert refused.status_code == 422
    done = moderator.post(reverse("community:alert", args=[alert.public_id]), {"done": "Appelée."})
    assert done.status_code == 302
    alert.refresh_from_db()
    assert (alert.taken_by, alert.done) == (world.moderator, "Appelée.")
    assert "Appelée." in page(moderator, "alert", alert.public_id)
    assert world.a.learner.get_full_name() in page(moderator, "alerts")


def test_one_reports_only_what_one_reads(world: World) -> None:
    closed = SpaceFactory(audience="cohort", cohort=world.b.cohort)
    foreign = PostFactory(thread=ThreadFactory(space=closed), author=world.b.learner)
    hidden = post_by(world.a.classmate, hidden_at=NOW)
    for post in (foreign, hidden):
        address = reverse("community:flag-post", args=[post.public_id])
        assert client_for(world.a.learner).get(address).status_code == 404
        assert client_for(world.a.learner).post(address, {"reason": "rude"}).status_code == 404
    own = post_by(world.a.learner)
    refused = client_for(world.a.learner).post(reverse("community:flag-post", args=[own.public_id]), {"reason": "rude"})
    assert refused.status_code == 422
    assert not Flag.objects.exists()


def test_a_private_message_is_reported_by_those_who_read_it(world: World, moderator: Client) -> None:
    first, second = sorted((world.a.learner, world.a.classmate), key=lambda person: person.pk)
    conversation = ConversationFactory(first=first, second=second)
    message = PrivateMessageFactory(conversation=conversation, author=first, source="Un mot blessant")
    address = reverse("community:flag-message", args=[message.public_id])
    assert client_for(world.b.learner).post(address, {"reason": "rude"}).status_code == 404
    talk = reverse("community:conversation", args=[conversation.public_id])
    assert talk in client_for(second).get(address).text
    done = client_for(second).post(address, {"reason": "rude"}, follow=True)
    assert done.redirect_chain == [(talk, 302)]
    assert [one.level_tag for one in done.context["messages"]] == ["success"]
    assert "Un mot blessant" in page(moderator, "flagged", first.public_id)


def test_an_offer_is_reported_from_its_page_and_read_in_the_queue(world: World, moderator: Client) -> None:
    offer = OfferFactory(
        author=world.a.alumnus, title="Gagnez 500 € par jour", source="<script>window.__pwn = 1</script>"
    )
    report, client = reverse("community:flag-offer", args=[offer.public_id]), client_for(world.a.learner)
    assert report in client.get(reverse("community:offer", args=[offer.public_id])).text
    assert report not in client_for(world.a.alumnus).get(reverse("community:offer", args=[offer.public_id])).text
    assert 'value="danger"' not in client.get(report).text
    assert client.post(report, {"reason": "danger"}).status_code == 422

    its_page = reverse("community:offer", args=[offer.public_id])
    assert client.post(report, {"reason": "spam"}).headers["Location"] == its_page

    assert "Gagnez 500" in page(moderator, "queue")
    read = page(moderator, "flagged", world.a.alumnus.public_id)
    assert "Gagnez 500" in read
    assert "&lt;script&gt;window.__pwn = 1&lt;/script&gt;" in read
    assert 'value="edit"' not in read  # nobody changes somebody else's offer
    sent = {"items": str(offer.public_id), "action": "hide", "rule": "Une règle.", "message": "Bonjour."}
    asked = moderator.get(reverse("community:decide", args=[world.a.alumnus.public_id]), sent).text
    assert "Gagnez 500" in asked
    assert "A moderator hid your offer" in asked
    decided = moderator.post(reverse("community:decide", args=[world.a.alumnus.public_id]), sent)
    assert decided.status_code == 302
    assert client.get(its_page).status_code == 404
    journal = page(moderator, "journal")
    assert "Gagnez 500" in journal
    assert "The offer is hidden" in journal
    assert "Gagnez 500" in page(moderator, "decision", Decision.objects.get().public_id)


# --- The queue --------------------------------------------------------------------------------------------------------


def test_ten_messages_of_one_newcomer_are_one_item(world: World, moderator: Client) -> None:
    space = SpaceFactory()
    SpamRule.objects.filter(signal="word", word="casino").update(points=100)
    for number in range(10):
        start_thread(
            space=space,
            author=world.a.learner,
            kind="discussion",
            title=f"Offre {number}",
            source=f"Le casino numéro {number} vous attend.",
            key=uuid7(),
            now=NOW,
        )
    assert not threads_seen_by(world.a.classmate).exists()
    words = page(moderator, "queue")

    assert words.count(">Read and decide<") == 1
    assert "10 messages, the first waits for" in words
    assert "Waits unseen" in words
    assert Notification.objects.filter(recipient=world.moderator, kind="community.queue").count() == 1


def test_danger_comes_first_then_the_longest_wait_and_a_quarrel_names_both(world: World, moderator: Client) -> None:
    thread = ThreadFactory(title="Le conflit")
    for person, hours in ((world.a.learner, 1), (world.a.classmate, 5)):
        FlagFactory(post=PostFactory(thread=thread, author=person), at=NOW - timedelta(hours=hours))
    FlagFactory(post=post_by(world.a.alumnus), reason=FlagReason.DANGER, at=NOW)

    words = page(moderator, "queue")

    order = [
        words.index(f'">{person.get_full_name()}</a></h2>')
        for person in (world.a.alumnus, world.a.classmate, world.a.learner)
    ]
    assert order == sorted(order)
    assert f"Also reported there: {world.a.learner.get_full_name()}." in words


def test_an_empty_queue_leads_to_questions_that_wait(world: World, moderator: Client) -> None:
    assert "Every question has an answer too." in page(moderator, "queue")
    for _number in range(4):
        ThreadFactory(created_at=NOW - timedelta(hours=25))
    assert "4 questions without an answer" in page(moderator, "queue")


QUEUE_QUERIES = 13


def test_the_queue_costs_the_same_with_one_report_and_with_many(world: World, moderator: Client) -> None:
    FlagFactory(post=post_by(world.a.learner))
    moderator.get(reverse("community:queue"))
    with CaptureQueriesContext(connection) as one:
        moderator.get(reverse("community:queue"))
    for _number in range(20):
        FlagFactory(post=post_by(UserFactory()))
    with CaptureQueriesContext(connection) as many:
        moderator.get(reverse("community:queue"))
    assert len(one) == len(many) == QUEUE_QUERIES


# --- Reading and deciding ---------------------------------------------------------------------------------------------


def test_what_was_reported_is_shown_as_text_and_nothing_of_it_is_loaded(world: World, moderator: Client) -> None:
    thread = ThreadFactory(title="<b>gras</b>", first=EVIL)
    post = PostFactory(thread=thread, author=world.a.learner, source=EVIL)
    FlagFactory(post=post, words=EVIL)
    flagged = page(moderator, "flagged", world.a.learner.public_id)
    decided = page(
        moderator, "decide", world.a.learner.public_id, items=str(post.public_id), action="hide", template=""
    )
    person = page(moderator, "moderated-person", world.a.learner.public_id)

    for words in (flagged, decided, person, page(moderator, "queue")):
        for sign in (
            "window.__pwn = 1</script>",
            "<img src=x",
            'src="https://evil.test',
            'href="javascript:',
            "<b>gras</b>",
        ):
            assert sign not in words
    assert "&lt;script&gt;window.__pwn = 1&lt;/script&gt;" in flagged
    assert "The message before" in flagged


def _choose(post: Post, action: str, template: str = "") -> dict[str, Any]:
    return {
        "items": [str(post.public_id)],
        "seen": [f"{post.public_id}:{post.version}"],
        "action": action,
        "template": template,
    }


def test_a_decision_is_previewed_then_sent_and_the_author_reads_it_and_appeals(world: World, moderator: Client) -> None:
    post = post_by(world.a.learner, source="Tu es nul.")
    FlagFactory(post=post, flagger=world.a.classmate)
    address = reverse("community:decide", args=[world.a.learner.public_id])
    flagged = moderator.get(reverse("community:flagged", args=[world.a.learner.public_id]))
    template = next(key for key, row in flagged.context["form"].templates.items() if row.reason == "rude")

    chosen = moderator.get(address, _choose(post, "hide", template)).content.decode()
    assert world.a.learner.get_short_name() in chosen
    assert post.thread.title in chosen.replace("&nbsp;", " ").replace("\xa0", " ")
    words = {"rule": "On critique une idée.", "message": "Bonjour, ce mot blesse."}
    preview = moderator.post(address, _choose(post, "hide") | words | {"preview": "1"})
    assert (preview.status_code, Decision.objects.count()) == (200, 0)
    assert "<p>Bonjour, ce mot blesse.</p>" in preview.content.decode()
    missing = moderator.post(address, _choose(post, "hide"))
    assert (missing.status_code, Decision.objects.count()) == (422, 0)
    sent = moderator.post(address, _choose(post, "hide") | words | {"is_strike": "on", "is_pause": "on"})
    assert sent.status_code == 302

    decision = Decision.objects.get(action=Action.HIDE)
    learner = client_for(world.a.learner)
    read = page(learner, "decision", decision.public_id)
    assert "Bonjour, ce mot blesse." in read
    assert "Tu es nul." in read
    assert world.moderator.get_full_name() not in read
    assert learner.post(reverse("community:decision", args=[decision.public_id]), {"words": ""}).status_code == 422
    sent = learner.post(reverse("community:decision", args=[decision.public_id]), {"words": "C’était de l’humour."})
    assert sent.status_code == 302
    asked = Appeal.objects.get()
    assert "C’était de l’humour." in page(moderator, "appeal", asked.public_id)
    assert "C’était de l’humour." in page(moderator, "appeals")
    answer = {"outcome": "overturned", "answer": "Vous avez raison."}
    assert moderator.post(reverse("community:appeal", args=[asked.public_id]), answer).status_code == 302
    post.refresh_from_db()
    assert post.hidden_at is None
    assert Standing.objects.get(person=world.a.learner).paused_until is None
    assert "Vous avez raison." in page(learner, "decision", decision.public_id)


def test_what_the_author_changed_meanwhile_is_read_again(world: World, moderator: Client) -> None:
    post = post_by(world.a.learner)
    FlagFactory(post=post)
    Post.objects.filter(pk=post.pk).update(version=2, source="Une autre phrase")
    address = reverse("community:decide", args=[world.a.learner.public_id])
    words = {"rule": "R", "message": "M"}

    answer = moderator.post(address, _choose(post, "hide") | words)

    assert answer.status_code == 409
    assert "Une autre phrase" in answer.content.decode()
    assert not Decision.objects.exists()
    del words["rule"]
    unseen = moderator.post(address, _choose(post, "keep") | {"seen": "pas-un-id"})
    assert unseen.status_code == 409


def test_choosing_nothing_or_an_edit_of_two_is_refused_where_it_was_chosen(world: World, moderator: Client) -> None:
    posts = [post_by(world.a.learner), post_by(world.a.learner)]
    for post in posts:
        FlagFactory(post=post)
    address = reverse("community:decide", args=[world.a.learner.public_id])
    both = {"items": [str(post.public_id) for post in posts], "action": "edit"}
    other = {"items": str(post_by(world.a.classmate).public_id), "action": "hide"}
    for data in ({}, {"items": str(posts[0].public_id)}, both, other):
        assert moderator.get(address, data).status_code == 422


def test_a_moderator_undoes_a_decision(world: World, moderator: Client) -> None:
    post = post_by(world.a.learner)
    FlagFactory(post=post)
    address = reverse("community:decide", args=[world.a.learner.public_id])
    moderator.post(address, _choose(post, "hide") | {"rule": "R", "message": "M"})
    decision = Decision.objects.get()

    assert moderator.post(reverse("community:decision-undo", args=[decision.public_id])).status_code == 302
    post.refresh_from_db()
    assert post.hidden_at is None
    assert moderator.get(address).status_code == 302  # nothing waits any more


# --- A person, the journal --------------------------------------------------------------------------------------------


def test_a_person_is_paused_and_resumed_with_words(world: World, moderator: Client) -> None:
    person = world.a.learner
    twin = UserFactory(display_name=person.display_name)
    StandingFactory(person=person, trust=Trust.REGULAR, posts_read=321)
    words = page(moderator, "moderated-person", person.public_id)
    assert "321" in words
    assert str(twin.public_id) in words
    pause = reverse("community:pause", args=[person.public_id])
    assert moderator.get(pause).status_code == 200
    assert moderator.post(pause, {"rule": "R"}).status_code == 422
    assert moderator.post(pause, {"rule": "R", "message": "M"}).status_code == 302
    assert "Paused until" in page(moderator, "moderated-person", person.public_id)
    assert moderator.post(pause, {"rule": "R", "message": "M"}).status_code == 422
    assert moderator.post(reverse("community:resume", args=[person.public_id])).status_code == 302
    assert Standing.objects.get(person=person).paused_until is None
    for team in (world.administrator, world.moderator):
        assert moderator.get(reverse("community:pause", args=[team.public_id])).status_code == 404


def test_the_journal_has_everybodys_lines_or_mine_and_pages_without_a_gap(world: World, moderator: Client) -> None:
    for number in range(60):
        Decision.objects.create(
            person=world.a.learner,
            moderator=world.moderator if number % 2 else world.administrator,
            action=Action.KEEP,
            rule=f"règle {number:02d}.",
            at=NOW - timedelta(minutes=number // 3),
        )
    first = page(moderator, "journal")
    before = re.search(r"before=([0-9a-f-]{36})", first)
    assert before
    second = page(moderator, "journal", before=before[1])
    seen = [re.findall(r"règle (\d\d)\.", words) for words in (first, second)]
    assert [len(rows) for rows in seen] == [50, 10]
    assert len({*seen[0], *seen[1]}) == 60
    assert len(re.findall(r"règle (\d\d)\.", page(moderator, "journal", mine="1"))) == 30
    for wrong in ("x", str(world.a.learner.public_id)):
        assert moderator.get(reverse("community:journal"), {"before": wrong}).status_code in (200, 404)


def test_the_journal_has_what_was_done_to_threads_and_rules_between_the_decisions(
    world: World, moderator: Client
) -> None:
    thread, mona = ThreadFactory(title="Fil déplacé"), world.moderator
    for number in range(60):
        at = NOW - timedelta(minutes=number // 4)
        if number % 2:
            rule = f"règle {number:02d}."
            Decision.objects.create(person=world.a.learner, moderator=mona, action=Action.KEEP, rule=rule, at=at)
        else:
            words = f"règle {number:02d}."
            UpkeepLine.objects.create(
                action="move", space=thread.space, thread=thread, moderator=mona, words=words, at=at
            )

    first = page(moderator, "journal")
    before = re.search(r"before=([0-9a-f-]{36})", first)
    assert before
    seen = [re.findall(r"règle (\d\d)\.", words) for words in (first, page(moderator, "journal", before=before[1]))]

    assert [len(rows) for rows in seen] == [50, 10]
    assert len({*seen[0], *seen[1]}) == 60
    assert "The thread is moved" in first
    assert reverse("community:thread", args=[thread.public_id]) in first


def test_the_moderator_of_a_space_reads_of_its_threads_alone(world: World) -> None:
    here, there = ThreadFactory(title="Ici"), ThreadFactory(title="Ailleurs")
    SpaceMemberFactory(space=here.space, person=world.a.classmate, role=MemberRole.MODERATOR)
    for thread in (here, there):
        steering = {"pinned": True, "closed": False, "locked": False, "slow_mode_seconds": 0}
        set_state(thread=thread, **steering, actor=world.moderator, now=NOW)

    words = client_for(world.a.classmate).get(reverse("community:journal")).text

    assert "Ici" in words
    assert "Ailleurs" not in words


def test_a_pause_begins_with_a_message_that_is_ready(world: World, moderator: Client) -> None:
    template = ModerationTemplate.objects.filter(language=world.a.learner.language).first()
    address = reverse("community:pause", args=[world.a.learner.public_id])
    assert template is not None

    empty, ready = moderator.get(address), moderator.get(address, {"template": str(template.public_id)})
    wrong = moderator.get(address, {"template": "x"})

    assert str(template.public_id) in empty.text
    assert [answer.context["form"].initial.get("rule") for answer in (empty, ready, wrong)] == [
        None,
        template.rule,
        None,
    ]
    assert world.a.learner.get_short_name() in ready.context["form"].initial["message"]
    moderator.post(f"{address}?template={template.public_id}", {"rule": "R", "message": "Autres mots."})
    assert Decision.objects.get(person=world.a.learner, action=Action.PAUSE).message == "Autres mots."


def test_a_title_is_decided_about_with_the_first_message(world: World, moderator: Client) -> None:
    thread = ThreadFactory(author=world.a.learner, title="Titre blessant")
    post = thread.posts.get()
    flag(thing=post, flagger=world.a.coach, reason=FlagReason.RUDE, now=NOW)
    address = reverse("community:decide", args=[world.a.learner.public_id])
    said = {"action": "edit", "items": str(post.public_id)}

    assert 'value="Titre blessant"' in moderator.get(address, said).text
    said |= {"seen": f"{post.public_id}:1", "title": "Titre", "source": post.source, "rule": "R", "message": "M"}
    assert moderator.post(address, said | {"title": ""}).status_code == 422
    moderator.post(address, said)

    thread.refresh_from_db()
    assert thread.title == "Titre"


def test_a_moderator_who_reports_an_offer_decides_about_it_at_once(world: World, moderator: Client) -> None:
    offer = OfferFactory(author=world.a.alumnus)
    report = reverse("community:flag-offer", args=[offer.public_id])
    assert report in moderator.get(reverse("community:offer", args=[offer.public_id])).text

    reported = moderator.post(report, {"reason": "other", "words": "Ce n’est pas une offre."})

    assert reported.url == reverse("community:flagged", args=[world.a.alumnus.public_id])
    assert offer.title in moderator.get(reported.url).text


def test_pages_cost_the_same_with_one_row_and_with_many(world: World, moderator: Client) -> None:
    person = world.a.learner

    def fill(count: int) -> None:
        for _number in range(count):
            post = post_by(person)
            flag(thing=post, flagger=UserFactory(), reason=FlagReason.RUDE, now=NOW)
            decision = Decision.objects.create(
                person=UserFactory(), post=post_by(person), moderator=world.administrator, action=Action.HIDE, at=NOW
            )
            appeal(decision=decision, words="Non.", actor=decision.person, now=NOW)
            thread = ThreadFactory(created_at=NOW - timedelta(hours=30))
            solved = ThreadFactory(space=thread.space)
            Thread.objects.filter(pk=solved.pk).update(accepted=PostFactory(thread=solved))
            DangerAlert.objects.create(person=person, post=post, raised_by=world.a.coach, raised_at=NOW, closed_at=NOW)
            UpkeepLine.objects.create(action="merge", thread=thread, other=solved, moderator=world.moderator, at=NOW)

    fill(1)
    addresses = [
        *(
            reverse(f"community:{name}")
            for name in ("appeals", "journal", "alerts", "moderation-unanswered", "moderation-spaces")
        ),
        reverse("community:flagged", args=[person.public_id]),
        reverse("community:moderated-person", args=[person.public_id]),
    ]

    def counts() -> dict[str, int]:
        found = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert moderator.get(address).status_code == 200
            found[address] = len(queries)
        return found

    counts()
    few = counts()
    fill(5)
    assert counts() == few
    assert max(few.values()) <= 20


# --- Upkeep -----------------------------------------------------------------------------------------------------------


def test_somebody_who_often_helps_is_asked(world: World, moderator: Client) -> None:
    space = SpaceFactory()
    waiting = ThreadFactory(space=space, created_at=NOW - timedelta(hours=30), author=world.a.learner)
    solved = ThreadFactory(space=space)
    Thread.objects.filter(pk=solved.pk).update(accepted=PostFactory(thread=solved, author=world.a.coach))
    answered = ThreadFactory(space=space, created_at=NOW - timedelta(hours=30))
    PostFactory(thread=answered)
    talking_alone = ThreadFactory(space=space, created_at=NOW - timedelta(hours=30))
    PostFactory(thread=talking_alone, author=talking_alone.author)

    words = page(moderator, "moderation-unanswered")

    assert waiting.title in words.replace("\xa0", " ")
    assert talking_alone.title in words.replace("\xa0", " ")
    assert answered.title not in words.replace("\xa0", " ")
    assert f"{world.a.coach.get_full_name()}" in words
    address = reverse("community:moderation-ask", args=[waiting.public_id])
    assert moderator.post(address, {"person": str(world.a.coach.public_id)}).status_code == 302
    assert Notification.objects.filter(recipient=world.a.coach, kind="community.asked").count() == 1
    for person in ("x", "", str(waiting.public_id)):
        assert moderator.post(address, {"person": person}).status_code == 302
    assert Notification.objects.filter(kind="community.asked").count() == 1


def test_slow_mode_and_rules_against_spam_are_changed_by_phone(world: World, moderator: Client) -> None:
    space = SpaceFactory(slow_mode_seconds=42)
    words = page(moderator, "moderation-spaces")
    assert "42 seconds" in words
    address = reverse("community:moderation-slow", args=[space.public_id])
    assert moderator.post(address, {"seconds": "300"}).status_code == 302
    assert moderator.post(address, {"seconds": "301"}).status_code == 422
    space.refresh_from_db()
    assert space.slow_mode_seconds == 300
    rules = reverse("community:spam-rule")
    assert moderator.post(rules, {"signal": "links", "points": "10"}).status_code == 302
    assert SpamRule.objects.filter(signal="links").values_list("points", "is_active").get() == (10, False)
    word = {"signal": "word", "word": "Loterie", "points": "70", "is_active": "on"}
    for _time in range(2):
        assert moderator.post(rules, word).status_code == 302
    assert SpamRule.objects.filter(word__iexact="loterie").count() == 1
    for wrong in (
        {"signal": "word", "points": "5"},
        {"signal": "x", "points": "5"},
        {"signal": "links", "points": "101"},
    ):
        assert moderator.post(rules, wrong).status_code == 422


# --- Whose it is ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rows(world: World) -> dict[str, Any]:
    """One row of each sort about the learner of A."""
    post = post_by(world.a.learner)
    FlagFactory(post=post)
    decision = Decision.objects.create(
        person=world.a.learner, post=post_by(world.a.learner), moderator=world.moderator, action=Action.HIDE, at=NOW
    )
    return {
        "decision": decision,
        "appeal": appeal(decision=decision, words="Non.", actor=world.a.learner, now=NOW),
        "alert": DangerAlert.objects.create(post=post, person=world.a.learner, raised_by=world.a.coach),
        "space": post.thread.space,
        "question": ThreadFactory(created_at=NOW - timedelta(hours=30)),
    }


def _addresses(world: World, rows: dict[str, Any]) -> list[tuple[str, str]]:
    person = world.a.learner.public_id
    listed: list[tuple[str, str, list[Any]]] = [
        ("get", "queue", []),
        ("get", "flagged", [person]),
        ("get", "decide", [person]),
        ("post", "decide", [person]),
        ("get", "moderated-person", [person]),
        ("get", "pause", [person]),
        ("post", "pause", [person]),
        ("post", "resume", [person]),
        ("get", "alerts", []),
        ("get", "alert", [rows["alert"].public_id]),
        ("post", "alert", [rows["alert"].public_id]),
        ("post", "alert-take", [rows["alert"].public_id]),
        ("get", "appeals", []),
        ("get", "appeal", [rows["appeal"].public_id]),
        ("post", "appeal", [rows["appeal"].public_id]),
        ("post", "decision-undo", [rows["decision"].public_id]),
        ("get", "journal", []),
        ("get", "moderation-unanswered", []),
        ("post", "moderation-ask", [rows["question"].public_id]),
        ("get", "moderation-spaces", []),
        ("post", "moderation-slow", [rows["space"].public_id]),
        ("post", "spam-rule", []),
    ]
    return [(method, reverse(f"community:{name}", args=args)) for method, name, args in listed]


@pytest.mark.parametrize("role", ["learner", "classmate", "alumnus", "coach", "manager", "auditor"])
def test_nothing_of_moderation_exists_for_who_moderates_nothing(world: World, rows: dict[str, Any], role: str) -> None:
    client = client_for(getattr(world.a, role))
    for method, address in _addresses(world, rows):
        assert getattr(client, method)(address).status_code == 404, address
    mine = client.get(reverse("community:decision", args=[rows["decision"].public_id]))
    assert mine.status_code == (200 if role == "learner" else 404)


def test_a_moderator_of_one_space_sees_its_reports_and_nothing_else(world: World, rows: dict[str, Any]) -> None:
    here = SpaceFactory()
    SpaceMemberFactory(space=here, person=world.a.coach, role="moderator")
    FlagFactory(post=PostFactory(thread=ThreadFactory(space=here), author=world.a.classmate))
    client = client_for(world.a.coach)

    words = page(client, "queue")

    assert world.a.classmate.get_full_name() in words
    assert world.a.learner.get_full_name() not in words
    assert client.get(reverse("community:flagged", args=[world.a.classmate.public_id])).status_code == 200
    gone = [("get", "flagged"), ("get", "moderated-person"), ("get", "pause"), ("post", "resume")]
    for method, name in gone:
        address = reverse(f"community:{name}", args=[world.a.learner.public_id])
        assert getattr(client, method)(address).status_code == 404
    assert client.get(reverse("community:pause", args=[world.a.classmate.public_id])).status_code == 404
    for name in ("alert", "appeal", "decision"):
        assert client.get(reverse(f"community:{name}", args=[rows[name].public_id])).status_code == 404
    assert client.post(reverse("community:spam-rule"), {"signal": "links", "points": "1"}).status_code == 404
    slow = reverse("community:moderation-slow", args=[rows["space"].public_id])
    assert client.post(slow, {"seconds": "60"}).status_code == 404


def test_a_moderators_own_words_are_for_another_one(world: World, moderator: Client) -> None:
    FlagFactory(post=post_by(world.moderator))
    assert "Nothing to decide" in page(moderator, "queue")
    assert "Nothing waits" in page(moderator, "flagged", world.moderator.public_id)


def test_who_is_paused_still_reads_the_decision_and_appeals(world: World) -> None:
    decision = pause_person(person=world.a.learner, rule="R", message="M", moderator=world.moderator, now=NOW)
    learner = client_for(world.a.learner)
    assert "M" in page(learner, "decision", decision.public_id)
    assert learner.post(reverse("community:decision", args=[decision.public_id]), {"words": "Non."}).status_code == 302
