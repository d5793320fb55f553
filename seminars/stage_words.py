"""What the stage says, in the person's language; `{name}` is filled in by the script."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def stage_words() -> dict[str, str]:
    return {
        "play": _("Hear the room"),
        "mic_start": _("Open the microphone"),
        "mic_stop": _("Close the microphone"),
        "camera_start": _("Show my camera"),
        "camera_stop": _("Hide my camera"),
        "screen_start": _("Show my screen"),
        "screen_stop": _("Hide my screen"),
        "screen_failed": _("The screen was not shared."),
        "mic_closed": _("Your microphone is off."),
        "mic_open": _("Your microphone is on."),
        "mic_opening": _("Your microphone is opening…"),
        "all_hear": _("Everybody hears you."),
        "nobody_hears": _("Nobody hears you."),
        "nobody_hears_yet": _("Nobody hears you yet."),
        "you_listen": _("You listen. To speak, raise your hand."),
        "not_invited": _("You speak once you are invited: raise your hand."),
        "you_are_muted": _("Your microphone was closed by those who run the session."),
        "muted_by": _("{name} has closed your microphone. You can open it again."),
        "off_taken-off": _("You are back among the participants. Your microphone and camera are off."),
        "off_not-allowed": _("You have left the stage. Your microphone and camera are off."),
        "off_recorded": _(
            "You have left the stage: the room is recorded, and you chose not to be. Go on following from here or, to"
            " speak, change your answer on the page of the session."
        ),
        "own_name": _("{name} (you)"),
        "speaker_coming": _("connecting"),
        "speaker_lost": _("connection lost, trying again"),
        "speaker_mic": _("microphone on"),
        "speaker_silent": _("microphone off"),
        "speaker_muted": _("microphone closed by a moderator"),
        "speaker_camera": _("camera on"),
        "speaker_screen": _("shows a screen"),
        "picture_of": _("Picture of {name}"),
        "screen_of": _("Screen of {name}"),
        "mute": pgettext("somebody's microphone", "Close the microphone"),
        "mute_name": _("Close the microphone of {name}"),
        "take_off": _("Back to the audience"),
        "take_off_name": _("Send {name} back to the audience"),
        "low_enter": _("Sound only"),
        "low_leave": _("Show pictures again"),
        "low_on": _("Sound only: no picture is sent or received."),
        "low_by_itself": _("Your connection is slow: you have the sound, the slides and the text, without pictures."),
        "low_off": _("Pictures are back."),
        "call_late": _(
            "Sound and picture do not come through. A network (office, library) may block them. Trying again; slides,"
            " captions and chat go on."
        ),
        "media_away": _("Sound and picture are interrupted. They come back by themselves; slides and chat go on."),
        "media_back": _("Sound and picture are coming back."),
        "no_media": _("This room has no sound or picture of its own."),
        "no_media_stream": _("Follow the stream, and take part here: slides, chat, questions, polls."),
        "no_media_text": _("Slides, chat, questions and polls work."),
        "stream": _("Watch the stream (new window)"),
        "refused_stage-full": _("Four people are on stage already. Wait until one of them leaves it."),
        "refused_not-allowed": _("You speak once you are invited: raise your hand."),
        "refused_other-backend": _("Sound and picture are being set up again."),
        "refused_no-media": _("Sound and picture could not be started. Trying again."),
        "refused_failed": _("The academy could not do it. Try again in a moment."),
    }
