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


def device_words() -> dict[str, str]:
    """`mic_*` and `cam_*`: why a device does not answer, and what to do, for each reason a browser gives."""
    return {
        "insecure": _("This address is not secure (https), so the browser lends no microphone. Call us."),
        "unsupported": _("This browser cannot make calls. Use a recent Firefox, Chrome, Edge or Safari."),
        "policy": _("The browser or your organisation forbids it on this page. Call us."),
        "audio_denied": _(
            "The browser was told to refuse the microphone. Tap the lock beside the address, allow it, then try again."
        ),
        "video_denied": _(
            "The browser was told to refuse the camera. Tap the lock beside the address, allow it, then try again."
        ),
        "audio_missing": _("No microphone was found. Plug one in, or use a phone or headphones with a microphone."),
        "video_missing": _("No camera was found. You can come with the sound only."),
        "audio_busy": _(
            "Another program is using the microphone. Close it (another call, for example), then try again."
        ),
        "video_busy": _("Another program is using the camera. Close it (another call, for example), then try again."),
        "audio_late": _("The browser does not answer about the microphone. Look for its question, then try again."),
        "video_late": _("The browser does not answer about the camera. Look for its question, then try again."),
        "audio_ok": _("The microphone works: the bar moves when you speak."),
        "audio_silent": _("The microphone answers, but nothing is heard. Check that it is not muted, then speak."),
        "video_ok": _("The camera works: you see yourself."),
        "speakers_play": _("A sound was played. Did you hear it?"),
        "speakers_ok": _("You hear the sound."),
        "speakers_none": _(
            "Turn the volume up, check that headphones are plugged in well, then try again. In a call, you can use"
            " the phone for the sound."
        ),
        "speakers_failed": _("The browser did not play the sound. Turn off the silent mode, then try again."),
        "socket_ok": _("The academy answers."),
        "socket_failed": _(
            "The academy does not answer by its live connection. A network (office, library) may block it: try with"
            " your phone’s own connection."
        ),
        "call_ok": _("Calls can pass."),
        "call_blocked": _("This browser or this network blocks calls. Try another browser, or call by phone."),
        "relay_ok": _("The relay answers: calls pass on strict networks too."),
        "relay_late": _(
            "The relay does not answer after {seconds} s. On a strict network (office, library) a call may fail. Try"
            " with your phone’s own connection, or call by phone."
        ),
        "relay_none": _("Direct calls only: on a strict network (office, library), a call may fail."),
        "testing": _("Being tested…"),
    }
