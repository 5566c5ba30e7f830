import { expect, test } from '@jest/globals'
import { createDraft } from '../public/draft.js'

function newStorage() {
  const kept = new Map<string, string>()
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  }
}

test('what was typed is there when the page is loaded again, until it is saved', () => {
  const storage = newStorage()
  createDraft(storage, 'alice').keep('')
  expect(createDraft(storage, 'alice').text()).toBe('')
  createDraft(storage, 'alice').drop()
  expect(createDraft(storage, 'alice').text()).toBeUndefined()
})

test('what one person typed is not there for the next, and gone', () => {
  const storage = newStorage()
  createDraft(storage, 'alice').keep('a secret')
  expect(createDraft(storage, 'bob').text()).toBeUndefined()
  expect(createDraft(storage, 'alice').text()).toBeUndefined()
})
