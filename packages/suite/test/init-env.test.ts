import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runHere } from './support/in-process.ts'

test('init-env writes secrets for its owner alone, others each time, and never over what is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-env-'))
  const made = async (name: string) => {
    const file = join(folder, name)
    expect(await runHere(['init-env', file], { env: {} })).toMatchObject({ code: 0, err: '' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    return readFileSync(file, 'utf8')
  }
  const [one, two] = [await made('one'), await made('two')]
  for (const name of ['SECRETS_KEY', 'RABBITMQ_PASSWORD']) {
    const [first, second] = [one, two].map((text) => new RegExp(`^${name}=([\\w-]{43})$`, 'm').exec(text)?.[1])
    expect(first).toEqual(expect.any(String))
    expect(first).not.toBe(second)
  }
  const again = await runHere(['init-env', join(folder, 'one')], { env: {} })
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is there already') })
  expect(readFileSync(join(folder, 'one'), 'utf8')).toBe(one)
})
