// One call of the stage: a browser's own sound and picture on their way out, or somebody's on their way in.

const LATE = 15_000; // ms without a way through: a wrong password of a relay, a closed port show only as silence
const LINES = ["mic", "camera", "screen"];
const MOST = { camera: 500_000, screen: 1_200_000 }; // bit/s

class Call {
  /** `feed`: whose sound and picture; `to`: the other browser, "" for the server. `onState(call)` hears each change. */
  constructor(live, iceServers, feed, to, onState) {
    Object.assign(this, { live, feed, to, onState, early: [], state: "connecting" });
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" }); // one way for all lines
    this.pc.onicecandidate = ({ candidate }) => {
      if (!candidate && to) return;
      const { candidate: text = "", sdpMid: mid = null, sdpMLineIndex: line = null } = candidate ?? {};
      live.send("candidate", { feed, to, candidate: text, mid, line });
    };
    this.pc.onconnectionstatechange = () => this.#changed(this.pc.connectionState);
    this.#wait();
  }

  #wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#become("late"), LATE);
  }

  #changed(state) {
    if (state === "connected") {
      clearTimeout(this.timer);
      this.#become("connected");
    } else if (state === "failed") {
      this.#become("failed");
    } else if (state === "disconnected") {
      this.#wait();
    }
  }

  #become(state) {
    if (this.state === "closed" || this.state === state) return;
    this.state = state;
    this.onState(this);
  }

  async remote(type, sdp) {
    await this.pc.setRemoteDescription({ type, sdp });
    for (const candidate of this.early.splice(0)) await this.pc.addIceCandidate(candidate).catch(() => {});
  }

  async candidate({ candidate, mid, line }) {
    const found = { candidate, sdpMid: mid, sdpMLineIndex: line };
    if (!this.pc.remoteDescription) this.early.push(found);
    else await this.pc.addIceCandidate(found).catch(() => {});
  }

  close() {
    this.state = "closed";
    clearTimeout(this.timer);
    this.pc.close();
  }
}

/** What this browser sends: three lines laid once (microphone, camera, screen), filled and emptied without a word. */
export class Sending extends Call {
  constructor(live, iceServers, me, to, onState) {
    super(live, iceServers, me, to, onState);
    this.picture = true;
    for (const name of LINES) {
      const sendEncodings = MOST[name] ? [{ maxBitrate: MOST[name] }] : undefined;
      this.pc.addTransceiver(name === "mic" ? "audio" : "video", { direction: "sendonly", sendEncodings });
    }
  }

  /** `tracks`: mic, camera, screen; null for what is not sent. */
  async fill(tracks) {
    const lines = this.pc.getTransceivers();
    await Promise.all(LINES.map((name, place) => {
      const track = name === "mic" || this.picture ? tracks[name] : null;
      return lines[place].sender.replaceTrack(track).catch(() => {});
    }));
  }

  async offer() {
    await this.pc.setLocalDescription();
    return { sdp: this.pc.localDescription.sdp, mids: this.pc.getTransceivers().map(({ mid }) => mid) };
  }

  /** Bits a second that may leave, as the browser estimates them; null when it cannot say. */
  async room() {
    const reports = [...(await this.pc.getStats()).values()];
    const pair = reports.find((report) => report.type === "candidate-pair" && report.nominated && report.state === "succeeded");
    return pair?.availableOutgoingBitrate ?? null;
  }
}

/** Somebody's sound and picture. `tracks` fills as they come. */
export class Receiving extends Call {
  constructor(live, iceServers, feed, to, onState) {
    super(live, iceServers, feed, to, onState);
    this.tracks = {};
    this.pc.ontrack = ({ track, transceiver }) => {
      this.tracks[LINES[this.pc.getTransceivers().indexOf(transceiver)]] = track;
      onState(this);
    };
  }

  async hear(sdp) {
    await this.remote("offer", sdp);
    await this.pc.setLocalDescription();
    this.live.send("answer", { feed: this.feed, sdp: this.pc.localDescription.sdp });
  }

  /** Since the last look: bits a second, the share of packets lost, pictures that stood still; the line's own estimate. */
  async look() {
    const now = { at: performance.now(), bytes: 0, lost: 0, received: 0, freezes: 0, line: null };
    for (const report of (await this.pc.getStats()).values()) {
      if (report.type === "inbound-rtp") {
        now.bytes += report.bytesReceived ?? 0;
        now.lost += report.packetsLost ?? 0;
        now.received += report.packetsReceived ?? 0;
        now.freezes += report.freezeCount ?? 0;
      } else if (report.type === "candidate-pair" && report.nominated) {
        now.line = report.availableIncomingBitrate ?? null;
      }
    }
    const last = this.last;
    this.last = now;
    if (!last) return null;
    const lost = now.lost - last.lost;
    const packets = lost + now.received - last.received;
    return {
      bits: (8000 * (now.bytes - last.bytes)) / (now.at - last.at),
      loss: packets > 0 ? lost / packets : 0,
      froze: now.freezes > last.freezes,
      line: now.line,
    };
  }
}
