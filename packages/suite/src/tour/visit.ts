import type { CookieJar } from '@menshen/shared/testing/cookie-jar'
import type { Printer } from './print.ts'
import type { Answer, TourRequest } from './step.ts'

/** Sends one request and prints it with its answer. @throws when nobody answers. */
export async function visit(request: TourRequest, cookies: CookieJar, printer: Printer): Promise<Answer> {
  const url = new URL(request.url)
  const headers = headersOf(request, cookies.header(url))
  printer.request(request, headers)
  const body = request.form && new URLSearchParams(request.form).toString()
  const response = await fetch(url, {
    method: request.method,
    headers,
    body: body ?? null,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
  if (request.browser) cookies.store(url, response.headers)
  const answer = await read(response, url)
  printer.answer(answer)
  return answer
}

function headersOf({ headers, form, browser, url }: TourRequest, cookie: string | undefined): Headers {
  const sent = new Headers(headers)
  if (form) sent.set('content-type', 'application/x-www-form-urlencoded')
  if (browser && form) sent.set('origin', new URL(url).origin)
  if (browser && cookie !== undefined) sent.set('cookie', cookie)
  return sent
}

async function read(response: Response, url: URL): Promise<Answer> {
  const { status, headers } = response
  const body = await response.text()
  const location = headers.get('location')
  return {
    status,
    headers,
    body,
    json: jsonOf(headers, body),
    location: location === null ? undefined : new URL(location, url).href,
  }
}

/** `application/json` and its kin (RFC 6839 section 3.1). */
function jsonOf(headers: Headers, body: string): unknown {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(headers.get('content-type') ?? '')) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
