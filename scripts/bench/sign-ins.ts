import { join } from 'node:path'
import { openConnections, repeat } from './load.ts'
import { alice } from './people.ts'
import { startSubject } from './subject.ts'

/** How late the event loop of auth runs while all cores hash passwords: the 99th percentile, in milliseconds. */
export async function measureSignIns(folder: string): Promise<Record<string, number>> {
  const subject = await startSubject('auth', ['ES256', 'sqlite::memory:', join(folder, 'sign-ins.log')])
  const connections = openConnections(16)
  const form = { grant_type: 'password', client_id: 'mobile-app', username: alice.username, password: alice.password }
  const body = new URLSearchParams(form).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const signIn = async () => {
    await connections.send({ method: 'POST', url: `${subject.url}/oauth2/token`, headers, body })
  }
  await repeat(32, 16, signIn)
  await subject.loopDelay()
  await repeat(400, 16, signIn)
  const delay = await subject.loopDelay()
  connections.close()
  subject.stop()
  return { 'auth /s': Number(delay.toFixed(1)), goal: 20 }
}
