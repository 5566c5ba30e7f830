import { json, status } from '../checks.ts'
import { basic, withToken } from '../credentials.ts'
import { type Addresses, clientNamed, type TourOptions } from '../options.ts'
import type { Chapter } from '../step.ts'

const refusal = { status: 403, outcome: 'and is refused: that scope is about a person, and the token speaks for none' }

/** What a server may call for itself, by scope; the first that the client has is shown. */
const calls: readonly Call[] = [
  {
    scope: 'user:list',
    api: 'userApi',
    path: '/users',
    status: 200,
    outcome: 'and gets the people of the suite, each as far as they show themselves',
  },
  { scope: 'project:read', api: 'projectApi', path: '/projects', ...refusal },
  { scope: 'learning:read', api: 'openApi', path: '/learning/summary', ...refusal },
]

interface Call {
  scope: string
  api: keyof Addresses
  path: string
  status: number
  outcome: string
}

/** A server that works at night, in nobody's name: client credentials. */
export function reportJob({ addresses, demo }: Pick<TourOptions, 'addresses' | 'demo'>): Chapter {
  const client = clientNamed('report-job', demo)
  const call = callOf(client.scope)
  return {
    title: 'The report job: a server that acts for itself, with nobody signed in',
    steps: [
      {
        sentence: 'The report job asks auth for a token in its own name, with its client secret (RFC 6749 section 4.4).',
        request: (recall) => ({
          method: 'POST',
          url: recall('token_endpoint'),
          headers: { authorization: basic(client) },
          form: { grant_type: 'client_credentials', scope: call.scope },
        }),
        expect: [status(200), json('access_token')],
      },
      {
        sentence: `The report job shows it to ${names[call.api]}, with the scope ${call.scope}, ${call.outcome}.`,
        request: (recall) => withToken(`${addresses[call.api]}${call.path}`, recall),
        expect: [status(call.status), json()],
      },
    ],
  }
}

const names: Record<keyof Addresses, string> = {
  issuer: 'auth',
  userApi: 'user-api',
  projectApi: 'project-api',
  openApi: 'open-api',
}

function callOf(scope: string): Call {
  const call = calls.find((known) => scope.split(' ').includes(known.scope))
  if (!call)
    throw new Error(`the demo client report-job needs one of these scopes: ${calls.map((known) => known.scope).join(', ')}`)
  return call
}
