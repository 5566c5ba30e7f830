import { error, header, json, status } from '../checks.ts'
import { withToken } from '../credentials.ts'
import type { Recall } from '../memory.ts'
import { clientNamed, type TourOptions, userNamed } from '../options.ts'
import type { Chapter, TourRequest } from '../step.ts'

/** Our own app with its own sign-in form: the password grant, and what tokens are good for. */
export function mobileApp({ addresses, demo }: Pick<TourOptions, 'addresses' | 'demo'>): Chapter {
  const { client_id, scope } = clientNamed('mobile-app', demo)
  const { username, password } = userNamed('alice', demo)
  const me = `${addresses.userApi}/users/me`
  const ask = (recall: Recall, form: Record<string, string>): TourRequest => ({
    method: 'POST',
    url: recall('token_endpoint'),
    form: { client_id, ...form },
  })
  const refresh = (recall: Recall) => ask(recall, { grant_type: 'refresh_token', refresh_token: recall('refresh_token') })

  return {
    title: 'The mobile app: one of our own, so it may ask for the password itself',
    steps: [
      {
        sentence:
          'The mobile app asks auth for tokens with what Alice typed into it, which only our own apps may (RFC 6749 section 4.3).',
        request: (recall) => ask(recall, { grant_type: 'password', username, password, scope }),
        expect: [status(200), json('access_token', 'refresh_token')],
      },
      {
        sentence:
          'The mobile app asks user-api for Alice’s profile and shows the access token, which user-api checks with auth’s public keys.',
        request: (recall) => withToken(me, recall),
        expect: [status(200), json()],
      },
      {
        sentence:
          'The mobile app asks project-api for Alice’s projects: the same token opens it too, one sign-in for all services.',
        request: (recall) => withToken(`${addresses.projectApi}/projects`, recall),
        expect: [status(200), json()],
      },
      {
        sentence: 'Somebody asks user-api without a token and is refused (RFC 6750 section 3).',
        request: () => ({ method: 'GET', url: me }),
        expect: [status(401), header('www-authenticate', 'Bearer')],
      },
      {
        sentence:
          'The mobile app trades its refresh token for new tokens, as access tokens live for minutes only (RFC 6749 section 6).',
        request: refresh,
        expect: [status(200), json('access_token', 'refresh_token')],
      },
      {
        sentence:
          'Alice signs out, so the mobile app tells auth to end what it gave (RFC 7009): nothing can be refreshed any more.',
        request: (recall) => ({
          method: 'POST',
          url: recall('revocation_endpoint'),
          form: { client_id, token: recall('refresh_token') },
        }),
        expect: [status(200)],
      },
      {
        sentence: 'Somebody who found the refresh token afterwards tries it and gets nothing any more.',
        request: refresh,
        expect: [status(400), error('invalid_grant')],
      },
    ],
  }
}
