// Microphone and camera: asked for once, and why not when they do not come.

const PATIENCE = 30_000; // ms a browser may leave its question unanswered

/** `reason`: a key of the page's words. */
export class DeviceError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** A stream with one kind of track ("audio" or "video"). Throws DeviceError. */
export async function ask(kind) {
  if (!window.isSecureContext) throw new DeviceError("insecure");
  if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection) throw new DeviceError("unsupported");
  const wishes = kind === "audio"
    ? { audio: { echoCancellation: true, noiseSuppression: true } }
    : { video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } } };
  const asked = navigator.mediaDevices.getUserMedia(wishes);
  let late = false;
  let timer;
  const tooLate = new Promise((_, refuse) => {
    timer = setTimeout(() => {
      late = true;
      refuse(new DeviceError(`${kind}_late`));
    }, PATIENCE);
  });
  // Answered after all, but nobody waits any more: the light must not stay on.
  asked.then((stream) => { if (late) stop(stream); }, () => {});
  try {
    return await Promise.race([asked, tooLate]);
  } catch (error) {
    throw error instanceof DeviceError ? error : new DeviceError(await reasonOf(kind, error));
  } finally {
    clearTimeout(timer);
  }
}

async function reasonOf(kind, error) {
  if (error.name === "NotAllowedError") {
    const allowed = document.featurePolicy?.allowsFeature(kind === "audio" ? "microphone" : "camera") ?? true;
    if (!allowed) return "policy";
    return /system/i.test(error.message) ? `${kind}_system` : `${kind}_denied`;
  }
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return `${kind}_missing`;
  if (error.name === "NotReadableError" || error.name === "AbortError") return `${kind}_busy`;
  return error.name === "SecurityError" ? "policy" : "unsupported";
}

export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
