// Sound and picture between browsers: one connection to each other person, the server only carries the signalling.

const LOOK = 4_000; // ms between two looks at how a call is doing
const SLOW = 300_000; // bit/s below which sound alone is better

/**
 * One other device. Two tracks each way, laid once: an audio and a video one (the camera, or the screen in its place).
 * The one with the higher id offers; should both offer, the other one gives way.
 */
class Peer {
  constructor(call, info) {
    Object.assign(this, { call, info, id: info.client, connection: info.connection, devices: info, confirmed: true });
    this.polite = call.me < this.id;
    this.stream = new MediaStream();
    this.pc = new RTCPeerConnection({ iceServers: call.iceServers });
    this.offering = false;
    this.early = [];
    this.pc.onnegotiationneeded = () => this.#offer();
    this.pc.onicecandidate = ({ candidate }) => {
      if (!candidate) return;
      const { candidate: text, sdpMid: mid, sdpMLineIndex: line } = candidate;
      call.live.send("candidate", { to: this.id, candidate: text, mid, line });
    };
    this.pc.ontrack = ({ track }) => {
      this.stream.addTrack(track);
      call.onChange(this);
    };
    this.pc.onconnectionstatechange = () => {
      if (this.pc.connectionState === "failed" && !this.polite) this.pc.restartIce();
      call.onChange(this);
    };
    if (!this.polite) {
      for (const kind of ["audio", "video"]) this.pc.addTransceiver(kind, { direction: "sendrecv" });
      this.fill();
    }
  }

  get state() { return this.pc.connectionState; }

  sender(kind) {
    return this.pc.getTransceivers().find(({ receiver }) => receiver.track.kind === kind)?.sender;
  }

  /** Send what we have now; no picture to somebody who wants sound only. */
  fill() {
    const { audio, video } = this.call.tracks;
    this.sender("audio")?.replaceTrack(audio).catch(() => {});
    this.sender("video")?.replaceTrack(this.devices.sound_only ? null : video).catch(() => {});
  }

  async #offer() {
    try {
      this.offering = true;
      await this.pc.setLocalDescription();
      this.#tell();
    } catch (error) {
      console.warn("no offer", error);
    } finally {
      this.offering = false;
    }
  }

  #tell() {
    const { type: kind, sdp } = this.pc.localDescription;
    this.call.live.send("description", { to: this.id, kind, sdp });
  }

  async hear({ kind, sdp }) {
    const collision = kind === "offer" && (this.offering || this.pc.signalingState !== "stable");
    if (collision && !this.polite) return;
    try {
      await this.pc.setRemoteDescription({ type: kind, sdp });
      for (const candidate of this.early.splice(0)) await this.pc.addIceCandidate(candidate).catch(() => {});
      if (kind !== "offer") return;
      for (const transceiver of this.pc.getTransceivers()) transceiver.direction = "sendrecv";
      this.fill();
      await this.pc.setLocalDescription();
      this.#tell();
    } catch (error) {
      console.warn("a description was refused", error);
    }
  }

  async hearCandidate({ candidate, mid, line }) {
    const found = { candidate, sdpMid: mid, sdpMLineIndex: line };
    if (!this.pc.remoteDescription) this.early.push(found);
    else await this.pc.addIceCandidate(found).catch(() => {});
  }

  /** Bits a second that may leave, as the browser estimates them; null when it cannot say. */
  async room() {
    const reports = [...(await this.pc.getStats()).values()];
    const pair = reports.find((report) => report.type === "candidate-pair" && report.nominated && report.state === "succeeded");
    return pair?.availableOutgoingBitrate ?? null;
  }

  close() { this.pc.close(); }
}

/** Everybody else in the room. `onChange(peer)`, `onGone(peer)`, `onSlow()` tell the page. */
export class Call {
  constructor(live, { onChange, onGone, onSlow }) {
    Object.assign(this, { live, onChange, onGone, onSlow, peers: new Map(), iceServers: [], slowLooks: 0 });
    this.tracks = { audio: null, video: null };
    this.looking = setInterval(() => this.#look(), LOOK);
  }

  /** Our own id and the servers, at each (re)connection; whoever does not show up again is gone. */
  meet(hello) {
    this.me = hello.client;
    this.setServers(hello.media.ice_servers ?? []);
    for (const peer of this.peers.values()) peer.confirmed = false;
    setTimeout(() => {
      for (const peer of [...this.peers.values()]) {
        if (!peer.confirmed && peer.state !== "connected") this.forget(peer.id);
      }
    }, 10_000);
  }

  setServers(iceServers) {
    this.iceServers = iceServers;
    for (const { pc } of this.peers.values()) pc.setConfiguration({ iceServers });
  }

  /** Somebody came in, or says that she is here. Returns whether she is new. */
  see(info) {
    if (info.client === this.me) return false;
    const known = this.peers.get(info.client);
    if (known) {
      // Her page is the same, her socket is not: the call goes on.
      Object.assign(known, { connection: info.connection, confirmed: true, devices: { ...known.devices, ...info } });
      known.fill();
      this.onChange(known);
      return false;
    }
    const peer = new Peer(this, info);
    this.peers.set(info.client, peer);
    this.onChange(peer);
    return true;
  }

  hear(event) {
    const peer = this.peers.get(event.from ?? event.client);
    if (!peer) return;
    if (event.type === "description") peer.hear(event);
    else if (event.type === "candidate") peer.hearCandidate(event);
    else if (event.type === "devices") this.see({ ...peer.devices, ...event });
    else if (event.type === "left" && event.connection === peer.connection) this.forget(peer.id);
  }

  setTrack(kind, track) {
    this.tracks[kind] = track;
    for (const peer of this.peers.values()) peer.fill();
  }

  forget(id) {
    const peer = this.peers.get(id);
    peer.close();
    this.peers.delete(id);
    this.onGone(peer);
  }

  async #look() {
    if (!this.tracks.video) return;
    const rooms = await Promise.all([...this.peers.values()].map((peer) => peer.room()));
    const slow = rooms.some((room) => room !== null && room < SLOW);
    this.slowLooks = slow ? this.slowLooks + 1 : 0;
    if (this.slowLooks === 3) this.onSlow();
  }

  close() {
    clearInterval(this.looking);
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
  }
}
