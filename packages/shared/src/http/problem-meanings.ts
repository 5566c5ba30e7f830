import type { ProblemType } from './problem.ts'

/** When a problem comes, and what its client can do. */
export const problemMeanings: Record<ProblemType, string> = {
  'invalid-request':
    'A parameter, the query or the body is not what the route takes. `errors` names each field. Mend the request.',
  unauthenticated: 'No `Authorization: Bearer …` came. Send an access token.',
  'invalid-token':
    'The token is malformed, expired, of another issuer or for another API. `WWW-Authenticate` says `error="invalid_token"`. Refresh once, then sign in again.',
  forbidden: 'The token is good and this is still not for its bearer, such as a token without a person where a person is needed.',
  'insufficient-scope': 'The token lacks a scope; `WWW-Authenticate` names what is needed. Ask for it at the next sign-in.',
  'not-found': 'No such address, or nothing there that the bearer may know of.',
  'method-not-allowed': 'The address is there, this method is not. `Allow` names those that are.',
  conflict: 'What is stored does not go with the request; `detail` says why. Read it again.',
  'precondition-failed': '`If-Match` names an older version. Read it again, and decide anew.',
  'body-too-large': 'Send less at once.',
  'unsupported-media-type': 'The body has another `Content-Type` or charset than expected, or is compressed.',
  'idempotency-key-reused': 'The same `Idempotency-Key` came before with another body. Use a new key for each new thing.',
  'precondition-required': 'Send `If-Match` with the version that you read.',
  'too-many-requests': 'Wait as long as `Retry-After` says.',
  'internal-error': 'A bug. The log has the cause under the same `request_id`.',
  'not-implemented': 'The service knows no such method at any address.',
  unavailable: 'Something that the service needs is away, such as the keys of auth. Wait as long as `Retry-After` says.',
}
