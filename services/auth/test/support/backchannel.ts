import type { IncomingMessage, ServerResponse } from 'node:http'
import { outboxEvents } from '@menshen/shared/events'
import { type Listening, listen } from '@menshen/shared/testing/http'
import type { TestAuth } from './start-auth.ts'

/** The back ends of apps: what each was told, by its path, and how they answer. */
export interface AppBackEnds extends Listening {
  told: Array<{ path: string; token: string }>
  tokensAt(path: string): string[]
  answer(how: (path: string, res: ServerResponse) => void): void
}

export async function listenAsApps(): Promise<AppBackEnds> {
  const told: AppBackEnds['told'] = []
  let respond: (path: string, res: ServerResponse) => void = (_path, res) => void res.end()
  const server = await listen({
    callback: () => async (req, res) => {
      const path = req.url ?? ''
      told.push({ path, token: new URLSearchParams(await textOf(req)).get('logout_token') ?? '' })
      respond(path, res)
    },
  })
  return {
    ...server,
    told,
    tokensAt: (wanted) => told.filter(({ path }) => path === wanted).map(({ token }) => token),
    answer: (how) => {
      respond = how
    },
  }
}

async function textOf(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req) text += chunk
  return text
}

/** Until what was committed has been worked on. */
export async function settled(auth: TestAuth): Promise<void> {
  while ((await auth.database.collection(outboxEvents).list({})).length > 0) await new Promise(setImmediate)
}
