import { isDisabled } from '../client.ts'
import { clientAt } from '../client-limits.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import type { CoreDeps } from '../ports.ts'
import type { Client } from '../types.ts'
import { clientSecretJwt, privateKeyJwt } from './assertion.ts'
import { none } from './none.ts'
import { basicChallenge, clientSecretBasic, clientSecretPost } from './secret.ts'

/** What a request may carry to say who asks. */
export interface Presentation {
  authorization: string
  params: Params
  /** Where it came from, as our proxies saw it. */
  address: string
  /** The address that was called, as an assertion may name it in `aud`. */
  endpoint: string
}

/** What proving needs of the world. */
export type AuthenticationDeps = Pick<CoreDeps, 'clients' | 'assertions' | 'vault' | 'clock' | 'failureLimit' | 'remoteKeys'> & {
  config: Pick<CoreDeps['config'], 'issuer'>
}

/** What one method found in a request. */
export interface Credentials {
  client_id: string
  /** Whether they are this client's. */
  prove(client: Client, deps: AuthenticationDeps): boolean | Promise<boolean>
}

/** A way for a client to authenticate (RFC 6749 section 2.3); another one is another entry of the list. */
export interface ClientAuthenticationMethod {
  method: Client['token_endpoint_auth_method']
  /** What of a client it is proven by; null: nothing, the client is public. */
  credential: 'secretHashes' | 'sealedSecrets' | 'jwks' | null
  /** The JWS algorithms of its assertions (RFC 7518 section 3.1), when it has any. */
  algorithms?: readonly string[]
  /** The credentials of this method, when the request carries them. @throws OAuthError when they are malformed. */
  read(presentation: Presentation): Credentials | undefined
}

export const clientAuthenticationMethods: readonly ClientAuthenticationMethod[] = [
  clientSecretBasic,
  clientSecretPost,
  privateKeyJwt,
  clientSecretJwt,
  none,
]

/** What an assertion may be signed with, by either method. */
export const assertionAlgorithms = clientAuthenticationMethods.flatMap(({ algorithms = [] }) => algorithms)

/** Proves which client asks (RFC 6749 section 2.3). @throws OAuthError invalid_client, invalid_request when it uses two methods. */
export async function authenticateClient(presentation: Presentation, deps: AuthenticationDeps): Promise<Client> {
  const refuse = (reason: string, client_id?: string) =>
    new OAuthError('invalid_client', 'client authentication failed', {
      detail: { reason, client_id },
      headers: challenge(presentation),
    })

  const { method, credentials } = presented(presentation) ?? {}
  if (!method || !credentials) throw refuse('no credentials')
  if (presentation.params.get('client_id') !== undefined && presentation.params.get('client_id') !== credentials.client_id) {
    throw new OAuthError('invalid_request', 'client_id differs from the authenticated client', {
      detail: { client_id: credentials.client_id },
    })
  }
  const client = await deps.clients.find(credentials.client_id)
  if (!client) throw refuse('unknown client', credentials.client_id)
  if (isDisabled(client)) throw refuse('disabled client', credentials.client_id)
  const who = clientAt(client, presentation.address)
  deps.failureLimit.requireOpen(who)
  try {
    if (client.token_endpoint_auth_method !== method)
      throw refuse(`used ${method}, registered ${client.token_endpoint_auth_method}`, client.client_id)
    if (!(await credentials.prove(client, deps))) throw refuse('wrong credentials', client.client_id)
    return client
  } catch (error) {
    if (error instanceof OAuthError) await deps.failureLimit.count(who)
    throw error
  }
}

function presented(presentation: Presentation): { method: string; credentials: Credentials } | undefined {
  const found = clientAuthenticationMethods.flatMap(({ method, read }) => {
    const credentials = read(presentation)
    return credentials ? [{ method, credentials }] : []
  })
  if (found.length > 1) throw new OAuthError('invalid_request', 'only one way of client authentication may be used')
  return found[0]
}

/** RFC 6749 section 5.2: the challenge answers the scheme that was used. */
const challenge = ({ authorization }: Presentation): Record<string, string> => (authorization === '' ? {} : basicChallenge)
