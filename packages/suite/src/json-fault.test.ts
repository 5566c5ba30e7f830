import { expect, test } from '@jest/globals'
import { jsonFault } from './json-fault.ts'

test.each([
  ['{ "a": 1, }', 1, 11, 'a name in double quotes'],
  ['[1,\n  2,\n]', 3, 1, 'a value'],
  ['{ "a": 1\n  "b": 2 }', 2, 3, ', or }'],
  ['[1 2]', 1, 4, ', or ]'],
  ['{ a: 1 }', 1, 3, 'a name in double quotes or }'],
  ["['a']", 1, 2, 'a value or ]'],
  ['{ "a" 1 }', 1, 7, 'a colon'],
  ['{ "a": [1, 2', 1, 13, ', or ]'],
  ['{ "a": undefined }', 1, 8, 'a value'],
  ['{} // done', 1, 4, 'nothing more'],
  ['', 1, 1, 'a value'],
  ['{ "a": "open\n }', 1, 8, 'a text that is closed by " in its line, with \\ escaped'],
  ['["C:\\path"]', 1, 2, 'a text that is closed by " in its line, with \\ escaped'],
])('%j stops being JSON at line %d, column %d: expected %s', (text, line, column, expected) => {
  expect(jsonFault(text)).toEqual({ line, column, expected })
})

test('it finds a fault exactly where JSON.parse does', () => {
  const sample = '{"a":[1,-2.5e+3,"x\\u00e9\\"",{"b":null}],"c":{"d":true,"e":[]},"f":{}} \n'
  const changes = ['', ',', '}', ']', '"', ':', '0', '1', '-', 'e', '\\', '\u0001', '\u0080', '\u00a0', '汉', '\ud800']
  for (let at = 0; at <= sample.length; at++) {
    for (const change of changes) {
      for (const dropped of [0, 1]) {
        const text = sample.slice(0, at) + change + sample.slice(at + dropped)
        expect([text, jsonFault(text) === undefined]).toEqual([text, isJson(text)])
      }
    }
  }
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
