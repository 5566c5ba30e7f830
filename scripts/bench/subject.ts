import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A server under measurement, in a process of its own. */
export interface Subject {
  url: string
  /** Of a browser in which a person is signed in. */
  cookie: string
  /** So many fresh access tokens. */
  mint(count: number): Promise<string[]>
  /** CPU time used so far, of all its threads, in microseconds. */
  cpu(): Promise<number>
  /** The 99th percentile of its event loop's delay since this was last asked, in milliseconds. */
  loopDelay(): Promise<number>
  stop(): void
}

/** What a server tells of itself once it listens. */
export interface Introduction {
  url: string
  cookie?: string
}

export type Question = { ask: 'cpu' } | { ask: 'loopDelay' } | { ask: 'mint'; count: number }

/** Starts `servers/SCRIPT` with these arguments. */
export async function startSubject(script: string, args: string[]): Promise<Subject> {
  const file = fileURLToPath(new URL(`servers/${script}.js`, import.meta.url))
  const child = fork(file, args)
  const { url, cookie = '' } = (await answerOf(child)) as Introduction
  return {
    url,
    cookie,
    mint: (count) => ask(child, { ask: 'mint', count }) as Promise<string[]>,
    cpu: () => ask(child, { ask: 'cpu' }) as Promise<number>,
    loopDelay: () => ask(child, { ask: 'loopDelay' }) as Promise<number>,
    stop: () => child.kill(),
  }
}

function ask(child: ChildProcess, question: Question): Promise<unknown> {
  const answer = answerOf(child)
  child.send(question)
  return answer
}

/** What it says next; throws when it ends instead. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController()
  const { signal } = settled
  const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('a server under measurement ended')))
  try {
    return await Promise.race([once(child, 'message', { signal }).then(([message]) => message), ended])
  } finally {
    settled.abort()
    ended.catch(() => {})
  }
}
