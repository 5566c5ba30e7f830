import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, createBrowser, type Page } from '@menshen/shared/testing/browser'
import type { Suite } from '@menshen/suite/start-suite'
import { run } from '../src/run.ts'

export interface Ended {
  code: number
  said: string[]
  complained: string[]
}

export interface Terminal {
  home: string
  tokenFile: string
  /** Runs a command to its end; the browser of the person does `browse` with the address that it is given. */
  run(command: string, browse?: (address: string) => Promise<unknown>): Promise<Ended>
}

/** A terminal of somebody on the machine of the suite, with a home of their own. */
export async function openTerminal({ addresses }: Suite, { now = Date.now }: { now?: () => number } = {}): Promise<Terminal> {
  const home = await mkdtemp(join(tmpdir(), 'menshen-native-cli-'))
  const env = {
    XDG_CONFIG_HOME: home,
    ISSUER: addresses.issuer,
    USER_API_URL: addresses.userApi,
    PROJECT_API_URL: addresses.projectApi,
  }
  return {
    home,
    tokenFile: join(home, 'menshen-native-cli', 'tokens.json'),
    async run(command, browse) {
      const [said, complained]: [string[], string[]] = [[], []]
      const waiting = new AbortController()
      let browsing: Promise<unknown> | undefined
      const code = await run(command.split(' '), {
        env,
        print: (line) => said.push(line),
        complain: (line) => complained.push(line),
        openBrowser: (address) => {
          browsing = browse?.(address).catch((error) => waiting.abort(error)) // nobody will come
        },
        now,
        signal: waiting.signal,
      })
      await browsing
      waiting.signal.throwIfAborted()
      return { code, said, complained }
    },
  }
}

/** Signs in at Menshen and agrees, and stops where the browser would go back to the program. */
export async function signInAt(
  address: string,
  username: string,
  password: string,
  browser: Browser = createBrowser(),
): Promise<Page> {
  await browser.get(address)
  await browser.follow('http://127.0.0.1')
  if (browser.page.url.includes('/sign-in')) await browser.submit({ username, password }, 'password')
  await browser.follow('http://127.0.0.1')
  if (/\/(consent|continue-as)$/.test(browser.page.url)) await browser.submit({ decision: 'allow' }, 'decision')
  return browser.follow('http://127.0.0.1')
}
