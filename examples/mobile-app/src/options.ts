/** What the app must know of those it talks to. Nothing of it is secret: on a phone it is part of what the shop delivers. */
export interface AppOptions {
  issuer: string
  clientId: string
  userApiUrl: string
  projectApiUrl: string
  openApiUrl: string
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

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export function readOptions(env: Environment): AppOptions & { port: number } {
  const faults: string[] = []
  const address = (name: string, byDefault: string) => readAddress(name, env[name] || byDefault, faults)
  const options = {
    port: readPort(env['PORT'] || '8074', faults),
    issuer: address('ISSUER', 'http://localhost:8060'),
    clientId: env['CLIENT_ID'] || 'mobile-app',
    userApiUrl: address('USER_API_URL', 'http://localhost:8061'),
    projectApiUrl: address('PROJECT_API_URL', 'http://localhost:8062'),
    openApiUrl: address('OPEN_API_URL', 'http://localhost:8063'),
  }
  if (faults.length > 0) throw new OptionsError(faults)
  return options
}

function readPort(text: string, faults: string[]): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  faults.push(`PORT must be a number from 1 to 65535, it is "${text}"`)
  return 8074
}

/** An address without a slash at its end; a password goes there, so plain http is for this machine only. */
function readAddress(name: string, text: string, faults: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    faults.push(`${name} must be an https address such as https://login.example, it is "${text}"`)
  else if (url.protocol === 'http:' && !isLoopback(url))
    faults.push(`${name} must be https, http is for localhost only: "${text}"`)
  return text.replace(/\/+$/, '')
}

const isLoopback = ({ hostname }: URL): boolean => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
