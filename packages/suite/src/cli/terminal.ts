import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Refusal } from '@menshen/auth/admin/refusal'
import { UsageError } from './command.ts'

/** The person before the terminal, or the script in their place. */
export interface Terminal {
  isInteractive: boolean
  /** Asks for yes or no. */
  confirm(question: string): Promise<boolean>
  /** A secret, typed without echo, or the first line of standard input. @throws UsageError when there is neither. */
  secret(question: string, options?: { stdin?: boolean; twice?: boolean }): Promise<string>
  /** How far something is, in a line that the next one takes the place of; an empty one takes it away. Nothing where nobody watches. */
  progress(line: string): void
}

export function createTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal {
  const isInteractive = input.isTTY === true
  const ask = (question: string) => answerTo(question, { input, output, terminal: isInteractive })
  const askSilently = async (question: string) => {
    output.write(question)
    const typed = await answerTo('', { input, output: nowhere(), terminal: true })
    output.write('\n')
    return typed
  }

  return {
    isInteractive,
    confirm: async (question) => /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim()),
    async secret(question, { stdin = false, twice = false } = {}) {
      if (stdin) return firstLine(input)
      if (!isInteractive) throw new UsageError('there is no terminal to ask on: give --stdin, and the secret on standard input')
      const typed = await askSilently(`${question}: `)
      if (twice && (await askSilently('Once more: ')) !== typed) throw new Refusal('the two differ, nothing was changed')
      return typed
    },
    progress(line) {
      if (output.isTTY) output.write(`\r\u001b[K${line}`)
    },
  }
}

function answerTo(question: string, options: Parameters<typeof createInterface>[0] & object): Promise<string> {
  const lines = createInterface(options as Parameters<typeof createInterface>[0])
  return new Promise((resolve, reject) => {
    lines.once('close', () => reject(new Refusal('no answer, nothing was changed'))) // Ctrl-C, Ctrl-D
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}

/** What readline would echo. */
const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of input) text += String(chunk)
  const [line = ''] = text.split(/\r?\n/)
  if (line === '') throw new UsageError('standard input holds nothing')
  return line
}
