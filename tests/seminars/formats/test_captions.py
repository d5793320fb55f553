"""Captions as WebVTT and as a text."""

from seminars.formats.captions import Cue, stamp, transcript, webvtt


def test_a_caption_leaves_at_its_end_at_the_next_one_or_after_six_seconds():
    cues = [Cue(1, 2.5, "Bonjour"), Cue(3, None, "à tous"), Cue(5, None, "et à toutes"), Cue(90, None, "trop tard")]
    written = webvtt(cues, until=60)
    assert written.startswith("WEBVTT\n\n")
    times = [line for line in written.splitlines() if "-->" in line]
    assert times == [
        "00:00:01.000 --> 00:00:02.500",
        "00:00:03.000 --> 00:00:05.000",
        "00:00:05.000 --> 00:00:11.000",
    ]


def test_nothing_in_a_caption_is_read_as_webvtt():
    written = webvtt([Cue(-2, None, "a --> b\n\n00:01 <b>&", "Clara <3")], until=10)
    assert "<v Clara &lt;3>a --&gt; b 00:01 &lt;b&gt;&amp;" in written
    assert "00:00:00.000 --> " in written


def test_a_transcript_has_a_paragraph_for_each_speaker_and_each_half_minute():
    cues = [Cue(0, None, "Un.", "Clara"), Cue(3, None, "Deux.", "Clara"), Cue(5, None, "Trois.", "Karim")]
    cues.append(Cue(60, None, "Quatre.", "Karim"))
    assert transcript(cues) == "Clara : Un. Deux.\n\nKarim : Trois.\n\nQuatre."


def test_an_instant_in_a_film():
    assert [stamp(3723.4), stamp(59.9996)] == ["01:02:03.400", "00:01:00.000"]
