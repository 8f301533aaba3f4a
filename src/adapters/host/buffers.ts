// Bytes outside the heap. The collector of garbage learns of them by their sum alone: for every 64 MiB it walks all there is,
// in each thread. Where gigabytes go through, memory is handed over, or given back at once.

/** Whether nothing else lies in the buffer of these bytes: what is cut out of a larger one may be somebody else's too. */
const isWhole = (bytes: Uint8Array): boolean =>
  bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;

/** What another thread may be given instead of a copy; nothing where the bytes share their buffer. */
export const handOver = (bytes: Uint8Array): ArrayBuffer[] => (isWhole(bytes) ? [bytes.buffer as ArrayBuffer] : []);

/** Gives memory back now. The bytes are gone, unless they share their buffer. */
export function setFree(...done: readonly Uint8Array[]): void {
  for (const bytes of done) if (isWhole(bytes)) (bytes.buffer as ArrayBuffer).transfer(0);
}
