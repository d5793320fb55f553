// The device test: each part says what works, or why not and what to do.
import { Live } from "../kit/live.js";
import { ask, stop } from "../kit/devices.js";

const words = JSON.parse(document.getElementById("words").textContent);
const RELAY_PATIENCE = 8_000; // ms; a wrong password or a closed port shows only as silence
const CALL_PATIENCE = 8_000;
const SOCKET_PATIENCE = 8_000;
const LISTEN = 4_000; // ms during which a voice may be heard

const rows = Object.fromEntries([...document.querySelectorAll("[data-test]")].map((row) => [row.dataset.test, row]));
for (const part of document.querySelectorAll("[data-unscripted]")) part.hidden = true;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
const within = (promise, ms) => Promise.race([promise, pause(ms).then(() => { throw new Error("late"); })]);

/** Show a result: its words, and "ok", "warn" or "error" beside them. */
function tell(name, tone, ...sentences) {
  const place = rows[name].querySelector("[data-result]");
  place.className = tone;
  place.setAttribute("role", "status");
  place.textContent = sentences.filter(Boolean).join(" ");
}

const tests = {
  async audio() {
    const stream = await ask("audio");
    const meter = rows.audio.querySelector("meter");
    meter.hidden = false;
    try {
      const loudest = await listen(stream, meter);
      tell("audio", loudest > 1 ? "ok" : "warn", words[loudest > 1 ? "audio_ok" : "audio_silent"]);
    } finally {
      stop(stream);
    }
  },

  async video() {
    const video = rows.video.querySelector("video");
    stop(video.srcObject);
    video.srcObject = await ask("video");
    video.hidden = false;
    await within(new Promise((seen) => { video.onloadeddata = seen; }), 5_000);
    tell("video", "ok", words.video_ok);
  },

  async speakers() {
    const context = new AudioContext();
    try {
      await within(context.resume(), 3_000);
    } catch {
      tell("speakers", "error", words.speakers_failed);
      return;
    }
    const volume = context.createGain();
    volume.gain.value = 0.2;
    volume.connect(context.destination);
    for (const [place, pitch] of [523, 659, 784].entries()) {
      const note = context.createOscillator();
      note.frequency.value = pitch;
      note.connect(volume);
      note.start(context.currentTime + place * 0.3);
      note.stop(context.currentTime + place * 0.3 + 0.25);
    }
    tell("speakers", "", words.speakers_play);
    rows.speakers.querySelector("[data-answers]").hidden = false;
    setTimeout(() => context.close(), 1_500);
  },

  async connection() {
    let media;
    try {
      media = await within(greet(), SOCKET_PATIENCE);
    } catch {
      tell("connection", "error", words.socket_failed);
      return;
    }
    if (!window.RTCPeerConnection) {
      tell("connection", "error", words.unsupported);
      return;
    }
    try {
      await within(callOurselves(), CALL_PATIENCE);
    } catch {
      tell("connection", "error", words.socket_ok, words.call_blocked);
      return;
    }
    const servers = media.ice_servers ?? [];
    if (!servers.some((server) => server.credential)) {
      tell("connection", "ok", words.socket_ok, words.call_ok, words.relay_none);
      return;
    }
    try {
      await within(reachRelay(servers), RELAY_PATIENCE);
      tell("connection", "ok", words.socket_ok, words.relay_ok);
    } catch {
      tell("connection", "warn", words.socket_ok, words.call_ok, words.relay_late.replace("{seconds}", RELAY_PATIENCE / 1000));
    }
  },
};

async function listen(stream, meter) {
  const context = new AudioContext();
  const ear = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(ear);
  const samples = new Uint8Array(ear.fftSize);
  const ends = performance.now() + LISTEN;
  let loudest = 0;
  while (performance.now() < ends) {
    ear.getByteTimeDomainData(samples);
    const loudness = Math.min(100, 2 * Math.max(...samples.map((sample) => Math.abs(sample - 128))));
    meter.value = loudness;
    loudest = Math.max(loudest, loudness);
    await pause(100);
  }
  await context.close();
  return loudest;
}

function greet() {
  return new Promise((answered) => {
    const live = new Live("/ws/device-test/", {
      onEvent(event) {
        if (event.type !== "hello") return;
        live.close();
        answered(event.media);
      },
      onRefused() {},
    });
    live.open();
    setTimeout(() => live.close(), SOCKET_PATIENCE);
  });
}

/** Two ends in one page: whether the browser makes calls at all. */
async function callOurselves() {
  const [one, two] = [new RTCPeerConnection(), new RTCPeerConnection()];
  one.onicecandidate = ({ candidate }) => { if (candidate) two.addIceCandidate(candidate).catch(() => {}); };
  two.onicecandidate = ({ candidate }) => { if (candidate) one.addIceCandidate(candidate).catch(() => {}); };
  const opened = new Promise((open) => { one.createDataChannel("test").onopen = open; });
  try {
    await one.setLocalDescription();
    await two.setRemoteDescription(one.localDescription);
    await two.setLocalDescription();
    await one.setRemoteDescription(two.localDescription);
    await within(opened, CALL_PATIENCE);
  } finally {
    one.close();
    two.close();
  }
}

/** One relayed candidate is proof: address, port and password are right. */
async function reachRelay(iceServers) {
  const pc = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
  try {
    const found = new Promise((done) => { pc.onicecandidate = ({ candidate }) => { if (candidate?.type === "relay") done(); }; });
    pc.createDataChannel("test");
    await pc.setLocalDescription();
    await within(found, RELAY_PATIENCE);
  } finally {
    pc.close();
  }
}

async function run(name) {
  const button = rows[name].querySelector(":scope > button");
  button.setAttribute("aria-busy", "true");
  tell(name, "", words.testing);
  try {
    await tests[name]();
  } catch (error) {
    tell(name, "error", words[error.reason] ?? words.unsupported);
  }
  button.removeAttribute("aria-busy");
}

for (const name of Object.keys(rows)) rows[name].querySelector(":scope > button").addEventListener("click", () => run(name));
for (const button of document.querySelectorAll("[data-heard]")) {
  button.addEventListener("click", () => {
    tell("speakers", button.dataset.heard === "ok" ? "ok" : "warn", words[`speakers_${button.dataset.heard}`]);
    button.closest("[data-answers]").hidden = true;
  });
}
document.querySelector("[data-test-all]").addEventListener("click", async () => {
  for (const name of ["audio", "video", "connection", "speakers"]) await run(name);
});
