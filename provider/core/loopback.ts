// Owns the question whether a host is this machine. It must not know who asks.

/** @param hostname as `URL` has it: IPv6 in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
