import type { Params } from '../params.ts'
import type { IssuanceDeps, TokenResponse } from '../token-issuance.ts'
import type { Client } from '../types.ts'

/** An authenticated request to the token endpoint. */
export interface TokenRequest {
  client: Client
  params: Params
  caller: Caller
}

/** Who sends a request, as far as HTTP knows. */
export interface Caller {
  /** That of the client, as our proxies saw it. */
  address: string
  /** The program, as it calls itself. */
  userAgent: string | null
  /** Whether nobody waits for the answer any more. */
  hasLeft(): boolean
}

/** One `grant_type` of the token endpoint; metadata, registration and docs read the list of these. */
export interface GrantHandler {
  type: string
  /** What it reads of a request; nothing else reaches it. */
  parameters: readonly string[]
  /** Where it is defined. */
  source: string
  handle(request: TokenRequest, deps: IssuanceDeps): Promise<TokenResponse>
}
