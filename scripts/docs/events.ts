import { catalog } from '@menshen/shared/events/catalog'
import { z } from 'zod'
import { code, codes, page, table } from './markdown.ts'

const entries = Object.entries(catalog)

/** docs/events.md */
export const eventsPage = (): string =>
  page(
    '# Events',
    `What happens in the suite is told as CloudEvents 1.0: between services in one process directly, else over RabbitMQ (\`EVENTS_URL\`, see
[configuration.md](configuration.md)). Another program may listen, too, with a user who can't write to the exchange ([rights](operations.md#rabbitmq)): bind a queue of your own to the topic exchange \`menshen\` (or what the URL's
\`?prefix=\` says), with the types as routing keys. Messages are JSON in structured mode, \`application/cloudevents+json\`, and persistent.`,
    '```json\n{\n  "specversion": "1.0",\n  "id": "6f1c2c0e-8f0e-4f5c-9b1d-0d5a3b8f7a11",\n  "source": "menshen/auth",\n  "type": "user.deleted",\n  "subject": "4f0b…",\n  "time": "2026-01-01T00:00:00.000Z",\n  "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",\n  "data": { "sub": "4f0b…", "version": 7 }\n}\n```',
    `Every event arrives at least once, in no promised order: be idempotent by \`id\`, and keep what has the highest \`version\` of its subject. Fields may be added to
\`data\`; those that are here stay. \`traceparent\`, whose request it comes from (W3C Trace Context), is left out where nobody's request was. How work is tried again and parked is told in [architecture.md](architecture.md#events).`,
    table(
      ['type', 'what happened', 'whose work it is'],
      entries.map(([type, { about, work }]) => [`[${type}](#${type.replace('.', '')})`, about, codes(work) || 'none']),
    ),
    ...entries.map(([type, { about, subject, data }]) =>
      [`## ${type}`, `${about} \`subject\` is ${code(subject)}.`, fieldsOf(data)].join('\n\n'),
    ),
  )

interface Field {
  type?: string
  items?: { type?: string }
}

/** The members of `data`, as its schema has them. */
function fieldsOf(data: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(data) as { properties?: Record<string, Field>; required?: string[] }
  const rows = Object.entries(properties).map(([name, field]) => [
    code(name),
    field.type === 'array' ? `array of ${field.items?.type}` : (field.type ?? 'any'),
    required.includes(name) ? 'always' : 'sometimes',
  ])
  return table(['`data`', 'type', 'there'], rows)
}
