import { readForm, type Typed } from '@menshen/login'
import type { Context, Middleware } from 'koa'
import type { TalentCenterDeps } from '../deps.ts'
import { renderPage } from '../http/render.ts'
import { differences, type Field, faultsIn, formOf, ownFieldsIn, type ProfileForm, readProfileForm } from './profile-form.ts'

/** `GET /profile/edit`: the profile to be changed; what was typed before a sign-in is there again. */
export const editProfilePage =
  (deps: TalentCenterDeps): Middleware =>
  async (ctx) => {
    const typed = formIn(await deps.login.typed(ctx), ctx.path)
    if (typed) return showEditor(ctx, { form: typed, notice: 'signedInAgain' }, deps)
    const { profile, etag } = await deps.userApi.read(ctx)
    await showEditor(ctx, { form: formOf(profile, etag) }, deps)
  }

const formIn = (typed: Typed | undefined, action: string) =>
  typed?.action === action ? readProfileForm(new URLSearchParams(typed.fields)) : undefined

/** `POST /profile/edit`: saves it, or shows it again with all that was typed and what to do. */
export const saveProfile =
  (deps: TalentCenterDeps): Middleware =>
  async (ctx) => {
    const form = readProfileForm(await readForm(ctx))
    const own = ownFieldsIn(form)
    const faults = faultsIn(own)
    if (faults.length > 0) return showEditor(ctx, { form, faults, notice: 'refused' }, deps)
    const written = await deps.userApi.write(ctx, own, form.etag)
    if (written.outcome === 'saved') return toProfile(ctx)
    if (written.outcome === 'conflict') return showConflict(ctx, form, deps)
    const fields = written.outcome === 'refused' ? (written.fields as Field[]) : []
    await showEditor(ctx, { form, faults: fields, notice: written.outcome }, deps)
  }

/** The form keeps what was typed, beside what is saved now; to save once more is to overwrite that. */
async function showConflict(ctx: Context, form: ProfileForm, deps: TalentCenterDeps): Promise<void> {
  const { profile, etag } = await deps.userApi.read(ctx)
  const changed = differences(profile, ownFieldsIn(form))
  if (changed.length === 0) return toProfile(ctx) // saved by a request whose answer was lost
  const saved = formOf(profile, etag)
  const now = Object.fromEntries(changed.map((field) => [field, saved[field]]))
  await showEditor(ctx, { form: { ...form, etag }, now, notice: 'conflict' }, deps)
}

function toProfile(ctx: Context): void {
  ctx.redirect('/profile?saved')
  ctx.status = 303
}

interface Editor {
  form: ProfileForm
  faults?: readonly Field[]
  /** What is saved now, of the fields in which it differs. */
  now?: Partial<Record<Field, string>>
  notice?: keyof typeof statuses
}

const statuses = { signedInAgain: 200, refused: 400, conflict: 409, unreachable: 503 } as const

async function showEditor(ctx: Context, { form, faults = [], now = {}, notice }: Editor, deps: TalentCenterDeps): Promise<void> {
  await renderPage(ctx, 'edit-profile', { form, faults, now, notice }, deps)
  ctx.status = notice ? statuses[notice] : 200
}
