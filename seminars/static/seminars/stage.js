// Sound and picture of the room: who is on stage is heard and seen; whoever may go there does so by one tap.
//
// The server says who is on stage (`speakers`), by what media travel (`stage`, `media`), and what two ends of a call say
// to each other. After an accident (connection, media server, network) everything begins again, a little later for each.
import { announce } from "academy";
import { ask } from "../kit/devices.js";
import { Receiving, Sending } from "./calls.js";
import { avatar, button, find, make, words as all } from "./dom.js";

const LOOK = 4_000; // ms between two looks at how the line is doing
const LOOKS = 3; // that must be bad before anything changes
const SLOW = 300_000; // bit/s under which sound, slides and text are better
const LOSSY = 0.08;
const PEACE = 120_000; // ms: whoever leaves the mode for slow lines is not sent back at once
const NO_OFFER = 15_000; // ms
const NEW_SERVERS = 45 * 60_000; // ms: the credentials of a relay are good for an hour
const AGAIN = [2_000, 4_000, 8_000, 15_000, 30_000]; // ms, at random up to that
const words = { ...all.devices, ...all.stage };
const fill = (key, values) => words[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

class Stage {
  constructor(live, room) {
    Object.assign(this, { live, room, me: "", person: "", scene: "", backend: "", servers: [], streamUrl: "", speakers: [] });
    Object.assign(this, { may: false, wanted: false, comesUp: false, isMuted: false, low: false, lowByItself: false, trouble: "" });
    this.own = { mic: null, camera: null, screen: null };
    this.sending = new Map(); // by the other browser, "" for the server
    this.received = new Map(); // by feed
    this.asked = new Set();
    this.group = null;
    this.told = false; // that we are on stage, from browser to browser
    this.failures = new Map();
    this.badLooks = 0;
    this.peaceUntil = 0;
    this.sounds = new Map();
    this.place = find("stage", room);
    for (const name of ["mic", "camera", "screen"]) find(name, room)?.addEventListener("click", () => this.toggle(name));
    find("audio-only", room)?.addEventListener("click", () => this.setLow(!this.low));
    find("to-stage", room)?.addEventListener("click", () => { this.comesUp = true; });
    this.play = button(words.play, () => this.playAll(), "btn wide");
    this.play.hidden = true;
    find("video", room).before(this.play);
    room.addEventListener("live", ({ detail }) => this.hear(detail));
    setInterval(() => this.look(), LOOK);
    setInterval(() => this.live.send("stage"), NEW_SERVERS);
    addEventListener("pagehide", () => { for (const name of Object.keys(this.own)) this.turnOff(name); });
    this.draw();
  }

  // --- What the server says ---------------------------------------------------------------------------------------------------

  hear(event) {
    const heard = {
      hello: () => {
        Object.assign(this, { me: event.client, person: event.person });
        this.endCalls(); // the server has ended them with the connection
        this.begin(0);
      },
      stage: () => {
        if (event.backend !== this.backend || event.scene !== this.scene) this.endCalls();
        Object.assign(this, { scene: event.scene, backend: event.backend, servers: event.ice_servers ?? [] });
        Object.assign(this, { speakers: event.speakers, may: event.may_publish, streamUrl: event.stream_url });
        if (this.may && this.comesUp) {
          this.comesUp = false;
          this.goUp();
        }
        if (this.wanted && !this.may) this.comeOff("not-allowed");
        else this.meet();
      },
      media: () => {
        if (!this.backend || event.backend === this.backend) return;
        announce(words[event.backend === "janus" ? "media_back" : "media_away"]);
        this.trouble = event.backend === "none" ? words.media_away : "";
        this.endCalls();
        this.speakers = [];
        this.backend = event.backend;
        this.begin(3_000);
        this.draw();
      },
      speakers: () => {
        if (event.scene !== this.scene) return;
        this.speakers = event.speakers;
        this.meet();
      },
      room: () => { if (this.me && event.state !== this.roomState) this.begin(1_000); this.roomState = event.state; },
      hand: () => {
        if (event.person !== this.person) return;
        if (event.state !== "speaking") this.comesUp = false;
        this.begin(0);
      },
      snapshot: () => { this.group = event.group?.id ?? null; },
      group: () => {
        if (event.id === this.group) return;
        this.group = event.id;
        this.stepDown();
        this.endCalls();
        this.begin(0);
      },
      offer: () => this.receive(event),
      answer: () => this.sending.get(event.feed === this.me ? event.from : "")?.remote("answer", event.sdp).catch(() => {}),
      candidate: () => (event.feed === this.me ? this.sending.get(event.from) : this.received.get(event.feed))?.candidate(event),
      subscribe: () => this.sendTo(event.from, event.picture),
      receive: () => this.changePicture(event),
      hangup: () => this.lost(event.feed),
      "off-stage": () => this.comeOff(event.reason),
      muted: () => {
        this.isMuted = true;
        if (this.own.mic) this.own.mic.enabled = false;
        announce(fill("muted_by", { name: event.by }));
        this.draw();
      },
      refused: () => this.refused(event),
    };
    heard[event.type]?.();
  }

  /** Ask what is there, after at most `ms`. */
  begin(ms) {
    clearTimeout(this.beginning);
    if (!ms) this.live.send("stage");
    else this.beginning = setTimeout(() => this.live.send("stage"), Math.random() * ms);
  }

  refused({ of, code, feed }) {
    if (of === "publish") {
      this.endSending();
      if (["no-media", "other-backend", "too-often"].includes(code)) this.again("", () => this.begin(0));
      else this.stepDown();
    } else if (["subscribe", "answer"].includes(of)) {
      if (feed) this.asked.delete(feed);
      if (code !== "no-feed" && feed) this.lost(feed);
    } else if (["mute", "take-off"].includes(of) && code === "unknown") {
      this.begin(0);
    } else if (of === "to-stage") {
      this.comesUp = false;
    }
  }

  // --- Receiving --------------------------------------------------------------------------------------------------------------

  /** Calls with everybody on stage, none with whoever left it; our own call, if we want one. */
  meet() {
    const there = new Set(this.speakers.filter(({ feed, on }) => on && feed !== this.me).map(({ feed }) => feed));
    for (const feed of [...this.received.keys()]) if (!there.has(feed)) this.forget(feed);
    for (const feed of there) {
      if (this.received.has(feed) || this.asked.has(feed) || this.backend === "none") continue;
      this.asked.add(feed);
      setTimeout(() => this.subscribe(feed), Math.random() * 500);
    }
    const carries = this.backend === "janus" || this.backend === "p2p";
    if (this.wanted && this.may && carries && !this.sending.size && !this.told) this.publish();
    this.draw();
  }

  subscribe(feed) {
    if (!this.asked.has(feed) || !this.live.send("subscribe", { feed, picture: !this.low })) this.asked.delete(feed);
    else setTimeout(() => { if (this.asked.has(feed) && !this.received.has(feed)) this.lost(feed); }, NO_OFFER);
  }

  async receive({ feed, from, sdp }) {
    this.received.get(feed)?.close();
    this.asked.delete(feed);
    const call = new Receiving(this.live, this.servers, feed, from, (changed) => this.callChanged(changed));
    this.received.set(feed, call);
    try {
      await call.hear(sdp);
    } catch (error) {
      console.warn("an offer was not understood", error);
      this.lost(feed);
    }
    this.draw();
  }

  callChanged(call) {
    if (call.state === "connected") {
      this.failures.delete(call.feed);
      if (!this.failures.size) this.trouble = "";
      if (call instanceof Sending && this.wanted) this.failures.delete("");
    } else if (call.state === "late" || call.state === "failed") {
      this.trouble = words.call_late;
      announce(this.trouble);
      if (call instanceof Sending) {
        this.endSending();
        this.again("", () => this.meet());
      } else {
        this.lost(call.feed);
      }
    }
    this.draw();
  }

  /** A call broke: try again, later each time. */
  lost(feed) {
    this.forget(feed);
    this.asked.add(feed);
    this.again(feed, () => {
      this.asked.delete(feed);
      this.meet();
    });
  }

  again(feed, retry) {
    const tries = this.failures.get(feed) ?? 0;
    this.failures.set(feed, tries + 1);
    setTimeout(retry, 500 + Math.random() * AGAIN[Math.min(tries, AGAIN.length - 1)]);
  }

  forget(feed) {
    this.asked.delete(feed);
    if (!this.received.has(feed)) return;
    this.received.get(feed).close();
    this.received.delete(feed);
    this.live.send("unsubscribe", { feed });
  }

  // --- Sending ----------------------------------------------------------------------------------------------------------------

  async publish() {
    if (this.publishing) return;
    this.publishing = true;
    try {
      if (this.backend === "p2p") {
        this.told = true;
        this.live.send("publish", { sdp: "", mids: [], ...this.flags() });
        return;
      }
      const call = new Sending(this.live, this.servers, this.me, "", (changed) => this.callChanged(changed));
      this.sending.set("", call);
      await call.fill(this.own);
      const offer = await call.offer();
      if (this.sending.get("") === call) this.live.send("publish", { ...offer, ...this.flags() });
    } finally {
      this.publishing = false;
    }
  }

  /** A listener asked for our media, from browser to browser. */
  async sendTo(to, picture) {
    this.sending.get(to)?.close();
    const call = new Sending(this.live, this.servers, this.me, to, (changed) => {
      if (changed.state === "failed" || changed.state === "late") this.sending.delete(to);
    });
    call.picture = picture;
    this.sending.set(to, call);
    await call.fill(this.own);
    const { sdp } = await call.offer();
    this.live.send("offer", { to, sdp });
  }

  changePicture({ from, picture }) {
    const call = this.sending.get(from);
    if (!call) return;
    call.picture = picture;
    call.fill(this.own);
  }

  flags() {
    return { mic: Boolean(this.own.mic?.enabled), camera: Boolean(this.own.camera), screen: Boolean(this.own.screen) };
  }

  /** Up to the stage: the microphone opens, and everybody hears. */
  async goUp() {
    this.wanted = true;
    if (!this.own.mic) await this.turnOn("mic");
    if (this.own.mic && !this.isMuted) this.own.mic.enabled = true;
    this.changed();
  }

  async toggle(name) {
    if (!this.may) {
      announce(words.not_invited);
      return;
    }
    const busy = find(name, this.room);
    busy.setAttribute("aria-busy", "true");
    if (name === "mic" && this.own.mic) {
      this.own.mic.enabled = !this.own.mic.enabled;
      this.isMuted = false;
    } else if (this.own[name]) {
      this.turnOff(name);
    } else if (await this.turnOn(name)) {
      this.isMuted = false;
    }
    busy.removeAttribute("aria-busy");
    this.wanted = Object.values(this.own).some(Boolean);
    this.changed();
  }

  async turnOn(name) {
    try {
      if (name === "screen") [this.own.screen] = (await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } } })).getVideoTracks();
      else [this.own[name]] = (await ask(name === "mic" ? "audio" : "video")).getTracks();
    } catch (error) {
      announce(this.trouble = words[error.reason] ?? words[name === "screen" ? "screen_failed" : "unsupported"]);
      return false;
    }
    this.trouble = "";
    this.own[name].onended = () => { this.turnOff(name); this.changed(); };
    return true;
  }

  turnOff(name) {
    if (this.own[name]) this.own[name].onended = null;
    this.own[name]?.stop();
    this.own[name] = null;
  }

  /** What we send has changed: send it, say so. */
  changed() {
    for (const call of this.sending.values()) call.fill(this.own);
    const isUp = this.told || this.sending.size;
    if (!this.wanted && isUp) this.stepDown();
    else if (this.wanted && isUp) this.live.send("devices", this.flags());
    else this.meet();
    this.draw();
  }

  stepDown() {
    if (this.wanted || this.told || this.sending.size) this.live.send("unpublish");
    this.wanted = false;
    for (const name of Object.keys(this.own)) this.turnOff(name);
    this.endSending();
    this.draw();
  }

  comeOff(reason) {
    if (reason === "hangup") {
      this.endSending();
      this.again("", () => this.meet());
      return;
    }
    if (this.wanted) announce(words[`off_${reason}`]);
    this.wanted = false;
    this.stepDown();
    this.begin(0);
  }

  endSending() {
    for (const call of this.sending.values()) call.close();
    this.sending.clear();
    this.told = false;
  }

  endCalls() {
    this.endSending();
    for (const call of this.received.values()) call.close();
    this.received.clear();
    this.asked.clear();
  }

  // --- A slow line ------------------------------------------------------------------------------------------------------------

  async look() {
    const calls = [...this.received.values()].filter(({ state }) => state === "connected");
    const seen = (await Promise.all(calls.map((call) => call.look()))).filter(Boolean);
    const pictures = this.speakers.some(({ feed, camera, screen }) => feed !== this.me && (camera || screen));
    const bits = seen.reduce((sum, one) => sum + one.bits, 0);
    const starved = seen.some(({ loss, froze }) => loss > LOSSY || froze);
    const narrow = seen.some(({ line }) => line !== null && line < SLOW);
    let slow = pictures && seen.length > 0 && (narrow || (bits < SLOW && starved));
    const out = this.own.camera ? await this.sending.values().next().value?.room() : null;
    slow ||= typeof out === "number" && out < SLOW;
    this.badLooks = slow ? this.badLooks + 1 : 0;
    if (this.badLooks >= LOOKS && !this.low && Date.now() > this.peaceUntil) this.setLow(true, true);
  }

  /** Sound, slides and text alone, by choice or by itself; and back. */
  setLow(low, byItself = false) {
    Object.assign(this, { low, lowByItself: byItself, badLooks: 0 });
    if (!low) this.peaceUntil = Date.now() + PEACE;
    if (low && this.own.camera) {
      this.turnOff("camera");
      this.wanted = Object.values(this.own).some(Boolean);
      this.changed();
    }
    this.room.toggleAttribute("data-low", low);
    for (const feed of this.received.keys()) this.live.send("receive", { feed, picture: !low });
    announce(words[low ? (byItself ? "low_by_itself" : "low_on") : "low_off"]);
    this.draw();
  }

  // --- What is seen -----------------------------------------------------------------------------------------------------------

  draw() {
    this.drawSpeakers();
    this.drawPictures();
    this.drawControls();
  }

  drawSpeakers() {
    const list = find("speakers", this.room);
    const rows = this.speakers.map((speaker) => {
      const says = JSON.stringify([speaker, this.stateOf(speaker)]);
      const known = [...list.children].find(({ dataset }) => dataset.feed === speaker.feed);
      return known?.dataset.says === says ? known : this.drawSpeaker(speaker, says);
    });
    list.hidden = !rows.length;
    // What has not changed stays where it is: a button does not go away from under a finger.
    if (rows.length === list.children.length && rows.every((row, place) => row === list.children[place])) return;
    const held = list.contains(document.activeElement) ? document.activeElement.dataset.rule : null;
    list.replaceChildren(...rows);
    if (held) [...list.querySelectorAll("[data-rule]")].find(({ dataset }) => dataset.rule === held)?.focus();
  }

  drawSpeaker(speaker, says) {
    const row = make("li");
    const text = make("span");
    text.append(make("b", speaker.feed === this.me ? fill("own_name", speaker) : speaker.name), make("br"), make("span", this.stateOf(speaker), "meta"));
    row.append(avatar(speaker), text);
    row.classList.toggle("speaking", speaker.mic);
    Object.assign(row.dataset, { feed: speaker.feed, says });
    if (find("desk") && speaker.feed !== this.me) {
      if (speaker.mic) row.append(this.rule("mute", speaker));
      row.append(this.rule("take-off", speaker));
    }
    return row;
  }

  rule(what, { feed, name }) {
    const made = button(words[what === "mute" ? "mute" : "take_off"], () => this.live.send(what, { feed }));
    made.setAttribute("aria-label", fill(what === "mute" ? "mute_name" : "take_off_name", { name }));
    made.dataset.rule = `${what} ${feed}`;
    return made;
  }

  stateOf({ feed, on, mic, camera, screen, muted }) {
    const call = this.received.get(feed);
    if (!on || (feed !== this.me && call?.state !== "connected")) return words[this.failures.has(feed) ? "speaker_lost" : "speaker_coming"];
    const parts = [words[mic ? "speaker_mic" : muted ? "speaker_muted" : "speaker_silent"]];
    if (camera) parts.push(words.speaker_camera);
    if (screen) parts.push(words.speaker_screen);
    return parts.join(", ");
  }

  drawPictures() {
    const wanted = new Map();
    for (const speaker of this.low ? [] : this.speakers) {
      for (const name of ["screen", "camera"]) {
        const track = speaker.feed === this.me ? (name === "camera" ? this.own.camera : null) : this.received.get(speaker.feed)?.tracks[name];
        if (speaker[name] && track) wanted.set(`${name} ${speaker.feed}`, { track, speaker, name });
      }
    }
    const place = find("video", this.room);
    for (const tile of [...place.querySelectorAll("[data-tile]")]) if (!wanted.has(tile.dataset.tile)) tile.remove();
    for (const [key, { track, speaker, name }] of wanted) {
      let tile = [...place.children].find((other) => other.dataset.tile === key);
      if (!tile) {
        tile = make("figure", "", name);
        tile.dataset.tile = key;
        const video = Object.assign(make("video"), { autoplay: true, muted: true, playsInline: true });
        video.setAttribute("aria-label", fill(name === "screen" ? "screen_of" : "picture_of", speaker));
        tile.append(video, make("figcaption", fill(name === "screen" ? "screen_of" : "picture_of", speaker)));
        tile.classList.toggle("mine", speaker.feed === this.me);
        if (name === "screen") place.prepend(tile);
        else place.append(tile);
      }
      const video = tile.firstElementChild;
      if (video.srcObject?.getTracks()[0] !== track) {
        video.srcObject = new MediaStream([track]);
        video.play().catch(() => {});
      }
    }
    this.drawStream(place);
    this.drawSounds();
  }

  drawStream(place) {
    const link = find("stream", place);
    const shown = this.backend === "none" && this.streamUrl;
    if (!shown) link?.remove();
    else if (!link) {
      const made = Object.assign(make("a", words.stream, "btn wide"), { href: this.streamUrl, target: "_blank", rel: "noopener" });
      made.dataset.stream = "";
      place.append(made);
    }
  }

  drawSounds() {
    for (const [feed, sound] of [...this.sounds]) {
      if (this.received.get(feed)?.tracks.mic === sound.track) continue;
      sound.audio.remove();
      this.sounds.delete(feed);
    }
    for (const [feed, { tracks }] of this.received) {
      if (!tracks.mic || this.sounds.has(feed)) continue;
      const audio = Object.assign(make("audio"), { autoplay: true, srcObject: new MediaStream([tracks.mic]) });
      this.place.append(audio);
      this.sounds.set(feed, { audio, track: tracks.mic });
      audio.play().catch(({ name }) => { if (name === "NotAllowedError") this.play.hidden = false; });
    }
    if (!this.sounds.size) this.play.hidden = true;
  }

  playAll() {
    this.play.hidden = true;
    for (const { audio } of this.sounds.values()) audio.play().catch(() => {});
    find("mic", this.room)?.focus();
  }

  drawControls() {
    const carries = this.backend !== "none";
    const flags = this.flags();
    for (const name of ["mic", "camera", "screen"]) {
      const control = find(name, this.room);
      if (!control) continue;
      control.hidden = !this.may || !carries || (name === "screen" && !navigator.mediaDevices?.getDisplayMedia);
      control.setAttribute("aria-pressed", String(flags[name]));
      find("word", control).textContent = words[`${name}_${flags[name] ? "stop" : "start"}`];
    }
    const low = find("audio-only", this.room);
    if (low) {
      low.hidden = !carries;
      low.setAttribute("aria-pressed", String(this.low));
      find("word", low).textContent = words[this.low ? "low_leave" : "low_enter"];
    }
    this.drawState(flags);
  }

  drawState(flags) {
    const state = find("media-state", this.room);
    let [first, then] = [words.mic_closed, this.may ? words.nobody_hears : words.you_listen];
    if (this.backend === "none") [first, then] = [words.no_media, this.streamUrl ? words.no_media_stream : words.no_media_text];
    else if (this.isMuted) [first, then] = [words.you_are_muted, words.nobody_hears];
    else if (flags.mic && this.isHeard()) [first, then] = [words.mic_open, words.all_hear];
    else if (flags.mic) [first, then] = [words.mic_opening, words.nobody_hears_yet];
    if (this.low) then = `${then} ${words[this.lowByItself ? "low_by_itself" : "low_on"]}`;
    if (this.trouble) then = `${then} ${this.trouble}`;
    if (state.dataset.says === first + then) return;
    state.dataset.says = first + then;
    state.replaceChildren(make("strong", first), document.createTextNode(` ${then}`));
  }

  isHeard() {
    const me = this.speakers.find(({ feed }) => feed === this.me);
    return Boolean(me?.on && me.mic);
  }
}

/** Called once, before the connection opens. */
export function start(live, room) {
  return new Stage(live, room);
}
