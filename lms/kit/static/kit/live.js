// One live connection to the academy: comes back by itself, and asks for what it missed.

const FIRST = 500; // ms; the wait doubles with each failure, at random up to that, never more than:
const LONGEST = 30_000;
const QUIET = 25_000; // ms between two signs of life
const ANSWER = 5_000; // ms without a word back, and a sign of life is asked for; four times as long, and the line is dead
const RIGHTS = [4403, 4404]; // what this person may do has changed: the page knows what to say

/**
 * `onEvent(event)` gets every event but the connection's own; `onState(state)` one of connecting, open, waiting.
 * `onRefused()` is called when the page must be asked again (rights changed, or the door stays shut).
 */
export class Live {
  constructor(path, { onEvent, onState = () => {}, onRefused = () => location.reload() }) {
    const device = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}?device=${device}`;
    Object.assign(this, { onEvent, onState, onRefused, failures: 0, last: 0, wanted: false, askedAt: 0 });
    addEventListener("online", () => { if (this.wanted && !this.isOpen) this.#dial(); });
  }

  get isOpen() { return this.socket?.readyState === WebSocket.OPEN; }

  open() {
    this.wanted = true;
    this.#dial();
  }

  close() {
    this.wanted = false;
    clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  /** False when the connection is away: nothing was sent. */
  send(type, fields = {}) {
    if (!this.isOpen) return false;
    this.socket.send(JSON.stringify({ type, ...fields }));
    this.askedAt ||= Date.now();
    return true;
  }

  #dial() {
    clearTimeout(this.timer);
    this.socket?.close();
    this.onState("connecting");
    const socket = new WebSocket(this.url);
    let opened = false;
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      this.#listenForSilence();
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.#hear(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      clearInterval(this.pulse);
      if (!this.wanted) return;
      if (RIGHTS.includes(code)) this.#refused();
      else this.#comeBack(opened, code);
    };
  }

  #hear(event) {
    this.askedAt = 0;
    if (event.type === "pong") return;
    if (event.type === "hello") {
      this.failures = 0;
      this.onState("open");
      this.send("resume", { since: this.last });
    }
    if (event.type === "resync") {
      // A whole room asks again at once: not at the same instant.
      setTimeout(() => this.send("resume", { since: 0 }), Math.random() * 2000);
      return;
    }
    if (event.seq && event.type !== "hello") this.last = Math.max(this.last, event.seq);
    this.onEvent(event);
  }

  /** A dead network says nothing, not even goodbye; nor does the browser, for minutes. */
  #listenForSilence() {
    let signed = Date.now();
    this.askedAt = 0;
    clearInterval(this.pulse);
    this.pulse = setInterval(() => {
      const now = Date.now(), waited = this.askedAt && now - this.askedAt;
      if (waited > 4 * ANSWER) this.socket.close();
      else if (now - signed > QUIET - ANSWER / 2 || (waited > ANSWER && signed < this.askedAt)) {
        signed = now;
        this.send("ping");
      }
    }, ANSWER);
  }

  async #comeBack(opened, code) {
    this.failures += code === 4429 ? 6 : 1;
    const most = Math.min(LONGEST, FIRST * 2 ** this.failures);
    this.onState("waiting");
    // A door that stays shut looks like a broken network: the page itself says which.
    if (!opened && this.failures % 4 === 3) {
      const page = await fetch(location.href, { redirect: "manual" }).catch(() => null);
      if (page && (page.type === "opaqueredirect" || page.status === 404)) {
        this.#refused();
        return;
      }
    }
    this.timer = setTimeout(() => this.#dial(), Math.random() * most);
  }

  #refused() {
    this.wanted = false;
    this.onRefused();
  }
}
