"""What the room's scripts say, in the person's language; `{name}` is filled in by the script."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def room_words() -> dict[str, str]:
    return {
        "alone": _("You are alone here for now."),
        "here": _("{name} is here."),
        "came": _("{name} has come in."),
        "went": _("{name} has left."),
        "you": _("You"),
        "mic_is_on": pgettext("microphone", "on"),
        "mic_is_off": pgettext("microphone", "off"),
        "camera_is_on": pgettext("camera", "on"),
        "camera_is_off": pgettext("camera", "off"),
        "screen_is_on": pgettext("screen", "on"),
        "screen_is_off": pgettext("screen", "off"),
        "sound_is_on": pgettext("sound only", "on"),
        "sound_is_off": pgettext("sound only", "off"),
        "mic_on": _("Your microphone is on."),
        "mic_off": _("Your microphone is off. Nobody hears you."),
        "mic_none": _("You have no microphone. You can listen and write."),
        "peer_connecting": _("connecting"),
        "peer_sound": _("sound only"),
        "peer_muted": _("microphone off"),
        "peer_picture": _("sound and picture"),
        "peer_screen": _("shows a screen"),
        "peer_lost": _("connection lost, trying again"),
        "peer_failed": _("no sound or picture: your networks cannot meet"),
        "socket_connecting": _("Connecting…"),
        "socket_waiting": _("The connection is lost. Trying again by itself. What you write is kept."),
        "call_failed": _(
            "Your two networks cannot meet. The chat still works. Call by phone: the number is at the top."
        ),
        "slow": _("Your connection is slow. Without picture, the sound will be better."),
        "sound_only_on": _("Sound only: no picture is sent or received."),
        "sound_only_off": _("Pictures are back."),
        "screen_failed": _("The screen was not shared."),
        "typing": _("{name} is writing…"),
        "not_sent": _("Not sent yet: it leaves when the connection is back."),
        "new_message": _("New message from {name}: {text}"),
        "new_messages": _("{count} new messages, the last one from {name}."),
        "refused": _("This could not be saved. It is still on your screen."),
        "full": _("This list is full: 50 lines at most."),
        "remove": _("Remove"),
        "notes_saved": _("Notes saved."),
        "notes_waiting": _("Not saved yet."),
        "notes_changed": _("{name} has changed the notes."),
        "somebody": _("The other person"),
    }
