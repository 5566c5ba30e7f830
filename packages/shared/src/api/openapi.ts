import { z } from 'zod'
import { type ProblemType, problemTypes } from '../http/problem.ts'
import type { Operation } from './operation.ts'

export interface ApiInfo {
  title: string
  version: string
  /** Markdown. */
  description: string
  /** The public base URL. */
  server: string
  /** The issuer of its tokens. */
  issuer: string
  /** What each scope allows. */
  scopes: Readonly<Record<string, string>>
}

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of an API, made from the schemas that check its input. */
export function openApiDocument(operations: readonly Operation[], info: ApiInfo): Json {
  const schemas: Json = { Problem: problemSchema }
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [operation.method]: describe(operation, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: { title: info.title, version: info.version, description: info.description },
    servers: [{ url: info.server }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas, securitySchemes: { menshen: securityScheme(info) } },
  }
}

const securityScheme = ({ issuer, scopes }: ApiInfo): Json => ({
  type: 'oauth2',
  flows: {
    authorizationCode: { authorizationUrl: `${issuer}/oauth2/authorize`, tokenUrl: `${issuer}/oauth2/token`, scopes },
    clientCredentials: { tokenUrl: `${issuer}/oauth2/token`, scopes },
  },
})

function describe(operation: Operation, schemas: Json): Json {
  const { id, summary, description, tag, scope, body } = operation
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    tags: [tag],
    security: [{ menshen: [scope] }],
    parameters: parametersOf(operation, schemas),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input', schemas) } } },
    }),
    responses: { ...successOf(operation, schemas), ...failuresOf(operation) },
  }
}

function parametersOf({ params, query, precondition, idempotent, versioned, method }: Operation, schemas: Json): Json[] {
  const header = (name: string, required: boolean, description: string, schema: Json): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema,
  })
  return [
    ...members(params, 'path', schemas),
    ...members(query, 'query', schemas),
    ...(precondition
      ? [
          header('If-Match', true, 'The ETag of the version that is changed.', {
            type: 'string',
            pattern: '^(\\*|"[0-9]{1,15}"( *, *"[0-9]{1,15}")*)$',
            examples: ['"1"'],
          }),
        ]
      : []),
    ...(versioned && method === 'get'
      ? [header('If-None-Match', false, 'Answers 304 when this ETag is still current.', { type: 'string' })]
      : []),
    ...(idempotent
      ? [
          header('Idempotency-Key', false, 'Makes the request safe to repeat for 24 hours.', {
            type: 'string',
            pattern: '^[!-~]{1,255}$',
          }),
        ]
      : []),
  ]
}

function members(object: z.ZodObject | undefined, place: 'path' | 'query', schemas: Json): Json[] {
  if (!object) return []
  const { properties = {}, required = [] } = jsonSchema(object, 'input', schemas) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }))
}

function successOf({ answer, versioned, method }: Operation, schemas: Json): Json {
  const header = (description: string): Json => ({ description, schema: { type: 'string' } })
  const headers = {
    ...(versioned && { ETag: header('The version.') }),
    ...(answer.status === 201 && { Location: header('Where it is.') }),
  }
  const content = answer.schema && { 'application/json': { schema: jsonSchema(answer.schema, 'output', schemas) } }
  const success = { description: answer.about, ...(Object.keys(headers).length > 0 && { headers }), ...(content && { content }) }
  return {
    [answer.status]: success,
    ...(versioned && method === 'get' && { 304: { description: 'Still the version of If-None-Match.' } }),
  }
}

/** Each status that a failure may have, with the problem types that share it. */
function failuresOf(operation: Operation): Json {
  const byStatus = new Map<number, ProblemType[]>()
  for (const type of problemsOf(operation)) {
    const [status] = problemTypes[type]
    byStatus.set(status, [...(byStatus.get(status) ?? []), type])
  }
  const failures = [...byStatus].map(([status, types]) => [
    status,
    {
      description: types.map((type) => `${problemTypes[type][1]} (\`${type}\`).`).join(' '),
      ...(status === 401 && { headers: { 'WWW-Authenticate': { description: 'The challenge.', schema: { type: 'string' } } } }),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ])
  return Object.fromEntries(failures)
}

/** What follows from how the operation is defined, and what it names itself. */
const problemsOf = ({ caller, body, precondition, idempotent, problems = [] }: Operation): Set<ProblemType> =>
  new Set<ProblemType>([
    'invalid-request',
    'unauthenticated',
    'invalid-token',
    'insufficient-scope',
    ...(caller === 'anyone' ? [] : (['forbidden'] as const)),
    ...(body ? (['body-too-large', 'unsupported-media-type'] as const) : []),
    ...(precondition ? (['precondition-required', 'precondition-failed'] as const) : []),
    ...(idempotent ? (['idempotency-key-reused'] as const) : []),
    ...problems,
    'too-many-requests',
    'unavailable',
  ])

const problemSchema: Json = {
  type: 'object',
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Names the problem, and leads to its description.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong this time.' },
    request_id: { type: 'string', description: 'Names the request in the logs.' },
    errors: {
      type: 'array',
      description: 'The fields at fault.',
      items: {
        type: 'object',
        required: ['field', 'detail'],
        properties: { field: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
}

/** JSON Schema 2020-12 of a schema; those with an `id` in their meta become components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema, $defs = {}, ...own } = z.toJSONSchema(schema, { io, reused: 'inline' }) as { $schema?: string; $defs?: Json }
  for (const [id, definition] of Object.entries($defs)) schemas[id] = withoutId(atComponents(definition))
  const { id, ...root } = atComponents(own) as Json
  if (typeof id !== 'string') return root
  schemas[id] = root
  return { $ref: `#/components/schemas/${id}` }
}

const atComponents = <T>(definition: T): T =>
  JSON.parse(JSON.stringify(definition).replaceAll('"#/$defs/', '"#/components/schemas/'))

const withoutId = (definition: unknown): unknown => {
  const { id, ...rest } = definition as Json
  return rest
}
