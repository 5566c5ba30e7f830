import { afterAll } from '@jest/globals'
import { keepSecrets, logsFolder, writeSecrets } from './kept-logs.ts'

/** What goes over the wire by `fetch` is looked at where a run is kept. */
if (logsFolder) {
  const send = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const asked = {
      url: String(input instanceof Request ? input.url : input),
      headers: Object.fromEntries(new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}))),
      body: typeof init?.body === 'string' || init?.body instanceof URLSearchParams ? String(init.body) : '',
    }
    const response = await send(input, init)
    const headers = { ...Object.fromEntries(response.headers), 'set-cookie': response.headers.getSetCookie() }
    const tell = (body: string) => keepSecrets({ ...asked, answer: { headers, body } })
    tell('')
    const read = response.text.bind(response)
    const text = async () => {
      const body = await read()
      tell(body)
      return body
    }
    return Object.assign(response, { text, json: async () => JSON.parse(await text()) })
  }
  afterAll(writeSecrets)
}
