import { type ProblemType, problemTypes } from '@menshen/shared/http/problem'
import { code, page, table } from './markdown.ts'

/** When a problem comes, and what its client can do. */
const meanings: Record<ProblemType, string> = {
  'invalid-request':
    'A parameter, the query or the body is not what the route takes. `errors` names each field. Mend the request.',
  unauthenticated: 'No `Authorization: Bearer …` came. Send an access token.',
  'invalid-token':
    'The token is malformed, expired, of another issuer or for another API. `WWW-Authenticate` says `error="invalid_token"`. Refresh once, then sign in again.',
  forbidden: 'The token is good and this is still not for its bearer, such as a token without a person where a person is needed.',
  'insufficient-scope': 'The token lacks a scope; `WWW-Authenticate` names what is needed. Ask for it at the next sign-in.',
  'not-found': 'No such address, or nothing there that the bearer may know of.',
  'method-not-allowed': 'The address is there, this method is not. `Allow` names those that are.',
  conflict: 'What is stored does not go with the request. Read it again.',
  'precondition-failed': 'Somebody changed the resource meanwhile. Read it again.',
  'body-too-large': 'The body is larger than the route takes.',
  'unsupported-media-type': 'The body has another `Content-Type` or charset than expected, or is compressed.',
  'idempotency-key-reused': 'The same `Idempotency-Key` came before with another body. Use a new key for each new thing.',
  'precondition-required': 'Send `If-Match` with the version that you read.',
  'too-many-requests': 'Wait as long as `Retry-After` says.',
  'internal-error': 'A bug. The log has the cause under the same `request_id`.',
  'not-implemented': 'The service knows no such method at any address.',
  unavailable: 'Something that the service needs is away, such as the keys of auth. Wait as long as `Retry-After` says.',
}

const entries = Object.entries(problemTypes) as Array<[ProblemType, readonly [status: number, title: string]]>

/** docs/errors.md */
export const errorsPage = (): string =>
  page(
    '# Errors of the APIs',
    `user-api, project-api and open-api answer failures with a problem document (RFC 9457), \`application/problem+json\`. Its \`type\` is
\`/docs/errors#\` and a name below, a name to compare and not a page that the services serve. \`detail\` says what was wrong this time,
\`request_id\` is the \`X-Request-Id\` of the answer and stands in the log. The errors of auth are in [specifications.md](specifications.md#errors).`,
    '```json\n{ "type": "/docs/errors#unauthenticated", "title": "An access token is needed", "status": 401, "detail": "…", "request_id": "…" }\n```',
    table(
      ['type', 'status', 'title'],
      entries.map(([slug, [status, title]]) => [`[${slug}](#${slug})`, String(status), title]),
    ),
    ...entries.map(([slug, [status, title]]) => `## ${slug}\n\n${code(String(status))} ${title}. ${meanings[slug]}`),
  )
