import { type CookieJar, createCookieJar } from './cookie-jar.ts'
import { formIn } from './forms.ts'

/** An answer, read to its end. */
export interface Page {
  url: string
  status: number
  headers: Headers
  body: string
  /** Where it redirects to, in full. */
  location: string | undefined
}

export type Fields = Readonly<Record<string, string>>

export interface Browser {
  readonly cookies: CookieJar
  /** The answer that came last. */
  readonly page: Page
  get(url: string, headers?: Fields): Promise<Page>
  /** Sends a form, with the Origin of the page it is on. */
  post(url: string, form: Fields, headers?: Fields): Promise<Page>
  /** Fills in the form of the page (the one that contains a text, if there are several) and sends it. */
  submit(filled?: Fields, containing?: string): Promise<Page>
  /** Follows redirects to the page they end on, or to the one whose target begins with this, which is not fetched. */
  follow(upTo?: string): Promise<Page>
}

const MOST_REDIRECTS = 10

/** A browser of the plainest kind: cookies, redirects when told to, forms; no scripts. */
export function createBrowser(): Browser {
  const cookies = createCookieJar()
  let page: Page | undefined

  const current = (): Page => {
    if (!page) throw new Error('the browser has not been anywhere')
    return page
  }

  async function open(url: string, init: RequestInit & { headers: Fields }): Promise<Page> {
    const target = new URL(url, page?.url)
    const cookie = cookies.header(target)
    const headers = { ...(cookie && { cookie }), ...init.headers }
    const response = await fetch(target, { ...init, headers, redirect: 'manual' })
    cookies.store(target, response.headers)
    const location = response.headers.get('location')
    page = {
      url: target.href,
      status: response.status,
      headers: response.headers,
      body: await response.text(),
      location: location === null ? undefined : new URL(location, target).href,
    }
    return page
  }

  const get = (url: string, headers: Fields = {}) => open(url, { headers })

  const post = (url: string, form: Fields, headers: Fields = {}) => {
    const { origin } = new URL(page?.url ?? url)
    return open(url, { method: 'POST', body: new URLSearchParams(form), headers: { origin, ...headers } })
  }

  return {
    cookies,
    get page() {
      return current()
    },
    get,
    post,
    submit(filled = {}, containing) {
      const { action, method, fields } = formIn(current().body, containing)
      const target = new URL(action || current().url, current().url)
      if (method === 'post') return post(target.href, { ...fields, ...filled })
      target.search = new URLSearchParams({ ...fields, ...filled }).toString()
      return get(target.href)
    },
    async follow(upTo) {
      for (let left = MOST_REDIRECTS; left > 0; left--) {
        const { location } = current()
        if (!location || (upTo && location.startsWith(upTo))) return current()
        await get(location)
      }
      throw new Error(`more than ${MOST_REDIRECTS} redirects, the last to ${current().location}`)
    },
  }
}
