import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** What the program must know of those it talks to, and where it keeps its tokens. */
export interface Options {
  issuer: string
  clientId: string
  userApiUrl: string
  projectApiUrl: string
  tokenFile: string
}

export type Environment = Record<string, string | undefined>

/** What is wrong with the variables, one sentence each. */
export class OptionsError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'OptionsError'
    this.faults = faults
  }
}

/** Reads the variables. @throws OptionsError with every fault at once. */
export function readOptions(env: Environment): Options {
  const faults: string[] = []
  const address = (name: string, byDefault: string) => readAddress(name, env[name] || byDefault, faults)
  const options = {
    issuer: address('ISSUER', 'http://localhost:8060'),
    clientId: env['CLIENT_ID'] || 'native-cli',
    userApiUrl: address('USER_API_URL', 'http://localhost:8061'),
    projectApiUrl: address('PROJECT_API_URL', 'http://localhost:8062'),
    tokenFile: join(configFolder(env['XDG_CONFIG_HOME']), 'menshen-native-cli', 'tokens.json'),
  }
  if (faults.length > 0) throw new OptionsError(faults)
  return options
}

/** A relative XDG_CONFIG_HOME counts as none (XDG Base Directory Specification). */
const configFolder = (given: string | undefined): string => (given && isAbsolute(given) ? given : join(homedir(), '.config'))

/** An address without a slash at its end; tokens go there, so plain http is for this machine only. */
function readAddress(name: string, text: string, faults: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    faults.push(`${name} must be an https address such as https://login.example, it is "${text}"`)
  else if (url.protocol === 'http:' && !isLoopback(url))
    faults.push(`${name} must be https, http is for localhost only: "${text}"`)
  return text.replace(/\/+$/, '')
}

const isLoopback = ({ hostname }: URL): boolean => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
