import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const EVERY_MS = 1000
const GONE_AFTER_MS = 10_000

/** Resolves when a port of this network answered once, and then did not for ten seconds: a container that starts anew leaves its network to those beside it, and has another. */
export async function gone(port: number): Promise<void> {
  for (let answeredAt = Number.POSITIVE_INFINITY; Date.now() - answeredAt < GONE_AFTER_MS; await pause(EVERY_MS))
    if (await answers(port)) answeredAt = Date.now()
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(EVERY_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
