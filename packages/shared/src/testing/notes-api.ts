import { z } from 'zod'
import { created, noContent, ok } from '../api/answer.ts'
import { createApi } from '../api/api.ts'
import { defineList } from '../api/list.ts'
import { operation } from '../api/operation.ts'
import { stale } from '../api/precondition.ts'
import { loadResourceConfig, type ResourceConfig, resourceSettings } from '../config/resource-settings.ts'
import type { Env } from '../config/settings.ts'
import { Problem } from '../http/problem.ts'
import {
  createResourceApp,
  openResource,
  type ResourceServing,
  resourceCollections,
  type Surroundings,
  serveResource,
} from '../http/resource-service.ts'
import { newId } from '../ids.ts'
import { type Database, defineCollection, insertInto, pageOf } from '../storage/index.ts'

/** A small API of notes, of which each person has their own: what every API does alike is shown on it. */
export const notesApi = {
  load: (env: Env): ResourceConfig => loadResourceConfig(resourceSettings({ name: 'notes', port: 9000 }), env),

  async start(config: ResourceConfig, surroundings: Surroundings): Promise<ResourceServing> {
    const schema = { service: 'notes', version: 1, collections: [notes, ...resourceCollections] }
    const deps = await openResource(config, { ...surroundings, schema })
    const routes = createApi({ ...description, operations: noteOperations(deps) }, deps)
    return serveResource('notes', createResourceApp({ ...deps, routes }), deps)
  },
}

const description = {
  title: 'Notes',
  version: '1.0.0',
  description: 'Notes of one person.',
  scopes: { 'note:read': 'Read notes', 'note:write': 'Write notes' },
}

interface Note {
  id: string
  sub: string
  text: string
  stars: number
  createdAt: number
  version: number
}

export const notes = defineCollection<Note>({ name: 'notes', key: 'id', indexes: [['sub', 'createdAt']] })

const noteSchema = z.object({ id: z.string(), text: z.string(), stars: z.int() }).meta({ id: 'Note' })
const writing = { tag: 'Notes', scope: 'note:write' }
const reading = { tag: 'Notes', scope: 'note:read' }
const params = z.strictObject({ noteId: z.string().regex(/^note_[\w-]{1,40}$/, 'is no id of a note') })
const newNote = z.strictObject({ text: z.string().trim().min(1).max(100), stars: z.int().min(0).max(5).default(0) })
const noteList = defineList('notes', z.int())
const otherList = defineList('other notes', z.int())

const shown = ({ id, text, stars }: Note) => ({ id, text, stars })

function noteOperations({ database, clock }: { database: Database; clock: { now(): number } }) {
  const stored = database.collection(notes)
  async function ownNote(id: string, sub: string): Promise<Note> {
    const note = await stored.find({ id, sub })
    if (!note) throw new Problem('not-found')
    return note
  }

  const pageOfNotes = (path: string, id: string, list: typeof noteList) =>
    operation({
      method: 'get',
      path,
      id,
      summary: 'List notes',
      ...reading,
      query: z.strictObject({ ...list.query, stars: z.enum(['0', '1', '2', '3', '4', '5']).optional() }),
      answer: { status: 200, about: 'A page of notes.', schema: list.schema(noteSchema) },
      async handle({ token: { sub }, query: { limit, cursor, stars } }) {
        const filter = { sub, ...(stars !== undefined && { stars: Number(stars) }) }
        const found = await stored.list(filter, { orderBy: 'createdAt', limit: limit + 1, ...(cursor && { after: cursor }) })
        const { items, next } = pageOf(found, limit, ({ createdAt, id }) => [createdAt, id])
        return list.page({ items: items.map(shown), next })
      },
    })

  return [
    pageOfNotes('/notes', 'listNotes', noteList),
    pageOfNotes('/other-notes', 'listOtherNotes', otherList),
    operation({
      method: 'post',
      path: '/notes',
      id: 'createNote',
      summary: 'Write a note',
      ...writing,
      body: newNote,
      answer: { status: 201, about: 'The note.', schema: noteSchema },
      versioned: true,
      idempotent: true,
      async handle({ token: { sub }, body, once }) {
        const note = { id: newId('note'), sub, ...body, createdAt: clock.now(), version: 1 }
        const answer = created(`/notes/${note.id}`, shown(note), note)
        await database.transaction([insertInto(notes, note), ...once(answer)])
        return answer
      },
    }),
    operation({
      method: 'get',
      path: '/notes/:noteId',
      id: 'readNote',
      summary: 'Read a note',
      ...reading,
      params,
      answer: { status: 200, about: 'The note.', schema: noteSchema },
      versioned: true,
      problems: ['not-found'],
      async handle({ token: { sub }, params: { noteId } }) {
        const note = await ownNote(noteId, sub)
        return ok(shown(note), note)
      },
    }),
    operation({
      method: 'patch',
      path: '/notes/:noteId',
      id: 'changeNote',
      summary: 'Change a note',
      ...writing,
      params,
      body: z.strictObject({ text: newNote.shape.text, stars: z.int().min(0).max(5) }).partial(),
      answer: { status: 200, about: 'The note as it is now.', schema: noteSchema },
      versioned: true,
      precondition: 'if-match',
      problems: ['not-found'],
      async handle({ token: { sub }, params: { noteId }, body, ifMatch }) {
        const version = ifMatch.require((await ownNote(noteId, sub)).version)
        const set = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
        const note = await stored.update({ id: noteId, version }, { set, inc: { version: 1 } })
        if (!note) throw stale()
        return ok(shown(note), note)
      },
    }),
    operation({
      method: 'delete',
      path: '/notes/:noteId',
      id: 'deleteNote',
      summary: 'Delete a note',
      ...writing,
      params,
      answer: { status: 204, about: 'It is gone.' },
      problems: ['not-found'],
      async handle({ token: { sub }, params: { noteId } }) {
        if ((await stored.remove({ id: noteId, sub })) === 0) throw new Problem('not-found')
        return noContent()
      },
    }),
  ]
}
