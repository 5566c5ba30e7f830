import { acrs } from '@menshen/auth/core/acr'
import { displays, prompts, responseModes, responseTypes } from '@menshen/auth/core/authorization-request'
import { assertionAlgorithms, clientAuthenticationMethods } from '@menshen/auth/core/client-authentication/index'
import { errorCodes } from '@menshen/auth/core/errors'
import { grantHandlers } from '@menshen/auth/core/grants/index'
import { metadata } from '@menshen/auth/core/metadata'
import { openidScopes } from '@menshen/auth/core/scope'
import { signingAlgorithms } from '@menshen/auth/core/signing-keys'
import { code, codes, page, table } from './markdown.ts'
import { absent, type Standard, standards } from './standards.ts'

/** docs/specifications.md */
export const specificationsPage = (): string =>
  page(
    '# Specifications',
    'What auth speaks, from the lists that its code works by, and how far each specification is followed today.',
    '## Grants',
    table(
      ['grant_type', 'parameters', 'defined in'],
      grantHandlers.map(({ type, parameters, source }) => [code(type), codes(parameters), source]),
    ),
    '## Words it knows',
    table(
      ['what', 'values'],
      [
        ['client authentication', codes(clientAuthenticationMethods.map(({ method }) => method))],
        [code('response_type'), codes(responseTypes)],
        [code('response_mode'), codes(responseModes)],
        [code('prompt'), codes(prompts)],
        [code('display'), codes(displays)],
        ['scopes of auth; each API adds its own', codes(openidScopes)],
        [`${code('acr')}: signed in with one factor, such as a password`, codes(acrs)],
        ['signatures of client assertions', codes(assertionAlgorithms)],
        ['signatures of tokens', codes(signingAlgorithms)],
      ],
    ),
    '## Metadata',
    `Both metadata documents have these members: ${codes(Object.keys(metadata({ issuer: 'https://login.example', apis: [], ui_locales: [], prompts, frontchannelLogout: false, compat: [] })))}.`,
    '## Errors',
    `The token, introspection and revocation endpoints answer with this status and \`{ "error", "error_description" }\`, userinfo with a Bearer
challenge besides. The authorization endpoint redirects with
\`error\`, \`error_description\`, \`state\` and \`iss\` once client and redirect URI are proven, and shows a page before. \`temporarily_unavailable\` is 429
with \`Retry-After\` where a limit says to wait.`,
    table(
      ['error', 'status', 'defined in'],
      Object.entries(errorCodes).map(([error, [status, section]]) => [code(error), String(status), section]),
    ),
    '## How far each is followed',
    table(['specification', 'followed', 'not followed, or not yet'], standards.map(rowOf)),
    '## Not there yet',
    absent.map((item) => `- ${item}`).join('\n'),
  )

const rowOf = ({ name, url, followed, missing }: Standard): string[] => [`[${name}](${url})`, followed, missing]
