import { randomBytes } from 'node:crypto'
import { type ApplyDocument, applyDocument } from '@menshen/auth/admin/apply'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import type { Env } from '@menshen/shared/config/settings'
import { databaseUrlOf } from '@menshen/suite/database-urls'
import { demoDocument } from '@menshen/suite/demo-clients'
import type { Person } from './device.ts'
import { createDoor, type Door } from './door.ts'
import { type Front, startFront } from './front.ts'
import { afterwards, type Program, startProgram } from './program.ts'
import { projectNamesOf } from './projects-of.ts'

export const apiNames = ['user-api', 'project-api', 'open-api'] as const

export type ApiName = (typeof apiNames)[number]

/** What the load speaks to. */
export interface World {
  issuer: string
  redirectUri: string
  people: readonly Person[]
  auth: Door
  apis: Record<ApiName, Door>
  /** The names of all projects that the load made. */
  projectNames(): Promise<string[]>
}

/** Services in processes of their own. */
export interface Processes extends World {
  /** The processes, by service; one that was started again takes the place of the one that went. */
  programs: Record<'auth' | ApiName, Program[]>
  /** What the APIs reach auth by. */
  front: Front
  /** Starts a process again where it was, on its port. */
  restart(service: 'auth' | ApiName, index: number): Promise<Program>
}

export interface ProcessesOptions {
  /** As the suite takes it: each service adds its own name. */
  databaseUrl: string
  eventsUrl?: string
  /** How many processes each service has; one of each when left out. */
  counts?: Partial<Record<'auth' | ApiName, number>>
  /** More variables, for one service or one process of it (`auth`, `auth 1`). */
  env?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Modules loaded before a process of this name (`auth 1`). */
  preload?: Readonly<Record<string, readonly string[]>>
  people?: number
}

const redirectUri = 'http://localhost:8071/callback'

/** Nothing is limited: the load is no attack. */
export const unlimited = {
  TOKEN_REQUESTS_PER_MINUTE: '0',
  CLIENT_FAILURES_PER_MINUTE: '0',
  REQUESTS_PER_MINUTE: '0',
  CODE_TTL: '600', // those that are kept are redeemed when all is over
}

/** Starts the services a world is made of, its apps and its people in their database. */
export async function startProcesses(options: ProcessesOptions): Promise<Processes> {
  const { databaseUrl, eventsUrl = 'memory:', counts = {}, env = {}, preload = {} } = options
  const programs: Processes['programs'] = { auth: [], 'user-api': [], 'project-api': [], 'open-api': [] }
  const urlsOf = (service: keyof typeof programs) => () => programs[service].map(({ url }) => url)
  const front = await startFront(urlsOf('auth'))
  afterwards(front.close)
  const common = { ISSUER: front.url, EVENTS_URL: eventsUrl, SECRETS_KEY: secretsKey, TRUSTED_PROXIES: '127.0.0.1', ...unlimited }
  const of = (service: keyof typeof programs, i: number, port?: number) =>
    startProgram({
      script: `services/${service}/src/main.ts`,
      env: {
        ...common,
        DATABASE_URL: databaseUrlOf(databaseUrl, service),
        ...(service !== 'auth' && { CLIENT_ID: service, CLIENT_SECRET: `demo-secret-of-${service}-not-for-production` }),
        ...env[service],
        ...env[`${service} ${i}`],
      },
      preload: preload[`${service} ${i}`] ?? [],
      ...(port !== undefined && { port }),
    })
  const people = await populate(databaseUrl, options.people ?? 8, common)
  await Promise.all(
    (['auth', ...apiNames] as const).map(async (service) => {
      const count = counts[service] ?? 1
      programs[service] = await Promise.all(Array.from({ length: count }, (_, i) => of(service, i)))
    }),
  )
  const doors = doorsOf(urlsOf)
  const world: World = { issuer: front.url, redirectUri, people, ...doors, projectNames: () => projectNamesOf(world) }
  return {
    ...world,
    programs,
    front,
    async restart(service, index) {
      const program = await of(service, index, programs[service][index]?.port)
      programs[service][index] = program
      return program
    },
  }
}

const secretsKey = 'the secrets key of the faults tests; 32 or more'

export function doorsOf(urlsOf: (service: 'auth' | ApiName) => () => readonly string[]): Pick<World, 'auth' | 'apis'> {
  const open = (service: 'auth' | ApiName) => {
    const door = createDoor(urlsOf(service))
    afterwards(door.close)
    return door
  }
  return { auth: open('auth'), apis: Object.fromEntries(apiNames.map((name) => [name, open(name)])) as World['apis'] }
}

/** Puts people into the database of auth, beside those who may run on it, and with an issuer the apps of the demo. */
export async function populate(databaseUrl: string, count: number, env: Env): Promise<Person[]> {
  const people = Array.from({ length: count }, (_, i) => ({
    username: `person-${i}-${randomBytes(4).toString('hex')}`,
    password: randomBytes(12).toString('base64url'),
  }))
  const { apis, clients } = demoDocument()
  await apply(databaseUrl, env, { ...(env['ISSUER'] && { apis, clients }), users: people })
  return people
}

/** Gives everybody another name, as `menshen apply` does; when that was done. */
export async function rename(databaseUrl: string, { people }: World, name: string): Promise<number> {
  await apply(databaseUrl, { SECRETS_KEY: secretsKey }, { users: people.map(({ username }) => ({ username, name })) })
  return performance.now()
}

async function apply(databaseUrl: string, env: Env, document: ApplyDocument): Promise<void> {
  const admin = await openAdmin(loadAuthConfig({ ...env, DATABASE_URL: databaseUrlOf(databaseUrl, 'auth') }))
  try {
    await applyDocument(document, admin)
  } finally {
    await admin.close()
  }
}
