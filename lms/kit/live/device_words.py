"""What scripts say of a microphone, a camera, a connection: in the person's language."""

from django.utils.translation import gettext as _


def device_words() -> dict[str, str]:
    """`audio_*` and `video_*`: why a device does not answer, and what to do, for each reason a browser gives."""
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
        "audio_system": _(
            "This device keeps the microphone from the browser. Allow it in the device’s own settings (privacy,"
            " microphone), then try again."
        ),
        "video_system": _(
            "This device keeps the camera from the browser. Allow it in the device’s own settings (privacy, camera),"
            " then try again."
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
        "server_ok": _("The media server of live sessions answers your browser: you will hear and see."),
        "server_away": _(
            "The media server of live sessions does not answer the academy now: it is not your device. Try again later;"
            " slides, captions and chat work without it."
        ),
        "server_late": _(
            "Sound and picture of a live session do not come through after {seconds} s. A network (office, library) may"
            " block them: try with your phone’s own connection, or ask for UDP to be opened. Slides, captions and chat"
            " work without."
        ),
        "line_ok": _("{down} comes in, {up} goes out: enough for sound and picture."),
        "line_small": _(
            "{down} comes in, {up} goes out: enough to hear and see, hardly to show yourself. Without your camera,"
            " your voice passes."
        ),
        "line_low": _(
            "{down} comes in, {up} goes out: too little for pictures. Come closer to the Wi-Fi or use a cable, close"
            " what loads. Else the room keeps to sound, slides and text."
        ),
        "line_failed": _("The connection could not be timed: it broke off. Try again, or try another network."),
        "testing": _("Being tested…"),
    }
