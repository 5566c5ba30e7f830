import { isIP } from 'node:net'

/** How a setting is read from the text of its variable. */
export interface Parser<T> {
  /** What the text must be, in words that follow "must be". */
  expects: string
  /** The value, or nothing when the text is not what is expected. */
  read(text: string): T | undefined
}

/** An http(s) URL, kept as it was written; a base for paths, hence nothing after the path and no slash at its end. */
export const httpUrl: Parser<string> = {
  expects: 'an http(s) URL without user, query, fragment or trailing slash',
  read: (text) => (isPlainHttpUrl(text) ? text : undefined),
}

/** A TCP port; 0 lets the system choose. */
export const port: Parser<number> = {
  expects: 'a port, 0 to 65535',
  read: (text) => wholeNumber(text, 0, 65_535),
}

/** A time span in seconds. */
export const seconds: Parser<number> = {
  expects: 'a positive whole number of seconds',
  read: (text) => wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
}

/** A time span in seconds that may not be longer than this. */
export const secondsUpTo = (most: number): Parser<number> => ({
  expects: `a whole number of seconds, 1 to ${most}`,
  read: (text) => wholeNumber(text, 1, most),
})

/** How many, where 0 has a meaning of its own. */
export const countOrZero: Parser<number> = {
  expects: 'a whole number, 0 or more',
  read: (text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER),
}

/** A part of all, 0 to 1. */
export const share: Parser<number> = {
  expects: 'a number from 0 to 1',
  read: (text) => (/^(0(\.\d+)?|1(\.0+)?)$/.test(text) ? Number(text) : undefined),
}

/** How many. */
export const count: Parser<number> = {
  expects: 'a positive whole number',
  read: (text) => wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
}

export const integer: Parser<number> = {
  expects: 'a whole number',
  read: (text) => wholeNumber(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
}

export const boolean: Parser<boolean> = {
  expects: 'true, false, 1 or 0',
  read(given) {
    if (given === 'true' || given === '1') return true
    return given === 'false' || given === '0' ? false : undefined
  },
}

export const text: Parser<string> = {
  expects: 'text',
  read: (given) => given,
}

/** Texts separated by commas; blanks around them and empty ones are dropped. */
export const list: Parser<readonly string[]> = {
  expects: 'a list separated by commas',
  read: (given) => Object.freeze(given.split(',').map(trimmed).filter(Boolean)),
}

/** Addresses of proxies, or networks of them, separated by commas. */
export const networks: Parser<readonly string[]> = {
  expects: 'IP addresses or networks such as 10.0.0.0/8, separated by commas',
  read(given) {
    const networks = list.read(given)
    return networks?.every(isNetwork) ? networks : undefined
  },
}

/** Origins (RFC 6454 section 6.2), separated by commas. */
export const origins: Parser<readonly string[]> = {
  expects: 'origins such as https://app.example, separated by commas',
  read(given) {
    const origins = list.read(given)
    return origins?.every(isOrigin) ? origins : undefined
  },
}

/** One of these words. */
export const oneOf = <const Word extends string>(...words: readonly Word[]): Parser<Word> => ({
  expects: words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`,
  read: (given) => words.find((word) => word === given),
})

/** Several of these words, separated by commas. */
export const listOf = <const Word extends string>(...words: readonly Word[]): Parser<readonly Word[]> => ({
  expects: `some of ${words.join(', ')}, separated by commas`,
  read(given) {
    const named = list.read(given) ?? []
    const known = words.filter((word) => named.includes(word))
    return named.every((name) => words.some((word) => word === name)) ? known : undefined
  },
})

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || wholeNumber(bits, 0, family === 4 ? 32 : 128) !== undefined
}

const isOrigin = (text: string) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text

const trimmed = (part: string): string => part.trim()

function wholeNumber(given: string, least: number, most: number): number | undefined {
  if (!/^-?\d{1,16}$/.test(given)) return undefined
  const number = Number(given)
  return number >= least && number <= most ? number : undefined
}

function isPlainHttpUrl(given: string): boolean {
  if (!/^https?:\/\/[^\s?#@\\]+$/.test(given) || given.endsWith('/')) return false
  return URL.canParse(given)
}
