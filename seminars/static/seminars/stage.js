// Sound and picture of the room.

/** Called once; `room` tells every event as `live`. */
export function start() {}
