import type { ClientAuthenticationMethod } from './index.ts'

/** A public client names itself and proves nothing (RFC 6749 section 3.2.1): what it may do is bound by PKCE and its redirect URIs. */
export const none: ClientAuthenticationMethod = {
  method: 'none',
  read({ authorization, params }) {
    const client_id = params.get('client_id')
    if (authorization !== '' || client_id === undefined || params.get('client_secret') !== undefined) return undefined
    return { client_id, prove: ({ token_endpoint_auth_method }) => token_endpoint_auth_method === 'none' }
  },
}
