"""The room of an appointment, before, during and after."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching import rules
from coaching.enums import Mode
from coaching.models import Appointment
from coaching.queries.room import CLOSES_AFTER, OPENS_BEFORE, Door, door_of, participants_of
from coaching.room_words import room_words
from lms.accounts.requests import SignedInRequest
from lms.accounts.zones import zone_label
from lms.kit.live.device_words import device_words
from lms.kit.middleware import CALL_PERMISSIONS_POLICY


@login_required
@require_safe
def room(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ten minutes before the start until half an hour after the end, the room; else the time, or what comes next."""
    appointment = get_object_or_404(Appointment.objects.select_related("coach", "kind", "place"), public_id=public_id)
    if not rules.can_join_appointment(request.user, appointment):
        raise Http404
    door = door_of(appointment, timezone.now())
    participants = participants_of(appointment, request.user)
    context = {
        "appointment": appointment,
        "door": door,
        "opens_at": appointment.starts_at - OPENS_BEFORE,
        "closes_at": appointment.ends_at + CLOSES_AFTER,
        "is_coach": appointment.coach_id == request.user.pk,
        "others": [participant for participant in participants if participant.person != request.user],
        "zone": zone_label(request.user.time_zone),
    }
    if appointment.mode == Mode.ONLINE and door == Door.OPEN:
        return _with_devices(
            render(request, "coaching/room/room.html", context | {"words": room_words() | device_words()})
        )
    return render(request, "coaching/room/door.html", context)


def _with_devices(response: HttpResponse) -> HttpResponse:
    """Only this page may ask for a microphone, a camera, a screen."""
    response["Permissions-Policy"] = CALL_PERMISSIONS_POLICY
    return response
