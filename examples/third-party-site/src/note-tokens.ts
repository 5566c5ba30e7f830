import type { NoteClient, SiteOptions } from './options.ts'

/** What `/oauth2/access_token` answers: the tokens, flat, or an envelope that says what was wrong. */
export type NoteAnswer =
  | { outcome: 'tokens'; members: ReadonlyArray<[name: string, value: string]> }
  | { outcome: 'refused'; errcode: string; msg: string }
  | { outcome: 'unreachable' }

/** The members of the answer, in the order of the notes; `true`: a token, of which only the outline is shown. */
const members = { access_token: true, refresh_token: true, openid: false, scope: false, expires_in: false }

/** How long the server may take, in milliseconds. */
const timeout = 10_000

/** Trades a code as the notes write it, from server to server: neither the secret nor the tokens pass through a browser. */
export async function redeemAsNoted(
  code: string,
  { issuer, noteClient, baseUrl }: Pick<SiteOptions, 'issuer' | 'baseUrl'> & { noteClient: NoteClient },
): Promise<NoteAnswer> {
  const query = new URLSearchParams({
    client_id: noteClient.clientId,
    client_secret: noteClient.clientSecret,
    grant_type: 'authorization_code',
    redirect_uri: `${baseUrl}/test`,
    code,
  })
  try {
    const response = await fetch(`${issuer}/oauth2/access_token?${query}`, { signal: AbortSignal.timeout(timeout) })
    return answerOf(Object(await response.json()))
  } catch {
    return { outcome: 'unreachable' }
  }
}

function answerOf(body: Readonly<Record<string, unknown>>): NoteAnswer {
  if (typeof body['access_token'] !== 'string')
    return { outcome: 'refused', errcode: String(body['errcode'] ?? '?'), msg: String(body['msg'] ?? '?') }
  const told = Object.entries(members).flatMap(([name, isToken]): Array<[string, string]> => {
    const value = body[name]
    if (value === undefined) return []
    return [[name, isToken ? outlineOf(String(value)) : String(value)]]
  })
  return { outcome: 'tokens', members: told }
}

/** Enough to tell two tokens apart, not enough to use one. */
const outlineOf = (token: string) => `${token.slice(0, 6)}… (${token.length})`
