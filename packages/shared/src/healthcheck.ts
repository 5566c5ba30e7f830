/**
 * `node healthcheck.js [ADDRESS]`, for Docker's HEALTHCHECK: whether the service of this container answers. A database or a broker that is away is no
 * reason to start it anew. Exits with 1 when it doesn't.
 */
const { argv, env } = process
const [address = `http://127.0.0.1:${env['PORT'] ?? 8060}/healthz`] = argv.slice(2)
try {
  const { ok } = await fetch(address, { signal: AbortSignal.timeout(2000) })
  process.exitCode = ok ? 0 : 1
} catch {
  process.exitCode = 1
}
