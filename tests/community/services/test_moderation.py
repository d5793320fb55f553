"""Reports, decisions and their journal, strikes, pauses, appeals, alerts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from community.enums import Action, AppealState, FlagReason
from community.models import (
    Appeal,
    DangerAlert,
    Decision,
    Flag,
    ModerationTemplate,
    Post,
    PostTelling,
    Standing,
    Thread,
    UpkeepLine,
)
from community.queries.moderation import strikes_counting
from community.services.danger import DangerRefused, close_alert, take_alert
from community.services.moderation import (
    FLAGS_A_DAY,
    ModerationRefused,
    Verdict,
    answer_appeal,
    appeal,
    decide,
    flag,
    pause_person,
    resume_person,
    set_slow_mode,
    set_spam_rule,
    undo,
    written,
)
from community.services.offers import withdraw_offer
from community.services.posting import accept, answer
from lms.accounts.models import User
from lms.evidence.models import Assistance
from lms.evidence.queries import help_of
from lms.kit.ids import uuid7
from lms.notifications.models import Delivery, Notification
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
from tests.world import World

NOW = timezone.now()
HIDE = Verdict(Action.HIDE, rule="On critique une idée.", message="Bonjour, votre message blesse.")


@pytest.fixture
def world(silent_world: World) -> World:
    return silent_world


def post_by(author: User, **fields: object) -> Post:
    thread = ThreadFactory()
    return PostFactory(thread=thread, author=author, **fields)


def hide(post: Post, moderator: User, verdict: Verdict = HIDE, now: object = NOW) -> list[Decision]:
    return decide(things=[post], seen={post.pk: post.version}, verdict=verdict, moderator=moderator, now=now)


def told(person: User) -> list[str]:
    return list(
        Notification.objects.filter(recipient=person, kind__startswith="community").values_list("kind", flat=True)
    )


# --- Reports ----------------------------------------------------------------------------------------------------------


def test_a_report_reaches_the_moderators_once_a_day_and_is_one_however_often_it_is_sent(world: World) -> None:
    post = post_by(world.a.learner)
    for words in ("Blessant", "Très blessant"):
        flag(thing=post, flagger=world.a.classmate, reason=FlagReason.RUDE, words=words, now=NOW)
    other = post_by(world.a.learner)
    flag(thing=other, flagger=world.a.coach, reason=FlagReason.RUDE, now=NOW)

    assert Flag.objects.filter(post=post).values_list("words", flat=True).get() == "Très blessant"
    assert told(world.moderator) == ["community.queue"]
    assert told(world.a.learner) == []


def test_nobody_reports_herself_what_is_gone_or_without_end(world: World) -> None:
    post = post_by(world.a.learner)
    gone = post_by(world.a.learner, hidden_at=NOW)
    for thing, person, code in ((post, world.a.learner, "own"), (gone, world.a.classmate, "gone")):
        with pytest.raises(ModerationRefused) as refused:
            flag(thing=thing, flagger=person, reason=FlagReason.RUDE, now=NOW)
        assert refused.value.code == code
    for _number in range(FLAGS_A_DAY):
        FlagFactory(flagger=world.a.classmate, at=NOW)
    with pytest.raises(ModerationRefused) as refused:
        flag(thing=post, flagger=world.a.classmate, reason=FlagReason.SPAM, now=NOW)
    assert refused.value.code == "too-many"
    flag(thing=post, flagger=world.a.classmate, reason=FlagReason.DANGER, now=NOW)


def test_a_word_about_danger_wakes_the_moderators_at_night_and_one_alert_is_open_a_person(world: World) -> None:
    post = post_by(world.a.learner)
    night = NOW.replace(hour=2)
    flag(thing=post, flagger=world.a.classmate, reason=FlagReason.DANGER, now=night)
    flag(thing=post_by(world.a.learner), flagger=world.a.coach, reason=FlagReason.DANGER, now=night)

    alert = DangerAlert.objects.get()
    assert (alert.person, alert.raised_by) == (world.a.learner, world.a.classmate)
    assert told(world.moderator) == ["community.alert"]
    mails = Delivery.objects.filter(recipient=world.moderator, notification__kind="community.alert")
    assert mails.exists()
    assert all(delivery.is_urgent and delivery.due_at == night for delivery in mails)


def test_one_moderator_takes_an_alert_and_whoever_closes_it_says_what_was_done(world: World) -> None:
    flag(thing=post_by(world.a.learner), flagger=world.a.classmate, reason=FlagReason.DANGER, now=NOW)
    alert = DangerAlert.objects.get()
    take_alert(alert=alert, actor=world.moderator, now=NOW)
    take_alert(alert=alert, actor=world.moderator, now=NOW)
    with pytest.raises(DangerRefused) as refused:
        take_alert(alert=alert, actor=world.administrator, now=NOW)
    assert refused.value.code == "taken"
    with pytest.raises(DangerRefused):
        close_alert(alert=alert, done=" ", actor=world.moderator, now=NOW)
    closed = close_alert(alert=alert, done="Appelée à 22 h, elle est chez sa sœur.", actor=world.moderator, now=NOW)
    assert closed.closed_at == NOW
    assert not Flag.objects.filter(decision=None).exists()
    assert Decision.objects.get().action == Action.KEEP
    assert told(world.a.classmate) == ["community.outcome"]
    assert told(world.a.learner) == []
    with pytest.raises(DangerRefused) as again:
        close_alert(alert=alert, done="Encore", actor=world.moderator, now=NOW)
    assert again.value.code == "closed"


# --- Decisions --------------------------------------------------------------------------------------------------------


def test_hiding_closes_the_reports_tells_everybody_and_takes_the_post_away(world: World) -> None:
    post = post_by(world.a.learner)
    thread = post.thread
    Thread.objects.filter(pk=thread.pk).update(accepted=post)
    mine = FlagFactory(post=post, flagger=world.a.classmate)
    FlagFactory(post=post, flagger=None, reason=FlagReason.SPAM)
    verdict = Verdict(Action.HIDE, rule=HIDE.rule, message=HIDE.message, is_strike=True, is_pause=True)

    first, pause = hide(post, world.moderator, verdict)

    post.refresh_from_db()
    thread.refresh_from_db()
    assert (post.hidden_at, thread.post_count, thread.accepted, thread.hidden_at) == (NOW, 1, None, None)
    assert (first.action, first.strikes_until) == (Action.HIDE, NOW + timedelta(days=90))
    assert (pause.action, pause.strikes_until) == (Action.PAUSE, None)
    assert Standing.objects.get(person=world.a.learner).paused_until == NOW + timedelta(hours=24)
    mine.refresh_from_db()
    assert mine.decision == first
    assert not Flag.objects.filter(decision=None).exists()
    assert told(world.a.learner) == ["community.decision"]
    assert told(world.a.classmate) == ["community.outcome"]
    news = Notification.objects.get(recipient=world.a.learner, kind="community.decision")
    assert news.actor is None
    assert HIDE.message in news.lines


def test_a_thread_whose_only_message_is_hidden_leaves_the_lists_and_comes_back_with_it(world: World) -> None:
    thread = ThreadFactory(author=world.a.learner)
    post = thread.posts.get()
    FlagFactory(post=post)
    (decision,) = hide(post, world.moderator)
    thread.refresh_from_db()
    assert (thread.hidden_at, thread.post_count) == (NOW, 0)

    undo(decision=decision, actor=world.moderator, now=NOW + timedelta(hours=1))

    thread.refresh_from_db()
    assert (thread.hidden_at, thread.post_count) == (None, 1)
    assert Decision.objects.filter(action=Action.RESTORE, post=post).exists()
    with pytest.raises(ModerationRefused) as refused:
        undo(decision=decision, actor=world.moderator, now=NOW + timedelta(hours=2))
    assert refused.value.code == "undone"


def test_keeping_shows_what_a_rule_had_held_and_tells_its_author_only_then(world: World) -> None:
    held = post_by(world.a.learner, hidden_at=NOW)
    FlagFactory(post=held, flagger=None, reason=FlagReason.SPAM)
    plain = post_by(world.a.classmate)
    FlagFactory(post=plain, flagger=world.a.coach)

    hide(held, world.moderator, Verdict(Action.KEEP))
    hide(plain, world.moderator, Verdict(Action.KEEP))

    held.refresh_from_db()
    assert held.hidden_at is None
    assert told(world.a.learner) == ["community.decision"]
    assert told(world.a.classmate) == []
    assert told(world.a.coach) == ["community.outcome"]


def test_an_answer_of_the_team_that_is_hidden_no_longer_counts_until_it_comes_back(world: World) -> None:
    thread = ThreadFactory(author=world.a.learner)
    post = answer(thread=thread, author=world.a.coach, source="Voici comment faire.", key=uuid7(), now=NOW)
    accept(thread=thread, post=post, actor=world.a.learner, now=NOW)
    enrolment = Assistance.objects.get().enrolment
    FlagFactory(post=post)
    assert (help_of(enrolment).count, Standing.objects.get(person=world.a.coach).thanks_received) == (1, 1)

    (decision,) = hide(post, world.moderator)
    assert (help_of(enrolment).count, Standing.objects.get(person=world.a.coach).thanks_received) == (0, 0)

    undo(decision=decision, actor=world.moderator, now=NOW + timedelta(hours=1))
    assert help_of(enrolment).count == 1
    assert Assistance.objects.count() == 3
    PostTelling.objects.get().delete()
    FlagFactory(post=post)
    (decision,) = hide(post, world.moderator, now=NOW + timedelta(hours=2))
    undo(decision=decision, actor=world.moderator, now=NOW + timedelta(hours=3))
    assert not PostTelling.objects.exists()


def test_people_are_told_of_a_held_message_once_it_is_shown(world: World) -> None:
    held = post_by(world.a.coach, hidden_at=NOW, created_at=NOW)
    FlagFactory(post=held, flagger=None, reason=FlagReason.SPAM, at=NOW)
    assert not PostTelling.objects.exists()

    hide(held, world.moderator, Verdict(Action.KEEP), now=NOW + timedelta(hours=1))

    assert PostTelling.objects.get().post == held


def test_editing_keeps_the_wording_before_and_an_appeal_puts_it_back(world: World) -> None:
    post = post_by(world.a.learner, source="Tu es nul, Otto.")
    FlagFactory(post=post)
    verdict = Verdict(Action.EDIT, rule="Une règle.", message="Bonjour.", source="Je ne suis pas d’accord.")
    (decision,) = hide(post, world.moderator, verdict)
    post.refresh_from_db()
    assert (post.source, post.version) == ("Je ne suis pas d’accord.", 2)
    assert post.versions.get().reason == "Une règle."

    asked = appeal(decision=decision, words="Je tiens à mes mots.", actor=world.a.learner, now=NOW)
    answer_appeal(appeal=asked, is_overturned=True, answer="Vous avez raison.", actor=world.administrator, now=NOW)

    post.refresh_from_db()
    assert post.source == "Tu es nul, Otto."


REFUSED = [
    (Verdict(Action.HIDE, rule="Une règle."), "no-words"),
    (Verdict(Action.EDIT, message="Bonjour."), "no-words"),
]


@pytest.mark.parametrize(("verdict", "code"), REFUSED)
def test_a_decision_names_the_rule_and_says_why(world: World, verdict: Verdict, code: str) -> None:
    post = post_by(world.a.learner)
    FlagFactory(post=post)
    with pytest.raises(ModerationRefused) as refused:
        hide(post, world.moderator, verdict)
    assert refused.value.code == code
    assert not Decision.objects.exists()


def test_what_changed_or_was_decided_meanwhile_is_not_decided_again(world: World) -> None:
    post = post_by(world.a.learner, version=2)
    FlagFactory(post=post)
    with pytest.raises(ModerationRefused) as refused:
        decide(things=[post], seen={post.pk: 1}, verdict=HIDE, moderator=world.moderator, now=NOW)
    assert refused.value.code == "changed"
    hide(post, world.moderator)
    with pytest.raises(ModerationRefused) as again:
        hide(post, world.administrator)
    assert again.value.code == "decided"
    assert Decision.objects.count() == 1


def test_nobody_decides_about_her_own_words_and_an_edit_is_of_one_post(world: World) -> None:
    own = post_by(world.moderator)
    FlagFactory(post=own)
    with pytest.raises(ModerationRefused) as refused:
        hide(own, world.moderator)
    assert refused.value.code == "own"
    posts = [post_by(world.a.learner), post_by(world.a.learner)]
    with pytest.raises(ModerationRefused) as several:
        decide(
            things=posts,
            seen={},
            verdict=Verdict(Action.EDIT, rule="R", message="M", source="S"),
            moderator=world.moderator,
            now=NOW,
        )
    assert several.value.code == "one-only"


def test_several_messages_are_decided_in_one_go_with_one_strike_and_one_message(world: World) -> None:
    posts = [post_by(world.a.learner) for _number in range(3)]
    for post in posts:
        FlagFactory(post=post)
    verdict = Verdict(Action.HIDE, rule="R", message="M", is_strike=True)

    decisions = decide(
        things=posts, seen={post.pk: 1 for post in posts}, verdict=verdict, moderator=world.moderator, now=NOW
    )

    assert [bool(one.strikes_until) for one in decisions] == [True, False, False]
    assert told(world.a.learner) == ["community.decision"]
    asked = appeal(decision=decisions[2], words="Non.", actor=world.a.learner, now=NOW)
    assert asked.decision == decisions[0]
    answer_appeal(appeal=asked, is_overturned=True, answer="Oui.", actor=world.administrator, now=NOW)
    assert not Post.objects.filter(pk__in=[post.pk for post in posts], hidden_at__isnull=False).exists()
    assert not strikes_counting(world.a.learner, NOW).exists()


def test_an_offer_is_reported_hidden_and_comes_back_unless_its_author_took_it_off(world: World) -> None:
    offer = OfferFactory(author=world.a.alumnus)
    flag(thing=offer, flagger=world.a.learner, reason=FlagReason.SPAM, now=NOW)
    flag(thing=offer, flagger=world.a.learner, reason=FlagReason.RUDE, now=NOW)
    assert Flag.objects.get().offer == offer
    assert told(world.moderator) == ["community.queue"]

    (decision,) = decide(things=[offer], seen={}, verdict=HIDE, moderator=world.moderator, now=NOW)

    offer.refresh_from_db()
    assert (offer.hidden_at, decision.offer) == (NOW, offer)
    assert told(world.a.alumnus) == ["community.decision"]
    assert told(world.a.learner) == ["community.outcome"]
    undo(decision=decision, actor=world.moderator, now=NOW + timedelta(hours=1))
    offer.refresh_from_db()
    assert offer.hidden_at is None

    gone = OfferFactory(author=world.a.alumnus)
    FlagFactory(post=None, offer=gone)
    withdraw_offer(offer=gone, actor=world.a.alumnus, now=NOW)
    (hidden,) = decide(things=[gone], seen={}, verdict=HIDE, moderator=world.moderator, now=NOW)
    undo(decision=hidden, actor=world.moderator, now=NOW + timedelta(hours=1))
    gone.refresh_from_db()
    assert (gone.hidden_at, gone.withdrawn_at) == (None, NOW)  # what its author took off stays off


def test_a_private_message_is_hidden_like_a_post(world: World) -> None:
    first, second = sorted((world.a.learner, world.a.classmate), key=lambda person: person.pk)
    conversation = ConversationFactory(first=first, second=second)
    message = PrivateMessageFactory(conversation=conversation, author=first)
    flag(thing=message, flagger=second, reason=FlagReason.RUDE, now=NOW)

    (decision,) = decide(things=[message], seen={}, verdict=HIDE, moderator=world.moderator, now=NOW)

    message.refresh_from_db()
    assert message.hidden_at == NOW
    assert (decision.message_about, decision.post, decision.person) == (message, None, first)


def test_a_moderator_of_a_space_hears_of_its_reports_alone(world: World) -> None:
    space = SpaceFactory()
    SpaceMemberFactory(space=space, person=world.a.coach, role="moderator")
    here = PostFactory(thread=ThreadFactory(space=space), author=world.a.learner)
    there = post_by(world.a.alumnus)
    for post in (here, there):
        flag(thing=post, flagger=world.a.classmate, reason=FlagReason.RUDE, now=NOW)

    assert told(world.a.coach) == ["community.queue"]
    assert told(world.moderator) == ["community.queue", "community.queue"]


# --- Pauses and strikes -----------------------------------------------------------------------------------------------


def test_a_pause_ends_by_itself_or_by_a_moderator_and_never_holds_the_team(world: World) -> None:
    words = {"rule": "R", "message": "M"}
    pause_person(person=world.a.learner, moderator=world.moderator, now=NOW, **words)
    with pytest.raises(ModerationRefused) as twice:
        pause_person(person=world.a.learner, moderator=world.moderator, now=NOW, **words)
    assert twice.value.code == "paused"
    resume_person(person=world.a.learner, moderator=world.moderator, now=NOW)
    with pytest.raises(ModerationRefused) as over:
        resume_person(person=world.a.learner, moderator=world.moderator, now=NOW)
    assert over.value.code == "not-paused"
    assert told(world.a.learner) == ["community.decision", "community.decision"]
    for person in (world.moderator, world.administrator):
        with pytest.raises(ModerationRefused) as refused:
            pause_person(person=person, moderator=world.moderator, now=NOW, **words)
        assert refused.value.code == "team"


def test_strikes_expire_and_a_decision_that_is_undone_takes_its_strike_along(world: World) -> None:
    posts = [post_by(world.a.learner), post_by(world.a.learner)]
    for post in posts:
        FlagFactory(post=post)
    verdict = Verdict(Action.HIDE, rule="R", message="M", is_strike=True)
    hide(posts[0], world.moderator, verdict)
    (second,) = hide(posts[1], world.moderator, verdict, NOW + timedelta(minutes=1))

    assert strikes_counting(world.a.learner, NOW + timedelta(days=1)).count() == 2
    undo(decision=second, actor=world.moderator, now=NOW + timedelta(days=2))
    assert strikes_counting(world.a.learner, NOW + timedelta(days=3)).count() == 1
    assert strikes_counting(world.a.learner, NOW + timedelta(days=91)).count() == 0


# --- Appeals ----------------------------------------------------------------------------------------------------------


def _decided(world: World) -> Decision:
    post = post_by(world.a.learner)
    FlagFactory(post=post)
    return hide(post, world.moderator)[0]


def test_one_appeals_once_and_in_time_and_another_moderator_answers(world: World) -> None:
    decision = _decided(world)
    other = UserFactory(display_name="Nadia")
    other.groups.set(world.moderator.groups.all())
    with pytest.raises(ModerationRefused) as late:
        appeal(decision=decision, words="Non.", actor=world.a.learner, now=NOW + timedelta(days=31))
    assert late.value.code == "too-late"
    asked = appeal(decision=decision, words="Non.", actor=world.a.learner, now=NOW)
    with pytest.raises(ModerationRefused) as twice:
        appeal(decision=decision, words="Non !", actor=world.a.learner, now=NOW)
    assert twice.value.code == "appealed"
    assert told(other) == ["community.queue"]
    assert told(world.moderator) == []
    with pytest.raises(ModerationRefused) as own:
        answer_appeal(appeal=asked, is_overturned=False, answer="Non.", actor=world.moderator, now=NOW)
    assert own.value.code == "own"
    answer_appeal(appeal=asked, is_overturned=False, answer="La règle vaut ici.", actor=other, now=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (AppealState.UPHELD, other)
    assert Post.objects.get(pk=decision.post_id).hidden_at is not None
    with pytest.raises(ModerationRefused) as again:
        answer_appeal(appeal=asked, is_overturned=True, answer="Oui.", actor=other, now=NOW)
    assert again.value.code == "answered"


def test_a_moderator_alone_answers_appeals_against_her_own_decisions(world: World) -> None:
    asked = appeal(decision=_decided(world), words="Non.", actor=world.a.learner, now=NOW)

    assert told(world.moderator) == ["community.queue"]
    answer_appeal(appeal=asked, is_overturned=True, answer="Oui.", actor=world.moderator, now=NOW)
    assert Appeal.objects.get().state == AppealState.OVERTURNED


# --- Titles -----------------------------------------------------------------------------------------------------------


def test_a_moderator_changes_a_title_with_a_reason_and_it_can_be_undone(world: World) -> None:
    thread = ThreadFactory(author=world.a.learner, title="Mme Martin est nulle")
    post = thread.posts.get()
    FlagFactory(post=post)
    verdict = Verdict(Action.EDIT, rule="On ne nomme personne.", message="M.", source=post.source, title=" Une  aide ?")

    (decision,) = hide(post, world.moderator, verdict)

    thread.refresh_from_db()
    kept = post.versions.get()
    assert (thread.title, kept.title, kept.reason) == ("Une aide ?", "Mme Martin est nulle", "On ne nomme personne.")
    assert told(world.a.learner) == ["community.decision"]
    undo(decision=decision, actor=world.moderator, now=NOW + timedelta(hours=1))
    thread.refresh_from_db()
    assert thread.title == "Mme Martin est nulle"


# --- The journal ------------------------------------------------------------------------------------------------------


def test_slow_mode_and_rules_against_spam_are_lines_of_the_journal(world: World) -> None:
    space, mona = SpaceFactory(), world.moderator
    for seconds in (300, 300, 0):
        set_slow_mode(space=space, seconds=seconds, actor=mona, now=NOW)
    rule = {"signal": "word", "word": "Loterie"}
    for points, is_active in ((40, True), (60, True), (60, True), (60, False)):
        set_spam_rule(**rule, points=points, is_active=is_active, actor=mona, now=NOW)

    lines = UpkeepLine.objects.order_by("pk")
    assert [(line.action, line.space, line.words.partition(": ")[2] or line.words) for line in lines] == [
        ("slow", space, "0\u202fs → 300\u202fs"),
        ("slow", space, "300\u202fs → 0\u202fs"),
        ("spam_add", None, "40"),
        ("spam_rule", None, "40 → 60"),
        ("spam_rule", None, "60 → 0"),
    ]
    assert "Loterie" in lines[2].words


WRITES = [
    "UPDATE community_upkeepline SET words = ''",
    "DELETE FROM community_upkeepline",
    "UPDATE community_decision SET message = ''",
    "DELETE FROM community_decision",
    "DELETE FROM community_appeal",
]


@pytest.mark.parametrize("statement", WRITES)
def test_the_database_refuses_to_change_what_was_decided(world: World, statement: str) -> None:
    appeal(decision=_decided(world), words="Non.", actor=world.a.learner, now=NOW)
    set_slow_mode(space=SpaceFactory(), seconds=60, actor=world.moderator, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_message_is_filled_in_once_whatever_a_title_holds(world: World) -> None:
    template = ModerationTemplate(rule="Une {name} règle.", text="Bonjour {name}, dans « {title} » : {rule} {0.x}")
    said = written(template, person=world.a.learner, title="{rule} {name.password}")

    assert "dans « {rule} {name.password} » : Une {name} règle. {0.x}" in said


@pytest.mark.django_db
def test_an_academy_starts_with_kind_messages_in_both_languages() -> None:
    for language in ("fr", "en"):
        reasons = set(ModerationTemplate.objects.filter(language=language).values_list("reason", flat=True))
        assert {"rude", "spam", "private", "off_topic", "wrong", ""} <= reasons


def test_a_pause_that_is_over_cannot_be_ended(world: World) -> None:
    StandingFactory(person=world.a.learner, paused_until=NOW - timedelta(hours=1))
    with pytest.raises(ModerationRefused):
        resume_person(person=world.a.learner, moderator=world.moderator, now=NOW)
