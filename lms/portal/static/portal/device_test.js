// The device test: each part says what works, or why not and what to do.
import { Live } from "../kit/live.js";
import { DeviceError, ask, stop } from "../kit/devices.js";

const words = JSON.parse(document.getElementById("words").textContent);
const RELAY_PATIENCE = 8_000; // ms; a wrong password or a closed port shows only as silence
const CALL_PATIENCE = 8_000;
const SOCKET_PATIENCE = 8_000;
const SERVER_PATIENCE = 10_000;
const MEASURE = 4_000; // ms that a slow connection is timed for
const UPLOAD = 300_000; // bytes
const LOW = 300_000; // bit/s: below, the room keeps to sound by itself
const PICTURE = 500_000; // bit/s of a camera on its way out
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
    // A camera that another program holds may open, and show nothing.
    const seen = within(new Promise((shown) => { video.onloadeddata = shown; }), 5_000);
    await seen.catch(() => { throw new DeviceError("video_busy"); });
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
    let live;
    let told;
    try {
      [live, told] = await within(greet(), SOCKET_PATIENCE);
    } catch {
      tell("connection", "error", words.socket_failed);
      return;
    }
    try {
      tell("connection", ...await passes(live, told));
    } finally {
      live.close();
    }
  },

  async line() {
    const speeds = {};
    try {
      speeds.down = await pull();
      speeds.up = await push();
    } catch {
      tell("line", "error", words.line_failed);
      return;
    }
    const name = speeds.down < LOW || speeds.up < LOW / 4 ? "line_low" : speeds.up < PICTURE ? "line_small" : "line_ok";
    const said = words[name].replace("{down}", written(speeds.down)).replace("{up}", written(speeds.up));
    tell("line", name === "line_ok" ? "ok" : "warn", said);
  },
};

/** Whether calls pass: in this browser, through the relay, to the media server of live sessions. */
async function passes(live, { media, server }) {
  if (!window.RTCPeerConnection) return ["error", words.unsupported];
  try {
    await within(callOurselves(), CALL_PATIENCE);
  } catch {
    return ["error", words.socket_ok, words.call_blocked];
  }
  const servers = media.ice_servers ?? [];
  const said = [words.socket_ok];
  let tone = "ok";
  if (!servers.some((one) => one.credential)) {
    said.push(words.call_ok, words.relay_none);
  } else {
    try {
      await within(reachRelay(servers), RELAY_PATIENCE);
      said.push(words.relay_ok);
    } catch {
      tone = "warn";
      said.push(words.call_ok, words.relay_late.replace("{seconds}", RELAY_PATIENCE / 1000));
    }
  }
  if (server) {
    try {
      await within(callServer(live, servers), SERVER_PATIENCE);
      said.push(words.server_ok);
    } catch (error) {
      tone = "warn";
      said.push(error.message === "away" ? words.server_away : words.server_late.replace("{seconds}", SERVER_PATIENCE / 1000));
    }
  }
  return [tone, ...said];
}

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

/** The connection once it has greeted, and what it said; what it says next is heard by `live.next`. */
function greet() {
  return new Promise((answered) => {
    const live = new Live("/ws/device-test/", {
      onEvent(event) {
        if (event.type === "hello") answered([live, event]);
        else live.next?.(event);
      },
      onRefused() {},
    });
    live.open();
    setTimeout(() => { if (!live.isOpen) live.close(); }, SOCKET_PATIENCE);
  });
}

/** A line for sound to the media server, without a sound: a way through is what is looked for. */
async function callServer(live, iceServers) {
  const pc = new RTCPeerConnection({ iceServers });
  try {
    pc.addTransceiver("audio", { direction: "sendonly" });
    await pc.setLocalDescription();
    await Promise.race([pause(2_000), new Promise((done) => { pc.onicegatheringstatechange = () => { if (pc.iceGatheringState === "complete") done(); }; })]);
    const through = new Promise((done, fail) => {
      pc.onconnectionstatechange = () => {
        if (pc.connectionState === "connected") done();
        if (pc.connectionState === "failed") fail(new Error("late"));
      };
      live.next = ({ type, sdp }) => {
        if (type === "answer") pc.setRemoteDescription({ type, sdp }).catch(fail);
        if (type === "away") fail(new Error("away"));
      };
    });
    live.send("call", { sdp: pc.localDescription.sdp });
    await within(through, SERVER_PATIENCE);
  } finally {
    pc.close();
  }
}

/** Bits a second that come in, from as much as comes within `MEASURE`. */
async function pull() {
  const begun = performance.now();
  const answer = await within(fetch(rows.line.dataset.address, { cache: "no-store" }), 2 * MEASURE);
  if (!answer.ok) throw new Error("refused");
  const reader = answer.body.getReader();
  let bytes = 0;
  while (performance.now() - begun < MEASURE) {
    const { done, value } = await within(reader.read(), 2 * MEASURE);
    if (done) break;
    bytes += value.length;
  }
  reader.cancel().catch(() => {});
  return (8_000 * bytes) / (performance.now() - begun);
}

/** Bits a second that go out. */
function push() {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    const begun = performance.now();
    let bytes = 0;
    request.upload.onprogress = ({ loaded }) => { bytes = loaded; };
    request.onload = () => { if (request.status >= 400) fail(new Error("refused")); };
    request.onerror = fail;
    request.onloadend = () => done((8_000 * bytes) / (performance.now() - begun));
    request.open("POST", rows.line.dataset.address);
    request.setRequestHeader("X-CSRFToken", rows.line.querySelector("[name=csrfmiddlewaretoken]").value);
    request.send(new Uint8Array(UPLOAD));
    setTimeout(() => request.abort(), MEASURE);
  });
}

/** “850 kbit/s”, “12.5 Mbit/s”, as the reader writes numbers. */
function written(bits) {
  const [number, unit] = bits < 1_000_000 ? [Math.round(bits / 1_000), "kbit/s"] : [bits / 1_000_000, "Mbit/s"];
  return `${number.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })}\u00a0${unit}`;
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
  for (const name of ["audio", "video", "connection", "line", "speakers"]) await run(name);
});
