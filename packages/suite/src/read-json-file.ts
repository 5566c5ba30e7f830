import { readFile } from 'node:fs/promises'
import { ExpectedError } from '@menshen/shared/run-main'
import { jsonFault } from './json-fault.ts'

/** What a JSON file holds. @throws ExpectedError with one line: it is not there, can't be read, or where it is no JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = (await readText(path)).replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch (error) {
    const fault = jsonFault(text)
    const place = fault ? `line ${fault.line}, column ${fault.column}: expected ${fault.expected}` : 'it can not be parsed'
    throw new ExpectedError(`${path} is no JSON: ${place}`, { cause: error })
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ExpectedError(code === 'ENOENT' ? `${path}: no such file` : `${path} can't be read (${code})`, { cause: error })
  }
}
