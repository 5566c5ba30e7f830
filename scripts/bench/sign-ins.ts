import { join } from 'node:path'
import { openConnections, repeat } from './load.ts'
import { crowd } from './people.ts'
import { startSubject } from './subject.ts'

/** How late the event loop of auth runs while all cores hash passwords: the 99th percentile, in milliseconds. */
export async function measureSignIns(folder: string): Promise<Record<string, number>> {
  const subject = await startSubject('auth', ['ES256', 'sqlite::memory:', join(folder, 'sign-ins.log')])
  const connections = openConnections(crowd.length)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const signIn = async (worker: number) => {
    const { username = '', password = '' } = crowd[worker] ?? {}
    const body = new URLSearchParams({ grant_type: 'password', client_id: 'mobile-app', username, password }).toString()
    await connections.send({ method: 'POST', url: `${subject.url}/oauth2/token`, headers, body })
  }
  await repeat(32, crowd.length, signIn)
  await subject.loopDelay()
  await repeat(400, crowd.length, signIn)
  const delay = await subject.loopDelay()
  connections.close()
  subject.stop()
  return { 'auth /s': Number(delay.toFixed(1)), goal: 20 }
}
