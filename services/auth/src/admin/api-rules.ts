import { type EntryFault, earlier, type Rule, type RuleContext, when } from './rule.ts'
import type { ApiEntry } from './schemas.ts'

/** What must hold between APIs, and between them and the clients. */
export const apiRules: ReadonlyArray<Rule<ApiEntry>> = [
  (_api, { document, index }) => {
    const first = earlier(document.apis, index, ({ resource }) => resource)
    return when(first !== undefined, 'resource', `is that of apis[${first}], too`)
  },

  ({ resource }, { issuer }) => when(resource === issuer, 'resource', 'is the issuer, whose own tokens open userinfo'),

  ({ resource, scopes = [] }, context) =>
    scopes.flatMap(({ name }, i) => {
      const owner = ownerOf(name, resource, context)
      return when(owner !== undefined, `scopes[${i}].name`, `belongs to ${owner}: a scope has one API`)
    }),

  ({ client_ids = [] }, context) =>
    client_ids.flatMap((client_id, i) => introspectionFaults(client_id, `client_ids[${i}]`, context)),
]

/** Whose a scope is: that of an earlier API of the document, or of a stored one that the document leaves alone. */
function ownerOf(scope: string, resource: string | undefined, { document, index, stored }: RuleContext): string | undefined {
  const owns = ({ scopes }: Partial<ApiEntry>) => scopes?.some(({ name }) => name === scope)
  const inDocument = document.apis.findIndex((api, i) => i < index && owns(api))
  if (inDocument >= 0) return `apis[${inDocument}]`
  const leftAlone = stored.apis.filter(
    (api) => api.resource !== resource && !document.apis.some((other) => other.resource === api.resource),
  )
  return leftAlone.find(owns)?.resource
}

/** Who may introspect must exist, and be able to prove who it is (RFC 7662 section 2.1). */
function introspectionFaults(client_id: string, field: string, { document, stored }: RuleContext): EntryFault[] {
  const client = document.clients.find((entry) => entry.client_id === client_id) ?? stored.clients.get(client_id)
  if (!client) return [{ field, text: 'is no client, neither in the file nor stored' }]
  return when(
    client.token_endpoint_auth_method === 'none',
    field,
    'is a public client, which can not prove who it is (RFC 7662 section 2.1)',
  )
}
