import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@menshen/suite/addresses'
import { suiteSettings } from '@menshen/suite/config'
import { type Program, type ProgramOptions, startProgram } from './program.ts'
import { projectNamesOf } from './projects-of.ts'
import { doorsOf, populate, unlimited, type World } from './world.ts'

/** `npm start` on a folder, in a process of its own. */
export interface SuiteOn extends World {
  program: Program
  /** Starts it once more where it was, when it has ended. */
  restart(): Promise<Program>
}

const key = { SECRETS_KEY: 'the secrets key of the faults tests; 32 or more' }

/** What starts a suite on a folder of databases, told so besides; each on ports of its own. */
export async function suiteOn(folder: string, told: Readonly<Record<string, string>> = key): Promise<ProgramOptions> {
  const variables = Object.values(suiteSettings).flatMap(({ variable }) => (variable.endsWith('_PORT') ? [variable] : []))
  const ports = await Promise.all(variables.map(async (variable) => [variable, String(await freePort())]))
  return {
    script: 'packages/suite/src/main.ts',
    portVariable: 'AUTH_PORT',
    env: {
      ...Object.fromEntries(ports),
      DATABASE_URL: `sqlite:${folder}`,
      ...told,
      ...unlimited,
    },
  }
}

/** Starts one, with people. */
export async function startSuiteOn(folder: string, told: Readonly<Record<string, string>> = key): Promise<SuiteOn> {
  const options = await suiteOn(folder, told)
  const program = await startWhole(options)
  const people = await populate(`sqlite:${folder}`, 6, told)
  const portOf = {
    auth: program.port,
    'user-api': 'USER_API_PORT',
    'project-api': 'PROJECT_API_PORT',
    'open-api': 'OPEN_API_PORT',
  }
  const doors = doorsOf((service) => () => {
    const port = portOf[service]
    return [`http://127.0.0.1:${typeof port === 'number' ? port : options.env[port]}`]
  })
  const world: World = {
    issuer: `http://localhost:${program.port}`,
    redirectUri: `http://localhost:${options.env['PROJECT_CENTER_PORT']}/callback`,
    people,
    ...doors,
    projectNames: () => projectNamesOf(world),
  }
  return { ...world, program, restart: () => startWhole({ ...options, port: program.port }) }
}

/** It answers before its demo is in; when it says who may come in, that is. */
async function startWhole(options: ProgramOptions): Promise<Program> {
  const program = await startProgram(options)
  while (program.running() && !program.output().includes('People of the demo')) await pause(20)
  return program
}
