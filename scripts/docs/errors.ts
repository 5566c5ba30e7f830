import { type ProblemType, problemTypes } from '@menshen/shared/http/problem'
import { problemMeanings } from '@menshen/shared/http/problem-meanings'
import { code, page, table } from './markdown.ts'

const entries = Object.entries(problemTypes) as Array<[ProblemType, readonly [status: number, title: string]]>

/** docs/errors.md */
export const errorsPage = (): string =>
  page(
    '# Errors of the APIs',
    `user-api, project-api and open-api answer failures with a problem document (RFC 9457), \`application/problem+json\`. Its \`type\` is
\`/docs/errors#\` and a name below: a name to compare, and the address of this description at each service. \`detail\` says what was wrong this time,
\`request_id\` is the \`X-Request-Id\` of the answer and stands in the log. The errors of auth are in [specifications.md](specifications.md#errors).`,
    '```json\n{ "type": "/docs/errors#unauthenticated", "title": "An access token is needed", "status": 401, "detail": "…", "request_id": "…" }\n```',
    table(
      ['type', 'status', 'title'],
      entries.map(([slug, [status, title]]) => [`[${slug}](#${slug})`, String(status), title]),
    ),
    ...entries.map(([slug, [status, title]]) => `## ${slug}\n\n${code(String(status))} ${title}. ${problemMeanings[slug]}`),
  )
