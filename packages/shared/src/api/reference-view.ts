/** What the reference page needs of an OpenAPI document. */
export interface ReferencedDocument {
  info: { title: string; version: string; description: string }
  servers: readonly { url: string }[]
  paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>
  components: { schemas: Readonly<Record<string, JsonSchema>> }
}

interface DocumentedOperation {
  operationId: string
  summary: string
  description?: string
  tags: readonly string[]
  security: readonly Readonly<Record<string, readonly string[]>>[]
  parameters: readonly { name: string; in: string; required: boolean; description?: string; schema: JsonSchema }[]
  requestBody?: { content: Content }
  responses: Readonly<Record<string, { description: string; headers?: Readonly<Record<string, unknown>>; content?: Content }>>
}

type Content = Readonly<Record<string, { schema: JsonSchema }>>

/** The part of JSON Schema that our documents use. */
interface JsonSchema {
  $ref?: string
  type?: string | readonly string[]
  description?: string
  properties?: Readonly<Record<string, JsonSchema>>
  required?: readonly string[]
  items?: JsonSchema
  anyOf?: readonly JsonSchema[]
  enum?: readonly unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  default?: unknown
  examples?: readonly unknown[]
}

interface Row {
  name: string
  required: boolean
  /** The words of its type, of which those with an anchor are schemas of this page. */
  type: readonly { text: string; anchor?: string }[]
  about: string
  limits: string
}

/** The reference page as its template shows it: the operations under their tags, then the schemas. */
export function referenceOf({ info, servers, paths, components }: ReferencedDocument) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      operationView(method, path, resolvedBody(operation, components.schemas), servers[0]?.url ?? ''),
    ),
  )
  const tags = [...new Set(operations.map(({ tag }) => tag))]
  return {
    ...info,
    server: servers[0]?.url ?? '',
    groups: tags.map((tag) => ({ tag, operations: operations.filter((operation) => operation.tag === tag) })),
    schemas: Object.entries(components.schemas).map(([name, schema]) => ({
      name,
      about: schema.description ?? '',
      rows: rowsOf(schema),
    })),
  }
}

/** A body that is a schema of this page is shown, and given as an example, by what it holds. */
function resolvedBody(operation: DocumentedOperation, schemas: Readonly<Record<string, JsonSchema>>): DocumentedOperation {
  const named = schemaIn(operation.requestBody?.content)?.$ref?.split('/').at(-1)
  const schema = named === undefined ? undefined : schemas[named]
  return schema ? { ...operation, requestBody: { content: { 'application/json': { schema } } } } : operation
}

function operationView(method: string, path: string, operation: DocumentedOperation, server: string) {
  const body = schemaIn(operation.requestBody?.content)
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    tag: operation.tags[0] ?? '',
    summary: operation.summary,
    about: operation.description ?? '',
    scope: Object.values(operation.security[0] ?? {})[0]?.join(' ') ?? '',
    parameters: operation.parameters.map(({ name, required, description = '', schema, ...parameter }) => ({
      ...rowOf(name, required, { description, ...schema }),
      place: parameter.in,
    })),
    body: body && rowsOf(body),
    answers: Object.entries(operation.responses).map(([status, { description, headers = {}, content }]) => {
      const schema = schemaIn(content)
      return { status, about: description, headers: Object.keys(headers), type: schema ? typeOf(schema) : [] }
    }),
    curl: curlOf(method, path, operation, server),
  }
}

const schemaIn = (content: Content | undefined): JsonSchema | undefined => Object.values(content ?? {})[0]?.schema

const rowsOf = ({ properties = {}, required = [] }: JsonSchema): Row[] =>
  Object.entries(properties).map(([name, schema]) => rowOf(name, required.includes(name), schema))

const rowOf = (name: string, required: boolean, schema: JsonSchema): Row => ({
  name,
  required,
  type: typeOf(schema),
  about: schema.description ?? '',
  limits: limitsOf(schema),
})

function typeOf(schema: JsonSchema): Row['type'] {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return [{ text: name, anchor: `schema-${name}` }]
  }
  if (schema.anyOf) return schema.anyOf.flatMap((each, i) => [...(i > 0 ? [{ text: ' or ' }] : []), ...typeOf(each)])
  if (schema.type === 'array' && schema.items) return [{ text: 'list of ' }, ...typeOf(schema.items)]
  if (schema.const !== undefined) return [{ text: JSON.stringify(schema.const) }]
  if (schema.enum) return [{ text: schema.enum.map((value) => JSON.stringify(value)).join(', ') }]
  if (schema.properties) return membersOf(schema.properties)
  return [{ text: [schema.type ?? 'any'].flat().join(' or ') + (schema.format ? ` (${schema.format})` : '') }]
}

/** An object without a name, such as a page of a list, is told by what it holds: `{ items: list of Project, next: string }`. */
function membersOf(properties: NonNullable<JsonSchema['properties']>): Row['type'] {
  const members = Object.entries(properties).map(([name, schema]) => [{ text: `${name}: ` }, ...typeOf(schema)])
  return [{ text: '{ ' }, ...members.flatMap((member, i) => [...(i > 0 ? [{ text: ', ' }] : []), ...member]), { text: ' }' }]
}

function limitsOf(schema: JsonSchema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, examples = [] } = schema
  const said = [
    spanOf(minimum, maximum, ''),
    spanOf(minLength, maxLength, ' characters'),
    spanOf(minItems, maxItems, ' items'),
    schema.type === 'string' && pattern && !schema.format ? `like ${pattern}` : '',
    schema.default === undefined ? '' : `${JSON.stringify(schema.default)} when left out`,
    examples.length > 0 ? `such as ${examples.map((example) => JSON.stringify(example)).join(', ')}` : '',
  ]
  return said.filter(Boolean).join('; ')
}

function spanOf(least: number | undefined, most: number | undefined, unit: string): string {
  const top = most === Number.MAX_SAFE_INTEGER ? undefined : most
  const bottom = least === Number.MIN_SAFE_INTEGER ? undefined : least
  if (bottom !== undefined && top !== undefined) return `${bottom} to ${top}${unit}`
  if (bottom !== undefined) return `at least ${bottom}${unit}`
  return top === undefined ? '' : `at most ${top}${unit}`
}

/** A command to copy; what must be filled in stands in braces. */
function curlOf(method: string, path: string, { parameters, requestBody }: DocumentedOperation, server: string): string {
  const headers = parameters.filter((parameter) => parameter.in === 'header' && parameter.required)
  const json = requestBody && [
    `-H 'content-type: application/json'`,
    `-d '${JSON.stringify(exampleOf(schemaIn(requestBody.content) ?? {}))}'`,
  ]
  return [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${server}${path}'`,
    `-H "authorization: Bearer $TOKEN"`,
    ...headers.map(({ name, schema }) => `-H '${name.toLowerCase()}: ${String(schema.examples?.[0] ?? '…')}'`),
    ...(json ?? []),
  ].join(' \\\n  ')
}

function exampleOf(schema: JsonSchema): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.default !== undefined) return schema.default
  if (schema.properties) {
    const { properties, required = [] } = schema
    const shown = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
    return Object.fromEntries(shown.map((name) => [name, exampleOf(properties[name] ?? {})]))
  }
  if (schema.type === 'array') return []
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 0
  return schema.type === 'boolean' ? true : '…'
}
