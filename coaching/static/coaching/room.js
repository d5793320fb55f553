// The room: one click to come in, buttons that say what they do, and a page that tells how the call is doing.
import { announce } from "academy";
import { Live } from "../kit/live.js";
import { Board } from "./board.js";
import { Call } from "./calls.js";
import { ask } from "../kit/devices.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const words = JSON.parse(document.getElementById("words").textContent);
const { room: path, zone } = find("room").dataset;
const JOINED = `joined:${path}`;
const NEW_SERVERS = 45 * 60_000; // ms: credentials of a relay are good for an hour

const fill = (key, name) => words[key].replace("{name}", name);
const own = { audio: null, camera: null, screen: null };
let soundOnly = false;
let hello = null;

const live = new Live(path, { onEvent: hear, onState: tellConnection, onRefused: () => location.reload() });
const board = new Board(live, words, zone);
const call = new Call(live, { onChange: show, onGone: gone, onSlow: proposeSound });

for (const part of document.querySelectorAll("[data-unscripted]")) part.hidden = true;

// --- Coming in ----------------------------------------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-join]")) {
  button.addEventListener("click", () => join(button.dataset.join === "camera"));
}
// A page that was reloaded in the middle of a call goes back into it.
if (sessionStorage.getItem(JOINED)) join(sessionStorage.getItem(JOINED) === "camera");

async function join(withCamera) {
  sessionStorage.setItem(JOINED, withCamera ? "camera" : "sound");
  find("lobby").hidden = true;
  find("controls").hidden = false;
  draw();
  live.open(); // the chat does not wait for the microphone
  await turnOn("audio");
  if (withCamera) await turnOn("camera");
}

find("leave").addEventListener("click", () => {
  sessionStorage.removeItem(JOINED);
  live.close();
  call.close();
});

setInterval(() => live.send("ice"), NEW_SERVERS);

// --- What the others and the server say ------------------------------------------------------------------------------------

function hear(event) {
  if (event.type === "hello") {
    hello = event;
    if (event.media.backend !== "p2p") for (const button of document.querySelectorAll("[data-toggle]")) button.hidden = true;
    call.meet(event);
    board.ready(event);
    draw();
  } else if (event.type === "ice") {
    call.setServers(event.media.ice_servers ?? []);
  } else if (event.type === "joined" || event.type === "here") {
    if (event.client === hello.client) return;
    if (event.type === "joined") live.send("here", { to: event.client, ...flags() });
    if (hello.media.backend === "p2p" && call.see(event)) {
      announce(fill(event.type === "joined" ? "came" : "here", event.name));
      if (event.type === "here") live.send("devices", flags());
    }
  } else if (["description", "candidate", "devices", "left"].includes(event.type)) {
    call.hear(event);
  } else if (event.client !== hello.client) {
    board.hear(event);
  }
}

function tellConnection(state) {
  if (state === "open" || (state === "connecting" && !hello)) trouble("");
  else trouble(words.socket_waiting);
  draw();
}

function flags() {
  return { mic: Boolean(own.audio?.enabled), camera: Boolean(own.camera), screen: Boolean(own.screen), sound_only: soundOnly };
}

// --- Microphone, camera, screen, sound only -----------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-toggle]")) {
  button.addEventListener("click", () => toggle[button.dataset.toggle]());
}
find("accept-sound").addEventListener("click", () => toggle.sound());

const toggle = {
  async mic() {
    if (!own.audio) await turnOn("audio");
    else own.audio.enabled = !own.audio.enabled;
    changed();
  },
  async camera() {
    if (own.camera) turnOff("camera");
    else {
      if (soundOnly) toggle.sound();
      await turnOn("camera");
    }
    changed();
  },
  async screen() {
    if (own.screen) turnOff("screen");
    else {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
        [own.screen] = stream.getVideoTracks();
        own.screen.onended = () => { turnOff("screen"); changed(); };
      } catch {
        announce(words.screen_failed);
      }
    }
    changed();
  },
  sound() {
    soundOnly = !soundOnly;
    if (soundOnly) for (const name of ["camera", "screen"]) turnOff(name);
    find("slow").hidden = true;
    announce(words[soundOnly ? "sound_only_on" : "sound_only_off"]);
    changed();
    for (const peer of call.peers.values()) show(peer); // the last picture of the others goes, or comes back
  },
};

async function turnOn(name) {
  try {
    const stream = await ask(name === "audio" ? "audio" : "video");
    [own[name]] = stream.getTracks();
    own[name].onended = () => { turnOff(name); changed(); };
    trouble("");
  } catch (error) {
    if (!error.reason) throw error;
    trouble(words[error.reason]);
  }
  changed();
}

