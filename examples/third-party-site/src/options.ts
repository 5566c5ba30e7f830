/** What the site must know about itself and about those it talks to. */
export interface SiteOptions {
  /** The login: `iss` of its tokens, and where its discovery document is. */
  issuer: string
  clientId: string
  clientSecret: string
  /** Where people reach this site; the redirect URI is `/callback` under it. */
  baseUrl: string
  /** The API that knows how much a person has learned. */
  openApiUrl: string
  /** Plain http to the login; for one's own machine only. */
  allowInsecure?: boolean
  /** Milliseconds since the epoch; tests pass their own. */
  now?: () => number
  log?: (line: string) => void
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
export function readOptions(env: Environment): SiteOptions & { port: number } {
  const faults: string[] = []
  const port = readPort(env['PORT'] ?? '8051', faults)
  const address = (name: string, byDefault: string) => readAddress(name, env[name] ?? byDefault, faults)
  const issuer = address('ISSUER', 'http://localhost:8060')
  const options = {
    port,
    issuer,
    clientId: env['CLIENT_ID'] || 'third-party-site',
    clientSecret: env['CLIENT_SECRET'] ?? '',
    baseUrl: address('BASE_URL', `http://localhost:${port}`),
    openApiUrl: address('OPEN_API_URL', 'http://localhost:8063'),
    allowInsecure: issuer.startsWith('http:'),
  }
  if (options.clientSecret === '')
    faults.push('CLIENT_SECRET is missing: it is the secret that Menshen gave when this site was registered')
  if (faults.length > 0) throw new OptionsError(faults)
  return options
}

function readPort(text: string, faults: string[]): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  faults.push(`PORT must be a number from 1 to 65535, it is "${text}"`)
  return 8051
}

/** An address without a slash at its end; plain http leaves secrets open to the network, so only this machine may be reached by it. */
function readAddress(name: string, text: string, faults: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const example = `such as https://${name === 'ISSUER' ? 'login' : 'learn'}.example`
  if (!url || !/^https?:$/.test(url.protocol)) faults.push(`${name} must be an http or https address ${example}, it is "${text}"`)
  else if (url.protocol === 'http:' && !isLoopback(url))
    faults.push(`${name} must be https, http is for localhost only: "${text}"`)
  return text.replace(/\/+$/, '')
}

/** Whether an address is on this machine. */
export const isLoopback = ({ hostname }: Pick<URL, 'hostname'>): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
