"""Offers: who makes them, how long they last, who takes them off the list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.enums import Action, OfferKind, Trust
from community.models import Flag, TrustRule
from community.queries.offers import open_offers
from community.services.moderation import Verdict, decide
from community.services.offers import OPEN_AT_ONCE, OfferRefused, Wording, change_offer, make_offer, withdraw_offer
from community.services.trust import SandboxRefused
from lms.accounts.models import User
from tests.community.factories import OfferFactory
from tests.world import World

NOW = timezone.now()
TODAY = timezone.localdate()


def job(**said: object) -> Wording:
    fields = {"kind": OfferKind.JOB, "title": "Mission", "source": "Trois *jours*.", "ends_on": TODAY}
    return Wording(**fields | said)  # type: ignore[arg-type]


def test_alumni_and_the_team_offer_learners_read(world: World) -> None:
    for person in (world.a.alumnus, world.a.coach, world.moderator):
        make_offer(author=person, wording=job(), now=NOW)
    for person in (world.a.learner, world.a.auditor):
        with pytest.raises(OfferRefused):
            make_offer(author=person, wording=job(), now=NOW)

    assert open_offers(TODAY).exclude(pk=world.offer.pk).count() == 3
    assert not open_offers(TODAY + timedelta(days=1)).exclude(pk=world.offer.pk)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"ends_on": TODAY - timedelta(days=1)}, "past"),
        ({"ends_on": TODAY + timedelta(days=400)}, "too-long"),
        ({"kind": OfferKind.EVENT}, "no-start"),
        ({"department": "20"}, "no-place"),
        ({"source": "---"}, "empty"),
    ],
)
def test_what_is_not_an_offer_is_refused(world: World, said: dict[str, object], code: str) -> None:
    with pytest.raises(OfferRefused) as refused:
        make_offer(author=world.a.alumnus, wording=job(**said), now=NOW)

    assert refused.value.code == code


def test_one_person_does_not_fill_the_list(world: World) -> None:
    OfferFactory.create_batch(OPEN_AT_ONCE, author=world.a.alumnus, ends_on=TODAY)

    with pytest.raises(OfferRefused):
        make_offer(author=world.a.alumnus, wording=job(), now=NOW)


def test_who_made_it_alone_changes_it_and_takes_it_off(world: World) -> None:
    offer = make_offer(author=world.a.alumnus, wording=job(), now=NOW)
    change_offer(offer=offer, wording=job(title="Autre"), actor=world.a.alumnus, now=NOW)

    def refused(act: object, person: User) -> bool:
        with pytest.raises(OfferRefused):
            act(person)  # type: ignore[operator]
        return True

    assert refused(lambda person: change_offer(offer=offer, wording=job(), actor=person, now=NOW), world.moderator)
    for person in (world.a.coach, world.moderator):
        assert refused(lambda person: withdraw_offer(offer=offer, actor=person, now=NOW), person)
    withdraw_offer(offer=offer, actor=world.a.alumnus, now=NOW)
    assert list(open_offers(TODAY)) == [world.offer]


@pytest.mark.parametrize("said", [{"source": "[a](https://a.fr) [b](https://b.fr)"}, {"title": "www.a.fr"}])
def test_an_offer_of_a_newcomer_keeps_to_her_limits(world: World, said: dict[str, object]) -> None:
    TrustRule.objects.filter(trust=Trust.NEW).update(links=0)
    kept = make_offer(author=world.a.alumnus, wording=job(), now=NOW)

    with pytest.raises(SandboxRefused):
        make_offer(author=world.a.alumnus, wording=job(**said), now=NOW)
    with pytest.raises(SandboxRefused):
        change_offer(offer=kept, wording=job(**said), actor=world.a.alumnus, now=NOW)
    make_offer(author=world.a.coach, wording=job(**said), now=NOW)


def test_an_offer_that_looks_like_spam_waits_for_a_moderator(world: World) -> None:
    offer = make_offer(author=world.a.alumnus, wording=job(title="Casino", source="Du bitcoin."), now=NOW)
    other = make_offer(author=world.a.alumnus, wording=job(source="Une autre mission."), now=NOW)
    change_offer(offer=other, wording=job(title="Casino", source="Du bitcoin !"), actor=world.a.alumnus, now=NOW)

    assert list(open_offers(TODAY)) == [world.offer]
    flags = Flag.objects.filter(decision=None, flagger=None)
    assert {flag.offer for flag in flags} == {offer, other}
    with pytest.raises(OfferRefused):
        change_offer(offer=other, wording=job(), actor=world.a.alumnus, now=NOW)
    decide(things=[offer], seen={}, verdict=Verdict(Action.KEEP), moderator=world.moderator, now=NOW)
    assert set(open_offers(TODAY)) == {world.offer, offer}


def test_events_come_in_the_order_they_happen(world: World) -> None:
    later = OfferFactory(kind=OfferKind.EVENT, ends_on=TODAY, starts_at=NOW + timedelta(hours=2))
    sooner = OfferFactory(kind=OfferKind.EVENT, ends_on=TODAY, starts_at=NOW + timedelta(hours=1))
    OfferFactory(ends_on=TODAY, department="33")

    assert list(open_offers(TODAY, kind="event")) == [sooner, later]
    assert set(open_offers(TODAY, department="2A")) == {sooner, later, world.offer}