function turnOff(name) {
  if (own[name]) own[name].onended = null;
  own[name]?.stop();
  own[name] = null;
}

/** Send what there is now, tell the others, redraw. */
function changed() {
  call.setTrack("audio", own.audio);
  call.setTrack("video", own.screen ?? own.camera);
  live.send("devices", flags());
  if (sessionStorage.getItem(JOINED)) sessionStorage.setItem(JOINED, own.camera ? "camera" : "sound");
  draw();
}

function proposeSound() {
  find("slow").querySelector("p").textContent = words.slow;
  find("slow").hidden = false;
  announce(words.slow);
}

// --- What is seen ---------------------------------------------------------------------------------------------------------

function draw() {
  const pressed = { ...flags(), sound: soundOnly };
  for (const button of document.querySelectorAll("[data-toggle]")) {
    const on = pressed[button.dataset.toggle];
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("[data-word]").textContent = ` ${words[`${button.dataset.toggle}_is_${on ? "on" : "off"}`]}`;
  }
  const sound = words[own.audio ? (own.audio.enabled ? "mic_on" : "mic_off") : "mic_none"];
  const away = live.isOpen ? "" : ` ${words.socket_connecting}`;
  const people = hello && live.isOpen && call.peers.size === 0 ? ` ${words.alone}` : "";
  find("state").textContent = `${sound}${people}${away}`;
  const picture = own.screen ?? own.camera;
  tile("me", words.you, hello?.initials ?? "", picture ? new MediaStream([picture]) : null, "", true);
}

function show(peer) {
  const { devices } = peer;
  const states = { connected: "", failed: words.peer_failed, disconnected: words.peer_lost, closed: words.peer_lost };
  let state = states[peer.state] ?? words.peer_connecting;
  const hasPicture = (devices.camera || devices.screen) && !soundOnly;
  if (!state) state = words[devices.screen ? "peer_screen" : hasPicture ? "peer_picture" : "peer_sound"];
  if (peer.state === "connected" && !devices.mic) state = `${state}, ${words.peer_muted}`;
  tile(peer.id, devices.name, devices.initials, peer.stream, state, false, hasPicture && peer.state === "connected");
  if (peer.state === "failed") trouble(words.call_failed);
  draw();
}

function gone(peer) {
  document.getElementById(`tile-${peer.id}`)?.remove();
  announce(fill("went", peer.devices.name));
  draw();
}

function tile(id, name, initials, stream, state, mine, hasPicture = Boolean(stream)) {
  let box = document.getElementById(`tile-${id}`);
  if (!box) {
    box = document.getElementById("tile").content.firstElementChild.cloneNode(true);
    box.id = `tile-${id}`;
    find("tiles").append(box);
  }
  const video = box.querySelector("video");
  video.muted = mine;
  if (stream?.getTracks()[0]?.id !== video.dataset.track || stream?.getTracks().length !== Number(video.dataset.count)) {
    video.srcObject = stream;
    video.dataset.track = stream?.getTracks()[0]?.id ?? "";
    video.dataset.count = stream?.getTracks().length ?? 0;
    if (stream) video.play().catch(({ name: why }) => { if (why === "NotAllowedError" && !mine) find("play").hidden = false; });
  }
  video.setAttribute("aria-label", name);
  box.classList.toggle("has-picture", hasPicture);
  box.classList.toggle("mine", mine);
  box.querySelector(".avatar").textContent = initials;
  box.querySelector("b").textContent = name;
  box.querySelector("[data-peer-state]").textContent = state;
}

find("play").addEventListener("click", () => {
  find("play").hidden = true;
  for (const video of document.querySelectorAll(".tiles video")) video.play().catch(() => {});
});

function trouble(sentence) {
  const box = find("trouble");
  box.hidden = !sentence;
  if (box.lastElementChild.textContent !== sentence) box.lastElementChild.textContent = sentence;
}

// --- Parts of the room: chat, list, notes -------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll(".side .tabs a")];
for (const tab of tabs) {
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    for (const other of tabs) {
      const chosen = other === tab;
      document.querySelector(other.hash).hidden = !chosen;
      if (chosen) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    if (tab.hash === "#room-chat") Object.assign(find("unread"), { textContent: "" }).dataset.count = 0;
    document.querySelector(tab.hash).focus();
  });
}

addEventListener("pagehide", () => { for (const track of Object.values(own)) track?.stop(); });
