import { createHash, randomBytes } from 'node:crypto'
import { json, page, redirect, status } from '../checks.ts'
import { basic, withToken } from '../credentials.ts'
import { fillForm } from '../fill-form.ts'
import type { Recall } from '../memory.ts'
import { clientNamed, type TourOptions, userNamed } from '../options.ts'
import type { Chapter, Step, TourRequest } from '../step.ts'

type Options = Pick<TourOptions, 'addresses' | 'demo'>

/**
 * The site of another company: it sees a code, never the password, and only what was allowed. Bob walks here, so that Alice is still asked
 * for her consent by whoever tries the site in a browser.
 */
export function thirdPartySite(options: Options): Chapter {
  const secrets = { state: random(), code_verifier: random() }
  return {
    title: 'The third-party site: it never sees the password, and Bob decides what it may read',
    steps: [...inTheBrowser(options, secrets), ...behindTheBrowser(options, secrets)],
  }
}

interface Secrets {
  state: string
  /** Stays with the site: who steals the code has no use for it (RFC 7636). */
  code_verifier: string
}

const random = () => randomBytes(32).toString('base64url')

/** From the site's button to the code. */
function inTheBrowser({ addresses, demo }: Options, { state, code_verifier }: Secrets): Step[] {
  const { client_id, scope, redirect_uri } = site(demo)
  const { username, password } = userNamed('bob', demo)
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url')
  const params = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri,
    scope,
    state,
    code_challenge,
    code_challenge_method: 'S256',
    prompt: 'consent',
  })
  const follow = (recall: Recall): TourRequest => ({ method: 'GET', url: recall('location'), browser: true })

  return [
    {
      sentence: 'The site sends Bob’s browser to auth with what it wants, and the hash of a secret that it keeps (RFC 7636).',
      request: (recall) => ({ method: 'GET', url: `${recall('authorization_endpoint')}?${params}`, browser: true }),
      expect: [status(302, 303), redirect(addresses.issuer)],
    },
    {
      sentence: 'The browser opens the sign-in page of auth: the password is typed there and nowhere else.',
      request: follow,
      expect: [status(200), page('name="password"')],
    },
    {
      sentence: 'Bob signs in at auth with his password.',
      request: (recall) => fillForm(recall, 'name="password"', { username, password }),
      expect: [status(302, 303), redirect(addresses.issuer)],
    },
    {
      sentence: 'The browser opens the page on which auth asks Bob whether the site may have what it wants.',
      request: follow,
      expect: [status(200), page('name="decision"')],
    },
    {
      sentence:
        'Bob agrees, and auth sends his browser back to the site with a code that works once, its own name and the site’s state.',
      request: (recall) => fillForm(recall, 'name="decision"', { decision: 'allow' }),
      expect: [status(302, 303), redirect(redirect_uri, { code: '', state, iss: addresses.issuer })],
    },
  ]
}

/** From the code to the data: the site's server speaks, the browser has no part in it. */
function behindTheBrowser({ addresses, demo }: Options, { code_verifier }: Secrets): Step[] {
  const client = site(demo)
  const { redirect_uri } = client
  return [
    {
      sentence:
        'The site’s server trades the code for tokens; it proves who it is with its client secret and the secret behind the hash.',
      request: (recall) => ({
        method: 'POST',
        url: recall('token_endpoint'),
        headers: { authorization: basic(client) },
        form: { grant_type: 'authorization_code', code: recall('code'), redirect_uri, code_verifier },
      }),
      expect: [status(200), json('access_token', 'id_token')],
    },
    {
      sentence: 'The site asks open-api for Bob’s learning summary, which he allowed.',
      request: (recall) => withToken(`${addresses.openApi}/learning/summary`, recall),
      expect: [status(200), json('lessons_finished')],
    },
    {
      sentence:
        'The site tries user-api with the same token and is refused: the token was not made for it, and Bob did not allow that.',
      request: (recall) => withToken(`${addresses.userApi}/users/me`, recall),
      expect: [status(401, 403)],
    },
  ]
}

function site(demo: TourOptions['demo']) {
  const client = clientNamed('third-party-site', demo)
  const [redirect_uri] = client.redirect_uris
  if (redirect_uri === undefined) throw new Error('the demo client third-party-site has no redirect URI')
  return { ...client, redirect_uri }
}
