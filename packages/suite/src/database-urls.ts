import { ExpectedError } from '@menshen/shared/run-main'

/** The services that keep records, each in a database of its own. */
export type ServiceName = 'auth' | 'user-api' | 'project-api' | 'open-api'

/**
 * Where a service keeps its records, by the suite's DATABASE_URL: a file in its folder (`sqlite:./.data` -> `sqlite:./.data/auth.db`) or a
 * database beside the others (`mongodb://…/menshen` -> `…/menshen_user_api`). @throws ExpectedError for a URL of no known database.
 */
export function databaseUrlOf(base: string, service: ServiceName): string {
  if (base === 'sqlite::memory:') return base
  if (base.startsWith('sqlite:')) return `sqlite:${fileIn(base.slice('sqlite:'.length), service)}`
  const [, server, name = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^/?]*))?(\?.*)?$/.exec(base) ?? []
  if (server === undefined || name.includes('@')) throw new ExpectedError(faultOf(base))
  const ofOne = /^(.+)_(?:auth|user_api|project_api|open_api)$/.exec(name)?.[1]
  if (ofOne !== undefined)
    throw new ExpectedError(
      `DATABASE_URL names the database of one service, ${name}: the suite and its commands take what is common to all, …/${ofOne}`,
    )
  return `${server}/${name || 'menshen'}_${service.replaceAll('-', '_')}${query}`
}

const faultOf = (base: string) =>
  /^mongodb(\+srv)?:/.test(base)
    ? 'DATABASE_URL must be mongodb://USER:PASSWORD@HOST/NAME; in user and password, signs such as / ? @ are written %2F %3F %40'
    : 'DATABASE_URL must be sqlite:FOLDER, mongodb://… or mongodb+srv://…'

function fileIn(folder: string, service: ServiceName): string {
  if (folder === '' || folder.endsWith('.db'))
    throw new ExpectedError(`DATABASE_URL must be sqlite:FOLDER: each service makes its own file there, such as ${service}.db`)
  return `${folder.replace(/\/+$/, '')}/${service}.db`
}
