/**
 * Keys whose values are secrets, also as the end of a longer name (client_secret, set-cookie, accessToken). What matches is a
 * key, as inside a JSON string the quotes are escaped.
 */
const SECRET_KEY = /"(?:[\w-]*(?:authorization|cookie|password|secret|token|assertion|code_verifier)|code)":/gi

/** A line of JSON with the values of secrets replaced, whatever their type and depth (RFC 6750 section 5.3). */
export function redacted(line: string): string {
  let result = ''
  let copied = 0
  SECRET_KEY.lastIndex = 0
  for (let key = SECRET_KEY.exec(line); key; key = SECRET_KEY.exec(line)) {
    result += `${line.slice(copied, SECRET_KEY.lastIndex)}"[redacted]"`
    copied = endOfValue(line, SECRET_KEY.lastIndex)
    SECRET_KEY.lastIndex = copied
  }
  return copied === 0 ? line : result + line.slice(copied)
}

/** A JSON string, or one character that opens or closes a nesting or separates values. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},]/g

/** The place after the JSON value that begins here. */
function endOfValue(line: string, start: number): number {
  let depth = 0
  TOKEN.lastIndex = start
  for (let token = TOKEN.exec(line); token; token = TOKEN.exec(line)) {
    const [text] = token
    if (depth === 0 && (text === ',' || text === '}' || text === ']')) return token.index
    if (text === '{' || text === '[') depth++
    if (text === '}' || text === ']') depth--
    if (depth === 0 && text !== ',') return TOKEN.lastIndex
  }
  return line.length
}
