"""Places on a stage, and what it costs to know them."""

from typing import Any

from seminars.enums import HandState, RecordingState, RoomRole
from seminars.models import Registration, SessionRecording
from seminars.services import stage
from tests.seminars.factories import BreakoutRoomFactory, BreakoutSeatFactory, HandFactory, SessionRecordingFactory
from tests.seminars.rooms import make_room

LINES = {"mic": True, "camera": False, "screen": False}


def test_to_know_the_stage_costs_two_queries_for_whoever_comes_in(db: None, django_assert_num_queries: Any) -> None:
    room = make_room()
    for person, role, allowed in (
        (room.presenter, RoomRole.PRESENTER, True),
        (room.learner, RoomRole.PARTICIPANT, False),
    ):
        with django_assert_num_queries(2):
            scene = stage.scene_of(room.session, None)
            stage.on_stage(scene)
            assert stage.is_offered_stage(room.session, person, role, None) is allowed


def test_what_is_offered_is_what_is_allowed(db: None) -> None:
    room = make_room()
    HandFactory(session=room.session, person=room.learner, state=HandState.SPEAKING)
    HandFactory(session=room.session, person=room.classmate, state=HandState.INVITED)
    roles = {"host": RoomRole.HOST, "presenter": RoomRole.PRESENTER, "moderator": RoomRole.MODERATOR}
    for name in ("host", "presenter", "moderator", "learner", "classmate"):
        person = getattr(room, name)
        offered = stage.is_offered_stage(room.session, person, roles.get(name, RoomRole.PARTICIPANT), None)
        assert offered is stage.may_publish(room.session, person, None) is (name in ("host", "presenter", "learner"))


def test_who_does_not_want_to_be_recorded_is_kept_off_the_stage_while_the_room_is_recorded(db: None) -> None:
    room = make_room(is_recorded=True)
    HandFactory(session=room.session, person=room.learner, state=HandState.SPEAKING)
    row = Registration.objects.get(person=room.learner)

    def answers(consents: bool | None) -> str:
        Registration.objects.filter(pk=row.pk).update(consents_to_recording=consents)
        offered = stage.is_offered_stage(room.session, room.learner, RoomRole.PARTICIPANT, None)
        found = stage.refusal(room.session, room.learner, None)
        assert offered is stage.may_publish(room.session, room.learner, None) is (found == "")
        return found

    assert answers(False) == ""
    recording = SessionRecordingFactory(session=room.session, state=RecordingState.RUNNING)
    assert [answers(False), answers(None), answers(True)] == ["recorded", "", ""]
    assert stage.refusal(room.session, room.classmate, None) == "not-allowed"
    # A small group is not recorded.
    group = BreakoutRoomFactory(round__session=room.session)
    BreakoutSeatFactory(room=group, round=group.round, person=room.learner)
    Registration.objects.filter(pk=row.pk).update(consents_to_recording=False)
    assert stage.may_publish(room.session, room.learner, group)
    SessionRecording.objects.filter(pk=recording.pk).update(state=RecordingState.WAITING)
    assert answers(False) == ""


def test_in_a_small_group_everybody_speaks_and_nobody_else(db: None) -> None:
    room = make_room()
    group = BreakoutRoomFactory(round__session=room.session)
    BreakoutSeatFactory(room=group, round=group.round, person=room.learner)

    assert stage.may_publish(room.session, room.learner, group)
    assert stage.may_publish(room.session, room.host, group)
    assert not stage.may_publish(room.session, room.classmate, group)
    assert stage.scene_of(room.session, group).room.name == str(group.public_id)


def test_a_place_is_given_back_only_by_the_connection_that_holds_it(db: None) -> None:
    room = make_room()
    scene = stage.scene_of(room.session, None)
    for connection in ("old", "new"):
        place = {"feed": "p.device", "connection": connection, "lines": LINES, "mids": []}
        assert stage.take_place(scene, room.presenter, RoomRole.PRESENTER, **place)

    assert not stage.leave_place(scene, "p.device", "old")
    assert len(stage.on_stage(scene)) == 1
    assert stage.change_place(scene, "nobody.x", on=True) is None
    assert stage.leave_place(scene, "p.device", "new")
    assert stage.on_stage(scene) == []
