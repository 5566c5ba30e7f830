import type { ClientAuthenticationMethod } from './index.ts'

const proofs = ['client_secret', 'client_assertion', 'client_assertion_type']

/** A public client names itself and proves nothing (RFC 6749 section 3.2.1): what it may do is bound by PKCE and its redirect URIs. */
export const none: ClientAuthenticationMethod = {
  method: 'none',
  credential: null,
  read({ authorization, params }) {
    const client_id = params.get('client_id')
    if (authorization !== '' || client_id === undefined || proofs.some((name) => params.get(name) !== undefined)) return undefined
    return { client_id, prove: () => true } // its method was compared with the one registered
  },
}
