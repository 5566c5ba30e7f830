import { json, status } from '../checks.ts'
import type { TourOptions } from '../options.ts'
import type { Chapter } from '../step.ts'

/** Every app begins here. */
export const discovery = ({ addresses }: Pick<TourOptions, 'addresses'>): Chapter => ({
  title: 'Where the doors are',
  steps: [
    {
      sentence:
        'Any app asks auth where its endpoints are, so that it needs to know nothing but the issuer (OpenID Connect Discovery).',
      request: () => ({ method: 'GET', url: `${addresses.issuer}/.well-known/openid-configuration` }),
      expect: [status(200), json('issuer', 'authorization_endpoint', 'token_endpoint', 'revocation_endpoint')],
    },
  ],
})
